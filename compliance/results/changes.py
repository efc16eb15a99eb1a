"""Columns that come or go from one export to the next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ...engine.audit.layouts import plain

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# In the words of a cell's state, a column of which no cell has a value any more.
_HIDING = {
    "account": "user",
    "organization": "organization",
    "reason": "reason",
    "case_number": "case_number",
}


@dataclass(frozen=True, slots=True)
class LayoutChange:
    """A column that one source has and the one before it has not, or the other way round.

    Attributes:
        change: ``gone`` or ``new``; ``hidden`` or ``shown`` of a column that stays but of which no
            cell has a value any more, or has one again.
    """

    source: int
    before: int
    label: str
    change: str


@dataclass(frozen=True, slots=True)
class _Export:
    source: int
    name: str
    labels: dict[str, str]  # by their plain spelling
    valued: frozenset[str]  # fields of which some cell has a value


def write_changes(results: DuckDBPyConnection) -> list[str]:
    """Find how columns changed, keep it, and say it in words; within a transaction."""
    exports = _exports(results)
    names = {each.source: each.name for kind in exports.values() for each in kind}
    found = [
        change
        for kind in exports.values()
        for before, after in pairwise(kind)
        for change in _between(before, after)
    ]
    results.execute("DELETE FROM layout_change")
    if found:
        results.executemany(
            "INSERT INTO layout_change VALUES (?, ?, ?, ?)",
            [(each.source, each.before, each.label, each.change) for each in found],
        )
    return list(_said(found, names))


def _exports(results: DuckDBPyConnection) -> dict[str, list[_Export]]:
    """The sources of each kind, in the order of their searches."""
    valued = _valued(results)
    found: dict[str, list[_Export]] = {}
    for source, name, layout, header in results.execute(
        """
        SELECT id, name, split_part(layout, '/', 1), header FROM source
        WHERE first_search IS NOT NULL AND len(header) > 0 ORDER BY first_search, id
        """
    ).fetchall():
        labels = {plain(label): label.strip() for label in header if plain(label)}
        export = _Export(source, name, labels, frozenset(valued.get(source, ())))
        found.setdefault(layout, []).append(export)
    return found


def _valued(results: DuckDBPyConnection) -> dict[int, set[str]]:
    """The fields of which some cell of a source has a value."""
    found: dict[int, set[str]] = {}
    for column, field in _HIDING.items():
        for (source,) in results.execute(
            f"SELECT DISTINCT s.source FROM search s JOIN cell c ON c.id = s.{column} "
            "WHERE c.state = 'value'"
        ).fetchall():
            found.setdefault(source, set()).add(field)
    return found


def _between(before: _Export, after: _Export) -> Iterator[LayoutChange]:
    for key in sorted(before.labels.keys() - after.labels.keys()):
        yield LayoutChange(after.source, before.source, before.labels[key], "gone")
    for key in sorted(after.labels.keys() - before.labels.keys()):
        yield LayoutChange(after.source, before.source, after.labels[key], "new")
    if before.labels.keys() == after.labels.keys():
        for field in sorted(before.valued - after.valued):
            yield LayoutChange(after.source, before.source, field, "hidden")
        for field in sorted(after.valued - before.valued):
            yield LayoutChange(after.source, before.source, field, "shown")


_WORDS = {
    "gone": "has no column",
    "new": "has the new column",
    "hidden": "hides every cell of",
    "shown": "shows again cells of",
}


def _said(found: list[LayoutChange], names: dict[int, str]) -> Iterator[str]:
    grouped: dict[tuple[int, int, str], list[str]] = {}
    for each in found:
        grouped.setdefault((each.source, each.before, each.change), []).append(each.label)
    for (source, before, change), labels in grouped.items():
        yield (
            f"the export changed: {names[source]} {_WORDS[change]} {', '.join(labels)}, unlike "
            f"{names[before]} before it; ask the vendor when and why."
        )
