"""Shortest walks by networkx: what the other executors must equal in length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import networkx as nx

from .reach_graph import as_graph
from .snapshot import Snapshot


def shortest(
    snapshot: Snapshot, pairs: Sequence[tuple[int, int]], bit: int, most: int
) -> Iterator[Sequence[int]]:
    """See ``walks.shortest_walks``; of no walk no nodes."""
    graph = as_graph(snapshot)
    going_on: nx.DiGraph[Any] = nx.DiGraph()
    going_on.add_nodes_from(graph)
    going_on.add_edges_from(
        (source, target) for source, target, terms in graph.edges(data=True)
        if terms["onward"] & bit
    )  # fmt: skip
    for source, target in pairs:
        if source == target:
            yield (source,)
            continue
        ways: dict[int, list[int]] = nx.single_source_shortest_path(going_on, source, most)
        walks = [
            [*ways[last], target]
            for last, _, terms in graph.in_edges(target, data=True)
            if terms["mask"] & bit and last in ways and len(ways[last]) <= most
        ]
        yield min(walks, key=len, default=())
