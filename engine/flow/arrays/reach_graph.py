"""Reach as a plain walk over a networkx graph: what the other executors must equal."""

from __future__ import annotations

from typing import Any

import networkx as nx

from .snapshot import PURPOSES, Bits, Snapshot


def reach(snapshot: Snapshot, seeds: Bits, hops: int) -> Bits:
    """See ``reach.reach``."""
    graph = as_graph(snapshot)
    arrived = seeds.copy()
    for purpose in range(PURPOSES):
        bit = 1 << purpose
        for node in walked(graph, {int(each) for each in (seeds & bit).nonzero()[0]}, bit, hops):
            arrived[node] |= bit
    return arrived


def walked(graph: nx.MultiDiGraph[Any], starts: set[int], bit: int, hops: int) -> set[int]:
    """The nodes at the end of some walk for one purpose, the starts included."""
    arrived, carrying = set(starts), set(starts)
    for _ in range(hops):
        steps = [
            (target, terms)
            for _, target, terms in graph.out_edges(carrying, data=True)
            if terms["mask"] & bit
        ]
        arrived |= {target for target, _ in steps}
        carrying |= {target for target, terms in steps if terms["onward"] & bit}
    return arrived


def as_graph(snapshot: Snapshot) -> nx.MultiDiGraph[Any]:
    """The snapshot as a graph of node numbers, with ``mask``, ``onward`` and ``number``."""
    side = snapshot.outgoing
    graph: nx.MultiDiGraph[Any] = nx.MultiDiGraph()
    graph.add_nodes_from(range(snapshot.nodes))
    for number, source in enumerate(snapshot.sources().tolist()):
        graph.add_edge(
            source,
            int(side.ends[number]),
            mask=int(side.masks[number]),
            onward=int(side.onward[number]),
            number=number,
        )
    return graph
