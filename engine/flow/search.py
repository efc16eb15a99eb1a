"""The search over the product of a map and what a walk carries.

Walks with a bounded state, never simple paths, whose number explodes. One owner at a time:
first every state within the hops and wrongs asked for, then the least that is still missing from
each state to a recipient, then the best walks one after another, which the second makes exact.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count

from .hops import BY_HAND, Carried, Hops, Way
from .model import Custody, FlowMap, NodeKind, RelationKind
from .product import Arc, Product, State

Cost = tuple[int, int]  # wrongs, then hops
MOST_TRIED = 20_000  # partial walks of one owner


@dataclass(frozen=True, slots=True)
class Place:
    """A state without its wrongs: where the data are, and what is carried."""

    node: str
    serves: bool
    custody: Custody
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One way to take one relation from one place to another."""

    tail: Place
    head: Place
    relation: int
    way: Way


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a search goes: hops and wrongs of a walk, and whether what is held may pass."""

    hops: int
    wrongs: int
    held: bool = False


@dataclass(slots=True)
class Found:
    """All that one owner's data can do within the limits.

    Attributes:
        start: The owner's own place.
        steps: Every step, by the place that it leaves.
        wrongs: The least wrongs that it takes to each place.
        ends: The places where a recipient is served.
    """

    start: Place
    steps: dict[Place, list[Step]] = field(default_factory=dict[Place, "list[Step]"])
    wrongs: dict[Place, int] = field(default_factory=dict[Place, int])
    ends: set[Place] = field(default_factory=set[Place])


@dataclass(slots=True)
class Searcher:
    """Searches one map for doors to the recipients of one zone.

    Attributes:
        map: The map.
        hops: The ways of its relations.
        live: The numbers of the relations that stand on the day and are switched on.
        sinks: The nodes that belong to the zone, by owner's government where that matters.
    """

    map: FlowMap
    hops: Hops
    live: frozenset[int]
    sinks: frozenset[str]
    _out: dict[str, list[int]] = field(default_factory=dict[str, "list[int]"], init=False)
    _near: dict[str, int] = field(default_factory=dict[str, int], init=False)
    _carried: dict[tuple[str, ...], Carried] = field(
        default_factory=dict[tuple[str, ...], Carried], init=False
    )

    def __post_init__(self) -> None:
        """Index the live relations, and how far each node is from the zone."""
        into: dict[str, list[str]] = {}
        for number in sorted(self.live):
            relation = self.map.relations[number]
            self._out.setdefault(relation.source, []).append(number)
            into.setdefault(relation.target, []).append(relation.source)
        self._near = {node: 0 for node in self.sinks}
        waiting = deque(self.sinks)
        while waiting:
            node = waiting.popleft()
            for before in into.get(node, ()):
                if before not in self._near:
                    self._near[before] = self._near[node] + 1
                    waiting.append(before)

    # Everything within the limits --------------------------------------------------------------

    def found(self, owner: str, limits: Limits) -> Found:
        """Every state that an owner's data can get into within the limits."""
        start = Place(owner, False, Custody.COPY)
        found = Found(start, wrongs={start: 0})
        layer = [start]
        for hop in range(limits.hops):
            better: dict[Place, None] = {}
            for place in layer:
                if place not in found.steps:
                    found.steps[place] = list(self._steps(owner, place, limits))
                left = limits.hops - hop - 1
                for step in found.steps[place]:
                    wrongs = found.wrongs[place] + step.way.wrongs
                    if wrongs > limits.wrongs or self._near[step.head.node] > left:
                        continue
                    if wrongs < found.wrongs.get(step.head, limits.wrongs + 1):
                        found.wrongs[step.head] = wrongs
                        better[step.head] = None
            layer = [place for place in better if not self._is_end(place)]
            found.ends.update(place for place in better if self._is_end(place))
        return found

    def _is_end(self, place: Place) -> bool:
        return place.serves and place.node in self.sinks

    def _steps(self, owner: str, place: Place, limits: Limits) -> Iterator[Step]:
        """The steps that leave a place."""
        carried = self._carried_of(place.terms)
        for number in self._out.get(place.node, ()):
            relation = self.map.relations[number]
            target = relation.target
            if target in (owner, place.node) or target not in self._near:
                continue
            if not self._can_pass(place, relation.kind, place.node == owner):
                continue
            serves_now = place.serves and place.node != owner
            for way in self.hops.ways(owner, number, serves=serves_now, carried=carried):
                if way.wrongs > limits.wrongs or (way.is_held and not limits.held):
                    continue
                if way.serves is False and target in self.sinks and self._leads_nowhere(target):
                    continue
                terms = place.terms
                if relation.terms and relation.terms not in terms:
                    terms = tuple(sorted((*terms, relation.terms)))
                yield Step(place, Place(target, way.serves, relation.custody, terms), number, way)

    def _leads_nowhere(self, node: str) -> bool:
        return node not in self._out

    def _can_pass(self, place: Place, kind: RelationKind, is_owner: bool) -> bool:
        """Whether a relation carries what is at a place on: access alone does not go on."""
        if is_owner or place.custody is Custody.COPY:
            return True
        if self.map.nodes[place.node].kind is NodeKind.NETWORK:
            return kind in (RelationKind.MEMBER_OF, RelationKind.JOINS)
        return kind in BY_HAND

    def _carried_of(self, terms: tuple[str, ...]) -> Carried:
        if terms not in self._carried:
            self._carried[terms] = self.hops.carried(terms)
        return self._carried[terms]

    # The best walks ----------------------------------------------------------------------------

    def walks(self, found: Found, limits: Limits) -> Iterator[tuple[Step, ...]]:
        """The walks to recipients, by wrongs and then hops, each with switches of its own.

        No node is passed twice. After ``MOST_TRIED`` partial walks no further one is tried.
        """
        missing = _missing(found, limits.hops)
        order = count()
        waiting: list[tuple[Cost, str, int, Place, int, tuple[Step, ...]]] = []

        def push(place: Place, wrongs: int, walk: tuple[Step, ...]) -> None:
            rest = missing[limits.hops - len(walk)].get(place)
            if rest is None or wrongs + rest[0] > limits.wrongs:
                return
            cost = (wrongs + rest[0], len(walk) + rest[1])
            heapq.heappush(waiting, (cost, place.node, next(order), place, wrongs, walk))

        push(found.start, 0, ())
        seen: set[frozenset[str]] = set()
        for _ in range(MOST_TRIED):
            if not waiting:
                return
            _, _, _, place, wrongs, walk = heapq.heappop(waiting)
            if place in found.ends:
                switches = frozenset(self.map.relations[step.relation].switch for step in walk)
                if switches not in seen:
                    seen.add(switches)
                    yield walk
                continue
            passed = {found.start.node, *(step.head.node for step in walk)}
            for step in found.steps.get(place, ()):
                if step.head.node not in passed:
                    push(step.head, wrongs + step.way.wrongs, (*walk, step))

    def product(self, found: Found, limits: Limits) -> Product:
        """All that lies on a walk of an owner to a recipient, with wrongs as part of the state."""
        missing = _missing(found, limits.hops)
        numbers: dict[State, int] = {}
        arcs: list[Arc] = []
        owner = found.start.node

        def number(place: Place, wrongs: int) -> int:
            state = State(place.node, owner, place.serves, place.custody, place.terms, wrongs)
            return numbers.setdefault(state, len(numbers))

        start = number(found.start, 0)
        done: dict[tuple[Place, int], int] = {}  # the fewest hops at which it was left
        layer = {(found.start, 0): None}
        ends: dict[int, None] = {}
        for hop in range(limits.hops):
            left = limits.hops - hop - 1
            further: dict[tuple[Place, int], None] = {}
            for place, wrongs in layer:
                if (place, wrongs) in done or place in found.ends:
                    continue
                done[place, wrongs] = hop
                for step in found.steps.get(place, ()):
                    after = wrongs + step.way.wrongs
                    rest = missing[left].get(step.head)
                    if rest is None or after + rest[0] > limits.wrongs:
                        continue
                    head = number(step.head, after)
                    arcs.append(Arc(number(place, wrongs), head, step.relation, step.way.wrongs))
                    if step.head in found.ends:
                        ends[head] = None
                    further[step.head, after] = None
            layer = further
        return Product(tuple(numbers), tuple(dict.fromkeys(arcs)), (start,), tuple(ends))


