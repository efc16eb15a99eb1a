"""``platelaw test``: the examples of a library as its tests."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from ..engine.cache import Cache
from ..engine.examples import ExampleResult, run_examples
from ..engine.library import LibraryError, policy_files, shipped
from ..engine.registry import Registry
from ..engine.testing.junit import junit_xml
from ..engine.testing.render_json import results_json
from ..engine.testing.render_text import failure_text, summary_text
from ..engine.testing.selection import matching, of_files
from .caching import cache_options
from .common import (
    EXIT_FAULTS,
    EXIT_NOTHING,
    EXIT_OK,
    engine_from,
    registry_from,
    registry_option,
    stop,
)
from .watching import stamps, until_changed


@dataclass(frozen=True, slots=True)
class _Order:
    """What the command line asks for."""

    places: tuple[Path, ...]
    words: tuple[str, ...]
    as_json: bool
    junit: Path | None
    cache: Cache | None
    registry: Registry


@click.command("test")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "-k",
    "words",
    multiple=True,
    metavar="WORDS",
    help="Only examples with these words in their title, policy, file or rules; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option(
    "--junit",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the results as JUnit XML.",
)
@click.option("--watch", is_flag=True, help="Run again whenever a file of PLACES changes.")
@cache_options
@registry_option
def test_command(
    places: tuple[Path, ...],
    words: tuple[str, ...],
    as_json: bool,
    junit: Path | None,
    watch: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Run the examples of policy files as tests.

    PLACES are files or folders, on top of the shipped library or, with a root vocabulary, a
    library of their own; only their examples run. Without any, those of the shipped library run.
    Of an example that fails, the expected and the actual answer are shown side by side, with the
    first condition that came out otherwise. Exit code 0 if all pass, 5 if one fails, 1 if there is
    none to run, 2 if a place cannot be read or the library is refused.

    \b
    Examples:
      platelaw test my-agency/
      platelaw test my-agency/ -k retention
      platelaw test my-agency/ --junit results.xml
      platelaw test my-agency/ --watch
    """  # noqa: D301
    order = _Order(places, words, as_json, junit, cache, registry_from(registry_folder))
    if watch:
        _watch(order)
    raise SystemExit(_run(order))


def _run(order: _Order) -> int:
    """Run the examples once and say what came of it; the exit code."""
    try:
        own = {name for name, _ in policy_files(order.places)}
    except LibraryError as fault:
        stop(str(fault))
    engine = engine_from(order.places, order.registry, order.cache)
    mine = of_files(engine.library.examples, own)
    chosen = matching(mine, order.words)
    results = run_examples(engine, chosen)
    _show(order, results, len(mine) - len(chosen), engine.library.digest)
    if not results:
        return EXIT_NOTHING
    return EXIT_FAULTS if any(result.faults for result in results) else EXIT_OK


def _show(order: _Order, results: Sequence[ExampleResult], left_out: int, digest: str) -> None:
    if order.junit is not None:
        write(order.junit, junit_xml(results))
    if order.as_json:
        click.echo(json.dumps(results_json(results, left_out, digest), indent=2))
        return
    for result in results:
        if result.faults:
            head, _, rest = failure_text(result).partition("\n")
            click.echo(f"{click.style(head, fg='red', bold=True)}\n{rest}\n")
    click.echo(summary_text(results, left_out))
    if not results:
        click.echo("note: no example is left to run; see `expect` in docs/language.md", err=True)


def write(file: Path, text: str) -> None:
    """Write a report whole, or end with a message."""
    beside = file.with_name(f".{file.name}.part")
    try:
        beside.write_text(text, "utf-8")
        beside.replace(file)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        stop(f"{file}: cannot be written: {fault.strerror or fault}")


def _watch(order: _Order) -> None:
    """Run now and after every change, until Ctrl-C; a library that is refused ends nothing."""
    places = order.places or (shipped(),)
    try:
        while True:
            before = stamps(places)
            try:
                _run(order)
            except SystemExit:
                click.echo("waiting for a mend", err=True)
            click.echo(f"changed: {', '.join(until_changed(places, before))}", err=True)
    except KeyboardInterrupt:
        raise SystemExit(EXIT_OK) from None
