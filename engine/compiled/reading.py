"""What each rule of a plan reads: the places of its words, and the facts that stand behind them."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from ...dsl.reading import REASON_SETS
from .. import names
from .generate import Part, generate
from .plan import Plan
from .slots import OfAll, OfCondition, OfFact, OfReason, Slot, Slots, Source
from .translate import Translator
from .walk import facts_in


@dataclass(frozen=True, slots=True)
class Read:
    """What one rule reads of a request of its plan.

    Attributes:
        places: The places of its words.
        of_recipients: Whether it reads words of recipients.
        facts: The facts of the request, its reason among them, that these words are made of.
    """

    places: tuple[int, ...]
    of_recipients: bool
    facts: frozenset[str]


def reads_of(plan: Plan) -> tuple[Read, ...]:
    """What the rules of a plan read, in their order."""
    return tuple(_read(plan, part) for part in plan.rules)


def _read(plan: Plan, part: Part) -> Read:
    request, recipient = _Asked(plan.slots), _Asked(plan.recipient_slots)
    generate((part,), Translator(frozenset(), request, recipient), plan.required)
    slots = [*request.asked.values(), *recipient.asked.values()]
    return Read(
        tuple(sorted(slot.at for slot in request.asked.values())),
        bool(recipient.asked) or part.rule.node.per_recipient,
        frozenset(name for slot in slots for name in facts_behind(slot)),
    )


def facts_behind(slot: Slot) -> frozenset[str]:
    """The facts of a request that the word of a slot is made of; all of the reason is one."""
    match slot.source:
        case OfFact(name=name) | OfAll(name=name):
            return frozenset({name})
        case OfReason():
            return frozenset({names.REASON})
        case OfCondition(condition=condition, policy=policy):
            read = frozenset(facts_in(condition, policy.defines))
            return read | {names.REASON} if read & REASON_SETS else read
        case _:
            return frozenset()


class _Asked(Slots):
    """The slots of a plan; those that are asked for are remembered."""

    def __init__(self, slots: Sequence[Slot]) -> None:
        super().__init__({slot.key: slot for slot in slots})
        self.asked: dict[int, Slot] = {}

    def _slot(self, key: Hashable, source: Source) -> Slot:
        found = super()._slot(key, source)
        self.asked[found.at] = found
        return found
