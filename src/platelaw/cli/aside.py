"""Work in other processes of this machine: started, asked and ended in this one place.

A process begins as a copy of this one, so that it has all that was read and loaded; only what is
asked and what comes back is sent, which must be plain. Where a system cannot copy a process there
is none, and whoever asks does the work himself. None outlives this process: it ends with it, also
when this one is killed, and an interruption of the terminal is left to this one.
"""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Generic, TypeVar

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class DiedError(Exception):
    """A process ended before it answered; the message says how."""


@dataclass(frozen=True, slots=True)
class _Failed:
    """What went wrong in the other process."""

    fault: Exception


@dataclass(frozen=True, slots=True, eq=False)
class Aside(Generic[Asked, Answer]):
    """Another process that does one work, a piece at a time.

    Attributes:
        process: The process.
        pipe: What it is asked by, and answers by.
    """

    process: BaseProcess
    pipe: Connection

    def ask(self, asked: Asked) -> None:
        """Have a piece done; if the process is no more, its answer tells."""
        try:
            self.pipe.send(asked)
        except OSError:
            return

    def answer(self) -> Answer:
        """What came of the piece.

        Raises:
            DiedError: The process ended before.
            Exception: What the work raised.
        """
        try:
            found: Any = self.pipe.recv()
        except (EOFError, OSError):
            self.process.join()
            raise DiedError(f"ended with {self.process.exitcode}") from None
        if isinstance(found, _Failed):
            raise found.fault
        answer: Answer = found
        return answer

    def end(self) -> None:
        """End it, whatever it does."""
        self.process.terminate()
        self.process.join()
        self.pipe.close()


def can_start() -> bool:
    """Whether this system can copy a process."""
    return "fork" in multiprocessing.get_all_start_methods()


def started(work: Callable[[Asked], Answer]) -> Aside[Asked, Answer]:
    """A process that waits for the first piece of a work; only where one can start."""
    context = multiprocessing.get_context("fork")
    mine, yours = context.Pipe()
    process = context.Process(target=_serve, args=(work, mine, yours), daemon=True)
    process.start()
    yours.close()
    return Aside(process, mine)


@contextmanager
def beside(work: Callable[[Asked], Answer], asked: Asked) -> Generator[Aside[Asked, Answer]]:
    """A process that does one piece while this one does something else, and ends then."""
    aside = started(work)
    try:
        aside.ask(asked)
        yield aside
    finally:
        aside.end()


def _serve(work: Callable[[Any], Any], theirs: Connection, mine: Connection) -> None:
    """Do what comes until nothing does."""
    theirs.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other process is interrupted and ends this
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while True:
        try:
            asked = mine.recv()
        except EOFError:
            return
        try:
            mine.send_bytes(_packed(work, asked))
        except OSError:
            return


def _packed(work: Callable[[Any], Any], asked: object) -> bytes:
    """What comes of a piece, or what went wrong, as it is sent."""
    try:
        return pickle.dumps(work(asked))
    except Exception as fault:  # told where it is seen, and not on a process's last line
        try:
            return pickle.dumps(_Failed(fault))
        except Exception:
            return pickle.dumps(_Failed(RuntimeError(f"{type(fault).__name__}: {fault}")))


def _end_with_parent() -> None:
    """Leave no process behind when the other one is killed."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
