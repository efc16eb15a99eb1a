"""Lines that fit a page."""

from __future__ import annotations

import textwrap

WIDTH = 100


def wrapped(text: str, first: str, others: str) -> list[str]:
    """A text in lines, each after an indent."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=others,
        break_on_hyphens=False, break_long_words=False,
    )  # fmt: skip
