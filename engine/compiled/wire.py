"""Requests straight from JSON to words: decoded once, typed, with nothing copied in between.

Whatever is out of the ordinary (proof, papers, reviews, a value not met before, a text that is
not quite as documented) goes the ordinary way of ``engine.request_json``, which names every
fault. What goes the quick way has been that way before, value by value.
"""

from __future__ import annotations

import datetime
import json
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import msgspec

from .. import names
from ..json_text import MAX_CHARACTERS, MAX_TEXT
from ..json_values import JsonValues
from ..request_json import VERSION, Reading, read_request
from .calendar import Era
from .evaluator import Bound, Compiled, Prepared
from .forms import (
    FRAME,
    NUMBER,
    TEXT,
    WORD,
    YES_NO,
    Form,
    entries_of,
    frame_names,
    is_quick,
    places_of_age,
    places_of_reason,
    reads_user,
)

K = TypeVar("K")
V = TypeVar("V")
UNSET = msgspec.UNSET
MOST = 65_536  # moments, forms and values that are remembered, each
_SECONDS = frozenset(f":{second:02}" for second in range(60))
_FIRST_YEAR = "1970"  # since then every offset from UTC is of whole minutes


class _Period(msgspec.Struct, forbid_unknown_fields=True):
    start: str = msgspec.field(name="from")
    until: str | msgspec.UnsetType = msgspec.UNSET


class _Wire(msgspec.Struct, forbid_unknown_fields=True):
    """A request as it is sent, where it is sent in the ordinary way."""

    requester: str
    owner: str
    act: str
    data: str | list[str]
    at: str
    facts: dict[str, Any]
    instruments: list[Any]
    version: int | msgspec.UnsetType = msgspec.UNSET
    user: str | msgspec.UnsetType = msgspec.UNSET
    reason: str | msgspec.UnsetType = msgspec.UNSET
    period: _Period | msgspec.UnsetType = msgspec.UNSET


_DECODER = msgspec.json.Decoder(_Wire)
_ALWAYS = 7  # the names that every such request has


@dataclass(frozen=True, slots=True)
class Moment:
    """When a request is: the era of the law, the civil days, and the first of them in writing."""

    era: Era
    days: tuple[tuple[datetime.date, datetime.date], ...]
    first: str
    colons: int


@dataclass(slots=True)
class Scope:
    """What is remembered of requests of one requester and owner."""

    bound: Bound
    frames: tuple[str, ...]
    moments: dict[str, Moment] = field(default_factory=dict[str, Moment])
    forms: dict[object, Form] = field(default_factory=dict[object, Form])
    slow: dict[object, bool] = field(default_factory=dict[object, bool])


class RefusedRequestError(Exception):
    """A request that cannot be gone by, which is DENY; ``reading`` holds its faults."""

    def __init__(self, reading: Reading) -> None:
        super().__init__("; ".join(f"{f.where}: {f.message}" for f in reading.faults))
        self.reading = reading


class _SlowError(Exception):
    """This request cannot go the quick way."""


