"""Made logs, small laws to judge them by, and reviews of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from platelaw.engine.audit.findings import Review
from platelaw.engine.audit.reader import open_log
from platelaw.engine.audit.report import review_json, review_text
from platelaw.engine.audit.review import Reviewer
from platelaw.engine.decision import Engine

COLUMNS = ("id", "userId", "searchDate", "networkCount", "reason", "offenseType", "caseNumber")
NIGHT = "2026-11-03T14:40:26Z"


def row(
    reason: str = "stolen car",
    category: str = "Theft/Stolen",
    *,
    at: str = NIGHT,
    case: str = "26-1",
    number: int = 0,
) -> dict[str, str]:
    """One search."""
    return {
        "id": f"secret-{number}", "userId": f"token-{number}", "searchDate": at,
        "networkCount": "3", "reason": reason, "offenseType": category, "caseNumber": case,
    }  # fmt: skip


def log_text(rows: Iterable[Mapping[str, str]], without: Sequence[str] = ()) -> str:
    """A log of these searches, some columns left out."""
    columns = [column for column in COLUMNS if column not in without]
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def review_of(
    engine: Engine, folder: Path, *texts: str, owner: str = "AA/pd", simulated: bool = False
) -> Review:
    """The review of one or more logs."""
    body = engine.registry.get(owner)
    assert body is not None
    reviewer = Reviewer(engine, body, simulated=simulated)
    for at, text in enumerate(texts):
        path = folder / f"log{at}.csv"
        path.write_text(text, "utf-8")
        for _ in reviewer.read(open_log(path)):
            pass
    return reviewer.review


def judged(
    engine: Engine, folder: Path, rows: Iterable[Mapping[str, str]], without: Sequence[str] = ()
) -> dict[str, Any]:
    """The review of a log of these searches as JSON values."""
    return review_json(review_of(engine, folder, log_text(rows, without)))


def verdicts(report: Mapping[str, Any]) -> dict[str, int]:
    """The verdicts that were given, with their counts."""
    return {name: count for name, count in report["verdicts"].items() if count}


def outputs(review: Review) -> str:
    """Everything that is ever printed of a review."""
    return review_text(review) + repr(review_json(review))
