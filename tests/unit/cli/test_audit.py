"""``platelaw audit``: whose log it is, what cannot be read, and what is printed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.audit import findings, report
from platelaw.engine.audit.reader import LogError, SearchLog
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
    found = json.loads(result.stdout)
    assert found["rows"] == 1
    assert found["owner"]["key"] == "AA/pd"
    assert found["simulated"] is False


@pytest.mark.parametrize("name", ["town_aa_pd_audit.csv", "log.csv", "aa_pd.csv"])
def test_a_name_that_tells_no_owner_asks_for_one(
    desk: Desk, run: Run, log: Path, name: str
) -> None:
    result = run("audit", *desk.options, log.rename(desk.folder / name))
    assert result.exit_code == 2
    assert "--owner" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "name",
    ["elm_aa_pd_audit.csv", "4_1_2025-4_30_2025-Elm AA PD-Audit - Redacted.csv",
     "3_1_2026-3_31_2026-Elm_AA_PD-Network-Audit.csv"],
)  # fmt: skip
def test_the_owner_may_be_told_by_the_files_name(
    desk: Desk, run: Run, log: Path, name: str
) -> None:
    path = desk.registry / "bodies.csv"
    path.write_text(path.read_text() + "AA/elm-pd,Elm,,AA,police,,,,,x\n")
    named = log.rename(desk.folder / name)
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


def test_an_owner_that_is_not_on_file_is_told_before_what_is_wrong_with_the_log(
    desk: Desk, run: Run
) -> None:
    log = desk.write("odd.csv", "Officer,Tag Read\n")
    result = run("audit", *desk.options, "--owner", "AA/nobody", log)
    assert result.exit_code == 2
    assert "no agency `AA/nobody` is on file" in result.stderr


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


@pytest.mark.parametrize(
    ("name", "said"),
    [("nothing.csv", "cannot be read"), ("law", "no file in it is a search log")],
)
def test_what_cannot_be_read_ends_with_2(desk: Desk, run: Run, name: str, said: str) -> None:
    result = run("audit", *desk.options, "--owner", "AA/pd", desk.folder / name)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert said in result.stderr


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


def test_a_search_that_two_files_hold_counts_once(desk: Desk, run: Run) -> None:
    row = "6023db79-9334-4b07-8b35-7f6e18366971,u,2026-11-03T14:40:26Z,3,Robbery\n"
    logs = [desk.write(f"{month}.csv", HEADER + row + f"x{month},u,2026-11-03T14:40:26Z,3,Theft\n")
            for month in (10, 11)]  # fmt: skip
    result = run("audit", "--json", *desk.options, "--owner", "AA/pd", *logs)
    found = json.loads(result.stdout)
    assert found["rows"] == sum(found["verdicts"].values()) == 3
    assert [(file["rows"], file["read_before"]) for file in found["files"]] == [(2, 0), (2, 1)]
    text = run("audit", *desk.options, "--owner", "AA/pd", *logs).stdout
    assert "1 rows are searches that an earlier file holds too" in text


def test_faults_are_all_counted_and_the_first_are_listed(
    desk: Desk, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(findings, "MOST_FAULTS", 20)
    monkeypatch.setattr(report, "MOST_FAULTS", 20)
    path = desk.write("log.csv", HEADER + ROW + "x,y\n" * 50)
    found = json.loads(run("audit", "--json", *desk.options, "--owner", "AA/pd", path).stdout)
    (file,) = found["files"]
    assert (file["rows"], file["unread"], file["skipped"]) == (1, 50, 0)
    assert [fault["line"] for fault in file["faults"]] == list(range(3, 23))
    result = run("audit", *desk.options, "--owner", "AA/pd", path)
    assert result.exit_code == 5
    assert "and 40 more; --json lists the first 20" in result.stdout
    assert "50 records could not be read" in result.stdout


SHARED = "Organization Name,Networks Shared With Me\nElm PD,Elm PD\n"


def test_an_export_without_searches_is_told_and_nothing_is_judged(desk: Desk, run: Run) -> None:
    path = desk.write("shared.csv", SHARED)
    result = run("audit", *desk.options, path)
    assert result.exit_code == 0
    assert "there is nothing to judge" in result.stdout
    assert "1 records: 1 networks shared with the exporting agency" in result.stdout
    found = json.loads(run("audit", "--json", *desk.options, path).stdout)
    assert found["others"][0]["kind"] == "shared_networks"
    desk.write("shared.csv", SHARED + "Oak PD\n")
    assert run("audit", *desk.options, path).exit_code == 5


def test_an_export_without_searches_stands_beside_the_logs(desk: Desk, run: Run, log: Path) -> None:
    path = desk.write("shared.csv", SHARED)
    result = run("audit", *desk.options, "--owner", "AA/pd", log, path)
    assert result.exit_code == 0
    assert "1 rows, 2026-11-03" in result.stdout
    assert "a Shared Networks export (who shares with whom); it holds no searches" in result.stdout
    found = json.loads(run("audit", "--json", *desk.options, "--owner", "AA/pd", log, path).stdout)
    assert [other["records"] for other in found["others"]] == [1]


MAP = """
name = "own"
title = "Our own"
vendor = "nobody"
status = "unverified"
time_zone = "utc"
never_recorded = ["network_count", "camera_count", "category", "case_number", "organization",
  "plate", "filters", "time_frame", "search_type", "text_prompt", "moderation", "user", "search_id"]
