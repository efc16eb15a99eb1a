"""Where the words of a plan come from: one slot for each fact that its rules read.

A slot asks the reference for the state of its fact, proof and all, and turns the value into a
word. Slots of recipients are asked once for each recipient.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace
from typing import Protocol

from ...dsl import syntax as tree
from ...dsl.model import Policy
from ...dsl.reading import OWNER, REQUESTER
from ...dsl.truth import Truth
from ..conditions import evaluate, state_of
from ..reference import Case
from .words import TESTS_A_WORD, Table, Tables, Test, bits


class Source(Protocol):
    """What a slot reads of a request; ``who`` is the recipient, None outside a loop."""

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """The word of a request."""
        ...


@dataclass(frozen=True, slots=True)
class OfFact:
    """A fact of the request, proven for a recipient where that matters."""

    name: str

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """The word of the fact's value."""
        return table.word(case.facts.state(self.name, who).value)


@dataclass(frozen=True, slots=True)
class OfAll:
    """A fact that counts only if it counts for each recipient to whom the data are new."""

    name: str

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """What is certain, and what is possible, for each of them."""
        receiving = case.facts.receiving()
        word = -1
        for key in receiving.known:
            word &= table.word(case.facts.state(self.name, str(key)).value)
        if not receiving.complete:
            word &= table.nothing
        return word & _everything(table)


def _everything(table: Table) -> int:
    return (1 << 2 * len(table.tests)) - 1


@dataclass(frozen=True, slots=True)
class OfAgency:
    """What is on file about the requester, the owner or a recipient; or which agency it is."""

    head: str
    tail: str

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """The word of what is on file."""
        key = agency(self.head, case, who)
        if self.tail:
            return table.word(case.facts.attribute(key, self.tail).value)
        return table.word(key or None)


def agency(head: str, case: Case, who: str | None) -> str:
    """The key of the agency that a head stands for."""
    if head == REQUESTER:
        return case.request.requester
    return case.request.owner if head == OWNER else who or ""


@dataclass(frozen=True, slots=True)
class OfRecipients:
    """The set of all recipients."""

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """The word of the set."""
        return table.word(case.facts.recipients())


@dataclass(frozen=True, slots=True)
class OfReason:
    """What the lexicons see in the reason, in the words and days of a policy."""

    reference: tree.Reference
    policy: Policy
    test: Test

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """The word of the set of kinds that are seen."""
        state = state_of(self.reference, self.test.subject, case.bare(self.policy), None)
        return table.word(state.value)


@dataclass(frozen=True, slots=True)
class OfReading:
    """The answer that a reading of the law has, in the library or for the sake of argument."""

    name: str
    policy: Policy

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """The two bits of the answer."""
        answer = self.policy.vocabulary.readings[self.name].answer
        return bits(Truth.of(case.readings.get(self.name, answer)), 0)


@dataclass(frozen=True, slots=True)
class OfDuty:
    """Whether somebody in the right role has done a duty."""

    must: tree.Must
    policy: Policy

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """Done or not shown to be done."""
        truth, _ = case.duty_done(self.must, case.context(self.policy))
        return bits(truth, 0)


@dataclass(frozen=True, slots=True)
class OfCondition:
    """A condition that compares two facts, or looks into papers: asked of the reference whole."""

    condition: tree.Condition
    policy: Policy
    variable: str

    def word(self, case: Case, who: str | None, table: Table) -> int:
        """The two bits of its value."""
        context = case.context(self.policy)
        if who is not None:
            bound = {self.variable: who} if self.variable else {}
            context = replace(context, recipient=who, variables=bound)
        return bits(evaluate(self.condition, context).truth, 0)


@dataclass(slots=True)
class Slot:
    """One fact of a plan and the tests asked of it; ``at`` is its place among the words."""

    key: Hashable
    source: Source
    at: int
    tests: dict[Hashable, Test] = field(default_factory=dict[Hashable, Test])
    table: Table = field(default_factory=lambda: Table(()))

    def word(self, case: Case, who: str | None = None) -> int:
        """The word of a request."""
        return self.source.word(case, who, self.table)


@dataclass(slots=True)
class Slots:
    """The slots of a plan, in the order in which its rules ask for them."""

    found: dict[Hashable, Slot] = field(default_factory=dict[Hashable, Slot])

    def place(self, key: Hashable, source: Source) -> int:
        """The place of a slot with a single answer."""
        return self._slot(key, source).at

    def test(self, key: Hashable, source: Source, named: Hashable, test: Test) -> tuple[int, int]:
        """The slot that holds a test, and the test's place in its word."""
        chunk = 0
        while True:
            slot = self._slot((key, chunk), source)
            if named not in slot.tests and len(slot.tests) < TESTS_A_WORD:
                slot.tests[named] = test
            if named in slot.tests:
                return slot.at, list(slot.tests).index(named)
            chunk += 1

    def _slot(self, key: Hashable, source: Source) -> Slot:
        if key not in self.found:
            self.found[key] = Slot(key, source, len(self.found))
        return self.found[key]

    def filled(self, tables: Tables, words: str) -> tuple[Slot, ...]:
        """The slots with their tables; ``words`` names the vocabulary of the request."""
        for slot in self.found.values():
            if slot.tests:
                about = slot.source.tail if isinstance(slot.source, OfAgency) else slot.key
                key = (words, type(slot.source).__name__, about, *slot.tests)
                slot.table = tables.table(key, tuple(slot.tests.values()))
        return tuple(self.found.values())
