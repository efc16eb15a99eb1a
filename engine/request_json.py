"""Requests as JSON: reading one, with every fault at once, placed by JSON pointer (RFC 6901).

The documented form is ``platelaw schema request``. A fault never ends in a guess: whoever asks
with a fault gets DENY with the faults listed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from ..dsl import syntax as tree
from ..dsl.diagnostics import listed
from ..dsl.model import Fact, Library, Vocabulary
from ..dsl.reading import ATTRIBUTE
from . import names
from .fault import Fault
from .json_text import Json, below, read_json
from .json_values import JsonValues
from .registry import Registry
from .request import DutyDone, PaperStatement, Reason, Request, Review, Statement, Voucher
from .values import Age, Cause, Members, Paper, Range, Span, TextState, Value

VERSION = 1
_FOREVER = Span.of_day(datetime.date(9000, 1, 1))
_KEYS = frozenset(
    [
        "version",
        "requester",
        "owner",
        "user",
        "act",
        "data",
        "at",
        "reason",
        "period",
        "facts",
        "instruments",
        "reviews",
        "duties",
        "simulate",
    ]
)
_CAUSES = {
    cause.value: cause
    for cause in (Cause.REDACTED, Cause.WITHHELD, Cause.NOT_EXPORTED, Cause.NEVER_RECORDED)
}
_UNPROVEN = {cause.value: cause for cause in Cause}
_LEVELS = {
    level.value: level
    for level in (tree.Level.ASSERTION, tree.Level.ATTESTATION, tree.Level.VERIFICATION)
}


class Words(Protocol):
    """Whose library, registry and words a request is read under."""

    @property
    def library(self) -> Library:
        """The rules that reviews may name."""
        ...

    @property
    def registry(self) -> Registry:
        """The bodies on file."""
        ...

    def vocabulary_for(self, request: Request, registry: Registry) -> Vocabulary:
        """The words that a request may use."""
        ...


@dataclass(slots=True)
class Reading:
    """A request read: None if anything in it cannot be gone by."""

    request: Request | None
    registry: Registry
    faults: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()


def read_request(
    text: str | bytes,
    engine: Words,
    *,
    now: datetime.datetime,
    simulate: bool = False,
) -> Reading:
    """A request from JSON text.

    Args:
        text: One JSON object.
        engine: Whose words and registry the request uses.
        now: The moment that counts if the request names none.
        simulate: Whether stated proof, registry and system facts count.
    """
    value, faults = read_json(text)
    if faults or not isinstance(value, dict):
        wrong = faults or (Fault("", "not a JSON object", "see `platelaw schema request`"),)
        return Reading(None, engine.registry, wrong)
    return _Reader(value, engine, now, simulate=simulate).read()


@dataclass(slots=True)
class _Reader:
    """One request being read."""

    raw: dict[str, Json]
    engine: Words
    now: datetime.datetime
    simulate: bool
    notes: list[str] = field(default_factory=list[str])
    values: JsonValues = field(init=False)

    def __post_init__(self) -> None:
        """Read values under the engine's registry."""
        self.values = JsonValues(self.engine.registry)

    @property
    def faults(self) -> list[Fault]:
        """What cannot be gone by."""
        return self.values.faults

    def read(self) -> Reading:
        """The request, or its faults."""
        self.values.known_keys(self.raw, _KEYS, "")
        version = self.raw.get("version", VERSION)
        if version != VERSION or isinstance(version, bool):
            shown = repr(version)[:40]
            self.values.fault("/version", f"version {shown} is not known", f"write {VERSION}")
        missing = self._missing()
        requester = self._text("requester", needed=names.REQUESTER not in missing)
        owner = self._text("owner", needed=True)
        if requester and names.REQUESTER in missing:
            self.values.fault("/requester", "it is supposed to be missing", "leave it out")
        requester = requester and self.values.agency(requester, "/requester")
        owner = owner and self.values.agency(owner, "/owner")
        if self.faults:
            return self._refused()
        at = self._at()
        vocabulary = self._vocabulary(requester, owner, at)
        request = self._request(requester, owner, at, vocabulary)
        request = self._lacking(request, missing, vocabulary)
        registry = self._registry(vocabulary)
        if self.faults:
            return self._refused()
        return Reading(request, registry, (), tuple(self.notes))

    def _refused(self) -> Reading:
        return Reading(None, self.engine.registry, tuple(self.faults), tuple(self.notes))

    def _text(self, key: str, *, needed: bool = False) -> str:
        value = self.raw.get(key)
        if value is None:
            if needed:
                self.values.fault(f"/{key}", f"`{key}` is missing", f"add `{key}`")
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            self.values.fault(f"/{key}", f"`{key}` is not a text", "write it in quotation marks")
            return ""
        return value

    # Time ------------------------------------------------------------------------------------

    def _at(self) -> Span:
        if "at" not in self.raw:
            return Span.at(self.now)
        span = self.values.moment(self.raw["at"], "/at")
        if span is not None and span.earliest > self.now:
            self.notes.append("the request lies in the future; it is judged by the law known today")
        return self._to(span or Span.at(self.now))

    def _to(self, first: Span) -> Span:
        """A moment of which only the last is supposed besides: of a log that names no time zone."""
        stated = self._tried("until")
        last = None if stated is None else self.values.moment(stated, "/simulate/until")
        if last is None:
            return first
        if first.day is not None or last.day is not None or last.latest < first.earliest:
            self.values.fault(
                "/simulate/until", "it is no instant from `at` on", "write both with their hours"
            )
            return first
        return Span(first.earliest, last.latest)

    # Words -----------------------------------------------------------------------------------

    def _vocabulary(self, requester: str, owner: str, at: Span) -> Vocabulary:
        probe = Request(requester, owner, "", ("data",), at)
        return self.engine.vocabulary_for(probe, self.engine.registry)

    def _request(self, requester: str, owner: str, at: Span, words: Vocabulary) -> Request:
        act = self._text("act", needed=True)
        if act and act not in words.acts:
            self.values.unknown("/act", "act", act, words.acts)
        system = period_facts(self.values, self.raw.get("period"), act, at)
        if names.RETRIES in words.facts:
            system[names.RETRIES] = Range.exactly(0)  # nothing is remembered between two calls
        system |= self._system(words)
        return Request(
            requester,
            owner,
            act,
            self._data(words),
            at,
            self._reason(),
            self._text("user"),
            tuple(self._statements(words)),
            self._papers(words),
            tuple(self._reviews(words)),
            tuple(self._duties(words)),
            system,
            simulated=self.simulate,
        )

    def _data(self, words: Vocabulary) -> tuple[str, ...]:
        value = self.raw.get("data")
        items = value if isinstance(value, list) else [value]
        if value is None or not items:
            self.values.fault(
                "/data", "`data` is missing", "name the kind of data, such as `alpr_data`"
            )
            return ("data",)
        known = words.kinds.below("data") - {"data"}
        for at, item in enumerate(items):
            if not isinstance(item, str) or item not in known:
                where = "/data" if items is not value else f"/data/{at}"
                self.values.unknown(where, "kind of data", item, known)
        return tuple(dict.fromkeys(map(str, items)))

    def _reason(self) -> Reason:
        value = self.raw.get("reason")
        if isinstance(value, str):
            return Reason(value)
        if value is None:
            return Reason(None, Cause.NOT_STATED)
        if isinstance(value, dict) and len(value) == 1:
            cause = _CAUSES.get(str(value.get("missing")))
            if cause is not None:
                return Reason(None, cause)
        self.values.fault("/reason", "not a text", 'write the text, or {"missing": "redacted"}')
        return Reason(None, Cause.NOT_STATED)

    # Facts -----------------------------------------------------------------------------------

    def _statements(self, words: Vocabulary) -> Iterable[Statement]:
        facts = self.raw.get("facts", {})
        if not isinstance(facts, dict):
            self.values.fault("/facts", "not an object", 'write {"case.number": "..."}')
            return
        for name, value in facts.items():
            where = below("/facts", name)
            fact = self._sendable(name, where, words)
            if fact is None:
                continue
            items = {where: value}
            if isinstance(value, list) and not fact.type.is_set:
                items = {f"{where}/{at}": item for at, item in enumerate(value)}
            if not items:
                self.values.fault(where, "an empty list states nothing", "leave the fact out")
            for place, item in items.items():
                statement = self._statement(fact, item, place, words)
                if statement is not None:
                    yield statement

    def _sendable(self, name: str, where: str, words: Vocabulary) -> Fact | None:
        fact = words.facts.get(name)
        if fact is None:
            known = [n for n, f in words.facts.items() if f.is_sent]
            self.values.unknown(where, "fact", name, known)
            return None
        if name in (names.REASON, names.INSTRUMENTS, names.USER):
            self.values.fault(where, f"`{name}` has a place of its own",
                       f"write it as `{name.partition('.')[2]}` beside `facts`")  # fmt: skip
            return None
        if not fact.is_sent:
            self.values.fault(
                where,
                f"`{name}` is a {fact.level.value} fact and cannot be sent",
                "leave it out: it comes from the registry or the platform; to try a value, put it "
                "under `simulate` and ask with --simulate",
            )
            return None
        return fact

    def _statement(
        self, fact: Fact, value: Json, where: str, words: Vocabulary
    ) -> Statement | None:
        if not isinstance(value, dict) or "members" in value:
            plain = self.values.value(fact, value, where, words)
            return None if plain is None else Statement(fact.name, plain)
        keys = ("value", "level", "by", "about", "issued", "expires", "withdrawn")
        self.values.known_keys(value, keys, where)
        if "value" not in value:
            self.values.fault(f"{where}/value", "`value` is missing", "add `value`")
            return None
        plain = self.values.value(fact, value["value"], f"{where}/value", words)
        if plain is None:
            return None
        level, voucher = self._proof(value, where)
        issued = self._instant(value, "issued", where)
        expires = self._instant(value, "expires", where)
        withdrawn = _maybe(self.values, value, "withdrawn", where) is True
        about = self.values.agency_at(value, "about", where)
        if about and not fact.per_recipient:
            self.values.fault(
                f"{where}/about", f"`{fact.name}` is the same for every recipient", "leave it out"
            )
        return Statement(fact.name, plain, level, voucher, about, issued, expires, withdrawn)

    def _proof(self, value: Mapping[str, Json], where: str) -> tuple[tree.Level, Voucher | None]:
        """Stated proof counts in simulation only; else it is the requester's own word."""
        stated = value.get("level", "assertion")
        if not isinstance(stated, str) or stated not in _LEVELS:
            self.values.fault(f"{where}/level", f"`{stated}` is no level of proof",
                       f"write {listed(sorted(_LEVELS), 'or')}")  # fmt: skip
            return tree.Level.ASSERTION, None
        voucher = self._voucher(value.get("by"), f"{where}/by")
        if self.simulate:
            return _LEVELS[stated], voucher
        if stated != "assertion" or voucher is not None:
            self.notes.append(
                f"the proof stated at {where} is not counted: nobody proves his own case; to try "
                "it, ask with --simulate"
            )
        return tree.Level.ASSERTION, None

    def _voucher(self, value: Json, where: str) -> Voucher | None:
        if value is None:
            return None
        if not isinstance(value, dict):
            self.values.fault(
                where, "not an object", 'write {"agency": "...", "role": "...", "user": "..."}'
            )
            return None
        self.values.known_keys(value, ("agency", "role", "user"), where)
        for key in ("agency", "role"):
            if key not in value:
                self.values.fault(f"{where}/{key}", f"`{key}` is missing", f"add `{key}`")
        return Voucher(
            self.values.agency_at(value, "agency", where),
            self._said(value, "role", where),
            self._said(value, "user", where),
        )

    def _said(self, value: Mapping[str, Json], key: str, where: str) -> str:
        found = value.get(key, "")
        if isinstance(found, str):
            return found
        self.values.fault(f"{where}/{key}", f"`{key}` is not a text", "write it in quotation marks")
        return ""

    def _instant(self, value: Mapping[str, Json], key: str, where: str) -> datetime.datetime | None:
        if key not in value:
            return None
        span = self.values.moment(value[key], f"{where}/{key}")
        return None if span is None else span.latest

    # Instruments, reviews, duties ------------------------------------------------------------

    def _papers(self, words: Vocabulary) -> tuple[PaperStatement, ...] | None:
        value = self.raw.get("instruments")
        if value is None:
            return None
        if not isinstance(value, list):
            self.values.fault(
                "/instruments", "not a list", "write a list; an empty one says `none`"
            )
            return None
        read = [self._paper(item, f"/instruments/{at}", words) for at, item in enumerate(value)]
        return tuple(paper for paper in read if paper is not None)

    def _paper(self, value: Json, where: str, words: Vocabulary) -> PaperStatement | None:
        if not isinstance(value, dict):
            self.values.fault(where, "not an object", "see `platelaw schema request`")
            return None
        level, voucher = self._proof(value, where)
        fields = {name: item for name, item in value.items() if name not in ("level", "by")}
        verified = level is tree.Level.VERIFICATION
        paper = read_paper(self.values, fields, where, words, verified=verified)
        return None if paper is None else PaperStatement(paper, level, voucher)

    def _objects(self, key: str) -> list[tuple[str, dict[str, Json]]]:
        value = self.raw.get(key, [])
        items = value if isinstance(value, list) else [value]
        found = [(f"/{key}/{at}", item) for at, item in enumerate(items) if isinstance(item, dict)]
        if len(found) < len(items) or items is not value:
            self.values.fault(f"/{key}", "not a list of objects", "see `platelaw schema request`")
        return found

    def _signed(self, value: Mapping[str, Json], where: str) -> tuple[bool, Voucher | None]:
        """Whether a review or a duty counts: outside simulation nobody has signed it."""
        voucher = self._voucher(value.get("by"), f"{where}/by")
        if not self.simulate:
            self.notes.append(
                f"{where} is not counted: nobody has signed it; to try it, ask with --simulate"
            )
        return self.simulate, voucher

    def _reviews(self, words: Vocabulary) -> Iterable[Review]:
        reviews = self._objects("reviews")
        known = rule_names(self.engine.library) if reviews else frozenset[str]()
        for where, item in reviews:
            self.values.known_keys(item, ("rule", "decision", "by"), where)
            rule = item.get("rule")
            if not isinstance(rule, str) or rule not in known:
                self.values.unknown(f"{where}/rule", "rule", rule, known)
            if item.get("decision") not in ("cleared", "refused"):
                self.values.fault(
                    f"{where}/decision",
                    "a review clears or refuses",
                    "write `cleared` or `refused`",
                )
            counts, voucher = self._signed(item, where)
            if counts:
                yield Review(str(rule), item.get("decision") == "cleared", voucher)

    def _duties(self, words: Vocabulary) -> Iterable[DutyDone]:
        for where, item in self._objects("duties"):
            self.values.known_keys(item, ("duty", "by"), where)
            duty = item.get("duty")
            if not isinstance(duty, str) or duty not in words.duties:
                self.values.unknown(f"{where}/duty", "duty", duty, words.duties)
            counts, voucher = self._signed(item, where)
            if counts:
                yield DutyDone(str(duty), voucher)

    # Simulation ------------------------------------------------------------------------------

    def _simulated(self) -> Mapping[str, Json]:
        value = self.raw.get("simulate")
        if value is None:
            return {}
        if not self.simulate:
            self.values.fault(
                "/simulate", "supposed facts count only in simulation", "ask with --simulate"
            )
            return {}
        if not isinstance(value, dict):
            self.values.fault("/simulate", "not an object", "see `platelaw schema request`")
            return {}
        known = ("system", "registry", "agencies", "missing", "until")
        self.values.known_keys(value, known, "/simulate")
        return value

    def _tried(self, key: str) -> Json:
        """What stands under a key of what is supposed; ``_simulated`` notes what may not stand."""
        value = self.raw.get("simulate") if self.simulate else None
        return value.get(key) if isinstance(value, dict) else None

    def _missing(self) -> Mapping[str, Cause]:
        """The facts that are supposed to be missing, each with the cause."""
        stated = self._tried("missing")
        found: dict[str, Cause] = {}
        if stated is None:
            return found
        for name, cause in self._supposed(stated, "/simulate/missing").items():
            if isinstance(cause, str) and cause in _UNPROVEN:
                found[name] = _UNPROVEN[cause]
                continue
            where = below("/simulate/missing", name)
            self.values.unknown(where, "cause", cause, _UNPROVEN)
        return found

    def _lacking(
        self, request: Request, missing: Mapping[str, Cause], words: Vocabulary
    ) -> Request:
        """The request without the facts that are supposed to be missing."""
        absent = {name: cause for name, cause in missing.items() if name != names.REQUESTER}
        stated = {statement.fact for statement in request.statements}
        for name in absent:
            where = below("/simulate/missing", name)
            if name not in words.facts:
                self.values.unknown(where, "fact", name, words.facts)
            elif name in stated:
                self.values.fault(where, f"`{name}` is stated under `facts`", "leave out one")
        system = {name: value for name, value in request.system.items() if name not in absent}
        return replace(request, system=system, absent=absent)

    def _supposed(self, value: Json, where: str) -> Mapping[str, Json]:
        """An object of supposed facts."""
        if isinstance(value, dict):
            return value
        self.values.fault(where, "not an object", "see `platelaw schema request`")
        return {}

    def _system(self, words: Vocabulary) -> dict[str, Value]:
        found: dict[str, Value] = {}
        system = self._supposed(self._simulated().get("system", {}), "/simulate/system")
        for name, value in system.items():
            where = below("/simulate/system", name)
            fact = words.facts.get(name)
            if fact is None or fact.level is not tree.Level.SYSTEM:
                known = [n for n, f in words.facts.items() if f.level is tree.Level.SYSTEM]
                self.values.unknown(where, "system fact", name, known)
                continue
            read = self.values.value(fact, value, where, words)
            if read is not None:
                found[name] = read
        return found

    def _registry(self, words: Vocabulary) -> Registry:
        simulated = self.raw.get("simulate") if self.simulate else None
        if not isinstance(simulated, dict):
            return self.engine.registry
        registry = self._supposed(simulated.get("registry", {}), "/simulate/registry")
        things = self._things(registry, words)
        attributes: dict[str, dict[str, str]] = {}
        agencies = self._supposed(simulated.get("agencies", {}), "/simulate/agencies")
        for key, changes in agencies.items():
            where = below("/simulate/agencies", key)
            known = self.values.agency(key, where)
            found = self._attributes(self._supposed(changes, where), where, words)
            if known:
                attributes[known] = found
        return self.engine.registry.with_attributes(attributes, things)

    def _attributes(
        self, changes: Mapping[str, Json], where: str, words: Vocabulary
    ) -> dict[str, str]:
        found: dict[str, str] = {}
        for tail, value in changes.items():
            fact = words.facts.get(f"{ATTRIBUTE}.{tail}")
            if fact is None:
                known = [n.partition(".")[2] for n in words.facts if n.startswith(f"{ATTRIBUTE}.")]
                self.values.unknown(below(where, tail), "fact of an agency", tail, known)
                continue
            read = self.values.value(fact, value, below(where, tail), words)
            if read is not None:
                found[tail] = cell_of(read)
        return found

    def _things(
        self, value: Mapping[str, Json], words: Vocabulary
    ) -> dict[str, str | tuple[str, ...]]:
        found: dict[str, str | tuple[str, ...]] = {}
        for name, item in value.items():
            where = below("/simulate/registry", name)
            fact = words.facts.get(name)
            if fact is None or fact.level is not tree.Level.REGISTRY:
                known = [n for n, f in words.facts.items() if f.level is tree.Level.REGISTRY]
                self.values.unknown(where, "registry fact", name, known)
                continue
            read = self.values.value(fact, item, where, words)
            if isinstance(read, Members):
                found[name] = tuple(map(str, read.known))
            elif read is not None:
                found[name] = cell_of(read)
        return found


