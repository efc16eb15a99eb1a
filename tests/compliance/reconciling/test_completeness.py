"""What other logs and public pages tell of an export, and what it can support then."""

from __future__ import annotations

import datetime
import json
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.compliance.findings.book import read_book
from platelaw.compliance.findings.checks import Context
from platelaw.compliance.findings.reviewing import Reviewing, review
from platelaw.compliance.findings.showing import Listed, listed
from platelaw.compliance.findings.verifying import verify
from platelaw.compliance.reconciling.completeness import completeness
from platelaw.compliance.reconciling.entering import enter
from platelaw.compliance.reconciling.estimating import estimated
from platelaw.compliance.reconciling.overlaps import Overlaps, overlaps
from platelaw.compliance.reports.making import report_of
from platelaw.compliance.reports.view import Table
from platelaw.compliance.results.store import open_results

from .results_made import OTHER, OWN, START, Row, results

PAGE = """Transparency Portal
Example CT PD
Transparency Portal

Last updated: Wed Nov 04 2026

Number of Searches

Total user search sessions over the last 30 days.

{count}
"""


def beside(own: Path, others: Sequence[Path]) -> Overlaps:
    opened = open_results(own)
    try:
        return overlaps(opened, others, 0.95)
    finally:
        opened.close()


def ids(numbers: Sequence[int], **more: str) -> list[Row]:
    return [Row(60 * number, f"id-{number}", **more) for number in numbers]  # type: ignore[arg-type]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(platelaw, ["reconcile", *map(str, arguments)])


def test_what_other_logs_hold_and_the_export_lacks_is_named_once(tmp_path: Path) -> None:
    own = results(tmp_path / "own", ids([0, 1, 2, 3, 9]), own_searches=True)
    first = results(tmp_path / "a", [*ids([1, 2, 5]), *ids([6], body=OTHER)], owner=OTHER)
    second = results(tmp_path / "b", ids([3, 5, 40]), owner="CT/third-pd")
    found = beside(own, [first, second])
    assert [(each.search_id, len(each.logs)) for each in found.missing] == [("id-5", 2)]
    assert (found.own, found.together.seen, found.together.both, found.lacks) == (5, 4, 3, 1)
    assert [(each.seen, each.both, each.elsewhen) for each in found.others] == [
        (3, 2, 0),
        (2, 1, 1),
    ]


def test_without_ids_searches_are_told_apart_by_second_and_networks(tmp_path: Path) -> None:
    own = results(tmp_path / "own", [Row(0), Row(10), Row(90)], own_searches=True)
    other = results(tmp_path / "a", [Row(10, "x"), Row(11, "y"), Row(90, "z", networks=3)],
                    owner=OTHER)  # fmt: skip
    found = beside(own, [other])
    assert found.key == "second and networks"
    assert (found.together.seen, found.together.both) == (3, 1)


def test_the_interval_holds_the_true_share_as_often_as_it_says() -> None:
    chance = random.Random(8)
    hits, tries = 0, 60
    for _ in range(tries):
        own = {n for n in range(3000) if chance.random() < 0.9}
        other = {n for n in range(3000) if chance.random() < 0.1}
        found = estimated(len(own), len(other), len(own & other), 0.95)
        hits += found.low <= len(own) / 3000 <= found.high
        assert found.total is not None
        assert abs(found.total - 3000) < 450
    assert hits >= 0.9 * tries


def test_an_estimate_by_hand() -> None:
    found = estimated(200, 100, 80, 0.95)
    assert found.total == 250  # (201 * 101 / 81) - 1 = 249.6
    assert found.unseen == 30  # of 220 that are in one of the lists
    assert found.share == 0.8
    assert (round(found.low, 3), round(found.high, 3)) == (0.708, 0.873)
    assert estimated(5, 6, 3, 0.95).total is None
    none = estimated(5, 6, 0, 0.95)
    assert (none.low, none.most) == (0.0, None)


def test_the_score_interval_takes_over_where_the_exact_one_would_take_long() -> None:
    exact, score = estimated(9000, 6000, 4001, 0.95), estimated(9000, 6000, 3999, 0.95)
    assert abs(exact.low - score.low) < 0.002
    assert abs(exact.high - score.high) < 0.002


