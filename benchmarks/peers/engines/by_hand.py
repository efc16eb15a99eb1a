"""The hand-written rules: the limit that everything is compared with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .. import handwritten
from ..world import World
from .base import Engine, Loaded, two_valued


def _plain(_: World) -> Callable[[Any], bool]:
    return handwritten.permits


def _with_rules(_: World) -> Callable[[Any], tuple[bool, list[str]]]:
    return handwritten.rules


def _start_with_rules(function: Callable[[Any], Any]) -> Loaded:
    return Loaded(function, lambda answer: two_valued(answer[0]), lambda answer: tuple(answer[1]))


IF_ELSE = Engine(
    "ifelse", "if/else by hand", "", "platelaw", _plain, Loaded, of_one=True, is_compared=False
)
IF_ELSE_RULES = Engine(
    "ifelse-rules", "if/else, every deciding rule", "", "platelaw", _with_rules, _start_with_rules,
    of_one=True, is_compared=False,
)  # fmt: skip
