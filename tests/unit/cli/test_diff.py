"""``platelaw diff``: two days of a library on the command line."""

from __future__ import annotations

import importlib
import json
import shutil
import subprocess
from typing import Any

import pytest

from ..engine.small import rule, state
from .conftest import Desk, Run

z3: Any = pytest.importorskip("z3")

LATER = state(
    rule("later", "forbid search of alpr_data\nif request.purpose is a kind of theft",
         since="in force from 2026-10-01"),
).replace("policy aa/act", "policy aa/later")  # fmt: skip
DAYS = ("2026-09-30", "2026-10-01")


@pytest.fixture
def changed(desk: Desk) -> Desk:
    """A library in which a rule starts in October."""
    (desk.library / "later.policy").write_text(LATER)
    return desk


def test_what_changes_between_two_days_is_told_with_exit_code_1(changed: Desk, run: Run) -> None:
    result = run("diff", *DAYS, *changed.options)
    assert result.exit_code == 1
    assert "later [later]: search\n    PERMIT -> DENY: AA/pd: search its own data" in result.stdout
    full = run("diff", *DAYS, "--full", *changed.options)
    assert 'aa/later/later  "later"' in full.stdout
    assert "PERMIT -> DENY: search of alpr_data" in full.stdout


def test_where_nothing_changes_the_exit_code_is_0(changed: Desk, run: Run) -> None:
    result = run("diff", "2026-09-29", "2026-09-30", *changed.options)
    assert result.exit_code == 0
    assert "no request changes its answer" in result.stdout


def test_only_what_loosens_fails_if_that_is_asked_for(changed: Desk, run: Run) -> None:
    assert run("diff", *DAYS, "--fail-on", "loosened", *changed.options).exit_code == 0
    back = (*reversed(DAYS), "--fail-on", "loosened")
    assert run("diff", *back, *changed.options).exit_code == 1


def test_a_witness_in_json_is_a_request_for_decide(changed: Desk, run: Run) -> None:
    result = run("diff", *DAYS, "--json", "--only", "later", *changed.options)
    found = json.loads(result.stdout)
    change = next(c for c in found["changes"] if c["new"]["outcome"] == "DENY")
    request = changed.write("witness.json", {**change["witness"]["request"], "at": DAYS[1]})
    assert run("decide", "--simulate", *changed.options, request).exit_code == 4


def test_what_was_asked_of_the_solver_before_sways_no_answer(changed: Desk, run: Run) -> None:
    kept: list[object] = []
    told: set[str] = set()
    for size in (0, 40, 300, 7, 450, 120, 260, 90):
        kept += [z3.Bool(f"asked before {size} {at}") for at in range(size)]
        told.add(run("diff", *DAYS, "--json", *changed.options).stdout)
    assert len(told) == 1
    [text] = told
    assert all(change["witness"] for change in json.loads(text)["changes"])


def test_a_day_that_is_none_is_refused_in_clear_words(changed: Desk, run: Run) -> None:
    result = run("diff", "2026-13-01", "2026-10-01", *changed.options)
    assert result.exit_code == 2
    assert "2026-13-01" in result.stderr


