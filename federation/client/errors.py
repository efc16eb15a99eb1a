"""Why there is no answer.

    ClientError
    ├── SilenceError                  nothing came that can be gone by
    │   ├── RefusedError              the service refused the call before anything was decided
    │   └── UnreadableAnswerError     what came is no answer to what was asked
    └── QuestionError                 nothing was sent: the question cannot be one

Whichever it is, nothing is released. A client whose files make no identity is not made at all
(``CredentialsError``).
"""

from __future__ import annotations

import grpc


class ClientError(Exception):
    """There is no answer, so nothing is released."""


class SilenceError(ClientError):
    """No answer came. Silence is never a PERMIT: nothing is released.

    Attributes:
        request_id: The id under which was asked; ask again under it, or not at all.
        status: The standard status that gRPC gave, if any.
        hint: What may be wrong, and what to do; empty if nothing can be said.
    """

    def __init__(
        self,
        message: str,
        *,
        request_id: str = "",
        status: grpc.StatusCode | None = None,
        hint: str = "",
    ) -> None:
        super().__init__(f"{message}; nothing is released" + (f" ({hint})" if hint else ""))
        self.request_id = request_id
        self.status = status
        self.hint = hint


class RefusedError(SilenceError):
    """The service refused the call; asking the same again will not help."""


class UnreadableAnswerError(SilenceError):
    """What came back cannot be gone by: another question's answer, or fields nobody here knows."""


class QuestionError(ClientError):
    """A question that cannot be sent; the message says where it is wrong and how to mend it."""
