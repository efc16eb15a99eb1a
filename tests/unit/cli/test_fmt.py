"""``platelaw fmt``: files are written whole or not at all, and only where they change."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from .conftest import Desk, Run

UNTIDY = (
    'policy   a/b\n  title "B"\n  layer owner\n issued by "B"\n  time zone America/New_York\n'
    "  uses core 1\n  binds any request\n"
    'rule x "X"\n  permit search of alpr_data # kept\n  cites "Law" status verified\n'
    "  in force from 2020-01-01\n"
)


@pytest.fixture
def untidy(desk: Desk) -> Path:
    return desk.write("law/untidy.policy", UNTIDY)


def test_a_file_is_laid_out_once_and_for_all(untidy: Path, run: Run) -> None:
    result = run("fmt", untidy)
    assert result.exit_code == 0
    assert result.stdout == f"formatted {untidy}\n"
    assert "1 file read, 1 changed, 0 left as they are" in result.stderr
    tidy = untidy.read_text()
    assert tidy != UNTIDY
    assert "# kept" in tidy
    again = run("fmt", untidy)
    assert (again.exit_code, again.stdout) == (0, "")
    assert untidy.read_text() == tidy


@pytest.mark.parametrize(("option", "code"), [("--check", 5), ("--diff", 0)])
def test_check_and_diff_write_nothing(untidy: Path, run: Run, option: str, code: int) -> None:
    before = untidy.stat()
    result = run("fmt", option, untidy)
    assert result.exit_code == code
    assert untidy.read_text() == UNTIDY
    assert untidy.stat() == before or untidy.stat().st_mtime_ns == before.st_mtime_ns
    assert "1 would change" in result.stderr
    if option == "--diff":
        assert result.stdout.startswith("--- ")
        assert "\n-policy   a/b\n" in result.stdout


def test_check_passes_what_is_tidy(untidy: Path, run: Run) -> None:
    run("fmt", untidy)
    result = run("fmt", "--check", untidy)
    assert (result.exit_code, result.stdout) == (0, "")


@pytest.mark.parametrize("content", ["rule x\n", "policy a/b\n  layer", "\x00", '"'])
@pytest.mark.parametrize("options", [[], ["--check"], ["--diff"]])
def test_a_broken_file_is_left_as_it_is_and_others_are_written(
    desk: Desk, untidy: Path, run: Run, content: str, options: list[str]
) -> None:
    broken = desk.write("law/broken.policy", content)
    result = run("fmt", *options, desk.library)
    assert result.exit_code == 5
    assert broken.read_text() == content
    assert " error: " in result.stderr
    assert " error: " not in result.stdout
    assert (untidy.read_text() == UNTIDY) is bool(options)


def test_a_file_keeps_its_mode(untidy: Path, run: Run) -> None:
    untidy.chmod(0o640)
    run("fmt", untidy)
    assert untidy.read_text() != UNTIDY
    assert stat.S_IMODE(untidy.stat().st_mode) == 0o640


def test_a_link_stays_a_link(desk: Desk, untidy: Path, run: Run) -> None:
    link = desk.folder / "link.policy"
    link.symlink_to(untidy)
    assert run("fmt", link).exit_code == 0
    assert link.is_symlink()
    assert untidy.read_text() != UNTIDY


@pytest.mark.parametrize("name", ["mkstemp", "replace"])
def test_a_file_that_cannot_be_written_stays_whole(
    untidy: Path, run: Run, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(f"tempfile.{name}" if name == "mkstemp" else f"os.{name}", refuse)
    before = sorted(os.listdir(untidy.parent))
    result = run("fmt", untidy)
    assert result.exit_code == 2
    assert "Permission denied" in result.stderr
    assert untidy.read_text() == UNTIDY
    assert sorted(os.listdir(untidy.parent)) == before


def test_standard_input_is_formatted_to_standard_output(run: Run) -> None:
    tidy = run("fmt", "-", text=UNTIDY)
    assert tidy.exit_code == 0
    assert tidy.stderr == ""
    again = run("fmt", "-", text=tidy.stdout)
    assert again.stdout == tidy.stdout


@pytest.mark.parametrize(("text", "code"), [("rule x\n", 5), (b"\xff", 2)])
def test_broken_standard_input_gives_nothing_to_write(
    run: Run, text: str | bytes, code: int
) -> None:
    """Whatever comes out of `fmt - < a > b` is written into b."""
    result = run("fmt", "-", text=text)
    assert result.exit_code == code
    assert result.stdout == ""
    assert "error: " in result.stderr


def test_a_byte_order_mark_and_line_ends_are_no_change_of_meaning(untidy: Path, run: Run) -> None:
    run("fmt", untidy)
    tidy = untidy.read_bytes()
    untidy.write_bytes(b"\xef\xbb\xbf" + tidy.replace(b"\n", b"\r\n"))
    assert run("fmt", untidy).exit_code == 0
    assert untidy.read_bytes() == tidy


@pytest.mark.parametrize("place", ["nothing", "registry"])
def test_a_place_without_policies_ends_with_2(desk: Desk, run: Run, place: str) -> None:
    result = run("fmt", desk.folder / place)
    assert result.exit_code == 2
    assert result.stdout == ""
