"""``platelaw new``: a repository that passes at once, and nothing of anybody's is overwritten."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .conftest import Run

VILLAGE = "CT/example-village-pd"


@pytest.fixture
def folder(tmp_path: Path, run: Run) -> Path:
    made = tmp_path / "village"
    result = run("new", VILLAGE, made, "--from", "2026-11-27")
    assert result.exit_code == 0, result.output
    next_ = result.stdout.partition("Next:\n")[2].splitlines()
    assert [line.split()[:2] for line in next_[1:5]] == [
        ["git", "init"], ["platelaw", "check"], ["platelaw", "test"], ["platelaw", "prove"]
    ]  # fmt: skip
    return made


def test_a_new_repository_passes_its_own_check_and_is_laid_out(folder: Path, run: Run) -> None:
    checked = run("check", folder / "policies")
    assert (checked.exit_code, "4 examples decided" in checked.output) == (0, True)
    assert "0 warnings" in checked.output
    assert run("fmt", "--check", folder / "policies").exit_code == 0


def test_a_new_repository_has_what_runs_its_checks(folder: Path) -> None:
    commands = (folder / "tox.ini").read_text()
    hooks = (folder / ".pre-commit-config.yaml").read_text()
    for command in ("platelaw check", "platelaw test policies", "platelaw fmt"):
        assert command in commands
        assert command in hooks
    assert "platelaw prove policies" in commands
    assert "platelaw prove policies --if-installed" in hooks
    assert "pip wheel --no-deps --wheel-dir wheels" in commands
    assert "PIP_FIND_LINKS = {tox_root}{/}wheels" in commands
    assert "tox" in (folder / ".github/workflows/policy.yml").read_text()
    readme = (folder / "README.md").read_text()
    assert "Example Village Police Department" in readme
    assert len(readme.splitlines()) <= 12


def test_a_new_repository_passes_every_command_of_its_tox(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("z3")
    monkeypatch.chdir(folder)
    lines = [line.strip() for line in (folder / "tox.ini").read_text().splitlines()]
    commands = [line.removeprefix("commands = ") for line in lines]
    typed = [line.split()[1:] for line in commands if line.startswith("platelaw ")]
    assert [words[0] for words in typed] == ["check", "test", "fmt", "prove"]
    for words in typed:
        result = run(*words)
        assert result.exit_code == 0, result.output


def test_a_broken_rule_in_a_new_repository_fails_its_check(folder: Path, run: Run) -> None:
    policy = folder / "policies/example-village-pd.policy"
    policy.write_text(policy.read_text().replace("is 14 days", "is 15 days"))
    assert run("check", folder / "policies").exit_code == 5  # its example: a read of fifteen days


def test_a_folder_that_holds_anything_is_left_alone(tmp_path: Path, run: Run) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "notes.txt").write_text("mine")
    result = run("new", VILLAGE, mine)
    assert (result.exit_code, "nothing was written" in result.output) == (2, True)
    assert [path.name for path in mine.rglob("*")] == ["notes.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_an_unknown_agency_gets_near_names(tmp_path: Path, run: Run) -> None:
    result = run("new", "CT/exampel-village-pd", tmp_path / "x")
    assert result.exit_code == 2
    assert VILLAGE in result.output
    assert list(tmp_path.iterdir()) == []


def test_an_agency_whose_government_has_no_model_is_told_so(tmp_path: Path, run: Run) -> None:
    result = run("new", "RI/example-suspended-pd", tmp_path / "x")
    assert (result.exit_code, "no model policy is shipped" in result.output) == (2, True)


def test_what_would_not_pass_is_not_written(tmp_path: Path, run: Run) -> None:
    result = run("new", VILLAGE, tmp_path / "x", "--from", "1990-01-01")
    assert (result.exit_code, "is in force from 20" in result.output) == (2, True)
    assert list(tmp_path.iterdir()) == []


def test_a_policy_that_the_agency_has_already_is_told(tmp_path: Path, run: Run) -> None:
    result = run("new", "CT/openbridge-pd", tmp_path / "x", "--json")
    assert "agency/openbridge" in result.stderr
    assert "policies/openbridge-pd.policy" in json.loads(result.stdout)["files"]


def test_a_department_that_is_not_on_file_is_added_by_rows_of_its_own(
    tmp_path: Path, run: Run
) -> None:
    unknown = run("new", "CT/milldale-pd", tmp_path / "none")
    assert unknown.exit_code == 2
    near = [line.split()[0] for line in unknown.stderr.splitlines() if line.startswith("  ")]
    assert near
    assert near[0].startswith("CT/")
    assert "--registry FILE.csv" in unknown.stderr
    assert "--registry FILE.csv" in run("agencies", "Milldale").stderr
    rows = tmp_path / "mine.csv"
    rows.write_text(
        "key,name,ori,sovereign,kind,policy\n"
        "CT/milldale-pd,Milldale Police Department,,CT,police_department,agency/milldale-pd\n"
    )
    made = tmp_path / "milldale"
    result = run("new", "CT/milldale-pd", made, "--from", "2026-11-27", "--registry", rows)
    assert result.exit_code == 0, result.output
    assert "platelaw check policies --registry registry.csv" in result.stdout
    assert "prove policies --registry registry.csv" in (made / "tox.ini").read_text()
    options = ("--registry", made / "registry.csv")
    checked = run("check", "--no-examples", made / "policies", *options)
    assert checked.exit_code == 0, checked.output
    assert run("check", "--no-examples", made / "policies").exit_code == 5  # without its rows
    rows.write_text(rows.read_text().replace("milldale", "ansonia"))
    twice = run("agencies", "ansonia", "--registry", rows)
    assert twice.exit_code == 2
    assert "ansonia-pd" in twice.stderr
