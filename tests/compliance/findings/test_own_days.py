"""Days that a person sees or must keep are the agency's own, where clocks change too."""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from platelaw.compliance.findings.acting import Act, Actor, Asked, RegisterError, act_on, handed_on
from platelaw.compliance.findings.admin_events import AdminEvent
from platelaw.compliance.findings.book import Step, read_book
from platelaw.compliance.findings.checks import Context
from platelaw.compliance.findings.kept import Kept
from platelaw.compliance.findings.own_tables import OwnTable, TableRow
from platelaw.compliance.findings.reviewing import Reviewing, review
from platelaw.compliance.findings.showing import evidence, listed, records
from platelaw.compliance.own_days import OwnDays, days_of_agency, days_of_results
from platelaw.compliance.results.store import open_results
from platelaw.dsl.check import Checked
from platelaw.dsl.syntax import Layer
from platelaw.engine.audit.judging import Judge
from platelaw.engine.audit.layouts import plain
from platelaw.engine.decision import Engine
from platelaw.engine.library import shipped_registry

from .building import FAR, Log

OWN = OwnDays(ZoneInfo("America/New_York"))
BOOK = read_book()
SECOND = datetime.timedelta(seconds=1)
# The first moments of days in Connecticut, in UTC; clocks change on the second and the fourth.
BEGINS = {
    "2026-03-07": "2026-03-07 05:00:00", "2026-03-08": "2026-03-08 05:00:00",
    "2026-03-09": "2026-03-09 04:00:00", "2026-11-01": "2026-11-01 04:00:00",
    "2026-11-02": "2026-11-02 05:00:00",
}  # fmt: skip


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def at(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text)


@pytest.mark.parametrize(("date", "moment"), BEGINS.items())
def test_a_day_is_from_midnight_there_to_midnight_in_python_and_in_sql(
    date: str, moment: str, results: Path
) -> None:
    begin = at(moment)
    assert OWN.begin(day(date)) == begin
    assert (OWN.day(begin - SECOND), OWN.day(begin)) == (
        day(date) - datetime.timedelta(days=1), day(date),
    )  # fmt: skip
    assert OWN.end(day(date)) == OWN.begin(day(date) + datetime.timedelta(days=1))
    with open_results(results) as opened:
        assert days_of_results(opened) == OWN
        told = opened.execute(
            "SELECT day_begin(?), own_day(?), own_day(?), own_time(?)",
            [date, begin - SECOND, begin, begin],
        ).fetchone()
    assert told == (begin, OWN.day(begin - SECOND), day(date), at(f"{date} 00:00:00"))


def test_days_on_which_the_clock_is_changed_have_23_and_25_hours() -> None:
    hours = [(OWN.end(day(date)) - OWN.begin(day(date))).total_seconds() / 3600 for date in BEGINS]
    assert hours == [24, 23, 24, 25, 24]
    assert OWN.told(at("2026-11-01 05:30:00")) == "2026-11-01 01:30 EDT"
    assert OWN.told(at("2026-11-01 06:30:09"), seconds=True) == "2026-11-01 01:30:09 EST"


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    log = Log({"take him": ("example_use", True)})
    for moment in ("2026-11-02 04:59:59", "2026-11-02 05:00:00"):
        frame = at("2026-01-01"), at("2026-11-01")
        log.search(organization=FAR, reason="take him", verdict="shown unlawful", at=at(moment),
                   frame=frame)  # fmt: skip
        log.search(account="u1", at=at(moment))
    return log.make(tmp_path_factory.mktemp("results") / "year.results")


