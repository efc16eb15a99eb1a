"""What an HTTP call is told that gets no decision: problem details (RFC 9457)."""

from __future__ import annotations

from http import HTTPStatus

from ...engine.json_text import Json
from ..refusal import RefusedCallError

_STATUSES = {
    "INVALID_ARGUMENT": HTTPStatus.BAD_REQUEST,
    "UNAUTHENTICATED": HTTPStatus.UNAUTHORIZED,
    "PERMISSION_DENIED": HTTPStatus.FORBIDDEN,
    "NOT_FOUND": HTTPStatus.NOT_FOUND,
    "ALREADY_EXISTS": HTTPStatus.CONFLICT,
    "FAILED_PRECONDITION": HTTPStatus.CONFLICT,
    "RESOURCE_EXHAUSTED": HTTPStatus.TOO_MANY_REQUESTS,
    "UNIMPLEMENTED": HTTPStatus.NOT_IMPLEMENTED,
    "UNAVAILABLE": HTTPStatus.SERVICE_UNAVAILABLE,
    "DEADLINE_EXCEEDED": HTTPStatus.GATEWAY_TIMEOUT,
}


class HttpProblemError(Exception):
    """A call without a decision. Nothing is released.

    Attributes:
        status: The HTTP status.
        detail: What is wrong and how to mend it.
        headers: Headers that belong to the status.
    """

    def __init__(self, status: HTTPStatus, detail: str, headers: dict[str, str] | None = None):
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}

    def body(self) -> dict[str, Json]:
        """The problem as JSON."""
        return {"title": self.status.phrase, "status": int(self.status), "detail": self.detail}


def status_of(refusal: RefusedCallError) -> HTTPStatus:
    """The HTTP status of a refused call."""
    return _STATUSES.get(refusal.status.name, HTTPStatus.INTERNAL_SERVER_ERROR)


def problem_of(refusal: RefusedCallError) -> HttpProblemError:
    """A refused call as a problem."""
    status = status_of(refusal)
    headers = {"Retry-After": "1"} if status in _PASSING else {}
    return HttpProblemError(status, refusal.message, headers)


_PASSING = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
