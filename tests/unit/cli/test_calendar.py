"""``platelaw calendar``: the days that rules name, and what of them reaches a calendar program."""

from __future__ import annotations

import json
from typing import Any

import pytest
from icalendar import Calendar, Event

from ..engine.small import owner, rule, state
from .conftest import Desk, Run

YEAR = ("--from", "2026-01-31", "--to", "2026-12-31")
LAW = (
    rule("by-date", "require keep of alpr_data\nmust train by 2026-06-30"),
    rule("every-month", "require keep of alpr_data\nmust train every 1 month by reviewer"),
    rule("after", "require search of alpr_data\nmust train within 2 days of search by reviewer"),
)


@pytest.fixture(autouse=True)
def law(desk: Desk) -> None:
    desk.write("law/law.policy", state(*LAW))


def found(desk: Desk, run: Run, *more: str) -> dict[str, Any]:
    result = run("calendar", "AA/pd", "--json", *desk.options, *more)
    assert result.exit_code == 0, result.output
    read: dict[str, Any] = json.loads(result.stdout)
    return read


def days(calendar: dict[str, Any], rule_name: str) -> list[str]:
    return [d["day"] for d in calendar["deadlines"] if d["rule"].endswith(f"/{rule_name}")]


def test_a_duty_by_a_date_stands_on_that_day_if_it_is_asked_for(desk: Desk, run: Run) -> None:
    assert days(found(desk, run, *YEAR), "by-date") == ["2026-06-30"]
    for window in (("2026-01-01", "2026-06-29"), ("2026-07-01", "2026-12-31")):
        assert days(found(desk, run, "--from", window[0], "--to", window[1]), "by-date") == []
    assert days(found(desk, run, "--from", "2026-06-30", "--to", "2026-06-30"), "by-date") != []


def test_whoever_attests_a_duty_stands_beside_it_where_nothing_else_names_anybody(
    desk: Desk, run: Run
) -> None:
    told = {each["rule"].rpartition("/")[2]: each["who"]
            for each in found(desk, run, *YEAR)["deadlines"]}  # fmt: skip
    assert (told["by-date"], told["every-month"]) == ("custodian", "reviewer")


def test_a_duty_of_every_month_falls_on_the_last_day_of_a_short_one_and_not_before_its_rule(
    desk: Desk, run: Run
) -> None:
    text = state(*LAW).replace("in force from 2020-01-01", "in force from 2026-01-31")
    desk.write("law/law.policy", text)
    assert "2026-01-31" in text
    assert days(found(desk, run, *YEAR), "every-month")[:4] == [
        "2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30",
    ]  # fmt: skip


def test_a_rule_that_starts_ends_or_is_stopped_is_told_and_its_duties_end_with_it(
    desk: Desk, run: Run
) -> None:
    text = state(LAW[1]).replace(
        "in force from 2020-01-01", "in force from 2026-03-15 until 2026-06-01"
    )
    desk.write("law/law.policy", text)
    calendar = found(desk, run, *YEAR)
    kinds = [(d["day"], d["kind"]) for d in calendar["deadlines"]]
    assert kinds == [
        ("2026-03-15", "takes effect"), ("2026-04-15", "due again"), ("2026-05-15", "due again"),
        ("2026-06-01", "ends"),
    ]  # fmt: skip


def test_a_duty_that_runs_from_an_act_has_no_day_and_stands_below(desk: Desk, run: Run) -> None:
    calendar = found(desk, run, *YEAR)
    assert days(calendar, "after") == []
    assert [each["text"] for each in calendar["standing"]] == [
        "train, within 2 days of search, by the reviewer"
    ]


def test_the_rules_of_another_agency_are_not_in_it(desk: Desk, run: Run) -> None:
    desk.write("law/owner.policy", owner(LAW[0].replace("by-date", "mine")))
    assert days(found(desk, run, *YEAR), "mine") == ["2026-06-30"]
    result = run("calendar", "BB/pd", "--json", *YEAR, *desk.options)
    assert days(json.loads(result.stdout), "mine") == []
    assert "no law of the library binds the data of BB/pd" in result.stderr


def test_dates_of_ones_own_stand_among_the_others(desk: Desk, run: Run) -> None:
    table = desk.write("own.csv", 'date,title,who\n2026-05-01,"Contract, renewal",Chief\n')
    calendar = found(desk, run, *YEAR, "--dates", str(table))
    [own] = [each for each in calendar["deadlines"] if each["kind"] == "own date"]
    assert (own["day"], own["title"], own["who"]) == ("2026-05-01", "Contract, renewal", "Chief")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("when,title\n", "line 1: has no column `date`"),
        ("date,title,cost\n", "line 1: has a column `cost`"),
        ("date,title\n2026-13-01,x\n", "line 2: `2026-13-01` is no day"),
        ("date,title\n2026-05-01,x\n2026-05-01,\n", "line 3: column `title` is blank"),
        ("date,title\n2026-05-01\n", "line 2: it does not have as many cells"),
        ("date,title\n2026-05-01,a,b\n", "line 2: it does not have as many cells"),
        ("", "line 1: has no column `date`"),
        ('date,title\n2026-05-01,"x\n', "line 2: unexpected end of data"),
    ],
)
def test_a_faulty_table_is_told_by_line_and_nothing_is_written(
    desk: Desk, run: Run, table: str, told: str
) -> None:
    place = desk.write("own.csv", table)
    target = desk.folder / "out.ics"
    result = run("calendar", "AA/pd", "--dates", str(place), "--ics", str(target), *desk.options)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not target.exists()


def test_a_calendar_program_reads_an_event_for_each_day(desk: Desk, run: Run) -> None:
    target = desk.folder / "out.ics"
    arguments = ("calendar", "AA/pd", *YEAR, "--ics", str(target), *desk.options)
    assert run(*arguments, "--remind", "14").exit_code == 0
    first = target.read_bytes()
    events = [each for each in Calendar.from_ical(first).walk("VEVENT") if isinstance(each, Event)]
    deadlines = found(desk, run, *YEAR)["deadlines"]
    assert [str(event.start) for event in events] == [each["day"] for each in deadlines]
    assert len({str(event["uid"]) for event in events}) == len(events)
    assert all("(verified:" in str(event["description"]) for event in events)
    alarms = [alarm for event in events for alarm in event.walk("VALARM")]
    assert [alarm["trigger"].to_ical() for alarm in alarms] == [b"-P14D"] * len(events)
    assert run(*arguments, "--remind", "14").exit_code == 0
    assert target.read_bytes() == first


def test_what_cannot_be_meant_is_refused(desk: Desk, run: Run) -> None:
    turned = run("calendar", "AA/pd", "--from", "2026-02-01", "--to", "2026-01-01", *desk.options)
    assert (turned.exit_code, "is before the first" in turned.stderr) == (2, True)
    alone = run("calendar", "AA/pd", "--remind", "3", *desk.options)
    assert (alone.exit_code, "--remind is about" in alone.stderr) == (2, True)
    nobody = run("calendar", "AA/pdd", *desk.options)
    assert (nobody.exit_code, "no agency `AA/pdd` is on file" in nobody.stderr) == (2, True)
