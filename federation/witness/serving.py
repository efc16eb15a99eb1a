"""A witness over HTTP: an ASGI application, and its server on a socket. An edge of the network."""

from __future__ import annotations

import asyncio
import re
import socket
import ssl
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ..http_bodies import BodyError, Message, Receive, Send, body_of
from ..http_serving import HttpServer
from .submission import MAX_BODY, PATH
from .witness import TEXT_TYPE, NotCosignedError, Witness

_THREADS = 4
_BODY_SECONDS = 5.0
_NEWEST = re.compile(r"/([0-9a-f]{64})/checkpoint")

Tell = Callable[[HTTPStatus, str], None]
"""Hears of every submission: the status of its answer, and what was said."""


@dataclass(frozen=True, slots=True)
class WitnessApp:
    """The application.

    Attributes:
        witness: What answers.
        pool: Where it works.
        tell: Hears of every submission.
        body_seconds: How long a body may take to come.
    """

    witness: Witness
    pool: Executor
    tell: Tell
    body_seconds: float = _BODY_SECONDS

    async def __call__(
        self,
        scope: Message,
        receive: Receive,
        send: Send,
    ) -> None:
        """Answer one HTTP request."""
        if scope["type"] != "http":
            return
        heads = dict[str, str]()
        try:
            status, kind = HTTPStatus.OK, TEXT_TYPE
            body = await self._answer(scope, receive)
        except NotCosignedError as refusal:
            status, kind, body = refusal.status, refusal.content_type, refusal.body
            if status in {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.REQUEST_ENTITY_TOO_LARGE}:
                heads["connection"] = "close"
        if scope["path"] == PATH:
            self.tell(status, body.strip())
        whole = body.encode()
        heads |= {"content-type": kind, "content-length": str(len(whole))}
        headers = [(name.encode(), value.encode()) for name, value in heads.items()]
        await send({"type": "http.response.start", "status": int(status), "headers": headers})
        await send({"type": "http.response.body", "body": whole})

    async def _answer(self, scope: Message, receive: Receive) -> str:
        asked = scope["method"], scope["path"]
        newest = _NEWEST.fullmatch(scope["path"])
        if asked == ("POST", PATH):
            return await self._working(self.witness.add_checkpoint, await self._body(receive))
        if newest and scope["method"] == "GET":
            return await self._working(self.witness.newest, newest[1])
        if newest or scope["path"] == PATH:
            raise NotCosignedError(HTTPStatus.METHOD_NOT_ALLOWED, f"POST {PATH}")
        raise NotCosignedError(HTTPStatus.NOT_FOUND, f"nothing is here; POST {PATH}")

    async def _body(self, receive: Receive) -> bytes:
        try:
            return await body_of(receive, most=MAX_BODY, seconds=self.body_seconds)
        except BodyError as fault:
            raise NotCosignedError(fault.status, str(fault)) from fault

    async def _working(self, work: Callable[[Any], str], on: bytes | str) -> str:
        return await asyncio.get_running_loop().run_in_executor(self.pool, work, on)


class WitnessServer(HttpServer):
    """A witness that listens.

    Args:
        witness: What answers.
        context: Its TLS; None for none, which is for this machine only.
        listening: A bound socket.
        tell: Hears of every submission.
    """

    def __init__(
        self,
        witness: Witness,
        context: ssl.SSLContext | None,
        listening: socket.socket,
        tell: Tell = lambda status, said: None,
        *,
        body_seconds: float = _BODY_SECONDS,
    ) -> None:
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="witness")
        app = WitnessApp(witness, self._pool, tell, body_seconds)
        super().__init__(app, context, listening, name="witness")

    def stop(self) -> None:
        """Finish what is being answered, take no more, and end."""
        super().stop()
        self._pool.shutdown()
