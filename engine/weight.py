"""How sure the law is that an answer rests on: docs/semantics.md, section 7.

One order: unverified and open, then secondary and provisional, then verified and adopted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ..dsl import syntax as tree
from ..dsl.model import Rule
from ..dsl.truth import Truth
from .binding import OWNER_LAYERS, binds
from .explanation import Node
from .reference import Answer, BranchResult, Case, RuleResult, RuleState, Turn

_RANKS = {
    "unverified": 0,
    "open": 0,
    "secondary": 1,
    "provisional": 1,
    "verified": 2,
    "adopted": 2,
    "": 3,
}


def rank(status: str) -> int:
    """The place of a status in the order; nothing to rest on ranks highest."""
    return _RANKS[status]


def weakest(statuses: Iterable[str]) -> str:
    """The weakest of several; of equals the one that comes first by name."""
    return min(statuses, key=lambda status: (rank(status), status), default="")


def strongest(statuses: Iterable[str]) -> str:
    """The strongest of several."""
    return max(statuses, key=lambda status: (rank(status), status), default="")


def required_status(case: Case) -> str:
    """The weakest status on which the owner lets a PERMIT rest; verified if it does not say."""
    stated = [
        policy.rests_on
        for policy in case.policies()
        if policy.layer is tree.Layer.OWNER and binds(policy, case.bare(policy)) is Truth.TRUE
    ]
    return strongest(status or "verified" for status in stated)


def is_sure_enough(case: Case, answer: Answer) -> bool:
    """Whether a PERMIT rests on no weaker wording than the owner accepts."""
    required = rank(required_status(case))
    wordings = [*_openings(answer), *_kept_back(answer)]
    if any(rank(status) < required for status in wordings):
        return False
    return not any(rank(stance) < required for stance in pivotal(case, answer, below=required))


def weakest_status(case: Case, answer: Answer) -> str:
    """The weakest wording that the answer rests on."""
    match answer.outcome:
        case tree.Outcome.PERMIT:
            return weakest([*_openings(answer), *_kept_back(answer), *pivotal(case, answer)])
        case tree.Outcome.DENY:
            biting = [r for r in answer.results if r.state in (RuleState.BITES, RuleState.REFUSED)]
            return strongest(rule_status(case, result) for result in biting)
        case tree.Outcome.HOLD:
            holding = [r for r in answer.results if r.state in _HOLDING]
            return strongest(rule_status(case, result) for result in holding)


_HOLDING = (RuleState.UNPROVEN, RuleState.REFERRED, RuleState.DUTY_FIRST)


def rule_status(case: Case, result: RuleResult) -> str:
    """How sure a rule's text is, and the readings without which it would not do what it does."""
    status = _cited(result.rule.node.citation)
    stances = [
        _stance(result, name)
        for name in sorted(_readings(result))
        if any(state is not result.state for state in _flipped(case, result, name))
    ]
    return weakest([status, *stances])


def _openings(answer: Answer) -> list[str]:
    """The best supported permit that opened."""
    opened = [
        _cited(r.rule.node.citation)
        for r in answer.results
        if r.state is RuleState.OPENS and r.policy.layer in OWNER_LAYERS
    ]
    left = [
        _cited(r.rule.node.citation)
        for r in answer.results
        if r.state is RuleState.OPENS and r.rule.effect is tree.Effect.LEAVE_OPEN
    ]
    return [strongest(opened)] if opened else left[:1]


def _kept_back(answer: Answer) -> list[str]:
    """The exception or ground that kept each rule whose condition is not false from biting."""
    statuses: list[str] = []
    for result in answer.results:
        if result.rule.effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN):
            continue
        for turn in result.turns:
            if turn.applies is not Truth.FALSE and turn.value is Truth.FALSE:
                statuses.append(_best_branch(turn, result))
    return statuses


def _best_branch(turn: Turn, result: RuleResult) -> str:
    true = [branch for branch in turn.branches if branch.node.truth is Truth.TRUE]
    return strongest(branch_status(branch, result) for branch in true)


def branch_status(branch: BranchResult, result: RuleResult) -> str:
    """How sure the wording of an exception or ground is: its own citation, or the rule's."""
    return branch_wording(branch.branch, result.rule)


def branch_wording(branch: tree.Branch, rule: Rule) -> str:
    """How sure the wording of an exception or ground of a rule is."""
    return _cited(branch.citation or rule.node.citation)


def rule_wording(rule: Rule) -> str:
    """How sure the wording of a rule is."""
    return _cited(rule.node.citation)


def pivotal(case: Case, answer: Answer, below: int = 4) -> list[str]:
    """The stance of every reading, of a rank below ``below``, whose other value would change it."""
    stances: list[str] = []
    for name in sorted({name for r in answer.results for name in _readings(r)}):
        result = next(r for r in answer.results if name in _readings(r))
        reading = result.policy.vocabulary.readings[name]
        if reading.answer is None or rank(reading.stance.value) >= below:
            continue
        other = replace(case, readings={**case.readings, name: not reading.answer}).answer()
        if other.outcome is not answer.outcome:
            stances.append(reading.stance.value)
    return stances


def _readings(result: RuleResult) -> frozenset[str]:
    nodes: list[Node] = [turn.condition for turn in result.turns if turn.condition is not None]
    nodes += [branch.node for turn in result.turns for branch in turn.branches]
    return frozenset(
        name
        for node in nodes
        for name in node.readings()
        if name in result.policy.vocabulary.readings
    )


def _stance(result: RuleResult, name: str) -> str:
    return result.policy.vocabulary.readings[name].stance.value


def _flipped(case: Case, result: RuleResult, name: str) -> Iterator[RuleState | None]:
    """What a rule would do under every other answer of a reading; an open one has two."""
    answer = result.policy.vocabulary.readings[name].answer
    for other in (True, False):
        if other is not answer:
            again = replace(case, readings={**case.readings, name: other}).again(result)
            yield again.state if again else None


def _cited(citation: tree.Citation | None) -> str:
    return citation.status.value if citation else "unverified"
