"""What is found of a map: errors, warnings and notes, each with its place and mend."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from platelaw.engine.flow.model import (
    Evidence,
    FlowMap,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
    Terms,
)
from platelaw.engine.flow.validating import Known, Severity, findings

from .files.maps import agency, map_of, shares

KNOWN = Known(frozenset({"a", "b"}), frozenset({"theft"}), frozenset({"alpr_data"}))


def told(flow_map: FlowMap, known: Known | None = None) -> list[tuple[str, str, str]]:
    return [
        (each.severity.value, f"{each.part.value} {each.key}", each.words)
        for each in findings(flow_map, known)
    ]


def on_file(*relations: Relation) -> FlowMap:
    """A map of bodies that are on file."""
    made = map_of(*relations)
    return made.with_nodes(replace(node, body=key) for key, node in made.nodes.items())


def test_nothing_is_found_of_a_map_that_is_right() -> None:
    assert told(on_file(shares("a", "b")), KNOWN) == []


def test_what_a_relation_names_must_be_in_the_map() -> None:
    made = FlowMap.of([agency("a")], [replace(shares("a", "z"), terms="strict", data=())], [])
    errors = [each for each in told(made) if each[0] == "error"]
    assert errors == [
        ("error", "relations 0", "`z` is no node of the map"),
        ("error", "relations 0", "`a shares_query z` is no switch of the map"),
        ("error", "relations 0", "`strict` are no terms of the map"),
        ("error", "relations 0", "carries no data"),
    ]


def test_a_relation_to_itself_is_an_error() -> None:
    assert ("error", "relations 0", "leads from a node to itself") in told(
        on_file(shares("a", "a"))
    )


def test_dates_that_contradict_each_other_are_found() -> None:
    day = datetime.date(2026, 5, 1)
    one = replace(shares("a", "b"), start=day, until=day)
    other = replace(shares("b", "a"), evidence=Evidence("x", day=day))
    made = replace(on_file(one, other), as_of=datetime.date(2026, 4, 1))
    assert told(made) == [
        ("error", "relations 0", "ends on 2026-05-01, and begins on 2026-05-01"),
        ("warning", "relations 1", "was seen on 2026-05-01, after the map's day 2026-04-01"),
    ]


def test_a_relation_that_is_told_twice_is_a_warning() -> None:
    assert told(on_file(shares("a", "b"), shares("a", "b"))) == [
        ("warning", "relations 1", "says the same as relation 0")
    ]


def test_a_switch_that_opens_nothing_or_is_nobodys_is_found() -> None:
    made = on_file(shares("a", "b")).with_switches([Switch("s", SwitchKind.SETTING, "nobody")])
    assert told(made) == [
        ("warning", "switches s", "opens no relation"),
        ("error", "switches s", "`nobody` is no node of the map"),
    ]


def test_two_nodes_of_one_name_are_a_note_and_of_one_body_a_warning() -> None:
    made = on_file(shares("a", "b")).with_nodes([Node("b", NodeKind.AGENCY, "a", "a")])
    assert told(made) == [
        ("note", "nodes b", "is called as `a` is: a"),
        ("warning", "nodes b", "is the same body as `a`"),
    ]


def test_networks_that_join_each_other_are_a_note() -> None:
    hubs = tuple(Node(key, NodeKind.NETWORK, key) for key in ("n1", "n2"))
    kind = RelationKind.JOINS
    made = map_of(shares("n1", "n2", kind), shares("n2", "n1", kind), shares("a", "n1", kind),
                  nodes=hubs)  # fmt: skip
    (circle,) = [words for _, _, words in told(made) if "circle" in words]
    assert circle in ("networks join each other in a circle: n1 to n2 to n1",
                      "networks join each other in a circle: n2 to n1 to n2")  # fmt: skip


def test_joining_what_is_no_network_is_a_warning() -> None:
    assert ("warning", "relations 0", "`b` is no network, but agency") in told(
        on_file(shares("a", "b", RelationKind.JOINS))
    )


@pytest.mark.parametrize(
    ("flow_map", "words"),
    [
        (FlowMap.of([], [], []), "has no relations, so nothing can be traced"),
        (map_of(shares("n", "m", RelationKind.JOINS),
                nodes=(Node("n", NodeKind.NETWORK, "N"), Node("m", NodeKind.NETWORK, "M"))),
         "has no bodies, only networks: nobody owns or obtains data"),
    ],
)  # fmt: skip
def test_a_map_without_sources_or_targets_is_a_warning(flow_map: FlowMap, words: str) -> None:
    assert ("warning", words) in [(severity, said) for severity, _, said in told(flow_map)]


def test_nodes_that_are_no_body_on_file_are_counted_in_one_note() -> None:
    (found,) = findings(map_of(shares("a", "b")))
    assert found.severity is Severity.NOTE
    assert found.words == "2 nodes are no body on file (2 agency), such as `a`, `b`"


def test_bodies_and_words_that_nobody_knows_are_errors() -> None:
    relation = replace(shares("a", "b"), purposes=("thft",), data=("alpr",))
    made = on_file(relation).with_nodes([Node("b", NodeKind.AGENCY, "b", "x", bars=("theft", "y"))])
    made = replace(made, terms={"t": Terms("t", purposes=("z",))})
    assert told(made, KNOWN) == [
        ("error", "nodes b", "`x` is not in the registry"),
        ("error", "nodes b", "`y` is no purpose of the vocabulary"),
        ("error", "terms t", "`z` is no purpose of the vocabulary"),
        ("error", "relations 0", "`thft` is no purpose of the vocabulary"),
        ("error", "relations 0", "`alpr` is no kind of data of the vocabulary"),
    ]
