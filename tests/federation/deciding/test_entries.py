"""Entries and proofs put together by hand: the generated classes would write the same bytes."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platelaw.dsl.syntax import Outcome
from platelaw.engine.decision import Engine
from platelaw.federation.call import Call
from platelaw.federation.deciding.answers import Answered, Asked
from platelaw.federation.deciding.circumstances import Basis
from platelaw.federation.deciding.classes import Texts
from platelaw.federation.deciding.desk import Desk
from platelaw.federation.deciding.entries import (
    FACT,
    CallPart,
    GroupPart,
    entry_of,
    proof_of,
    recorded_of,
    texts_of,
)
from platelaw.federation.deciding.explaining import OUTCOMES
from platelaw.federation.journal import Receipt
from platelaw.federation.snapshot import PolicySnapshot
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import log_pb2 as log

from .asking import NOW, PD, caller

IDS = st.binary(min_size=16, max_size=16)
HASHES = st.binary(min_size=32, max_size=32)
NAMES = st.text("abc.é/", min_size=1, max_size=200)
MANY = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def desk_of(engine: Engine, *, development: bool) -> Desk:
    return Desk(PolicySnapshot(engine, "5a" * 32, NOW, NOW, {}, development=development))


@pytest.fixture(scope="module")
def desks(engine: Engine) -> tuple[Desk, Desk]:
    return desk_of(engine, development=False), desk_of(engine, development=True)


@st.composite
def owns(draw: st.DrawFn, outcome: Outcome) -> a.Answer:
    """What is an answer's own."""
    own = a.Answer(request_digest=draw(HASHES))
    own.decided_at.seconds = draw(st.integers(1, 2**33))
    own.decided_at.nanos = draw(st.integers(0, 999_999_999))
    if outcome is Outcome.PERMIT:
        own.release_id, own.stale = draw(IDS), draw(st.booleans())
        own.valid_until.seconds = draw(st.integers(1, 2**33))
    elif draw(st.booleans()):
        own.hold.id = draw(NAMES)
    return own


@st.composite
def answers(draw: st.DrawFn) -> Answered:
    """An answer about to be recorded."""
    call = Call(caller(draw(st.sampled_from([PD, "US/" + "long-name-" * 30]))), "", NOW)
    outcome = draw(st.sampled_from(Outcome))
    nonce = draw(st.binary(min_size=16, max_size=32))
    own = draw(owns(outcome))
    asked = Asked(call, 0.0, draw(NAMES), nonce, b"", own.request_digest)
    asked.follows = draw(st.one_of(st.just(b""), HASHES))
    reason = draw(st.sampled_from(["permitted", "no ground", "stale policy"]))
    basis = Basis(draw(HASHES), b"")
    return Answered(outcome, b"", own, reason, asked, basis=basis)


def built(entry_id: bytes, answer: Answered, desk: Desk, bound: dict[str, bytes]) -> log.LogEntry:
    """The entry, field by field."""
    asked, own = answer.asked, answer.own
    entry = log.LogEntry(id=entry_id, at=own.decided_at)
    entry.answer.MergeFrom(
        log.AnswerEntry(
            caller=asked.call.caller.spiffe_id,
            request_id=asked.request_id,
            request=hashlib.sha256(asked.nonce + own.request_digest).digest(),
            policy_digest=desk.digest,
            outcome=OUTCOMES[answer.outcome],
            reason=answer.reason,
            valid_until=own.valid_until if own.HasField("valid_until") else None,
            release_id=own.release_id,
            hold_id=own.hold.id,
            circumstances=answer.basis.digest,
            stale=own.stale,
            development=desk.snapshot.development,
            follows=asked.follows,
        )
    )
    for name, value in bound.items():
        if name.startswith(FACT):
            commitment = log.TextCommitment(name=name.removeprefix(FACT), value=value)
            entry.answer.commitments.facts.append(commitment)
        else:
            setattr(entry.answer.commitments, name, value)
    return entry


@MANY
@given(data=st.data(), answer=answers(), entry_id=IDS)
def test_an_entry_has_the_bytes_that_its_message_would_have(
    desks: tuple[Desk, Desk], data: st.DataObject, answer: Answered, entry_id: bytes
) -> None:
    desk = data.draw(st.sampled_from(desks))
    facts = data.draw(st.lists(NAMES, max_size=4, unique=True))
    words = st.sampled_from(["", "word"])
    stated = tuple((name, "stated") for name in facts)
    texts = Texts(data.draw(words), data.draw(words), data.draw(words), "", stated, True)
    bound = {name: hashlib.sha256(name.encode()).digest()[:20] for name in texts_of(texts)}
    entry = entry_of(entry_id, answer, CallPart.of(answer), desk, bound)
    expected = built(entry_id, answer, desk, bound)
    assert entry == expected.SerializeToString()
    assert log.LogEntry.FromString(entry) == expected


def test_every_field_of_an_entry_is_looked_at_here() -> None:
    told = {field.name for field in log.AnswerEntry.DESCRIPTOR.fields}
    assert told == {
        "caller", "request_id", "request", "policy_digest", "outcome", "reason", "valid_until",
        "release_id", "hold_id", "circumstances", "commitments", "stale", "development", "follows",
    }  # fmt: skip
    assert {field.name for field in log.LogEntry.DESCRIPTOR.fields} == {"id", "at", "answer", "act"}


receipts = st.builds(
    Receipt,
    origin=NAMES,
    first=st.integers(0, 2**40),
    hashes=st.binary(max_size=40 * 32),
    checkpoint=NAMES,
    signature=st.binary(min_size=64, max_size=72),
    key_id=NAMES,
    witnessed_at=st.integers(0, 2**33),
)


@MANY
@given(
    receipts, st.lists(st.binary(min_size=1, max_size=2_000), min_size=3, max_size=3), st.booleans()
)
def test_where_an_answer_stands_has_the_bytes_that_its_message_would_have(
    receipt: Receipt, parts: list[bytes], is_one: bool
) -> None:
    entry, nonce, circumstances = parts
    group = GroupPart.of(receipt)
    proof = proof_of(receipt, group)
    told = a.TreeProof(
        hashes=receipt.hashes,
        checkpoint=receipt.checkpoint,
        signature=receipt.signature,
        key_id=receipt.key_id,
        witnessed_at=receipt.witnessed_at,
    )
    assert proof == told.SerializeToString()
    expected = a.Recorded(
        origin=receipt.origin,
        index=receipt.first,
        entry=entry,
        proof=told if is_one else None,
        circumstances=circumstances,
        nonce=nonce,
    )
    given_proof = proof if is_one else b""
    recorded = recorded_of(group, receipt.first, entry, given_proof, nonce, circumstances)
    assert recorded == expected.SerializeToString()


@given(receipts, receipts)
def test_receipts_are_of_one_group_if_all_that_it_shares_is_equal(
    first: Receipt, second: Receipt
) -> None:
    group = GroupPart.of(first)
    assert group.is_of(first)
    if group.is_of(second):
        assert GroupPart.of(second).proof == group.proof
