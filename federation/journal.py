"""Where answers are recorded before they are given: what is handed to the log, and what comes back.

The log itself is behind this (``federation.log``): in the same process, or in one of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

import msgspec


class JournalError(Exception):
    """An answer that was not recorded, so that none may be given."""


class JournalUnavailableError(JournalError):
    """Nothing can be recorded: every answer is DENY ``log unavailable``."""


class ReplayedError(JournalError):
    """The nonce was used by this caller for other bytes: DENY ``replayed``."""


class NotRecordedError(JournalError):
    """What was only looked for is not there."""


class Submission(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The answers of one call, to be recorded together. One is made for each, so it is a struct.

    Attributes:
        caller: The SPIFFE id of the caller; empty for an act of the service.
        nonce: The nonce of the call; empty for an act.
        digest: SHA-256 of the message of the call, 32 bytes.
        until: Until when the nonce is remembered, in microseconds since 1970.
        entries: The entries, serialized (``LogEntry``); none asks only for what was recorded.
        sealed: The sealed texts of each entry; empty bytes where there is none.
        circumstances: What the entries were decided from, by digest.
    """

    caller: str
    nonce: bytes
    digest: bytes
    until: int
    entries: Sequence[bytes]
    sealed: Sequence[bytes]
    circumstances: Mapping[bytes, bytes]


class Receipt(msgspec.Struct, frozen=True, gc=False):
    """What proves that the answers of one call are recorded.

    Attributes:
        origin: The origin of the log.
        first: The index of the first entry; the others follow.
        hashes: The proof: of inclusion for one entry, of the range for more; 32 bytes each.
        checkpoint: The checkpoint that it ends in, as a signed note.
        signature: The signature of a DSSE envelope around the text of the checkpoint.
        key_id: The key of that signature.
        recorded: The entries that were recorded for the same bytes before; empty if these are new.
        witnessed_at: When enough witnesses had cosigned a checkpoint of the log last, a POSIX time;
            0 if none are asked.
    """

    origin: str
    first: int
    hashes: bytes
    checkpoint: str
    signature: bytes
    key_id: str
    recorded: Sequence[bytes] = ()
    witnessed_at: int = 0


Told: TypeAlias = Receipt | JournalError


class Journal(Protocol):
    """Records answers, all of one call together."""

    def record(self, submission: Submission, tell: Callable[[Told], None]) -> None:
        """Record the answers of one call.

        Args:
            submission: What is recorded.
            tell: Is told of the receipt, or why there is none; once, in any thread.
        """
        ...
