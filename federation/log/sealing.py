"""The free texts of an entry: committed to in the log, and sealed beside it.

Whoever reads the log without the key of the owner and month learns nothing of a text and cannot
tell that two entries hold the same one. Whoever has the key opens the texts, checks them against
the commitments, or looks for a text that he knows. Once the key is deleted nobody can do either.

Everything is derived from the month's key by one block of HKDF-Expand (RFC 5869, section 2.3),
whose last byte 1 is the number of the block, and each use has a label of its own:

- the key of an entry's commitments, its opening: HMAC-SHA-256, of which 20 bytes are kept;
- the key that seals the month's texts: AES-256-GCM, with the entry's id as associated data;
- the nonce of a seal, 12 bytes of an HMAC of the id and the texts: what is sealed twice is the
  same, or has another nonce. For the 2^32 entries of a month that NIST SP 800-38D allows under one
  key with such nonces, two would be alike with a chance of one in 2^33.
"""

from __future__ import annotations

import datetime
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET_WIDTH = 32  # bytes of a month's key
COMMITMENT_WIDTH = 20
ID_WIDTH = 8  # bytes that name a key and tell nothing of it

_NONCE_WIDTH = 12
_BLOCK = 64  # bytes of a block of SHA-256
_INNER, _OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))
_COMMIT, _SEAL, _NONCE, _NAME = (
    b"platelaw log 1 commitments\0",
    b"platelaw log 1 sealed texts\0",
    b"platelaw log 1 nonce\0",
    b"platelaw log 1 name of a key\0",
)
_FIRST_BLOCK = b"\x01"
_MONTH = re.compile(r"(?!0000)(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_encode = msgspec.msgpack.Encoder(order="sorted").encode
_decode = msgspec.msgpack.Decoder(dict[str, str]).decode


class SealingError(Exception):
    """Texts that do not belong to an entry; the message says which and why."""


class SealedError(SealingError):
    """Sealed texts that do not open under a key."""


class OtherKeyError(SealedError):
    """Texts that were sealed under another key than the one at hand.

    Attributes:
        key_id: The name of the key that they need.
    """

    def __init__(self, key_id: bytes, key: MonthKey) -> None:
        super().__init__(
            f"the texts are sealed under the key {key_id.hex()}, and {key} is {key.id.hex()}; "
            "take the key of the entry's owner and month, of the generation that has this name"
        )
        self.key_id = key_id


class CommitmentError(SealingError):
    """A text that is not the one committed to.

    Attributes:
        name: The field that does not fit.
    """

    def __init__(self, name: str, message: str) -> None:
        super().__init__(message)
        self.name = name


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A month in UTC, by which keys are told apart."""

    year: int
    number: int

    @classmethod
    def of(cls, moment: datetime.datetime) -> Month:
        """The month of a moment."""
        at = moment.astimezone(datetime.UTC)
        return cls(at.year, at.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """A month as it is written, such as ``2026-11``.

        Raises:
            SealingError: It is written otherwise.
        """
        found = _MONTH.fullmatch(text)
        if not found:
            raise SealingError(f"`{text}` is no month; write it as 2026-11")
        return cls(int(found[1]), int(found[2]))

    def end(self) -> datetime.datetime:
        """The first moment after it."""
        year, number = (self.year + 1, 1) if self.number == 12 else (self.year, self.number + 1)
        return datetime.datetime(year, number, 1, tzinfo=datetime.UTC)

    def __str__(self) -> str:
        """As it is written."""
        return f"{self.year:04}-{self.number:02}"


class _Hmac:
    """HMAC-SHA-256 under one key whose two beginnings are kept, which halves what it takes."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(_BLOCK, b"\0")  # a key of at most one block, as all are here
        self._inner = hashlib.sha256(padded.translate(_INNER))
        self._outer = hashlib.sha256(padded.translate(_OUTER))

    def of(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()


@dataclass(frozen=True, slots=True)
class MonthKey:
    """The key of the texts of one owner in one month.

    Attributes:
        secret: 32 random bytes, never shown.
        owner: The registry key of whose data were asked for.
        month: When.
        generation: 1, or one more for each key of the month that was deleted before.
        id: Names the key, and tells nothing of it.
    """

    secret: bytes = field(repr=False)
    owner: str
    month: Month
    generation: int = 1
    id: bytes = field(init=False, compare=False)
    _hmac: _Hmac = field(init=False, repr=False, compare=False)
    _cipher: AESGCM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work out what is derived once for all entries.

        Raises:
            SealingError: It is no key, by its length.
        """
        if len(self.secret) != SECRET_WIDTH:
            raise SealingError(f"a month's key has {SECRET_WIDTH} bytes, not {len(self.secret)}")
        object.__setattr__(self, "_hmac", _Hmac(self.secret))
        object.__setattr__(self, "_cipher", AESGCM(self.derived(_SEAL)))
        object.__setattr__(self, "id", self.derived(_NAME)[:ID_WIDTH])

    def derived(self, label: bytes, entry_id: bytes = b"") -> bytes:
        """A key for one use, of the month or of one entry."""
        return self._hmac.of(label + entry_id + _FIRST_BLOCK)

    def encrypted(self, entry_id: bytes, plain: bytes) -> bytes:
        """A nonce, and what is to be sealed under it."""
        nonce = self._hmac.of(_NONCE + entry_id + plain)[:_NONCE_WIDTH]
        return nonce + self._cipher.encrypt(nonce, plain, entry_id)

    def decrypted(self, entry_id: bytes, data: bytes) -> bytes:
        """What was sealed.

        Raises:
            InvalidTag: It was changed, or is that of another entry.
            ValueError: It is too short.
        """
        return self._cipher.decrypt(data[:_NONCE_WIDTH], data[_NONCE_WIDTH:], entry_id)

    def __str__(self) -> str:
        """What it is the key of."""
        again = f", generation {self.generation}" if self.generation > 1 else ""
        return f"the key of {self.owner} for {self.month}{again}"


def opening(key: MonthKey, entry_id: bytes) -> bytes:
    """The key of the commitments of one entry, and of no other.

    Whoever asked may be given it, to prove for good what was asked; it seals nothing and tells
    nothing of the month's key.
    """
    return key.derived(_COMMIT, entry_id)


def commit(key: MonthKey, entry_id: bytes, texts: Mapping[str, str]) -> dict[str, bytes]:
    """Commitments to the texts of an entry, by field.

    Args:
        key: The key of the owner and month.
        entry_id: The entry's random id.
        texts: The texts by field; one that was not stated is left out.
    """
    return commit_by(opening(key, entry_id), texts)


def commit_by(opened_by: bytes, texts: Mapping[str, str]) -> dict[str, bytes]:
    """The same, by the opening of the entry."""
    of = _Hmac(opened_by).of
    return {name: of(_field(name, text))[:COMMITMENT_WIDTH] for name, text in texts.items()}


def seal(key: MonthKey, entry_id: bytes, texts: Mapping[str, str]) -> bytes:
    """The texts of an entry, sealed: the key's id, a nonce, and AES-256-GCM of the texts."""
    return key.id + key.encrypted(entry_id, _encode(texts))


def sealed_under(sealed: bytes) -> bytes:
    """The id of the key under which texts are sealed, as they say."""
    return sealed[:ID_WIDTH]


def opened(key: MonthKey, entry_id: bytes, sealed: bytes) -> Mapping[str, str]:
    """The texts of an entry. `check` tells whether they are those that the log commits to.

    Raises:
        OtherKeyError: They are sealed under another key.
        SealedError: They were changed, or are those of another entry.
    """
    key_id = sealed_under(sealed)
    if key_id != key.id and len(sealed) > ID_WIDTH:
        raise OtherKeyError(key_id, key)
    try:
        return _decode(key.decrypted(entry_id, sealed[ID_WIDTH:]))
    except (InvalidTag, ValueError, msgspec.DecodeError):
        raise SealedError(
            f"the sealed texts of the entry {entry_id.hex()} do not open under {key}: they were "
            "changed, or belong to another entry; compare them with a copy of the log"
        ) from None


def check(
    key: MonthKey, entry_id: bytes, texts: Mapping[str, str], commitments: Mapping[str, bytes]
) -> None:
    """Let texts pass that are those of an entry, all of them and no other.

    Raises:
        CommitmentError: The first field, by name, that does not fit.
    """
    check_by(opening(key, entry_id), entry_id, texts, commitments)


def check_by(
    opened_by: bytes, entry_id: bytes, texts: Mapping[str, str], commitments: Mapping[str, bytes]
) -> None:
    """The same, by the opening of the entry.

    Raises:
        CommitmentError: The first field, by name, that does not fit.
    """
    found = commit_by(opened_by, texts)
    for name in sorted({*found, *commitments}):
        mine, logged = found.get(name), commitments.get(name)
        if mine is None:
            why = "the log commits to a text that is not there"
        elif logged is None:
            why = "there is a text to which the log does not commit"
        elif not hmac.compare_digest(mine, logged):
            why = "the text is not the one that the log commits to"
        else:
            continue
        raise CommitmentError(name, f"field `{name}` of the entry {entry_id.hex()}: {why}")


def is_text(
    key: MonthKey, entry_id: bytes, name: str, text: str, commitments: Mapping[str, bytes]
) -> bool:
    """Whether a field of an entry is this text: how an auditor with the key searches a log."""
    logged = commitments.get(name, b"")
    return hmac.compare_digest(commit(key, entry_id, {name: text})[name], logged)


def _field(name: str, text: str) -> bytes:
    """A field and its text as bytes that no other field and text have."""
    return _named(name) + text.encode()


@lru_cache(maxsize=1_000)  # names of facts of the policies
def _named(name: str) -> bytes:
    """What stands before the text of a field."""
    told = name.encode()
    return len(told).to_bytes(2) + told
