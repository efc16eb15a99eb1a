"""``platelaw simulate``: what scenarios open, close and cost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from ..engine.cache import Cache
from ..engine.flow.scenario.errors import ScenarioError
from ..engine.flow.scenario.form import EXTENSION, read_scenario
from ..engine.flow.scenario.parameters import days_of_parameter
from ..engine.flow.scenario.render_json import simulation_json
from ..engine.flow.scenario.render_text import simulation_text
from ..engine.flow.scenario.scenario import Scenario
from ..engine.flow.scenario.shipped import shipped_names, shipped_scenario
from ..engine.flow.scenario.simulating import Simulation, Simulator
from ..engine.flow.tracing import QuestionError
from .caching import cache_options
from .common import policy_option, registry_option, stop
from .flow_common import Asked, asked, html_option, map_option, question_options, reports_told
from .progress import counted
from .settings import bounds_of, setting_of, tracer_maker

ILLUSTRATION = "worked"


@click.command("simulate")
@map_option
@click.option(
    "--scenario",
    "names",
    multiple=True,
    metavar="FILE",
    help="A scenario file, or the name of a shipped one; may be repeated. With --example worked "
    "alone, every shipped one.",
)
@question_options
@click.option(
    "--residual", is_flag=True, help="Tell who can still have what was taken before, until when."
)
@click.option(
    "--retention",
    metavar="PARAMETER",
    help="With --residual: take this parameter of the library for the retention of bodies of "
    "which none is on file; else it is unknown.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@html_option
@policy_option
@cache_options
@registry_option
def simulate_command(
    names: tuple[str, ...],
    residual: bool,
    retention: str | None,
    as_json: bool,
    html: Path | None,
    **options: Any,
) -> None:
    """Tell what a change would open, close and cost, before anybody makes it.

    MAP is a map of who shares with whom (docs/flow.md); a scenario is a file of changes
    (docs/scenarios.md): somebody leaves a network, a declaration lapses, a bill is adopted. Each is
    applied by itself, every hop is asked of the rules again, and the doors are compared. Nothing
    is changed anywhere.

    Exit code 0 if the question was answered, 2 for bad input.

    \b
    Examples:
      platelaw simulate --example worked --state CT
      platelaw simulate --example worked --owner CT/openbridge-pd --scenario agreement-signed
      platelaw simulate map.zip --state CT --scenario leaves.toml --residual --json
    """  # noqa: D301
    if retention and not residual:
        stop("--retention says how long copies are kept", "add --residual")
    scenarios = tuple(_scenarios(names, options["example"]))
    ask = asked(**options)
    cache: Cache | None = options["cache"]
    setting = setting_of(ask, options["places"], with_=options["with_"], without=options["without"])
    try:
        days = days_of_parameter(ask.engine.library, retention, ask.question.day)
        with counted(("as it is", *scenarios), "answers") as progress:
            tracer_of = tracer_maker(ask, setting, cache)
            simulation = Simulator(setting, ask.question, tracer_of, progress).run(
                scenarios, with_residues=residual, default_days=days
            )
    except ScenarioError as fault:
        stop(fault.message, fault.help)
    except QuestionError as fault:
        stop(str(fault))
    before = simulation.before
    before = replace(before, bounds=(*before.bounds, *bounds_of(ask)))
    simulation = replace(simulation, before=before)
    if html is not None:
        _write_report(html, ask, simulation)
    if as_json:
        found = simulation_json(simulation, ask.map)
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        click.echo(simulation_text(simulation, ask.map), nl=False)


def _write_report(html: Path, ask: Asked, simulation: Simulation) -> None:
    """The doors as they are and the comparison as one page."""
    from ..engine.flow.report import write_report
    from ..engine.flow.report.of_scenarios import scenarios_view

    with reports_told():
        write_report(
            html, ask.map, simulation.before, registry=ask.engine.registry,
            remarks=ask.remarks, scenarios=scenarios_view(simulation, ask.map),
        )  # fmt: skip


def _scenarios(names: Iterable[str], example: str | None) -> Iterable[Scenario]:
    """The scenarios named; of the illustration all that are shipped."""
    wanted = list(names)
    if not wanted and example == ILLUSTRATION:
        wanted = list(shipped_names())
    if not wanted:
        stop(
            "no scenario is named", "name a file with --scenario; docs/scenarios.md tells the form"
        )
    for name in wanted:
        is_file = name.endswith(EXTENSION) or Path(name).exists()
        try:
            yield read_scenario(Path(name)) if is_file else shipped_scenario(name)
        except ScenarioError as fault:
            stop(fault.message, fault.help)
