"""Days, hours and periods of reports are those of the agency's zone; moments stay in UTC."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from duckdb import DuckDBPyConnection

from platelaw.cli import platelaw
from platelaw.compliance.reports.as_json import report_json
from platelaw.compliance.reports.filed.definition import definitions
from platelaw.compliance.reports.filed.filing import FiledReport, filed
from platelaw.compliance.reports.filed.form import filled
from platelaw.compliance.reports.making import report_of
from platelaw.compliance.reports.page import html
from platelaw.compliance.reports.view import Chart, Report, Table

from .. import made
from .forms import usage

TODAY = datetime.date(2026, 11, 27)
# Moments in UTC and the days that they are of in Connecticut.
WINTER = "2026-01-15 04:59:59", "2026-01-15 05:00:00"  # midnight is at five
SPRING = "2026-03-08 06:59:59", "2026-03-08 07:00:00", "2026-03-09 03:59:59"  # a day of 23 hours
AUTUMN = "2026-11-01 04:00:00", "2026-11-01 05:30:00", "2026-11-01 06:30:00", "2026-11-02 04:59:59"
HALF = "2026-07-01 03:59:59", "2026-07-01 04:00:00"  # the border of two half years, in summer
YEAR = "2026-01-01 04:59:59", "2026-01-01 05:00:00"


def results_at(path: Path, *moments: str, zone: str = "America/New_York") -> DuckDBPyConnection:
    """Results of searches at these moments, in UTC."""
    opened = made.made(path, len(moments), findings=False)
    opened.execute("UPDATE about SET value = ? WHERE name = 'zone'", [zone])
    for id_, moment in enumerate(moments):
        opened.execute(
            "UPDATE search SET earliest = $at, latest = $at, repeated = 0, judgment = 2 "
            "WHERE id = $id",
            {"at": moment, "id": id_},
        )
    return opened


def report_at(path: Path, *moments: str, zone: str = "America/New_York") -> Report:
    with results_at(path, *moments, zone=zone) as opened:
        return report_of(opened, owner="Example", made_on=TODAY)


def by_time(report: Report, name: str = "verdicts_over_time") -> dict[datetime.date, float]:
    """How many searches a chart counts at each time at which there are some."""
    (chart,) = (
        block for part in report.parts for block in part.blocks
        if isinstance(block, Chart) and block.name == name
    )  # fmt: skip
    sums = [sum(filter(None, each)) for each in zip(*(s.values for s in chart.series), strict=True)]
    return {time: count for time, count in zip(chart.times, sums, strict=True) if count}


def by_hour(report: Report) -> dict[str, int]:
    (found,) = (
        block for part in report.parts for block in part.blocks
        if isinstance(block, Table) and block.name == "hours"
    )  # fmt: skip
    return {str(row[0])[:2]: int(str(row[1])) for row in found.rows}


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def test_a_search_before_midnight_there_is_of_the_day_before(tmp_path: Path) -> None:
    report = report_at(tmp_path / "r", *WINTER)
    for name in ("verdicts_over_time", "relations_over_time"):
        assert by_time(report, name) == {day("2026-01-14"): 1, day("2026-01-15"): 1}
    assert by_hour(report) == {"00": 1, "23": 1}
    assert (report.first, report.last) == (day("2026-01-14"), day("2026-01-15"))


def test_days_on_which_the_clock_is_changed_have_23_and_25_hours(tmp_path: Path) -> None:
    spring = report_at(tmp_path / "spring", *SPRING, "2026-03-09 04:00:00")
    assert by_time(spring) == {day("2026-03-08"): 3, day("2026-03-09"): 1}
    assert by_hour(spring) == {"00": 1, "01": 1, "03": 1, "23": 1}  # there is no hour 2
    autumn = report_at(tmp_path / "autumn", *AUTUMN, "2026-11-02 05:00:00")
    assert by_time(autumn) == {day("2026-11-01"): 4, day("2026-11-02"): 1}
    assert by_hour(autumn) == {"00": 2, "01": 2, "23": 1}  # hour 1 comes twice


def test_the_zone_is_that_of_the_results_and_is_said(tmp_path: Path) -> None:
    report = report_at(tmp_path / "r", *WINTER, zone="America/Chicago")
    assert by_time(report) == {day("2026-01-14"): 2}
    assert "days are those of America/Chicago." in html(report)
    assert report_json(report)["zone"] == "America/Chicago"
    quarter = report_at(tmp_path / "q", "2026-01-14 18:14:59", "2026-01-14 18:15:00",
                        zone="Asia/Kathmandu")  # fmt: skip
    assert by_time(quarter) == {day("2026-01-14"): 1, day("2026-01-15"): 1}


@pytest.mark.parametrize(
    ("first", "last", "moments", "count"),
    [
        ("2026-01-01", "2026-06-30", (*YEAR, *HALF), 2),
        ("2026-07-01", "2026-12-31", HALF, 1),
        ("2025-07-01", "2025-12-31", YEAR, 1),
        ("2026-03-08", "2026-03-08", (*SPRING, "2026-03-09 04:00:00"), 3),
        ("2026-11-01", "2026-11-01", (*AUTUMN, "2026-11-02 05:00:00"), 4),
    ],
)
def test_a_period_begins_and_ends_at_midnight_there(
    tmp_path: Path, first: str, last: str, moments: tuple[str, ...], count: int
) -> None:
    with results_at(tmp_path / "r", *moments) as opened:
        report = reported(opened, first, last)
    (counted,) = (table for table in report.tables if table.name == "searches")
    assert counted.rows == (("all", count),)
    assert "Days of counted searches are those of America/New_York." in report.notes


def reported(opened: DuckDBPyConnection, first: str, last: str) -> FiledReport:
    return filed(filled(usage(first, last), definitions()["ct/usage"]), opened, TODAY)


def test_what_was_not_read_is_told_by_days_there(tmp_path: Path) -> None:
    with results_at(tmp_path / "r", *HALF) as opened:
        told = reported(opened, "2026-06-30", "2026-07-02").notes[-1]
    assert "hold searches from 2026-06-30 to 2026-07-01" in told


def test_results_keep_moments_in_utc(tmp_path: Path) -> None:
    path = tmp_path / "r"
    results_at(path, *WINTER).close()
    query = "SELECT earliest FROM search ORDER BY 1"
    ran = CliRunner().invoke(platelaw, ["results", "query", str(path), query])
    assert ran.exit_code == 0, ran.output
    assert "2026-01-15 04:59:59" in ran.stdout
