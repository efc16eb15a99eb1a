"""How fast a log is audited: beside a script of polars that somebody might have written by hand.

Both read the same generated log in one run, tell each search once by its id, read its time, look
for the words of the lexicon in its reason, tell who searched, and count what a few rules say by
the day on which law changed. The script knows six questions by heart; the audit answers with every
rule of the library, the words of every lexicon, the names of every organization, and a digest.
Beside them stands what reading the same columns takes by itself, and the audit that keeps every row
in a database of results. CPU seconds of all threads, and the peak of memory; libraries are loaded
before, those of the audit as those of the script.

With --independent every column is drawn by itself and evenly: each kind of reason, federal bodies
among all others, days of three years, so that next to every combination occurs.

    python benchmarks/audit_columns.py [--rows 1000000] [--log FILE] [--independent]
"""

from __future__ import annotations

import argparse
import datetime
import importlib.util
import multiprocessing
import resource
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from platelaw.compliance.results.ingest import Ingest
from platelaw.compliance.results.writing import open_to_write
from platelaw.engine.audit.generating.calibration import read_calibration
from platelaw.engine.audit.generating.generator import Generator, Row
from platelaw.engine.audit.generating.writing import write_log
from platelaw.engine.audit.reader import SearchLog, open_log
from platelaw.engine.audit.review import Reviewer
from platelaw.engine.decision import Engine
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.registry import Body

OWNER = "CT/darien-pd"
NEEDED = ("duckdb", "polars", "pyarrow")
COLUMNS = ["ID", "Reason", "Search Time", "Org Name", "Case #"]  # of which the script asks


def main() -> None:
    """Make a log, measure both, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--log", type=Path)
    parser.add_argument("--independent", action="store_true")
    arguments = parser.parse_args()
    if lacking := [name for name in NEEDED if importlib.util.find_spec(name) is None]:
        parser.exit(2, f"needs {', '.join(lacking)}: pip install '.[audit,bench]'\n")
    with tempfile.TemporaryDirectory() as folder:
        log = arguments.log or Path(folder) / "generated.csv"
        if arguments.log is None:
            made = Independent if arguments.independent else Generator
            write_log(made(read_calibration(), shipped_registry(), OWNER), log, arguments.rows)
        for name, run in RUNS.items():
            rows, seconds, peak = _apart(run, log)
            rate = rows / seconds
            print(f"{name:<20} {rows:>12,} rows {seconds:8.2f} CPU s {rate:>11,.0f} rows a CPU s"
                  f" {peak:>7,} MB")  # fmt: skip


class Independent(Generator):
    """Draws every column by itself, and evenly."""

    def __post_init__(self) -> None:
        """Even shares."""
        shares = {"blank_reason": 0.2, "indicating": 0.3, "lookalike": 0.2, "federal": 0.3,
                  "case_number": 0.5}  # fmt: skip
        kinds = {"digits": 0.2, "short": 0.2, "inv": 0.2, "category": 0.2}
        self.calibration = replace(
            self.calibration,
            rows={**self.calibration.rows, **shares},
            reasons={**self.calibration.reasons, **kinds},
        )
        Generator.__post_init__(self)

    def rows(self, count: int) -> Iterator[list[Row]]:
        """Rows on days of three years, in no order."""
        chance = np.random.default_rng([self.seed, 2])
        for some in Generator.rows(self, count):
            days = chance.integers(_DAYS, size=len(some)).tolist()
            yield [
                (*row[:_TIME], (_FIRST + datetime.timedelta(days=day)).strftime("%m/%d/%Y")
                 + row[_TIME][10:], *row[_TIME + 1 :])
                for row, day in zip(some, days, strict=True)
            ]  # fmt: skip


_TIME = 9  # the column of the time of search
_FIRST, _DAYS = datetime.date(2025, 1, 1), 1096


def _apart(run: Callable[[Path], tuple[int, float]], log: Path) -> tuple[int, float, int]:
    """What a run in a process of its own comes to: rows, CPU seconds, peak of memory."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (run, log))


