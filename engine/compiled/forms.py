"""What requests of one kind have in common, worked out once: the words before anything is stated.

A form is made by the ordinary way of reading and preparing, from a request of its kind that
states nothing; what a fact adds to it is found the same way, once for each value. So the quick
way of reading holds no second meaning: it only remembers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

from msgspec import UNSET

from ...dsl import syntax as tree
from ...dsl.model import Fact, Vocabulary
from ...dsl.reading import REASON_SETS
from .. import names
from ..reference import Case
from .plan import Head, Plan, Who
from .slots import OfCondition, OfFact, OfReason, Slot
from .walk import facts_in

K = TypeVar("K")
V = TypeVar("V")
MOST = 65_536  # values that are remembered, each kind


class SlowError(Exception):
    """This request cannot go the quick way."""


class FreeText:
    """A fact of which a rule may ask only whether there is any text: its words are by that."""


class Shaping:
    """A set that shapes the form: who else receives, and what is claimed."""


class Unread:
    """A fact that is not read quickly."""


# One fact of a form: the Python type of its JSON value or one of the three above; the place of its
# word, one past the last where no rule reads the fact; and the words of its values, or of a set
# that shapes the form its members.
Entry: TypeAlias = tuple[type, int, Any]


# What gives the words of a request from its facts, an object with a field for each.
Worded: TypeAlias = Callable[[Any], list[int]]


@dataclass(slots=True)
class Form:
    """The words of a request that states nothing, and where each fact that it states belongs.

    Attributes:
        plan: The plan of such requests.
        head: What deciding needs of it.
        words: Their words, and one more that nothing reads.
        who: Their recipients.
        given: The sets that shape the form, as they are stated.
        reasons: The places of the words that the reason changes.
        ages: The places of the words that the period changes; None if it must be read slowly, as
            where it ends later than the request does.
        reads_user: Whether a rule reads who the user is.
        case: The request that the form was made from.
        learn: How the word of a value not met before is learned.
        entries: Every fact that may be stated.
        seen: The words at the places of the reason, by its text.
        latest: By how many facts are stated, the form of the last such request that differs from
            this one at most in its recipients and claims, and what gives its words.
        worded: What gives the words of requests that state just these facts.
    """

    plan: Plan
    head: Head
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
    latest: dict[int, tuple[Form, Worded]] = field(default_factory=dict[int, "tuple[Form, Worded]"])
    worded: dict[object, Worded] = field(default_factory=dict[object, Worded])

    def meet(self, name: str, raw: Any) -> None:
        """See to it that the word of a value is known.

        Raises:
            SlowError: The fact, or the value, is not read quickly.
        """
        kind, _, known = self.entries.get(name, (Unread, 0, None))
        if kind is Unread:
            raise SlowError
        key = not raw.strip() if kind is FreeText else raw
        if kind is not Shaping and key not in known:
            remember(known, key, self.learn(name, raw))


def worded_of(form: Form, stated: Mapping[str, str]) -> Worded:
    """The function that gives the words of requests that state just these facts.

    It raises KeyError for a request that does not, or of which a value was not met before.

    Args:
        form: Their form.
        stated: The field of each fact that is stated.
    """
    words = list(map(str, form.words))
    names: dict[str, Any] = {"UNSET": UNSET}
    needed, looked_up = ["0"], list[str]()
    for at, (name, attribute) in enumerate(stated.items()):
        kind, place, known = form.entries[name]
        names[f"k{at}"] = known
        value = f"f.{attribute}"
        if kind is Shaping:
            needed.append(f"{value} != k{at}")
            continue
        if kind is FreeText:
            needed.append(f"{value} is UNSET")
            value = f"not {value}.strip()"
        if place == len(form.plan.slots):
            looked_up.append(f"    k{at}[{value}]")  # no rule reads it, but it must be a value
        else:
            words[place] = f"k{at}[{value}]"
    lines = ["def worded(f):", f"    if {' or '.join(needed)}:", "        raise KeyError"]
    text = "\n".join([*lines, *looked_up, f"    return [{', '.join(words)}]"])
    exec(compile(text, "<form>", "exec"), names)  # our own text alone
    found: Worded = names["worded"]
    return found


def remember(known: dict[K, V], key: K, value: V) -> None:
    """Remember something; when too much is remembered, start anew."""
    if len(known) >= MOST:
        known.clear()
    known[key] = value


def entries_of(
    plan: Plan,
    vocabulary: Vocabulary,
    given: Mapping[str, list[str]],
    shared: dict[object, dict[object, int]],
) -> dict[str, Entry]:
    """How each fact of a vocabulary is read into a plan.

    Args:
        plan: The plan.
        vocabulary: The words of its requests.
        given: The sets that shape the form: who else receives, and what is claimed.
        shared: The words of values, by the tests that are asked of them: what a caller states of
            a fact means the same to all plans that ask the same of it.
    """
    claims = given.get(names.CLAIMS, ())
    wanted = set(_compared(plan))
    places: dict[str, list[int]] = {}
    for slot in plan.slots:
        if isinstance(slot.source, OfFact):
            places.setdefault(slot.source.name, []).append(slot.at)
    looped = {s.source.name for s in plan.recipient_slots if isinstance(s.source, OfFact)}
    found: dict[str, Entry] = {}
    for name, fact in vocabulary.facts.items():
        at = places.get(name, [])
        slow = name in wanted or name in looped or len(at) > 1
        if fact.claimed and name not in claims:
            at = []  # what is not claimed is not gone by
        place = at[0] if at else len(plan.slots)
        kind = kind_of(fact)
        if kind is Shaping:
            found[name] = kind, place, given.get(name)
        else:
            table = id(plan.slots[place].table) if at else None
            words = shared.setdefault((vocabulary.edition, name, table), {})
            found[name] = Unread if slow else kind, place, words
    return found


def kind_of(fact: Fact) -> type:
    """How the value of a fact is read."""
    if not fact.is_sent or fact.name in (names.REASON, names.INSTRUMENTS, names.USER):
        return Unread
    if fact.name in (*names.RECIPIENT_SETS, names.CLAIMS):
        return Shaping
    if fact.type.is_set or fact.per_recipient:
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
            yield from facts_in(slot.source.condition, slot.source.policy.defines)


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
            read = set(facts_in(slot.source.condition, slot.source.policy.defines))
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
            read = facts_in(source.condition, source.policy.defines)
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
