"""How long reads of plates may be kept, period by period."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.model import Parameter
from ...dsl.units import comparable
from ...engine.binding import parameters_for
from ...engine.reference import Case

_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Kept:
    """How long reads are kept: from a day on, up to another."""

    first: datetime.date
    until: datetime.date | None
    days: int


def kept_by_law(case: Case, name: str) -> tuple[Kept, ...]:
    """How long reads are kept by a parameter of the law that binds a request, period by period.

    Args:
        case: A request for data of the owner.
        name: The parameter.
    """
    versions = case.library.parameters.get(name, ())
    bound = case.bound()
    days = sorted({day for each in versions for day in _changes(each)})
    ends: list[datetime.date | None] = [*days[1:], None]
    found: list[Kept] = []
    for day, end in zip(days, ends, strict=True):
        if not any(_counts(each, day, [policy.name for policy in bound]) for each in versions):
            continue
        (value,) = parameters_for({name: versions}, bound, (day, day))[name]
        scale = comparable(value)
        if scale is not None and scale[0] == "time":
            found.append(Kept(day, end, scale[1] // _DAY))
    return tuple(found)


def _changes(version: Parameter) -> Iterable[datetime.date]:
    yield version.in_force.start
    if version.in_force.end is not None:
        yield version.in_force.end


def _counts(version: Parameter, day: datetime.date, bound: Iterable[str]) -> bool:
    period: tree.InForce = version.in_force
    is_live = period.start <= day and (period.end is None or day < period.end)
    return is_live and version.policy in bound
