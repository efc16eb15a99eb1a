"""Evidence, policies and health by the client; both clients have the same operations."""

from __future__ import annotations

import asyncio
import inspect
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2

from platelaw.federation.client import (
    AsyncClient,
    Client,
    ClientError,
    Outcome,
    QuestionError,
    RefusedError,
    UnreadableAnswerError,
    insecure_loopback,
    question_of,
)
from platelaw.federation.client.asking import Conversation, Received
from platelaw.federation.conformance.scripted import Context
from platelaw.federation.v1 import answer_pb2, decision_pb2, evidence_pb2, policy_pb2

from .playing import NOW, REQUEST, Service, permit, serving

ENVELOPE = b'{"payload": ""}'


def client_of(target: str) -> Client:
    return Client(target, insecure_loopback(), clock=lambda: NOW, timeout=10)


@pytest.mark.parametrize(
    ("name", "method", "request_kind", "response_kind"),
    [
        ("submit", "Submit", evidence_pb2.SubmitRequest, evidence_pb2.SubmitResponse),
        ("review", "Review", evidence_pb2.ReviewRequest, evidence_pb2.ReviewResponse),
        (
            "discharge",
            "DischargeDuty",
            evidence_pb2.DischargeDutyRequest,
            evidence_pb2.DischargeDutyResponse,
        ),
        ("withdraw", "Withdraw", evidence_pb2.WithdrawRequest, evidence_pb2.WithdrawResponse),
    ],
)
def test_a_statement_is_handed_in_as_it_was_signed(
    name: str, method: str, request_kind: Any, response_kind: Any
) -> None:
    def take(called: str, data: bytes, context: Context) -> bytes:
        assert called == f"/platelaw.v1.EvidenceService/{method}"
        assert request_kind.FromString(data).envelope == ENVELOPE
        accepted = evidence_pb2.Accepted(statement_id="ab", level="attestation", holds=["h-1"])
        return bytes(response_kind(accepted=accepted).SerializeToString())

    with serving(take) as server, client_of(server.target) as client:
        accepted = getattr(client, name)(ENVELOPE)
    assert (accepted.statement_id, accepted.level, accepted.holds) == (
        "ab",
        "attestation",
        ("h-1",),
    )


def pages(*tokens: str) -> Callable[[str, bytes, Context], bytes]:
    """One HOLD a page; the pages end with the tokens."""
    left = list(tokens)

    def give(method: str, data: bytes, context: Context) -> bytes:
        asked = evidence_pb2.PendingRequest.FromString(data)
        response = evidence_pb2.PendingResponse(next_page_token=left.pop(0))
        response.holds.add(request_id=f"after-{asked.page_token or 'nothing'}", mine_to_settle=True)
        return response.SerializeToString()

    return give


def test_what_is_pending_comes_page_by_page_to_the_end() -> None:
    with serving(pages("a", "b", "")) as server, client_of(server.target) as client:
        found = client.pending(page_size=1)
    assert [hold.request_id for hold in found] == ["after-nothing", "after-a", "after-b"]
    assert found[0].mine_to_settle
    assert found[0].asked_at is None


def test_pages_that_never_end_are_given_up() -> None:
    with (
        serving(pages("a", "b", "a", "b")) as server,
        client_of(server.target) as client,
        pytest.raises(UnreadableAnswerError, match="circle"),
    ):
        client.pending()


def test_policies_and_health_are_told() -> None:
    def tell(method: str, data: bytes, context: Context) -> bytes:
        match method.rpartition("/")[2]:
            case "GetSnapshot":
                snapshot = policy_pb2.GetSnapshotResponse(digest="d", revision=1, files=["a"])
                snapshot.issued_at.FromDatetime(NOW)
                return snapshot.SerializeToString()
            case "GetPolicy":
                path = policy_pb2.GetPolicyRequest.FromString(data).path
                return policy_pb2.GetPolicyResponse(text=f"policy {path}").SerializeToString()
            case _:
                serving = health_pb2.HealthCheckResponse.SERVING
                return bytes(health_pb2.HealthCheckResponse(status=serving).SerializeToString())

    with serving(tell) as server, client_of(server.target) as client:
        snapshot = client.snapshot()
        assert (snapshot.digest, snapshot.files, snapshot.issued_at) == ("d", ("a",), NOW)
        assert snapshot.active_since is None
        assert client.policy("a") == "policy a"
        assert client.is_serving()


