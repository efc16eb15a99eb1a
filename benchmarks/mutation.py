"""What a mutant of the shipped library costs: making it, running examples, asking the solver.

Run `python benchmarks/mutation.py`. The mutants are drawn by lot, the same for the same seed.
Beside each example that was decided in part the same one is decided whole, in the same run.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter, defaultdict
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from platelaw.cli.knowing import known_in
from platelaw.dsl.check import check
from platelaw.engine.library import read_library, shipped_registry
from platelaw.engine.mutation.amending import Amendment
from platelaw.engine.mutation.examining import Examiner
from platelaw.engine.mutation.making import Mutant
from platelaw.engine.mutation.rerun import decided

PAIRS = 8  # examples of one mutant that are decided in both ways


@dataclass(slots=True)
class Spent:
    """Seconds of CPU by what they were spent on."""

    seconds: dict[str, float] = field(default_factory=lambda: defaultdict[str, float](float))

    @contextmanager
    def on(self, what: str) -> Generator[None]:
        """Count what is done within."""
        start = time.process_time()
        try:
            yield
        finally:
            self.seconds[what] += time.process_time() - start


def examiner(spent: Spent) -> Examiner:
    """The shipped library, every example of it decided once."""
    registry = shipped_registry()
    with spent.on("reading and checking"):
        parses = read_library(())
        library = check(parses, registry.bodies.keys()).library
    assert library is not None
    with spent.on("deciding every example"):
        return Examiner(parses, library, registry, tuple(library.examples), known=known_in(()))


def test(made: Examiner, mutants: Sequence[Mutant], spent: Spent) -> Counter[str]:
    """What became of mutants."""
    fates: Counter[str] = Counter()
    for mutant in mutants:
        with spent.on("making mutants"):
            made.workshop.checked(mutant)
        before = time.process_time()
        fate = made.result(mutant).fate.value
        spent.seconds[f"all of one {fate}"] += time.process_time() - before
        fates[fate] += 1
    return fates


def compare(made: Examiner, mutants: Sequence[Mutant], spent: Spent) -> int:
    """Decide examples that can notice in part and whole; how many."""
    count = 0
    for mutant in mutants:
        library = made.workshop.checked(mutant).library
        if library is None:
            continue
        amendment = Amendment.of(library, made.workshop.law, made.registry)
        for one in made.noticing.candidates(mutant, amendment)[:PAIRS]:
            with spent.on("in part"):
                decided(one, amendment)
            with spent.on("whole"):
                amendment.engine.decide(
                    one.request,
                    decided_at=one.request.at.latest,
                    explained=False,
                    registry=one.registry,
                )
            count += 1
    return count


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=100, help="how many mutants are drawn")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    spent = Spent()
    made = examiner(spent)
    everything = made.mutants()
    drawn = random.Random(asked.seed).sample(everything, min(asked.sample, len(everything)))
    fates = test(made, drawn, spent)
    pairs = compare(made, drawn, spent)
    for what, seconds in spent.seconds.items():
        print(f"{seconds:8.2f} s of CPU  {what}")
    print(f"{len(drawn)} of {len(everything)} mutants: {dict(fates)}")
    if pairs:
        ratio = spent.seconds["whole"] / max(spent.seconds["in part"], 1e-9)
        print(f"{pairs} examples decided again: whole takes {ratio:.1f} times as long as in part")


if __name__ == "__main__":
    main()
