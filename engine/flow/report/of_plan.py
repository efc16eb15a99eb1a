"""A report's closing plan from the answer of a closing."""

from __future__ import annotations

from collections.abc import Iterator

from ..closing.asking import Basis, Closing
from ..closing.plan import Answer, Plan
from ..closing.words import (
    BASIS_WORDS,
    HEURISTIC,
    act_of,
    holder_of,
    named,
    price_words,
    status_words,
)
from ..door import DoorClass
from ..model import FlowMap
from ..render_json import name_of
from . import words
from .view import PlanView, StepView

_NAMED = 4  # switches of another plan named one by one


def plan_view(answer: Answer, flow_map: FlowMap, *, draft: str = "") -> PlanView:
    """What a report shows of a closing.

    Args:
        answer: The answer.
        flow_map: The map that it was asked of.
        draft: The change of settings or policy as text, if it was made.
    """
    plan = answer.plan
    return PlanView(
        proof=status_words(answer),
        is_proved=plan is not None and plan.is_proved,
        asked=_asked(answer),
        loss=_loss(plan) if plan else "there is no plan",
        steps=tuple(_steps(answer, plan, flow_map)) if plan else (),
        before=tuple(answer.before.pairs.items()),
        after=tuple(plan.after.pairs.items()) if plan else (),
        others=tuple(_others(answer, flow_map)),
        frontier=tuple(
            (words.counted(point.cut.pairs_left, "pair"), _price(point.cut.loss, point.cut.gap))
            for point in answer.frontier
        ),
        uncuttable=tuple(_uncuttable(answer, flow_map)),
        notes=tuple(_notes(answer)),
        draft=draft,
    )


def _asked(answer: Answer) -> str:
    classes = [words.CLASSES[each] for each in DoorClass if each in answer.closing.all_classes]
    return (
        f"Asked: to close the doors of {words.counted(answer.pairs_before, 'pair')} of owner and "
        f"recipient, of these classes: {'; '.join(classes)}."
    )


def _loss(plan: Plan) -> str:
    return (
        f"a loss of {_price(plan.cut.loss, plan.cut.gap)} of lawful sharing, by "
        f"{words.counted(len(plan.steps), 'switch', 'switches')} of "
        f"{words.counted(len({step.switch.holder for step in plan.steps}), 'holder')}; "
        f"{words.counted(plan.cut.pairs_left, 'pair')} left"
    )


def _price(price: float, gap: float) -> str:
    return f"{price:,.0f}" + (f" (not proved: up to {gap:.1%} too much)" if gap else "")


def _steps(answer: Answer, plan: Plan, flow_map: FlowMap) -> Iterator[StepView]:
    """The switches, that first which most would pass if it stayed on."""
    phases = {
        key: str(number) for number, phase in enumerate(answer.phases, 1) for key in phase.switches
    }
    for step in sorted(plan.steps, key=lambda step: (-step.needed_by, step.price.value)):
        yield StepView(
            act=act_of(step.switch, flow_map),
            holder=holder_of(step.switch, flow_map),
            loss=price_words(step.price),
            pairs=step.needed_by,
            phase=phases.get(step.switch.key, ""),
        )


def _others(answer: Answer, flow_map: FlowMap) -> Iterator[tuple[str, str]]:
    """Each of the next best plans, by how it differs from the best."""
    mine = frozenset(answer.plan.cut.switches) if answer.plan else frozenset[str]()
    for other in answer.alternatives:
        theirs = frozenset(other.cut.switches)
        more, spared = (
            [_named(key, flow_map) for key in sorted(keys)]
            for keys in (theirs - mine, mine - theirs)
        )
        yield f"close {_some(more)}; spare {_some(spared)}", _price(other.cut.loss, other.cut.gap)


def _named(key: str, flow_map: FlowMap) -> str:
    switch = flow_map.switches[key]
    return f"{named(switch, flow_map)} (of {name_of(flow_map, switch.holder)})"


def _some(told: list[str]) -> str:
    rest = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return ", ".join(told[:_NAMED]) + rest if told else "nothing"


def _uncuttable(answer: Answer, flow_map: FlowMap) -> Iterator[str]:
    for relation in answer.walk:
        told = words.RELATIONS[relation.kind].format(
            source=flow_map.nodes[relation.source].name,
            target=flow_map.nodes[relation.target].name,
        )
        yield told[:1].upper() + told[1:]


def _notes(answer: Answer) -> Iterator[str]:
    """What limits the plan, and what its prices are."""
    yield from _limits(answer.closing)
    for demand in answer.given_up:
        yield f"To be given up: data of {demand.owner} for {demand.requester}."
    if answer.plan:
        for demand in answer.plan.lost:
            yield f"Lost: data of {demand.owner} for {demand.requester}."
        yield "Verified: the map was traced again without these switches."
    for basis in Basis:
        count = sum(price.basis is basis for price in answer.prices.values())
        if count:
            priced = words.counted(count, "switch", "switches")
            yield f"{priced} on doors priced {BASIS_WORDS[basis]}."
    if 0 < answer.defaults < len(answer.prices):
        yield "Counts and records are no one unit: a plan that mixes them is rough."
    if answer.phases:
        yield HEURISTIC


def _limits(closing: Closing) -> Iterator[str]:
    if closing.holders is not None:
        bodies = words.counted(len(closing.holders), "body", "bodies")
        yield f"Only switches of {bodies} may be asked for."
    if closing.never:
        yield f"Never to be touched: {', '.join(sorted(closing.never))}."
    protected = sum(demand.is_protected for demand in closing.demands)
    if protected:
        yield f"{words.counted(protected, 'lawful demand')} must stay possible."
    if closing.budget.switches is not None:
        yield f"At most {words.counted(closing.budget.switches, 'switch', 'switches')}."
    if closing.budget.price is not None:
        yield f"At most a loss of {closing.budget.price:,.0f}."
