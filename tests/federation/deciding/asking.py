"""Questions about the shipped library, and a decision point with evidence of its own."""

from __future__ import annotations

import datetime
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypedDict

from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level
from platelaw.engine.cache import Cache
from platelaw.engine.decision import Engine
from platelaw.engine.library import shipped, shipped_registry
from platelaw.engine.loading import Loader
from platelaw.federation.call import Call
from platelaw.federation.caller import Caller, CallerRole
from platelaw.federation.deciding.copies import Copies
from platelaw.federation.deciding.handlers import DECISIONS, handlers
from platelaw.federation.deciding.point import DecisionPoint
from platelaw.federation.deciding.recording import Recording
from platelaw.federation.evidence import envelopes
from platelaw.federation.evidence.statements import OfRequest, Said, SaidFact, Statement
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.evidence.weighing import weigh
from platelaw.federation.identity.signers import Signer, Signers
from platelaw.federation.identity.tables import State
from platelaw.federation.later import Later
from platelaw.federation.log.keys import LogKeys
from platelaw.federation.messages import REVISION
from platelaw.federation.proof import Vouching
from platelaw.federation.snapshot import PolicySnapshot, Snapshots
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

NOW = datetime.datetime(2026, 11, 26, 17, 12, 30, 250_000, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)
PD = "CT/darien-pd"
OUTSIDER = "TX/austin-pd"
NEIGHBOR = "CT/avon-pd"
SHARER = "CT/openbridge-pd"  # lets every body of its state have its data


class Words(TypedDict):
    """What a requester says that a person must read."""

    reason: str
    purpose: str


HELD: Words = {"reason": "HSI child exploitation", "purpose": "child_exploitation"}
NOBODY = ("request.recipients", "request.on_behalf_of", "user.directed_by", "request.claims")


@cache
def engine(cache_folder: Path) -> Engine:
    registry = shipped_registry()
    library = Loader(Cache(cache_folder)).load((), registry.bodies.keys()).checked.library
    assert library is not None
    return Engine(library, registry)


def texts() -> dict[str, str]:
    folder = shipped()
    assert isinstance(folder, Path)
    return {str(f.relative_to(folder)): f.read_text("utf-8") for f in folder.rglob("*.policy")}


def caller(agency: str = PD, role: CallerRole = CallerRole.OFFICER_PLATFORM, *acts: str) -> Caller:
    spiffe_id = f"spiffe://ct.example/agency/{agency}/role/{role.value}"
    return Caller(spiffe_id, agency, role, "01", NOW + DAY, frozenset(acts))


def question(
    requester: str = PD,
    owner: str = PD,
    *,
    reason: str | None = "stolen veh",
    purpose: str = "stolen_vehicle",
    facts: Mapping[str, str] | None = None,
    act: str = "search",
    data: tuple[str, ...] = ("alpr_data",),
    user: str = "user-17",
    subject: str = "",
) -> q.Question:
    """A search such as a platform sends, with the case stated."""
    stated = {"case.number": "26-1234", "case.offense": "larceny of a motor vehicle"}
    asked = q.Question(
        requester=requester,
        owner=owner,
        act=act,
        data=data,
        user=user,
        subject=subject,
        period=q.Period(since="2026-11-20", until="2026-11-26"),
        instruments=q.Instruments(),
        facts=[
            q.Fact(name="request.purpose", word=purpose),
            *(q.Fact(name=name, members=q.Members()) for name in NOBODY),
            *(q.Fact(name=n, word=w) for n, w in (stated | dict(facts or {})).items()),
        ],
    )
    if reason is not None:
        asked.reason = reason
    return asked


PATIENCE = 20.0  # seconds for which a test waits for the log


def envelope(request_id: str = "request-0001", now: datetime.datetime = NOW) -> d.Envelope:
    found = d.Envelope(revision=REVISION, request_id=request_id, nonce=os.urandom(16))
    found.issued_at.FromDatetime(now)
    return found


@dataclass
class Point:
    """A decision point whose clock is told, and whose supervisors can be asked to sign."""

    engine: Engine
    folder: Path
    recording: Recording | None = None
    issued_at: datetime.datetime = NOW
    logs: LogKeys = field(default_factory=LogKeys)
    development: bool = False
    alarms: list[Exception] = field(default_factory=list[Exception])

    def __post_init__(self) -> None:
        self.keys = {
            (agency, role): CryptoSigner.generate_ecdsa()
            for agency in (PD, OUTSIDER, NEIGHBOR, SHARER)
            for role in ("records_supervisor", "owner_supervisor", "requester_supervisor")
        }
        signers = [
            Signer(key.public_key, agency, role, "lieutenant-1", Level.ATTESTATION, State.GOOD,
                   NOW - DAY, NOW + 30 * DAY)
            for (agency, role), key in self.keys.items()
        ]  # fmt: skip
        self.signers = Signers({signer.key.keyid: signer for signer in signers})
        self.store = EvidenceStore(self.folder / "evidence.sqlite", self.signers)
        snapshot = PolicySnapshot(
            self.engine,
            "d" * 64,
            self.issued_at,
            NOW,
            texts(),
            development=self.development,
            logs=self.logs,
        )
        self.point = DecisionPoint(
            Snapshots(snapshot),
            self.store.proofs,
            self.store.holds,
            self.store.refusals,
            self.recording,
            self.alarms.append,
            copies=Copies(self.store.releases),
        )
        self.handlers = handlers(self.point)

    def call(self, method: str, data: bytes, by: Caller, now: datetime.datetime = NOW) -> bytes:
        name = method if method.startswith("/") else f"{DECISIONS}/{method}"
        answered = self.handlers[name](Call(by, name, now), data)
        return answered.wait(PATIENCE) if isinstance(answered, Later) else answered

    def decide(
        self,
        asked: q.Question,
        by: Caller | None = None,
        *,
        request_id: str = "request-0001",
        now: datetime.datetime = NOW,
        keeps_copy: bool = False,
    ) -> a.Answer:
        request = d.DecideRequest(envelope=envelope(request_id, now), question=asked)
        request.envelope.keeps_copy = keeps_copy
        by = by or caller(asked.requester)
        return d.DecideResponse.FromString(
            self.call("Decide", request.SerializeToString(), by, now)
        ).answer

    def decide_search(
        self,
        asked: q.Question,
        owners: list[str],
        by: Caller | None = None,
        *,
        request_id: str = "request-0001",
    ) -> d.DecideSearchResponse:
        request = d.DecideSearchRequest(
            envelope=envelope(request_id), question=asked, listed=d.OwnerList(keys=owners)
        )
        answered = self.call("DecideSearch", request.SerializeToString(), by or caller())
        return d.DecideSearchResponse.FromString(answered)

    def sign(self, agency: str, role: str, said: Said, digest: bytes) -> None:
        """A statement of a supervisor about a question, taken in."""
        by = Vouching(agency, role, "lieutenant-1")
        level = Level.ATTESTATION if isinstance(said, SaidFact) else None
        statement = Statement(OfRequest(digest.hex()), said, by, NOW, NOW + DAY, level)
        sent = envelopes.signed(statement, self.keys[agency, role])
        self.store.proofs.keep(weigh(envelopes.opened(sent), self.signers), sent, NOW)
