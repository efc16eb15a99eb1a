"""What requests of one kind have in common, worked out once: the words before anything is stated.

A form is made by the ordinary way of reading and preparing, from a request of its kind that
states nothing; what a fact adds to it is found the same way, once for each value. So the quick
way of reading holds no second meaning: it only remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from ...dsl import syntax as tree
from ...dsl.model import Fact, Vocabulary
from ...dsl.reading import REASON_SETS
from .. import names
from ..json_text import MAX_TEXT
from ..reference import Case
from .plan import Plan, Who
from .slots import OfCondition, OfFact, OfReason, Slot
from .walk import parts_of

K = TypeVar("K")
V = TypeVar("V")
MOST = 65_536  # values that are remembered, each kind


class SlowError(Exception):
    """This request cannot go the quick way."""


class OtherFormError(Exception):
    """This request has other recipients or claims than its form."""


class FreeText:
    """A fact of which a rule may ask only whether there is any text: its words are by that."""


class Shaping:
    """A set that shapes the form: who else receives, and what is claimed."""


class Unread:
    """A fact that is not read quickly."""


# One fact of a form: the Python type of its JSON value or one of the three above; the place of its
# word, one past the last where no rule reads the fact; and the words of its values, or of a set
# that shapes the form its members. Plain tuples and dicts: every request reads some of them.
Entry: TypeAlias = tuple[type, int, Any]


@dataclass(slots=True)
class Form:
    """The words of a request that states nothing, and where each fact that it states belongs.

    Attributes:
        plan: The plan of such requests.
        words: Their words, and one more that nothing reads.
        who: Their recipients.
        given: The sets that shape the form, as they are stated.
        reasons: The places of the words that the reason changes.
        ages: The places of the words that the period changes; None if it must be read slowly.
        reads_user: Whether a rule reads who the user is.
        case: The request that the form was made from.
        learn: How the word of a value not met before is learned.
        entries: Every fact that may be stated.
        seen: The words at the places of the reason, by its text.
    """

    plan: Plan
    words: list[int]
    who: Who
    given: Mapping[str, list[str]]
    reasons: tuple[int, ...]
    ages: tuple[int, ...] | None
    reads_user: bool
    case: Case
    learn: Callable[[str, object], int]
    entries: dict[str, Entry] = field(default_factory=dict[str, Entry])
    seen: dict[str, tuple[int, ...]] = field(default_factory=dict[str, "tuple[int, ...]"])

    def worded(self, facts: Mapping[str, Any]) -> list[int]:
        """The words of a request that states some facts.

        Raises:
            OtherFormError: It has other recipients or claims.
            SlowError: A name or value is out of the ordinary.
        """
        words = self.words.copy()
        entries = self.entries
        name = raw = None
        try:
            for name, raw in facts.items():
                kind, at, known = entries[name]
                if raw.__class__ is kind:
                    words[at] = known[raw]
                elif kind is FreeText and raw.__class__ is str and len(raw) <= MAX_TEXT:
                    words[at] = known[not raw.strip()]
                elif kind is Shaping and raw.__class__ is list:
                    if raw != known:
                        raise OtherFormError
                else:
                    raise SlowError
        except KeyError:
            self._learn(str(name), raw)
            return self.worded(facts)
        if self.given and not self.given.keys() <= facts.keys():
            raise OtherFormError
        return words

    def _learn(self, name: str, raw: object) -> None:
        """A value not met before; a name that is no fact goes the ordinary way, to be told so."""
        if name not in self.entries:
            raise SlowError
        kind, _, known = self.entries[name]
        key = not str(raw).strip() if kind is FreeText else raw
        remember(known, key, self.learn(name, raw))


def remember(known: dict[K, V], key: K, value: V) -> None:
    """Remember something; when too much is remembered, start anew."""
    if len(known) >= MOST:
        known.clear()
    known[key] = value


def frame_names(vocabulary: Vocabulary) -> tuple[str, ...]:
    """The sets that shape a form: who else receives, and what is claimed."""
    return tuple(
        name for name in (*names.RECIPIENT_SETS, names.CLAIMS)
        if name in vocabulary.facts and vocabulary.facts[name].is_sent
    )  # fmt: skip


def entries_of(
    plan: Plan, vocabulary: Vocabulary, given: Mapping[str, list[str]]
) -> dict[str, Entry]:
    """How each fact of a vocabulary is read into a plan.

    Args:
        plan: The plan.
        vocabulary: The words of its requests.
        given: The sets that shape the form: who else receives, and what is claimed.
    """
    frames = frame_names(vocabulary)
    claims = given.get(names.CLAIMS, ())
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
        if fact.claimed and name not in claims:
            at = []  # what is not claimed is not gone by
        place = at[0] if at else len(plan.slots)
        if name in frames:
            found[name] = Shaping, place, given.get(name)
        else:
            found[name] = Unread if slow else _kind(fact), place, {}
    return found


def _kind(fact: Fact) -> type:
    """The Python type of a value that is read quickly."""
    if fact.type.is_set:
        return Unread
    match fact.type.word:
        case "text":
            return FreeText
        case "yes/no":
            return bool
        case "count":
            return int
        case "time" | "date" | "user" | "role" | "duration":
            return Unread
        case _:
            return str


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
