"""A report says what the results say, shows nobody, and tells of each number how it came about."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from duckdb import DuckDBPyConnection

from platelaw.cli import platelaw
from platelaw.compliance.reports.as_json import report_json, report_text
from platelaw.compliance.reports.charts import picture
from platelaw.compliance.reports.law_words import asked_in_words
from platelaw.compliance.reports.making import report_of
from platelaw.compliance.reports.page import html
from platelaw.compliance.reports.view import Chart, Report, Series, Table, Tone
from platelaw.compliance.reports.words import OF_LAW, share
from platelaw.engine.library import shipped

from .. import made

ROWS = 4000
TODAY = datetime.date(2026, 11, 27)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("results") / "year.results"
    made.made(path, ROWS).close()
    return path


@pytest.fixture(scope="module")
def results(place: Path) -> Iterator[DuckDBPyConnection]:
    import duckdb

    with duckdb.connect(str(place), read_only=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def report(results: DuckDBPyConnection) -> Report:
    return report_of(results, owner="Example Police Department", made_on=TODAY)


def table(report: Report, name: str) -> Table:
    (found,) = (
        block for part in report.parts for block in part.blocks
        if isinstance(block, Table) and block.name == name
    )  # fmt: skip
    return found


def test_every_search_counts_once_in_verdicts_and_in_who_searched(report: Report) -> None:
    counted = ROWS - ROWS // 50
    for name in ("verdicts", "relations"):
        assert sum(int(str(row[1])) for row in table(report, name).rows) == counted
    told = report.summary[0].text
    assert told.startswith(f"{counted:,} searches of plate data of Example Police Department")
    assert sum(int(str(row[1])) for row in table(report, "repeats").rows) == ROWS // 50


def test_a_share_of_nothing_is_no_share() -> None:
    times = tuple(datetime.date(2026, month, 1) for month in (1, 2, 3))
    line = Series("none", Tone.ASK, (0.5, None, 1.0))
    drawn = picture(Chart("c", "Shares", times, (line,), "totals", is_share=True), "month")
    assert drawn.count("<polyline") == 2
    assert drawn.count("<circle") == 2


def test_charts_add_up_to_the_tables(report: Report) -> None:
    charts = {
        block.name: block for part in report.parts for block in part.blocks
        if isinstance(block, Chart)
    }  # fmt: skip
    verdicts = {row[0]: row[1] for row in table(report, "verdicts").rows}
    for series in charts["verdicts_over_time"].series:
        assert sum(filter(None, series.values)) == verdicts[series.label]
    assert [f"{time:%m}" for time in charts["verdicts_over_time"].times] == [
        f"{month:02}" for month in range(1, 12)
    ]


def test_what_to_do_next_is_what_is_open_the_gravest_first(report: Report) -> None:
    assert report.steps is not None
    assert [row[1:4] for row in report.steps.rows] == [
        ("records supervisor", datetime.date(2026, 11, 30), "serious"),
        ("records custodian", datetime.date(2026, 11, 20), "to be read"),
        ("owner counsel", datetime.date(2026, 12, 15), "to be read"),
    ]
    assert "3 findings are open, 1 serious; 1 past the day it was due." in [
        sentence.text for sentence in report.summary
    ]


def test_uses_that_are_plainly_named_under_the_law_come_first(
    report: Report, results: DuckDBPyConnection
) -> None:
    (count,) = results.execute(
        "SELECT count(*) FROM search WHERE repeated = 0 AND reason = 106 AND judgment <> 5"
    ).fetchone() or (0,)
    assert report.summary[1].text == (
        f"{count} searches plainly name immigration enforcement: read these first, whatever their "
        "verdict (`platelaw findings list RESULTS --check use-plainly-stated`)."
    )
    assert "<code>platelaw findings list RESULTS" in html(report)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Twelve kinds of findings to be read, the plainly named uses due last and the smallest."""
    with made.made(tmp_path_factory.mktemp("crowded") / "own.results", 500) as opened:
        for number in range(12):
            check = "use-plainly-stated" if number == 11 else "random-sample"
            opened.execute(
                "INSERT INTO finding VALUES (?, ?, 'review', ?, '{}', '{}', 'T3', '', '', ?, "
                "'2026-11-26 10:00')", [f"g{number}", check, f"Kind {number}", 100 - number],
            )  # fmt: skip
            opened.execute(
                "INSERT INTO finding_event VALUES (?, 1, '2026-11-26 10:00', 'a', 'a', 'found', "
                "'open', 'auditor', ?, '', ?, '', '', 'e')",
                [f"g{number}", f"2027-01-{number + 1:02}", 100 + number],
            )
        opened.execute(
            "UPDATE cell SET state = 'not exported', says_nothing = false "
            "WHERE field IN ('case_number', 'reason')"
        )
        opened.execute("DELETE FROM indicated")
        return report_of(opened, owner="An agency", made_on=TODAY, file="own.results")


