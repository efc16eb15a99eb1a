"""What a worker and the log's process say to each other: frames on a Unix socket."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

import msgspec

from ..journal import (
    JournalError,
    JournalUnavailableError,
    NotRecordedError,
    Receipt,
    ReplayedError,
    Submission,
    Told,
)

_LENGTH = struct.Struct("!I")
LONGEST = 64 * 1024 * 1024  # bytes of a frame
PIECE = 64 * 1024  # bytes read at a time; room for more would be asked of the system each time


class FrameError(Exception):
    """What was sent is no frame."""


class Group(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """From a worker: submissions to be written together. None asks only how the log is.

    Attributes:
        number: Its number, which the answer repeats.
        submissions: The submissions.
    """

    number: int
    submissions: Sequence[Submission]


class Proven(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is its own of one receipt.

    Attributes:
        first: The index of the first entry.
        hashes: The proof.
        recorded: The entries recorded before.
    """

    first: int
    hashes: bytes
    recorded: Sequence[bytes]


class Written(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """From the log: what became of a group.

    Attributes:
        number: The number of the group.
        origin: The origin of the log.
        checkpoint: The checkpoint that all proofs end in, as a signed note.
        signature: The signature of its DSSE envelope.
        key_id: The key of that signature.
        told: For each submission its proof, or the word for why there is none.
        why_not: Why nothing can be written; empty if it can.
        witnessed_at: When enough witnesses had cosigned last, a POSIX time; 0 if none are asked.
        is_overdue: Whether that is too long ago.
    """

    number: int
    origin: str
    checkpoint: str
    signature: bytes
    key_id: str
    told: Sequence[Proven | str]
    why_not: str
    witnessed_at: int = 0
    is_overdue: bool = False

    def receipts(self) -> Iterator[Told]:
        """What each is told."""
        for each in self.told:
            if isinstance(each, Proven):
                yield Receipt(
                    self.origin,
                    each.first,
                    each.hashes,
                    self.checkpoint,
                    self.signature,
                    self.key_id,
                    each.recorded,
                    self.witnessed_at,
                )
            else:
                yield _WORDS.get(each, JournalUnavailableError)()


_WORDS: dict[str, type[JournalError]] = {
    "unavailable": JournalUnavailableError,
    "replayed": ReplayedError,
    "not recorded": NotRecordedError,
}
_WORD_OF = {kind: word for word, kind in _WORDS.items()}


def short(told: Told) -> Proven | str:
    """What one is told, without what is the same for all."""
    if isinstance(told, Receipt):
        return Proven(told.first, told.hashes, told.recorded)
    return _WORD_OF.get(type(told), "unavailable")


_encode = msgspec.msgpack.Encoder().encode


def frame(message: Group | Written) -> bytes:
    """A message as it is sent."""
    body = _encode(message)
    return _LENGTH.pack(len(body)) + body


class Frames:
    """Frames as they come in, cut out of a stream of bytes."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def take(self, data: bytes) -> Iterator[bytes]:
        """The bodies of the frames that are whole with some bytes more.

        Raises:
            FrameError: It is no stream of frames.
        """
        rest = self._rest
        rest += data
        while len(rest) >= _LENGTH.size:
            (size,) = _LENGTH.unpack_from(rest)
            if size > LONGEST:
                raise FrameError
            end = _LENGTH.size + size
            if len(rest) < end:
                return
            body = bytes(rest[_LENGTH.size : end])
            del rest[:end]
            yield body


read_group: msgspec.msgpack.Decoder[Group] = msgspec.msgpack.Decoder(Group)
read_written: msgspec.msgpack.Decoder[Written] = msgspec.msgpack.Decoder(Written)
