"""Lots of a comparison in several processes at once."""

from __future__ import annotations

import os
from collections.abc import Sequence
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from ..engine.diff.changes import Difference, Doubt
from ..engine.diff.comparing import Comparer, Part
from .mutation_crew import context_of_processes

_FEW = 60  # rules for which no other process is worth its start


def compared(comparer: Comparer) -> Difference:
    """What became of all requests; a process that dies leaves its acts unknown."""
    lots = comparer.lots()
    rules = sum(len(policy.rules) for policy in comparer.new.engine.library.policies)
    if rules < _FEW or (os.cpu_count() or 1) < len(lots):
        return comparer.joined(map(comparer.part, lots))
    others = [_started(comparer, lot) for lot in lots[1:]]
    try:
        parts = [comparer.part(lots[0]), *(_came_back(*other) for other in others)]
    finally:
        for process, _, _ in others:
            process.terminate()
    return comparer.joined(parts)


def _started(
    comparer: Comparer, acts: Sequence[str]
) -> tuple[BaseProcess, Connection, Sequence[str]]:
    """A process that compares some acts, and where its result comes."""
    start = context_of_processes()
    mine, yours = start.Pipe(duplex=False)
    process = start.Process(target=_work, args=(comparer, acts, yours), daemon=True)
    process.start()
    yours.close()
    return process, mine, acts


def _came_back(process: BaseProcess, mine: Connection, acts: Sequence[str]) -> Part:
    try:
        part = mine.recv()
    except EOFError:
        process.join()
        why = f"the process that compared it ended with {process.exitcode}"
        return Part((), tuple(Doubt(act, "any data", why) for act in acts))
    if isinstance(part, Exception):
        raise part
    assert isinstance(part, Part)
    return part


def _work(comparer: Comparer, acts: Sequence[str], yours: Connection) -> None:
    try:
        yours.send(comparer.part(acts))
    except Exception as fault:  # told where it is seen, and not on a process's last line
        yours.send(fault)
