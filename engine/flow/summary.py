"""What a map holds and what an import made of lists, as text and as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from .completeness import completeness_of
from .importing.assuming import shipped_assumptions
from .importing.importer import Imported
from .model import FlowMap, Grant, Guard, NodeKind

VERSION = 1
_SHOWN = 10


def summary_json(flow_map: FlowMap) -> dict[str, Any]:
    """The map in numbers."""
    known = completeness_of(flow_map)
    relations = flow_map.relations
    return {
        "version": VERSION,
        "as_of": flow_map.as_of.isoformat() if flow_map.as_of else None,
        "nodes": dict(Counter(node.kind.value for node in flow_map.nodes.values())),
        "relations": dict(Counter(each.kind.value for each in relations)),
        "switches": dict(Counter(each.kind.value for each in flow_map.switches.values())),
        "ended": sum(each.until is not None for each in relations),
        "guards": dict(Counter(each.guard.value for each in relations)),
        "grants": dict(Counter(each.grant.value for each in relations)),
        "bars": dict(Counter(
            word for node in flow_map.nodes.values() for word in node.bars
        ).most_common()),
        "completeness": {
            "bodies": known.nodes,
            "settings_known": known.settings_known,
            "unresolved": known.unresolved,
            "levels": known.relations,
            "oldest": known.oldest.isoformat() if known.oldest else None,
            "newest": known.newest.isoformat() if known.newest else None,
        },
        "assumptions": [
            {"name": each.name, "default": each.default, "words": each.words}
            for each in shipped_assumptions()
        ],
        "sources": [
            {"name": each.name, "origin": each.origin, "note": each.note,
             "day": each.day.isoformat() if each.day else None}
            for each in flow_map.sources
        ],
    }  # fmt: skip


def summary_lines(flow_map: FlowMap) -> Iterator[str]:
    """The map in words."""
    known = completeness_of(flow_map)
    day = f", as of {flow_map.as_of}" if flow_map.as_of else ""
    yield f"{len(flow_map.nodes):,} nodes, {len(flow_map.relations):,} relations, " \
          f"{len(flow_map.switches):,} switches{day}"  # fmt: skip
    yield from _table("nodes", Counter(node.kind.value for node in flow_map.nodes.values()))
    yield from _table("relations", Counter(each.kind.value for each in flow_map.relations))
    yield from _table("switches", Counter(each.kind.value for each in flow_map.switches.values()))
    yield ""
    yield "How complete it is"
    yield f"  {known.settings_known:>7,}  of {known.nodes:,} bodies whose settings were seen"
    yield f"  {known.unresolved:>7,}  nodes that are no body on file"
    for level, count in known.relations.items():
        yield f"  {count:>7,}  relations {level}"
    if known.oldest and known.newest:
        yield f"           evidence of {known.oldest} to {known.newest}"
    yield from _doubts(flow_map)
    yield from _table("off limits, by bodies that say so", Counter(
        word for node in flow_map.nodes.values() for word in node.bars
    ))  # fmt: skip
    yield from _table("most partners that may search", _degrees(flow_map))
    yield ""
    yield "What a trace assumes beside it (--no-assume NAME, --assume NAME)"
    for made in shipped_assumptions():
        yield f"  {made.name}{'' if made.default else ' (not by default)'}: {made.words}"
    if flow_map.sources:
        yield ""
        yield "Made from"
        for each in flow_map.sources:
            told = "; ".join(filter(None, (str(each.day or ""), each.note, each.origin)))
            yield f"  {each.name}: {told}"


def _doubts(flow_map: FlowMap) -> Iterator[str]:
    ended = sum(each.until is not None for each in flow_map.relations)
    leftover = sum(each.grant is Grant.LEFTOVER for each in flow_map.relations)
    filtered = sum(each.guard is Guard.KEYWORD_FILTER for each in flow_map.relations)
    unsure = sum(
        bool(node.body) and node.sureness < 0.9
        for node in flow_map.nodes.values()
        if node.kind is not NodeKind.NETWORK
    )
    told = (
        (ended, "relations that were gone when their list was last seen"),
        (leftover, "relations to accounts that by their name are no longer used"),
        (filtered, "relations guarded by a keyword filter only"),
        (unsure, "bodies known by a name that means them with less than 0.9"),
    )
    if any(count for count, _ in told):
        yield ""
        yield "What to know"
        yield from (f"  {count:>7,}  {words}" for count, words in told if count)


def _degrees(flow_map: FlowMap) -> Counter[str]:
    return Counter({
        key: len(numbers) for key, numbers in flow_map.outgoing.items()
    })  # fmt: skip


def _table(title: str, counts: Counter[str]) -> Iterator[str]:
    if counts:
        yield ""
        yield title[0].upper() + title[1:]
        yield from (f"  {count:>7,}  {name}" for name, count in counts.most_common(_SHOWN))


def imported_json(made: Imported) -> dict[str, Any]:
    """An import in numbers, with every name that is no body on file."""
    return {
        "version": VERSION,
        "lists": [
            {"name": each.name, "form": each.form, "rows": each.rows, "notes": list(each.notes)}
            for each in made.lists
        ],
        "names": made.findings,
        "nodes": len(made.map.nodes),
        "relations": len(made.map.relations),
        "to_itself": made.to_itself,
        "nobody": made.nobody,
        "unresolved": [
            {
                "key": key, "name": found.name, "finding": found.finding.value,
                "may_be": [
                    {"body": each.body.key, "score": each.score} for each in found.candidates
                ],
            }
            for key, found in sorted(made.unresolved.items())
        ],
        "faults": [str(fault) for fault in made.faults],
    }  # fmt: skip


def imported_lines(made: Imported) -> Iterator[str]:
    """An import in words."""
    for each in made.lists:
        yield f"{each.name}: {each.title.lower()}, {each.rows:,} rows"
        yield from (f"  {note}" for note in each.notes)
    names = ", ".join(f"{count:,} {finding}" for finding, count in made.findings.items())
    yield f"names: {names or 'none'}"
    if made.to_itself:
        yield f"left out: {made.to_itself:,} rows of an agency that shares with itself"
    if made.nobody:
        yield f"left out: {made.nobody:,} rows of accounts that are nobody's, such as for tests"
    yield f"{len(made.map.nodes):,} nodes, {len(made.map.relations):,} relations"
