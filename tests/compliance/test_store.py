"""Results databases are made whole, and opened only by the version that made them."""

from __future__ import annotations

from pathlib import Path

import pytest

from platelaw.compliance.results.store import (
    ResultsError,
    create,
    duckdb_errors,
    is_interruption,
    open_results,
)
from platelaw.compliance.results.tables import arrow, insert


def test_a_new_database_says_what_it_is_of(tmp_path: Path) -> None:
    path = tmp_path / "year.results"
    create(path, {"owner": "CT/example-pd"}).close()
    with open_results(path) as opened:
        about = dict(opened.execute("SELECT name, value FROM about").fetchall())
    assert about == {"schema": "2", "owner": "CT/example-pd"}


def test_a_file_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "year.results"
    path.write_text("a letter", "utf-8")
    with pytest.raises(ResultsError, match="there is a file already"):
        create(path, {})
    assert path.read_text("utf-8") == "a letter"


def test_other_files_and_other_versions_are_told_apart(tmp_path: Path) -> None:
    letter, older = tmp_path / "letter", tmp_path / "older"
    letter.write_text("a letter", "utf-8")
    with create(older, {}) as made:
        made.execute("UPDATE about SET value = '0' WHERE name = 'schema'")
    with pytest.raises(ResultsError, match="holds no results of an audit"):
        open_results(letter)
    with pytest.raises(ResultsError, match="form 0 of results"):
        open_results(older)
    with pytest.raises(ResultsError, match="no such file"):
        open_results(tmp_path / "none")


def test_a_write_that_fails_says_why_and_is_not_taken_for_ctrl_c(tmp_path: Path) -> None:
    nameless = arrow().table({"name": arrow().array([None], "string"), "value": ["x"]})
    with create(tmp_path / "year.results", {}) as made:
        made.begin()
        with pytest.raises(duckdb_errors(), match="NOT NULL") as failed:
            insert(made, "about", nameless)
        assert not is_interruption(failed.value)
        with pytest.raises(duckdb_errors(), match="ROLLBACK") as later:
            made.execute("SELECT 1")
    assert not is_interruption(later.value)
    later.value.__context__ = KeyboardInterrupt()
    assert is_interruption(later.value)
