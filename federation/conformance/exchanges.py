"""The recorded exchanges: what is sent, what comes back, and what is right. One file each.

They are shipped with the policies, since they speak of the law that they were recorded under.
"""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, cast

from ...engine.library import shipped

Direction: TypeAlias = Literal["service", "integration"]
_DAYS_AGO = re.compile(r"(\d+) days ago")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One recorded exchange.

    Attributes:
        name: What its file is called.
        title: What is right, in one sentence.
        content: All of it, as it was recorded; dates are those of the day of the trial.
    """

    name: str
    title: str
    content: Mapping[str, Any]


def exchanges(direction: Direction, today: datetime.date) -> tuple[Exchange, ...]:
    """The shipped exchanges that try a service, or an integration, by name."""
    folder = shipped().joinpath("conformance", direction)
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".json")),
        key=lambda file: file.name,
    )
    found: list[Exchange] = []
    for file in files:
        content = _dated(json.loads(file.read_text("utf-8")), today)
        found.append(Exchange(file.name.removesuffix(".json"), content["title"], content))
    return tuple(found)


def _dated(value: object, today: datetime.date) -> Any:
    """A recorded value with the days that it counts from the day of the trial."""
    if isinstance(value, dict):
        whole = cast("dict[str, object]", value)
        return {key: _dated(item, today) for key, item in whole.items()}
    if isinstance(value, list):
        return [_dated(item, today) for item in cast("list[object]", value)]
    if isinstance(value, str) and (found := _DAYS_AGO.fullmatch(value)):
        return (today - datetime.timedelta(days=int(found[1]))).isoformat()
    return value
