"""Made results databases: as many searches as wanted, none of them real.

The rows follow from their number by arithmetic, so a test can say beforehand what a count must be,
and millions of them are made by one statement.
"""

from __future__ import annotations

import datetime
import json
from pathlib import Path

from duckdb import DuckDBPyConnection

from platelaw.compliance.results.store import create

OWNER = "CT/example-pd"
ORGANIZATIONS = (
    # name, body, government, relation, cause, share of a hundred
    ("Example PD", "CT/example-pd", "CT", "own", "", 55),
    ("Strictford CT PD", "CT/strictford-pd", "CT", "same state", "", 20),
    ("Boston MA PD", "MA/boston-pd", "MA", "other state", "", 7),
    ("Houston TX PD", "TX/houston-pd", "TX", "other state", "", 8),
    ("[Federal] US Border Patrol [Inactive]", "US/usbp", "US", "federal", "", 2),
    ("Task Force <b>One</b>", None, None, "not known", "not on file", 5),
    ("Albany NY PD", "NY/albany-pd", "NY", "other state", "", 1),
    ("Providence RI PD", "RI/providence-pd", "RI", "other state", "", 1),
    ("Springfield MA PD", "MA/springfield-pd", "MA", "other state", "", 1),
)
REASONS = (
    # state, value, says nothing, purpose, plainly, share of a hundred
    ("value", "stolen vehicle", False, None, False, 40),
    ("value", "missing person", False, None, False, 20),
    ("value", "investigation", True, None, False, 20),
    ("blank", "", False, None, False, 11),
    ("value", "assist ice", False, "immigration_enforcement", False, 5),
    ("value", "ero removal order", False, "immigration_enforcement", True, 2),
    ("value", "protest", False, "first_amendment_monitoring", False, 1),
    ("redacted", "", False, None, False, 1),
)
RULES = (
    # rule, since, title, citation, status
    ("ct/alpr-act/barred-words", "2026-10-01", "A reason that states a barred use",
     "Public Act 26-14, section 13(c)", "secondary"),
    ("ct/alpr-act/recipients", "2026-10-01", "Who may have the data at all",
     "Public Act 26-14, section 13(d)", "secondary"),
    ("ct/alpr-act/dual-device", "2026-10-01", "A device that also enforces offenses",
     "Public Act 26-14, section 13(a)", "verified"),
)  # fmt: skip
JUDGMENTS = (
    # verdict, ground, is barred, rules with states, missing, readings
    ("lawful on the record", "yes", False, ((1, "clear"), (2, "clear"), (3, "clear")), (), ()),
    ("cannot be told", "silent", False, ((1, "clear"), (2, "unproven"), (3, "referred")),
     (("never recorded", "request.recipients"), ("blank", "request.reason")), ()),
    ("question for counsel", "no", False, ((1, "bites"), (2, "unproven")), (),
     ("authority_stands_for_use",)),
    ("shown unlawful", "no", False, ((2, "bites"),), (), ()),
    ("no law of that day", "no", False, (), (), ()),
    ("cannot be told", "no", True, ((1, "bites"),), (("never recorded", "request.recipients"),),
     ()),
)  # fmt: skip
FIRST = datetime.datetime(2026, 1, 1, 5)  # midnight of the agency
DAYS = 330


def made(path: Path, rows: int = 4000, *, findings: bool = True) -> DuckDBPyConnection:
    """A results database, open, of so many searches, every fiftieth of them repeated."""
    owner = {"owner": OWNER, "platelaw": "0.1.0", "simulated": "no", "own_searches": "no",
             "policies": "ab" * 32, "registry": "cd" * 32, "zone": "America/New_York",
             "secret": "ef" * 16}  # fmt: skip
    opened = create(path, owner)
    opened.begin()
    _sources(opened, rows)
    _cells(opened)
    _law(opened)
    _searches(opened, rows)
    if findings:
        _findings(opened)
    opened.commit()
    return opened


