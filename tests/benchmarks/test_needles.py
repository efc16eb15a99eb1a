"""What is planted for an audit to find: of every check, the same from the same seed."""

from __future__ import annotations

from collections import defaultdict

import pytest
from benchmarks.needles.__main__ import planted_in
from benchmarks.needles.comparing import BY_CHECK, ELSEWHERE, compared
from benchmarks.needles.looking import Found

from platelaw.compliance.findings.catalog import CHECKS

ROWS, EACH = 1_500, 4
BY_PEOPLE = {"cleared in seconds", "always cleared"}  # who act on findings, once there are some
Planted = tuple[dict[str, list[str]], dict[str, bytes]]


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> list[Planted]:
    """What was planted by seeds 1, 1 and 2: the truth, and the files."""
    found: list[Planted] = []
    for seed in (1, 1, 2):
        folder = tmp_path_factory.mktemp("needles")
        planter, _ = planted_in(folder, ROWS, seed, EACH)
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
        found.append((planter.truth, files))
    return found


def test_every_check_of_the_catalog_has_needles(planted: list[Planted]) -> None:
    truth, _ = planted[0]
    assert BY_CHECK.keys() | ELSEWHERE == CHECKS.keys()
    names = {name for names in BY_CHECK.values() for name in names}
    assert [name for name in sorted(names - BY_PEOPLE) if not truth.get(name)] == []


def test_a_seed_plants_the_same_again_and_another_seed_does_not(planted: list[Planted]) -> None:
    one, again, other = planted
    assert one == again
    assert one[1].keys() == other[1].keys()
    assert one[1]["network_1.csv"] != other[1]["network_1.csv"]


def test_what_is_missed_or_found_falsely_is_told_by_class(planted: list[Planted]) -> None:
    truth = planted[0][0] | {name: [name] for name in BY_PEOPLE}
    wanted = {check: {thing for name in names for thing in truth[name]}
              for check, names in BY_CHECK.items()}  # fmt: skip
    stray = {*truth["look-alike"][:3]}
    wanted["look-back"].pop()
    kept = wanted.pop("on-behalf")
    by_check = {check: [things] for check, things in wanted.items()}
    by_check["on-behalf"] = [kept, stray]
    told = defaultdict[str, set[str]](set)
    lines = list(compared(truth, Found(ROWS, EACH + 1, told, by_check)))
    wrong = {(line.by, line.planted - line.found, line.false, line.findings)
             for line in lines if line.by in CHECKS
             and (line.found < line.planted or line.false or line.findings)}  # fmt: skip
    assert wrong == {("look-back", 1, 0, 0), ("on-behalf", 0, 3, 1)}
