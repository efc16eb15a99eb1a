"""Clocks that step, and policies that grow old: nothing is decided on either."""

from __future__ import annotations

import datetime

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.evidence.statements import SaidReview
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.clock import Clock
from platelaw.federation.server.gate import Gate
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d

from ..deciding.asking import DAY, HELD, NOW, OUTSIDER, PD, Point, caller, envelope, question
from .acting import OTHER, new_id, search

DECIDE = "/platelaw.v1.DecisionService/Decide"
HOUR = datetime.timedelta(hours=1)


class Stepping:
    """A clock of the system that somebody sets."""

    def __init__(self) -> None:
        self.moment = NOW
        self.clock = Clock(lambda: self.moment, lambda: 0.0, lambda: None)

    def gate(self, point: Point) -> Gate:
        return Gate(point.handlers, lambda caller, method: None, Accounts(), lambda: self.moment)


def ask(gate: Gate, issued: datetime.datetime) -> a.Answer:
    request = d.DecideRequest(envelope=envelope(new_id(), issued), question=question())
    sent = request.SerializeToString()
    reply = gate.answer(DECIDE, sent, None, lambda peer, now: caller())
    return d.DecideResponse.FromString(reply).answer


def test_a_clock_set_back_while_serving_decides_nothing_until_it_has_caught_up(
    point: Point,
) -> None:
    stepping = Stepping()
    gate = stepping.gate(point)
    assert ask(gate, NOW).outcome == a.OUTCOME_PERMIT
    stepping.moment = NOW - HOUR
    gate.barred = stepping.clock.check()
    with pytest.raises(RefusedCallError) as found:
        ask(gate, stepping.moment)
    assert found.value.status is Status.UNAVAILABLE
    stepping.moment = NOW + HOUR
    gate.barred = stepping.clock.check()
    assert ask(gate, stepping.moment).outcome == a.OUTCOME_PERMIT


def test_a_clock_set_forward_ends_what_was_issued_before(point: Point) -> None:
    stepping = Stepping()
    gate = stepping.gate(point)
    stepping.moment = NOW + HOUR
    with pytest.raises(RefusedCallError, match="issued_at"):
        ask(gate, NOW)


def test_the_caller_s_clock_dates_nothing(point: Point) -> None:
    issued = NOW + datetime.timedelta(seconds=29)
    request = d.DecideRequest(envelope=envelope(new_id(), issued), question=question())
    reply = point.call("Decide", request.SerializeToString(), caller())
    answer = d.DecideResponse.FromString(reply).answer
    assert answer.decided_at.seconds == int(NOW.timestamp())


def test_a_proof_that_has_ended_does_not_live_again_by_a_step_forward(point: Point) -> None:
    asked, request_id = question(**HELD), new_id()
    answer = point.decide(asked, request_id=request_id)
    reviewed = SaidReview("ct/alpr-act/reason-text", True)
    point.sign(PD, "records_supervisor", reviewed, answer.request_digest)
    assert point.decide(asked, request_id=request_id).outcome == a.OUTCOME_PERMIT
    ended = point.decide(asked, request_id=request_id, now=NOW + DAY + HOUR)
    assert ended.outcome != a.OUTCOME_PERMIT


@pytest.fixture
def old(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Point:
    return Point(engine, tmp_path_factory.mktemp("old"), issued_at=NOW - 8 * DAY)


@pytest.fixture
def stale(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Point:
    return Point(engine, tmp_path_factory.mktemp("stale"), issued_at=NOW - 2 * DAY)


def test_policies_a_week_old_permit_nothing_by_any_method(old: Point) -> None:
    assert old.decide(question()).reason == "expired policy"
    answers = search(old, question(), PD, OTHER, "CT/hartford-pd")
    assert {answer.reason for answer in answers.values()} == {"expired policy"}
    assert not any(answer.release_id for answer in answers.values())


def test_policies_a_day_old_permit_the_owner_s_own_government_and_for_a_minute(
    stale: Point,
) -> None:
    answers = [stale.decide(question()), *search(stale, question(), PD, OTHER).values()]
    for answer in answers:
        assert (answer.outcome, answer.stale) == (a.OUTCOME_PERMIT, True)
        assert answer.valid_until.seconds - answer.decided_at.seconds <= 60


def test_policies_a_day_old_permit_nobody_from_elsewhere_by_any_method(stale: Point) -> None:
    from_elsewhere = question(OUTSIDER)
    assert stale.decide(from_elsewhere).outcome != a.OUTCOME_PERMIT
    answers = search(stale, from_elsewhere, PD, OTHER, "CT/hartford-pd")
    assert not any(answer.outcome == a.OUTCOME_PERMIT for answer in answers.values())


def test_a_search_that_cannot_be_understood_is_denied_with_the_field(point: Point) -> None:
    answers = search(point, question(purpose="nonsense"), PD, OTHER, "CT/hartford-pd")
    for answer in answers.values():
        assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "not understood")
        assert answer.explanation.faults[0].where == "/facts/request.purpose"
