"""Asking a decision service: typed, within a deadline, and without an answer nothing is released.

``Client`` waits for its answers, ``AsyncClient`` is the same for asyncio.
"""

from ...dsl.syntax import Outcome
from ..identity.credentials import CredentialsError
from .aio import AsyncClient
from .answers import (
    Accepted,
    Answer,
    Duty,
    Explained,
    Explanation,
    Fault,
    Hold,
    Need,
    Onward,
    OwnerGroup,
    PendingHold,
    PendingRecall,
    Recorded,
    Rule,
    SearchAnswer,
    Snapshot,
    Supposed,
    Urgent,
)
from .credentials import Credentials, InsecureLoopback, TlsFiles, insecure_loopback
from .errors import (
    ClientError,
    QuestionError,
    RefusedError,
    SilenceError,
    UnreadableAnswerError,
)
from .log_keys import LegalHold, LogKey, LogKeys
from .questions import Asked, RequestFile, digest_of, question_of
from .sync import Client

__all__ = [
    "Accepted",
    "Answer",
    "Asked",
    "AsyncClient",
    "Client",
    "ClientError",
    "Credentials",
    "CredentialsError",
    "Duty",
    "Explained",
    "Explanation",
    "Fault",
    "Hold",
    "InsecureLoopback",
    "LegalHold",
    "LogKey",
    "LogKeys",
    "Need",
    "Onward",
    "Outcome",
    "OwnerGroup",
    "PendingHold",
    "PendingRecall",
    "QuestionError",
    "Recorded",
    "RefusedError",
    "RequestFile",
    "Rule",
    "SearchAnswer",
    "SilenceError",
    "Snapshot",
    "Supposed",
    "TlsFiles",
    "UnreadableAnswerError",
    "Urgent",
    "digest_of",
    "insecure_loopback",
    "question_of",
]