def test_steps_say_what_they_leave_out_and_how_to_see_it(crowded: Report) -> None:
    assert crowded.steps is not None
    firsts = [row[0] for row in crowded.steps.rows[:3]]
    assert firsts == [
        "Searches whose text names a barred use",
        "Kind 11",
        "Reasons that say nothing",
    ]
    for told in (report_text(crowded), re.sub("</?code>", "`", html(crowded))):
        assert "7 more rows are left out. `platelaw findings list own.results` shows all." in told
        assert "Kind 10" in told
    assert [row[0] for row in table(crowded, "findings").rows][:2] == firsts[:2]


def test_columns_that_were_not_exported_are_no_share_and_no_scandal(crowded: Report) -> None:
    (chart,) = (block for part in crowded.parts for block in part.blocks
                if block.name == "unexplained_over_time")  # fmt: skip
    assert isinstance(chart, Chart)
    assert (chart.series, chart.note) == ((), "Reason: not exported. Case number: not exported.")
    assert "Reason: not exported." in html(crowded)
    (named,) = (block for part in crowded.parts for block in part.blocks
                if block.name == "named_over_time")  # fmt: skip
    assert isinstance(named, Chart)
    assert (named.series, named.note) == ((), "None; reasons were not exported.")
    told = report_text(crowded).replace("\n  ", " ")
    assert "The reasons and case numbers of all searches were not exported" in told
    assert "ask the vendor for an export with reasons and case numbers" in told
    assert "No reason names a use" not in told
    assert "plainly name a use looked for" not in {each.label for each in crowded.figures}


def test_why_it_cannot_be_told_counts_the_facts_and_picks_none(report: Report) -> None:
    told = next(each.text for each in report.summary if "cannot be told" in each.text)
    assert "no search log holds 1 fact that rules wait for, which is missing at all of them" in told
    assert "mostly" not in told
    assert re.search(r"; blank, at [\d,]+ searches \(reason of the request\)", told)


def test_every_number_leads_to_a_question_that_gives_it_again(
    report: Report, results: DuckDBPyConnection
) -> None:
    asked = {question.name: question for question in report.questions}
    blocks = [block for part in report.parts for block in part.blocks]
    leads = [*report.summary, *report.figures, *blocks]
    assert {each.how for each in leads} <= set(asked)
    found = dict(results.execute(asked["verdicts"].sql).fetchall())
    assert found == {row[0]: row[1] for row in table(report, "verdicts").rows}
    assert all(question.method.endswith(".") for question in report.questions)
    page = html(report)
    ids = set(re.findall(r' id="([\w-]+)"', page))
    assert set(re.findall(r' href="#([\w-]+)"', page)) <= ids


def test_every_number_that_comes_from_rules_leads_to_the_law_and_others_say_so(
    report: Report,
) -> None:
    asked = {question.name for question in report.questions}
    assert asked > OF_LAW
    page = html(report)
    (tile,) = re.findall(r'<li class="tile breach"><strong>[^<]+</strong><span>shown.*?</li>', page)
    assert 'href="#how-verdicts"' in tile
    assert 'href="#law"' in tile
    assert page.count("It rests on no rule of law") == len(asked - OF_LAW)
    assert 'href="#law"' not in html(replace(report, summary=report.summary[:1], figures=(),
                                             steps=None, parts=(), questions=()))  # fmt: skip


def test_what_a_check_counts_stands_once_below_the_findings(report: Report) -> None:
    assert table(report, "checks").rows == (
        ("Reasons that say nothing", "Searches without a reason."),
    )
    assert "computed" not in str(table(report, "findings").rows)


def test_findings_say_each_thing_once_and_files_their_digest(report: Report) -> None:
    shown = table(report, "findings")
    rows = [dict(zip((column.title for column in shown.columns), row, strict=True))
            for row in shown.rows]  # fmt: skip
    assert (rows[0]["about"], rows[0]["measured"]) == ("organization: Houston TX PD", "")
    assert (rows[0]["rests on"], rows[0]["wording"], rows[0]["id"]) == (
        "Public Act 26-14, section 13(c)", "secondary", "f1",
    )  # fmt: skip
    assert table(report, "sources").columns[1].title == "SHA-256"


def test_charts_begin_with_the_first_day_of_the_data_and_not_before(tmp_path: Path) -> None:
    with made.made(tmp_path / "some.results", 2000, findings=False) as opened:
        opened.execute("DELETE FROM search WHERE earliest < '2026-08-01 12:00' "
                       "OR earliest > '2026-11-20'")  # fmt: skip
        report = report_of(opened, owner="An agency", made_on=TODAY)
    (chart,) = (block for part in report.parts for block in part.blocks
                if block.name == "verdicts_over_time")  # fmt: skip
    assert isinstance(chart, Chart)
    assert report.unit == "week"
    assert chart.times[0] == report.first
    assert chart.times[1] == datetime.date(2026, 8, 3)


