"""What is asked of the register of signers (``federation.identity.signers``)."""

from __future__ import annotations

from typing import Protocol

from ..identity.signers import Signer


class Signers(Protocol):
    """The register of signers, as it is at any moment."""

    def find(self, key_id: str) -> Signer | None:
        """The signer of a key, or None if it is not on file."""
        ...
