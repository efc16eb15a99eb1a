"""Reading a written description (TOML), with every fault of it at once, each with its line."""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import UnionType
from typing import Any, cast, get_args

import msgspec

from ...dsl.diagnostics import suggestion
from ...engine.fault import Fault
from .form import FORMS, AgreementFile, Period, SettingsFile, period_of

Described = SettingsFile | AgreementFile
_WANTED: Mapping[type, str] = {
    bool: "true or false",
    int: "a whole number",
    str: "a text",
    Period: 'a period such as "21 days" or "72 hours"',
    datetime.date: "a day such as 2026-11-20",
}


@dataclass(frozen=True, slots=True)
class Description:
    """A written description: what it says, and the text that says so."""

    name: str
    says: Described
    text: str

    def place(self, *path: str) -> str:
        """Where a setting stands: the file and the line."""
        return f"{self.name}:{line_of(self.text, path) or 1}"


class VendorError(Exception):
    """A file that cannot be gone by, with every fault of it."""

    def __init__(self, faults: list[Fault]) -> None:
        """Say what is wrong."""
        super().__init__("; ".join(f"{fault.where}: {fault.message}" for fault in faults))
        self.faults = faults


def read_description(path: Path) -> Description:
    """What a file says of settings or of an agreement.

    Raises:
        VendorError: It cannot be read, or does not have its form.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        message = f"cannot be read as text: {fault}"
        raise VendorError([Fault(str(path), message, "name a TOML file in UTF-8")]) from fault
    return parse_description(text, path.name)


def parse_description(text: str, name: str) -> Description:
    """What a text says of settings or of an agreement.

    Args:
        text: TOML.
        name: What messages call it.

    Raises:
        VendorError: It does not have its form.
    """
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise VendorError([no_toml(text, name, fault)]) from fault
    form = FORMS.get(str(table.get("form")))
    if form is None:
        known = " or ".join(f'`form = "{each}"`' for each in FORMS)
        where = f"{name}:{line_of(text, ('form',)) or 1}"
        raise VendorError([Fault(where, "does not say which form it has", f"write {known}")])
    faults = [
        Fault(f"{name}:{line_of(text, path) or 1}", f"`{'.'.join(path)}` {message}", help)
        for path, message, help in _faults(table, form, ())
    ]
    if faults:
        raise VendorError(faults)
    return Description(name, msgspec.convert(table, form, dec_hook=_decoded), text)


_LINE = re.compile(r"at line (\d+)")
_WORDS = {"on": "true", "yes": "true", "off": "false", "no": "false"}


def no_toml(text: str, name: str, fault: tomllib.TOMLDecodeError) -> Fault:
    """Why a text is no TOML, with what is written in place of a word that is none."""
    found = _LINE.search(str(fault))
    if found is None:
        return Fault(name, str(fault), "mend the TOML at that place")
    where = f"{name}:{found[1]}"
    line = text.splitlines()[int(found[1]) - 1 : int(found[1])]
    key, _, value = "".join(line).partition("=")
    word = value.partition("#")[0].strip()
    if word.casefold() in _WORDS or word.casefold() in ("true", "false"):
        meant = _WORDS.get(word.casefold(), word.casefold())
        return Fault(where, f"`{word}` is no value", f"write `{key.strip()} = {meant}`")
    if word[:1].isalpha():
        return Fault(
            where, f"`{word}` is no value", f'write `true`, `false`, or "{word}" in quotes'
        )
    return Fault(where, str(fault).partition(" (at line")[0], "mend the TOML on that line")


_Misfit = tuple[tuple[str, ...], str, str]


def _faults(
    table: Mapping[str, Any], form: type[msgspec.Struct], path: tuple[str, ...]
) -> Iterator[_Misfit]:
    """Every key that is unknown, missing or of another type."""
    fields = {field.name: field for field in msgspec.structs.fields(form)}
    for name, value in table.items():
        if name not in fields:
            near = suggestion(name, fields) or f"known here are {', '.join(fields)}"
            yield (*path, name), "is not known here", near
        else:
            yield from _misfits(value, fields[name].type, (*path, name))
    for name, field in fields.items():
        if field.required and name not in table:
            yield (*path, name), "is missing", f"add `{name}`, {_wanted(field.type)}"


def _misfits(value: object, kind: Any, path: tuple[str, ...]) -> Iterator[_Misfit]:
    form = _table(kind)
    if form is not None:
        if isinstance(value, dict):
            yield from _faults(cast("dict[str, Any]", value), form, path)
        else:
            yield path, "is no table", f"write `[{path[-1]}]` above its settings"
        return
    each_kind = next(iter(get_args(kind)), None)
    if _table(each_kind) is not None and isinstance(value, list):
        for number, each in enumerate(cast("list[object]", value), 1):
            yield from _misfits(each, each_kind, (*path, f"{number}"))
    elif not _fits(value, kind):
        yield path, f"is {_shown(value)}", f"write {_wanted(kind)}"


def _table(kind: object) -> type[msgspec.Struct] | None:
    """The form of a table; None for the type of a single setting."""
    return kind if isinstance(kind, type) and issubclass(kind, msgspec.Struct) else None


def _fits(value: object, kind: Any) -> bool:
    try:
        msgspec.convert(value, kind, dec_hook=_decoded)
    except msgspec.ValidationError:
        return False
    return True


def _decoded(kind: type, value: object) -> object:
    """A period from its text, for msgspec."""
    found = period_of(value) if kind is Period and isinstance(value, str) else None
    if found is None:
        raise ValueError("no period")
    return found


def _wanted(kind: Any) -> str:
    """What a field takes, in words."""
    kind = kind.__origin__ if hasattr(kind, "__metadata__") else kind
    if isinstance(kind, type) and kind in _WANTED:
        return _WANTED[kind]
    inner = [each for each in get_args(kind) if each not in (msgspec.UnsetType, Ellipsis)]
    if isinstance(kind, UnionType) or len(inner) != 1 or not isinstance(inner[0], type):
        told = [_wanted(each) if not isinstance(each, str) else f'"{each}"' for each in inner]
        return " or ".join(told)
    return f"a list, each {_WANTED.get(inner[0], 'a table')}"


def _shown(value: object) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value).lower()
    return f"`{text[:40]}`"


_HEADER = re.compile(r"\s*\[+\s*([\w.-]+)\s*\]+")
_KEY = re.compile(r"\s*([\w-]+)\s*=")


def line_of(text: str, path: tuple[str, ...]) -> int | None:
    """The line on which a setting stands, or else its table; None if neither is there.

    A number in the path counts the tables of a list, from one.
    """
    table: list[str] = []
    counts: dict[str, int] = {}
    nearest: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        header, key = _HEADER.match(line), _KEY.match(line)
        if header:
            name = header[1]
            counts[name] = counts.get(name, 0) + 1
            table = [name, str(counts[name])] if line.lstrip().startswith("[[") else [name]
            nearest = number if path[: len(table)] == tuple(table) else nearest
        elif key and (*table, key[1]) == path:
            return number
    return nearest
