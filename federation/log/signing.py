"""The keys of a log: they sign its checkpoints, and nobody but the log's process holds them.

A checkpoint is signed twice over the same text: as a C2SP signed note with Ed25519, which witnesses
cosign, and as a DSSE envelope with ECDSA P-256, which needs nothing but approved algorithms.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from .. import durable
from .notes import Checkpoint, Note, NoteSigner

PAYLOAD_TYPE = "application/vnd.platelaw.checkpoint"
_NOTE_KEY, _DSSE_KEY = "note.pem", "dsse.pem"
_OTHERS = 0o077
_ECDSA = ec.ECDSA(SHA256())


class LogKeyError(Exception):
    """A key of a log that cannot be used; the message names the file and the mend."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A checkpoint, signed.

    Attributes:
        size: The size of the log.
        checkpoint: The signed note.
        signature: The signature of the DSSE envelope.
        key_id: The key of that signature.
    """

    size: int
    checkpoint: str
    signature: bytes
    key_id: str


@dataclass(frozen=True, slots=True)
class LogSigner:
    """Signs the checkpoints of one log.

    Attributes:
        origin: The origin of the log, such as ``ct.example/log``.
        note: Signs notes.
        dsse: The public key of envelopes.
    """

    origin: str
    note: NoteSigner
    dsse: SSlibKey
    _private: ec.EllipticCurvePrivateKey = field(repr=False)

    @classmethod
    def of(cls, origin: str, note: NoteSigner, dsse: ec.EllipticCurvePrivateKey) -> LogSigner:
        """The signer of a log with its two private keys."""
        return cls(origin, note, SSlibKey.from_crypto(dsse.public_key()), dsse)

    def signed(self, size: int, root: bytes) -> Signed:
        """The checkpoint of a tree, signed."""
        text = Checkpoint(self.origin, size, root).text
        note = Note(text, (self.note.sign(text),))
        # Not by ``Envelope.sign``, which takes three times as long as the signature in it.
        signature = self._private.sign(Envelope(text.encode(), PAYLOAD_TYPE, {}).pae(), _ECDSA)
        return Signed(size, str(note), signature, self.dsse.keyid)

    @property
    def public(self) -> tuple[str, SSlibKey]:
        """The public keys: of notes, as verifiers are given it, and of envelopes."""
        return self.note.vkey, self.dsse


def log_signer(folder: Path, origin: str) -> LogSigner:
    """The signer of a folder; its keys are made if there are none.

    Several servers of one log have keys of their own, all under the name of the log, by which
    witnesses know whose checkpoint it is.

    Args:
        folder: Where the keys are; nobody else may read it.
        origin: The origin of the log.

    Raises:
        LogKeyError: A key cannot be read or made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        note = _key(folder / _NOTE_KEY, Ed25519PrivateKey.generate)
        dsse = _key(folder / _DSSE_KEY, lambda: ec.generate_private_key(ec.SECP256R1()))
    except OSError as fault:
        mend = "let the account of the service own it"
        raise LogKeyError(f"{folder}: {fault.strerror or fault}; {mend}") from fault
    if not isinstance(note, Ed25519PrivateKey) or not isinstance(dsse, ec.EllipticCurvePrivateKey):
        raise LogKeyError(f"{folder}: keys of another kind; put back those of this log")
    return LogSigner.of(origin, NoteSigner(origin, note), dsse)


_Private = Ed25519PrivateKey | ec.EllipticCurvePrivateKey


def _key(path: Path, make: Callable[[], _Private]) -> _Private:
    """The key of a file, which is made if there is none.

    Raises:
        LogKeyError: It is no key, or others can read it.
        OSError: It cannot be read or written.
    """
    if not path.exists():
        made = make().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with suppress(FileExistsError):  # another worker was faster
            durable.create(path, made)
    if path.stat().st_mode & _OTHERS:
        raise LogKeyError(f"{path}: others can read it; chmod 600 {path}")
    try:
        return cast("_Private", load_pem_private_key(path.read_bytes(), None))
    except ValueError as fault:
        raise LogKeyError(f"{path}: is no private key; put back the key of this log") from fault
