"""``platelaw flow report``: what tracing finds, as one page for regulators and as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from ..engine.flow.report import write_page, write_picture
from ..engine.flow.report.of_trace import report_data
from ..engine.flow.tracing import QuestionError
from .caching import cache_options
from .common import policy_option, registry_option, stop
from .flow_common import asked, map_option, question_options, reports_told
from .progress import counted


@click.command("report")
@map_option
@question_options
@click.option(
    "-o",
    "--output",
    "page",
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Where to write the page.",
)
@click.option(
    "--picture",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write the map for print too: a .svg, or a .png (with the extra `print`).",
)
@click.option(
    "--title", default="", metavar="TEXT",
    help="The question in words; made from the options if not said.",
)  # fmt: skip
@policy_option
@cache_options
@registry_option
def report_command(page: Path, picture: Path | None, title: str, **options: Any) -> None:
    """Write what `platelaw trace` finds as one page for a browser.

    The page holds all it shows, loads nothing and sends nothing: the map, the doors with every
    hop, and what they rest on. `platelaw close` and `platelaw simulate` write one with the plan
    or the comparison in it, by --html.

    \b
    Examples:
      platelaw flow report --example -o report.html
      platelaw flow report map.zip --state CT -o report.html --picture map.svg
    """  # noqa: D301
    ask = asked(**options)
    try:
        with counted(ask.question.owners, "owners traced") as progress:
            trace = ask.tracer().trace(ask.question, progress)
    except QuestionError as fault:
        stop(str(fault))
    data = report_data(
        ask.map, trace, registry=ask.engine.registry, title=title, remarks=ask.remarks
    )
    with reports_told():
        if picture is not None:
            write_picture(picture, data)
        write_page(page, data)
    for written in filter(None, (page, picture)):
        click.echo(f"written: {written}")
