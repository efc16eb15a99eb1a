"""Copies that outlive a change, beside all walks tried day by day."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from platelaw.engine.flow.model import (
    Custody,
    FlowMap,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Switch,
    SwitchKind,
)
from platelaw.engine.flow.residual import Residue, residual

DAY = datetime.date(2026, 10, 1)
KEYS = "abcd"


def day(number: int) -> datetime.date:
    return DAY + datetime.timedelta(days=number)


def node(key: str, keeps: int | None = None, kind: NodeKind = NodeKind.AGENCY) -> Node:
    return Node(key, kind, key, keeps_days=keeps)


def the_map(nodes: list[Node], relations: list[Relation]) -> FlowMap:
    keys = {each.switch for each in relations}
    return FlowMap.of(nodes, relations, [Switch(k, SwitchKind.SETTING, "a") for k in sorted(keys)])


def relation(source: str, target: str, kind: RelationKind, key: str = "", **more: Any) -> Relation:
    switch = key or source + target
    return Relation(source, target, kind, switch, custody=kind.custody, **more)


def copies(source: str, target: str, *, until: int | None = None, key: str = "") -> Relation:
    end = None if until is None else day(until)
    return relation(source, target, RelationKind.SHARES_COPY, key, until=end)


def one(found: tuple[Residue, ...], holder: str) -> Residue:
    (residue,) = [each for each in found if each.holder == holder]
    return residue


# What is left -------------------------------------------------------------------------------


def test_a_copy_stays_until_the_retention_of_its_holder_ends() -> None:
    before = the_map([node("a"), node("b", 30)], [copies("a", "b")])
    (left,) = residual(before, before.with_closed(["ab"]), DAY, ["a"])
    assert (left.holder, left.until, left.arrives) == ("b", day(29), None)


def test_a_copy_is_passed_on_until_the_last_day_on_which_it_is_there() -> None:
    before = the_map(
        [node("a"), node("b", 30), node("c", 10)], [copies("a", "b"), copies("b", "c")]
    )
    found = residual(before, before.with_closed(["ab"]), DAY, ["a"])
    assert one(found, "c").until == day(39)


def test_a_relation_that_ends_before_the_copy_passes_nothing_on_afterwards() -> None:
    before = the_map(
        [node("a"), node("b", 30), node("c", 10)], [copies("a", "b"), copies("b", "c", until=5)]
    )
    found = residual(before, before.with_closed(["ab"]), DAY, ["a"])
    assert one(found, "c").until == day(4 + 10)


def test_one_who_gets_it_only_afterwards_has_a_day_of_arrival() -> None:
    nodes = [node("a"), node("b", 30), node("c", 10)]
    before = the_map(nodes, [copies("a", "b")])
    late = relation("b", "c", RelationKind.SHARES_COPY, start=day(7))
    after = the_map(nodes, [late])
    left = one(residual(before, after, DAY, ["a"]), "c")
    assert (left.arrives, left.until) == (day(7), day(39))


def test_access_ends_with_the_change_and_what_was_found_stays_in_hand() -> None:
    before = the_map(
        [node("a"), node("b", 30)], [relation("a", "b", RelationKind.SHARES_QUERY, "x")]
    )
    (left,) = residual(before, before.with_closed(["x"]), DAY, ["a"])
    assert (left.custody, left.until) == (Custody.HAND, day(29))


def test_access_to_the_copy_of_another_lasts_as_long_as_the_copy() -> None:
    looks = Relation("b", "c", RelationKind.SHARES_QUERY, "bc")
    before = the_map([node("a"), node("b", 30), node("c", 99)], [copies("a", "b"), looks])
    found = residual(before, before.with_closed(["ab"]), DAY, ["a"])
    ends = {each.custody: each.until for each in found if each.holder == "c"}
    assert ends == {Custody.LIVE: day(29), Custody.HAND: day(29 + 99)}


def test_what_is_seen_through_a_network_is_written_down_and_kept() -> None:
    nodes = [node("a"), node("n", kind=NodeKind.NETWORK), node("b", 4), node("c", 9)]
    before = the_map(nodes, [
        Relation("a", "n", RelationKind.JOINS, "an"),
        Relation("n", "b", RelationKind.MEMBER_OF, "nb"),
        relation("b", "c", RelationKind.RE_DISCLOSES),
    ])  # fmt: skip
    found = residual(before, before.with_closed(["an"]), DAY, ["a"])
    assert (one(found, "b").custody, one(found, "b").until) == (Custody.HAND, day(3))
    assert one(found, "c").until == day(4 + 8)


def test_no_end_is_given_where_a_retention_is_not_on_file() -> None:
    before = the_map([node("a"), node("b"), node("c", 5)], [copies("a", "b"), copies("b", "c")])
    after = before.with_closed(["ab"])
    found = residual(before, after, DAY, ["a"])
    assert (one(found, "b").until, one(found, "b").unknown) == (None, ("b",))
    assert (one(found, "c").until, one(found, "c").unknown) == (None, ("b",))
    assert one(residual(before, after, DAY, ["a"], default_days=21), "c").until == day(25)


def test_a_copy_passed_round_has_an_end_for_so_many_hops_only() -> None:
    nodes = [node("a"), node("b", 10), node("c", 10)]
    before = the_map(nodes, [copies("a", "b"), copies("b", "c"), copies("c", "b")])
    found = residual(before, before.with_closed(["ab"]), DAY, ["a"], hops=4)
    assert one(found, "b").until == day(29)
    assert one(found, "b").grows


def test_those_are_not_told_of_whom_data_still_reach() -> None:
    nodes = [node("a"), node("b", 10), node("c", 10)]
    before = the_map(nodes, [copies("a", "b"), copies("a", "c"), copies("c", "b")])
    found = residual(before, before.with_closed(["ac"]), DAY, ["a"])
    assert [each.holder for each in found] == ["c"]


# Beside all walks ---------------------------------------------------------------------------

FIRST, LAST = -8, 14  # the days that are tried

KINDS = st.sampled_from([
    RelationKind.SHARES_COPY, RelationKind.SHARES_QUERY, RelationKind.RE_DISCLOSES,
    RelationKind.JOINS, RelationKind.MEMBER_OF, RelationKind.SEARCHES_FOR,
])  # fmt: skip


@st.composite
def relations(draw: st.DrawFn) -> Relation:
    source, target = draw(st.permutations(KEYS))[:2]
    start = draw(st.none() | st.integers(-5, 5))
    until = draw(st.none() | st.integers(-4, 8))
    return relation(
        source,
        target,
        draw(KINDS),
        draw(st.sampled_from(("s1", "s2", "s3"))),
        start=None if start is None else day(start),
        until=None if until is None else day(until),
    )


@st.composite
def changes(draw: st.DrawFn) -> tuple[FlowMap, FlowMap]:
    kind = draw(st.sampled_from((NodeKind.NETWORK, NodeKind.AGENCY)))
    keeps = [draw(st.integers(0, 3)) for _ in range(3)]
    nodes = [node("a"), node("b", keeps[0]), node("c", keeps[1]), node("d", keeps[2], kind)]
    before = the_map(nodes, draw(st.lists(relations(), min_size=1, max_size=6)))
    closed = draw(st.sets(st.sampled_from(sorted(before.switches)), max_size=2))
    return before, before.with_closed(closed)


def walks(
    before: FlowMap, after: FlowMap, place: tuple[str, Custody], on: int, hops: int
) -> Iterator[tuple[str, Custody, int]]:
    """Everybody who has it, and on which day, by so many more hops."""
    key, custody = place
    keeps = before.nodes[key].keeps_days or 0
    stays = 0 if custody is Custody.LIVE else keeps
    for now in range(on, min(on + stays, LAST) + 1):
        yield key, custody, now
        if hops:
            yield from steps(before, after, place, now, hops)


def steps(
    before: FlowMap, after: FlowMap, place: tuple[str, Custody], now: int, hops: int
) -> Iterator[tuple[str, Custody, int]]:
    key = place[0]
    flow_map = before if now < 0 else after
    for number in flow_map.open_on(day(now)):
        each = flow_map.relations[number]
        if each.source == key and each.target != "a" and goes_on(flow_map, place, each.kind):
            for custody in ends_in(flow_map, each):
                yield from walks(before, after, (each.target, custody), now, hops - 1)


def goes_on(flow_map: FlowMap, place: tuple[str, Custody], kind: RelationKind) -> bool:
    key, custody = place
    if key == "a" or custody is Custody.COPY:
        return True
    if custody is Custody.HAND:
        return kind is RelationKind.RE_DISCLOSES
    if flow_map.nodes[key].kind is NodeKind.NETWORK:
        return kind in (RelationKind.JOINS, RelationKind.MEMBER_OF)
    return kind is RelationKind.SEARCHES_FOR


def ends_in(flow_map: FlowMap, each: Relation) -> tuple[Custody, ...]:
    searches = each.kind in (RelationKind.SHARES_QUERY, RelationKind.MEMBER_OF)
    if searches and flow_map.nodes[each.target].kind is not NodeKind.NETWORK:
        return Custody.LIVE, Custody.HAND
    return (each.kind.custody,)


def still_reached(after: FlowMap, hops: int) -> set[tuple[str, Custody]]:
    """Where data get over what stands on the day of change, whenever that may be."""
    standing = the_map(list(after.nodes.values()), [
        replace(after.relations[number], start=None, until=None) for number in after.open_on(DAY)
    ])  # fmt: skip
    start = "a", Custody.LIVE
    return {(key, custody) for key, custody, _ in steps(standing, standing, start, 0, hops)}


def tried(before: FlowMap, after: FlowMap, hops: int) -> dict[tuple[str, Custody], list[int]]:
    """The days on which anybody has it who was cut off, by all walks."""
    found: dict[tuple[str, Custody], list[int]] = {}
    for now in range(FIRST, 0):
        for key, custody, there in steps(before, after, ("a", Custody.LIVE), now, hops):
            found.setdefault((key, custody), []).append(there)
    reached = still_reached(after, hops)
    return {
        place: days
        for place, days in found.items()
        if max(days) >= 0
        and place not in reached
        and before.nodes[place[0]].kind is not NodeKind.NETWORK
    }


@given(changes())
@settings(max_examples=80, deadline=None)
def test_the_days_are_those_of_all_walks(maps: tuple[FlowMap, FlowMap]) -> None:
    before, after = maps
    found = residual(before, after, DAY, ["a"], hops=3)
    expected = tried(before, after, 3)
    assert {(each.holder, each.custody): each.until for each in found} == {
        place: day(max(days)) for place, days in expected.items()
    }
    assert {(each.holder, each.custody): each.arrives for each in found} == {
        place: None if min(days) < 0 else day(min(days)) for place, days in expected.items()
    }


@given(changes())
@settings(max_examples=80, deadline=None)
def test_an_end_grows_if_one_more_hop_puts_it_later(maps: tuple[FlowMap, FlowMap]) -> None:
    before, after = maps
    more = tried(before, after, 3)
    for each in residual(before, after, DAY, ["a"], hops=2):
        days = more.get((each.holder, each.custody))
        if days is not None:  # else one more hop reaches it over what still stands
            assert each.grows == (day(max(days)) != each.until)
