"""A lawful word for an unlawful end, and what is left out so that nobody sees the end."""

from __future__ import annotations

import pytest

from platelaw.federation.refusal import RefusedCallError
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import NOBODY, OUTSIDER, Point, caller, question
from .acting import new_id


def without(asked: q.Question, name: str) -> q.Question:
    """The question with a fact left out."""
    kept = [fact for fact in asked.facts if fact.name != name]
    del asked.facts[:]
    asked.facts.extend(kept)
    return asked


def naming(name: str, *keys: str, is_open: bool = False) -> q.Question:
    """The plain question with the members of a set."""
    asked = question()
    for fact in asked.facts:
        if fact.name == name:
            fact.members.keys.extend(keys)
            fact.members.open = is_open
    return asked


def test_a_criminal_code_does_not_hide_what_the_reason_says(point: Point) -> None:
    for reason in ("ICE-assist", "admin warrant for ERO", "HSI child exploitation"):
        answer = point.decide(question(reason=reason, subject=reason), request_id=new_id())
        assert answer.outcome != a.OUTCOME_PERMIT, reason


@pytest.mark.parametrize("name", NOBODY[:3])
def test_for_whom_is_said_or_nothing_is_released(point: Point, name: str) -> None:
    answer = point.decide(without(question(), name))
    assert answer.outcome != a.OUTCOME_PERMIT


@pytest.mark.parametrize("name", NOBODY[:3])
def test_for_whom_is_said_whole(point: Point, name: str) -> None:
    answer = point.decide(naming(name, is_open=True))
    assert answer.outcome != a.OUTCOME_PERMIT


@pytest.mark.parametrize("name", NOBODY[:3])
def test_whoever_stands_behind_is_judged_as_if_he_asked(point: Point, name: str) -> None:
    for key in ("US/ice", OUTSIDER):
        answer = point.decide(naming(name, key), request_id=new_id())
        assert answer.outcome != a.OUTCOME_PERMIT, key


@pytest.mark.parametrize("count", [0, 1])
def test_a_text_that_is_no_text_is_no_text(point: Point, count: int) -> None:
    """A class of questions is told by more than what a text looks like once it is taken out."""
    point.decide(question(facts={"case.number": ""}), request_id=new_id())
    odd = question()
    for fact in odd.facts:
        if fact.name == "case.number":
            fact.flag = bool(count)
    answer = point.decide(odd, request_id=new_id())
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "not understood")


def test_an_agency_is_not_asked_for_by_another_s_ori(point: Point) -> None:
    for requester in (OUTSIDER, "TX2270100"):
        with pytest.raises(RefusedCallError, match="may not ask for"):
            point.decide(question(requester), caller())
