"""The resolver on names labelled by hand: it is right at least as often as is stated."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from platelaw.engine.library import shipped_registry
from platelaw.engine.organizations.resolver import Resolver

LABELS = Path(__file__).parents[1] / "data" / "organizations" / "labelled.csv"
# Stated in docs/organizations.md: of the names that get a body, and of those that have one on file.
PRECISION, RECALL = 0.99, 0.90


@pytest.fixture(scope="module")
def rows() -> list[dict[str, str]]:
    with LABELS.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["doubt"] != "unclear"]


@pytest.fixture(scope="module")
def resolver() -> Resolver:
    return Resolver(shipped_registry())


def test_the_sample_is_large_and_its_labels_are_on_file(rows: list[dict[str, str]]) -> None:
    registry = shipped_registry()
    assert len(rows) > 400
    assert len({row["name"] for row in rows}) == len(rows)
    assert {row["split"] for row in rows} == {"development", "held_back"}
    assert [row["key"] for row in rows if row["key"] and row["key"] not in registry.bodies] == []


@pytest.mark.parametrize("split", ["development", "held_back"])
def test_a_body_that_is_named_is_nearly_always_the_right_one(
    rows: list[dict[str, str]], resolver: Resolver, split: str
) -> None:
    named = [
        (row["key"], found.body.key)
        for row in rows
        if row["split"] == split and (found := resolver.resolve(row["name"])).body
    ]
    right = sum(label == key for label, key in named)
    assert right >= PRECISION * len(named)
    assert right >= RECALL * sum(bool(row["key"]) for row in rows if row["split"] == split)