@dataclass(slots=True)
class JsonRequests:
    """Reads requests from JSON for one compiled library; keep one for many requests.

    ``quick`` counts the requests that went the quick way.
    """

    compiled: Compiled
    quick: int = 0
    _scopes: dict[tuple[str, str], Scope] = field(default_factory=dict[tuple[str, str], Scope])

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
        except (_SlowError, msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            pass
        reading = read_request(text, self.compiled, now=now)
        if reading.request is None:
            raise RefusedRequestError(reading)
        return self.compiled.prepare(reading.request)

    # The quick way ---------------------------------------------------------------------------

    def _quick(self, text: bytes, now: datetime.datetime) -> Prepared:
        if b"\\" in text or len(text) > MAX_CHARACTERS:
            raise _SlowError
        wire = _DECODER.decode(text)
        if wire.instruments or not (wire.version is UNSET or wire.version == VERSION):
            raise _SlowError
        scope = self._scopes.get((wire.requester, wire.owner)) or self._scope(wire, now)
        at = wire.at
        moment = scope.moments.get(at[:16] + at[19:]) or self._moment(scope, at)
        if at[16:19] not in _SECONDS:
            raise _SlowError
        data = wire.data if isinstance(wire.data, str) else _only(wire.data)
        form = scope.forms.get((wire.act, data, moment.era))
        if form is None:
            form = self._form(scope, (wire.act, data, moment.era), wire, now)
        words = self._worded(form, scope, wire, moment, now)
        if words is None:
            form, words = self._framed(scope, wire, data, moment, now)
        keys = _ALWAYS + len(wire.facts) + moment.colons
        if wire.version is not UNSET:
            keys += 1
        if wire.reason is not UNSET:
            keys += 1 + wire.reason.count(":")
            self._reasoned(form, words, wire, now)
        if wire.period is not UNSET:
            keys += 2 + (wire.period.until is not UNSET)
            self._aged(form, words, wire, moment, now)
        if wire.user is not UNSET:
            keys += 1
            if form.reads_user or ":" in wire.user or len(wire.user) > MAX_TEXT:
                raise _SlowError
        if text.count(b":") != keys:
            raise _SlowError  # a name may be given twice, which is a fault
        self.quick += 1
        return Prepared(form.plan, words, form.known, form.asked, form.is_open)

    def _worded(
        self, form: Form, scope: Scope, wire: _Wire, moment: Moment, now: datetime.datetime
    ) -> list[int] | None:
        """The words of the facts stated; None if they shape another form."""
        words = form.words.copy()
        entries, frames = form.entries, 0
        for name, raw in wire.facts.items():
            entry = entries.get(name)
            if entry is None:
                raise _SlowError
            way, at, known = entry
            if way == WORD and raw.__class__ is str:
                word = known.get(raw)
            elif way == TEXT and raw.__class__ is str and ":" not in raw and len(raw) <= MAX_TEXT:
                word = known.get(not raw or raw.isspace())
            elif way == FRAME and raw.__class__ is list:
                if raw != form.given[name]:
                    return None
                frames += 1
                continue
            elif (way == YES_NO and raw.__class__ is bool) or (
                way == NUMBER and raw.__class__ is int
            ):
                word = known.get(raw)
            else:
                raise _SlowError
            words[at] = self._learned(form, wire, name, raw, now) if word is None else word
        if frames != len(form.given):
            return None
        return words

    def _framed(
        self, scope: Scope, wire: _Wire, data: str, moment: Moment, now: datetime.datetime
    ) -> tuple[Form, list[int]]:
        """The form and words of a request that names other recipients or claims something."""
        given = {name: wire.facts[name] for name in scope.frames if name in wire.facts}
        members = [member for value in given.values() for member in _strings(value)]
        if any(":" in member for member in members):
            raise _SlowError
        key = (wire.act, data, moment.era, *((name, *value) for name, value in given.items()))
        form = scope.forms.get(key) or self._form(scope, key, wire, now)
        words = self._worded(form, scope, wire, moment, now)
        if words is None:
            raise _SlowError
        return form, words

    def _reasoned(self, form: Form, words: list[int], wire: _Wire, now: datetime.datetime) -> None:
        """The words that the reason changes."""
        text = wire.reason
        assert isinstance(text, str)
        found = form.seen.get(text)
        if found is None:
            if len(text) > MAX_TEXT:
                raise _SlowError
            found = self._words_with(form, wire, form.reasons, now, reason=text)
            _remember(form.seen, text, found)
        for at, word in zip(form.reasons, found, strict=True):
            words[at] = word

    def _aged(
        self, form: Form, words: list[int], wire: _Wire, moment: Moment, now: datetime.datetime
    ) -> None:
        """The words that the period asked for changes."""
        period = wire.period
        assert isinstance(period, _Period)
        key = period.start, period.until, moment.days
        found = form.periods.get(key)
        if found is None:
            if (
                form.ages is None
                or wire.act in names.KEEPING
                or not _is_day(period.start)
                or not (period.until is UNSET or _is_day(period.until))
                or period.start > moment.first
            ):
                raise _SlowError
            asked = {"from": period.start}
            if period.until is not UNSET:
                asked["until"] = period.until
            found = self._words_with(form, wire, form.ages, now, period=asked)
            _remember(form.periods, key, found)
        for at, word in zip(form.ages or (), found, strict=True):
            words[at] = word

    # Learning --------------------------------------------------------------------------------

    def _scope(self, wire: _Wire, now: datetime.datetime) -> Scope:
        """What is to be remembered of requests of these two."""
        prepared = self._ordinary(_bare(wire, {}), now)
        if prepared.bound is None or ":" in wire.requester + wire.owner:
            raise _SlowError
        scope = Scope(prepared.bound, frame_names(prepared.bound.vocabulary))
        _remember(self._scopes, (wire.requester, wire.owner), scope)
        return scope

    def _moment(self, scope: Scope, at: str) -> Moment:
        """A moment not met before."""
        span = JsonValues(self.compiled.registry).moment(at, "/at")
        if span is None or span.day is not None or at < _FIRST_YEAR or len(at) < _INSTANT:
            raise _SlowError
        calendar = scope.bound.calendar
        days = tuple(span.days(zone) for zone in calendar.zones)
        first = min(first for first, _ in days).isoformat()
        moment = Moment(calendar.era(span), days, first, at.count(":"))
        _remember(scope.moments, at[:16] + at[19:], moment)
        return moment

    def _form(
        self, scope: Scope, key: tuple[object, ...], wire: _Wire, now: datetime.datetime
    ) -> Form:
        """A form not met before: requests like this one that state nothing."""
        if key in scope.slow:
            raise _SlowError
        plain = len(key) == _PLAIN
        given: dict[str, list[str]] = {}
        for name in scope.frames:
            if plain or name in wire.facts:
                given[name] = [] if plain else _strings(wire.facts[name])
        prepared = self._ordinary(_bare(wire, given), now)
        plan = prepared.plan
        if prepared.more or prepared.reviews or not plan.slots or not is_quick(plan):
            _remember(scope.slow, key, True)
            raise _SlowError
        form = Form(
            plan,
            list(prepared.words),
            prepared.known,
            prepared.asked,
            prepared.is_open,
            entries_of(plan, scope.bound.vocabulary, frozenset(given.get(names.CLAIMS, ()))),
            given,
            places_of_reason(plan),
            places_of_age(plan),
            reads_user(plan),
        )
        _remember(scope.forms, key, form)
        return form

    def _learned(
        self, form: Form, wire: _Wire, name: str, raw: object, now: datetime.datetime
    ) -> int:
        """The word of a value not met before."""
        if isinstance(raw, str) and ":" in raw:
            raise _SlowError
        at = form.entries[name].at
        facts = {**form.given, name: raw}
        found = self._words_with(form, wire, (at,), now, facts=facts)[0]
        known = form.entries[name].words
        is_text = isinstance(raw, str) and form.entries[name].way == TEXT
        _remember(known, not str(raw).strip() if is_text else raw, found)
        return found

    def _words_with(
        self,
        form: Form,
        wire: _Wire,
        places: tuple[int, ...],
        now: datetime.datetime,
        **more: object,
    ) -> tuple[int, ...]:
        """The words at some places of a request that states one thing, and changes no others."""
        prepared = self._ordinary({**_bare(wire, form.given), **more}, now)
        if prepared.plan is not form.plan:
            raise _SlowError
        others = set(range(len(form.words))) - set(places)
        if any(prepared.words[at] != form.words[at] for at in others):
            raise _SlowError
        return tuple(prepared.words[at] for at in places)

    def _ordinary(self, request: dict[str, object], now: datetime.datetime) -> Prepared:
        """A request the ordinary way."""
        reading = read_request(json.dumps(request), self.compiled, now=now)
        if reading.request is None:
            raise _SlowError
        return self.compiled.prepare(reading.request)


_PLAIN = 3  # how many parts the key of a form has that nobody else receives or claims under
_INSTANT = len("2026-11-03T10:15:00Z")


def _bare(wire: _Wire, given: dict[str, list[str]]) -> dict[str, object]:
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


def _only(data: list[str]) -> str:
    if len(data) != 1:
        raise _SlowError
    return data[0]


def _strings(value: object) -> list[str]:
    """The members of a set; anything but texts goes the ordinary way."""
    if not isinstance(value, list):
        raise _SlowError
    members = cast("list[object]", value)
    if not all(isinstance(member, str) for member in members):
        raise _SlowError
    return cast("list[str]", members)


def _is_day(text: str) -> bool:
    return len(text) == len("2026-11-03")


def _remember(known: dict[K, V], key: K, value: V) -> None:
    """Remember something; when too much is remembered, start anew."""
    if len(known) >= MOST:
        known.clear()
    known[key] = value
