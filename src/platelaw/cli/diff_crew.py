"""Lots of a comparison in several processes at once."""

from __future__ import annotations

import os
from contextlib import ExitStack

from ..engine.diff.changes import Difference, Doubt
from ..engine.diff.comparing import Comparer, Part
from .aside import Aside, DiedError, beside, can_start

_FEW = 60  # rules for which no other process is worth its start


def compared(comparer: Comparer) -> Difference:
    """What became of all requests; a process that dies leaves its acts unknown."""
    lots = comparer.lots()
    rules = sum(len(policy.rules) for policy in comparer.new.engine.library.policies)
    if rules < _FEW or (os.cpu_count() or 1) < len(lots) or not can_start():
        return comparer.joined(map(comparer.part, lots))
    with ExitStack() as asides:
        others = [(asides.enter_context(beside(comparer.part, lot)), lot) for lot in lots[1:]]
        parts = [comparer.part(lots[0]), *(_came_back(*other) for other in others)]
    return comparer.joined(parts)


def _came_back(aside: Aside[tuple[str, ...], Part], acts: tuple[str, ...]) -> Part:
    try:
        return aside.answer()
    except DiedError as fault:
        why = f"the process that compared it {fault}"
        return Part((), tuple(Doubt(act, "any data", why) for act in acts))
