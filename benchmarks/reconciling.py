"""What a reconciliation takes: an agency's year beside other logs, and decisions beside searches.

Run `python benchmarks/reconciling.py`. Results databases are made by arithmetic, nothing of them is
real. Times are CPU seconds of this process, all threads together. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime
import tempfile
import time
from pathlib import Path

from platelaw.compliance.reconciling.decisions import Decision
from platelaw.compliance.reconciling.joining import join
from platelaw.compliance.reconciling.overlaps import overlaps
from platelaw.compliance.reconciling.searches import searches_of
from platelaw.compliance.results.store import create, open_results
from platelaw.dsl.syntax import Outcome

OWNER = "CT/example-pd"
START = datetime.datetime(2026, 1, 1)


def made(path: Path, rows: int, step: int, *, lacks: int) -> Path:
    """A log of every ``step``-th search of a year, each ``lacks``-th of them left out."""
    opened = create(path, {"owner": OWNER, "own_searches": "yes"})
    opened.execute("INSERT INTO cell VALUES (1, 'reason', 'value', 'x', '', false)")
    opened.execute(
        "INSERT INTO source VALUES (1, 'x.csv', '', 1, '', [], [], 'whole', 0, 0, 0, NULL, NULL)"
    )
    opened.execute(
        f"""
        INSERT INTO search SELECT n, 1, n, n, m, m, 0, CAST(md5(CAST(n AS TEXT)) AS TEXT),
            1, 1, 1, 1, 1, 1, 1, n % 900, NULL, NULL, NULL, 2, false, NULL
        FROM (SELECT n, TIMESTAMP '{START}' + to_seconds(n * 31536000 // {rows}) AS m
              FROM range(0, {rows}, {step}) r(n)) WHERE n % {lacks} <> 0
        """
    )
    opened.close()
    return path


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="What a reconciliation takes.")
    options.add_argument("--rows", type=int, default=3_000_000)
    options.add_argument("--decisions", type=int, default=100_000)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        own = made(folder / "own", given.rows, 1, lacks=50)
        others = [made(folder / f"o{n}", given.rows, n, lacks=7) for n in (3, 11)]
        opened = open_results(own)
        started = time.process_time()
        found = overlaps(opened, others, 0.95)
        print(
            f"{found.own:,} searches beside {found.together.seen:,} of two other logs, "
            f"{found.lacks:,} lacking: {time.process_time() - started:.1f} s"
        )
        decide(opened, given.decisions, given.rows)


def decide(opened: object, count: int, rows: int) -> None:
    """Join decisions with searches of the same time, half by id and half by time."""
    until = START + datetime.timedelta(seconds=count * 31_536_000 // rows)
    started = time.process_time()
    searches = list(searches_of(opened, START, until))  # type: ignore[arg-type]
    read = time.process_time() - started
    decisions = [
        Decision(
            (each.search_id or "") if each.number % 2 else f"q{each.number}",
            each.number, Outcome.PERMIT, each.at, None, OWNER, "", "", None,
        )
        for each in searches
    ]  # fmt: skip
    started = time.process_time()
    found = join(decisions, searches, datetime.timedelta(seconds=4))
    print(
        f"{len(searches):,} searches read in {read:.1f} s, joined with as many decisions in "
        f"{time.process_time() - started:.1f} s: {len(found.matches):,} pairs, "
        f"{len(found.ambiguous):,} ambiguous"
    )


if __name__ == "__main__":
    main()
