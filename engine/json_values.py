"""JSON values to typed values of facts, each misfit a fault with its JSON pointer (RFC 6901)."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ..dsl import syntax as tree
from ..dsl.diagnostics import listed, suggestion
from ..dsl.model import Fact, Vocabulary
from ..dsl.patterns import BadValueError, value_of
from ..dsl.source import Source
from ..dsl.source import Span as Place
from ..dsl.units import comparable
from .fault import Fault
from .json_text import Json, below
from .registry import Registry
from .values import Members, Range, Span, TextState, Value

# The years that law and clocks can sensibly be asked about.
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_SHOWN = 12  # words of a long list that a help text names
_SOUGHT = 5  # times that the whole registry is read for a key nearly like one not on file
_TIME_HELP = "write 2026-11-03 or 2026-11-03T10:15:00-05:00"


@dataclass(slots=True)
class JsonValues:
    """Reads values under one registry, noting every fault."""

    registry: Registry
    faults: list[Fault] = field(default_factory=list[Fault])
    _sought: int = field(default=0, init=False)

    def fault(self, where: str, message: str, help_: str = "") -> None:
        """Note a fault at a JSON pointer."""
        self.faults.append(Fault(where, message, help_))

    def known_keys(self, value: Mapping[str, Json], known: Iterable[str], where: str) -> None:
        """Note the keys of an object that mean nothing."""
        allowed = sorted(known)
        for key in value:
            if key not in allowed:
                near = suggestion(key, allowed) or f"known are {listed(allowed)}"
                self.fault(below(where, key), f"`{key[:60]}` is not known here", near)

    def unknown(self, where: str, what: str, raw: Json, known: Iterable[str]) -> None:
        """Note a word that is not known, with the nearest or some that are."""
        word, known = str(raw)[:60], sorted(known)
        all_ = f" ({_SHOWN} of {len(known)}: `platelaw words` lists all)"
        some = f"such words are {listed(known[:_SHOWN])}{all_ if len(known) > _SHOWN else ''}"
        help_ = suggestion(word, known) or some
        self.fault(where, f"no {what} is called `{word}`", help_)

    def value(self, fact: Fact, raw: Json, where: str, words: Vocabulary) -> Value | None:
        """The value of a fact; None if it does not fit, the fault noted."""
        if fact.type.is_set:
            return self._members(fact, raw, where, words)
        match fact.type.word:
            case "yes/no":
                return self._yes_no(fact, raw, where)
            case "count":
                return self._count(fact, raw, where)
            case "duration":
                return self._duration(fact, raw, where)
            case "time" | "date":
                return self.moment(raw, where)
            case "text":
                return self._text(fact, raw, where)
            case "user" | "role":
                return self._name(fact, raw, where)
            case "agency":
                return self.agency(raw, where) or None
            case "sovereign":
                return self._word(raw, where, "sovereign", words.sovereigns)
            case "one of":
                return self._word(raw, where, "word", [word.text for word in fact.type.words])
            case root:
                return self.kind(root, raw, where, words)

    def _misfit(self, fact: Fact, where: str, wanted: str) -> None:
        self.fault(where, f"`{fact.name}` is a {fact.type.word}", f"write {wanted}")

    def _word(self, raw: Json, where: str, what: str, known: Iterable[str]) -> str | None:
        known = list(known)
        if isinstance(raw, str) and raw in known:
            return raw
        self.unknown(where, what, raw, known)
        return None

    def kind(self, root: str, raw: Json, where: str, words: Vocabulary) -> str | None:
        """A word under a root kind."""
        known = words.kinds.below(root) if root in words.kinds else frozenset[str]()
        return self._word(raw, where, f"kind of {root}", known)

    def agency(self, raw: Json, where: str) -> str:
        """A registry key, from a key or an ORI; blank if it is neither, the fault noted."""
        body = self.registry.get(raw) if isinstance(raw, str) else None
        if body is not None:
            return body.key
        word, near = str(raw)[:60], ""
        if self._sought < _SOUGHT:
            self._sought += 1
            near = near_key(word, self.registry)
        self.fault(where, f"no body of the registry has the key or ORI `{word}`",
                   near or "find its key with `platelaw agencies NAME`")  # fmt: skip
        return ""

    def agency_at(self, value: Mapping[str, Json], key: str, where: str) -> str:
        """The agency under a key of an object; blank if the key is left out."""
        return self.agency(value[key], f"{where}/{key}") if key in value else ""

    def moment(self, raw: Json, where: str) -> Span | None:
        """A civil day, or an instant with its offset from UTC."""
        if not isinstance(raw, str):
            self.fault(where, "not a date or time", _TIME_HELP)
            return None
        try:
            is_day = re.fullmatch(r"\d{4}-\d\d-\d\d", raw)
            when = (datetime.date if is_day else datetime.datetime).fromisoformat(raw)
        except ValueError:
            self.fault(where, f"`{raw[:40]}` is no date or time that exists", _TIME_HELP)
            return None
        at = when if isinstance(when, datetime.datetime) else None
        if at is not None and at.tzinfo is None:
            self.fault(
                where,
                f"`{raw[:40]}` has no offset from UTC, so the hour can be two",
                "write the offset, such as 2026-11-01T01:30:00-04:00",
            )
            return None
        if not _FIRST_YEAR <= when.year <= _LAST_YEAR:
            self.fault(
                where, f"the year lies outside {_FIRST_YEAR} to {_LAST_YEAR}", "mend the date"
            )
            return None
        return Span.of_day(when) if at is None else Span.at(at)

    def _members(self, fact: Fact, raw: Json, where: str, words: Vocabulary) -> Members | None:
        complete = True
        if isinstance(raw, dict):
            self.known_keys(raw, ("members", "complete"), where)
            complete = raw.get("complete", True) is True
            if not isinstance(raw.get("complete", True), bool):
                self.fault(f"{where}/complete", "`complete` is true or false", "mend it")
            raw = raw.get("members")
        if not isinstance(raw, list):
            self.fault(where, f"`{fact.name}` is a set", "write a list; an empty one says `none`")
            return None
        read = [self._member(fact, item, f"{where}/{at}", words) for at, item in enumerate(raw)]
        return Members(tuple(dict.fromkeys(m for m in read if m)), complete)

    def _member(self, fact: Fact, raw: Json, where: str, words: Vocabulary) -> str | None:
        if fact.type.word == "agency":
            return self.agency(raw, where)
        if fact.type.word == "claim":
            claimed = [name for name, other in words.facts.items() if other.claimed]
            return self._word(raw, where, "claimed fact", claimed)
        return self.kind(fact.type.word, raw, where, words)

    def _yes_no(self, fact: Fact, raw: Json, where: str) -> bool | None:
        if isinstance(raw, bool):
            return raw
        if raw in ("yes", "no"):
            return bool(raw == "yes")
        self._misfit(fact, where, "true or false")
        return None

    def _name(self, fact: Fact, raw: Json, where: str) -> str | None:
        if isinstance(raw, str) and raw:
            return raw
        self._misfit(fact, where, "a name")
        return None

    def _count(self, fact: Fact, raw: Json, where: str) -> Range | None:
        if isinstance(raw, int) and not isinstance(raw, bool) and 0 <= raw < 2**53:
            return Range.exactly(raw)
        self._misfit(fact, where, "a whole number")
        return None

    def _duration(self, fact: Fact, raw: Json, where: str) -> Range | None:
        scale = None
        if isinstance(raw, str):
            try:
                node = value_of(Place(Source("", raw), 0, len(raw)), raw)
            except BadValueError:
                node = None
            scale = comparable(node) if isinstance(node, tree.Duration) else None
        if scale is not None and scale[0] == "time":
            return Range.exactly(scale[1])
        self._misfit(fact, where, 'a duration such as "21 days"')
        return None

    def _text(self, fact: Fact, raw: Json, where: str) -> TextState | None:
        if raw is None or isinstance(raw, str):
            return TextState.STATED if (raw or "").strip() else TextState.BLANK
        self._misfit(fact, where, "a text")
        return None


def near_key(word: str, registry: Registry) -> str:
    """A help text that offers the keys nearly like one that is not on file, if any.

    Only keys of the same government whose names begin alike are compared: to compare a word with
    thousands takes a tenth of a second.
    """
    government, slash, name = word.rpartition("/")
    if not slash or not name:
        return ""
    start = f"{government}/{name[0]}"
    return suggestion(word, (key for key in registry.bodies if key.startswith(start)))
