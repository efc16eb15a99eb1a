"""A generated map of moderate size as a flow map, to be traced like any other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from ..arrays.snapshot import PURPOSES
from ..model import (
    Evidence,
    FlowMap,
    Grant,
    Level,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Source,
    Switch,
    Terms,
)
from ..own_switch import own_switch
from .generator import Generated, GeneratedBody, GeneratorError

MOST = 200_000  # relations
_EVERYTHING = (1 << PURPOSES) - 1
_NAME = "generated"
_TERMS = Terms("no-onward", "the data may not go on to anyone else")


def as_map(generated: Generated) -> FlowMap:
    """The flow map; relations that admit no purpose are left out.

    Raises:
        GeneratorError: It has more relations than such a map should hold.
    """
    snapshot = generated.snapshot
    if snapshot.relations > MOST:
        raise GeneratorError(
            f"{snapshot.relations} relations; as a map of tables at most {MOST} can be written, as "
            "a snapshot any number"
        )
    switches: dict[str, Switch] = {}
    relations = list(_relations(generated, switches))
    source = Source(_NAME, f"platelaw flow generate, seed {generated.seed}", note="invented")
    return FlowMap.of(
        map(_node, generated.nodes), relations, switches.values(), [_TERMS], sources=[source]
    )


def _node(body: GeneratedBody) -> Node:
    if body.is_network:
        return Node(body.key, NodeKind.NETWORK, body.name)
    kind = NodeKind.FEDERAL if body.is_federal else NodeKind.AGENCY
    return Node(body.key, kind, body.name, body.key, bars=body.bars, settings_known=True)


def _relations(generated: Generated, switches: dict[str, Switch]) -> Iterator[Relation]:
    snapshot, evidence = generated.snapshot, Evidence(_NAME, Level.ASSUMED)
    side, classes = snapshot.outgoing, snapshot.classes
    assert classes is not None, "every generated relation has a class"
    for place, source in enumerate(map(int, snapshot.sources())):
        mask, target = int(side.masks[place]), int(side.ends[place])
        if not mask:
            continue
        condition = generated.conditions[int(classes[place])]
        giving, obtaining = snapshot.keys[source], snapshot.keys[target]
        switch = own_switch(giving, obtaining, condition.kind)
        switches[switch.key] = switch
        yield Relation(
            giving, obtaining, condition.kind, switch.key,
            purposes=_purposes(generated.purposes, mask),
            custody=condition.kind.custody,
            terms="" if side.onward[place] else _TERMS.key,
            guard=condition.guard,
            grant=Grant.NETWORK if condition.kind is RelationKind.MEMBER_OF else Grant.OWNER,
            evidence=evidence,
        )  # fmt: skip


@cache
def _purposes(names: tuple[str, ...], mask: int) -> tuple[str, ...]:
    """The purposes of a mask; none named if it admits everything."""
    if mask == _EVERYTHING:
        return ()
    return tuple(name for bit, name in enumerate(names) if mask >> bit & 1)
