"""One answer as a link of a chain: its entry, its circumstances, and that a known log has it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from ...engine import names
from ...engine.registry import Registry
from ..log.inclusion import NotProvenError, proven_entry
from ..log.keys import LogKeys
from ..log.tree import leaf_hash
from ..v1 import answer_pb2 as a
from ..v1 import log_pb2 as log
from ..v1 import question_pb2 as q


class NoLinkError(Exception):
    """An answer that links nothing; the message says why."""


@dataclass(frozen=True, slots=True)
class Link:
    """An answer that stands in a known log, with what it was decided from.

    Attributes:
        number: Its place in the chain, from 1.
        leaf: The leaf hash of its entry.
        entry: What was answered.
        at: When.
        circumstances: What it was decided from.
        requester: Who asked, by registry key.
        owner: Whose data they were, by registry key.
        receivers: Who had the data by it: who asked, and every recipient stated; the owner had them
            before.
    """

    number: int
    leaf: bytes
    entry: log.AnswerEntry
    at: datetime.datetime
    circumstances: log.Circumstances
    requester: str
    owner: str
    receivers: frozenset[str]

    @property
    def parties(self) -> frozenset[str]:
        """Who may have had the data before, to hand them on by it."""
        return frozenset({self.requester, self.owner})

    @property
    def data(self) -> tuple[str, ...]:
        """Which kinds of data were released."""
        return tuple(self.circumstances.question.data)


def read_link(number: int, recorded: a.Recorded, keys: LogKeys, registry: Registry) -> Link:
    """A link of a chain, held against its proof.

    Args:
        number: Its place in the chain, from 1.
        recorded: The answer.
        keys: The keys of the logs that are known.
        registry: The bodies on file.

    Raises:
        NoLinkError: It is none.
    """
    try:
        entry = proven_entry(recorded, keys)
    except NotProvenError as fault:
        raise NoLinkError(f"no known log answers for it: {fault}") from fault
    if not entry.HasField("answer"):
        raise NoLinkError("it is no answer but an act")
    circumstances = _circumstances(recorded.circumstances, entry.answer.circumstances)
    question = circumstances.question
    requester, owner = key_of(question.requester, registry), key_of(question.owner, registry)
    return Link(
        number,
        leaf_hash(recorded.entry),
        entry.answer,
        entry.at.ToDatetime(datetime.UTC),
        circumstances,
        requester,
        owner,
        frozenset({requester, *recipients_of(question, registry)} - {owner}),
    )


def _circumstances(text: bytes, digest: bytes) -> log.Circumstances:
    """What an answer was decided from, which must be what its entry names."""
    if hashlib.sha256(text).digest() != digest:
        raise NoLinkError(
            "its circumstances are missing, or others; ask with `keeps_copy` set for an answer "
            "that comes with them"
        )
    try:
        return log.Circumstances.FromString(text)
    except DecodeError:
        raise NoLinkError("its circumstances cannot be read") from None


def key_of(name: str, registry: Registry) -> str:
    """The registry key of a body by key or ORI; the name itself if it is not on file."""
    body = registry.get(name)
    return name if body is None else body.key


def recipients_of(question: q.Question, registry: Registry) -> Iterable[str]:
    """The recipients that a question states, by registry key."""
    return (
        key_of(key, registry)
        for fact in question.facts
        if fact.name in names.RECIPIENT_SETS
        for key in fact.members.keys
    )
