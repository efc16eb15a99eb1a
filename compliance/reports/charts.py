"""Charts as pictures in the page: bars upon each other, or shares as lines, without a script."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from html import escape
from itertools import groupby

from .view import Chart, Series
from .words import NOTHING

_WIDTH, _HEIGHT = 540, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 68, 6, 10, 28
_INNER, _TALL = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
_GAP = 0.18  # of a bar's place that stays free
_RIM = 22  # half of the widest time written below
_LABELS = 7  # times written below, at most


def picture(chart: Chart, unit: str) -> str:
    """A chart as SVG; its colors are classes of the page's style."""
    top = 1.0 if chart.is_share else _round_up(_highest(chart))
    return "".join(
        (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="{chart.name}-told">'
            f'<title id="{chart.name}-told">{escape(_told(chart, unit))}</title>',
            *_scale(top, is_share=chart.is_share),
            *(_lines(chart, unit) if chart.is_share else _bars(chart, top, unit)),
            *_times(chart, unit),
            "</svg>",
        )
    )


def time_label(time: datetime.date, unit: str) -> str:
    """A time as it is written: a month by its name, a week by its Monday."""
    if unit == "month":
        return f"{time:%b %Y}"
    return f"week of {time.isoformat()}" if unit == "week" else time.isoformat()


def number(value: float | None, *, is_share: bool) -> str:
    """A value as it is read."""
    if value is None:
        return NOTHING
    return f"{100 * value:.1f}%" if is_share else f"{value:,.0f}"


def _highest(chart: Chart) -> float:
    columns = zip(*(series.values for series in chart.series), strict=True)
    return max((sum(filter(None, column)) for column in columns), default=0)


def _round_up(value: float) -> float:
    """The next of 1, 2, 3, 4, 5, 6 and 8 times a power of ten: four steps up to it are even."""
    if value <= 4:
        return 4
    power = 10.0 ** (len(str(int(value))) - 1)
    return next(
        step * power for step in (1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10) if step * power >= value
    )


def _told(chart: Chart, unit: str) -> str:
    """What one who does not see the chart is told; the numbers stand in the table below it."""
    first, last = (time_label(chart.times[at], unit) for at in (0, -1))
    parts = [f"{chart.title} by {unit}, {first} to {last}."]
    for series in chart.series:
        values = [value or 0 for value in series.values]
        at = max(range(len(values)), key=values.__getitem__)
        most = number(series.values[at], is_share=chart.is_share)
        parts.append(f"{series.label}: at most {most}, {time_label(chart.times[at], unit)}.")
    return " ".join(parts)


def _scale(top: float, *, is_share: bool) -> Iterator[str]:
    for step in range(5):
        y = _y(step / 4)
        value = number(top * step / 4, is_share=is_share).replace(".0%", "%")
        yield f'<path class="rule" d="M{_LEFT} {y}H{_WIDTH - _RIGHT}"/>'
        yield f'<text class="scale" x="{_LEFT - 6}" y="{y + 4}">{value}</text>'


def _y(part: float) -> float:
    return round(_TOP + _TALL * (1 - part), 1)


def _place(chart: Chart) -> float:
    return _INNER / len(chart.times)


def _bars(chart: Chart, top: float, unit: str) -> Iterator[str]:
    place = _place(chart)
    width = round(min(place * (1 - _GAP), 48), 1)
    for at, time in enumerate(chart.times):
        x, below = round(_LEFT + place * (at + 0.5) - width / 2, 1), 0.0
        for series in chart.series:
            value = series.values[at]
            if not value:
                continue
            above = below + value
            y, height = _y(above / top), max(round(_TALL * value / top, 1), 0.6)
            told = escape(f"{time_label(time, unit)}, {series.label}: {value:,.0f}")
            yield (
                f'<rect class="{series.tone.value}" x="{x}" y="{y}" width="{width}" '
                f'height="{height}"><title>{told}</title></rect>'
            )
            below = above


def _lines(chart: Chart, unit: str) -> Iterator[str]:
    """A line for each series; where there is no value it is broken."""
    place = _place(chart)
    for series in chart.series:
        points = [
            None if value is None else (round(_LEFT + place * (at + 0.5), 1), _y(value))
            for at, value in enumerate(series.values)
        ]
        for is_there, run in groupby(points, lambda point: point is not None):
            if is_there:
                path = " ".join(f"{x},{y}" for x, y in filter(None, run))
                yield f'<polyline class="line {series.tone.value}" points="{path}"/>'
        yield from _dots(chart, series, points, unit)


def _dots(
    chart: Chart, series: Series, points: list[tuple[float, float] | None], unit: str
) -> Iterator[str]:
    for point, time, value in zip(points, chart.times, series.values, strict=True):
        if point is None:
            continue
        told = escape(f"{time_label(time, unit)}, {series.label}: {number(value, is_share=True)}")
        yield (
            f'<circle class="{series.tone.value}" cx="{point[0]}" cy="{point[1]}" r="3.5">'
            f"<title>{told}</title></circle>"
        )


def _times(chart: Chart, unit: str) -> Iterator[str]:
    place, count = _place(chart), len(chart.times)
    every = -(-count // _LABELS)
    for at in range(0, count, every):
        x = round(_LEFT + place * (at + 0.5), 1)
        time = chart.times[at]
        text = f"{time:%b %y}" if unit == "month" else f"{time:%b} {time.day}"
        is_cut = x > _WIDTH - _RIM  # in the middle of its place it would be
        place_ = f'class="time rim" x="{_WIDTH}"' if is_cut else f'class="time" x="{x}"'
        yield f'<text {place_} y="{_HEIGHT - 8}">{text}</text>'
