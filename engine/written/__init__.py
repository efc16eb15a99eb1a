"""The written policy of an agency: what its rules say, in plain words, as a page to publish."""

from __future__ import annotations

from .binding_rules import Bound, bound_rules, has_law
from .comparing import compared
from .markdown import markdown
from .page import html
from .phrases import Phrases, PhrasesError, phrases_in, shipped_folders
from .pieces import Chapter, Clause, Point, Source, Written
from .render_json import as_json
from .writing import written

__all__ = [
    "Bound",
    "Chapter",
    "Clause",
    "Phrases",
    "PhrasesError",
    "Point",
    "Source",
    "Written",
    "as_json",
    "bound_rules",
    "compared",
    "has_law",
    "html",
    "markdown",
    "phrases_in",
    "shipped_folders",
    "written",
]
