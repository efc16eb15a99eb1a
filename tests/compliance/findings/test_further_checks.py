"""Checks that are made with more than the log: rosters, declarations, approvals, event logs."""

from __future__ import annotations

import dataclasses
import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from platelaw.compliance.findings.acting import Act, Actor, Asked, RegisterError, act_on
from platelaw.compliance.findings.admin_events import read_events
from platelaw.compliance.findings.book import Book, BookError, read_book
from platelaw.compliance.findings.checks import Context
from platelaw.compliance.findings.kept import Kept, kept_by_law
from platelaw.compliance.findings.own_tables import (
    APPROVALS,
    DECLARATIONS,
    ROSTER,
    TableError,
    read_table,
)
from platelaw.compliance.findings.reviewing import Reviewing, review
from platelaw.compliance.findings.watched_words import reader_of
from platelaw.compliance.results.store import open_results
from platelaw.engine.audit.judging import Judge
from platelaw.engine.audit.reader import open_logs
from platelaw.engine.decision import Engine

from .building import FAR, NEXT, OWN, START, Log

BOOK = read_book()
NOW = datetime.datetime(2026, 11, 27, 8)
HOUR, DAY, SECOND = (datetime.timedelta(**{unit: 1}) for unit in ("hours", "days", "seconds"))
Told = tuple[str, dict[str, Any], list[int]]


def found(made: Path, *names: str, book: Book = BOOK, **given: Any) -> list[Told]:
    """Severity, subject and lines of what checks find; lines of searches, else of records."""
    with open_results(made, read_only=False) as results:
        context = Context(results, book, "CT", **given)
        runs = review(Reviewing(context, {}, NOW, names))
        assert [run.why_not for run in runs] == [""] * len(names)
        rows = results.execute(
            """
            SELECT f.severity, f.subject,
                   coalesce((SELECT list(s.line ORDER BY s.line) FROM finding_search l
                             JOIN search s ON s.id = l.search WHERE l.finding = f.id),
                            (SELECT list(r.line ORDER BY r.line) FROM finding_record r
                             WHERE r.finding = f.id), [])
            FROM finding_now f ORDER BY f."check", f.severity, f.subject
            """
        ).fetchall()
    return [(row[0], json.loads(row[1]), row[2]) for row in rows]


def why_not(made: Path, *names: str) -> list[str]:
    with open_results(made, read_only=False) as results:
        runs = review(Reviewing(Context(results, BOOK, "CT"), {}, NOW, names))
    return [run.why_not for run in runs]


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def own(account: str) -> dict[str, str]:
    return {"organization": OWN, "account": account}


def test_names_that_should_search_no_more_are_found(tmp_path: Path) -> None:
    log = Log()
    log.search(organization="Example Far TX SO [Inactive]")
    log.search(organization=FAR)
    got = found(log.make(tmp_path / "r"), "organization-idle")
    assert got == [("review", {"organization": "Example Far TX SO [Inactive]"}, [2])]


def test_accounts_are_held_against_the_roster(tmp_path: Path) -> None:
    log = Log()
    log.search(account="u1")
    log.search(account="u2")
    log.search(account="u3")
    log.search(account="u4", at=START + DAY)
    roster = read_table(
        written(
            tmp_path / "roster.csv",
            "account,active_from,active_until,trained_until\n"
            "u1,2020-01-01,,2027-01-01\n"
            "u2,2020-01-01,2026-10-04,2027-01-01\n"
            "u4,,,2026-10-05\n",
        ),
        ROSTER,
    )
    checks = ("account-not-listed", "account-inactive", "training-lapsed")
    assert found(log.make(tmp_path / "r"), *checks, roster=roster) == [
        ("review", own("u2"), [3]),
        ("review", own("u3"), [4]),
        ("review", own("u4"), [5]),
    ]


def test_searches_behind_what_may_be_kept_are_found_by_the_period_of_their_day(
    tmp_path: Path,
) -> None:
    log = Log()
    for account, days in (("in", 14), ("edge", 15), ("out", 16)):
        log.search(account=account, frame=(START - days * DAY, START), at=START)
    log.search(account="before", frame=(START - 99 * DAY, START), at=START - 10 * DAY)
    kept = (Kept(START.date(), None, 14),)
    got = found(log.make(tmp_path / "r"), "look-back", kept=kept)
    assert got == [("review", own("out"), [4])]


def test_what_was_asked_for_others_is_found_by_words(tmp_path: Path) -> None:
    log = Log()
    for number, reason in enumerate(["Req. by unit 7", "ON BEHALF OF another", "jobo", "theft"]):
        log.search(account=f"u{number}", reason=reason)
    got = found(log.make(tmp_path / "r"), "on-behalf")
    assert [subject["account"] for _, subject, _ in got] == ["u0", "u1"]


