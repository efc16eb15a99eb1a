"""A civil day on the command line."""

from __future__ import annotations

import datetime

import click

_FIRST_YEAR, _LAST_YEAR = 1800, 2200


class Day(click.ParamType[datetime.datetime]):
    """A civil day."""

    name = "date"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.datetime:
        """The day that is written."""
        if isinstance(value, datetime.datetime):
            return value
        try:
            day = datetime.datetime.strptime(str(value), "%Y-%m-%d")
        except ValueError:
            day = None
        if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            self.fail(f"`{value}` is no day; write it as 2026-11-03 (year-month-day)", param, ctx)
        return day
