"""``platelaw test --mutate``: what is told, kept, drawn and accepted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .conftest import Desk, Run

pytest.importorskip("z3")


def mutated(run: Run, desk: Desk, *more: str | Path) -> dict[str, Any]:
    """The outcome as JSON."""
    result = run("test", "--mutate", "--json", "--no-cache", "--registry", desk.registry, *more,
                 desk.library)  # fmt: skip
    assert result.exit_code in (0, 5), result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_survivor_is_told_with_its_place_and_an_example_that_kills_it(
    desk: Desk, run: Run
) -> None:
    told = ("test", "--mutate", "-k", "aa/act/barred-use: drop a rule", "--no-cache",
            "--registry", desk.registry, desk.library)  # fmt: skip
    result = run(*told)
    assert result.exit_code == 5
    assert "SURVIVED  aa/act/barred-use: the rule `barred-use` is left out" in result.stdout
    assert f"{desk.library}/law.policy:" in result.stdout
    assert "1 mutants: 1 survived; 0 % killed" in result.stdout
    (found,) = mutated(run, desk, "-k", "aa/act/barred-use: drop a rule")["mutants"]
    desk.write("law/more.policy", f"examples more uses core 1\n\n{found['example']}\n")
    assert run("test", "--registry", desk.registry, desk.library).exit_code == 0
    result = run(*told)
    assert (result.exit_code, result.stdout) == (0, "1 mutants: 1 killed; 100 % killed\n")


def test_several_processes_tell_what_one_tells(desk: Desk, run: Run) -> None:
    alone = mutated(run, desk, "--workers", "1", "-k", "aa/act")
    together = mutated(run, desk, "--workers", "2", "-k", "aa/act")
    assert len(alone["mutants"]) > 8
    assert alone == together


def test_a_run_goes_on_from_what_was_kept(desk: Desk, run: Run) -> None:
    file = desk.folder / "mutants.log"
    options = ("--resume", file, "-k", "aa/act/read-first", "--workers", "1")
    whole = mutated(run, desk, *options)
    lines = file.read_text().splitlines()
    assert len(lines) == len(whole["mutants"])
    file.write_text("\n".join(lines[:2]) + "\n" + lines[2][:40])
    result = run("test", "--mutate", "--json", "--no-cache", "--registry", desk.registry, *options,
                 desk.library)  # fmt: skip
    assert json.loads(result.stdout) == whole
    assert f"note: {file}: 1 line is torn" in result.stderr
    assert len(file.read_text().splitlines()) == len(lines) + 1


def test_results_are_not_added_to_a_file_of_something_else(desk: Desk, run: Run) -> None:
    law = desk.library / "law.policy"
    before = law.read_text()
    result = run("test", "--mutate", "--resume", law, "-k", "aa/act/read-first", "--no-cache",
                 "--registry", desk.registry, desk.library)  # fmt: skip
    assert (result.exit_code, "it holds no results of mutants" in result.stderr) == (2, True)
    assert law.read_text() == before


def test_a_draw_is_the_same_for_the_same_seed(desk: Desk, run: Run) -> None:
    def drawn(seed: str) -> list[str]:
        found = mutated(run, desk, "--sample", "4", "--seed", seed, "--within", "0")
        return [mutant["mutant"] for mutant in found["mutants"]]

    assert len(drawn("1")) == 4
    assert drawn("1") == drawn("1") != drawn("2")


def test_a_survivor_that_is_known_is_told_so_with_its_reason(desk: Desk, run: Run) -> None:
    name = "aa/act/barred-use: drop a rule"
    entry = "[[known]]\ncheck = 'survivor'\nat = '{}'\nbecause = 'Nobody searches for it here.'\n"
    desk.write("law/known.toml", entry.format(name))
    found = mutated(run, desk, "-k", name)
    assert found["mutants"][0]["fate"] == "known"
    assert found["mutants"][0]["by"] == "Nobody searches for it here."
    desk.write("law/known.toml", entry.format("aa/act/gone"))
    result = run("test", "--mutate", "--within", "0", "--registry", desk.registry, desk.library)
    assert "known.toml: survivor of aa/act/gone is found no more: remove it" in result.stderr


def test_less_than_is_asked_for_ends_with_a_code_of_its_own(desk: Desk, run: Run) -> None:
    options = ("test", "--mutate", "--within", "0", "-k", "aa/act/barred-use", "--no-cache",
               "--registry", desk.registry, desk.library)  # fmt: skip
    assert run(*options, "--fail-under", "0").exit_code == 0
    result = run(*options, "--fail-under", "99")
    assert result.exit_code == 5
    assert "less than --fail-under 99" in result.stderr


def test_an_example_that_fails_is_mended_first(desk: Desk, run: Run) -> None:
    file = desk.library / "law.policy"
    file.write_text(file.read_text().replace("expect PERMIT by any-use", "expect DENY"))
    result = run("test", "--mutate", "--registry", desk.registry, desk.library)
    assert result.exit_code == 2
    assert 'the example "A theft" fails' in result.stderr


def test_nothing_to_change_is_said(desk: Desk, run: Run) -> None:
    result = run("test", "--mutate", "-k", "nowhere", "--registry", desk.registry, desk.library)
    assert result.exit_code == 1
    assert "note: nothing is said" in result.stderr
