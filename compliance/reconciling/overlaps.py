"""One agency's searches in several logs: what its own export lacks, and what nobody can see.

Only ids, times and counts of networks are compared. Accounts are in none of these questions: with
an id alone a log of another agency could be asked who searched, and that is refused here.
"""

from __future__ import annotations

import datetime
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ..results.store import ResultsError, open_results
from .estimating import Estimate, estimated
from .searches import is_own, period_of, subject_of

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAMED = 100_000  # missing searches that are named


@dataclass(frozen=True, slots=True)
class Missing:
    """A search that other logs hold and the export lacks.

    Attributes:
        search_id: Its id; "" where the logs have none.
        at: When it was, in UTC without a zone.
        networks: In how many networks; None if it is not told.
        logs: The files of the other results that hold it.
    """

    search_id: str
    at: datetime.datetime
    networks: int | None
    logs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overlap:
    """The export beside another log, or beside all others together.

    Attributes:
        name: The other results; "" for all together.
        seen: How many of the agency's searches the other log holds, in the time of the export.
        both: How many of them the export holds too.
        elsewhen: How many more the other log holds from before or after the export.
    """

    name: str
    seen: int
    both: int
    elsewhen: int


@dataclass(frozen=True, slots=True)
class Overlaps:
    """What other logs tell of an export.

    Attributes:
        key: By what searches are told from each other: ``id``, or ``second and networks``.
        own: How many searches the export holds.
        others: Each other log.
        together: All of them together.
        estimate: How many searches there were; None if no other log holds any.
        missing: Those that the export lacks, up to a hundred thousand, in the order of time.
        lacks: How many it lacks.
    """

    key: str
    own: int
    others: tuple[Overlap, ...]
    together: Overlap
    estimate: Estimate | None
    missing: tuple[Missing, ...]
    lacks: int


def overlaps(results: DuckDBPyConnection, others: Sequence[Path], confidence: float) -> Overlaps:
    """An export of an agency's own searches beside other results.

    Args:
        results: The results of the export.
        others: Results of other agencies' logs, or of other exports of the same agency.
        confidence: That of the interval.

    Raises:
        ResultsError: Other results cannot be used, or the first name no owner.
    """
    owner = subject_of(results).owner
    if not owner:
        raise ResultsError("the results name no owner", "judge the logs again with --owner")
    with _attached(results, others) as names:
        owners = [subject_of(results, database).owner for database in names]
        key = _key(results, owner, names)
        results.execute(f"CREATE TEMP TABLE own AS {_own(key)}", [owner])
        for at, database in enumerate(names):
            how = "own" if owners[at] == owner else "others"
            results.execute(f"CREATE TEMP TABLE seen_{at} AS {_LISTS[how](key, database)}", [owner])
        try:
            return _compared(results, key, [str(path) for path in others], confidence)
        finally:
            for table in ("own", *(f"seen_{at}" for at in range(len(names)))):
                results.execute(f"DROP TABLE temp.{table}")


@contextmanager
def _attached(results: DuckDBPyConnection, others: Sequence[Path]) -> Generator[list[str]]:
    """Other results beside the first, to be read; the names of their databases."""
    names: list[str] = []
    taken = {Path(row[0]).resolve() for row in results.execute(_FILES).fetchall()}
    try:
        for at, path in enumerate(others):
            open_results(path).close()  # says clearly what cannot be used
            if path.resolve() in taken:
                raise ResultsError(f"{path}: is named twice", "name each results file once")
            taken.add(path.resolve())
            quoted = str(path).replace("'", "''")
            results.execute(f"ATTACH '{quoted}' AS other_{at} (READ_ONLY)")
            names.append(f"other_{at}")
        yield names
    finally:
        for name in names:
            results.execute(f"DETACH {name}")


_FILES = "SELECT path FROM duckdb_databases() WHERE path IS NOT NULL"


# Lists -----------------------------------------------------------------------------------------


