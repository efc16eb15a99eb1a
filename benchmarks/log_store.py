"""What a group of entries costs in a log's store, and what the start check costs.

Run `python benchmarks/log_store.py`; with `--postgres ADDRESS` a database too, which must have no
log yet. Entries have 360 bytes and sealed texts 120, each the answer of a call of its own. CPU is
that of this process: what PostgreSQL takes is not in it. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from platelaw.federation.log.checking import recompute
from platelaw.federation.log.postgres import open_postgres
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import Group, RecordedCall, Store
from platelaw.federation.log.tiles import Pending
from platelaw.federation.log.tree import Edge, leaf_hash

CALLER = "spiffe://benchmark.example/agency/gateway"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A group and all that belongs to it, made beforehand: none of it is the store's work."""

    group: Group
    after: Edge
    calls: list[RecordedCall]
    tiles: dict[tuple[int, int], bytes]


def prepared(pending: Pending, count: int, groups: int) -> Iterator[Prepared]:
    """Groups that follow a tree, one after the other."""
    for _ in range(groups):
        first = pending.size
        entries = tuple(secrets.token_bytes(360) for _ in range(count))
        leaves = tuple(map(leaf_hash, entries))
        growth = pending.edge.extended(leaves)
        pending, tiles = pending.grown(growth)
        sealed = tuple(secrets.token_bytes(120) for _ in range(count))
        calls = [
            RecordedCall(CALLER, secrets.token_bytes(16), bytes(32), first + at, 1, 2**60)
            for at in range(count)
        ]
        group = Group(first, entries, leaves, sealed, first)
        yield Prepared(group, growth.after, calls, tiles)


def write(store: Store, name: str, pending: Pending, count: int, groups: int) -> Pending:
    """Write groups of a size, and tell what one takes."""
    ready = list(prepared(pending, count, groups))
    waits, spent = list[float](), time.process_time()
    for one in ready:
        begun = time.perf_counter()
        with store.appending() as appending:
            appending.calls([(call.caller, call.nonce) for call in one.calls])
            appending.write(one.group, one.after, one.calls, {}, one.tiles)
        waits.append(time.perf_counter() - begun)
    spent = time.process_time() - spent
    waits.sort()
    half, most = waits[groups // 2], waits[groups * 99 // 100]
    print(
        f"{name}, groups of {count:3}: {spent / groups * 1e3:.2f} ms CPU a group, "
        f"{spent / groups / count * 1e6:5.1f} us an entry; done after {half * 1e3:.2f} ms, "
        f"99 % {most * 1e3:.2f} ms"
    )
    for one in ready:
        growth = pending.edge.extended(one.group.leaves)
        pending, _ = pending.grown(growth)
    return pending


def measure(store: Store, name: str, sizes: list[int], groups: int) -> None:
    """Write a log of groups of some sizes, and check it."""
    pending = Pending()
    for count in sizes:
        pending = write(store, name, pending, count, groups)
    spent = time.process_time()
    findings = recompute(store)
    spent = time.process_time() - spent
    speed = pending.size / spent
    print(f"{name}, start check: {speed:,.0f} entries a CPU second, {len(findings)} findings")


def main() -> None:
    """Measure what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--groups", type=int, default=400)
    parser.add_argument("--sizes", type=int, nargs="+", default=[1, 8, 32, 100, 500])
    parser.add_argument("--postgres", default="")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.db"
        with closing(SqliteStore(path)) as store:
            measure(store, "SQLite", asked.sizes, asked.groups)
        entries = sum(asked.sizes) * asked.groups
        print(f"SQLite, on disk: {path.stat().st_size / entries:.0f} bytes an entry")
    if asked.postgres:
        with closing(open_postgres(asked.postgres)) as store:
            measure(store, "PostgreSQL", asked.sizes, asked.groups)


if __name__ == "__main__":
    main()
