"""Bodies of HTTP requests, as ASGI hands them over: not too long, and not for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any, TypeAlias

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]


class BodyError(Exception):
    """A body that is not taken.

    Attributes:
        status: The status of the answer.
    """

    def __init__(self, status: HTTPStatus, says: str) -> None:
        super().__init__(says)
        self.status = status


async def body_of(receive: Receive, *, most: int, seconds: float, length: bytes = b"0") -> bytes:
    """The whole body of a request.

    Args:
        receive: Hands over what comes.
        most: How many bytes it may have.
        seconds: How long it may take to come.
        length: How long its sender says that it is.

    Raises:
        BodyError: It is too long, too slow, or ends too early.
    """
    too_large = BodyError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body has more than {most} bytes"
    )
    if length.isdigit() and int(length[:20]) > most:
        raise too_large
    got = bytearray()
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                got += message.get("body", b"")
                if len(got) > most:
                    raise too_large
                if message["type"] == "http.disconnect":
                    raise BodyError(HTTPStatus.BAD_REQUEST, "the body ended too early")
                if not message.get("more_body"):
                    return bytes(got)
    except TimeoutError:
        told = f"the body did not come within {seconds:g} seconds"
        raise BodyError(HTTPStatus.REQUEST_TIMEOUT, told) from None
