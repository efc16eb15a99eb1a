"""Tokens are told to two persons of the agency together, of its own searches, and never a plate."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.compliance.results.store import create

from ...audit.logs import log_text, row

OWNER = "CT/example-pd"
REASON = "review of finding 3f2a"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keys of two persons of the agency, of a second key of one of them, and of another agency."""
    folder = tmp_path_factory.mktemp("keys")
    for name, agency, user in (
        ("anna", OWNER, "desk-1"), ("bert", OWNER, "desk-2"), ("anna-2", OWNER, "DESK-1"),
        ("carl", "CT/strictford-pd", "desk-1"),
    ):  # fmt: skip
        ran = CliRunner().invoke(platelaw, [
            "keys", "signer", str(folder / name), "--agency", agency, "--role", "owner_custodian",
            "--user", user, "--signers", str(folder / "signers.csv"),
        ])  # fmt: skip
        assert ran.exit_code == 0, ran.output
    return folder


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.csv"
    path.write_text(log_text([row("stolen car"), row("theft", case="26-7", number=1)]), "utf-8")
    return path


@pytest.fixture
def results(tmp_path: Path, log: Path) -> Path:
    path, digest = tmp_path / "year.results", hashlib.sha256(log.read_bytes()).hexdigest()
    with create(path, {"owner": OWNER, "simulated": "no"}) as made:
        made.execute(
            "INSERT INTO source VALUES (1, 'log.csv', ?, 9, 'x', [], [], 'whole', 2, 0, 3, NULL, "
            "NULL)", [digest]
        )  # fmt: skip
        for id_, relation in ((1, "own"), (2, "other state")):
            made.execute("INSERT INTO requester VALUES (?, NULL, NULL, [], ?, '', [])",
                         [id_, relation])  # fmt: skip
        for id_, line, who in ((1, 2, 1), (2, 3, 1), (3, 2, 2)):
            made.execute(
                "INSERT INTO search VALUES (?, 1, ?, ?, '2026-11-03 14:40:26', "
                "'2026-11-03 14:40:26', 0, NULL, ?, 0, 0, 0, 0, 0, 0, NULL, NULL, NULL, NULL, 2, "
                "false, NULL)", [id_, line, line, who]
            )  # fmt: skip
    return path


def run(*words: object) -> Result:
    return CliRunner().invoke(platelaw, ["unmask", *map(str, words)])


def signing(keys: Path, who: str) -> tuple[object, ...]:
    return "--signer", keys / who / "signer.key", "--signers", keys / "signers.csv"


def ask(
    results: Path, keys: Path, *searches: int, who: str = "anna", reason: str = REASON
) -> Result:
    named = [word for search in searches for word in ("--search", search)]
    return run("ask", results, *named, "--reason", reason, *signing(keys, who))


def confirm(results: Path, keys: Path, log: Path, id_: str, who: str = "bert") -> Result:
    return run("confirm", results, id_, "--logs", log, *signing(keys, who))


def id_of(asked: Result) -> str:
    assert asked.exit_code == 0, asked.output
    return asked.output.split()[1].rstrip(";")


def test_two_persons_together_are_told_and_the_record_says_so(
    results: Path, keys: Path, log: Path
) -> None:
    asked = ask(results, keys, 1, 2)
    assert "token-" not in asked.output
    told = confirm(results, keys, log, id_of(asked))
    assert told.exit_code == 0, told.output
    assert "account: token-0" in told.output
    assert "account: token-1\n  case number: 26-7\n  reason: theft" in told.output
    listed = run("list", results).output.splitlines()
    assert [f"desk-1 asked for 2: {REASON}" in listed[0], "desk-2 confirmed" in listed[1]] == [
        True, True,
    ]  # fmt: skip
    again = confirm(results, keys, log, id_of(asked))
    assert "it was confirmed and told already" in again.stderr


@pytest.mark.parametrize("who", ["anna", "anna-2"])
def test_whoever_asks_does_not_confirm_with_whatever_key(
    results: Path, keys: Path, log: Path, who: str
) -> None:
    told = confirm(results, keys, log, id_of(ask(results, keys, 1)), who)
    assert told.exit_code == 2
    assert "whoever asks does not confirm" in told.stderr
    assert "token-" not in told.output


def test_another_agency_neither_asks_nor_confirms_nor_is_told_of(
    results: Path, keys: Path, log: Path
) -> None:
    assert "the key is of CT/strictford-pd" in ask(results, keys, 1, who="carl").stderr
    told = confirm(results, keys, log, id_of(ask(results, keys, 1)), "carl")
    assert "the key is of CT/strictford-pd" in told.stderr
    assert "search 3 was not surely made by the agency itself" in ask(results, keys, 3).stderr


def test_a_whole_log_an_empty_reason_and_a_search_that_is_none_are_refused(
    results: Path, keys: Path
) -> None:
    assert "21 searches at once" in ask(results, keys, *range(21)).stderr
    assert "the reason says nothing" in ask(results, keys, 1, reason="needed").stderr
    assert "no search has the id 9" in ask(results, keys, 9).stderr
    assert run("list", results).output == "nobody has asked\n"


def test_another_log_of_the_same_name_is_not_told(
    results: Path, keys: Path, log: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "log.csv"
    other.parent.mkdir()
    shutil.copy(log, other)
    with other.open("a", encoding="utf-8") as file:
        file.write("\n")
    told = confirm(results, keys, other, id_of(ask(results, keys, 1)))
    assert "log.csv, line 2: not among the logs" in told.stderr
    assert run("list", results).output.count("\n") == 1  # the request may still be confirmed


def test_a_record_that_was_touched_is_not_gone_by(results: Path, keys: Path, log: Path) -> None:
    first, second = (id_of(ask(results, keys, each)) for each in (1, 2))
    record = results.with_name("year.results.unmasking")
    lines = record.read_bytes().splitlines(keepends=True)
    record.write_bytes(lines[1])
    assert "does not follow the line before it" in confirm(results, keys, log, second).stderr
    record.write_bytes(lines[0].replace(b'"payload":"', b'"payload":"e'))
    assert confirm(results, keys, log, first).exit_code == 2


def test_that_nobody_has_asked_is_said_of_results_only(log: Path) -> None:
    for place, said in ((log, "holds no results"), (log.with_name("none"), "no such file")):
        ran = CliRunner().invoke(platelaw, ["unmask", "list", str(place)])
        assert (ran.exit_code, said in ran.output) == (2, True), ran.output
