"""A log as a configuration names it: its store and its keys, opened and looked over.

One of the edges that read and write.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ..server.config import Config
from .checking import check_start
from .high_water import HighWater
from .notes import NoteVerifier
from .postgres import open_postgres
from .sequencer import Sequencer
from .signing import LogKeyError, log_signer
from .sqlite_store import SqliteStore
from .store import Store, StoreError, StoreUnavailableError

FILE = "log.sqlite"
_FORGET_EVERY = 60.0  # seconds
_MICROSECONDS = 1e6


class LogError(Exception):
    """A log that cannot be served; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a log is.

    Attributes:
        origin: Its origin.
        file: Its file; used where no database is named.
        signing: The folder of its signing keys.
        mark: The file of its high-water mark, in another folder than the log.
        postgres: The database that several servers share; empty for the file.
    """

    origin: str
    file: Path
    signing: Path
    mark: Path
    postgres: str = ""


@dataclass(slots=True)
class OpenLog:
    """A log that may be written.

    Attributes:
        store: What it is kept in.
        sequencer: What writes it.
        mark: How far it was, kept apart.
    """

    store: Store
    sequencer: Sequencer
    mark: HighWater
    _next_forget: float = field(default=0.0, init=False)

    def keep(self) -> None:
        """What is done once a second beside the groups."""
        self.sequencer.keep()
        try:
            self.mark.keep(self.sequencer.signed.checkpoint)
        except StoreUnavailableError as fault:
            self.sequencer.why_not = str(fault)
        if time.monotonic() >= self._next_forget:
            self._next_forget = time.monotonic() + _FORGET_EVERY
            try:
                self.store.forget_calls(self.sequencer.clock())
            except StoreUnavailableError as fault:
                self.sequencer.why_not = str(fault)

    def close(self) -> None:
        """Let go of it."""
        self.store.close()


def microseconds() -> int:
    """The time in microseconds since 1970."""
    return round(time.time() * _MICROSECONDS)


def open_log(place: Place, clock: Callable[[], int] = microseconds) -> OpenLog:
    """Open a log, and see that it may be gone on with.

    Raises:
        LogError: It may not be served; what to do stands in the message.
    """
    try:
        signer = log_signer(place.signing, place.origin)
        store = open_store(place)
    except (LogKeyError, StoreError) as fault:
        raise LogError(str(fault)) from fault
    try:
        mark = HighWater(place.mark, None if place.postgres else place.file)
        check_start(store)
        check = NoteVerifier.of(signer.note.vkey).check
        mark.check(store, place.origin, check)
        witnessed = HighWater(place_beside(place.mark))
        if witnessed.path.exists():
            witnessed.check(store, place.origin, check)
        log = OpenLog(store, Sequencer(store, signer, clock), mark)
        mark.keep(log.sequencer.signed.checkpoint)  # from the first entry on there is a mark
    except (StoreError, StoreUnavailableError) as fault:
        store.close()
        raise LogError(str(fault)) from fault
    return log


def place_beside(mark: Path) -> Path:
    """Where the checkpoint is kept that enough witnesses cosigned last: beside the mark."""
    return mark.with_name("witnessed")


def open_store(place: Place, *, only_reading: bool = False) -> Store:
    """The store of a log.

    Args:
        place: Where it is.
        only_reading: Whether nothing is written, and nothing made.

    Raises:
        StoreError: It cannot be used.
    """
    if place.postgres:
        return open_postgres(place.postgres, only_reading=only_reading)
    return SqliteStore(place.file, only_reading=only_reading)


def place_of(config: Config) -> Place:
    """Where the log of a configuration is."""
    log = config.log
    return Place(log.origin, config.state / FILE, log.signing, log.mark, log.postgres)
