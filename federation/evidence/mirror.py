"""A part of the store kept in the memory of a process, renewed when anyone has written."""

from __future__ import annotations

import sqlite3
import threading
from abc import ABC, abstractmethod
from time import monotonic

from .database import Database
from .watch import Part

_UNSEEN_AT_MOST = 1.0  # seconds for which a write can go unnoticed if its writer was killed
_ANEW_AFTER = 3600.0  # seconds; what was forgotten leaves the memory of a process then


class Mirror(ABC):
    """Rows of one part, taken in as they come; rows are added, and never changed in place.

    What one process has acknowledged is seen by the next question in every other.
    """

    def __init__(self, database: Database, part: Part) -> None:
        self._database = database
        self._part = part
        self._lock = threading.Lock()
        self._seen: int | None = None
        self._look_again = 0.0
        self._read_anew = 0.0

    @abstractmethod
    def take_in(self, connection: sqlite3.Connection, *, anew: bool) -> None:
        """Read what has come since the last time, or everything."""

    def renew(self) -> None:
        """Be as new as the store is now.

        Raises:
            RefusedCallError: The store cannot be read; UNAVAILABLE, until it can be.
        """
        told = self._database.watch[self._part]
        if told == self._seen and monotonic() < self._look_again:
            return
        with self._lock:
            told = self._database.watch[self._part]
            if told == self._seen and monotonic() < self._look_again:
                return
            self._database.check_place()
            anew = monotonic() >= self._read_anew
            with self._database.reading() as connection:
                self.take_in(connection, anew=anew)
            if anew:
                self._read_anew = monotonic() + _ANEW_AFTER
            self._seen, self._look_again = told, monotonic() + _UNSEEN_AT_MOST
