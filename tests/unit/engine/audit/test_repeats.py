"""Which searches were seen before, by their ids or by what else tells them."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from platelaw.engine.audit.batch import Batch
from platelaw.engine.audit.cells import read_moment
from platelaw.engine.audit.layouts import recognize, shipped_layouts
from platelaw.engine.audit.log_row import Columns, LogRow
from platelaw.engine.audit.reader import LogFault, open_log
from platelaw.engine.audit.repeats import Repeated, Repeats

HEADER = ("ID", "Org Name", "Total Networks Searched", "Search Time", "Reason")
ID = "6023db79-9334-4b07-8b35-{:012d}"
TIME = "11/02/2026, 02:40:{:02d} PM UTC"


def row(
    id_: str = ID.format(1),
    org: str = "A PD",
    networks: str = "3",
    second: int = 0,
    reason: str = "",
) -> LogRow:
    """One search, as the reader has it."""
    layout = recognize(HEADER, shipped_layouts())
    assert layout is not None
    texts = [id_, org, networks, TIME.format(second), reason]
    columns = Columns.of(layout, layout.fields(HEADER))
    found = LogRow(1, 1, texts, columns, None)

    return replace(found, moment=read_moment(texts[3]))


def seen(*files: list[LogRow], most: int = 1 << 12) -> list[Repeated | None]:
    """How each row of some files repeats one before it."""
    together = list(_told(Repeats(most), [Batch.of(file) for file in files]))
    alone = Repeats(most)
    assert together == [
        each
        for file in files
        for each in _told(alone, [Batch.of([row]) for row in file], one_file=True)
    ]
    return together


def _told(
    repeats: Repeats, batches: Iterable[Batch], *, one_file: bool = False
) -> Iterator[Repeated | None]:
    """What is said of each row; of one file, or of a file for each batch."""
    for number, batch in enumerate(batches):
        if not number or not one_file:
            repeats.next_file()
        for each in repeats.see(batch).tolist():
            yield Repeated(each) if each else None


def test_an_id_that_an_earlier_file_has_is_that_search() -> None:
    again = row(org="B PD", reason="***", second=9)
    assert seen([row()], [again, again]) == [None, *[Repeated.ELSEWHERE] * 2]


def test_an_id_is_the_same_in_capitals() -> None:
    assert seen([row()], [row(ID.format(1).upper())]) == [None, Repeated.ELSEWHERE]


def test_the_very_row_in_one_file_is_a_copy_and_another_row_with_its_id_is_not() -> None:
    assert seen([row(), row(), row(reason="other")]) == [None, Repeated.COPY, Repeated.SAME_ID]


@pytest.mark.parametrize("id_", ["", "***", "1"])
def test_without_an_id_organization_second_and_networks_tell_across_files(id_: str) -> None:
    first = row(id_)
    others = [row(id_, org="B PD"), row(id_, networks="4"), row(id_, second=1)]
    assert seen([first], [row(id_, org="a pd", reason="x"), *others]) == [
        None, Repeated.ELSEWHERE, None, None, None,
    ]  # fmt: skip


def test_without_an_id_two_searches_of_one_file_may_look_alike() -> None:
    assert seen([row("***"), row("***")]) == [None, None]


def test_short_ids_number_the_rows_of_a_file_and_tell_nothing_alone() -> None:
    assert seen([row("1")], [row("1", second=1)]) == [None, None]


def test_a_search_without_id_and_time_is_never_a_repeated_one() -> None:
    unknown = replace(row("***"), moment=None)
    assert seen([unknown], [unknown]) == [None, None]


def test_a_hundred_thousand_searches_are_told_apart_in_little_memory() -> None:
    repeats = Repeats()
    repeats.next_file()
    one = row()

    def some(numbers: range) -> Batch:
        return Batch.of([replace(one, texts=[ID.format(n), *one.texts[1:]]) for n in numbers])

    tracemalloc.start()
    try:
        for first in range(0, 100_000, 1_000):
            assert not repeats.see(some(range(first, first + 1_000))).any()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert not repeats.is_full
    assert size < 5_000_000
    repeats.next_file()
    assert repeats.see(some(range(77_777, 77_778))).tolist() == [Repeated.ELSEWHERE]


def test_searches_beyond_what_fits_are_not_remembered_and_that_is_told(tmp_path: Path) -> None:
    repeats = Repeats(most=1 << 12)
    text = ",".join(HEADER) + "\n"
    text += "".join(f'{ID.format(n)},A PD,3,"{TIME.format(1)}",x\n' for n in range(4_000))
    path = tmp_path / "log.csv"
    path.write_text(text)
    told = [each for each in open_log(path).rows(repeats) if isinstance(each, LogFault)]
    assert repeats.is_full
    assert any("some may be counted twice" in fault.message for fault in told)
