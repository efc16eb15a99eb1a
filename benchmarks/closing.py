"""How long the cut takes on maps of the size of a state and of a nation.

Run `python benchmarks/closing.py`. The graphs are made up from a seed: owners share with agencies,
a few through networks of many members; an officer of an agency may look something up for, or pass
it on to, whoever the agency shares with, one wrong each time; some agencies are recipients. The
switches: every share has its own, or a share with a whole region has one; every membership; what
the officers of an agency do. Times are CPU seconds of this process. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import resource
import time
from dataclasses import dataclass

import numpy as np

from platelaw.engine.flow.closing.asking import Basis, Price
from platelaw.engine.flow.closing.choices import next_best
from platelaw.engine.flow.closing.graph import CutGraph, Ints, Labelled
from platelaw.engine.flow.closing.solving import Cutting, least_cut


@dataclass(frozen=True, slots=True)
class Size:
    """Of a made-up map."""

    name: str
    agencies: int
    owners: int
    degree: int  # how many each agency shares with, on average
    recipients: float  # the part of the agencies that are recipients
    networks: int
    regions: int  # how many switches an owner has for all its shares; 0 for one a share
    wrongs: int = 2


SIZES = (
    Size("state, a switch a share", 5_000, 100, 20, 0.05, 5, 0),
    Size("state, a switch a region", 5_000, 100, 20, 0.05, 5, 8),
    Size("nation, 2 million relations", 20_000, 100, 100, 0.08, 20, 0),
    Size("nation, 20 million relations", 20_000, 100, 1000, 0.08, 20, 0),
    Size("nation, 20 million, a switch a region", 20_000, 100, 1000, 0.08, 20, 8),
)


def made(size: Size, seed: int) -> Labelled:
    """The product of a made-up map: states are nodes by wrongs, an end is a recipient."""
    chance = np.random.default_rng(seed)
    weight = chance.lognormal(0.0, 1.2, size.agencies)
    weight /= weight.sum()
    count = size.agencies * size.degree
    sources = chance.choice(size.agencies, count, p=weight)
    targets = chance.choice(size.agencies, count, p=weight)
    sources, targets = sources[sources != targets], targets[sources != targets]
    is_recipient = chance.random(size.agencies) < size.recipients
    is_recipient[: size.owners] = False
    level = size.agencies + size.networks
    tails: list[Ints] = []
    heads: list[Ints] = []
    labels: list[Ints] = []
    first = np.flatnonzero(sources < size.owners)
    if size.regions:
        region = chance.integers(0, size.regions, size.agencies)
        share = sources[first] * size.regions + region[targets[first]]
        used = size.owners * size.regions
    else:
        share, used = np.arange(len(first)), len(first)
    tails.append(sources[first])
    heads.append(targets[first])
    labels.append(share)
    for network in range(size.networks):  # one switch a member, in and out
        members = np.unique(chance.choice(size.agencies, size.agencies // 10, p=weight))
        member_switch = used + np.arange(len(members))
        used += len(members)
        inside = members < size.owners
        hub = np.full(len(members), size.agencies + network)
        tails += [members[inside], hub]
        heads += [hub[inside], members]
        labels += [member_switch[inside], member_switch]
    for wrong in range(size.wrongs):  # an officer, for any partner
        tails.append(wrong * level + sources)
        heads.append((wrong + 1) * level + targets)
        labels.append(used + sources)
    used += size.agencies
    tails_, heads_, labels_ = (np.concatenate(each) for each in (tails, heads, labels))
    recipients = np.flatnonzero(is_recipient)
    ends = np.concatenate([wrong * level + recipients for wrong in range(size.wrongs + 1)])
    owners: Ints = np.arange(size.owners)
    graph = CutGraph(
        level * (size.wrongs + 1), heads_, tails_, labels_, ends, np.arange(len(ends)),
        np.ones(len(ends), dtype=np.int64), owners,
    )  # fmt: skip
    keys = tuple(f"switch {number}" for number in range(used))
    return Labelled(graph, keys, np.arange(len(tails_)))


def measure(size: Size, seed: int, limit: float, alternatives: int) -> None:
    """Print one line of the table."""
    labelled = made(size, seed)
    chance = np.random.default_rng(seed + 1)
    values = chance.integers(1, 60, len(labelled.switches)).tolist()
    prices = {key: Price(float(value), Basis.COUNT)
              for key, value in zip(labelled.switches, values, strict=True)}  # fmt: skip
    started = time.process_time()
    cutting = Cutting(labelled, prices)
    small = cutting.program(is_whole=True).reduced.graph
    reducing = time.process_time() - started
    started = time.process_time()
    cut = least_cut(cutting, limit)
    solving = time.process_time() - started
    started = time.process_time()
    others = next_best(cutting, cut, alternatives, limit)
    rest = time.process_time() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"| {size.name} | {labelled.graph.size:,} | {len(labelled.graph.tails):,} "
        f"| {small.size:,} | {len(small.tails):,} | {len(cut.switches):,} | {cut.price:,.0f} "
        f"| {cut.status.value}, gap {cut.gap:.1%} | {reducing:.2f} | {solving:.2f} "
        f"| {rest:.2f} ({len(others)}) | {peak:,} |",
        flush=True,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sizes", type=int, default=len(SIZES), help="only the first so many")
    parser.add_argument("--time-limit", type=float, default=60.0)
    parser.add_argument("--alternatives", type=int, default=5)
    asked = parser.parse_args()
    heads = (
        "map", "states", "arcs", "reduced to states", "arcs", "switches", "price", "proof",
        "reducing s", "with solving s", "next best s", "peak MB",
    )  # fmt: skip
    print(f"| {' | '.join(heads)} |\n{'|---' * len(heads)}|")
    for size in SIZES[: asked.sizes]:
        measure(size, asked.seed, asked.time_limit, asked.alternatives)


if __name__ == "__main__":
    main()
