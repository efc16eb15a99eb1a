"""Answers as bytes: what is alike for all questions of a class is serialized once.

A serialized message is the concatenation of its serialized fields (Protocol Buffers encoding
guide), so an explanation that is kept as bytes is appended and not built anew.
"""

from __future__ import annotations

from collections.abc import Iterable

_EXPLANATION = b"\x1a"  # field 3 of Answer, length-delimited
_FIRST = b"\x0a"  # field 1 of a response, length-delimited


def with_explanation(answer: bytes, explanation: bytes) -> bytes:
    """A serialized answer with its explanation."""
    return b"".join((answer, _EXPLANATION, varint(len(explanation)), explanation))


def as_first_field(message: bytes) -> bytes:
    """A serialized message as field 1 of another."""
    return b"".join((_FIRST, varint(len(message)), message))


def as_first_fields(messages: Iterable[bytes]) -> bytes:
    """Serialized messages as the repeated field 1 of another."""
    return b"".join(map(as_first_field, messages))


def varint(number: int) -> bytes:
    """A whole number in base 128, least significant group first."""
    if number < 0x80:
        return bytes((number,))
    if number < 0x4000:
        return bytes((number & 0x7F | 0x80, number >> 7))
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)
