"""How fast and how large the array side of the flow engine is, beside what else one could use.

Run ``python -m benchmarks.flow``; ``--keep`` writes the table to ``benchmarks/results``. Asked is
how far data of 100 bodies get for 16 purposes in at most 4 hops under the onward rule, on a
generated map of 20,000 bodies and 20 million relations. All of a run takes turns, round after
round; the median of the CPU times counts. Nothing is asserted but that the answers are equal.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from benchmarks.flow_rivals import RIVALS, alike, installed, plain_numpy
from benchmarks.peers.machine import this_machine

from platelaw.engine.flow.arrays import files
from platelaw.engine.flow.arrays.product_reach import on_walks, product_reach
from platelaw.engine.flow.arrays.reach import Executor, are_kernels_installed, reach
from platelaw.engine.flow.arrays.scenarios import Scenario, changed, prepared, swept
from platelaw.engine.flow.arrays.snapshot import Bits, Snapshot
from platelaw.engine.flow.arrays.walks import shortest_walks
from platelaw.engine.flow.generating.calibration import read_calibration
from platelaw.engine.flow.generating.folder import write_folder
from platelaw.engine.flow.generating.generator import generate

HOPS, SOURCES, PAIRS, PURPOSE, RARE = 4, 100, 1000, 3, 0
VERSION = version("platelaw")
KEPT = Path(__file__).parent / "results" / VERSION
Row = tuple[str, str, str, str]  # what, how much, beside the goal, the goal


def seconds(work: Callable[[], Any]) -> float:
    """CPU seconds of some work."""
    started = time.process_time()
    work()
    return time.process_time() - started


class Question:
    """One map and what is asked of it, the same in every process."""

    def __init__(self, folder: Path) -> None:
        self.snapshot = files.read(folder)
        chance = np.random.default_rng(11)
        nodes = self.snapshot.nodes
        self.seeds = np.zeros(nodes, np.uint16)
        self.seeds[chance.choice(nodes, SOURCES, replace=False)] = 0xFFFF
        self.pairs = [
            (int(one), int(other)) for one, other in chance.integers(0, nodes, (PAIRS, 2))
        ]
        self.leaving = [int(node) for node in chance.choice(nodes, 64, replace=False)]
        self.sinks = np.zeros(nodes, np.uint16)
        self.sinks[chance.choice(nodes, nodes // 10, replace=False)] = 0xFF00

    def reach(self, executor: Executor, snapshot: Snapshot | None = None) -> Bits:
        """The question itself."""
        return reach(snapshot or self.snapshot, self.seeds, HOPS, executor)

    def table(self) -> Bits:
        """Transitions for product reach: each class keeps a state, or spoils it by one step."""
        assert self.snapshot.classes is not None
        count = int(self.snapshot.classes.max()) + 1
        table = np.zeros((count, 16), np.uint16)
        for state in range(16):
            table[:, state] = 1 << state
            table[::2, state] |= 1 << min(state + 8, 15)
        return table


def bandwidth() -> Callable[[], Any]:
    """What reads 1 GB from one end to the other, as fast as one core can."""
    data = np.ones(125_000_000, np.int64)
    try:
        numba: Any = import_module("numba")
    except ImportError:
        return data.sum

    def total(numbers: Any) -> int:
        found = 0
        for number in range(len(numbers)):
            found += numbers[number]
        return found

    compiled = numba.njit(total)
    return lambda: compiled(data)


def rounds(works: dict[str, Callable[[], Any]], count: int) -> dict[str, float]:
    """The median milliseconds of each, taking turns."""
    for work in works.values():
        work()
    taken: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(count):
        for name, work in works.items():
            taken[name].append(seconds(work) * 1000)
    return {name: median(each) for name, each in taken.items()}


def compared(asked: Question, count: int) -> list[Row]:
    """The main question, the floor, sweeps and walks, round after round."""
    snapshot = asked.snapshot
    best = Executor.COMPILED if are_kernels_installed() else Executor.NUMPY
    made = [Scenario.leaving(snapshot, node) for node in asked.leaving]
    changes = prepared(snapshot, made, best)
    one = changed(snapshot, changes, 0)
    sweep = swept(snapshot, changes, asked.seeds, HOPS, best)
    assert sweep.bits(0).tolist() == asked.reach(best, one).tolist()
    answer = asked.reach(best).tolist()
    assert answer == asked.reach(Executor.NUMPY).tolist()
    assert answer == plain_numpy(snapshot, asked.seeds, HOPS).tolist()
    took = rounds(
        {
            "1 GB": bandwidth(),
            "reach": lambda: asked.reach(best),
            "one": lambda: asked.reach(best, one),
            "sweep": lambda: swept(snapshot, changes, asked.seeds, HOPS, best),
            "walks": lambda: shortest_walks(snapshot, asked.pairs, PURPOSE, executor=best),
            "rare": lambda: shortest_walks(snapshot, asked.pairs, RARE, executor=best),
            "numpy": lambda: asked.reach(Executor.NUMPY),
            "plain": lambda: plain_numpy(snapshot, asked.seeds, HOPS),
        },
        count,
    )
    floor = took["1 GB"] * snapshot.relations * 6 / 1e9
    mine = took["reach"]
    rows = [
        ("reading 6 bytes a relation once", ms(floor), "", "the floor"),
        goal_row(f"reach, {best.value}", mine, mine / floor, "of the floor", 3, most=True),
        goal_row("reach, plain numpy", took["plain"], took["plain"] / mine, "of reach", 10),
        goal_row("reach, numpy", took["numpy"], took["numpy"] / mine, "of reach", 20, most=True),
    ]
    rows += rivals(asked, mine)
    saved = 64 * took["one"] / took["sweep"]
    rows += [
        goal_row("64 scenarios in a sweep", took["sweep"], saved, "cheaper than one by one", 8),
        goal_row("1,000 shortest walks", took["walks"], took["walks"] / mine, "of reach", 1.2,
                 most=True),
        goal_row("1,000 shortest walks, the rarest purpose", took["rare"], took["rare"] / mine,
                 "of reach", 1.2, most=True),
        ("making 64 scenarios ready", ms(seconds(lambda: prepared(snapshot, made, best)) * 1000),
         "", ""),
    ]  # fmt: skip
    return [*rows, *product_rows(asked, best)]


def rivals(asked: Question, mine: float) -> list[Row]:
    """Each library on one purpose of each share, counted for all that have it."""
    shares = np.array(list(read_calibration().purposes.values()))
    answer = asked.reach(Executor.NUMPY)
    rows: list[Row] = []
    for name in installed():
        total = 0.0
        for purpose, count in alike(shares):
            ask = RIVALS[name](asked.snapshot, asked.seeds, HOPS, purpose)
            assert ask().tolist() == (answer & 1 << purpose != 0).tolist(), name
            total += count * median(seconds(ask) * 1000 for _ in range(3))
        rows.append(goal_row(f"reach, {name}", total, total / mine, "of reach", 10))
    return rows


def product_rows(asked: Question, executor: Executor) -> list[Row]:
    """Reach with a state, and the relations on walks, by both executors."""
    snapshot, classes, table = asked.snapshot, asked.snapshot.classes, asked.table()
    assert classes is not None
    seeds: Bits = (asked.seeds & 1).astype(np.uint16)
    rows: list[Row] = []
    for each in dict.fromkeys((executor, Executor.NUMPY)):
        took = rounds(
            {
                "reach": lambda each=each: product_reach(
                    snapshot, classes, table, seeds, HOPS, each
                ),
                "walks": lambda each=each: on_walks(
                    snapshot, classes, table, seeds, asked.sinks, HOPS, each
                ),
            },
            3,
        )
        rows.append((f"reach with a state, {each.value}", ms(took["reach"]), "", ""))
        rows.append((f"relations on walks with a state, {each.value}", ms(took["walks"]), "", ""))
    return rows


def sizes(folder: Path, made: dict[str, Any]) -> list[Row]:
    """Bytes a relation, and the most memory of a process that asks all."""
    each = made["nbytes"] / made["relations"]
    asked = child("ask", folder)
    memory = asked["memory"]
    return [
        ("a relation, both ways, with class", f"{each:.2f} bytes", verdict(each <= 16),
         "at most 16"),
        ("a process that asks all of it", f"{memory:,.0f} MiB", verdict(memory < 2048),
         "under 2 GB"),
        ("making and writing the map", f"{made['seconds']:.1f} s",
         f"{made['memory']:,.0f} MiB", ""),
        ("a new process: imports, kernels, the first answer", f"{asked['first']:.1f} s", "", ""),
    ]  # fmt: skip


def state_rows(folder: Path, count: int) -> list[Row]:
    """A state's map, after loading."""
    asked = Question(folder)
    rows: list[Row] = []
    for each in Executor if are_kernels_installed() else (Executor.GRAPH, Executor.NUMPY):
        turns = 1 if each is Executor.GRAPH else count
        took = rounds({"": lambda each=each: asked.reach(each)}, turns)[""]
        goal = verdict(took < 1) if each is Executor.COMPILED else ""
        rows.append(
            (f"a state's map: reach, {each.value}", ms(took), goal, "under 1 ms" * bool(goal))
        )
    return rows


