"""Checkpoints of a log as signed notes, and the cosignatures of witnesses on them.

Sources, all of c2sp.org: signed-note, tlog-checkpoint and tlog-cosignature, with Ed25519 keys.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from .note_texts import NoteError, check_name, coded, decoded, decoded_hash, size_of

MAX_NOTE = 65536  # characters
MAX_SIGNATURES = 64
MAX_TIME = 2**63 - 1
_KEY_ID = 4  # bytes
_TIME = 8
_DASH = "— "  # an em dash and a space, as signed-note has it
_VKEY = re.compile(r"([^+]+)\+([0-9a-f]{8})\+(.+)", re.DOTALL)


class Kind(IntEnum):
    """What a key signs; the byte by which signed-note knows it."""

    NOTE = 1
    COSIGNATURE = 4


_SIGNED = {Kind.NOTE: "notes", Kind.COSIGNATURE: "cosignatures"}


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a log says that it is.

    Attributes:
        origin: The name of the log.
        size: How many entries it has.
        root: The root of their tree.
        extensions: Further lines of the log's own.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The text that is signed."""
        return "\n".join((self.origin, str(self.size), coded(self.root), *self.extensions, ""))

    @classmethod
    def parse(cls, text: str) -> Checkpoint:
        """A checkpoint from the text of a note.

        Raises:
            NoteError: It is none.
        """
        *lines, rest = text.split("\n")
        if len(lines) < 3 or rest or not all(lines):
            raise NoteError("a checkpoint has at least three lines, none of them empty")
        origin, size, root, *extensions = lines
        entries = size_of(size, "the size of a checkpoint")
        return cls(origin, entries, decoded_hash(root, "the root of a checkpoint"), (*extensions,))


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature line of a note.

    Attributes:
        name: The name of the key.
        key_id: Its id, 4 bytes.
        blob: The signature itself; that of a witness starts with its time.
    """

    name: str
    key_id: bytes
    blob: bytes

    def __str__(self) -> str:
        """The line, without its newline."""
        return f"{_DASH}{self.name} {coded(self.key_id + self.blob)}"

    @classmethod
    def parse(cls, line: str) -> Signature:
        """A signature from its line, without the newline.

        Raises:
            NoteError: It is none.
        """
        name, space, written = line.removeprefix(_DASH).partition(" ")
        if not line.startswith(_DASH) or not space:
            raise NoteError("a signature line is an em dash, the name of the key and the signature")
        check_name(name)
        whole = decoded(written, f"the signature by {name}")
        if len(whole) <= _KEY_ID:
            raise NoteError(f"the signature by {name} is too short")
        return cls(name, whole[:_KEY_ID], whole[_KEY_ID:])


@dataclass(frozen=True, slots=True)
class Note:
    """A text and who signed it; nobody has looked at the signatures yet.

    Attributes:
        text: The text, with its last newline.
        signatures: The signatures on it.
    """

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        """The note as it is written."""
        return f"{self.text}\n" + "".join(f"{one}\n" for one in self.signatures)

    @classmethod
    def parse(cls, written: str) -> Note:
        """A note as it is written.

        Raises:
            NoteError: It is none.
        """
        if len(written) > MAX_NOTE:
            raise NoteError(f"a note has at most {MAX_NOTE} characters")
        if any(char < " " and char != "\n" for char in written):
            raise NoteError("a note has no control characters")
        text, blank, rest = written.rpartition("\n\n")
        if not blank or not rest.endswith("\n"):
            raise NoteError("a note is a text, an empty line and at least one line of a signature")
        lines = rest[:-1].split("\n")
        if len(lines) > MAX_SIGNATURES:
            raise NoteError(f"a note has at most {MAX_SIGNATURES} signatures")
        return cls(f"{text}\n", tuple(map(Signature.parse, lines)))

    def with_signatures(self, *more: Signature) -> Note:
        """The same text with signatures added."""
        return Note(self.text, self.signatures + more)


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key, with its name and what it signs.

    Attributes:
        name: The name of the key, without spaces and plus signs.
        kind: What it signs.
        public: The Ed25519 key, 32 bytes.
    """

    name: str
    kind: Kind
    public: bytes

    def __str__(self) -> str:
        """The key as signed-note writes verifier keys."""
        return f"{self.name}+{self.key_id.hex()}+{coded(bytes([self.kind]) + self.public)}"

    @property
    def key_id(self) -> bytes:
        """The id of the key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:_KEY_ID]

    @classmethod
    def parse(cls, vkey: str) -> VerifierKey:
        """A key as signed-note writes it.

        Raises:
            NoteError: It is none, its id is not its own, or it is of a kind not known here.
        """
        parts = _VKEY.fullmatch(vkey)
        if parts is None:
            raise NoteError("a key is written NAME+ID+KEY, the id as eight hexadecimal digits")
        name, key_id, written = parts.groups()
        check_name(name)
        whole = decoded(written, f"the key {name}")
        if len(whole) != 33 or whole[0] not in set(Kind):  # a kind and an Ed25519 key
            raise NoteError(f"the key {name} is not an Ed25519 key for notes or cosignatures")
        key = cls(name, Kind(whole[0]), whole[1:])
        if key.key_id.hex() != key_id:
            raise NoteError(f"the id of the key {name} is {key.key_id.hex()}, not {key_id}")
        return key

    def on(self, note: Note) -> list[Signature]:
        """The signatures on a note that are said to be by this key.

        Raises:
            NoteError: There is none.
        """
        named = self.name, self.key_id
        found = [one for one in note.signatures if (one.name, one.key_id) == named]
        if not found:
            raise NoteError(f"the note is not signed by {self.name}")
        return found


class _Signer:
    """A private key with its name.

    Attributes:
        key: The public key.
    """

    kind: ClassVar[Kind]

    def __init__(self, name: str, private: Ed25519PrivateKey) -> None:
        """A signer by its name and key.

        Raises:
            NoteError: It cannot be a name of a key.
        """
        check_name(name)
        self.key = VerifierKey(name, self.kind, private.public_key().public_bytes_raw())
        self._private, self._key_id = private, self.key.key_id

    @property
    def vkey(self) -> str:
        """The public key as verifiers are given it."""
        return str(self.key)


class NoteSigner(_Signer):
    """Signs notes."""

    kind = Kind.NOTE

    def sign(self, text: str) -> Signature:
        """A signature on a text."""
        return Signature(self.key.name, self._key_id, self._private.sign(text.encode()))


class CosignatureSigner(_Signer):
    """Signs checkpoints as a witness does, with the time."""

    kind = Kind.COSIGNATURE

    def sign(self, text: str, at: int) -> Signature:
        """A cosignature on the text of a checkpoint, at a POSIX time in seconds."""
        signed = self._private.sign(_cosigned(text, at))
        return Signature(self.key.name, self._key_id, at.to_bytes(_TIME) + signed)


class _Verifier:
    """A public key that verifies.

    Attributes:
        key: The key.
    """

    kind: ClassVar[Kind]

    def __init__(self, key: VerifierKey) -> None:
        """A verifier.

        Raises:
            NoteError: The key is of another kind.
        """
        if key.kind is not self.kind:
            raise NoteError(f"the key {key.name} is not one for {_SIGNED[self.kind]}")
        self.key = key
        self._public = Ed25519PublicKey.from_public_bytes(key.public)

    @classmethod
    def of(cls, vkey: str) -> Self:
        """A verifier by the text of its key.

        Raises:
            NoteError: It is none, or of another kind.
        """
        return cls(VerifierKey.parse(vkey))

    @property
    def name(self) -> str:
        """The name of the key."""
        return self.key.name

    @property
    def key_id(self) -> bytes:
        """The id of the key."""
        return self.key.key_id

    def _verify(self, blob: bytes, signed: bytes) -> None:
        try:
            self._public.verify(blob, signed)
        except InvalidSignature as error:
            raise NoteError(f"the signature by {self.name} does not hold") from error


class NoteVerifier(_Verifier):
    """Verifies what one key signed."""

    kind = Kind.NOTE

    def check(self, note: Note) -> None:
        """See that the key signed a note.

        Raises:
            NoteError: It did not, or a signature said to be by it does not hold.
        """
        for signature in self.key.on(note):
            self._verify(signature.blob, note.text.encode())


class CosignatureVerifier(_Verifier):
    """Verifies the cosignatures of one witness."""

    kind = Kind.COSIGNATURE

    def check(self, note: Note) -> int:
        """See that the witness cosigned a checkpoint; when it last did, as a POSIX time.

        Raises:
            NoteError: It did not, or a cosignature said to be by it does not hold.
        """
        return max(self._time(signature, note.text) for signature in self.key.on(note))

    def _time(self, signature: Signature, text: str) -> int:
        at = int.from_bytes(signature.blob[:_TIME])
        if at > MAX_TIME:
            raise NoteError(f"the cosignature by {self.name} has no possible time")
        self._verify(signature.blob[_TIME:], _cosigned(text, at))
        return at


def _cosigned(text: str, at: int) -> bytes:
    return f"cosignature/v1\ntime {at}\n{text}".encode()


__all__ = [
    "Checkpoint",
    "CosignatureSigner",
    "CosignatureVerifier",
    "Kind",
    "Note",
    "NoteError",
    "NoteSigner",
    "NoteVerifier",
    "Signature",
    "VerifierKey",
]
