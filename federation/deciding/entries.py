"""Entries of answers, and where they stand, as bytes put together by hand.

Most of such a message is alike: the policies and the reason for many answers, the caller and the
moment for a call, the checkpoint for a group. What is alike is serialized once, and the rest is put
between, in the order of the fields, in half the time that it takes to build the message field by
field. The generated classes read it, and would write the same bytes; a test sees to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache

import msgspec

from ...dsl import syntax as tree
from ..journal import Receipt
from ..v1 import answer_pb2 as a
from .answers import Answered
from .classes import Texts
from .desk import Desk
from .framing import lengthy, varint

REASON, USER, SUBJECT, FACT = "reason", "user", "subject", "fact "  # names of bound texts

# Heads of fields: the number of the field times eight and how it is written; then the length where
# it never differs. Those of ``LogEntry`` and ``AnswerEntry``:
_ID, _AT, _ANSWER = b"\x0a\x10", b"\x12", b"\x1a"
_CALLER, _REQUEST_ID, _REQUEST = b"\x0a", b"\x12", b"\x22\x20"
_VALID_UNTIL, _RELEASE_ID, _HOLD_ID = b"\x42", b"\x4a", b"\x52"
_CIRCUMSTANCES, _COMMITMENTS, _STALE = b"\x5a\x20", b"\x62", b"\x68\x01"
_FOLLOWS = b"\x7a\x20"
_BOUND = {REASON: b"\x0a", USER: b"\x12", SUBJECT: b"\x1a"}  # Commitments
_BOUND_FACT, _FACT_NAME, _FACT_VALUE = b"\x22", b"\x0a", b"\x12"  # and TextCommitment
_SECONDS = b"\x08"  # Timestamp
_INDEX, _ENTRY, _PROOF, _SHOWN = b"\x10", b"\x1a", b"\x22", b"\x2a"  # Recorded
_RECORDED_NONCE = b"\x32"
_HASHES = b"\x0a"  # TreeProof


def texts_of(texts: Texts | None) -> dict[str, str]:
    """The free texts of a question that are not blank, by the name under which they are bound."""
    if texts is None:
        return {}
    found: dict[str, str] = {}
    if texts.reason and texts.reason.strip():
        found[REASON] = texts.reason
    if texts.user:
        found[USER] = texts.user
    if texts.subject:
        found[SUBJECT] = texts.subject
    for name, text in texts.stated:
        found[FACT + name] = text
    return found


class CallPart(msgspec.Struct, frozen=True, gc=False):
    """What all entries of one call have in common.

    Attributes:
        at: The moment.
        caller: Who called.
        nonce: The nonce of the call.
    """

    at: bytes
    caller: bytes
    nonce: bytes

    @classmethod
    def of(cls, first: Answered) -> CallPart:
        """That of the call of an answer."""
        asked = first.asked
        return cls(
            lengthy(_AT, first.own.decided_at.SerializeToString()),
            lengthy(_CALLER, asked.call.caller.spiffe_id.encode()),
            asked.nonce,
        )


def entry_of(
    entry_id: bytes,
    answer: Answered,
    call: CallPart,
    desk: Desk,
    commitments: Mapping[str, bytes],
) -> bytes:
    """The entry of an answer, a ``LogEntry``.

    Args:
        entry_id: Its random id.
        answer: The answer.
        call: What the entries of its call have in common.
        desk: The snapshot that decided.
        commitments: Those to its free texts, by name, in the order of ``texts_of``.
    """
    asked, own = answer.asked, answer.own
    before, after = desk.entry_parts(answer.outcome, answer.reason)
    given = stale = b""
    if answer.outcome is tree.Outcome.PERMIT:
        given = _until(own.valid_until.seconds) + lengthy(_RELEASE_ID, own.release_id)
        stale = _STALE if own.stale else b""
    elif own.HasField("hold"):
        given = lengthy(_HOLD_ID, own.hold.id.encode())
    body = b"".join(
        (
            call.caller,
            lengthy(_REQUEST_ID, asked.request_id.encode()),
            _REQUEST,
            request_of(call.nonce, own.request_digest),
            before,
            given,
            _CIRCUMSTANCES,
            answer.basis.digest,
            lengthy(_COMMITMENTS, _bound(commitments)) if commitments else b"",
            stale,
            after,
            _FOLLOWS + asked.follows if asked.follows else b"",
        )
    )
    return b"".join((_ID, entry_id, call.at, _ANSWER, varint(len(body)), body))


@lru_cache(maxsize=64)  # many answers of a moment end in the same second
def _until(seconds: int) -> bytes:
    """Until when a release may begin."""
    return lengthy(_VALID_UNTIL, _SECONDS + varint(seconds))


def _bound(commitments: Mapping[str, bytes]) -> bytes:
    """Commitments to texts, as ``Commitments``."""
    parts: list[bytes] = []
    for name, value in commitments.items():
        parts += _head(name, len(value)), value
    return b"".join(parts)


@lru_cache(maxsize=1_000)  # names of facts of the policies
def _head(name: str, size: int) -> bytes:
    """What stands before the commitment to a text."""
    tag = _BOUND.get(name)
    if tag is not None:
        return tag + varint(size)
    before = lengthy(_FACT_NAME, name.removeprefix(FACT).encode()) + _FACT_VALUE + varint(size)
    return _BOUND_FACT + varint(len(before) + size) + before


class GroupPart(msgspec.Struct, frozen=True, gc=False):
    """What all receipts of one group have in common.

    Attributes:
        key: What tells the group from others.
        origin: The origin of the log, as it stands in ``Recorded``.
        proof: The checkpoint, its signature and the witnesses, as they stand in ``TreeProof``.
    """

    key: tuple[str, str, bytes, str, int]
    origin: bytes
    proof: bytes

    @classmethod
    def of(cls, receipt: Receipt) -> GroupPart:
        """That of the group of a receipt."""
        proof = a.TreeProof(
            checkpoint=receipt.checkpoint,
            signature=receipt.signature,
            key_id=receipt.key_id,
            witnessed_at=receipt.witnessed_at,
        )
        origin = a.Recorded(origin=receipt.origin).SerializeToString()
        return cls(_key_of(receipt), origin, proof.SerializeToString())

    def is_of(self, receipt: Receipt) -> bool:
        """Whether a receipt is of this group."""
        return self.key == _key_of(receipt)


def _key_of(receipt: Receipt) -> tuple[str, str, bytes, str, int]:
    return (
        receipt.origin,
        receipt.checkpoint,
        receipt.signature,
        receipt.key_id,
        receipt.witnessed_at,
    )


def proof_of(receipt: Receipt, group: GroupPart) -> bytes:
    """What proves the entries of a receipt, a ``TreeProof``."""
    return lengthy(_HASHES, receipt.hashes) + group.proof


def request_of(nonce: bytes, digest: bytes) -> bytes:
    """What binds an entry to its question, for whoever has both nonce and question.

    Args:
        nonce: The nonce of the call.
        digest: The request digest.
    """
    return hashlib.sha256(nonce + digest).digest()


def recorded_of(
    group: GroupPart,
    index: int,
    entry: bytes,
    proof: bytes,
    nonce: bytes,
    circumstances: bytes = b"",
) -> bytes:
    """Where an answer stands, a ``Recorded``.

    Args:
        group: What the receipts of its group have in common.
        index: The index of its entry.
        entry: The entry.
        proof: Its proof; empty if it stands elsewhere, for many.
        nonce: The nonce of the call.
        circumstances: What it was decided from; empty unless its copy is kept.
    """
    at = _INDEX + varint(index) if index else b""
    shown = lengthy(_SHOWN, circumstances) if circumstances else b""
    return b"".join(
        (
            group.origin,
            at,
            lengthy(_ENTRY, entry),
            lengthy(_PROOF, proof),
            shown,
            lengthy(_RECORDED_NONCE, nonce),
        )
    )
