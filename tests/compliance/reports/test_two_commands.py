"""From a zip of exports to a report on the desk with two commands."""

from __future__ import annotations

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


def test_rows_are_kept_without_a_review_if_that_is_said(tmp_path: Path) -> None:
    results = tmp_path / "r"
    ran = CliRunner().invoke(
        platelaw, ["audit", str(example_log()), "--results", str(results), "--no-review"]
    )
    assert ran.exit_code == 0, ran.output
    assert "findings stand in the register" not in ran.stderr
    ran = CliRunner().invoke(platelaw, ["report", str(results)])
    assert "Nobody has reviewed these results yet" in ran.output
