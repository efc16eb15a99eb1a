"""networkx's own functions on a snapshot, through networkx's backend mechanism.

``nx.has_path(PurposeGraph(snapshot, purpose), a, b)`` answers from the arrays, where a networkx
graph of the same map would not fit the machine. What is offered is what networkx's names can
say: they know neither sixteen purposes at once nor the onward rule (``reach`` and ``walks`` do),
and a minimum cut would need a solver that the arrays do not have.

networkx loads this module when a graph of it is met or ``backend="platelaw"`` is asked for, not
when networkx is imported.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import networkx as nx
import numpy as np

from .building import from_graph
from .reach import reach
from .reach_graph import as_graph
from .snapshot import Side, Snapshot
from .walks import shortest_walks

_SHORT = 16  # hops within which a walk is looked for first


@dataclass(frozen=True, eq=False)
class PurposeGraph:
    """The relations of a snapshot that admit one purpose, as a directed graph to networkx.

    Attributes:
        snapshot: The map.
        purpose: The number of the purpose's bit.
        names: What the nodes are called; None for the keys of the snapshot.
    """

    snapshot: Snapshot
    purpose: int
    names: Sequence[Hashable] | None = None

    __networkx_backend__ = "platelaw"

    @cached_property
    def numbers(self) -> Mapping[Hashable, int]:
        """The number of each node."""
        names = self.snapshot.keys if self.names is None else self.names
        return {name: number for number, name in enumerate(names)}

    def name(self, node: int) -> Any:
        """What a node is called."""
        return self.snapshot.keys[node] if self.names is None else self.names[node]

    def named(self, nodes: Iterable[int]) -> list[Any]:
        """What some nodes are called."""
        return [self.name(node) for node in nodes]

    def number(self, name: Hashable) -> int:
        """The number of a node.

        Raises:
            NodeNotFound: There is none of that name.
        """
        if name not in self.numbers:
            raise nx.NodeNotFound(f"Node {name} not found in graph")
        return self.numbers[name]

    def is_directed(self) -> bool:
        """Whether it is directed: it is."""
        return True

    def is_multigraph(self) -> bool:
        """Whether relations stand side by side in what networkx gets: each pair of nodes once."""
        return False


def convert_from_nx(graph: nx.Graph[Any], **_: object) -> PurposeGraph:
    """The graph as arrays; attributes of edges count for nothing in the functions here.

    Raises:
        NotImplementedError: The graph is not directed.
    """
    if not graph.is_directed():
        raise NotImplementedError("undirected graphs")
    names = list(graph)
    numbers = {name: number for number, name in enumerate(names)}
    plain: nx.DiGraph[int] = nx.DiGraph()
    plain.add_nodes_from(range(len(names)))
    plain.add_edges_from((numbers[source], numbers[target]) for source, target in graph.edges())
    return PurposeGraph(from_graph(plain), 0, names)


def convert_to_nx(found: Any, **_: object) -> Any:
    """The graph as networkx's own; whatever else a function here gives, as it is."""
    if not isinstance(found, PurposeGraph):
        return found
    bit = 1 << found.purpose
    graph: nx.DiGraph[Any] = nx.DiGraph()
    graph.add_nodes_from(found.named(range(found.snapshot.nodes)))
    graph.add_edges_from(
        (found.name(source), found.name(target))
        for source, target, terms in as_graph(found.snapshot).edges(data=True)
        if terms["mask"] & bit
    )
    return graph


def descendants(G: PurposeGraph, source: Hashable) -> set[Any]:  # noqa: N803
    """See ``networkx.descendants``."""
    return _reached(G, _plain(G.snapshot), source)


def ancestors(G: PurposeGraph, source: Hashable) -> set[Any]:  # noqa: N803
    """See ``networkx.ancestors``."""
    forth = _plain(G.snapshot)
    return _reached(G, replace(forth, outgoing=forth.incoming, incoming=forth.outgoing), source)


def has_path(G: PurposeGraph, source: Hashable, target: Hashable) -> bool:  # noqa: N803
    """See ``networkx.has_path``."""
    return bool(_walk(G, source, target))


def shortest_path(
    G: PurposeGraph,  # noqa: N803
    source: Hashable | None = None,
    target: Hashable | None = None,
    weight: object = None,
    method: str = "dijkstra",
) -> list[Any]:
    """See ``networkx.shortest_path``; of one pair and without weights.

    Raises:
        NotImplementedError: Other paths are asked for.
        NetworkXNoPath: There is none.
    """
    if source is None or target is None or weight is not None:
        raise NotImplementedError("only paths of one pair, without weights")
    walk = _walk(G, source, target)
    if not walk:
        raise nx.NetworkXNoPath(f"No path between {source} and {target}.")
    return G.named(walk)


def _reached(graph: PurposeGraph, snapshot: Snapshot, source: Hashable) -> set[Any]:
    """All nodes that walks from one come to, without itself."""
    if source not in graph.numbers:
        raise nx.NetworkXError(f"The node {source} is not in the graph.")
    seeds = np.zeros(snapshot.nodes, np.uint16)
    seeds[graph.numbers[source]] = 1 << graph.purpose
    found = np.flatnonzero(reach(snapshot, seeds, snapshot.nodes))
    return set(graph.named(found.tolist())) - {source}


def _walk(graph: PurposeGraph, source: Hashable, target: Hashable) -> tuple[int, ...] | None:
    pair = graph.number(source), graph.number(target)
    snapshot = _plain(graph.snapshot)
    for most in (_SHORT, snapshot.nodes):
        (walk,) = shortest_walks(snapshot, [pair], graph.purpose, most)
        if walk:
            return walk
    return None


def _plain(snapshot: Snapshot) -> Snapshot:
    """The same relations without the onward rule, which networkx's names do not know."""
    return replace(
        snapshot, outgoing=_going_on(snapshot.outgoing), incoming=_going_on(snapshot.incoming)
    )


def _going_on(side: Side) -> Side:
    return replace(side, onward=side.masks)
