"""The keys of the log's free texts: one for each owner and month, in a folder of their own.

A key is made when the first text of its owner and month is recorded, and only then: never for a
month that is over. A deleted key leaves a tombstone. Where one was deleted in the running month,
whoever is asked about next gets a key of another generation.

One of the edges that read and write (through the vault).
"""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

from .key_files import (
    DELETED,
    KEY,
    OnFile,
    file_name,
    key_text,
    read_key,
    read_name,
    read_tombstone,
    tombstone_text,
)
from .sealing import SECRET_WIDTH, Month, MonthKey
from .vault import Vault, VaultError

UNSEEN = datetime.timedelta(seconds=1)  # for which a deletion by another process may go unseen


class NoKeyError(Exception):
    """There is no such key; the message tells what became of it."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """A key in memory.

    Attributes:
        key: The key.
        path: Its file.
        since: When its file was seen last.
        until: Until when it is used without another look.
    """

    key: MonthKey
    path: str
    since: datetime.datetime
    until: datetime.datetime


@dataclass(slots=True)
class KeyRing:
    """The keys in a folder. Safe to share between threads; so is the folder between processes.

    A key that another process deletes is used for a second more at most: what is sealed with it in
    that second can never be opened.
    """

    vault: Vault
    _kept: dict[str, _Kept] = field(default_factory=dict[str, _Kept])

    @classmethod
    def open(cls, folder: Path) -> KeyRing:
        """The keys of a folder, made if it is not there; a deletion that was cut off is ended.

        Raises:
            VaultError: The folder cannot be used.
        """
        ring = cls(Vault.open(folder))
        with ring.vault.locked("making"):
            for name in ring.vault.names():
                found = read_name(name)
                if found and found[3] == KEY and ring.vault.has(file_name(*found[:3], DELETED)):
                    ring.vault.erase(name)
        return ring

    def key_for(self, owner: str, now: datetime.datetime) -> MonthKey:
        """The key for what is recorded now about an owner's data, made if there is none.

        Raises:
            NoKeyError: The month was over once, and its key deleted; a clock went back.
            VaultError: The key cannot be read or made, so nothing may be recorded.
        """
        kept = self._kept.get(owner)
        if kept is not None and kept.since <= now < kept.until:
            return kept.key
        month = Month.of(now)
        if kept is None or kept.key.month != month or not os.path.exists(kept.path):
            key = self.find(owner, month) or self._made(owner, month, now)
            path = self.vault.path(file_name(key.owner, month, key.generation, KEY))
        else:
            key, path = kept.key, kept.path
        self._kept[owner] = _Kept(key, path, now, min(now + UNSEEN, month.end()))
        return key

    def find(self, owner: str, month: Month) -> MonthKey | None:
        """The key of an owner and month, if it is there.

        Raises:
            VaultError: It cannot be read.
        """
        for generation in self._generations(owner, month):
            if not self.vault.has(file_name(owner, month, generation, DELETED)):
                key = self._read(owner, month, generation)
                if key is not None:
                    return key[0]
        return None

    def by_id(self) -> dict[bytes, MonthKey]:
        """Every key that is there, by its id, with which sealed texts begin.

        Raises:
            VaultError: The folder or a file cannot be read.
        """
        found = (self.find(each.owner, each.month) for each in self.list() if not each.deleted_at)
        return {key.id: key for key in found if key is not None}

    def list(self) -> tuple[OnFile, ...]:
        """Every key that is there or was, by owner and month.

        Raises:
            VaultError: The folder or a file cannot be read.
        """
        return tuple(
            sorted(self._all(), key=lambda each: (each.owner, each.month, each.generation))
        )

    def of(self, owner: str, month: Month) -> tuple[OnFile, ...]:
        """The keys of an owner and month, that are there or were."""
        shown = (self._shown(owner, month, each) for each in self._generations(owner, month))
        return tuple(each for each in shown if each is not None)

    def delete(self, owner: str, month: Month, *, at: datetime.datetime, by: str) -> OnFile:
        """Delete a key: a tombstone, then the key is overwritten and taken away.

        What a disk or a backup keeps beside it is beyond this (``vault.MAY_REMAIN``). Whether it
        may be deleted is decided elsewhere (``shredding``).

        Raises:
            NoKeyError: There is none.
            VaultError: It cannot be deleted; once a tombstone stands, the next opening ends it.
        """
        with self.vault.locked("making"):
            key = self.find(owner, month)
            if key is None:
                raise NoKeyError(self.why_none(owner, month))
            found = self._read(owner, month, key.generation)
            assert found is not None  # nobody else deletes while the lock is held
            gone = replace(found[1], deleted_at=at, deleted_by=by)
            name = file_name(owner, month, key.generation, DELETED)
            self.vault.create(name, tombstone_text(gone))
            self.vault.erase(file_name(owner, month, key.generation, KEY))
        self._kept.pop(owner, None)
        return gone

    def why_none(self, owner: str, month: Month) -> str:
        """Why there is no key, and what follows."""
        gone = self.of(owner, month)
        if not gone:
            return (
                f"there is no key of {owner} for {month}: nothing was recorded then, or the folder "
                "of keys is not the one of that time; `platelaw log keys list` shows which there "
                "are"
            )
        last = gone[-1]
        return (
            f"the key of {owner} for {month} was deleted on {last.deleted_at:%Y-%m-%d} by "
            f"{last.deleted_by}: its texts can be opened no more"
        )

    def acting(self) -> AbstractContextManager[None]:
        """Keep others from deleting keys, and from setting and lifting holds, for a while."""
        return self.vault.locked("acting")

    def _made(self, owner: str, month: Month, now: datetime.datetime) -> MonthKey:
        with self.vault.locked("making"):
            key = self.find(owner, month)
            if key is not None:
                return key  # another process was faster
            gone = self.of(owner, month)
            if any(each.deleted_at and each.deleted_at >= month.end() for each in gone):
                raise NoKeyError(f"{self.why_none(owner, month)}; set the clock of this machine")
            key = MonthKey(os.urandom(SECRET_WIDTH), owner, month, len(gone) + 1)
            name = file_name(owner, month, key.generation, KEY)
            self.vault.create(name, key_text(key, now))
            return key

    def _generations(self, owner: str, month: Month) -> Iterator[int]:
        """The generations of a month's key, those that are gone too."""
        generation = 1
        while self.vault.has(file_name(owner, month, generation, KEY)) or self.vault.has(
            file_name(owner, month, generation, DELETED)
        ):
            yield generation
            generation += 1

    def _read(self, owner: str, month: Month, generation: int) -> tuple[MonthKey, OnFile] | None:
        """One key, and how it may be shown; None if it is not there any more."""
        name = file_name(owner, month, generation, KEY)
        data = self.vault.read(name)
        if data is None:
            return None
        found = read_key(data)
        if found and (found[0].owner, found[0].month, found[0].generation) == (
            owner,
            month,
            generation,
        ):
            return found
        if self.vault.has(file_name(owner, month, generation, DELETED)):
            return None  # it is being overwritten
        raise self._damaged(name)

    def _damaged(self, name: str) -> VaultError:
        return VaultError(
            f"{self.vault.path(name)}: not the key that it is called; put back the file from a "
            "copy of the folder. Until then its texts cannot be opened, and if its month runs "
            "nothing can be recorded about its owner"
        )

    def _all(self) -> Iterator[OnFile]:
        """Every key, each once: a key that is being deleted has two files."""
        for name in self.vault.names():
            found = read_name(name)
            if found is None:
                continue
            owner, month, generation, kind = found
            if kind == KEY or not self.vault.has(file_name(owner, month, generation, KEY)):
                shown = self._shown(owner, month, generation)
                if shown is not None:
                    yield shown

    def _shown(self, owner: str, month: Month, generation: int) -> OnFile | None:
        name = file_name(owner, month, generation, DELETED)
        data = self.vault.read(name)
        if data is None:
            found = self._read(owner, month, generation)
            return found[1] if found else None
        gone = read_tombstone(data)
        if gone is None:
            raise self._damaged(name)
        return gone
