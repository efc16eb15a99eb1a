"""What is wrong or doubtful with a map, as values; nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, cast

from .files.parts import Part
from .model import FlowMap, NodeKind, Relation, RelationKind

_SHOWN = 5


class Severity(Enum):
    """What a finding means for whoever uses the map."""

    ERROR = "error"  # the map cannot be gone by
    WARNING = "warning"  # answers may be wrong
    NOTE = "note"  # good to know


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding.

    Attributes:
        severity: What it means.
        part: The table that it is about.
        key: The key of the row, or the number of the relation.
        shown: How the place is called where no file and line are known.
        field: The column; blank for the row as a whole.
        words: What is wrong.
        mend: What to do about it.
    """

    severity: Severity
    part: Part
    key: str | int
    shown: str
    field: str
    words: str
    mend: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a map may name beside itself: bodies on file, and words of the vocabulary."""

    bodies: AbstractSet[str] = field(default_factory=frozenset[str])
    purposes: AbstractSet[str] = field(default_factory=frozenset[str])
    data: AbstractSet[str] = field(default_factory=frozenset[str])


def findings(flow_map: FlowMap, known: Known | None = None) -> Iterator[Finding]:
    """All findings, errors of relations first.

    Args:
        flow_map: The map.
        known: The registry's keys and the vocabulary's words; without them, what the map names
            of these is not looked at.
    """
    yield from _relations(flow_map)
    yield from _switches(flow_map)
    yield from _nodes(flow_map)
    yield from _whole(flow_map)
    if known is not None:
        yield from _words(flow_map, known)


def _relations(flow_map: FlowMap) -> Iterator[Finding]:
    seen: dict[tuple[str, str, RelationKind, str], int] = {}
    for number, relation in enumerate(flow_map.relations):
        row = _Row(number, relation)
        yield from _ends(flow_map, row)
        yield from _dates(flow_map, row)
        key = (relation.source, relation.target, relation.kind, relation.switch)
        first = seen.setdefault(key, number)
        if first != number:
            yield row.say(Severity.WARNING, "", f"says the same as relation {first}",
                          "keep one, with the better evidence")  # fmt: skip


class _Row(NamedTuple):
    """A relation with its number."""

    number: int
    relation: Relation

    def say(self, severity: Severity, column: str, words: str, mend: str) -> Finding:
        """A finding about it."""
        shown = f"relation {self.number} ({self.relation.source} to {self.relation.target})"
        return Finding(severity, Part.RELATIONS, self.number, shown, column, words, mend)


def _ends(flow_map: FlowMap, row: _Row) -> Iterator[Finding]:
    """Whether what a relation names is in the map."""
    relation, say = row.relation, row.say
    for column, key in (("source", relation.source), ("target", relation.target)):
        if key not in flow_map.nodes:
            yield say(Severity.ERROR, column, f"`{key}` is no node of the map",
                      "add it to the nodes, or mend the key")  # fmt: skip
    if relation.switch not in flow_map.switches:
        yield say(Severity.ERROR, "switch", f"`{relation.switch}` is no switch of the map",
                  "add it to the switches, or leave it blank for one of its own")  # fmt: skip
    if relation.terms and relation.terms not in flow_map.terms:
        yield say(Severity.ERROR, "terms", f"`{relation.terms}` are no terms of the map",
                  "add them to the terms, or leave it blank")  # fmt: skip
    if relation.source == relation.target:
        yield say(Severity.ERROR, "target", "leads from a node to itself",
                  "remove it: who has data has them")  # fmt: skip
    if not relation.data:
        yield say(Severity.ERROR, "data", "carries no data", "name a kind of data, or leave it out")
    for column, key, kind in (("target", relation.target, RelationKind.JOINS),
                              ("source", relation.source, RelationKind.MEMBER_OF)):  # fmt: skip
        hub = flow_map.nodes.get(key)
        if relation.kind is kind and hub and hub.kind is not NodeKind.NETWORK:
            yield say(Severity.WARNING, column, f"`{key}` is no network, but {hub.kind.value}",
                      f"`{kind.value}` is for networks; `shares_query` may be meant")  # fmt: skip


def _dates(flow_map: FlowMap, row: _Row) -> Iterator[Finding]:
    relation, say = row.relation, row.say
    start, until, seen = relation.start, relation.until, relation.evidence.day
    if start and until and until <= start:
        yield say(Severity.ERROR, "until", f"ends on {until}, and begins on {start}",
                  "`until` is the first day on which it stands no more")  # fmt: skip
    if seen and flow_map.as_of and seen > flow_map.as_of:
        yield say(Severity.WARNING, "evidence_day", f"was seen on {seen}, after the map's day "
                  f"{flow_map.as_of}", "mend the one or the other")  # fmt: skip


def _switches(flow_map: FlowMap) -> Iterator[Finding]:
    for key, switch in flow_map.switches.items():
        if key not in flow_map.by_switch:
            yield Finding(Severity.WARNING, Part.SWITCHES, key, f"switch `{key}`", "",
                          "opens no relation", "remove it, or name it in a relation")  # fmt: skip
        if switch.holder not in flow_map.nodes:
            yield Finding(Severity.ERROR, Part.SWITCHES, key, f"switch `{key}`", "holder",
                          f"`{switch.holder}` is no node of the map",
                          "name the node that can close it")  # fmt: skip


def _nodes(flow_map: FlowMap) -> Iterator[Finding]:
    first: dict[str, str] = {}
    bodies: dict[str, str] = {}
    for key, node in flow_map.nodes.items():
        other = first.setdefault(" ".join(node.name.casefold().split()), key)
        if other != key:
            yield _of_node(Severity.NOTE, key, "name", f"is called as `{other}` is: {node.name}",
                           "merge them if they are one body")  # fmt: skip
        other = bodies.setdefault(node.body, key) if node.body else key
        if other != key:
            yield _of_node(Severity.WARNING, key, "body", f"is the same body as `{other}`",
                           "one body is one node: merge them")  # fmt: skip
        if not 0 <= node.sureness <= 1:
            yield _of_node(Severity.ERROR, key, "sureness", f"{node.sureness} is no likelihood",
                           "write a number from 0 to 1")  # fmt: skip


def _of_node(severity: Severity, key: str, column: str, words: str, mend: str) -> Finding:
    return Finding(severity, Part.NODES, key, f"node `{key}`", column, words, mend)


def _whole(flow_map: FlowMap) -> Iterator[Finding]:
    def say(severity: Severity, words: str, mend: str, part: Part = Part.RELATIONS) -> Finding:
        return Finding(severity, part, "", "the map", "", words, mend)

    if not flow_map.relations:
        yield say(Severity.WARNING, "has no relations, so nothing can be traced",
                  "import a list of who shares with whom")  # fmt: skip
    elif not any(each.kind is not NodeKind.NETWORK for each in flow_map.nodes.values()):
        yield say(Severity.WARNING, "has no bodies, only networks: nobody owns or obtains data",
                  "add the members of the networks", Part.NODES)  # fmt: skip
    for circle in _circles(flow_map):
        yield say(Severity.NOTE, f"networks join each other in a circle: {' to '.join(circle)}",
                  "members of each see all; each hop counts, so a walk ends")  # fmt: skip
    unresolved = [node for node in flow_map.nodes.values()
                  if not node.body and node.kind is not NodeKind.NETWORK]  # fmt: skip
    if unresolved:
        kinds = Counter(node.kind.value for node in unresolved)
        told = ", ".join(f"{count:,} {kind}" for kind, count in kinds.most_common())
        some = ", ".join(f"`{node.key}`" for node in unresolved[:_SHOWN])
        yield say(Severity.NOTE, f"{len(unresolved):,} nodes are no body on file ({told}), such as "
                  f"{some}", "no rule that asks what they are can be met; fill in `body` where "
                  "you know it", Part.NODES)  # fmt: skip


def _circles(flow_map: FlowMap) -> Iterator[list[str]]:
    """Circles of networks that share with each other, each once."""
    hubs = {key for key, node in flow_map.nodes.items() if node.kind is NodeKind.NETWORK}
    onward: dict[str, set[str]] = {key: set() for key in hubs}
    for relation in flow_map.relations:
        if relation.source in hubs and relation.target in hubs:
            onward[relation.source].add(relation.target)
    if not any(onward.values()):
        return
    import networkx as nx

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_edges_from((one, other) for one, others in onward.items() for other in others)
    for component in nx.strongly_connected_components(graph):
        if len(component) > 1:
            found = cast("list[tuple[str, str]]", nx.find_cycle(graph.subgraph(component)))
            circle = [source for source, _ in found]
            yield [*circle, circle[0]]


def _words(flow_map: FlowMap, known: Known) -> Iterator[Finding]:
    """What the map names of the registry and the vocabulary."""
    for key, node in flow_map.nodes.items():
        if node.body and node.body not in known.bodies:
            yield _of_node(Severity.ERROR, key, "body", f"`{node.body}` is not in the registry",
                           "find the key with `platelaw agencies`, or leave it blank")  # fmt: skip
        for word in node.bars:
            if word not in known.purposes:
                yield _of_node(Severity.ERROR, key, "bars", *_unknown(word, "purpose"))
    for each in flow_map.terms.values():
        for word in each.purposes:
            if word not in known.purposes:
                yield Finding(Severity.ERROR, Part.TERMS, each.key, f"terms `{each.key}`",
                              "purposes", *_unknown(word, "purpose"))  # fmt: skip
    for number, relation in enumerate(flow_map.relations):
        say = _Row(number, relation).say
        for word in relation.purposes:
            if word not in known.purposes:
                yield say(Severity.ERROR, "purposes", *_unknown(word, "purpose"))
        for word in relation.data:
            if word not in known.data:
                yield say(Severity.ERROR, "data", *_unknown(word, "kind of data"))


def _unknown(word: str, what: str) -> tuple[str, str]:
    return f"`{word}` is no {what} of the vocabulary", "mend the word, or declare it in a policy"
