"""Rules with one change of meaning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ...dsl import syntax as tree
from ...dsl.kinds import DATA
from ...dsl.model import Vocabulary
from ...dsl.printer import condition_text
from .altered import Altered, Mutator, altered, with_item, without
from .conditions import condition_changes
from .numbers import periods, stops

_Change = Iterator[Altered[tree.Rule]]


def rule_changes(node: tree.Rule, words: Vocabulary) -> _Change:
    """Every change of a rule that an example could notice."""
    for mutator in RULE_MUTATORS:
        yield from mutator.of(node, words)
    yield from _in_conditions(node, words)


def _in_conditions(node: tree.Rule, words: Vocabulary) -> _Change:
    if node.binds is not None:
        for change in condition_changes(node.binds, words):
            yield change.within(lambda found: replace(node, binds=found))
    if node.condition is not None:
        for change in condition_changes(node.condition, words):
            yield change.within(lambda found: replace(node, condition=found))
    for at, branch in enumerate(node.grounds):
        for change in condition_changes(branch.condition, words):
            yield change.with_node(_put_ground(node, at, replace(branch, condition=change.node)))
    for at, branch in enumerate(node.exceptions):
        for change in condition_changes(branch.condition, words):
            other = replace(branch, condition=change.node)
            yield change.with_node(_put_exception(node, at, other))


def _put_ground(node: tree.Rule, at: int, branch: tree.Branch) -> tree.Rule:
    return replace(node, grounds=with_item(node.grounds, at, branch))


def _put_exception(node: tree.Rule, at: int, branch: tree.Branch) -> tree.Rule:
    return replace(node, exceptions=with_item(node.exceptions, at, branch))


def _drop_exception(node: tree.Rule, words: Vocabulary) -> _Change:
    for at, branch in enumerate(node.exceptions):
        says = f"the exception `{branch.label.text}` of `{node.name.text}` is left out"
        after = replace(node, exceptions=without(node.exceptions, at))
        yield altered(branch.span, says, f"unless {_branch(branch)}", "", after)


def _drop_ground(node: tree.Rule, words: Vocabulary) -> _Change:
    if len(node.grounds) > 1:
        for at, branch in enumerate(node.grounds):
            says = f"the ground `{branch.label.text}` of `{node.name.text}` is left out"
            after = replace(node, grounds=without(node.grounds, at))
            yield altered(branch.span, says, _branch(branch), "", after)


def _branch(branch: tree.Branch) -> str:
    return f"{branch.label.text}: {condition_text(branch.condition)}"


def _drop_condition(node: tree.Rule, words: Vocabulary) -> _Change:
    if node.condition is not None:
        before = f"if {condition_text(node.condition)}"
        says = f"`{node.name.text}` asks for nothing"
        yield altered(node.condition.span, says, before, "", replace(node, condition=None))


def _drop_binds(node: tree.Rule, words: Vocabulary) -> _Change:
    if node.binds is not None:
        before = f"binds {condition_text(node.binds)}"
        says = f"`{node.name.text}` binds whomever its policy binds"
        yield altered(node.binds.span, says, before, "", replace(node, binds=None))


def _swap_effect(node: tree.Rule, words: Vocabulary) -> _Change:
    assert node.effect is not None
    effect = _OTHER_EFFECT.get(node.effect)
    if effect is None:
        return
    says = f"`{node.name.text}` does not {node.effect.value} but {effect.value}"
    after = replace(node, effect=effect, refer_to=None, refer_within=None)
    place = node.acts[0].span if node.acts else node.span
    yield altered(place, says, node.effect.value, effect.value, after)


_OTHER_EFFECT = {
    tree.Effect.PERMIT: tree.Effect.FORBID,
    tree.Effect.FORBID: tree.Effect.PERMIT,
    tree.Effect.REFER: tree.Effect.FORBID,
    tree.Effect.LEAVE_OPEN: tree.Effect.FORBID,
}


def _drop_act(node: tree.Rule, words: Vocabulary) -> _Change:
    if len(node.acts) > 1:
        for at, act in enumerate(node.acts):
            says = f"`{node.name.text}` no longer speaks of `{act.text}`"
            yield altered(act.span, says, act.text, "", replace(node, acts=without(node.acts, at)))


def _drop_data(node: tree.Rule, words: Vocabulary) -> _Change:
    if len(node.data) > 1:
        for at, kind in enumerate(node.data):
            says = f"`{node.name.text}` no longer speaks of `{kind.text}`"
            after = replace(node, data=without(node.data, at))
            yield altered(kind.span, says, kind.text, "", after)


def _widen_data(node: tree.Rule, words: Vocabulary) -> _Change:
    for at, kind in enumerate(node.data):
        for parent in words.kinds.by_name[kind.text].parents:
            if parent != DATA and parent in words.kinds:
                says = f"`{node.name.text}` speaks of `{parent}` in place of `{kind.text}`"
                wider = replace(kind, text=parent)
                after = replace(node, data=with_item(node.data, at, wider))
                yield altered(kind.span, says, kind.text, parent, after)


def _drop_recipients(node: tree.Rule, words: Vocabulary) -> _Change:
    if node.per_recipient:
        says = f"`{node.name.text}` is not asked for every recipient"
        after = replace(node, per_recipient=False)
        yield altered(node.span, says, "for every recipient", "", after)


def _move_date(node: tree.Rule, words: Vocabulary) -> _Change:
    if node.in_force is not None:
        for change in periods(node.in_force):
            yield change.within(lambda period: replace(node, in_force=period))
    if node.enjoined is not None:
        for stop in stops(node.enjoined):
            yield stop.within(lambda order: replace(node, enjoined=order))


def _drop_order(node: tree.Rule, words: Vocabulary) -> _Change:
    if node.enjoined is not None:
        before = f"enjoined from {node.enjoined.start}"
        says = f"no court stopped `{node.name.text}`"
        yield altered(node.enjoined.span, says, before, "", replace(node, enjoined=None))


def _drop_duty(node: tree.Rule, words: Vocabulary) -> _Change:
    """Only of what must come before an act: no example can ask for what is owed after it."""
    for at, must in enumerate(node.musts):
        if must.before:
            acts = ", ".join(act.text for act in must.before)
            before = f"must {must.duty.text} before {acts}"
            says = f"`{must.duty.text}` need not come before `{acts}`"
            after = replace(node, musts=without(node.musts, at))
            yield altered(must.span, says, before, "", after)
        for number, act in enumerate(must.before if len(must.before) > 1 else ()):
            shorter = replace(must, before=without(must.before, number))
            says = f"`{must.duty.text}` need not come before `{act.text}`"
            after = replace(node, musts=with_item(node.musts, at, shorter))
            yield altered(act.span, says, act.text, "", after)


RULE_MUTATORS: tuple[Mutator[tree.Rule], ...] = (
    Mutator("drop an exception", _drop_exception),
    Mutator("drop a ground", _drop_ground),
    Mutator("drop a condition", _drop_condition),
    Mutator("bind more", _drop_binds),
    Mutator("swap the effect", _swap_effect),
    Mutator("drop an act", _drop_act),
    Mutator("drop data", _drop_data),
    Mutator("widen data", _widen_data),
    Mutator("drop for every recipient", _drop_recipients),
    Mutator("move a date", _move_date),
    Mutator("drop an injunction", _drop_order),
    Mutator("drop a duty", _drop_duty),
)
