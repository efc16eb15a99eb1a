"""What a check is: searches that it marks, and by what they make one finding."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from ..own_days import OwnDays, days_of_results
from ..results.tables import insert_rows
from .admin_events import AdminEvent
from .book import Book, Severity
from .kept import Kept
from .own_tables import OwnTable

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class NotAtHandError(Exception):
    """What a check needs is not in the results, or was not given; the message tells what."""


def _nothing(text: str) -> Sequence[tuple[str, bool]]:
    """No lexicon is at hand."""
    del text
    return ()


@dataclass(frozen=True, slots=True)
class Context:
    """What checks look at.

    Attributes:
        results: A results database with the views of `prepare`.
        book: What they go by.
        government: Whose law binds the data that were searched.
        seed: Of the random sample; empty for the one that the sources make.
        token: The token that the results have for the name of an account.
        reads: What the lexicons see in a text: each use, and whether plainly.
        kept: How long reads are kept, by the law of the day.
        roster: The accounts of the owner; None if it was not given, as of the next.
        declarations: What bodies declared.
        approvals: Who approved what for whom.
        events: Of the vendor's event logs, in order.
    """

    results: DuckDBPyConnection
    book: Book
    government: str = ""
    seed: str = ""
    token: Callable[[str], str] = str
    reads: Callable[[str], Sequence[tuple[str, bool]]] = _nothing
    kept: Sequence[Kept] = ()
    roster: OwnTable | None = None
    declarations: OwnTable | None = None
    approvals: OwnTable | None = None
    events: Sequence[AdminEvent] | None = None

    def needs(self, *names: str) -> None:
        """Refuse if no search shows one of some fields.

        Raises:
            NotAtHandError: Their cells are all hidden, or the exports have no such columns.
        """
        row = self.results.execute(
            "SELECT count(*) FROM cell WHERE field IN (SELECT unnest(?)) "
            "AND state IN ('value', 'blank')",
            [list(names)],
        ).fetchone()
        if row is None or not row[0]:
            told = " or ".join(_FIELDS.get(name, name.replace("_", " ")) for name in names)
            raise NotAtHandError(f"no export shows the {told} of any search")

    @property
    def own(self) -> OwnDays:
        """The days of the agency."""
        return days_of_results(self.results)

    def is_made(self, table: str) -> bool:
        """Whether another check of this run made a table that it leaves to the next."""
        row = self.results.execute(
            "SELECT count(*) FROM duckdb_tables() WHERE temporary AND table_name = ?", [table]
        ).fetchone()
        return row is not None and row[0] > 0


@dataclass(frozen=True, slots=True)
class Found:
    """One finding of a check, before the register has it.

    Attributes:
        subject: Whom or what it is about: this and the check make its id.
        measure: Its numbers.
        searches: How many it is about.
        first: The day of the first of them; empty if no time is told.
        last: The day of the last.
        part: Their group in the view ``linked``; None if it is about none.
        records: Records of other files: name, digest, line.
    """

    severity: Severity
    subject: Mapping[str, str | int]
    measure: Mapping[str, Any]
    searches: int = 0
    first: str = ""
    last: str = ""
    part: int | None = None
    records: tuple[tuple[str, str, int], ...] = ()


class Check(Protocol):
    """One check; the view ``linked`` then holds the searches of each part that it found."""

    def __call__(self, context: Context, /) -> Iterator[Found]:
        """The findings.

        Raises:
            NotAtHandError: What it needs is not there.
        """
        ...


@dataclass(frozen=True, slots=True)
class Marking:
    """Searches that a check marks, in groups of which each is a finding.

    Attributes:
        select: SQL of the searches: rows of ``counted``, with the keys.
        keys: The columns that make a group; ``unit`` is told as the account.
        of: SQL of the searches that a share is taken of, with the same keys; empty if none counts.
        least: Of so many searches at least.
        share: The share above which a group is a finding.
        severity: Of the findings, if ``severity`` is no key.
        of_others: Of those that are about no account of the owner, if another.
    """

    select: str
    keys: tuple[str, ...]
    of: str = ""
    least: int = 1
    share: float = 0.0
    severity: Severity = Severity.REVIEW
    of_others: Severity | None = None


_MEMORY = "1GB"  # beyond it DuckDB writes beside the database
_VIEWS = """
DROP TABLE IF EXISTS temp.says;
DROP TABLE IF EXISTS temp.spoken;
CREATE OR REPLACE TEMP TABLE severity_of (verdict TEXT PRIMARY KEY, severity TEXT NOT NULL);
CREATE OR REPLACE TEMP VIEW counted AS
SELECT s.id AS search, s.* EXCLUDE (id), coalesce(r.relation, 'not known') AS relation,
       coalesce(r.government, '') AS government, coalesce(r.cause, '') AS cause,
       coalesce(j.verdict, 'not judged') AS verdict,
       CASE WHEN r.relation = 'own' THEN s.account ELSE -1 END AS unit
