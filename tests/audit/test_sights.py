"""What is judged once for many rows is what the reference says of each: random rules and rows."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from contextlib import suppress

import pytest

from platelaw.engine.audit.cells import BLANK, Cell, CellState
from platelaw.engine.audit.findings import Judgment
from platelaw.engine.audit.judging import Judge
from platelaw.engine.audit.rows import RowFacts, Written, requests_of, said_of
from platelaw.engine.audit.verdicts import RowVerdict
from platelaw.engine.decision import Engine
from platelaw.engine.values import Span

from ..unit.engine.small import engine_of, owner, rule, state

CONDITIONS = (
    "request.purpose is a kind of barred",
    "request.purpose is not a kind of inquiry",
    "request.purpose is a kind of theft",
    "case.number is not stated",
    "case.offense is stated",
    "case.sealed is yes",
    "case.checked is yes",
    "reason.plainly includes barred",
    "reason.possibly includes barred",
    "requester.kind is a kind of police",
    "requester.sovereign is AA",
    "requester.standing is on_file",
    "case.count is over 2",
    "request.retries is over 3",
    "doubt",
    "likely",
    "date is before 2026-11-01",
    "some r in request.recipients satisfies r.kind is a kind of court",
)
OF_RECIPIENTS = (
    "recipient.kind is a kind of court",
    "recipient.kind is a kind of police",
    "recipient.sovereign is BB",
)
EACH = ", for every recipient"
ABOVE = (
    "forbid search of alpr_data",
    f"forbid search of alpr_data{EACH}",
    "refer search of alpr_data to reviewer",
)
PERMIT = "permit search of alpr_data"
DATES = ("in force from 2020-01-01", "in force from 2026-10-01 until 2026-11-20")
STATUSES = ("verified", "secondary", "unverified")
REASONS = ("", "evil deed", "grim 4711", "stolen car", "stolen car 4711", "evil twin", "Robbery -")
CATEGORIES = ("", "Theft/Stolen", "Barred (civil/administrative)", "Joint matter", "Unheard of")
WHO = ("AA/pd", "AA/other", "AA/court", "BB/pd", "US/bureau", "")
DAYS = (datetime.date(2020, 1, 1), datetime.date(2026, 10, 31), datetime.date(2026, 11, 1),
        datetime.date(2026, 11, 25))  # fmt: skip
ROWS = 60


def a_condition(dice: random.Random, tests: tuple[str, ...] = CONDITIONS) -> str:
    """One, two or three tests, some of them negated."""
    parts = [dice.choice(tests) for _ in range(dice.choice((1, 1, 2, 3)))]
    told = [f"not ({part})" if dice.random() < 0.2 else part for part in parts]
    return dice.choice((" and ", " or ")).join(f"({part})" for part in told)


def a_rule(dice: random.Random, name: str, effects: tuple[str, ...]) -> str:
    """A rule, some with an exception or a duty before the search."""
    effect = dice.choice(effects)
    tests = (*CONDITIONS, *6 * OF_RECIPIENTS) if EACH in effect else CONDITIONS
    does = f"{effect}\nif {a_condition(dice, tests)}"
    if dice.random() < 0.3 and effect != PERMIT:
        does += f"\nunless out: {a_condition(dice, tests)}"
    if dice.random() < 0.3:
        does += f"\nmust {dice.choice(('train', 'note_case'))} before search"
    return rule(name, does, status=dice.choice(STATUSES), since=dice.choice(DATES))


def an_engine(dice: random.Random) -> Engine:
    """A state's law and an owner's policy of some random rules each."""
    while True:
        law = [a_rule(dice, f"law-{at}", ABOVE) for at in range(dice.randint(1, 4))]
        own = [a_rule(dice, f"own-{at}", (*ABOVE, PERMIT)) for at in range(dice.randint(1, 4))]
        with suppress(AssertionError):  # rules that are never true are refused
            return engine_of(state(*law), owner(*own))


def a_cell(dice: random.Random, values: tuple[str, ...]) -> Cell:
    """A value, or why there is none."""
    states = (CellState.REDACTED, CellState.WITHHELD, CellState.NOT_EXPORTED)
    if dice.random() < 0.2:
        return Cell(dice.choice((*states, CellState.NEVER_RECORDED)))
    text = dice.choice(values)
    return Cell(CellState.VALUE, text) if text else BLANK


def some_facts(dice: random.Random, written: Written) -> RowFacts:
    """What a row may say."""
    said = said_of(a_cell(dice, CATEGORIES), a_cell(dice, REASONS), written)
    number = a_cell(dice, ("", "26-1"))
    return RowFacts(
        said.purposes, said.purpose_cause, said.reason, said.category, number, said.case_offense
    )


def told(judgment: Judgment) -> tuple[object, ...]:
    """All that a judgment says."""
    return (
        judgment.verdict, judgment.ground, judgment.states, judgment.missing, judgment.is_barred,
        judgment.readings,
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(12))
def test_a_row_is_judged_as_the_reference_judges_it(seed: int) -> None:
    dice = random.Random(seed)
    engine = an_engine(dice)
    body = engine.registry.get("AA/pd")
    assert body is not None
    judge = Judge(engine, body)
    asked = 0
    by_reference = judge.by_reference
    written = Written(judge.vocabulary)
    seen: Counter[RowVerdict] = Counter()
    for _ in range(ROWS):
        facts, day = some_facts(dice, written), dice.choice(DAYS)
        requests = list(
            requests_of(
                facts, requester=dice.choice(WHO), owner="AA/pd", at=Span.of_day(day),
                vocabulary=judge.vocabulary,
            )
        )  # fmt: skip
        for request in requests:
            found = judge.strictest([request], is_known=True)
            expected = by_reference(request)
            assert told(found) == told(expected)
            seen[found.verdict] += 1
            asked += 1
    assert asked >= ROWS
