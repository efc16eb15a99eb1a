"""An answer as text: what to ask of whom, what it costs, what is left, and how sure that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from ..door import DoorClass
from ..model import FlowMap
from ..render_json import name_of
from ..render_text import CLASS_WORDS, KIND_WORDS, foot_lines, wrapped
from .asking import Basis, Closing
from .plan import Answer, Exposure, Plan, Step
from .rules import RulesInstead
from .solving import Status
from .words import HEURISTIC, act_of, holder_of, named, price_words, status_words

_SHOWN = 5  # switches of one holder


def answer_text(
    answer: Answer, map_: FlowMap, *, shown: int = 10, rules: RulesInstead | None = None
) -> str:
    """The answer, with so many holders of switches at most."""
    return "\n".join(_lines(answer, map_, shown, rules)) + "\n"


def _lines(answer: Answer, map_: FlowMap, shown: int, rules: RulesInstead | None) -> Iterator[str]:
    question, closing = answer.question, answer.closing
    classes = [klass for klass in DoorClass if klass in closing.all_classes]
    yield from wrapped(
        f"Zone `{question.zone}`, purpose `{question.purpose}`, settings and law of "
        f"{question.day}; doors of at most {question.hops} hops, of class "
        f"{' and '.join(klass.value for klass in classes)}."
    )
    yield from (f"  {klass.value:>4}: {CLASS_WORDS[klass]}" for klass in classes)
    yield from _asked_lines(closing)
    yield ""
    yield from wrapped(status_words(answer))
    if answer.trace.bounds and answer.status is not Status.NOTHING:
        yield from wrapped("That is said of the part of the map that was searched; see below.")
    if answer.plan is not None:
        yield from _plan_lines(answer, answer.plan, map_, shown)
    for number, relation in enumerate(answer.walk, 1):
        yield from wrapped(
            f"{name_of(map_, relation.target)} {KIND_WORDS[relation.kind]} "
            f"{name_of(map_, relation.source)}. {holder_of(map_.switches[relation.switch], map_)} "
            f"could {act_of(map_.switches[relation.switch], map_)}.",
            f"   {number}. ", "      ",
        )  # fmt: skip
    for demand in answer.given_up:
        purpose = f" for {demand.purpose}" if demand.purpose else ""
        yield f"  - data of {demand.owner} for {demand.requester}{purpose}"
    yield from _phase_lines(answer, map_)
    yield from _other_lines(answer, map_)
    yield from _frontier_lines(answer)
    if rules is not None:
        yield from _rule_lines(answer, rules)
    yield ""
    if answer.prices:
        yield from _weight_lines(answer)
    trace = answer.trace
    yield from foot_lines(trace.completeness, trace.assumptions, trace.bounds)


def _asked_lines(closing: Closing) -> Iterator[str]:
    """What limits the plan."""
    if closing.holders is not None:
        yield f"Only switches of {len(closing.holders):,} bodies may be asked for."
    if closing.never:
        yield from wrapped(f"Never to be touched: {', '.join(sorted(closing.never))}.")
    protected = sum(demand.is_protected for demand in closing.demands)
    if closing.demands:
        yield (
            f"{protected:,} lawful demands must stay possible; {len(closing.demands) - protected:,}"
            " may be lost at a price."
        )
    if closing.budget.switches is not None:
        yield f"At most {closing.budget.switches:,} switches."
    if closing.budget.price is not None:
        yield f"At most a loss of {closing.budget.price:g}."
    if closing.effort:
        yield f"Asking for a switch counts as a loss of {closing.effort:g} beside its own."


def _plan_lines(answer: Answer, plan: Plan, map_: FlowMap, shown: int) -> Iterator[str]:
    cut = plan.cut
    holders = len({step.switch.holder for step in plan.steps})
    yield from wrapped(
        f"Plan: close {len(plan.steps):,} switches of {holders:,} holders, at a loss of "
        f"{cut.loss:g}. It leaves {cut.pairs_left:,} of {answer.pairs_before:,} pairs of an owner "
        "and a recipient. Verified: the map was traced again without these switches."
    )
    yield ""
    yield from _exposure_lines(answer.before, plan.after)
    yield from _left_lines(plan.after.left(answer.closing.all_classes), map_)
    yield ""
    yield "What to ask for"
    groups = _by_holder(plan.steps)
    for number, steps in enumerate(groups[:shown], 1):
        yield from _holder_lines(number, steps, map_)
    if len(groups) > shown:
        rest = sum(len(steps) for steps in groups[shown:])
        yield from wrapped(
            f"... and {rest:,} switches of {len(groups) - shown:,} more holders; --show N shows "
            "more, --json all, and -o writes them as a draft.",
            "  ",
        )
    for demand in plan.lost:
        yield f"Lost: data of {demand.owner} for {demand.requester}, a loss of {demand.loss:g}."


def _left_lines(left: Mapping[str, int], map_: FlowMap) -> Iterator[str]:
    """Who is still exposed."""
    if not left:
        return
    named = [f"{name_of(map_, owner)} ({count:,})" for owner, count in list(left.items())[:_SHOWN]]
    more = f" and {len(left) - _SHOWN:,} more owners" if len(left) > _SHOWN else ""
    yield from wrapped(f"Still open, owner (recipients): {', '.join(named)}{more}.", "  ")


def _by_holder(steps: Iterable[Step]) -> list[list[Step]]:
    """The switches of each holder, those first that cut off most."""
    groups = [list(each) for _, each in groupby(steps, key=lambda step: step.switch.holder)]
    groups.sort(key=lambda group: -sum(step.needed_by for step in group))
    return groups


def _holder_lines(number: int, steps: list[Step], map_: FlowMap) -> Iterator[str]:
    total = sum(step.price.value for step in steps)
    many = f": {len(steps):,} switches, loss {total:g}" if len(steps) > 1 else ""
    yield f"{number:>3}. {holder_of(steps[0].switch, map_)}{many}"
    for step in steps[:_SHOWN]:
        yield from wrapped(
            f"{act_of(step.switch, map_)} ({price_words(step.price)}; pairs it alone cuts off: "
            f"{step.cuts_alone:,}; left if it alone stays on: {step.needed_by:,}) "
            f"[{step.switch.key}]",
            "       - ", "         ",
        )  # fmt: skip
    if len(steps) > _SHOWN:
        yield f"       - and {len(steps) - _SHOWN:,} more"


def _exposure_lines(before: Exposure, after: Exposure) -> Iterator[str]:
    yield f"  {'doors by class':<32}" + "".join(f"{klass.value:>9}" for klass in DoorClass)
    for what, one in (("before", before), ("after", after)):
        for words, counts in (("pairs", one.pairs), ("owners exposed", one.owners)):
            row = "".join(f"{counts[klass] or '-':>9}" for klass in DoorClass)
            yield f"  {f'{words}, {what}':<32}{row}"


def _phase_lines(answer: Answer, map_: FlowMap) -> Iterator[str]:
    if not answer.phases:
        return
    yield ""
    yield f"In {len(answer.phases)} phases. {HEURISTIC}"
    for number, phase in enumerate(answer.phases, 1):
        switches = [_named(key, map_) for key in phase.switches]
        yield from wrapped(
            f"{len(switches):,} switches, after which {phase.pairs_left:,} pairs are left: "
            f"{_some(switches)}",
            f"  {number}. ", "     ",
        )  # fmt: skip


def _other_lines(answer: Answer, map_: FlowMap) -> Iterator[str]:
    if not answer.alternatives or answer.plan is None:
        return
    yield ""
    yield "Next best plans, each verified as well"
    mine = set(answer.plan.cut.switches)
    for number, plan in enumerate(answer.alternatives, 1):
        more = [_named(key, map_) for key in plan.cut.switches if key not in mine]
        spared = [_named(key, map_) for key in sorted(mine.difference(plan.cut.switches))]
        proof = "proved next" if plan.is_proved else f"not proved, gap {plan.cut.gap:.1%}"
        yield from wrapped(
            f"loss {plan.cut.loss:g} ({proof}): close {_some(more)} instead of {_some(spared)}",
            f"  {number}. ", "     ",
        )  # fmt: skip


def _frontier_lines(answer: Answer) -> Iterator[str]:
    if not answer.frontier:
        return
    yield ""
    within = " (whatever the budget)" if answer.closing.budget.is_limited else ""
    yield f"Doors left against lawful loss{within}"
    yield f"  {'pairs left':>12}{'loss':>12}{'switches':>12}"
    for point in answer.frontier:
        cut = point.cut
        mark = "" if cut.status is Status.OPTIMAL else f"   not proved, gap {cut.gap:.1%}"
        yield f"  {cut.pairs_left:>12,}{cut.loss:>12g}{len(cut.switches):>12,}{mark}"


def _rule_lines(answer: Answer, rules: RulesInstead) -> Iterator[str]:
    barred = {key for draft in rules.drafts for key in draft.recipients}
    without = f"; {rules.without:,} more are not on file" if rules.without else ""
    yield ""
    yield "Rules instead"
    yield from wrapped(
        f"Drafts for {len(rules.drafts):,} owners{without}. They bar {len(barred):,} bodies for "
        "every purpose and close no switch. Where nothing enforces the rules, a door that was "
        "lawful then takes a breach, and stays:",
        "  ",
    )  # fmt: skip
    yield from _exposure_lines(answer.before, rules.after)


def _weight_lines(answer: Answer) -> Iterator[str]:
    yield "What closing a switch costs"
    counts = {basis: sum(p.basis is basis for p in answer.prices.values()) for basis in Basis}
    each = next((price.each for price in answer.prices.values() if price.is_default), None)
    default = ""
    if each is not None:
        median = ", the median of what is stated or measured for one" if answer.is_measured else ""
        default = (
            f" and for {answer.defaults:,} nobody measured: by default each lawful relation counts "
            f"{each:g}{median}"
        )
    yield from wrapped(
        f"Of {len(answer.prices):,} switches on doors, {counts[Basis.LOSS]:,} have a stated loss, "
        f"{counts[Basis.VOLUME]:,} the measured volume of their lawful relations,{default}.",
        "  ",
    )  # fmt: skip


def _named(key: str, map_: FlowMap) -> str:
    switch = map_.switches[key]
    return f"{named(switch, map_)} ({name_of(map_, switch.holder)})"


def _some(every: list[str]) -> str:
    rest = f" and {len(every) - _SHOWN:,} more" if len(every) > _SHOWN else ""
    return "; ".join(every[:_SHOWN]) + rest if every else "nothing"
