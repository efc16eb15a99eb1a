"""Invented signers, a clock that is told, and statements that they sign."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass, field, replace
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from platelaw.dsl.syntax import Level
from platelaw.federation.evidence import envelopes
from platelaw.federation.evidence.statements import (
    OfRequest,
    OfStatement,
    Said,
    SaidFact,
    Statement,
    StatementSubject,
    TakenBack,
)
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.evidence.weighing import weigh
from platelaw.federation.identity.signers import Signer, Signers
from platelaw.federation.identity.tables import State
from platelaw.federation.proof import Held, Subject, Vouching

NOW = datetime.datetime(2026, 11, 26, 17, 0, tzinfo=datetime.UTC)
HOUR = datetime.timedelta(hours=1)
DAY = datetime.timedelta(days=1)

OWNER = "CT/darien-pd"
REQUESTER = "CT/norwalk-pd"
COURT = "CT/superior-court"


def digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


@dataclass
class Person:
    """Somebody with a key."""

    agency: str
    role: str
    user: str
    key: CryptoSigner = field(default_factory=CryptoSigner.generate_ed25519)
    highest: Level = Level.VERIFICATION
    state: State = State.GOOD
    valid_from: datetime.datetime = NOW - 30 * DAY
    valid_until: datetime.datetime = NOW + 300 * DAY

    @property
    def vouching(self) -> Vouching:
        return Vouching(self.agency, self.role, self.user)

    @property
    def signer(self) -> Signer:
        return Signer(
            self.key.public_key, self.agency, self.role, self.user, self.highest, self.state,
            self.valid_from, self.valid_until,
        )  # fmt: skip

    def says(
        self,
        said: Said,
        subject: StatementSubject,
        *,
        level: Level | None = None,
        issued: datetime.datetime = NOW,
        lasts: datetime.timedelta = DAY,
    ) -> Statement:
        return Statement(subject, said, self.vouching, issued, issued + lasts, level)

    def sign(self, statement: Statement) -> bytes:
        return envelopes.signed(statement, self.key)

    def attests(
        self,
        fact: str = "case.active",
        value: bool = True,
        of: str = "a search",
        *,
        level: Level = Level.ATTESTATION,
        issued: datetime.datetime = NOW,
        lasts: datetime.timedelta = DAY,
    ) -> bytes:
        subject = OfRequest(digest(of).hex())
        said = SaidFact(fact, value)
        return self.sign(self.says(said, subject, level=level, issued=issued, lasts=lasts))

    def withdraws(self, envelope: bytes, issued: datetime.datetime = NOW) -> bytes:
        subject = OfStatement(envelopes.opened(envelope).id)
        return self.sign(Statement(subject, TakenBack(), self.vouching, issued))


@dataclass
class Register:
    """A register of signers that can change."""

    people: list[Person] = field(default_factory=list[Person])

    def find(self, key_id: str) -> Signer | None:
        return Signers({p.key.public_key.keyid: p.signer for p in self.people}).find(key_id)


def keep(store: EvidenceStore, register: Register, *sent: bytes) -> list[str]:
    """Take statements in, as the service does once it has checked their words."""
    ids: list[str] = []
    for envelope in sent:
        weighed = weigh(envelopes.opened(envelope), register)
        store.proofs.keep(weighed, envelope, NOW)
        ids.append(weighed.id)
    return ids


def asks(of: str = "a search", *, case: str = "", instruments: tuple[str, ...] = ()) -> Subject:
    return Subject(digest(of), REQUESTER, OWNER, case, instruments)


def held(of: str = "a search", **changes: object) -> Held:
    one = Held(
        id=f"hold-{of}",
        request_id=f"request-{of}",
        caller=REQUESTER,
        requester=REQUESTER,
        owner=OWNER,
        act="search",
        data=("alpr_data",),
        purpose="stolen_vehicle",
        digest=digest(of),
        question=b"",
        explanation=b"",
        asked_at=NOW,
        deadline=NOW + HOUR,
    )
    return replace(one, **changes)  # type: ignore[arg-type]  # names are checked by replace


def store_at(folder: Path, register: Register) -> EvidenceStore:
    return EvidenceStore(folder / "evidence.sqlite", register)
