"""Where answers are recorded before they are given. The log that proves it comes behind this."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec


class JournalUnavailableError(Exception):
    """Nothing can be recorded: every answer is DENY ``log unavailable``."""


class Entry(msgspec.Struct, frozen=True, gc=False):
    """One answer to be recorded. One is made for each, so it is a struct.

    Attributes:
        caller: The SPIFFE id of the caller.
        request_id: The caller's id of the request.
        nonce: The nonce of the call.
        request_digest: SHA-256 of the question, 32 bytes.
        policy_digest: The snapshot that decided, in hexadecimal.
        outcome: PERMIT, HOLD or DENY.
        reason: Why, in one of the words of the semantics.
        decided_at: When, in UTC.
    """

    caller: str
    request_id: str
    nonce: bytes
    request_digest: bytes
    policy_digest: str
    outcome: str
    reason: str
    decided_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where an answer stands."""

    origin: str
    index: int


class Journal(Protocol):
    """Records answers, all of one call together."""

    def record(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Record the answers of one call; one receipt each.

        Raises:
            JournalUnavailableError: Nothing was recorded.
        """
        ...
