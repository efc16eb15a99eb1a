"""Messages made from their descriptors: any field, any value, whatever a program may put there."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

ODD = (
    "", " ", "\t\n", "\x00", "a\x00b", "\x1c", "\u0085", "\u00a0", "\u200b", "\ufeff", "\u202eabc",
    "\u2028", "e\u0301", "\u00e9", "\U0001f600", "\U0010ffff", "\ufffe", "AA/pd ", " AA/pd",
    "aa/pd", "AA/PD", "AA\u2215pd", "\uff21\uff21/pd", "thef\u0442", "none", "null", "true", "*",
    "{}", "'; --", "../../etc/passwd", "%00", "0000-00-00", "9999-12-31", "2026-02-30",
    "2026-11-03T10:15:00", "2026-11-03T10:15:00+99:99", "2026-11-01T00:00:00Z", "1" * 40,
)  # fmt: skip
LENGTHS = (100, 101, 200, 201, 1000, 1001, 2000, 2001, 5000)
INTEGERS = (0, 1, -1, 2, 255, 2**31 - 1, -(2**31), 2**32 - 1, 2**53 - 1, 2**53, 2**63 - 1, -(2**63))
COUNTS = (0, 1, 1, 2, 3, 17, 129)
LARGE_COUNTS = (256, 257, 1001)
_RANGES = {
    FieldDescriptor.CPPTYPE_INT32: (-(2**31), 2**31 - 1),
    FieldDescriptor.CPPTYPE_UINT32: (0, 2**32 - 1),
    FieldDescriptor.CPPTYPE_INT64: (-(2**63), 2**63 - 1),
    FieldDescriptor.CPPTYPE_UINT64: (0, 2**64 - 1),
    FieldDescriptor.CPPTYPE_ENUM: (-(2**31), 2**31 - 1),
}


@dataclass(frozen=True)
class Maker:
    """Makes and varies messages by chance, the same for the same seed.

    Attributes:
        chance: The chance.
        words: Words that somebody who knows the policies would use.
    """

    chance: random.Random
    words: Sequence[str]

    def varied(self, message: Message) -> Message:
        """A message with a few of its fields another."""
        made = type(message)()
        made.CopyFrom(message)
        for _ in range(self.chance.choice((0, 1, 1, 2, 2, 3, 5))):
            self._vary(made)
        return made

    def anything(self, kind: type[Message]) -> Message:
        """A message of which any field may be anything."""
        made = kind()
        for described in _fields(made):
            if self.chance.random() < 0.8:
                self._set(made, described)
        return made

    def _vary(self, message: Message) -> None:
        """Go down some way, and change what is there."""
        while True:
            inner = [held for held in _messages(message) if _fields(held)]
            if not inner or self.chance.random() < 0.3:
                break
            message = self.chance.choice(inner)
        if not _fields(message):
            return
        described = self.chance.choice(_fields(message))
        if self.chance.random() < 0.3:
            message.ClearField(described.name)
        else:
            self._set(message, described)

    def _set(self, message: Message, described: FieldDescriptor) -> None:
        held: Any = getattr(message, described.name)
        if described.is_repeated:
            self._fill(held, described)
        elif described.message_type is not None:
            held.SetInParent()
            held.CopyFrom(self.anything(GetMessageClass(described.message_type)))
        else:
            setattr(message, described.name, self._value(described))

    def _fill(self, held: Any, described: FieldDescriptor) -> None:
        before = list(held)
        if self.chance.random() < 0.5:
            del held[:]
        is_text = described.message_type is None
        large = is_text and self.chance.random() < 0.03
        for _ in range(
            self.chance.choice(LARGE_COUNTS if large else COUNTS[: 7 if is_text else 5])
        ):
            if before and self.chance.random() < 0.3:
                value = self.chance.choice(before)  # once more
            elif described.message_type is not None:
                value = self.anything(GetMessageClass(described.message_type))
            else:
                value = self._value(described)
            held.append(value)

    def _value(self, described: FieldDescriptor) -> Any:
        kind = described.cpp_type
        if kind == FieldDescriptor.CPPTYPE_STRING:
            if described.type == FieldDescriptor.TYPE_BYTES:
                return self.chance.randbytes(self.chance.choice((0, 1, 15, 16, 32, 33, 500)))
            return self._text()
        if kind == FieldDescriptor.CPPTYPE_BOOL:
            return self.chance.random() < 0.5
        least, most = _RANGES[kind]
        return min(max(self.chance.choice(INTEGERS), least), most)

    def _text(self) -> str:
        sort = self.chance.random()
        if sort < 0.6:
            return self.chance.choice(self.words)
        if sort < 0.9:
            return self.chance.choice(ODD)
        return self.chance.choice("x \u00e9\U0001f600") * self.chance.choice(LENGTHS)


def _fields(message: Message) -> list[Any]:
    """The fields that a message may have."""
    return list(message.DESCRIPTOR.fields)


def _messages(message: Message) -> list[Any]:
    """The messages that a message holds."""
    found: list[Any] = []
    for described, value in message.ListFields():
        if described.message_type is not None:
            found += value if described.is_repeated else [value]
    return found
