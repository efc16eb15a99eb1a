"""A disk that remembers each write and each sync, and what a power cut could have left of them.

SQLite runs over it by a VFS of `apsw`, which has no shared memory: one connection serves the writer
and the readers alike, and holds the files for itself. All else is as the store does it.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apsw

_PAGE = 512  # bytes that a disk writes whole


@dataclass(frozen=True, slots=True)
class Write:
    file: str
    offset: int
    content: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Delete:
    file: str
    synced: bool


@dataclass(frozen=True, slots=True)
class Sync:
    file: str


@dataclass(frozen=True, slots=True)
class Told:
    """Not of the disk: what was acknowledged when all before was done."""

    size: int
    root: bytes


Change = Write | Truncate | Delete
Event = Change | Sync | Told


class Recorder(apsw.VFS):
    """The VFS."""

    def __init__(self) -> None:
        super().__init__("recording", "")
        self.events: list[Event] = []
        self.failing = 0  # how many of the next syncs fail

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        return _File(self, name, flags)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        super().xDelete(filename, syncdir)
        self.events.append(Delete(Path(filename).name, syncdir))


class _File(apsw.VFSFile):
    def __init__(self, recorder: Recorder, name: Any, flags: list[int]) -> None:
        super().__init__("", name, flags)
        told = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._recorder, self._events, self._name = recorder, recorder.events, Path(told).name

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._events.append(Write(self._name, offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self._events.append(Truncate(self._name, newsize))

    def xSync(self, flags: int) -> None:  # noqa: N802
        if self._recorder.failing:
            self._recorder.failing -= 1
            raise apsw.IOError("a sync that fails")
        super().xSync(flags)
        self._events.append(Sync(self._name))


class Connection:
    """A connection of `apsw` that answers as far as the store asks like one of `sqlite3`."""

    def __init__(self, path: Path) -> None:
        self._real = apsw.Connection(str(path), vfs="recording")
        self._real.execute("PRAGMA locking_mode = EXCLUSIVE")

    @property
    def in_transaction(self) -> bool:
        return self._real.in_transaction

    def execute(self, statement: str, of: Any = ()) -> Rows:
        with _told():
            rows = list(self._real.execute(statement, of))
        return Rows(rows, self._real.changes())

    def executemany(self, statement: str, many: Iterable[Any]) -> None:
        with _told():
            self._real.executemany(statement, many)

    def close(self) -> None:
        """It is shared, and left to the end."""


@contextmanager
def _told() -> Generator[None]:
    try:
        yield
    except apsw.Error as fault:
        raise sqlite3.OperationalError(str(fault)) from fault


class Rows:
    def __init__(self, rows: list[Any], changed: int) -> None:
        self._rows, self.rowcount = rows, changed

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def fetchall(self) -> list[Any]:
        return self._rows

    def fetchone(self) -> Any:
        return self._rows[0] if self._rows else None


class Disk:
    """What is on a disk, by file: what is sure to be there, and what may be."""

    def __init__(self) -> None:
        self._sure: dict[str, bytes] = {}
        self._open: list[Change] = []

    def begin(self, files: dict[str, bytes]) -> None:
        """Files that are there before the first event."""
        self._sure |= files

    def take(self, event: Event) -> None:
        """Go on by one event."""
        match event:
            case Sync(file):
                # SQLite syncs the folder with the first sync of a write-ahead log that it makes.
                whole_folder = file.endswith("-wal") and file not in self._sure
                self._make_sure(
                    [
                        one
                        for one in self._open
                        if one.file == file or (whole_folder and isinstance(one, Delete))
                    ]
                )
                self._sure.setdefault(file, b"")
            case Told():
                pass
            case _:
                self._open.append(event)
                if isinstance(event, Delete) and event.synced:
                    self._make_sure([one for one in self._open if isinstance(one, Delete)])

    def _make_sure(self, done: list[Change]) -> None:
        self._sure = _applied(self._sure, done)
        self._open = [one for one in self._open if one not in done]

    def all_written(self) -> dict[str, bytes]:
        """The files if the power stays until all is written."""
        return _applied(self._sure, self._open)

    def only_synced(self) -> dict[str, bytes]:
        """The files if nothing was written that need not be."""
        return self._sure

    def some_written(self, chance: random.Random) -> dict[str, bytes]:
        """The files if of what need not be written some was, and some of that in part."""
        kept: list[Change] = []
        for event in self._open:
            if chance.random() < 0.5:
                kept.append(_torn(event, chance) if chance.random() < 0.3 else event)
        return _applied(self._sure, kept)


def _torn(event: Change, chance: random.Random) -> Change:
    if not isinstance(event, Write):
        return event
    whole = chance.randrange(len(event.content) // _PAGE + 1) * _PAGE
    return Write(event.file, event.offset, event.content[:whole])


def _applied(files: dict[str, bytes], events: Sequence[Change]) -> dict[str, bytes]:
    content = {name: bytearray(kept) for name, kept in files.items()}
    for event in events:
        match event:
            case Write(file, offset, written):
                kept = content.setdefault(file, bytearray())
                kept.extend(bytes(max(0, offset + len(written) - len(kept))))
                kept[offset : offset + len(written)] = written
            case Truncate(file, size):
                del content.setdefault(file, bytearray())[size:]
            case Delete(file):
                content.pop(file, None)
    return {name: bytes(kept) for name, kept in content.items()}
