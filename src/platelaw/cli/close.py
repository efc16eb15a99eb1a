"""``platelaw close``: which switches close the doors at the least loss of lawful sharing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from ..engine.decision import Engine
from ..engine.flow.closing.asking import Budget, Closing, ClosingError
from ..engine.flow.closing.plain import answer_json
from ..engine.flow.closing.plan import Answer, UnverifiedError
from ..engine.flow.closing.rendering import answer_text
from ..engine.flow.closing.solving import Status
from ..engine.flow.door import DoorClass
from ..engine.flow.tracing import QuestionError
from .caching import cache_options
from .closing import (
    closing_answer,
    demands_from,
    holders_of,
    losses_from,
    rules_instead,
    write_drafts,
)
from .common import (
    EXIT_FAULTS,
    EXIT_NOTHING,
    EXIT_OK,
    engine_from,
    policy_option,
    registry_option,
    stop,
)
from .flow_common import (
    Asked,
    asked,
    html_option,
    map_option,
    question_options,
    reports_told,
)

Command = TypeVar("Command", bound=Callable[..., Any])
CLASSES = {"0": DoorClass.OPEN, "1": DoorClass.ONE, "2+": DoorClass.MORE}
EXITS = {
    Status.OPTIMAL: EXIT_OK,
    Status.NOTHING: EXIT_OK,
    Status.UNCUTTABLE: EXIT_NOTHING,
    Status.PROTECTED: EXIT_NOTHING,
    Status.BOUND: EXIT_FAULTS,
    Status.UNKNOWN: EXIT_FAULTS,
}


def closing_options(command: Command) -> Command:
    """What limits the plan, and what is wanted beside it."""
    for add in reversed((
        click.option("--class", "class_", type=click.Choice(list(CLASSES)), default="1",
                     show_default=True, metavar="CLASS",
                     help="Close the doors of this class (0, 1 or 2+) and worse ones."),
        click.option("--in-state", "governments", multiple=True, metavar="CODE",
                     help="Ask only bodies of this government to close switches; may be repeated."),
        click.option("--never-cut", "never", multiple=True, metavar="SWITCH",
                     help="Leave this switch on, by its key; may be repeated."),
        click.option("--protect", "demands_file", type=click.Path(path_type=Path), metavar="FILE",
                     help="Lawful demands that must stay possible, or have a price (TOML)."),
        click.option("--losses", "losses_file", type=click.Path(path_type=Path), metavar="FILE",
                     help="What closing each switch costs, by key (CSV)."),
        click.option("--budget", type=click.IntRange(1), metavar="N",
                     help="Ask for at most so many switches and leave as few doors as they can."),
        click.option("--most-loss", type=click.FloatRange(0), metavar="LOSS",
                     help="Ask for at most this loss and leave as few doors as that can."),
        click.option("--effort", type=click.FloatRange(0), default=0.0, metavar="LOSS",
                     help="What asking for one switch counts as beside its loss: more of it makes "
                     "plans of fewer switches."),
        click.option("--alternatives", type=click.IntRange(0, 20), default=0, show_default=True,
                     help="So many next best plans."),
        click.option("--phases", type=click.IntRange(0, 20), default=0, show_default=True,
                     help="In how many steps to close, the most exposure first (a heuristic)."),
        click.option("--pareto", is_flag=True, help="Set doors left against lawful loss."),
        click.option("--time-limit", type=click.FloatRange(0), default=60.0, show_default=True,
                     metavar="SECONDS", help="The most that the solver takes for one plan."),
        click.option("--show", type=click.IntRange(0), default=10, show_default=True,
                     help="The most holders printed as text."),
        click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON."),
        click.option("-o", "--output", type=click.Path(path_type=Path), metavar="DIRECTORY",
                     help="Write the plan as a draft change into a new folder."),
    )):  # fmt: skip
        command = add(command)
    return command


@click.command("close")
@map_option
@question_options
@closing_options
@html_option
@policy_option
@cache_options
@registry_option
def close_command(
    class_: str,
    governments: tuple[str, ...],
    never: tuple[str, ...],
    demands_file: Path | None,
    losses_file: Path | None,
    budget: int | None,
    most_loss: float | None,
    effort: float,
    alternatives: int,
    phases: int,
    pareto: bool,
    time_limit: float,
    show: int,
    as_json: bool,
    output: Path | None,
    html: Path | None,
    **options: Any,
) -> None:
    """Find the switches that close every door at the least loss of lawful sharing.

    A switch is one setting, contract or membership, and many doors may pass it. The plan comes
    with a proof that nothing costs less, or with the gap to what is proved; it is traced again
    before it is printed. What closing a switch costs is printed with every answer.

    Exit code 0 if there is a plan or nothing to close, 1 if it cannot be closed (the way that
    stays open is printed), 2 for bad input, 5 if the time limit came before the proof.

    \b
    Examples:
      platelaw close --example worked
      platelaw close --example worked --in-state CT --alternatives 5
      platelaw close --example --state CA --class 0 --budget 5
      platelaw close --example worked --json -o draft
    """  # noqa: D301
    if output is not None and output.exists():
        stop(f"{output}: is there already", "name a folder that is not there yet")
    if alternatives and (budget is not None or most_loss is not None):
        stop("next best plans are of whole plans", "leave --alternatives away, or the budget")
    ask = asked(**options)
    try:
        closing = Closing(
            tuple(CLASSES.values())[: list(CLASSES).index(class_) + 1],
            holders_of(ask, governments),
            frozenset(never),
            demands_from(demands_file, ask),
            Budget(budget, most_loss),
            time_limit,
            alternatives,
            phases,
            pareto,
            effort,
        )
        answer = closing_answer(ask, closing, losses_from(losses_file))
    except (QuestionError, ClosingError) as fault:
        stop(str(fault))
    except UnverifiedError as fault:
        click.echo(f"error: {fault}: a fault of platelaw; no plan is printed", err=True)
        raise SystemExit(EXIT_FAULTS) from None
    rules = None
    if output is not None and answer.plan is None:
        click.echo(f"note: {output}: not written, as there is no plan", err=True)
    elif output is not None:
        rules = rules_instead(ask, answer, lambda folder: _engine_with(folder, ask, options))
        write_drafts(output, answer, ask, rules)
    if html is not None:
        _write_report(html, ask, answer)
    if as_json:
        click.echo(json.dumps(answer_json(answer, ask.map, rules), indent=2, ensure_ascii=False))
    else:
        ask.tell_remarks()
        click.echo(answer_text(answer, ask.map, shown=show, rules=rules), nl=False)
    raise SystemExit(EXITS[answer.status])


def _write_report(html: Path, ask: Asked, answer: Answer) -> None:
    """The doors and the plan as one page."""
    from ..engine.flow.report import write_report
    from ..engine.flow.report.of_plan import plan_view

    with reports_told():
        write_report(
            html, ask.map, ask.tracer().trace(ask.question), registry=ask.engine.registry,
            remarks=ask.remarks, plan=plan_view(answer, ask.map),
        )  # fmt: skip


def _engine_with(folder: Path, ask: Asked, options: Mapping[str, Any]) -> Engine:
    """The engine with the policies of a folder too."""
    places = (*options["places"], folder)
    return engine_from(
        places, ask.engine.registry, options["cache"], proposed=options["proposed"]
    )  # fmt: skip
