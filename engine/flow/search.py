"""The search over the product of a map and what a walk carries.

Walks with a bounded state, never simple paths, whose number explodes. One owner at a time:
first every state within the hops and wrongs asked for, then the least that is still missing from
each state to a recipient, then the best walks one after another, which the second makes exact.
States are numbers inside: a state-wide map has hundreds of thousands of steps.
"""

from __future__ import annotations

import heapq
from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count

from .hops import Carried, Hops, Way
from .model import BY_HAND, GUARDS, Custody, FlowMap, Guard, NodeKind, RelationKind
from .product import Arc, Product, State

Cost = tuple[int, int]  # wrongs, then hops
MOST_TRIED = 20_000  # partial walks of one owner

_CUSTODIES = tuple(Custody)
_WITHIN = frozenset({RelationKind.MEMBER_OF, RelationKind.JOINS})
_TOLD = frozenset({RelationKind.RE_DISCLOSES})
_SEARCHED = frozenset({RelationKind.SEARCHES_FOR})


@dataclass(frozen=True, slots=True)
class Place:
    """A state without its wrongs: where the data are, and what is carried.

    ``guard`` and ``admits`` are of the access by which a node may search.
    """

    node: str
    serves: bool
    custody: Custody
    terms: tuple[str, ...] = ()
    guard: Guard = Guard.NONE
    admits: tuple[tuple[str, ...], ...] = ()

    def carried(self, hops: Hops) -> Carried:
        """What is carried from here to a hop."""
        return Carried(self.serves, *hops.terms_say(self.terms), self.guard, self.admits)


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


Leg = tuple[int, int, int, Way]  # head, wrongs, relation, way
Passes = Callable[[RelationKind], bool]


@dataclass(slots=True)
class Found:
    """All that one owner's data can do within the limits.

    Attributes:
        owner: The node whose data they are.
        limits: How far was searched.
        places: Every place met, by its number; the owner's own is the first.
        legs: The steps that leave each place that was left.
        wrongs: The least wrongs that it takes to each place; None if it cannot be met.
        ends: The places where a recipient is served.
        is_cut_short: Whether walks were left untried.
        fewest_hops: The hops of the shortest walk to a recipient; None if there is none.
    """

    owner: str
    limits: Limits
    places: list[Place] = field(default_factory=list[Place])
    legs: dict[int, list[Leg]] = field(default_factory=dict[int, "list[Leg]"])
    wrongs: dict[int, int] = field(default_factory=dict[int, int])
    ends: set[int] = field(default_factory=set[int])
    is_cut_short: bool = False
    fewest_hops: int | None = None

    @property
    def has_held(self) -> bool:
        """Whether any step waits for a proof."""
        return any(leg[3].is_held for legs in self.legs.values() for leg in legs)

    def served(self) -> Iterator[tuple[str, int]]:
        """Every recipient that is served, with the least wrongs of one of its places."""
        for end in self.ends:
            yield self.places[end].node, self.wrongs[end]


