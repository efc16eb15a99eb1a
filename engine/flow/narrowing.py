"""What lies on doors, taken out of a map of arrays by the kernels.

A national map has millions of relations, of which few lie on doors. The kernels find those, and
the ordinary search works on them as on any map. What a walk carries is one of sixteen states
here: terms beside the law, purposes that the setting of an access admits, and more than two
wrongs are left to the ordinary search.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from .arrays.product_reach import on_walks, product_reach
from .arrays.snapshot import Bits, Places
from .door import DoorClass
from .hops import TARGET_ASKS, Carried, Hops, Way
from .model import (
    BY_HAND,
    Custody,
    Evidence,
    FlowMap,
    Guard,
    Level,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
)
from .own_switch import own_switch
from .wide import Form, WideMap

MOST_WRONGS = 2
MOST_TAKEN = 400_000  # relations that the ordinary search is given
SHOWN_WAYS = 3  # ways to the zone kept of a body that only searches for others

# The sixteen states ----------------------------------------------------------------------------

OWN = "own"
_LIVE = tuple((Custody.LIVE, False, wrongs, tech) for tech in (False, True) for wrongs in (0, 1))
_HAND = tuple((Custody.HAND, s, wrongs, False) for s in (False, True) for wrongs in (0, 1, 2))
_COPY = (
    *((Custody.COPY, False, wrongs, False) for wrongs in (0, 1)),
    *((Custody.COPY, True, wrongs, False) for wrongs in (0, 1, 2)),
)
STATES: tuple[tuple[Custody, bool, int, bool], ...] = (*_LIVE, *_HAND, *_COPY)
_BITS = {state: 1 << number for number, state in enumerate(STATES, start=1)}
OWNERS_BIT = 1


def _mask(custody: Custody | None = None, *, serves: bool | None = None, wrongs: int = 2) -> int:
    """The bits of all states like this."""
    return sum(
        bit
        for (c, s, w, _), bit in _BITS.items()
        if custody in (None, c) and serves in (None, s) and w <= wrongs
    )


@dataclass(slots=True)
class Narrower:
    """Takes what lies on doors out of a wide map, for owners that no rule tells apart.

    Attributes:
        wide: The map.
        hops: The ways of relations, on the map's nodes; its rules have the map's bodies on file.
        sinks: The nodes of the zone.
        helpers: The assumption that officers search for whom their agency shares with: the
            evidence to give, or None if it is not made.
    """

    wide: WideMap
    hops: Hops
    sinks: frozenset[str]
    helpers: str | None
    _seen: npt.NDArray[np.int64] = field(init=False)
    _in_zone: npt.NDArray[np.bool_] = field(init=False)
    _samples: list[list[int]] = field(default_factory=list["list[int]"], init=False)
    _known: dict[Hashable, tuple[Way, ...]] = field(
        default_factory=dict[Hashable, "tuple[Way, ...]"], init=False
    )
    _prepared: dict[Hashable, tuple[Bits, Bits]] = field(
        default_factory=dict[Hashable, "tuple[Bits, Bits]"], init=False
    )

    def __post_init__(self) -> None:
        """Sort the nodes by what the rules may ask of them."""
        kinds: dict[object, int] = {}
        seen: list[int] = []
        for number, node in enumerate(self.wide.nodes):
            key = self.hops.asker.seen(self.hops.body(node.key)), node.kind
            kind = kinds.setdefault(key, len(kinds))
            if kind == len(self._samples):
                self._samples.append([])
            if len(self._samples[kind]) < _SAMPLES:
                self._samples[kind].append(number)
            seen.append(kind)
        self._seen = np.array(seen, np.int64)
        self._in_zone = np.array([node.key in self.sinks for node in self.wide.nodes], np.bool_)

    def prepared(self, owners: Iterable[str]) -> tuple[Bits, Bits]:
        """The class of each relation for the data of owners alike, and where each state leads."""
        mine = {int(self._seen[self.wide.numbers[owner]]): owner for owner in owners}
        key = frozenset(mine)
        if key not in self._prepared:
            self._prepared[key] = self._prepare(mine)
        return self._prepared[key]

    def _prepare(self, owners: Mapping[int, str]) -> tuple[Bits, Bits]:
        snapshot, wide = self.wide.snapshot, self.wide
        groups = list(self._purposes())
        kinds = len(self._samples)
        admits = np.zeros(snapshot.relations, np.int64)
        for place, (bits, _) in enumerate(groups):
            admits |= (snapshot.outgoing.masks & bits != 0).astype(np.int64) << place
        all_admitted = (1 << len(wide.purposes)) - 1
        admits |= (snapshot.outgoing.masks == all_admitted).astype(np.int64) << len(groups)
        keys = wide.classes.astype(np.int64) << (len(groups) + 1) | admits
        keys *= kinds * kinds
        keys += np.repeat(self._seen, np.diff(snapshot.outgoing.starts)) * kinds
        keys += self._seen[snapshot.outgoing.ends]
        present = np.flatnonzero(np.bincount(keys))
        rows: dict[tuple[int, ...], int] = {}
        number_of = np.zeros(int(present[-1]) + 1 if len(present) else 1, np.uint16)
        for key in present.tolist():
            rest, target = divmod(key, kinds)
            rest, source = divmod(rest, kinds)
            form, admitted = divmod(rest, 1 << (len(groups) + 1))
            purposes = tuple(p for place, (_, p) in enumerate(groups) if admitted >> place & 1)
            is_open = bool(admitted >> len(groups) & 1)
            row = self._row(owners, wide.forms[form], () if is_open else (*purposes, _OTHER),
                            source, target)  # fmt: skip
            number_of[key] = rows.setdefault(row, len(rows))
        table = np.array(list(rows) or [(0,) * 16], np.uint16)
        return number_of[keys], table

    def _purposes(self) -> Iterator[tuple[int, str]]:
        """The purposes that matter, by their bits; those below an ordinary one are as one."""
        kinds, ordinary = self.hops.kinds, self.hops.asker.ordinary.purposes
        known = {p: 1 << bit for bit, p in enumerate(self.wide.purposes) if p in kinds.by_name}
        for purpose in dict.fromkeys((self.hops.zone.purpose, *ordinary)):
            if purpose in known:
                yield known.pop(purpose), purpose
        narrow = [
            p
            for p in known
            if not kinds.above(p).isdisjoint(ordinary)
            and not kinds.related(p, self.hops.zone.purpose)
        ]
        if narrow:
            yield sum(known[p] for p in narrow), narrow[0]

    def _samples_of(self, source: int, target: int, owners: Iterable[str]) -> tuple[int, int]:
        """Two different nodes of two kinds, and none of the owners where there are others."""
        barred = {self.wide.numbers[owner] for owner in owners}
        mine = _first(self._samples[source], barred)
        return mine, _first(self._samples[target], {*barred, mine})

    def _row(
        self,
        owners: Mapping[int, str],
        form: Form,
        purposes: tuple[str, ...],
        source: int,
        target: int,
    ) -> tuple[int, ...]:
        """Where each state leads over relations of a kind."""
        nodes = self.wide.nodes
        ends = source, target
        source, target = self._samples_of(source, target, owners.values())
        here = Relation(
            nodes[source].key, nodes[target].key, form.kind, "", purposes=purposes,
            custody=form.kind.custody, guard=form.guard,
        )  # fmt: skip
        row = [0] * 16
        of_owner = owners.get(ends[0])
        is_guess = form.kind in BY_HAND and self.wide.level.is_guess  # as the search has it
        if of_owner is not None and not is_guess:
            own = replace(here, source=of_owner)
            row[0] = self._led(own, self.hops.ways_of(of_owner, own, Carried()), 0, Guard.NONE)
        owner = next(iter(owners.values()))
        for number, (custody, serves, wrongs, enforced) in enumerate(STATES, start=1):
            passed = self._passed(here, custody, nodes[source].kind)
            if passed is not None:
                guard = Guard.TECHNICAL if enforced else Guard.NONE
                ways = self._ways(owner, passed, Carried(serves, guard=guard), ends)
                row[number] = self._led(passed, ways, wrongs, guard)
        return tuple(row)

    def _ways(
        self, owner: str, passed: Relation, carried: Carried, ends: tuple[int, int]
    ) -> tuple[Way, ...]:
        """The ways of a relation, asked once for all whose ends no rule tells apart."""
        source = -1 if passed.kind in TARGET_ASKS else ends[0]
        key = (owner, passed.kind, passed.guard, passed.purposes, source, ends[1], carried)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = tuple(self.hops.ways_of(owner, passed, carried))
        return found

    def _passed(self, here: Relation, custody: Custody, at: NodeKind) -> Relation | None:
        """What a relation is to data in some custody: itself, a favor beside it, or no way on."""
        if custody is Custody.COPY:
            return here
        if custody is Custody.HAND:
            return here if here.kind is RelationKind.RE_DISCLOSES else None
        if at is NodeKind.NETWORK:
            return here if here.kind in _WITHIN else None
        if here.kind is RelationKind.SEARCHES_FOR:
            return here
        return self._helping(here) if self._helps(here.kind, at) else None

    def _helps(self, kind: RelationKind, at: NodeKind) -> bool:
        """Whether an officer is assumed to search for the target of a relation."""
        shares = kind is RelationKind.SHARES_QUERY and at is NodeKind.AGENCY
        return shares and self.helpers is not None

    @staticmethod
    def _led(passed: Relation, ways: Iterable[Way], wrongs: int, guard: Guard) -> int:
        """The bits of the states after a relation."""
        bits = 0
        for way in ways:
            total = wrongs + way.wrongs
            if way.is_held or total > MOST_WRONGS:
                continue
            enforced = way.custody is Custody.LIVE and Guard.TECHNICAL in (passed.guard, guard)
            bits |= _BITS.get((way.custody, way.serves, total, enforced), 0)
        return bits

    # What is reached, and what lies on the way ------------------------------------------------

    def _counted(self, bits: Bits, wrongs: int) -> dict[DoorClass, int]:
        counts: dict[DoorClass, int] = {}
        left = self._in_zone.copy()
        left[bits & OWNERS_BIT != 0] = False
        for least, klass in enumerate((DoorClass.OPEN, DoorClass.ONE, DoorClass.MORE)):
            if least > wrongs:
                break
            served = left & (bits & _mask(serves=True, wrongs=least) != 0)
            if count := int(served.sum()):
                counts[klass] = count
            left &= ~served
        return counts

    def reaches(
        self, owners: Iterable[str], hops: int, wrongs: int
    ) -> Iterator[tuple[str, dict[DoorClass, int]]]:
        """For each of several owners alike, the recipients by class."""
        every = list(owners)
        prepared = self.prepared(every)
        for owner in every:
            seeds = self._seeds([owner])
            bits = product_reach(self.wide.snapshot, *prepared, seeds, hops)[-1]
            yield owner, self._counted(bits, wrongs)

    def narrowed(self, owners: list[str], hops: int, wrongs: int) -> tuple[FlowMap, list[str]]:
        """The part of the map on doors of owners alike, and what was cut short.

        Of a body that only searches for others a few ways to the zone are kept: they have one
        switch. If more than ``MOST_TAKEN`` relations are left, doors of fewer hops are taken.
        """
        snapshot = self.wide.snapshot
        classes, table = self.prepared(owners)
        seeds = self._seeds(owners)
        ends = np.where(self._in_zone, _mask(serves=True, wrongs=wrongs), 0).astype(np.uint16)
        bounds: list[str] = []
        most = hops
        while True:
            numbers = on_walks(snapshot, classes, table, seeds, ends, most)
            there = product_reach(snapshot, classes, table, seeds, most)[-1]
            numbers, cut = self._thinned(numbers, there, owners)
            if len(numbers) <= MOST_TAKEN or most == 1:
                break
            most -= 1
        if most < hops:
            bounds.append(
                f"doors of more than {most} hops were counted in the reach and not looked at one "
                "by one: there are too many"
            )
        if cut:
            bounds.append(
                f"of a body that only searches for others, {SHOWN_WAYS} ways to the zone are kept "
                f"({cut:,} relations are left out; they have the same switch)"
            )
        return self._map_of(numbers, there), bounds

    def _thinned(self, numbers: Places, there: Bits, owners: list[str]) -> tuple[Places, int]:
        """Without the further ways to the zone of bodies that only search for others."""
        snapshot = self.wide.snapshot
        sources = snapshot.sources()[numbers].astype(np.int64)
        of_owner = np.zeros(snapshot.nodes, np.bool_)
        of_owner[[self.wide.numbers[owner] for owner in owners]] = True
        network = np.array([n.kind is NodeKind.NETWORK for n in self.wide.nodes], np.bool_)
        by_hand = ~of_owner[sources] & ~network[sources]
        by_hand &= ~(there & _mask(Custody.COPY) != 0)[sources]
        by_hand &= self._in_zone[snapshot.outgoing.ends[numbers]]
        rank = np.zeros(len(numbers), np.int64)
        places = np.flatnonzero(by_hand)
        first = np.concatenate(([True], sources[places][1:] != sources[places][:-1]))
        starts = np.maximum.accumulate(np.where(first, np.arange(len(places)), 0))
        rank[places] = np.arange(len(places)) - starts
        kept = rank < SHOWN_WAYS
        return numbers[kept], int((~kept).sum())

    def _map_of(self, numbers: Places, there: Bits) -> FlowMap:
        """Relations by number as an ordinary map, with what is assumed beside them."""
        wide = self.wide
        sources = wide.snapshot.sources()[numbers]
        relations: list[Relation] = []
        switches: dict[str, Switch] = {}
        access: list[bool] = (there & _mask(Custody.LIVE) != 0).tolist()
        origins: list[int] = sources.tolist()
        for number, source in zip(numbers.tolist(), origins, strict=True):
            relation = wide.relation(number, source)
            beside = [relation]
            if access[source] and self._helps(relation.kind, wide.nodes[source].kind):
                beside.append(self._helping(relation))
            relations += beside
            for each in beside:
                switches.setdefault(each.switch, self._switch_of(each))
        ends = {end for each in relations for end in (each.source, each.target)}
        nodes = (node for node in wide.nodes if node.key in ends)
        return FlowMap.of(
            nodes, relations, switches.values(), as_of=wide.as_of, sources=wide.sources
        )

    @staticmethod
    def _switch_of(relation: Relation) -> Switch:
        switch = own_switch(relation.source, relation.target, relation.kind)
        is_favor = relation.kind is RelationKind.SEARCHES_FOR
        return replace(switch, words=_HELPING) if is_favor else switch

    def _helping(self, relation: Relation) -> Relation:
        kind = RelationKind.SEARCHES_FOR
        switch = own_switch(relation.source, relation.target, kind).key
        return Relation(
            relation.source, relation.target, kind, switch, custody=Custody.HAND,
            evidence=Evidence(self.helpers or "", Level.ASSUMED),
        )  # fmt: skip

    def _seeds(self, owners: Iterable[str]) -> Bits:
        return self.wide.snapshot.bits(dict.fromkeys(owners, OWNERS_BIT))


def _first(samples: list[int], barred: set[int]) -> int:
    """The first sample that is not barred; the first of all if there is no other."""
    return next((each for each in samples if each not in barred), samples[0])


_SAMPLES = 4  # nodes of a kind: two ends and owners beside them
_WITHIN = frozenset({RelationKind.MEMBER_OF, RelationKind.JOINS})
_OTHER = "(another purpose)"
_HELPING = "officers search for other agencies, on request"
