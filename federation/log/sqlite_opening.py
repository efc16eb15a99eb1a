"""How a log's file in SQLite is opened, and when it is refused.

Only what the head of the file says is looked at here. Whether the log in it is whole is for
`checking` and `high_water`: SQLite opens a log that lost its end without a word.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from .. import durable
from . import rows, sqlite_schema
from .store import StoreError, StoreUnavailableError

Place = tuple[int, int, int, int]
"""Which files a log is in, by device and number."""

_OLDEST_SQLITE = (3, 37, 0)  # the first with tables that hold their columns to their types
_PATIENCE = 2.0  # seconds that one process waits for another one's write
_PAGES_BETWEEN_CHECKPOINTS = 4000
_ELSEWHERE = "name a folder that may be written, or copy all its files to one"
_PUT_BACK = "put back a whole copy, then run `platelaw log repair`"


def prepare(path: Path) -> None:
    """Make a log's file if there is none, and bring it to this version.

    Raises:
        StoreError: The file cannot be used.
    """
    if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
        raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old; use 3.37 or newer")
    try:
        _make_file(path)
        with closing(_connected(path, "rw")) as connection:
            # Outside the transaction: from here on whatever is written is written to the WAL.
            _check_application(connection, path, may_be_new=True)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("BEGIN IMMEDIATE")
            version = _check_application(connection, path, may_be_new=True)
            if version < sqlite_schema.VERSION:
                sqlite_schema.bring_forward(connection, version)
            _check_head(connection)
            connection.execute("COMMIT")
    except (OSError, sqlite3.Error, StoreUnavailableError) as fault:
        raise told(path, fault) from fault


def writer(path: Path, synchronous: str) -> sqlite3.Connection:
    """A connection that writes.

    Raises:
        sqlite3.Error: It cannot be opened.
    """
    connection = _connected(path, "rw")
    connection.execute(f"PRAGMA synchronous = {synchronous}")
    connection.execute("PRAGMA fullfsync = ON")  # where a plain flush stops at the disk's cache
    connection.execute("PRAGMA checkpoint_fullfsync = ON")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_BETWEEN_CHECKPOINTS}")
    return connection


def reader(path: Path) -> sqlite3.Connection:
    """A connection that only reads, also what is torn: whoever mends a log reads it first.

    Raises:
        StoreError: The file cannot be used.
    """
    try:
        if not path.is_file():
            raise FileNotFoundError(2, "no such file")
        # Where nobody can write SQLite cannot lock, and need not.
        is_still = not os.access(path.parent, os.W_OK) and not os.path.exists(files_of(path)[1])
        connection = _connected(path, "ro&immutable=1" if is_still else "ro")
        try:
            _check_application(connection, path, may_be_new=False)
        except BaseException:
            connection.close()
            raise
    except (OSError, sqlite3.Error) as fault:
        raise told(path, fault) from fault
    return connection


def place(files: tuple[str, str]) -> Place:
    """Which files a log that is open is in, by their names as `files_of` has them.

    Raises:
        OSError: One is not there.
    """
    log, wal = os.stat(files[0]), os.stat(files[1])
    return log.st_dev, log.st_ino, wal.st_dev, wal.st_ino


def files_of(path: Path) -> tuple[str, str]:
    """A log's file, and that where the last writes are before they go to it."""
    return str(path), f"{path}-wal"


def plain(fault: sqlite3.Error) -> str:
    """What ails a store, in plain words."""
    code = getattr(fault, "sqlite_errorname", "")
    for start, words in _WORDS.items():
        if code.startswith(start):
            return words
    return str(fault)


def told(path: Path, fault: OSError | sqlite3.Error | StoreUnavailableError) -> StoreError:
    """What is wrong with a file, and the mend."""
    if isinstance(fault, OSError):
        return StoreError(f"{path}: {fault.strerror}; {_ELSEWHERE}")
    if isinstance(fault, StoreUnavailableError):
        return StoreError(f"{path}: torn: {fault}; {_PUT_BACK}")
    code = getattr(fault, "sqlite_errorname", "")
    if code in {"SQLITE_CORRUPT", "SQLITE_NOTADB"}:
        return StoreError(f"{path}: torn, or no log: {fault}; {_PUT_BACK}")
    if code.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
        return StoreError(f"{path}: {plain(fault)}; {_ELSEWHERE}")
    return StoreError(
        f"{path}: {plain(fault)}; see that nothing else uses it and the disk has room"
    )


_WORDS = {
    "SQLITE_BUSY": "another process is writing it",
    "SQLITE_LOCKED": "another process is writing it",
    "SQLITE_FULL": "the disk is full",
    "SQLITE_READONLY": "it may not be written",
    "SQLITE_PERM": "it may not be written",
    "SQLITE_IOERR": "the disk reports a fault, or is full",
    "SQLITE_CANTOPEN": "it cannot be opened",
    "SQLITE_CORRUPT": "it is torn; run `platelaw log verify`",
    "SQLITE_NOTADB": "it is torn, or no log; run `platelaw log verify`",
    "SQLITE_CONSTRAINT": "something of it is there already",
}


def _make_file(path: Path) -> None:
    """Make a file that nobody else may read, if there is none.

    One that is there is not opened: closing it would take SQLite's locks from this process.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        durable.flush_folder(path.parent)


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode={mode}"
    connection = sqlite3.connect(
        address, _PATIENCE, isolation_level=None, check_same_thread=False, uri=True
    )
    connection.execute("PRAGMA cell_size_check = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection


def _check_application(connection: sqlite3.Connection, path: Path, *, may_be_new: bool) -> int:
    """Make sure that a file is a log of a version known here; which.

    Raises:
        StoreError: It is not.
        sqlite3.Error: It cannot be read.
    """
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if may_be_new and (version, application, tables) == (0, 0, 0):
        return 0
    if application != sqlite_schema.APPLICATION:
        raise StoreError(f"{path}: of another program; name a file of its own for the log")
    if version > sqlite_schema.VERSION:
        raise StoreError(
            f"{path}: version {version} of the log's store, and this platelaw knows up to "
            f"{sqlite_schema.VERSION}; use the platelaw that wrote it, or a newer one"
        )
    if version < sqlite_schema.VERSION and not may_be_new:
        raise StoreError(f"{path}: of an older version; start the service once, which renews it")
    return int(version)


def _check_head(connection: sqlite3.Connection) -> None:
    """Make sure that a head is there and that the last group ends at it.

    Raises:
        StoreUnavailableError: It does not.
        sqlite3.Error: It cannot be read.
    """
    found = connection.execute("SELECT head.size, edge, at, note FROM head, checkpoint").fetchall()
    if len(found) != 1:
        raise StoreUnavailableError("the row of the head is missing")
    size = rows.head(*found[0]).edge.size
    last = "SELECT first + length(leaves) / 32 FROM groups ORDER BY first DESC LIMIT 1"
    ends = connection.execute(last).fetchone()
    if (end := rows.number(ends[0]) if ends else 0) != size:
        raise StoreUnavailableError(f"the head says {size:,} entries, and {end:,} are on file")
