"""The pages of the service: their command lines run, and the tests and modules they name exist."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from platelaw.cli import platelaw

from .test_docs import DOCS, OF_A_SERVICE, ROOT, command_lines

NAMES = (
    *("service", "identity", "evidence", "bundles", "operations"),
    *("vendors", "authzen", "conformance", "threat_model", "cjis", "log-privacy", "onward"),
)
PAGES = {name: DOCS.joinpath(f"{name}.md").read_text("utf-8") for name in NAMES}


# Command lines ----------------------------------------------------------------------------------


def lines_of_pages() -> dict[str, list[str]]:
    """The lines that ask a service, by page, in their order."""
    found: dict[str, list[str]] = {}
    for page, line in command_lines():
        if line.split()[1] in OF_A_SERVICE and line.split()[1] != "serve":
            found.setdefault(page, []).append(line)
    return found


LINES = lines_of_pages()


def test_the_options_of_a_line_that_serves_are_there() -> None:
    lines = [line for _, line in command_lines() if line.split()[1] == "serve"]
    with platelaw.make_context("platelaw", ["serve"]) as parent:
        serve = platelaw.get_command(parent, "serve")
        assert serve is not None
        for line in lines:
            serve.make_context("serve", shlex.split(line, comments=True)[2:], parent=parent)
    assert lines


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A development service in the folder of a user of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    ports = ["--port", "0", "--http-port", "0"]
    words = [sys.executable, "-m", "platelaw", "serve", *ports, "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=os.environ) as running:
        try:
            assert running.stdout is not None
            assert json.loads(running.stdout.readline())["development"] is True
            yield
        finally:
            running.terminate()


@pytest.mark.parametrize("page", LINES)
@pytest.mark.usefixtures("service")
def test_the_lines_of_a_page_get_their_answers_from_a_service(page: str) -> None:
    for line in LINES[page]:
        words = shlex.split(line, comments=True)[1:]
        said = re.search(r"# exit (\d)", line)
        result = CliRunner().invoke(platelaw, words)
        assert result.exit_code == (int(said[1]) if said else 0), f"{line}: {result.output}"


# Names ------------------------------------------------------------------------------------------


def known_tests() -> set[str]:
    sources = (path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in sources for name in re.findall(r"^def (test_\w+)", text, re.MULTILINE)}


@pytest.mark.parametrize("name", NAMES)
def test_a_test_that_a_page_names_exists(name: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", PAGES[name]))
    assert not named - known_tests()


def test_the_threat_model_names_a_test_for_most_of_its_threats() -> None:
    rows = [row for row in PAGES["threat_model"].splitlines() if "`test_" in row]
    assert len(rows) > 40


@pytest.mark.parametrize("name", NAMES)
def test_a_module_that_a_page_names_exists(name: str) -> None:
    named = set(re.findall(r"`((?:federation|policies)/[\w/.]+)`", PAGES[name]))
    assert not [path for path in named if not (ROOT / path).exists()]
