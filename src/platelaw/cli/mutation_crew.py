"""Mutants tested in several processes at once."""

from __future__ import annotations

import multiprocessing
from collections.abc import Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkContext, SpawnContext
from multiprocessing.process import BaseProcess
from typing import cast

from ..engine.mutation.examining import Examiner
from ..engine.mutation.making import Mutant
from ..engine.mutation.results import Fate, Result, result_of

_FEW = 8  # mutants for which no other process is worth its start


def tested(examiner: Examiner, mutants: Sequence[Mutant], workers: int) -> Generator[Result]:
    """The result of every mutant, as they come.

    A process that dies takes one mutant with it, of which nothing is known then.

    Raises:
        SolverMissingError: The solver is asked and not installed.
    """
    if workers <= 1 or len(mutants) <= _FEW:
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
    working: dict[Connection, tuple[BaseProcess, Mutant]] = field(
        default_factory=dict[Connection, "tuple[BaseProcess, Mutant]"]
    )

    def start(self) -> None:
        """Start a process on the next mutant, if there is one."""
        mutant = next(self.waiting, None)
        if mutant is None:
            return
        mine, yours = multiprocessing.Pipe()
        process = context_of_processes().Process(
            target=_work, args=(self.examiner, yours), daemon=True
        )
        process.start()
        yours.close()
        mine.send(mutant)
        self.working[mine] = process, mutant

    def came_back(self) -> Iterator[Result]:
        """The results that are there; who brought one gets the next mutant."""
        for mine in cast("Iterable[Connection]", wait(list(self.working))):
            process, mutant = self.working.pop(mine)
            try:
                result = mine.recv()
            except EOFError:
                process.join()
                why = f"the process that tested it ended with {process.exitcode}"
                yield replace(result_of(mutant, Fate.UNKNOWN), why=why)
                self.start()
                continue
            if isinstance(result, Exception):
                raise result
            following = next(self.waiting, None)
            mine.send(following)
            if following is not None:
                self.working[mine] = process, following
            yield result

    def end(self) -> None:
        """End every process that still works."""
        for process, _ in self.working.values():
            process.terminate()


def _work(examiner: Examiner, mine: Connection) -> None:
    """Test what comes until nothing does."""
    while (mutant := mine.recv()) is not None:
        try:
            mine.send(examiner.result(mutant))
        except Exception as fault:  # told where it is seen, and not on a process's last line
            mine.send(fault)


def context_of_processes() -> SpawnContext | ForkContext:
    """Where it can be, a process starts with all that was loaded."""
    if "fork" in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("fork")
    return multiprocessing.get_context("spawn")
