"""Half an hour of load on a service with its log: what grows that should not.

Prints a line a minute (memory of each process, size of the log's files, latency), and then what
grew from the third quarter of the run to the last. In the first half the log's process fills its
index of nonces, which are remembered for 15 minutes. Run once before a release::

    python benchmarks/soak.py --minutes 30 --share 0.8
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from benchmarks.service.home import CONFIG, Place
from benchmarks.service.orders import Measured, Order
from benchmarks.service.pools import Pools
from benchmarks.service.processes import Bench, bench
from benchmarks.service.runs import warm

from platelaw.federation import running
from platelaw.federation.server.config import read_config

_MEBI = 1 << 20
_MEMORY, _LATENCY = 1.05, 1.5  # how much more at the end is growth


@dataclass(frozen=True, slots=True)
class Minute:
    """How it was after a minute.

    Attributes:
        entries: How many answers were given so far.
        worker: Memory of the worker, in MiB.
        log: Memory of the log's process, in MiB.
        handles: Open files of both.
        bytes_an_entry: Bytes of the log's files an entry.
        p50: Half of the calls took at most so many milliseconds.
        p99: Nearly all.
        refused: Calls that were not answered.
    """

    entries: int
    worker: float
    log: float
    handles: int
    bytes_an_entry: float
    p50: float
    p99: float
    refused: int


def main(words: Sequence[str] | None = None) -> int:
    """Run, and say what grew; 1 if anything did."""
    parser = argparse.ArgumentParser(description="Load on a service with its log, for long.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--share", type=float, default=0.8, help="of what it can, measured first")
    parser.add_argument("--rate", type=float, help="calls a second, in place of a share")
    asked = parser.parse_args(words)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "served"
        place = Place.make(folder, {})
        running.sync(read_config(folder / CONFIG))
        Pools(folder, 20_000, 300).usual()
        with bench(place.home, tls=False, logged=True) as on:
            minutes = _run(on, folder, asked)
    return _told(minutes)


def _run(on: Bench, folder: Path, asked: argparse.Namespace) -> list[Minute]:
    pool = str(folder / "usual.pool")
    outcomes = ("PERMIT", "DENY")
    full = Order(method="Decide", seconds=3, pool=pool, outcomes=outcomes)
    warm(on, full, print)
    most = on.measure(full)
    rate = asked.rate or most.calls / most.seconds * asked.share
    print(f"{most.calls / most.seconds:,.0f} calls a second at most; {rate:,.0f} from now on")
    step = min(60.0, asked.minutes * 60 / 6)
    order = Order(
        method="Decide", seconds=step, pool=pool, outcomes=outcomes, rate=rate, in_flight=512
    )
    minutes, entries = list[Minute](), 0
    for at in range(round(asked.minutes * 60 / step)):
        found = on.measure(order)
        entries += found.calls
        minutes.append(_minute(on, folder, found, entries))
        print(f"{(at + 1) * step / 60:5.1f} min  {_line(minutes[-1])}", flush=True)
    return minutes


def _minute(on: Bench, folder: Path, found: Measured, entries: int) -> Minute:
    worker, log = on.started.pids
    files = sum(path.stat().st_size for path in folder.glob("log.sqlite*"))
    handles = sum(len(os.listdir(f"/proc/{pid}/fd")) for pid in (worker, log))
    return Minute(
        entries, _memory(worker), _memory(log), handles, files / entries, found.p50, found.p99,
        found.errors,
    )  # fmt: skip


def _memory(pid: int) -> float:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MEBI


def _line(minute: Minute) -> str:
    return (
        f"{minute.entries:>9,} entries  worker {minute.worker:.0f} MiB, log {minute.log:.0f} MiB, "
        f"{minute.handles} files open, {minute.bytes_an_entry:.0f} bytes an entry, "
        f"p50 {minute.p50:.1f} p99 {minute.p99:.1f} ms, {minute.refused} refused"
    )


def _told(minutes: Sequence[Minute]) -> int:
    """What is more in the last quarter than in the one before."""
    quarter = len(minutes) // 4
    before, after = minutes[-2 * quarter : -quarter], minutes[-quarter:]
    grew = list[str]()
    for name, allowed in (
        ("worker", _MEMORY), ("log", _MEMORY), ("handles", _MEMORY), ("bytes_an_entry", _MEMORY),
        ("p50", _LATENCY),
    ):  # fmt: skip
        was, now = (median(getattr(each, name) for each in part) for part in (before, after))
        print(f"{name}: {was:.1f} in the third quarter, {now:.1f} in the last")
        if now > was * allowed:
            grew.append(name)
    print(f"grew: {', '.join(grew) or 'nothing'}")
    return int(bool(grew))


if __name__ == "__main__":
    sys.exit(main())
