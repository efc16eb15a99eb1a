"""Other processes that write a log as fast as they can, and say what was acknowledged to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from platelaw.federation.log.checking import edge_at, recompute
from platelaw.federation.log.store import Store

PATIENCE = 60.0  # seconds; nothing takes so long unless it hangs

# A line is written for each group when its commit has returned, and for each that was refused.
_WRITE = """
import os, random, sys, time
from itertools import count
from pathlib import Path
from platelaw.federation.log.store import Group, RecordedCall, StoreUnavailableError
from platelaw.federation.log.tree import leaf_hash
from platelaw.federation.log.tiles import WIDTH, Pending

kind, address, name, told = sys.argv[1:5]
if kind == "sqlite":
    from platelaw.federation.log.sqlite_store import SqliteStore
    store = SqliteStore(Path(address))
else:
    from platelaw.federation.log.postgres_store import PostgresStore
    store = PostgresStore(address)
file = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def tell(*words):
    os.write(file, (" ".join(map(str, words)) + "\\n").encode())

def pending_of(size):
    start = size // WIDTH * WIDTH
    leaves = [leaf for one in store.groups(start, size) for leaf in one.leaves]
    return Pending.read(size, leaves[len(leaves) - size % WIDTH:], store.tile)

def append(number):
    global pending
    with store.appending() as appending:
        head = appending.head
        first = head.edge.size
        if pending.edge != head.edge:
            pending = pending_of(first)
        entries = tuple(b"%s %d %d " % (name.encode(), number, place) + bytes(300)
                        for place in range(random.randrange(1, 40)))
        leaves = tuple(map(leaf_hash, entries))
        growth = head.edge.extended(leaves)
        after, tiles = pending.grown(growth)
        at = max(head.at, time.time_ns() // 1000)
        calls = [RecordedCall(name, os.urandom(16), bytes(32), first, len(entries), at + 50_000)]
        appending.calls([(one.caller, one.nonce) for one in calls])
        appending.write(Group(first, entries, leaves, (b"sealed",) * len(entries), at),
                        growth.after, calls, {os.urandom(32): b"circumstances"}, tiles)
    pending = after
    tell("kept", number, first, first + len(entries), growth.root.hex())

pending = Pending()
for number in count():
    try:
        append(number)
        if number % 50 == 49:
            store.forget_calls(time.time_ns() // 1000)
    except StoreUnavailableError as fault:
        tell("refused", number, fault)
        time.sleep(0.02)
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A group that was acknowledged: by whom and which, where it is, and the root with it."""

    writer: str
    number: int
    first: int
    end: int
    root: bytes


@dataclass(slots=True)
class Writer:
    """A process that writes."""

    kind: str
    address: str
    folder: Path
    name: str
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir(exist_ok=True)
        command = [sys.executable, "-c", _WRITE, self.kind, self.address, self.name, str(self.told)]
        with (self.folder / f"{self.name}.stderr").open("wb") as errors:
            self.process = subprocess.Popen(command, stderr=errors)

    @property
    def told(self) -> Path:
        return self.folder / self.name

    @property
    def lines(self) -> list[str]:
        """What it told, without a line that is not whole."""
        try:
            return self.told.read_text().split("\n")[:-1]
        except FileNotFoundError:
            return []

    @property
    def kept(self) -> list[Kept]:
        words = (line.split() for line in self.lines if line.startswith("kept"))
        return [
            Kept(self.name, int(one[1]), int(one[2]), int(one[3]), bytes.fromhex(one[4]))
            for one in words
        ]

    @property
    def refused(self) -> list[str]:
        return [line for line in self.lines if line.startswith("refused")]

    def count(self, word: bytes) -> int:
        """How often it told something."""
        return self.told.read_bytes().count(word) if self.told.exists() else 0

    def wait_for(self, enough: Callable[[], bool]) -> None:
        """Wait for something while it writes."""
        until = time.monotonic() + PATIENCE
        while not enough():
            assert self.process.poll() is None, (self.folder / f"{self.name}.stderr").read_text()
            assert time.monotonic() < until, self.lines[-3:]
            time.sleep(0.02)

    def write_more(self, groups: int) -> None:
        """Wait until it has so many groups more."""
        before = self.count(b"kept ")
        self.wait_for(lambda: self.count(b"kept ") >= before + groups)

    def wait_for_refusal(self) -> None:
        """Wait until a group is refused now."""
        before = self.count(b"refused ")
        self.wait_for(lambda: self.count(b"refused ") > before)

    def kill(self) -> None:
        """Kill it as it is."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


def check_nothing_is_lost(store: Store, kept: Iterable[Kept]) -> None:
    """Every group that was acknowledged is where it was said to be, and the log is whole."""
    size = store.head().edge.size
    assert recompute(store) == []
    for one in kept:
        assert one.end <= size
        assert edge_at(store, one.end).root == one.root
        (group,) = store.groups(one.first, one.end)
        assert (group.first, group.end) == (one.first, one.end)
        words = f"{one.writer} {one.number} 0 ".encode()
        assert group.entries[0].startswith(words)
