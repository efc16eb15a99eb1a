"""What a report that law asks for holds: its fields, what must add up, what is counted in results.

The definitions are data of each state, in ``reports/`` beside its policies.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ....engine.library import shipped


class FieldKind(Enum):
    """What is written in a field."""

    TEXT = "text"
    DAY = "day"
    COUNT = "count"
    ROWS = "rows"


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a form; one of rows has columns, each with what is written in it."""

    name: str
    label: str
    kind: FieldKind
    columns: tuple[Field, ...] = ()


@dataclass(frozen=True, slots=True)
class Sum:
    """What must add up: the parts, or a column of rows, to the whole.

    Attributes:
        whole: The field that is the sum.
        parts: The fields that are added up.
        rows: The field whose rows are added up.
        column: Their column.
        by: Rows that agree in this column are a sum of their own.
    """

    whole: str
    parts: tuple[str, ...] = ()
    rows: str = ""
    column: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True)
class Bound:
    """A count that is part of another, and so no larger; of rows if they are named."""

    part: str
    whole: str
    rows: str = ""


@dataclass(frozen=True, slots=True)
class HeldAgainst:
    """Rows that are not to count less than what results show.

    Attributes:
        rows: The field of the form.
        column: What is added up.
        question: What is asked of results.
        labels: The answers that count.
    """

    rows: str
    column: str
    question: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """What is counted in the results of an audit."""

    question: str
    label: str


@dataclass(frozen=True, slots=True)
class Definition:
    """A report that law asks for, and how sure it is what it must hold."""

    name: str
    title: str
    to: str
    sent_by: str
    cites: str
    status: str
    lead: str
    not_in_logs: str
    public: str
    fields: tuple[Field, ...]
    sums: tuple[Sum, ...]
    bounds: tuple[Bound, ...]
    held_against: tuple[HeldAgainst, ...]
    measures: tuple[Measured, ...]


def definitions() -> Mapping[str, Definition]:
    """Those that are shipped, by name."""
    found = map(_definition, _texts())
    return {each.name: each for each in sorted(found, key=lambda each: each.name)}


def _texts() -> Iterator[str]:
    for state in shipped().iterdir():
        folder = state.joinpath("reports")
        if state.is_dir() and folder.is_dir():
            yield from (
                file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".toml")
            )


def _definition(text: str) -> Definition:
    told: dict[str, Any] = tomllib.loads(text)
    fields = tuple(map(_field, told.pop("fields")))
    sums = tuple(map(_sum, told.pop("sums", ())))
    bounds = tuple(Bound(**each) for each in told.pop("bounds", ()))
    held = tuple(
        HeldAgainst(each["rows"], each["column"], each["question"], tuple(each["labels"]))
        for each in told.pop("held_against", ())
    )
    measures = tuple(Measured(**each) for each in told.pop("measures", ()))
    return Definition(
        **told, fields=fields, sums=sums, bounds=bounds, held_against=held, measures=measures
    )


def _sum(told: dict[str, Any]) -> Sum:
    return Sum(
        told["whole"], tuple(told.get("parts", ())), told.get("rows", ""), told.get("column", ""),
        told.get("by", ""),
    )  # fmt: skip


def _field(told: dict[str, Any]) -> Field:
    labels = told.get("column_labels", {})
    columns = tuple(
        Field(name, labels[name], FieldKind(kind)) for name, kind in told.get("columns", {}).items()
    )
    return Field(told["name"], told["label"], FieldKind(told["kind"]), columns)
