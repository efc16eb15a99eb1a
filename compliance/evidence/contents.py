"""What results hold of one finding, masked: no plate, no name of a user, no reason."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from ...dsl.model import Library
from ...engine.audit.layouts import shipped_layouts
from ...engine.render_text import STATUS_WORDS
from ..findings.chain import entries

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_FINDING = ("id", "check", "severity", "title", "subject", "rule", "citation", "status",
            "searches", "measure", "found")  # fmt: skip
SEARCH = ("entry", "search", "source", "line", "last_line", "time_utc", "organization", "account",
          "reason", "says_nothing", "lexicons_see", "case_number", "verdict",
          "judgment")  # fmt: skip


def finding_of(results: DuckDBPyConnection, key: str) -> dict[str, Any] | None:
    """A finding as it was first found, and as it stands; None if there is none of this id."""
    columns = ", ".join(f'"{name}"' for name in _FINDING)
    row = results.execute(f"SELECT {columns} FROM finding WHERE id = ?", [key]).fetchone()
    if row is None:
        return None
    found: dict[str, Any] = dict(zip(_FINDING, row, strict=True))
    found["subject"], found["measure"] = (json.loads(found[k]) for k in ("subject", "measure"))
    found["found"] = found["found"].isoformat()
    now = results.execute(
        "SELECT status, owner, due, searches, measure FROM finding_now WHERE id = ?", [key]
    ).fetchone()
    if now is not None:
        status, owner, due, searches, measure = now
        found["now"] = {
            "status": status, "owner": owner, "due": due.isoformat() if due else None,
            "searches": searches, "measure": json.loads(measure),
        }  # fmt: skip
    later = results.execute(
        "SELECT m.entry, m.measure FROM finding_measure m JOIN finding_event e USING (entry) "
        "WHERE e.finding = ?", [key]
    ).fetchall()  # fmt: skip
    found["measured_later"] = {str(entry): json.loads(measure) for entry, measure in later}
    records = results.execute(
        "SELECT entry, name, digest, line FROM finding_record WHERE finding = ? ORDER BY ALL", [key]
    ).fetchall()
    found["records"] = [dict(zip(("entry", "name", "digest", "line"), r, strict=True))
                        for r in records]  # fmt: skip
    return found


def register_of(results: DuckDBPyConnection, key: str) -> list[dict[str, Any]]:
    """The register: the entries of the finding whole, of all others the digests alone."""
    told: list[dict[str, Any]] = []
    for entry in entries(results):
        whole = asdict(entry)
        whole["moment"] = entry.moment.isoformat()
        whole["due"] = entry.due.isoformat() if entry.due else None
        short = {name: whole[name] for name in ("entry", "previous", "digest")}
        told.append(whole if entry.finding == key else short)
    return told


def searches_of(results: DuckDBPyConnection, key: str) -> str:
    """The searches of a finding as CSV: where each stands, and what was seen of it."""
    rows = results.execute(_SEARCHES, [key]).fetchall()
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n")
    write.writerow(SEARCH)
    write.writerows(rows)
    return text.getvalue()


_SEARCHES = """
WITH seen AS (
    SELECT cell, string_agg(DISTINCT use, '; ' ORDER BY use) AS uses
    FROM (
        SELECT cell, purpose || CASE WHEN plainly THEN ' plainly' ELSE ' possibly' END AS use
        FROM indicated
    ) GROUP BY cell
)
SELECT f.entry, s.id, s.source, s.line, s.last_line, strftime(s.earliest, '%Y-%m-%d %H:%M:%S'),
    CASE WHEN who.state = 'value' THEN who.value ELSE '(' || who.state || ')' END,
    CASE WHEN account.state = 'value' THEN account.value ELSE '(' || account.state || ')' END,
    CASE WHEN why.state = 'value' THEN '(masked)' ELSE '(' || why.state || ')' END,
    CASE WHEN why.says_nothing THEN 'yes' ELSE 'no' END,
    concat_ws('; ', of_reason.uses, of_category.uses),
    CASE WHEN of_case.state = 'value' THEN of_case.shape ELSE '(' || of_case.state || ')' END,
    coalesce(j.verdict, 'not judged'), s.judgment
