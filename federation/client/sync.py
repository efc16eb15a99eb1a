"""The client that waits for its answers."""

from __future__ import annotations

import datetime
import logging
import random
import threading
import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Self, TypeVar

import grpc

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
from .silence import silence, told

T = TypeVar("T")
_LOG = logging.getLogger("platelaw.client")


class Client:
    """Asks one decision service. Safe to share between threads.

    Every method ends within its deadline. Where no answer comes it raises ``SilenceError``, and
    nothing is released. Bytes are sent again only where the service says that it did not take
    them, within the deadline, and unchanged.

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
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        check_target(target, credentials)
        self._target = target
        self._identity = following(credentials, _LOG.warning)
        self._timeout = timeout
        self._server_name = server_name
        self._clock = clock
        self._sleep = sleep
        self._talk = Conversation(clock, allow_development)
        self._lock = threading.Lock()
        self._channel = self._open(self._identity())

    def __enter__(self) -> Self:
        """The client itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        fault: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def close(self) -> None:
        """End the connection; calls in flight get no answer."""
        self._channel.channel.close()

    # Decisions -------------------------------------------------------------------------------

    def decide(
        self,
        question: Asked,
        *,
        request_id: str | None = None,
        keeps_copy: bool = False,
        provenance: Iterable[bytes] = (),
        timeout: float | None = None,
    ) -> Answer:
        """Ask one question.

        Args:
            question: A question, or a request file (``platelaw schema request``).
            request_id: The caller's id of the request; a new one if left out.
            keeps_copy: Whether the data are to be kept as a copy or handed on: ``message`` of a
                PERMIT then is what shows where the copy came from.
            provenance: If the data are a copy: the ``message`` of each answer by which it came, the
                oldest first.
            timeout: The seconds to wait.

        Raises:
            SilenceError: No answer came; nothing is released.
            QuestionError: The question cannot be sent.
        """
        steps = self._talk.decide(
            question, request_id, keeps_copy=keeps_copy, provenance=provenance
        )
        return self._run(steps, timeout)

    def resume(
        self,
        request_id: str,
        question: Asked,
        *,
        keeps_copy: bool = False,
        provenance: Iterable[bytes] = (),
        timeout: float | None = None,
    ) -> Answer:
        """Ask the question of a HOLD again, under its request id, after somebody settled it.

        Raises:
            SilenceError: No answer came; nothing is released.
            QuestionError: The question cannot be sent.
        """
        steps = self._talk.decide(
            question, request_id, keeps_copy=keeps_copy, provenance=provenance
        )
        return self._run(steps, timeout)

    def decide_many(
        self,
        questions: Iterable[Asked],
        *,
        request_id: str | None = None,
        keeps_copy: bool = False,
        timeout: float | None = None,
    ) -> tuple[Answer, ...]:
        """Ask many questions; one answer each, in their order, or no answer at all.

        Over a thousand they go in several calls. Each answer has a request id of its own, by which
        its HOLD is resumed.

        Raises:
            SilenceError: Some answer did not come; nothing is released for any.
            QuestionError: A question cannot be sent.
        """
        return self._run(
            self._talk.decide_many(questions, request_id, keeps_copy=keeps_copy), timeout
        )

    def decide_search(
        self,
        question: Asked,
        owners: Sequence[str],
        *,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> SearchAnswer:
        """Ask for one search over the data of many owners.

        Args:
            question: The question without an owner.
            owners: The owners, by registry key or ORI.
            request_id: The caller's id of the request; a new one if left out.
            timeout: The seconds to wait.

        Raises:
            SilenceError: No answer came; nothing is released.
            QuestionError: The question cannot be sent.
        """
        return self._run(self._talk.decide_search(question, owners, request_id), timeout)

    def explain(
        self,
        question: Asked | None = None,
        *,
        request_id: str | None = None,
        timeout: float | None = None,
    ) -> Explained:
        """Ask how an answer comes about; without a question, that of the HOLD of a request id.

        Raises:
            SilenceError: No answer came.
            QuestionError: The question cannot be sent.
        """
        return self._run(self._talk.explain(question, request_id), timeout)

    def what_if(
        self,
        request_file: RequestFile,
        *,
        at: str = "",
        drafts: Mapping[str, str] | None = None,
        with_proposed: bool = False,
        timeout: float | None = None,
    ) -> Supposed:
        """Ask under supposed facts, another day or draft policies. Releases nothing, ever.

        Raises:
            SilenceError: No answer came.
        """
        steps = self._talk.what_if(request_file, at, drafts or {}, with_proposed)
        return self._run(steps, timeout)

    # Evidence --------------------------------------------------------------------------------

    def submit(self, envelope: bytes, *, timeout: float | None = None) -> Accepted:
        """Hand in a signed statement of a fact or an instrument, a DSSE envelope as JSON.

        Raises:
            SilenceError: It is not known whether it was taken.
        """
        return self._run(self._talk.submit(envelope), timeout)

    def review(self, envelope: bytes, *, timeout: float | None = None) -> Accepted:
        """Hand in a reviewer's signed word on one rule for one question.

        Raises:
            SilenceError: It is not known whether it was taken.
        """
        return self._run(self._talk.review(envelope), timeout)

    def discharge(self, envelope: bytes, *, timeout: float | None = None) -> Accepted:
        """Hand in the signed word that a duty is done.

        Raises:
            SilenceError: It is not known whether it was taken.
        """
        return self._run(self._talk.discharge(envelope), timeout)

    def withdraw(self, envelope: bytes, *, timeout: float | None = None) -> Accepted:
        """Take back a statement, by a signed one that names it.

        Raises:
            SilenceError: It is not known whether it was taken back.
        """
        return self._run(self._talk.withdraw(envelope), timeout)

    def pending(
        self, *, page_size: int = 100, timeout: float | None = None
    ) -> tuple[PendingHold, ...]:
        """All HOLDs that the caller can settle, and those it waits for.

        Raises:
            SilenceError: No answer came.
        """
        return self._run(self._talk.pending(page_size), timeout)

    def recalls(self, *, timeout: float | None = None) -> tuple[PendingRecall, ...]:
        """The recalls without answer: those of the caller's body, and those it is to answer.

        Raises:
            SilenceError: No answer came.
        """
        return self._run(self._talk.recalls(), timeout)

    # Keys of the log -------------------------------------------------------------------------

    def log_keys(self, owner: str, *, timeout: float | None = None) -> LogKeys:
        """The keys of the log's texts and the legal holds of an owner; no key is told.

        Raises:
            SilenceError: No answer came.
        """
        return self._run(self._talk.log_keys(owner), timeout)

    def delete_log_key(self, owner: str, month: str, *, timeout: float | None = None) -> LogKey:
        """Have the key of an owner's texts of a month deleted, for good.

        Raises:
            SilenceError: It is not known whether it was deleted.
        """
        return self._run(self._talk.delete_log_key(owner, month), timeout)

    def set_legal_hold(
        self,
        owner: str,
        matter: str,
        *,
        first: str = "",
        last: str = "",
        timeout: float | None = None,
    ) -> LegalHold:
        """Set a legal hold over an owner's texts, from a first month to a last one.

        Raises:
            SilenceError: It is not known whether it stands.
        """
        return self._run(self._talk.set_legal_hold(owner, matter, first, last), timeout)

    def lift_legal_hold(self, hold_id: str, *, timeout: float | None = None) -> LegalHold:
        """Lift a legal hold.

        Raises:
            SilenceError: It is not known whether it stands.
        """
        return self._run(self._talk.lift_legal_hold(hold_id), timeout)

    # Policy and health -----------------------------------------------------------------------

    def snapshot(self, *, timeout: float | None = None) -> Snapshot:
        """Which policies decide, since when, and which revision of the messages is spoken.

        Raises:
            SilenceError: No answer came.
        """
        return self._run(self._talk.snapshot(), timeout)

    def policy(self, path: str, *, timeout: float | None = None) -> str:
        """The text of one policy file of the snapshot.

        Raises:
            SilenceError: No answer came.
        """
        return self._run(self._talk.policy(path), timeout)

    def is_serving(self, service: str = "", *, timeout: float | None = None) -> bool:
        """Whether the service says that it serves.

        Raises:
            SilenceError: It says nothing.
        """
        return self._run(self._talk.is_serving(service), timeout)

    # Calls -----------------------------------------------------------------------------------

    def _run(self, steps: Steps[T], timeout: float | None) -> T:
        seconds = self._timeout if timeout is None else timeout
        attempts = Attempts(seconds, time.monotonic, random.random)
        try:
            sent = next(steps)
            while True:
                try:
                    received = self._call(sent, attempts)
                except SilenceError as fault:
                    sent = steps.throw(fault)
                else:
                    sent = steps.send(received)
        except StopIteration as end:
            result: T = end.value
            return result

    def _call(self, sent: Sent, attempts: Attempts) -> Received:
        sent_at = self._clock()
        while True:
            try:
                data = self._once(sent, attempts.left)
            except grpc.RpcError as fault:
                status, details, asked = told(fault)
                wait = attempts.wait(status, asked)
                if wait is None:
                    raise silence(status, details, sent.request_id) from fault
                self._sleep(wait)
            else:
                return Received(data, sent_at, self._clock())

    def _once(self, sent: Sent, seconds: float) -> bytes:
        with self._lent() as channel:
            call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(sent.method)
            return call(sent.data, timeout=seconds)

    @contextmanager
    def _lent(self) -> Generator[grpc.Channel]:
        """The channel; another once the files of the identity have changed."""
        with self._lock:
            pair = self._identity()
            if pair is not self._channel.pair:
                old, self._channel = self._channel, self._open(pair)
                if old.retire():
                    old.channel.close()
            lent = self._channel.lend()
        try:
            yield lent.channel
        finally:
            with self._lock:
                is_over = lent.give_back()
            if is_over:
                lent.channel.close()

    def _open(self, pair: TlsPair | None) -> Lent[grpc.Channel]:
        settings = options(pair, self._server_name)
        if pair is None:
            channel = grpc.insecure_channel(self._target, settings)
        else:
            channel = grpc.secure_channel(self._target, tls(pair), settings)
        return Lent(channel, pair)
