"""The command: `python -m benchmarks.service`, in the repository's root."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.peers.machine import this_machine
from benchmarks.service.home import CONFIG, Place
from benchmarks.service.library import another, many_agencies
from benchmarks.service.page import Questions, Run, page
from benchmarks.service.pools import Pools
from benchmarks.service.runs import Library, Options, calls, library, searches

from platelaw.federation import running
from platelaw.federation.server.config import read_config
from platelaw.federation.v1 import decision_pb2 as d

EXAMPLES = """
examples:
  python -m benchmarks.service           everything; a quarter of an hour
  python -m benchmarks.service --quick   few questions, short turns; a look that proves nothing
  python -m benchmarks.service --part plain --part mutual
  python -m benchmarks.service --keep    keep the page under benchmarks/results
"""
PARTS = ("plain", "mutual", "logged", "search", "library")
_FEW = 10  # owners of the small search
KEPT = Path(__file__).parent.parent / "results" / version("platelaw")


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print, and keep what was found if that is asked for."""
    asked = _asked(words)
    with tempfile.TemporaryDirectory() as scratch:
        run = _run(Path(scratch), asked)
    text = page(run)
    print(text)
    if asked.keep:
        KEPT.mkdir(parents=True, exist_ok=True)
        place = KEPT / f"service-{run.machine.date}-{run.machine.short_name}.md"
        place.write_text(text, "utf-8")
        _tell(f"kept as {place}")
    return 0


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.service",
        description="The decision service under load, beside an empty echo on the same server.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--quick", action="store_true", help="few questions, short turns")
    parser.add_argument("--keep", action="store_true", help="keep the page of the run")
    parser.add_argument(
        "--part", action="append", choices=PARTS, help="only this part; may be repeated"
    )
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=2.0, help="how long a turn is")
    parser.add_argument("--questions", type=int, default=120_000, help="how many are drawn")
    parser.add_argument("--classes", type=int, default=600, help="of the usual questions")
    parser.add_argument("--owners", type=int, default=6_709, help="of the large search")
    parser.add_argument("--rules", type=int, default=10_000, help="of the large library")
    parser.add_argument("--agencies", type=int, default=50, help="whose rules they are")
    asked = parser.parse_args(words)
    if asked.quick:
        asked.rounds, asked.seconds = 1, 0.2
        asked.questions, asked.classes, asked.rules, asked.agencies = 500, 20, 100, 5
    asked.part = asked.part or list(PARTS)
    asked.command = " ".join(["python -m benchmarks.service", *(words or sys.argv[1:])])
    return asked


def _run(scratch: Path, asked: argparse.Namespace) -> Run:
    machine, options = this_machine(), Options(asked.rounds, asked.seconds, _tell)
    run = Run(asked.command, machine, asked.owners, asked.rules, asked.agencies)
    place, pools = _made(scratch / "shipped", {}, asked)
    _tell("questions")
    usual = pools.usual()
    outcomes = sorted({each.outcome for each in usual.templates}, reverse=True)
    run.questions = Questions(asked.questions, len(usual.templates), usual.classes)
    for make in (pools.drawn, pools.instants, pools.new, pools.searches):
        make()
    if "plain" in asked.part:
        _tell("plaintext")
        run.plain = calls(place, outcomes, options, tls=False)
    if "mutual" in asked.part:
        _tell("mutual TLS")
        run.mutual = calls(place, outcomes, options, tls=True)
    if "logged" in asked.part:
        _tell("plaintext, recorded")
        run.logged = calls(place, outcomes, options, tls=False, logged=True)
    if "search" in asked.part:
        _tell("searches")
        many, few = _owners(pools, asked.owners)
        run.few, run.searches = len(few), searches(place, many, few, options)
    if "library" in asked.part:
        run.library = _library(scratch / "large", asked, options)
    return run


def _made(
    folder: Path, more: Mapping[str, bytes], asked: argparse.Namespace
) -> tuple[Place, Pools]:
    """A folder to serve from, its policies taken over."""
    place = Place.make(folder, more)
    running.sync(read_config(folder / CONFIG))
    return place, Pools(folder, asked.questions, asked.classes)


def _owners(pools: Pools, count: int) -> tuple[Sequence[str], Sequence[str]]:
    """So many owners, and a few who are under the same policies: one of each group, and more."""
    many = list(pools.desk.registry.bodies)[:count]
    groups = pools.desk.owner_lists.grouped(d.OwnerList(keys=many)).groups
    ones = [group.keys[0] for group in groups]
    more = [key for group in groups for key in group.keys[1:]]
    return many, [*ones, *more][:_FEW]


def _library(folder: Path, asked: argparse.Namespace, options: Options) -> Library:
    _tell("a large library")
    files = many_agencies(asked.rules, asked.agencies)
    place, pools = _made(folder, files, asked)
    pools.usual()
    return library(place, lambda: place.repository.publish(another(files)), options)


def _tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
