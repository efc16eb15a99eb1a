"""The register's entries: each holds the digest of the one before it."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from ..results.tables import insert_rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FIRST = "0" * 64  # what the first entry names as the digest before it


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the register: what became of a finding, by whom.

    Attributes:
        number: 1, 2, ... of the finding.
        act: What was done, such as ``found`` or ``cleared``.
        status: How the finding stands after it.
        owner: In which role it lies.
        entry: 1, 2, ... of the register.
        content: Digest of what was found, with its evidence; empty for acts of people.
        previous: Digest of the entry before it in the register.
    """

    finding: str
    number: int
    moment: datetime.datetime
    actor: str
    role: str
    act: str
    status: str
    owner: str
    due: datetime.date | None
    note: str
    entry: int = 0
    content: str = ""
    previous: str = ""
    digest: str = ""


COLUMNS = tuple(each.name for each in fields(Entry))


def digest_of(value: object) -> str:
    """SHA-256 of a value as JSON with sorted keys and no blanks."""
    text = json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain
    )
    return hashlib.sha256(text.encode()).hexdigest()


def finding_id(check: str, subject: Mapping[str, str | int]) -> str:
    """The id of a finding: the same for the same check and subject, in every run."""
    return digest_of([check, dict(subject)])[:16]


def sealed(entry: Entry) -> Entry:
    """An entry with its digest, which is of everything else in it."""
    return replace(entry, digest=seal_of(entry))


def seal_of(entry: Entry) -> str:
    """The digest that an entry must have."""
    return digest_of({name: getattr(entry, name) for name in COLUMNS if name != "digest"})


@dataclass(slots=True)
class Chain:
    """The register of a results database, to be added to within a transaction."""

    results: DuckDBPyConnection
    last: int = field(init=False)
    head: str = field(init=False)
    _new: list[Entry] = field(default_factory=list[Entry], init=False)

    def __post_init__(self) -> None:
        """Find its end."""
        rows = self.results.execute(
            "SELECT entry, digest FROM finding_event ORDER BY entry DESC LIMIT 1"
        ).fetchall()
        self.last, self.head = rows[0] if rows else (0, FIRST)

    def add(self, entry: Entry) -> Entry:
        """Add an entry behind the last one; it is written by `write`."""
        entry = sealed(replace(entry, entry=self.last + 1, previous=self.head))
        self.last, self.head = entry.entry, entry.digest
        self._new.append(entry)
        return entry

    def write(self) -> None:
        """Write what was added."""
        if self._new:
            rows = [[getattr(entry, name) for name in COLUMNS] for entry in self._new]
            insert_rows(self.results, "finding_event", COLUMNS, rows)
            self._new.clear()


def entries(results: DuckDBPyConnection, finding: str = "") -> Iterator[Entry]:
    """The entries of the register, or of one finding, in order."""
    where = "WHERE finding = ?" if finding else ""
    rows = results.execute(
        f"SELECT {', '.join(COLUMNS)} FROM finding_event {where} ORDER BY entry",
        [finding] if finding else [],
    ).fetchall()
    for row in rows:
        yield Entry(*row)


def last_of(results: DuckDBPyConnection) -> dict[str, Entry]:
    """The last entry of each finding."""
    return {entry.finding: entry for entry in entries(results)}


def _plain(value: Any) -> str:
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value)} is no part of an entry")
