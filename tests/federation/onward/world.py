"""Two agencies, each with a service and a real log, and copies that go from one to the next."""

from __future__ import annotations

import datetime
import hashlib
import os
import threading
from collections.abc import Generator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from platelaw.engine.decision import Engine
from platelaw.federation.journal import Receipt, Submission, Told
from platelaw.federation.log.keys import LogKey, LogKeys
from platelaw.federation.log.notes import NoteVerifier
from platelaw.federation.log.signing import LogSigner, log_signer
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import log_pb2 as log
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import NEIGHBOR, NOW, PATIENCE, PD, SHARER, question
from ..log.recording import Recorded, recorded

OWNER, HOLDER, NEXT, LAST = SHARER, PD, NEIGHBOR, "CT/state-police"
ORIGINS = ("open.example/log", "darien.example/log")
RULE = "ct/alpr-act/recipients"  # lets the data go on to whoever it lets in
HOUR = datetime.timedelta(hours=1)


def known(signer: LogSigner, **dates: datetime.datetime | None) -> LogKey:
    """The row of a log in the register."""
    vkey, dsse = signer.public
    return LogKey(signer.origin, "one", NoteVerifier.of(vkey), dsse, **dates)


def share(
    requester: str, recipients: Sequence[str] = (), *, owner: str = OWNER, **more: str
) -> q.Question:
    """A share of data that are said to be an owner's; by a new person, so that none is a retry."""
    words = {"act": "share", "user": f"user-{os.urandom(4).hex()}", **more}
    asked = question(requester, owner, **words)  # type: ignore[arg-type]
    for fact in asked.facts:
        if fact.name == "request.recipients":
            fact.members.keys.extend(recipients)
    return asked


def with_chain(
    asked: q.Question, *links: a.Recorded, release_id: bytes | None = None
) -> q.Question:
    """The question with the answers by which the copy came."""
    if release_id is None:
        release_id = log.LogEntry.FromString(links[-1].entry).answer.release_id
    asked.provenance.CopyFrom(q.Provenance(release_id=release_id, links=links))
    return asked


@dataclass
class World:
    """Two services, the owner's and the holder's; each knows both logs."""

    first: Recorded
    second: Recorded

    def released(self) -> a.Recorded:
        """The owner's data given to the holder, by the owner's service."""
        answer = self.first.point.decide(share(HOLDER), keeps_copy=True)
        assert answer.outcome == a.OUTCOME_PERMIT, answer
        return answer.recorded

    def handed_on(self, link: a.Recorded) -> a.Recorded:
        """The copy given to the next one, by the holder's service."""
        answer = self.second.point.decide(with_chain(share(HOLDER, [NEXT]), link), keeps_copy=True)
        assert answer.outcome == a.OUTCOME_PERMIT, answer
        return answer.recorded

    def onward(self, *links: a.Recorded, by: str = HOLDER, to: str = NEXT) -> a.Answer:
        """What the holder's service answers if a copy is to go on."""
        asked = with_chain(share(by, [to]), *links)
        return self.second.point.decide(asked, request_id=f"request-{os.urandom(4).hex()}")


@contextmanager
def world(engine: Engine, folder: Path) -> Generator[World]:
    """Both services, each in a folder of its own."""
    places = [folder / "first", folder / "second"]
    for place in places:
        place.mkdir(exist_ok=True)
    signers = [log_signer(p / "keys", o) for p, o in zip(places, ORIGINS, strict=True)]
    logs = LogKeys(tuple(map(known, signers)), "the register")
    with ExitStack() as open_:
        made = [
            open_.enter_context(recorded(engine, place, origin, logs))
            for place, origin in zip(places, ORIGINS, strict=True)
        ]
        yield World(*made)
        assert not any(each.faults for each in made)


def written(made: Recorded, entry: log.AnswerEntry, circumstances: log.Circumstances) -> a.Recorded:
    """An answer written into a log by hand, whatever it says; its proof is a real one."""
    text = circumstances.SerializeToString()
    entry.circumstances = hashlib.sha256(text).digest()
    whole = log.LogEntry(id=os.urandom(16), answer=entry)
    whole.at.FromDatetime(NOW)
    return recorded_as(made, whole, text)


def recorded_as(made: Recorded, whole: log.LogEntry, circumstances: bytes) -> a.Recorded:
    """An entry written into a log, with its proof."""
    data = whole.SerializeToString()
    submission = Submission(
        "", b"", b"", 0, (data,), (b"",), {hashlib.sha256(circumstances).digest(): circumstances}
    )
    done, told = threading.Event(), list[Told]()

    def tell(what: Told) -> None:
        told.append(what)
        done.set()

    made.log.record(submission, tell)
    assert done.wait(PATIENCE)
    (receipt,) = told
    assert isinstance(receipt, Receipt)
    return a.Recorded(
        origin=receipt.origin,
        index=receipt.first,
        entry=data,
        circumstances=circumstances,
        proof=a.TreeProof(
            hashes=receipt.hashes,
            checkpoint=receipt.checkpoint,
            signature=receipt.signature,
            key_id=receipt.key_id,
        ),
    )


def read(link: a.Recorded) -> tuple[log.AnswerEntry, log.Circumstances]:
    """What a link says."""
    entry = log.LogEntry.FromString(link.entry).answer
    return entry, log.Circumstances.FromString(link.circumstances)
