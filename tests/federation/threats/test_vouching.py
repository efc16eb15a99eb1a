"""Proof that is none: from the requester's own house, of a forged hand, of another question."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level
from platelaw.federation.call import Call
from platelaw.federation.evidence import envelopes
from platelaw.federation.evidence.servicer import SERVICE, handlers
from platelaw.federation.evidence.statements import (
    OfInstrument,
    OfRequest,
    OfStatement,
    Said,
    SaidInstrument,
    SaidReview,
    Statement,
    StatementSubject,
    TakenBack,
)
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.identity.signers import Signer, Signers
from platelaw.federation.identity.tables import State
from platelaw.federation.later import at_once
from platelaw.federation.proof import Vouching
from platelaw.federation.refusal import RefusedCallError
from platelaw.federation.snapshot import PolicySnapshot, Snapshots
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import evidence_pb2 as e
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import DAY, HELD, NOW, PD, Point, caller, question
from .acting import new_id

RULE = "ct/alpr-act/reason-text"
REVIEWED = SaidReview(RULE, True)
COURT = "CT/superior-court"
WARRANT = SaidInstrument(
    "cv-26-1", {"kind": "judicial_search_warrant", "from": COURT, "probable_cause": True}
)


@dataclass
class Hand:
    """A key with what the register says of it, and what its holder claims."""

    agency: str
    role: str
    user: str = "lieutenant-1"
    highest: Level = Level.ATTESTATION
    key: CryptoSigner | None = None

    def __post_init__(self) -> None:
        self.key = self.key or CryptoSigner.generate_ecdsa()

    @property
    def signer(self) -> Signer:
        assert self.key is not None
        ends = NOW + 30 * DAY
        return Signer(self.key.public_key, self.agency, self.role, self.user, self.highest,
                      State.GOOD, NOW - DAY, ends)  # fmt: skip

    def sign(
        self,
        said: Said,
        subject: StatementSubject,
        *,
        by: Vouching | None = None,
        level: Level | None = None,
    ) -> bytes:
        """A statement, by whomever it says."""
        assert self.key is not None
        who = by or Vouching(self.agency, self.role, self.user)
        expires = None if isinstance(said, TakenBack) else NOW + DAY
        return envelopes.signed(Statement(subject, said, who, NOW, expires, level), self.key)


class Office:
    """A decision point whose evidence comes by the evidence service."""

    def __init__(self, point: Point, *hands: Hand) -> None:
        self.hands = list(hands)
        self.store = EvidenceStore(point.folder / "office.sqlite", self)
        snapshots = Snapshots(PolicySnapshot(point.engine, "d" * 64, NOW, NOW, {}))
        self.handlers = handlers(self.store, self, snapshots)
        asked = point.point
        asked.proofs, asked.holds = self.store.proofs, self.store.holds

    def find(self, key_id: str) -> Signer | None:
        """The register of signers, as it is at any moment."""
        return Signers({hand.signer.key.keyid: hand.signer for hand in self.hands}).find(key_id)

    def send(self, method: str, envelope: bytes) -> str:
        """Hand a statement in; its id.

        Raises:
            RefusedCallError: It is refused.
        """
        data = e.SubmitRequest(envelope=envelope).SerializeToString()  # all have this form
        name = f"{SERVICE}/{method}"
        reply = at_once(self.handlers[name](Call(caller(), name, NOW), data))
        return e.SubmitResponse.FromString(reply).accepted.statement_id

    def try_to_send(self, method: str, envelope: bytes) -> None:
        """Hand a statement in that may be refused."""
        with contextlib.suppress(RefusedCallError):
            self.send(method, envelope)


Open = Callable[..., Office]


@pytest.fixture
def open_office(point: Point) -> Iterator[Open]:
    """Opens an office for a few hands."""
    offices: list[Office] = []

    def opened(*hands: Hand) -> Office:
        offices.append(Office(point, *hands))
        return offices[-1]

    yield opened
    for office in offices:
        office.store.close()


def of(answer: a.Answer) -> OfRequest:
    return OfRequest(answer.request_digest.hex())


def held(point: Point, requester: str = PD, **more: Any) -> tuple[q.Question, a.Answer, str]:
    asked, request_id = question(requester, **HELD, **more), new_id()
    answer = point.decide(asked, request_id=request_id)
    assert answer.outcome == a.OUTCOME_HOLD
    return asked, answer, request_id


def test_the_right_hand_settles(point: Point, open_office: Open) -> None:
    """Else what follows would show nothing."""
    hand = Hand(PD, "records_supervisor")
    office = open_office(hand)
    asked, answer, request_id = held(point)
    office.send("Review", hand.sign(REVIEWED, of(answer)))
    assert point.decide(asked, request_id=request_id).outcome == a.OUTCOME_PERMIT


def test_a_second_identity_of_the_requester_s_agency_settles_nothing(
    point: Point, open_office: Open
) -> None:
    hands = [
        Hand(PD, role, f"user-{at}")
        for at, role in enumerate(("records_supervisor", "owner_supervisor"))
    ]
    office = open_office(*hands)
    asked, answer, request_id = held(point, owner="CT/openbridge-pd")
    for hand in hands:
        office.try_to_send("Review", hand.sign(REVIEWED, of(answer)))
    assert point.decide(asked, request_id=request_id).outcome != a.OUTCOME_PERMIT


def test_who_asked_reviews_nothing_under_his_own_name(point: Point, open_office: Open) -> None:
    hand = Hand(PD, "records_supervisor", "user-17")  # who asks, by the same opaque name
    office = open_office(hand)
    asked, answer, request_id = held(point)
    with pytest.raises(RefusedCallError, match="nobody proves his own case"):
        office.send("Review", hand.sign(REVIEWED, of(answer)))
    assert point.decide(asked, request_id=request_id).outcome == a.OUTCOME_HOLD


def test_a_warrant_is_not_verified_by_a_hand_that_is_not_on_file(open_office: Open) -> None:
    forger = Hand(COURT, "court_clerk", highest=Level.VERIFICATION)
    with pytest.raises(RefusedCallError, match="no signer on file"):
        open_office().send(
            "Submit", forger.sign(WARRANT, OfInstrument("cv-26-1"), level=Level.VERIFICATION)
        )


def test_a_warrant_is_not_verified_in_the_name_of_a_court(open_office: Open) -> None:
    hand = Hand(PD, "records_supervisor", highest=Level.VERIFICATION)
    named = Vouching(COURT, "court_clerk", "clerk-1")
    envelope = hand.sign(WARRANT, OfInstrument("cv-26-1"), by=named, level=Level.VERIFICATION)
    with pytest.raises(RefusedCallError, match="not the holder of the key"):
        open_office(hand).send("Submit", envelope)


def test_a_warrant_is_not_verified_by_a_key_that_may_only_attest(open_office: Open) -> None:
    hand = Hand(COURT, "court_clerk")
    envelope = hand.sign(WARRANT, OfInstrument("cv-26-1"), level=Level.VERIFICATION)
    with pytest.raises(RefusedCallError, match="this is no verification"):
        open_office(hand).send("Submit", envelope)


def test_a_statement_is_not_replayed_on_another_question(point: Point, open_office: Open) -> None:
    hand = Hand(PD, "records_supervisor")
    office = open_office(hand)
    _, answer, _ = held(point, subject="one")
    envelope = hand.sign(REVIEWED, of(answer))
    office.send("Review", envelope)
    office.send("Review", envelope)
    for other in (
        question(**HELD, subject="two"),
        question(**HELD, subject="one", user="user-18"),
        question(**HELD, subject="one", owner="CT/openbridge-pd"),
    ):
        assert point.decide(other, request_id=new_id()).outcome != a.OUTCOME_PERMIT


def test_a_statement_taken_back_is_not_brought_back_by_sending_it_again(
    point: Point, open_office: Open
) -> None:
    hand = Hand(PD, "records_supervisor")
    office = open_office(hand)
    asked, answer, request_id = held(point)
    envelope = hand.sign(REVIEWED, of(answer))
    id_ = office.send("Review", envelope)
    office.send("Withdraw", hand.sign(TakenBack(), OfStatement(id_)))
    office.send("Review", envelope)
    assert point.decide(asked, request_id=request_id).outcome == a.OUTCOME_HOLD


def test_a_hand_struck_off_settles_nothing_more(point: Point, open_office: Open) -> None:
    hand = Hand(PD, "records_supervisor")
    office = open_office(hand)
    asked, answer, request_id = held(point)
    office.send("Review", hand.sign(REVIEWED, of(answer)))
    office.hands.clear()
    assert point.decide(asked, request_id=request_id).outcome == a.OUTCOME_HOLD
