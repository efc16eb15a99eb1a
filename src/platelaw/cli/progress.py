"""Progress on long work: a bar on a terminal's standard error, nothing elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator, Sized
from contextlib import contextmanager

import click


@contextmanager
def counted(items: Sized, label: str) -> Generator[Callable[[object], None]]:
    """A bar over some items; what it yields is called with each when its turn comes."""
    with click.progressbar(
        length=len(items), label=label, file=sys.stderr, hidden=not sys.stderr.isatty(),
        show_pos=True,
    ) as bar:  # fmt: skip
        yield lambda _: bar.update(1)


@contextmanager
def moving(length: int, label: str) -> Generator[Callable[[int], None]]:
    """A bar over so many things; what it yields is told how many more are done."""
    with click.progressbar(
        length=length, label=label, file=sys.stderr, hidden=not sys.stderr.isatty(), show_pos=True,
    ) as bar:  # fmt: skip
        yield bar.update