def as_of(
    request: Request, at: str, registry: Registry
) -> tuple[Request | None, tuple[Fault, ...]]:
    """A request as of another day or instant; ages keep the reads that they were measured from.

    Args:
        request: The request.
        at: The day or instant, as a request file writes it.
        registry: The bodies on file.

    Returns:
        The request moved, or None with what is wrong with the day.
    """
    values = JsonValues(registry)
    span = values.moment(at, "/at")
    if span is None:
        return None, tuple(values.faults)
    system = {
        name: replace(value, until=span)
        if isinstance(value, Age) and value.until == request.at
        else value
        for name, value in request.system.items()
    }
    return replace(request, at=span, system=system), ()


def read_paper(
    values: JsonValues, fields: Mapping[str, Json], where: str, words: Vocabulary, *, verified: bool
) -> Paper | None:
    """An instrument from its fields; None if it is of no kind that is known, the fault noted.

    Args:
        values: Where faults are noted.
        fields: What it says, as an instrument of a request file.
        where: The JSON pointer of it.
        words: The words that may be used.
        verified: Whether one who may has verified it.
    """
    keys = ("kind", "from", "issued_to", "probable_cause", "covers", "expires")
    values.known_keys(fields, keys, where)
    kind = fields.get("kind")
    known = words.kinds.below("instrument") if "instrument" in words.kinds else frozenset[str]()
    if not isinstance(kind, str) or kind not in known:
        values.unknown(f"{where}/kind", "instrument", kind, known)
        return None
    expires = values.moment(fields["expires"], f"{where}/expires") if "expires" in fields else None
    return Paper(
        kind,
        values.agency_at(fields, "from", where) or None,
        values.agency_at(fields, "issued_to", where),
        _maybe(values, fields, "probable_cause", where),
        _maybe(values, fields, "covers", where),
        expires.day or expires.latest.date() if expires else None,
        verified,
    )


