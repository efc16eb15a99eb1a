"""``platelaw prove``: proved, refuted with a request that can be asked, or unknown."""

from __future__ import annotations

import importlib
import json

import pytest

from .conftest import Desk, Run

pytest.importorskip("z3")

HEAD = """policy aa/promises
  title "Promises"
  layer state
  issued by "AA"
  time zone America/New_York
  uses core 1
  binds owner.sovereign is AA

"""
KEPT = """never barred "Nobody searches for what is barred"
  in force from 2020-01-01
  PERMIT search of alpr_data
  if request.purpose is a kind of barred
"""
BROKEN = """never theft "Nobody searches for a theft"
  PERMIT search of alpr_data
  if request.purpose is a kind of theft
"""


def test_what_holds_is_proved(desk: Desk, run: Run) -> None:
    (desk.library / "promises.policy").write_text(HEAD + KEPT)
    result = run("prove", "--registry", desk.registry, desk.library)
    assert result.exit_code == 0
    assert result.stdout.startswith('PROVED  never aa/promises/barred  "Nobody searches')
    assert "1 proved, 0 refuted, 0 unknown\n" in result.stdout


def test_what_does_not_hold_is_refuted_by_a_request_that_gets_the_answer(
    desk: Desk, run: Run
) -> None:
    (desk.library / "promises.policy").write_text(HEAD + KEPT + "\n" + BROKEN)
    result = run("prove", "--no-checks", "--registry", desk.registry, desk.library)
    assert result.exit_code == 5
    assert "REFUTED  never aa/promises/theft" in result.stdout
    assert "The answer is PERMIT" in result.stdout
    told = run("prove", "--json", "--only", "theft", "--registry", desk.registry, desk.library)
    (said,) = json.loads(told.stdout)["statements"]
    assert (said["verdict"], said["outcome"], said["line"]) == ("refuted", "PERMIT", 14)
    request = desk.write("witness.json", said["witness"])
    again = run("decide", "--simulate", *desk.options, request)
    assert again.exit_code == 0
    assert again.stdout.startswith("PERMIT")


def test_without_statements_nothing_is_proved(desk: Desk, run: Run) -> None:
    result = run("prove", "--no-checks", "--registry", desk.registry, desk.library)
    assert result.exit_code == 1
    assert "no `never` or `always`" in result.stdout


def test_a_fact_that_nobody_declared_refuses_the_library(desk: Desk, run: Run) -> None:
    (desk.library / "promises.policy").write_text(HEAD + KEPT.replace("purpose is", "aim is"))
    result = run("prove", "--registry", desk.registry, desk.library)
    assert result.exit_code == 2
    assert "no fact is called `request.aim`" in result.stderr
    assert result.stdout == ""


def test_without_the_solver_the_extra_is_named(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    result = run("prove", "--registry", desk.registry, desk.library)
    assert result.exit_code == 2
    assert "pip install '.[solver]'" in result.stderr
    hook = run("prove", "--if-installed", "--registry", desk.registry, desk.library)
    assert (hook.exit_code, hook.stdout) == (0, "")
    assert hook.stderr.startswith("note: nothing is proved: the solver is not installed")
