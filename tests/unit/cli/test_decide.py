"""``platelaw decide`` and ``explain``: exit codes, clean output, and no input that breaks them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from platelaw.engine.schemas import schema_text

from ..engine.small import plain
from .conftest import Desk, Run

BOTH = ("decide", "explain")
REQUESTS: dict[str, tuple[dict[str, Any], int]] = {
    "PERMIT": (plain(), 0),
    "HOLD": (plain(reason="a grim matter"), 3),
    "DENY": (plain({"request.purpose": "barred"}), 4),
    "DENY: The request cannot be gone by": (plain({"case.numbr": 1}), 2),
}


@pytest.mark.parametrize("command", BOTH)
@pytest.mark.parametrize("word", REQUESTS)
def test_the_exit_code_tells_the_outcome(desk: Desk, run: Run, command: str, word: str) -> None:
    raw, code = REQUESTS[word]
    result = run(command, *desk.options, desk.write("request.json", raw))
    assert result.stdout.startswith(word)
    assert result.exit_code == code
    assert result.stderr == ""


@pytest.mark.parametrize("word", REQUESTS)
@pytest.mark.parametrize("view", ["requester", "owner", "regulator"])
def test_json_is_all_there_is_on_standard_output(
    desk: Desk, run: Run, word: str, view: str
) -> None:
    raw, code = REQUESTS[word]
    path = desk.write("request.json", raw)
    result = run("decide", "--json", "--view", view, *desk.options, path)
    assert result.exit_code == code
    answer = json.loads(result.stdout)
    Draft202012Validator(json.loads(schema_text("decision"))).validate(answer)
    assert answer["outcome"] == word[: len(answer["outcome"])]
    assert answer["view"] == view
    assert result.stderr == ""


@pytest.mark.parametrize("command", BOTH)
def test_a_request_may_come_from_standard_input(desk: Desk, run: Run, command: str) -> None:
    result = run(command, *desk.options, "-", text=json.dumps(plain()))
    assert result.exit_code == 0


def test_an_explanation_shows_the_conditions_of_clear_rules_only_if_asked(
    desk: Desk, run: Run
) -> None:
    path = desk.folder / "request.json"
    short = run("explain", *desk.options, path).stdout
    long = run("explain", "--all", *desk.options, path).stdout
    assert "aa/act/barred-use: clear\n" in short
    assert "if request.purpose is a kind of barred: false" not in short
    assert "if request.purpose is a kind of barred: false" in long


# Inputs that cannot be gone by --------------------------------------------------------------


@pytest.mark.parametrize("command", BOTH)
@pytest.mark.parametrize(
    "content",
    [b"", b" \n", b"{", b"[]", b"\x89PNG\r\n\x1a\n\x00\x00", b"\xff\xfe{\x00}\x00", b"\x00",
     b"[" * 100_000, b'{"act": "\\ud800"}', b'{"act": "\x1b[2J"}', b'{"a": 1, "a": 2}'],
)  # fmt: skip
def test_a_file_that_is_no_request_is_denied_with_its_faults(
    desk: Desk, run: Run, command: str, content: bytes
) -> None:
    result = run(command, *desk.options, desk.write("request.json", content))
    assert result.exit_code == 2
    assert result.stdout.startswith("DENY: The request cannot be gone by as it stands.\n")
    assert "What is wrong with the request" in result.stdout
    assert "\x1b" not in result.stdout


@pytest.mark.parametrize("command", BOTH)
@pytest.mark.parametrize("name", ["nothing.json", ".", "law"])
def test_a_file_that_cannot_be_read_ends_with_2(
    desk: Desk, run: Run, command: str, name: str
) -> None:
    result = run(command, *desk.options, desk.folder / name)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert "help: " in result.stderr


@pytest.mark.parametrize("command", BOTH)
def test_a_file_that_may_not_be_read_ends_with_2(
    desk: Desk, run: Run, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = desk.folder / "request.json"
    original = Path.read_bytes

    def refuse(opened: Path) -> bytes:
        if opened == path:
            raise PermissionError(13, "Permission denied", str(path))
        return original(opened)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    result = run(command, *desk.options, path)
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr


# Options ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "word"),
    [
        ("2026-11-03", "PERMIT"),
        ("2026-11-01T01:30:00-04:00", "PERMIT"),
        ("2019-12-31", "DENY"),
    ],
)
def test_a_request_may_be_asked_as_of_another_day(desk: Desk, run: Run, at: str, word: str) -> None:
    result = run("decide", "--at", at, *desk.options, desk.folder / "request.json")
    assert result.stdout.startswith(word)


@pytest.mark.parametrize("command", BOTH)
@pytest.mark.parametrize(
    "at",
    ["tomorrow", "", "2026-02-30", "2026-11-01T01:30:00", "20261103", "0001-01-01", "9999-12-31",
     "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-12:00"],
)  # fmt: skip
def test_a_bad_day_is_refused(desk: Desk, run: Run, command: str, at: str) -> None:
    result = run(command, "--at", at, *desk.options, desk.folder / "request.json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: --at: ")


def test_the_end_of_keeping_is_not_moved_with_the_day(desk: Desk, run: Run) -> None:
    """What is kept until a day is that old on that day, whenever one asks."""
    old = "\nrule old \"old\"\n  cites \"Law\" status verified\n  in force from 2020-01-01\n" \
          "  forbid keep of alpr_data\n  if data.age is over 21 days\n"  # fmt: skip
    law = desk.library / "law.policy"
    law.write_text(law.read_text().replace("\nexample ", f"{old}\nexample "))
    raw = plain(act="keep", period={"from": "2026-11-01", "until": "2026-12-31"})
    path = desk.write("request.json", raw)
    for more in ([], ["--at", "2026-11-02"]):
        assert run("decide", *more, *desk.options, path).exit_code == 4


@pytest.mark.parametrize("command", BOTH)
def test_a_bill_takes_part_only_in_simulation(desk: Desk, run: Run, command: str) -> None:
    result = run(command, "--with-proposed", *desk.options, desk.folder / "request.json")
    assert result.exit_code == 2
    assert "--simulate" in result.stderr
    path = desk.folder / "request.json"
    assert run(command, "--with-proposed", "--simulate", *desk.options, path).exit_code == 0


@pytest.mark.parametrize("command", BOTH)
def test_a_missing_library_ends_with_2(desk: Desk, run: Run, command: str) -> None:
    path = desk.folder / "request.json"
    for place in ("nothing", "registry"):
        result = run(command, "--policies", desk.folder / place, path)
        assert result.exit_code == 2
        assert result.stdout == ""
        assert place in result.stderr


@pytest.mark.parametrize("fault", ["rule", 'rule x "x"\n', "vocabulary core 1\n", "\x00", "é"])
def test_a_library_with_faults_decides_nothing(desk: Desk, run: Run, fault: str) -> None:
    (desk.library / "more.policy").write_text(fault, "latin-1")
    result = run("decide", "--json", *desk.options, desk.folder / "request.json")
    assert result.exit_code == 2
    assert result.stdout == ""
    assert " error: " in result.stderr
    assert "the library is refused" in result.stderr


REGISTRIES = {
    "twice": ("AA/pd,Other,,AA,police,,,,,x\n", "twice"),
    "ORI": ("AA/new,New,AA0000100,AA,police,,,,,x\n", "AA0000100"),
    "short": ("AA/new,New\n", "length"),
    "long": ("AA/new,New,,AA,police,,,,,x,y\n", "length"),
    "blank": ("AA/new,,,AA,police,,,,,x\n", "`name` is blank"),
    "quoting": ('AA/new,"New" Town,,AA,police,,,,,x\n', "quoting"),
    "open": ('AA/new,"New Town,,AA,police,,,,,x\n', "quoting"),
}


@pytest.mark.parametrize("name", REGISTRIES)
@pytest.mark.parametrize("command", ["decide", "agencies", "check", "audit"])
def test_a_registry_with_a_fault_is_refused_with_its_place(
    desk: Desk, run: Run, command: str, name: str
) -> None:
    row, words = REGISTRIES[name]
    path = desk.registry / "bodies.csv"
    path.write_text(path.read_text() + row)
    result = run(command, "--registry", desk.registry, *named(command, desk))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: bodies.csv")
    assert words in result.stderr


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("", "no column `key`"),
        ("key,name,ori,sovereign\n", "no column `kind`"),
        ("key,name,sovereign,kind,kind\n", "`kind` twice"),
        ('key,"name"x,sovereign,kind\n', "quoting"),
        ("\x89PNG\r\n", "UTF-8"),
    ],
)
def test_a_registry_without_a_good_header_is_refused(
    desk: Desk, run: Run, header: str, words: str
) -> None:
    (desk.registry / "bodies.csv").write_text(header, "latin-1")
    result = run("agencies", "--registry", desk.registry)
    assert result.exit_code == 2
    assert words in result.stderr


def test_a_folder_without_a_registry_is_refused(desk: Desk, run: Run) -> None:
    for place in ("law", "nothing", "request.json"):
        assert run("agencies", "--registry", desk.folder / place).exit_code == 2


def named(command: str, desk: Desk) -> list[str]:
    """What a command is about."""
    if command == "decide":
        return [str(desk.folder / "request.json")]
    return ["--example"] if command == "audit" else []
