"""What a cell says: its state, and its moment."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.engine.audit.cells import (
    ZONE_SPREAD,
    CellState,
    Moment,
    is_placeholder,
    read_moment,
    shipped_markers,
)


def state(text: str) -> CellState:
    return shipped_markers().read(text).state


@pytest.mark.parametrize(
    "text",
    [
        "***",
        " *** ",
        "* * *",
        "###",
        "REDACTED",
        "redacted",
        "[REDACTED]",
        "REDACTED, ongoing matter",
        "[Redacted] - see letter",
        "7923.600 GC",
        "7923.600(a) GC",
        "(b)(7)(C)",
        "(b)(6), (b)(7)(C)",
        "5 U.S.C. § 552 (b)(7)(E)",
    ],
)
def test_marks_of_redaction_are_no_value(text: str) -> None:
    cell = shipped_markers().read(text)
    assert (cell.state, cell.value) == (CellState.REDACTED, "")


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "Z*0028*",
        "245(a)(2)PC",
        "287(a) PC",
        "26-13287",
        "redacted plate on flyer",
        "Warrant, [REDACTED] Main",
        "#12",
        "7923 GC Rd",
        "withheld information case",
    ],
)
def test_a_text_that_only_resembles_a_mark_stays_a_value(text: str) -> None:
    cell = shipped_markers().read(text)
    assert (cell.state, cell.value) == (CellState.VALUE, text)


def test_withheld_is_kept_apart_from_redacted() -> None:
    assert state("[WITHHELD]") is CellState.WITHHELD
    assert state("Withheld: pending case") is CellState.WITHHELD


@pytest.mark.parametrize("text", ["", " ", "\t", "\u00a0", "\r\n"])
def test_blanks_are_blank(text: str) -> None:
    assert state(text) is CellState.BLANK


@pytest.mark.parametrize(
    "text",
    ["none", "None ", "n/a", "N/A", "-", "--", "——", "x", "xx", "XXX", ".", "0", "test", "asdf"],
)
def test_a_placeholder_is_a_value_that_says_nothing(text: str) -> None:
    assert state(text) is CellState.VALUE
    assert is_placeholder(text)


@pytest.mark.parametrize("text", ["", "robbery", "UUV", "911", "10", "BOL", "no plate", "Texas"])
def test_other_words_are_no_placeholder(text: str) -> None:
    assert not is_placeholder(text)


@given(st.text())
def test_any_text_has_a_state_and_only_values_keep_text(text: str) -> None:
    cell = shipped_markers().read(text)
    assert (cell.state is CellState.VALUE) == bool(cell.value)
    assert cell.value in ("", text.strip())


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]  # pyright: ignore


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-10-03T14:40:26.512Z", at(2026, 10, 3, 14, 40, 26, 512000)),
        ("2026-10-03 14:40:26 UTC", at(2026, 10, 3, 14, 40, 26)),
        ("2026-10-03T10:40:26-04:00", at(2026, 10, 3, 14, 40, 26)),
        ("2026-10-03T20:10:26+0530", at(2026, 10, 3, 14, 40, 26)),
        ("2026-10-03T14:40:26.123456789Z", at(2026, 10, 3, 14, 40, 26, 123456)),
        ("01/25/2024, 01:27:03 PM UTC", at(2024, 1, 25, 13, 27, 3)),
        ("1/25/2024 12:00:00 AM UTC", at(2024, 1, 25)),
        ("01/25/2024, 12:27:03 PM UTC", at(2024, 1, 25, 12, 27, 3)),
        ("01/25/2024, 01:27:03\u202fPM UTC", at(2024, 1, 25, 13, 27, 3)),
        ("1/25/24 13:27:03 UTC", at(2024, 1, 25, 13, 27, 3)),
        ("2024-01-25 13:27:03+00", at(2024, 1, 25, 13, 27, 3)),
        ("2024-01-25 13:27:03 GMT", at(2024, 1, 25, 13, 27, 3)),
        ("01/25/2024, 08:27:03 AM EST", at(2024, 1, 25, 13, 27, 3)),
        ("07/25/2024, 06:27:03 AM PDT", at(2024, 7, 25, 13, 27, 3)),
    ],
)
def test_a_time_with_its_zone_is_one_instant(text: str, instant: datetime) -> None:
    assert read_moment(text) == Moment(instant, instant)


@pytest.mark.parametrize("text", ["2025-06-18 00:02:04.789", "6/18/2025, 12:02:04 AM"])
def test_a_time_without_zone_spans_the_zones_it_may_be_in(text: str) -> None:
    moment = read_moment(text)
    assert moment is not None
    assert moment.earliest.replace(microsecond=0) == at(2025, 6, 18, 0, 2, 4)
    assert moment.latest - moment.earliest == ZONE_SPREAD == timedelta(hours=10)
    assert not moment.exact


def test_a_bare_time_is_an_instant_where_the_layout_says_that_it_is_utc() -> None:
    moment = read_moment("06/18/2025, 01:02:03 PM", bare_is_utc=True)
    assert moment == Moment(at(2025, 6, 18, 13, 2, 3), at(2025, 6, 18, 13, 2, 3))


def test_a_bare_date_spans_its_day_and_the_zones() -> None:
    end = at(2025, 6, 18, 23, 59, 59, 999999)
    assert read_moment("2025-06-18") == Moment(at(2025, 6, 18), end + ZONE_SPREAD)
    assert read_moment("6/18/2025", bare_is_utc=True) == Moment(at(2025, 6, 18), end)


def test_a_time_to_the_minute_spans_the_minute() -> None:
    moment = read_moment("6/18/2025 14:05", bare_is_utc=True)
    assert moment == Moment(at(2025, 6, 18, 14, 5), at(2025, 6, 18, 14, 5, 59, 999999))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "2025-02-29T00:00:00Z",
        "2025-13-01",
        "13/01/2025",
        "01/25/2024, 13:27:03 PM UTC",
        "01/25/2024, 00:27:03 AM UTC",
        "2025-06-18T24:00:00Z",
        "2025-06-18T00:00:00+25:00",
        "9999-12-31",
        "20250618",
        "45826.0014",
        "2025-06-18T00:00:00Z and more",
        "٢٠٢٥-٠٦-١٨",
    ],
)
def test_what_is_no_real_date_is_not_read(text: str) -> None:
    assert read_moment(text) is None


@given(st.datetimes(min_value=datetime(1980, 1, 1), max_value=datetime(2199, 1, 1)))
def test_an_iso_instant_comes_back_as_written(when: datetime) -> None:
    moment = read_moment(when.isoformat(sep=" ", timespec="microseconds") + "Z")
    assert moment is not None
    assert moment.exact
    assert moment.earliest == when.replace(tzinfo=UTC)


@given(st.text(alphabet="0123456789-/:., TZAPMUC+"))
def test_any_text_is_a_moment_in_order_or_none(text: str) -> None:
    moment = read_moment(text)
    assert moment is None or moment.earliest <= moment.latest
