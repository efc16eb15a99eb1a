"""A report's data from a map and what tracing found."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sized

from ....dsl import syntax as tree
from ...registry import Registry
from ..door import Door, DoorClass, Hop, Question, Trace
from ..model import FlowMap, Node, NodeKind, RelationKind
from . import words
from .view import BodyView, CitationView, Column, DoorView, Group, HopView, ReachView, ReportData

_HUBS = {
    NodeKind.NETWORK: "Networks",
    NodeKind.VENDOR: "Vendors",
    NodeKind.BROKER: "Data brokers",
}
_ELSEWHERE = "Not on file"
_FEDERAL = "Federal bodies"
_KINDS = tuple(RelationKind)

# What a page can hold and still open at once.
MOST_DOORS = 5_000
MOST_LINKS = 250_000


def report_data(
    flow_map: FlowMap,
    trace: Trace,
    *,
    registry: Registry,
    made_on: datetime.date | None = None,
    title: str = "",
    remarks: tuple[str, ...] = (),
) -> ReportData:
    """What a report shows of a map and a trace of it.

    Args:
        flow_map: The map.
        trace: What tracing found on it.
        registry: Tells the government of each body.
        made_on: The day of the report; that of the question if not given.
        title: The question in words; made from the trace if blank.
        remarks: What must stand at its head, such as that it is a simulation.
    """
    numbers = {key: number for number, key in enumerate(flow_map.nodes)}
    groups, group_of = _groups(flow_map, trace.question, registry)
    hops: dict[HopView, int] = {}
    doors = tuple(
        _door(door, flow_map, trace.question, numbers, hops) for door in trace.doors[:MOST_DOORS]
    )
    links = _links(flow_map, trace.question.day, numbers)
    return ReportData(
        title=title or _title(flow_map, trace.question),
        purpose=_purpose_of(trace.question),
        day=trace.question.day,
        made_on=made_on or trace.question.day,
        limits=_limits(trace.question),
        groups=groups,
        bodies=_bodies(flow_map, trace, group_of),
        links=links if len(links) <= MOST_LINKS else (),
        kinds=tuple(words.plain(kind.value) for kind in _KINDS),
        hops=tuple(hops),
        doors=doors,
        reaches=tuple(
            ReachView(numbers[each.owner], tuple(each.by_class.items()), each.fewest_hops)
            for each in trace.reaches
        ),
        completeness=trace.completeness,
        assumptions=trace.assumptions,
        bounds=(*trace.bounds, *_left_out(trace, links)),
        sources=flow_map.sources,
        remarks=remarks,
    )


def _title(flow_map: FlowMap, question: Question) -> str:
    owners = [flow_map.nodes[key].name for key in question.owners]
    whose = " and ".join(owners) if len(owners) < 3 else f"{len(owners)} owners"
    return (
        f"Can plate reader data of {whose} be obtained for {_purpose_of(question)}?"
        if owners
        else f"Who obtains plate reader data for {_purpose_of(question)}?"
    )


def _purpose_of(question: Question) -> str:
    return words.plain(question.purpose or question.zone)


def _limits(question: Question) -> str:
    return (
        f"walks of at most {words.counted(question.hops, 'hop')} and "
        f"{words.counted(question.wrongs, 'wrong')}, at most "
        f"{words.counted(question.doors, 'door')} for one owner"
    )


def _left_out(trace: Trace, links: Sized) -> Iterator[str]:
    """What there was too much of for one page, in words."""
    if len(trace.doors) > MOST_DOORS:
        yield f"This page holds the first {MOST_DOORS:,} of {len(trace.doors):,} doors found."
    if len(links) > MOST_LINKS:
        yield f"This page holds no links: {len(links):,} are more than it can draw."


# Groups -----------------------------------------------------------------------------------------


def _groups(
    flow_map: FlowMap, question: Question, registry: Registry
) -> tuple[tuple[Group, ...], dict[str, int]]:
    """Every group, in the order of columns and names, and the place of each body's."""
    home = {_government(flow_map.nodes[key], registry) for key in question.owners}
    of_node = {key: _group(node, home, registry) for key, node in flow_map.nodes.items()}
    columns = tuple(Column)
    ordered = sorted(
        set(of_node.values()), key=lambda each: (columns.index(each.column), each.name)
    )
    places = {group: place for place, group in enumerate(ordered)}
    return tuple(ordered), {key: places[group] for key, group in of_node.items()}


def _group(node: Node, home: set[str], registry: Registry) -> Group:
    if node.kind in _HUBS:
        return Group(_HUBS[node.kind], Column.HUBS)
    government = _government(node, registry)
    if government in home and government:
        return Group(government, Column.HOME)
    if node.kind is NodeKind.FEDERAL:
        return Group(_FEDERAL, Column.FEDERAL)
    kind, _, name = government.partition("/")
    return Group(kind.capitalize() if name else kind or _ELSEWHERE, Column.ELSEWHERE)


