"""The shipped map: what it holds, and that it stays small and fit."""

from __future__ import annotations

from functools import cache

from platelaw.engine.flow.completeness import completeness_of
from platelaw.engine.flow.example import example_map, example_place
from platelaw.engine.flow.model import FlowMap
from platelaw.engine.flow.validating import Known, Severity, findings
from platelaw.engine.library import load, shipped_registry


@cache
def example() -> FlowMap:
    return example_map()


def test_the_example_is_small() -> None:
    assert len(example_place().read_bytes()) < 600_000


def test_the_example_has_the_counts_that_the_page_tells() -> None:
    made = example()
    assert (len(made.nodes), len(made.relations)) == (2_427, 45_017)
    assert sum("immigration_enforcement" in node.bars for node in made.nodes.values()) == 182
    known = completeness_of(made)
    assert (known.settings_known, known.unresolved) == (157, 362)


def test_nothing_is_wrong_with_the_example() -> None:
    registry, library = shipped_registry(), load().library
    assert library is not None
    kinds = [vocabulary.kinds for vocabulary in library.vocabularies.values()]
    known = Known(
        registry.bodies.keys(),
        {name for each in kinds for name in each.below("purpose")},
        {name for each in kinds for name in each.below("data")},
    )
    assert [each for each in findings(example(), known) if each.severity is not Severity.NOTE] == []


def test_every_relation_of_the_example_says_where_and_when_it_was_seen() -> None:
    names = {source.name for source in example().sources}
    assert all(source.origin and source.day for source in example().sources)
    assert all(each.evidence.source in names and each.evidence.day for each in example().relations)


def test_what_the_example_has_of_connecticut() -> None:
    made = example()
    ours = {key for key in made.nodes if key.startswith("CT/")}
    assert {(each.source, each.target) for each in made.relations
            if ours & {each.source, each.target}} == {
        ("CA/el-cajon-pd", "CT/groton-town-pd"), ("MN/anoka-county-so", "CT/new-canaan-pd"),
    }  # fmt: skip
