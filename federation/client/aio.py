"""The client for asyncio: the same as ``Client``, awaited."""

from __future__ import annotations

import asyncio
import datetime
import logging
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self, TypeVar

from grpc import aio

from ..identity.credentials import TlsPair
from .answers import (
    Accepted,
    Answer,
    Explained,
    PendingHold,
    PendingRecall,
    SearchAnswer,
    Snapshot,
    Supposed,
)
from .asking import Conversation, Received, Sent, Steps
from .attempts import Attempts
from .channels import Lent, options, tls, utc_now
from .credentials import Credentials, check_target, following
from .errors import SilenceError
from .log_keys import LegalHold, LogKey, LogKeys
from .questions import Asked, RequestFile
from .silence import silence, told_aio

T = TypeVar("T")
_LOG = logging.getLogger("platelaw.client")


class AsyncClient:
    """Asks one decision service, within one event loop.

    Its methods are those of ``Client``, awaited: they mean the same and raise the same.

    Args:
        target: Host and port of the service.
        credentials: The files of the caller's identity.
        timeout: The seconds that a method waits if it is not told otherwise.
        server_name: The name that the certificate of the service must have, if it is not the host.
        allow_development: Whether answers of a development identity count. For trying only.
        clock: The clock of this machine, in UTC.
        sleep: How the client waits before it sends again.

    Raises:
        CredentialsError: The files make no identity, or the credentials are for this machine only
            and the target is not.
    """

    def __init__(
        self,
        target: str,
        credentials: Credentials,
        *,
        timeout: float = 2.0,
        server_name: str = "",
        allow_development: bool = False,
        clock: Callable[[], datetime.datetime] = utc_now,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        check_target(target, credentials)
        self._target = target
        self._identity = following(credentials, _LOG.warning)
        self._timeout = timeout
        self._server_name = server_name
        self._clock = clock
        self._sleep = sleep
        self._talk = Conversation(clock, allow_development)
        self._channel = self._open(self._identity())

    async def __aenter__(self) -> Self:
        """The client itself."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        await self.close()

    async def close(self) -> None:
        """``Client.close``, awaited."""
        await self._channel.channel.close()

    # Decisions -------------------------------------------------------------------------------

    async def decide(
        self,
        question: Asked,
        *,
        request_id: str | None = None,
        keeps_copy: bool = False,
        provenance: Iterable[bytes] = (),
        timeout: float | None = None,
    ) -> Answer:
        """``Client.decide``, awaited."""
        steps = self._talk.decide(
            question, request_id, keeps_copy=keeps_copy, provenance=provenance
        )
        return await self._run(steps, timeout)

    async def resume(
        self,
        request_id: str,
        question: Asked,
        *,
        keeps_copy: bool = False,
        provenance: Iterable[bytes] = (),
        timeout: float | None = None,
    ) -> Answer:
        """``Client.resume``, awaited."""
        steps = self._talk.decide(
            question, request_id, keeps_copy=keeps_copy, provenance=provenance
        )
        return await self._run(steps, timeout)

    async def decide_many(
        self,
        questions: Iterable[Asked],
        *,
        request_id: str | None = None,
        keeps_copy: bool = False,
        timeout: float | None = None,
    ) -> tuple[Answer, ...]:
        """``Client.decide_many``, awaited."""
        steps = self._talk.decide_many(questions, request_id, keeps_copy=keeps_copy)
        return await self._run(steps, timeout)

    async def decide_search(
        self,
        question: Asked,
        owners: Sequence[str],
        *,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> SearchAnswer:
        """``Client.decide_search``, awaited."""
        return await self._run(self._talk.decide_search(question, owners, request_id), timeout)

    async def explain(
        self,
        question: Asked | None = None,
        *,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> Explained:
        """``Client.explain``, awaited."""
        return await self._run(self._talk.explain(question, request_id), timeout)

    async def what_if(
        self,
        request_file: RequestFile,
        *,
        at: str = "",
        drafts: Mapping[str, str] | None = None,
        with_proposed: bool = False,
        timeout: float | None = None,
    ) -> Supposed:
        """``Client.what_if``, awaited."""
        steps = self._talk.what_if(request_file, at, drafts or {}, with_proposed)
        return await self._run(steps, timeout)

    # Evidence --------------------------------------------------------------------------------

    async def submit(self, envelope: bytes, *, timeout: float | None = None) -> Accepted:
        """``Client.submit``, awaited."""
        return await self._run(self._talk.submit(envelope), timeout)

    async def review(self, envelope: bytes, *, timeout: float | None = None) -> Accepted:
        """``Client.review``, awaited."""
        return await self._run(self._talk.review(envelope), timeout)

    async def discharge(self, envelope: bytes, *, timeout: float | None = None) -> Accepted:
        """``Client.discharge``, awaited."""
        return await self._run(self._talk.discharge(envelope), timeout)

    async def withdraw(self, envelope: bytes, *, timeout: float | None = None) -> Accepted:
        """``Client.withdraw``, awaited."""
        return await self._run(self._talk.withdraw(envelope), timeout)

    async def pending(
        self, *, page_size: int = 100, timeout: float | None = None
    ) -> tuple[PendingHold, ...]:
        """``Client.pending``, awaited."""
        return await self._run(self._talk.pending(page_size), timeout)

    async def recalls(self, *, timeout: float | None = None) -> tuple[PendingRecall, ...]:
        """``Client.recalls``, awaited."""
        return await self._run(self._talk.recalls(), timeout)

    # Keys of the log -------------------------------------------------------------------------

    async def log_keys(self, owner: str, *, timeout: float | None = None) -> LogKeys:
        """``Client.log_keys``, awaited."""
        return await self._run(self._talk.log_keys(owner), timeout)

    async def delete_log_key(
        self, owner: str, month: str, *, timeout: float | None = None
    ) -> LogKey:
        """``Client.delete_log_key``, awaited."""
        return await self._run(self._talk.delete_log_key(owner, month), timeout)

    async def set_legal_hold(
        self,
        owner: str,
        matter: str,
        *,
        first: str = "",
        last: str = "",
        timeout: float | None = None,
    ) -> LegalHold:
        """``Client.set_legal_hold``, awaited."""
        return await self._run(self._talk.set_legal_hold(owner, matter, first, last), timeout)

    async def lift_legal_hold(self, hold_id: str, *, timeout: float | None = None) -> LegalHold:
        """``Client.lift_legal_hold``, awaited."""
        return await self._run(self._talk.lift_legal_hold(hold_id), timeout)

    # Policy and health -----------------------------------------------------------------------

    async def snapshot(self, *, timeout: float | None = None) -> Snapshot:
        """``Client.snapshot``, awaited."""
        return await self._run(self._talk.snapshot(), timeout)

    async def policy(self, path: str, *, timeout: float | None = None) -> str:
        """``Client.policy``, awaited."""
        return await self._run(self._talk.policy(path), timeout)

    async def is_serving(self, service: str = "", *, timeout: float | None = None) -> bool:
        """``Client.is_serving``, awaited."""
        return await self._run(self._talk.is_serving(service), timeout)

    # Calls -----------------------------------------------------------------------------------

    async def _run(self, steps: Steps[T], timeout: float | None) -> T:
        seconds = self._timeout if timeout is None else timeout
        attempts = Attempts(seconds, time.monotonic, random.random)
        try:
            sent = next(steps)
            while True:
                try:
                    received = await self._call(sent, attempts)
                except SilenceError as fault:
                    sent = steps.throw(fault)
                else:
                    sent = steps.send(received)
        except StopIteration as end:
            result: T = end.value
            return result

    async def _call(self, sent: Sent, attempts: Attempts) -> Received:
        sent_at = self._clock()
        while True:
            try:
                data = await self._once(sent, attempts.left)
            except aio.AioRpcError as fault:
                status, details, asked = told_aio(fault)
                wait = attempts.wait(status, asked)
                if wait is None:
                    raise silence(status, details, sent.request_id) from fault
                await self._sleep(wait)
            else:
                return Received(data, sent_at, self._clock())

    async def _once(self, sent: Sent, seconds: float) -> bytes:
        async with self._lent() as channel:
            call: aio.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(sent.method)
            return await call(sent.data, timeout=seconds)

    @asynccontextmanager
    async def _lent(self) -> AsyncGenerator[aio.Channel]:
        """The channel; another once the files of the identity have changed."""
        pair = self._identity()
        if pair is not self._channel.pair:
            old, self._channel = self._channel, self._open(pair)
            if old.retire():
                await old.channel.close()
        lent = self._channel.lend()
        try:
            yield lent.channel
        finally:
            if lent.give_back():
                await lent.channel.close()

    def _open(self, pair: TlsPair | None) -> Lent[aio.Channel]:
        settings = options(pair, self._server_name)
        if pair is None:
            channel = aio.insecure_channel(self._target, settings)
        else:
            channel = aio.secure_channel(self._target, tls(pair), settings)
        return Lent(channel, pair)
