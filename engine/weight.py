"""How sure the law is that an answer rests on: docs/semantics.md, section 7.

One order: unverified and open, then secondary and provisional, then verified and adopted.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..dsl import syntax as tree
from ..dsl.model import LawReading, Rule
from ..dsl.truth import Truth
from .binding import OWNER_LAYERS, binds
from .explanation import Node
from .reference import BITING, HOLDING, Answer, BranchResult, Case, RuleResult, RuleState, Turn
from .trials import Trial, outcomes, states

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
            biting = [r for r in answer.results if r.state in BITING]
            return strongest(rule_status(case, result) for result in biting)
        case tree.Outcome.HOLD:
            holding = [r for r in answer.results if r.state in HOLDING]
            return strongest(rule_status(case, result) for result in holding)


def rule_status(case: Case, result: RuleResult) -> str:
    """How sure a rule's text is, and the readings without which it would not do what it does."""
    readings = result.policy.vocabulary.readings
    turned = [
        (readings[name].stance.value, Trial({(name, ""): Truth.of(other)}))
        for name in sorted(readings_read(result))
        for other in (True, False)  # an open one may have either answer
        if other is not readings[name].answer
    ]
    said = states(case, result, [trial for _, trial in turned])
    stances = [
        stance for (stance, _), state in zip(turned, said, strict=True) if state is not result.state
    ]
    return weakest([_cited(result.rule.node.citation), *stances])


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
    found: dict[str, LawReading] = {}
    for result in answer.results:
        for name in readings_read(result):
            found.setdefault(name, result.policy.vocabulary.readings[name])
    chosen = [
        reading
        for _, reading in sorted(found.items())
        if reading.answer is not None and rank(reading.stance.value) < below
    ]
    turned = [Trial({(r.name, ""): Truth.of(not r.answer)}) for r in chosen]
    said = outcomes(case, answer, turned)
    return [
        reading.stance.value
        for reading, outcome in zip(chosen, said, strict=True)
        if outcome is not answer.outcome
    ]


def readings_read(result: RuleResult) -> frozenset[str]:
    """The readings that the conditions of a rule asked for."""
    nodes: list[Node] = [turn.condition for turn in result.turns if turn.condition is not None]
    nodes += [branch.node for turn in result.turns for branch in turn.branches]
    return frozenset(
        name
        for node in nodes
        for name in node.readings()
        if name in result.policy.vocabulary.readings
    )


def _cited(citation: tree.Citation | None) -> str:
    return citation.status.value if citation else "unverified"
