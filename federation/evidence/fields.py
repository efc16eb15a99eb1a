"""JSON of a statement, read strictly: every part known, of its type, given once."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable
from typing import NoReturn

from ...dsl.diagnostics import listed, suggestion
from ...engine.json_text import Json, below, read_json
from ..refusal import RefusedCallError, Status

_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z")
_INSTANT_HELP = "write it in UTC, such as 2026-11-26T17:00:00Z"
_DIGEST = re.compile(r"[0-9a-f]{64}")
MAX_TEXT = 200  # characters of a name, an id or a number


def refuse(where: str, message: str, mend: str = "") -> NoReturn:
    """Refuse a statement, naming the place and the mend.

    Raises:
        RefusedCallError: Always; INVALID_ARGUMENT.
    """
    told = f"{where}: {message}; {mend}" if mend else f"{where}: {message}"
    raise RefusedCallError(Status.INVALID_ARGUMENT, told)


def object_of(data: bytes, where: str) -> dict[str, Json]:
    """The object that JSON text says.

    Raises:
        RefusedCallError: It is none, or cannot be gone by.
    """
    value, faults = read_json(data)
    if faults:
        refuse(where + faults[0].where, faults[0].message, faults[0].help)
    return object_in(value, where)


def object_in(value: Json, where: str) -> dict[str, Json]:
    """A value that must be an object.

    Raises:
        RefusedCallError: It is none.
    """
    if not isinstance(value, dict):
        refuse(where, "not an object", "see the form in docs/evidence.md")
    return value


def known_keys(
    value: dict[str, Json], needed: Iterable[str], where: str, *, further: Iterable[str] = ()
) -> None:
    """Refuse an object that lacks a key, or has one that is not known.

    Raises:
        RefusedCallError: It does.
    """
    needed = tuple(needed)
    known = sorted({*needed, *further})
    for key in value:
        if key not in known:
            help_ = suggestion(key, known) or f"known are {listed(known)}"
            refuse(below(where, key[:60]), "not known here", help_)
    for key in needed:
        if key not in value:
            refuse(f"{where}/{key}", "missing", f"add `{key}`")


def text(value: dict[str, Json], key: str, where: str, *, limit: int = MAX_TEXT) -> str:
    """The text under a key.

    Raises:
        RefusedCallError: There is none, it is blank, or too long.
    """
    found = value.get(key)
    if not isinstance(found, str) or not found.strip():
        refuse(f"{where}/{key}", "not a text", "write it in quotation marks")
    if len(found) > limit:
        refuse(f"{where}/{key}", f"longer than {limit} characters", "shorten it")
    return found


def word(value: dict[str, Json], key: str, where: str, known: Iterable[str]) -> str:
    """One of a few words under a key.

    Raises:
        RefusedCallError: It is another.
    """
    found, known = text(value, key, where), sorted(known)
    if found not in known:
        refuse(
            f"{where}/{key}", f"`{found[:60]}` is not known here", f"write {listed(known, 'or')}"
        )
    return found


def digest(value: dict[str, Json], key: str, where: str) -> str:
    """A SHA-256 in hexadecimal under a key.

    Raises:
        RefusedCallError: It is none.
    """
    found = text(value, key, where)
    if not _DIGEST.fullmatch(found):
        refuse(f"{where}/{key}", "no digest", "write 64 digits and letters from a to f")
    return found


def instant(value: dict[str, Json], key: str, where: str) -> datetime.datetime:
    """A moment in UTC under a key.

    Raises:
        RefusedCallError: It is none.
    """
    found = text(value, key, where)
    if not _INSTANT.fullmatch(found):
        refuse(f"{where}/{key}", "no moment", _INSTANT_HELP)
    try:
        return datetime.datetime.fromisoformat(found)
    except ValueError:
        refuse(f"{where}/{key}", f"`{found}` does not exist", _INSTANT_HELP)


def instant_text(moment: datetime.datetime) -> str:
    """A moment as statements write it."""
    return moment.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
