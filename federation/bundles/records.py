"""The record of a decided ``enable``: what a switch or an agreement turns on, and until when.

A record lies in the folder of the owner, or of the agreement that it turns on, and is signed with
it. It holds the question, the proof and the answer, so that every client can decide it again. What
a record says of its own answer is not believed.
"""

from __future__ import annotations

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf import json_format

from ..v1.question_pb2 import Question
from .layout import RECORD, Part, Place, place_of_file

FORM = 1
ENABLE = "enable"
LONGEST = datetime.timedelta(days=366)  # a year at most, a leap year too
PERMIT = "PERMIT"
_FIRST_YEAR, _LAST_YEAR = 2000, 2999

_NO_RECORD = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class RecordError(ValueError):
    """A file that is no record of a decided ``enable``."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record.

    Attributes:
        question: What was asked, in protobuf form: who, whose data, for what.
        partner: The registry key of who gets access.
        starts: From when, in UTC; the moment of the decision too.
        expires: Until when, in UTC.
        statements: The signed statements that prove facts of it, as DSSE envelopes.
        outcome: What was answered.
        decision: SHA-256 of the answer, in hexadecimal.
        known_as_of: The digest of the library that answered.
        doors: What it opens, as the flow engine told it then.
    """

    question: Question
    partner: str
    starts: datetime.datetime
    expires: datetime.datetime
    statements: tuple[str, ...]
    outcome: str
    decision: str
    known_as_of: str
    doors: Mapping[str, Any]

    @property
    def owner(self) -> str:
        """The registry key of whose data it is."""
        return self.question.owner

    @property
    def lasts(self) -> datetime.timedelta:
        """For how long."""
        return self.expires - self.starts

    def as_bytes(self) -> bytes:
        """The file."""
        return (json.dumps(self._plain(), indent=2, sort_keys=True) + "\n").encode()

    def _plain(self) -> dict[str, Any]:
        return {
            "form": FORM,
            "question": json_format.MessageToDict(self.question, preserving_proto_field_name=True),
            "partner": self.partner,
            "starts": self.starts.isoformat(),
            "expires": self.expires.isoformat(),
            "statements": list(self.statements),
            "outcome": self.outcome,
            "decision": self.decision,
            "known_as_of": self.known_as_of,
            "doors": dict(self.doors),
        }


def read_record(path: str, data: bytes) -> Record:
    """The record of a file, which fits its place and lasts a year at most.

    Raises:
        RecordError: It does not.
    """
    try:
        record = _read(json.loads(data))
    except (json_format.Error, *_NO_RECORD) as fault:
        raise RecordError(f"{path}: no record of a decided `{ENABLE}`: {fault}") from fault
    wrong = _wrong(record, place_of_file(path))
    if wrong:
        raise RecordError(f"{path}: {wrong}")
    return record


def _read(plain: Any) -> Record:
    if plain["form"] != FORM:
        raise ValueError(f"form {plain['form']} is not known")
    question = json_format.ParseDict(plain["question"], Question())
    return Record(
        question,
        _text(plain["partner"]),
        _moment(plain["starts"]),
        _moment(plain["expires"]),
        tuple(map(_text, plain["statements"])),
        _text(plain["outcome"]),
        _text(plain["decision"]),
        _text(plain["known_as_of"]),
        dict(plain["doors"]),
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _moment(text: str) -> datetime.datetime:
    found = datetime.datetime.fromisoformat(text)
    if found.utcoffset() != datetime.timedelta(0):
        raise ValueError(f"{text} is not in UTC")
    if not _FIRST_YEAR <= found.year <= _LAST_YEAR:
        raise ValueError(f"{text} is no time of a record")
    return found


def _wrong(record: Record, place: Place) -> str:
    """What does not fit, or nothing."""
    question = record.question
    parties = {record.owner, record.partner}
    if question.act != ENABLE or question.requester != record.owner:
        return f"not the owner's own `{ENABLE}`"
    if record.owner not in place.parties:
        return f"of the data of {record.owner}, whose place is not {place.folder}"
    if place.part is Part.AGREEMENT and parties != set(place.parties):
        return f"between {record.owner} and {record.partner}, who are not the parties"
    if record.outcome != PERMIT:
        return f"the answer was {record.outcome}; only a PERMIT turns anything on"
    if record.lasts > LONGEST:
        return f"lasts {record.lasts.days} days; standing access ends after {LONGEST.days} at most"
    if record.lasts <= datetime.timedelta(0):
        return "ends before it begins"
    return ""


def records_of(files: Mapping[str, bytes]) -> dict[str, Record]:
    """Every record among files, by path.

    Raises:
        RecordError: One is none.
    """
    return {
        path: read_record(path, data)
        for path, data in sorted(files.items())
        if path.endswith(RECORD)
    }


def digest_of_answer(answer: Mapping[str, Any]) -> str:
    """SHA-256 of an answer in JSON."""
    text = json.dumps(answer, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
