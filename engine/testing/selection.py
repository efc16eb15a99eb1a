"""Which examples are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import PurePath
from typing import TypeVar

from ...dsl.model import Example, Invariant

Stated = TypeVar("Stated", Example, Invariant)


def of_files(stated: Iterable[Stated], files: Collection[str]) -> list[Stated]:
    """The examples or statements that stand in these files; all if none are named."""
    return [each for each in stated if not files or each.node.span.source.name in files]


def matching(examples: Iterable[Example], words: Collection[str]) -> list[Example]:
    """The examples that hold one of these words in title, policy, file or rules; all without.

    Of a file, its name and that of its folder count: what is above says where a library lies.
    """
    wanted = [word.casefold() for word in words]
    return [e for e in examples if not wanted or any(word in _text(e) for word in wanted)]


def _text(example: Example) -> str:
    node = example.node
    rules = (name.text for name in (*node.by, *node.touched, *node.untouched))
    file = "/".join(PurePath(node.span.source.name).parts[-2:])
    return "\n".join((node.title, example.policy, file, *rules)).casefold()
