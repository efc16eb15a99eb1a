"""What a custodian types: logs into a database, and out of it again."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.cli.audit import notes_on
from platelaw.cli.example import example_log
from platelaw.engine.decision import Engine

from .building import WHO, kept, law, log, review_in

OWNER = "--owner", "CT/darien-pd"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(platelaw, [str(word) for word in words])


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A folder of exports with results within it, and what the audit of it printed."""
    folder = tmp_path_factory.mktemp("exports")
    folder.joinpath("2026").mkdir()
    shutil.copy(example_log(), folder / "2026" / "september.csv")
    folder.joinpath("letter.txt").write_text("Dear custodian,\nhere it is.\n", "utf-8")
    folder.joinpath(".hidden").write_text("id", "utf-8")
    results = folder / "year.results"
    return results, run("audit", *OWNER, folder, "--results", results)


def test_a_folder_is_audited_and_its_results_tell_the_same(year: tuple[Path, Result]) -> None:
    results, audited = year
    name = f"{results.parent.name}/2026/september.csv"
    assert audited.exit_code == 0
    assert f"{name}: 71 rows" in audited.stdout
    assert f"not read: {results.parent.name}/letter.txt: " in audited.stderr
    assert "hidden" not in audited.output
    assert run("results", "show", results).stdout == audited.stdout
    again = run("audit", *OWNER, results.parent, "--results", results)
    assert again.stdout == audited.stdout
    assert f"{name}: is kept already (71 rows); not read again" in again.stderr


def test_results_are_asked_and_exported(year: tuple[Path, Result], tmp_path: Path) -> None:
    results, _ = year
    asked = run("results", "query", results, "SELECT count(*) AS n FROM searches", "--json")
    assert json.loads(asked.stdout) == [{"n": 71}]
    rows = run("results", "query", results, "FROM (VALUES ('a', NULL), ('b,', 2)) t (one, two)",
               "--csv")  # fmt: skip
    assert rows.stdout == 'one,two\na,\n"b,",2\n'
    wrong = run("results", "query", results, "DELETE FROM search")
    assert wrong.exit_code == 2
    assert "read-only" in wrong.stderr
    twice = run("results", "query", results, "SELECT 1; SELECT 2")
    assert (twice.exit_code, "ask one at a time" in twice.stderr) == (2, True)
    written = run("results", "export", results, "--to", tmp_path / "out", "--format", "json")
    assert written.exit_code == 0
    assert (tmp_path / "out" / "searches.json").read_text("utf-8").count("\n") == 71


def test_a_file_that_is_no_results_is_refused_with_the_mend(tmp_path: Path) -> None:
    letter = tmp_path / "letter"
    letter.write_text("a letter", "utf-8")
    for words in (("results", "show", letter), ("audit", "--example", "--results", letter)):
        refused = run(*words)
        assert refused.exit_code == 2
        assert "it holds no results" in refused.stderr
        assert "help: " in refused.stderr
    assert letter.read_text("utf-8") == "a letter"


def test_a_log_of_another_agency_is_warned_of(tmp_path: Path) -> None:
    engine: Engine = law()
    others = [number for number in range(400) if WHO[number % len(WHO)] != "AA/pd"]
    kept(tmp_path / "theirs", engine, log(tmp_path / "theirs.csv", others))
    kept(tmp_path / "ours", engine, log(tmp_path / "ours.csv", range(400)))
    review = review_in(tmp_path / "theirs", engine)
    (found,) = [note for note in notes_on(engine, review, []) if note.startswith("WARNING")]
    assert "not one row is by" in found
    ours = notes_on(engine, review_in(tmp_path / "ours", engine), [])
    assert not any(note.startswith("WARNING") for note in ours)
