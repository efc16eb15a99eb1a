"""A small real log of every kind of answer, and the policies that it rests on."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from platelaw.engine.cache import Cache
from platelaw.engine.decision import Engine
from platelaw.federation.bundles.development import shipped_files
from platelaw.federation.caller import CallerRole
from platelaw.federation.evidence.statements import SaidFact, SaidReview
from platelaw.federation.log.libraries import Libraries
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import log_pb2 as log
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import (
    HELD,
    NOW,
    OUTSIDER,
    PD,
    Point,
    caller,
    envelope,
    question,
)
from .recording import Keys, Recorded, recorded

POLICY = "d" * 64  # what these points say of the shipped policies
RULE = "ct/alpr-act/reason-text"
REVIEWER = "lieutenant-1"
OTHERS = [PD, "CT/openbridge-pd", "CT/avon-pd", "NOWHERE/nobody"]


@dataclass(frozen=True)
class Told:
    """A log on the disk, closed, and what was answered.

    Attributes:
        folder: Where it is.
        responses: The responses by what they are called here, serialized.
        keys: The keys of its texts.
    """

    folder: Path
    responses: Mapping[str, bytes]
    keys: Keys
    vkey: str
    dsse: str

    @property
    def size(self) -> int:
        with closing(self.store()) as store:
            return store.head().edge.size

    def store(self) -> SqliteStore:
        return SqliteStore(self.folder / "log.sqlite", only_reading=True)

    def copy(self, folder: Path) -> Told:
        """The same log elsewhere, to be tampered with."""
        shutil.copytree(self.folder, folder)
        return Told(folder, self.responses, self.keys, self.vkey, self.dsse)

    def entries(self) -> Iterator[log.LogEntry]:
        with closing(self.store()) as store:
            for group in store.groups(0, store.head().edge.size):
                yield from map(log.LogEntry.FromString, group.entries)

    def tamper(self, statement: str, *of: object) -> None:
        """Change the store with a statement of SQL, as whoever has the disk can."""
        with closing(sqlite3.connect(self.folder / "log.sqlite")) as connection:
            connection.execute(statement, of)
            connection.commit()


def made_in(engine: Engine, folder: Path) -> Told:
    """Ask every kind of question, and close the log."""
    with recorded(engine, folder) as made:
        responses = dict(_asked(made))
        assert not made.faults
        vkey, key = made.signer.public
        told = Told(folder, responses, made.keys, vkey, key.keyval["public"])
    return told


def _asked(made: Recorded) -> Iterator[tuple[str, bytes]]:
    point = made.point
    yield "permit", _decide(point, question())
    yield "hold", _decide(point, question(**HELD, user="user-1"))
    yield "deny", _decide(point, question(OUTSIDER))
    yield "not understood", _decide(point, question(facts={"plate": "ABC1234"}))
    yield "no reason", _decide(point, question(reason=None, user="user-2"))
    yield "blank", _decide(point, question(reason="  ", user="user-3"))
    for number in range(5):
        asked = question(reason=f"stolen veh {number}", subject=f"car-{number}")
        yield f"permit {number}", _decide(point, asked)
    asked = question(user="user-4")
    held = question(**HELD, user="user-5")
    yield "batch", _many(point, asked, question(OUTSIDER), held, asked)
    yield "search", _search(point, question(user="user-18"))
    yield from _proven(point)
    yield from _retried(point)


def _decide(point: Point, asked: q.Question, request_id: str = "") -> bytes:
    _decide.count += 1  # type: ignore[attr-defined]
    request_id = request_id or f"request-1{_decide.count:04}"  # type: ignore[attr-defined]
    request = d.DecideRequest(envelope=envelope(request_id), question=asked)
    return point.call("Decide", request.SerializeToString(), caller(asked.requester))


_decide.count = 0  # type: ignore[attr-defined]


def _many(point: Point, *asked: q.Question) -> bytes:
    request = d.DecideManyRequest(envelope=envelope("batch-0001"), questions=asked)
    by = caller(PD, CallerRole.VENDOR, *{one.requester for one in asked})
    return point.call("DecideMany", request.SerializeToString(), by)


def _search(point: Point, asked: q.Question) -> bytes:
    asked.ClearField("owner")
    request = d.DecideSearchRequest(
        envelope=envelope("search-0001"), question=asked, listed=d.OwnerList(keys=OTHERS)
    )
    return point.call("DecideSearch", request.SerializeToString(), caller())


def _proven(point: Point) -> Iterator[tuple[str, bytes]]:
    """A HOLD that a reviewer settles, and one of the reviewer's own, which he does not."""
    for name, user in (("settled", "user-17"), ("not settled", REVIEWER)):
        asked = question(**HELD, user=user, subject=f"car of {user}")
        request_id = f"request-of-{user}"
        digest = answer(_decide(point, asked, request_id)).request_digest
        point.sign(PD, "records_supervisor", SaidReview(RULE, cleared=True), digest)
        yield name, _decide(point, asked, request_id)


def _retried(point: Point) -> Iterator[tuple[str, bytes]]:
    """A question that was refused before in other words."""
    barred = question(purpose="traffic_enforcement", subject="a-car", user="user-6")
    yield "first words", _decide(point, barred)
    asked = question(subject="a-car", user="user-6")
    held = _decide(point, asked, "request-retried")
    yield "other words", held
    said = SaidFact("request.purpose", "stolen_vehicle")
    point.sign(PD, "owner_supervisor", said, answer(held).request_digest)
    yield "attested words", _decide(point, asked, "request-retried")


class Shipped:
    """The shipped policies, as a version of the digest that these points say."""

    def files(self, digest: str) -> Mapping[str, bytes] | None:
        return shipped_files() if digest == POLICY else None

    def digests(self) -> tuple[str, ...]:
        return (POLICY,)


def libraries(cache: Path, *, by_reference: bool = False) -> Libraries:
    return Libraries(Shipped(), by_reference, Cache(cache))


def answer(response: bytes) -> a.Answer:
    return d.DecideResponse.FromString(response).answer


__all__ = ["NOW", "OTHERS", "POLICY", "Told", "answer", "libraries", "made_in"]
