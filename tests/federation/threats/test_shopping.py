"""Asking until somebody says yes: elsewhere, as somebody else, in other forms of the same call."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import HELD, NOW, PD, Point, caller, question
from .acting import OTHER, many, new_id, search

ORI = "CT0003500"
BARRED = "traffic_enforcement"


def barred(**more: Any) -> q.Question:
    return question(purpose=BARRED, subject="a-car", **more)


def reworded(**more: Any) -> q.Question:
    return question(subject="a-car", **more)


def reordered(asked: q.Question) -> q.Question:
    """The same question with its facts and their members in another order."""
    found = q.Question()
    found.CopyFrom(asked)
    facts = list(found.facts)[::-1]
    for fact in facts:
        if fact.HasField("members"):
            turned = list(fact.members.keys)[::-1]
            del fact.members.keys[:]
            fact.members.keys.extend(turned)
    del found.facts[:]
    found.facts.extend(facts)
    return found


def denied_first(point: Point) -> None:
    assert point.decide(barred(), request_id=new_id()).outcome == a.OUTCOME_DENY


def test_the_next_owner_knows_what_the_first_refused(point: Point) -> None:
    denied_first(point)
    assert point.decide(reworded(owner=OTHER), request_id=new_id()).outcome == a.OUTCOME_HOLD


def test_a_colleague_asks_for_the_same_car_in_vain(point: Point) -> None:
    denied_first(point)
    assert point.decide(reworded(user="user-18"), request_id=new_id()).outcome == a.OUTCOME_HOLD


def test_an_agency_has_one_name_here_however_it_is_written(point: Point) -> None:
    denied_first(point)
    answer = point.decide(reworded(requester=ORI), caller(PD), request_id=new_id())
    assert answer.outcome == a.OUTCOME_HOLD


@pytest.mark.parametrize("spelling", [f"{PD} ", PD.upper(), f"{PD}/", "CT\u2215darien-pd", ""])
def test_nobody_asks_in_a_name_that_is_nearly_his(point: Point, spelling: str) -> None:
    with pytest.raises(RefusedCallError) as found:
        point.decide(reworded(requester=spelling), caller(PD))
    assert found.value.status in (Status.PERMISSION_DENIED, Status.INVALID_ARGUMENT)


def test_a_search_after_a_refusal_is_the_same_search(point: Point) -> None:
    denied_first(point)
    answers = search(point, reworded(), PD, OTHER)
    assert {answer.outcome for answer in answers.values()} == {a.OUTCOME_HOLD}


def test_a_question_after_a_refused_search_is_the_same_search(point: Point) -> None:
    refused = search(point, barred(), PD, OTHER)
    assert {answer.outcome for answer in refused.values()} == {a.OUTCOME_DENY}
    assert point.decide(reworded(), request_id=new_id()).outcome == a.OUTCOME_HOLD


def test_a_batch_does_not_try_words_out(point: Point) -> None:
    answers = many(point, barred(), reworded(), reworded(owner=OTHER))
    assert [answer.outcome for answer in answers] == [
        a.OUTCOME_DENY,
        a.OUTCOME_HOLD,
        a.OUTCOME_HOLD,
    ]


def test_leaving_out_what_is_searched_for_helps_nobody(point: Point) -> None:
    denied_first(point)
    assert point.decide(question(subject=""), request_id=new_id()).outcome == a.OUTCOME_HOLD


def test_a_blank_for_what_is_searched_for_says_nothing(point: Point) -> None:
    denied_first(point)
    for blank in (" ", "\t", "\u00a0"):
        asked = question(subject=blank)
        assert point.decide(asked, request_id=new_id()).outcome == a.OUTCOME_HOLD, repr(blank)


def test_a_blank_for_the_person_says_nothing(point: Point) -> None:
    assert point.decide(question(purpose=BARRED, user=" ")).outcome == a.OUTCOME_DENY
    assert point.decide(question(user="user-18"), request_id=new_id()).outcome == a.OUTCOME_HOLD


def test_the_order_of_facts_is_no_other_word(point: Point) -> None:
    """Else a platform that sorts its facts anew would be held for shopping."""
    held = question(**HELD, subject="a-car")
    held.facts[1].members.keys.extend(["CT/hartford-pd", "CT/state-police"])
    first = point.decide(held, request_id=new_id())
    again = point.decide(reordered(held), request_id=new_id())
    assert (first.outcome, first.reason) == (again.outcome, again.reason)
    assert first.explanation == again.explanation


def test_the_id_of_a_held_request_asks_nothing_else(point: Point) -> None:
    held = point.decide(question(**HELD), request_id="request-held")
    for other in (question(subject="another-car"), question(**HELD, subject="a-third")):
        with pytest.raises(RefusedCallError) as found:
            point.decide(other, request_id="request-held")
        assert found.value.status is Status.ALREADY_EXISTS
    with pytest.raises(RefusedCallError):
        search(point, question(subject="another-car"), PD, OTHER, request_id="request-held")
    (kept,) = point.store.holds.find(PD, "request-held")
    assert (kept.id, kept.is_open) == (held.hold.id, True)


def test_what_is_refused_for_its_id_leaves_nothing_on_file(point: Point) -> None:
    point.decide(question(**HELD), request_id="request-held")
    other = question(**HELD, subject="a-car", user="user-99")
    with pytest.raises(RefusedCallError):
        point.decide(other, request_id="request-held")
    assert not point.store.refusals.any_like(PD, "user-99", "search", "a-car")
    with pytest.raises(RefusedCallError):
        search(point, other, "CT/hartford-pd", PD, OTHER, request_id="request-held")
    assert len(point.store.holds.find(PD, "request-held")) == 1


def test_an_hour_later_the_same_car_is_still_the_same_car(point: Point) -> None:
    denied_first(point)
    later = NOW + datetime.timedelta(days=2)
    answer = point.decide(reworded(), request_id=new_id(), now=later)
    assert answer.outcome != a.OUTCOME_PERMIT
