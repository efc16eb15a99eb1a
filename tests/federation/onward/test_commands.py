"""Copies on the command line, against a real development service: handed on, recalled, deleted."""

from __future__ import annotations

import datetime
import json
import os
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.v1 import log_pb2 as log

from ..development import Run, against, served

OWNER, HOLDER, NEXT = "CT/example-pd", "CT/darien-pd", "CT/state-police"
PERMIT, HOLD, DENY = 0, 3, 4


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """The folder of a development service that runs."""
    with served(tmp_path_factory.mktemp("service") / "home") as folder:
        yield folder


@pytest.fixture
def run(home: Path) -> Run:
    return against(home)


def share(folder: Path, requester: str, recipient: str) -> Path:
    """A request file: the owner's data for a recipient, by whoever has them."""
    today = datetime.datetime.now(datetime.UTC).date()
    nobody: list[str] = []
    request = {
        "requester": requester,
        "owner": OWNER,
        "act": "share",
        "data": "plate_read",
        "reason": "stolen veh",
        "user": f"user-{os.urandom(4).hex()}",
        "period": {"from": today.isoformat()},
        "facts": {
            "request.purpose": "stolen_vehicle",
            "request.recipients": [recipient],
            "request.on_behalf_of": nobody,
            "user.directed_by": nobody,
            "request.claims": nobody,
            "case.number": "26-1234",
            "case.offense": "larceny of a motor vehicle",
        },
        "instruments": nobody,
    }
    file = folder / f"{os.urandom(4).hex()}.json"
    file.write_text(json.dumps(request))
    return file


@pytest.fixture
def got(run: Run, tmp_path: Path) -> tuple[Path, str]:
    """The answer by which the holder got a copy, and its release id."""
    kept = tmp_path / "got.pb"
    asked = share(tmp_path, OWNER, HOLDER)
    result = run("ask", asked, "--as", "platform", "--keeps-copy", "--save", kept, "--json")
    assert result.exit_code == PERMIT, result.output
    return kept, json.loads(result.stdout)["release_id"]


def onward(run: Run, folder: Path, *kept: Path) -> Result:
    shown = [word for file in kept for word in ("--provenance", str(file))]
    return run("ask", share(folder, HOLDER, NEXT), "--as", "darien-platform", *shown, "--json")


def unanswered(run: Run, release: str, who: str) -> list[dict[str, Any]]:
    listed = json.loads(run("pending", "--json", "--as", who).stdout)["recalls"]
    return [each for each in listed if each["release"] == release]


def test_a_copy_is_handed_on_by_the_answer_that_was_kept(
    run: Run, got: tuple[Path, str], tmp_path: Path
) -> None:
    result = onward(run, tmp_path, got[0])
    assert result.exit_code == PERMIT, result.output
    assert json.loads(result.stdout)["explanation"]["onward"]


def test_an_answer_without_its_circumstances_shows_nothing(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "kept.pb"
    asked = share(tmp_path, OWNER, HOLDER)
    assert run("ask", asked, "--as", "platform", "--save", kept).exit_code == PERMIT
    result = onward(run, tmp_path, kept)
    assert result.exit_code == 2
    assert "ask with `keeps_copy`" in result.output


def test_what_is_no_answer_is_no_provenance(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pb"
    bad.write_bytes(b"nothing")
    result = onward(run, tmp_path, bad)
    assert result.exit_code == 2
    assert "holds no answer" in result.output
    assert "No such file" in onward(run, tmp_path, tmp_path / "away.pb").output


def test_a_recall_is_listed_until_its_holder_answers(
    run: Run, home: Path, got: tuple[Path, str], tmp_path: Path
) -> None:
    kept, release = got
    recalled = run("recall", release, "--why", "released by mistake", "--holder", HOLDER,
                   "--answer-by", "2099-01-01", "--as", "records", "--yes")  # fmt: skip
    assert recalled.exit_code == 0, recalled.output
    result = onward(run, tmp_path, kept)
    assert (result.exit_code, json.loads(result.stdout)["reason"]) == (DENY, "recalled")
    (mine,) = unanswered(run, release, "darien-records")
    (theirs,) = unanswered(run, release, "records")
    assert (mine["mine_to_answer"], theirs["mine_to_answer"]) == (True, False)
    assert (mine["owner"], mine["why"]) == (OWNER, "released by mistake")
    assert "yours to answer" in run("pending", "--as", "darien-records").stdout
    assert not unanswered(run, release, "court")
    assert unanswered(run, release, "auditor")
    answered = run("deleted", release, "--kept", "two reads", "--retention", "the case file",
                   "--as", "darien-records", "--yes")  # fmt: skip
    assert answered.exit_code == 0, answered.output
    assert not unanswered(run, release, "darien-records")
    told = [act for act in acts(home) if json.loads(act.details)["release"] == release]
    assert [act.kind for act in told] == ["recalled", "deletion_stated"]
    assert not any(b"mistake" in act.details or b"reads" in act.details for act in told)


def acts(home: Path) -> Generator[log.ActEntry]:
    """What the log of the service says was done with releases."""
    with closing(SqliteStore(home / "log.sqlite", only_reading=True)) as store:
        for group in store.groups(0, store.head().edge.size):
            for data in group.entries:
                entry = log.LogEntry.FromString(data)
                if entry.act.kind in ("recalled", "deletion_stated"):
                    yield entry.act


def test_a_recall_is_never_taken_back(run: Run, got: tuple[Path, str]) -> None:
    stated = run("recall", got[1], "--why", "x", "--holder", HOLDER, "--answer-by", "2099-01-01",
                 "--as", "records", "--yes", "--json")  # fmt: skip
    statement = json.loads(stated.stdout)["taken"][0]["statement"]
    result = run("attest", "--withdraw", statement, "--as", "records", "--yes")
    assert result.exit_code == 2
    assert "a recall counts for good" in result.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("recall", "4f0c", "--why", "x", "--holder", HOLDER, "--answer-by", "2099-01-01"),
         "no release id"),
        (("recall", "0" * 32, "--why", "x", "--holder", HOLDER, "--answer-by", "2020-01-01"),
         "--answer-by is not after --from"),
        (("recall", "0" * 32, "--why", "x", "--holder", "CT/nowhere-pd", "--answer-by",
          "2099-01-01", "--yes"), "no body of the registry has the key"),
        (("recall", "0" * 32, "--why", " ", "--holder", HOLDER, "--answer-by", "2099-01-01"),
         "payload/why: not a text"),
        (("deleted", "0" * 32, "--kept", "all"), "--kept and --retention go together"),
    ],
)  # fmt: skip
def test_what_is_stated_wrongly_is_told_with_the_mend(
    run: Run, arguments: tuple[str, ...], told: str
) -> None:
    result = run(*arguments, "--as", "records")
    assert result.exit_code == 2
    assert told in result.output


def test_a_dry_run_prints_what_would_be_signed(run: Run) -> None:
    printed = run("deleted", "0" * 32, "--on", "2026-11-20", "--dry-run").stdout
    assert json.loads(printed)["deleted"] == "2026-11-20T00:00:00Z"
    assert json.loads(printed)["subject"] == {"release": "0" * 32}
