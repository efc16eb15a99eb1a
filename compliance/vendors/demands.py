"""How grave each finding is, who mends it, and by when: data beside the rules."""

from __future__ import annotations

import datetime
import math
import tomllib
from collections.abc import Iterable, Mapping
from enum import Enum
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec

from ...dsl import syntax as tree
from ...dsl.model import Rule
from ...dsl.units import day_after, length
from ...engine.fault import Fault
from .form import duration_of
from .reading import VendorError

FILE = "vendor_checks.toml"


class Severity(Enum):
    """How grave a finding is, the gravest first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Demand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked when a rule bites.

    Attributes:
        rule: The id of the rule.
        severity: How grave it is.
        owner: The role that mends it, where the rule names none.
        within: How soon, where the rule does not say.
        beside: Settings that are shown with the finding.
    """

    rule: str
    severity: Severity
    owner: str = ""
    within: str = ""
    beside: tuple[str, ...] = ()


class _Checks(msgspec.Struct, forbid_unknown_fields=True):
    check: tuple[Demand, ...]


Demands = Mapping[str, Demand]


def read_demands(folders: Iterable[Path | Traversable]) -> Demands:
    """The demands that lie in folders and in the folders right below them; a later one counts.

    Raises:
        VendorError: A file of them cannot be gone by.
    """
    found: dict[str, Demand] = {}
    for folder in folders:
        below = sorted((each for each in folder.iterdir() if each.is_dir()), key=lambda d: d.name)
        for place in (folder, *below):
            file = place.joinpath(FILE)
            if file.is_file():
                found |= {each.rule: each for each in _parsed(file.read_text("utf-8"), str(file))}
    return found


def _parsed(text: str, name: str) -> tuple[Demand, ...]:
    try:
        checks = msgspec.convert(tomllib.loads(text), _Checks).check
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as fault:
        raise VendorError([Fault(name, str(fault), "mend the entry at that place")]) from fault
    for each in checks:
        if each.within and duration_of(each.within) is None:
            message = f"`{each.within}` of {each.rule} is no duration"
            raise VendorError([Fault(name, message, 'write one such as "7 days"')])
    return checks


def mended_by(
    rule: Rule, demand: Demand | None, on: datetime.date
) -> tuple[str, datetime.date | None]:
    """Who mends what is at odds with a rule, and by which day: the rule's own word goes first.

    Args:
        rule: The rule.
        demand: What is asked when it bites; None if nothing is.
        on: The day on which it was found.
    """
    for must in rule.node.on_refusal:
        if must.within is not None and must.by is not None:
            return must.by.text, _after(on, must.within)
    within = duration_of(demand.within) if demand else None
    return demand.owner if demand else "", _after(on, within) if within else None


def _after(on: datetime.date, within: tree.Duration) -> datetime.date | None:
    """The day so long after another; parts of a day count whole."""
    time = length(within)
    if time is not None:
        return on + datetime.timedelta(days=math.ceil(time / datetime.timedelta(days=1)))
    return day_after(on, within)
