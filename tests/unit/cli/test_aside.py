"""Work in other processes: its answer or its fault comes back, and no process is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from typing import NoReturn

import pytest

from platelaw.cli.aside import Aside, DiedError, beside, can_start, started

pytestmark = pytest.mark.skipif(not can_start(), reason="this system cannot copy a process")

# Starts another process that never answers, says that both run, and waits for its answer.
WAITING = """
import signal
import threading
from platelaw.cli.aside import beside

def work(_):
    print("works", flush=True)
    threading.Event().wait()

signal.signal(signal.SIGINT, signal.default_int_handler)  # what runs the tests may ignore it
with beside(work, None) as aside:
    aside.answer()
"""


def refuse(_: object) -> NoReturn:
    raise ValueError("no such rule")


def test_pieces_are_done_elsewhere_one_after_the_other() -> None:
    aside: Aside[int, tuple[int, int]] = started(lambda number: (number * 2, os.getpid()))
    try:
        for number in (1, 2):
            aside.ask(number)
            doubled, where = aside.answer()
            assert doubled == number * 2
            assert where == aside.process.pid != os.getpid()
    finally:
        aside.end()
    assert not aside.process.is_alive()


def test_a_fault_of_the_work_is_raised_where_it_is_asked_for() -> None:
    with beside(refuse, None) as aside, pytest.raises(ValueError, match="no such rule"):
        aside.answer()


def test_what_cannot_be_sent_is_a_fault_and_no_silence() -> None:
    with beside(lambda _: threading.Lock(), None) as aside, pytest.raises(TypeError, match="lock"):
        aside.answer()


def test_a_process_that_dies_says_how_it_ended() -> None:
    with beside(lambda _: os.kill(os.getpid(), signal.SIGKILL), None) as aside:
        with pytest.raises(DiedError, match="ended with -9"):
            aside.answer()
        aside.ask(None)  # nobody is there, which the next answer tells
        with pytest.raises(DiedError, match="ended with -9"):
            aside.answer()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_one_that_started_it(number: signal.Signals) -> None:
    script = [sys.executable, "-c", WAITING]
    with subprocess.Popen(script, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as begun:
        assert begun.stdout is not None
        assert begun.stdout.readline() == b"works\n"
        begun.send_signal(number)
        # Both hold the pipe: it ends only when neither is left.
        assert begun.stdout.read() == b""
    assert begun.returncode != 0
