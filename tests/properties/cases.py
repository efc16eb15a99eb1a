"""Random cases: a library, requests, and what could be added."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import reject
from hypothesis import strategies as st

from .asking import requests
from .checks import Case
from .choice import pick
from .conditions import CLOSED_PURPOSES, PURPOSES, Place
from .libraries import libraries, rules
from .world import RefusedError

ADDED = ("forbid", "forbid", "limit", "refer", "require")


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """One case."""
    library = draw(libraries())
    policy = pick(draw, library.policies)
    words = policy.uses.partition(" ")[0]
    place = Place(purposes=PURPOSES if words == "ag" else CLOSED_PURPOSES, words=words)
    added = draw(rules("added", pick(draw, ADDED), place))
    if added.effect == "require":
        added = replace(added, acts=("search",), musts=("must train before search",))
    permit = draw(rules("further", "permit", Place(words="ag")))
    asked = tuple(draw(requests(library)) for _ in range(2))
    seed = draw(st.integers(0, 2**32 - 1))
    case = Case(library, asked, (policy.name, added), permit, seed)
    try:
        case.engine()
    except RefusedError:
        reject()
    return case
