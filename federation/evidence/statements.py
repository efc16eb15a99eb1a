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

from ...dsl.diagnostics import listed
from ...dsl.syntax import Level
from ...engine.json_text import Json
from ..proof import Vouching
from . import fields
from .fields import instant_text, known_keys, object_in, refuse

MAX_PAYLOAD = 3000  # bytes; a statement says one thing
MAX_LIFE = datetime.timedelta(days=366)
LEVELS = {level.value: level for level in (Level.ATTESTATION, Level.VERIFICATION)}


class StatementKind(Enum):
    """What a statement does."""

    FACT = "fact"
    INSTRUMENT = "instrument"
    REVIEW = "review"
    DUTY = "duty"
    WITHDRAWAL = "withdrawal"


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


StatementSubject: TypeAlias = OfRequest | OfCase | OfInstrument | OfStatement

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


Said: TypeAlias = SaidFact | SaidInstrument | SaidReview | SaidDuty | TakenBack
_KINDS: dict[type[Said], StatementKind] = {
    SaidFact: StatementKind.FACT,
    SaidInstrument: StatementKind.INSTRUMENT,
    SaidReview: StatementKind.REVIEW,
    SaidDuty: StatementKind.DUTY,
    TakenBack: StatementKind.WITHDRAWAL,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement.

    Attributes:
        subject: What it is about.
        said: What it says.
        by: Who vouches, as it claims.
        issued: When it was signed, as it claims, in UTC.
        expires: Until when it counts; None for a withdrawal, which counts for good.
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


# Reading ---------------------------------------------------------------------------------------

_COMMON = ("kind", "subject", "voucher", "issued")
_OF_KIND = {
    StatementKind.FACT: ("fact", "value", "level", "expires"),
    StatementKind.INSTRUMENT: ("instrument", "level", "expires"),
    StatementKind.REVIEW: ("rule", "decision", "expires"),
    StatementKind.DUTY: ("duty", "expires"),
    StatementKind.WITHDRAWAL: (),
}
_SUBJECTS_OF_KIND = {
    StatementKind.FACT: ("request", "case"),
    StatementKind.INSTRUMENT: ("request", "instrument"),
    StatementKind.REVIEW: ("request",),
    StatementKind.DUTY: ("request",),
    StatementKind.WITHDRAWAL: ("statement",),
}
_PAPER_FIELDS = ("kind", "from", "issued_to", "probable_cause", "covers", "expires")


def read_statement(payload: bytes) -> Statement:
    """The statement that a payload says.

    Raises:
        RefusedCallError: It cannot be gone by; the place and the mend are told.
    """
    if len(payload) > MAX_PAYLOAD:
        refuse("payload", f"longer than {MAX_PAYLOAD} bytes", "say one thing in a statement")
    raw = fields.object_of(payload, "payload")
    kinds = {kind.value: kind for kind in StatementKind}
    kind = kinds[fields.word(raw, "kind", "payload", kinds)]
    further = ("about",) if kind is StatementKind.FACT else ()
    known_keys(raw, (*_COMMON, *_OF_KIND[kind]), "payload", further=further)
    subject = _subject(raw["subject"], kind)
    issued = fields.instant(raw, "issued", "payload")
    statement = Statement(
        subject,
        _said(raw, kind, subject),
        _voucher(raw["voucher"]),
        issued,
        _expires(raw, issued) if "expires" in raw else None,
        LEVELS[fields.word(raw, "level", "payload", LEVELS)] if "level" in raw else None,
    )
    if canonical(raw) != payload or payload_of(statement) != payload:
        refuse(
            "payload",
            "not in the one spelling that is signed",
            "sort the keys, leave no blanks, write moments without needless zeros",
        )
    return statement


def _subject(value: Json, kind: StatementKind) -> StatementSubject:
    where = "payload/subject"
    raw, allowed = object_in(value, where), _SUBJECTS_OF_KIND[kind]
    known_keys(raw, (), where, further=allowed)
    if len(raw) != 1:
        refuse(where, "not exactly one subject", f"name one: {listed(allowed, 'or')}")
    if "request" in raw:
        return OfRequest(fields.digest(raw, "request", where))
    if "statement" in raw:
        return OfStatement(fields.digest(raw, "statement", where))
    if "instrument" in raw:
        return OfInstrument(fields.text(raw, "instrument", where))
    where = f"{where}/case"
    case = object_in(raw["case"], where)
    known_keys(case, ("agency", "number"), where)
    return OfCase(fields.text(case, "agency", where), fields.text(case, "number", where))


def _voucher(value: Json) -> Vouching:
    where = "payload/voucher"
    raw = object_in(value, where)
    known_keys(raw, ("agency", "role", "user"), where)
    return Vouching(*(fields.text(raw, key, where) for key in ("agency", "role", "user")))


def _expires(raw: dict[str, Json], issued: datetime.datetime) -> datetime.datetime:
    expires = fields.instant(raw, "expires", "payload")
    if expires <= issued:
        refuse("payload/expires", "not after `issued`", "write a later moment")
    if expires - issued > MAX_LIFE:
        refuse(
            "payload/expires",
            f"more than {MAX_LIFE.days} days after `issued`",
            "let it end sooner, and state it anew when it is still true",
        )
    return expires


def _said(raw: dict[str, Json], kind: StatementKind, subject: StatementSubject) -> Said:
    match kind:
        case StatementKind.FACT:
            about = fields.text(raw, "about", "payload") if "about" in raw else ""
            return SaidFact(fields.text(raw, "fact", "payload"), _value(raw["value"]), about)
        case StatementKind.INSTRUMENT:
            return _instrument(raw["instrument"], subject)
        case StatementKind.REVIEW:
            decision = fields.word(raw, "decision", "payload", ("cleared", "refused"))
            return SaidReview(fields.text(raw, "rule", "payload"), decision == "cleared")
        case StatementKind.DUTY:
            return SaidDuty(fields.text(raw, "duty", "payload"))
        case StatementKind.WITHDRAWAL:
            return TakenBack()


def _value(value: Json) -> Json:
    """A value without fractions, which no fact has and which have no one spelling."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, float):
            refuse("payload/value", "a number with a fraction", "write a whole number")
        waiting += item if isinstance(item, list) else []
        waiting += item.values() if isinstance(item, dict) else []
    return value


def _instrument(value: Json, subject: StatementSubject) -> SaidInstrument:
    where = "payload/instrument"
    raw = object_in(value, where)
    known_keys(raw, ("id", "kind"), where, further=_PAPER_FIELDS)
    for key in ("kind", "from", "issued_to", "expires"):
        if key in raw:
            fields.text(raw, key, where)
    for key in ("probable_cause", "covers"):
        if key in raw and not isinstance(raw[key], bool):
            refuse(f"{where}/{key}", "not true or false", "write one of them, or leave it out")
    said = SaidInstrument(
        fields.text(raw, "id", where), {key: raw[key] for key in raw if key != "id"}
    )
    if isinstance(subject, OfInstrument):
        if subject.id != said.id:
            refuse(f"{where}/id", "not the instrument that the subject names", "name one only")
        if "covers" in said.fields:
            refuse(
                f"{where}/covers",
                "whether an instrument covers what is asked depends on what is asked",
                "make the request the subject, or leave it out",
            )
    return said
