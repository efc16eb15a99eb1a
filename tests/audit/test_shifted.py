"""Exports edited by hand: whatever was done to columns, no cell is read as what it is not.

A row is read right in all that a rule may ask for, or it is told to be unread; none is lost.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from platelaw.engine.audit.cells import CellState
from platelaw.engine.audit.layouts import Field
from platelaw.engine.audit.reader import FaultKind, LogError, LogFault, LogRow, open_log

from .exports import WHOLE, search, table, without

VARIANTS = (
    WHOLE,
    without("Total Devices Searched"),
    without("ID", "Text Prompt", "Moderation"),
    without("Total Devices Searched", "Text Prompt", "Moderation"),
    without("Total Devices Searched", "Time Frame", "Text Prompt", "Moderation"),
)
ASKED = {"Reason": Field.REASON, "Case #": Field.CASE_NUMBER, "Org Name": Field.ORGANIZATION}
REASONS = ("stolen car", "26-1234", "inv", "***", "", "Warrant, Pickup", "245(a)(2)PC", "assist PD")


def searches(chance: random.Random) -> list[dict[str, str]]:
    """Searches of all sorts, each with its own second."""
    return [
        search(
            number,
            reason=chance.choice(REASONS),
            case=chance.choice(("", "***", f"26-{number}")),
            filters=chance.choice(("", "", "white, Pickup")),
            plate=chance.choice(("***", "", "Z*00*")),
            org=chance.choice(("Example CT PD", "[Federal] Example Patrol", "NESPIN")),
            name=chance.choice(("***", "C. Whi")),
        )
        for number in range(chance.randrange(1, 14))
    ]


Edit = Callable[[random.Random, list[dict[str, str]], Sequence[str]], str]


def a_column_deleted(
    chance: random.Random, rows: list[dict[str, str]], columns: Sequence[str]
) -> str:
    gone = chance.randrange(len(columns))
    left = (*columns[:gone], *columns[gone + 1 :])
    return table(rows, left, header=columns)


def a_cell_put_in(chance: random.Random, rows: list[dict[str, str]], columns: Sequence[str]) -> str:
    at = chance.randrange(len(columns))
    return table([{**row, "": ""} for row in rows], (*columns[:at], "", *columns[at:]),
                 header=columns)  # fmt: skip


def rows_shifted_here_and_there(
    chance: random.Random, rows: list[dict[str, str]], columns: Sequence[str]
) -> str:
    text = table([], columns)
    for row in rows:
        at = chance.randrange(len(columns)) if chance.random() < 0.3 else None
        cells = columns if at is None else (*columns[:at], "", *columns[at:])
        text += table([{**row, "": ""}], cells, header=())
    return text


def another_export_below(
    chance: random.Random, rows: list[dict[str, str]], columns: Sequence[str]
) -> str:
    cut, below = chance.randrange(len(rows) + 1), chance.choice(VARIANTS)
    header = chance.choice((None, ()))
    return table(rows[:cut], columns) + table(rows[cut:], below, header=header)


def no_header(chance: random.Random, rows: list[dict[str, str]], columns: Sequence[str]) -> str:
    return table(rows, columns, header=())


EDITS: tuple[Edit, ...] = (
    a_column_deleted, a_cell_put_in, rows_shifted_here_and_there, another_export_below, no_header,
)  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
@given(some.randoms(use_true_random=False), some.sampled_from(VARIANTS))
def test_no_cell_is_read_as_what_it_is_not(
    tmp_path_factory: pytest.TempPathFactory,
    edit: Edit,
    chance: random.Random,
    columns: Sequence[str],
) -> None:
    rows = searches(chance)
    path = tmp_path_factory.mktemp("log") / "log.csv"
    path.write_text(edit(chance, rows, columns), "utf-8", newline="")
    try:
        told = list(open_log(path).rows())
    except LogError:
        assert edit is no_header  # too little to tell the columns by
        return
    found = [each for each in told if isinstance(each, LogRow)]
    faults = [each for each in told if isinstance(each, LogFault)]
    unread = [fault for fault in faults if fault.kind is FaultKind.UNREAD]
    assert len(found) + len(unread) == len(rows)
    true = {row["Search Time"]: row for row in rows}
    for row in found:
        written = true[row.cell(Field.TIME).value]
        for name, field in ASKED.items():
            cell = row.cell(field)
            if cell.state is CellState.VALUE and not (
                name == "Org Name" and cell.value == written["Name"]  # it is in no registry
            ):
                assert cell.value == written[name]
            if cell.state is CellState.BLANK:
                assert written[name] == ""
            if cell.state is CellState.REDACTED:
                assert written[name] == "***" or name == "Org Name"


@pytest.mark.parametrize("at", [4, 8, 9, 10])
def test_what_all_first_rows_prove_holds_for_a_row_that_would_be_a_riddle(
    tmp_path: Path, at: int
) -> None:
    """A cell was put in for the whole file: a row that is blank around it fits two orders."""
    rows = [{**search(number), "": "", "Filters": "white"} for number in range(8)]
    rows[0] |= {"Case #": "", "Reason": ""}
    path = tmp_path / "log.csv"
    path.write_text(table(rows, (*WHOLE[:at], "", *WHOLE[at:]), header=WHOLE), "utf-8", newline="")
    told = list(open_log(path).rows())
    found = [each for each in told if isinstance(each, LogRow)]
    assert [row.cell(Field.CASE_NUMBER).value for row in found] == [
        "", *(f"26-{number}" for number in range(1, 8)),
    ]  # fmt: skip


def test_a_shift_is_told_by_the_labels_of_the_header(tmp_path: Path) -> None:
    header = [*WHOLE[:4], "A label too many", *WHOLE[4:]]
    path = tmp_path / "log.csv"
    path.write_text(table(map(search, range(4)), header=header), "utf-8")
    told = [each.help for each in open_log(path).rows()
            if isinstance(each, LogFault) and "under their labels" in each.message]  # fmt: skip
    assert told == [f"compare with the original: {', '.join(WHOLE)}"]


def without_zone(text: str) -> str:
    return text.removesuffix(" UTC")


@pytest.mark.parametrize(
    ("write", "count"),
    [
        (str, 0),
        (without_zone, 4),
        ("2026-11-02T14:40:00Z".format, 0),
        ("2026-11-02 14:40:00+01:00".format, 0),
        ("2026-11-02T14:40:00-0500".format, 0),
        ("2026-11-02 14:40:00".format, 4),
        ("2026-11-02".format, 4),
    ],
)
def test_times_without_a_zone_are_counted_and_told(
    tmp_path: Path, write: Callable[[str], str], count: int
) -> None:
    rows = [search(number) for number in range(4)]
    for row in rows:
        row["Search Time"] = write(row["Search Time"])
    path = tmp_path / "log.csv"
    path.write_text(table(rows), "utf-8")
    found = list(open_log(path).rows())
    assert sum(isinstance(each, LogRow) for each in found) == 4
    told = [each.message for each in found
            if isinstance(each, LogFault) and "no zone" in each.message]  # fmt: skip
    assert told == [f"{count} times have no zone; they were read as UTC, as the vendor writes them"
                    for _ in range(bool(count))]  # fmt: skip
