"""The review of an audit, made of its results: the same that is made while logs are judged."""

from __future__ import annotations

import datetime
import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...dsl import syntax as tree
from ...dsl.source import Source, Span
from ...engine.audit.beside import OtherReview
from ...engine.audit.errors import FaultKind, LogFault
from ...engine.audit.findings import (
    MOST_FAULTS,
    FileReview,
    Ground,
    LogAbout,
    Review,
    RuleCount,
)
from ...engine.audit.layouts import Field
from ...engine.audit.others import OtherKind
from ...engine.audit.requesters import MOST_NAMES, OTHERS, REQUESTER, OrganizationCount
from ...engine.audit.sources import Skipped
from ...engine.audit.verdicts import RowVerdict
from ...engine.organizations.resolver import Resolver
from ...engine.registry import Registry
from .store import ResultsError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# Searches, each once, by what they are counted by. One of which it is not known when it was has no
# judgment and no day.
_COUNTED = """
CREATE OR REPLACE TEMP TABLE counted AS
WITH words AS (SELECT cell, bool_or(plainly) AS plainly FROM indicated GROUP BY cell)
SELECT judgment, organization,
    own_day(earliest) AS day,
    coalesce(of_reason.plainly, false) OR coalesce(of_category.plainly, false) AS plainly,
    of_reason.cell IS NOT NULL OR of_category.cell IS NOT NULL AS is_indicated,
    unmapped.cell IS NOT NULL AS is_unmapped,
    count(*) AS rows
FROM search
LEFT JOIN words of_reason ON of_reason.cell = reason
LEFT JOIN words of_category ON of_category.cell = category
LEFT JOIN unmapped ON unmapped.cell = category
WHERE repeated NOT IN (1, 2)
GROUP BY ALL
"""
_VERDICT = """
SELECT coalesce(verdict, 'cannot be told') AS verdict, coalesce(is_barred, false) AS is_barred,
    c.* FROM counted c LEFT JOIN judgment j ON j.id = c.judgment
"""


def registry_differs(results: DuckDBPyConnection, registry: Registry) -> bool:
    """Whether a registry is another than the audit had."""
    held = results.execute("SELECT value FROM about WHERE name = 'registry'").fetchone()
    return held is None or held[0] != digest_of(registry)


def digest_of(registry: Registry) -> str:
    """The digest of all that is on file of bodies."""
    found = hashlib.sha256()
    for body in registry.bodies.values():
        told = body.key, body.name, body.policy, body.also_written, sorted(body.attributes.items())
        found.update(repr(told).encode())
    return found.hexdigest()


_NOWHERE = Span(Source("results", ""), 0, 0)  # of what is told of rules


def review_of(results: DuckDBPyConnection, registry: Registry) -> Review:
    """The review that a results database holds.

    Args:
        results: The database, open.
        registry: On which names are read; the one that the audit had.

    Raises:
        ResultsError: The owner is not in the registry.
    """
    about = dict(results.execute("SELECT name, value FROM about").fetchall())
    owner = registry.get(about["owner"])
    if owner is None:
        raise ResultsError(
            f"no agency of the registry has the key `{about['owner']}`, whose logs were audited",
            "name the registry of the audit with --registry",
        )
    results.execute(_COUNTED)
    review = Review(owner, about["simulated"] == "yes")
    _count_verdicts(results, review)
    _count_words(results, review)
    _count_missing(results, review)
    _count_rules(results, review)
    _count_periods(results, review)
    review.organizations.update(_organizations(results, registry))
    review.files += _files(results)
    review.others += _others(results)
    review.not_read += [Skipped(*row) for row in _rows(results, "SELECT name, why FROM not_read")]
    review.notes += [row[0] for row in _rows(results, "SELECT message FROM note ORDER BY rowid")]
    return review


def _rows(results: DuckDBPyConnection, question: str) -> list[tuple[Any, ...]]:
    return results.execute(question).fetchall()


def _count_verdicts(results: DuckDBPyConnection, review: Review) -> None:
    for verdict, rows in _rows(
        results, f"SELECT verdict, sum(rows)::BIGINT FROM ({_VERDICT}) GROUP BY verdict"
    ):
        review.verdicts[RowVerdict(verdict)] += rows
        review.rows += rows
    for ground, rows in _rows(
        results,
        "SELECT ground, sum(rows)::BIGINT FROM counted c JOIN judgment j ON j.id = c.judgment "
        "GROUP BY ground",
    ):
        review.ground[Ground(ground)] += rows


def _count_words(results: DuckDBPyConnection, review: Review) -> None:
    """Rows of which the reason or the category indicates a use that a lexicon names."""
    (found,) = _rows(
        results,
        """
        SELECT coalesce(sum(rows) FILTER (plainly), 0)::BIGINT,
            coalesce(sum(rows) FILTER (is_indicated AND NOT plainly), 0)::BIGINT,
            coalesce(sum(rows) FILTER (is_unmapped), 0)::BIGINT
        FROM counted
        """,
    )
    review.plainly, review.possibly, review.unmapped_categories = found


