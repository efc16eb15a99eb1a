"""What to do next: the open findings by their kind, the gravest first."""

from __future__ import annotations

import datetime
from typing import Any

from ..findings.catalog import READ_FIRST
from . import words
from .answers import Answers, Rows
from .view import Cell, Column, Kind, Table

_MOST = 8


def steps(answers: Answers) -> Table | None:
    """What to do next: open findings by their kind, the gravest first; None if there is none."""
    groups: dict[tuple[Any, ...], Rows] = {}
    for row in answers.rows["findings"]:
        if row["status"] not in words.DONE:
            key = row["title"], row["severity"], row["owner"], words.basis(row)
            groups.setdefault(key, []).append(row)
    if not groups:
        return None
    order = sorted(groups.items(), key=lambda item: _urgency(item[1]))
    rows = [_step(key, found) for key, found in order]
    columns = (
        Column("what was found"),
        Column("who"),
        Column("by", Kind.DAY),
        Column("how grave"),
        Column("findings", Kind.COUNT),
        Column("searches", Kind.COUNT),
        Column("rests on"),
    )
    return Table(
        "steps", "Open findings by kind, the gravest first", columns, tuple(rows[:_MOST]),
        "findings", max(0, len(rows) - _MOST), _note(rows[_MOST:]), answers.findings_command(),
    )  # fmt: skip


def _note(left_out: list[tuple[Cell, ...]]) -> str:
    """What the kinds are that are not shown: none is left out unsaid."""
    kinds = dict.fromkeys(str(row[0]) for row in left_out)
    return f"Not shown: {'; '.join(kinds)}." if kinds else ""


def _urgency(found: Rows) -> tuple[Any, ...]:
    """What comes first: the gravest, then uses plainly stated, what is due first, the most."""
    first = found[0]
    return (
        tuple(words.SEVERITIES).index(first["severity"]),
        first["check"] != READ_FIRST,
        min((row["due"] for row in found if row["due"]), default=datetime.date.max),
        -sum(row["searches"] for row in found),
    )


def _step(key: tuple[Any, ...], found: Rows) -> tuple[Cell, ...]:
    title, severity, owner, basis = key
    return (
        title,
        words.plain(owner) or "nobody yet",
        min((row["due"] for row in found if row["due"]), default=None),
        words.SEVERITIES[severity],
        len(found),
        sum(row["searches"] for row in found),
        basis,
    )


def steps_note(answers: Answers) -> str:
    """What to say where there is no list of steps."""
    if answers.rows["findings"]:
        return "Every finding is decided; nothing is open."
    return (
        "Nobody has reviewed these results yet, so no finding has an owner or a date. Review them "
        f"(`platelaw findings review {answers.file}`), then write this report again."
    )