@dataclass(slots=True)
class Searcher:
    """Searches one map for doors to the recipients of one zone.

    Attributes:
        map: The map.
        hops: The ways of its relations.
        live: The numbers of the relations that stand on the day and are switched on.
        sinks: The nodes that belong to the zone.
    """

    map: FlowMap
    hops: Hops
    live: Iterable[int]
    sinks: frozenset[str]
    _out: dict[str, list[int]] = field(default_factory=dict[str, "list[int]"], init=False)
    _distances: dict[str, list[int]] = field(default_factory=dict[str, "list[int]"], init=False)
    _near: dict[str, int] = field(default_factory=dict[str, int], init=False)

    def __post_init__(self) -> None:
        """Index the live relations, the nearest to the zone first."""
        into: dict[str, list[str]] = {}
        out: dict[str, list[int]] = {}
        for number in self.live:
            relation = self.map.relations[number]
            if relation.source != relation.target:
                out.setdefault(relation.source, []).append(number)
                into.setdefault(relation.target, []).append(relation.source)
        self._near = {node: 0 for node in self.sinks}
        waiting = deque(sorted(self.sinks))
        while waiting:
            node = waiting.popleft()
            for before in into.get(node, ()):
                if before not in self._near:
                    self._near[before] = self._near[node] + 1
                    waiting.append(before)
        far = len(self.map.nodes)
        for node, numbers in out.items():
            order = [(self._near.get(self.map.relations[n].target, far), n) for n in numbers]
            order.sort()
            self._out[node] = [number for _, number in order]
            self._distances[node] = [distance for distance, _ in order]

    # Everything within the limits --------------------------------------------------------------

    def found(self, owner: str, limits: Limits) -> Found:
        """Every state that an owner's data can get into within the limits."""
        found = Found(owner, limits, [Place(owner, False, Custody.COPY)])
        found.wrongs[0] = 0
        numbers = {found.places[0]: 0}
        layer = [0]
        for hop in range(limits.hops):
            left = limits.hops - hop - 1
            better: dict[int, None] = {}
            before = {place: found.wrongs[place] for place in layer}  # not what this hop finds
            for place, so_far in before.items():
                if place not in found.legs:
                    found.legs[place] = list(self._legs(found, place, left, numbers))
                for head, wrongs, _, _ in found.legs[place]:
                    total = so_far + wrongs
                    if total > limits.wrongs or total >= found.wrongs.get(head, total + 1):
                        continue
                    found.wrongs[head] = total
                    better[head] = None
            found.ends.update(head for head in better if self._is_end(found.places[head]))
            if found.ends and found.fewest_hops is None:
                found.fewest_hops = hop + 1
            layer = [head for head in better if head not in found.ends]
        return found

    def _is_end(self, place: Place) -> bool:
        return place.serves and place.node in self.sinks

    def _legs(
        self, found: Found, number: int, left: int, numbers: dict[Place, int]
    ) -> Iterator[Leg]:
        """The steps that leave a place for one from which the zone is near enough."""
        place = found.places[number]
        node, owner, limits = place.node, found.owner, found.limits
        if node not in self._out:
            return
        passes = self._passes(place, is_owner=node == owner)
        carried = place.carried(self.hops)
        within = bisect_right(self._distances[node], left)
        relations = self.map.relations
        for at in range(within):
            relation_number = self._out[node][at]
            relation = relations[relation_number]
            if relation.target == owner or not passes(relation.kind):
                continue
            if node == owner and relation.kind in BY_HAND and relation.evidence.level.is_guess:
                continue  # its own officers are believed, unless something is known of them
            for way in self.hops.ways(owner, relation_number, carried):
                wrongs = len(way.faults)
                if wrongs > limits.wrongs or (way.is_held and not limits.held):
                    continue
                head = self._after(place, relation_number, way)
                at_head = numbers.get(head)
                if at_head is None:
                    at_head = numbers[head] = len(found.places)
                    found.places.append(head)
                yield at_head, wrongs, relation_number, way

    def _after(self, place: Place, number: int, way: Way) -> Place:
        relation = self.map.relations[number]
        terms = place.terms
        if relation.terms and relation.terms not in terms:
            terms = tuple(sorted((*terms, relation.terms)))
        if way.custody is not Custody.LIVE:
            return Place(relation.target, way.serves, way.custody, terms)
        guard = max(place.guard, relation.guard, key=GUARDS.index)
        admits = (*place.admits, relation.purposes) if relation.purposes else place.admits
        return Place(relation.target, way.serves, way.custody, terms, guard, admits)

    def _passes(self, place: Place, *, is_owner: bool) -> Passes:
        """Which kinds of relations carry what is at a place on.

        Access does not go on, but whoever has it may search for others; what is in hand is told.
        """
        if is_owner or place.custody is Custody.COPY:
            return _any_kind
        if place.custody is Custody.HAND:
            return _TOLD.__contains__
        if self.map.nodes[place.node].kind is NodeKind.NETWORK:
            return _WITHIN.__contains__
        return _SEARCHED.__contains__

    # The best walks ----------------------------------------------------------------------------

    def walks(self, found: Found) -> Iterator[tuple[Step, ...]]:
        """The walks to recipients, by wrongs and then hops, each with switches of its own.

        No node is passed twice. After ``MOST_TRIED`` partial walks no further one is tried, and
        ``found`` says so.
        """
        limits = found.limits
        missing = _missing(found)
        ranked: dict[tuple[int, int], list[tuple[Cost, str, Leg]]] = {}
        order = count()
        waiting: list[tuple[Cost, int, int, tuple[Leg, ...], int, int]] = []

        def legs_of(place: int, left: int) -> list[tuple[Cost, str, Leg]]:
            """The legs of a place, the best first, that still lead to a recipient."""
            key = place, left
            if key not in ranked:
                rest = missing[left - 1] if left else {}
                mine = [
                    ((leg[1] + rest[leg[0]][0], 1 + rest[leg[0]][1]), self._key(leg), leg)
                    for leg in found.legs.get(place, ())
                    if leg[0] in rest
                ]
                mine.sort(key=lambda each: each[:2])
                ranked[key] = mine
            return ranked[key]

        def push(place: int, wrongs: int, walk: tuple[Leg, ...], at: int) -> None:
            """Let the walk go on by the leg at a place of the order."""
            mine = legs_of(place, limits.hops - len(walk))
            if at < len(mine) and wrongs + mine[at][0][0] <= limits.wrongs:
                cost = (wrongs + mine[at][0][0], len(walk) + mine[at][0][1])
                heapq.heappush(waiting, (cost, next(order), wrongs, walk, place, at))

        push(0, 0, (), 0)
        seen: set[frozenset[str]] = set()
        for _ in range(MOST_TRIED):
            if not waiting:
                return
            _, _, wrongs, walk, place, at = heapq.heappop(waiting)
            push(place, wrongs, walk, at + 1)
            leg = legs_of(place, limits.hops - len(walk))[at][2]
            node = found.places[leg[0]].node
            if any(found.places[passed[0]].node == node for passed in walk):
                continue
            longer = (*walk, leg)
            if leg[0] not in found.ends:
                push(leg[0], wrongs + leg[1], longer, 0)
                continue
            switches = frozenset(self.map.relations[passed[2]].switch for passed in longer)
            if switches not in seen:
                seen.add(switches)
                yield tuple(_steps_of(found, longer))
        found.is_cut_short = True

    def _key(self, leg: Leg) -> str:
        relation = self.map.relations[leg[2]]
        return f"{relation.target} {relation.switch}"

    def product(self, found: Found) -> Product:
        """All that lies on a walk of an owner to a recipient, with wrongs as part of the state."""
        limits = found.limits
        missing = _missing(found)
        numbers: dict[tuple[int, int], int] = {(0, 0): 0}
        arcs: dict[Arc, None] = {}
        ends: dict[int, None] = {}
        layer = [(0, 0)]
        left_already: set[tuple[int, int]] = set()
        for hop in range(limits.hops):
            rest = missing[limits.hops - hop - 1]
            further: dict[tuple[int, int], None] = {}
            for place, wrongs in layer:
                if (place, wrongs) in left_already or place in found.ends:
                    continue
                left_already.add((place, wrongs))
                tail = numbers[place, wrongs]
                for head_place, price, relation, _ in found.legs.get(place, ()):
                    after = wrongs + price
                    if head_place not in rest or after + rest[head_place][0] > limits.wrongs:
                        continue
                    head = numbers.setdefault((head_place, after), len(numbers))
                    arcs[Arc(tail, head, relation, price)] = None
                    further[head_place, after] = None
                    if head_place in found.ends:
                        ends[head] = None
            layer = list(further)
        states = tuple(
            State(place.node, found.owner, place.serves, place.custody, place.terms, wrongs)
            for number, wrongs in numbers
            for place in (found.places[number],)
        )
        return Product(states, tuple(arcs), (0,), tuple(ends))


