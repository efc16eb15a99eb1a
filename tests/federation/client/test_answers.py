"""When an answer permits, and when it does not."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from platelaw.federation.client import (
    Answer,
    Client,
    Outcome,
    SilenceError,
    UnreadableAnswerError,
    insecure_loopback,
)

from .playing import NOW, OPEN_SEARCH, REQUEST, Service, permit, serving

SECOND = datetime.timedelta(seconds=1)


def asked(spoil: Callable[[Any], None], now: datetime.datetime = NOW, **settings: Any) -> Answer:
    with (
        serving(Service(spoil)) as server,
        Client(server.target, insecure_loopback(), clock=lambda: now, **settings) as client,
    ):
        return client.decide(REQUEST)


@pytest.fixture(scope="module")
def good() -> Answer:
    return asked(lambda answer: None)


def test_a_permit_counts_until_its_end_and_not_at_it(good: Answer) -> None:
    end = NOW + datetime.timedelta(seconds=300)
    assert good.permits(NOW)
    assert good.permits(end - SECOND / 100)
    assert not good.permits(end)


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": Outcome.HOLD},
        {"outcome": Outcome.DENY},
        {"valid_until": None},
        {"release_id": b""},
        {"simulated": True},
        {"development": True},
    ],
    ids=lambda change: next(iter(change)),
)
def test_nothing_else_permits(good: Answer, change: dict[str, Any]) -> None:
    assert not replace(good, **change).permits(NOW)


def test_a_development_identity_counts_only_if_the_client_was_told_so() -> None:
    def spoil(answer: Any) -> None:
        answer.development = True

    assert not asked(spoil).permits(NOW)
    assert asked(spoil, allow_development=True).permits(NOW)


def test_a_clock_that_is_behind_never_makes_a_permit_longer() -> None:
    late = NOW - 100 * SECOND
    answer = asked(lambda answer: None, late)
    assert answer.clock_skew == 100 * SECOND
    assert answer.permits(late + 299 * SECOND)
    assert not answer.permits(late + 300 * SECOND)


def test_a_clock_that_is_ahead_makes_a_permit_shorter() -> None:
    early = NOW + 100 * SECOND
    answer = asked(lambda answer: None, early)
    assert answer.clock_skew == -100 * SECOND
    assert not answer.permits(early + 200 * SECOND)


def number(outcome: int) -> Callable[[Any], None]:
    def spoil(answer: Any) -> None:
        answer.outcome = outcome

    return spoil


def other_question(answer: Any) -> None:
    answer.request_digest = b"x" * 32


def no_question(answer: Any) -> None:
    answer.ClearField("request_digest")


def no_moment(answer: Any) -> None:
    answer.ClearField("decided_at")


def unknown_field(answer: Any) -> None:
    answer.MergeFromString(bytes([0xF8, 0x07, 0x01]))  # field 127


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (number(0), "outcome 0"),
        (number(7), "outcome 7"),
        (other_question, "another question"),
        (no_question, "another question"),
        (no_moment, "when it was decided"),
        (unknown_field, "read in full"),
    ],
)
def test_what_cannot_be_gone_by_is_no_answer(spoil: Callable[[Any], None], why: str) -> None:
    with pytest.raises(UnreadableAnswerError, match=f"{why}.*nothing is released"):
        asked(spoil)


def test_bytes_that_are_no_message_are_no_answer() -> None:
    with (
        serving(lambda method, data, context: b"\xff\xff\xff") as server,
        Client(server.target, insecure_loopback()) as client,
        pytest.raises(UnreadableAnswerError, match="read in full"),
    ):
        client.decide(REQUEST)


def test_everything_that_explains_reaches_the_caller() -> None:
    def spoil(answer: Any) -> None:
        why = answer.explanation
        why.rules.add(id="a/b", cites="§ 1", status="verified", state="bites")
        why.settling.add().needs.add(kind="fact", name="case.number", roles=["clerk"])
        why.duties.add(duty="write_log", holder="requester", deadline="within 1 day")
        why.onward.add(to="XX/c-pd", purposes=["stolen_vehicle"])
        why.urgent.add(role="desk", desk="555", answers_within="1 hour")
        why.faults.add(where="/act", message="no act", help="write search")
        why.routes.append("search by an officer of the owner")
        answer.hold.id = "h1"
        answer.hold.owner = "XX/b-pd"
        answer.recorded.index = 7

    answer = asked(spoil)
    why = answer.explanation
    assert (why.rules[0].id, why.rules[0].cites) == ("a/b", "§ 1")
    assert why.settling[0][0].roles == ("clerk",)
    assert why.duties[0].deadline == "within 1 day"
    assert why.onward[0].purposes == ("stolen_vehicle",)
    assert why.urgent[0].desk == "555"
    assert why.faults[0].help == "write search"
    assert why.routes == ("search by an officer of the owner",)
    assert answer.hold is not None
    assert (answer.hold.id, answer.hold.deadline) == ("h1", None)
    assert answer.recorded is not None
    assert answer.recorded.index == 7


def test_the_answers_of_many_stand_in_their_order() -> None:
    requests = [{**REQUEST, "reason": str(at)} for at in range(2001)]
    with (
        serving(Service()) as server,
        Client(server.target, insecure_loopback(), clock=lambda: NOW, timeout=20) as client,
    ):
        answers = client.decide_many(requests, request_id="of-many-1")
    assert [len(data) > 100_000 for _, data in server.calls] == [True, True, False]
    assert [answer.request_id for answer in (answers[0], answers[999], *answers[1000::1000])] == [
        "of-many-1.0",
        "of-many-1.999",
        "of-many-1-1000.0",
        "of-many-1-2000.0",
    ]
    assert len({answer.request_digest for answer in answers}) == 2001


def test_answers_in_another_order_are_no_answers() -> None:
    from platelaw.federation.v1 import decision_pb2

    def backwards(method: str, data: bytes, context: Any) -> bytes:
        questions = decision_pb2.DecideManyRequest.FromString(data).questions
        answers = [permit(question) for question in reversed(questions)]
        return decision_pb2.DecideManyResponse(answers=answers).SerializeToString()

    def too_few(method: str, data: bytes, context: Any) -> bytes:
        questions = decision_pb2.DecideManyRequest.FromString(data).questions
        answers = [permit(questions[0])]
        return decision_pb2.DecideManyResponse(answers=answers).SerializeToString()

    for script in (backwards, too_few):
        with (
            serving(script) as server,
            Client(server.target, insecure_loopback()) as client,
            pytest.raises(UnreadableAnswerError),
        ):
            client.decide_many([REQUEST, {**REQUEST, "reason": "other"}])


def test_a_what_if_that_is_not_marked_as_one_is_no_answer() -> None:
    from platelaw.federation.client import question_of
    from platelaw.federation.v1 import decision_pb2

    def real(method: str, data: bytes, context: Any) -> bytes:
        answer = permit(question_of(REQUEST))
        return decision_pb2.WhatIfResponse(answer=answer).SerializeToString()

    with (
        serving(real) as server,
        Client(server.target, insecure_loopback()) as client,
        pytest.raises(SilenceError, match="not marked as simulated"),
    ):
        client.what_if({**OPEN_SEARCH, "owner": "XX/b-pd", "simulate": {}})
