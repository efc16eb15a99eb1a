"""A decision point whose answers are recorded in a real log on the disk."""

from __future__ import annotations

import datetime
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from platelaw.engine.decision import Engine
from platelaw.federation.deciding.recording import Recording
from platelaw.federation.log.gathering import LocalLog
from platelaw.federation.log.high_water import HighWater
from platelaw.federation.log.keys import LogKeys
from platelaw.federation.log.opening import OpenLog
from platelaw.federation.log.sealing import Month, MonthKey, commit, seal
from platelaw.federation.log.sequencer import Sequencer
from platelaw.federation.log.signing import LogSigner, log_signer
from platelaw.federation.log.sqlite_store import SqliteStore

from ..deciding.asking import NOW, PD, Point

ORIGIN = "ct.example/log"


@dataclass
class Keys:
    """Month keys in memory; those on disk are tested elsewhere."""

    made: dict[tuple[str, Month], MonthKey] = field(
        default_factory=dict[tuple[str, Month], MonthKey]
    )

    def key(self, owner: str, at: datetime.datetime) -> MonthKey:
        month = Month.of(at)
        secret = bytes([len(self.made) + 1]) * 32
        return self.made.setdefault((owner, month), MonthKey(secret, owner, month))

    def seal(
        self, owner: str, at: datetime.datetime, entry_id: bytes, texts: Mapping[str, str]
    ) -> tuple[Mapping[str, bytes], bytes]:
        key = self.key(owner, at)
        return commit(key, entry_id, texts), seal(key, entry_id, texts)


@dataclass
class Recorded:
    """A point and its log."""

    point: Point
    store: SqliteStore
    signer: LogSigner
    log: LocalLog
    keys: Keys
    faults: list[Exception]


@contextmanager
def recorded(
    engine: Engine, folder: Path, origin: str = ORIGIN, logs: LogKeys | None = None
) -> Generator[Recorded]:
    """A decision point that records, in a folder; what is there already goes on."""
    store = SqliteStore(folder / "log.sqlite")
    signer = log_signer(folder / "keys", origin)
    faults: list[Exception] = []
    keys = Keys()
    microseconds = round(NOW.timestamp() * 1e6)
    sequencer = Sequencer(store, signer, lambda: microseconds)
    mark = HighWater(folder / "mark" / "mark")
    log = LocalLog(OpenLog(store, sequencer, mark), faults.append)
    log.start()
    point = Point(engine, folder, Recording(log, keys, PD), logs=logs or LogKeys())
    try:
        yield Recorded(point, store, signer, log, keys, faults)
    finally:
        log.close()
        point.store.close()
