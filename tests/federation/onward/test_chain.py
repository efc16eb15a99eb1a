"""Copies that go on: the chain of answers, its terms, and what it does not prove."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.log.tree import leaf_hash
from platelaw.federation.v1 import answer_pb2 as a

from ..deciding import asking
from .world import LAST, NEXT, RULE, World, read, world


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return asking.engine(tmp_path_factory.getbasetemp() / "onward-cache")


@pytest.fixture
def both(engine: Engine, tmp_path: Path) -> Iterator[World]:
    with world(engine, tmp_path) as found:
        yield found


def test_a_copy_goes_on_by_a_whole_chain(both: World) -> None:
    first = both.released()
    assert [terms.rule for terms in read(first)[1].terms] == [RULE]
    second = both.handed_on(first)
    print(len(first.SerializeToString()), len(second.SerializeToString()))
    entry, circumstances = read(second)
    assert entry.follows == leaf_hash(first.entry)
    assert list(circumstances.chain.entries) == [leaf_hash(first.entry)]
    answer = both.onward(first, second, by=NEXT, to=LAST)
    assert (answer.outcome, answer.reason) == (a.OUTCOME_PERMIT, "permitted"), answer