FROM search s
LEFT JOIN requester r ON r.cell = s.organization
LEFT JOIN judgment j ON j.id = s.judgment
WHERE s.repeated NOT IN (1, 2)
"""


def prepare(context: Context) -> None:
    """Make the views that checks read: ``counted`` holds each search once, with who made it."""
    results = context.results
    results.execute(f"SET memory_limit = '{_MEMORY}'")
    for statement in _VIEWS.split(";"):
        results.execute(statement)
    severities = [(verdict, each.value) for verdict, each in context.book.severities.items()]
    insert_rows(results, "severity_of", ("verdict", "severity"), severities)


def grouped(context: Context, marking: Marking) -> Iterator[Found]:
    """The groups of searches that a marking makes findings, each with its part."""
    _make_parts(context, marking)
    columns = (*marking.keys, "part", "searches", "total", "first", "last", "accounts",
               "organizations", "networks", "by_verdict")  # fmt: skip
    rows = context.results.execute(
        f"SELECT {', '.join(columns)} FROM part WHERE coalesce(total, searches) >= ? "
        "AND (total IS NULL OR searches > total * ?) ORDER BY part",
        [marking.least, marking.share],
    ).fetchall()
    names = _names(context, marking.keys)
    for row in rows:
        group = dict(zip(columns, row, strict=True))
        severity = _severity(group, marking)
        subject = {
            _KEYS.get(key, key): _told(names, key, group[key])
            for key in marking.keys
            if group[key] != -1
        }
        yield Found(
            severity, subject, _measure(group, marking), group["searches"], _day(group["first"]),
            _day(group["last"]), group["part"],
        )  # fmt: skip


def _severity(group: Mapping[str, Any], marking: Marking) -> Severity:
    if "severity" in group:
        return Severity(group["severity"])
    if marking.of_others is not None and group.get("unit", -1) == -1:
        return marking.of_others
    return marking.severity


def _make_parts(context: Context, marking: Marking) -> None:
    keys = ", ".join(marking.keys)
    totals = (
        f"SELECT {keys}, count(*) AS total FROM ({marking.of}) GROUP BY ALL"
        if marking.of
        else f"SELECT DISTINCT {keys}, NULL::BIGINT AS total FROM selected"
    )
    context.results.execute(f"CREATE OR REPLACE TEMP VIEW selected AS {marking.select}")
    context.results.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE part AS
        WITH grouped AS (
            SELECT {keys}, count(*) AS searches,
                   own_time(min(earliest)) AS first, own_time(max(latest)) AS last,
                   count(DISTINCT account) AS accounts,
                   count(DISTINCT organization) AS organizations,
                   max(networks) AS networks, histogram(verdict) AS by_verdict
            FROM selected GROUP BY {keys}
        )
        SELECT row_number() OVER (ORDER BY {keys}) AS part, *
        FROM grouped JOIN ({totals}) USING ({keys})
        """
    )
    context.results.execute(
        "CREATE OR REPLACE TEMP VIEW linked AS "
        f"SELECT part, search FROM selected JOIN part USING ({keys})"
    )


def _measure(group: Mapping[str, Any], marking: Marking) -> dict[str, Any]:
    """The numbers of a group."""
    measure: dict[str, Any] = {
        "searches": group["searches"],
        "first_day": _day(group["first"]),
        "last_day": _day(group["last"]),
        "accounts": group["accounts"],
        "organizations": group["organizations"],
        "most_networks": group["networks"],
        "verdicts": dict(sorted(group["by_verdict"].items())),
    }
    if group["total"] is not None:
        measure |= {
            "of_searches": group["total"],
            "share": round(group["searches"] / group["total"], 6),
            "least_searches": marking.least,
            "share_above": marking.share,
        }
    return measure


def _day(moment: Any) -> str:
    return "" if moment is None else f"{moment:%Y-%m-%d}"


_CELLS = ("organization", "unit")
_KEYS = {"unit": "account"}  # what the subject of a finding calls a key
_FIELDS = {"user": "account"}  # what messages call a field, where it is another word


def _names(context: Context, keys: Sequence[str]) -> Mapping[int, str]:
    """What the cells of groups say: of an organization its name, of an account its token."""
    found: dict[int, str] = {}
    for key in (key for key in keys if key in _CELLS):
        rows = context.results.execute(
            f"""
            SELECT id, CASE WHEN state = 'value' THEN value ELSE '(' || state || ')' END
            FROM cell WHERE id IN (SELECT {key} FROM part)
            """
        ).fetchall()
        found |= dict(rows)
    return found


def _told(names: Mapping[int, str], key: str, value: Any) -> str:
    return names[value] if key in _CELLS else str(value)
