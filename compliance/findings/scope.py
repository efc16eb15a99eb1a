"""What a legal hold is over: searches and logs, by file, agency, period and finding."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_SHOWN = 12  # of a digest


@dataclass(frozen=True, slots=True)
class Scope:
    """What a hold is over: whatever all of its parts name; one that is empty names everything.

    Attributes:
        logs: SHA-256 of files.
        agencies: Keys of the registry: of bodies that searched.
        first: The first day of searches.
        last: The last.
        findings: Ids.
    """

    logs: tuple[str, ...] = ()
    agencies: tuple[str, ...] = ()
    first: datetime.date | None = None
    last: datetime.date | None = None
    findings: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """It, in words."""
        parts = [
            f"of {', '.join(self.findings)}" if self.findings else "",
            f"by {', '.join(self.agencies)}" if self.agencies else "",
            f"from {self.first}" if self.first else "",
            f"to {self.last}" if self.last else "",
            f"in {', '.join(each[:_SHOWN] for each in self.logs)}" if self.logs else "",
        ]
        told = " ".join(filter(None, parts))
        return f"searches {told}, and the logs that hold them" if told else "every search and log"

    def as_json(self) -> dict[str, Any]:
        """It, as it stands in the register."""
        return {
            "logs": self.logs, "agencies": self.agencies, "first": self.first, "last": self.last,
            "findings": self.findings,
        }  # fmt: skip

    @classmethod
    def of_json(cls, told: Mapping[str, Any]) -> Scope:
        """A scope as the register has it; nothing said is everything."""
        first, last = (
            datetime.date.fromisoformat(told[name]) if told.get(name) else None
            for name in ("first", "last")
        )
        logs, agencies, findings = (
            tuple(told.get(name, ())) for name in ("logs", "agencies", "findings")
        )
        return cls(logs, agencies, first, last, findings)


EVERYTHING = Scope()


@dataclass(frozen=True, slots=True)
class Covered:
    """What a scope is over: how many searches, each counted once; files by name and digest."""

    searches: int
    logs: tuple[tuple[str, str], ...]


def covered(results: DuckDBPyConnection, scope: Scope) -> Covered:
    """What a scope is over; a search of no known time is of every period."""
    where, given = _where(scope)
    searches, sources = results.execute(
        "SELECT count(*) FILTER (s.repeated NOT IN (1, 2)), "
        f"coalesce(list(DISTINCT s.source), []) FROM search s WHERE {where}",
        given,
    ).fetchall()[0]
    logs = results.execute(
        "SELECT name, digest FROM source WHERE list_contains($sources::INTEGER[], id) "
        "UNION SELECT name, digest FROM finding_record "
        "WHERE $all OR list_contains($findings, finding) OR list_contains($logs, digest) "
        "UNION SELECT name, digest FROM beside WHERE $all OR list_contains($logs, digest) "
        "ORDER BY name, digest",
        {"sources": sources, "findings": list(scope.findings), "logs": list(scope.logs),
         "all": scope == EVERYTHING},
    ).fetchall()  # fmt: skip
    return Covered(searches, tuple((str(name), str(digest)) for name, digest in logs))


def digest_of_log(results: DuckDBPyConnection, told: str) -> str:
    """SHA-256 of the one file that has a name, or a digest that begins so; empty if none has."""
    rows = results.execute(
        "SELECT DISTINCT digest FROM (SELECT name, digest FROM source "
        "UNION SELECT name, digest FROM finding_record UNION SELECT name, digest FROM beside) "
        "WHERE name = $told OR (len($told) >= 8 AND starts_with(digest, lower($told)))",
        {"told": told},
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else ""


def scope_faults(results: DuckDBPyConnection, scope: Scope) -> Iterator[str]:
    """Why a scope cannot be gone by."""
    if scope.first and scope.last and scope.last < scope.first:
        yield f"the searches would end on {scope.last}, before {scope.first}"
    found = covered(results, scope)
    if scope != EVERYTHING and not found.searches and not found.logs:
        yield f"no search or log of these results is what it would be over: {scope.words}"


def _where(scope: Scope) -> tuple[str, dict[str, Any]]:
    """A scope as SQL over ``search s``, with what is given to it."""
    parts, given = ["true"], dict[str, Any]()
    if scope.logs:
        parts.append("s.source IN (SELECT id FROM source WHERE list_contains($logs, digest))")
        given["logs"] = list(scope.logs)
    if scope.agencies:
        parts.append(
            "s.organization IN (SELECT cell FROM requester WHERE list_contains($agencies, body))"
        )
        given["agencies"] = list(scope.agencies)
    if scope.first:
        parts.append("(s.latest IS NULL OR s.latest >= day_begin($first))")
        given["first"] = scope.first
    if scope.last:
        parts.append("(s.earliest IS NULL OR s.earliest < day_begin($last + 1))")
        given["last"] = scope.last
    if scope.findings:
        parts.append(
            "s.id IN (SELECT search FROM finding_search WHERE list_contains($findings, finding))"
        )
        given["findings"] = list(scope.findings)
    return " AND ".join(parts), given