def _government(node: Node, registry: Registry) -> str:
    body = registry.get(node.body) if node.body else None
    return body.sovereign if body else ""


# Bodies and links -------------------------------------------------------------------------------


def _bodies(flow_map: FlowMap, trace: Trace, group_of: Mapping[str, int]) -> tuple[BodyView, ...]:
    owners = frozenset(trace.question.owners)
    recipients = {door.sink for door in trace.doors}
    return tuple(
        BodyView(
            key=key,
            name=node.name,
            kind=words.KINDS[node.kind],
            group=group_of[key],
            is_owner=key in owners,
            is_recipient=key in recipients,
            notes=_notes(node),
        )
        for key, node in flow_map.nodes.items()
    )


def _notes(node: Node) -> tuple[str, ...]:
    """What is known of a body beside its relations."""
    found = ["its settings were seen" if node.settings_known else "its settings were not seen"]
    if node.bars:
        found.append(f"says off limits: {', '.join(map(words.plain, node.bars))}")
    if node.cameras is not None:
        found.append(words.counted(node.cameras, "camera"))
    if node.keeps_days is not None:
        found.append(f"keeps data {words.counted(node.keeps_days, 'day')}")
    if not node.body:
        found.append("not on file in the registry")
    elif node.sureness < 1:
        found.append(f"on file as {node.body}, with a score of {node.sureness:.2f} by its name")
    return tuple(found)


def _links(
    flow_map: FlowMap, day: datetime.date, numbers: Mapping[str, int]
) -> tuple[tuple[int, int, int], ...]:
    places = {kind: place for place, kind in enumerate(_KINDS)}
    found: dict[tuple[int, int, int], None] = {}
    for number in flow_map.open_on(day):
        each = flow_map.relations[number]
        found[numbers[each.source], numbers[each.target], places[each.kind]] = None
    return tuple(found)


# Doors ------------------------------------------------------------------------------------------


def _door(
    door: Door,
    flow_map: FlowMap,
    question: Question,
    numbers: Mapping[str, int],
    hops: dict[HopView, int],
) -> DoorView:
    """A door; its hops are added to those that are there."""
    views = [_hop(hop, flow_map, question, numbers) for hop in door.hops]
    return DoorView(
        hops=tuple(hops.setdefault(view, len(hops)) for view in views),
        name=door.name,
        klass=door.klass,
        wrongs=door.wrongs,
        is_filter_only=door.is_filter_only,
        since=door.open_since.isoformat() if door.open_since else "",
        volume=f"{door.volume:,.0f}" if door.volume is not None else "",
    )


def _hop(hop: Hop, flow_map: FlowMap, question: Question, numbers: Mapping[str, int]) -> HopView:
    switch = flow_map.switches[hop.switch]
    holder = (
        flow_map.nodes[switch.holder].name if switch.holder in flow_map.nodes else switch.holder
    )
    named = {key: flow_map.nodes[key].name for key in (hop.source, hop.target)}
    return HopView(
        source=numbers[hop.source],
        target=numbers[hop.target],
        words=_sentence(words.RELATIONS[hop.kind].format(
            source=named[hop.source], target=named[hop.target]
        )),
        answer=_answer(hop),
        citations=tuple(CitationView(c.title, c.source, c.status) for c in hop.citations),
        switch=switch.words or f"{words.plain(switch.kind.value)} of {holder} ({switch.key})",
        closing=f"{holder} can {words.ACTS[switch.kind]}; {words.loss(switch.loss)}",
        guard=words.GUARDS[hop.guard],
        custody=words.CUSTODIES[hop.custody],
        purpose=_purpose(hop),
        wrongs=tuple(
            f"{wrong.kind.value}: {wrong.words}"
            + ("" if wrong.detectable else " (nothing would show it)")
            for wrong in hop.wrongs
        ),
        opens_if=hop.opens_if,
        evidence=_evidence(hop, question),
        level=hop.evidence.level.value,
    )  # fmt: skip


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _answer(hop: Hop) -> str:
    if hop.outcome is None:
        return "No rule on file speaks of it"
    if hop.outcome is tree.Outcome.PERMIT:
        return words.ANSWERS[hop.outcome] if hop.citations else words.NO_RULE
    return words.ANSWERS[hop.outcome] + (f": {hop.reason}" if hop.reason else "")


def _purpose(hop: Hop) -> str:
    true, stated = words.plain(hop.true_purpose), words.plain(hop.stated_purpose)
    if not true:
        return ""
    told = true if true == stated else f"stated as {stated}, truly {true}"
    return f"{told}; the purpose changes here" if hop.drifts else told


def _evidence(hop: Hop, question: Question) -> str:
    known = hop.evidence
    source = f"{known.source}, " if known.source else ""
    return f"{source}{words.LEVELS[known.level]}, {words.age(known.day, question.day)}"


def classes(data: ReportData) -> dict[DoorClass, int]:
    """How many of the doors shown are of each class."""
    return {each: sum(door.klass is each for door in data.doors) for each in DoorClass}