def test_a_time_at_the_rim_of_a_chart_is_not_cut_off() -> None:
    times = tuple(datetime.date(2026, 1, 1) + datetime.timedelta(days=n) for n in range(25))
    chart = Chart("c", "C", times, (Series("s", Tone.FINE, (1,) * 25),), "c")
    shown = picture(chart, "day")
    assert shown.count('class="time rim" x="540"') == 1
    assert shown.count('class="time"') == 6


def test_every_reading_has_a_question_in_words_and_no_question_is_of_none() -> None:
    names = set[str]()
    for text in (file.read_text("utf-8") for state in shipped().iterdir() if state.is_dir()
                 for file in state.iterdir() if file.name == "vocabulary.policy"):  # fmt: skip
        names |= set(re.findall(r"^reading (\w+) ", text, re.MULTILINE))
    asked = asked_in_words()
    assert set(asked) == names
    assert all(question.endswith("?") for question in asked.values())


def test_what_is_missing_stands_in_words_before_its_name(report: Report) -> None:
    shown = {row[-1]: row[:2] for row in table(report, "missing").rows}
    assert shown["request.recipients"] == ("recipients of the request", "no search log holds it")


def test_no_reason_no_phrase_and_no_whole_token_stands_in_a_report(report: Report) -> None:
    shown = html(report) + json.dumps(report_json(report))
    reasons = [value for _, value, *_ in made.REASONS if value and value != "investigation"]
    assert not [text for text in [*reasons, "a phrase", "5f" * 16, "0f" * 16] if text in shown]
    assert "account: 5f5f5f5f…" in shown


def test_a_name_that_holds_markup_stays_a_name(report: Report) -> None:
    assert "Task Force &lt;b&gt;One&lt;/b&gt;" in html(report)
    assert "<b>One</b>" not in html(report)


def test_results_without_searches_and_without_findings_make_a_report(tmp_path: Path) -> None:
    with made.made(tmp_path / "empty.results", 0, findings=False) as opened:
        report = report_of(opened, owner="An agency", made_on=TODAY)
        opened.execute("UPDATE source SET state = 'reading' WHERE id = 2")
        broken_off = report_of(opened, owner="An agency", made_on=TODAY)
    told = [sentence.text for sentence in report.summary]
    assert told == [
        "No search stands in the 2 files that were read.",
        "2 records could not be read and stand in no count.",
    ]
    assert [sentence.text for sentence in broken_off.summary] == [
        *told, "1 file was not read to the end: all counts are too low."
    ]  # fmt: skip
    assert "Nobody has reviewed these results yet" in report.steps_note
    assert "Nobody has reviewed" in html(report)


def test_a_warning_that_the_log_is_another_agencys_comes_before_all_numbers(tmp_path: Path) -> None:
    with made.made(tmp_path / "wrong.results", 100, findings=False) as opened:
        opened.execute("INSERT INTO note VALUES ('WARNING: whose log is it?'), ('Days are long.')")
        report = report_of(opened, owner="An agency", made_on=TODAY)
    assert report.summary[0].text == "WARNING: whose log is it?"
    assert "WARNING: whose log is it?" in html(report)
    assert report.notes[0] == "Days are long."


def test_a_foreign_log_is_called_simulated_before_anything_else(tmp_path: Path) -> None:
    with made.made(tmp_path / "foreign.results", 100, findings=False) as opened:
        opened.execute("UPDATE about SET value = 'yes' WHERE name = 'simulated'")
        report = report_of(opened, owner="An agency", made_on=TODAY)
    assert report.title == "Simulated audit: another agency's log under the law for An agency"
    assert report.summary[0].text.startswith("SIMULATED: 98 searches of another agency's log from")
    assert "of plate data of An agency from" not in html(report)


def test_a_share_is_never_rounded_to_none_or_all() -> None:
    assert [share(1, 5000), share(4999, 5000), share(1, 3), share(1, 40)] == [
        "less than 0.1%", "more than 99.9%", "33%", "2.5%",
    ]  # fmt: skip
    assert [share(0, 5), share(5, 5), share(0, 0)] == ["0%", "100%", "none"]


def test_the_command_writes_the_page_and_prints_the_summary(place: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    ran = CliRunner().invoke(platelaw, ["report", str(place), "--html", str(page)])
    assert ran.exit_code == 0, ran.output
    assert page.read_text("utf-8").startswith("<!doctype html>")
    ran = CliRunner().invoke(platelaw, ["report", "audit", str(place), "--on", "2026-11-27"])
    assert (
        "records supervisor, by 2026-11-30; Public Act 26-14, section 13(c) (secondary)"
        in ran.output
    )
    ran = CliRunner().invoke(platelaw, ["report", str(place), "--json"])
    assert json.loads(ran.stdout)["figures"][0]["label"] == "plainly name a use looked for"


def test_a_file_that_holds_no_results_is_refused_in_words(tmp_path: Path) -> None:
    ran = CliRunner().invoke(platelaw, ["report", str(tmp_path / "none.results")])
    assert ran.exit_code == 2
    assert "there is no such file" in ran.output
