"""How long a large library takes to load: from text, from the cache, after an edit of one file.

Run `python benchmarks/loading.py`. The texts are those of `benchmarks/parse.py`: invented agencies
with rules of the shipped policies under other names and numbers, one file each, beside the shipped
library with its law and words. Each line is a fresh process unless it says otherwise; times are CPU
seconds after the interpreter has started and imported what it needs. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import parse

from platelaw.dsl.check import check
from platelaw.engine.cache import Cache
from platelaw.engine.collecting import collector_paused
from platelaw.engine.library import policy_files, read_policies, shipped
from platelaw.engine.loading import Loader

T = TypeVar("T")
NAMES = {
    "cold": "from text, and kept",
    "parse": "  of it: reading and parsing",
    "check": "  of it: checking",
    "warm": "from the cache, nothing changed",
    "rule": "  and then the rules of one policy",
    "edited": "one file edited",
    "again": "one file edited, in a running process",
}


def write(folder: Path, rules: int, agencies: int, seed: int) -> None:
    """The files of all agencies."""
    for source in parse.texts(seed, rules, agencies):
        (folder / Path(source.name).name).write_text(source.text, "utf-8")


def edit(folder: Path, number: int) -> None:
    """One file with another number of days in a rule."""
    file = folder / "agency-0.policy"
    text = re.sub(r"\b\d+ days\b", f"{400 + number} days", file.read_text("utf-8"), count=1)
    file.write_text(text, "utf-8")


def spent(work: Callable[[], T]) -> tuple[float, T]:
    """CPU seconds of some work, and what it made."""
    started = time.process_time()
    made = work()
    return time.process_time() - started, made


def step(name: str, folder: Path, cache: Path) -> dict[str, object]:
    """What one process measures."""
    if name in ("parse", "check"):
        return {"seconds": apart(folder)[name], "memory": peak()}
    loader = Loader(Cache(cache))
    if name == "edited":
        edit(folder, 1)
    seconds, loaded = spent(lambda: loader.load([folder]))
    if name == "again":
        edit(folder, 2)
        seconds, loaded = spent(lambda: loader.load([folder]))
    library = loaded.checked.library
    assert library is not None, "the texts of this benchmark hold no fault"
    if name == "rule":
        seconds, _ = spent(lambda: list(library.policies[0].rules))
    return {
        "seconds": seconds,
        "files": loaded.files,
        "parsed": len(loaded.parsed),
        "checked": len(loaded.rechecked),
        "memory": peak(),
    }


def apart(folder: Path) -> dict[str, float]:
    """Parsing and checking without a cache, each for itself."""
    with collector_paused():
        files = [*policy_files([shipped()]), *policy_files([folder])]
        parsing, parses = spent(lambda: read_policies(files))
        checking, _ = spent(lambda: check(parses))
    return {"parse": parsing, "check": checking}


def peak() -> float:
    """The most memory that this process used, in MiB."""
    status = Path("/proc/self/status")  # Linux counts what the parent used in `ru_maxrss`
    if status.exists():
        found = re.search(r"VmHWM:\s+(\d+) kB", status.read_text())
        if found:
            return int(found[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / parse.MEBIBYTE


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="How long a large library takes to load.")
    options.add_argument("--rules", type=int, default=10_000)
    options.add_argument("--agencies", type=int, default=500)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--step", nargs=3, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.step:
        name, folder, cache = asked.step
        print(json.dumps(step(name, Path(folder), Path(cache))))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder, cache = Path(scratch, "law"), Path(scratch, "cache")
        folder.mkdir()
        write(folder, asked.rules, asked.agencies, asked.seed)
        table(asked.rules, asked.agencies, folder, cache)


def table(rules: int, agencies: int, folder: Path, cache: Path) -> None:
    """Print the table."""
    print(f"{rules} rules of {agencies} agencies beside the shipped library, in CPU seconds:\n")
    print(f"{'':40}{'seconds':>8}{'files':>7}{'parsed':>8}{'checked':>9}{'MiB':>6}")
    for name, title in NAMES.items():
        found = measured(name, folder, cache)
        counts = [f"{found.get(key, ''):>{width}}" for key, width in COUNTS.items()]
        print(f"{title:40}{found['seconds']:8.3f}{''.join(counts)}{found['memory']:6.0f}")
    sizes = [entry.stat().st_size for entry in cache.iterdir()]
    print(f"\nThe cache holds {len(sizes)} entries of {sum(sizes) / 1e6:.1f} MB.")


COUNTS = {"files": 7, "parsed": 8, "checked": 9}


def measured(name: str, folder: Path, cache: Path) -> dict[str, float]:
    """What a fresh process measures."""
    command = [sys.executable, __file__, "--step", name, str(folder), str(cache)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
