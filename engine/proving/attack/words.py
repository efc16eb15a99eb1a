"""A lie in words: what is said, and who must say it."""

from __future__ import annotations

from ....dsl.printer import condition_text
from ...values import Members, Range, TextState
from ..sources import Choice, Free, OfDuty, OfFact, OfReview, Source, instrument_asked
from .costs import Lie


def told_lie(source: Source, choice: Choice, lie: Lie, requester: str) -> str:
    """A lie in one sentence."""
    match source:
        case OfFact():
            test = next(iter(source.tests.values()))
            fact = test.subject.fact
            roles = " or ".join(fact.vouchers) if fact else ""
            who = requester if lie is Lie.WORD else roles
            return f"{who} says falsely that {test.reference.text} is {_value(choice.witness)}"
        case Free():
            asked = instrument_asked(source)
            paper = condition_text(asked) if asked is not None else "a paper"
            forged = "presents a forged" if lie is Lie.PAPER else "presents without proof a forged"
            return f"{requester} {forged} paper: `{paper}`"
        case OfDuty():
            role = source.policy.vocabulary.duties[source.must.duty.text].attested_by
            return f"{role} says falsely that {source.must.duty.text} is done"
        case OfReview():
            reviewer = source.rule.node.refer_to
            who = reviewer.text if reviewer else "a reviewer"
            return f"{who} clears {source.rule.id} without cause"
        case _:
            raise AssertionError("nothing else can be lied about")


def _value(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case TextState():
            return "stated" if value is TextState.STATED else "blank"
        case Members():
            return "{" + ", ".join(map(str, value.known)) + "}"
        case Range():
            return f"{value.low:g} to {value.high:g}"
        case _:
            return str(value)
