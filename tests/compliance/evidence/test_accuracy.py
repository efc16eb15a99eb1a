"""The figures of accuracy that evidence shows are those of a count over the labelled strings."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.compliance.evidence.accuracy import accuracy_json, measured
from platelaw.dsl.model import Library
from platelaw.dsl.reading import PLAINLY, POSSIBLY
from platelaw.engine.decision import Engine
from platelaw.engine.library import shipped_registry
from platelaw.engine.organizations.resolver import Resolver
from platelaw.engine.reasons import ReasonWords
from platelaw.engine.request import Reason
from platelaw.engine.values import Members

DATA = Path(__file__).parents[2] / "data"
DAY = datetime.date(2026, 11, 3)


def rows(name: str) -> Iterator[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


@pytest.fixture(scope="module")
def engine(library: Library) -> Engine:
    return Engine(library, shipped_registry())


def seen(engine: Engine, name: str) -> list[tuple[bool, bool]]:
    """Of each text of a list, whether a lexicon sees it plainly, and possibly."""
    vocabulary = engine.library.vocabularies["ct 1"]
    found: list[tuple[bool, bool]] = []
    for row in rows(f"reasons/{name}.csv"):
        words = ReasonWords(Reason(row["reason"]), engine.matchers)
        plainly, possibly = (
            words.seen(vocabulary, level, DAY).value not in (None, Members(()))
            for level in (PLAINLY, POSSIBLY)
        )
        found.append((plainly, possibly))
    return found


def test_the_figures_that_are_shipped_are_those_of_the_labelled_strings(engine: Engine) -> None:
    about, others = seen(engine, "positives"), seen(engine, "lookalikes")
    hits, false_hits = (sum(map(any, each)) for each in (about, others))
    plain = sum(each[0] for each in about)
    resolver = Resolver(shipped_registry())
    names = [
        (row["key"], resolver.resolve(row["name"]).body)
        for row in rows("organizations/labelled.csv")
        if row["split"] == "held_back" and row["doubt"] != "unclear"
    ]
    given = [(key, body.key) for key, body in names if body]
    right = sum(key == body for key, body in given)
    assert [(each.right, each.of) for each in measured()] == [
        (hits, hits + false_hits),
        (hits, len(about)),
        (plain, plain + sum(each[0] for each in others)),
        (len(others) - false_hits, len(others)),
        (right, len(given)),
        (right, sum(bool(key) for key, _ in names)),
    ]


def test_intervals_are_exact_and_hold_the_share() -> None:
    first = accuracy_json()[0]
    assert first["interval"] == [0.911903, 1.0]  # of 40 of 40, by tables of Clopper and Pearson
    for each in accuracy_json():
        low, high = each["interval"]
        assert low <= each["right"] / each["of"] <= high
        assert each["caution"]
