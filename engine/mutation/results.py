"""What became of mutants."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from ..known import SURVIVOR, Known, reason
from .making import Mutant


class Fate(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    REFUSED = "refused"
    EQUIVALENT = "equivalent"
    KNOWN = "known"
    SURVIVED = "survived"
    UNKNOWN = "unknown"


OPEN = (Fate.SURVIVED, Fate.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Result:
    """One mutant and what became of it.

    Attributes:
        key: Its name.
        owner: The rule, policy or word that is changed.
        mutator: What sort of change it is.
        says: The change in a sentence.
        file: The file.
        line: The line.
        before: What stands there.
        after: What would stand there; empty if it is left out.
        fate: What became of it.
        by: The example that fails, the fault the library is refused for, or why it stays.
        why: What is not known, and why.
        example: An example that passes and fails under the mutant, as it is written.
        answers: The answer of that example, and the one that the mutant gives.
    """

    key: str
    owner: str
    mutator: str
    says: str
    file: str
    line: int
    before: str
    after: str
    fate: Fate
    by: str = ""
    why: str = ""
    example: str = ""
    answers: tuple[str, str] = ("", "")


def result_of(mutant: Mutant, fate: Fate, by: str = "") -> Result:
    """What became of a mutant."""
    change = mutant.change
    line, _ = change.span.source.line_and_column(change.span.start)
    return Result(
        mutant.key,
        mutant.owner,
        change.mutator,
        change.says,
        mutant.file,
        line,
        change.before,
        change.after,
        fate,
        by,
    )


@dataclass(frozen=True, slots=True)
class Report:
    """What became of all mutants, in the order of the texts."""

    results: tuple[Result, ...]
    digest: str

    @property
    def counts(self) -> Counter[Fate]:
        """How many had each fate."""
        return Counter(result.fate for result in self.results)

    @property
    def percent(self) -> float:
        """How many of those that could be told apart were killed or are known, of a hundred."""
        counts = self.counts
        done = counts[Fate.KILLED] + counts[Fate.KNOWN]
        there_are = done + counts[Fate.SURVIVED] + counts[Fate.UNKNOWN]
        return 100 * done / there_are if there_are else 100.0

    def open(self) -> tuple[Result, ...]:
        """Those that nobody has dealt with."""
        return tuple(result for result in self.results if result.fate in OPEN)


def explained(results: Iterable[Result], known: Iterable[Known]) -> tuple[Result, ...]:
    """The results, those that survive and are known marked so."""
    return tuple(_explained(result, list(known)) for result in results)


def _explained(result: Result, known: Iterable[Known]) -> Result:
    because = reason(SURVIVOR, result.key, known) if result.fate in OPEN else ""
    return replace(result, fate=Fate.KNOWN, by=because) if because else result
