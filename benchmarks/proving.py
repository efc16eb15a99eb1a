"""What `platelaw prove` costs over the shipped library: its statements, and the publish checks.

Run `python benchmarks/proving.py`. Reading and checking the library is measured in the same run,
and so are the checks without what was proved before: the ratios hold on a busy machine too.
"""

from __future__ import annotations

import time

from platelaw.dsl.check import check
from platelaw.engine.decision import Engine
from platelaw.engine.library import read_library, shipped_registry
from platelaw.engine.proving.checks.checking import Checks
from platelaw.engine.proving.excluding import Exclusions, Wish
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
    checks = Checks(engine, SECONDS, lambda rule: True)
    start = time.process_time()
    of_rules = checks.of_rules()
    ruled = time.process_time() - start
    start = time.process_time()
    of_dates = checks.of_dates_and_numbers()
    dated = time.process_time() - start
    print(f"{loaded:8.2f} s of CPU  reading and checking the library")
    asked = sum(proof.questions for proof in proofs)
    print(f"{stated:8.2f} s of CPU  {len(proofs)} statements, {asked} questions")
    rules = checks.joined(of_rules, of_dates).rules
    print(f"{ruled:8.2f} s of CPU  checks of {rules} rules, {of_rules.questions} questions")
    print(f"{dated:8.2f} s of CPU  their dates and numbers, {of_dates.questions} questions")
    print(f"all take {(stated + ruled + dated) / loaded:.1f} times the reading")
    print(f"the longer of two processes takes {max(ruled, stated + dated) / loaded:.1f} times that")
    _without_memory(checks, ruled)


def _without_memory(checks: Checks, ruled: float) -> None:
    """The checks of rules where nothing that was proved is used again."""
    excludes = Exclusions.excludes
    Exclusions.excludes = _never  # type: ignore[method-assign]
    try:
        start = time.process_time()
        asked = checks.of_rules().questions
        took = time.process_time() - start
    finally:
        Exclusions.excludes = excludes  # type: ignore[method-assign]
    told = f"{asked} questions take {took / ruled:.1f} times as long"
    print(f"without what was proved before, {told}")


def _never(proved: Exclusions, wish: Wish) -> bool:
    del proved, wish
    return False


if __name__ == "__main__":
    main()
