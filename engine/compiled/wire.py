"""Requests straight from JSON to words: decoded once, typed, with nothing copied in between.

Whatever is out of the ordinary (proof, papers, reviews, a text that is not quite as documented)
goes the ordinary way of ``engine.request_json``, which names every fault. What goes the quick way
has been that way before, value by value.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

import msgspec

from .. import names
from ..facts import Facts
from ..json_text import MAX_CHARACTERS, MAX_TEXT, Json
from ..json_values import JsonValues
from ..reasons import ReasonWords
from ..reference import Case
from ..request import Reason
from ..request_json import VERSION, Reading, period_facts, read_request
from ..values import Span
from .calendar import Era
from .evaluator import Bound, Compiled, Prepared
from .forms import (
    Form,
    OtherFormError,
    SlowError,
    entries_of,
    frame_names,
    is_quick,
    places_of_age,
    places_of_reason,
    reads_user,
    remember,
)

UNSET = msgspec.UNSET
Days: TypeAlias = tuple[tuple[datetime.date, datetime.date], ...]
_MINUTES = frozenset(f":{m:02}:{s:02}" for m in range(60) for s in range(60))
_FIRST_YEAR = "1970"  # since then every offset from UTC is of whole minutes
_INSTANT = len("2026-11-03T10:15:00Z")
_DAY = len("2026-11-03")
_BACKSLASH = ord("\\")
_ALWAYS = 7  # the names that every such request has


class _Period(msgspec.Struct, forbid_unknown_fields=True):
    start: str = msgspec.field(name="from")
    until: str | msgspec.UnsetType = UNSET


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    """A request as it is sent, where it is sent in the ordinary way."""

    requester: str
    owner: str
    act: str
    data: str | list[str]
    at: str
    facts: dict[str, Any]
    instruments: list[Any]
    version: int | msgspec.UnsetType = UNSET
    user: str | msgspec.UnsetType = UNSET
    reason: str | msgspec.UnsetType = UNSET
    period: _Period | msgspec.UnsetType = UNSET


_DECODER = msgspec.json.Decoder(_Wire)


# The places and words of a period asked for, by its two ends as they are written.
Periods: TypeAlias = dict[tuple[str, "str | msgspec.UnsetType"], tuple[tuple[int, int], ...]]


@dataclass(slots=True)
class Hour:
    """All requests of one requester, owner, act, kind of data and hour.

    Attributes:
        form: The form of the request before; one with other recipients or claims has another.
        start: When the hour starts.
        days: The civil days that it lies in.
        era: The era of the law.
        colons: How many colons the time has in writing.
        periods: What is known of periods asked for.
    """

    form: Form
    start: Span
    days: Days
    era: Era
    colons: int
    periods: Periods = field(default_factory=dict[Any, Any])


class RefusedRequestError(Exception):
    """A request that cannot be gone by, which is DENY; ``reading`` holds its faults."""

    def __init__(self, reading: Reading) -> None:
        super().__init__("; ".join(f"{f.where}: {f.message}" for f in reading.faults))
        self.reading = reading


@dataclass(slots=True)
class JsonRequests:
    """Reads requests from JSON for one compiled library; keep one for many requests.

    ``slow`` counts the requests that went the ordinary way.
    """

    compiled: Compiled
    slow: int = 0
    _hours: dict[object, Hour] = field(default_factory=dict[object, Hour])
    _forms: dict[object, Form | None] = field(default_factory=dict[object, "Form | None"])
    _bounds: dict[tuple[str, str], Bound] = field(default_factory=dict[tuple[str, str], Bound])

    def read(self, text: bytes, *, now: datetime.datetime) -> Prepared:
        """A request, ready to be decided.

        Args:
            text: One JSON object (``platelaw schema request``).
            now: The moment that counts if the request names none.

        Raises:
            RefusedRequestError: It cannot be gone by.
        """
        try:
            return self._quick(text, now)
        except (SlowError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            self.slow += 1
        reading = read_request(text, self.compiled, now=now)
        if reading.request is None:
            raise RefusedRequestError(reading)
        return self.compiled.prepare(reading.request)

    # The quick way ---------------------------------------------------------------------------

    def _quick(self, text: bytes, now: datetime.datetime) -> Prepared:
        """One long function: what every request pays for stands here, and nothing else."""
        wire = _DECODER.decode(text)
        at, facts, data = wire.at, wire.facts, wire.data
        if not isinstance(data, str):
            data = _only(data)
        key = wire.requester, wire.owner, wire.act, data, at[:13], at[19:]
        hour = self._hours.get(key) or self._hour(key, wire, now)
        form = hour.form
        try:
            words = form.worded(facts)
        except OtherFormError:
            form = hour.form = self._other_form(hour, key, wire, now)
            words = form.worded(facts)
        colons = _ALWAYS + len(facts) + hour.colons
        if wire.version is not UNSET:
            colons += 1
            if wire.version != VERSION:
                raise SlowError
        reason = wire.reason
        if reason is not UNSET:
            colons += 1 + reason.count(":")
            if form.reasons:
                seen = form.seen.get(reason) or self._reasoned(form, reason)
                for place, word in zip(form.reasons, seen, strict=True):
                    words[place] = word
            elif len(reason) > MAX_TEXT:
                raise SlowError
        period = wire.period
        if period is not UNSET:
            colons += 2 + (period.until is not UNSET)
            ends = period.start, period.until
            aged = hour.periods.get(ends)
            for place, word in self._aged(hour, ends) if aged is None else aged:
                words[place] = word
        if wire.user is not UNSET:
            colons += 1
            if form.reads_user or len(wire.user) > MAX_TEXT:
                raise SlowError
        # A name given twice is a fault and leaves a colon too many; so does one in a value,
        # which is harmless and rare. A backslash could hide anything.
        if (
            text.count(b":") != colons
            or _BACKSLASH in text
            or at[13:19] not in _MINUTES
            or wire.instruments
            or len(text) > MAX_CHARACTERS
        ):
            raise SlowError
        return Prepared(form.plan, words, form.who)

    # What is not met before ------------------------------------------------------------------

    def _hour(self, key: tuple[str, ...], wire: _Wire, now: datetime.datetime) -> Hour:
        """An hour not met before; fractions of a second make no other one."""
        zone = _without_fraction(key[-1])
        if zone != key[-1]:
            whole = (*key[:-1], zone)
            return self._hours.get(whole) or self._hour(whole, wire, now)
        if len(key[-2]) + len("00:00") + len(zone) < _INSTANT - 1 or key[-2] < _FIRST_YEAR:
            raise SlowError
        bound = self._bound(wire, now)
        start, days, era = _hour_of(key[-2], zone, bound, self.compiled)
        form = self._form((*key[:-2], era), wire, {}, now)
        found = Hour(form, start, days, era, wire.at.count(":"))
        remember(self._hours, key, found)
        return found

    def _bound(self, wire: _Wire, now: datetime.datetime) -> Bound:
        """The policies that bind requests of these two."""
        pair = wire.requester, wire.owner
        found = self._bounds.get(pair)
        if found is None:
            found = self._ordinary(_bare(wire, {}), now).bound
            if found is None:
                raise SlowError
            remember(self._bounds, pair, found)
        return found

    def _other_form(
        self, hour: Hour, key: tuple[str, ...], wire: _Wire, now: datetime.datetime
    ) -> Form:
        """The form of a request that has other recipients or claims than the one before."""
        frames = frame_names(self._bound(wire, now).vocabulary)
        given = {name: _strings(wire.facts[name]) for name in frames if name in wire.facts}
        sets = ((name, *members) for name, members in given.items())
        return self._form((*key[:-2], hour.era, *sets), wire, given, now)

    def _form(
        self,
        key: tuple[object, ...],
        wire: _Wire,
        given: Mapping[str, list[str]],
        now: datetime.datetime,
    ) -> Form:
        """A form; None is kept for one that cannot be read quickly."""
        if key not in self._forms:
            remember(self._forms, key, self._made(wire, given, now))
        found = self._forms[key]
        if found is None:
            raise SlowError
        return found

    def _made(
        self, wire: _Wire, given: Mapping[str, list[str]], now: datetime.datetime
    ) -> Form | None:
        """A form made from a request like this one that states nothing."""
        bare = _bare(wire, given)
        prepared = self._ordinary(bare, now)
        plan, bound, case = prepared.plan, prepared.bound, prepared.case
        if prepared.more or prepared.reviews or bound is None or case is None:
            return None
        if not plan.slots or not is_quick(plan):
            return None
        form = Form(
            plan,
            list(prepared.words),
            prepared.who,
            given,
            places_of_reason(plan),
            places_of_age(plan),
            reads_user(plan),
            case,
            lambda name, raw: self._learned(form, bare, name, raw, now),
        )
        form.entries = entries_of(plan, bound.vocabulary, given)
        return form

    # Learning --------------------------------------------------------------------------------

    def _learned(
        self,
        form: Form,
        bare: Mapping[str, object],
        name: str,
        raw: object,
        now: datetime.datetime,
    ) -> int:
        """The word of a value, from a request that states it alone, and changes nothing else."""
        _, place, _ = form.entries[name]
        prepared = self._ordinary({**bare, "facts": {**form.given, name: raw}}, now)
        if prepared.plan is not form.plan:
            raise SlowError
        others = set(range(len(form.words))) - {place}
        if any(prepared.words[at] != form.words[at] for at in others):
            raise SlowError
        return prepared.words[place]

    def _reasoned(self, form: Form, text: str) -> tuple[int, ...]:
        """The words of a reason: what the lexicons see in it."""
        if len(text) > MAX_TEXT:
            raise SlowError
        reason = Reason(text)
        words = ReasonWords(reason, self.compiled.matchers)
        request = replace(form.case.request, reason=reason)
        case = _asked(replace(form.case, words=words), request)
        found = tuple(form.plan.slots[at].word(case) for at in form.reasons)
        remember(form.seen, text, found)
        return found

    def _aged(
        self, hour: Hour, ends: tuple[str, str | msgspec.UnsetType]
    ) -> tuple[tuple[int, int], ...]:
        """The places and words of a period of civil days that starts before the request."""
        form = hour.form
        request = form.case.request
        start, until = ends
        asked: dict[str, Json] = {"from": start}
        if isinstance(until, str):
            asked["until"] = until
        first = min(first for first, _ in hour.days).isoformat()
        if form.ages is None or request.act in names.KEEPING or start > first:
            raise SlowError
        if len(start) != _DAY or (isinstance(until, str) and len(until) != _DAY):
            raise SlowError
        values = JsonValues(self.compiled.registry)
        facts = period_facts(values, asked, request.act, hour.start)
        if values.faults:
            raise SlowError
        case = _asked(
            form.case, replace(request, at=hour.start, system={**request.system, **facts})
        )
        found = tuple((place, form.plan.slots[place].word(case)) for place in form.ages)
        remember(hour.periods, ends, found)
        return found

    def _ordinary(self, request: Mapping[str, object], now: datetime.datetime) -> Prepared:
        """A request the ordinary way."""
        reading = read_request(json.dumps(request), self.compiled, now=now)
        if reading.request is None:
            raise SlowError
        return self.compiled.prepare(reading.request)


def _asked(case: Case, request: Any) -> Case:
    """The case of another request of the same form."""
    facts = Facts(request, case.registry, case.facts.vocabulary)
    return replace(case, request=request, facts=facts)


def _hour_of(hour: str, zone: str, bound: Bound, compiled: Compiled) -> tuple[Span, Days, Era]:
    """The start of an hour, its civil days and its era, if the whole hour has them."""
    values = JsonValues(compiled.registry)
    spans = [values.moment(f"{hour}:{rest}{zone}", "/at") for rest in ("00:00", "59:59")]
    first, last = spans
    if first is None or last is None or first.day is not None:
        raise SlowError
    calendar = bound.calendar
    days = tuple(first.days(zone) for zone in calendar.zones)
    if days != tuple(last.days(zone) for zone in calendar.zones):
        raise SlowError
    return first, days, calendar.era(first)


def _without_fraction(rest: str) -> str:
    """What follows the seconds of a time, without the fraction of one."""
    if len(rest) > 1 and rest[0] == "." and rest[1].isdecimal() and rest.isascii():
        return rest[1:].lstrip("0123456789")
    return rest


def _bare(wire: _Wire, given: Mapping[str, list[str]]) -> dict[str, object]:
    """A request that states nothing but who else receives and what is claimed."""
    return {
        "requester": wire.requester,
        "owner": wire.owner,
        "act": wire.act,
        "data": wire.data,
        "at": wire.at,
        "facts": given,
        "instruments": [],
    }


def _only(data: Any) -> str:
    if len(data) != 1:
        raise SlowError
    return str(data[0])


def _strings(value: object) -> list[str]:
    """The members of a set; anything but texts goes the ordinary way."""
    if not isinstance(value, list):
        raise SlowError
    members = cast("list[object]", value)
    if not all(isinstance(member, str) for member in members):
        raise SlowError
    return cast("list[str]", members)
