"""Needles in invented logs: what an audit finds of them, and what it takes for one that is none.

A seeded script plants searches of each class among invented ones of a log in which no such search
stands by itself, and lines of each class in what an agency has beside its logs; writes down which
they are (the truth file); has `platelaw audit --results` and `platelaw findings review` look, and
compares one by one. Two logs are written: the second overlaps the first, has a label whose column
was deleted, another export below it, and is cut in its last row. Every check of the catalog has a
class; where one has none, or nothing was planted of it, the script ends. Nothing else is asserted.

    python -m benchmarks.needles [--rows 20000] [--seed 1] [--each 20] [--keep FOLDER] [--json]
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from platelaw.compliance.findings.catalog import CHECKS

from .comparing import BY_CHECK, ELSEWHERE, Line, compared, drawn_by_hand
from .files import write_logs, write_truth
from .haystack import Planter, planter_of
from .looking import asked, audit, review
from .own_tables import (
    plant_declarations,
    tell_governments,
    write_approvals,
    write_declarations,
    write_events,
    write_roster,
)
from .register import end_findings
from .searches import plant_searches


def planted_in(folder: Path, rows: int, seed: int, each: int) -> tuple[Planter, list[Path]]:
    """Plant all needles, and write the files that they stand in; who planted, and the logs."""
    planter = planter_of(rows, seed, each)
    plant_searches(planter)
    declarations = plant_declarations(planter)
    tell_governments(planter)
    logs = write_logs(planter, folder)
    planter.add("sample drawn by hand", drawn_by_hand(planter.truth, logs))
    write_roster(planter, folder / "roster.csv")
    write_declarations(declarations, folder / "declarations.csv")
    write_approvals(planter, folder / "approvals.csv")
    write_events(planter, folder / "events.csv")
    return planter, logs


def measured(folder: Path, rows: int, seed: int, each: int) -> tuple[int, list[Line]]:
    """Plant, look and compare; how many searches there were, and each class."""
    planter, logs = planted_in(folder, rows, seed, each)
    results = folder / "needles.results"
    counts = audit(folder, [log.relative_to(folder) for log in logs], results)
    end_findings(planter, results)
    review(folder, results)
    write_truth(planter, folder / "truth.jsonl")
    _see_that_all_are_there(planter)
    found = asked(results, counts)
    return found.rows, list(compared(planter.truth, found))


def _see_that_all_are_there(planter: Planter) -> None:
    without = sorted(CHECKS.keys() ^ BY_CHECK.keys() ^ ELSEWHERE)
    without += [name for names in BY_CHECK.values() for name in names if not planter.truth[name]]
    if without:
        sys.exit(f"no needle of: {', '.join(without)}")


def main() -> None:
    """Plant, look, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=20)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder: Path = arguments.keep or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        rows, lines = measured(folder.absolute(), arguments.rows, arguments.seed, arguments.each)
    if arguments.json:
        print(json.dumps([dataclasses.asdict(line) for line in lines], indent=2))
    else:
        _print(rows, lines)


def _print(rows: int, lines: Sequence[Line]) -> None:
    print(f"{rows:,} searches; needles of the same seed are the same\n")
    print(f"{'found by':<25} {'planted':>8} {'found':>7} {'recall':>7} {'false':>6} "
          f"{'findings':>9}  class")  # fmt: skip
    for line in lines:
        recall = "" if line.is_none else f"{line.found / line.planted:.3f}"
        findings = "" if line.findings is None else f"{line.findings:,}"
        print(f"{line.by:<25} {line.planted:>8,} {line.found:>7,} {recall:>7} {line.false:>6,} "
              f"{findings:>9}  {line.name}")  # fmt: skip
    missed = sum(line.planted - line.found for line in lines if not line.is_none)
    print(f"\n{missed} missed, {sum(line.false for line in lines)} false; in the column `findings` "
          "those that hold no needle")  # fmt: skip


if __name__ == "__main__":
    main()
