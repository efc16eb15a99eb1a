"""What checks found, added to the register: new, measured otherwise, or gone."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ..own_days import days_of_results
from ..results.tables import insert_rows
from .basis import CitedRules, basis_of
from .book import Book
from .chain import Chain, Entry, finding_id, last_of
from .checks import Found
from .digests import content_of, searches_digests

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

BY_CHECKS = "checks"  # who found it: nobody
_FINDING = ("id", "check", "severity", "title", "subject", "measure", "rule", "citation", "status",
            "searches", "found")  # fmt: skip

# The searches of findings, and those among them that the register does not have yet.
_LINKED = "INSERT INTO fresh SELECT part, search FROM linked JOIN arrived USING (part)"
_NOT_KEPT = """
WHERE NOT EXISTS (
    FROM finding_search f JOIN finding_event e USING (entry) JOIN arrived a ON a.finding = e.finding
    WHERE a.part = linked.part AND f.search = linked.search
)
"""


@dataclass(slots=True)
class CheckRun:
    """What one check did.

    Attributes:
        new: Findings that it had not found before.
        again: Findings of which it measured something else than before.
        same: Findings that stand as they did.
        gone: Findings that it found before, and now does not.
        why_not: Why it could not be made; empty if it was.
    """

    name: str
    new: int = 0
    again: int = 0
    same: int = 0
    gone: int = 0
    why_not: str = ""

    @property
    def found(self) -> int:
        """How many findings it has now."""
        return self.new + self.again + self.same


@dataclass(frozen=True, slots=True)
class Known:
    """What the register has of a finding: its check, its newest measure, whether it was seen."""

    check: str
    measure: str
    is_seen: bool


@dataclass(slots=True)
class Recorder:
    """Adds what checks found to the register, within a transaction.

    Attributes:
        moment: When the run is made, UTC without zone.
    """

    results: DuckDBPyConnection
    book: Book
    government: str
    rules: CitedRules
    moment: datetime.datetime
    chain: Chain = field(init=False)
    _today: datetime.date = field(init=False)
    _last: dict[str, Entry] = field(init=False)
    _known: dict[str, Known] = field(init=False)
    _findings: list[list[Any]] = field(default_factory=list[list[Any]], init=False)
    _measures: list[tuple[int, str, int]] = field(
        default_factory=list[tuple[int, str, int]], init=False
    )
    _records: list[tuple[str | int, ...]] = field(
        default_factory=list[tuple[str | int, ...]], init=False
    )

    def __post_init__(self) -> None:
        """Know what the register has."""
        self.chain = Chain(self.results)
        self._today = days_of_results(self.results).day(self.moment)
        self._last = last_of(self.results)
        rows = self.results.execute('SELECT id, "check", measure, seen FROM finding_now').fetchall()
        self._known = {row[0]: Known(*row[1:]) for row in rows}

    def record(self, check: str, found: Iterable[Found]) -> CheckRun:
        """Record what a check found; its searches are those of the view ``linked``."""
        run = CheckRun(check)
        by_id = {finding_id(check, one.subject): one for one in found}
        fresh = self._fresh(by_id)
        came: list[tuple[str, int]] = []
        for key, one in by_id.items():
            entry = self._entry(run, key, one, fresh.get(key, ""))
            if entry is not None:
                came.append((key, entry.entry))
                self._records += [(key, *record, entry.entry) for record in one.records]
        self._link(came)
        self._note_gone(run, by_id.keys())
        return run

    def write(self) -> None:
        """Write what was recorded."""
        self.chain.write()
        insert_rows(self.results, "finding", _FINDING, self._findings)
        insert_rows(
            self.results, "finding_measure", ("entry", "measure", "searches"), self._measures
        )
        columns = ("finding", "name", "digest", "line", "entry")
        insert_rows(self.results, "finding_record", columns, self._records)

    def _fresh(self, found: Mapping[str, Found]) -> dict[str, str]:
        """Searches that findings did not have yet, in the table ``fresh``; the digest of each."""
        self.results.execute("CREATE OR REPLACE TEMP TABLE arrived (part BIGINT, finding TEXT)")
        self.results.execute("CREATE OR REPLACE TEMP TABLE fresh (part BIGINT, search BIGINT)")
        keys = {one.part: key for key, one in found.items() if one.part is not None}
        if not keys:
            return {}
        insert_rows(self.results, "arrived", ("part", "finding"), list(keys.items()))
        is_kept = any(key in self._known for key in found)
        self.results.execute(f"{_LINKED} {_NOT_KEPT if is_kept else ''}")
        digests = searches_digests(self.results, "fresh", "part")
        return {keys[part]: digest for part, digest in digests.items()}

    def _entry(self, run: CheckRun, key: str, one: Found, searches: str) -> Entry | None:
        """The entry that says what is new of a finding; None if nothing is."""
        measure = {**one.measure, "computed": self.book.checks[run.name].computed}
        written = json.dumps(measure, ensure_ascii=False, sort_keys=True)
        known = self._known.get(key)
        if known is None:
            run.new += 1
            return self._new(run.name, key, one, measure, searches)
        if known.measure == written and known.is_seen and not searches:
            run.same += 1
            return None
        run.again += 1
        entry = self._again(key, one, content_of({}, measure, searches, one.records), searches)
        self._measures.append((entry.entry, written, one.searches))
        return entry

    def _new(
        self, check: str, key: str, one: Found, measure: Mapping[str, Any], searches: str
    ) -> Entry:
        text = self.book.checks[check]
        basis = basis_of(text, self.government, one.first, one.last, self.rules)
        row = {
            "id": key,
            "check": check,
            "severity": one.severity.value,
            "title": text.title,
            "subject": dict(one.subject),
            "rule": basis.rule,
            "citation": basis.citation,
            "status": basis.status,
            "searches": one.searches,
        }
        kept = {**row, "measure": measure, "found": self.moment}
        for name in ("subject", "measure"):
            kept[name] = json.dumps(kept[name], ensure_ascii=False, sort_keys=True)
        self._findings.append([kept[name] for name in _FINDING])
        owner, due = self._first_turn(one)
        return self.chain.add(Entry(
            key, 1, self.moment, BY_CHECKS, "", "found", "open", owner, due, _told(one),
            content=content_of(row, measure, searches, one.records),
        ))  # fmt: skip

    def _again(self, key: str, one: Found, content: str, searches: str) -> Entry:
        """An entry for a finding that is on file; with new searches a cleared one is open again."""
        before = self._last[key]
        status, owner, due = before.status, before.owner, before.due
        if searches and status == "cleared":
            status, (owner, due) = "open", self._first_turn(one)
        return self.chain.add(Entry(
            key, before.number + 1, self.moment, BY_CHECKS, "", "found again", status, owner, due,
            f"now {_told(one)}", content=content,
        ))  # fmt: skip

    def _link(self, came: Sequence[tuple[str, int]]) -> None:
        """Keep the searches that findings did not have yet, with the entries that brought them."""
        self.results.execute("CREATE OR REPLACE TEMP TABLE came (finding TEXT, entry BIGINT)")
        insert_rows(self.results, "came", ("finding", "entry"), came)
        self.results.execute(
            "INSERT INTO finding_search SELECT finding, search, entry "
            "FROM fresh JOIN arrived USING (part) JOIN came USING (finding)"
        )

    def _note_gone(self, run: CheckRun, found: Iterable[str]) -> None:
        """Say of findings that they were not found this time; they stay as they stand."""
        here = set(found)
        for key, known in self._known.items():
            if known.check == run.name and known.is_seen and key not in here:
                run.gone += 1
                before = self._last[key]
                self.chain.add(Entry(
                    key, before.number + 1, self.moment, BY_CHECKS, "", "not found",
                    before.status, before.owner, before.due, "not found by this run",
                ))  # fmt: skip

    def _first_turn(self, one: Found) -> tuple[str, datetime.date | None]:
        step = self.book.escalation[one.severity][0]
        return step.to, step.until(self._today)


def _told(one: Found) -> str:
    return f"{one.searches:,} searches" if one.searches else f"{len(one.records):,} records"
