"""Signed statements: who says what about which request, case or instrument.

A statement is the payload of an envelope (``envelopes``): canonical JSON, keys sorted, no blanks.
What a statement says of its own weight counts for nothing: see ``weighing``.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias

from ...dsl.syntax import Level
from ...engine.json_text import Json
from ..proof import Vouching
from .fields import instant_text

LEVELS = {level.value: level for level in (Level.ATTESTATION, Level.VERIFICATION)}


class StatementKind(Enum):
    """What a statement does."""

    FACT = "fact"
    INSTRUMENT = "instrument"
    REVIEW = "review"
    DUTY = "duty"
    WITHDRAWAL = "withdrawal"
    RECALL = "recall"
    DELETION = "deletion"


FOR_GOOD = frozenset({StatementKind.WITHDRAWAL, StatementKind.RECALL, StatementKind.DELETION})
"""What is never taken back."""


# What it is about ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class OfRequest:
    """One request, by the digest of its question."""

    digest: str

    @property
    def place(self) -> str:
        """Where statements about it are found."""
        return f"request:{self.digest}"

    @property
    def plain(self) -> dict[str, Json]:
        """As JSON."""
        return {"request": self.digest}


@dataclass(frozen=True, slots=True)
class OfCase:
    """One case, by the number that an agency gave it: counts for that agency's requests."""

    agency: str
    number: str

    @property
    def place(self) -> str:
        """Where statements about it are found."""
        return f"case:{self.agency} {self.number}"

    @property
    def plain(self) -> dict[str, Json]:
        """As JSON."""
        return {"case": {"agency": self.agency, "number": self.number}}


@dataclass(frozen=True, slots=True)
class OfInstrument:
    """One instrument, by the id under which requests present it."""

    id: str

    @property
    def place(self) -> str:
        """Where statements about it are found."""
        return f"instrument:{self.id}"

    @property
    def plain(self) -> dict[str, Json]:
        """As JSON."""
        return {"instrument": self.id}


@dataclass(frozen=True, slots=True)
class OfStatement:
    """An earlier statement, by its id."""

    id: str

    @property
    def place(self) -> str:
        """Where statements about it are found."""
        return f"statement:{self.id}"

    @property
    def plain(self) -> dict[str, Json]:
        """As JSON."""
        return {"statement": self.id}


@dataclass(frozen=True, slots=True)
class OfRelease:
    """One release, by the id that its copy carries, in hexadecimal."""

    id: str

    @property
    def place(self) -> str:
        """Where statements about it are found."""
        return f"{RELEASE}{self.id}"

    @property
    def plain(self) -> dict[str, Json]:
        """As JSON."""
        return {"release": self.id}


RELEASE = "release:"  # begins the places of releases
StatementSubject: TypeAlias = OfRequest | OfCase | OfInstrument | OfStatement | OfRelease

# What it says ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SaidFact:
    """A value of a fact, and the recipient for whom it counts (the requester if empty)."""

    fact: str
    value: Json
    about: str = ""


@dataclass(frozen=True, slots=True)
class SaidInstrument:
    """What an instrument says, in the fields of a request file.

    Whether it ``covers`` what is asked depends on what is asked: such a statement is about one
    request.
    """

    id: str
    fields: dict[str, Json]


@dataclass(frozen=True, slots=True)
class SaidReview:
    """A reviewer's word on one rule."""

    rule: str
    cleared: bool


@dataclass(frozen=True, slots=True)
class SaidDuty:
    """A duty is done."""

    duty: str


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The earlier statement counts no more."""


@dataclass(frozen=True, slots=True)
class Recalled:
    """An owner wants a release undone: nothing of it may go on, and its holders are to delete it.

    Attributes:
        why: Why, for the holders to read.
        counts_from: From when.
        holders: Who is to answer, by registry key.
        answer_by: By when.
    """

    why: str
    counts_from: datetime.datetime
    holders: tuple[str, ...]
    answer_by: datetime.datetime


@dataclass(frozen=True, slots=True)
class Deleted:
    """A holder's word that a copy is deleted.

    Attributes:
        at: When it was.
        kept: What of it is kept all the same; empty if nothing.
        retention: Under which retention that is; empty if nothing is kept.
    """

    at: datetime.datetime
    kept: str = ""
    retention: str = ""


Said: TypeAlias = SaidFact | SaidInstrument | SaidReview | SaidDuty | TakenBack | Recalled | Deleted
_KINDS: dict[type[Said], StatementKind] = {
    SaidFact: StatementKind.FACT,
    SaidInstrument: StatementKind.INSTRUMENT,
    SaidReview: StatementKind.REVIEW,
    SaidDuty: StatementKind.DUTY,
    TakenBack: StatementKind.WITHDRAWAL,
    Recalled: StatementKind.RECALL,
    Deleted: StatementKind.DELETION,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        subject: What it is about.
        said: What it says.
        by: Who vouches, as it claims.
        issued: When it was signed, as it claims, in UTC.
        expires: Until when it counts; None for what counts for good.
        claimed: The level of proof that it claims; None where levels do not matter.
    """

    subject: StatementSubject
    said: Said
    by: Vouching
    issued: datetime.datetime
    expires: datetime.datetime | None = None
    claimed: Level | None = None

    @property
    def kind(self) -> StatementKind:
        """What it does."""
        return _KINDS[type(self.said)]


# Writing ---------------------------------------------------------------------------------------


def payload_of(statement: Statement) -> bytes:
    """The canonical bytes of a statement: what is signed."""
    plain: dict[str, Json] = {
        "kind": statement.kind.value,
        "subject": statement.subject.plain,
        "voucher": {
            "agency": statement.by.agency,
            "role": statement.by.role,
            "user": statement.by.user,
        },
        "issued": instant_text(statement.issued),
        **_said_plain(statement.said),
    }
    if statement.expires is not None:
        plain["expires"] = instant_text(statement.expires)
    if statement.claimed is not None:
        plain["level"] = statement.claimed.value
    return canonical(plain)


def canonical(plain: dict[str, Json]) -> bytes:
    """JSON in its one spelling."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def statement_id(payload: bytes) -> str:
    """The id of a statement: the SHA-256 of its payload, in hexadecimal."""
    return hashlib.sha256(payload).hexdigest()


def _said_plain(said: Said) -> dict[str, Json]:
    match said:
        case SaidFact():
            about: dict[str, Json] = {"about": said.about} if said.about else {}
            return {"fact": said.fact, "value": said.value, **about}
        case SaidInstrument():
            return {"instrument": {"id": said.id, **said.fields}}
        case SaidReview():
            return {"rule": said.rule, "decision": "cleared" if said.cleared else "refused"}
        case SaidDuty():
            return {"duty": said.duty}
        case TakenBack():
            return {}
        case Recalled():
            holders: list[Json] = list(said.holders)
            return {
                "why": said.why,
                "from": instant_text(said.counts_from),
                "holders": holders,
                "answer_by": instant_text(said.answer_by),
            }
        case Deleted():
            kept: dict[str, Json] = {"what": said.kept, "retention": said.retention}
            return {"deleted": instant_text(said.at), **({"kept": kept} if said.kept else {})}
