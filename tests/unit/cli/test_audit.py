"""``platelaw audit``: whose log it is, what cannot be read, and what is printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from platelaw.engine.audit.reader import LogError
from platelaw.engine.audit.review import Reviewer

from .conftest import Desk, Run

HEADER = "id,userId,searchDate,networkCount,reason\n"
ROW = "0a1b-secret-id,token-77,2026-11-03T14:40:26Z,3,Robbery - Elm Street\n"


@pytest.fixture
def log(desk: Desk) -> Path:
    return desk.write("log.csv", HEADER + ROW)


def test_a_log_is_judged(desk: Desk, run: Run, log: Path) -> None:
    result = run("audit", *desk.options, "--owner", "AA/pd", log)
    assert result.exit_code == 0
    assert "Searches of The AA/pd (AA/pd)" in result.stdout
    assert "1 rows, 2026-11-03 to 2026-11-03" in result.stdout
    assert result.stderr == ""


def test_json_is_all_there_is_on_standard_output(desk: Desk, run: Run, log: Path) -> None:
    named = log.rename(desk.folder / "other_aa_pd_audit.csv")
    result = run("audit", "--json", "--registry", desk.registry, "--policies", desk.library,
                 "--owner", "AA0000100", named)  # fmt: skip
    report = json.loads(result.stdout)
    assert report["rows"] == 1
    assert report["owner"]["key"] == "AA/pd"
    assert report["simulated"] is False


@pytest.mark.parametrize("name", ["town_aa_pd_audit.csv", "log.csv", "aa_pd.csv"])
def test_a_name_that_tells_no_owner_asks_for_one(
    desk: Desk, run: Run, log: Path, name: str
) -> None:
    result = run("audit", *desk.options, log.rename(desk.folder / name))
    assert result.exit_code == 2
    assert "--owner" in result.stderr
    assert result.stdout == ""


def test_the_owner_may_be_told_by_the_files_name(desk: Desk, run: Run, log: Path) -> None:
    path = desk.registry / "bodies.csv"
    path.write_text(path.read_text() + "AA/elm-pd,Elm,,AA,police,,,,,x\n")
    named = log.rename(desk.folder / "elm_aa_pd_audit.csv")
    result = run("audit", "--json", *desk.options, named)
    assert result.stderr == "owner taken from the file's name: AA/elm-pd\n"
    assert json.loads(result.stdout)["owner"]["key"] == "AA/elm-pd"


def test_logs_of_two_owners_are_not_mixed(desk: Desk, run: Run, log: Path) -> None:
    path = desk.registry / "bodies.csv"
    rows = "".join(f"AA/{name}-pd,X,,AA,police,,,,,x\n" for name in ("elm", "oak"))
    path.write_text(path.read_text() + rows)
    logs = [desk.write(f"{name}_aa_pd.csv", HEADER + ROW) for name in ("elm", "oak")]
    result = run("audit", *desk.options, *logs)
    assert result.exit_code == 2
    assert "AA/elm-pd, AA/oak-pd" in result.stderr


@pytest.mark.parametrize("option", ["--owner", "--as-if-owner"])
@pytest.mark.parametrize("key", ["AA/nobody", "", "The AA/pd"])
def test_an_unknown_owner_ends_with_2(
    desk: Desk, run: Run, log: Path, option: str, key: str
) -> None:
    result = run("audit", *desk.options, option, key, log)
    assert result.exit_code == 2
    assert result.stdout == ""


@pytest.mark.parametrize("option", ["--owner", "--as-if-owner"])
def test_an_owner_that_no_law_binds_ends_with_2(
    desk: Desk, run: Run, log: Path, option: str
) -> None:
    result = run("audit", *desk.options, option, "BB/pd", log)
    assert result.exit_code == 2
    assert "no law of the library binds BB/pd" in result.stderr
    assert "--as-if-owner" in result.stderr


def test_a_log_is_ones_own_or_judged_as_if_not_both(desk: Desk, run: Run, log: Path) -> None:
    both = ["--owner", "AA/pd", "--as-if-owner", "AA/pd"]
    assert run("audit", *desk.options, *both, log).exit_code == 2
    assert run("audit", *desk.options).exit_code == 2


@pytest.mark.parametrize(
    "content",
    ["", "\n\n", "a,b,c\n1,2,3\n", "\x00\x01", "PK\x03\x04", "%PDF-1.7", '"id', ROW],
)
def test_a_file_that_is_no_search_log_ends_with_2(desk: Desk, run: Run, content: str) -> None:
    path = desk.write("log.csv", content.encode("latin-1"))
    result = run("audit", *desk.options, "--owner", "AA/pd", path)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert result.stderr.count("help: ") == 1
    assert "Elm Street" not in result.stderr


@pytest.mark.parametrize("name", ["nothing.csv", ".", "law"])
def test_a_file_that_cannot_be_read_ends_with_2(desk: Desk, run: Run, name: str) -> None:
    result = run("audit", *desk.options, "--owner", "AA/pd", desk.folder / name)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "cannot be read" in result.stderr


def test_a_file_that_goes_away_while_it_is_read_ends_with_2(
    desk: Desk, run: Run, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> None:
        raise LogError("the file cannot be read: Input/output error", "check path and rights")

    monkeypatch.setattr(Reviewer, "read", gone)
    result = run("audit", *desk.options, "--owner", "AA/pd", log)
    assert result.exit_code == 2
    assert "Input/output error" in result.stderr


def test_records_that_cannot_be_read_are_told_and_end_with_5(desk: Desk, run: Run) -> None:
    path = desk.write("log.csv", HEADER + ROW + "x,y\n" + ROW)
    result = run("audit", *desk.options, "--owner", "AA/pd", path)
    assert result.exit_code == 5
    assert "2 rows" in result.stdout
    assert "unread line 3: the row has 2 cells, the header 5" in result.stdout
    assert "1 record could not be read and stand in no count" in result.stdout


def test_skipped_records_and_notes_are_no_failure(desk: Desk, run: Run) -> None:
    path = desk.write("log.csv", HEADER + ROW + HEADER + ",,,,\n" + ROW)
    result = run("audit", *desk.options, "--owner", "AA/pd", path)
    assert result.exit_code == 0
    assert "skipped line 3" in result.stdout
