"""Places and dates of a workbook."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900

from platelaw.engine.audit.sheet_values import SheetError, column_of, date_text, place_of, unescaped


@given(some.integers(1, 16_384), some.integers(1, 1_048_576))
def test_a_place_is_named_as_spreadsheets_do(column: int, row: int) -> None:
    place = place_of(column - 1, row)
    assert place == f"{get_column_letter(column)}{row}"
    assert column_of(place) == column - 1


@pytest.mark.parametrize("place", ["", "12", "XFE1", "ZZZZZZ9"])
def test_a_place_that_no_sheet_has_is_refused(place: str) -> None:
    with pytest.raises(SheetError, match="no such place"):
        column_of(place)


MOMENTS = some.datetimes(datetime.datetime(1980, 1, 1), datetime.datetime(2199, 1, 1))


@given(MOMENTS, some.booleans())
def test_a_number_of_days_is_the_moment_that_it_stands_for(
    when: datetime.datetime, is_1904: bool
) -> None:
    when = when.replace(microsecond=0)
    epoch = CALENDAR_MAC_1904 if is_1904 else CALENDAR_WINDOWS_1900
    serial = (when - epoch) / datetime.timedelta(days=1)
    assert date_text(serial, "dmyhms", is_1904=is_1904) == when.isoformat(" ")


@pytest.mark.parametrize(
    ("serial", "letters", "text"),
    [
        (46328, "dmy", "2026-11-02"),
        (46328, "dmyhm", "2026-11-02 00:00:00"),
        (46328.5, "dmy", "2026-11-02 12:00:00"),
        (0.611192, "hms", "14:40:07"),
        (0.9999999, "hms", "23:59:59"),
        (1, "dmy", "1900-01-01"),
        (1e12, "dmy", "1000000000000.0"),
    ],
)
def test_days_times_of_day_and_both_are_told_by_the_format(
    serial: float, letters: str, text: str
) -> None:
    assert date_text(serial, letters, is_1904=False) == text


def test_escaped_control_characters_come_back() -> None:
    assert unescaped("a_x000D_b_x0009_c_x00_") == "a\rb\tc_x00_"
