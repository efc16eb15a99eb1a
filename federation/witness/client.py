"""Asking a witness for its cosignature: within a deadline, and nothing believed unverified.

An edge of the network. A witness may be away, slow or false; none of that keeps a log from
answering, so every way out is an error of ``errors`` and comes in time.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from ..log.note_texts import size_of
from ..log.notes import Checkpoint, CosignatureVerifier, Note, NoteError, Signature
from .errors import WitnessAheadError, WitnessAwayError, WitnessFalseError, WitnessRefusedError
from .policy import KnownWitness
from .quorum import SKEW
from .submission import PATH, SIZE_TYPE, Submission

_MOST = 64 * 1024  # bytes of an answer
_TRIES = 3  # the size that a witness has seen may change between two
_LOOPBACK = {"127.0.0.1", "::1", "localhost"}

Prove = Callable[[int, int], Sequence[bytes]]
"""Proves that the log only grew from a size to another."""


@dataclass(frozen=True, slots=True)
class _Reply:
    status: int
    content_type: str
    text: str


class WitnessClient:
    """One witness, as its log asks it.

    Args:
        witness: The witness; its url is where it takes checkpoints.
        seconds: How long one request may take in all.
        authorities: The roots that its certificate is believed by; those of the system if left out.
        clock: The time, in seconds since 1970.

    Raises:
        ValueError: The witness has no url that can be used; the message says why.
    """

    def __init__(
        self,
        witness: KnownWitness,
        *,
        seconds: float = 10.0,
        authorities: Path | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.name = witness.name
        self._verifier = CosignatureVerifier(witness.key)
        self._seconds, self._clock = seconds, clock
        url = urlsplit(witness.url)
        is_near = url.scheme == "http" and url.hostname in _LOOPBACK
        if not url.hostname or not (url.scheme == "https" or is_near):
            raise ValueError(
                f"witness {witness.name}: `{witness.url}` is no https URL; write the one where it "
                "takes checkpoints (http is taken of this machine only)"
            )
        self._host, self._port = url.hostname, url.port or (80 if is_near else 443)
        self._path = url.path.rstrip("/") + PATH
        self._tls = None if is_near else ssl.create_default_context(cafile=authorities)
        self._seen = 0

    def cosign(self, note: Note, prove: Prove) -> Signature:
        """The cosignature of the witness on a checkpoint, verified.

        Args:
            note: The checkpoint, signed by its log.
            prove: Proves growth up to it.

        Raises:
            WitnessError: There is none.
            NoteError: The note is no checkpoint.
        """
        size = Checkpoint.parse(note.text).size
        for _ in range(_TRIES):
            old = min(self._seen, size)
            reply = self._posted(Submission(old, tuple(prove(old, size)), note))
            if reply.status == HTTPStatus.OK:
                signature = self._checked(reply, note)
                self._seen = size
                return signature
            if reply.status != HTTPStatus.CONFLICT:
                raise self._refused(reply)
            self._seen = self._size_told(reply)
            if self._seen > size:
                raise WitnessAheadError(self.name, self._seen, size)
            if self._seen == old:
                break
        raise WitnessFalseError(self.name, "does not stay with the size that it tells")

    def _checked(self, reply: _Reply, note: Note) -> Signature:
        """The newest cosignature by the key of the witness; those of others are passed over."""
        try:
            lines = tuple(map(Signature.parse, reply.text.removesuffix("\n").split("\n")))
            cosigned = Note(note.text, lines)
            at = self._verifier.check(cosigned)
        except NoteError as error:
            raise WitnessFalseError(self.name, f"its answer does not count: {error}") from error
        off = at - self._clock()
        if abs(off) > SKEW:
            told = f"its cosignature is {abs(off):.0f} seconds {'ahead' if off > 0 else 'old'}"
            raise WitnessFalseError(self.name, told)
        own = self._verifier.key.on(cosigned)
        return max(own, key=lambda one: one.blob[:8])  # they begin with their time

    def _size_told(self, reply: _Reply) -> int:
        try:
            if reply.content_type != SIZE_TYPE or not reply.text.endswith("\n"):
                raise NoteError(f"a conflict comes with the size seen, as {SIZE_TYPE}")
            return size_of(reply.text[:-1], "the size seen")
        except NoteError as error:
            raise WitnessFalseError(self.name, str(error)) from error

    def _refused(self, reply: _Reply) -> WitnessRefusedError | WitnessAwayError:
        said = " ".join("".join(c if c.isprintable() else " " for c in reply.text[:200]).split())
        if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return WitnessAwayError(self.name, f"cannot answer now ({reply.status}: {said})")
        return WitnessRefusedError(self.name, reply.status, said)

    # The network ----------------------------------------------------------------------------

    def _posted(self, submission: Submission) -> _Reply:
        until = time.monotonic() + self._seconds
        try:
            with self._connected(until) as connection:
                body = str(submission).encode()
                connection.request("POST", self._path, body, {"User-Agent": "platelaw"})
                answer = connection.getresponse()
                whole = answer.read(_MOST + 1)
                if len(whole) <= _MOST and answer.length:
                    raise http.client.IncompleteRead(whole, answer.length)
        except (OSError, http.client.HTTPException) as fault:
            raise self._away(fault, until) from fault
        if time.monotonic() >= until:  # an answer without a length only looks whole when it is cut
            raise self._away(TimeoutError(), until)
        if len(whole) > _MOST:
            raise WitnessFalseError(self.name, f"its answer has more than {_MOST} bytes")
        kind = (answer.getheader("Content-Type") or "").partition(";")[0].strip().lower()
        return _Reply(answer.status, kind, whole.decode(errors="replace"))

    def _away(self, fault: Exception, until: float) -> WitnessAwayError:
        if time.monotonic() >= until or isinstance(fault, TimeoutError):
            return WitnessAwayError(self.name, f"did not answer within {self._seconds:g} seconds")
        told = fault.strerror if isinstance(fault, OSError) else ""
        return WitnessAwayError(self.name, f"cannot be asked: {told or fault}")

    @contextmanager
    def _connected(self, until: float) -> Generator[http.client.HTTPConnection]:
        """A connection that is cut at a time, however slowly bytes still come."""
        raw = socket.create_connection((self._host, self._port), self._seconds)
        with closing(raw), closing(raw.dup()) as twin:
            cut = threading.Timer(max(until - time.monotonic(), 0), _cut, (twin,))
            cut.daemon = True
            cut.start()
            connection = http.client.HTTPConnection(self._host, self._port)
            try:
                connection.sock = self._secured(raw)
                yield connection
            finally:
                cut.cancel()
                connection.close()

    def _secured(self, raw: socket.socket) -> socket.socket:
        if self._tls is None:
            return raw
        return self._tls.wrap_socket(raw, server_hostname=self._host)


def _cut(twin: socket.socket) -> None:
    with suppress(OSError):
        twin.shutdown(socket.SHUT_RDWR)
