"""From a map, its doors and what is asked to an answer whose plans are verified."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ..door import Trace
from ..model import FlowMap
from ..product import Product
from .asking import Closing, ClosingError, Demand
from .choices import cut_within, frontier, next_best
from .graph import Labelled, labelled
from .phasing import Effects, phases_of
from .plan import Answer, Exposure, Plan, Step, UnverifiedError
from .pricing import IsLawful, prices_of
from .solving import Cut, Cutting, Status, least_cut

Retrace = Callable[[FlowMap], Trace]
POINTS = 9  # of a frontier


@dataclass(frozen=True, slots=True)
class Asked:
    """What planning goes by.

    Attributes:
        map: The map.
        product: All its doors for the question, as one graph.
        trace: What tracing found on the map.
        retrace: Traces another map for the same question.
        is_lawful: Whether the rules let a relation serve lawful sharing.
        given: Prices by key that override the map's.
    """

    map: FlowMap
    product: Product
    trace: Trace
    retrace: Retrace
    is_lawful: IsLawful
    given: Mapping[str, float] | None = None


def plan_closing(asked: Asked, closing: Closing) -> Answer:
    """What to close.

    Raises:
        ClosingError: What is asked names what is not in the map.
        UnverifiedError: Tracing again found a door that a plan says it closes.
    """
    check(asked.map, closing)
    return _Planner(asked, closing).answer()


def check(map_: FlowMap, closing: Closing) -> None:
    """Check that all that is named is in the map.

    Raises:
        ClosingError: Something is not.
    """
    named = [("switch", key, key in map_.switches) for key in sorted(closing.never)]
    named += [("node", key, key in map_.nodes) for key in sorted(closing.holders or ())]
    for demand in closing.demands:
        named += [("switch", key, key in map_.switches)
                  for route in demand.routes for key in sorted(route)]  # fmt: skip
        if not demand.routes:
            raise ClosingError(
                f"no route leads from `{demand.owner}` to `{demand.requester}` on the map"
            )
    for what, key, is_there in named:
        if not is_there:
            raise ClosingError(f"the map has no {what} `{key}`")


class _Planner:
    """One answer in the making."""

    def __init__(self, asked: Asked, closing: Closing) -> None:
        self._asked = asked
        self._closing = closing
        self._graph = labelled(asked.map, asked.product, closing.most_wrongs)
        named = {key for each in closing.demands for route in each.routes for key in route}
        keys = (*self._graph.switches, *sorted(named - set(self._graph.switches)))
        self._prices = prices_of(asked.map, keys, asked.is_lawful, given=asked.given)
        self._cutting = Cutting(
            self._graph, self._prices, stays=self._stays(self._graph), demands=closing.demands,
            effort=closing.effort,
        )  # fmt: skip
        self._effects = Effects(self._cutting)

    def _stays(self, graph: Labelled) -> frozenset[str]:
        holders, switches = self._closing.holders, self._asked.map.switches
        return frozenset(
            key
            for key in graph.switches
            if key in self._closing.never
            or (holders is not None and switches[key].holder not in holders)
        )

    def answer(self) -> Answer:
        """The whole answer."""
        closing, limit = self._closing, self._closing.time_limit
        if closing.budget.is_limited:
            cut = cut_within(self._cutting, closing.budget, limit)
        else:
            cut = least_cut(self._cutting, limit)
        plan = self._plan(cut) if cut.status in (Status.OPTIMAL, Status.BOUND) else None
        rest = () if closing.budget.is_limited else next_best(
            self._cutting, cut, closing.alternatives, limit
        )  # fmt: skip
        arcs, relations = self._asked.product.arcs, self._asked.map.relations
        return Answer(
            self._asked.trace.question,
            closing,
            cut,
            self._asked.trace,
            Exposure.of(self._asked.trace),
            self._prices,
            self._cutting.pairs_exposed(()),
            plan,
            tuple(relations[arcs[number].relation] for number in cut.walk),
            self._demands(cut) if cut.status is Status.PROTECTED else (),
            tuple(self._plan(each) for each in rest),
            frontier(self._cutting, POINTS, limit) if closing.is_frontier_wanted else (),
            phases_of(self._effects, cut.switches, closing.phases),
        )

    def _demands(self, cut: Cut) -> tuple[Demand, ...]:
        return tuple(self._closing.demands[number] for number in cut.lost)

    def _plan(self, cut: Cut) -> Plan:
        """A cut as a plan, once tracing has found what it says."""
        after = self._asked.retrace(self._asked.map.with_closed(cut.switches))
        self._verify(cut, after)
        return Plan(cut, self._steps(cut), self._demands(cut), Exposure.of(after))

    def _verify(self, cut: Cut, after: Trace) -> None:
        """Raise if more pairs are exposed than the cut says, or a door was missed."""
        asked = self._closing.all_classes
        exposed = sum(reach.by_class.get(klass, 0) for reach in after.reaches for klass in asked)
        doors = any(door.klass in asked for door in after.doors)
        if exposed > cut.pairs_left or (doors and not cut.pairs_left):
            raise UnverifiedError(
                f"with {len(cut.switches)} switches closed, tracing still finds doors of "
                f"{exposed} pairs of an owner and a recipient; the plan says {cut.pairs_left}"
            )

    def _steps(self, cut: Cut) -> tuple[Step, ...]:
        map_, effects = self._asked.map, self._effects
        arcs = self._asked.product.arcs
        on_doors = {arcs[int(arc)].relation for arc in self._graph.arcs}
        used = Counter(map_.relations[number].switch for number in on_doors)
        exposed, left = effects.pairs_left(()), effects.pairs_left(cut.switches)
        switches = sorted(
            (map_.switches[key] for key in cut.switches), key=lambda each: (each.holder, each.key)
        )
        return tuple(
            Step(
                switch,
                self._prices[switch.key],
                len(map_.by_switch.get(switch.key, ())),
                used[switch.key],
                exposed - effects.pairs_left((switch.key,)),
                effects.pairs_left(key for key in cut.switches if key != switch.key) - left,
            )
            for switch in switches
        )
