"""DSSE envelopes around statements: made, opened strictly, verified with one key.

Source: github.com/secure-systems-lab/dsse, protocol 1.0.2 and envelope 1.0.0.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass

from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Key, Signature, Signer

from ...engine.json_text import Json
from . import fields
from .fields import known_keys, object_in, refuse
from .reading import read_statement
from .statements import Statement, payload_of, statement_id

PAYLOAD_TYPE = "application/vnd.platelaw.statement+json"
MAX_ENVELOPE = 65536  # bytes, as in the protos
_MAX_CODED = 4000  # characters of base64


@dataclass(frozen=True, slots=True)
class Sealed:
    """An envelope that was opened and whose signature nobody has looked at.

    Attributes:
        id: The id of the statement in it.
        statement: What it says.
        key_id: The key that is said to have signed it.
        envelope: The envelope, for verifying.
    """

    id: str
    statement: Statement
    key_id: str
    envelope: Envelope

    def is_signed_with(self, key: Key) -> bool:
        """Whether the holder of a key signed it."""
        try:
            self.envelope.verify([key], 1)
        except VerificationError:
            return False
        return True


def signed(statement: Statement, signer: Signer) -> bytes:
    """A statement in an envelope, signed, as JSON."""
    envelope = Envelope(payload_of(statement), PAYLOAD_TYPE, {})
    envelope.sign(signer)
    return json.dumps(envelope.to_dict(), separators=(",", ":")).encode()


def opened(data: bytes) -> Sealed:
    """The statement in an envelope.

    Raises:
        RefusedCallError: The envelope or the statement cannot be gone by.
    """
    where = "envelope"
    if len(data) > MAX_ENVELOPE:
        refuse(where, f"longer than {MAX_ENVELOPE} bytes", "send one statement")
    raw = fields.object_of(data, where)
    known_keys(raw, ("payload", "payloadType", "signatures"), where)
    fields.word(raw, "payloadType", where, (PAYLOAD_TYPE,))
    payload = _decoded(raw, "payload", where)
    signature = _signature(raw["signatures"])
    statement = read_statement(payload)
    envelope = Envelope(payload, PAYLOAD_TYPE, {signature.keyid: signature})
    return Sealed(statement_id(payload), statement, signature.keyid, envelope)


def _signature(value: Json) -> Signature:
    """The one signature of an envelope."""
    where = "envelope/signatures"
    if not isinstance(value, list) or len(value) != 1:
        refuse(where, "not exactly one signature", "let whoever vouches sign, and nobody else")
    raw = object_in(value[0], f"{where}/0")
    known_keys(raw, ("keyid", "sig"), f"{where}/0")
    key_id = fields.text(raw, "keyid", f"{where}/0")
    return Signature(key_id, _decoded(raw, "sig", f"{where}/0").hex())


def _decoded(raw: dict[str, Json], key: str, where: str) -> bytes:
    """The bytes of a text in base64, in its one spelling."""
    coded = fields.text(raw, key, where, limit=_MAX_CODED)
    try:
        data = base64.b64decode(coded, validate=True)
    except (binascii.Error, ValueError):
        refuse(f"{where}/{key}", "not base64", "use the standard alphabet, with padding")
    if base64.b64encode(data).decode() != coded:
        refuse(f"{where}/{key}", "not the one spelling of its base64", "encode it again")
    return data
