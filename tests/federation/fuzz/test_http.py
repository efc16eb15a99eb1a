"""Spoiled bodies and headers to the AuthZEN face: true is said of a PERMIT alone, nothing fails.

The same bodies every time. ``PLATELAW_FUZZ`` in the environment multiplies their number.
"""

from __future__ import annotations

import asyncio
import base64
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from platelaw.federation.authzen import Peer
from platelaw.federation.authzen.app import EVALUATION, EVALUATIONS, AuthzenApp
from platelaw.federation.deciding.questions import digest_of
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

from ...fuzz.mutations import Spoiler, Words
from ...sizes import trials
from ...unit.engine.small import NOW, plain
from .spoiling import ByteSpoiler
from .world import AtOnce, World, alone, caller

ANSWERED = frozenset({200, 400, 401, 403, 404, 405, 409, 413, 415, 429})
BODY: dict[str, Any] = {
    "subject": {"type": "user", "id": "user-1", "properties": {"agency": "AA/pd"}},
    "action": {"name": "search"},
    "resource": {"type": "plate_read", "id": "AA/pd"},
    "context": {
        "reason": "stolen car",
        "facts": plain()["facts"],
        "instruments": [],
        "period": {"from": "2026-11-01", "until": "2026-11-03"},
        "subject": "thing-1",
    },
}
MANY = {
    **BODY,
    "options": {"evaluations_semantic": "deny_on_first_deny"},
    "evaluations": [{}, {"resource": {"type": "plate_read", "id": "BB/pd"}}],
}
GOOD = {EVALUATION: BODY, EVALUATIONS: MANY}
WORDS = Words((
    ("AA/pd", "AA/other", "BB/pd", "AA0000100", "AA/nobody"), ("search", "share", "keep"),
    ("plate_read", "hit", "alpr_data"), ("theft", "robbery", "barred"), ("agency", "user"),
    ("execute_all", "deny_on_first_deny", "permit_on_first_permit"),
    ("subject", "action", "resource", "context", "properties", "evaluations", "options"),
    ("stolen car", "a grim thing", "2026-11-01", "2026-11-03", "thing-1"),
    ("request.purpose", "request.recipients", "case.number", "case.count"),
))  # fmt: skip


class Http:
    """The face, driven without a socket; keeps which questions were asked behind it."""

    def __init__(self) -> None:
        self.world = World()
        self.asked: list[q.Question] = []
        self.counts: Counter[int] = Counter()
        self.permits = 0
        self.app = AuthzenApp(self._ask, "https://small.example", lambda: NOW, AtOnce())

    def _ask(self, method: str, data: bytes, peer: Peer) -> bytes:
        assert isinstance(peer, Peer)
        self.asked.append(d.DecideRequest.FromString(data).question)
        return self.world.call(method, data, caller())

    async def post(self, path: str, body: bytes, heads: list[tuple[bytes, bytes]]) -> None:
        """Send one body, in two parts, and hold the reply against the reference."""
        self.asked.clear()
        parts = [body[: len(body) // 2], body[len(body) // 2 :]]
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

        async def send(message: Any) -> None:
            sent.append(message)

        scope = {"type": "http", "method": "POST", "path": path, "headers": heads}
        await self.app(scope, receive, send)
        start, content = sent
        self.counts[start["status"]] += 1
        assert start["status"] in ANSWERED, (body, content)
        self._check(path, start["status"], json.loads(content["body"]))

    def _check(self, path: str, status: int, told: dict[str, Any]) -> None:
        if status != 200:
            assert told["detail"]
            assert "Traceback" not in told["detail"]
            return
        decided = told.get("evaluations", [told])
        answered = [each for each in decided if "answer" in each["context"]]
        assert path == EVALUATIONS or len(answered) == 1
        for each in decided:
            assert each["decision"] is False or each in answered
        questions = iter(self.asked)
        for each in answered:
            found = next(one for one in questions if digest_of(one) == _told(each))
            outcome, _ = alone(self.world.engine, found)
            assert each["decision"] is (outcome == a.OUTCOME_PERMIT), told
            self.permits += each["decision"]


def _told(decision: dict[str, Any]) -> bytes:
    return base64.b64decode(decision["context"]["answer"]["request_digest"])


def headers(chance: random.Random) -> list[tuple[bytes, bytes]]:
    """Headers that are good, mostly."""
    kind = b"application/json"
    if chance.random() < 0.05:
        kind = chance.choice((b"text/plain", b"", b"application/json;charset=utf-7", b"\xff\xfe"))
    heads = [(b"content-type", kind)]
    if chance.random() < 0.5:
        odd = (b"x", b"\x00" * 9, b"\xff" * 20, b"a" * 61, b"a b c d e f g", b"../../etc/x")
        named = chance.choice((b"request-0001", *odd))
        heads.append((b"x-request-id", named if chance.random() < 0.3 else b"request-0001"))
    if chance.random() < 0.1:
        length = chance.choice((b"-1", b"9" * 30, b"1e3", b"", b"\xb2", b"0"))
        heads.append((b"content-length", length))
    return heads


def _run(path: str, chance: random.Random, spoiled: Callable[[], bytes]) -> Http:
    http = Http()

    async def all_of_them() -> None:
        for number in range(trials()):
            if number % 1000 == 0:
                http.world.file.holds.clear()
            await http.post(path, spoiled(), headers(chance))

    asyncio.run(all_of_them())
    return http


@pytest.mark.parametrize("path", GOOD)
def test_no_spoiled_bytes_fail_or_are_answered_otherwise(path: str) -> None:
    chance = random.Random(path)
    spoiler = ByteSpoiler(chance, [json.dumps(body).encode() for body in (GOOD[path], BODY)])
    http = _run(path, chance, spoiler.spoiled)
    assert http.counts[400] > trials() / 10
    assert http.permits > 0


@pytest.mark.parametrize("path", GOOD)
def test_no_spoiled_body_fails_or_is_answered_otherwise(path: str) -> None:
    chance = random.Random(path)
    spoiler = Spoiler(chance, WORDS)
    http = _run(path, chance, lambda: spoiler.spoiled(GOOD[path]).encode("utf-8", "surrogatepass"))
    assert http.counts[200] > trials() / 10
    assert http.counts[400] > 0
    assert http.permits > 0
