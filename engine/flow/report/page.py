"""The report as one HTML page that holds all it shows and loads nothing."""

from __future__ import annotations

from html import escape
from importlib import resources
from string import Template

from ...markup import page
from . import words
from .layout import Layout, laid_out
from .payload import as_json, payload
from .sections import headline, plan_section, sections
from .view import ReportData

_PLACE = __name__.rpartition(".")[0]

_STYLE_ID = "__________cytoscape_stylesheet"  # else the library would add a style of its own

# In the order in which they run; each may use what stands in those before it.
_SCRIPTS = (
    "report.js", "filters.js", "search.js", "doors.js", "walk.js", "map.js", "under.js", "names.js",
    "links.js", "start.js",
)  # fmt: skip


def html(data: ReportData, layout: Layout | None = None) -> str:
    """The page of a report.

    Args:
        data: What it shows.
        layout: Where everything stands; computed if not given.
    """
    style, library = _asset("page.css"), _asset("cytoscape.min.js")
    script = "".join(_asset(name) for name in _SCRIPTS)
    body = Template(_asset("page.html")).substitute(
        title=escape(data.title),
        made_on=data.made_on.isoformat(),
        day=data.day.isoformat(),
        limits=escape(data.limits),
        notice=escape(words.NOTICE),
        headline=headline(data),
        contents=_contents(data),
        plan=plan_section(data),
        sections=sections(data),
        license=escape(_asset("cytoscape.LICENSE.txt")),
        data=as_json(payload(data, layout or laid_out(data))),
    )
    return page(data.title, body, style=style, scripts=(library, script), style_id=_STYLE_ID)


def _contents(data: ReportData) -> str:
    """The links to the parts of the page."""
    parts = [
        ("explore", "Map and doors", True),
        ("plan", "Closing plan", data.plan is not None),
        ("doors", "Table of doors", True),
        ("scenarios", "What if", data.scenarios is not None),
        ("reach", "By owner", True),
        ("rests-on", "What this rests on", True),
    ]
    return "".join(
        f'<a href="#{place}">{escape(title)}</a>' for place, title, is_there in parts if is_there
    )


def _asset(name: str) -> str:
    return resources.files(_PLACE).joinpath("assets", name).read_text("utf-8")
