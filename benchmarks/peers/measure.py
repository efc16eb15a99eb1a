"""Timing: CPU time of whole batches, the median of passes in which every engine has its turn."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

LEAST = 0.02  # CPU seconds; what takes less is repeated
MICRO = 1_000_000
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is timed.

    Attributes:
        name: Its name in the results.
        items: What is asked in a pass; made outside the clock.
        run: What is done to all of them.
        again: Whether the same items may be asked again within a pass; not where an engine
            remembers what it was asked.
    """

    name: str
    items: Callable[[int], Sequence[Any]]
    run: Callable[[Sequence[Any]], object]
    again: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """Microseconds of CPU time for one item: the median of the passes, the least and the most."""

    median: float
    least: float
    most: float
    items: int


def one_by_one(call: Callable[[Any], object]) -> Callable[[Sequence[Any]], None]:
    """A call for each of the items."""

    def run(items: Sequence[Any]) -> None:
        for item in items:
            call(item)

    return run


def measure(
    tasks: Sequence[Task], passes: int, after: Callable[[int], None] | None = None
) -> dict[str, Figure]:
    """Every task once in each pass.

    Args:
        tasks: What is timed, in this order.
        passes: How many passes; batches are numbered from 1, for 0 was the first acquaintance.
        after: Told of each pass that is done.
    """
    found: dict[str, list[float]] = {}
    sizes: dict[str, int] = {}
    for number in range(1, passes + 1):
        for task in tasks:
            items = task.items(number)
            if items:
                sizes[task.name] = len(items)
                found.setdefault(task.name, []).append(_each(task, items) * MICRO)
        if after is not None:
            after(number)
    return {
        name: Figure(statistics.median(took), min(took), max(took), sizes[name])
        for name, took in found.items()
    }


def _each(task: Task, items: Sequence[Any]) -> float:
    """CPU seconds for one item, the garbage collector off."""
    rounds, spent = 0, 0.0
    gc.collect()
    gc.disable()
    try:
        while not rounds or (task.again and spent < LEAST):
            started = time.process_time()
            task.run(items)
            spent += time.process_time() - started
            rounds += 1
    finally:
        gc.enable()
    return spent / rounds / len(items)


def acquaint(call: Callable[[Any], T], items: Iterable[Any], cap: float) -> tuple[list[T], float]:
    """Ask for the first time, for as long as allowed: the answers, and CPU seconds for one."""
    started, answers = time.process_time(), list[T]()
    for item in items:
        answers.append(call(item))
        if time.process_time() - started > cap:
            break
    return answers, (time.process_time() - started) / max(len(answers), 1)
