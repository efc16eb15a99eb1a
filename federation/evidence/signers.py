"""Who may sign: what weighing asks of the register of signers (``federation.identity.signers``)."""

from __future__ import annotations

import datetime
from typing import Protocol

from securesystemslib.signer import Key

from ...dsl.syntax import Level


class Signer(Protocol):
    """One key on file, and who stands behind it."""

    @property
    def key(self) -> Key:
        """The public key."""
        ...

    @property
    def agency(self) -> str:
        """The registry key of the body for which it signs."""
        ...

    @property
    def role(self) -> str:
        """The one role in which it signs."""
        ...

    @property
    def user(self) -> str:
        """The opaque name of the person or office that holds it."""
        ...

    @property
    def highest(self) -> Level:
        """The highest level of proof that it may give."""
        ...

    def counts_at(self, moment: datetime.datetime) -> bool:
        """Whether what it signs at a moment counts, as it stands on file now."""
        ...


class Signers(Protocol):
    """Every signer on file."""

    def find(self, key_id: str) -> Signer | None:
        """The signer of a key, or None if it is not on file."""
        ...
