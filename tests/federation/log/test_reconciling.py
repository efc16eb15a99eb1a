"""The log of a service that ran, held against an export of searches."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from platelaw.cli import platelaw

from ...compliance.reconciling.results_made import START, Row, results
from ..deciding.asking import NOW, OUTSIDER, PD
from .home import Left


def test_a_log_and_its_export_are_held_against_searches_alike(left: Left, tmp_path: Path) -> None:
    at = (NOW.replace(tzinfo=None) - START).total_seconds()
    rows = [Row(at - 900, "unasked", body=PD), Row(at + 2, "request-permit", body=PD),
            Row(at + 3, "request-deny", body=OUTSIDER), Row(at + 900, body=PD)]  # fmt: skip
    kept = results(tmp_path / "year.results", rows, owner=PD)
    assert left.log("export", tmp_path / "copy").exit_code == 0
    told = left.run("reconcile", kept, "--json")
    assert told.exit_code == 1, told.output
    found = json.loads(told.stdout)["decisions"]
    assert found["counts"]["joined_by_id"] == 2
    [pair] = found["differing"]
    assert (pair["decision"]["request_id"], pair["decision"]["outcome"]) == ("request-deny", "DENY")
    assert "request-search" in {one["request_id"] for one in found["permits_without_search"]}
    assert found["searches_without_decision"] == []  # the others are from before and after the log
    for line in ("2  joined by id", "1  pairs that differ"):
        assert line in left.run("reconcile", kept).stdout
    command = ["reconcile", str(kept), "--json", "--export", str(tmp_path / "copy")]
    assert CliRunner().invoke(platelaw, command).stdout == told.stdout
