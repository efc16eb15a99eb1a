"""``platelaw trace``: through which doors an owner's data can reach a zone of recipients."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..engine.flow.door import DoorClass
from ..engine.flow.render_json import trace_json
from ..engine.flow.render_text import trace_text
from ..engine.flow.tracing import QuestionError
from .caching import cache_options
from .common import EXIT_NOTHING, policy_option, registry_option, stop
from .flow_common import asked, html_option, map_option, question_options, reports_told
from .progress import counted

RANKED = (DoorClass.OPEN, DoorClass.ONE, DoorClass.MORE)


@click.command("trace")
@map_option
@question_options
@click.option("--show", type=click.IntRange(0), default=10, show_default=True,
              help="The most doors printed as text.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@html_option
@click.option(
    "--fail-on",
    type=click.Choice([klass.value for klass in RANKED]),
    metavar="CLASS",
    help="Exit with 1 if there is a door of this class (0, 1 or 2+) or a worse one.",
)
@policy_option
@cache_options
@registry_option
def trace_command(
    show: int, as_json: bool, html: Path | None, fail_on: str | None, **options: Any
) -> None:
    """Find the doors through which plate data reach a zone of recipients.

    MAP is a map of who shares with whom (docs/flow.md). Every hop is asked of the rules: a door
    of class 0 keeps all of them, one of class 1 takes one lie or broken promise, one of class L
    is lawful once what it names is proven. Each door comes with the rule and citation of every
    hop, and with the single acts that close it.

    Exit code 0 if the question was answered, 2 for bad input.

    \b
    Examples:
      platelaw trace --example
      platelaw trace --example --owner CT/hartford-pd --json
      platelaw trace map.zip --state CT --on 2026-09-30 --fail-on 0
      platelaw trace map.zip --state CT --html doors.html
    """  # noqa: D301
    ask = asked(**options)
    try:
        with counted(ask.question.owners, "owners traced") as progress:
            trace = ask.told(ask.tracer().trace(ask.question, progress))
    except QuestionError as fault:
        stop(str(fault))
    if html is not None:
        from ..engine.flow.report import write_report

        with reports_told():
            write_report(html, ask.map, trace, registry=ask.engine.registry, remarks=ask.remarks)
    if as_json:
        click.echo(json.dumps(trace_json(trace, ask.map), indent=2, ensure_ascii=False))
    else:
        ask.tell_remarks()
        click.echo(trace_text(trace, ask.map, shown=show), nl=False)
    if fail_on is not None:
        worse = RANKED[: RANKED.index(DoorClass(fail_on)) + 1]
        if any(reach.by_class.get(klass) for reach in trace.reaches for klass in worse):
            raise SystemExit(EXIT_NOTHING)
