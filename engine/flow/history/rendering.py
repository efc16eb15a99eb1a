"""A history as text and as JSON (docs/scenarios.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from ..door import DoorClass
from ..model import FlowMap
from ..render_json import completeness_json, door_json, name_of
from ..render_text import foot_lines, wrapped
from ..scenario.render_json import difference_json
from ..scenario.render_text import walk_words
from ..scenario.simulating import exposed, reached
from .comparing import History, Opened
from .searches import DoorSearches

VERSION = 1
_SHOWN = 20


def history_json(
    found: History, before: FlowMap, after: FlowMap, joined: Joined | None = None
) -> dict[str, Any]:
    """The whole answer."""
    question = found.after.question
    answer = {
        "version": VERSION,
        "zone": question.zone,
        "purpose": question.purpose,
        "before": found.before.question.day.isoformat(),
        "after": question.day.isoformat(),
        **difference_json(found.difference, before, after),
        "causes": [_opened_json(each, after) for each in found.opened],
        "completeness": completeness_json(found.after.completeness),
        "assumptions": list(found.after.assumptions),
        "bounds": [*found.before.bounds, *found.after.bounds],
    }
    return answer | ({"searches": joined.as_json(after)} if joined else {})


def _opened_json(opened: Opened, flow_map: FlowMap) -> dict[str, Any]:
    return {
        "door": door_json(opened.door, flow_map),
        "class_before": opened.was.value if opened.was else None,
        "causes": [
            {
                "kind": cause.kind.value,
                "words": cause.words,
                "day": cause.day.isoformat() if cause.day else None,
            }
            for cause in opened.causes
        ],
    }


def history_text(
    found: History, before: FlowMap, after: FlowMap, joined: Joined | None = None
) -> str:
    """The whole answer."""
    return "\n".join(_lines(found, before, after, joined)) + "\n"


def _lines(found: History, before: FlowMap, after: FlowMap, joined: Joined | None) -> Iterator[str]:
    question = found.after.question
    yield (
        f"Zone `{question.zone}`, purpose `{question.purpose}`: {found.before.question.day} beside "
        f"{question.day}."
    )
    for day, trace in ((found.before.question.day, found.before), (question.day, found.after)):
        counts = reached(trace)
        said = ", ".join(f"{counts[klass]} of class {klass.value}" for klass in DoorClass)
        yield f"  {day}: {exposed(trace)} owners exposed; recipients reached: {said}."
    yield ""
    harder = sum(now.wrongs > was.wrongs for was, now in found.difference.changed)
    yield (
        f"Opened since, or easier: {len(found.opened)}. Closed: {len(found.difference.closed)}. "
        f"Harder: {harder}."
    )
    for opened in islice(found.opened, _SHOWN):
        yield from _opened_lines(opened, after)
    if len(found.opened) > _SHOWN:
        yield f"  and {len(found.opened) - _SHOWN} more; --json has all"
    for door in islice(found.difference.closed, _SHOWN):
        yield from wrapped(f"closed: {walk_words(door, before)}", "  ", "    ")
    if joined:
        yield ""
        yield from joined.lines(after)
    yield ""
    yield from foot_lines(found.after.completeness, found.after.assumptions, found.after.bounds)


def _opened_lines(opened: Opened, flow_map: FlowMap) -> Iterator[str]:
    door = opened.door
    was = f", before {opened.was.value}" if opened.was else ""
    head = f"class {door.klass.value}{was}, {door.name.value}: {walk_words(door, flow_map)}"
    yield from wrapped(head, "  ", "    ")
    if not opened.causes:
        yield "    because: no single change explains it; several did together"
    for cause in opened.causes:
        when = str(cause.day) if cause.day else "day not known"
        yield from wrapped(f"because ({cause.kind.value}, {when}): {cause.words}", "    ", "      ")


class Joined:
    """The searches of a log, joined to the doors of its owner."""

    def __init__(
        self, owner: str, rows: int, unresolved: int, doors: Iterable[DoorSearches]
    ) -> None:
        self.owner = owner
        self.rows = rows
        self.unresolved = unresolved
        self.doors = tuple(doors)

    def as_json(self, flow_map: FlowMap) -> dict[str, Any]:
        """Counts by door."""
        return {
            "owner": self.owner,
            "rows": self.rows,
            "rows_by_nobody_sure": self.unresolved,
            "doors": [
                {
                    "requester": each.requester,
                    "class": each.door.klass.value,
                    "sink": each.door.sink,
                    "switches": list(each.door.switches),
                    "rows": each.searches,
                    "rows_by_verdict": dict(each.rows),
                    "words": walk_words(each.door, flow_map),
                }
                for each in self.doors
            ],
        }

    def lines(self, flow_map: FlowMap) -> Iterator[str]:
        """Counts by door, as text."""
        used = [each for each in self.doors if each.searches]
        yield (
            f"The log of {name_of(flow_map, self.owner)}: {self.rows:,} searches, "
            f"{self.unresolved:,} by nobody surely known."
        )
        yield f"  {len(used)} of its {len(self.doors)} doors begin with a body that searched:"
        for each in islice(used, _SHOWN):
            verdicts = ", ".join(f"{count:,} {name}" for name, count in sorted(each.rows.items()))
            words = f"{each.searches:,} searches ({verdicts}): {walk_words(each.door, flow_map)}"
            yield from wrapped(words, "  - ", "    ")
        yield "  A search by the first body of a door shows that it could be used, not that it was."
