"""Conditions to pairs of expressions over words: docs/semantics.md, section 3.

Strong Kleene logic needs no operator at run time: a condition is true if the text of the
condition holds over what is certain, not false if the same text holds over what is possible, and
``not`` changes the two. Tests of one fact become bits of its word. What compares two facts, or
looks into papers, is asked of the reference while a request is prepared.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from ...dsl import reading as names
from ...dsl import syntax as tree
from ...dsl.model import Policy
from ...dsl.printer import condition_text
from ...dsl.reading import Subject, subject_of
from ..conditions import Context, value_of
from ..names import INSTRUMENTS
from ..values import State
from .slots import (
    OfAgency,
    OfAll,
    OfCondition,
    OfDuty,
    OfFact,
    OfReading,
    OfReason,
    OfRecipients,
    Slots,
    Source,
)
from .terms import Bits, Code, Pair, Term, all_pairs, any_pairs, constant, negated, written
from .walk import parts_of
from .words import Test

OneFactTest: TypeAlias = (
    tree.KindTest | tree.Equals | tree.OneOf | tree.Compare | tree.Includes | tree.Stated
    | tree.Empty
)  # fmt: skip


class NotCompiledError(Exception):
    """A condition of a form that only the reference can evaluate where it stands."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands.

    Attributes:
        policy: The policy that it is written in.
        context: The policy's context on a request of this plan; only what all such share is read.
        looped: Whether a loop over recipients has reached one.
        variable: What the loop calls him, besides ``recipient``.
    """

    policy: Policy
    context: Context
    looped: bool = False
    variable: str = ""


@dataclass(slots=True)
class Translator:
    """Translates the conditions of one plan; ``shared`` names what stands in it twice or more."""

    shared: frozenset[Hashable]
    request: Slots = field(default_factory=Slots)
    recipient: Slots = field(default_factory=Slots)
    readings: dict[str, list[int]] = field(default_factory=dict[str, list[int]])
    lines: list[str] = field(default_factory=list[str])
    _known: dict[Hashable, Pair] = field(default_factory=dict[Hashable, Pair])

    def pair(self, node: tree.Condition, place: Place) -> Pair:
        """A condition as two expressions."""
        match node:
            case tree.And() | tree.Or() | tree.Named() | tree.Quantified():
                return self._composite(node, place)
            case tree.Not():
                return ~self.pair(node.item, place)
            case tree.Paper():
                raise NotCompiledError("an instrument outside its quantifier")
            case _:
                return self._test(node, place)

    def duty(self, must: tree.Must, place: Place) -> Pair:
        """Whether a duty is done."""
        duty = place.policy.vocabulary.duties[must.duty.text]
        if duty.done_by is not None:
            return self.pair(duty.done_by, place)
        source = OfDuty(must, place.policy)
        at = self.request.place(("duty", duty.name, place.policy.vocabulary.edition), source)
        return _bit("g", (at, 0))

    # Composites ------------------------------------------------------------------------------

    def _composite(self, node: tree.Condition, place: Place) -> Pair:
        """A condition made of others; worked out once where it stands several times."""
        if place.looped:
            return self._plain(node, place)
        key = shared_key(node, place.policy)
        if key not in self._known:
            pair = self._plain(node, place)
            self._known[key] = self._kept(pair) if key in self.shared else pair
        return self._known[key]

    def _kept(self, pair: Pair) -> Pair:
        """A pair in variables of its own, unless it is as short as they are."""
        if not (isinstance(pair.certain, Code) and isinstance(pair.possible, Code)):
            return pair
        name = self._name()
        self.lines.append(f"{name}c = {written(pair.certain)}")
        self.lines.append(f"{name}p = {written(pair.possible)}")
        return Pair(Code(f"{name}c"), Code(f"{name}p"))

    def _plain(self, node: tree.Condition, place: Place) -> Pair:
        match node:
            case tree.And():
                return all_pairs(self.pair(item, place) for item in node.items)
            case tree.Or():
                return any_pairs(self.pair(item, place) for item in node.items)
            case tree.Named():
                return self._named(node, place)
            case tree.Quantified():
                return self._quantified(node, place)
            case _:
                raise AssertionError(f"{type(node).__name__} has no parts")

    def _named(self, node: tree.Named, place: Place) -> Pair:
        """A definition is its condition; a reading is a word of its own."""
        if node.name in place.policy.defines:
            return self.pair(place.policy.defines[node.name], place)
        source = OfReading(node.name, place.policy)
        at = self.request.place(("reading", node.name, place.policy.vocabulary.edition), source)
        if at not in self.readings.setdefault(node.name, []):
            self.readings[node.name].append(at)
        return _bit("g", (at, 0))

    # Quantifiers -----------------------------------------------------------------------------

    def _quantified(self, node: tree.Quantified, place: Place) -> Pair:
        """A loop over recipients; any other set is asked of the reference.

        Its body knows no recipient but its own, so that the loop is worked out once wherever
        it stands.
        """
        if node.collection.text != names.RECIPIENTS:
            return self._whole(node, place)
        if place.variable and reads(node.body, place.variable):
            raise NotCompiledError("a loop over recipients that reads the variable of another")
        key = shared_key(node, place.policy)
        if place.looped and key in self._known:
            return self._known[key]
        try:
            here = replace(place, looped=True, variable=node.variable)
            self._known[key] = self._loop(node, self.pair(node.body, here))
        except NotCompiledError:
            return self._whole(node, replace(place, looped=False, variable=""))
        return self._known[key]

    def _loop(self, node: tree.Quantified, body: Pair) -> Pair:
        """``some``: one member; ``every``: all. Other members of an open set are possible."""
        name = self._name()
        some = node.quantifier is tree.Quantifier.SOME
        decides, opens = (body.certain, body.possible) if some else (
            negated(body.possible), negated(body.certain))  # fmt: skip
        start, end, half = (0, 1, f"{name}p = 1") if some else (1, 0, f"{name}c = 0")
        self.lines += [
            f"{name}c = {name}p = {start}",
            "for r in R:",
            *(f"    {line}" for line in words_of_recipient(decides, opens)),
            f"    if {written(decides)}:",
            f"        {name}c = {name}p = {end}",
            "        break",
            f"    if {written(opens)}: {half}",
            f"if o and {name}c == {name}p == {start}: {half}",
        ]
        return Pair(Code(f"{name}c"), Code(f"{name}p"))

    def _name(self) -> str:
        return f"x{len(self.lines)}"

    def _whole(self, node: tree.Condition, place: Place) -> Pair:
        """A condition that the reference evaluates whole."""
        policy = place.policy
        key = (condition_text(node), policy.name, _numbers(node, place), place.variable)
        source = OfCondition(node, policy, place.variable)
        if place.looped:
            return _bit("r", (self.recipient.place(key, source), 0))
        return _bit("g", (self.request.place(key, source), 0))

    # Tests -----------------------------------------------------------------------------------

    def _test(self, node: tree.Condition, place: Place) -> Pair:
        """A test of one fact: two bits of its word."""
        assert isinstance(node, OneFactTest | tree.Within)
        reference = node.subject
        if reference.text == names.DATE:
            return constant(value_of(node, Subject("date"), State(True), place.context))
        if isinstance(node, tree.Within) or _compares_facts(node):
            return self._whole(node, place)
        types = {place.variable: "agency"} if place.variable else {}
        subject = subject_of(reference, place.policy.vocabulary, types)
        assert subject is not None, f"`{reference.text}` was checked"
        if subject.agency:
            return self._agency_test(node, place)
        return self._fact_test(node, subject, place)

    def _agency_test(self, node: OneFactTest, place: Place) -> Pair:
        """A test of the requester, the owner or a recipient, in one form for all three."""
        reference = node.subject
        neutral = replace(reference, head=names.RECIPIENT)
        same = replace(node, subject=neutral)
        subject = subject_of(neutral, place.policy.vocabulary, {})
        assert subject is not None
        test = Test(same, subject, place.context)
        named = self._test_key(same, place)
        if reference.head in (names.REQUESTER, names.OWNER):
            source = OfAgency(reference.head, reference.tail)
            found = self.request.test((reference.head, reference.tail), source, named, test)
            return _bit("g", found)
        source = OfAgency(names.RECIPIENT, reference.tail)
        found = self.recipient.test((names.RECIPIENT, reference.tail), source, named, test)
        return _bit("r", found)

    def _fact_test(self, node: OneFactTest, subject: Subject, place: Place) -> Pair:
        reference = node.subject
        test = Test(node, subject, place.context)
        named = self._test_key(node, place)
        name = reference.text
        fact = subject.fact
        each = fact is not None and (fact.per_recipient or fact.name == INSTRUMENTS)
        if each and place.looped:
            return _bit("r", self.recipient.test(("fact", name), OfFact(name), named, test))
        source: Source = OfFact(name)
        key: Hashable = ("fact", name)
        if fact is not None and fact.per_recipient:
            source, key = OfAll(name), ("all", name)
        elif name == names.RECIPIENTS:
            source, key = OfRecipients(), ("recipients",)
        elif name in names.REASON_SETS:
            source = OfReason(reference, place.policy, test)
            key = ("reason", name, place.policy.vocabulary.edition, place.policy.zone)
        return _bit("g", self.request.test(key, source, named, test))

    def _test_key(self, node: tree.Condition, place: Place) -> Hashable:
        """All that the meaning of a test depends on."""
        policy = place.policy
        return condition_text(node), policy.vocabulary.edition, policy.zone, _numbers(node, place)


def _numbers(node: tree.Condition, place: Place) -> tuple[tree.Value, ...]:
    """The values that the parameters in a condition have for the requests of this plan."""
    found: list[tree.Value] = []
    for part in parts_of(node):
        bound = getattr(part, "bound", None)
        if isinstance(bound, tree.Name):
            found += place.context.parameters[bound.text]
    return tuple(found)


def _bit(letter: str, found: tuple[int, int]) -> Pair:
    """The certain and the possible bit of a test."""
    at, number = found
    return Pair(Bits(f"{letter}{at}", 1 << 2 * number), Bits(f"{letter}{at}", 2 << 2 * number))


def words_of_recipient(*terms: Term) -> Iterator[str]:
    """Lines that take the words of a recipient that some terms read; its first entry is a flag."""
    read = {int(at) for term in terms for at in _RECIPIENT_WORD.findall(written(term))}
    return (f"r{at} = r[{at + 1}]" for at in sorted(read))


_RECIPIENT_WORD = re.compile(r"\br([0-9]+)\b")


def _compares_facts(node: OneFactTest) -> bool:
    """Whether a test reads a second fact."""
    match node:
        case tree.Equals():
            return isinstance(node.value, tree.Reference)
        case tree.OneOf():
            return any(isinstance(value, tree.Reference) for value in node.values)
        case _:
            return False


def reads(condition: tree.Condition, variable: str) -> bool:
    """Whether a condition reads a variable."""
    return any(
        reference.head == variable
        for part in parts_of(condition)
        for name in ("subject", "collection", "after", "value")
        if isinstance(reference := getattr(part, name, None), tree.Reference)
    )


def shared_key(node: tree.Condition, policy: Policy) -> Hashable:
    """What two conditions have in common if they mean the same."""
    return condition_text(node), policy.name
