"""What is assumed, kept in step with a setting: assumptions on or off, and what follows.

An assumption adds relations beside relations of the map, or from bodies by what is on file of
them. A change of either adds and takes away what is assumed because of it, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from ..importing.assuming import (
    Assumption,
    assumed_by,
    shipped_assumptions,
    with_assumptions,
    without_assumptions,
)
from ..model import FlowMap, Relation, RelationKind
from .errors import not_there
from .patch import Patch, Placed
from .setting import Setting

Told = tuple[str, str, RelationKind]  # what tells one assumed relation from another
Made = tuple[Relation, FlowMap]  # an assumed relation, and a map with its switch and ends


def assume(setting: Setting, name: str, *, is_on: bool) -> Patch:
    """An assumption is made, or made no more.

    Raises:
        ScenarioError: There is no assumption of that name.
    """
    known = {each.name: each for each in shipped_assumptions()}
    if name not in known:
        raise not_there("assumption", name, known, "platelaw")
    before = setting.assumptions
    if is_on == (known[name] in before):
        return Patch()
    after = (each for each in before if each.name != name)
    return Patch(assumptions=(before, (*before, known[name]) if is_on else tuple(after)))


def following(before: Setting, own: Patch, after: Setting) -> Patch:
    """What is assumed because of a change, and what is assumed no more.

    Args:
        before: The setting before the change.
        own: What the change does by itself.
        after: The setting with that.
    """
    flow_map = after.flow_map
    if own.assumptions:
        base = without_assumptions(flow_map)
        old = _assumed(after, base, _only(before.assumptions, after.assumptions))
        new = _assumed(after, base, _only(after.assumptions, before.assumptions))
    else:
        old = _assumed(before, _part(before.flow_map, own.removed), before.assumptions)
        new = _assumed(after, _part(flow_map, own.added), after.assumptions)
    still = _assumed(after, _beside(flow_map, old), after.assumptions)
    no_more = old.keys() - new.keys() - still.keys()
    gone = {
        number: each
        for number, each in enumerate(flow_map.relations)
        if _told(each) in no_more and assumed_by(each)
    }
    maybe = {told: made for told, made in new.items() if told not in old}
    there = {told for each in flow_map.relations if (told := _told(each)) in maybe}
    return _patch(flow_map, gone, [made for told, made in maybe.items() if told not in there])


def _part(flow_map: FlowMap, placed: Iterable[Placed]) -> FlowMap:
    """The map with some of its relations alone, and none that are assumed."""
    found = (each for _, each in placed if not assumed_by(each))
    return replace(flow_map, relations=tuple(found))


def _only(some: tuple[Assumption, ...], others: tuple[Assumption, ...]) -> tuple[Assumption, ...]:
    return tuple(each for each in some if each not in others)


def _assumed(
    setting: Setting, flow_map: FlowMap, assumptions: tuple[Assumption, ...]
) -> dict[Told, Made]:
    """What assumptions add to a map."""
    if not assumptions:
        return {}
    assumed = with_assumptions(flow_map, assumptions, setting.on_file())
    return {_told(each): (each, assumed) for each in assumed.relations[len(flow_map.relations) :]}


def _beside(flow_map: FlowMap, old: Iterable[Told]) -> FlowMap:
    """The map with only such relations as are between the ends of some that were assumed."""
    ends = {(source, target) for source, target, _ in old}
    return replace(flow_map, relations=tuple(
        each
        for each in flow_map.relations
        if (each.source, each.target) in ends and not assumed_by(each)
    ))  # fmt: skip


def _told(relation: Relation) -> Told:
    return relation.source, relation.target, relation.kind


def _patch(flow_map: FlowMap, gone: dict[int, Relation], come: list[Made]) -> Patch:
    """Relations taken away and put in, with the switches and nodes that only they need."""
    if not gone and not come:
        return Patch()
    kept = [each for number, each in enumerate(flow_map.relations) if number not in gone]
    new = [relation for relation, _ in come]
    used = {each.switch for each in (*kept, *new)}
    ends = {end for each in (*kept, *new) for end in (each.source, each.target)}
    idle = {each.switch for each in gone.values()} - used
    lone = {end for each in gone.values() for end in (each.source, each.target)} - ends
    switches = {each.switch: assumed.switches[each.switch] for each, assumed in come}
    nodes = {end: where.nodes[end] for each, where in come for end in (each.source, each.target)}
    return Patch(
        (
            *((flow_map.switches[key], None) for key in sorted(idle)),
            *((None, each) for key, each in switches.items() if key not in flow_map.switches),
        ),
        (
            *((flow_map.nodes[key], None) for key in sorted(lone)),
            *((None, each) for key, each in nodes.items() if key not in flow_map.nodes),
        ),
        tuple(gone.items()),
        tuple(enumerate(new, len(kept))),
    )
