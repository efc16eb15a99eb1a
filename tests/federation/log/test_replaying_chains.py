"""Answers about copies are recomputed with all owners of the chain."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.log.differing import Why
from platelaw.federation.log.replaying import Grade, Replay, Report
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import log_pb2 as log

from ..onward.world import NEXT, World, world
from .world import libraries


@pytest.fixture
def two(engine: Engine, tmp_path: Path) -> Iterator[World]:
    with world(engine, tmp_path) as made:
        yield made


def replayed(two: World, cache: Path) -> tuple[Report, list[log.LogEntry]]:
    store = two.second.store
    replay = Replay(libraries(cache), store.circumstances)
    entries: list[log.LogEntry] = []
    for group in store.groups(0, store.head().edge.size):
        replay.take(group.first, group.entries)
        entries += map(log.LogEntry.FromString, group.entries)
    return replay.report, entries


def test_a_copy_that_goes_on_is_recomputed(two: World, cache: Path) -> None:
    two.handed_on(two.released())
    report, (entry,) = replayed(two, cache)
    assert entry.answer.outcome == a.OUTCOME_PERMIT
    assert report.grades == {Grade.RECOMPUTED: 1}
    assert report.is_clean


def test_what_a_chain_alone_bars_is_recomputed_as_it_is_recorded(two: World, cache: Path) -> None:
    link = two.released()
    link.proof.hashes = link.proof.hashes + bytes(32)
    held = two.onward(link, to=NEXT)
    assert held.outcome != a.OUTCOME_PERMIT
    report, (entry,) = replayed(two, cache)
    assert entry.answer.reason == held.reason
    assert report.is_clean


def test_a_permit_that_forgot_what_the_chain_bars_is_told(two: World, cache: Path) -> None:
    link = two.released()
    link.proof.hashes = link.proof.hashes + bytes(32)
    two.onward(link)
    _, (entry,) = replayed(two, cache)
    entry.answer.outcome, entry.answer.reason = a.OUTCOME_PERMIT, "permitted"
    replay = Replay(libraries(cache), two.second.store.circumstances)
    replay.take(0, [entry.SerializeToString()])
    (difference,) = replay.report.differences
    assert difference.why is Why.CHANGED
    assert difference.recomputed.startswith("HOLD")