def ms(value: float) -> str:
    """Milliseconds to read."""
    return f"{value:,.2f} ms" if value < 10 else f"{value:,.0f} ms"


def goal_row(
    what: str, took: float, ratio: float, words: str, goal: float, *, most: bool = False
) -> Row:
    """A row with a goal for a ratio."""
    met = ratio <= goal if most else ratio >= goal
    bound = "at most" if most else "at least"
    return (what, ms(took), f"{ratio:.2f} times {words}: {verdict(met)}", f"{bound} {goal:g}")


def verdict(met: bool) -> str:
    """Whether a goal is met."""
    return "met" if met else "**missed**"


def peak() -> float:
    """The most memory of this process, in MiB."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def child(step: str, folder: Path, *more: object) -> dict[str, Any]:
    """What a fresh process tells."""
    command = [sys.executable, "-m", "benchmarks.flow", "--step", step, str(folder)]
    done = subprocess.run([*command, *map(str, more)], check=True, capture_output=True, text=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def step(name: str, folder: Path, *more: str) -> dict[str, Any]:
    """What a process of its own does: make a map, or ask all there is to ask."""
    if name == "make":
        bodies, relations = map(int, more)
        started = time.process_time()
        made = generate(read_calibration(), seed=1, bodies=bodies, relations=relations)
        write_folder(made, folder)
        return {
            "seconds": time.process_time() - started,
            "memory": peak(),
            "nbytes": made.snapshot.nbytes,
            "relations": made.snapshot.relations,
        }
    asked = Question(folder)
    best = Executor.COMPILED if are_kernels_installed() else Executor.NUMPY
    asked.reach(best)
    first = time.process_time()
    shortest_walks(asked.snapshot, asked.pairs, PURPOSE, executor=best)
    changes = prepared(
        asked.snapshot, [Scenario.leaving(asked.snapshot, node) for node in asked.leaving], best
    )
    swept(asked.snapshot, changes, asked.seeds, HOPS, best)
    del changes
    product_rows(asked, best)
    return {"memory": peak(), "first": first}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="How fast and how large the flow arrays are.")
    options.add_argument("--bodies", type=int, default=20_000)
    options.add_argument("--relations", type=int, default=20_000_000)
    options.add_argument("--rounds", type=int, default=9)
    options.add_argument("--keep", action="store_true", help="write the table to the results")
    options.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.step:
        name, folder, *more = given.step
        print(json.dumps(step(name, Path(folder), *more)))
        return
    with tempfile.TemporaryDirectory() as scratch:
        nation, state = Path(scratch, "nation"), Path(scratch, "state")
        made = child("make", nation, given.bodies, given.relations)
        child("make", state, 1000, 100_000)
        rows = [
            *sizes(nation, made),
            *compared(Question(nation), given.rounds),
            *state_rows(state, given.rounds),
        ]
    text = page(rows, made["relations"], given)
    print(text)
    if given.keep:
        machine = this_machine()
        KEPT.mkdir(parents=True, exist_ok=True)
        place = KEPT / f"flow-{machine.date}-{machine.short_name}.md"
        place.write_text(text, "utf-8")
        print(f"kept: {place}", file=sys.stderr)


def page(rows: list[Row], relations: int, given: argparse.Namespace) -> str:
    """The table with what it is of."""
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    command = f"python -m benchmarks.flow --bodies {given.bodies} --relations {given.relations}"
    return f"""# platelaw {VERSION}: flow arrays

Made by `{command}`; docs/flow-scale.md says what is measured.
Machine: {this_machine()}; load average {this_machine().load}.
A generated map of {relations:,} relations; medians of {given.rounds} rounds, CPU time.

| what | figure | result | goal |
|---|---|---|---|
{table}
"""


if __name__ == "__main__":
    main()
