"""The command as a process: its streams, pipes that close, terminals, and the demo."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Desk

COMMAND = [sys.executable, "-m", "platelaw"]


def process(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command as a shell would."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=120
    )


def test_the_module_runs_as_the_command(desk: Desk) -> None:
    done = process("decide", *desk.options, desk.folder / "request.json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("PERMIT: It may proceed.\n")


def test_input_that_cannot_be_gone_by_ends_with_2_and_no_traceback(desk: Desk) -> None:
    done = process("decide", *desk.options, desk.write("request.json", b"\xff\x00"))
    assert done.returncode == 2
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("arguments", [("agencies", "--limit", "0"), ("schema", "decision")])
def test_a_pipe_that_closes_early_is_no_traceback(arguments: tuple[str, ...]) -> None:
    with subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.read(10)
        running.stdout.close()
        told = running.stderr.read().decode()
        assert running.wait(60) in (0, 1, -13)
    assert "Traceback" not in told
    assert "BrokenPipeError" not in told


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_an_output_without_room_is_told_in_words() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*COMMAND, "schema", "decision"], stdout=full, stderr=subprocess.PIPE, text=True,
            check=False, timeout=120,
        )  # fmt: skip
    said = "error: the output cannot be written: No space left on device"
    assert (done.returncode, done.stderr.splitlines()[0]) == (2, said)


def test_a_closed_standard_output_is_no_traceback(desk: Desk) -> None:
    line = " ".join([*COMMAND, "decide", *desk.options, str(desk.folder / "request.json"), ">&-"])
    done = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, check=False, timeout=60
    )
    assert "Traceback" not in done.stderr


def on_a_terminal(*arguments: str | Path) -> str:
    """The output of the command where a terminal reads it."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=theirs, stderr=theirs, close_fds=True
    ) as running:
        os.close(theirs)
        read = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not part:
                break
            read += part
        running.wait(60)
    os.close(ours)
    return read.decode()


def test_color_is_for_terminals_only(desk: Desk) -> None:
    asked = [*desk.options, str(desk.folder / "request.json")]
    assert "\x1b[" in on_a_terminal("decide", *asked)
    assert "\x1b" not in process("decide", *asked).stdout
    assert "\x1b" not in on_a_terminal("decide", "--json", *asked)


def test_the_demo_runs() -> None:
    done = process("demo")
    assert (done.returncode, done.stderr) == (0, "")
    assert "71 rows, 2026-09-05 to 2026-10-03" in done.stdout
    words = [line.partition(":")[0] for line in done.stdout.splitlines()]
    assert [word for word in words if word in ("PERMIT", "HOLD", "DENY")] == [
        "PERMIT", "HOLD", "DENY",
    ]  # fmt: skip


# The system may give a signal to any thread that does not refuse it; here the main one refuses.
HEARD_ELSEWHERE = """
import signal, threading
from platelaw.cli.common import wait_for_end

def other():
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGTERM])
    print("ready", flush=True)
    threading.Event().wait()

signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGTERM])
threading.Timer(0.3, other).start()
wait_for_end()
print("ended", flush=True)
signal.raise_signal(signal.SIGKILL)
"""


def test_a_service_ends_whichever_thread_the_signal_is_given_to() -> None:
    command = [sys.executable, "-c", HEARD_ELSEWHERE]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "ready\n"
        running.terminate()
        try:
            told, _ = running.communicate(timeout=30)
        finally:
            running.kill()
    assert told == "ended\n"
