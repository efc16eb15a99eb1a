"""Tracing: can an owner's data reach a zone of recipients, and through which doors?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from ...dsl.model import Vocabulary
from ..decision import Engine
from .asking import Asker, registry_for
from .cards import Cards
from .completeness import completeness_of
from .door import Door, DoorClass, Hop, Question, Reach, Trace
from .hops import Hops
from .importing.assuming import assumed_by, shipped_assumptions
from .model import FlowMap, Guard, Level
from .product import Product
from .search import Found, Limits, Searcher, joined
from .zones import QuestionError, Zone, Zones

_ORDER = tuple(DoorClass)
_GUESSED = {Level.ASSUMED: "assumed", Level.INFERRED: "inferred from other records"}
_MOST_LAWFUL = 1_000  # walks among which those that wait for a proof are looked for


@dataclass(slots=True)
class Tracer:
    """Answers questions about one map under one library and registry.

    Attributes:
        map: The map.
        engine: Asked about every hop.
        zones: The zones, and what an ordinary request states.
        switch_is_ground: Whether a switch that is on is taken as its owner's permission.
        as_if: The body by whose law every owner's data are judged; blank for each owner's own.
        askers: What was asked of the rules so far. Tracers of other maps made by
            ``dataclasses.replace(tracer, map=...)`` share it.
    """

    map: FlowMap
    engine: Engine
    zones: Zones
    switch_is_ground: bool = True
    as_if: str = ""
    askers: dict[Hashable, Asker] = field(default_factory=dict[Hashable, Asker], repr=False)
    _words: Vocabulary = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Take the words of the deepest vocabulary."""
        self._words = self.engine.library.deepest_vocabulary

    def trace(
        self, question: Question, progress: Callable[[str], None] = lambda owner: None
    ) -> Trace:
        """The doors from the owners asked about to the zone.

        Args:
            question: What is asked.
            progress: Called with each owner when its turn comes.

        Raises:
            QuestionError: The question names a zone, node or kind that is not there.
        """
        reaches: list[Reach] = []
        doors: list[Door] = []
        bounds: list[str] = []
        for owner, searcher in self._searchers(question):
            progress(owner)
            cards = Cards(self.map, searcher.hops)
            reach, mine, is_cut_short = self._of_owner(owner, searcher, cards, question)
            reaches.append(reach)
            doors += mine
            if is_cut_short:
                bounds.append(
                    f"of {self.map.nodes[owner].name} not every walk was tried: doors beside those "
                    "shown may be missing from the list; the reach is whole"
                )
        doors.sort(key=_rank)
        return Trace(
            question,
            tuple(reaches),
            tuple(doors),
            completeness_of(self.map),
            tuple(self._assumptions(doors)),
            tuple(bounds),
        )

    def product(self, question: Question, *, wrongs: int | None = None) -> Product:
        """All states and hops on doors of the question that take at most some wrongs.

        Doors of lawful process are no part of it: what a judge orders is not to be closed.

        Raises:
            QuestionError: The question names a zone, node or kind that is not there.
        """
        limits = Limits(question.hops, question.wrongs if wrongs is None else wrongs)
        return joined(
            searcher.product(searcher.found(owner, limits))
            for owner, searcher in self._searchers(question)
        )

    def hops(self, question: Question) -> Hops:
        """The ways of the map's relations for a question.

        Raises:
            QuestionError: The question names a zone, node or kind that is not there.
        """
        zone = self._zone(question)
        self._check(question)
        return Hops(self.map, self._asker(question), zone, self._words, self.as_if)

    # One owner ---------------------------------------------------------------------------------

    def _of_owner(
        self, owner: str, searcher: Searcher, cards: Cards, question: Question
    ) -> tuple[Reach, list[Door], bool]:
        limits = Limits(question.hops, question.wrongs)
        found = searcher.found(owner, limits)
        doors = [cards.door(owner, walk) for walk in islice(searcher.walks(found), question.doors)]
        lawful = replace(limits, wrongs=0, held=True)
        held = searcher.found(owner, lawful) if searcher.hops.met_held else None
        if held is not None and held.has_held:
            paths = islice(searcher.walks(held), _MOST_LAWFUL)
            papers = (walk for walk in paths if any(step.way.is_held for step in walk))
            doors += [cards.door(owner, walk) for walk in islice(papers, question.doors)]
        hops = [each.fewest_hops for each in (found, held) if each is not None]
        fewest = min((each for each in hops if each is not None), default=None)
        is_cut_short = found.is_cut_short or (held is not None and held.is_cut_short)
        return Reach(owner, _by_class(found, held), fewest), doors, is_cut_short

    def _searchers(self, question: Question) -> Iterator[tuple[str, Searcher]]:
        """Each owner with the search that serves it; owners of one government share one."""
        hops = self.hops(question)
        live = frozenset(self.map.open_on(question.day))
        shared: dict[str, Searcher] = {}
        for key in question.owners:
            owner = hops.asker.engine.registry.get(hops.owner_body(key))
            group = owner.sovereign if owner and hops.zone.other_governments else ""
            if group not in shared:
                shared[group] = Searcher(self.map, hops, live, self.sinks(hops, key))
            yield key, shared[group]

    def _asker(self, question: Question) -> Asker:
        """What asks the rules about these owners' data on that day."""
        owners = [self.as_if or self.map.nodes[key].body for key in question.owners]
        key = frozenset(owners), question.day, self.switch_is_ground
        if key not in self.askers:
            engine, ordinary = self.engine, self.zones.ordinary
            if self.switch_is_ground:
                registry = registry_for(engine.registry, owners, ordinary)
                engine = replace(engine, registry=registry)
            self.askers[key] = Asker(engine, ordinary, question.day)
        return self.askers[key]

    def _zone(self, question: Question) -> Zone:
        zone = self.zones.zones.get(question.zone)
        if zone is None:
            known = ", ".join(sorted(self.zones.zones))
            raise QuestionError(f"no zone is called `{question.zone}`; there are: {known}")
        purpose = question.purpose or zone.purpose
        if purpose not in self._words.kinds.by_name:
            raise QuestionError(f"`{purpose}` is no kind of purpose; see `platelaw schema`")
        for kind in zone.kinds:
            if kind not in self._words.kinds.by_name:
                raise QuestionError(
                    f"zone `{zone.name}`: no vocabulary has the kind of body `{kind}`; mend it in "
                    "the file of zones"
                )
        if purpose == zone.purpose:
            return zone
        return replace(zone, purpose=purpose, reason=purpose.replace("_", " "))

    def _check(self, question: Question) -> None:
        if not question.owners:
            raise QuestionError("no owner is named; name one with --owner, or a state")
        for key in question.owners:
            if key not in self.map.nodes:
                raise QuestionError(f"the map has no node `{key}`")

    def sinks(self, hops: Hops, owner: str) -> frozenset[str]:
        """The nodes that belong to the zone, for an owner's data."""
        registry = hops.asker.engine.registry
        whose = registry.get(hops.owner_body(owner))
        return frozenset(
            node.key
            for node in self.map.nodes.values()
            if node.body
            and (body := registry.get(node.body)) is not None
            and hops.zone.holds(body, hops.words, whose)
        )

    # What an answer rests on -------------------------------------------------------------------

    def _assumptions(self, doors: Iterable[Door]) -> Iterator[str]:
        """What was taken for granted, and how many of the doors shown rest on it."""
        every = list(doors)
        if self.engine.with_proposed:
            yield "Simulated: bills that were not adopted take part."
        if self.as_if:
            yield f"Simulated: every owner's data are judged as if they were those of {self.as_if}."
        if self.switch_is_ground:
            without = [d for d in every if not self._has_policy(d.source)]
            yield (
                "A switch that is on is its owner's permission where the owner has no policy on "
                f"file: {len(without)} of {len(every)} doors found."
            )
        lawless = [d for d in every if not any(h.citations for h in d.hops)]
        if lawless:
            yield (
                f"No rule of this library speaks against any hop of {len(lawless)} of {len(every)} "
                "doors found; the owner's own law may be missing from it."
            )
        yield from self._assumed(every)
        loose = [d for d in every if any(h.guard is not Guard.TECHNICAL for h in d.hops)]
        yield (
            "Where no decision point stands, whoever breaks a rule is not stopped: "
            f"{len(loose)} of {len(every)} doors found."
        )
        yield (
            "Each false statement and each act that breaks a rule or promise counts as one wrong; "
            "how likely it is was not judged."
        )

    def _assumed(self, doors: list[Door]) -> Iterator[str]:
        """The relations that nobody saw, by the assumption that added them."""
        words = {each.name: each.words for each in shipped_assumptions()}
        counts = Counter(
            name
            for door in doors
            for name in {assumed_by(self.map.relations[hop.relation]) for hop in door.hops}
        )
        for name in sorted(name for name in counts if name):
            yield (
                f"`{name}`, which nobody saw: {words.get(name, name)}: {counts[name]} of "
                f"{len(doors)} doors found. --no-assume {name} shows what is left without it."
            )
        for level, said in _GUESSED.items():
            mine = sum(any(self._is_own_guess(hop, level) for hop in door.hops) for door in doors)
            if mine:
                yield (
                    f"Relations that the map itself has as {said}: {mine} of {len(doors)} doors "
                    "found."
                )

    def _is_own_guess(self, hop: Hop, level: Level) -> bool:
        relation = self.map.relations[hop.relation]
        return relation.evidence.level is level and not assumed_by(relation)

    def _has_policy(self, key: str) -> bool:
        body = self.engine.registry.get(self.as_if or self.map.nodes[key].body)
        return body is not None and bool(body.policy)


def _by_class(found: Found, held: Found | None) -> dict[DoorClass, int]:
    """The recipients by the least that must go wrong."""
    least: dict[str, int] = {}
    for node, wrongs in found.served():
        least[node] = min(wrongs, least.get(node, wrongs))
    counts = Counter(_class_of(wrongs) for wrongs in least.values())
    lawful = {node for node, _ in held.served()} if held is not None else set[str]()
    lawful -= least.keys()
    if lawful:
        counts[DoorClass.LAWFUL] = len(lawful)
    return {klass: counts[klass] for klass in _ORDER if counts[klass]}


def _class_of(wrongs: int) -> DoorClass:
    return _ORDER[min(wrongs, 2)]


def _rank(door: Door) -> tuple[int, int, int, str, str, tuple[str, ...]]:
    """The worst hole first: by class, wrongs and hops."""
    return (
        _ORDER.index(door.klass), door.wrongs, len(door.hops), door.source, door.sink,
        door.switches,
    )  # fmt: skip


__all__ = ["QuestionError", "Tracer"]
