"""The file behind the evidence: SQLite, shared by several processes of one machine.

What is acknowledged has been flushed to the disk, but for refusals, which survive a killed process
and not a power cut. A file that is torn, of something else or of a newer version is not used.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Generator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from ..refusal import RefusedCallError, Status
from . import schema
from .watch import Part, Watch

_PATIENCE = 2.0  # seconds that one process waits for another one's write
_OLDEST_SQLITE = (3, 37, 0)  # the first with tables that hold their columns to their types


class StoreError(Exception):
    """A store that cannot be opened; the message names the file and the mend."""


class Database:
    """One store, opened by one process.

    Attributes:
        path: Where it is.
        watch: Tells whether somebody wrote.
    """

    def __init__(self, path: Path) -> None:
        """Open a store; a new one is made if there is none.

        Raises:
            StoreError: The file cannot be used.
        """
        self.path = path
        with ExitStack() as opening:
            try:
                self._file = _own_file(path)
                self.watch = Watch(path.with_name(f"{path.name}-watch"))
            except OSError as fault:
                mend = "name a folder that may be written"
                raise StoreError(f"{path}: {fault.strerror}; {mend}") from fault
            opening.callback(self.watch.close)
            self._durable = opening.enter_context(closing(_connection(path, "FULL")))
            self._quick = opening.enter_context(closing(_connection(path, "NORMAL", first=False)))
            self._reader = opening.enter_context(closing(_connection(path, "NORMAL", first=False)))
            self._opened = opening.pop_all()
        self._filing, self._noting, self._reading = (threading.Lock() for _ in range(3))

    @contextmanager
    def writing(self, part: Part, *, flushed: bool = True) -> Generator[sqlite3.Connection]:
        """Write one part: whole or not at all, and told to all processes.

        Args:
            part: The part that is written.
            flushed: Whether it must be on the disk before it is acknowledged.

        Raises:
            RefusedCallError: It cannot be written; UNAVAILABLE.
        """
        connection = self._durable if flushed else self._quick
        with self._filing if flushed else self._noting:
            with _refusing("written"), _transaction(connection, "IMMEDIATE"):
                yield connection
            self.watch.tell(part)

    @contextmanager
    def reading(self) -> Generator[sqlite3.Connection]:
        """Read at one moment.

        Raises:
            RefusedCallError: It cannot be read; UNAVAILABLE.
        """
        with self._reading, _refusing("read"), _transaction(self._reader, "DEFERRED"):
            yield self._reader

    def check_place(self) -> None:
        """Make sure that the file opened is still the one that others open.

        Raises:
            RefusedCallError: It was moved or replaced; UNAVAILABLE.
        """
        try:
            now = os.stat(self.path)
        except OSError:
            now = None
        if now is None or (now.st_dev, now.st_ino) != self._file:
            raise RefusedCallError(
                Status.UNAVAILABLE,
                "the evidence on file was moved away under the service; nothing is decided "
                "without it: put it back and start the service again",
            )

    def close(self) -> None:
        """Close the store."""
        self._opened.close()


def _own_file(path: Path) -> tuple[int, int]:
    """Make a file that nobody else may read, if there is none; which file it is.

    One that is there is not opened: closing it would take SQLite's locks from this process.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    status = os.stat(path)
    return status.st_dev, status.st_ino


def _connection(path: Path, synchronous: str, *, first: bool = True) -> sqlite3.Connection:
    """A connection to a store; the first one brings it to this version.

    Raises:
        StoreError: The file is none, or cannot be read.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old; use 3.37 or newer")
    connection: sqlite3.Connection | None = None
    try:
        connection = sqlite3.connect(path, _PATIENCE, isolation_level=None, check_same_thread=False)
        if first:
            _prepare(connection, path)
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
    except (sqlite3.Error, StoreError) as fault:
        if connection is not None:
            connection.close()
        raise _told(path, fault) from fault
    return connection


def _told(path: Path, fault: sqlite3.Error | StoreError) -> StoreError:
    """What is wrong with a store, and the mend."""
    if isinstance(fault, StoreError):
        return fault
    if isinstance(fault, sqlite3.OperationalError):
        return StoreError(f"{path}: cannot be used: {fault}; see that nothing else locks it")
    mend = "put back a whole copy, or move the file away: then all proof starts anew"
    return StoreError(f"{path}: torn, or no store of evidence: {fault}; {mend}")


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a store to this version.

    Raises:
        StoreError: It is of something else, or of a newer version.
        sqlite3.DatabaseError: It is torn.
    """
    with _transaction(connection, "IMMEDIATE"):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        is_new = (version, application, tables) == (0, 0, 0)
        if not is_new and application != schema.APPLICATION:
            raise StoreError(f"{path}: of another program; name a file of its own for evidence")
        if version > schema.VERSION:
            raise StoreError(
                f"{path}: version {version} of the store, and this platelaw knows up to "
                f"{schema.VERSION}; use the platelaw that wrote it, or a newer one"
            )
        if version < schema.VERSION:
            schema.bring_forward(connection, version)
        (whole,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if whole != "ok":
            raise sqlite3.DatabaseError(whole)
    connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def _transaction(connection: sqlite3.Connection, kind: str) -> Generator[None]:
    connection.execute(f"BEGIN {kind}")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _refusing(done: str) -> Generator[None]:
    """Turn what the database says into a refused call: never into an answer."""
    try:
        yield
    except sqlite3.Error as fault:
        raise RefusedCallError(
            Status.UNAVAILABLE,
            f"the evidence on file cannot be {done} now ({_plain(fault)}); ask again",
        ) from fault


def _plain(fault: sqlite3.Error) -> str:
    """What ails the database, without its words about tables and files."""
    if isinstance(fault, sqlite3.OperationalError):
        return "busy" if "locked" in str(fault) else "not to be reached"
    return "torn"
