"""The register keeps what became of findings, and lets nothing be changed or taken away."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from platelaw.compliance.findings.acting import Act, Actor, Asked, RegisterError, act_on
from platelaw.compliance.findings.book import read_book
from platelaw.compliance.findings.chain import Entry
from platelaw.compliance.findings.checks import Context
from platelaw.compliance.findings.recording import CheckRun
from platelaw.compliance.findings.reviewing import Reviewing, review
from platelaw.compliance.findings.showing import Listed, evidence, history, listed
from platelaw.compliance.findings.verifying import verify
from platelaw.compliance.results.store import open_results

from .building import FAR, Log

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FOUND = datetime.datetime(2026, 11, 27, 8)
LATER = FOUND + datetime.timedelta(days=3)
BOOK = read_book()
CHECKS = ("use-plainly-stated", "reason-missing")


def run(results: DuckDBPyConnection, moment: datetime.datetime = FOUND) -> list[CheckRun]:
    return review(Reviewing(Context(results, BOOK, "CT"), {}, moment, CHECKS))


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = Log({"take him": ("example_use", True)})
    log.search(30, account="own", reason="")
    log.search(2, organization=FAR, account="far", reason="take him", verdict="shown unlawful")
    made = log.make(tmp_path_factory.mktemp("results") / "year.results")
    with open_results(made, read_only=False) as results:
        run(results)
    return made


@pytest.fixture
def results(reviewed: Path, tmp_path: Path) -> DuckDBPyConnection:
    return open_results(Path(shutil.copy(reviewed, tmp_path)), read_only=False)


def of(results: DuckDBPyConnection, check: str) -> Listed:
    return next(one for one in listed(results) if one.check == check)


def act(
    results: DuckDBPyConnection, check: str, asked: Asked, *, role: str = "owner_counsel",
    name: str = "desk", accounts: tuple[str, ...] = (),
) -> Entry:  # fmt: skip
    actor = Actor(name, role, LATER, accounts)
    return act_on(results, BOOK, of(results, check).id, actor, asked)


def test_a_finding_begins_open_with_the_first_of_its_path_and_a_day(
    results: DuckDBPyConnection,
) -> None:
    stands = [(one.check, one.severity, one.status, one.owner, one.due) for one in listed(results)]
    assert stands == [
        ("use-plainly-stated", "deny", "open", "records_supervisor", datetime.date(2026, 11, 29)),
        ("reason-missing", "review", "open", "records_supervisor", datetime.date(2026, 12, 11)),
    ]


def test_a_second_run_over_the_same_results_adds_nothing(results: DuckDBPyConnection) -> None:
    before = verify(results)
    assert [(one.new, one.again, one.same) for one in run(results, LATER)] == [(0, 0, 1)] * 2
    assert verify(results) == before


def test_what_a_run_finds_no_more_is_noted_and_stays_as_it_stands(
    results: DuckDBPyConnection,
) -> None:
    results.execute("DELETE FROM indicated")
    assert [one.gone for one in run(results, LATER)] == [1, 0]
    gone = of(results, "use-plainly-stated")
    assert (gone.seen, gone.status) == (False, "open")
    assert history(results, gone.id)[-1].act == "not found"
    assert [one.gone for one in run(results, LATER)] == [0, 0]


def test_a_cleared_finding_is_open_again_when_searches_come(results: DuckDBPyConnection) -> None:
    act(results, "use-plainly-stated", Asked(Act.CLEAR, note="a theft"))
    results.execute(
        "INSERT INTO search SELECT * REPLACE (99 AS id, 99 AS line) FROM search WHERE id = 31"
    )
    run(results, LATER)
    again = of(results, "use-plainly-stated")
    assert (again.status, again.searches, again.due) == ("open", 3, datetime.date(2026, 12, 2))
    assert [one.act for one in history(results, again.id)] == ["found", "cleared", "found again"]
    assert verify(results).faults == ()


def test_acts_change_owner_status_and_day(results: DuckDBPyConnection) -> None:
    check, day = "use-plainly-stated", datetime.date(2026, 12, 24)
    second, third = datetime.date(2026, 12, 2), datetime.date(2026, 12, 11)
    for asked, stands in [
        (Asked(Act.ASSIGN, "owner_counsel", day), ("in review", "owner_counsel", day)),
        (Asked(Act.NOTE, note="asked"), ("in review", "owner_counsel", day)),
        (Asked(Act.ESCALATE, note="late"), ("escalated", "agency_head", third)),
        (Asked(Act.UPHOLD, note="so it is"), ("upheld", "agency_head", None)),
        (Asked(Act.REOPEN, note="a witness"), ("open", "records_supervisor", second)),
    ]:  # fmt: skip
        act(results, check, asked)
        one = of(results, check)
        assert (one.status, one.owner, one.due) == stands
    assert verify(results).faults == ()


@pytest.mark.parametrize(
    ("asked", "told", "says"),
    [
        (Asked(Act.CLEAR, note="mine"), {"name": "own"}, "about the one who would"),
        (Asked(Act.CLEAR, note="mine"), {"accounts": ("own",)}, "about the one who would"),
        (Asked(Act.CLEAR), {}, "why it is cleared is not said"),
        (
            Asked(Act.CLEAR, note="no"),
            {"role": "owner_custodian"},
            "the role `owner_custodian` may not",
        ),
        (Asked(Act.NOTE, note="no"), {"role": "intern"}, "the book has no role `intern`"),
        (Asked(Act.ASSIGN, "lieutenant"), {}, "the book has no role `lieutenant`"),
        (Asked(Act.REOPEN, note="no"), {}, "is open"),
        (Asked(Act.ASSIGN), {}, "to whom"),
        (Asked(Act.ASSIGN, "owner_counsel", FOUND.date()), {}, "2026-11-27 has passed"),
        (Asked(Act.NOTE, note="by whom"), {"name": " "}, "who acts"),
    ],
)
def test_what_may_not_be_done_is_refused_and_leaves_no_entry(
    results: DuckDBPyConnection, asked: Asked, told: dict[str, str], says: str
) -> None:
    before = verify(results)
    with pytest.raises(RegisterError, match=says):
        act(results, "reason-missing", asked, **told)  # type: ignore[arg-type]
    assert verify(results) == before


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("UPDATE finding_event SET note = 'nothing' WHERE act = 'cleared'", "was changed after"),
        ("DELETE FROM finding_event WHERE entry = 2", "entries are missing"),
        ("UPDATE finding SET severity = 'note'", "was changed"),
        ("UPDATE finding SET measure = '{}'", "was changed"),
        ("DELETE FROM finding_search WHERE search = 31", "was changed"),
        ("UPDATE search SET line = 7 WHERE id = 31", "was changed"),
        ("DELETE FROM finding WHERE severity = 'deny'", "the finding is missing"),
    ],
)
def test_a_register_that_was_tampered_with_does_not_verify(
    results: DuckDBPyConnection, change: str, says: str
) -> None:
    act(results, "reason-missing", Asked(Act.CLEAR, note="a course was held"))
    assert verify(results).faults == ()
    results.execute(change)
    assert any(says in fault for fault in verify(results).faults)


def test_a_head_noted_earlier_shows_that_the_last_entry_was_taken_away(
    results: DuckDBPyConnection,
) -> None:
    act(results, "reason-missing", Asked(Act.CLEAR, note="a course was held"))
    head = verify(results).head
    results.execute("DELETE FROM finding_event WHERE act = 'cleared'")
    assert verify(results).faults == ()
    assert "was noted earlier" in verify(results, head).faults[0]


def test_reasons_are_masked_unless_asked_for(results: DuckDBPyConnection) -> None:
    key = of(results, "use-plainly-stated").id
    (masked,) = evidence(results, key, most=1)
    (shown,) = evidence(results, key, most=1, reveal=True)
    assert (masked.reason, shown.reason) == ("(masked)", "take him")
    assert (masked.line, masked.digest, masked.verdict) == (32, "a1" * 32, "shown unlawful")
