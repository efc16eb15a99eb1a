"""``platelaw flow history``: what opened since a day, by which change, and who searched there."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..engine.audit.reader import LogError, open_logs
from ..engine.audit.review import NoLawBindsError, Reviewer
from ..engine.decision import Engine
from ..engine.flow.door import Trace
from ..engine.flow.history.comparing import history
from ..engine.flow.history.rendering import Joined, history_json, history_text
from ..engine.flow.history.searches import searches_of, searches_on_doors, unresolved_rows
from ..engine.flow.importing.assuming import with_assumptions
from ..engine.flow.model import FlowMap
from ..engine.flow.scenario.errors import ScenarioError
from ..engine.flow.tracing import QuestionError
from .caching import cache_options
from .common import policy_option, registry_from, registry_option, stop
from .day import Day
from .flow_common import asked, map_from, map_option, question_options
from .progress import counted
from .settings import bounds_of, setting_of, tracer_maker


@click.command("history")
@map_option
@click.option(
    "--since",
    type=Day(),
    required=True,
    metavar="DATE",
    help="The earlier day; the later one is --on.",
)
@click.option(
    "--before",
    "earlier",
    type=click.Path(path_type=Path),
    metavar="MAP",
    help="The map of the earlier day, if it is another file; else the dates of MAP tell.",
)
@click.option(
    "--registry-before",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="DIRECTORY",
    help="What was on file on the earlier day, if it is another folder.",
)
@click.option(
    "--log",
    "log",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A search log of one owner, whose searches are counted on its doors.",
)
@click.option("--log-owner", metavar="KEY", help="Whose log it is, by its registry key or ORI.")
@question_options
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@policy_option
@cache_options
@registry_option
def history_command(
    since: datetime.datetime,
    earlier: Path | None,
    registry_before: Path | None,
    log: Path | None,
    log_owner: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Tell which doors opened since a day, and which change opened each.

    The doors of both days are compared. Of each door that opened, the changes are named without
    which it would not stand: relations, switches and guards of the map, what is on file of a body,
    and the day on which the law turned. With a log, the searches of whoever is first on a door are
    counted: bodies and verdicts, no person.

    Exit code 0 if the question was answered, 2 for bad input.

    \b
    Examples:
      platelaw flow history --example worked --state CT --since 2025-07-01 --on 2026-11-03
      platelaw flow history now.zip --before then.zip --state CT --since 2026-01-01 --json
    """  # noqa: D301
    if (log is None) != (log_owner is None):
        stop("a log is read for its owner", "give both --log FILE and --log-owner KEY")
    ask = asked(**options)
    with_, without = options["with_"], options["without"]
    after = setting_of(ask, options["places"], with_=with_, without=without)
    before = replace(after, day=since.date())
    if before.day >= after.day:
        stop(f"{before.day} is not before {after.day}", "give an earlier day with --since")
    if registry_before is not None:
        before = replace(before, registry=registry_from(registry_before))
    if earlier is not None:
        then = map_from(earlier, example=None)
        before = before.with_map(with_assumptions(then, after.assumptions, before.registry))
    try:
        with counted(("before", "after", "causes"), "answers") as progress:
            tracer_of = tracer_maker(ask, after, options["cache"])
            found = history(before, after, ask.question, tracer_of, progress)
    except (QuestionError, ScenarioError) as fault:
        stop(str(fault))
    later = found.after
    found = replace(found, after=replace(later, bounds=(*later.bounds, *bounds_of(ask))))
    joined = None
    if log is not None and log_owner is not None:
        joined = _joined(log, log_owner, ask.engine, found.after, after.flow_map)
    if as_json:
        answer = history_json(found, before.flow_map, after.flow_map, joined)
        click.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        click.echo(history_text(found, before.flow_map, after.flow_map, joined), nl=False)


def _joined(log: Path, key: str, engine: Engine, trace: Trace, flow_map: FlowMap) -> Joined:
    """The searches of a log on the doors of its owner."""
    body = engine.registry.get(key)
    if body is None:
        stop(f"no agency of the registry has the key or ORI `{key}`",
             "find its key with `platelaw agencies NAME`")  # fmt: skip
    owners = [owner for owner in trace.question.owners if flow_map.nodes[owner].body == body.key]
    if not owners:
        stop(f"the doors of `{body.key}` are not asked about", "name it with --owner too")
    try:
        reviewer = Reviewer(engine, body)
        for each in open_logs(log).logs:
            for _ in reviewer.read(each):
                pass
    except LogError as fault:
        stop(f"{log}: {fault.message}", fault.help)
    except NoLawBindsError:
        stop(f"no law of the library binds {body.key}", "give the log of an agency that one binds")
    doors = [door for door in trace.doors if door.source in owners]
    review = reviewer.review
    on_doors = searches_on_doors(doors, flow_map, searches_of(review))
    return Joined(owners[0], review.rows, unresolved_rows(review), on_doors)
