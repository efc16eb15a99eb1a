"""Copies by the client: answers that are kept, and shown as provenance."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from platelaw.federation.client import (
    AsyncClient,
    Client,
    QuestionError,
    digest_of,
    insecure_loopback,
    question_of,
)
from platelaw.federation.conformance.scripted import Context
from platelaw.federation.v1 import answer_pb2, decision_pb2, evidence_pb2

from .playing import NOW, REQUEST, permit, serving

STATEMENT = "ab" * 32


class Service:
    """Gives PERMITs with their circumstances if a copy is kept, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[decision_pb2.DecideRequest] = []

    def __call__(self, method: str, data: bytes, context: Context) -> bytes:
        if method.endswith("/Pending"):
            recall = evidence_pb2.PendingRecall(
                release_id=b"r" * 16, statement_id=STATEMENT, owner="XX/a-pd", holder="XX/b-pd",
                mine_to_answer=True, why="by mistake",
            )  # fmt: skip
            recall.answer_by.FromDatetime(NOW)
            return evidence_pb2.PendingResponse(recalls=[recall]).SerializeToString()
        if method.endswith("/DecideMany"):
            many = decision_pb2.DecideManyRequest.FromString(data)
            answers = [self.answer(each, many.envelope) for each in many.questions]
            return decision_pb2.DecideManyResponse(answers=answers).SerializeToString()
        request = decision_pb2.DecideRequest.FromString(data)
        self.asked.append(request)
        answer = self.answer(request.question, request.envelope)
        return decision_pb2.DecideResponse(answer=answer).SerializeToString()

    def answer(self, question: Any, envelope: decision_pb2.Envelope) -> answer_pb2.Answer:
        answer = permit(question)
        answer.release_id = bytes([len(self.asked)]) * 16
        answer.recorded.entry = b"entry %d" % len(self.asked)
        if envelope.keeps_copy:
            answer.recorded.circumstances = b"circumstances"
        return answer


def client_of(target: str) -> Client:
    return Client(target, insecure_loopback(), clock=lambda: NOW, timeout=10)


def test_answers_that_were_kept_are_shown_the_oldest_first() -> None:
    service = Service()
    with serving(service) as server, client_of(server.target) as client:
        first = client.decide(REQUEST, keeps_copy=True)
        second = client.decide(REQUEST, keeps_copy=True, provenance=[first.message])
        third = client.resume("request-0001", REQUEST, provenance=[first.message, second.message])
    assert third.permits(NOW)
    assert [request.envelope.keeps_copy for request in service.asked] == [True, True, False]
    shown = service.asked[2].question.provenance
    assert [link.entry for link in shown.links] == [b"entry 1", b"entry 2"]
    assert shown.release_id == second.release_id == bytes([2]) * 16
    assert third.request_digest == digest_of(question_of(REQUEST))


def test_the_client_of_asyncio_keeps_and_shows_them_too() -> None:
    service = Service()

    async def ask(target: str) -> None:
        async with AsyncClient(
            target, insecure_loopback(), clock=lambda: NOW, timeout=10
        ) as client:
            first = await client.decide(REQUEST, keeps_copy=True)
            await client.resume("request-0001", REQUEST, provenance=[first.message])
            (recall,) = await client.recalls()
            assert recall.mine_to_answer

    with serving(service) as server:
        asyncio.run(ask(server.target))
    assert len(service.asked[1].question.provenance.links) == 1


def test_a_batch_of_which_copies_are_kept_says_so() -> None:
    with serving(Service()) as server, client_of(server.target) as client:
        answers = client.decide_many([REQUEST, REQUEST], keeps_copy=True)
        kept = [answer_pb2.Answer.FromString(answer.message) for answer in answers]
        assert [each.recorded.circumstances for each in kept] == [b"circumstances"] * 2


def test_what_shows_nothing_is_not_sent() -> None:
    service = Service()
    denied = answer_pb2.Answer(outcome=answer_pb2.OUTCOME_DENY)
    with serving(service) as server, client_of(server.target) as client:
        bare = client.decide(REQUEST).message
        for shown, told in (
            ([bare], "answer 1 of the provenance: comes without its circumstances"),
            ([denied.SerializeToString()], "is no PERMIT"),
            ([b"\xff\xff"], "is no answer"),
        ):
            with pytest.raises(QuestionError, match=told):
                client.decide(REQUEST, provenance=shown)
        kept = client.decide(REQUEST, keeps_copy=True).message
        with pytest.raises(QuestionError, match=r"provenance\.links"):
            client.decide(REQUEST, provenance=[kept] * 9)
    assert len(service.asked) == 2


def test_recalls_that_were_not_answered_are_listed() -> None:
    with serving(Service()) as server, client_of(server.target) as client:
        (recall,) = client.recalls()
    assert (recall.owner, recall.holder, recall.why) == ("XX/a-pd", "XX/b-pd", "by mistake")
    assert (recall.answer_by, recall.counts_from) == (NOW, None)
