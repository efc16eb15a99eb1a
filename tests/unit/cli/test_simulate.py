"""``platelaw simulate`` and ``platelaw flow history`` as commands."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from platelaw.engine.flow.scenario.shipped import shipped_names

from ...audit.exports import search, table
from .conftest import Run

WORKED = ("--example", "worked", "--state", "CT", "--on", "2026-11-03")
CLOSES = """
name = "closes"
[[change]]
do = "close switches"
switches = ["openbridge-pd:ny"]
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    place = tmp_path / "closes.toml"
    place.write_text(CLOSES, "utf-8")
    return place


def answer(run: Run, *args: object) -> dict[str, Any]:
    result = run(*args, "--json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_every_shipped_scenario_runs_on_the_illustration(run: Run) -> None:
    found = answer(run, "simulate", *WORKED, "--residual")
    assert {each["name"] for each in found["scenarios"]} == set(shipped_names())
    assert len(found["scenarios"]) == 6
    by_name = {each["name"]: each for each in found["scenarios"]}
    assert by_name["agreement-signed"]["opened"]
    assert by_name["agreement-signed"]["closed"] == []
    assert by_name["national-lookup-on"]["opened"]
    assert by_name["declaration-lapses"]["closed"]
    assert by_name["declaration-lapses"]["lawful"]["records_lost_90_days"] == 140.0
    assert by_name["bill-adopted"]["closed"]
    assert by_name["most-permissive"]["lawful"]["lost"] == []
    kept = by_name["leaves-national-lookup"]["residues"]
    assert [each["until"] for each in kept] == ["2026-12-30"]
    assert found["assumptions"]
    assert found["completeness"]["bodies"] == 11


def test_scenarios_stand_side_by_side_with_what_they_cost(run: Run, scenario: Path) -> None:
    result = run("simulate", *WORKED, "--scenario", scenario, "--scenario", "agreement-signed")
    assert result.exit_code == 0
    assert "Simulated. Zone `immigration`" in result.stdout
    table = result.stdout.split("\n\n")[1]
    assert [line.split("  ")[0] for line in table.splitlines()[1:4]] == [
        "as it is", "closes", "agreement-signed",
    ]  # fmt: skip
    assert "- close openbridge-pd:ny" in result.stdout
    assert "closed, class 1, side: Openbridge Police Department" in result.stdout
    assert "How complete the map is" in result.stdout


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (CLOSES.replace("pd:ny", "pd:nyy"), "no switch `openbridge-pd:nyy`"),
        (CLOSES.replace("close sw", "clse sw"), "nothing is called `clse switches`"),
        ('[[change]]\ndo = "adopt policy"\npolicy = "agency/most"', "no policy `agency/most`"),
        ('[[change]]\ndo = "set attribute"\nbodies = "US/ice"\nattribute = "x"\nvalue = "y"',
         "no attribute of bodies `x`"),
    ],
)  # fmt: skip
def test_a_scenario_of_what_is_not_there_ends_with_its_words(
    run: Run, scenario: Path, text: str, message: str
) -> None:
    scenario.write_text(text, "utf-8")
    result = run("simulate", *WORKED, "--scenario", scenario)
    assert result.exit_code == 2
    assert message in result.stderr
    assert "help: " in result.stderr
    assert result.stdout == ""


def test_a_shipped_scenario_is_told_by_its_name(run: Run) -> None:
    result = run("simulate", *WORKED, "--scenario", "agreement-signd")
    assert result.exit_code == 2
    assert "`agreement-signed`" in result.stderr


def test_the_retention_of_the_law_counts_only_if_it_is_asked_for(run: Run) -> None:
    base = ("simulate", *WORKED, "--scenario", "national-lookup-on", "--residual")
    result = run(*base, "--retention", "retention_perio")
    assert result.exit_code == 2
    assert "`retention_period`" in result.stderr
    assert run(*base, "--retention", "retention_period").exit_code == 0
    without = run("simulate", *WORKED, "--retention", "retention_period")
    assert without.exit_code == 2
    assert "add --residual" in without.stderr


def test_history_names_the_change_that_opened_a_door(run: Run) -> None:
    found = answer(run, "flow", "history", *WORKED, "--since", "2026-02-01")
    opened = found["causes"]
    assert opened
    assert all(each["causes"] for each in opened)
    days = {cause["day"] for each in opened for cause in each["causes"]}
    assert "2026-03-02" in days
    assert days <= {"2026-03-02", "2026-10-01"}


def test_history_takes_an_earlier_map_from_a_file(run: Run, tmp_path: Path) -> None:
    now = tmp_path / "now.json"
    then = tmp_path / "then.json"
    head: dict[str, Any] = {
        "form": 1,
        "nodes": [
            {"key": key, "kind": "agency", "name": key, "body": key}
            for key in ("CT/openbridge-pd", "NY/example-declared-so")
        ],
    }
    shares = {"source": "CT/openbridge-pd", "target": "NY/example-declared-so",
              "kind": "shares_query"}  # fmt: skip
    now.write_text(json.dumps({**head, "relations": [shares]}), "utf-8")
    then.write_text(json.dumps({**head, "relations": []}), "utf-8")
    args = ("--owner", "CT/openbridge-pd", "--on", "2026-11-03", "--since", "2026-11-01")
    result = run("flow", "history", now, "--before", then, *args)
    assert result.exit_code == 0, result.stderr
    assert "because (relation, day not known)" in result.stdout


def test_real_searches_are_counted_on_the_doors_of_their_owner(run: Run, tmp_path: Path) -> None:
    sheriff = {"org": "Example Declared County NY SO"}
    rows = [search(1, **sheriff), search(2, **sheriff), search(3, org="Nobody PD")]
    log = tmp_path / "search.csv"
    log.write_text(table(rows), "utf-8")
    args = (*WORKED, "--since", "2026-02-01", "--log", log, "--log-owner", "CT/openbridge-pd")
    searches = answer(run, "flow", "history", *args)["searches"]
    assert searches["rows"] == 3
    assert searches["rows_by_nobody_sure"] == 1
    assert {each["rows"] for each in searches["doors"] if each["rows"]} == {2}
    assert {each["requester"] for each in searches["doors"] if each["rows"]} == {
        "NY/example-declared-so"
    }


def test_a_log_needs_its_owner_and_a_day_before(run: Run, tmp_path: Path) -> None:
    log = run("flow", "history", *WORKED, "--since", "2026-01-01", "--log", tmp_path / "x.csv")
    assert log.exit_code == 2
    assert "--log-owner" in log.stderr
    late = run("flow", "history", *WORKED, "--since", "2026-12-01")
    assert late.exit_code == 2
    assert "not before" in late.stderr


def test_of_a_map_of_arrays_the_answer_says_that_a_part_is_asked(run: Run, tmp_path: Path) -> None:
    national = tmp_path / "national"
    run("flow", "generate", "-o", national, "--bodies", "60", "--relations", "600")
    scenario = tmp_path / "stop.toml"
    scenario.write_text('[[change]]\ndo = "stop sharing"\nwhere = { delegated_287g = "yes" }\n')
    asked = ("--state", "CT", "--on", "2026-11-03", "--scenario", scenario)
    found = answer(run, "simulate", national, *asked)
    assert any("only the part on which doors lie" in each for each in found["bounds"])
    assert len(found["scenarios"]) == 1