def test_without_the_solver_the_extra_is_named(
    changed: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(name: str) -> object:
        raise ImportError(name)

    monkeypatch.setattr(importlib, "import_module", missing)
    result = run("diff", *DAYS, *changed.options)
    assert result.exit_code == 2
    assert "pip install '.[solver]'" in result.stderr


def git(desk: Desk, *arguments: str) -> None:
    """Run git in the desk's folder, as nobody in particular."""
    who = ("-c", "user.name=Nobody", "-c", "user.email=nobody@example.org")
    subprocess.run(["git", *who, *arguments], cwd=desk.folder, check=True, capture_output=True)


def test_two_folders_are_compared_on_every_day(changed: Desk, run: Run) -> None:
    other = changed.folder / "other"
    shutil.copytree(changed.library, other)
    (other / "later.policy").unlink()
    result = run("diff", other, changed.library, "--registry", changed.registry)
    assert result.exit_code == 1
    assert "PERMIT -> DENY: AA/pd: search its own data" in result.stdout
    assert "2026-10-01" in result.stdout
    same = run("diff", other, other, "--registry", changed.registry)
    assert same.exit_code == 0


def test_a_git_revision_is_compared_with_a_folder(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.folder)
    git(desk, "init", "--quiet")
    git(desk, "add", "law")
    git(desk, "commit", "--quiet", "-m", "before")
    (desk.library / "later.policy").write_text(LATER)
    result = run("diff", "HEAD:law", "law", "--registry", desk.registry, "--json")
    assert result.exit_code == 1
    assert {c["new"]["by"] for c in json.loads(result.stdout)["changes"]} == {"aa/later/later"}
    nothing = run("diff", "HEAD:nowhere", "law", "--registry", desk.registry)
    assert nothing.exit_code == 2
    assert "has no .policy file under `nowhere`" in nothing.stderr
    (desk.library / "later.policy").write_text("rule\n")
    git(desk, "add", "law")
    git(desk, "commit", "--quiet", "-m", "faulty")
    faulty = run("diff", "HEAD:law", "law", "--registry", desk.registry)
    assert (faulty.exit_code, "--> HEAD:law/later.policy:" in faulty.stderr) == (2, True)


def test_a_revision_that_does_not_exist_is_refused_in_clear_words(changed: Desk, run: Run) -> None:
    result = run("diff", "nobody-has-this", changed.library, "--registry", changed.registry)
    assert result.exit_code == 2
    assert "`nobody-has-this` is no file or folder, and git knows no such revision" in result.stderr
    assert result.stdout == ""
    result = run("diff", "AA", "BB", "--registry", changed.registry)
    assert (result.exit_code, "add --states" in result.stderr) == (2, True)


def test_a_day_and_a_place_are_not_compared(changed: Desk, run: Run) -> None:
    result = run("diff", DAYS[0], changed.library, "--registry", changed.registry)
    assert result.exit_code == 2
    assert "a day and a place cannot be compared" in result.stderr


LOG = """id,userId,searchDate,networkCount,reason
1,u,2026-09-10 10:00:00,5,stolen car
2,u,2026-09-11 10:00:00,5,evil deed
"""


def test_the_searches_of_a_log_are_counted_by_verdict_agency_and_rule(desk: Desk, run: Run) -> None:
    seen = rule("seen", "forbid search of alpr_data\nif reason.plainly includes barred",
                since="in force from 2026-10-01")  # fmt: skip
    idle = rule("idle", "require keep of alpr_data\nmust train by 2026-12-31",
                since="in force from 2026-10-01")  # fmt: skip
    (desk.library / "seen.policy").write_text(state(seen).replace("aa/act", "aa/later"))
    (desk.library / "idle.policy").write_text(state(idle).replace("aa/act", "aa/idle"))
    log = desk.write("log.csv", LOG)
    options = ("--log", log, "--owner", "AA/pd", "--own-searches", *desk.options)
    result = run("diff", *DAYS, "--only", "later", *options)
    assert "log.csv: of 2 searches 1 would be judged otherwise." in result.stdout
    assert "in 1: now forbidden by aa/later/seen" in result.stdout
    assert "turning no answer" not in result.stdout
    marked = run("diff", *DAYS, "--markdown", *options).stdout.splitlines()
    assert any("by themselves turning no answer: idle." in line for line in marked)
    at = marked.index("## Searches of a log")
    assert marked[at + 2] == "- `log.csv`: of 2 searches 1 would be judged otherwise."
    assert all(line.startswith(("- ", "  - ")) for line in marked[at + 2 :])
    told = json.loads(run("diff", *DAYS, "--json", *options).stdout)["logs"]["log.csv"]
    assert (told["searches"], told["turned"], told["agencies"]) == (2, 1, {"AA/pd": 1})


def test_a_log_of_unknown_layout_is_refused_in_clear_words(desk: Desk, run: Run) -> None:
    log = desk.write("log.csv", "colour,weather\nred,rain\n")
    result = run("diff", *DAYS, "--log", log, "--owner", "AA/pd", *desk.options)
    assert result.exit_code == 2
    assert "log.csv" in result.stderr
    assert result.stdout == ""


OTHER = """
policy agency/bb
  title "agency/bb"
  layer owner
  issued by "BB"
  time zone America/New_York
  uses core 1
  binds owner is agency:BB/pd
rule any-use "any-use"
  cites "Policy" status verified
  in force from 2020-01-01
  permit search of alpr_data
"""


def test_two_governments_are_compared_by_the_agencies_whose_policies_open_most(
    desk: Desk, run: Run
) -> None:
    (desk.library / "other.policy").write_text(OTHER)
    result = run("diff", "--states", "aa", "bb", "--on", "2026-11-03", *desk.options)
    assert result.exit_code == 1
    assert "Under BB the owner is BB/pd" in result.stdout
    assert "ONLY BB ALLOWS" in result.stdout
    assert "DENY -> PERMIT: the owner: search its own data for barred" in result.stdout
    agencies = run("diff", "AA/pd", "BB/pd", "--on", "2026-11-03", *desk.options)
    assert "Only BB/pd allows".upper() in agencies.stdout


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (("XX", "AA"), "nobody on file belongs to `XX`"),
        (("AA", "BB"), "no agency of BB on file has a policy that opens all it can"),
        (("AA", "AA"), "`AA` is compared with itself"),
    ],
)
def test_governments_that_cannot_be_compared_are_refused_in_clear_words(
    desk: Desk, run: Run, written: tuple[str, str], said: str
) -> None:
    result = run("diff", "--states", *written, *desk.options)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_what_two_processes_find_is_what_one_finds(
    changed: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    alone = run("diff", *DAYS, "--json", *changed.options).stdout
    monkeypatch.setattr("platelaw.cli.diff_crew._FEW", 0)
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    assert run("diff", *DAYS, "--json", *changed.options).stdout == alone
