"""Random rows of invented logs, as requests that `platelaw explain` reads."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from platelaw.engine import names
from platelaw.engine.audit.cells import Cell, CellState, shipped_markers
from platelaw.engine.audit.findings import ABOVE
from platelaw.engine.audit.generating.calibration import read_calibration
from platelaw.engine.audit.generating.generator import Generator, Row
from platelaw.engine.audit.rows import Written, said_of
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.organizations.resolver import Resolver

OWNER = "CT/darien-pd"
ROWS = 25
NOW = datetime.datetime(2026, 11, 27, tzinfo=datetime.UTC)
ORG, REASON, CASE, TIME = 2, 6, 7, 9
AS_WRITTEN = "%m/%d/%Y, %I:%M:%S %p UTC"


def random_rows(engine: Engine, dice: random.Random, count: int) -> Iterator[tuple[Row, str]]:
    """Rows of an invented log on days of the whole year, each with the body that searched."""
    resolver = Resolver(engine.registry)
    calibration = read_calibration()
    made = [row for some in Generator(calibration, engine.registry, OWNER).rows(3_000)
            for row in some]  # fmt: skip
    while count:
        row = list(dice.choice(made))
        body = resolver.resolve(row[ORG]).body
        if body is None:
            continue
        if dice.random() < 0.3:
            row[REASON] = dice.choice(calibration.words["indicating"])
        at = datetime.datetime.strptime(row[TIME], AS_WRITTEN)
        row[TIME] = (at + datetime.timedelta(days=dice.randrange(330))).strftime(AS_WRITTEN)
        count -= 1
        yield tuple(row), body.key


def request_of(row: Row, requester: str, written: Written) -> dict[str, Any]:
    """The request that somebody would write of a row."""
    said = said_of(Cell(CellState.NEVER_RECORDED), shipped_markers().read(row[REASON]), written)
    assert len(said.purposes) < 2
    facts: dict[str, Any] = {names.CASE_NUMBER: row[CASE]}
    if said.purposes:
        facts[names.PURPOSE] = said.purposes[0]
    at = datetime.datetime.strptime(row[TIME], AS_WRITTEN).replace(tzinfo=datetime.UTC)
    return {
        "version": 1, "requester": requester, "owner": OWNER, "act": names.SEARCH,
        "data": [names.SEARCHED_DATA], "at": at.isoformat(), "reason": row[REASON], "facts": facts,
    }  # fmt: skip


def states(decision: Decision) -> Counter[tuple[str, str]]:
    """What each rule above the owner did."""
    return Counter(
        (result.rule.id, result.state.value)
        for result in decision.results
        if result.policy.layer in ABOVE
    )
