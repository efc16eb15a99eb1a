"""Lawful sharing: who may search whose data, or gets copies, for an ordinary lawful purpose.

A scenario that closes doors may close this too. What is lawful is asked of the rules, over the
same hops as doors are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..door import Question
from ..hops import Carried, Hops
from ..model import FlowMap, RelationKind
from ..tracing import Tracer

Sharing = tuple[str, str]  # the owner, and who may search its data or gets copies
Lawful = Mapping[Sharing, float | None]  # records in 90 days; None where nobody measured

_SHARES = frozenset({RelationKind.SHARES_QUERY, RelationKind.SHARES_COPY, RelationKind.ALERTS})


def lawful_sharing(tracer: Tracer, question: Question) -> Lawful:
    """The sharing of the owners asked about that the rules permit, each pair once.

    Directly or through a network; a pair that has several ways counts once, with what was measured
    over all of them.
    """
    hops = tracer.hops(question)
    live = frozenset(tracer.map.open_on(question.day))
    found: dict[Sharing, float | None] = {}
    for owner in dict.fromkeys(question.owners):
        for number, carried in _ways_out(tracer.map, owner, live):
            relation = tracer.map.relations[number]
            if relation.target != owner and _is_lawful(hops, owner, number, carried):
                pair = owner, relation.target
                found[pair] = _sum(found.get(pair), relation.volume)
    return found


def _ways_out(flow_map: FlowMap, owner: str, live: frozenset[int]) -> Iterator[tuple[int, Carried]]:
    """The relations at whose end somebody has the owner's data, directly or in a network."""
    for number in flow_map.outgoing.get(owner, ()):
        relation = flow_map.relations[number]
        if number in live and relation.kind in _SHARES:
            yield number, Carried()
        elif number in live and relation.kind is RelationKind.JOINS:
            admits = (relation.purposes,) if relation.purposes else ()
            for each in flow_map.outgoing.get(relation.target, ()):
                if each in live and flow_map.relations[each].kind is RelationKind.MEMBER_OF:
                    yield each, Carried(guard=relation.guard, admits=admits)


def _is_lawful(hops: Hops, owner: str, number: int, carried: Carried) -> bool:
    """Whether the rules permit a true request for an ordinary purpose."""
    ways = hops.ways(owner, number, carried)
    return any(way.truth and way.is_lawful for way in ways)


def _sum(one: float | None, other: float | None) -> float | None:
    return other if one is None else one if other is None else one + other


@dataclass(frozen=True, slots=True)
class Loss:
    """Lawful sharing that is no more, and that which is new.

    Attributes:
        lost: Pairs of owner and requester that the rules permitted and that are no more, or are
            permitted no more.
        gained: Pairs that are new.
        volume: Records in 90 days over the pairs lost, as far as measured.
        unmeasured: How many pairs lost nobody measured.
    """

    lost: tuple[Sharing, ...]
    gained: tuple[Sharing, ...]
    volume: float
    unmeasured: int

    def by_owner(self) -> Counter[str]:
        """How many pairs each owner loses."""
        return Counter(owner for owner, _ in self.lost)

    def by_requester(self) -> Counter[str]:
        """How many pairs each requester loses."""
        return Counter(requester for _, requester in self.lost)


def loss_between(before: Lawful, after: Lawful) -> Loss:
    """What is lost, and what is new."""
    lost = tuple(pair for pair in before if pair not in after)
    measured = [volume for pair in lost if (volume := before[pair]) is not None]
    return Loss(
        lost,
        tuple(pair for pair in after if pair not in before),
        sum(measured),
        len(lost) - len(measured),
    )