def _missing(found: Found, hops: int) -> list[Mapping[Place, Cost]]:
    """The least wrongs, then hops, from each place to a recipient within 0, 1, ... hops."""
    layers: list[dict[Place, Cost]] = [{end: (0, 0) for end in found.ends}]
    into: dict[Place, list[tuple[Place, int]]] = {}
    for place, steps in found.steps.items():
        for step in steps:
            if step.head in found.wrongs:
                into.setdefault(step.head, []).append((place, step.way.wrongs))
    changed = set(found.ends)
    for _ in range(hops):
        layer = dict(layers[-1])
        better: set[Place] = set()
        for head in changed:
            wrongs, steps_left = layers[-1][head]
            for tail, price in into.get(head, ()):
                cost = (wrongs + price, steps_left + 1)
                if tail not in layer or cost < layer[tail]:
                    layer[tail] = cost
                    better.add(tail)
        layers.append(layer)
        changed = better
    return list(layers)


def joined(products: Iterator[Product]) -> Product:
    """Several owners' products as one."""
    states: list[State] = []
    arcs: list[Arc] = []
    starts: list[int] = []
    ends: list[int] = []
    for product in products:
        base = len(states)
        states += product.states
        arcs += [replace(a, tail=a.tail + base, head=a.head + base) for a in product.arcs]
        starts += [base + each for each in product.starts]
        ends += [base + each for each in product.ends]
    return Product(tuple(states), tuple(arcs), tuple(starts), tuple(ends))