def _any_kind(kind: RelationKind) -> bool:
    return True


def _steps_of(found: Found, legs: Iterable[Leg]) -> Iterator[Step]:
    tail = found.places[0]
    for head, _, relation, way in legs:
        yield Step(tail, found.places[head], relation, way)
        tail = found.places[head]


def _missing(found: Found) -> list[dict[int, Cost]]:
    """The least wrongs, then hops, from each place to a recipient within 0, 1, ... hops."""
    into: dict[int, list[tuple[int, int]]] = {}
    for place, legs in found.legs.items():
        for head, wrongs, _, _ in legs:
            if head in found.wrongs:
                into.setdefault(head, []).append((place, wrongs))
    layers: list[dict[int, Cost]] = [{end: (0, 0) for end in found.ends}]
    changed = sorted(found.ends)
    for _ in range(found.limits.hops):
        before = layers[-1]
        layer = dict(before)
        better: dict[int, None] = {}
        for head in changed:
            wrongs, hops = before[head]
            for tail, price in into.get(head, ()):
                cost = (wrongs + price, hops + 1)
                if tail not in layer or cost < layer[tail]:
                    layer[tail] = cost
                    better[tail] = None
        layers.append(layer)
        changed = list(better)
    return layers


def joined(products: Iterable[Product]) -> Product:
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
