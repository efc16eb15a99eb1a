"""``platelaw agencies --resolve``: names of logs to bodies, and what the exit code tells."""

from __future__ import annotations

import json

import pytest

from .conftest import Desk, Run


@pytest.fixture
def options(desk: Desk) -> list[str]:
    path = desk.registry / "bodies.csv"
    path.write_text(
        path.read_text("utf-8")
        + "OH/elm-pd,Elm Police Department,,OH,police,,,,Elm City Watch,x\n"
        + "OH/fir-a,Fir Police Department,,OH,police,,,,,x\n"
        + "OH/fir-b,Fir Police Department,,OH,police,,,,,x\n",
        "utf-8",
    )
    return ["--registry", str(desk.registry)]


def test_a_name_is_shown_with_its_body_score_evidence_and_status(
    run: Run, options: list[str]
) -> None:
    result = run("agencies", *options, "--resolve", "Elm OH PD - Condor [Inactive]")
    assert result.exit_code == 0
    assert result.stdout == (
        "Elm OH PD - Condor [Inactive]: OH/elm-pd (0.94)\n"
        "  status: inactive\n"
        "  `elm` is its name or place\n"
        "  `pd` is its kind, police\n"
        "  `OH` is the state OH\n"
        "  `condor` behind the dash was left aside\n"
    )
    assert result.stderr == "1 of 1 resolved\n"


@pytest.mark.parametrize(
    ("names", "code"),
    [(["Elm OH PD"], 0), (["Elm OH PD", "Nobody OH PD"], 5), (["Nobody OH PD"], 1), (["", "-"], 1)],
)
def test_the_exit_code_tells_whether_all_some_or_none_are_resolved(
    run: Run, options: list[str], names: list[str], code: int
) -> None:
    asked = [word for name in names for word in ("--resolve", name)]
    assert run("agencies", *options, *asked).exit_code == code


def test_every_candidate_of_an_ambiguous_name_is_listed(run: Run, options: list[str]) -> None:
    result = run("agencies", *options, "--resolve", "Fir OH PD")
    assert result.exit_code == 1
    assert result.stdout.startswith("Fir OH PD: ambiguous\n  may be OH/fir-a (0.49): ")
    assert "  may be OH/fir-b (0.49): " in result.stdout


def test_a_file_or_standard_input_has_one_name_a_line(
    desk: Desk, run: Run, options: list[str]
) -> None:
    text = "\ufeffElm OH PD\r\n\r\n[Federal] Air Force Base\nElm City Watch\n"
    path = desk.write("names.txt", text.encode())
    from_file = run("agencies", *options, "--json", "--resolve-file", path)
    piped = run("agencies", *options, "--json", "--resolve-file", "-", text=text[1:])
    assert from_file.stdout == piped.stdout
    assert from_file.exit_code == piped.exit_code == 5
    report = json.loads(from_file.stdout)
    assert (report["version"], report["resolved"], report["threshold"]) == (1, 2, 0.85)
    assert [(each["name"], each["body"], each["tagged"]) for each in report["names"]] == [
        ("Elm OH PD", "OH/elm-pd", False),
        ("[Federal] Air Force Base", None, True),
        ("Elm City Watch", "OH/elm-pd", False),
    ]


def test_bytes_that_are_no_text_name_nobody(desk: Desk, run: Run, options: list[str]) -> None:
    path = desk.write("names.txt", b"Elm \xff\xfe OH PD\n\x00\n")
    result = run("agencies", *options, "--resolve-file", path)
    assert result.exit_code == 1
    assert "\x00" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [["--resolve", "Elm OH PD", "elm"], ["--resolve", "Elm OH PD", "--kind", "police"]],
)
def test_whole_names_and_words_are_not_asked_together(
    run: Run, options: list[str], arguments: list[str]
) -> None:
    result = run("agencies", *options, *arguments)
    assert result.exit_code == 2
    assert "--resolve reads whole names" in result.stderr


def test_a_file_without_names_is_told(desk: Desk, run: Run, options: list[str]) -> None:
    result = run("agencies", *options, "--resolve-file", desk.write("names.txt", "\n\n"))
    assert result.exit_code == 2
    assert "no name is given" in result.stderr
