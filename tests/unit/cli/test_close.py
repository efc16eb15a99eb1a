"""``platelaw close``: a plan, a way that cannot be closed, bad input; each has its exit code."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

from .conftest import Run

WORKED = ("--example", "worked", "--state", "CT", "--on", "2026-11-20")


def told(run: Run, *arguments: str) -> dict[str, Any]:
    result = run("close", *WORKED, "--json", *arguments)
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_shipped_illustration_can_be_closed(run: Run) -> None:
    result = run("close", *WORKED)
    assert result.exit_code == 0
    assert "Proved: no plan costs less." in result.stdout
    assert "It leaves 0 of" in " ".join(result.stdout.split())
    assert "What closing a switch costs" in result.stdout
    assert "How complete the map is" in result.stdout


def test_nothing_but_the_answer_is_printed_as_json(run: Run) -> None:
    found = told(run)
    assert (found["version"], found["status"], found["plan"]["verified"]) == (1, "optimal", True)
    assert found["plan"]["loss"] == found["plan"]["bound"]
    assert {step["switch"] for step in found["plan"]["steps"]} == set(found["plan"]["switches"])
    after = found["plan"]["after"]["pairs"]
    assert (after["0"], after["1"]) == (0, 0)


def test_a_dearer_switch_is_spared(run: Run, tmp_path: Path) -> None:
    first = told(run)["plan"]
    key = first["switches"][0]
    losses = tmp_path / "losses.csv"
    losses.write_text(f"switch,loss\n{key},100000\n")
    other = told(run, "--losses", str(losses))["plan"]
    assert key not in other["switches"]
    assert other["loss"] >= first["loss"]


def test_switches_of_another_government_are_not_asked_for(run: Run) -> None:
    found = told(run, "--in-state", "CT")
    assert found["status"] == "optimal"
    assert {step["holder"][:3] for step in found["plan"]["steps"]} == {"CT/"}
    assert found["plan"]["loss"] > told(run)["plan"]["loss"]


def test_what_cannot_be_closed_ends_with_1_and_the_way_that_stays_open(run: Run) -> None:
    plan = told(run)["plan"]
    never = [option for key in plan["switches"] for option in ("--never-cut", key)]
    every = [*never, "--in-state", "TX"]
    result = run("close", *WORKED, *every)
    assert result.exit_code == 1
    assert "It cannot be closed" in result.stdout
    assert "Plan:" not in result.stdout
    assert told(run, *every)["uncuttable"]


def test_a_budget_names_what_is_left(run: Run) -> None:
    found = told(run, "--budget", "1")
    assert len(found["plan"]["switches"]) <= 1
    assert found["plan"]["pairs_left"] == found["plan"]["pairs_bound"] > 0


def test_a_solver_without_time_ends_with_5_and_claims_no_proof(run: Run) -> None:
    result = run("close", *WORKED, "--time-limit", "0")
    assert result.exit_code == 5
    assert "Not proved: the time limit of 0 s came first." in result.stdout
    assert "Proved" not in result.stdout
    assert "It leaves 0 of" in " ".join(result.stdout.split())


def test_a_draft_is_written_whole_into_a_new_folder(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "draft"
    assert run("close", *WORKED, "-o", folder).exit_code == 0
    changes = tomllib.loads((folder / "scenario.toml").read_text())["change"]
    rows = (folder / "settings.csv").read_text().splitlines()
    assert len(rows) == 1 + sum(len(change["switches"]) for change in changes)
    assert "Plan: close" in (folder / "plan.txt").read_text()
    again = run("close", *WORKED, "-o", folder)
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == [folder]


def test_bad_input_ends_with_2_and_a_mend(run: Run, tmp_path: Path) -> None:
    wrong = tmp_path / "demands.toml"
    wrong.write_text('[[demand]]\nowner = "nobody at all"\nrequester = "CT/example-pd"\n')
    for arguments, words in (
        (("--never-cut", "no such"), "the map has no switch `no such`"),
        (("--in-state", "ZZ"), "no body of `ZZ` is in this map"),
        (("--protect", str(wrong)), "the map has no node `nobody at all`"),
        (("--protect", str(tmp_path / "none.toml")), "cannot be read"),
        (("--budget", "0"), "budget"),
        (("--budget", "1", "--alternatives", "2"), "next best plans are of whole plans"),
    ):
        result = run("close", *WORKED, *arguments)
        assert result.exit_code == 2, arguments
        assert words in result.stderr, arguments
        assert not result.stdout


def test_a_demand_is_kept(run: Run, tmp_path: Path) -> None:
    wishes = tmp_path / "demands.toml"
    wishes.write_text(
        '[[demand]]\nowner = "CT/openbridge-pd"\nrequester = "NY/example-declared-so"\n'
    )
    found = told(run, "--protect", str(wishes))
    (demand,) = found["question"]["demands"]
    assert demand["protected"]
    assert found["status"] == "optimal"
    closed = set(found["plan"]["switches"])
    assert any(not closed & set(route) for route in demand["routes"])
