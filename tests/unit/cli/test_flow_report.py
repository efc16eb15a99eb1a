"""``platelaw flow report`` writes the page and the picture, or says what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(platelaw, ["flow", "report", *map(str, words)])


def test_a_page_and_a_picture_of_a_shipped_map_are_written(tmp_path: Path) -> None:
    page, picture = tmp_path / "report.html", tmp_path / "map.svg"
    told = run("--example", "worked", "--on", "2026-11-26", "-o", page, "--picture", picture)
    assert told.exit_code == 0, told.output
    assert told.stdout.splitlines() == [f"written: {page}", f"written: {picture}"]
    assert 'id="data"' in page.read_text("utf-8")
    assert picture.read_text("utf-8").startswith("<svg")


def test_a_picture_of_another_kind_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    told = run("--example", "worked", "-o", tmp_path / "report.html",
               "--picture", tmp_path / "map.gif")  # fmt: skip
    assert told.exit_code == 2
    assert "a picture is a .svg or a .png file" in told.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_title_of_ones_own_is_the_title(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert run("--example", "worked", "-o", page, "--title", "Ours & theirs").exit_code == 0
    assert "<h1>Ours &amp; theirs</h1>" in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("command", "part"),
    [(["trace"], 'id="doors"'), (["close"], 'id="plan"'), (["simulate"], 'id="scenarios"')],
)
def test_what_is_asked_about_doors_is_written_as_a_page_too(
    tmp_path: Path, command: list[str], part: str
) -> None:
    page = tmp_path / "page.html"
    words = ["--example", "worked", "--state", "CT", "--html", str(page)]
    told = CliRunner().invoke(platelaw, [*command, *words])
    assert told.exit_code == 0, told.output
    assert part in page.read_text("utf-8")


@pytest.mark.parametrize("command", ["trace", "close", "simulate"])
def test_a_page_that_cannot_be_written_is_named(tmp_path: Path, command: str) -> None:
    page = tmp_path / "nowhere" / "page.html"
    words = ["--example", "worked", "--state", "CT", "--html", str(page)]
    told = CliRunner().invoke(platelaw, [command, *words])
    assert told.exit_code == 2
    assert f"{page}: cannot be written: No such file or directory" in told.stderr