def test_declarations_count_on_their_days_and_for_what_they_say(tmp_path: Path) -> None:
    log = Log({"take him": ("example_use", True)})
    log.search(organization=NEXT)
    log.search(organization=NEXT, reason="take him")
    log.search(organization=NEXT, at=START + 9 * DAY)
    log.search(organization=FAR)  # not of a government that must declare: other checks find it
    made = log.make(tmp_path / "r")
    with open_results(made, read_only=False) as results:
        results.execute("UPDATE requester SET body = 'MA/example-pd' WHERE government = 'MA'")
    table = read_table(
        written(
            tmp_path / "d.csv",
            "body,from,until,revoked\nMA/example-pd,2026-10-01,2027-10-01,2026-10-12\n",
        ),
        DECLARATIONS,
    )
    checks = ("declaration-missing", "declaration-contradicted")
    said = {"organization": NEXT, "purpose": "example_use", "severity": "deny"}
    assert found(made, *checks, declarations=table) == [
        ("deny", said, [3]),
        ("review", {"organization": NEXT}, [4]),
    ]


def test_who_approves_for_himself_is_found_however_it_is_spelled(tmp_path: Path) -> None:
    log = Log()
    log.search()
    table = read_table(
        written(
            tmp_path / "a.csv",
            "matter,requester,approver\nexport,A. One,b two\nexport,B  Two,b two\n",
        ),
        APPROVALS,
    )
    got = found(log.make(tmp_path / "r"), "approved-by-requester", approvals=table)
    assert got == [("deny", {"account": "b two"}, [3])]


def test_one_login_in_two_places_and_bursts_are_found(tmp_path: Path) -> None:
    log = Log()
    log.search(account="both", at=START)
    log.search(account="both", at=START + 4 * SECOND, kind="search - Mobile")
    log.search(account="both", at=START + 20 * SECOND)
    log.search(account="moved", at=START)
    log.search(account="moved", at=START + 6 * SECOND, kind="lookup - Mobile")
    for number in range(13):
        log.search(account="quick", at=START + number * SECOND)
        log.search(account="slow", at=START + number * 7 * SECOND)
    made = log.make(tmp_path / "r")
    got = found(made, "sessions-overlap", "searches-in-bursts")
    assert [(subject["account"], len(lines)) for _, subject, lines in got] == [
        ("quick", 13), ("both", 2),
    ]  # fmt: skip


def watched(text: str) -> tuple[tuple[str, bool], ...]:
    return (("example_use", False),) if "watched" in text else ()


EVENTS = "Timestamp,User,Event Type,Entity Type,Entity Details,Event Id\n"


def test_event_logs_show_exports_hot_lists_and_reviews(tmp_path: Path) -> None:
    lines = [
        '2026-10-05T09:00:00Z,one,create,export,"Rows: 1,000",1',
        '2026-10-05T09:01:00Z,one,create,export,"Rows: 1,001",2',
        "2026-10-05T09:02:00Z,one,create,export,Name: report,3",
        '2026-10-06T09:02:30Z,one,create,export,"Rows: 5,000",9',
        "2026-10-05T09:03:00Z,two,create,Custom Hotlist Entry,Reason: watched at once,4",
        "2026-10-05T09:04:00Z,two,create,customHotlist,Name: NCIC Immigration-Violator File,5",
        "2026-10-05T09:05:00Z,two,delete,Custom Hotlist Entry,Reason: watched,6",
        "2026-10-05T09:06:00Z,two,create,Custom Hotlist Entry,Reason: stolen,7",
        *(
            f"2026-10-05T10:00:{second:02}Z,{who},update,organizationAudit,"
            "Status: Needs Review -> Archived,8"
            for who, seconds in (("fast", range(0, 50, 5)), ("slow", range(0, 60, 6)))
            for second in seconds
        ),
    ]
    path = written(tmp_path / "events.csv", EVENTS + "\n".join(lines) + "\n")
    (other,) = open_logs(path).others
    events = tuple(read_events(other, str.upper, []))
    approvals = read_table(
        written(
            tmp_path / "approvals.csv",
            "matter,requester,approver,day\nbulk export,one,chief,2026-10-06\n"
            "bulk export,one,ONE,2026-10-05\n",
        ),
        APPROVALS,
    )
    log = Log()
    log.search()
    book = dataclasses.replace(
        BOOK, thresholds={**BOOK.thresholds, "review_seconds": dataclasses.replace(
            BOOK.thresholds["review_seconds"], value=5)},
    )  # fmt: skip
    got = found(
        log.make(tmp_path / "r"), "bulk-export", "hot-list-watched", "reviews-in-seconds",
        book=book, events=events, token=str.upper, approvals=approvals,
        reads=watched,
    )  # fmt: skip
    assert got == [
        ("note", {"account": "ONE", "size": "not told"}, [4]),
        ("review", {"account": "ONE", "size": "above 1,000"}, [3]),
        ("deny", {"account": "TWO", "purpose": "a barred file", "severity": "deny"}, [7]),
        ("review", {"account": "TWO", "purpose": "example_use", "severity": "review"}, [6]),
        ("review", {"account": "FAST"}, list(range(11, 20))),
    ]


