from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from platelaw.federation.evidence.statements import SaidFact, SaidReview
from platelaw.federation.proof import Subject
from platelaw.federation.v1 import answer_pb2 as a

from .asking import HELD, NOW, OUTSIDER, PD, Point, caller, question

RULE = "ct/alpr-act/reason-text"


def test_a_review_settles_a_hold_and_the_same_request_id_becomes_permit(point: Point) -> None:
    asked = question(**HELD)
    first = point.decide(asked)
    assert first.outcome == a.OUTCOME_HOLD
    point.sign(PD, "records_supervisor", SaidReview(RULE, True), first.request_digest)
    second = point.decide(asked)
    assert second.outcome == a.OUTCOME_PERMIT
    (held,) = point.store.holds.find(PD, "request-0001")
    assert not held.is_open


def test_a_reviewer_who_refuses_makes_a_denial(point: Point) -> None:
    asked = question(**HELD)
    first = point.decide(asked)
    point.sign(PD, "records_supervisor", SaidReview(RULE, False), first.request_digest)
    assert point.decide(asked).outcome == a.OUTCOME_DENY


def test_a_review_counts_for_its_question_alone(point: Point) -> None:
    first = point.decide(question(**HELD))
    point.sign(PD, "records_supervisor", SaidReview(RULE, True), first.request_digest)
    other = question(**HELD, user="user-18")
    assert point.decide(other, request_id="request-0002").outcome == a.OUTCOME_HOLD


def test_the_requester_reviews_nothing_of_his_own(point: Point) -> None:
    asked = question(OUTSIDER, **HELD)
    first = point.decide(asked)
    point.sign(OUTSIDER, "records_supervisor", SaidReview(RULE, True), first.request_digest)
    assert point.decide(asked).outcome == first.outcome


def test_a_hold_asked_again_is_one_hold(point: Point) -> None:
    asked = question(**HELD)
    assert point.decide(asked).hold.id == point.decide(asked).hold.id


def test_another_purpose_after_a_refusal_is_unproven_until_a_supervisor_attests(
    point: Point,
) -> None:
    barred = question(purpose="traffic_enforcement", subject="a-car")
    assert point.decide(barred).outcome == a.OUTCOME_DENY
    reworded = question(purpose="stolen_vehicle", subject="a-car")
    shopped = point.decide(reworded, request_id="request-0002")
    assert shopped.outcome == a.OUTCOME_HOLD
    told = [[need.name for need in each.needs] for each in shopped.explanation.settling]
    assert told == [["request.purpose"]]
    said = SaidFact("request.purpose", "stolen_vehicle")
    point.sign(PD, "owner_supervisor", said, shopped.request_digest)
    attested = point.decide(reworded, request_id="request-0002")
    assert attested.outcome == a.OUTCOME_PERMIT


def test_another_car_is_no_retry(point: Point) -> None:
    barred = question(purpose="traffic_enforcement", subject="a-car")
    assert point.decide(barred).outcome == a.OUTCOME_DENY
    assert point.decide(question(subject="another-car")).outcome == a.OUTCOME_PERMIT


def test_shopping_at_the_next_owner_is_seen_too(point: Point) -> None:
    barred = question(purpose="traffic_enforcement", subject="a-car")
    point.decide(barred)
    elsewhere = question(owner="CT/openbridge-pd", subject="a-car")
    answer = point.decide(elsewhere, request_id="request-0002")
    assert answer.outcome != a.OUTCOME_PERMIT


def test_a_statement_that_ends_counts_no_more(point: Point) -> None:
    asked = question(**HELD)
    first = point.decide(asked)
    point.sign(PD, "records_supervisor", SaidReview(RULE, True), first.request_digest)
    later = NOW + datetime.timedelta(days=2)
    assert point.decide(asked, caller(), now=later).outcome == a.OUTCOME_HOLD


def test_a_refusal_that_no_words_would_change_makes_no_retry(point: Point) -> None:
    nowhere = question(owner="CT/avon-pd", subject="a-car")
    assert point.decide(nowhere).reason == "no policy on file"
    reworded = question(purpose="robbery", subject="a-car")
    assert point.decide(reworded, request_id="request-0002").outcome == a.OUTCOME_PERMIT


@dataclass
class Asked:
    """Proof on file that is asked, and has nothing."""

    subjects: list[Subject] = field(default_factory=list[Subject])

    def about(self, subject: Subject, now: datetime.datetime) -> None:
        del now
        self.subjects.append(subject)


def test_proof_of_the_papers_presented_is_looked_up_every_time(point: Point) -> None:
    asked, proofs = question(), Asked()
    asked.instruments.presented.add(id="W-1", kind="judicial_search_warrant")
    point.point.proofs = proofs
    for request_id in ("request-0001", "request-0002"):
        point.decide(asked, request_id=request_id)
    assert [subject.instruments for subject in proofs.subjects] == [("W-1",), ("W-1",)]
