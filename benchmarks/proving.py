"""What `platelaw prove` costs over the shipped library: its statements, and the publish checks.

Run `python benchmarks/proving.py`. Reading and checking the library is measured in the same run, so
that the ratios hold on a busy machine too.
"""

from __future__ import annotations

import time

from platelaw.dsl.check import check
from platelaw.engine.decision import Engine
from platelaw.engine.library import read_library, shipped_registry
from platelaw.engine.proving.checks.checking import checked
from platelaw.engine.proving.proving import Prover

SECONDS = 20.0  # for one question to the solver


def main() -> None:
    """Measure and print."""
    registry = shipped_registry()
    start = time.process_time()
    library = check(read_library(()), registry.bodies.keys()).library
    assert library is not None
    loaded = time.process_time() - start
    engine = Engine(library, registry)
    start = time.process_time()
    prover = Prover(engine, SECONDS)
    proofs = [prover.prove(invariant) for invariant in library.invariants]
    stated = time.process_time() - start
    start = time.process_time()
    found = checked(engine, SECONDS, lambda rule: True)
    searched = time.process_time() - start
    print(f"{loaded:8.2f} s of CPU  reading and checking the library")
    asked = sum(proof.questions for proof in proofs)
    print(f"{stated:8.2f} s of CPU  {len(proofs)} statements, {asked} questions")
    print(f"{searched:8.2f} s of CPU  checks of {found.rules} rules, {found.questions} questions")
    print(f"proofs and checks take {(stated + searched) / loaded:.1f} times the reading")


if __name__ == "__main__":
    main()
