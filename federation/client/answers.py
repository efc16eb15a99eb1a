"""What a service answers, as values. Data are released on a PERMIT that still counts only."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...dsl.syntax import Outcome
from ...engine.json_text import Json


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that decided: its full name, its layer, what it cites and what it did."""

    id: str
    title: str
    layer: str
    cites: str
    status: str
    because: str
    state: str


@dataclass(frozen=True, slots=True)
class Need:
    """One thing to be proven, done or read.

    Attributes:
        kind: fact, instrument, review, duty, date or provenance.
        name: The fact, rule or duty.
        about: The recipient for whom it is needed; everyone if empty.
        level: The proof needed.
        roles: The roles that may give it.
    """

    kind: str
    name: str
    about: str
    level: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Duty:
    """What must be done, by whom, by when, and the rule that asks for it."""

    duty: str
    holder: str
    deadline: str
    rule: str
    done: bool


@dataclass(frozen=True, slots=True)
class Onward:
    """To whom the data may go on, for which purposes (any if empty), and until when."""

    to: str
    purposes: tuple[str, ...]
    until: str
    rule: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """Who answers fast, day and night."""

    role: str
    desk: str
    answers_within: str
    rule: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What of a question could not be gone by: where, what is wrong, how to mend it."""

    where: str
    message: str
    help: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer came about, as far as the caller may know.

    Attributes:
        rules: The rules that decided.
        weakest_status: How sure the weakest wording is that the answer rests on.
        settling: Sets of proof; any one of them, whole, would settle the HOLD.
        not_stated: Facts of the requester's own word that are missing.
        routes: What is lawful now.
        duties: What must be done.
        onward: To whom the data may go on. Whoever hands them on hands these terms on with them.
        urgent: Who answers fast.
        faults: What of the question could not be gone by.
        may_apply: The law that may apply where this law does not.
        notes: What the reader should know.
    """

    rules: tuple[Rule, ...] = ()
    weakest_status: str = ""
    settling: tuple[tuple[Need, ...], ...] = ()
    not_stated: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    duties: tuple[Duty, ...] = ()
    onward: tuple[Onward, ...] = ()
    urgent: tuple[Urgent, ...] = ()
    faults: tuple[Fault, ...] = ()
    may_apply: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """A HOLD on file: its id, whose it is to settle, and by when the owner answers."""

    id: str
    owner: str
    deadline: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """Where an answer stands in the log, and the proof of it.

    Attributes:
        origin: The origin of the log.
        index: The index of the entry.
        entry: The entry as it was written.
        hashes: The inclusion proof; that of a batch is split, so that each answer has its own.
        checkpoint: The checkpoint that it ends in, as a signed note.
        signature: The signature of a DSSE envelope around the text of the checkpoint.
        key_id: The key of that signature.
    """

    origin: str
    index: int
    entry: bytes = b""
    hashes: tuple[bytes, ...] = ()
    checkpoint: str = ""
    signature: bytes = b""
    key_id: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer about one question. ``permits`` says whether data may be released on it.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        reason: Why, in one of the words of the semantics.
        explanation: Why, in full.
        request_id: The id under which it was asked; a HOLD is resumed by it.
        decided_at: When, by the clock of the service.
        valid_until: Until when a release may begin; only a PERMIT has one.
        policy_digest: The digest of the policy snapshot that decided.
        request_digest: SHA-256 of the question; statements about it name this.
        release_id: A random id that travels with the data; only a PERMIT has one.
        hold: The HOLD on file, if there is one.
        stale: Whether the snapshot is stale: the answer proves nothing onward.
        development: Whether the service runs on a development identity.
        simulated: Whether suppositions were believed. Such an answer releases nothing.
        recorded: Where the answer is recorded, if the service keeps a log.
        clock_skew: How far the clock of the service surely is ahead of the caller's; negative if
            it is behind. Nothing if the two can be the same.
        development_counts: Whether the client was told to take answers of a development identity.
        message: The answer as a message (``platelaw.v1.Answer``) with its own proof: what
            `platelaw verify` reads, and what is shown as provenance if the copy was to be kept.
    """

    outcome: Outcome
    reason: str
    explanation: Explanation
    request_id: str
    decided_at: datetime.datetime
    valid_until: datetime.datetime | None
    policy_digest: str
    request_digest: bytes
    release_id: bytes
    hold: Hold | None = None
    stale: bool = False
    development: bool = False
    simulated: bool = False
    recorded: Recorded | None = None
    clock_skew: datetime.timedelta = datetime.timedelta()
    development_counts: bool = False
    message: bytes = field(default=b"", repr=False)

    def permits(self, now: datetime.datetime) -> bool:
        """Whether a release may begin at a moment of the caller's clock.

        A clock that is surely behind that of the service is set right by the difference; one that
        is ahead ends a PERMIT early, never late.
        """
        if self.outcome is not Outcome.PERMIT or self.simulated or not self.release_id:
            return False
        if self.development and not self.development_counts:
            return False
        ahead = max(self.clock_skew, datetime.timedelta())
        return self.valid_until is not None and now + ahead < self.valid_until


@dataclass(frozen=True, slots=True)
class OwnerGroup:
    """Owners who share an answer. Its HOLD and its release id count for each of them."""

    answer: Answer
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The answers of one search over many owners, each owner in exactly one group."""

    groups: tuple[OwnerGroup, ...]
    list_digest: bytes

    def permitting(self, now: datetime.datetime) -> Iterator[tuple[str, Answer]]:
        """The owners whose data may be searched at a moment, each with its answer."""
        for group in self.groups:
            if group.answer.permits(now):
                yield from ((owner, group.answer) for owner in group.owners)


@dataclass(frozen=True, slots=True)
class Explained:
    """How an answer comes about: the whole tree (``platelaw schema decision``), and in words."""

    answer: Answer
    decision: Json
    text: str


@dataclass(frozen=True, slots=True)
class Supposed:
    """The answer under suppositions; the diagnostics of drafts that were refused."""

    answer: Answer
    decision: Json
    diagnostics: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """A statement on file: its id, its level of proof, and the HOLDs to which it speaks."""

    statement_id: str
    level: str
    holds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingHold:
    """A HOLD as the one sees it who can settle it, or who waits for it."""

    hold: Hold
    request_id: str
    request_digest: bytes
    requester: str
    act: str
    data: tuple[str, ...]
    purpose: str
    asked_at: datetime.datetime | None
    settling: tuple[tuple[Need, ...], ...]
    mine_to_settle: bool


@dataclass(frozen=True, slots=True)
class PendingRecall:
    """A recall that one holder has not answered by the word that the copy is deleted.

    Attributes:
        release_id: The release.
        statement_id: The statement by which it was recalled.
        owner: Who recalls.
        holder: Who is to answer.
        counts_from: From when nothing may go on.
        answer_by: By when an answer is asked for.
        mine_to_answer: Whether it is the caller's to answer.
        why: Why, in the words of who recalls.
    """

    release_id: bytes
    statement_id: str
    owner: str
    holder: str
    counts_from: datetime.datetime | None
    answer_by: datetime.datetime | None
    mine_to_answer: bool
    why: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Which policies decide at a service, since when, and the revision of messages it speaks."""

    digest: str
    issued_at: datetime.datetime | None
    active_since: datetime.datetime | None
    stale: bool
    expired: bool
    development: bool
    revision: int
    files: tuple[str, ...]
