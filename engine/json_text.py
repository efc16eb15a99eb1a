"""JSON text to plain values: a text that cannot be gone by is faults, never an exception."""

from __future__ import annotations

import json
from typing import TypeAlias

from .fault import Fault

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"

MAX_CHARACTERS = 1_000_000


def read_json(text: str | bytes) -> tuple[Json, tuple[Fault, ...]]:
    """JSON to plain values; a text that is none is one fault."""
    try:
        decoded = text.decode("utf-8-sig") if isinstance(text, bytes) else text
    except UnicodeDecodeError as fault:
        return None, (Fault("", f"not UTF-8 text: byte {fault.start}", "save it as UTF-8"),)
    if len(decoded) > MAX_CHARACTERS:
        return None, (Fault("", "longer than a million characters", "send one request"),)
    if not decoded.strip():
        return None, (Fault("", "empty", "send a JSON object; see `platelaw schema request`"),)
    twice: list[str] = []

    def pairs(items: list[tuple[str, Json]]) -> dict[str, Json]:
        seen: dict[str, Json] = {}
        for name, value in items:
            if name in seen:
                twice.append(name)
            seen[name] = value
        return seen

    def constant(name: str) -> Json:
        raise ValueError(f"{name} is no JSON number")

    try:
        value: Json = json.loads(decoded, object_pairs_hook=pairs, parse_constant=constant)
    except json.JSONDecodeError as fault:
        where = f"line {fault.lineno}, column {fault.colno}"
        return None, (Fault("", f"not JSON: {fault.msg.lower()} at {where}", "mend the JSON"),)
    except (RecursionError, ValueError) as fault:
        return None, (Fault("", f"not JSON that can be read: {fault}", "mend the JSON"),)
    if twice:
        return value, tuple(
            Fault(name, f"`{name}` is given twice in one object", "give it once") for name in twice
        )
    return value, ()
