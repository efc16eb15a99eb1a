"""How single values of a map are written and read.

A form reads the text of a cell as well as the plain value of JSON or Parquet.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeAlias, cast

Plain: TypeAlias = "str | int | float | bool | list[str]"
SEPARATOR = "|"  # between the members of a list in one cell


class FormError(ValueError):
    """A value that cannot be read, with the mend."""

    def __init__(self, message: str, help: str) -> None:
        super().__init__(message)
        self.message = message
        self.help = help


@dataclass(frozen=True, slots=True)
class Form:
    """One kind of value: how it is read, and how it is written as JSON has it."""

    read: Callable[[Any], Any]
    plain: Callable[[Any], Plain]


def cell(value: Plain) -> str:
    """A plain value as the text of a cell."""
    if isinstance(value, list):
        return SEPARATOR.join(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise FormError(f"{_shown(raw)} is no text", "put it in quotation marks")
    text = raw.strip()
    if not text.isprintable() and _HIDDEN.search(text):
        raise FormError(f"{_shown(text)} holds a character that cannot be shown", "remove it")
    return text


_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # but no tab or line feed


def _texts(raw: Any) -> tuple[str, ...]:
    parts = cast("list[Any]", raw.split(SEPARATOR) if isinstance(raw, str) else raw)
    if not isinstance(raw, str | list) or not all(isinstance(each, str) for each in parts):
        raise FormError(f"{_shown(raw)} is no list of words", f"separate words with `{SEPARATOR}`")
    return tuple(word for each in parts if (word := each.strip()))


def _date(raw: Any) -> datetime.date:
    try:
        return datetime.date.fromisoformat(str(raw).strip())
    except ValueError:
        raise FormError(f"{_shown(raw)} is no date", "write it as 2026-04-29") from None


def _whole(raw: Any) -> int:
    try:
        if isinstance(raw, bool) or not float(raw).is_integer():  # 12.0 is 12
            raise ValueError
        found = int(float(raw))
    except (TypeError, ValueError, OverflowError):
        raise FormError(f"{_shown(raw)} is no whole number", "write digits only") from None
    if found < 0:
        raise FormError(f"{found} is less than nothing", "write 0 or more, or leave it blank")
    return found


def _number(raw: Any) -> float:
    try:
        if isinstance(raw, bool):
            raise ValueError
        found = float(raw)
    except (TypeError, ValueError, OverflowError):
        raise FormError(f"{_shown(raw)} is no number", "write it as 12.5") from None
    if not 0 <= found < float("inf"):
        raise FormError(f"{_shown(raw)} is no amount", "write 0 or more, or leave it blank")
    return found


_ANSWERS = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


def _flag(raw: Any) -> bool:
    found = raw if isinstance(raw, bool) else _ANSWERS.get(str(raw).strip().casefold())
    if found is None:
        raise FormError(f"{_shown(raw)} is neither yes nor no", "write `yes` or `no`")
    return found


def one_of(kind: type[Enum]) -> Form:
    """The members of an enumeration, by value."""
    known = {member.value: member for member in kind}

    def read(raw: Any) -> Enum:
        found = known.get(raw.strip()) if isinstance(raw, str) else None
        if found is None:
            raise FormError(f"{_shown(raw)} is not known here", f"write {_either(known)}")
        return found

    return Form(read, lambda member: str(member.value))


def _either(words: dict[str, Any]) -> str:
    *first, last = (f"`{word}`" for word in words)
    return f"{', '.join(first)} or {last}"


def _shown(raw: Any) -> str:
    text = str(raw).strip()
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return f"`{text[:40]}`" + ("..." if len(text) > 40 else "")


TEXT = Form(_text, str)
TEXTS = Form(_texts, list)
DATE = Form(_date, datetime.date.isoformat)
WHOLE = Form(_whole, int)
NUMBER = Form(_number, float)
FLAG = Form(_flag, bool)
