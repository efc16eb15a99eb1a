"""The pages of the service name tests and modules: each of them is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAMES = ("service", "threat_model", "cjis")
PAGES = {name: (ROOT / "docs" / f"{name}.md").read_text("utf-8") for name in NAMES}


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