@pytest.mark.parametrize(("kept", "answer", "code"), [(200, "yes", 0), (150, "no", 1)])
def test_an_export_below_the_share_asked_for_cannot_support_no_violation(
    tmp_path: Path, kept: int, answer: str, code: int
) -> None:
    own = results(tmp_path / "own", ids([*range(kept), 250]), own_searches=True)
    other = results(tmp_path / "a", ids(range(200)), owner=OTHER)
    done = run(own, "--with", other, "--json")
    told = json.loads(done.stdout)
    assert told["completeness"]["supports_no_violation"] == answer
    assert told["other_logs"]["lacks"] == 200 - kept
    assert len(told["other_logs"]["missing"]) == 200 - kept
    assert done.exit_code == code
    assert "Chapman" in run(own, "--with", other).stdout


def test_a_page_can_only_show_that_an_export_lacks_some(tmp_path: Path) -> None:
    midnight = (datetime.datetime(2026, 11, 6, 5) - START).total_seconds()  # there: two days later
    night = Row(midnight - 1, "before"), Row(midnight, "after")
    own = results(tmp_path / "own", [*ids(range(70)), *night], own_searches=True)
    for count, answer in (("71", "not known"), ("1,000", "no")):
        page = tmp_path / "page.txt"
        page.write_text(PAGE.format(count=count), "utf-8")
        told = json.loads(run(own, "--page", page, "--json").stdout)
        assert told["pages"][0]["exported"] == 71
        assert told["completeness"]["supports_no_violation"] == answer


def test_a_page_counts_the_searches_of_its_own_agency_and_is_held_against_these(
    tmp_path: Path,
) -> None:
    both = results(tmp_path / "both", [*ids(range(71)), *ids(range(71, 400), body=OTHER)])
    page = tmp_path / "page.txt"
    for count, remark in (("71", ""), ("50", ""), ("20", "holds far more"), ("300", "far fewer")):
        page.write_text(PAGE.format(count=count), "utf-8")
        (told,) = json.loads(run(both, "--page", page, "--json").stdout)["pages"]
        assert (told["exported"], told["of_others"]) == (71, 329)
        assert (remark in told["remark"]) if remark else not told["remark"]
    assert "holds 71 of the agency's own, beside 329 of others" in run(both, "--page", page).stdout


def test_a_forgotten_option_is_no_fault_of_the_vendor(tmp_path: Path) -> None:
    forgot = results(tmp_path / "own.results", ids(range(200), body=OTHER))
    other = results(tmp_path / "a", ids(range(200)), owner=OTHER)
    page = tmp_path / "page.txt"
    page.write_text(PAGE.format(count="200"), "utf-8")
    told = json.loads(run(forgot, "--with", other, "--page", page, "--json").stdout)
    assert told["completeness"]["supports_no_violation"] == "not known"
    assert told["completeness"]["reasons"] == ["not one of its searches is surely the agency's own"]
    again = f"platelaw audit export.csv --owner {OWN} --own-searches --results {tmp_path}/own-own"
    assert again in told["hint"]
    assert run(forgot, "--with", other).stdout.startswith("Not one search of these results")
    done = results(tmp_path / "own", ids(range(200)), own_searches=True)
    assert json.loads(run(done, "--with", other, "--json").stdout)["hint"] == ""


def test_an_export_that_was_not_read_to_its_end_supports_nothing(tmp_path: Path) -> None:
    own = results(tmp_path / "own", ids(range(50)), own_searches=True, state="reading")
    other = results(tmp_path / "a", ids(range(50)), owner=OTHER)
    told = json.loads(run(own, "--with", other, "--json").stdout)
    assert told["completeness"]["supports_no_violation"] == "no"
    assert told["completeness"]["reasons"][0] == "export.csv was not read to its end"


