"""What readers of the log get over the wire: entries, circumstances and proofs that hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.call import Call
from platelaw.federation.caller import CallerRole
from platelaw.federation.later import at_once
from platelaw.federation.log.notes import Checkpoint, Note
from platelaw.federation.log.reading import SERVICE, handlers
from platelaw.federation.log.tree import check_consistency, leaf_hash, root_by_range
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1 import log_pb2 as log

from ..deciding.asking import NOW, caller, question
from .recording import Recorded, recorded
from .test_recording import hashes


@pytest.fixture
def made(engine: Engine, tmp_path: Path) -> Iterator[Recorded]:
    with recorded(engine, tmp_path) as found:
        yield found


def read(made: Recorded, method: str, request: bytes) -> bytes:
    name = f"{SERVICE}/{method}"
    table = handlers(lambda: made.store)
    return at_once(table[name](Call(caller("XX/a", CallerRole.AUDITOR), name, NOW), request))


def entries(made: Recorded, first: int, count: int) -> log.GetEntriesResponse:
    request = log.GetEntriesRequest(first=first, count=count)
    return log.GetEntriesResponse.FromString(read(made, "GetEntries", request.SerializeToString()))


def checkpoint(made: Recorded) -> Checkpoint:
    """The newest checkpoint, kept."""
    made.log.rest()
    answered = log.GetCheckpointResponse.FromString(read(made, "GetCheckpoint", b""))
    return Checkpoint.parse(Note.parse(answered.checkpoint).text)


def test_pages_of_entries_are_proven_and_come_with_their_circumstances(made: Recorded) -> None:
    answers = [made.point.decide(question(), request_id=f"request-{at:04}") for at in range(7)]
    assert checkpoint(made).size == 7
    for first, count, got in ((0, 3, 3), (3, 3, 3), (6, 1000, 1)):
        page = entries(made, first, count)
        assert list(page.entries) == [a.recorded.entry for a in answers[first : first + got]]
        found = Checkpoint.parse(Note.parse(page.proof.checkpoint).text)
        leaves = [leaf_hash(entry) for entry in page.entries]
        assert root_by_range(leaves, first, found.size, hashes(page.proof.hashes)) == found.root
        named = {log.LogEntry.FromString(entry).answer.circumstances for entry in page.entries}
        assert {hashlib.sha256(text).digest() for text in page.circumstances} == named


def test_growth_is_proven_between_any_two_checkpoints(made: Recorded) -> None:
    seen = list[Checkpoint]()
    for at in range(6):
        made.point.decide(question(), request_id=f"request-{at:04}")
        seen.append(checkpoint(made))
    for old in seen:
        for new in seen[old.size - 1 :]:
            request = log.GetConsistencyRequest(earlier=old.size, later=new.size)
            told = read(made, "GetConsistency", request.SerializeToString())
            proof = hashes(log.GetConsistencyResponse.FromString(told).hashes)
            check_consistency(old.size, old.root, new.size, new.root, proof)


def test_what_is_beyond_the_checkpoint_is_refused(made: Recorded) -> None:
    made.point.decide(question())
    checkpoint(made)
    with pytest.raises(RefusedCallError, match="the newest checkpoint is of 1 entries") as found:
        entries(made, 1, 1)
    assert found.value.status is Status.OUT_OF_RANGE
    request = log.GetConsistencyRequest(earlier=1, later=2)
    with pytest.raises(RefusedCallError) as later:
        read(made, "GetConsistency", request.SerializeToString())
    assert later.value.status is Status.OUT_OF_RANGE
    with pytest.raises(RefusedCallError) as too_many:
        entries(made, 0, 1001)
    assert too_many.value.status is Status.INVALID_ARGUMENT
