"""A form that somebody filled in: every blank is refused, and nothing is made up."""

from __future__ import annotations

import datetime
import re
import textwrap
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from .definition import Bound, Definition, Field, FieldKind, Sum

Value: TypeAlias = str | int | datetime.date
FIRST, LAST = "first_day", "last_day"


@dataclass(frozen=True, slots=True)
class FormFault:
    """What is wrong with a form: the line if it is known, the field, and the mend."""

    line: int
    field: str
    message: str
    help: str


class FormError(Exception):
    """A form that cannot be gone by, with all that is wrong in it."""

    def __init__(self, *faults: FormFault) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that is whole.

    Attributes:
        definition: What it is a form of.
        values: The value of each single field.
        rows: The rows of each field that has some, each by its columns.
    """

    definition: Definition
    values: Mapping[str, Value]
    rows: Mapping[str, tuple[Mapping[str, Value], ...]]

    def day(self, name: str) -> datetime.date:
        """A day; the definitions have those of the time reported."""
        return cast(datetime.date, self.values[name])


def template(definition: Definition) -> str:
    """A form to fill in, as TOML."""
    lines = [
        *_remark(definition.title),
        *_remark(definition.not_in_logs),
        *_remark(definition.public),
        *_remark("Fill in every field. A blank is refused: write 0 for none, and [] for no rows."),
        f'report = "{definition.name}"',
    ]
    for field in definition.fields:
        if field.kind is not FieldKind.ROWS:
            lines += ["", f"# {field.label}", f'{field.name} = ""{_HINTS[field.kind]}']
    for field in definition.fields:
        if field.kind is FieldKind.ROWS:
            lines += [
                "",
                f"# {field.label}: repeat the rows below as often as needed. For none, delete them",
                f"# and write {field.name} = [] above the first line that begins with [[.",
                f"[[{field.name}]]",
            ]
            lines += [f'{each.name} = ""{_HINTS[each.kind]}' for each in field.columns]
    return "\n".join(lines) + "\n"


def _remark(text: str) -> list[str]:
    return textwrap.wrap(text, 96, initial_indent="# ", subsequent_indent="# ")


_HINTS = {
    FieldKind.TEXT: "",
    FieldKind.DAY: "  # a day, as 2026-07-01",
    FieldKind.COUNT: "  # a whole number",
    FieldKind.ROWS: "",
}


def name_of(text: str) -> str:
    """Which report a form is of.

    Raises:
        FormError: It is no TOML or does not say.
    """
    name = _read(text).get("report")
    if not isinstance(name, str):
        raise FormError(
            FormFault(0, "report", "it does not say of which report it is",
                      "start from `platelaw report template`")
        )  # fmt: skip
    return name


def filled(text: str, definition: Definition) -> Filled:
    """A form, read.

    Raises:
        FormError: Something in it is blank, of another kind, unknown, or does not add up.
    """
    told = _read(text)
    reading = _Reading(text)
    known = {field.name for field in definition.fields} | {"report"}
    for name in told.keys() - known:
        reading.fault(name, "no field of this report", "delete it, or see the template")
    values: dict[str, Value] = {}
    rows: dict[str, tuple[Mapping[str, Value], ...]] = {}
    for field in definition.fields:
        if field.kind is FieldKind.ROWS:
            rows[field.name] = tuple(reading.rows(field, told.get(field.name)))
        elif (value := reading.value(field, told.get(field.name), field.name)) is not None:
            values[field.name] = value
    if not reading.faults:
        reading.check(definition, values, rows)
    if reading.faults:
        raise FormError(*sorted(reading.faults, key=lambda fault: (fault.line, fault.field)))
    return Filled(definition, values, rows)


def _read(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        line = re.search(r"line (\d+)", str(fault))
        told = FormFault(int(line[1]) if line else 0, "", f"no TOML: {fault}", "mend the line")
        raise FormError(told) from None


def fault_at(text: str, field: str, message: str, help_: str) -> FormFault:
    """What is wrong with a field of a form, with its line."""
    key = re.escape(field.rpartition(".")[2].partition(" ")[0])
    found = re.search(rf"^(\[\[{key}\]\]|{key}\s*=)", text, re.MULTILINE)
    line = text.count("\n", 0, found.start()) + 1 if found else 0
    return FormFault(line, field, message, help_)


class _Reading:
    """Reads values and notes what is wrong with them."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[FormFault] = []

    def fault(self, field: str, message: str, help_: str) -> None:
        """Note what is wrong."""
        self.faults.append(fault_at(self.text, field, message, help_))

    def value(self, field: Field, told: object, where: str) -> Value | None:
        """The value of a single field; None if something is wrong with it."""
        if told is None or (isinstance(told, str) and not told.strip()):
            self.fault(where, "blank", _MENDS[field.kind])
            return None
        if field.kind is FieldKind.DAY and isinstance(told, str):
            try:
                told = datetime.date.fromisoformat(told)
            except ValueError:
                self.fault(where, f"`{told}` is no day", _MENDS[field.kind])
                return None
        if not _fits(field.kind, told):
            self.fault(where, f"`{told}` is no {field.kind.value}", _MENDS[field.kind])
            return None
        return cast(Value, told)

    def rows(self, field: Field, told: object) -> Iterator[Mapping[str, Value]]:
        """The rows of a field."""
        if not isinstance(told, list):
            self.fault(field.name, "not said", f"write the rows, or {field.name} = [] for none")
            return
        for number, row in enumerate(cast(list[object], told), 1):
            if not isinstance(row, dict):
                self.fault(field.name, "a row that is no table", "see the template")
                continue
            given = cast(dict[str, object], row)
            for name in given.keys() - {each.name for each in field.columns}:
                self.fault(f"{field.name} {number}", f"no column `{name}`", "see the template")
            yield {
                each.name: value
                for each in field.columns
                if (
                    value := self.value(
                        each, given.get(each.name), f"{field.name} {number}: {each.name}"
                    )
                )
                is not None
            }

    def check(
        self,
        definition: Definition,
        values: Mapping[str, Value],
        rows: Mapping[str, tuple[Mapping[str, Value], ...]],
    ) -> None:
        """Note what does not fit together."""
        first, last = (cast(datetime.date, values[name]) for name in (FIRST, LAST))
        if last < first:
            self.fault(LAST, "before the first day", "exchange the two")
        for sum_ in definition.sums:
            for told, total in _totals(sum_, values, rows):
                if total != values[sum_.whole]:
                    self.fault(
                        sum_.whole, f"{values[sum_.whole]}, but {told} make {total}",
                        "see which of them is right",
                    )  # fmt: skip
        for bound in definition.bounds:
            for where, row in _bounded(bound, values, rows):
                part, whole = cast(int, row[bound.part]), cast(int, row[bound.whole])
                if part > whole:
                    self.fault(
                        f"{where}{bound.part}", f"{part}, but {bound.whole} are {whole}",
                        "see which of them is right",
                    )  # fmt: skip
        for name, found in rows.items():
            for number, row in enumerate(found, 1):
                days = [day for day in row.values() if isinstance(day, datetime.date)]
                if any(not first <= day <= last for day in days):
                    self.fault(f"{name} {number}", f"not from {first} to {last}",
                               "report it in its own time")  # fmt: skip


