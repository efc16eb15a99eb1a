"""What-ifs as they are typed: ``FACT is VALUE``, in the words of an example's ``given``.

Each becomes a supposition or a fault that names the mend; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ...dsl import syntax as tree
from ...dsl.model import Fact, Library, Vocabulary
from ...dsl.reading import ATTRIBUTE, OWNER, REQUESTER
from .. import names
from ..fault import Fault
from ..json_text import Json, read_json
from ..json_values import JsonValues
from ..registry import Registry
from ..request import Reason, Request
from ..request_json import cell_of, read_paper, rule_names
from ..values import Cause, Members, Value
from .suppositions import (
    Asked,
    Done,
    Missing,
    OnFile,
    Presented,
    Proven,
    Reviewed,
    Stated,
    Supposition,
    Typed,
    filed,
)

_FORM = re.compile(
    r"\s*(?P<subject>[A-Za-z][\w./-]*)"
    r"(?:\s+of\s+(?:agency|court):(?P<agency>[\w./-]+))?"
    r"\s*(?:=|\s(?:is\s)?(?=\s*left\s+out\s*$)|\sis\s)\s*(?P<value>.*?)\s*",
    re.DOTALL,
)
_HELP = 'write `FACT is VALUE`, such as `case.number is "26-1"`; docs/whatif.md shows all forms'
_ON_FILE = "what is on file has a value; write `FACT is VALUE`"
_HEADS = ("requester", "owner", "act", "data", "user", "reason")
_ANSWERS = {"yes": True, "no": False, "true": True, "false": False}  # a request file has the latter
_CAUSES = {
    tree.Mark.REDACTED.value: Cause.REDACTED,
    tree.Mark.WITHHELD.value: Cause.WITHHELD,
    "unproven": Cause.NOT_STATED,
    "left out": Cause.NOT_STATED,
}


@dataclass(frozen=True, slots=True)
class Read:
    """What-ifs as suppositions; with a fault none may be gone by."""

    changes: tuple[Supposition, ...]
    faults: tuple[Fault, ...]


def read_what_ifs(
    texts: Iterable[str], request: Request, words: Vocabulary, registry: Registry, library: Library
) -> Read:
    """What-ifs as suppositions about a request.

    Args:
        texts: Each as it was typed.
        request: The request.
        words: The words that it may use.
        registry: The bodies on file.
        library: The rules that a review may name.
    """
    reader = _Reader(request, words, registry, library)
    found = [reader.read(text) for text in texts]
    changes = tuple(change for change in found if change is not None)
    faults = [*reader.faults, *_unclaimed(changes)]
    return Read(changes, tuple(faults))


def read_instrument(text: str | bytes, words: Vocabulary, registry: Registry) -> Read:
    """An instrument from a JSON file, in the form of one of a request's."""
    raw, faults = read_json(text)
    if faults or not isinstance(raw, dict):
        wrong = faults or (Fault("", "not a JSON object", "see `platelaw schema request`"),)
        return Read((), wrong)
    values = JsonValues(registry)
    fields = {name: item for name, item in raw.items() if name not in ("level", "by")}
    paper = read_paper(values, fields, "", words, verified=True)
    if paper is None or values.faults:
        return Read((), tuple(values.faults))
    return Read((Presented(paper),), ())


def _unclaimed(changes: Iterable[Supposition]) -> Iterable[Fault]:
    """A claimed fact that is supposed beside a list of claims without it."""
    stated = [change for change in changes if isinstance(change, Stated)]
    for claims in stated:
        if claims.fact.name != names.CLAIMS or not isinstance(claims.value, Members):
            continue
        for other in stated:
            if other.fact.claimed and other.fact.name not in claims.value.known:
                yield Fault(
                    other.fact.name,
                    f"it is supposed, and `{names.CLAIMS}` is supposed without it",
                    "leave the list of claims out: a fact that is supposed is claimed too",
                )


