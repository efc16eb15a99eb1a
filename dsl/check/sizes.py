"""How large conditions grow once their definitions are written out.

Definitions read earlier ones, so a short text can stand for a condition that no one could read
and no engine could decide in time: each of thirty lines that reads the one before it twice
doubles it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .. import syntax as tree
from ..codes import Code
from ..model import Policy
from ..source import Span
from .faults import Faults
from .polarity import branches

MOST_TESTS = 1000
DEEPEST = 60


@dataclass(frozen=True, slots=True)
class Size:
    """The tests in a condition, and how deep they lie."""

    tests: int
    depth: int


def sound_defines(policy: Policy, faults: Faults) -> dict[str, tree.Condition]:
    """The definitions that read only earlier ones and stay within bounds; larger ones are noted."""
    sizes: dict[str, Size] = {}
    sound: dict[str, tree.Condition] = {}
    for name, condition in policy.defines.items():
        size = measured(condition, sizes)
        if any(read in policy.defines and read not in sound for read in _names(condition)):
            continue  # it reads a later one, itself, or one that is too large
        if _note(size, f"`{name}`", condition.span, faults):
            continue
        sizes[name], sound[name] = size, condition
    return sound


def sizes_of(policy: Policy) -> dict[str, Size]:
    """The size of every definition of a policy."""
    sizes: dict[str, Size] = {}
    for name, condition in policy.defines.items():
        sizes[name] = measured(condition, sizes)
    return sizes


def check_sizes(node: tree.Rule, sizes: Mapping[str, Size], faults: Faults) -> None:
    """Note the conditions of a rule that grow too large, given the sizes of its definitions."""
    for condition, _ in branches(node):
        _note(measured(condition, sizes), "the condition", condition.span, faults)


def measured(condition: tree.Condition, known: Mapping[str, Size]) -> Size:
    """The size of a condition, given those of the definitions it reads."""
    match condition:
        case tree.And() | tree.Or():
            parts = [measured(item, known) for item in condition.items]
        case tree.Not():
            parts = [measured(condition.item, known)]
        case tree.Quantified():
            parts = [measured(condition.body, known)]
        case tree.Named() if condition.name in known:
            parts = [known[condition.name]]
        case _:
            return Size(1, 1)
    return Size(sum(part.tests for part in parts), 1 + max(part.depth for part in parts))


def _note(size: Size, what: str, span: Span, faults: Faults) -> bool:
    if size.tests <= MOST_TESTS and size.depth <= DEEPEST:
        return False
    many, deep = f"{size.tests} tests", f"{size.depth} deep"
    faults.add(
        Code.TOO_DEEP,
        span,
        f"with its definitions written out {what} has {many}, nested {deep}; at most "
        f"{MOST_TESTS} and {DEEPEST} can be decided in time",
        "split it into several rules, or let a definition say less",
    )
    return True


def _names(condition: tree.Condition) -> list[str]:
    """The bare names in a condition."""
    match condition:
        case tree.And() | tree.Or():
            return [name for item in condition.items for name in _names(item)]
        case tree.Not():
            return _names(condition.item)
        case tree.Quantified():
            return _names(condition.body)
        case tree.Named():
            return [condition.name]
        case _:
            return []
