"""Payloads read as statements, strictly: nothing missing, nothing beside, in one spelling."""

from __future__ import annotations

import datetime
import re

from ...dsl.diagnostics import listed
from ...engine.json_text import Json
from ..proof import Vouching
from . import fields
from .fields import known_keys, object_in, refuse
from .statements import (
    LEVELS,
    Deleted,
    OfCase,
    OfInstrument,
    OfRelease,
    OfRequest,
    OfStatement,
    Recalled,
    Said,
    SaidDuty,
    SaidFact,
    SaidInstrument,
    SaidReview,
    Statement,
    StatementKind,
    StatementSubject,
    TakenBack,
    canonical,
    payload_of,
)

MAX_PAYLOAD = 3000  # bytes; a statement says one thing
MAX_LIFE = datetime.timedelta(days=366)
MAX_HOLDERS = 16  # of one recall
_RELEASE = re.compile(r"[0-9a-f]{32}")

_COMMON = ("kind", "subject", "voucher", "issued")
_OF_KIND = {
    StatementKind.FACT: ("fact", "value", "level", "expires"),
    StatementKind.INSTRUMENT: ("instrument", "level", "expires"),
    StatementKind.REVIEW: ("rule", "decision", "expires"),
    StatementKind.DUTY: ("duty", "expires"),
    StatementKind.WITHDRAWAL: (),
    StatementKind.RECALL: ("why", "from", "holders", "answer_by"),
    StatementKind.DELETION: ("deleted",),
}
_FURTHER_OF_KIND = {StatementKind.FACT: ("about",), StatementKind.DELETION: ("kept",)}
_SUBJECTS_OF_KIND = {
    StatementKind.FACT: ("request", "case"),
    StatementKind.INSTRUMENT: ("request", "instrument"),
    StatementKind.REVIEW: ("request",),
    StatementKind.DUTY: ("request",),
    StatementKind.WITHDRAWAL: ("statement",),
    StatementKind.RECALL: ("release",),
    StatementKind.DELETION: ("release",),
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
    further = _FURTHER_OF_KIND.get(kind, ())
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
    if "release" in raw:
        return OfRelease(_release(raw, where))
    where = f"{where}/case"
    case = object_in(raw["case"], where)
    known_keys(case, ("agency", "number"), where)
    return OfCase(fields.text(case, "agency", where), fields.text(case, "number", where))


def _release(raw: dict[str, Json], where: str) -> str:
    found = fields.text(raw, "release", where)
    if not _RELEASE.fullmatch(found):
        refuse(f"{where}/release", "no release id", "write its 32 digits and letters from a to f")
    return found


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
        case StatementKind.RECALL:
            return _recalled(raw)
        case StatementKind.DELETION:
            return _deleted(raw)


def _recalled(raw: dict[str, Json]) -> Recalled:
    where, holders = "payload/holders", raw["holders"]
    if not isinstance(holders, list) or not 0 < len(holders) <= MAX_HOLDERS:
        refuse(where, f"not a list of 1 to {MAX_HOLDERS} bodies", "name who has the copy")
    keys = [fields.text({str(at): key}, str(at), where) for at, key in enumerate(holders)]
    if sorted(set(keys)) != keys:
        refuse(where, "not in order, or one stands twice", "sort the keys, each once")
    return Recalled(
        fields.text(raw, "why", "payload"),
        fields.instant(raw, "from", "payload"),
        tuple(keys),
        fields.instant(raw, "answer_by", "payload"),
    )


def _deleted(raw: dict[str, Json]) -> Deleted:
    at = fields.instant(raw, "deleted", "payload")
    if "kept" not in raw:
        return Deleted(at)
    where = "payload/kept"
    kept = object_in(raw["kept"], where)
    known_keys(kept, ("what", "retention"), where)
    return Deleted(at, fields.text(kept, "what", where), fields.text(kept, "retention", where))


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
