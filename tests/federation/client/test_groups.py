"""A search over many owners: each has exactly one answer, and lists are remembered."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import grpc
import pytest

from platelaw.federation.client import (
    Client,
    QuestionError,
    UnreadableAnswerError,
    insecure_loopback,
    question_of,
)
from platelaw.federation.conformance.scripted import Context
from platelaw.federation.v1 import answer_pb2, decision_pb2

from .playing import NOW, OPEN_SEARCH, permit, serving

OWNERS = KEYS = ("XX/a", "XX/b", "XX/c", "XX/d", "XX/e")
Response = decision_pb2.DecideSearchResponse


def group(places: Iterable[int], runs: list[int], *, permits: bool, named: bool) -> Any:
    owners = [KEYS[at] for at in places]
    answer = permit(question_of(OPEN_SEARCH, needs_owner=False))
    if not permits:
        answer.outcome = answer_pb2.OUTCOME_DENY
        answer.ClearField("release_id")
        answer.ClearField("valid_until")
    found = decision_pb2.OwnerGroup(answer=answer, count=len(owners))
    if named:
        found.owners.extend(owners)
    else:
        found.runs.extend(runs)
    return found


@dataclass
class SearchService:
    """Permits a, c and d, denies b and e; forgets its lists when told to."""

    spoil: Callable[[Any], None] = lambda response: None
    forgets: bool = False
    asked: list[str] = field(default_factory=list[str])

    def __call__(self, method: str, data: bytes, context: Context) -> bytes:
        request = decision_pb2.DecideSearchRequest.FromString(data)
        named = request.WhichOneof("owners") == "listed"
        self.asked.append("list" if named else "digest")
        if not named and self.forgets:
            context.abort(grpc.StatusCode.NOT_FOUND, "no such list")
        assert named or request.list_digest == b"d" * 32
        response = Response(list_digest=b"d" * 32)
        response.groups.append(group([0, 2, 3], [0, 1, 2, 2], permits=True, named=named))
        response.groups.append(group([1, 4], [1, 1, 4, 1], permits=False, named=named))
        self.spoil(response)
        return response.SerializeToString()


def client_of(target: str) -> Client:
    return Client(target, insecure_loopback(), clock=lambda: NOW, timeout=10)


def test_only_the_owners_of_a_permit_are_permitted() -> None:
    with serving(SearchService()) as server, client_of(server.target) as client:
        found = client.decide_search(OPEN_SEARCH, OWNERS)
    assert [owner for owner, _ in found.permitting(NOW)] == ["XX/a", "XX/c", "XX/d"]
    assert [group.owners for group in found.groups] == [("XX/a", "XX/c", "XX/d"), ("XX/b", "XX/e")]


def test_a_list_is_named_by_its_digest_the_second_time_and_answers_are_the_same() -> None:
    service = SearchService()
    with serving(service) as server, client_of(server.target) as client:
        first = client.decide_search(OPEN_SEARCH, OWNERS)
        second = client.decide_search(OPEN_SEARCH, list(OWNERS))
        client.decide_search(OPEN_SEARCH, OWNERS[::-1])
    assert service.asked == ["list", "digest", "list"]
    assert [g.owners for g in first.groups] == [g.owners for g in second.groups]


def test_a_list_that_the_service_forgot_is_sent_again_under_the_same_id() -> None:
    service = SearchService()
    with serving(service) as server, client_of(server.target) as client:
        client.decide_search(OPEN_SEARCH, OWNERS)
        service.forgets = True
        found = client.decide_search(OPEN_SEARCH, OWNERS, request_id="search-1")
    assert service.asked == ["list", "digest", "list"]
    assert len(list(found.permitting(NOW))) == 3
    envelopes = [
        decision_pb2.DecideSearchRequest.FromString(data).envelope for _, data in server.calls[1:]
    ]
    assert {envelope.request_id for envelope in envelopes} == {"search-1"}
    assert len({envelope.nonce for envelope in envelopes}) == 2


def last_group_left_out(response: Any) -> None:
    response.groups.pop()


def last_group_twice(response: Any) -> None:
    response.groups.append(response.groups[1])


def a_stranger(response: Any) -> None:
    response.groups[0].owners.append("XX/other")
    response.groups[0].count += 1


def first_group(change: Callable[[Any], None]) -> Callable[[Any], None]:
    return lambda response: change(response.groups[0])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (last_group_left_out, "2 owners have no answer"),
        (last_group_twice, "two answers"),
        (first_group(lambda g: g.owners.pop()), "which owners"),
        (first_group(lambda g: setattr(g, "count", 2)), "which owners"),
        (first_group(lambda g: g.ClearField("answer")), "outcome 0"),
        (first_group(lambda g: setattr(g.answer, "request_digest", b"x")), "another question"),
        (first_group(lambda g: g.owners.__setitem__(1, "XX/other")), "1 owners have no answer"),
        (first_group(lambda g: g.owners.__setitem__(1, "XX/a")), "two answers"),
        (a_stranger, "whom nobody named"),
    ],
)
def test_owners_without_an_answer_of_their_own_end_the_search(
    spoil: Callable[[Any], None], why: str
) -> None:
    with (
        serving(SearchService(spoil)) as server,
        client_of(server.target) as client,
        pytest.raises(UnreadableAnswerError, match=why),
    ):
        client.decide_search(OPEN_SEARCH, OWNERS)


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (last_group_left_out, "2 owners have no answer"),
        (last_group_twice, "two answers"),
        (first_group(lambda g: g.runs.append(1)), "no end"),
        (first_group(lambda g: g.runs.__setitem__(2, 4)), "beyond the list"),
        (first_group(lambda g: g.runs.__setitem__(1, 0)), "beyond the list"),
        (first_group(lambda g: g.runs.extend([0, 1] * 9)), "beyond the list"),
        (first_group(lambda g: setattr(g, "count", 2)), "which owners"),
    ],
)
def test_places_that_are_not_those_of_the_list_end_the_search(
    spoil: Callable[[Any], None], why: str
) -> None:
    service = SearchService()
    with serving(service) as server, client_of(server.target) as client:
        client.decide_search(OPEN_SEARCH, OWNERS)
        service.spoil = spoil
        with pytest.raises(UnreadableAnswerError, match=why):
            client.decide_search(OPEN_SEARCH, OWNERS)
    assert service.asked == ["list", "digest"]


def test_an_owner_named_by_its_ori_is_answered_by_its_key_and_the_list_is_sent_each_time() -> None:
    service = SearchService()
    with serving(service) as server, client_of(server.target) as client:
        for _ in range(2):
            found = client.decide_search(OPEN_SEARCH, ("XX/a", "ORI-OF-B", *KEYS[2:]))
            assert found.groups[1].owners == ("XX/b", "XX/e")
    assert service.asked == ["list", "list"]


def test_a_search_without_owners_is_not_sent() -> None:
    with (
        serving(SearchService()) as server,
        client_of(server.target) as client,
        pytest.raises(QuestionError, match="no owner"),
    ):
        client.decide_search(OPEN_SEARCH, ())
    assert not server.calls