def _bounded(
    bound: Bound, values: Mapping[str, Value], rows: Mapping[str, tuple[Mapping[str, Value], ...]]
) -> Iterator[tuple[str, Mapping[str, Value]]]:
    """What holds both counts, with what is written before the name of the field."""
    if not bound.rows:
        yield "", values
        return
    for number, row in enumerate(rows[bound.rows], 1):
        yield f"{bound.rows} {number}: ", row


def _totals(
    sum_: Sum, values: Mapping[str, Value], rows: Mapping[str, tuple[Mapping[str, Value], ...]]
) -> Iterator[tuple[str, int]]:
    """What is added up, in words, and what it makes."""
    if sum_.parts:
        yield " and ".join(sum_.parts), sum(cast(int, values[part]) for part in sum_.parts)
        return
    groups: defaultdict[str, int] = defaultdict(int)
    if not sum_.by or not rows[sum_.rows]:
        groups[""] = 0
    for row in rows[sum_.rows]:
        groups[str(row[sum_.by]) if sum_.by else ""] += cast(int, row[sum_.column])
    for group, total in groups.items():
        yield f"{sum_.rows}" + (f" of {sum_.by} `{group}`" if group else ""), total


def _fits(kind: FieldKind, told: object) -> bool:
    if kind is FieldKind.COUNT:
        return isinstance(told, int) and not isinstance(told, bool) and told >= 0
    if kind is FieldKind.DAY:
        return isinstance(told, datetime.date) and not isinstance(told, datetime.datetime)
    return isinstance(told, str)


_MENDS = {
    FieldKind.TEXT: "write it in words, in quotation marks",
    FieldKind.DAY: "write the day, as 2026-07-01",
    FieldKind.COUNT: "count it and write a whole number, 0 for none; nothing is made up",
    FieldKind.ROWS: "",
}