def _count_missing(results: DuckDBPyConnection, review: Review) -> None:
    for cause, name, rows in _rows(
        results,
        f"""
        SELECT cause, fact, sum(rows)::BIGINT
        FROM counted c JOIN judgment_missing m ON m.judgment = c.judgment GROUP BY ALL
        UNION ALL
        SELECT cause, '{REQUESTER}', sum(rows)::BIGINT
        FROM ({_VERDICT}) v JOIN requester r ON r.cell = v.organization
        WHERE v.judgment IS NOT NULL AND verdict = 'cannot be told' AND cause <> '' GROUP BY ALL
        UNION ALL
        SELECT state, 'time of search', count(*)
        FROM untimed u JOIN search s ON s.id = u.search WHERE s.repeated NOT IN (1, 2) GROUP BY ALL
        """,
    ):
        review.missing[cause, name] += rows


def _count_rules(results: DuckDBPyConnection, review: Review) -> None:
    for rule, since, until, title, citation, status in _rows(
        results, "SELECT rule, since, until, title, citation, status FROM rule"
    ):
        period = tree.InForce(_NOWHERE, since, None, until) if since else None
        cited = tree.Citation(_NOWHERE, citation, tree.Status(status)) if citation else None
        review.rules[rule, since] = RuleCount(rule, title, cited, period)
    for rule, since, state, rows in _rows(
        results,
        """
        SELECT rule.rule, since, state, sum(rows)::BIGINT
        FROM counted c JOIN judgment_rule j ON j.judgment = c.judgment JOIN rule ON rule.id = j.rule
        GROUP BY ALL
        """,
    ):
        review.rules[rule, since].states[state] += rows


def _count_periods(results: DuckDBPyConnection, review: Review) -> None:
    """Days of searches, by the last change of the law before them."""
    for since, verdict, rows, first, last in _rows(
        results,
        f"""
        SELECT law_change.day, verdict, sum(rows)::BIGINT, min(v.day), max(v.day)
        FROM ({_VERDICT} WHERE c.judgment IS NOT NULL) v
        ASOF LEFT JOIN law_change ON v.day >= law_change.day GROUP BY ALL
        """,
    ):
        review.periods.setdefault(since or datetime.date.min, Counter())[RowVerdict(verdict)] += (
            rows
        )
        review.first = min(review.first or first, first)
        review.last = max(review.last or last, last)


def _organizations(
    results: DuckDBPyConnection, registry: Registry
) -> Iterable[tuple[str, OrganizationCount]]:
    """What became of the rows of each organization, in the order in which they were met."""
    resolver, found = Resolver(registry), dict[str, OrganizationCount]()
    for name, verdict, rows, barred in _rows(
        results,
        f"""
        SELECT value, verdict, sum(rows)::BIGINT, coalesce(sum(rows) FILTER (is_barred), 0)::BIGINT
        FROM ({_VERDICT}) v JOIN cell ON cell.id = v.organization
        WHERE cell.state = 'value' GROUP BY ALL ORDER BY min(cell.id)
        """,
    ):
        if name not in found and len(found) >= MOST_NAMES:
            name = OTHERS
        if name not in found:
            resolution = None if name == OTHERS else resolver.resolve(name)
            found[name] = OrganizationCount(resolution)
        found[name].verdicts[verdict] += rows
        found[name].barred += barred
    return found.items()


def _files(results: DuckDBPyConnection) -> Iterable[FileReview]:
    for (
        number,
        name,
        sha256,
        layout,
        title,
        status,
        encoding,
        absent,
        rows,
        repeated,
        state,
        reached,
    ) in _rows(
        results,
        """
        SELECT id, s.name, digest, layout, title, status, encoding, absent, rows, repeated,
            s.state, last_line
        FROM source s JOIN layout l ON l.name = s.layout JOIN source_text t ON t.source = s.id
        ORDER BY id
        """,
    ):
        fields = frozenset(Field(field) for field in absent)
        log = LogAbout(name, sha256, layout, title, status, encoding, fields)
        file = FileReview(log, rows, repeated)
        if state == "reading":
            file.note(_broken_off(reached))
        for kind, count in results.execute(
            "SELECT kind, count(*) FROM fault WHERE source = ? GROUP BY kind", [number]
        ).fetchall():
            file.counts[FaultKind(kind)] += count
        file.faults += [
            LogFault(line, field, message, help, FaultKind(kind), last_line)
            for line, last_line, field, kind, message, help in results.execute(
                "SELECT line, last_line, field, kind, message, help FROM fault "
                "WHERE source = ? ORDER BY rowid LIMIT ?", [number, MOST_FAULTS],
            ).fetchall()
        ]  # fmt: skip
        yield file


def _broken_off(reached: int) -> LogFault:
    where = f"after line {reached:,}" if reached else "before any row was kept"
    return LogFault(
        0,
        "",
        f"its reading was broken off {where}: all counts are too low",
        "run the same `platelaw audit` again, and it goes on from there",
        FaultKind.NOTE,
    )


def _others(results: DuckDBPyConnection) -> Iterable[OtherReview]:
    for number, name, digest, kind, records, counts in _rows(
        results, "SELECT id, name, digest, kind, records, counts FROM beside ORDER BY id"
    ):
        faults = results.execute(
            "SELECT line, field, message, help FROM beside_fault WHERE beside = ? ORDER BY rowid",
            [number],
        ).fetchall()
        yield OtherReview(
            name, digest, OtherKind[kind], records, Counter(json.loads(counts)),
            [LogFault(*fault) for fault in faults],
        )  # fmt: skip
