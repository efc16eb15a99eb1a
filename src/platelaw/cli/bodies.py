"""The body of the registry that is named on the command line, or those that may be meant."""

from __future__ import annotations

import difflib

from ..engine.registry import Body, Registry
from .common import stop


def body_from(registry: Registry, name: str) -> Body:
    """The body of a key or ORI; otherwise the command ends with the nearest ones."""
    key = name.removeprefix("agency:")
    found = registry.get(key)
    if found is None:
        near = _near(registry, key)
        if near:
            told = "\n".join(f"  {body.key:<34} {body.name}" for body in near)
            stop(f"no agency `{name}` is on file", f"did you mean one of these?\n{told}")
        stop(f"no agency `{name}` is on file", "`platelaw agencies NAME` finds one by its name")
    return found


def _near(registry: Registry, name: str) -> list[Body]:
    """The bodies whose name holds every word, then those written most alike."""
    said = name.casefold().replace("/", " ").replace("-", " ").split()
    holds = [
        body
        for body in registry.bodies.values()
        if said and all(word in f"{body.key} {body.name}".casefold() for word in said)
    ]
    close = difflib.get_close_matches(name, registry.bodies.keys(), n=5, cutoff=0.6)
    alike = [registry.bodies[key] for key in close]
    return list({body.key: body for body in (*holds, *alike)}.values())[:5]
