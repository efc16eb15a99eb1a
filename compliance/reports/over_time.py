"""The charts of a report: its numbers over time, with the times between at which nothing was."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from . import words
from .answers import Answers
from .untold import is_absent
from .view import Chart, Series, Tone


def charts(answers: Answers) -> dict[str, Chart]:
    """The charts, by name; without searches at a known time there are none.

    The first time is called by its first day with a search, not by one before the data.
    """
    times = tuple(_times(answers))
    first = answers.day("first_search")
    if not times or first is None:
        return {}
    return {
        chart.name: replace(chart, times=(max(first, times[0]), *times[1:]))
        for chart in (
            _stacked(answers, "verdicts_over_time", "Searches by verdict", times, "verdict",
                     {each: (each, tone) for each, tone in words.TONES.items()}),
            _named(answers, times),
            _stacked(answers, "relations_over_time", "Searches by who searched", times, "relation",
                     {key: (text, words.RELATION_TONES[key])
                      for key, text in words.RELATIONS.items()}),
            _unexplained(answers, times),
        )
    }  # fmt: skip


def _times(answers: Answers) -> Iterator[datetime.date]:
    """Every time from the first search to the last."""
    found = [row["since"] for row in answers.rows["relations_over_time"]]
    if not found:
        return
    at, last = min(found), max(found)
    while at <= last:
        yield _day(at)
        at = _next(at, answers.unit)


def _next(at: datetime.datetime, unit: str) -> datetime.datetime:
    if unit == "month":
        return at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
    return at + datetime.timedelta(days=7 if unit == "week" else 1)


def _day(moment: datetime.datetime | datetime.date) -> datetime.date:
    return moment.date() if isinstance(moment, datetime.datetime) else moment


def _stacked(
    answers: Answers,
    name: str,
    title: str,
    times: tuple[datetime.date, ...],
    key: str,
    labels: Mapping[Any, tuple[str, Tone]],
) -> Chart:
    found: dict[Any, dict[datetime.date, float]] = defaultdict(dict)
    for row in answers.rows[name]:
        found[row[key]][_day(row["since"])] = row["searches"]
    return Chart(
        name,
        title,
        times,
        tuple(
            Series(label, tone, tuple(found[value].get(time, 0) for time in times))
            for value, (label, tone) in labels.items()
            if value in found
        ),
        name,
    )


def _named(answers: Answers, times: tuple[datetime.date, ...]) -> Chart:
    """Searches whose text names a use; where there is none, whether there was a text to read."""
    labels = {True: ("plainly", Tone.BREACH), False: ("possibly", Tone.ASK)}
    name = "named_over_time"
    chart = _stacked(answers, name, "Searches whose text names a use", times, "plainly", labels)
    if chart.series:
        return chart
    unread = is_absent(answers, "reason")
    note = "None; reasons were not exported." if unread else "None."
    return replace(chart, note=note)


def _unexplained(answers: Answers, times: tuple[datetime.date, ...]) -> Chart:
    found = {_day(row["since"]): row for row in answers.rows["unexplained_over_time"]}
    series = {
        key: Series(label, tone, tuple(found[t][key] if t in found else None for t in times))
        for key, label, tone in (
            ("reason", "no usable reason", Tone.ASK),
            ("case_number", "no usable case number", Tone.UNKNOWN),
        )
    }
    shown = {key: each for key, each in series.items() if any(v is not None for v in each.values)}
    return Chart(
        "unexplained_over_time",
        "Share of searches without a usable reason, and without a case number",
        times,
        tuple(shown.values()),
        "unexplained_over_time",
        is_share=True,
        note=" ".join(_unseen(answers, key) for key in series if key not in shown),
    )


def _unseen(answers: Answers, field: str) -> str:
    """Why there is no share: nothing was exported, or nothing of it can be seen."""
    why = "not exported" if is_absent(answers, field) else "shown of no search"
    return f"{words.plain(field).capitalize()}: {why}."
