"""Answers that are recorded before they are given: entry, proof, circumstances, repetition."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from securesystemslib.dsse import Envelope
from securesystemslib.signer import Signature

from platelaw.engine.decision import Engine
from platelaw.federation.caller import CallerRole
from platelaw.federation.deciding.entries import texts_of
from platelaw.federation.log.notes import Checkpoint, Note, NoteVerifier
from platelaw.federation.log.sealing import check, opened
from platelaw.federation.log.signing import PAYLOAD_TYPE
from platelaw.federation.log.tree import leaf_hash, root_by_inclusion, root_by_range
from platelaw.federation.refusal import RefusedCallError
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import log_pb2 as log

from ..deciding import asking
from ..deciding.asking import DAY, NOW, OUTSIDER, PD, caller, envelope, question
from .recording import ORIGIN, Recorded, recorded

SECOND = DAY / 86400


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return asking.engine(tmp_path_factory.getbasetemp() / "log-cache")


@pytest.fixture
def made(engine: Engine, tmp_path: Path) -> Iterator[Recorded]:
    with recorded(engine, tmp_path) as found:
        yield found
        assert not found.faults


def hashes(proof: bytes) -> list[bytes]:
    return [proof[at : at + 32] for at in range(0, len(proof), 32)]


def checkpoint(made: Recorded, proof: a.TreeProof) -> Checkpoint:
    """The checkpoint of a proof, both of its signatures verified."""
    note = Note.parse(proof.checkpoint)
    vkey, key = made.signer.public
    NoteVerifier.of(vkey).check(note)
    signature = Signature(proof.key_id, proof.signature.hex())
    Envelope(note.text.encode(), PAYLOAD_TYPE, {proof.key_id: signature}).verify([key], 1)
    return Checkpoint.parse(note.text)


def decide(made: Recorded, request: d.DecideRequest, **more: object) -> a.Answer:
    by = caller(request.question.requester)
    answered = made.point.call("Decide", request.SerializeToString(), by, **more)  # type: ignore[arg-type]
    return d.DecideResponse.FromString(answered).answer


# The entry and its proof -----------------------------------------------------------------------


def test_every_answer_stands_in_the_log_with_a_proof(made: Recorded) -> None:
    answers = [
        made.point.decide(question()),
        made.point.decide(question(reason="HSI child exploitation"), request_id="request-0002"),
        made.point.decide(question(OUTSIDER), request_id="request-0003"),
        made.point.decide(question(purpose="nonsense"), request_id="request-0004"),
    ]
    for index, answer in enumerate(answers):
        told = answer.recorded
        assert (told.index, told.origin) == (index, ORIGIN)
        found = checkpoint(made, told.proof)
        leaf = leaf_hash(told.entry)
        assert root_by_inclusion(leaf, index, found.size, hashes(told.proof.hashes)) == found.root
        entry = log.LogEntry.FromString(told.entry)
        assert entry.at == answer.decided_at
        assert entry.answer.outcome == answer.outcome
        assert entry.answer.reason == answer.reason
        bound = hashlib.sha256(told.nonce + answer.request_digest).digest()
        assert entry.answer.request == bound
        assert answer.request_digest not in told.entry
        assert entry.answer.policy_digest.hex() == answer.policy_digest
        assert entry.answer.release_id == answer.release_id
        assert entry.answer.hold_id == answer.hold.id
        assert entry.answer.valid_until == answer.valid_until
    assert [answer.outcome for answer in answers] == [1, 2, 3, 3]


def test_no_free_text_stands_in_an_entry_or_its_circumstances(made: Recorded) -> None:
    asked = question(reason="look for the stolen Subaru", user="officer-7", subject="commitment-9")
    answer = made.point.decide(asked)
    entry = log.LogEntry.FromString(answer.recorded.entry)
    circumstances = made.store.circumstances(entry.answer.circumstances)
    assert circumstances is not None
    assert hashlib.sha256(circumstances).digest() == entry.answer.circumstances
    for text in (b"Subaru", b"officer-7", b"commitment-9"):
        assert text not in answer.recorded.entry
        assert text not in circumstances
    read = log.Circumstances.FromString(circumstances)
    assert (read.reason, read.user) == (log.STATED_TEXT, True)
    assert read.question.requester == asked.requester
    assert {fact.name for fact in read.question.facts} == {fact.name for fact in asked.facts}


def test_what_is_not_understood_leaves_no_word_of_it(made: Recorded) -> None:
    answer = made.point.decide(question(facts={"plate": "ABC1234"}))
    assert answer.reason == "not understood"
    entry = log.LogEntry.FromString(answer.recorded.entry)
    circumstances = made.store.circumstances(entry.answer.circumstances)
    assert circumstances == b""
    assert b"ABC1234" not in answer.recorded.entry


def test_what_the_lexicons_saw_stands_in_the_circumstances(made: Recorded) -> None:
    answer = made.point.decide(question(reason="HSI child exploitation"))
    entry = log.LogEntry.FromString(answer.recorded.entry)
    read = log.Circumstances.FromString(made.store.circumstances(entry.answer.circumstances) or b"")
    assert read.seen
    assert all(layer.lexicons for layer in read.seen)
    assert any(layer.plainly or layer.possibly for layer in read.seen)


def test_who_has_the_key_opens_the_texts_and_holds_them_to_the_commitments(made: Recorded) -> None:
    asked = question(reason="look for the stolen Subaru", user="officer-7", subject="commitment-9")
    answer = made.point.decide(asked)
    entry = log.LogEntry.FromString(answer.recorded.entry)
    (group,) = made.store.groups(0, 1)
    key = made.keys.key(PD, NOW)
    texts = opened(key, entry.id, group.sealed[0])
    bound = entry.answer.commitments
    commitments = {name: getattr(bound, name) for name in ("reason", "user", "subject")}
    commitments |= {f"fact {each.name}": each.value for each in bound.facts}
    check(key, entry.id, texts, commitments)
    assert texts["reason"] == "look for the stolen Subaru"
    assert set(texts) == set(commitments)
    assert texts_of(None) == {}


def test_the_answers_of_a_batch_follow_each_other_under_one_proof(made: Recorded) -> None:
    questions = [question(), question(OUTSIDER), question(reason="HSI"), question()]
    request = d.DecideManyRequest(envelope=envelope("batch-0001"), questions=questions)
    made.point.decide(question(), request_id="request-0009")  # so that it begins in between
    by = caller(PD, CallerRole.VENDOR, *{each.requester for each in questions})
    answered = made.point.call("DecideMany", request.SerializeToString(), by)
    response = d.DecideManyResponse.FromString(answered)
    assert [answer.recorded.index for answer in response.answers] == [1, 2, 3, 4]
    assert not any(answer.recorded.HasField("proof") for answer in response.answers)
    found = checkpoint(made, response.proof)
    leaves = [leaf_hash(answer.recorded.entry) for answer in response.answers]
    assert root_by_range(leaves, 1, found.size, hashes(response.proof.hashes)) == found.root
    assert len({log.LogEntry.FromString(each.recorded.entry).id for each in response.answers}) == 4


# Repetition -----------------------------------------------------------------------------------


def test_the_same_bytes_again_get_the_recorded_answer_and_no_second_entry(made: Recorded) -> None:
    request = d.DecideRequest(envelope=envelope(), question=question())
    first = decide(made, request)
    again = decide(made, request, now=NOW + 20 * SECOND)
    late = decide(made, request, now=NOW + 290 * SECOND)
    assert again.release_id == late.release_id == first.release_id
    assert again.valid_until == late.valid_until == first.valid_until
    assert again.recorded.entry == late.recorded.entry == first.recorded.entry
    assert again.explanation == first.explanation
    assert late.explanation.notes
    assert made.store.head().edge.size == 1
    with pytest.raises(RefusedCallError):
        decide(made, request, now=NOW + 301 * SECOND)
    with pytest.raises(RefusedCallError):  # never recorded, and too late
        decide(
            made, d.DecideRequest(envelope=envelope(), question=question()), now=NOW + 60 * SECOND
        )


def test_other_bytes_under_the_same_nonce_are_denied(made: Recorded) -> None:
    request = d.DecideRequest(envelope=envelope(), question=question())
    assert decide(made, request).outcome == a.OUTCOME_PERMIT
    request.envelope.request_id = "request-0002"
    answer = decide(made, request)
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "replayed")
    assert not answer.HasField("recorded")
    assert made.store.head().edge.size == 1


def test_a_log_goes_on_where_it_was(engine: Engine, tmp_path: Path) -> None:
    request = d.DecideRequest(envelope=envelope(), question=question())
    for turn in range(3):
        with recorded(engine, tmp_path) as made:
            first = decide(made, request)
            assert first.recorded.index == 0
            answer = made.point.decide(question(), request_id=f"request-1{turn:03}")
            assert answer.recorded.index == turn + 1
            found = checkpoint(made, answer.recorded.proof)
            assert found.size == turn + 2


def test_no_persons_name_stands_in_circumstances_only_who_is_the_same(made: Recorded) -> None:
    named = {
        "requester": made.point.decide(
            question(user="officer-7", facts={"approval.by": "officer-7"}), request_id="request-01"
        ),
        "other-1": made.point.decide(
            question(user="officer-7", facts={"approval.by": "chief-1"}), request_id="request-02"
        ),
    }
    for mark, answer in named.items():
        entry = log.LogEntry.FromString(answer.recorded.entry)
        text = made.store.circumstances(entry.answer.circumstances) or b""
        assert b"officer-7" not in text + answer.recorded.entry
        assert b"chief-1" not in text + answer.recorded.entry
        facts = {fact.name: fact.word for fact in log.Circumstances.FromString(text).question.facts}
        assert facts["approval.by"] == mark, answer.reason
