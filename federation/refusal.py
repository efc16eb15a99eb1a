"""A call that is refused before anything is decided. A refusal is never an answer."""

from __future__ import annotations

from enum import Enum


class Status(Enum):
    """The standard status of a refused call; the value is the number that gRPC gives it.

    Source: google.rpc.Code.
    """

    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    UNAUTHENTICATED = 16


class RefusedCallError(Exception):
    """A call that is refused; the message says why and how to mend it.

    Attributes:
        status: The standard status.
        message: One line for whoever called.
        retry_after: In how many seconds the same call may be tried again; None if it is not said.
    """

    def __init__(self, status: Status, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.retry_after = retry_after