def test_whoever_clears_in_seconds_or_always_is_found_and_may_not_clear_that(
    tmp_path: Path,
) -> None:
    log = Log({"take him": ("example_use", True)})
    for number in range(12):
        log.search(account=f"u{number}", reason="take him")
    made = log.make(tmp_path / "r")
    found(made, "use-plainly-stated")
    with open_results(made, read_only=False) as results:
        keys = [row[0] for row in results.execute("SELECT id FROM finding").fetchall()]
        for number, key in enumerate(keys):
            actor = Actor("desk", "records_supervisor", NOW + number * 9 * SECOND)
            act_on(results, BOOK, key, actor, Asked(Act.CLEAR, note="fine"))
    got = found(made, "cleared-in-seconds", "always-cleared")
    assert [told for told in got if told[1] == {"actor": "desk"}] == [
        ("review", {"actor": "desk"}, [])
    ] * 2
    with open_results(made, read_only=False) as results:
        (key,) = results.execute(
            "SELECT id FROM finding WHERE \"check\" = 'always-cleared'"
        ).fetchone() or ("",)
        actor = Actor("desk", "records_supervisor", NOW)
        with pytest.raises(RegisterError, match="about the one who would"):
            act_on(results, BOOK, key, actor, Asked(Act.CLEAR, note="fine"))


def test_what_was_not_given_is_named(tmp_path: Path) -> None:
    log = Log()
    log.search(account="***")
    checks = ("training-lapsed", "look-back", "declaration-missing", "bulk-export",
              "sessions-overlap")  # fmt: skip
    assert why_not(log.make(tmp_path / "r"), *checks) == [
        "no roster with the column `trained_until` was given (--roster)",
        "neither the law of those days nor the book says how long reads are kept "
        "(`thresholds.kept_days`)",
        "no list of declarations on file was given (--declarations)",
        "no event log of the vendor was given (--events)",
        "no export shows the account of any search",
    ]


@pytest.mark.parametrize(("owner", "days"), [("CT/darien-pd", 21), ("CT/strictford-pd", 14)])
def test_the_period_is_that_of_the_law_and_of_the_owner_if_it_is_shorter(
    engine: Engine, owner: str, days: int
) -> None:
    body = engine.registry.get(owner)
    assert body is not None
    judge = Judge(engine, body)
    period = kept_by_law(judge.probe, BOOK.retention["CT"])
    assert period == (Kept(datetime.date(2026, 10, 1), None, days),)
    reads = reader_of(judge)
    assert ("immigration_enforcement", True) in reads("ICE warrant")
    assert reads("stolen vehicle") == ()


def test_every_rule_that_a_check_names_is_in_the_library(engine: Engine) -> None:
    named = {rule for check in BOOK.checks.values() for ids in check.rules.values() for rule in ids}
    assert {rule for rule in named if engine.library.rule(rule) is None} == set()
    assert {role for steps in BOOK.escalation.values() for role in (s.to for s in steps)} | set(
        BOOK.may_end
    ) <= engine.library.deepest_vocabulary.roles.keys()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("accounts\nu1\n", "line 1: no column `account`"),
        ("account,name\nu1,x\n", "line 1: a column `name`"),
        ("account,active_from\nu1\n", "line 2: 1 cells, line 1 has 2"),
        ("account,active_from\nu1,05.10.2026\n", "line 2: `active_from` is `05.10.2026`"),
        ("account\n\n \n'u1'\n", ""),
        ("account,active_from\n,2026-01-01\n", "line 2: `account` is blank"),
    ],
)
def test_a_table_that_cannot_be_gone_by_is_refused_by_line(
    tmp_path: Path, text: str, says: str
) -> None:
    path = written(tmp_path / "roster.csv", text)
    if not says:
        assert [row.line for row in read_table(path, ROSTER).rows] == [4]
        return
    with pytest.raises(TableError, match=says):
        read_table(path, ROSTER)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[thresholds.vague]\nvalue = 1\n", "no entry `thresholds.vague`"),
        ("[threshold]\n", "no part `threshold`"),
        ("[thresholds.vague_share]\nvalue = 0.1\n", "vague_share: 'reason' is missing"),
        ("[thresholds.vague_share]\nvalue = -1\nreason = 'x'\n", "not negative"),
        ("[[escalation.deny]]\nto = 'a'\ndays = 0.5\n", "whole `days`"),
        ("[words]\nvague = [1]\n", "is no text"),
        ("words", "cannot be read"),
    ],
)
def test_a_book_of_an_agency_says_what_is_wrong(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(BookError, match=says):
        read_book(written(tmp_path / "book.toml", text))


def test_a_book_of_an_agency_changes_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    text = "[thresholds.vague_share]\nvalue = 0.1\nreason = 'we hold courses'\n"
    book = read_book(written(tmp_path / "book.toml", text))
    assert book.number("vague_share") == 0.1
    assert book.words == BOOK.words
    assert book.digest != BOOK.digest