def _sources(opened: DuckDBPyConnection, rows: int) -> None:
    half = rows // 2
    for number, (name, first, last) in enumerate(
        (("network_audit_1.csv", "2026-01-01 05:00", "2026-06-14 12:00"),
         ("exports.zip/network_audit_2.csv", "2026-06-15 12:00", "2026-11-26 12:00")), 1
    ):  # fmt: skip
        opened.execute(
            "INSERT INTO source VALUES (?, ?, ?, ?, 'flock-network/2025', ['Org Name', 'Reason'], "
            "['case_number'], 'whole', ?, ?, ?, ?, ?)",
            [number, name, f"{number}a" * 32, half * 90, half, half // 50, half + 1, first, last],
        )
        opened.execute("INSERT INTO source_text VALUES (?, 'utf-8')", [number])
    opened.execute("INSERT INTO layout VALUES ('flock-network/2025', 'A made audit', 'seen')")
    opened.execute(
        "INSERT INTO fault VALUES (1, 17, 17, 'search_time', 'unread', 'no time', 'mend it'), "
        "(1, 30, 30, 'search_time', 'unread', 'no time', 'mend it'), "
        "(2, 5, 6, '', 'note', 'a record of two lines', '')"
    )


# Cells: organizations from 1, reasons from 101, accounts from 201, the rest from 301 on.
def _cells(opened: DuckDBPyConnection) -> None:
    for number, (name, body, government, relation, cause, _) in enumerate(ORGANIZATIONS, 1):
        _cell(opened, number, "organization", "value", name)
        opened.execute(
            "INSERT INTO requester VALUES (?, ?, ?, ['law_enforcement'], ?, ?, ?)",
            [number, body, government, relation, cause, ["inactive"] if number == 5 else []],
        )
    for number, (state, value, nothing, purpose, plainly, _) in enumerate(REASONS, 101):
        _cell(opened, number, "reason", state, value, nothing=nothing)
        if purpose:
            opened.execute(
                "INSERT INTO indicated VALUES (?, ?, ?, 'a phrase')", [number, purpose, plainly]
            )
    opened.execute(
        "INSERT INTO cell SELECT 200 + n, 'user', 'value', md5('user' || n), 'aa', false "
        "FROM range(1, 41) r(n)"
    )
    _cell(opened, 301, "category", "not exported", "")
    _cell(opened, 302, "case_number", "blank", "")
    _cell(opened, 303, "case_number", "value", "0f" * 16, shape="99-9999")
    _cell(opened, 304, "search_type", "value", "lookup")
    _cell(opened, 305, "search_type", "value", "convoy")
    _cell(opened, 306, "moderation", "never recorded", "")


def _cell(
    opened: DuckDBPyConnection, number: int, field: str, state: str, value: str,
    *, shape: str = "", nothing: bool = False,
) -> None:  # fmt: skip
    opened.execute(
        "INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?)", [number, field, state, value, shape, nothing]
    )


def _law(opened: DuckDBPyConnection) -> None:
    for number, (rule, since, title, citation, status) in enumerate(RULES, 1):
        opened.execute(
            "INSERT INTO rule VALUES (?, ?, ?, NULL, ?, ?, ?)",
            [number, rule, since, title, citation, status],
        )
    for number, (verdict, ground, barred, rules, missing, readings) in enumerate(JUDGMENTS, 1):
        opened.execute("INSERT INTO judgment VALUES (?, ?, ?, ?)",
                       [number, verdict, ground, barred])  # fmt: skip
        for place, state in rules:
            opened.execute("INSERT INTO judgment_rule VALUES (?, ?, ?)", [number, place, state])
        for cause, fact in missing:
            opened.execute("INSERT INTO judgment_missing VALUES (?, ?, ?)", [number, cause, fact])
        for reading in readings:
            opened.execute("INSERT INTO judgment_reading VALUES (?, ?)", [number, reading])


def _searches(opened: DuckDBPyConnection, rows: int) -> None:
    """Row by row: what a row says follows from its number, its verdict from what it says."""
    opened.execute(
        f"""
        INSERT INTO search
        WITH told AS (
            SELECT n, n % 50 = 49 AS again, n % 997 = 996 AS timeless,
                TIMESTAMP '{FIRST.isoformat(" ")}'
                    + to_seconds(n * {DAYS * 86400} // {rows}) AS moment,
                {_shares("(n * 7919) % 100", [each[-1] for each in ORGANIZATIONS])} AS who,
                100 + {_shares("(n * 104729 // 7) % 100", [each[-1] for each in REASONS])} AS why
            FROM range({rows}) r(n)
        )
        SELECT n, CASE WHEN n < {rows} // 2 THEN 1 ELSE 2 END, n + 2, n + 2,
            CASE WHEN timeless THEN NULL ELSE moment END,
            CASE WHEN timeless THEN NULL ELSE moment END,
            CASE WHEN again THEN 1 ELSE 0 END, NULL, who, 201 + n % 40, why, 301,
            CASE WHEN n % 3 = 0 THEN 303 ELSE 302 END, CASE WHEN n % 11 = 0 THEN 305 ELSE 304 END,
            306, 1 + n % 900, NULL, moment, moment, 2, n % 13 = 0,
            CASE
                WHEN again OR timeless THEN NULL
                WHEN moment < TIMESTAMP '2026-02-01' THEN 5
                WHEN why IN (105, 106) AND who = 6 THEN 6
                WHEN why IN (105, 106) THEN 3
                WHEN who = 5 AND why = 101 THEN 4
                WHEN who = 1 AND why IN (101, 102) THEN 1
                ELSE 2
            END
        FROM told
        """
    )


def _shares(number: str, shares: list[int]) -> str:
    """Which of several shares of a hundred a number falls into, as SQL; the first is 1."""
    cases, total = list[str](), 0
    for place, share in enumerate(shares, 1):
        total += share
        cases.append(f"WHEN {number} < {total} THEN {place}")
    assert total == 100
    return f"CASE {' '.join(cases)} END"


def _findings(opened: DuckDBPyConnection) -> None:
    found = (
        ("f1", "barred-reason", "deny", "Searches whose text names a barred use",
         {"organization": "Houston TX PD"}, {"searches": 12}, RULES[0], 12, "open",
         "records_supervisor",
         "2026-11-30"),
        ("f2", "outside", "review", "Searches by agencies of other states",
         {"government": "TX"}, {"searches": 320, "rate": 0.08}, RULES[1], 320, "in review",
         "owner_counsel", "2026-12-15"),
        ("f3", "vague-reasons", "review", "Reasons that say nothing",
         {"account": "5f" * 16}, {"searches": 800, "rate": 0.2,
          "computed": "Searches without a reason."},
         RULES[1], 800, "open", "records custodian", "2026-11-20"),
        ("f4", "sample", "note", "A random sample was read", {"period": "2026-10"},
         {"sample": 60, "found": 0}, RULES[1], 60, "cleared", "auditor", None),
    )  # fmt: skip
    for key, check, severity, title, subject, measure, law, count, status, owner, due in found:
        opened.execute(
            "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '2026-11-26 10:00')",
            [key, check, severity, title, json.dumps(subject), json.dumps(measure), law[0],
             law[3], law[4], count],
        )  # fmt: skip
        entries = [("platelaw", "found", "open")]
        if status != "open":
            entries.append(("reviewer-1", "noted", status))
        for number, (actor, act, now) in enumerate(entries, 1):
            entry = len(found) * (number - 1) + int(key[1:])
            opened.execute(
                "INSERT INTO finding_event VALUES (?, ?, '2026-11-26 10:00', ?, ?, ?, ?, ?, ?, '', "
                "?, '', '', 'e')", [key, number, actor, actor, act, now, owner, due, entry]
            )  # fmt: skip
        opened.execute(
            "INSERT INTO finding_search SELECT ?, id, ? FROM search WHERE repeated = 0 "
            "AND judgment = 3 ORDER BY id LIMIT 12", [key, int(key[1:])]
        )  # fmt: skip
