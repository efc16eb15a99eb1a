"""Searches of the results of an audit, as they are held against decisions. No account is read."""

from __future__ import annotations

import datetime
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..results.store import ResultsError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_BATCH = 50_000
_ARCHIVE = re.compile(r"(\.zip)/.*$", re.IGNORECASE)  # and what is within


@dataclass(frozen=True, slots=True)
class Search:
    """One search.

    Attributes:
        number: Its id in the results.
        source: The name of its file.
        line: Its line there.
        at: When it was, in UTC without a zone.
        search_id: The vendor's id, in small letters.
        body: The registry key of who searched; None if nobody on file is surely meant.
        frame_first: The oldest read that was searched for.
        frame_last: The newest.
        plainly: The kinds that its reason plainly names; None if it states no reason.
    """

    number: int
    source: str
    line: int
    at: datetime.datetime
    search_id: str | None
    body: str | None
    frame_first: datetime.datetime | None
    frame_last: datetime.datetime | None
    plainly: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose results they are.

    Attributes:
        owner: The registry key of the owner.
        is_own: Whether they are the owner's own searches.
    """

    owner: str
    is_own: bool


def subject_of(results: DuckDBPyConnection, database: str = "") -> Subject:
    """Whose results a database holds.

    Raises:
        ResultsError: A foreign log was judged as if this agency owned it.
    """
    told = dict(results.execute(f"SELECT name, value FROM {_in(database)}about").fetchall())
    if told.get("simulated") == "yes":
        raise ResultsError(
            f"the results are simulated: their log is not that of {told.get('owner')}",
            "judge the log with --owner, under its own agency",
        )
    return Subject(told.get("owner", ""), told.get("own_searches", "no") == "yes")


def is_own(database: str = "") -> str:
    """SQL that tells whether a search ``s`` is the owner's own."""
    name = _in(database)
    return (
        f"((SELECT value FROM {name}about WHERE name = 'own_searches') = 'yes' OR s.organization "
        f"IN (SELECT cell FROM {name}requester WHERE relation = 'own'))"
    )


def audited_again(results: DuckDBPyConnection, file: Path) -> str:
    """The command that audits the logs of results again, as the owner's own searches.

    Args:
        results: The results.
        file: Where they lie; the new ones get another name.
    """
    names = [str(name) for (name,) in results.execute("SELECT name FROM source ORDER BY id")
             .fetchall()]  # fmt: skip
    logs = dict.fromkeys(_ARCHIVE.sub(r"\1", name) for name in names)
    own = file.with_name(f"{file.stem}-own{file.suffix}")
    owner = subject_of(results).owner
    words = (*logs, "--owner", owner, "--own-searches", "--results", str(own))
    return f"platelaw audit {shlex.join(words)}"


def period_of(
    results: DuckDBPyConnection, database: str = ""
) -> tuple[datetime.datetime, datetime.datetime] | None:
    """From the first to the last search of a database; None if no time is known."""
    row = results.execute(
        f"SELECT min(earliest), max(latest) FROM {_in(database)}search WHERE repeated NOT IN (1, 2)"
    ).fetchone()
    return None if row is None or row[0] is None else (row[0], row[1])


def searches_of(
    results: DuckDBPyConnection, first: datetime.datetime, last: datetime.datetime
) -> Iterator[Search]:
    """The searches of a time, in its order; each once.

    Args:
        results: The results.
        first: From when.
        last: Until when.
    """
    owner = subject_of(results)
    cursor = results.execute(_SEARCHES, [first, last])
    while rows := cursor.fetchmany(_BATCH):
        for number, source, line, at, id_, body, relation, frame, until, states, plainly in rows:
            yield Search(
                number,
                source,
                line,
                at,
                id_,
                owner.owner if relation == "own" or (body is None and owner.is_own) else body,
                frame,
                until,
                frozenset(plainly or ()) if states else None,
            )


def _in(database: str) -> str:
    return f"{database}." if database else ""


_SEARCHES = """
WITH plain AS (
    SELECT cell, list(purpose) AS purposes FROM indicated WHERE plainly GROUP BY cell
)
SELECT s.id, o.name, s.line, s.earliest, s.search_id, r.body, r.relation, s.frame_first,
    s.frame_last, c.state = 'value', p.purposes
FROM search s
JOIN source o ON o.id = s.source
JOIN cell c ON c.id = s.reason
LEFT JOIN requester r ON r.cell = s.organization
LEFT JOIN plain p ON p.cell = s.reason
WHERE s.repeated NOT IN (1, 2) AND s.earliest BETWEEN ? AND ?
ORDER BY s.earliest, s.id
"""
