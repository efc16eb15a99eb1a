"""Requests straight from JSON to words: decoded once, typed, with nothing copied in between.

Whatever is out of the ordinary (proof, papers, reviews, a text that is not quite as documented)
goes the ordinary way of ``engine.request_json``, which names every fault. What goes the quick way
has been that way before, value by value.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping, Set
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, cast

import msgspec

from ...dsl.model import Library
from .. import names
from ..facts import Facts
from ..json_text import MAX_TEXT, Json
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
    FreeText,
    Shaping,
    SlowError,
    Unread,
    Worded,
    entries_of,
    is_quick,
    kind_of,
    places_of_age,
    places_of_reason,
    reads_user,
    remember,
    worded_of,
)
from .plan import Ruling

UNSET = msgspec.UNSET
Days: TypeAlias = tuple[tuple[datetime.date, datetime.date], ...]
_MINUTES = frozenset(f":{m:02}:{s:02}" for m in range(60) for s in range(60))
_FIRST_YEAR = "1970"  # since then every offset from UTC is of whole minutes
_INSTANT = len("2026-11-03T10:15:00Z")
_DAY = len("2026-11-03")
_BACKSLASH = ord("\\")
_ALWAYS = 7  # the names that every such request has
_MOST_FACTS = 256  # fields of the struct of facts; what has none goes the ordinary way


class _Period(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    start: str = msgspec.field(name="from")
    until: str | msgspec.UnsetType = UNSET


class _Wire(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    """A request as it is sent, where it is sent in the ordinary way."""

    requester: str
    owner: str
    act: str
    data: str | list[str]
    at: str
    instruments: list[Any]
    facts: Any
    version: int | msgspec.UnsetType = UNSET
    user: str | msgspec.UnsetType = UNSET
    reason: str | msgspec.UnsetType = UNSET
    period: _Period | msgspec.UnsetType = UNSET


def _decoding_of(library: Library) -> tuple[Mapping[str, str], Callable[[bytes], _Wire]]:
    """The field of each fact in one struct for all vocabularies, and what decodes requests."""
    types: dict[str, set[type]] = {}
    for vocabulary in library.vocabularies.values():
        for name, fact in vocabulary.facts.items():
            types.setdefault(name, set()).add(kind_of(fact))
    common = sorted(types)[:_MOST_FACTS]
    fields = {name: f"f{at}" for at, name in enumerate(common)}
    facts = msgspec.defstruct(
        "Facts",
        [(fields[name], _json_type(types[name]) | msgspec.UnsetType, UNSET) for name in common],
        rename={field: name for name, field in fields.items()},
        forbid_unknown_fields=True,
        gc=False,
    )
    wire = msgspec.defstruct(
        "Wire",
        [("facts", facts)],
        bases=(_Wire,),
        forbid_unknown_fields=True,
        kw_only=True,
        gc=False,
    )
    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(wire)
    return fields, decoder.decode


def _json_type(kinds: Set[type]) -> Any:
    """The type that a value must have to be read quickly."""
    if len(kinds) > 1 or Unread in kinds:
        return msgspec.Raw
    (kind,) = kinds
    return str if kind is FreeText else list[str] if kind is Shaping else kind


# The places and words of a period asked for, by its start or both its ends as they are written.
Periods: TypeAlias = dict[object, tuple[tuple[int, int], ...]]


@dataclass(slots=True)
class Hour:
    """All requests of one requester, owner, act, kind of data and hour.

    Attributes:
        form: The form of requests that name no further recipients and claim nothing.
        start: When the hour starts.
        days: The civil days that it lies in.
        era: The era of the law.
        colons: How many colons stand in such a request beside its facts and what it may lack.
        periods: What is known of periods asked for on such days.
        worded: By how many facts are stated, the form of the last such request of any hour of the
            era, and what gives its words.
    """

    form: Form
    start: Span
    days: Days
    era: Era
    colons: int
    periods: Periods
    worded: dict[int, tuple[Form, Worded]]


# What may stand in the way of reading quickly.
_SLOWLY = (SlowError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


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
    _decode: Callable[[bytes], _Wire] = field(init=False)
    _fields: Mapping[str, str] = field(init=False)
    _hours: dict[object, Hour] = field(default_factory=dict[object, Hour])
    _days: dict[object, tuple[Span, Days, Era]] = field(
        default_factory=dict[object, "tuple[Span, Days, Era]"]
    )
    _periods: dict[object, Periods] = field(default_factory=dict[object, Periods])
    _forms: dict[object, Form | None] = field(default_factory=dict[object, "Form | None"])
    _words: dict[object, dict[object, int]] = field(
        default_factory=dict[object, "dict[object, int]"]
    )
    _bounds: dict[tuple[str, str], Bound] = field(default_factory=dict[tuple[str, str], Bound])

    def __post_init__(self) -> None:
        """Make the decoder."""
        self._fields, self._decode = _decoding_of(self.compiled.library)

    @property
    def forms(self) -> int:
        """How many forms of requests it has met, each with all that it has learned of it."""
        return len(self._forms)

    def read(self, text: bytes, *, now: datetime.datetime) -> Prepared:
        """A request, ready to be decided.

        Args:
            text: One JSON object (``platelaw schema request``).
            now: The moment that counts if the request names none.

        Raises:
            RefusedRequestError: It cannot be gone by.
        """
        try:
            form, words = self._quick(text, now)
        except _SLOWLY:
            return self._slowly(text, now)
        return Prepared(form.head, words, form.who)

    def answer(self, text: bytes, *, now: datetime.datetime) -> Ruling:
        """The answer to a request: reading and deciding in one step.

        Args:
            text: One JSON object (``platelaw schema request``).
            now: The moment that counts if the request names none.

        Raises:
            RefusedRequestError: It cannot be gone by.
        """
        try:
            form, words = self._quick(text, now)
        except _SLOWLY:
            return self.compiled.decide(self._slowly(text, now))
        run, numbers, rulings, _ = form.head
        try:
            ruling = rulings[numbers[run(words, form.who, None)]]
        except (KeyError, IndexError):
            ruling = None
        return ruling or self.compiled.decide(Prepared(form.head, words, form.who))

    def _slowly(self, text: bytes, now: datetime.datetime) -> Prepared:
        """A request the ordinary way, with every fault told."""
        self.slow += 1
        reading = read_request(text, self.compiled, now=now)
        if reading.request is None:
            raise RefusedRequestError(reading)
        return self.compiled.prepare(reading.request)

    # The quick way ---------------------------------------------------------------------------

    def _quick(self, text: bytes, now: datetime.datetime) -> tuple[Form, list[int]]:
        """One long function: what every request pays for stands here, and nothing else.

        How many facts are stated is told by the colons. A name given twice is a fault and leaves
        a colon too many; so does one in a value, which is harmless and rare. A backslash could
        hide anything, and no text of a short request is too long.
        """
        wire = self._decode(text)
        at, data = wire.at, wire.data
        if not isinstance(data, str):
            data = _only(data)
        key = wire.requester, wire.owner, wire.act, data, at[:13], at[19:]
        try:
            hour = self._hours[key]
        except KeyError:
            hour = self._hour(key, wire, now)
        stated = text.count(b":") - hour.colons
        if wire.version is not UNSET:
            stated -= 1
            if wire.version != VERSION:
                raise SlowError
        reason, period = wire.reason, wire.period
        if reason is not UNSET:
            stated -= 1 + reason.count(":")
        if period is not UNSET:
            stated -= 2 if period.until is UNSET else 3
        if wire.user is not UNSET:
            stated -= 1
            if hour.form.reads_user:
                raise SlowError
        if (
            _BACKSLASH in text
            or at[13:19] not in _MINUTES
            or wire.instruments
            or len(text) > MAX_TEXT
        ):
            raise SlowError
        try:
            form, worded = hour.worded[stated]
            words = worded(wire.facts)
        except KeyError:
            form, worded = self._met(hour, key, wire, stated, now)
            words = worded(wire.facts)
        if reason is not UNSET and form.reasons:
            seen = form.seen.get(reason) or self._reasoned(form, reason)
            for place, word in zip(form.reasons, seen, strict=True):
                words[place] = word
        if period is not UNSET:
            ends = period.start if period.until is UNSET else (period.start, period.until)
            aged = hour.periods.get(ends)
            if aged is None:
                aged = self._aged(hour, period)
            for place, word in aged:
                words[place] = word
        return form, words

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
        moment = key[-2], zone, bound.calendar
        if moment not in self._days:
            remember(self._days, moment, _hour_of(key[-2], zone, bound, self.compiled))
        start, days, era = self._days[moment]
        form = self._form((*key[:-2], era), wire, {}, now)
        colons = _ALWAYS + wire.at.count(":")
        periods = self._periods_of(form, bound, days)
        found = Hour(form, start, days, era, colons, periods, form.latest)
        remember(self._hours, key, found)
        return found

    def _periods_of(self, form: Form, bound: Bound, days: Days) -> Periods:
        """What is known of periods on some days: the same to forms with the same tests."""
        if form.ages is None:
            return {}  # and never will be
        tables = tuple(id(form.plan.slots[place].table) for place in form.ages)
        return self._periods.setdefault((bound.vocabulary.edition, form.ages, tables, days), {})

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

    def _met(
        self, hour: Hour, key: tuple[str, ...], wire: _Wire, stated: int, now: datetime.datetime
    ) -> tuple[Form, Worded]:
        """The form and words of a request that differs from the one before in what it states."""
        fields = self._fields
        facts = {
            name: value
            for name, attribute in fields.items()
            if (value := getattr(wire.facts, attribute)) is not UNSET
        }
        if len(facts) != stated:
            raise SlowError
        given = {
            name: _strings(facts[name])
            for name in (*names.RECIPIENT_SETS, names.CLAIMS)
            if name in facts
        }
        sets = ((name, *members) for name, members in given.items())
        form = self._form((*key[:-2], hour.era, *sets), wire, given, now) if given else hour.form
        for name, value in facts.items():
            form.meet(name, value)
        shape = tuple(facts)
        if shape not in form.worded:
            form.worded[shape] = worded_of(form, {name: fields[name] for name in facts})
        hour.worded[stated] = form, form.worded[shape]
        return hour.worded[stated]

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
        if prepared.more or prepared.reviews or bound is None or case is None or bound.is_dynamic:
            return None
        if not plan.slots or not is_quick(plan):
            return None
        form = Form(
            plan,
            prepared.head,
            list(prepared.words),
            prepared.who,
            given,
            places_of_reason(plan),
            None if wire.act in names.KEEPING else places_of_age(plan),
            reads_user(plan),
            case,
            lambda name, raw: self._learned(form, bare, name, raw, now),
        )
        form.entries = entries_of(plan, bound.vocabulary, given, self._words)
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
        reason = Reason(text)
        words = ReasonWords(reason, self.compiled.matchers)
        request = replace(form.case.request, reason=reason)
        case = _asked(replace(form.case, words=words), request)
        found = tuple(form.plan.slots[at].word(case) for at in form.reasons)
        remember(form.seen, text, found)
        return found

    def _aged(self, hour: Hour, period: _Period) -> tuple[tuple[int, int], ...]:
        """The places and words of a period of civil days that starts before the request."""
        form, start, until = hour.form, period.start, period.until
        request = form.case.request
        asked: dict[str, Json] = {"from": start}
        if isinstance(until, str):
            asked["until"] = until
        first = min(first for first, _ in hour.days).isoformat()
        if form.ages is None or start > first:
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
        remember(hour.periods, (start, until) if isinstance(until, str) else start, found)
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
