"""What was told of how complete an export is, kept in its results."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..findings.complete import Lacked, digest_of_missing
from ..results.tables import insert_rows
from .completeness import Completeness
from .overlaps import Missing, Overlaps
from .totals import Total

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def enter(
    results: DuckDBPyConnection,
    told: Completeness,
    found: Overlaps | None,
    totals: Sequence[Total],
    moment: datetime.datetime,
) -> None:
    """Keep how complete the export is, and the searches that it lacks; all of it, or nothing.

    Args:
        results: The results of the export, to be written.
        told: Whether it can support 'no violation', and why.
        found: What other logs told.
        totals: What pages told.
        moment: When, UTC without zone.
    """
    missing = [_named(each) for each in found.missing] if found else []
    estimate = found.estimate if found else None
    row: dict[str, Any] = {
        "moment": moment,
        "asked": told.asked,
        "support": told.support.value,
        "reasons": list(told.reasons),
        "told_apart": found.key if found else "",
        "logs": [Path(each.name).name for each in found.others] if found else [],
        "own": found.own if found else None,
        "elsewhere": found.together.seen if found else None,
        "in_both": found.together.both if found else None,
        "missing": digest_of_missing(missing),
    }
    row["logs"] += [Path(total.told.name).name for total in totals]
    for name in ("share", "low", "high", "confidence", "total", "unseen", "most"):
        row[name] = getattr(estimate, name) if estimate else None
    results.begin()
    try:
        last = results.execute("SELECT coalesce(max(number), 0) FROM completeness").fetchone()
        number = (last[0] if last else 0) + 1
        names = ", ".join(("number", *row))
        marks = ", ".join("?" for _ in range(len(row) + 1))
        results.execute(
            f"INSERT INTO completeness ({names}) VALUES ({marks})", [number, *row.values()]
        )
        columns = ("number", "search_id", "moment", "networks", "logs")
        insert_rows(results, "missing_search", columns, [(number, *each) for each in missing])
        results.commit()
    except BaseException:
        results.rollback()
        raise


def _named(one: Missing) -> Lacked:
    return one.search_id, one.at, one.networks, [Path(log).name for log in one.logs]
