"""Whom a HOLD concerns: who asked, who owns, who signed a paper, and who could settle it."""

from __future__ import annotations

from google.protobuf.message import DecodeError

from ...engine import names
from ..proof import Held
from ..v1.answer_pb2 import Explanation
from ..v1.question_pb2 import Question

INSTRUMENT = "instrument"  # the kind of a need, as explanations write it


def of_agency(key: str) -> str:
    """A body, as HOLDs name it."""
    return f"agency:{key}"


def of_role(name: str) -> str:
    """A role, as HOLDs name it."""
    return f"role:{name}"


def concerned(held: Held) -> frozenset[str]:
    """Whom a HOLD concerns, by agencies and roles.

    A court is concerned by the papers that it signed: that some paper would settle a HOLD makes it
    nobody's but the requester's to get one.
    """
    agencies = {held.owner, held.requester, held.caller, *signers_of_papers(held)}
    explanation = explanation_of(held)
    roles = {
        role
        for settling in explanation.settling
        for need in settling.needs
        if need.kind != INSTRUMENT
        for role in need.roles
    }
    return frozenset({*map(of_agency, agencies), *map(of_role, roles)})


def signers_of_papers(held: Held) -> frozenset[str]:
    """The bodies that signed an instrument presented, by key or ORI as the question has them."""
    presented = question_of(held).instruments.presented
    return frozenset(paper.signed_by for paper in presented if paper.signed_by)


def papers_of(held: Held) -> frozenset[str]:
    """The ids of the instruments presented."""
    presented = question_of(held).instruments.presented
    return frozenset(paper.id for paper in presented if paper.id)


def case_of(held: Held) -> str:
    """The case number stated; empty if none."""
    facts = question_of(held).facts
    return next((fact.word.strip() for fact in facts if fact.name == names.CASE_NUMBER), "")


def question_of(held: Held) -> Question:
    """The question of a HOLD; empty if it cannot be read."""
    question = Question()
    try:
        question.ParseFromString(held.question)
    except DecodeError:
        return Question()
    return question


def explanation_of(held: Held) -> Explanation:
    """The owner's view of a HOLD; empty if it cannot be read."""
    explanation = Explanation()
    try:
        explanation.ParseFromString(held.explanation)
    except DecodeError:
        return Explanation()
    return explanation
