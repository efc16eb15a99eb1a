"""Assumptions add relations that no list tells, and come off again without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from platelaw.engine.flow.importing.assuming import (
    assumed_by,
    named,
    shipped_assumptions,
    with_assumptions,
    without_assumptions,
)
from platelaw.engine.flow.model import FlowMap, Level, RelationKind, SwitchKind
from platelaw.engine.registry import Registry

from .lists import Lists, registry, relation


@pytest.fixture
def shared(lists: Lists) -> FlowMap:
    lists.add(
        "pairs.csv", "source,target\nAford CT PD,Cross County NY SO\nBury CT PD,Aford CT PD\n"
    )
    return lists.made().map


@pytest.fixture
def bodies(tmp_path: Path) -> Registry:
    return registry(tmp_path)


def test_an_agency_with_delegated_powers_passes_on_what_it_has(
    shared: FlowMap, bodies: Registry
) -> None:
    made = with_assumptions(shared, named(without=["helpers"]), bodies)
    added = relation(made, "NY/cross-county-so", "US/ice", RelationKind.RE_DISCLOSES)
    assert len(made.relations) == len(shared.relations) + 1
    assert added.evidence.level is Level.ASSUMED
    assert assumed_by(added) == "delegated"
    assert made.switches[added.switch].kind is SwitchKind.AGREEMENT
    assert made.switches[added.switch].holder == "NY/cross-county-so"


def test_officers_search_for_whom_their_agency_shares_with(
    shared: FlowMap, bodies: Registry
) -> None:
    made = with_assumptions(shared, named(without=["delegated"]), bodies)
    helps = [each for each in made.relations if each.kind is RelationKind.SEARCHES_FOR]
    assert {(each.source, each.target) for each in helps} == {
        (each.source, each.target) for each in shared.relations
    }
    assert {made.switches[each.switch].kind for each in helps} == {SwitchKind.PRACTICE}


def test_one_order_ends_all_help_of_an_agency(lists: Lists, bodies: Registry) -> None:
    lists.add("pairs.csv", "source,target\nAford CT PD,Dale NY PD\nAford CT PD,Bury CT PD\n")
    made = with_assumptions(lists.made().map, named(), bodies)
    helps = [each for each in made.relations if each.kind is RelationKind.SEARCHES_FOR]
    assert len(helps) == 2
    assert len({each.switch for each in helps}) == 1


def test_assumptions_come_off_without_a_trace(shared: FlowMap, bodies: Registry) -> None:
    back = without_assumptions(with_assumptions(shared, shipped_assumptions(), bodies))
    assert dict(back.nodes) == dict(shared.nodes)
    assert back.relations == shared.relations
    assert dict(back.switches) == dict(shared.switches)


def test_what_is_assumed_twice_is_there_once(shared: FlowMap, bodies: Registry) -> None:
    once = with_assumptions(shared, named(), bodies)
    assert with_assumptions(once, named(), bodies).relations == once.relations


def test_a_name_that_is_no_assumption_is_refused() -> None:
    with pytest.raises(KeyError, match="nonesuch"):
        named(without=["nonesuch"])
