"""Conditions with one change of meaning: anywhere in them, one part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from ...dsl import syntax as tree
from ...dsl.model import Vocabulary
from ...dsl.printer import condition_text
from .altered import Altered, Mutator, altered, with_item, without
from .numbers import moved

_Change = Iterator[Altered[tree.Condition]]
_JOINED = tree.And | tree.Or

_LOOSER_OR_STRICTER = {
    tree.Relation.OVER: tree.Relation.AT_LEAST,
    tree.Relation.AT_LEAST: tree.Relation.OVER,
    tree.Relation.UNDER: tree.Relation.AT_MOST,
    tree.Relation.AT_MOST: tree.Relation.UNDER,
    tree.Relation.FROM: tree.Relation.BEFORE,
    tree.Relation.BEFORE: tree.Relation.FROM,
}


def condition_changes(
    condition: tree.Condition, words: Vocabulary
) -> Iterator[Altered[tree.Condition]]:
    """Every change of a condition and of the conditions in it."""
    for mutator in CONDITION_MUTATORS:
        yield from mutator.of(condition, words)
    match condition:
        case tree.And() | tree.Or():
            for at, item in enumerate(condition.items):
                for change in condition_changes(item, words):
                    yield change.within(_placed(condition, at))
        case tree.Not():
            for change in condition_changes(condition.item, words):
                if not isinstance(change.node, tree.Not):  # twice negated: left out above
                    yield change.within(lambda item: replace(condition, item=item))
        case tree.Quantified():
            for change in condition_changes(condition.body, words):
                if change.mutator != "negate" or isinstance(condition.body, _JOINED):
                    yield change.within(lambda body: replace(condition, body=body))
        case _:
            pass


def _placed(condition: tree.And | tree.Or, at: int) -> Callable[[tree.Condition], tree.Condition]:
    return lambda item: replace(condition, items=with_item(condition.items, at, item))


def _changed(node: tree.Condition, says: str, after: tree.Condition) -> Altered[tree.Condition]:
    return altered(node.span, says, condition_text(node), condition_text(after), after)


def _drop_part(node: tree.Condition, words: Vocabulary) -> _Change:
    if isinstance(node, _JOINED):
        for at, item in enumerate(node.items):
            rest = without(node.items, at)
            left = rest[0] if len(rest) == 1 else replace(node, items=rest)
            yield _changed(node, f"`{condition_text(item)}` is left out", left)


def _swap_joint(node: tree.Condition, words: Vocabulary) -> _Change:
    match node:
        case tree.And():
            yield _changed(node, "`and` becomes `or`", tree.Or(node.span, node.items))
        case tree.Or():
            yield _changed(node, "`or` becomes `and`", tree.And(node.span, node.items))
        case _:
            return


def _negate(node: tree.Condition, words: Vocabulary) -> _Change:
    match node:
        case tree.And() | tree.Or() | tree.Paper():
            return
        case tree.Not():
            yield _changed(node, "its contrary is asked", node.item)
        case _:
            yield _changed(node, "its contrary is asked", tree.Not(node.span, node))


def _swap_comparison(node: tree.Condition, words: Vocabulary) -> _Change:
    if isinstance(node, tree.Compare):
        other = _LOOSER_OR_STRICTER[node.relation]
        says = f"`{node.relation.value}` becomes `{other.value}`"
        yield _changed(node, says, replace(node, relation=other))


def _move_number(node: tree.Condition, words: Vocabulary) -> _Change:
    if isinstance(node, tree.Compare | tree.Within):
        for change in moved(node.bound):
            yield _changed(node, change.says, replace(node, bound=change.node))


def _widen(node: tree.Condition, words: Vocabulary) -> _Change:
    for name, put in _kinds(node):
        for parent in words.kinds.by_name[name].parents:
            if parent in words.kinds:
                says = f"`{name}` is widened to `{parent}`"
                yield _changed(node, says, put(parent))


def _narrow(node: tree.Condition, words: Vocabulary) -> _Change:
    for name, put in _kinds(node):
        below = sorted(k.name for k in words.kinds.by_name.values() if name in k.parents)
        if below:
            yield _changed(node, f"`{name}` is narrowed to `{below[0]}`", put(below[0]))


def _kinds(
    node: tree.Condition,
) -> Iterator[tuple[str, Callable[[str], tree.Condition]]]:
    """The kinds that a test names, and the test with another in its place."""
    match node:
        case tree.KindTest():
            yield node.kind.text, lambda kind: replace(node, kind=replace(node.kind, text=kind))
        case tree.Paper():
            yield node.kind.text, lambda kind: replace(node, kind=replace(node.kind, text=kind))
        case _:
            return


def _drop_value(node: tree.Condition, words: Vocabulary) -> _Change:
    if isinstance(node, tree.OneOf) and len(node.values) > 1:
        for at in range(len(node.values)):
            after = replace(node, values=without(node.values, at))
            yield _changed(node, "one of the values is left out", after)


def _swap_some(node: tree.Condition, words: Vocabulary) -> _Change:
    if isinstance(node, tree.Quantified):
        some, every = tree.Quantifier.SOME, tree.Quantifier.EVERY
        other = every if node.quantifier is some else some
        says = f"`{node.quantifier.value}` becomes `{other.value}`"
        yield _changed(node, says, replace(node, quantifier=other))


def _ask_less_of_paper(node: tree.Condition, words: Vocabulary) -> _Change:
    if not isinstance(node, tree.Paper):
        return
    if node.probable_cause:
        yield _changed(node, "probable cause is not asked", replace(node, probable_cause=False))
    if node.covering:
        yield _changed(node, "the paper need not cover the request", replace(node, covering=False))
    if node.unexpired:
        yield _changed(node, "the paper may have expired", replace(node, unexpired=False))
    for at, sovereign in enumerate(node.sovereigns):
        after = replace(node, sovereigns=without(node.sovereigns, at))
        says = f"a court of `{sovereign.key}` "
        says += "no longer counts" if after.sovereigns else "is no longer asked: any counts"
        yield _changed(node, says, after)
    if node.issuer is not None:
        after = replace(node, issuer=None, sovereigns=())
        yield _changed(node, "anybody may have issued the paper", after)


CONDITION_MUTATORS: tuple[Mutator[tree.Condition], ...] = (
    Mutator("drop a part", _drop_part),
    Mutator("swap and, or", _swap_joint),
    Mutator("negate", _negate),
    Mutator("swap a comparison", _swap_comparison),
    Mutator("move a number", _move_number),
    Mutator("widen a kind", _widen),
    Mutator("narrow a kind", _narrow),
    Mutator("drop a value", _drop_value),
    Mutator("swap some, every", _swap_some),
    Mutator("ask less of a paper", _ask_less_of_paper),
)
