"""The public extract: no plate, each redaction with its ground, and tokens that join nothing."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.compliance.reports.extract import like_a_plate

from .. import made
from .forms import GROUNDS


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("results") / "year.results"
    with made.made(path, 1000, findings=False) as opened:
        opened.execute("UPDATE cell SET value = 'stolen 4ABC123, see 26-1234' WHERE id = 101")
        opened.execute("UPDATE cell SET value = '=cmd()' WHERE id = 102")
        opened.execute("UPDATE search SET plate_state = 0 WHERE id < 100")
    return path


def run(results: Path, folder: Path, grounds: str, name: str = "extract.csv") -> Result:
    file = folder / "grounds.toml"
    file.write_text(grounds, "utf-8")
    said = ["--grounds", str(file), "-o", str(folder / name)]
    return CliRunner().invoke(platelaw, ["report", "extract", str(results), *said])


def rows(folder: Path, name: str = "extract.csv") -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_redaction_states_its_own_ground_in_its_cell(results: Path, tmp_path: Path) -> None:
    ran = run(results, tmp_path, GROUNDS)
    assert ran.exit_code == 0, ran.output
    found = rows(tmp_path)
    assert [int(row["search"]) for row in found] == list(range(1, 981))
    plate = "[redacted: plate data; Public Act 26-14, section 13(e) (secondary)]"
    assert {row["plate"] for row in found} == {plate}  # the vendor redacted all but 98
    assert f"{980:>10,}  [redacted: plate data" in ran.output
    may_be = "[redacted: may be plate data; Public Act 26-14, section 13(e) (secondary)]"
    assert f"stolen {may_be}, see 26-1234" in {row["reason"] for row in found}
    by_custodian = "town ordinance 1 (stated by the custodian)]"
    assert {row["account"] for row in found} == {f"[redacted: names of officers; {by_custodian}"}
    assert "(blank in the export)" in {row["case_number"] for row in found}
    text = (tmp_path / "extract.csv").read_text("utf-8")
    assert "4ABC123" not in text
    assert "0f" * 16 not in text  # tokens of the results
    assert f"{980:>10,}  [redacted: names of officers" in ran.output


def test_an_extract_is_never_overwritten(results: Path, tmp_path: Path) -> None:
    (tmp_path / "extract.csv").write_text("given out", "utf-8")
    ran = run(results, tmp_path, GROUNDS)
    assert ran.exit_code == 2
    assert "there is a file already" in ran.stderr
    assert (tmp_path / "extract.csv").read_text("utf-8") == "given out"


def test_a_cell_is_no_formula_of_a_spreadsheet(results: Path, tmp_path: Path) -> None:
    run(results, tmp_path, GROUNDS)
    assert "'=cmd()" in {row["reason"] for row in rows(tmp_path)}


def test_tokens_of_two_extracts_join_nothing(results: Path, tmp_path: Path) -> None:
    tokens = list[set[str]]()
    for name in ("one.csv", "two.csv"):
        run(results, tmp_path, GROUNDS, name)
        tokens.append({row["account_token"] for row in rows(tmp_path, name)})
    assert len(tokens[0]) == len(tokens[1]) == 40
    assert not tokens[0] & tokens[1]


@pytest.mark.parametrize(
    ("grounds", "said"),
    [
        (GROUNDS.partition("[grounds.case")[0], "no ground is stated for case_number"),
        (GROUNDS.replace("open cases", " "), "grounds.case_number: blank"),
        (GROUNDS + '[grounds.weather]\nground = "a"\ncites = "b"\n', "no field `weather`"),
        (GROUNDS.replace("ct/extract", "ct/extra"), "no extract is called `ct/extra`"),
        ("grounds", "no TOML"),
    ],
)
def test_nothing_is_written_without_every_ground(
    results: Path, tmp_path: Path, grounds: str, said: str
) -> None:
    ran = run(results, tmp_path, grounds)
    assert ran.exit_code == 2
    assert said in ran.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"grounds.toml"}


def test_a_whole_field_is_withheld_on_a_ground_of_its_own(results: Path, tmp_path: Path) -> None:
    reason = '[grounds.reason]\nground = "names of persons"\ncites = "section 1-210(b)"\n'
    run(results, tmp_path, GROUNDS + reason)
    shown = {row["reason"] for row in rows(tmp_path)}
    assert "[redacted: names of persons; section 1-210(b) (stated by the custodian)]" in shown
    assert not [text for text in shown if not text.startswith(("[redacted: names", "("))]


def test_words_that_could_be_plates_are_told_from_others() -> None:
    assert [word for word in ("4ABC123", "12345", "AB1234", "Z*0028") if like_a_plate(word)] == [
        "4ABC123", "12345", "AB1234", "Z*0028",
    ]  # fmt: skip
    assert not [
        word for word in ("1234", "stolen", "2026", "123456789", "a1") if like_a_plate(word)
    ]


def test_the_template_asks_for_the_grounds_that_are_needed() -> None:
    ran = CliRunner().invoke(platelaw, ["report", "template", "ct/extract"])
    assert ran.output.count('ground = ""') == 2


def test_a_foreign_log_is_not_given_out_as_the_agencys(results: Path, tmp_path: Path) -> None:
    foreign = tmp_path / "foreign.results"
    shutil.copy(results, foreign)
    with duckdb.connect(str(foreign)) as opened:
        opened.execute("UPDATE about SET value = 'yes' WHERE name = 'simulated'")
    ran = run(foreign, tmp_path, GROUNDS)
    assert ran.exit_code == 2
    assert "the results are simulated" in ran.stderr
