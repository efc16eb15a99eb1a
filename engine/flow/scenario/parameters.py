"""A retention taken from the law, where a body's own is not on file."""

from __future__ import annotations

import datetime

from ....dsl import syntax as tree
from ....dsl.model import Library
from ....dsl.truth import Truth
from ....dsl.units import length
from ...binding import LAYERS
from ...dates import in_force
from .errors import ScenarioError, not_there


def days_of_parameter(library: Library, name: str | None, day: datetime.date) -> int | None:
    """The days that a parameter of the law says on a day; None if none is asked for.

    Of several versions in force that of the highest layer counts.

    Raises:
        ScenarioError: The library has no such parameter, none of that day, or it is no time.
    """
    if name is None:
        return None
    if name not in library.parameters:
        raise not_there("parameter", name, library.parameters, "the library")
    versions = [
        each
        for each in library.parameters[name]
        if in_force(each.in_force, (day, day)) is Truth.TRUE
    ]
    if not versions:
        raise ScenarioError(f"the parameter `{name}` is not in force on {day}",
                            "ask about a day on which it is")  # fmt: skip
    highest = min(versions, key=lambda each: LAYERS.index(each.layer))
    value = highest.value
    time = length(value) if isinstance(value, tree.Duration) else None
    if time is None:
        raise ScenarioError(f"the parameter `{name}` is no number of days",
                            "name one that is")  # fmt: skip
    return time.days
