"""``platelaw decide``: one request, one answer."""

from __future__ import annotations

import datetime
import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from ..dsl import syntax as tree
from ..engine.cache import Cache
from ..engine.decision import Decision, Engine, not_understood
from ..engine.registry import Registry
from ..engine.render_json import View, decision_json
from ..engine.render_text import decision_text
from ..engine.request import Request
from ..engine.request_json import Reading, as_of, read_request
from .caching import cache_options
from .common import (
    EXIT_BAD_INPUT,
    EXIT_DENY,
    EXIT_HOLD,
    EXIT_OK,
    engine_from,
    policy_option,
    reference_option,
    registry_from,
    registry_option,
    stop,
)

EXITS = {
    tree.Outcome.PERMIT: EXIT_OK,
    tree.Outcome.HOLD: EXIT_HOLD,
    tree.Outcome.DENY: EXIT_DENY,
}
COLORS = {
    tree.Outcome.PERMIT: "green",
    tree.Outcome.HOLD: "yellow",
    tree.Outcome.DENY: "red",
}
view_option = click.option(
    "--view",
    type=click.Choice([view.value for view in View]),
    default=View.OWNER.value,
    show_default=True,
    help="For whom: a requester sees no hint of hits and no manual for rewording.",
)
simulate_option = click.option(
    "--simulate",
    is_flag=True,
    help="Believe the levels of proof, system and registry facts that the request states.",
)
at_option = click.option(
    "--at", "at", help="Decide as of this day or instant instead of the request's own."
)
proposed_option = click.option(
    "--with-proposed", is_flag=True, help="Let proposed bills take part; only with --simulate."
)


@click.command("decide")
@click.argument(
    "request_file", metavar="REQUEST.json|-", type=click.Path(path_type=Path, allow_dash=True)
)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@simulate_option
@at_option
@view_option
@proposed_option
@reference_option
@policy_option
@cache_options
@registry_option
def decide_command(
    request_file: Path,
    as_json: bool,
    simulate: bool,
    at: str | None,
    view: str,
    with_proposed: bool,
    by_reference: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """May this search or share proceed?

    Reads one request as JSON (see `platelaw schema request`) and answers PERMIT, HOLD or DENY.
    Exit code: 0 PERMIT, 3 HOLD, 4 DENY, 2 if the request cannot be gone by (which is DENY too).

    \b
    Examples:
      platelaw decide request.json
      platelaw decide --json - < request.json
      platelaw decide --at 2026-04-14 request.json
      platelaw decide --simulate request.json
    """  # noqa: D301
    if with_proposed and not simulate:
        stop("a proposed bill is no law", "add --simulate to --with-proposed")
    registry = registry_from(registry_folder)
    engine = engine_from(places, registry, cache, proposed=with_proposed, by_reference=by_reference)
    decision = answer(engine, request_file, simulate=simulate, at=at)
    if as_json:
        click.echo(json.dumps(decision_json(decision, View(view)), indent=2, ensure_ascii=False))
    else:
        show(decision, View(view))
    raise SystemExit(exit_code(decision))


def answer(engine: Engine, file: Path, *, simulate: bool, at: str | None) -> Decision:
    """Read a request and decide it; one that cannot be gone by is DENY."""
    return decided(engine, *read_file(engine, file, simulate=simulate, at=at))


def read_file(
    engine: Engine, file: Path, *, simulate: bool, at: str | None
) -> tuple[Reading, datetime.datetime]:
    """A request file as of a day, and the moment at which it was read."""
    now = datetime.datetime.now(datetime.UTC)
    reading = read_request(file_text(file), engine, now=now, simulate=simulate)
    if reading.request is not None and at is not None:
        reading.request = moved(reading.request, at, engine.registry, "--at")
    return reading, now


def decided(engine: Engine, reading: Reading, now: datetime.datetime) -> Decision:
    """The answer to what was read; what cannot be gone by is DENY."""
    if reading.request is None:
        return not_understood(engine.library, reading, now)
    decision = engine.decide(reading.request, decided_at=now, registry=reading.registry)
    return replace(decision, notes=(*decision.notes, *reading.notes))


def moved(request: Request, at: str, registry: Registry, option: str) -> Request:
    """The request as of another day."""
    found, faults = as_of(request, at, registry)
    if found is None:
        stop(f"{option}: {faults[0].message}", faults[0].help)
    return found


def file_text(file: Path) -> bytes:
    """What a file holds, or standard input."""
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as fault:
        stop(
            f"{file}: {fault.strerror or fault}",
            "name a file that can be read, or - for standard input",
        )


def show(decision: Decision, view: View) -> None:
    """Print the answer, the word in color on a terminal."""
    head, _, rest = decision_text(decision, view).partition("\n")
    word, _, sentence = head.partition(" ")
    click.echo(click.style(word, fg=COLORS[decision.outcome], bold=True) + f" {sentence}")
    click.echo(rest, nl=False)


def exit_code(decision: Decision) -> int:
    """The exit code of an answer."""
    return EXIT_BAD_INPUT if decision.reason == "not understood" else EXITS[decision.outcome]