def _measured(run: Callable[[Path], tuple[int, float]], log: Path) -> tuple[int, float, int]:
    rows, seconds = run(log)
    return rows, seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def audited(log: Path) -> tuple[int, float]:
    """The audit, from the opening of the file; the library is loaded before."""
    engine, body = _agency()
    before = time.process_time()
    reviewer = Reviewer(engine, body)
    for _ in reviewer.read(open_log(log)):
        pass
    return reviewer.review.rows, time.process_time() - before


def kept(log: Path) -> tuple[int, float]:
    """The same audit, with every row kept in a database."""
    engine, body = _agency()
    with tempfile.TemporaryDirectory(dir=log.parent) as folder:
        before = time.process_time()
        reviewer = Reviewer(engine, body)
        results = open_to_write(Path(folder) / "year.results", reviewer, "benchmark")
        Ingest(results, reviewer, print).add([open_log(log)], _run_through)
        results.close()
        return reviewer.review.rows, time.process_time() - before


def _run_through(_: SearchLog, lines: Iterable[int]) -> None:
    deque(lines, 0)


def _agency() -> tuple[Engine, Body]:
    for module in ("pyarrow.csv", "pyarrow.compute", "duckdb"):
        importlib.import_module(module)
    registry = shipped_registry()
    library = load((), registry.bodies.keys()).library
    assert library is not None
    body = registry.get(OWNER)
    assert body is not None
    return Engine(library, registry), body


def read_by_arrow(log: Path) -> tuple[int, float]:
    """The columns that the script asks for, split by pyarrow and let go."""
    arrow, csv = (importlib.import_module(name) for name in ("pyarrow", "pyarrow.csv"))
    before = time.process_time()
    reader: Any = csv.open_csv(
        log,
        csv.ReadOptions(use_threads=False, block_size=1 << 23),
        csv.ParseOptions(newlines_in_values=True),
        csv.ConvertOptions(
            include_columns=COLUMNS, column_types=dict.fromkeys(COLUMNS, arrow.string())
        ),
    )
    return sum(len(batch) for batch in reader), time.process_time() - before


def read_by_polars(log: Path) -> tuple[int, float]:
    """The same columns, read by polars: how long their texts are."""
    pl: Any = importlib.import_module("polars")
    before = time.process_time()
    found = (
        pl.scan_csv(log, infer_schema=False)
        .select(pl.len(), pl.col(*COLUMNS).str.len_bytes().sum())
        .collect(engine="streaming")
    )
    return int(found["len"].sum()), time.process_time() - before


def by_hand(log: Path) -> tuple[int, float]:
    """Six questions in polars, with one column of bits for the answers."""
    pl: Any = importlib.import_module("polars")
    before = time.process_time()
    rows = pl.scan_csv(log, infer_schema=False).unique("ID", keep="first")
    reason = pl.col("Reason").fill_null("")
    at = pl.col("Search Time").str.to_datetime("%m/%d/%Y, %I:%M:%S %p UTC")
    org = pl.col("Org Name").fill_null("")
    rules = (
        reason.str.contains(r"(?i)\b(?:ice[ -]?(?:warrant|ero|detainer|assist)|deportation)\b"),
        reason.str.contains(r"(?i)\b(?:ice|hsi|cbp|ero|immigration)\b"),
        org.str.starts_with("[Federal]"),
        ~org.str.contains(r" (?:CT|MA|NY|RI) "),
        reason.str.strip_chars() == "",
        pl.col("Case #").fill_null("") == "",
    )
    bits: Any = sum(rule.cast(pl.Int32) * (1 << place) for place, rule in enumerate(rules))
    counted = (
        rows.select(bits.alias("bits"), (at >= pl.datetime(2026, 10, 1)).alias("new"), org=org)
        .group_by("bits", "new", "org")
        .len()
        .collect(engine="streaming")
    )
    return int(counted["len"].sum()), time.process_time() - before


RUNS = {
    "pyarrow, reading": read_by_arrow,
    "polars, reading": read_by_polars,
    "polars by hand": by_hand,
    "audit": audited,
    "audit, kept": kept,
}

if __name__ == "__main__":
    main()
