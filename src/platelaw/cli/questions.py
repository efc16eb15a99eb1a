"""``platelaw questions``: what hangs on each open question of law."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ..engine.audit.layouts import shipped_layouts
from ..engine.audit.review import Reviewer
from ..engine.cache import Cache
from ..engine.counsel.asking import Counsel
from ..engine.counsel.render import questions_json, questions_markdown, questions_text
from ..engine.decision import Engine
from .caching import cache_options
from .common import (
    EXIT_NOTHING,
    EXIT_OK,
    engine_from,
    registry_from,
    registry_option,
    stop,
)
from .search_logs import (
    as_if_option,
    judge_all,
    open_log,
    own_searches_option,
    owner_of,
    owner_option,
    reviewer_of,
)


@click.command("questions")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--log",
    "logs",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="LOG",
    help="Also count the searches of this log that turn; may be repeated, of one agency.",
)
@owner_option
@as_if_option
@own_searches_option
@click.option(
    "--only", default="", metavar="TEXT", help="Only readings whose name or source has it."
)
@click.option("--markdown", "as_markdown", is_flag=True, help="Print Markdown.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@cache_options
@registry_option
def questions_command(
    places: tuple[Path, ...],
    logs: tuple[Path, ...],
    owner: str | None,
    as_if: str | None,
    own_searches: bool,
    only: str,
    as_markdown: bool,
    as_json: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Rank the open questions of law by how many decisions hang on each.

    Each reading that nobody has adopted is answered yes and answered no, and every example and
    every search of the logs is decided again. PLACES are files or folders on top of the shipped
    library. Each question comes with its source, the rules that read it, what turns either way, how
    many decisions are milder and stricter, and an example.

    Exit code 0, 1 if there is no open question, 2 if a place or a log cannot be read.

    \b
    Examples:
      platelaw questions
      platelaw questions --only 'Public Act 26-14' --markdown
      platelaw questions --log search_audit.csv --owner CT/darien-pd
    """  # noqa: D301
    if as_json and as_markdown:
        stop("--json and --markdown exclude each other", "keep one")
    if not logs and (owner or as_if or own_searches):
        stop("whose log it is matters only with a log", "add --log LOG")
    engine = engine_from(places, registry_from(registry_folder), cache)
    counsel = Counsel(engine, _reviewer(engine, logs, owner, as_if, own_searches=own_searches))
    found = counsel.questions(only)
    if only and not found:
        note = f"note: no open question's name or source has `{only}`; without --only all are asked"
        click.echo(note, err=True)
    if as_json:
        click.echo(json.dumps(questions_json(counsel, found), indent=2, ensure_ascii=False))
    elif as_markdown:
        click.echo(questions_markdown(counsel, found), nl=False)
    else:
        click.echo(questions_text(counsel, found), nl=False)
    raise SystemExit(EXIT_OK if found else EXIT_NOTHING)


def _reviewer(
    engine: Engine,
    logs: tuple[Path, ...],
    owner: str | None,
    as_if: str | None,
    *,
    own_searches: bool,
) -> Reviewer | None:
    """What has judged the logs; None if there are none."""
    if not logs:
        return None
    opened = [open_log(path, shipped_layouts()) for path in logs]
    searches = [log for found in opened for log in found.logs]
    if not searches:
        stop("no search log is among the files", "name one with --log")
    body = owner_of(engine.registry, logs, owner, as_if)
    reviewer = reviewer_of(engine, body, simulated=as_if is not None, own_searches=own_searches)
    judge_all(reviewer, searches)
    return reviewer
