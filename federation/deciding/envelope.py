"""What every decision request begins with: revision, id, nonce, and when it was sent."""

from __future__ import annotations

import datetime
import re

from ..messages import REVISION
from ..refusal import RefusedCallError, Status
from ..v1 import decision_pb2 as d

WINDOW = datetime.timedelta(seconds=30)
REPEATED_WITHIN = datetime.timedelta(seconds=300)
_ID = re.compile(r"[A-Za-z0-9._:-]{8,64}")
_NONCE = range(16, 33)
_WINDOW = WINDOW.total_seconds()


class LateError(RefusedCallError):
    """A request that was sent at another time.

    Attributes:
        may_be_repeated: Whether it is so late only as the repetition of a recorded call may be.
    """

    def __init__(self, message: str, *, may_be_repeated: bool) -> None:
        super().__init__(Status.FAILED_PRECONDITION, message)
        self.may_be_repeated = may_be_repeated


def check_envelope(envelope: d.Envelope, now: float) -> None:
    """Refuse a request of another revision, without id or nonce, or of another time.

    Args:
        envelope: The beginning of the request.
        now: The clock of the service, in seconds since 1970.

    Raises:
        LateError: It is of another time.
        RefusedCallError: It is refused; the message says why and how to mend it.
    """
    if envelope.revision != REVISION:
        raise RefusedCallError(
            Status.FAILED_PRECONDITION,
            f"envelope.revision: this service speaks revision {REVISION} of the messages, not "
            f"{envelope.revision}",
        )
    if _ID.fullmatch(envelope.request_id) is None:
        raise RefusedCallError(
            Status.INVALID_ARGUMENT,
            "envelope.request_id: write 8 to 64 letters, digits and `._:-`",
        )
    if len(envelope.nonce) not in _NONCE:
        raise RefusedCallError(
            Status.INVALID_ARGUMENT, "envelope.nonce: send 16 to 32 random bytes"
        )
    sent = envelope.issued_at
    if abs(sent.seconds - now) > _WINDOW:
        told = datetime.datetime.fromtimestamp(now, datetime.UTC).isoformat(timespec="seconds")
        raise LateError(
            f"envelope.issued_at: not within {_WINDOW:.0f} seconds of the clock of this service, "
            f"which says {told}; set the clock of the caller",
            may_be_repeated=0 < now - sent.seconds <= REPEATED_WITHIN.total_seconds(),
        )
