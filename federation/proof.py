"""What is proven beside a question: the form in which evidence on file reaches a decision.

Levels of proof stand here as computed from envelopes and the registry, never as stated.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from ..engine.json_text import Json


@dataclass(frozen=True, slots=True)
class Vouching:
    """Who stands behind a statement, as the registry says of the key that signed it."""

    agency: str
    role: str
    user: str


@dataclass(frozen=True, slots=True)
class ProvenFact:
    """One value of one fact.

    Attributes:
        name: The fact.
        value: Its value, as a request file writes it.
        level: ``attestation`` or ``verification``.
        by: Who vouches.
        about: The recipient for whom it counts, the requester if empty.
        issued: When it was signed, in UTC.
        expires: Until when it counts, in UTC.
        withdrawn: Whether it was taken back.
    """

    name: str
    value: Json
    level: str
    by: Vouching
    about: str
    issued: datetime.datetime
    expires: datetime.datetime
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class ProvenPaper:
    """What a court or the owner's custodian found in an instrument.

    Attributes:
        id: The id under which the instrument is presented.
        fields: What it says, as an instrument of a request file; what it says here counts.
        by: Who verified it.
        withdrawn: Whether the word was taken back.
    """

    id: str
    fields: dict[str, Json]
    by: Vouching
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A reviewer's word on one rule for one question."""

    rule: str
    cleared: bool
    by: Vouching


@dataclass(frozen=True, slots=True)
class Discharged:
    """A duty that was done for one question."""

    duty: str
    by: Vouching


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything on file that speaks to one question."""

    facts: tuple[ProvenFact, ...] = ()
    papers: tuple[ProvenPaper, ...] = ()
    reviews: tuple[Reviewed, ...] = ()
    duties: tuple[Discharged, ...] = ()

    def vouchers(self) -> Iterator[Vouching]:
        """Everyone who stands behind some of it."""
        yield from (fact.by for fact in self.facts)
        yield from (paper.by for paper in self.papers)
        yield from (review.by for review in self.reviews)
        yield from (duty.by for duty in self.duties)


class Subject(msgspec.Struct, frozen=True, gc=False):
    """What statements may speak about so that they count for a question. One is made for each.

    Attributes:
        digest: The request digest, 32 bytes.
        requester: The registry key of who asks.
        owner: The registry key of whose data it is.
        case: The case number stated, empty if none.
        instruments: The ids of the instruments presented.
    """

    digest: bytes
    requester: str
    owner: str
    case: str = ""
    instruments: tuple[str, ...] = ()


class ProofOnFile(Protocol):
    """Where proof is looked up; asked for every question, so it must cost next to nothing."""

    def about(self, subject: Subject, now: datetime.datetime) -> Proof | None:
        """The proof on file, or None if there is none.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        ...


# HOLDs and retries ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A HOLD on file.

    Attributes:
        id: Its id.
        request_id: The id by which the caller resumes it.
        caller: The registry key of the body that sent it.
        requester: Who asks.
        owner: Whose it is to settle.
        act: For what.
        data: On which kinds of data.
        purpose: The purpose stated, empty if none.
        digest: The request digest, 32 bytes.
        question: The question, a serialized ``platelaw.v1.Question``.
        explanation: The answer's explanation in the owner's view, serialized.
        asked_at: When it was asked first, in UTC.
        deadline: By when the owner answers, in UTC.
        is_open: Whether it still waits.
    """

    id: str
    request_id: str
    caller: str
    requester: str
    owner: str
    act: str
    data: tuple[str, ...]
    purpose: str
    digest: bytes
    question: bytes
    explanation: bytes
    asked_at: datetime.datetime
    deadline: datetime.datetime
    is_open: bool = True


class HoldBook(Protocol):
    """Where HOLDs are kept until somebody settles them."""

    def file(self, held: Held) -> Held:
        """Keep a HOLD; the one already on file for this caller, request id and owner, if any.

        Raises:
            RefusedCallError: The request id is on file for another question (ALREADY_EXISTS).
        """
        ...

    def file_all(self, held: Iterable[Held]) -> Sequence[Held]:
        """Keep the HOLDs of one call, all or none.

        Raises:
            RefusedCallError: A request id is on file for another question (ALREADY_EXISTS).
        """
        ...

    def close(self, held: Held, now: datetime.datetime) -> None:
        """The same request was answered otherwise: it waits no more."""
        ...

    def find(self, caller: str, request_id: str, owner: str | None = None) -> Sequence[Held]:
        """The HOLDs of one caller under one request id."""
        ...


@dataclass(frozen=True, slots=True)
class Attempt:
    """One question as purpose shopping would see it, whoever's data it asks for.

    Attributes:
        requester: Who asks.
        user: The opaque name of the person, empty if not said.
        act: For what.
        subject: The commitment to what is searched for, empty if not said.
        asserted: A digest of each thing that the requester asserts: every fact, and the reason.
        at: When, in UTC.
    """

    requester: str
    user: str
    act: str
    subject: str
    asserted: frozenset[bytes]
    at: datetime.datetime


class Refusals(Protocol):
    """What was refused, so that a retry in other words is seen for what it is."""

    def any_like(self, requester: str, user: str, act: str, subject: str) -> bool:
        """Whether anything that may have been the same was refused; asked for every question."""
        ...

    def note(self, attempt: Attempt) -> None:
        """An attempt was answered HOLD or DENY."""
        ...

    def retries(self, attempt: Attempt) -> int:
        """How many refused attempts for the same thing asserted what is taken back or changed now.

        What only adds to what was asserted is no retry: something was missing.
        """
        ...
