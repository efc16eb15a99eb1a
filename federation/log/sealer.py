"""Free texts sealed under the keys of a key ring, entry by entry."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from ..journal import JournalUnavailableError
from .keyring import KeyRing, NoKeyError
from .sealing import commit, seal
from .vault import VaultError


@dataclass(frozen=True, slots=True)
class RingSealer:
    """Seals with the key of owner and month (``deciding.recording.Sealer``).

    Attributes:
        ring: The keys.
    """

    ring: KeyRing

    def seal(
        self, owner: str, at: datetime.datetime, entry_id: bytes, texts: Mapping[str, str]
    ) -> tuple[Mapping[str, bytes], bytes]:
        """Commitments to texts, by name, and the texts sealed.

        Args:
            owner: Whose key.
            at: The moment of the entry, which tells the month of the key.
            entry_id: The id of the entry.
            texts: The texts by name.

        Raises:
            JournalUnavailableError: The key cannot be had, so nothing may be recorded.
        """
        try:
            key = self.ring.key_for(owner, at)
        except (NoKeyError, VaultError) as fault:
            raise JournalUnavailableError(str(fault)) from fault
        return commit(key, entry_id, texts), seal(key, entry_id, texts)
