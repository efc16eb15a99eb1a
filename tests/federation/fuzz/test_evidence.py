"""Spoiled statements: none fails, none is kept that no signer on file signed, none weighs more.

The same statements every time, but for their keys. ``PLATELAW_FUZZ`` multiplies their number.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.message import Message
from securesystemslib.dsse import Envelope

from platelaw.dsl.syntax import Level
from platelaw.federation.evidence.envelopes import PAYLOAD_TYPE, opened
from platelaw.federation.evidence.servicer import SERVICE, handlers
from platelaw.federation.evidence.statements import (
    OfCase,
    OfInstrument,
    OfRequest,
    OfStatement,
    SaidDuty,
    SaidFact,
    SaidInstrument,
    SaidReview,
    Statement,
    TakenBack,
    canonical,
    payload_of,
)
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.snapshot import PolicySnapshot, Snapshots
from platelaw.federation.v1 import evidence_pb2 as e

from ...fuzz.mutations import Spoiler, Words
from ...sizes import trials
from ...unit.engine.small import NOW
from ..evidence.people import DAY, Person, Register
from .spoiling import ByteSpoiler
from .structures import Maker
from .world import World, caller, digest, small

REQUESTS: dict[str, type[Message]] = {
    "Submit": e.SubmitRequest,
    "Review": e.ReviewRequest,
    "DischargeDuty": e.DischargeDutyRequest,
    "Withdraw": e.WithdrawRequest,
    "Pending": e.PendingRequest,
}
RESPONSES: dict[str, type[Message]] = {
    "Submit": e.SubmitResponse,
    "Review": e.ReviewResponse,
    "DischargeDuty": e.DischargeDutyResponse,
    "Withdraw": e.WithdrawResponse,
}
STATED = [name for name in REQUESTS if name != "Pending"]
LEVELS = {"": 0, "attestation": 1, "verification": 2}
WORDS = Words((
    ("fact", "instrument", "review", "duty", "withdrawal"),
    ("request", "case", "instrument", "statement"),
    ("AA/pd", "AA/other", "AA/court", "BB/pd", "AA0000100", "AA/nobody"),
    ("custodian", "reviewer", "clerk", "supervisor", "anybody", "king"),
    ("user-2", "user-3", "user-4"),
    ("case.open", "case.sealed", "case.checked", "request.purpose", "user.directed_by", "data.age"),
    ("attestation", "verification", "assertion"),
    ("cleared", "refused"),
    ("aa/act/read-first", "aa/act/old", "agency/pd/own"),
    ("train", "report", "finding", "note_case"),
    ("2026-11-03T15:15:00Z", "2026-11-03T15:15:00.5Z", "2027-12-01T00:00:00Z"),
    ("warrant", "notice", "cv-1", "26-1"),
))  # fmt: skip


class Desk:
    """The evidence service with a few people who sign."""

    def __init__(self, folder: Path) -> None:
        self.custodian = Person("AA/pd", "custodian", "user-2", highest=Level.ATTESTATION)
        self.reviewer = Person("AA/pd", "reviewer", "user-3")
        self.clerk = Person("AA/court", "clerk", "user-4")
        self.people = Register([self.custodian, self.reviewer, self.clerk])
        path = folder / "evidence.sqlite"
        self.store = EvidenceStore(path, self.people)
        snapshots = Snapshots(PolicySnapshot(small(), "d" * 64, NOW, NOW, {}))
        self.world = World(more=handlers(self.store, self.people, snapshots))
        self._rows = sqlite3.connect(path)

    @property
    def rows(self) -> int:
        """How many statements are on file."""
        (count,) = self._rows.execute("SELECT count(*) FROM statements").fetchone()
        return int(count)

    def good(self) -> dict[str, list[tuple[Person, Statement]]]:
        """Good statements by method."""
        by, clerk = self.custodian, self.clerk
        this, case = OfRequest(digest().hex()), OfCase("AA/pd", "26-1")
        paper = SaidInstrument("cv-1", {"kind": "warrant", "from": "AA/court"})
        open_ = by.says(
            SaidFact("case.open", True), this, level=Level.ATTESTATION, issued=NOW, lasts=DAY
        )
        closed = by.says(SaidFact("case.open", False), case, level=Level.ATTESTATION, issued=NOW)
        verified = clerk.says(paper, OfInstrument("cv-1"), level=Level.VERIFICATION, issued=NOW)
        back = OfStatement(opened(by.sign(open_)).id)
        return {
            "Submit": [(by, open_), (by, closed), (clerk, verified)],
            "Review": [
                (
                    self.reviewer,
                    self.reviewer.says(SaidReview("aa/act/read-first", True), this, issued=NOW),
                )
            ],
            "DischargeDuty": [(by, by.says(SaidDuty("train"), this, issued=NOW))],
            "Withdraw": [(by, Statement(back, TakenBack(), by.vouching, NOW))],
        }  # fmt: skip

    def messages(self, method: str) -> list[bytes]:
        """Good messages of a method."""
        if method == "Pending":
            return [
                e.PendingRequest(page_size=3).SerializeToString(),
                e.PendingRequest(page_token="1793718900000000.1").SerializeToString(),
            ]
        kind: Any = REQUESTS[method]
        return [
            kind(envelope=by.sign(said)).SerializeToString() for by, said in self.good()[method]
        ]

    def send(self, method: str, data: bytes) -> str:
        """What becomes of a message; held against what must be so."""
        before = self.rows
        try:
            reply = self.world.call(f"{SERVICE}/{method}", data)
        except RefusedCallError as refusal:
            assert self.rows == before, data
            return refusal.status.name
        if method == "Pending":
            assert self.rows == before
            return "OK"
        request: Any = REQUESTS[method].FromString(data)
        response: Any = RESPONSES[method].FromString(reply)
        sealed = opened(request.envelope)
        signer = self.people.find(sealed.key_id)
        assert signer is not None
        assert sealed.is_signed_with(signer.key)
        assert response.accepted.statement_id == sealed.id
        assert LEVELS[response.accepted.level] <= LEVELS[signer.highest.value]
        assert self.rows - before in (0, 1)
        return "OK"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.store.close()


@pytest.mark.parametrize("method", REQUESTS)
def test_no_spoiled_bytes_fail_or_are_kept(desk: Desk, method: str) -> None:
    chance = random.Random(method)
    spoiler, counts = ByteSpoiler(chance, desk.messages(method)), Counter[str]()
    desk.send("Submit", desk.messages("Submit")[0])  # so that there is something to take back
    for _ in range(trials()):
        counts[desk.send(method, spoiler.spoiled())] += 1
    assert counts["INVALID_ARGUMENT"] > 0
    assert counts["OK"] > 0


@pytest.mark.parametrize("method", REQUESTS)
def test_no_message_of_any_values_fails_or_is_kept(desk: Desk, method: str) -> None:
    chance = random.Random(method)
    maker, counts = Maker(chance, ("1.1", "", "{}", "[]", "1793718900000000.1")), Counter[str]()
    for _ in range(trials()):
        counts[desk.send(method, maker.anything(REQUESTS[method]).SerializeToString())] += 1
    assert counts["INVALID_ARGUMENT"] > 0
    assert method == "Pending" or counts["OK"] == 0


@pytest.mark.parametrize("method", STATED)
def test_no_spoiled_statement_that_is_well_signed_fails_or_weighs_more(
    desk: Desk, method: str
) -> None:
    chance = random.Random(method)
    spoiler, counts = Spoiler(chance, WORDS), Counter[str]()
    kind: Any = REQUESTS[method]
    desk.send("Submit", desk.messages("Submit")[0])  # so that there is something to take back
    good = desk.good()
    for _ in range(trials()):
        by, said = chance.choice(good[method if chance.random() < 0.9 else chance.choice(STATED)])
        text = spoiler.spoiled(json.loads(payload_of(said)))
        envelope = Envelope(_payload(text, chance), PAYLOAD_TYPE, {})
        envelope.sign(by.key)
        sent = json.dumps(envelope.to_dict()).encode()
        counts[desk.send(method, kind(envelope=sent).SerializeToString())] += 1
    assert counts["OK"] > 0
    assert counts["INVALID_ARGUMENT"] > 0
    assert not counts.keys() - {"OK", "INVALID_ARGUMENT", "PERMISSION_DENIED", "NOT_FOUND"}


def _payload(text: str, chance: random.Random) -> bytes:
    """A text as it is, or in the one spelling that is signed."""
    if chance.random() < 0.8:
        try:
            return canonical(json.loads(text))
        except (ValueError, TypeError, AttributeError):
            pass
    return text.encode("utf-8", "surrogatepass")


def test_a_statement_signed_by_nobody_on_file_is_kept_by_nobody(desk: Desk) -> None:
    stranger = Person("AA/pd", "custodian", "user-2")
    (by, said), *_ = desk.good()["Submit"]
    assert by.vouching == stranger.vouching
    kind = e.SubmitRequest(envelope=stranger.sign(said))
    assert desk.send("Submit", kind.SerializeToString()) == Status.PERMISSION_DENIED.name
    assert caller().agency == by.agency  # who brings it counts for nothing
