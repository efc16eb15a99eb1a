"""The folder of a witness: its key and what it has seen. An edge that reads and writes files."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ..identity.keeping import Kept, keep
from ..log.notes import CosignatureSigner, NoteError, VerifierKey
from .store import WitnessStore, WitnessStoreError, new_store

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


@dataclass(frozen=True, slots=True)
class WitnessFolder:
    """Where a witness keeps what is its own.

    Attributes:
        folder: The folder.
    """

    folder: Path

    @property
    def key(self) -> Path:
        """Its private key."""
        return self.folder / "witness.key"

    @property
    def vkey(self) -> Path:
        """Its public key, as logs write it in their policies."""
        return self.folder / "witness.vkey"

    @property
    def state(self) -> Path:
        """What it has seen."""
        return self.folder / "witness.sqlite"

    def make(self, name: str) -> VerifierKey:
        """Make a key, and the store of what is cosigned with it; the key's public half.

        The folder must be there.

        Raises:
            NoteError: It cannot be the name of a key.
            KeepingError: There is a key already, or it cannot be written.
            WitnessStoreError: There is a store already, or it cannot be made.
        """
        private = Ed25519PrivateKey.generate()
        signer = CosignatureSigner(name, private)
        if self.state.exists():
            raise WitnessStoreError(f"{self.state}: is there already; name another folder")
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        keep([Kept(self.key, pem, is_private=True), Kept(self.vkey, f"{signer.vkey}\n".encode())])
        new_store(self.state, signer.vkey)
        return signer.key

    def read_key(self) -> VerifierKey:
        """The public key.

        Raises:
            WitnessStoreError: There is none.
        """
        try:
            return VerifierKey.parse(self.vkey.read_text("utf-8").strip())
        except (OSError, UnicodeDecodeError, NoteError) as fault:
            raise WitnessStoreError(
                f"{self.vkey}: no key of a witness ({_plain(fault)}); "
                "`platelaw witness keys` makes one"
            ) from fault

    def open(self) -> tuple[CosignatureSigner, WitnessStore]:
        """The key and what was cosigned with it.

        Raises:
            WitnessStoreError: One is missing or torn, or they do not belong together.
        """
        key = self.read_key()
        signer = CosignatureSigner(key.name, self._private())
        if signer.key != key:
            raise WitnessStoreError(
                f"{self.key}: not the key of {self.vkey}; put back the pair that belongs together"
            )
        return signer, WitnessStore(self.state, signer.vkey)

    def _private(self) -> Ed25519PrivateKey:
        try:
            with self.key.open("rb") as opened:
                if os.fstat(opened.fileno()).st_mode & _OTHERS:
                    raise WitnessStoreError(
                        f"{self.key}: others may read this key; chmod 600 {self.key}"
                    )
                found = load_pem_private_key(opened.read(), None)
        except (OSError, TypeError, ValueError, UnsupportedAlgorithm) as fault:
            raise WitnessStoreError(
                f"{self.key}: cannot be read ({_plain(fault)}); put back the key that was here"
            ) from fault
        if not isinstance(found, Ed25519PrivateKey):
            raise WitnessStoreError(f"{self.key}: not an Ed25519 key; put back the key of before")
        return found


def _plain(fault: Exception) -> str:
    """What went wrong, without the path, which stands before it."""
    return str(fault.strerror) if isinstance(fault, OSError) else str(fault)