def test_bad_input_is_told_with_its_mend(tmp_path: Path) -> None:
    own = results(tmp_path / "own", ids([1]), own_searches=True)
    foreign = results(tmp_path / "foreign", ids([1]), simulated=True)
    page = tmp_path / "page.txt"
    page.write_text("Nothing of the kind", "utf-8")
    for arguments, said in (
        ((own,), "nothing is named"),
        ((own, "--with", tmp_path / "none"), "no such file"),
        ((own, "--with", page), "it holds no results"),
        ((own, "--with", own), "named twice"),
        ((own, "--with", foreign), "simulated"),
        ((foreign, "--with", own), "simulated"),
        ((own, "--page", page), "is no portal page"),
        ((own, "--export", page), "is no"),
        ((tmp_path / "none", "--page", page), "no such file"),
    ):
        done = run(*arguments)
        assert done.exit_code == 2, done.output
        assert said in done.stderr
        assert "help:" in done.stderr or "; name" in done.stderr


def test_no_account_is_ever_read_or_told(tmp_path: Path) -> None:
    own = results(tmp_path / "own", ids(range(10)), own_searches=True)
    other = results(tmp_path / "a", ids(range(12)), owner=OTHER)
    assert "token" not in run(own, "--with", other, "--json").stdout
    assert OWN not in run(own, "--with", other).stdout


MOMENT = datetime.datetime(2026, 11, 27, 8)


def entered(own: Path, others: Sequence[Path]) -> tuple[list[Listed], str]:
    """What the register has when it was entered and checked twice, and the report's summary."""
    with open_results(own, read_only=False) as opened:
        if others:
            found = overlaps(opened, others, 0.95)
            enter(opened, completeness(opened, 0.95, found, ()), found, (), MOMENT)
        context = Context(opened, read_book(), "CT")
        asked = Reviewing(context, {}, MOMENT, ("export-incomplete",))
        (first,), (again,) = review(asked), review(asked)
        assert (first.new, again.new, again.same) == (first.found, 0, first.found)
        assert verify(opened).faults == ()
        report = report_of(opened, owner="Example", made_on=MOMENT.date())
        return listed(opened), "\n".join(each.text for each in report.summary)


def test_an_export_below_the_share_is_a_finding_and_no_report_says_no_violation(
    tmp_path: Path,
) -> None:
    own = results(tmp_path / "own", ids([*range(150), 250]), own_searches=True)
    other = results(tmp_path / "a", ids(range(200)), owner=OTHER)
    (found,), summary = entered(own, [other])
    assert found.subject == {"export": "all together"}
    assert (found.measure["missing"], found.measure["share"]) == (50, 0.75)
    assert found.measure["between"][0] < 0.75 < found.measure["between"][1]
    assert found.measure["searches_in_all"] == 201
    assert "cannot be said" in summary
    assert "Other logs hold 50 searches that they lack" in summary
    assert "No search is shown unlawful" not in summary
    with open_results(own, read_only=False) as opened:
        report = report_of(opened, owner="Example", made_on=MOMENT.date())
        blocks = (block for part in report.parts for block in part.blocks)
        (lacking,) = (each for each in blocks if isinstance(each, Table) and each.name == "lacking")
        assert lacking.rows[0][0] == "id-150"
        assert len(lacking.rows) == 50
        assert {each.how for each in report.summary} <= {each.name for each in report.questions}
        opened.execute("UPDATE missing_search SET search_id = 'id-7' WHERE search_id = 'id-150'")
        assert "missing from the exports were changed" in verify(opened).faults[0]


def test_a_complete_export_and_one_that_nobody_held_against_others_say_so(tmp_path: Path) -> None:
    own = results(tmp_path / "own", ids([*range(200), 250]), own_searches=True)
    other = results(tmp_path / "a", ids(range(200)), owner=OTHER)
    found, summary = entered(own, [])
    assert found == []
    assert "Nobody has held the exports against other logs" in summary
    found, summary = entered(own, [other])
    assert found == []
    assert "No search is shown unlawful" in summary
    assert "hold at least 98.17% of the agency's own searches" in summary


def test_a_file_that_was_not_read_to_its_end_is_a_finding_of_its_own(tmp_path: Path) -> None:
    own = results(tmp_path / "own", ids(range(20)), own_searches=True, state="cut")
    (found,), summary = entered(own, [])
    assert found.subject == {"export": "export.csv"}
    assert found.measure["read_to_its_end"] is False
    assert "1 file was not read whole enough to count on: export.csv." in summary
    assert "No search is shown unlawful" not in summary
