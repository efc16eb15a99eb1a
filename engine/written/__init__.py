"""The written policy of an agency: what its rules say, in plain words, as a page to publish."""

from __future__ import annotations

from .binding_rules import Bound, bound_rules
from .comparing import compared
from .markdown import markdown
from .page import html
from .pieces import Chapter, Clause, Point, Source, Written
from .render_json import as_json
from .writing import written

__all__ = [
    "Bound",
    "Chapter",
    "Clause",
    "Point",
    "Source",
    "Written",
    "as_json",
    "bound_rules",
    "compared",
    "html",
    "markdown",
    "written",
]
