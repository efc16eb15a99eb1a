"""``platelaw diff``: which requests get another answer."""

from __future__ import annotations

import datetime
import json
import re
from pathlib import Path

import click

from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.diff.changes import Change, Difference, Direction, Side
from ..engine.diff.comparing import Comparer
from ..engine.diff.render_json import difference_json
from ..engine.diff.render_text import difference_markdown, difference_text
from ..engine.proving.solver import SolverMissingError, load
from .caching import cache_options
from .common import (
    EXIT_NOTHING,
    EXIT_OK,
    engine_from,
    policy_option,
    registry_from,
    registry_option,
    stop,
)
from .day import Day

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FAIL_ON = ("changed", "loosened", "nothing")


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--only", metavar="TEXT", help="Only classes of rules whose id holds this text.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="changed",
    show_default=True,
    help="What ends with exit code 1; what is unknown counts as both.",
)
@click.option(
    "--within",
    "seconds",
    type=click.FloatRange(min=0.001),
    default=20.0,
    show_default=True,
    help="Seconds for one question; what needs longer is unknown.",
)
@click.option("--full", is_flag=True, help="Show a request for every change of an answer.")
@click.option("--markdown", is_flag=True, help="Print the outcome as Markdown, for a review.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@policy_option
@cache_options
@registry_option
def diff_command(
    old: str,
    new: str,
    only: str | None,
    fail_on: str,
    seconds: float,
    full: bool,
    markdown: bool,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Tell which requests get another answer, and show one of each kind.

    OLD and NEW are two days of one library. Requests are told in classes: what is asked for, the
    old and the new answer, the rule that decides. Each class is shown by a request that was
    decided anew on both sides, and there is no further class unless UNKNOWN is told. Needs the
    extra `solver`.

    Exit code 0 if nothing changes that --fail-on names, 1 if something does or is unknown, 2 for
    bad input.

    \b
    Examples:
      platelaw diff 2026-09-30 2026-10-01
      platelaw diff 2026-09-30 2026-10-01 --only ct/alpr-act --markdown
    """  # noqa: D301
    if markdown and as_json:
        stop("--markdown and --json exclude each other", "keep one")
    try:
        load()
    except SolverMissingError:
        stop("the solver is not installed", "pip install 'platelaw[solver]'")
    registry = registry_from(registry_folder)
    engine = engine_from(places, registry, cache)
    difference = Comparer(_side(engine, old), _side(engine, new), seconds).difference()
    changes = [c for c in difference.changes if only is None or only in c.deciding.by]
    if as_json:
        click.echo(json.dumps(difference_json(difference, changes), indent=2, ensure_ascii=False))
    elif markdown:
        click.echo(difference_markdown(difference, changes), nl=False)
    else:
        click.echo(difference_text(difference, changes, full=full), nl=False)
    raise SystemExit(_exit_code(difference, changes, fail_on))


def _side(engine: Engine, written: str) -> Side:
    day: datetime.datetime = Day().convert(written, None, None)
    return Side(written, engine, day.date())


def _exit_code(difference: Difference, changes: list[Change], fail_on: str) -> int:
    if fail_on == "nothing":
        return EXIT_OK
    counted = [c for c in changes if fail_on == "changed" or c.direction is Direction.LOOSENED]
    return EXIT_NOTHING if counted or difference.doubts else EXIT_OK
