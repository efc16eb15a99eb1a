"""Answers as bytes: what is alike for all questions of a class is serialized once.

A serialized message is the concatenation of its serialized fields (Protocol Buffers encoding
guide), so an explanation that is kept as bytes is appended and not built anew.
"""

from __future__ import annotations

from collections.abc import Iterable

_EXPLANATION = b"\x1a"  # field 3 of Answer, length-delimited
_RECORDED = b"\x6a"  # field 13 of Answer
_ONE_BYTE = 0x80  # numbers below it are written as one byte
_SHORT = tuple(bytes((number,)) for number in range(_ONE_BYTE))
_FIRST, _SECOND, _THIRD = b"\x0a", b"\x12", b"\x1a"  # of a response, length-delimited


def with_explanation(answer: bytes, explanation: bytes) -> bytes:
    """A serialized answer with its explanation."""
    return b"".join((answer, _EXPLANATION, varint(len(explanation)), explanation))


def as_recorded_field(recorded: bytes) -> bytes:
    """Where an answer is recorded, as the field of it."""
    return b"".join((_RECORDED, varint(len(recorded)), recorded))


def as_first_field(message: bytes) -> bytes:
    """A serialized message as field 1 of another."""
    return b"".join((_FIRST, varint(len(message)), message))


def as_first_fields(messages: Iterable[bytes]) -> bytes:
    """Serialized messages as the repeated field 1 of another."""
    return b"".join(map(as_first_field, messages))


def as_second_field(proof: bytes) -> bytes:
    """The proof of a batch, as field 2 of its response; nothing if there is none."""
    return b"".join((_SECOND, varint(len(proof)), proof)) if proof else b""


def as_third_field(proof: bytes) -> bytes:
    """The proof of a search, as field 3 of its response; nothing if there is none."""
    return b"".join((_THIRD, varint(len(proof)), proof)) if proof else b""


def lengthy(tag: bytes, value: bytes) -> bytes:
    """A field of bytes, of text or of a message; nothing if it is empty."""
    size = len(value)
    if size < _ONE_BYTE:
        return tag + _SHORT[size] + value if size else b""
    return b"".join((tag, varint(size), value))


def varint(number: int) -> bytes:
    """A whole number in base 128, least significant group first."""
    if number < _ONE_BYTE:
        return _SHORT[number]
    if number < 0x4000:
        return bytes((number & 0x7F | 0x80, number >> 7))
    if number < 0x200000:
        return bytes((number & 0x7F | 0x80, number >> 7 & 0x7F | 0x80, number >> 14))
    groups = bytearray()
    while number > 0x7F:
        groups.append(number & 0x7F | 0x80)
        number >>= 7
    groups.append(number)
    return bytes(groups)
