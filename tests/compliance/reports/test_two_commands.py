"""From a zip of exports to a report on the desk with two commands."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner

from platelaw.cli import platelaw
from platelaw.cli.example import example_log


@pytest.mark.parametrize("name", ["darien_ct_pd_portal_search_audit_2026-09.csv", "audit.csv"])
def test_a_zip_of_exports_becomes_a_report_with_findings(tmp_path: Path, name: str) -> None:
    archive, results, page = (tmp_path / each for each in ("exports.zip", "r", "report.html"))
    with zipfile.ZipFile(archive, "w") as made:
        made.write(example_log(), name)
    ran = CliRunner().invoke(platelaw, ["audit", str(archive), "--results", str(results)])
    if name == "audit.csv":  # nothing tells whose it is
        assert ran.exit_code == 2
        assert "find the agency's key with `platelaw agencies NAME`" in ran.stderr
        assert not results.exists()
        return
    assert ran.exit_code == 0, ran.output
    assert "owner taken from the file's name: CT/darien-pd" in ran.stderr
    assert f"next: platelaw report {results} --html report.html" in ran.stderr
    ran = CliRunner().invoke(platelaw, ["report", str(results), "--html", str(page), "--json"])
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.stdout)
    assert told["summary"][0]["text"].startswith("71 searches of plate data of Darien")
    assert told["next"]["rows"]
    assert "Darien Police Department" in page.read_text("utf-8")


def test_a_log_of_another_agency_in_a_zip_is_warned_of_last(tmp_path: Path) -> None:
    archive, results = tmp_path / "exports.zip", tmp_path / "r"
    with zipfile.ZipFile(archive, "w") as made:
        made.write(example_log(), "eugene_or_pd_2025.csv")
    words = ["audit", str(archive), "--owner", "CT/darien-pd", "--no-review"]
    ran = CliRunner().invoke(platelaw, [*words, "--results", str(results)])
    assert ran.exit_code == 0, ran.output
    warning, next_ = ran.stderr.splitlines()[-2:]
    assert warning.startswith(
        "WARNING: the name of eugene_or_pd_2025.csv is that of a log of Eugene"
    )
    assert next_.startswith("next: ")
    assert results.stat().st_mode & 0o077 == 0  # as confidential as the logs


def test_a_row_with_the_id_of_another_search_counts_everywhere(tmp_path: Path) -> None:
    lines = example_log().read_text("utf-8").splitlines()
    column = next(csv.reader(lines[:1])).index("id")
    first, second, *_ = csv.reader(lines[1:3])
    second[column] = first[column]  # the id of the row above, other cells
    log, results = tmp_path / "darien_ct_pd.csv", tmp_path / "r"
    with log.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows([*csv.reader(lines[:2]), second, *csv.reader(lines[3:])])

    def run(*words: str | Path) -> str:
        ran = CliRunner().invoke(platelaw, [str(word) for word in words])
        assert ran.exit_code == 0, ran.output
        return ran.stdout

    owner = "--owner", "CT/darien-pd"
    audited = json.loads(run("audit", *owner, log, "--results", results, "--no-review", "--json"))
    assert audited["rows"] == len(lines) - 1
    told = json.loads(run("report", results, "--json"))
    assert told["summary"][0]["text"].startswith(f"{len(lines) - 1} searches")


def test_rows_are_kept_without_a_review_if_that_is_said(tmp_path: Path) -> None:
    results = tmp_path / "r"
    ran = CliRunner().invoke(
        platelaw, ["audit", str(example_log()), "--results", str(results), "--no-review"]
    )
    assert ran.exit_code == 0, ran.output
    assert "findings stand in the register" not in ran.stderr
    ran = CliRunner().invoke(platelaw, ["report", str(results)])
    assert "Nobody has reviewed these results yet" in ran.output
