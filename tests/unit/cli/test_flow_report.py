"""``platelaw flow report`` writes the page and the picture, or says what is wrong."""

from __future__ import annotations

from pathlib import Path

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
