"""A random sample of searches that anyone can draw again from the same logs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..results.tables import insert_rows
from .book import Severity
from .checks import Context, Found
from .intervals import sample_size

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def drawn(seed: str, population: int, size: int) -> tuple[int, ...]:
    """Numbers below a population, each once, in the order drawn.

    The i-th, from 1, is SHA-256 of ``seed,i`` modulo the population; numbers that came before are
    passed over. Anyone can draw them again with nothing but the digest.
    """
    found: dict[int, None] = {}
    turn = 0
    while len(found) < min(size, population):
        turn += 1
        digest = hashlib.sha256(f"{seed},{turn}".encode()).digest()
        found.setdefault(int.from_bytes(digest) % population)
    return tuple(found)


def searches_now(results: DuckDBPyConnection) -> int:
    """How many searches the results hold, each counted once; a sample was drawn of those then."""
    (row,) = results.execute("SELECT count(*) FROM search WHERE repeated NOT IN (1, 2)").fetchall()
    return int(row[0])


def seed_of(context: Context) -> str:
    """The seed that the files themselves make, so that nobody chooses it: of their digests."""
    rows = context.results.execute("SELECT DISTINCT digest FROM source ORDER BY digest").fetchall()
    return hashlib.sha256("\n".join(row[0] for row in rows).encode()).hexdigest()[:16]


def random_sample(context: Context) -> Iterator[Found]:
    """The sample as one finding, which a person ends who has read it."""
    results, book = context.results, context.book
    population, first, last = results.execute(
        "SELECT count(*), own_day(min(earliest)), own_day(max(latest)) FROM counted"
    ).fetchall()[0]
    if not population:
        return
    share, confidence = book.number("sample_share"), book.number("sample_confidence")
    seed = context.seed or seed_of(context)
    numbers = drawn(seed, population, sample_size(population, share, confidence))
    results.execute("CREATE OR REPLACE TEMP TABLE place (number BIGINT)")
    insert_rows(results, "place", ("number",), ((number,) for number in numbers))
    results.execute(
        """
        CREATE OR REPLACE TEMP TABLE sampled AS
        SELECT search, 1 AS part
        FROM (SELECT search, row_number() OVER (ORDER BY search) - 1 AS number FROM counted)
        JOIN place USING (number)
        """
    )
    results.execute("CREATE OR REPLACE TEMP VIEW linked AS SELECT part, search FROM sampled")
    measure = {
        "searches": len(numbers),
        "population": population,
        "first_day": f"{first or ''}",
        "last_day": f"{last or ''}",
        "seed": seed,
        "confidence": confidence,
        "share_below_if_none_is_wrong": share,
    }
    subject = {"seed": seed, "population": population, "size": len(numbers)}
    yield Found(Severity.REVIEW, subject, measure, len(numbers), part=1)
