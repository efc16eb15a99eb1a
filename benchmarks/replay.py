"""How fast a log is verified and replayed, and how large a recorded answer is.

A real decision point answers a few hundred different questions; their entries are written again and
again, each with an id and a moment of its own, as those of a busy log: many share circumstances.
CPU seconds of one thread; every figure of one run, so that their ratios hold on a busy machine.

    python benchmarks/replay.py [--entries 200000]
"""

from __future__ import annotations

import argparse
import datetime
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from platelaw.engine.cache import Cache
from platelaw.engine.decision import Engine
from platelaw.federation.bundles.contents import contents_of
from platelaw.federation.bundles.development import shipped_files
from platelaw.federation.log.chaining import Chain
from platelaw.federation.log.judging import Judge
from platelaw.federation.log.libraries import Libraries, Version
from platelaw.federation.log.replaying import Grade, Replay
from platelaw.federation.log.sources import OpenedTexts
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import Group
from platelaw.federation.log.tree import Edge, leaf_hash
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import log_pb2 as log
from tests.federation.deciding.asking import caller, envelope, question
from tests.federation.log.recording import Keys, recorded

KINDS = 300  # different questions
GROUP = 100
HOURS = 12  # of one civil day: what is old enough depends on it
MILLION_HASHES = 20  # of the proof of an entry of a log of a million
PURPOSES = ("stolen_vehicle", "robbery", "missing_person", "child_exploitation", "homicide")
OWNERS = ("CT/darien-pd", "CT/openbridge-pd", "CT/avon-pd")


