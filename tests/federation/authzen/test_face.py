"""AuthZEN over HTTP: true for a PERMIT only, every question whole, every bad body refused."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from platelaw.federation.authzen import Peer
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1 import answer_pb2

from .asking import BODY, HEADS, NOW, Face, Service, face, tls_of

ONE, MANY = "/access/v1/evaluation", "/access/v1/evaluations"


@pytest.fixture(scope="module")
def service() -> Service:
    return Service()


@pytest.fixture(scope="module")
def shared(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    with face(service, tmp_path_factory.mktemp("tls"), body_seconds=0.3, head_seconds=0.3) as made:
        yield made


@pytest.fixture(scope="module")
def http(shared: Face) -> Iterator[httpx.Client]:
    with shared.client() as client:
        yield client


@pytest.fixture(autouse=True)
def fresh(service: Service) -> None:
    service.__init__()  # type: ignore[misc]  # as it was made


def owner(key: str) -> dict[str, Any]:
    return {"resource": {"type": "alpr_data", "id": key}}


def of_owners(*keys: str, semantic: str | None = None) -> dict[str, Any]:
    options = {} if semantic is None else {"options": {"evaluations_semantic": semantic}}
    return {**BODY, **options, "evaluations": [owner(key) for key in keys]}


# Questions and answers -------------------------------------------------------------------------


def test_a_permit_is_true_and_says_everything(http: httpx.Client) -> None:
    got = http.post(ONE, json=BODY, headers=HEADS)
    assert got.status_code == 200
    assert got.headers["X-Request-ID"] == "request-0001"
    assert got.headers["Cache-Control"] == "no-store"
    said = got.json()
    assert said["decision"] is True
    assert said["context"]["outcome"] == "PERMIT"
    assert said["context"]["request_id"] == "request-0001"
    assert said["context"]["answer"]["release_id"]
    assert said["context"]["proves_onward"] is True


def test_a_hold_is_false_and_says_what_would_settle_it(http: httpx.Client) -> None:
    said = http.post(ONE, json={**BODY, **owner("XX/hold")}).json()
    assert said["decision"] is False
    assert said["context"]["outcome"] == "HOLD"
    assert said["context"]["hold"] == "h-1"
    assert said["context"]["settling"][0]["needs"][0]["name"] == "case.number"


def test_a_deny_is_false(http: httpx.Client) -> None:
    said = http.post(ONE, json={**BODY, **owner("XX/deny")}).json()
    assert (said["decision"], said["context"]["outcome"]) == (False, "DENY")


def simulated(answer: answer_pb2.Answer) -> None:
    answer.simulated = True


def unknown(answer: answer_pb2.Answer) -> None:
    answer.outcome = answer_pb2.OUTCOME_UNSPECIFIED


def over(answer: answer_pb2.Answer) -> None:
    answer.valid_until.CopyFrom(answer.decided_at)


@pytest.mark.parametrize("change", [simulated, unknown, over])
def test_nothing_but_a_permit_is_true(http: httpx.Client, service: Service, change: Any) -> None:
    service.change = change
    assert http.post(ONE, json=BODY).json()["decision"] is False


def test_the_question_arrives_whole(http: httpx.Client, service: Service) -> None:
    http.post(ONE, json=BODY, headers=HEADS)
    (asked,) = service.asked
    question = asked.question
    assert (question.requester, question.user) == ("XX/a-pd", "u-17")
    assert (question.owner, list(question.data), question.act) == (
        "XX/b-pd",
        ["alpr_data"],
        "search",
    )
    assert question.HasField("reason")
    assert question.reason == ""
    assert question.HasField("instruments")
    assert question.period.since == "2026-11-01"
    assert question.subject == "commitment-1"
    assert [fact.name for fact in question.facts] == ["request.purpose", "request.recipients"]
    assert asked.envelope.request_id == "request-0001"
    assert asked.envelope.issued_at.ToSeconds() == int(NOW.timestamp())


def test_an_agency_may_ask_by_itself_and_for_several_kinds(
    http: httpx.Client, service: Service
) -> None:
    body = {
        **BODY,
        "subject": {"type": "agency", "id": "XX/a-pd"},
        "resource": {"type": "alpr_data", "id": "XX/b-pd", "properties": {"kinds": ["image"]}},
    }
    del body["context"]
    assert http.post(ONE, json=body).status_code == 200
    (asked,) = service.asked
    assert (asked.question.requester, asked.question.user) == ("XX/a-pd", "")
    assert list(asked.question.data) == ["alpr_data", "image"]
    assert not asked.question.HasField("reason")
    assert not asked.question.HasField("instruments")


def test_without_an_id_of_the_caller_the_answer_proves_nothing_onward(
    http: httpx.Client, service: Service
) -> None:
    got = http.post(ONE, json=BODY)
    assert got.json()["context"]["proves_onward"] is False
    assert "X-Request-ID" not in got.headers
    http.post(ONE, json=BODY)
    first, second = service.asked
    assert first.envelope.request_id != second.envelope.request_id
    assert first.envelope.nonce != second.envelope.nonce


def test_the_certificate_of_the_connection_says_who_calls(
    http: httpx.Client, service: Service, shared: Face
) -> None:
    http.post(ONE, json=BODY)
    (peer,) = service.peers
    assert peer.tls_version == "TLSv1.3"
    pem = shared.made.caller.certificate.read_text()
    wanted = hashlib.sha256(ssl.PEM_cert_to_DER_cert(pem)).digest()
    assert hashlib.sha256(peer.certificate).digest() == wanted


# Several ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("semantic", "keys", "decisions"),
    [
        (None, ("XX/a", "XX/deny", "XX/b"), [True, False, True]),
        ("execute_all", ("XX/hold", "XX/b"), [False, True]),
        ("deny_on_first_deny", ("XX/a", "XX/hold", "XX/b"), [True, False]),
        ("deny_on_first_deny", ("XX/a", "XX/b"), [True, True]),
        ("permit_on_first_permit", ("XX/deny", "XX/b", "XX/c"), [False, True]),
        ("permit_on_first_permit", ("XX/deny", "XX/hold"), [False, False]),
    ],
)
def test_several_are_decided_as_far_as_the_semantic_goes(
    http: httpx.Client,
    service: Service,
    semantic: str | None,
    keys: tuple[str, ...],
    decisions: list[bool],
) -> None:
    got = http.post(MANY, json=of_owners(*keys, semantic=semantic), headers=HEADS).json()
    assert [one["decision"] for one in got["evaluations"]] == decisions
    asked = [request.question.owner for request in service.asked]
    assert asked == list(keys[: len(decisions)])
    ids = [request.envelope.request_id for request in service.asked]
    assert ids == [f"request-0001.{at}" for at in range(len(ids))]


def test_one_that_cannot_be_asked_is_false_in_its_place(http: httpx.Client) -> None:
    body = of_owners("XX/a", "XX/b")
    body["evaluations"][0] = {"resource": {"type": "alpr_data"}}
    got = http.post(MANY, json=body).json()["evaluations"]
    assert got[0]["decision"] is False
    assert got[0]["context"]["error"]["status"] == 400
    assert "/evaluations/0/resource/id" in got[0]["context"]["error"]["message"]
    assert got[1]["decision"] is True


@pytest.mark.parametrize("evaluations", [{}, {"evaluations": []}])
def test_several_without_any_are_one(http: httpx.Client, evaluations: dict[str, Any]) -> None:
    assert http.post(MANY, json={**BODY, **evaluations}).json()["decision"] is True


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (of_owners("XX/a", semantic="first"), "/options/evaluations_semantic"),
        ({**of_owners("XX/a"), "options": {"fast": True}}, "/options/fast"),
        ({**BODY, "evaluations": {}}, "/evaluations"),
        (of_owners(*["XX/a"] * 101), "/evaluations"),
        ({**of_owners("XX/a"), "trace": 1}, "/trace"),
    ],
)
def test_several_with_a_fault_of_all_are_refused(
    http: httpx.Client, service: Service, body: dict[str, Any], place: str
) -> None:
    got = http.post(MANY, json=body)
    assert got.status_code == 400
    assert place in got.json()["detail"]
    assert not service.asked


# Bad bodies ------------------------------------------------------------------------------------


def without(part: str) -> dict[str, Any]:
    return {key: value for key, value in BODY.items() if key != part}


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ([], "the body"),
        (without("subject"), "/subject"),
        (without("action"), "/action"),
        (without("resource"), "/resource"),
        ({**BODY, "subject": {"type": "robot", "id": "x"}}, "/subject/type"),
        ({**BODY, "subject": {"type": "user", "id": "x"}}, "/subject/properties/agency"),
        ({**BODY, "action": {"name": "search", "properties": {"fast": 1}}}, "/action/properties"),
        ({**BODY, "context": {"time": "2026-11-03"}}, "/context/time"),
        ({**BODY, "context": {"facts": {"a": 1.5}}}, "/context/facts/a"),
        ({**BODY, "context": {"facts": {"a": {"value": 1, "level": "x"}}}}, "/context/facts/a"),
        ({**BODY, "context": {"reason": {"missing": "redacted"}}}, "/context/reason"),
        ({**BODY, "unknown": 1}, "/unknown"),
        ({**BODY, "evaluations": []}, "/evaluations"),
        ({**BODY, "resource": {"type": " ", "id": "XX/b"}}, "/resource/type"),
    ],
)
def test_a_body_with_a_fault_is_refused_with_its_place(
    http: httpx.Client, service: Service, body: Any, place: str
) -> None:
    got = http.post(ONE, json=body)
    assert got.status_code == 400
    assert got.headers["Content-Type"] == "application/problem+json"
    assert place in got.json()["detail"]
    assert got.json()["status"] == 400
    assert not service.asked


TWICE = b'{"subject": {"type": "agency", "id": "a", "id": "b"}}'
DEEP = b'{"context": ' + b"[" * 40 + b"]" * 40 + b"}"
NOT_FINITE = b'{"context": NaN}'


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"\xff", TWICE, DEEP, NOT_FINITE, b"[" * 60_000, b"1e999"]
)
def test_a_body_that_is_no_good_json_is_refused(
    http: httpx.Client, service: Service, raw: bytes
) -> None:
    got = http.post(ONE, content=raw, headers={"Content-Type": "application/json"})
    assert got.status_code == 400
    assert not service.asked


def test_a_large_body_is_refused_whether_its_length_is_told_or_not(http: httpx.Client) -> None:
    heads = {"Content-Type": "application/json"}
    told = http.post(ONE, content=b" " * 65_537, headers=heads)
    untold = http.post(ONE, content=iter([b" " * 40_000] * 2), headers=heads)
    assert (told.status_code, untold.status_code) == (413, 413)
    assert http.post(MANY, content=b" " * 65_537, headers=heads).status_code == 400


@pytest.mark.parametrize("given", ["short", "x" * 61, "with space", "a/b/c/d/e"])
def test_an_id_that_no_request_can_have_is_refused(http: httpx.Client, given: str) -> None:
    got = http.post(ONE, json=BODY, headers={"X-Request-ID": given})
    assert got.status_code == 400
    assert "X-Request-ID" in got.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", ONE, 405),
        ("PUT", MANY, 405),
        ("POST", "/.well-known/authzen-configuration", 405),
        ("POST", "/access/v1/search/subject", 404),
        ("GET", "/", 404),
    ],
)
def test_other_methods_and_places_are_refused(
    http: httpx.Client, method: str, path: str, status: int
) -> None:
    assert http.request(method, path).status_code == status


@pytest.mark.parametrize("kind", ["text/plain", "application/json; charset=latin-1", ""])
def test_only_json_is_read(http: httpx.Client, kind: str) -> None:
    got = http.post(ONE, content=json.dumps(BODY), headers={"Content-Type": kind})
    assert got.status_code == 415


# Refusals --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.INVALID_ARGUMENT, 400),
        (Status.UNAUTHENTICATED, 401),
        (Status.PERMISSION_DENIED, 403),
        (Status.ALREADY_EXISTS, 409),
        (Status.RESOURCE_EXHAUSTED, 429),
        (Status.UNAVAILABLE, 503),
    ],
)
def test_a_refused_call_is_a_problem_and_no_decision(
    http: httpx.Client, service: Service, status: Status, code: int
) -> None:
    service.refusal = RefusedCallError(status, "why it is refused")
    got = http.post(ONE, json=BODY)
    assert got.status_code == code
    assert got.json()["detail"] == "why it is refused"
    assert "decision" not in got.json()
    assert ("Retry-After" in got.headers) == (code in (429, 503))


def test_a_caller_who_is_refused_gets_no_list_of_decisions(
    http: httpx.Client, service: Service
) -> None:
    service.refusal = RefusedCallError(Status.PERMISSION_DENIED, "not on file")
    assert http.post(MANY, json=of_owners("XX/a", "XX/b")).status_code == 403
    assert len(service.peers) == 1


def test_a_service_that_fails_says_nothing_of_why(http: httpx.Client, service: Service) -> None:
    service.refusal = ValueError("secret of the inside")
    got = http.post(ONE, json=BODY)
    assert got.status_code == 500
    assert "secret" not in got.text


# Connections -----------------------------------------------------------------------------------


def test_the_service_says_where_it_is(http: httpx.Client, shared: Face) -> None:
    assert http.get("/.well-known/authzen-configuration").json() == {
        "policy_decision_point": shared.url,
        "access_evaluation_endpoint": shared.url + ONE,
        "access_evaluations_endpoint": shared.url + MANY,
    }


def raw_connection(shared: Face, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", shared.port), timeout=5)
    return (context or tls_of(shared.made)).wrap_socket(plain, server_hostname="127.0.0.1")


def received(connection: socket.socket) -> bytes:
    got = b""
    while part := connection.recv(4096):
        got += part
    return got


def test_a_body_that_does_not_come_is_given_up(shared: Face) -> None:
    with raw_connection(shared) as connection:
        connection.sendall(
            b"POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\n"
            b"Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{"
        )
        assert received(connection).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("begun", [b"", b"POST /access/v1/evaluation HTTP/1.1\r\nHo"])
def test_headers_that_do_not_come_are_given_up(shared: Face, begun: bytes) -> None:
    with raw_connection(shared) as connection:
        connection.sendall(begun)
        assert received(connection) == b""


def test_a_caller_without_a_certificate_gets_nowhere(shared: Face, service: Service) -> None:
    context = ssl.create_default_context(cafile=str(shared.made.caller.authorities))
    got = b""
    with (
        contextlib.suppress(ssl.SSLError, ConnectionError),
        raw_connection(shared, context) as tried,
    ):
        body = json.dumps(BODY).encode()
        tried.sendall(
            b"POST /access/v1/evaluation HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        got = received(tried)
    assert got == b""
    assert not service.peers


def test_tls_1_2_is_refused(shared: Face) -> None:
    context = tls_of(shared.made)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    with pytest.raises((ssl.SSLError, ConnectionError)):
        raw_connection(shared, context)


def test_an_answer_does_not_wait_to_be_confirmed_in_parts(shared: Face) -> None:
    option = shared.listening.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert option


def test_it_ends_when_it_is_told_to(tmp_path: Path) -> None:
    with face(Service(), tmp_path) as made, made.client() as client:
        assert client.post(ONE, json=BODY).status_code == 200
    with pytest.raises(httpx.ConnectError), made.client() as client:
        client.post(ONE, json=BODY)


def test_a_call_without_tls_has_no_peer() -> None:
    assert Peer() == Peer(b"", "")
