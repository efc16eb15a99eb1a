"""Statements with one change of meaning: heads, numbers, and the words of a vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from ...dsl import syntax as tree
from ...dsl.model import Vocabulary
from ...dsl.printer import condition_text, value_text
from .altered import Altered, Mutator, Node, altered, with_item, without
from .conditions import condition_changes
from .numbers import moved, periods
from .rules import rule_changes

Change = Altered[tree.Statement | None]

_RESTS_ON = {"verified": "secondary", "adopted": "provisional", "secondary": "unverified",
             "provisional": "open"}  # fmt: skip
_PROOF_LOWERED = (tree.Level.ATTESTATION, tree.Level.VERIFICATION)


def statement_changes(node: tree.Statement, words: Vocabulary) -> Iterator[Change]:
    """Every change of a statement that an example could notice."""
    match node:
        case tree.Rule():
            yield _dropped(node)
            yield from (change.within(_same) for change in rule_changes(node, words))
        case tree.Policy():
            yield from (change.within(_same) for change in _policy(node, words))
        case tree.Parameter():
            yield from (change.within(_same) for change in _parameter(node, words))
        case tree.FactDeclaration():
            yield from (change.within(_same) for change in _of(FACT_MUTATORS, node, words))
        case tree.ReadingDeclaration():
            yield from (change.within(_same) for change in _of(READING_MUTATORS, node, words))
        case tree.LexiconDeclaration():
            yield from (change.within(_same) for change in _of(LEXICON_MUTATORS, node, words))
        case tree.DutyDeclaration():
            yield from (change.within(_same) for change in _duty(node, words))
        case _:
            return


def _same(node: tree.Statement) -> tree.Statement | None:
    return node


def _of(
    mutators: Iterable[Mutator[Node]], node: Node, words: Vocabulary
) -> Iterator[Altered[Node]]:
    for mutator in mutators:
        yield from mutator.of(node, words)


def _dropped(node: tree.Rule) -> Change:
    says = f"the rule `{node.name.text}` is left out"
    return Altered("drop a rule", says, node.name.span, f"rule {node.name.text}", "", None)


# Policies and numbers ----------------------------------------------------------------------------


def _policy(node: tree.Policy, words: Vocabulary) -> Iterator[Altered[tree.Policy]]:
    yield from _of(POLICY_MUTATORS, node, words)
    if node.binds is not None:
        for change in condition_changes(node.binds, words):
            yield change.within(lambda found: replace(node, binds=found))
    for at, item in enumerate(node.defines):
        for change in condition_changes(item.condition, words):
            defines = with_item(node.defines, at, replace(item, condition=change.node))
            yield change.with_node(replace(node, defines=defines))


def _bind_anybody(node: tree.Policy, words: Vocabulary) -> Iterator[Altered[tree.Policy]]:
    if node.binds is not None:
        before = f"binds {condition_text(node.binds)}"
        after = replace(node, binds=None, binds_any=True)
        says = f"`{node.name.text}` binds any request"
        yield altered(node.binds.span, says, before, "binds any request", after)


def _rest_on_less(node: tree.Policy, words: Vocabulary) -> Iterator[Altered[tree.Policy]]:
    less = _RESTS_ON.get(node.rests_on)
    if less is not None:
        says = f"a permit may rest on `{less}` wording"
        before, after = (f"permit may rest on {word}" for word in (node.rests_on, less))
        yield altered(node.span, says, before, after, replace(node, rests_on=less))


def _move_policy_date(node: tree.Policy, words: Vocabulary) -> Iterator[Altered[tree.Policy]]:
    if node.in_force is not None:
        for change in periods(node.in_force):
            yield change.within(lambda period: replace(node, in_force=period))


def _move_setting(node: tree.Policy, words: Vocabulary) -> Iterator[Altered[tree.Policy]]:
    adoption = node.adopts
    if adoption is None:
        return
    for at, item in enumerate(adoption.parameters):
        for change in moved(item.value):
            settings = with_item(adoption.parameters, at, replace(item, value=change.node))
            after = replace(node, adopts=replace(adoption, parameters=settings))
            yield change.with_node(after)
        after = replace(node, adopts=replace(adoption, parameters=without(adoption.parameters, at)))
        before = f"parameter {item.name.text} is {value_text(item.value)}"
        says = f"`{item.name.text}` stays what the adopted policy says"
        yield altered(item.span, says, before, "", after)


def _adopt_more(node: tree.Policy, words: Vocabulary) -> Iterator[Altered[tree.Policy]]:
    adoption = node.adopts
    for at, name in enumerate(adoption.without if adoption else ()):
        assert adoption is not None
        after = replace(node, adopts=replace(adoption, without=without(adoption.without, at)))
        says = f"the rule `{name.text}` is adopted too"
        yield altered(name.span, says, f"without {name.text}", "", after)


POLICY_MUTATORS: tuple[Mutator[tree.Policy], ...] = (
    Mutator("bind more", _bind_anybody),
    Mutator("rest on less", _rest_on_less),
    Mutator("move a date", _move_policy_date),
    Mutator("move a number", _move_setting),
    Mutator("adopt more", _adopt_more),
)


def _parameter(node: tree.Parameter, words: Vocabulary) -> Iterator[Altered[tree.Parameter]]:
    yield from _of(PARAMETER_MUTATORS, node, words)


def _move_parameter(node: tree.Parameter, words: Vocabulary) -> Iterator[Altered[tree.Parameter]]:
    for change in moved(node.value):
        yield change.within(lambda value: replace(node, value=value))


def _move_parameter_date(
    node: tree.Parameter, words: Vocabulary
) -> Iterator[Altered[tree.Parameter]]:
    if node.in_force is not None:
        for change in periods(node.in_force):
            yield change.within(lambda period: replace(node, in_force=period))


PARAMETER_MUTATORS: tuple[Mutator[tree.Parameter], ...] = (
    Mutator("move a number", _move_parameter),
    Mutator("move a date", _move_parameter_date),
)

# Vocabularies ------------------------------------------------------------------------------------


def _lower_proof(
    node: tree.FactDeclaration, words: Vocabulary
) -> Iterator[Altered[tree.FactDeclaration]]:
    """Down to bare assertion: an example cannot say which of the two higher levels it means."""
    if node.level in _PROOF_LOWERED:
        before = f"{node.name.text} proven by {node.level.value}"
        after = replace(node, level=tree.Level.ASSERTION, vouchers=())
        says = f"whoever asks need only assert `{node.name.text}`"
        yield altered(node.name.span, says, before, f"{node.name.text} proven by assertion", after)


def _drop_claim(
    node: tree.FactDeclaration, words: Vocabulary
) -> Iterator[Altered[tree.FactDeclaration]]:
    if node.claimed:
        says = f"`{node.name.text}` is open until somebody speaks of it"
        before = f"{node.name.text} claimed"
        yield altered(node.name.span, says, before, "", replace(node, claimed=False))


def _drop_each(
    node: tree.FactDeclaration, words: Vocabulary
) -> Iterator[Altered[tree.FactDeclaration]]:
    if node.per_recipient:
        says = f"`{node.name.text}` of one recipient counts for all"
        before = f"{node.name.text} per recipient"
        yield altered(node.name.span, says, before, "", replace(node, per_recipient=False))


FACT_MUTATORS: tuple[Mutator[tree.FactDeclaration], ...] = (
    Mutator("lower a proof", _lower_proof),
    Mutator("drop a claim", _drop_claim),
    Mutator("count for all", _drop_each),
)


def _turn_reading(
    node: tree.ReadingDeclaration, words: Vocabulary
) -> Iterator[Altered[tree.ReadingDeclaration]]:
    if node.answer is not None:
        before, after = ("yes", "no") if node.answer else ("no", "yes")
        says = f"the reading `{node.name.text}` is {after}"
        yield altered(node.name.span, says, before, after, replace(node, answer=not node.answer))


READING_MUTATORS: tuple[Mutator[tree.ReadingDeclaration], ...] = (
    Mutator("turn a reading", _turn_reading),
)


def _drop_phrase(
    node: tree.LexiconDeclaration, words: Vocabulary
) -> Iterator[Altered[tree.LexiconDeclaration]]:
    says = f"`{node.name.text}` does not know the phrase"
    for at, phrase in enumerate(node.plainly):
        after = replace(node, plainly=without(node.plainly, at))
        yield altered(phrase.span, says, f'plainly "{phrase.text}"', "", after)
    for at, phrase in enumerate(node.possibly):
        after = replace(node, possibly=without(node.possibly, at))
        yield altered(phrase.span, says, f'possibly "{phrase.text}"', "", after)
    for at, phrase in enumerate(node.never):
        after = replace(node, never=without(node.never, at))
        yield altered(phrase.span, says, f'never "{phrase.text}"', "", after)


def _move_lexicon_date(
    node: tree.LexiconDeclaration, words: Vocabulary
) -> Iterator[Altered[tree.LexiconDeclaration]]:
    if node.in_force is not None:
        for change in periods(node.in_force):
            yield change.within(lambda period: replace(node, in_force=period))


LEXICON_MUTATORS: tuple[Mutator[tree.LexiconDeclaration], ...] = (
    Mutator("drop a phrase", _drop_phrase),
    Mutator("move a date", _move_lexicon_date),
)


def _duty(node: tree.DutyDeclaration, words: Vocabulary) -> Iterator[Altered[tree.DutyDeclaration]]:
    if node.done_by is not None:
        for change in condition_changes(node.done_by, words):
            yield change.within(lambda found: replace(node, done_by=found))
