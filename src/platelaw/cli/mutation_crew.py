"""Mutants tested in several processes at once."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from typing import cast

from ..engine.mutation.examining import Examiner
from ..engine.mutation.making import Mutant
from ..engine.mutation.results import Fate, Result, result_of
from .aside import Aside, DiedError, can_start, started

_FEW = 8  # mutants for which no other process is worth its start


def tested(examiner: Examiner, mutants: Sequence[Mutant], workers: int) -> Generator[Result]:
    """The result of every mutant, as they come.

    A process that dies takes one mutant with it, of which nothing is known then.

    Raises:
        SolverMissingError: The solver is asked and not installed.
    """
    if workers <= 1 or len(mutants) <= _FEW or not can_start():
        yield from map(examiner.result, mutants)
        return
    crew = _Crew(examiner, iter(mutants))
    try:
        for _ in range(workers):
            crew.start()
        while crew.working:
            yield from crew.came_back()
    finally:
        crew.end()


@dataclass(slots=True)
class _Crew:
    """Processes, each with one mutant in hand."""

    examiner: Examiner
    waiting: Iterator[Mutant]
    working: dict[Connection, tuple[Aside[Mutant, Result], Mutant]] = field(
        default_factory=dict[Connection, "tuple[Aside[Mutant, Result], Mutant]"]
    )

    def start(self) -> None:
        """Start a process on the next mutant, if there is one."""
        mutant = next(self.waiting, None)
        if mutant is not None:
            self._give(started(self.examiner.result), mutant)

    def came_back(self) -> Iterator[Result]:
        """The results that are there; who brought one gets the next mutant."""
        for pipe in cast("Iterable[Connection]", wait(list(self.working))):
            aside, mutant = self.working[pipe]
            try:
                result = aside.answer()
            except DiedError as fault:
                self._dismiss(aside)
                why = f"the process that tested it {fault}"
                yield replace(result_of(mutant, Fate.UNKNOWN), why=why)
                self.start()
                continue
            following = next(self.waiting, None)
            if following is None:
                self._dismiss(aside)
            else:
                self._give(aside, following)
            yield result

    def end(self) -> None:
        """End every process that still works."""
        for aside, _ in list(self.working.values()):
            self._dismiss(aside)

    def _give(self, aside: Aside[Mutant, Result], mutant: Mutant) -> None:
        self.working[aside.pipe] = aside, mutant
        aside.ask(mutant)

    def _dismiss(self, aside: Aside[Mutant, Result]) -> None:
        del self.working[aside.pipe]
        aside.end()
