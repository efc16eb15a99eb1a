"""``platelaw diff``: which requests get another answer."""

from __future__ import annotations

import datetime
import json
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ..engine.cache import Cache
from ..engine.diff.changes import Change, Difference, Direction
from ..engine.diff.comparing import Comparer
from ..engine.diff.render_json import difference_json
from ..engine.diff.render_logs import turns_json, turns_lines, turns_markdown
from ..engine.diff.render_page import page_markdown, page_text
from ..engine.diff.render_text import difference_markdown, difference_text
from .caching import cache_options
from .common import (
    EXIT_NOTHING,
    EXIT_OK,
    policy_option,
    registry_from,
    registry_option,
    stop,
)
from .day import Day
from .diff_crew import compared
from .diff_logs import AskedLogs, turns_of
from .search_logs import as_if_option, layout_option, own_searches_option, owner_option
from .sides import Loading
from .solving import need_solver, within_option

FAIL_ON = ("changed", "loosened", "nothing")


@click.command("diff")
@click.argument("old")
@click.argument("new")
@click.option("--states", is_flag=True, help="OLD and NEW are two governments, as CT and VA.")
@click.option(
    "--on",
    "day",
    type=Day(),
    metavar="DATE",
    help="The day, for two agencies or governments [default: today].",
)
@click.option("--only", metavar="TEXT", help="Only classes of rules whose id holds this text.")
@click.option(
    "--fail-on",
    type=click.Choice(FAIL_ON),
    default="changed",
    show_default=True,
    help="What ends with exit code 1; what is unknown counts as both.",
)
@within_option
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Count the searches of this log that would be judged otherwise; may be repeated.",
)
@owner_option
@as_if_option
@own_searches_option
@layout_option
@click.option("--full", is_flag=True, help="All of it: a request for every old and new answer.")
@click.option("--markdown", is_flag=True, help="Print the outcome as Markdown, for a review.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@policy_option
@cache_options
@registry_option
def diff_command(
    old: str,
    new: str,
    states: bool,
    day: datetime.datetime | None,
    only: str | None,
    fail_on: str,
    seconds: float,
    logs: tuple[Path, ...],
    owner: str | None,
    as_if: str | None,
    own_searches: bool,
    maps: tuple[Path, ...],
    full: bool,
    markdown: bool,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Tell on a page which requests get another answer, and show one of each kind.

    OLD and NEW are two days of one library, or two places: files or folders on top of the shipped
    library, or what a git revision has (`REV`, `REV:path`). Requests are told in classes: what is
    asked for, the old and the new answer, the rule that decides. Each class is shown by a request
    that was decided anew on both sides, and there is no further class unless UNKNOWN is told.
    Needs the extra `solver`.

    Two agencies, or with --states two governments, tell what only one of two laws allows: the same
    request, put to an owner of each.

    With --log, how many searches of a real log would be judged otherwise, by agency and by rule:
    between two days each row as if it were made on each, between two places on its own day.

    Exit code 0 if nothing changes that --fail-on names, 1 if something does or is unknown, 2 for
    bad input.

    \b
    Examples:
      platelaw diff 2026-09-30 2026-10-01
      platelaw diff 2026-09-30 2026-10-01 --only ct/alpr-act --full
      platelaw diff 2026-09-30 2026-10-01 --log audit.csv --owner CT/darien-pd
      platelaw diff before.policy after.policy --fail-on loosened
      platelaw diff main:our-agency our-agency/ --markdown
      platelaw diff --states CT VA --on 2026-11-03
    """  # noqa: D301
    if markdown and as_json:
        stop("--markdown and --json exclude each other", "keep one")
    need_solver()
    registry = registry_from(registry_folder)
    with TemporaryDirectory() as folder:
        loading = Loading(places, registry, cache, Path(folder))
        on = day.date() if day else datetime.date.today()
        sides = loading.sides(old, new, states=states, on=on)
        if logs and sides.exchange is not None:
            stop("a log is of one owner, and two are compared", "leave --log out")
        asked = AskedLogs(logs, maps, owner, as_if, own_searches)
        turns = turns_of(asked, registry, (sides.old, sides.new)) if logs else {}
        difference = compared(Comparer(sides.old, sides.new, seconds, sides.exchange))
    changes = [c for c in difference.changes if only is None or only in c.deciding.by]
    told_of = [each for each in difference.rules if each.decides or only is None or only in each.id]
    difference = replace(difference, rules=tuple(told_of))
    if as_json:
        found = difference_json(difference, changes)
        if logs:
            found["logs"] = {name: turns_json(each) for name, each in turns.items()}
        click.echo(json.dumps(found, indent=2, ensure_ascii=False))
    else:
        told = (difference_text, page_text), (difference_markdown, page_markdown)
        click.echo(told[markdown][not full](difference, changes), nl=False)
        lines = turns_markdown if markdown else turns_lines
        if logs:
            click.echo("\n".join(["", *lines(turns, full=full)]))
    raise SystemExit(_exit_code(difference, changes, fail_on))


def _exit_code(difference: Difference, changes: list[Change], fail_on: str) -> int:
    if fail_on == "nothing":
        return EXIT_OK
    counted = [c for c in changes if fail_on == "changed" or c.direction is Direction.LOOSENED]
    return EXIT_NOTHING if counted or difference.doubts else EXIT_OK
