"""What closing may cost: relations that serve lawful sharing, and the routes of a demand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from ..door import Question
from ..hops import FREE, Carried, Hops
from ..model import Custody, FlowMap, NodeKind
from ..tracing import Tracer

_EMPTY = Carried()


@dataclass(slots=True)
class Lawful:
    """Asks the rules whether a relation lets its source's data be had for an ordinary purpose.

    What leaves a network is not asked: it carries the data of many owners, and counts as lawful.
    """

    hops: Hops
    _known: dict[int, bool] = field(default_factory=dict[int, bool], init=False)

    @classmethod
    def of(cls, tracer: Tracer, question: Question) -> Lawful:
        """For every relation of a tracer's map on the day of a question."""
        sources = dict.fromkeys(relation.source for relation in tracer.map.relations)
        return cls(tracer.hops(replace(question, owners=tuple(sources))))

    def __call__(self, number: int) -> bool:
        """Whether a relation serves lawful sharing."""
        if number not in self._known:
            self._known[number] = self._ask(number)
        return self._known[number]

    def _ask(self, number: int) -> bool:
        relation = self.hops.map.relations[number]
        ends = relation.source, relation.target
        networks = any(self.hops.map.nodes[key].kind is NodeKind.NETWORK for key in ends)
        if networks or relation.kind in FREE:
            return True
        return any(
            way.custody is not Custody.LIVE and way.is_lawful
            for way in self.hops.ways(relation.source, number, _EMPTY)
        )


def routes_of(
    map_: FlowMap, live: Iterable[int], is_lawful: Lawful, owner: str, requester: str
) -> tuple[frozenset[str], ...]:
    """The switches of every lawful way from an owner to a requester: straight, or by a network."""
    lawful = [number for number in live if is_lawful(number)]
    found = dict.fromkeys(_routes(map_, lawful, owner, requester))
    return tuple(sorted(found, key=sorted))


def _routes(
    map_: FlowMap, lawful: Iterable[int], owner: str, requester: str
) -> Iterator[frozenset[str]]:
    relations = [map_.relations[number] for number in lawful]
    into = {
        each.source: each.switch
        for each in relations
        if each.target == requester and map_.nodes[each.source].kind is NodeKind.NETWORK
    }
    for relation in relations:
        if relation.source != owner:
            continue
        if relation.target == requester:
            yield frozenset({relation.switch})
        elif relation.target in into:
            yield frozenset({relation.switch, into[relation.target]})
