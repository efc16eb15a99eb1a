"""A map as a graph of networkx, in and out, and from it GraphML and DOT."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import networkx as nx

from ..model import FlowMap
from .assembling import Assembler, Loaded, Row, rows_of
from .faults import FileFault, MapError, only
from .forms import cell
from .parts import VERSION, Part

_BESIDE = (Part.SWITCHES, Part.TERMS, Part.SOURCES)  # kept as attributes of the graph


def graph_of(flow_map: FlowMap) -> nx.MultiDiGraph[str]:
    """A map as a graph: nodes by key, one edge a relation.

    Attributes have the names of the columns (docs/flow.md); an attribute that is as usual is
    left out, a list is a list. An edge's key is the number of its relation, and every edge names
    its switch. The graph's own attributes are ``form``, ``as_of``, and the rows of ``switches``,
    ``terms`` and ``sources``.
    """
    rows = rows_of(flow_map)
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph(form=VERSION)
    if flow_map.as_of:
        graph.graph["as_of"] = flow_map.as_of.isoformat()
    for part in _BESIDE:
        if listed := list(rows[part]):
            graph.graph[part.value] = listed
    for row in rows[Part.NODES]:
        graph.add_node(str(row.pop("key")), **row)
    for number, row in enumerate(rows[Part.RELATIONS]):
        source, target = str(row.pop("source")), str(row.pop("target"))
        row["switch"] = flow_map.relations[number].switch
        graph.add_edge(source, target, key=number, **row)
    return graph


def map_of(graph: nx.DiGraph[Any], name: str = "graph") -> Loaded:
    """A map of a graph, such as ``graph_of`` gives or a user makes.

    A node needs no attribute: it is then of an unknown kind and called by its key. An edge
    without a ``kind`` is ``shares_query``. Edges with a whole number as key keep their order.

    Raises:
        MapError: An attribute cannot be read, or the graph has no direction.
    """
    if not graph.is_directed():
        raise only(name, "has no direction", "data flow one way: hand in a MultiDiGraph")
    assembler = Assembler(lambda part, line: f"{name}, {part.value} {line}")
    form = graph.graph.get("form", VERSION)
    if form != VERSION:
        raise only(name, f"`{str(form)[:20]}` is no form known here",
                   f"this version reads form {VERSION}", "form")  # fmt: skip
    assembler.as_of(name, graph.graph.get("as_of"))
    assembler.add(Part.NODES, _nodes(graph))
    assembler.add(Part.RELATIONS, _edges(graph))
    for part in _BESIDE:
        rows: Any = graph.graph.get(part.value, [])
        if isinstance(rows, list):
            assembler.add(part, enumerate(cast("list[Mapping[str, Any]]", rows)))
        else:
            assembler.faults.append(FileFault(name, part.value, "is no list", "hand in rows"))
    return assembler.loaded()


def _nodes(graph: nx.DiGraph[Any]) -> Iterator[Row]:
    for number, (key, values) in enumerate(graph.nodes(data=True)):
        yield number, {"kind": "unknown", "name": str(key), **values, "key": str(key)}


def _edges(graph: nx.DiGraph[Any]) -> Iterator[Row]:
    """The edges with whole numbers as keys in their order, then the others as they come."""
    found: list[tuple[tuple[bool, int], Row]] = []
    multi: Any = graph
    edges: Any = (
        multi.edges(keys=True, data=True)
        if graph.is_multigraph()
        else ((source, target, None, values) for source, target, values in graph.edges(data=True))
    )
    for number, (source, target, key, values) in enumerate(edges):
        row = {"kind": "shares_query", **values, "source": str(source), "target": str(target)}
        place = int(key) if str(key).isdecimal() else None
        found.append(((place is None, number if place is None else place), (number, row)))
    yield from (row for _, row in sorted(found, key=lambda each: each[0]))


def graphml_of(flow_map: FlowMap) -> bytes:
    """A map as GraphML, which networkx, Gephi and others open; lists are texts with ``|``."""
    graph = graph_of(flow_map)
    for part in _BESIDE:
        if part.value in graph.graph:
            graph.graph[part.value] = json.dumps(graph.graph[part.value], ensure_ascii=False)
    items = [values for _, values in graph.nodes(data=True)]
    items += [values for _, _, values in graph.edges(data=True)]
    for values in items:
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = cell(cast("list[str]", value))
    out = io.BytesIO()
    nx.write_graphml(graph, out, named_key_ids=True)
    return out.getvalue()


def read_graphml(name: str, data: bytes) -> Loaded:
    """The map of a GraphML document that ``graphml_of`` or another program wrote.

    Raises:
        MapError: It cannot be read, or is no map.
    """
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise only(name, "declares entities, which a map has no need of", "remove them")
    try:
        graph = cast("nx.MultiDiGraph[Any]", nx.read_graphml(io.BytesIO(data), str, str, True))
        for part in _BESIDE:
            rows: Any = graph.graph.get(part.value)
            if isinstance(rows, str):
                graph.graph[part.value] = json.loads(rows)
    except MapError:
        raise
    except Exception as fault:  # networkx says what is wrong by many kinds of exception
        raise only(name, f"is no GraphML that can be read: {fault}", "write it anew") from fault
    graph.graph.pop("node_default", None)
    graph.graph.pop("edge_default", None)
    return map_of(graph, name)


def dot_of(flow_map: FlowMap) -> str:
    """A map as DOT for Graphviz: what is drawn, without all else that a map says."""
    lines = ["digraph flow {", "  rankdir=LR;", "  node [shape=box];"]
    for node in flow_map.nodes.values():
        lines.append(f"  {_quoted(node.key)} [label={_quoted(node.name)}, "
                     f"class={_quoted(node.kind.value)}];")  # fmt: skip
    for relation in flow_map.relations:
        is_on = relation.switch in flow_map.switches and flow_map.switches[relation.switch].is_on
        style = "solid" if is_on else "dashed"
        lines.append(f"  {_quoted(relation.source)} -> {_quoted(relation.target)} "
                     f"[label={_quoted(relation.kind.value)}, style={style}];")  # fmt: skip
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