def main() -> None:
    """Measure and print."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--entries", type=int, default=200_000)
    count: int = arguments.parse_args().entries
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), count)


def _run(folder: Path, count: int) -> None:
    cache = Cache(Path.home() / ".cache" / "platelaw")
    contents = contents_of(shipped_files(), cache)
    engine = Engine(contents.library, contents.registry)
    response, originals, sealed, circumstances, keys = _answered(engine, folder)
    groups = _groups(originals, sealed, count)
    head = Edge(0, ()).extended([leaf for group in groups for leaf in group.leaves]).after
    print(f"{count:,} entries in groups of {GROUP}, {len(circumstances)} different circumstances, "
          f"{HOURS} hours")  # fmt: skip
    print(f"an entry has {sum(map(len, originals)) / len(originals):,.0f} bytes")
    told, recorded_ = _sizes(response)
    print(f"an answer of a log of a million entries has {told:,} bytes without its explanation: "
          f"{recorded_:,} of them are entry, proof and signatures")  # fmt: skip

    def read() -> None:
        for group in groups:
            for entry in group.entries:
                log.LogEntry.FromString(entry)

    def chain() -> None:
        tree = Chain(head)
        for group in groups:
            tree.take(group)
        tree.end()
        assert not tree.fault

    libraries = _Loaded(_None(), Judge.of(engine))

    def replay(source: OpenedTexts | None = None, *, chained: bool = False) -> Replay:
        run, tree = Replay(libraries, circumstances.get, source), Chain(head)
        for group in groups:
            if chained:
                tree.take(group)
            run.take(group.first, group.entries, group.sealed)
        tree.end()
        assert run.report.is_clean, run.report.differences[:3]
        return run

    _tell("entries read", count, _seconds(read))
    _tell("entries hashed, the tree built", count, _seconds(chain))
    first = _seconds(lambda: replay())
    _tell("replayed, forms of questions met for the first time", count, first)
    _tell("replayed", count, _seconds(lambda: replay()))
    _tell("replayed with the tree", count, _seconds(lambda: replay(chained=True)))
    by_key = {key.id: key for key in keys.made.values()}
    _tell("from source, without the tree", count, _seconds(lambda: replay(OpenedTexts(by_key.get))))
    grades = replay(OpenedTexts(by_key.get)).report.grades
    assert grades[Grade.FROM_SOURCE] == count
    alone = Judge.of(engine)
    distinct = list(circumstances.values())
    at = log.LogEntry.FromString(originals[0]).at.ToDatetime(datetime.UTC)
    texts = [log.Circumstances.FromString(text) for text in distinct]

    def judged() -> None:
        for each in texts:
            alone.judged(each, at)

    judged()
    _tell("answers worked out, of forms that were met", len(texts), _seconds(judged))


class _None:
    """No versions are kept."""

    def files(self, digest: str) -> None:
        """Nothing."""
        del digest

    def digests(self) -> Sequence[str]:
        """Nothing."""
        return ()


class _Loaded(Libraries):
    """One version, loaded before."""

    def __init__(self, versions: _None, judge: Judge) -> None:
        super().__init__(versions)
        self._loaded = Version(judge)

    def version(self, digest: str) -> Version:
        """The one."""
        del digest
        return self._loaded


def _answered(
    engine: Engine, folder: Path
) -> tuple[bytes, list[bytes], list[bytes], dict[bytes, bytes], Keys]:
    """A response, and the entries of many questions with what belongs to them."""
    with recorded(engine, folder) as made:
        response = b""
        for number in range(KINDS):
            asked = question(
                owner=OWNERS[number % len(OWNERS)],
                purpose=PURPOSES[number % len(PURPOSES)],
                reason=f"stolen veh case {number}",
                user=f"user-{number}",
                subject=f"thing-{number}",
            )
            asked.period.since = f"2026-11-{1 + number % 26:02}"
            request = d.DecideRequest(envelope=envelope(f"request-{number:06}"), question=asked)
            response = made.point.call("Decide", request.SerializeToString(), caller())
    with closing(SqliteStore(folder / "log.sqlite", only_reading=True)) as store:
        groups = list(store.groups(0, store.head().edge.size))
        entries = [entry for group in groups for entry in group.entries]
        sealed = [texts for group in groups for texts in group.sealed]
        digests = {log.LogEntry.FromString(entry).answer.circumstances for entry in entries}
        texts = {digest: store.circumstances(digest) or b"" for digest in digests}
    return response, entries, sealed, texts, made.keys


def _groups(originals: Sequence[bytes], sealed: Sequence[bytes], count: int) -> list[Group]:
    """As many entries, spread over half a day; texts stay with the ids that they are sealed for."""
    groups: list[Group] = []
    read = [log.LogEntry.FromString(entry) for entry in originals]
    starts = [entry.at.seconds // 3600 * 3600 for entry in read]
    for first in range(0, count, GROUP):
        entries: list[bytes] = []
        for index in range(first, min(first + GROUP, count)):
            entry = read[index % len(read)]
            lasts = entry.answer.valid_until.seconds - entry.at.seconds
            start = starts[index % len(read)]
            entry.at.seconds = start - index * HOURS // count * 3600 + index % 3600
            if entry.answer.release_id:
                entry.answer.valid_until.seconds = entry.at.seconds + lasts
            entry.answer.nonce = os.urandom(16)
            entries.append(entry.SerializeToString())
        texts = tuple(sealed[index % len(read)] for index in range(first, first + len(entries)))
        groups.append(Group(first, tuple(entries), tuple(map(leaf_hash, entries)), texts, 0))
    return groups


def _sizes(response: bytes) -> tuple[int, int]:
    """How many bytes an answer has with a proof of twenty hashes, and what proves it of them."""
    answer = d.DecideResponse.FromString(response).answer
    answer.ClearField("explanation")
    hashes = (sha256(bytes([number])).digest() for number in range(MILLION_HASHES))
    answer.recorded.proof.hashes = b"".join(hashes)
    answer.recorded.index = 999_999
    return answer.ByteSize(), answer.recorded.ByteSize()


def _seconds(run: Callable[[], object]) -> float:
    started = time.process_time()
    run()
    return time.process_time() - started


def _tell(what: str, count: int, seconds: float) -> None:
    print(f"{what:<55} {count / seconds:>12,.0f} a CPU s {seconds / count * 1e6:>9.2f} us each")


if __name__ == "__main__":
    main()
