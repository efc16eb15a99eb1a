"""``platelaw agencies``: bodies of the registry by words."""

from __future__ import annotations

import json

import pytest

from .conftest import Desk, Run


def keys(desk: Desk, run: Run, *arguments: str) -> list[str]:
    result = run("agencies", "--json", "--registry", desk.registry, *arguments)
    report = json.loads(result.stdout)
    assert result.exit_code == (0 if report["found"] else 1)
    return [body["key"] for body in report["agencies"]]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (("aa0000100",), ["AA/pd"]),
        (("AA/pd",), ["AA/pd"]),
        (("the", "BUREAU"), ["US/bureau"]),
        (("--sovereign", "BB"), ["BB/pd"]),
        (("--kind", "police", "--sovereign", "AA"), ["AA/pd", "AA/other"]),
        (("--kind", "police", "--limit", "1"), ["AA/pd"]),
        (("nobody",), []),
    ],
)
def test_bodies_are_found_by_words_government_and_kind(
    desk: Desk, run: Run, arguments: tuple[str, ...], found: list[str]
) -> None:
    assert keys(desk, run, *arguments) == found


def test_the_count_goes_to_standard_error(desk: Desk, run: Run) -> None:
    result = run("agencies", "--registry", desk.registry, "--limit", "2")
    assert len(result.stdout.splitlines()) == 2
    assert result.stderr == "6 found; 4 more, see --limit\n"
    assert result.exit_code == 0


def test_nothing_found_ends_with_1(desk: Desk, run: Run) -> None:
    result = run("agencies", "--registry", desk.registry, "nobody")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("0 found\nhelp: ")


def test_a_negative_limit_is_refused(desk: Desk, run: Run) -> None:
    assert run("agencies", "--registry", desk.registry, "--limit", "-1").exit_code == 2
