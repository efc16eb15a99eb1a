"""How long a comparison of laws takes: two days of the shipped library, and two states.

Run `python benchmarks/diff.py`; `--only days` or `--only states` does the one. Each comparison is
made in this process, lot by lot as the command makes them, and the two lots' times are told apart:
with two cores the command takes about as long as loading and the longer lot. CPU seconds of this
process; loading is from text, without a cache. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime
import time
from dataclasses import replace

from platelaw.engine.decision import Engine
from platelaw.engine.diff.changes import Side
from platelaw.engine.diff.comparing import Comparer, Part
from platelaw.engine.diff.exchanging import Exchange, widest_owner
from platelaw.engine.library import load, shipped_registry

DAYS = datetime.date(2026, 9, 30), datetime.date(2026, 10, 1)
STATES, ON = ("CT", "VA"), datetime.date(2026, 11, 3)


def two_days(engine: Engine) -> Comparer:
    """The day before the plate reader act, and its first."""
    old, new = (Side(day.isoformat(), engine, day) for day in DAYS)
    return Comparer(old, new)


def two_states(engine: Engine) -> Comparer:
    """The laws of two states for one owner."""
    registry = engine.registry
    found = [widest_owner(engine.library, registry, state) for state in STATES]
    one, other = found
    assert one is not None
    assert other is not None
    exchange = Exchange(one, other, registry, law_alone=True)
    there = replace(engine, library=exchange.library(engine.library))
    sides = Side(STATES[0], engine, ON), Side(STATES[1], there, ON)
    return Comparer(*sides, exchange=exchange)


def report(name: str, comparer: Comparer) -> None:
    """Make a comparison, and print what it took."""
    parts, took = list[Part](), list[str]()
    for acts in comparer.lots():
        start = time.process_time()
        parts.append(comparer.part(acts))
        took.append(f"{time.process_time() - start:.1f}")
    found = comparer.joined(parts)
    written = sum(change.witness is not None for change in found.changes)
    print(
        f"| {name} | {len(found.changes)} | {written} | {len(found.doubts)} | {found.questions} "
        f"| {' and '.join(took)} |"
    )


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--only", choices=("days", "states"))
    only = arguments.parse_args().only
    start = time.process_time()
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    print(f"loading: {time.process_time() - start:.1f} CPU s\n")
    print("| | classes | with a request | unknown | questions | CPU s of each lot |")
    print("|---|---|---|---|---|---|")
    if only != "states":
        report("two days", two_days(Engine(library, registry)))
    if only != "days":
        report("two states", two_states(Engine(library, registry)))


if __name__ == "__main__":
    main()
