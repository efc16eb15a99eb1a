"""What is assumed, kept in step with a setting: assumptions on or off, and what follows.

An assumption adds relations beside relations of the map, or from bodies by what is on file of
them. A change of either adds and takes away what is assumed because of it, and nothing else.
"""

from __future__ import annotations

from ..assumptions import (
    assumed_by,
    shipped_assumptions,
    with_assumptions,
    without_assumptions,
)
from ..model import FlowMap, Node, Relation, RelationKind, Switch
from .errors import not_there
from .patch import NodeSwap, Patch, SwitchSwap
from .setting import Setting

Told = tuple[str, str, RelationKind]  # what tells one assumed relation from another


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


def following(before: Setting, after: Setting) -> Patch:
    """What is assumed because of a change, and what is assumed no more."""
    old, new = _assumed(before), _assumed(after)
    if old.keys() == new.keys():
        return Patch()
    flow_map = after.flow_map
    no_more = old.keys() - new.keys()
    gone = {
        number: each
        for number, each in enumerate(flow_map.relations)
        if assumed_by(each) and _told(each) in no_more
    }
    there = {_told(each) for each in flow_map.relations}
    come = [each for told, each in new.items() if told not in old and told not in there]
    return _patch(flow_map, gone, come, with_assumptions(
        without_assumptions(flow_map), after.assumptions, after.on_file()
    ))  # fmt: skip


def _assumed(setting: Setting) -> dict[Told, Relation]:
    """What is assumed in a setting, were nothing of it taken away since."""
    flow_map = without_assumptions(setting.flow_map)
    assumed = with_assumptions(flow_map, setting.assumptions, setting.on_file())
    return {_told(each): each for each in assumed.relations[len(flow_map.relations) :]}


def _told(relation: Relation) -> Told:
    return relation.source, relation.target, relation.kind


def _patch(
    flow_map: FlowMap, gone: dict[int, Relation], come: list[Relation], assumed: FlowMap
) -> Patch:
    """Relations taken away and put in, with the switches and nodes that only they need."""
    kept = [each for number, each in enumerate(flow_map.relations) if number not in gone]
    used = {each.switch for each in kept} | {each.switch for each in come}
    ends = {end for each in (*kept, *come) for end in (each.source, each.target)}
    idle = {each.switch for each in gone.values()} - used
    lone = {end for each in gone.values() for end in (each.source, each.target)} - ends
    switches: dict[str, Switch] = {each.switch: assumed.switches[each.switch] for each in come}
    nodes: dict[str, Node] = {
        end: assumed.nodes[end] for each in come for end in (each.source, each.target)
    }
    switch_swaps: list[SwitchSwap] = [(flow_map.switches[key], None) for key in sorted(idle)]
    switch_swaps += [(None, each) for key, each in switches.items() if key not in flow_map.switches]
    node_swaps: list[NodeSwap] = [(flow_map.nodes[key], None) for key in sorted(lone)]
    node_swaps += [(None, each) for key, each in nodes.items() if key not in flow_map.nodes]
    return Patch(
        tuple(switch_swaps),
        tuple(node_swaps),
        tuple(gone.items()),
        tuple(enumerate(come, len(kept))),
    )
