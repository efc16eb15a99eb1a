"""What requests of one kind have in common, worked out once: the words before anything is stated.

A form is made by the ordinary way of reading and preparing, from a request of its kind that
states nothing; what a fact adds to it is found the same way, once for each value. So the quick
way of reading holds no second meaning: it only remembers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from ...dsl import syntax as tree
from ...dsl.model import Fact, Vocabulary
from ...dsl.reading import REASON_SETS
from .. import names
from .plan import Plan, Recipients
from .slots import OfCondition, OfFact, OfReason, Slot
from .walk import parts_of

# How the value of a fact is read.
WORD = 0  # a text that stands for a kind, an agency or the like
TEXT = 1  # free text: stated or blank
YES_NO = 2
NUMBER = 3
FRAME = 4  # a set that shapes the form: recipients, claims
ASKED = 5  # not to be read quickly


class Entry(NamedTuple):
    """One fact of a form: how it is read, the place of its word, and the words of its values.

    ``at`` is one past the last word where no rule of the plan reads the fact.
    """

    way: int
    at: int
    words: dict[object, int]


@dataclass(slots=True)
class Form:
    """The words of a request that states nothing, and where each fact that it states belongs.

    Attributes:
        plan: The plan of such requests.
        words: Their words, and one more that nothing reads.
        known: Their recipients.
        asked: The same and somebody unknown, if there may be others.
        is_open: Whether there may be.
        entries: Every fact that may be stated.
        given: The sets that shape the form, as they are stated.
        reasons: The places of the words that the reason changes.
        seen: These words by the text of the reason.
        ages: The places of the words that the period changes; None if it must be read slowly.
        periods: These words by the period asked for and the days of the request.
        reads_user: Whether a rule reads who the user is.
    """

    plan: Plan
    words: list[int]
    known: Recipients
    asked: Recipients
    is_open: bool
    entries: dict[str, Entry]
    given: dict[str, list[str]]
    reasons: tuple[int, ...]
    ages: tuple[int, ...] | None
    reads_user: bool
    seen: dict[str, tuple[int, ...]] = field(default_factory=dict[str, tuple[int, ...]])
    periods: dict[object, tuple[int, ...]] = field(default_factory=dict[object, tuple[int, ...]])


def frame_names(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The sets that shape a form: who else receives, and what is claimed."""
    return tuple(
        name for name in (*names.RECIPIENT_SETS, names.CLAIMS)
        if name in vocabulary.facts and vocabulary.facts[name].is_sent
    )  # fmt: skip


def entries_of(plan: Plan, vocabulary: Vocabulary, claims: frozenset[str]) -> dict[str, Entry]:
    """How each fact of a vocabulary is read into a plan.

    Args:
        plan: The plan.
        vocabulary: The words of its requests.
        claims: The facts that the request claims.
    """
    frames = frame_names(vocabulary)
    wanted = set(_compared(plan))
    places: dict[str, list[int]] = {}
    for slot in plan.slots:
        if isinstance(slot.source, OfFact):
            places.setdefault(slot.source.name, []).append(slot.at)
    looped = {s.source.name for s in plan.recipient_slots if isinstance(s.source, OfFact)}
    found: dict[str, Entry] = {}
    for name, fact in vocabulary.facts.items():
        if not fact.is_sent or name in (names.REASON, names.INSTRUMENTS, names.USER):
            continue
        at = places.get(name, [])
        slow = name in wanted or name in looped or fact.per_recipient or len(at) > 1
        way = FRAME if name in frames else ASKED if slow else _way(fact)
        if fact.claimed and name not in claims:
            at = []  # what is not claimed is not gone by
        found[name] = Entry(way, at[0] if at else len(plan.slots), {})
    return found


def _way(fact: Fact) -> int:
    if fact.type.is_set:
        return ASKED
    match fact.type.word:
        case "text":
            return TEXT
        case "yes/no":
            return YES_NO
        case "count":
            return NUMBER
        case "time" | "date" | "user" | "role" | "duration":
            return ASKED
        case _:
            return WORD


def _compared(plan: Plan) -> Iterator[str]:
    """The facts that a condition reads which is asked of the reference whole."""
    for slot in (*plan.slots, *plan.recipient_slots):
        if isinstance(slot.source, OfCondition):
            yield from _facts_in(slot.source.condition, slot.source.policy.defines)


def _facts_in(condition: tree.Condition, defines: Mapping[str, tree.Condition]) -> Iterator[str]:
    for part in parts_of(condition):
        if isinstance(part, tree.Named) and part.name in defines:
            yield from _facts_in(defines[part.name], defines)
        read = [getattr(part, name, None) for name in ("subject", "collection", "after", "value")]
        read += getattr(part, "values", ())
        yield from (found.text for found in read if isinstance(found, tree.Reference))


# What a request says beside its facts, each with the facts that it changes.
_BESIDE = (
    frozenset({names.REASON, *REASON_SETS}),
    frozenset({names.DATA_AGE, names.DATA_CAPTURED}),
    frozenset({names.USER}),
)


def is_quick(plan: Plan) -> bool:
    """Whether the words of a plan can be remembered one by one.

    A condition that is asked of the reference whole may read one thing that stands beside the
    facts: it changes nothing while the facts that it is compared with are not stated, and those
    are not read quickly. Of two such things no one could say.
    """
    for slot in (*plan.slots, *plan.recipient_slots):
        if isinstance(slot.source, OfCondition):
            read = set(_facts_in(slot.source.condition, slot.source.policy.defines))
            if sum(not beside.isdisjoint(read) for beside in _BESIDE) > 1:
                return False
    return True


def reads_user(plan: Plan) -> bool:
    """Whether a rule tests who the user is, other than by comparing him with somebody stated."""
    for slot in (*plan.slots, *plan.recipient_slots):
        source = slot.source
        if isinstance(source, OfFact) and source.name == names.USER:
            return True
        if isinstance(source, OfCondition) and not isinstance(source.condition, tree.Equals):
            read = _facts_in(source.condition, source.policy.defines)
            if names.USER in read:
                return True
    return False


def places_of_reason(plan: Plan) -> tuple[int, ...]:
    """The places of the words that the reason changes."""
    return tuple(slot.at for slot in plan.slots if _reads_reason(slot))


def _reads_reason(slot: Slot) -> bool:
    source = slot.source
    return isinstance(source, OfReason) or (
        isinstance(source, OfFact) and source.name == names.REASON
    )


def places_of_age(plan: Plan) -> tuple[int, ...] | None:
    """The places of the words that the period changes; None if they hang on the hour."""
    slots = [
        slot
        for slot in plan.slots
        if isinstance(slot.source, OfFact)
        and slot.source.name in (names.DATA_AGE, names.DATA_CAPTURED)
    ]
    hourly = any(_is_hourly(value) for slot in slots for value in _bounds(slot))
    return None if hourly else tuple(slot.at for slot in slots)


def _bounds(slot: Slot) -> Iterator[tree.Value]:
    for test in slot.tests.values():
        bound = getattr(test.condition, "bound", None)
        if isinstance(bound, tree.Name):
            yield from test.context.parameters[bound.text]
        elif bound is not None:
            yield bound


def _is_hourly(value: tree.Value) -> bool:
    return isinstance(value, tree.Duration) and value.unit in (tree.Unit.HOUR, tree.Unit.MINUTE)
