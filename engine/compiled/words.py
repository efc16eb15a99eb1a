"""Words of bits: what every test of one fact says, worked out once for each value of the fact.

A fact is a pair (certain, possible) of bit sets, one bit of each for every test that a plan asks
of it: the test is true if its certain bit is set, not false if its possible bit is. The two sets
are kept in one integer, the certain bit of test ``i`` at ``2 i`` and its possible bit after it.
The bits come from the reference's own test of one value, so that the two cannot differ in what a
test means; the table of a fact fills as values come.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field

from ...dsl import syntax as tree
from ...dsl.reading import Subject
from ...dsl.truth import Truth
from ..conditions import Context, value_of
from ..values import State, Value

# More tests than these of one fact go into a second word: small integers are quick.
TESTS_A_WORD = 14
# Numbers and times have no end of values; a table is emptied when it holds so many.
MAX_VALUES = 8192


def bits(truth: Truth, at: int) -> int:
    """The two bits of one test."""
    return (0, 2, 3)[truth] << 2 * at


def unproven(tests: int) -> int:
    """The word of a fact of which nothing is known: every test is possible, none certain."""
    return int("10" * tests, 2) if tests else 0


@dataclass(frozen=True, slots=True)
class Test:
    """One test as a policy asks it: in the words, numbers and days of that policy."""

    condition: tree.Condition
    subject: Subject
    context: Context = field(compare=False, repr=False)

    def of(self, value: Value) -> Truth:
        """What the test says of a value, by the reference."""
        return value_of(self.condition, self.subject, State(value), self.context)


@dataclass(slots=True)
class Table:
    """The words of one fact by its values."""

    tests: Sequence[Test]
    nothing: int = field(init=False)
    words: dict[Value, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Start with no value known."""
        self.nothing = unproven(len(self.tests))
        self.words = {}

    def word(self, value: Value | None) -> int:
        """The word of a value; None is a fact not proven."""
        if value is None:
            return self.nothing
        found = self.words.get(value)
        if found is None:
            found = sum(bits(test.of(value), at) for at, test in enumerate(self.tests))
            if len(self.words) >= MAX_VALUES:
                self.words.clear()
            self.words[value] = found
        return found


@dataclass(slots=True)
class Tables:
    """Tables made once: plans that ask the same tests of a fact share one."""

    _made: dict[Hashable, Table] = field(default_factory=dict[Hashable, Table])

    def table(self, key: Hashable, tests: Sequence[Test]) -> Table:
        """The table of a key that names the fact, its tests and all that they depend on."""
        if key not in self._made:
            self._made[key] = Table(tests)
        return self._made[key]