FROM finding_search f
JOIN search s ON s.id = f.search
JOIN cell who ON who.id = s.organization
JOIN cell account ON account.id = s.account
JOIN cell why ON why.id = s.reason
JOIN cell of_case ON of_case.id = s.case_number
LEFT JOIN seen of_reason ON of_reason.cell = s.reason
LEFT JOIN seen of_category ON of_category.cell = s.category
LEFT JOIN judgment j ON j.id = s.judgment
WHERE f.finding = ?
ORDER BY f.entry, s.id
"""


def sources_of(results: DuckDBPyConnection, key: str) -> list[dict[str, Any]]:
    """The files that the searches stand in, each with its column map."""
    names = ("source", "name", "sha256", "bytes", "layout", "header", "absent", "state", "rows")
    rows = results.execute(
        "SELECT DISTINCT o.id, o.name, o.digest, o.bytes, o.layout, o.header, o.absent, o.state, "
        "o.rows FROM finding_search f JOIN search s ON s.id = f.search "
        "JOIN source o ON o.id = s.source WHERE f.finding = ? ORDER BY o.id",
        [key],
    ).fetchall()
    told = [dict(zip(names, row, strict=True)) for row in rows]
    return [{**each, "columns": _column_map(each["layout"], each["header"])} for each in told]


def _column_map(layout: str, header: list[str]) -> dict[str, str | None] | str:
    """Which field each column of a file is."""
    known = next((each for each in shipped_layouts() if each.name == layout), None)
    if known is None:
        return "a column map of the agency's own, which is not shipped"
    fields = known.fields(header)
    return {label: field.value if field else None
            for label, field in zip(header, fields, strict=True)}  # fmt: skip


def judgments_of(results: DuckDBPyConnection, key: str) -> dict[str, dict[str, Any]]:
    """Every judgment of a search of the finding: what each rule did, and what was missing."""
    ids = [
        row[0]
        for row in results.execute(
            "SELECT DISTINCT s.judgment FROM finding_search f JOIN search s ON s.id = f.search "
            "WHERE f.finding = ? AND s.judgment IS NOT NULL ORDER BY 1", [key]
        ).fetchall()
    ]  # fmt: skip
    return {str(id_): _judgment(results, id_) for id_ in ids}


def _judgment(results: DuckDBPyConnection, id_: int) -> dict[str, Any]:
    def rows(sql: str) -> list[tuple[Any, ...]]:
        return results.execute(sql, [id_]).fetchall()

    ((verdict, ground, barred),) = rows(
        "SELECT verdict, ground, is_barred FROM judgment WHERE id = ?"
    )
    return {
        "verdict": verdict,
        "policy_on_file": ground,
        "barred_whoever_searched": barred,
        "rules": [
            {"rule": rule, "since": since.isoformat() if since else None, "did": state}
            for rule, since, state in rows(
                "SELECT r.rule, r.since, j.state FROM judgment_rule j JOIN rule r ON r.id = j.rule "
                "WHERE j.judgment = ? ORDER BY ALL"
            )
        ],
        "missing": [
            {"fact": fact, "cause": cause}
            for cause, fact in rows(
                "SELECT cause, fact FROM judgment_missing WHERE judgment = ? ORDER BY ALL"
            )
        ],
        "open_questions": [
            reading
            for (reading,) in rows(
                "SELECT reading FROM judgment_reading WHERE judgment = ? ORDER BY 1"
            )
        ],
    }


def law_of(
    results: DuckDBPyConnection, key: str, judgments: Mapping[str, Any], library: Library
) -> list[dict[str, Any]]:
    """The rules that took part: source, how sure its wording is, and the text that was read."""
    wanted = {each["rule"] for judgment in judgments.values() for each in judgment["rules"]}
    own = results.execute("SELECT rule FROM finding WHERE id = ?", [key]).fetchone()
    wanted |= {own[0]} if own else set[str]()
    texts = dict(_texts(library))
    return [
        {
            "rule": rule,
            "title": title,
            "citation": citation,
            "status": status,
            "status_means": STATUS_WORDS.get(status, ""),
            "in_force_from": since.isoformat() if since else None,
            "in_force_until": until.isoformat() if until else None,
            "text": texts.get((rule, since.isoformat() if since else None)),
        }
        for rule, title, citation, status, since, until in results.execute(
            "SELECT rule, title, citation, status, since, until FROM rule ORDER BY rule, since"
        ).fetchall()
        if rule in wanted
    ]


def _texts(library: Library) -> Iterator[tuple[tuple[str, str | None], str]]:
    """Each rule as it stands in the policies of this platelaw, by its id and first day."""
    for policy in library.policies:
        for rule in policy.rules:
            period, span = rule.node.in_force, rule.node.span
            since = period.start.isoformat() if period else None
            yield (rule.id, since), span.text


def about_of(results: DuckDBPyConnection) -> dict[str, str]:
    """What is told of the audit as a whole."""
    rows: Iterable[tuple[str, str]] = results.execute(
        "SELECT name, value FROM about WHERE name <> 'secret' ORDER BY name"
    ).fetchall()
    return dict(rows)
