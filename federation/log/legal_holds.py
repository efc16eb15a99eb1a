"""Legal holds: while one stands over an owner's month, the key of its texts is not deleted.

A hold is kept in the folder of the keys, one file each, and stays there after it was lifted. A
legal hold is a duty to keep records; it is no HOLD. One of the edges that read and write (through
the vault).
"""

from __future__ import annotations

import datetime
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

import msgspec

from .sealing import Month, SealingError
from .vault import Vault, VaultError

MAX_MATTER = 200  # characters
_NAME = re.compile(r"([0-9a-f]{16})\.hold", re.ASCII)
_VERSION = 1


class NoHoldError(Exception):
    """There is no such legal hold; the message tells the mend."""


@dataclass(frozen=True, slots=True)
class LegalHold:
    """One legal hold.

    Attributes:
        id: Its id.
        owner: Over whose texts.
        first: Their first month; None for all from the beginning.
        last: Their last month; None for all to come.
        matter: Why, such as the number of a docket. It names no person.
        set_by: The SPIFFE id of who set it.
        set_at: When.
        is_logged: Whether the log has it; it stands either way.
        lifted_by: The SPIFFE id of who lifted it; empty while it stands.
        lifted_at: When it was lifted; None while it stands.
    """

    id: str
    owner: str
    first: Month | None
    last: Month | None
    matter: str
    set_by: str
    set_at: datetime.datetime
    is_logged: bool = False
    lifted_by: str = ""
    lifted_at: datetime.datetime | None = None

    @property
    def stands(self) -> bool:
        """Whether it was not lifted."""
        return self.lifted_at is None

    def covers(self, owner: str, month: Month) -> bool:
        """Whether it forbids to delete a key."""
        return (
            self.stands
            and self.owner == owner
            and (self.first is None or self.first <= month)
            and (self.last is None or month <= self.last)
        )

    def months(self) -> str:
        """Its months as text."""
        if self.first is None and self.last is None:
            return "every month"
        if self.last is None:
            return f"{self.first} and later"
        return f"{self.first} to {self.last}" if self.first else f"up to {self.last}"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    """What stands in the file of a hold; months are empty where it has no end."""

    version: int
    id: str
    owner: str
    first: str
    last: str
    matter: str
    set_by: str
    set_at: datetime.datetime
    is_logged: bool
    lifted_by: str
    lifted_at: datetime.datetime | None


@dataclass(frozen=True, slots=True)
class LegalHolds:
    """The legal holds in a folder of keys."""

    vault: Vault

    def all(self) -> tuple[LegalHold, ...]:
        """Every hold, those that were lifted too, the oldest first.

        Raises:
            VaultError: One cannot be read: no key may be deleted then.
        """
        return tuple(sorted(self._all(), key=lambda hold: (hold.set_at, hold.id)))

    def over(self, owner: str, month: Month) -> tuple[LegalHold, ...]:
        """Those that stand over the key of an owner and month.

        Raises:
            VaultError: One cannot be read: no key may be deleted then.
        """
        return tuple(hold for hold in self.all() if hold.covers(owner, month))

    def get(self, hold_id: str) -> LegalHold:
        """The hold of an id.

        Raises:
            NoHoldError: There is none.
            VaultError: It cannot be read.
        """
        found = self._read(f"{hold_id}.hold") if _NAME.fullmatch(f"{hold_id}.hold") else None
        if found is None:
            raise NoHoldError(
                f"no legal hold has the id `{hold_id}`; `platelaw log keys list` tells the ids"
            )
        return found

    def keep(self, hold: LegalHold) -> None:
        """Keep a hold, as it is now; on the disk when this returns.

        Raises:
            VaultError: It cannot be written.
        """
        self.vault.replace(f"{hold.id}.hold", msgspec.json.encode(_file_of(hold)))

    def forget(self, hold: LegalHold) -> None:
        """Take away a hold that was never set, since the log could not have it.

        Raises:
            VaultError: It cannot be taken away.
        """
        self.vault.remove(f"{hold.id}.hold")

    def _all(self) -> Iterator[LegalHold]:
        for name in self.vault.names():
            hold = self._read(name) if _NAME.fullmatch(name) else None
            if hold is not None:
                yield hold

    def _read(self, name: str) -> LegalHold | None:
        data = self.vault.read(name)
        if data is None:
            return None
        try:
            file = msgspec.json.decode(data, type=_File)
            hold = _hold_of(file)
        except (msgspec.MsgspecError, SealingError):
            hold, file = None, None
        if hold is None or file is None or (file.version, f"{hold.id}.hold") != (_VERSION, name):
            raise VaultError(
                f"{self.vault.path(name)}: no legal hold that can be read; put back the file from "
                "a copy of the folder. No key is deleted until then"
            )
        return hold


def new_hold(
    owner: str,
    matter: str,
    *,
    by: str,
    at: datetime.datetime,
    first: Month | None = None,
    last: Month | None = None,
) -> LegalHold:
    """A hold that stands from now on, with an id of its own."""
    return LegalHold(secrets.token_hex(8), owner, first, last, matter, by, at)


def lifted(hold: LegalHold, *, by: str, at: datetime.datetime) -> LegalHold:
    """The hold after it was lifted."""
    return replace(hold, lifted_by=by, lifted_at=at)


def logged(hold: LegalHold) -> LegalHold:
    """The hold once the log has it."""
    return replace(hold, is_logged=True)


def _file_of(hold: LegalHold) -> _File:
    return _File(
        _VERSION,
        hold.id,
        hold.owner,
        str(hold.first or ""),
        str(hold.last or ""),
        hold.matter,
        hold.set_by,
        hold.set_at,
        hold.is_logged,
        hold.lifted_by,
        hold.lifted_at,
    )


def _hold_of(file: _File) -> LegalHold:
    return LegalHold(
        file.id,
        file.owner,
        Month.parse(file.first) if file.first else None,
        Month.parse(file.last) if file.last else None,
        file.matter,
        file.set_by,
        file.set_at,
        file.is_logged,
        file.lifted_by,
        file.lifted_at,
    )
