"""Searches of a package are found again in the originals, judged again, and explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from platelaw.cli.example import EXAMPLE_OWNER
from platelaw.compliance.evidence.rereading import Rereading, reread
from platelaw.dsl.model import Library
from platelaw.engine.audit.log_row import LogRow
from platelaw.engine.audit.reader import open_log
from platelaw.engine.audit.review import Reviewer
from platelaw.engine.decision import Engine
from platelaw.engine.library import shipped_registry

from ...audit.exports import search, table
from ...audit.logs import log_text, row

REASON = "assist ice at 12 Elm Street"


@pytest.fixture(scope="module")
def reviewer(library: Library) -> Reviewer:
    engine = Engine(library, shipped_registry())
    owner = engine.registry.get(EXAMPLE_OWNER)
    assert owner is not None
    return Reviewer(engine, owner)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("logs") / "log.csv"
    rows = [row(REASON), row("stolen vehicle")]
    path.write_text(log_text(rows, without=("offenseType",)), "utf-8")
    return path


def told(reviewer: Reviewer, path: Path, line: int) -> dict[str, str]:
    """What a package says of the search on a line."""
    rows = (each for each in open_log(path).rows() if isinstance(each, LogRow))
    judged = next(reviewer.judged(each) for each in rows if each.line == line)
    verdict = judged[0].verdict.value if judged else "not judged"
    return {"source": "1", "line": str(line), "verdict": verdict, "judgment": str(line)}


def again(reviewer: Reviewer, path: Path, rows: list[dict[str, str]]) -> Rereading:
    sources: list[dict[str, Any]] = [
        {"source": 1, "name": path.name, "sha256": open_log(path).sha256}
    ]
    return reread(reviewer, [open_log(path)], sources, rows)


def test_what_was_packed_is_found_judged_alike_and_explained_without_the_reason(
    reviewer: Reviewer, log: Path
) -> None:
    found = again(reviewer, log, [told(reviewer, log, 2), told(reviewer, log, 3)])
    assert (found.read, found.faults, found.missing) == (2, [], [])
    assert "ct/alpr-act/barred-words" in found.trees["2"]
    assert REASON not in "".join(found.trees.values())


def test_a_search_of_which_nobody_knows_who_made_it_is_explained_too(
    reviewer: Reviewer, tmp_path: Path
) -> None:
    hidden = tmp_path / "hidden.csv"
    hidden.write_text(table([search(org="***", reason=REASON)]), "utf-8")
    found = again(reviewer, hidden, [told(reviewer, hidden, 2)])
    assert found.faults == []
    assert "ct/alpr-act/barred-words: " in found.trees["2"]


def test_another_verdict_and_a_line_without_a_search_are_told(
    reviewer: Reviewer, log: Path
) -> None:
    wrong = {**told(reviewer, log, 2), "verdict": "shown unlawful"}
    found = again(reviewer, log, [wrong, {**wrong, "line": "9"}])
    assert "the package says shown unlawful" in found.faults[0]
    assert found.faults[1] == "log.csv:9: no search stands there"


def test_a_file_of_other_bytes_is_not_taken_for_the_original(reviewer: Reviewer, log: Path) -> None:
    sources = [{"source": 1, "name": "log.csv", "sha256": "0" * 64}]
    found = reread(reviewer, [open_log(log)], sources, [told(reviewer, log, 2)])
    assert (found.read, found.missing) == (0, ["log.csv"])