[columns]
When = "time"
Why = "reason"
[[variant]]
name = "one"
required = ["When", "Why"]
"""


def test_a_column_map_of_ones_own_reads_what_no_shipped_one_does(desk: Desk, run: Run) -> None:
    path = desk.write("log.csv", "When,Why\n2026-11-03T14:40:26Z,Robbery\n")
    assert run("audit", *desk.options, "--owner", "AA/pd", path).exit_code == 2
    own = desk.write("own.toml", MAP)
    result = run("audit", *desk.options, "--owner", "AA/pd", "--layout", own, path)
    assert result.exit_code == 0
    assert "Our own (one) (own/one)" in result.stdout
    assert "UNVERIFIED" in result.stdout


@pytest.mark.parametrize("text", ["", "x = [", MAP.replace("When = ", "Then = "), "\xff"])
def test_a_column_map_that_cannot_be_read_ends_with_2(
    desk: Desk, run: Run, log: Path, text: str
) -> None:
    own = desk.write("own.toml", text.encode("latin-1"))
    for place in (own, desk.folder / "none.toml"):
        result = run("audit", *desk.options, "--owner", "AA/pd", "--layout", place, log)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert "help: " in result.stderr


def test_an_interrupted_audit_prints_no_part_of_a_report(
    desk: Desk, run: Run, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = Reviewer.read

    def interrupted(self: Reviewer, log: SearchLog) -> Iterator[int]:
        yield from read(self, log)
        raise KeyboardInterrupt

    monkeypatch.setattr(Reviewer, "read", interrupted)
    result = run("audit", *desk.options, "--owner", "AA/pd", log)
    assert result.exit_code != 0
    assert result.stdout == ""


def test_parts_that_are_no_log_are_named_in_both_outputs(desk: Desk, run: Run) -> None:
    path = desk.folder / "a.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("log.csv", HEADER + ROW)
        made.writestr("letter.pdf", "%PDF-1.7")
    result = run("audit", "--json", *desk.options, "--owner", "AA/pd", path)
    assert result.exit_code == 0
    assert "not read: a.zip/letter.pdf: this is a PDF" in result.stderr
    (part,) = json.loads(result.stdout)["not_read"]
    assert part["name"] == "a.zip/letter.pdf"


def test_an_agency_that_is_not_on_file_is_told_with_those_that_may_be_meant(
    desk: Desk, run: Run, log: Path
) -> None:
    for option in ("--owner", "--as-if-owner"):
        result = run("audit", *desk.options, option, "AA", log)
        assert result.exit_code == 2
        assert "did you mean one of these?\n  AA/" in result.stderr
