"""Decisions and searches: joined by id, else by who and when, and never by a guess."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from pathlib import Path

from platelaw.compliance.reconciling.decided_beside import Beside, beside
from platelaw.compliance.reconciling.decisions import Wanted, decided
from platelaw.compliance.results.store import open_results
from platelaw.federation.v1 import answer_pb2 as a

from .results_made import OTHER, OWN, START, Log, Row, results

DENY, HOLD = a.OUTCOME_DENY, a.OUTCOME_HOLD


def held(folder: Path, log: Log, rows: Sequence[Row], *, owner: str = OTHER) -> Beside:
    """A log held against the searches in the data of its owner."""
    opened = open_results(results(folder / "r.results", rows, owner=owner))
    wanted = Wanted(owner, False, "search", lambda key: key)
    try:
        read = decided(log, len(log.entries), wanted)
        return beside(opened, read, datetime.timedelta(seconds=60))
    finally:
        opened.close()


def test_what_agrees_is_joined_by_id_or_by_the_only_one_that_fits(tmp_path: Path) -> None:
    log = Log()
    log.answer(0, "AAAA-1111")
    log.answer(500, "other-names")
    log.answer(2000, "share-1", act="share")
    found = held(tmp_path, log, [Row(3, "aaaa-1111"), Row(504, "vendor-id")])
    assert [match.by for match in found.joined.matches] == ["id", "time"]
    assert found.agrees


def test_searches_without_a_decision_and_permits_without_a_search_are_told(tmp_path: Path) -> None:
    log = Log()
    log.answer(0, "first-00")
    log.answer(1000, "never-used")
    log.answer(2000, "denied-0", DENY)
    log.answer(9000, "last-000")
    rows = [Row(1, "first-00"), Row(5000, "nobody-asked", body="CT/third-pd"), Row(9001)]
    found = held(tmp_path, log, rows)
    assert [search.search_id for search in found.joined.undecided] == ["nobody-asked"]
    assert found.undecided_by == {"CT/third-pd": 1}
    assert [decision.request_id for decision in found.joined.unsearched] == ["never-used"]
    assert len(found.joined.refused) == 1
    assert not found.agrees


def test_what_fits_several_is_never_guessed(tmp_path: Path) -> None:
    log = Log()
    log.answer(0, "first-00")
    log.answer(10, "second-0")
    log.answer(900, "last-000")
    found = held(tmp_path, log, [Row(5, "x"), Row(12, "y"), Row(901, "last-000")])
    assert {search.search_id for search in found.joined.ambiguous} == {"x", "y"}
    assert (found.joined.undecided, found.joined.unsearched) == ([], [])
    assert not found.agrees


def test_a_search_under_a_hold_that_was_settled_is_permitted_and_one_under_a_deny_differs(
    tmp_path: Path,
) -> None:
    log = Log()
    log.answer(0, "held-000", HOLD)
    log.answer(600, "held-000")
    log.answer(2000, "denied-0", DENY)
    found = held(tmp_path, log, [Row(605, "held-000"), Row(2003, "vendor-id")])
    assert len(found.joined.matches) == 2
    [pair] = found.differing
    assert pair.match.decision.request_id == "denied-0"
    assert [(each.fact, each.decided) for each in pair.differences] == [("outcome", "DENY")]


def test_each_fact_that_differs_is_told_with_both_sides(tmp_path: Path) -> None:
    log = Log()
    log.answer(0, "the-same-id", since="2026-10-20", plainly=["auto_theft"])
    log.answer(9000, "last-000")
    late = Row(300, "the-same-id", body="CT/third-pd", reason="removal",
               frame_first=START - datetime.timedelta(days=60))  # fmt: skip
    found = held(tmp_path, log, [late, Row(9001, "last-000")])
    [pair] = found.differing
    assert [each.fact for each in pair.differences] == [
        "requester", "time", "oldest read", "named in the reason",
    ]  # fmt: skip
    assert (pair.differences[0].decided, pair.differences[0].searched) == (OWN, "CT/third-pd")
    assert pair.differences[3].searched == "immigration_enforcement"


def test_logs_of_other_times_and_other_owners_join_nothing(tmp_path: Path) -> None:
    log = Log()
    log.answer(-900_000, "long-ago")
    assert held(tmp_path, log, [Row(0)]).period is None
    other = Log()
    other.answer(0, "of-a-third", owner="CT/third-pd")
    other.answer(10, "of-a-third2", owner="CT/third-pd")
    (tmp_path / "r.results").unlink()
    assert held(tmp_path, other, [Row(0), Row(5)]).decisions == 0
