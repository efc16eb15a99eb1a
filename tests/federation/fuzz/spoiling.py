"""Bytes spoiled in every way that a wire, a careless program or an attacker might think of."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from google.protobuf.message import Message

HUGE = (b"\xff\xff\xff\xff\x07", b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", b"\xff" * 11)
TAGS = (b"\x0a", b"\x12", b"\x1a", b"\x08", b"\x0b", b"\x0c", b"\x0d", b"\x09", b"\x0f", b"\x00")


@dataclass(frozen=True)
class ByteSpoiler:
    """Spoils bytes by chance, the same for the same seed.

    Attributes:
        chance: The chance.
        good: Good messages.
    """

    chance: random.Random
    good: Sequence[bytes]

    def spoiled(self) -> bytes:
        """A good message with some things changed; now and then with none."""
        data = self.chance.choice(self.good)
        for _ in range(self.chance.choice((0, 1, 1, 1, 2, 3, 8))):
            data = self.chance.choice(_WAYS)(self, data)
        return data

    def place(self, data: bytes) -> int:
        """A place in some bytes, or their end."""
        return self.chance.randrange(len(data) + 1)

    def flip(self, data: bytes) -> bytes:
        """One bit turned."""
        at = self.place(data)
        if at == len(data):
            return data
        return data[:at] + bytes((data[at] ^ 1 << self.chance.randrange(8),)) + data[at + 1 :]

    def change(self, data: bytes) -> bytes:
        """One byte another."""
        at = self.place(data)
        return data[:at] + self.chance.randbytes(1) + data[at + 1 :]

    def truncate(self, data: bytes) -> bytes:
        """The end cut off."""
        return data[: self.place(data)]

    def lose(self, data: bytes) -> bytes:
        """A few bytes lost."""
        at = self.place(data)
        return data[:at] + data[at + self.chance.choice((1, 1, 2, 4, 16)) :]

    def insert(self, data: bytes) -> bytes:
        """A few bytes too many."""
        at = self.place(data)
        return data[:at] + self.chance.randbytes(self.chance.choice((1, 1, 2, 4, 16))) + data[at:]

    def splice(self, data: bytes) -> bytes:
        """The head of one message and the tail of another."""
        other = self.chance.choice(self.good)
        return data[: self.place(data)] + other[self.place(other) :]

    def repeat(self, data: bytes) -> bytes:
        """A part of it twice."""
        first, last = sorted((self.place(data), self.place(data)))
        return data[:last] + data[first:]

    def merge(self, data: bytes) -> bytes:
        """Two messages one after the other, which a reader takes for one."""
        return data + self.chance.choice(self.good)

    def lengthen(self, data: bytes) -> bytes:
        """A length or number beyond everything."""
        at = self.place(data)
        return data[:at] + self.chance.choice(HUGE) + data[at + 1 :]

    def retag(self, data: bytes) -> bytes:
        """Another field or wire type."""
        at = self.place(data)
        return data[:at] + self.chance.choice(TAGS) + data[at + 1 :]

    def nest(self, data: bytes) -> bytes:
        """Messages or groups in one another, deeper than anyone needs."""
        depth = self.chance.choice((5, 99, 101, 1000))
        if self.chance.random() < 0.5:
            return data + b"\x0b" * depth + b"\x0c" * self.chance.choice((0, depth))
        for _ in range(depth):
            data = b"\x12" + varint(len(data)) + data
            if len(data) > 40_000:
                break
        return data

    def unknown(self, data: bytes) -> bytes:
        """A field that nobody knows."""
        number = self.chance.choice((15, 99, 2047, 536_870_911))
        return data + varint(number << 3 | 2) + b"\x03abc"


_WAYS = (
    ByteSpoiler.flip, ByteSpoiler.flip, ByteSpoiler.change, ByteSpoiler.change,
    ByteSpoiler.truncate, ByteSpoiler.lose, ByteSpoiler.insert, ByteSpoiler.splice,
    ByteSpoiler.repeat, ByteSpoiler.merge, ByteSpoiler.lengthen, ByteSpoiler.retag,
    ByteSpoiler.nest, ByteSpoiler.unknown,
)  # fmt: skip


def varint(number: int) -> bytes:
    """A whole number in base 128."""
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)


def shuffled(message: Message, chance: random.Random) -> bytes:
    """A message with its fields in another order, at every depth; repeated ones keep theirs."""
    parts: list[bytes] = []
    for described, value in message.ListFields():
        tag = varint(described.number << 3 | 2)
        if described.message_type is None:
            alone = type(message)()
            if described.is_repeated:
                getattr(alone, described.name).extend(value)
            else:
                setattr(alone, described.name, value)
            parts.append(alone.SerializeToString())
        else:
            inner = [shuffled(one, chance) for one in (value if described.is_repeated else [value])]
            parts.append(b"".join(tag + varint(len(one)) + one for one in inner))
    chance.shuffle(parts)
    return b"".join(parts)