@dataclass(slots=True)
class _Reader:
    """What-ifs about one request."""

    request: Request
    words: Vocabulary
    registry: Registry
    library: Library
    faults: list[Fault] = field(default_factory=list[Fault])
    _seen: dict[tuple[str, str], str] = field(default_factory=dict[tuple[str, str], str])

    def read(self, text: str) -> Supposition | None:
        """One what-if; None if it cannot be gone by, the fault noted."""
        match = _FORM.fullmatch(text)
        if match is None or not match["value"]:
            self._fault(text, "it is no what-if", _HELP)
            return None
        subject, agency = self._subject(match["subject"], match["agency"] or "")
        if (subject, agency) in self._seen:
            other = self._seen[subject, agency]
            self._fault(text, f"`{other}` speaks of it too", "suppose each thing once")
            return None
        self._seen[subject, agency] = text.strip()
        return self._supposition(text, subject, agency, " ".join(match["value"].split(" ")))

    def _subject(self, name: str, agency: str) -> tuple[str, str]:
        """A fact of the requester or the owner is one of that body."""
        head, _, tail = name.partition(".")
        bodies = {REQUESTER: self.request.requester, OWNER: self.request.owner}
        if tail and head in bodies:
            return f"{ATTRIBUTE}.{tail}", bodies[head]
        if agency and "." not in name and f"{ATTRIBUTE}.{name}" in self.words.facts:
            return f"{ATTRIBUTE}.{name}", agency
        return name, agency

    def _fault(self, text: str, message: str, help_: str) -> None:
        self.faults.append(Fault(text.strip(), message, help_))

    def _taken(self, text: str, values: JsonValues) -> None:
        """Note what was wrong with a value."""
        self.faults += [Fault(text.strip(), f.message, f.help) for f in values.faults]

    def _supposition(self, text: str, name: str, agency: str, value: str) -> Supposition | None:
        if agency and self.registry.get(agency) is None:
            values = JsonValues(self.registry)
            values.agency(agency, "")
            self._taken(text, values)
            return None
        if name in _HEADS or name in (names.REASON, names.USER):
            return self._asked(text, name.rpartition(".")[2], value)
        if value in ("done", "not done") and name not in self.words.facts:
            return self._done(text, name, done=value == "done")
        if value in ("cleared", "refused") and name not in self.words.facts:
            return self._reviewed(text, name, cleared=value == "cleared")
        fact = self.words.facts.get(name)
        if fact is None:
            known = [*self.words.facts, *_HEADS, *self.words.duties]
            values = JsonValues(self.registry)
            values.unknown("", "fact", name, known)
            self._taken(text, values)
            return None
        if name.startswith(f"{ATTRIBUTE}.") and fact.level is tree.Level.REGISTRY:
            return self._attribute(text, fact, agency, value)
        if agency and not fact.per_recipient:
            self._fault(text, "it is the same for every recipient", "leave `of ...` out")
            return None
        return self._fact(text, fact, agency, value)

    # The frame of a request ------------------------------------------------------------------

    def _asked(self, text: str, part: str, value: str) -> Supposition | None:
        if part == "reason":
            return Typed(_reason(value))
        values = JsonValues(self.registry)
        found: str | tuple[str, ...] = _plain(value)
        if part in ("requester", "owner"):
            found = values.agency(str(found), "")
        elif part == "act" and found not in self.words.acts:
            values.unknown("", "act", str(found), self.words.acts)
        elif part == "data":
            found = tuple(map(str, _several(value)))
            known = self.words.kinds.below("data") - {"data"}
            for word in found:
                if word not in known:
                    values.unknown("", "kind of data", word, known)
        if values.faults:
            self._taken(text, values)
            return None
        return Asked(part, found)

    def _done(self, text: str, duty: str, *, done: bool) -> Supposition | None:
        if duty in self.words.duties:
            return Done(duty, done)
        values = JsonValues(self.registry)
        values.unknown("", "duty", duty, self.words.duties)
        self._taken(text, values)
        return None

    def _reviewed(self, text: str, rule: str, *, cleared: bool) -> Supposition | None:
        known = rule_names(self.library)
        if rule in known:
            return Reviewed(rule, cleared)
        values = JsonValues(self.registry)
        values.unknown("", "rule", rule, known)
        self._taken(text, values)
        return None

    # Facts -----------------------------------------------------------------------------------

    def _attribute(self, text: str, fact: Fact, agency: str, value: str) -> Supposition | None:
        tail = fact.name.partition(".")[2]
        if not agency:
            self._fault(
                text, "of which body?", f"write `{tail} of agency:KEY is ...` or `requester.{tail}`"
            )
            return None
        if value in ("proven", "unproven", "left out"):
            self._fault(text, "the registry is complete", _ON_FILE)
            return None
        found = self._value(text, fact, value)
        body = self.registry.get(agency)
        assert body is not None
        return None if found is None else OnFile(tail, cell_of(found), body.key)

    def _fact(self, text: str, fact: Fact, agency: str, value: str) -> Supposition | None:
        if value in ("unproven", "left out"):
            return Missing(fact, unclaimed=value == "left out")
        if value == "proven":
            return self._proven(text, fact, agency)
        if fact.name == names.INSTRUMENTS:
            if value == "{}":
                return Stated(fact, Members(()))
            help_ = "add one from a JSON file with --add-instrument"
            self._fault(text, "an instrument is not typed here", help_)
            return None
        found = self._value(text, fact, value)
        if found is None:
            return None
        if fact.level is tree.Level.REGISTRY:
            return OnFile(fact.name, filed(found))
        return Stated(fact, found, agency)

    def _proven(self, text: str, fact: Fact, agency: str) -> Supposition | None:
        """What is stated already is proven; of a question the answer is yes."""
        stated = any(said.fact == fact.name for said in self.request.statements)
        papers = fact.name == names.INSTRUMENTS and bool(self.request.papers)
        if stated or papers:
            return Proven(fact)
        if fact.type.word == "yes/no" and fact.is_sent:
            return Stated(fact, True, agency)
        self._fault(
            text, "the request states no value of it that could be proven", "write `FACT is VALUE`"
        )
        return None

    def _value(self, text: str, fact: Fact, value: str) -> Value | None:
        """The value of a fact; None if it cannot have it, the fault noted."""
        values = JsonValues(self.registry)
        raw: Json = _several(value) if fact.type.is_set else _plain(value)
        if fact.type.word == "count" and not fact.type.is_set and value.isdecimal():
            raw = int(value)
        if fact.type.is_set and not (value.startswith("{") and value.endswith("}")):
            self._fault(text, f"`{fact.name}` is a set", "write its members as `{A, B}`")
            return None
        if fact.type.word == "yes/no" and not fact.type.is_set:
            if value not in _ANSWERS:
                self._fault(text, f"`{fact.name}` is a yes/no", "write `yes` or `no`")
                return None
            raw = _ANSWERS[value]
        found = values.value(fact, raw, "", self.words)
        if values.faults:
            self._taken(text, values)
            return None
        return found


def _several(value: str) -> list[Json]:
    """The members of a set, or one word as a set of its own."""
    inner = value[1:-1] if value.startswith("{") and value.endswith("}") else value
    return [_plain(item.strip()) for item in inner.split(",") if item.strip()]


def _plain(value: str) -> str:
    """A value without its marks: quotation marks, and the word before an agency's key."""
    if len(value) > 1 and value.startswith('"') and value.endswith('"'):
        return value[1:-1]
    if value == tree.Mark.BLANK.value:
        return ""
    return re.sub(r"^(?:agency|court):", "", value)


def _reason(value: str) -> Reason:
    return Reason(None, _CAUSES[value]) if value in _CAUSES else Reason(_plain(value))
