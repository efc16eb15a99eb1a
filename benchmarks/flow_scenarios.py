"""What a scenario takes on the shipped map of real lists, in CPU seconds.

    python benchmarks/flow_scenarios.py [STATE]

The owners are the agencies of a state, judged as if they were one agency of the shipped law.
"""

from __future__ import annotations

import datetime
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from platelaw.engine.decision import Engine
from platelaw.engine.flow.door import Question
from platelaw.engine.flow.example import example_map
from platelaw.engine.flow.importing.assuming import named, with_assumptions
from platelaw.engine.flow.owners import find_owners
from platelaw.engine.flow.residual import residual
from platelaw.engine.flow.scenario.comparing import Answer, compare
from platelaw.engine.flow.scenario.lawful import lawful_sharing
from platelaw.engine.flow.scenario.scenario import Scenario
from platelaw.engine.flow.scenario.setting import Setting
from platelaw.engine.flow.scenario.sharing import StopSharing
from platelaw.engine.flow.tracing import Tracer
from platelaw.engine.flow.zones import shipped_zones
from platelaw.engine.library import load, shipped_registry

T = TypeVar("T")
AS_IF = "CT/hartford-pd"
DAY = datetime.date(2026, 11, 3)


def timed(what: str, work: Callable[[], T]) -> T:
    """Do some work and print what it took."""
    start = time.process_time()
    done = work()
    print(f"{what:<44}{time.process_time() - start:8.2f}")
    return done


def main(state: str) -> None:
    """Print what each part takes."""
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    assumptions = named()
    flow_map = with_assumptions(example_map(), assumptions, registry)
    owners = find_owners(flow_map, registry, (), (state,), flow_map.outgoing)
    question = Question("civil_removal", "immigration", DAY, owners, hops=3)
    setting = Setting(flow_map, registry, DAY, assumptions=assumptions)
    tracer = Tracer(flow_map, Engine(library, registry), shipped_zones(), True, AS_IF)
    scenario = Scenario("stop", (StopSharing((), (), {"delegated_287g": "yes"}),))
    print(f"{len(flow_map.relations):,} relations, {len(owners)} owners of {state}; CPU seconds")
    before = timed("the answer as it is", lambda: Answer(tracer.trace(question), tracer))
    after = timed("the scenario applied", lambda: scenario.apply(setting))
    changed = replace(tracer, map=after.flow_map)
    then = timed("the answer after it", lambda: Answer(changed.trace(question), changed))
    timed("lawful sharing", lambda: lawful_sharing(tracer, question))
    found = timed("doors compared", lambda: compare(before, then))
    few = owners[:20]
    left = timed(
        f"residual copies of {len(few)} owners",
        lambda: residual(flow_map, after.flow_map, DAY, few, hops=3),
    )
    print(f"{len(found.closed)} doors closed; {len(left)} holders with something left")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "CA")
