"""Searches of a package read again in the original exports, judged again, and explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ...engine.audit.layouts import Field
from ...engine.audit.log_row import LogRow
from ...engine.audit.reader import SearchLog
from ...engine.audit.review import Reviewer
from ...engine.render_text import explanation_text

_NOT_JUDGED = "not judged"
_MASKED = "(masked)"
_HIDDEN = (Field.REASON, Field.CASE_NUMBER, Field.USER, Field.PLATE)


@dataclass(slots=True)
class Rereading:
    """What came of reading searches again.

    Attributes:
        read: How many were read and judged again.
        faults: What differs.
        trees: The decision tree of the first search of each judgment, by its number.
        missing: The files that are not among the logs, by name.
    """

    read: int = 0
    faults: list[str] = field(default_factory=list[str])
    trees: dict[str, str] = field(default_factory=dict[str, str])
    missing: list[str] = field(default_factory=list[str])


def reread(
    reviewer: Reviewer,
    logs: Iterable[SearchLog],
    sources: Iterable[Mapping[str, Any]],
    rows: Iterable[Mapping[str, str]],
) -> Rereading:
    """Read searches again.

    Args:
        reviewer: Judges them, as the audit did.
        logs: Original exports; those that are not of the package are passed over.
        sources: The files of the package.
        rows: Its searches.
    """
    by_source: defaultdict[str, dict[int, Mapping[str, str]]] = defaultdict(dict)
    for row in rows:
        by_source[row["source"]][int(row["line"])] = row
    wanted = {str(each["source"]): each for each in sources}
    found = Rereading()
    for log in logs:
        lines = {line for each in by_source.values() for line in each}
        kept = {each.line: each for each in _rows(log) if each.line in lines}
        number = _of(log, wanted)
        if number is not None:
            del wanted[number]
            _compare(reviewer, str(log.name), by_source[number], kept, found)
    found.missing = [str(each["name"]) for each in wanted.values()]
    return found


def _rows(log: SearchLog) -> Iterator[LogRow]:
    for each in log.rows():
        if isinstance(each, LogRow):
            yield each


def _of(log: SearchLog, wanted: Mapping[str, Mapping[str, Any]]) -> str | None:
    """The number of the file that a log is, by its bytes; of a sheet by its name too."""
    same = [number for number, each in wanted.items() if each["sha256"] == log.sha256]
    named = [number for number in same if wanted[number]["name"] == log.name]
    return next(iter(named or same), None)


def _compare(
    reviewer: Reviewer,
    name: str,
    rows: Mapping[int, Mapping[str, str]],
    kept: Mapping[int, LogRow],
    found: Rereading,
) -> None:
    for line, told in rows.items():
        row = kept.get(line)
        if row is None:
            found.faults.append(f"{name}:{line}: no search stands there")
            continue
        found.read += 1
        judged = reviewer.judged(row)
        verdict = judged[0].verdict.value if judged else _NOT_JUDGED
        if verdict != told["verdict"]:
            found.faults.append(
                f"{name}:{line}: {verdict}, the package says {told['verdict']}; see that the "
                "policies are those of the audit"
            )
        elif judged and told["judgment"] not in found.trees:
            found.trees[told["judgment"]] = _tree(reviewer, row, f"{name}:{line}")


def _tree(reviewer: Reviewer, row: LogRow, place: str) -> str:
    """The decision tree of a search, with what it holds of persons and plates masked."""
    judged = reviewer.judged(row)
    assert judged is not None
    parts = [f"The search at {place}, which stands for all of this judgment.\n"]
    for request in reviewer.asked(judged[0]):
        supposed = replace(request, simulated=True)  # it may be by somebody not known
        decision = reviewer.engine.decide(supposed, decided_at=request.at.latest)
        parts.append(explanation_text(decision, all_rules=True))
    told = "\n".join(parts)
    for each in _HIDDEN:
        value = row.cell(each).value
        if len(value) > 1:
            told = told.replace(value, _MASKED)
    return told
