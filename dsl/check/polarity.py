"""Which way a fact may turn an answer.

What a reason's words show may only make an answer stricter; what a requester claims may only
make it milder (docs/semantics.md, section 5). A fact that stands under ``not`` counts the
other way round.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from .. import syntax as tree
from ..codes import Code
from ..model import Policy, Vocabulary
from ..reading import REASON_SETS
from .faults import Faults

STRICTER, MILDER = 1, -1


def check_polarity(node: tree.Rule, policy: Policy, faults: Faults) -> None:
    """Note reason facts that loosen and claimed facts that tighten."""
    for condition, direction in branches(node):
        check_signs(condition, direction, policy.defines, policy.vocabulary, faults)


def check_signs(
    condition: tree.Condition,
    direction: int,
    defines: Mapping[str, tree.Condition],
    vocabulary: Vocabulary,
    faults: Faults,
) -> None:
    """Note the facts of one condition, whose truth turns the answer in ``direction``."""
    for reference, sign in _signed(condition, direction, defines):
        _check(reference, sign, vocabulary, faults)


def branches(node: tree.Rule) -> Iterator[tuple[tree.Condition, int]]:
    """Each condition of a rule, and which way its truth turns the answer."""
    opening = node.effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN)
    if node.effect is tree.Effect.REQUIRE:
        return
    if node.condition is not None:
        yield node.condition, MILDER if opening else STRICTER
    for branch in node.grounds:
        yield branch.condition, MILDER
    for branch in node.exceptions:
        yield branch.condition, STRICTER if opening else MILDER


def _signed(
    condition: tree.Condition, sign: int, defines: Mapping[str, tree.Condition]
) -> Iterator[tuple[tree.Reference, int]]:
    """Every fact read, with the direction in which its test turns the answer."""
    match condition:
        case tree.And() | tree.Or():
            for item in condition.items:
                yield from _signed(item, sign, defines)
        case tree.Not():
            yield from _signed(condition.item, -sign, defines)
        case tree.Quantified():
            yield condition.collection, sign
            if condition.quantifier is tree.Quantifier.EVERY:  # more members, harder to meet
                yield condition.collection, -sign
            yield from _signed(condition.body, sign, defines)
        case tree.Named():
            if condition.name in defines:
                yield from _signed(defines[condition.name], sign, defines)
        case tree.Paper():
            return
        case tree.Empty():
            yield condition.subject, -sign
        case tree.Equals() | tree.OneOf():
            yield from _signed_values(condition, sign)
        case _:
            yield condition.subject, sign


def _signed_values(
    test: tree.Equals | tree.OneOf, sign: int
) -> Iterator[tuple[tree.Reference, int]]:
    """The facts that a test of values reads; one that is compared with another turns both ways."""
    for value in test.values if isinstance(test, tree.OneOf) else (test.value,):
        if isinstance(value, tree.YesNo):
            yield test.subject, sign if value.value else -sign
        elif isinstance(value, tree.Reference):
            for reference in (test.subject, value):
                yield from ((reference, sign), (reference, -sign))
        else:
            yield test.subject, sign


def _check(reference: tree.Reference, sign: int, vocabulary: Vocabulary, faults: Faults) -> None:
    fact = vocabulary.facts.get(reference.text)
    if reference.text in REASON_SETS and sign == MILDER:
        faults.add(
            Code.LEXICON_LOOSENS,
            reference.span,
            f"`{reference.text}` would make an answer milder here",
            "a reason's words may only make an answer stricter; move the test to the `if` of a "
            "forbid or refer",
        )
    elif fact is not None and fact.claimed and sign == STRICTER:
        faults.add(
            Code.CLAIM_TIGHTENS,
            reference.span,
            f"`{reference.text}` is claimed by the requester and would make an answer "
            "stricter here",
            "a claimed fact may stand only in a ground, an exception or the condition of a permit",
        )
