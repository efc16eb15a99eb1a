"""What a witness has seen of each log, in SQLite. An edge that reads and writes a file.

A witness that forgets what it cosigned can be shown another log: so a store is made once, with its
key, and a missing one is never made anew.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..log.tree import EMPTY_ROOT

_APPLICATION = 0x706C7769  # marks a file as what a witness has seen
_PATIENCE = 2.0  # seconds that one process waits for another one's write
_MOST_DISPUTED = 64  # kept of a log, so that nobody fills the disk
_TABLES = (
    "CREATE TABLE witness (vkey TEXT NOT NULL) STRICT",
    """CREATE TABLE seen (
        origin TEXT NOT NULL PRIMARY KEY,
        size INTEGER NOT NULL,
        root BLOB NOT NULL,
        at INTEGER NOT NULL,
        note TEXT NOT NULL
    ) STRICT""",
    # Checkpoints that a log signed and that do not follow from what it had cosigned before.
    """CREATE TABLE disputed (
        origin TEXT NOT NULL,
        note TEXT NOT NULL,
        at INTEGER NOT NULL,
        why TEXT NOT NULL,
        UNIQUE (origin, note)
    ) STRICT""",
)


class WitnessStoreError(Exception):
    """What a witness needs cannot be used; the message names the file and the mend."""


class WitnessBusyError(Exception):
    """What a witness sees cannot be kept now."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The newest checkpoint of a log that a witness cosigned.

    Attributes:
        origin: The log.
        size: How many entries it had; 0 if nothing was cosigned yet.
        root: The root of its tree.
        at: When it was cosigned, a POSIX time.
        note: The checkpoint with the signatures of the log and the witness.
    """

    origin: str
    size: int = 0
    root: bytes = EMPTY_ROOT
    at: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Disputed:
    """A checkpoint that a log signed and that its witness refused.

    Attributes:
        origin: The log.
        note: The checkpoint.
        at: When it came, a POSIX time.
        why: Why it was refused.
    """

    origin: str
    note: str
    at: int
    why: str


class WitnessStore:
    """What a witness has seen, opened."""

    def __init__(self, path: Path, vkey: str) -> None:
        """Open a store.

        Raises:
            WitnessStoreError: It is missing, torn, or of another key.
        """
        self._lock = threading.Lock()
        try:
            if not path.is_file():
                raise WitnessStoreError(
                    f"{path}: is missing; put back the newest one, or make a new key and tell the "
                    "logs: a witness that forgot what it cosigned can be shown another log"
                )
            self._connection = _connected(path)
            try:
                _check(self._connection, path, vkey)
            except BaseException:
                self._connection.close()
                raise
        except (OSError, sqlite3.Error) as fault:
            raise WitnessStoreError(
                f"{path}: cannot be used: {fault}; put back a whole one, the newest"
            ) from fault

    def seen(self, origin: str) -> Seen:
        """The newest checkpoint of a log that was cosigned.

        Raises:
            WitnessBusyError: It cannot be read now.
        """
        with self._transaction("DEFERRED"):
            return self._seen(origin)

    def cosign(self, origin: str, judge: Callable[[Seen], Seen]) -> Seen:
        """See a checkpoint: from what was seen last to what is seen now, nobody in between.

        What ``judge`` returns is on the disk before this returns. What it raises changes nothing.

        Raises:
            WitnessBusyError: It cannot be kept now.
        """
        with self._transaction("IMMEDIATE"):
            now = judge(self._seen(origin))
            self._connection.execute(
                "INSERT OR REPLACE INTO seen (origin, size, root, at, note) VALUES (?, ?, ?, ?, ?)",
                (origin, now.size, now.root, now.at, now.note),
            )
        return now

    def keep_disputed(self, disputed: Disputed) -> None:
        """Keep a checkpoint that was refused, the first ones of each log.

        Raises:
            WitnessBusyError: It cannot be kept now.
        """
        with self._transaction("IMMEDIATE"):
            (count,) = self._connection.execute(
                "SELECT count(*) FROM disputed WHERE origin = ?", (disputed.origin,)
            ).fetchone()
            if count < _MOST_DISPUTED:
                self._connection.execute(
                    "INSERT OR IGNORE INTO disputed (origin, note, at, why) VALUES (?, ?, ?, ?)",
                    (disputed.origin, disputed.note, disputed.at, disputed.why),
                )

    def all_seen(self) -> list[Seen]:
        """The newest cosigned checkpoint of every log.

        Raises:
            WitnessBusyError: They cannot be read now.
        """
        rows = self._all("SELECT origin, size, root, at, note FROM seen ORDER BY origin")
        return [Seen(*row) for row in rows]

    def disputed(self) -> list[Disputed]:
        """The checkpoints that were refused, oldest first.

        Raises:
            WitnessBusyError: They cannot be read now.
        """
        rows = self._all("SELECT origin, note, at, why FROM disputed ORDER BY rowid")
        return [Disputed(*row) for row in rows]

    def close(self) -> None:
        """Close the store."""
        self._connection.close()

    def _seen(self, origin: str) -> Seen:
        row = self._connection.execute(
            "SELECT origin, size, root, at, note FROM seen WHERE origin = ?", (origin,)
        ).fetchone()
        return Seen(*row) if row else Seen(origin)

    def _all(self, statement: str) -> list[tuple[Any, ...]]:
        with self._transaction("DEFERRED"):
            return self._connection.execute(statement).fetchall()

    @contextmanager
    def _transaction(self, kind: str) -> Generator[None]:
        with self._lock:
            try:
                self._connection.execute(f"BEGIN {kind}")
                yield
                self._connection.execute("COMMIT")
            except sqlite3.Error as fault:
                raise WitnessBusyError("what is seen cannot be kept now; ask again") from fault
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")


def new_store(path: Path, vkey: str) -> None:
    """Make the store of a new key.

    Raises:
        WitnessStoreError: There is one already, or it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        with closing(_connected(path)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                connection.execute(table)
            connection.execute("INSERT INTO witness (vkey) VALUES (?)", (vkey,))
            connection.execute(f"PRAGMA application_id = {_APPLICATION}")
            connection.execute("COMMIT")
    except (OSError, sqlite3.Error) as fault:
        raise WitnessStoreError(f"{path}: cannot be made: {fault}; name another folder") from fault


def _connected(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, _PATIENCE, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")  # with a write-ahead log: every commit
    return connection


def _check(connection: sqlite3.Connection, path: Path, vkey: str) -> None:
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    if application != _APPLICATION:
        raise WitnessStoreError(f"{path}: not what a witness has seen; put back the newest one")
    (whole,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if whole != "ok":
        raise WitnessStoreError(f"{path}: torn ({whole}); put back a whole one, the newest")
    (known,) = connection.execute("SELECT vkey FROM witness").fetchone()
    if known != vkey:
        raise WitnessStoreError(f"{path}: of another key, {known}; put back the one of this key")
