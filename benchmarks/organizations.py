"""How often the resolver of organization names is right, on names labelled by hand.

Run `python benchmarks/organizations.py`: precision and recall with 95 % Wilson intervals at several
thresholds, by stratum, for the half of the sample that the rules were made on. `--held-back` is the
other half, which they were not; `--errors` lists what went wrong, `--all` prints the rest too.

A label is the key of the body that a name means, or nothing where it means none on file. A name is
right if it gets that body. `unclear` labels stand in no figure.
"""

from __future__ import annotations

import argparse
import csv
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

from platelaw.engine.library import shipped_registry
from platelaw.engine.organizations.resolution import Resolution
from platelaw.engine.organizations.resolver import Resolver

LABELS = Path(__file__).parent.parent / "tests" / "data" / "organizations" / "labelled.csv"
THRESHOLDS = (0.5, 0.7, 0.8, 0.85, 0.9, 0.95)
Z = 1.96


@dataclass(frozen=True, slots=True)
class Label:
    """One name of the sample: what it means, how sure that is, and where it comes from."""

    name: str
    key: str
    doubt: str
    stratum: str
    split: str


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many, with its 95 % Wilson interval."""

    part: int
    whole: int

    @property
    def interval(self) -> tuple[float, float]:
        """Between these two lies the true share, 95 times in 100."""
        if not self.whole:
            return 0.0, 1.0
        share, n = self.part / self.whole, self.whole
        middle = (share + Z * Z / (2 * n)) / (1 + Z * Z / n)
        half = Z * sqrt(share * (1 - share) / n + Z * Z / (4 * n * n)) / (1 + Z * Z / n)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        """The share and its interval."""
        low, high = self.interval
        share = self.part / self.whole if self.whole else 0.0
        return f"{self.part:>3} of {self.whole:>3} = {share:6.1%} ({low:6.1%} to {high:6.1%})"


def labels_of(path: Path = LABELS) -> list[Label]:
    """The labelled names."""
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Label(row["name"], row["key"], row["doubt"], row["stratum"], row["split"])
            for row in csv.DictReader(file)
        ]


def measured(labels: Sequence[Label], resolver: Resolver, threshold: float) -> tuple[Share, Share]:
    """Precision and recall of the names that get a body at a threshold."""
    named = [(label, named_at(resolver.resolve(label.name), threshold)) for label in labels]
    right = sum(bool(key) and key == label.key for label, key in named)
    given = sum(bool(key) for _, key in named)
    on_file = sum(bool(label.key) for label in labels)
    return Share(right, given), Share(right, on_file)


def named_at(found: Resolution, threshold: float) -> str:
    """The body that a name would get at a threshold, by the rules for rivals and statuses."""
    if found.body is not None:
        return found.body.key if found.score >= threshold else ""
    below = found.finding.value == "below the threshold" and found.score >= threshold
    return found.candidates[0].body.key if below and "test" not in found.statuses else ""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--held-back", action="store_true", help="the other half of the sample")
    parser.add_argument("--errors", action="store_true", help="list wrong and missed names")
    chosen = parser.parse_args()
    split = "held_back" if chosen.held_back else "development"
    everything = [label for label in labels_of() if label.split == split]
    labels = [label for label in everything if label.doubt != "unclear"]
    registry = shipped_registry()
    start = time.process_time()
    resolver = Resolver(registry)
    built = time.process_time() - start
    start = time.process_time()
    for label in everything:
        resolver.resolve(label.name)
    each = (time.process_time() - start) / len(everything)
    print(f"{split}: {len(labels)} names, and {len(everything) - len(labels)} of which the label "
          f"is unclear; {len(registry.bodies):,} bodies indexed in {built:.2f} s of CPU, "
          f"{each * 1000:.2f} ms a name")  # fmt: skip
    for stratum in ("random", "odd", "both"):
        mine = [label for label in labels if stratum in (label.stratum, "both")]
        print(f"\n{stratum}: {len(mine)} names")
        for threshold in THRESHOLDS:
            precision, recall = measured(mine, resolver, threshold)
            mark = " <- stated" if threshold == resolver.words.threshold else ""
            print(f"  at {threshold:.2f}: precision {precision}, recall {recall}{mark}")
    if chosen.errors:
        _print_errors(labels, resolver)


def _print_errors(labels: Iterable[Label], resolver: Resolver) -> None:
    """What was named wrongly, and what was not named though it is on file."""
    for label in labels:
        found = resolver.resolve(label.name)
        key = found.body.key if found.body else ""
        if key != label.key:
            kind = "wrong" if key else "missed"
            likely = ", ".join(each.body.key for each in found.candidates[:3]) or "nothing"
            print(f"{kind}: {label.name!r} ({label.doubt}) is {label.key or 'none'}, got "
                  f"{key or found.finding.value}; candidates: {likely}")  # fmt: skip


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the lines of the description."""


if __name__ == "__main__":
    main()
