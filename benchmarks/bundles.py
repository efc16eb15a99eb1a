"""How long it takes to publish, take over and restart from a repository of many agencies.

Run `python -m benchmarks.bundles`. Invented agencies with a policy of their own each, beside the
shipped library with its law, words and registry. Every figure is the median of some runs; `wall` is
what a person waits, `CPU` what the process spends. The framework alone (metadata and files,
verified) and the reading of texts are told apart. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from platelaw.engine.cache import Cache
from platelaw.federation.bundles.client import stored, sync, utc_now
from platelaw.federation.bundles.contents import contents_of
from platelaw.federation.bundles.development import (
    Development,
    development_repository,
    shipped_files,
)
from platelaw.federation.bundles.fetching import source_of
from platelaw.federation.bundles.snapshots import snapshot_of
from platelaw.federation.bundles.updating import Pass

RULE = """
rule rule-{number} "Rule {number}"
  cites "Order {number}" status verified
  in force from 2025-01-01
  permit search of alpr_data
  if requester is agency:{key} and data.age is at most {days} days
"""
HEAD = """policy agency/made-{number}
  title "Made department {number}"
  layer owner
  issued by "Made department {number}"
  time zone America/New_York
  uses ct 1
  binds owner is agency:{key}
"""


def made(agencies: int, rules: int) -> dict[str, bytes]:
    """The shipped files, and those of made agencies."""
    files = shipped_files()
    rows = ["key,name,ori,sovereign,kind,policy,desk,also_written,source"]
    for number in range(agencies):
        key = f"CT/made-{number}-pd"
        rows.append(f"{key},Made Department {number},,CT,police_department,,,,made")
        text = HEAD.format(number=number, key=key) + "".join(
            RULE.format(number=rule, key=key, days=1 + (number + rule) % 30)
            for rule in range(rules)
        )
        files[f"agency/{key}/own.policy"] = text.encode()
    files["registry/made.csv"] = ("\n".join(rows) + "\n").encode()
    return files


@dataclass
class Times:
    """Wall and CPU seconds of steps, by name."""

    wall: dict[str, list[float]] = field(default_factory=dict[str, list[float]])
    cpu: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def of(self, name: str, work: Callable[[], object]) -> None:
        """Measure one step."""
        wall, cpu = time.perf_counter(), time.process_time()
        work()
        self.wall.setdefault(name, []).append(time.perf_counter() - wall)
        self.cpu.setdefault(name, []).append(time.process_time() - cpu)

    def show(self) -> None:
        """Print the medians."""
        print(f"{'':52}{'wall s':>8}{'CPU s':>8}")
        for name, walls in self.wall.items():
            wall, cpu = statistics.median(walls), statistics.median(self.cpu[name])
            print(f"{name:52}{wall:8.3f}{cpu:8.3f}")


def verify(development: Development, trusted: Path, files: Path) -> None:
    """What the framework does alone: all metadata and files, verified, no text read."""
    source = source_of(development.repository.folder)
    run = Pass(source, trusted, development.root, utc_now())
    for target in run.metadata().files.values():
        run.file(target, files / target.hashes["sha256"])


def measure(times: Times, folder: Path, files: dict[str, bytes], cache: Cache) -> None:
    """One round over all steps."""
    repository, mirror = folder / "repository", folder / "mirror"
    agencies = sum(path.startswith("agency/CT/made-") for path in files)
    development = Development.__new__(Development)

    def publish() -> None:
        nonlocal development
        development = development_repository(repository, files)

    times.of(f"publish all, {agencies} agencies and the law", publish)
    times.of("verify all, first time", lambda: verify(development, folder / "t", folder / "f"))
    times.of("verify all, nothing new", lambda: verify(development, folder / "t", folder / "f"))
    times.of("read the texts, from the cache", lambda: contents_of(files, cache))
    times.of("first sync: verify, read, keep", lambda: sync(
        repository, mirror, development.root, store=cache))  # fmt: skip
    times.of("sync, nothing new", lambda: sync(
        repository, mirror, development.root, store=cache))  # fmt: skip
    path = next(path for path in files if path.startswith("agency/CT/made-"))
    changed = files[path].replace(b"at most 1 days", b"at most 2 days") + b"\n"
    times.of("publish one agency", lambda: development.publish({path: changed}))
    times.of("sync, one agency new", lambda: sync(
        repository, mirror, development.root, store=cache))  # fmt: skip
    repository.rename(folder / "away")
    times.of("restart from the mirror, repository away", lambda: snapshot_of(
        stored(mirror, development.root, store=cache)))  # fmt: skip


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agencies", type=int, default=500)
    parser.add_argument("--rules", type=int, default=1, help="of each agency")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    files = made(asked.agencies, asked.rules)
    times = Times()
    with tempfile.TemporaryDirectory() as scratch:
        cache = Cache(Path(scratch) / "cache")
        started = time.process_time()
        contents_of(files, cache)
        cold = time.process_time() - started
        for number in range(asked.rounds):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            measure(times, folder, files, cache)
    print(f"{asked.agencies} agencies, {asked.rules} rules each, {len(files)} files, "
          f"{asked.rounds} rounds")  # fmt: skip
    times.show()
    print(f"{'read the texts, nothing kept':52}{'':8}{cold:8.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
