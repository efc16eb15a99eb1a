"""Messages off the wire: decoded, without a field that is not known, and within their limits."""

from __future__ import annotations

from typing import TypeVar

import protovalidate
from google.protobuf.message import DecodeError, Message
from google.protobuf.unknown_fields import UnknownFieldSet

from .refusal import RefusedCallError, Status

REVISION = 1  # of the messages; docs/messages.md says what changed
_TOLD = 3  # faults of a message that are told
M = TypeVar("M", bound=Message)


class UnknownFieldError(RefusedCallError):
    """A message with a field that this revision does not know."""

    def __init__(self) -> None:
        super().__init__(
            Status.INVALID_ARGUMENT,
            f"unknown field: this service speaks revision {REVISION} of the messages and gives "
            "no answer on what it cannot read; ask PolicyService.GetSnapshot for the revision",
        )


def parsed(kind: type[M], data: bytes) -> M:
    """A message of a kind. Neither its limits nor fields that are not known are looked at.

    Raises:
        RefusedCallError: It is no such message.
    """
    message = kind()
    try:
        message.ParseFromString(data)
    except DecodeError:
        name = message.DESCRIPTOR.full_name
        raise RefusedCallError(Status.INVALID_ARGUMENT, f"not a {name} message") from None
    return message


def decoded(kind: type[M], data: bytes) -> M:
    """A message of a kind, every field of it known; its limits are not looked at.

    Raises:
        UnknownFieldError: It has a field that is not known, at any depth.
        RefusedCallError: It is no such message.
    """
    message = parsed(kind, data)
    refuse_unknown_inside(message)
    return message


def refuse_unknown(*messages: Message) -> None:
    """Refuse messages that have a field of their own that is not known; those inside may.

    Raises:
        UnknownFieldError: One has.
    """
    for message in messages:
        if len(UnknownFieldSet(message)):
            raise UnknownFieldError


def refuse_unknown_inside(message: Message) -> None:
    """Refuse a message with a field that is not known, at any depth.

    Raises:
        UnknownFieldError: It has one; it is gone from the message.
    """
    if has_unknown(message):
        raise UnknownFieldError


def has_unknown(message: Message) -> bool:
    """Whether a message had a field that is not known, at any depth; it is gone afterwards."""
    size = message.ByteSize()
    message.DiscardUnknownFields()
    return message.ByteSize() != size


def check_limits(message: Message, within: str = "") -> None:
    """Hold a message against the limits of its fields, which stand in the protos.

    Args:
        message: The message.
        within: The path of the message, as faults tell it.

    Raises:
        RefusedCallError: A field is missing, too long or of a wrong form; the first few are told.
    """
    found = protovalidate.collect_violations(message)
    if found:
        told = "; ".join(_told(each, within) for each in found[:_TOLD])
        more = f"; and {len(found) - _TOLD} more" if len(found) > _TOLD else ""
        raise RefusedCallError(Status.INVALID_ARGUMENT, told + more)


def _told(violation: protovalidate.Violation, path: str) -> str:
    """The path of the field that is beyond its limits, and the limit."""
    for element in violation.proto.field.elements if violation.proto.field else ():
        path += f".{element.field_name}"
        if element.subscript is not None:
            path += f"[{element.subscript.value}]"
    return f"{path.removeprefix('.')}: {violation.proto.message}"


def read(kind: type[M], data: bytes) -> M:
    """A message of a kind within its limits.

    Raises:
        UnknownFieldError: It has a field that is not known.
        RefusedCallError: It is no such message, or a field is beyond its limits.
    """
    message = decoded(kind, data)
    check_limits(message)
    return message
