"""The write-ahead log of a file moved into it beside the groups, so that no group waits for it.

SQLite would let the one that fills the write-ahead log move all of it, and every answer behind it
would wait. Here it is moved a little four times a second, and the writer moves only what is left
when it starts the write-ahead log anew.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

_EVERY = 0.25  # seconds


class Checkpoints:
    """A thread that moves what was written."""

    def __init__(self, connect: Callable[[], sqlite3.Connection]) -> None:
        """Begin.

        Args:
            connect: Opens a connection for it.
        """
        self._connect = connect
        self._is_ending = threading.Event()
        self._was_written = False
        self._thread = threading.Thread(target=self._run, name="checkpoints", daemon=True)
        self._thread.start()

    def written(self) -> None:
        """Note that there is something to be moved."""
        self._was_written = True

    def close(self) -> None:
        """End."""
        self._is_ending.set()
        self._thread.join()

    def _run(self) -> None:
        connection: sqlite3.Connection | None = None
        while not self._is_ending.wait(_EVERY):
            if self._was_written:
                self._was_written = False
                try:
                    connection = connection or self._connect()
                    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
                except sqlite3.Error:  # the writer tells what is wrong; here it is tried again
                    self._was_written = True
        if connection is not None:
            connection.close()