def _key(results: DuckDBPyConnection, owner: str, names: Sequence[str]) -> str:
    """By what all these logs tell searches from each other."""
    for database in ("", *names):
        name = f"{database}." if database else ""
        row = results.execute(
            f"SELECT count(search_id) FROM {name}search WHERE repeated NOT IN (1, 2)"
        ).fetchone()
        if row is None or not row[0]:
            return _BY_TIME
    return _BY_ID


def _own(key: str, database: str = "") -> str:
    """The searches of the owner in an export of its own, or in its log of others' searches."""
    name = f"{database}." if database else ""
    owner = f"(SELECT value FROM {name}about WHERE name = 'owner')"
    return f"{_listed(key, name)} AND {is_own(database)} AND {owner} = ? GROUP BY 1"


def _of_others(key: str, database: str) -> str:
    """The searches of the owner in the log of another agency."""
    name = f"{database}."
    theirs = f"s.organization IN (SELECT cell FROM {name}requester WHERE body = ?)"
    return f"{_listed(key, name)} AND {theirs} GROUP BY 1"


def _listed(key: str, name: str) -> str:
    return (
        f"SELECT {_KEYS[key]} AS key, coalesce(min(s.search_id), '') AS id, "
        f"min(s.earliest) AS moment, max(s.networks) AS networks FROM {name}search s "
        f"WHERE s.repeated NOT IN (1, 2) AND s.earliest IS NOT NULL AND {_KEYS[key]} IS NOT NULL"
    )


_BY_ID, _BY_TIME = "id", "second and networks"
_KEYS = {
    _BY_ID: "s.search_id",
    _BY_TIME: "CAST(date_trunc('second', s.earliest) AS TEXT) || '/' || CAST(s.networks AS TEXT)",
}
_LISTS = {"own": _own, "others": _of_others}


# Comparing -------------------------------------------------------------------------------------


def _compared(
    results: DuckDBPyConnection, key: str, files: Sequence[str], confidence: float
) -> Overlaps:
    period = period_of(results)
    own = _count(results, "SELECT count(*) FROM own")
    if period is None:
        raise ResultsError("the results hold no search whose time is known", "name other results")
    others = tuple(
        _overlap(results, name, f"SELECT * FROM seen_{at}", period) for at, name in enumerate(files)
    )
    every = " UNION ALL ".join(f"SELECT *, {at} AS log FROM seen_{at}" for at in range(len(files)))
    together = _overlap(results, "", f"SELECT DISTINCT ON (key) * FROM ({every})", period)
    rows = results.execute(
        f"SELECT min(id), min(moment) AS first, max(networks), list(DISTINCT log ORDER BY log) "
        f"FROM ({every}) WHERE moment BETWEEN ? AND ? AND key NOT IN (SELECT key FROM own) "
        f"GROUP BY key ORDER BY first, key LIMIT {NAMED}",
        period,
    ).fetchall()
    return Overlaps(
        key,
        own,
        others,
        together,
        estimated(own, together.seen, together.both, confidence) if together.seen else None,
        tuple(_missing(files, *row) for row in rows),
        together.seen - together.both,
    )


def _missing(
    files: Sequence[str], id_: str, at: datetime.datetime, networks: int | None, logs: list[int]
) -> Missing:
    return Missing(id_, at, networks, tuple(files[log] for log in logs))


def _overlap(
    results: DuckDBPyConnection,
    name: str,
    table: str,
    period: tuple[datetime.datetime, datetime.datetime],
) -> Overlap:
    row = results.execute(
        "SELECT count(*) FILTER (moment BETWEEN $1 AND $2), "
        "count(*) FILTER (moment BETWEEN $1 AND $2 AND key IN (SELECT key FROM own)), "
        f"count(*) FILTER (moment NOT BETWEEN $1 AND $2) FROM ({table})",
        period,
    ).fetchone()
    assert row is not None
    return Overlap(name, *row)


def _count(results: DuckDBPyConnection, query: str) -> int:
    row = results.execute(query).fetchone()
    assert row is not None
    return int(row[0])
