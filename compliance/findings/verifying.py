"""Whether the register is what was written: its chain, and what findings had as evidence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .chain import FIRST, Entry, entries, finding_id, seal_of
from .complete import digest_of_missing, missing_searches
from .digests import Record, content_of, searches_digests
from .incidents import content_of_clock

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FOUND = frozenset({"found", "found again"})


@dataclass(frozen=True, slots=True)
class Verified:
    """What was seen of a register.

    Attributes:
        entries: How many it has.
        head: The digest of the last; whoever notes it can tell later that nothing was taken away.
        faults: What is wrong.
    """

    entries: int
    head: str
    faults: tuple[str, ...]


def verify(results: DuckDBPyConnection, kept: str = "") -> Verified:
    """Look at every entry, and at what the findings rest on.

    Args:
        results: The database.
        kept: A head that somebody noted earlier; it must still be in the chain.
    """
    whole = list(entries(results))
    faults = [*_of_chain(whole), *_of_findings(results, whole), *_of_missing(results)]
    head = whole[-1].digest if whole else FIRST
    if kept and kept not in {FIRST, *(entry.digest for entry in whole)}:
        faults.append(f"no entry has the digest {kept}, which was noted earlier")
    return Verified(len(whole), head, tuple(faults))


def _of_chain(whole: list[Entry]) -> Iterator[str]:
    before, numbers = FIRST, dict[str, int]()
    for place, entry in enumerate(whole, start=1):
        said = f"entry {entry.entry} ({entry.finding}, {entry.act})"
        if entry.entry != place:
            yield f"{said}: it is the {place}. that is there; entries are missing"
            return
        if entry.previous != before:
            yield f"{said}: it does not follow the entry before it"
        if entry.digest != seal_of(entry):
            yield f"{said}: it was changed after it was written"
        if entry.number != numbers.get(entry.finding, 0) + 1:
            yield f"{said}: it is not the next of its finding"
        numbers[entry.finding] = entry.number
        before = entry.digest


def _of_missing(results: DuckDBPyConnection) -> Iterator[str]:
    """The searches that exports lack stand beside the finding, which has their digest."""
    for key, measure in results.execute("SELECT id, measure FROM finding_now").fetchall():
        digest = json.loads(measure).get("missing_digest")
        if digest and digest_of_missing(missing_searches(results, digest)) != digest:
            yield f"{key}: the searches that are missing from the exports were changed"


def _of_findings(results: DuckDBPyConnection, whole: list[Entry]) -> Iterator[str]:
    rows = results.execute(
        'SELECT id, "check", severity, title, subject, rule, citation, status, searches, measure '
        "FROM finding"
    ).fetchall()
    names = (
        "id",
        "check",
        "severity",
        "title",
        "subject",
        "rule",
        "citation",
        "status",
        "searches",
    )
    kept = {row[0]: dict(zip(names, row[:-1], strict=True)) for row in rows}
    first = {row[0]: row[-1] for row in rows}
    later = dict(results.execute("SELECT entry, measure FROM finding_measure").fetchall())
    searches = searches_digests(results, "finding_search", "entry")
    records: dict[int, list[Record]] = {}
    for entry, *record in results.execute(
        "SELECT entry, name, digest, line FROM finding_record"
    ).fetchall():
        records.setdefault(entry, []).append((record[0], record[1], record[2]))
    clocks = {row[0]: row[1:] for row in results.execute(
        "SELECT entry, act, recipient, moment FROM finding_clock"
    ).fetchall()}  # fmt: skip
    seen: set[str] = set()
    for entry in whole:
        seen.add(entry.finding)
        if entry.content and entry.act not in _FOUND:
            clock = clocks.get(entry.entry)
            if clock is None or content_of_clock(*clock) != entry.content:
                yield f"{entry.finding}: the clock of entry {entry.entry} was changed"
        if entry.act not in _FOUND:
            continue
        row = kept.get(entry.finding)
        if row is None:
            yield f"{entry.finding}: the finding is missing"
            continue
        is_first = entry.act == "found"
        subject = json.loads(row["subject"])
        if is_first and finding_id(row["check"], subject) != entry.finding:
            yield f"{entry.finding}: its subject is not the one that its id was made of"
        measure = json.loads(first[entry.finding] if is_first else later.get(entry.entry, "{}"))
        content = content_of(
            {**row, "subject": subject} if is_first else {}, measure,
            searches.get(entry.entry, ""), records.get(entry.entry, ()),
        )  # fmt: skip
        if content != entry.content:
            yield f"{entry.finding}: what entry {entry.entry} found, or its evidence, was changed"
    yield from (f"{key}: no entry says that it was found" for key in kept.keys() - seen)
