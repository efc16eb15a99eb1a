"""Legal holds and incidents of the register are evidence of duties and days of the calendar."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from duckdb import DuckDBPyConnection

from platelaw.compliance.deadlines import clock_days, declaration_days, hold_days
from platelaw.compliance.duties.lines import Line
from platelaw.compliance.duties.register_witnesses import Clocked, Held
from platelaw.compliance.duties.tracing import Found, Gap
from platelaw.compliance.findings.acting import Act, Actor, Asked, RegisterError, act_on
from platelaw.compliance.findings.book import Book, BookError, Notice, read_book
from platelaw.compliance.findings.chain import Chain, Entry
from platelaw.compliance.findings.checks import Context
from platelaw.compliance.findings.holding import Terms, holds, lift_hold, set_hold
from platelaw.compliance.findings.incidents import clocks, discover, give_notice
from platelaw.compliance.findings.own_tables import DECLARATIONS, read_table
from platelaw.compliance.findings.reviewing import Reviewing, review
from platelaw.compliance.findings.scope import Scope, covered
from platelaw.compliance.findings.showing import listed
from platelaw.compliance.own_days import OwnDays
from platelaw.compliance.reports.making import report_of
from platelaw.compliance.reports.view import Table
from platelaw.compliance.results.store import open_results
from platelaw.engine.deadlines import Kind

from ..findings.building import FAR, Log

LINE = Line("T7", "group", "title", "owner_counsel")
OWN = OwnDays(ZoneInfo("America/New_York"))
NIGHT = datetime.datetime(2026, 11, 2, 4, 30)  # in UTC; in Connecticut still the 1st
MORNING = datetime.datetime(2026, 11, 2, 14)
DESK = Actor("desk", "owner_counsel", NIGHT)


@pytest.fixture
def results(tmp_path: Path) -> Iterator[DuckDBPyConnection]:
    log = Log({"take him": ("example_use", True)})
    log.search(2, organization=FAR, account="far", reason="take him", verdict="shown unlawful")
    with open_results(log.make(tmp_path / "a.results"), read_only=False) as opened:
        asked = ("use-plainly-stated",)
        review(Reviewing(Context(opened, read_book(), "CT"), {}, NIGHT, asked))
        yield opened


@pytest.fixture(scope="module")
def book() -> Book:
    return replace(read_book(), notices={"the owner": Notice(24, "contract, section 9")})


def held(results: DuckDBPyConnection, book: Book, day: str) -> Found:
    on = datetime.date.fromisoformat(day)
    return Held(results, book, on, OWN).tell(LINE, (), frozenset())


def clocked(results: DuckDBPyConnection, book: Book, day: str) -> Found:
    on = datetime.date.fromisoformat(day)
    return Clocked(results, book, on, OWN).tell(LINE, (), frozenset())


def test_holds_that_stand_are_shown_with_their_next_review(
    results: DuckDBPyConnection, book: Book
) -> None:
    hold = set_hold(results, book, DESK, Terms("docket 26-1"))
    told = (
        f"legal hold {hold.id} from 2026-11-01 until it is lifted over every search and log: usage "
        "log, access log, audit data, never alpr data; to be reviewed on 2027-01-30"
    )
    assert held(results, book, "2026-11-27") == Found((told,))
    assert held(results, book, "2027-01-31").on_file[0].endswith("to be reviewed on 2027-04-30")
    lift_hold(results, book, DESK, hold.id, "docket closed")
    assert held(results, book, "2026-11-27").on_file == (
        "1 legal hold that was lifted, has ended or is yet to begin",
    )


def test_a_hold_counts_on_its_days_and_is_over_its_searches_alone(
    results: DuckDBPyConnection, book: Book
) -> None:
    first, last, after = (datetime.date(2026, 11, day) for day in (10, 20, 21))
    results.execute("UPDATE requester SET body = 'TX/far-so' WHERE government = 'TX'")
    results.execute(  # at midnight there, and a second before
        "UPDATE search SET earliest = m, latest = m FROM (VALUES (1, TIMESTAMP '2026-11-01 "
        "03:59:59'), (2, TIMESTAMP '2026-11-01 04:00:00')) v (n, m) WHERE id = n"
    )
    (found,) = listed(results)
    october = Scope(agencies=("TX/far-so",), last=datetime.date(2026, 10, 31))
    hold = set_hold(results, book, DESK, Terms("docket 26-1", october, first, last))
    assert holds(results, book) == [hold]
    assert [hold.counts(day) for day in (DESK.moment.date(), first, last, after)] == [
        False, True, True, False,
    ]  # fmt: skip
    assert covered(results, hold.scope).searches == 1
    day = datetime.timedelta(days=1)
    begins, ends = hold_days([hold], 90, OWN, first - day, first + 365 * day)
    assert [(each.day, each.kind) for each in (begins, ends)] == [
        (first, Kind.STARTS), (last, Kind.EXPIRES),
    ]  # fmt: skip
    assert "searches by TX/far-so to 2026-10-31" in ends.note
    assert f"legal hold {hold.id} from 2026-11-10 to 2026-11-20" in held(
        results, book, "2026-11-20"
    ).on_file[0]  # fmt: skip
    shown = {
        block.name: block for part in report_of(results, owner="A", made_on=first).parts
        for block in part.blocks
    }["holds"]  # fmt: skip
    assert isinstance(shown, Table)
    assert shown.rows == ((
        "docket 26-1", "searches by TX/far-so to 2026-10-31, and the logs that hold them", first,
        last, None, "usage log, access log, audit data", "alpr data", hold.id,
    ),)  # fmt: skip
    for scope, searches in [
        (Scope(), 2), (Scope(findings=(found.id,)), 2), (Scope(logs=("a1" * 32,)), 2),
        (Scope(first=datetime.date(2026, 11, 1)), 1),
    ]:  # fmt: skip
        over = covered(results, scope)
        assert (over.searches, over.logs) == (searches, (("log.csv", "a1" * 32),))
    nobody = Terms("docket 26-1", Scope(agencies=("TX/near-so",)))
    with pytest.raises(RegisterError, match="no search or log of these results"):
        set_hold(results, book, DESK, nobody)
    with pytest.raises(RegisterError, match="before it counts"):
        set_hold(results, book, DESK, Terms("docket 26-1", until=datetime.date(2026, 10, 31)))


def test_a_hold_of_before_there_were_terms_is_open_and_over_everything(
    results: DuckDBPyConnection, book: Book
) -> None:
    chain = Chain(results)
    chain.add(Entry("hold-1", 1, NIGHT, "desk", "owner_counsel", "hold set", "stands",
                    "owner_counsel", None, "docket 26-1"))  # fmt: skip
    chain.write()
    (hold,) = holds(results, book)
    assert (hold.matter, hold.scope, hold.days) == (
        "docket 26-1", Scope(), "from 2026-11-01 until it is lifted",
    )  # fmt: skip
    assert "alpr_data" in hold.never


@pytest.mark.parametrize(
    ("line", "says"), [('covers = ["usage_log", "alpr_data"]', "names alpr_data"),
                       ("never = []", "must name alpr_data")]
)  # fmt: skip
def test_no_book_makes_a_hold_extend_plate_data(tmp_path: Path, line: str, says: str) -> None:
    own = tmp_path / "book.toml"
    own.write_text(f"[legal_holds]\n{line}\n", "utf-8")
    with pytest.raises(BookError, match=says):
        read_book(own)


def test_misuse_that_was_upheld_while_no_hold_stands_is_a_gap(
    results: DuckDBPyConnection, book: Book
) -> None:
    assert held(results, book, "2026-11-27").on_file == (
        "no legal hold in the register, and no misuse upheld",
    )
    (found,) = listed(results)
    act_on(results, book, found.id, DESK, Asked(Act.UPHOLD, note="read"))
    assert held(results, book, "2026-11-27").gaps == (
        Gap("1 grave finding is upheld, and no legal hold stands", "owner_counsel"),
    )
    set_hold(results, book, DESK, Terms("docket 26-1"))
    assert held(results, book, "2026-11-27").gaps == ()


def test_a_notice_that_is_owed_is_a_gap_until_it_is_given(
    results: DuckDBPyConnection, book: Book
) -> None:
    assert clocked(results, book, "2026-11-02") == Found(("no incident in the register",))
    (found,) = listed(results)
    discover(results, book, found.id, DESK, NIGHT)
    owed = f"incident {found.id[:8]}: notice to the owner is owed within 24 hours"
    day = datetime.date(2026, 11, 2)  # at half past eleven in the evening
    assert clocked(results, book, "2026-11-01").gaps == (
        Gap(f"{owed} (contract, section 9)", "owner_counsel", day),
    )
    assert clocked(results, book, "2026-11-02").gaps[0].words == (
        f"{owed}, overdue (contract, section 9)"
    )
    give_notice(results, book, found.id, replace(DESK, moment=MORNING), "the owner", MORNING)
    assert clocked(results, book, "2026-11-27") == Found(
        (f"incident {found.id[:8]}: notice to the owner after 9.5 of 24 hours",)
    )
    assert (
        clocked(results, read_book(), "2026-11-27")
        .gaps[0]
        .words.startswith("incidents are entered, and no notice is named")
    )


def test_the_calendar_has_reviews_of_holds_and_notices_by_days_of_the_agency(
    results: DuckDBPyConnection, book: Book
) -> None:
    hold = set_hold(results, book, DESK, Terms("docket 26-1"))
    first, last = datetime.date(2026, 11, 27), datetime.date(2027, 11, 26)
    days = list(hold_days(holds(results, book), book.hold_review, OWN, first, last))
    assert [str(each.day) for each in days] == [
        "2027-01-30", "2027-04-30", "2027-07-29", "2027-10-27",
    ]  # fmt: skip
    assert {each.kind for each in days} == {Kind.REVIEW}
    lift_hold(results, book, DESK, hold.id, "docket closed")
    assert not list(hold_days(holds(results, book), book.hold_review, OWN, first, last))
    (found,) = listed(results)
    discover(results, book, found.id, DESK, NIGHT)
    running = clocks(results, book)
    (day,) = clock_days(running, OWN, datetime.date(2026, 11, 1))
    assert (str(day.day), day.kind) == ("2026-11-02", Kind.NOTICE)
    assert day.note.startswith("by 2026-11-02 23:30 EST, 24 hours after")
    (late,) = clock_days(running, OWN, first)
    assert (late.day, late.note.partition(";")[0]) == (first, "overdue")


def test_the_calendar_has_declarations_that_expire_and_not_those_that_were_revoked(
    tmp_path: Path,
) -> None:
    file = tmp_path / "declarations.csv"
    file.write_text(
        "body,from,until,revoked\nMA/a,2026-01-01,2027-01-01,\nRI/b,2026-01-01,,\n"
        "NY/c,2026-01-01,2027-01-01,2026-05-01\n", "utf-8"
    )  # fmt: skip
    (day,) = declaration_days(read_table(file, DECLARATIONS))
    assert (str(day.day), day.kind, day.title) == (
        "2027-01-01", Kind.EXPIRES, "declaration of MA/a",
    )  # fmt: skip
    assert "declarations.csv:2" in day.note


def test_the_time_between_reviews_of_a_hold_is_the_agencys_to_write(tmp_path: Path) -> None:
    own = tmp_path / "book.toml"
    own.write_text("[legal_holds]\nreview_days = 30\n", "utf-8")
    assert read_book(own).hold_review == 30
    own.write_text("[legal_holds]\nreview_days = 0\n", "utf-8")
    with pytest.raises(BookError, match="no whole number of days"):
        read_book(own)
