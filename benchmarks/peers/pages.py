"""The pages that are made from the runs that are kept, and the part of the README that is."""

from __future__ import annotations

import re
from pathlib import Path

from .results import KEPT, PAGE, kept
from .tables import page, summary

README = KEPT.parent.parent / "README.md"
BEGINS, ENDS = "<!-- benchmarks -->", "<!-- /benchmarks -->"
_PART = re.compile(f"{BEGINS}\n.*?{ENDS}\n", re.DOTALL)


class NoMarkersError(Exception):
    """A README that does not say where its table goes."""


def renewed(text: str, folder: Path = KEPT) -> str:
    """A README's text with the table of the newest run between its markers.

    Raises:
        NoMarkersError: There are none.
    """
    if not _PART.search(text):
        raise NoMarkersError(f"write {BEGINS} and {ENDS} on two lines of README.md")
    part = f"{BEGINS}\n{summary(kept(folder)[0])}{ENDS}\n"
    return _PART.sub(lambda _: part, text)


def renew() -> None:
    """Write the page of results and the README's table anew."""
    runs = kept()
    README.write_text(renewed(README.read_text("utf-8")), "utf-8")
    (KEPT / PAGE).write_text(page(runs[0], runs), "utf-8")
