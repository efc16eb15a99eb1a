"""Columns of requests get the answers that the reference gives to each row."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.columns.coded import Coded, coded
from platelaw.engine.columns.deciding import Asked, ColumnDecider, is_timeless
from platelaw.engine.compiled import Compiled, Ruling
from platelaw.engine.decision import Engine
from platelaw.engine.request import Request, Statement
from platelaw.engine.values import Span

from .asking import OWNER, STATEABLE
from .asking import request as asked_of
from .cases import case
from .chance import MODE
from .definitions import NOON, Row, asked, by, decided, engine_for
from .test_compiled import near, ruled
from .world import DECIDED, REGISTRY, RefusedError, engine_of

T = TypeVar("T")
LIBRARIES = 600 if MODE == "deep" else 8
ROWS = 40
FIELDS = (
    "requester",
    "owner",
    "act",
    "data",
    "at",
    "reason",
    "papers",
    "reviews",
    "duties",
    "system",
)


def worlds(seeds: range) -> Iterator[tuple[Engine, list[Request], random.Random]]:
    """Random libraries, and some requests for each."""
    for seed in seeds:
        dice = random.Random(seed)
        try:
            found = case(dice)
        except RefusedError:
            continue
        made = [asked_of(dice, found.library) for _ in range(3)]
        yield engine_of(found.library.files()), [*made, *near(made[0], dice)], dice


def columns_of(requests: list[Request], dice: random.Random, *, timed: bool) -> Asked:
    """Rows that take each field from one of the requests, and each fact from one of them."""
    skipped = () if timed else ("papers", "system")
    fields = {
        name: _column([getattr(request, name) for request in requests], dice)
        for name in FIELDS
        if name not in skipped
    }
    facts = {
        fact.name: _column([_stated(request, fact.name, timed) for request in requests], dice)
        for fact in STATEABLE
    }
    like = replace(requests[0], statements=())
    return Asked(like if timed else replace(like, papers=(), system={}), fields, facts)


def _stated(request: Request, name: str, timed: bool) -> Statement | None:
    found = next((each for each in request.statements if each.fact == name), None)
    if found is None or timed:
        return found
    found = replace(found, issued=None, expires=None)
    return found if name not in ("approval.at", "kept.until") else None


def _column(values: list[T], dice: random.Random) -> Coded[T]:
    picks = coded([dice.randrange(len(values)) for _ in range(ROWS)])
    return Coded(picks.codes, [values[place] for place in picks.values])


def pairs(seeds: range) -> Iterator[tuple[Ruling, Ruling]]:
    """What the reference says of each row, and what the columns say."""
    for engine, requests, dice in worlds(seeds):
        decider = ColumnDecider(Compiled(engine.library, REGISTRY))
        for with_times in (True, False):
            for _ in range(2):  # the second batch meets keys of the first
                rows = columns_of(requests, dice, timed=with_times)
                assert with_times or is_timeless(rows)
                found = decider.decide(rows)
                for row in range(ROWS):
                    said = engine.decide(rows.request(row), decided_at=DECIDED, explained=False)
                    yield ruled(said), found.values[found.codes[row]]


def test_columns_are_decided_as_the_reference_decides_each_row() -> None:
    counts: Counter[tree.Outcome] = Counter()
    for said, found in pairs(range(LIBRARIES)):
        assert found == said
        counts[said.outcome] += 1
    assert min(counts[outcome] for outcome in tree.Outcome) >= counts.total() / 50


def test_rows_that_differ_in_nothing_the_law_sees_are_decided_once() -> None:
    engine, requests, dice = next(worlds(range(20)))
    rows = columns_of(requests, dice, timed=False)
    one = {name: Coded(column.codes * 0, column.values) for name, column in rows.facts.items()}
    few = {
        name: column if name in ("at", "reason") else Coded(column.codes * 0, column.values)
        for name, column in rows.fields.items()
    }
    decider = ColumnDecider(Compiled(engine.library, REGISTRY))
    found = decider.decide(Asked(rows.like, few, one))
    assert len(found.values) < ROWS / 2


@pytest.mark.parametrize(
    "proof",
    [{"expires": NOON.latest}, {"issued": NOON.latest - datetime.timedelta(days=30)}],
    ids=["a proof that expires", "a proof that is fresh for thirty days"],
)
def test_where_a_term_runs_from_the_moment_rows_of_one_day_differ(
    proof: dict[str, Any],
) -> None:
    """A second later the proof counts no more, although the law is that of the same day."""
    checked = "forbid search of reads\n  if case.checked is yes"
    raw = (by("case.checked", True, OWNER, "custodian", **proof),)
    row = Row("a proof ends", checked, tree.Outcome.DENY, raw=raw)
    later = Span.at(NOON.latest + datetime.timedelta(seconds=1))
    at = coded([NOON, later, NOON])
    decider = ColumnDecider(Compiled(engine_for(row).library, REGISTRY))
    found = decider.decide(Asked(asked(row), {"at": at}))
    outcomes = [found.at(place).outcome for place in range(3)]
    said = [decided(replace(row, more={"at": each})).outcome for each in (NOON, later, NOON)]
    assert outcomes == said == [tree.Outcome.DENY, tree.Outcome.HOLD, tree.Outcome.DENY]