def rule_names(library: Library) -> frozenset[str]:
    """Every name by which a review may call a rule."""
    policies = library.policies
    names = {name for policy in policies for name in policy.rule_names()}
    ids = {f"{policy.name}/{name}" for policy in policies for name in policy.rule_names()}
    return frozenset(names | ids)


def _maybe(values: JsonValues, fields: Mapping[str, Json], key: str, where: str) -> bool | None:
    found = fields.get(key)
    if found is None or isinstance(found, bool):
        return found
    values.fault(f"{where}/{key}", f"`{key}` is true, false or left out", "mend it")
    return None


def period_facts(values: JsonValues, period: Json, act: str, at: Span) -> dict[str, Value]:
    """The oldest read asked for, from which ``data.age`` and ``data.captured`` follow.

    Of keeping, the age counts at the end of the period; an open end is over every period.

    Args:
        values: Where faults are noted.
        period: What the request says, None if nothing.
        act: The act.
        at: The moment of the request.
    """
    if period is None:
        return {}
    if not isinstance(period, dict):
        values.fault("/period", "not an object", 'write {"from": "2026-11-01"}')
        return {}
    values.known_keys(period, ("from", "until"), "/period")
    if "from" not in period:
        values.fault(
            "/period/from", "`from` is missing", "add the day of the oldest read asked for"
        )
        return {}
    start = values.moment(period["from"], "/period/from")
    end = values.moment(period["until"], "/period/until") if "until" in period else None
    if start is None:
        return {}
    if end is not None and _before(end, start):
        values.fault("/period", "the period ends before it starts", "swap `from` and `until`")
    if _before(at, start):
        values.fault("/period/from", "the period starts after the request", "mend the date")
    reached = (end or _FOREVER) if act in names.KEEPING else at
    return {names.DATA_CAPTURED: start, names.DATA_AGE: Age(start, reached)}


def _before(one: Span, other: Span) -> bool:
    """Whether a moment surely lies before another."""
    if one.day is not None and other.day is not None:
        return one.day < other.day
    return one.latest < other.earliest


def cell_of(value: Value) -> str:
    """A value as a cell of the registry."""
    if isinstance(value, TextState):
        return value.value if value is TextState.STATED else ""
    return "yes" if value is True else "no" if value is False else str(value)
