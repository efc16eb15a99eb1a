"""Messages of the load: an envelope that is new for every call, around questions of a pool."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.service.questions import Template, varint

from platelaw.federation.messages import REVISION
from platelaw.federation.v1 import decision_pb2 as d

_ID_SIZE, _NONCE_SIZE, _SECONDS_SIZE = 16, 16, 5
_ID, _NONCE = b"\x12\x10", b"\x1a\x10"  # fields 2 and 3 of an envelope, of sixteen bytes
_LISTED, _DIGEST = b"\x1a", b"\x22\x20"  # fields 3 and 4 of a search


def _beginning() -> bytes:
    size = 2 + 2 + _ID_SIZE + 2 + _NONCE_SIZE + 3 + _SECONDS_SIZE
    return bytes((0x0A, size, 0x08, REVISION))


_BEGINNING = _beginning()


@dataclass(slots=True)
class Envelopes:
    """Envelopes, none like another."""

    _sent: int = field(default_factory=lambda: random.randrange(1_000_000))
    _random: bytes = field(default_factory=lambda: os.urandom(_NONCE_SIZE - 8))

    def next(self) -> tuple[bytes, bytes]:
        """An envelope as field 1 of a request, and the number of this call in seven digits."""
        self._sent += 1
        number = self._sent
        seconds = varint(int(time.time()))
        envelope = b"".join(
            (
                _BEGINNING,
                _ID,
                b"load-%011d" % number,
                _NONCE,
                self._random,
                number.to_bytes(8, "big"),
                b"\x22\x06\x08",
                seconds,
            )
        )
        return envelope, b"%07d" % (number % 10_000_000)


@dataclass(slots=True)
class Requests:
    """Requests about the questions of a pool, in an order drawn once.

    Attributes:
        envelopes: Where envelopes come from.
        templates: The questions.
        size: How many questions there are in a request.
        met: The classes that were sent so far.
        asked: How many questions were sent.
        met_before: How many of them were of a class that was sent before.
        end: What a request ends with.
    """

    envelopes: Envelopes
    templates: Sequence[Template]
    size: int
    met: set[int]
    end: bytes = b""
    asked: int = 0
    met_before: int = 0
    _turn: int = 0

    def next(self) -> bytes:
        """The next request."""
        envelope, number = self.envelopes.next()
        if self.size == 1:
            return envelope + self._question(number) + self.end
        questions = [self._question(number[:4] + b"%03d" % at) for at in range(self.size)]
        return b"".join((envelope, *questions, self.end))

    def _question(self, number: bytes) -> bytes:
        template = self.templates[self._turn]
        self._turn = (self._turn + 1) % len(self.templates)
        met = self.met
        self.asked += 1
        if template.group in met:
            self.met_before += 1
        else:
            met.add(template.group)
        return template.numbered(number)


def listed(owners: Sequence[str]) -> bytes:
    """Owners as the end of a search, each named."""
    message = d.OwnerList(keys=owners).SerializeToString()
    return _LISTED + varint(len(message)) + message


def by_digest(digest: bytes) -> bytes:
    """Owners as the end of a search, by the digest of a list that the service knows."""
    return _DIGEST + digest