def explaining(tree: bytes) -> Callable[[str, bytes, Context], bytes]:
    def explain(method: str, data: bytes, context: Context) -> bytes:
        asked = decision_pb2.ExplainRequest.FromString(data)
        question = asked.question if asked.HasField("question") else question_of(REQUEST)
        response = decision_pb2.ExplainResponse(decision_json=tree, text="in words")
        response.answer.CopyFrom(permit(question))
        response.answer.ClearField("release_id")
        return response.SerializeToString()

    return explain


def test_an_explanation_has_the_tree_and_releases_nothing() -> None:
    with (
        serving(explaining(b'{"outcome": "PERMIT"}')) as server,
        client_of(server.target) as client,
    ):
        told = client.explain(REQUEST)
        assert client.explain(request_id="request-1").text == "in words"
    assert told.decision == {"outcome": "PERMIT"}
    assert told.answer.outcome is Outcome.PERMIT
    assert not told.answer.permits(NOW)


@pytest.mark.parametrize("tree", [b"{", b"[" * 100_000])
def test_a_tree_that_is_no_json_is_no_answer(tree: bytes) -> None:
    with (
        serving(explaining(tree)) as server,
        client_of(server.target) as client,
        pytest.raises(UnreadableAnswerError, match="not JSON"),
    ):
        client.explain(REQUEST)


def test_nothing_to_explain_is_not_asked() -> None:
    with (
        serving(Service()) as server,
        client_of(server.target) as client,
        pytest.raises(QuestionError, match="neither"),
    ):
        client.explain()


def test_many_threads_share_a_client() -> None:
    with (
        serving(Service()) as server,
        client_of(server.target) as client,
        ThreadPoolExecutor(8) as pool,
    ):
        requests = [{**REQUEST, "reason": str(at)} for at in range(200)]
        answers = list(pool.map(client.decide, requests))
    assert all(answer.permits(NOW) for answer in answers)
    assert len({answer.request_digest for answer in answers}) == 200


def public(kind: type) -> dict[str, list[str]]:
    return {
        name: list(inspect.signature(one).parameters)
        for name, one in vars(kind).items()
        if not name.startswith("_")
    }


def test_both_clients_have_the_same_operations() -> None:
    assert public(AsyncClient) == public(Client)
    assert {"decide", "decide_search", "submit", "pending", "is_serving"} <= public(Client).keys()


def test_the_client_of_asyncio_refuses_and_reads_in_the_same_way() -> None:
    async def ask(target: str) -> None:
        async with AsyncClient(
            target, insecure_loopback(), clock=lambda: NOW, timeout=10
        ) as client:
            assert [hold.request_id for hold in await client.pending()] == ["after-nothing"]

    async def refused(target: str) -> None:
        async with AsyncClient(
            target, insecure_loopback(), clock=lambda: NOW, timeout=10
        ) as client:
            with pytest.raises(RefusedError, match="not on file"):
                await client.decide(REQUEST)

    with serving(pages("")) as server:
        asyncio.run(ask(server.target))
    denied = (grpc.StatusCode.PERMISSION_DENIED, "not on file", "")
    with serving(Service(failures=[denied])) as server:
        asyncio.run(refused(server.target))


def mutated(good: bytes, chance: random.Random) -> bytes:
    data = bytearray(good)
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(data))
        match chance.randrange(4):
            case 0:
                data[at] = chance.randrange(256)
            case 1:
                del data[at]
            case 2:
                data.insert(at, chance.randrange(256))
            case _:
                data[at] ^= 1 << chance.randrange(8)
    return bytes(data)


def test_spoilt_answers_end_in_errors_of_the_client_or_in_answers_about_the_question() -> None:
    question = question_of(REQUEST)
    answer = permit(question)
    answer.outcome = answer_pb2.OUTCOME_HOLD
    answer.explanation.settling.add().needs.add(kind="fact", name="case.number", roles=["clerk"])
    answer.hold.id = "h-1"
    good = decision_pb2.DecideResponse(answer=answer).SerializeToString()
    chance, read = random.Random(1126), 0
    talk = Conversation(lambda: NOW, False)
    for _ in range(5_000):
        steps = talk.decide(question, "request-1")
        next(steps)
        told = None
        try:
            steps.send(Received(mutated(good, chance), NOW, NOW))
        except StopIteration as end:
            told = end.value
        except ClientError:
            continue
        read += 1
        assert told is not None
        assert told.request_digest == answer.request_digest
    assert read > 250