def test_results_of_before_have_the_same_days(results: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    older.write_bytes(results.read_bytes())
    with open_results(older, read_only=False) as opened:
        for name in ("own_day", "day_begin", "own_time"):
            opened.execute(f"DROP MACRO main.{name}")
    with open_results(older) as opened:
        told = opened.execute("SELECT own_day(max(latest)) FROM search").fetchone()
    assert told == (day("2026-11-02"),)


@pytest.mark.parametrize(
    ("night", "found"),
    [
        ("2026-03-08 04:59:59", "2026-03-07"),
        ("2026-03-08 05:00:00", "2026-03-08"),
        ("2026-11-02 04:59:59", "2026-11-01"),
        ("2026-11-02 05:00:00", "2026-11-02"),
    ],
)
def test_what_is_found_before_midnight_there_is_due_by_the_day_before(
    results: Path, tmp_path: Path, night: str, found: str
) -> None:
    copy = tmp_path / "r"
    copy.write_bytes(results.read_bytes())
    moment, opened_on = at(night), day(found)
    with open_results(copy, read_only=False) as opened:
        roster = OwnTable("roster.csv", "ab" * 32, (
            TableRow(2, {"account": "u1", "active_from": "2026-11-02"}),
        ))  # fmt: skip
        context = Context(opened, BOOK, "CT", roster=roster)
        review(Reviewing(context, {}, moment, ("use-plainly-stated", "account-inactive")))
        plainly, inactive = listed(opened)
        assert plainly.due == opened_on + datetime.timedelta(days=2)
        days = [plainly.measure[name] for name in ("first_day", "last_day")]
        assert days == ["2026-11-01", "2026-11-02"]
        assert (inactive.searches, inactive.measure["last_day"]) == (1, "2026-11-01")
        actor = Actor("desk", "owner_counsel", moment)
        late = Asked(Act.ASSIGN, "owner_counsel", opened_on - datetime.timedelta(days=1))
        with pytest.raises(RegisterError, match="has passed"):
            act_on(opened, BOOK, plainly.id, actor, late)
        act_on(opened, BOOK, plainly.id, actor, Asked(Act.ASSIGN, "owner_counsel", opened_on))
        entry = act_on(opened, BOOK, plainly.id, actor, Asked(Act.ESCALATE, note="now"))
        assert entry.due == opened_on + datetime.timedelta(days=14)
        assert entry.note == f"now [due {entry.due}: 14 days after it was opened]"


def test_declarations_kept_days_and_approvals_count_from_midnight_there(
    results: Path, tmp_path: Path
) -> None:
    second = day("2026-11-02")
    declared = OwnTable("declared.csv", "ab" * 32, (
        TableRow(2, {"body": "TX/far-so", "from": f"{second}"}),
    ))  # fmt: skip
    matter = BOOK.words["export_entities"][0]
    approved = OwnTable("approved.csv", "cd" * 32, (
        TableRow(2, {"matter": matter, "requester": "u1", "approver": "u2", "day": f"{second}"}),
    ))  # fmt: skip
    events = [
        AdminEvent(("events.csv", "ef" * 32), line, at(moment), "u1", "create", plain(matter), {})
        for line, moment in enumerate(("2026-11-02 04:59:59", "2026-11-02 05:00:00"), start=2)
    ]
    copy = tmp_path / "r"
    copy.write_bytes(results.read_bytes())
    with open_results(copy, read_only=False) as opened:
        opened.execute("UPDATE requester SET body = 'TX/far-so' WHERE government = 'TX'")
        book = replace(BOOK, declaring={"CT": ("TX",)})
        context = Context(
            opened, book, "CT", kept=(Kept(second, None, 21),), declarations=declared,
            approvals=approved, events=events,
        )  # fmt: skip
        review(Reviewing(context, {}, at("2026-11-27"), (
            "declaration-missing", "look-back", "bulk-export",
        )))  # fmt: skip
        told = {one.check: one for one in listed(opened)}
        lines = {
            name: [row.line for row in evidence(opened, one.id, most=9)]
            or [line for _, _, line in records(opened, one.id, most=9)]
            for name, one in told.items()
        }
    assert lines == {"declaration-missing": [2], "look-back": [4], "bulk-export": [2]}
    assert told["bulk-export"].measure["first_day"] == "2026-11-01"


def test_the_next_of_a_path_has_the_day_of_the_book_or_a_day_to_read_it() -> None:
    opened, step = day("2026-11-01"), Step("owner_counsel", 7)
    for today, due, why in [
        ("2026-11-04", "2026-11-08", "7 days after it was opened"),
        ("2026-11-07", "2026-11-08", "7 days after it was opened"),
        ("2026-11-08", "2026-11-09", "1 day after it was handed on, as 2026-11-08, 7 days after it "
         "was opened, is too near"),
        ("2026-11-20", "2026-11-21", "1 day after it was handed on, as 2026-11-08, 7 days after it "
         "was opened, has passed"),
    ]:  # fmt: skip
        assert handed_on(step, opened, day(today), 1) == (day(due), f"[due {due}: {why}]")
    assert handed_on(Step("records_supervisor", None), opened, opened, 1) == (None, "")
    assert handed_on(None, opened, opened, 2)[0] == day("2026-11-03")


def test_an_agency_counts_days_by_a_policy_that_binds_it_and_by_no_others(checked: Checked) -> None:
    library, registry = checked.library, shipped_registry()
    assert library is not None
    own = registry.bodies["CT/darien-pd"].policy
    elsewhere = replace(library, policies=tuple(
        policy if policy.layer is not Layer.OWNER or policy.name == own
        else replace(policy, zone="America/Chicago")
        for policy in library.policies
    ))  # fmt: skip
    zones = {policy.zone for policy in elsewhere.policies}
    assert zones == {"America/New_York", "America/Chicago"}
    assert days_of_agency(elsewhere, registry, "CT/darien-pd") == OWN
    assert Judge(Engine(elsewhere, registry), registry.bodies["CT/darien-pd"]).zone == OWN.zone.key
