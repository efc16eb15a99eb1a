"""People who end findings: one in seconds, one who clears whatever comes, and one who reads."""

from __future__ import annotations

import datetime
from pathlib import Path

from platelaw.compliance.findings.acting import Act, Actor, Asked, act_on
from platelaw.compliance.findings.book import read_book
from platelaw.compliance.results.store import open_results

from .haystack import Planter

# Who clears and upholds how many findings, so many seconds apart; and the class of needles.
_PEOPLE = (
    ("cleared in seconds", "quick desk", 14, 2, 3),
    ("always cleared", "lenient desk", 14, 0, 60),
    ("reads what it ends", "fair desk", 10, 4, 60),
    ("ended too few to tell", "new desk", 5, 0, 3),
)


def end_findings(planter: Planter, results: Path) -> None:
    """Have people end findings of the register, each in a way of his own."""
    book, now = read_book(), datetime.datetime.now(datetime.UTC).replace(tzinfo=None)
    connection = open_results(results, read_only=False)
    try:
        keys = iter(connection.execute("SELECT id FROM finding ORDER BY id").fetchall())
        for name, person, cleared, upheld, apart in _PEOPLE:
            planter.add(name, [person])
            for number, act in enumerate([Act.CLEAR] * cleared + [Act.UPHOLD] * upheld):
                at = now + datetime.timedelta(seconds=number * apart)
                actor = Actor(person, "records_supervisor", at)
                act_on(connection, book, next(keys)[0], actor, Asked(act, note="as planted"))
    finally:
        connection.close()
