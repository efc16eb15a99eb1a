"""Whether an export is complete enough to say of it that no violation is in it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from .overlaps import Overlaps
from .totals import Total

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


class Support(Enum):
    """Whether an export can support 'no violation'."""

    YES = "yes"
    NO = "no"
    NOT_KNOWN = "not known"


@dataclass(frozen=True, slots=True)
class Completeness:
    """What is known of how complete an export is.

    Attributes:
        asked: The share of all searches that it is to hold.
        support: Whether it can support 'no violation'.
        reasons: Why, or why not.
    """

    asked: float
    support: Support
    reasons: tuple[str, ...]


def completeness(
    results: DuckDBPyConnection,
    asked: float,
    found: Overlaps | None,
    totals: Sequence[Total],
) -> Completeness:
    """Whether an export holds the share of all searches that is asked for.

    Only other logs can show that it does; they must show it with the least share that fits them.
    A page, or a file of which a part could not be read, can only show that it does not.
    """
    against = [*_unread(results, asked), *_short(asked, totals)]
    estimate = found.estimate if found is not None else None
    if found is not None and not found.own:
        estimate = None  # of searches of which none is surely the agency's own
    if estimate is not None and estimate.low < asked:
        against.append(
            f"the least share of all searches that fits other logs is {estimate.low:.2%}, "
            f"less than {asked:.2%}"
        )
    if against:
        return Completeness(asked, Support.NO, tuple(against))
    if estimate is None:
        return Completeness(asked, Support.NOT_KNOWN, (_unknown(found, totals),))
    reason = f"by other logs it holds at least {estimate.low:.2%} of all searches"
    return Completeness(asked, Support.YES, (reason,))


def _unknown(found: Overlaps | None, totals: Sequence[Total]) -> str:
    """Why it cannot be told whether an export is complete."""
    if (found is not None and not found.own) or any(total.none_is_own for total in totals):
        return "not one of its searches is surely the agency's own"
    if found is not None:
        return "no other log holds a search of this agency"
    return "no other log was named to hold it against"


def _unread(results: DuckDBPyConnection, asked: float) -> Iterator[str]:
    for (name,) in results.execute(
        "SELECT name FROM source WHERE state <> 'whole' ORDER BY id"
    ).fetchall():
        yield f"{name} was not read to its end"
    for name, why in results.execute("SELECT name, why FROM not_read ORDER BY name").fetchall():
        yield f"{name} was not read: {why}"
    row = results.execute(
        "SELECT count(*), (SELECT coalesce(sum(rows), 0) FROM source) FROM fault "
        "WHERE kind = 'unread'"
    ).fetchone()
    if row is not None and row[0] > (1 - asked) * (row[0] + row[1]):
        yield f"{row[0]:,} records beside {row[1]:,} searches could not be read"


def _short(asked: float, totals: Sequence[Total]) -> Iterator[str]:
    for total in totals:
        share = total.share
        if share is not None and share < asked and not total.none_is_own:
            yield (
                f"{total.told.name} tells {total.told.searches:,} searches in {total.told.days} "
                f"days up to {total.told.until}, the export holds {total.exported:,} of its own"
            )
