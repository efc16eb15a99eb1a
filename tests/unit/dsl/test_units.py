import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.dsl import syntax as tree
from platelaw.dsl.source import Source, Span
from platelaw.dsl.units import LONGEST, comparable, day_after, in_words, length

AT = Span(Source("", ""), 0, 0)
DAY = datetime.date(2028, 1, 31)


def duration(number: int, unit: str) -> tree.Duration:
    return tree.Duration(AT, number, tree.Unit(unit))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ((60, "minute"), (1, "hour")),
        ((48, "hour"), (2, "day")),
        ((14, "day"), (2, "week")),
        ((24, "month"), (2, "year")),
    ],
)
def test_units_of_one_scale_are_compared(one: tuple[int, str], other: tuple[int, str]) -> None:
    assert comparable(duration(*one)) == comparable(duration(*other))


def test_months_business_days_and_counts_have_scales_of_their_own() -> None:
    units = ("day", "month", "business day")
    values: list[tree.Value] = [duration(30, unit) for unit in units]
    scales = {scale[0] for value in values if (scale := comparable(value))}
    assert len(scales) == 3
    assert comparable(tree.Count(AT, 30)) == ("count", 30)
    assert "count" not in scales


@pytest.mark.parametrize("value", [tree.Text(AT, "3"), tree.YesNo(AT, True), tree.Date(AT, DAY)])
def test_other_values_have_no_scale(value: tree.Value) -> None:
    assert comparable(value) is None


@pytest.mark.parametrize(
    ("number", "unit", "after"),
    [
        (0, "day", "2028-01-31"),
        (1, "day", "2028-02-01"),
        (2, "week", "2028-02-14"),
        (24, "hour", "2028-02-01"),
        (1, "month", "2028-02-29"),
        (13, "month", "2029-02-28"),
        (2, "month", "2028-03-31"),
        (11, "month", "2028-12-31"),
        (12, "month", "2029-01-31"),
        (1, "year", "2029-01-31"),
    ],
)
def test_a_day_after_ends_on_the_same_day_of_the_month_or_its_last(
    number: int, unit: str, after: str
) -> None:
    assert day_after(DAY, duration(number, unit)) == datetime.date.fromisoformat(after)


@pytest.mark.parametrize(("number", "unit"), [(1, "hour"), (90, "minute"), (3, "business day")])
def test_parts_of_a_day_and_business_days_name_no_civil_day(number: int, unit: str) -> None:
    assert day_after(DAY, duration(number, unit)) is None


def test_only_durations_that_no_calendar_changes_have_a_length() -> None:
    assert length(duration(2, "week")) == datetime.timedelta(days=14)
    assert length(duration(90, "minute")) == datetime.timedelta(hours=1.5)
    assert [length(duration(1, unit)) for unit in ("month", "year", "business day")] == [None] * 3


def test_one_is_singular() -> None:
    assert [in_words(duration(n, "business day")) for n in (0, 1, 2)] == [
        "0 business days",
        "1 business day",
        "2 business days",
    ]


@given(st.sampled_from(tree.Unit), st.data())
def test_the_longest_durations_stay_within_the_calendar(
    unit: tree.Unit, data: st.DataObject
) -> None:
    scale = comparable(tree.Duration(AT, 1, unit))
    assert scale is not None
    number = data.draw(st.integers(0, LONGEST[scale[0]] // scale[1]))
    after = day_after(DAY, tree.Duration(AT, number, unit))
    assert after is None or after >= DAY


@given(st.integers(0, 500), st.integers(0, 500))
def test_months_one_after_another_never_pass_their_sum(one: int, other: int) -> None:
    first = day_after(DAY, duration(one, "month"))
    total = day_after(DAY, duration(one + other, "month"))
    assert first is not None
    assert total is not None
    step = day_after(first, duration(other, "month"))
    assert step is not None
    assert (step.year, step.month) == (total.year, total.month)
    assert step <= total
