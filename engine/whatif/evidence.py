"""Settling sets as changes of a request, with a value for everything that must be proven."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ...dsl import syntax as tree
from ...dsl.model import Policy
from ...dsl.reading import REASON_SETS, subject_of
from ...dsl.truth import Truth
from .. import names
from ..conditions import another_member
from ..explanation import Need, NeedKind
from ..facts import Facts
from ..proving.domains import ANOTHER, covers, values_for
from ..proving.sources import Test
from ..reference import Case
from ..request import Reason
from ..settling import Settling, Step
from ..values import Members, Value
from .changes import Change, How, answered, told
from .papers import meeting
from .suppositions import Done, Reviewed, Stated, Supposition, Typed, Whole

ROUTINE = Reason("routine")
_NOTHING = Members(())


def changes_of(case: Case, settling: Settling) -> tuple[Change, ...] | None:
    """What a settling set comes to, as changes; None if no value is known that would do."""
    by_need: dict[Need, list[Step]] = {}
    for step in settling.steps:
        by_need.setdefault(step.need, []).append(step)
    found = [_change(case, need, steps) for need, steps in by_need.items()]
    return None if None in found else tuple(item for item in found if item is not None)


def _change(case: Case, need: Need, steps: Sequence[Step]) -> Change | None:
    if need.kind is NeedKind.READING:
        return answered(need.name, answer=steps[0].wanted is Truth.TRUE, roles=need.roles)
    made = next(iter(_suppositions(case, need, steps)), None)
    now = need.cause.value if need.cause else ""
    return None if made is None else told(How.EVIDENCE, made, need.roles, now)


def _suppositions(case: Case, need: Need, steps: Sequence[Step]) -> Iterable[Supposition]:
    match need.kind:
        case NeedKind.REVIEW:
            return (Reviewed(need.name, cleared=True),)
        case NeedKind.DUTY:
            return (Done(need.name),)
        case NeedKind.INSTRUMENT:
            at = int(need.name.split()[0]) - 1
            tests = [step.test for step in steps if isinstance(step.test, tree.Paper)]
            return (
                found
                for test in tests
                for found in meeting(test, case, need.about)
                if getattr(found, "at", None) == at
            )
        case _:
            return _of_fact(case, need, steps)


def _of_fact(case: Case, need: Need, steps: Sequence[Step]) -> Iterator[Supposition]:
    """A value that passes every test as it is wanted."""
    wanted = [(step.test, step.wanted, step.policy) for step in steps]
    if any(step.leaf == another_member(need.name) for step in steps):
        if all(step.wanted is Truth.FALSE for step in steps):
            if need.name == names.INSTRUMENTS:
                yield Stated(case.facts.vocabulary.facts[need.name], _NOTHING)
            else:
                yield Whole((need.name,))
        return
    if need.name == names.REASON:
        reads_words = all(_reads(test, REASON_SETS) for test, _, _ in wanted)
        if all(truth is Truth.FALSE for _, truth, _ in wanted) or not reads_words:
            yield Typed(ROUTINE)
        return
    fact = case.facts.vocabulary.facts.get(need.name)
    if fact is not None and fact.level is not tree.Level.REGISTRY:
        for value in _values(case, wanted):
            yield Stated(fact, value, need.about)


def _reads(test: tree.Condition | None, subjects: Iterable[str]) -> bool:
    subject = getattr(test, "subject", None)
    return subject is not None and subject.text in subjects


def _values(
    case: Case, wanted: Sequence[tuple[tree.Condition | None, Truth, Policy | None]]
) -> Iterator[Value]:
    """Values of one fact that pass tests as they are wanted."""
    tests: list[tuple[Test, Truth]] = []
    for node, truth, policy in wanted:
        reference = getattr(node, "subject", None)
        if node is None or policy is None or reference is None:
            return
        subject = subject_of(reference, policy.vocabulary, {})
        context = case.context(policy)
        if subject is None or not covers(node, subject, context):
            return
        tests.append((Test(node, subject, policy, context), truth))
    if not tests:
        return
    asked = [test for test, _ in tests]
    for words in case.facts.vocabulary.lineage():
        facts = Facts(case.request, case.registry, words)
        for value in values_for(asked[0].subject, asked, facts):
            usable = value not in (ANOTHER, "")
            if usable and all(test.of(value, case.facts) is truth for test, truth in tests):
                yield value
