"""The server that is loaded: the real service, and echoes beside it, in a process of its own.

An echo takes empty bytes and gives empty bytes, with no serializer and no gate: on the same server
as the service, and on one of grpcio as it comes with a pool of four threads.
"""

from __future__ import annotations

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec


class Wanted(msgspec.Struct, frozen=True):
    """What to serve.

    Attributes:
        home: The folder of identities, policies and evidence.
        core: The core to stay on; None stays anywhere.
        tls: Whether callers prove themselves; else it is plaintext, and everyone is one caller.
        logged: Whether answers are recorded, in a log of a process of its own.
        profile: A file for a profile of all that handlers do; empty makes none.
    """

    home: str
    core: int | None
    tls: bool
    logged: bool = False
    profile: str = ""


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """A server that listens.

    Attributes:
        pids: Its process, and that of its log if it has one.
        port: Where the service listens.
        stock_port: Where grpcio as it comes listens.
        cpu: CPU seconds from the start of the program to listening.
    """

    pids: tuple[int, ...]
    port: int
    stock_port: int
    cpu: float


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says when it is asked.

    Attributes:
        memory: Its memory in MiB, now.
        peak: The most so far.
        renewed: Seconds that it took to take up new policies; None if that was not asked.
        why_not: Why they were not taken up.
    """

    memory: float
    peak: float
    renewed: float | None = None
    why_not: str = ""


def main() -> None:
    """Serve until standard input ends; a line `renew` takes up what the repository holds."""
    wanted = msgspec.json.decode(sys.stdin.readline(), type=Wanted)
    if wanted.core is not None:
        os.sched_setaffinity(0, {wanted.core})
    import grpc
    from benchmarks.service.home import CONFIG
    from benchmarks.service.serving import ECHO, Loaded

    from platelaw.federation.server.log_keeper import LogKeeper

    folder = Path(wanted.home)
    log = LogKeeper(_Silence())
    if wanted.logged:
        log.start(str(folder / CONFIG))
    loaded = Loaded(folder, tls=wanted.tls, logged=wanted.logged, profiled=bool(wanted.profile))
    port = loaded.start()
    stock = grpc.server(ThreadPoolExecutor(4), handlers=[ECHO])
    stock_port = loaded.add_port(stock)
    stock.start()
    _say(
        Started(
            pids=(os.getpid(), *((log.pid,) if log.pid else ())), port=port, stock_port=stock_port,
            cpu=time.process_time(),
        )
    )  # fmt: skip
    for line in sys.stdin:
        renewed, why_not = loaded.renew() if line.strip() == "renew" else (None, "")
        _say(Told(memory=_memory("VmRSS"), peak=_memory("VmHWM"), renewed=renewed, why_not=why_not))
    loaded.stop(wanted.profile)
    log.end()
    stock.stop(0)


class _Silence:
    """Tells nobody."""

    def info(self, event: str, **fields: object) -> None:
        """Nothing."""

    warning = error = info


def _say(message: msgspec.Struct) -> None:
    print(msgspec.json.encode(message).decode(), flush=True)


def _memory(name: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


if __name__ == "__main__":
    main()
