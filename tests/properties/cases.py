"""Random cases: a library, requests, and what could be added."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace

from platelaw.engine import reference
from platelaw.engine.admission import contradictions, unknown_bodies, with_keys
from platelaw.engine.decision import Engine
from platelaw.engine.facts import Facts
from platelaw.engine.reasons import Matchers, ReasonWords
from platelaw.engine.request import Request

from .asking import request
from .checks import Case
from .conditions import CLOSED_PURPOSES, PURPOSES, Place
from .libraries import library, rule
from .world import REGISTRY, RefusedError

ADDED = ("forbid", "forbid", "limit", "refer", "require")


def case(dice: random.Random) -> Case:
    """One case.

    Raises:
        RefusedError: The library was drawn so that the checker must refuse it.
    """
    made = library(dice)
    policy = dice.choice(made.policies)
    words = policy.uses.partition(" ")[0]
    place = Place(purposes=PURPOSES if words == "ag" else CLOSED_PURPOSES, words=words)
    added = rule(dice, "added", dice.choice(ADDED), place)
    if added.effect == "require":
        added = replace(added, musts=(f"must train before {added.acts[0]}",))
    permit = rule(dice, "further", "permit", Place(words="ag"))
    asked = tuple(request(dice, made) for _ in range(2))
    found = Case(made, asked, (policy.name, added), permit, dice.randrange(2**32))
    found.engine()
    return found


def reference_cases(engine: Engine, request: Request) -> Iterator[reference.Case]:
    """A request as the reference sees it, once for each kind of data; none if it is refused."""
    if unknown_bodies(request, REGISTRY):
        return
    request = with_keys(request, REGISTRY)
    facts = Facts(request, REGISTRY, engine.vocabulary_for(request, REGISTRY))
    if contradictions(facts):
        return
    words = ReasonWords(request.reason, Matchers())
    for data in request.data:
        yield reference.Case(engine.library, REGISTRY, request, data, facts, words)


def some_cases(count: int) -> list[Case]:
    """So many cases, the same each time."""
    found: list[Case] = []
    seed = 0
    while len(found) < count:
        seed += 1
        try:
            found.append(case(random.Random(seed)))
        except RefusedError:
            continue
    return found
