"""What an audit keeps is what it judged, whatever ends it on the way, and names nobody."""

from __future__ import annotations

import hashlib
import hmac
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from platelaw.compliance.results.export import FORMATS, QueryError, ask, export
from platelaw.compliance.results.secret import Secret, key_beside
from platelaw.compliance.results.store import ResultsError, open_results
from platelaw.engine.audit.report import review_json
from platelaw.engine.decision import Engine

from ...audit.exports import archive, search, table, without
from ...audit.logs import log_text, row
from ...unit.engine.small import rule
from .building import ROOT, contents, kept, law, log, plainly, review_in


@pytest.fixture(scope="module")
def engine() -> Engine:
    return law()


@pytest.fixture(scope="module")
def whole(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of two logs that overlap, read without a break; the logs lie beside them."""
    folder = tmp_path_factory.mktemp("whole")
    logs = log(folder / "may.csv", range(3_500)), log(folder / "june.csv", range(3_400, 5_000))
    kept(folder / "year.results", engine, *logs)
    return folder / "year.results"


def logs_of(results: Path) -> list[Path]:
    return [results.with_name(name) for name in ("may.csv", "june.csv")]


# The same as without --------------------------------------------------------------------------


def test_the_review_of_a_database_is_that_of_the_audit(engine: Engine, tmp_path: Path) -> None:
    release = archive(tmp_path / "release.zip", {
        "a.csv": table([search(number) for number in range(60)]),
        "again.csv": table([search(number, reason="***") for number in range(50, 70)]),
        "hidden.csv": table([
            search(100, reason="REDACTED, barred words"), search(101, reason="[WITHHELD]"),
            search(102, time="***"), search(103, time="not a time"), search(104, org="***"),
            search(105, org="Elm AA PD", reason="Barred (civil/administrative) - "),
        ]),
        "old.csv": table([search(number) for number in range(200, 260)], without("Org Name")),
        "portal.csv": log_text([row(number=n) for n in range(9)] + [row(category="Odd")]),
        "shares.csv": "Organization Name,Networks Shared With Me\nElm AA PD,\"Fir BB PD, Oak\"\n",
        "letter.txt": "Dear custodian,\nhere it is.\n",
    })  # fmt: skip
    kept(tmp_path / "results", engine, release)
    found = review_json(review_in(tmp_path / "results", engine))
    assert found | {"notes": []} == review_json(plainly(engine, release))
    assert found["rows"] > 140
    assert found["indicated"]["possibly"] or found["indicated"]["plainly"]
    assert found["missing"]["redacted"]["time of search"] == 1
    assert found["others"]
    assert found["not_read"]
    assert found["unmapped_categories"]


def test_searches_of_earlier_runs_count_once(engine: Engine, whole: Path) -> None:
    results = whole.with_name("apart")
    for path in logs_of(whole):
        kept(results, engine, path)
    assert review_json(review_in(results, engine)) == review_json(plainly(engine, *logs_of(whole)))


def test_what_is_kept_whole_is_not_read_again(engine: Engine, whole: Path) -> None:
    before = contents(whole)
    told = kept(whole, engine, *logs_of(whole))
    assert told == [
        "may.csv: is kept already (3,500 rows); not read again",
        "june.csv: is kept already (1,600 rows); not read again",
    ]
    assert contents(whole) == before


def test_a_log_that_has_grown_is_told_and_its_searches_count_once(
    engine: Engine, tmp_path: Path
) -> None:
    results = tmp_path / "results"
    path = log(tmp_path / "log.csv", range(20))
    kept(results, engine, path)
    (told,) = kept(results, engine, log(path, range(30)))
    assert told.startswith("log.csv: its bytes have changed since it was read")
    assert review_in(results, engine).rows == 30


# Broken off -----------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["within a write", "no room"])
def test_a_run_that_was_broken_off_goes_on_to_the_same_contents(
    engine: Engine, whole: Path, tmp_path: Path, how: str
) -> None:
    results = tmp_path / "year.results"
    shutil.copy(key_beside(whole), key_beside(results))
    at = {"within a write": 4, "no room": 1_000_000}[how]
    ended = subprocess.run(
        [sys.executable, "-m", "tests.compliance.results.building", how, str(at), str(results),
         *map(str, logs_of(whole))],
        cwd=ROOT, env={**os.environ, "PYTHONSAFEPATH": ""}, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if how == "no room":
        assert ended.returncode == 1
        assert "year.results: cannot be written" in ended.stderr
        assert "run the same command again" in ended.stderr
    else:
        assert ended.returncode == -9, ended.stderr
    with open_results(results) as opened:
        found = opened.execute("SELECT id, state, rows FROM source ORDER BY id").fetchall()
        rows = opened.execute("SELECT count(*) FROM search").fetchone()
    assert len(found) == 2  # what the run did not come to is known to be missing too
    assert found[-1][1] == "reading"
    kept_rows = sum(each[2] for each in found)
    assert rows == (kept_rows,)
    assert 0 < kept_rows < 5_100
    last = review_in(results, engine).files[-1].faults[0].message
    assert last.startswith("its reading was broken off ")
    told = kept(results, engine, *logs_of(whole))
    assert any("goes on after line" in each for each in told)
    assert contents(results) == contents(whole)


def test_a_part_whose_log_has_changed_stays_and_the_log_is_read_anew(
    engine: Engine, tmp_path: Path
) -> None:
    results = tmp_path / "results"
    path = log(tmp_path / "log.csv", range(20))
    kept(results, engine, path)
    with open_results(results, read_only=False) as opened:
        opened.execute("UPDATE source SET state = 'reading'")
    kept(results, engine, log(path, range(30)))
    with open_results(results) as opened:
        states = opened.execute("SELECT state FROM source ORDER BY id").fetchall()
    assert states == [("cut",), ("whole",)]
    assert review_in(results, engine).rows == 30


# Who may be named -----------------------------------------------------------------------------


def test_no_name_plate_or_case_number_is_in_the_file_or_in_what_is_exported(
    whole: Path, tmp_path: Path
) -> None:
    places = [whole]
    with open_results(whole) as opened:
        for form in FORMATS:
            export(opened, tmp_path / form, form)
            places += (tmp_path / form).iterdir()
        accounts = opened.execute("SELECT count(*) FROM cell WHERE field = 'user'").fetchone()
    assert accounts == (7,)
    for place in places:
        data = place.read_bytes()
        for secret in (b"Secret", b"PLT0", b"CASE-0"):
            assert secret not in data, place
    assert b"stolen car" in whole.read_bytes()


def test_the_key_lies_beside_for_its_owner_alone_and_no_other_will_do(
    engine: Engine, tmp_path: Path
) -> None:
    results, path = tmp_path / "results", log(tmp_path / "log.csv", range(3))
    kept(results, engine, path)
    key = key_beside(results)
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    text = key.read_text()
    key.write_text("00" * 32)
    with pytest.raises(ResultsError, match="the key of another results database"):
        kept(results, engine, path)
    key.unlink()
    with pytest.raises(ResultsError, match="missing or damaged"):
        kept(results, engine, path)
    key.write_text(text)
    assert kept(results, engine, path)


def test_a_token_is_the_hmac_of_kind_and_text() -> None:
    (found,) = Secret(b"k" * 32).tokens("user", ["A. Bee"])
    assert found == hmac.digest(b"k" * 32, b"user\0A. Bee", hashlib.sha256)[:16]


# Bad input ------------------------------------------------------------------------------------


def test_results_under_another_law_are_refused(engine: Engine, tmp_path: Path) -> None:
    results, path = tmp_path / "results", log(tmp_path / "log.csv", range(3))
    kept(results, engine, path)
    other = law(rule("sealed", "forbid search of alpr_data\nif case.sealed is yes"))
    with pytest.raises(ResultsError, match="of another policies") as caught:
        kept(results, other, path)
    assert "into a new file" in caught.value.help


def test_columns_that_come_and_go_between_months_are_told(engine: Engine, tmp_path: Path) -> None:
    def month(name: str, day: str, *gone: str, **cells: str) -> Path:
        path = tmp_path / f"{name}.csv"
        rows = [search(int(day) * 100 + n, time=f"11/{day}/2026, 02:40:00 PM UTC", **cells)
                for n in range(3)]  # fmt: skip
        path.write_text(table(rows, without(*gone)), "utf-8")
        return path

    results = tmp_path / "results"
    kept(results, engine, month("c", "03", "Moderation", reason="***"), month("a", "01"),
         month("b", "02", "Moderation"))  # fmt: skip
    with open_results(results) as opened:
        found = opened.execute(
            "SELECT s.name, b.name, label, change FROM layout_change l "
            "JOIN source s ON s.id = l.source JOIN source b ON b.id = l.before ORDER BY ALL"
        ).fetchall()
    assert found == [
        ("b.csv", "a.csv", "Moderation", "gone"), ("c.csv", "b.csv", "reason", "hidden"),
    ]  # fmt: skip
    (gone, hidden) = review_in(results, engine).notes
    assert "b.csv has no column Moderation, unlike a.csv" in gone
    assert "c.csv hides every cell of reason" in hidden


# Asked and exported ---------------------------------------------------------------------------


def test_a_question_is_answered_and_changes_nothing(whole: Path, tmp_path: Path) -> None:
    with open_results(whole) as opened:
        names, rows = ask(opened, "SELECT count(*) AS n FROM searches WHERE NOT is_repeated")
        assert (names, list(rows)) == (["n"], [(5_000,)])
        for wrong in (
            "DELETE FROM search", f"COPY search TO '{tmp_path}/x.csv'", "SELECT * FROM nothing",
            f"FROM '{ROOT}/pyproject.toml'", "SET enable_external_access = true",
        ):  # fmt: skip
            with pytest.raises(QueryError):
                list(ask(opened, wrong)[1])


def test_an_export_is_whole_or_not_there(whole: Path, tmp_path: Path) -> None:
    with open_results(whole) as opened:
        rows = export(opened, tmp_path / "out", "csv")
        assert rows["searches"] == rows["search"] == 5_100
        with pytest.raises(ResultsError, match="it is there already"):
            export(opened, tmp_path / "out", "csv")
        with pytest.raises(ResultsError, match="cannot be written"):
            export(opened, Path("/proc/out"), "csv")
    with (tmp_path / "out" / "searches.csv").open(encoding="utf-8") as file:
        assert sum(1 for _ in file) == 5_101
