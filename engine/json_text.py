"""JSON text to plain values: a text that cannot be gone by is faults, never an exception.

Every part has a limit, so that no text can keep the engine busy for long.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from .fault import Fault

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_CHARACTERS = 1_000_000
MAX_DEPTH = 16
MAX_ENTRIES = 1000  # of one list or object
MAX_TEXT = 4000  # characters of one text; a reason is read word by word

_SEE_FORM = "see `platelaw schema request`"
_TOO_DEEP = f"lists and objects stand more than {MAX_DEPTH} deep in each other"


def read_json(text: str | bytes) -> tuple[Json, tuple[Fault, ...]]:
    """JSON to plain values; a text that is none is one fault."""
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError as fault:
        return None, (Fault("", f"not UTF-8 text: byte {fault.start}", "save it as UTF-8"),)
    if len(decoded) > MAX_CHARACTERS:
        return None, (Fault("", "longer than a million characters", "send one request"),)
    if not decoded.strip():
        return None, (Fault("", "empty", f"send a JSON object; {_SEE_FORM}"),)
    twice: list[tuple[dict[str, Json], str]] = []

    def pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
        seen: dict[str, Json] = {}
        for name, value in items:
            if name in seen:
                twice.append((seen, name))
            seen[name] = value
        return seen

    def constant(name: str) -> Json:
        raise ValueError(f"{name} is no JSON number")

    try:
        value: Json = json.loads(decoded, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        return None, (Fault("", f"not JSON: {fault.msg.lower()} at {where}", "mend the JSON"),)
    except RecursionError:
        return None, (Fault("", _TOO_DEEP, _SEE_FORM),)
    except ValueError as fault:
        return None, (Fault("", f"not JSON that can be read: {fault}", "mend the JSON"),)
    return value, tuple(_flaws(value, twice))


def below(where: str, name: str) -> str:
    """The JSON pointer one step further down (RFC 6901)."""
    return f"{where}/{name.replace('~', '~0').replace('/', '~1')}"


def _flaws(value: Json, twice: Iterable[tuple[dict[str, Json], str]]) -> Iterator[Fault]:
    """What of a value that was read cannot be gone by, whatever it means."""
    places: dict[int, str] = {}
    waiting: list[tuple[str, int, Json]] = [("", 0, value)]
    while waiting:
        where, depth, item = waiting.pop()
        if isinstance(item, str):
            yield from _text_flaws(where, "the text", item)
        if not isinstance(item, list | dict):
            continue
        if depth == MAX_DEPTH:
            yield Fault(where, _TOO_DEEP, _SEE_FORM)
        elif len(item) > MAX_ENTRIES:
            yield Fault(where, f"more than {MAX_ENTRIES:,} entries", "ask in several requests")
        elif isinstance(item, list):
            waiting += [(f"{where}/{at}", depth + 1, item[at]) for at in reversed(range(len(item)))]
        else:
            places[id(item)] = where
            misspelt = [flaw for name in item for flaw in _text_flaws(where, "a name", name)]
            yield from misspelt
            inner = [] if misspelt else list(item.items())
            waiting += [(below(where, name), depth + 1, part) for name, part in reversed(inner)]
    for holder, name in twice:
        name = name.encode("utf-8", "replace").decode()[:60]
        where = below(places.get(id(holder), ""), name)
        yield Fault(where, f"`{name}` is given twice in one object", "give it once")


def _text_flaws(where: str, what: str, text: str) -> Iterator[Fault]:
    if len(text) > MAX_TEXT:
        yield Fault(where, f"{what} is longer than {MAX_TEXT:,} characters", "shorten it")
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        yield Fault(where, f"{what} holds half a character (a lone surrogate)", "mend the text")
