"""The key of a results database, which lies beside it, and the tokens that it makes."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...engine.columns.texts import Bytes
from .store import ResultsError

TOKEN_BYTES = 16  # of the 32 that HMAC-SHA-256 gives
_KEY_BYTES = 32
_BLOCK = 64  # bytes that SHA-256 takes in at once


@dataclass(frozen=True, slots=True)
class Secret:
    """A key; the same text has the same token under it, and nobody without it can tell the text."""

    key: bytes

    @property
    def mark(self) -> str:
        """What tells this key from others and gives nothing of it away."""
        return self._of("mark", b"").hex()

    def start(self, what: str) -> int:
        """A number of 64 bits for what is not kept secret but must not be foreseen."""
        return int.from_bytes(self._of(what, b"")[:8], "little")

    def tokens(self, what: str, texts: Iterable[str]) -> list[bytes]:
        """The token of each text; texts of another kind never share one.

        Args:
            what: The kind: the name of a field.
            texts: The texts.
        """
        return [token.tobytes() for token in self.token_rows(what, texts)]

    def token_rows(self, what: str, texts: Iterable[str]) -> Bytes:
        """The same for many texts, as a table with a row of bytes for each."""
        # HMAC by hand: both halves of the key are taken in once, not once for each text.
        inner, outer = (
            hashlib.sha256(bytes(byte ^ pad for byte in self.key.ljust(_BLOCK, b"\0")))
            for pad in (0x36, 0x5C)
        )
        inner.update(f"{what}\0".encode())
        found: list[bytes] = []
        for text in texts:
            within, around = inner.copy(), outer.copy()
            within.update(text.encode("utf-8", "surrogatepass"))
            around.update(within.digest())
            found.append(around.digest())
        return np.frombuffer(b"".join(found), np.uint8).reshape(len(found), -1)[:, :TOKEN_BYTES]

    def _of(self, what: str, text: bytes) -> bytes:
        return hmac.digest(self.key, f"{what}\0".encode() + text, "sha256")[:TOKEN_BYTES]


def key_beside(results: Path) -> Path:
    """Where the key of a results database lies."""
    return results.with_name(f"{results.name}.key")


def make_secret(results: Path) -> Secret:
    """A new key beside a results database that is to be made; one that lies there is used.

    Raises:
        ResultsError: It cannot be written.
    """
    place = key_beside(results)
    if place.exists():
        return read_secret(results)
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        part = place.with_name(f"{place.name}.new")
        part.unlink(missing_ok=True)
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        part.replace(place)
    except OSError as fault:
        raise ResultsError(
            f"{place}: the key cannot be written: {fault.strerror}", "name another folder"
        ) from None
    return Secret(key)


def read_secret(results: Path, mark: str | None = None) -> Secret:
    """The key of a results database.

    Args:
        results: The database.
        mark: What tells its key from others, if that is known.

    Raises:
        ResultsError: It is missing, cannot be read, or is another's.
    """
    place = key_beside(results)
    try:
        key = bytes.fromhex(place.read_text("ascii").strip())
    except (OSError, ValueError):
        key = b""
    if len(key) != _KEY_BYTES:
        raise ResultsError(
            f"{place}: the key that names and case numbers are hidden with is missing or damaged",
            "put it back, or judge the logs into a new file",
        )
    found = Secret(key)
    if mark is not None and found.mark != mark:
        raise ResultsError(
            f"{place}: this is the key of another results database",
            f"put the key of {results.name} back",
        )
    return found
