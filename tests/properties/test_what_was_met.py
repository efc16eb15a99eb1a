"""The random cases reach every outcome, every state of a rule, every value of every operator.

This file comes last: it looks back on what all the others met, and draws more if that is little.
"""

from __future__ import annotations

from hypothesis import Phase, given, settings

from platelaw.dsl.syntax import Outcome

from .cases import cases
from .checks import Case
from .meeting import Met
from .world import decide

ENOUGH = 600


def test_every_outcome_state_and_value_was_met(met: Met) -> None:
    @settings(settings.get_profile("properties"), max_examples=ENOUGH // 2, phases=[Phase.generate])
    @given(cases())
    def draw(case: Case) -> None:
        for request in case.requests:
            met.add(decide(case.engine(), request))

    if met.outcomes.total() < ENOUGH:
        draw()
    assert met.missing() == []
    shares = {outcome: met.outcomes[outcome] / met.outcomes.total() for outcome in Outcome}
    assert min(shares.values()) >= 0.1, shares
