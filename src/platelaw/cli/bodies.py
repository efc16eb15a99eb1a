"""The body of the registry that is named on the command line, or those that may be meant."""

from __future__ import annotations

import difflib

from ..engine.registry import Body, Registry
from .common import NOT_ON_FILE, stop


def body_from(registry: Registry, name: str) -> Body:
    """The body of a key or ORI; otherwise the command ends with the nearest ones."""
    key = name.removeprefix("agency:")
    found = registry.get(key)
    if found is None:
        near = _near(registry, key)
        if near:
            told = "\n".join(f"  {body.key:<34} {body.name}" for body in near)
            mend = f"did you mean one of these?\n{told}\nhelp: {NOT_ON_FILE}"
            stop(f"no agency `{name}` is on file", mend)
        mend = f"`platelaw agencies NAME` finds one by its name; {NOT_ON_FILE}"
        stop(f"no agency `{name}` is on file", mend)
    return found


def _near(registry: Registry, name: str) -> list[Body]:
    """The bodies of the same government first: whose name holds every word, or is most alike."""
    said = name.casefold().replace("/", " ").replace("-", " ").split()
    holds = [
        body
        for body in registry.bodies.values()
        if said and all(word in f"{body.key} {body.name}".casefold() for word in said)
    ]
    here = f"{name.partition('/')[0].upper()}/"
    own = [key for key in registry.bodies if key.startswith(here)]
    close = [
        key
        for keys in (own, registry.bodies)
        for key in difflib.get_close_matches(name, keys, n=5, cutoff=0.6)
    ]
    found = {body.key: body for body in (*holds, *(registry.bodies[key] for key in close))}
    return sorted(found.values(), key=lambda body: not body.key.startswith(here))[:5]
