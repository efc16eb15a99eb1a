"""The record of unmasking: a line for each act, signed, each with the digest of the one before it.

It lies beside the results, and is only ever added to.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Key, Signature, Signer

from ..errors import MendableError

PAYLOAD_TYPE = "application/vnd.platelaw.unmasking+json"
FIRST = "0" * 64


class RecordError(MendableError):
    """A record that cannot be gone by, with the mend."""


@dataclass(frozen=True, slots=True)
class Line:
    """One act: its digest, the one before it, what it says, and the envelope around that."""

    digest: str
    previous: str
    said: Mapping[str, Any]
    key_id: str
    envelope: Envelope

    def is_signed_with(self, key: Key) -> bool:
        """Whether the holder of a key signed it."""
        try:
            self.envelope.verify([key], 1)
        except VerificationError:
            return False
        return True


def record_beside(results: Path) -> Path:
    """Where the record of a results database lies."""
    return results.with_name(f"{results.name}.unmasking")


def read_record(place: Path) -> tuple[Line, ...]:
    """Every line, in order; none if nobody has asked yet.

    Raises:
        RecordError: A line cannot be read, or does not follow the one before it.
    """
    try:
        text = place.read_bytes() if place.exists() else b""
    except OSError as fault:
        raise RecordError(
            f"{place}: cannot be read: {fault.strerror}", "see to its rights"
        ) from None
    return tuple(_lines(place, text))


def _lines(place: Path, text: bytes) -> Iterator[Line]:
    before = FIRST
    for number, raw in enumerate(text.splitlines(), 1):
        try:
            found = _line(raw)
        except (ValueError, KeyError, TypeError):
            raise RecordError(
                f"{place}:{number}: no line of a record", "put the file back"
            ) from None
        if found.previous != before or found.said["previous"] != before:
            raise RecordError(
                f"{place}:{number}: it does not follow the line before it",
                "lines were taken away or changed; put the file back",
            )
        before = found.digest
        yield found


def _line(raw: bytes) -> Line:
    told = json.loads(raw)
    ((key_id, signature),) = told["signatures"].items()
    payload = base64.b64decode(told["payload"], validate=True)
    envelope = Envelope(payload, PAYLOAD_TYPE, {key_id: Signature(key_id, signature)})
    return Line(
        hashlib.sha256(raw).hexdigest(), told["previous"], json.loads(payload), key_id, envelope
    )


def signed_line(said: Mapping[str, Any], previous: str, signer: Signer) -> bytes:
    """A line that says something, signed."""
    payload = json.dumps({**said, "previous": previous}, ensure_ascii=False).encode()
    signature = Envelope(payload, PAYLOAD_TYPE, {}).sign(signer)
    told = {
        "previous": previous,
        "payload": base64.b64encode(payload).decode(),
        "signatures": {signature.keyid: signature.signature},
    }
    return json.dumps(told, separators=(",", ":")).encode()


def add(place: Path, line: bytes) -> None:
    """Add a line; it is on the disk when this returns.

    Raises:
        RecordError: It cannot be written.
    """
    try:
        handle = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(line + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise RecordError(
            f"{place}: cannot be written: {fault.strerror}", "nothing was shown; make room"
        ) from None
