"""The random cases reach every outcome, every state of a rule, every value of every operator.

This file comes last: it looks back on what all the others met, and draws more if that is little.
"""

from __future__ import annotations

from platelaw.dsl.syntax import Outcome

from .cases import some_cases
from .meeting import Met
from .world import decide

ENOUGH = 600


def test_every_outcome_state_and_value_was_met(met: Met) -> None:
    if met.outcomes.total() < ENOUGH:
        for case in some_cases(ENOUGH // 2):
            for request in case.requests:
                met.add(decide(case.engine(), request))
    assert met.missing() == []
    shares = {outcome: met.outcomes[outcome] / met.outcomes.total() for outcome in Outcome}
    assert min(shares.values()) >= 0.1, shares
