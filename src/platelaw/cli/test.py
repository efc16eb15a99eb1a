"""``platelaw test``: the examples of a library as its tests."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
from click.core import ParameterSource

from ..engine.cache import Cache
from ..engine.examples import ExampleResult, run_examples
from ..engine.library import shipped
from ..engine.registry import Registry
from ..engine.testing.coverage_page import coverage_page
from ..engine.testing.coverage_report import coverage_json, coverage_text, shown
from ..engine.testing.junit import junit_xml
from ..engine.testing.measuring import Coverage, measure
from ..engine.testing.render_json import results_json
from ..engine.testing.render_text import failure_text, summary_text
from ..engine.testing.selection import matching, of_files
from .caching import cache_options
from .common import (
    EXIT_FAULTS,
    EXIT_NOTHING,
    EXIT_OK,
    engine_from,
    files_in,
    registry_from,
    registry_option,
    stop,
)
from .watching import stamps, until_changed
from .writing import write_file


def _cores() -> int:
    """How many processes can work at once."""
    return os.cpu_count() or 1


@dataclass(frozen=True, slots=True)
class _Order:
    """What the command line asks for."""

    places: tuple[Path, ...]
    words: tuple[str, ...]
    as_json: bool
    junit: Path | None
    coverage: bool
    page: Path | None
    fail_under: float | None
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
@click.option("--coverage", is_flag=True, help="Say which outcomes of what PLACES say are reached.")
@click.option(
    "--coverage-page",
    "page",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Also write the policy text with marks of what is reached, as one HTML page.",
)
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="PERCENT",
    help="End with 5 if less than this is reached.",
)
@click.option(
    "--mutate",
    "mutate_too",
    is_flag=True,
    help="Change what PLACES say one step at a time, and tell which changes no example notices.",
)
@click.option(
    "--sample",
    type=click.IntRange(min=1),
    metavar="N",
    help="With --mutate: only N changes, drawn by lot.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="What the draw of --sample depends on."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=_cores,
    show_default="one a core",
    help="With --mutate: so many processes at once.",
)
@click.option(
    "--within",
    "seconds",
    type=click.FloatRange(min=0),
    default=10.0,
    show_default=True,
    help="With --mutate: seconds for one question to the solver; 0 asks none.",
)
@click.option(
    "--resume",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="With --mutate: go on from the results in this file, and add to it.",
)
@click.option("--watch", is_flag=True, help="Run again whenever a file of PLACES changes.")
@cache_options
@registry_option
def test_command(
    places: tuple[Path, ...],
    words: tuple[str, ...],
    as_json: bool,
    junit: Path | None,
    coverage: bool,
    page: Path | None,
    fail_under: float | None,
    mutate_too: bool,
    sample: int | None,
    seed: int,
    workers: int,
    seconds: float,
    resume: Path | None,
    watch: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Run the examples of policy files as tests.

    PLACES are files or folders, on top of the shipped library or, with a root vocabulary, a
    library of their own; only their examples run. Without any, those of the shipped library run.
    Of an example that fails, the expected and the actual answer are shown side by side, with the
    first condition that came out otherwise. --coverage counts every outcome of every rule,
    condition, exception, ground, duty, parameter and date that the examples reach. Exit code 0 if
    all pass, 5 if one fails or too little is reached, 1 if there is none to run, 2 if a place
    cannot be read or the library is refused.

    --mutate changes what PLACES say one step at a time: an exception left out, a day moved, a
    comparison turned. A change that no example notices is shown with an example that would,
    ready to be put beside the others, unless the solver proves that no request could tell. A
    `known.toml` beside the policies says which survivors stay, and why.

    \b
    Examples:
      platelaw test my-agency/
      platelaw test my-agency/ -k retention
      platelaw test my-agency/ --junit results.xml
      platelaw test my-agency/ --watch
      platelaw test my-agency/ --coverage --fail-under 90
      platelaw test my-agency/ --coverage-page coverage.html
      platelaw test my-agency/ --mutate --resume mutants.log
    """  # noqa: D301
    _refuse_idle(mutate_too)
    measured = coverage or page is not None or fail_under is not None
    registry = registry_from(registry_folder)
    if mutate_too:
        from .mutating import MutationOrder, mutate

        changes = MutationOrder(
            places, words, sample, seed, workers, seconds, resume, as_json, fail_under
        )
        raise SystemExit(mutate(changes, registry, cache))
    order = _Order(places, words, as_json, junit, measured, page, fail_under, cache, registry)
    if watch:
        _watch(order)
    raise SystemExit(_run(order))


_OF_MUTATING = {
    "sample": "--sample", "seed": "--seed", "workers": "--workers", "seconds": "--within",
    "resume": "--resume",
}  # fmt: skip
_OF_EXAMPLES = {
    "junit": "--junit", "coverage": "--coverage", "page": "--coverage-page", "watch": "--watch"
}  # fmt: skip


def _refuse_idle(mutate_too: bool) -> None:
    """Refuse an option that would do nothing here."""
    source = click.get_current_context().get_parameter_source
    for name, option in (_OF_EXAMPLES if mutate_too else _OF_MUTATING).items():
        if source(name) is ParameterSource.COMMANDLINE:
            if mutate_too:
                stop(f"{option} does nothing with --mutate", "run the examples without --mutate")
            stop(f"{option} does nothing without --mutate", "add --mutate, or leave it out")


def _run(order: _Order) -> int:
    """Run the examples once and say what came of it; the exit code."""
    own = files_in(order.places)
    engine = engine_from(order.places, order.registry, order.cache)
    mine = of_files(engine.library.examples, own)
    chosen = matching(mine, order.words)
    results = run_examples(engine, chosen)
    coverage = measure(engine, chosen, own) if order.coverage else None
    _write(order, results, coverage)
    if order.as_json:
        report = results_json(results, len(mine) - len(chosen), engine.library.digest)
        reached = {"coverage": coverage_json(coverage)} if coverage else {}
        click.echo(json.dumps(report | reached, indent=2))
    else:
        _show(results, len(mine) - len(chosen), coverage)
    return _exit_code(order, results, coverage, len(mine) - len(chosen))


def _exit_code(
    order: _Order, results: Sequence[ExampleResult], coverage: Coverage | None, left_out: int
) -> int:
    if not results:
        none = "there is no example to run; docs/language.md shows one"
        if left_out:
            none = f"no example has the words of -k; without it {left_out} would run"
        click.echo(f"note: {none}", err=True)
        return EXIT_NOTHING
    least = order.fail_under
    if coverage is not None and least is not None and coverage.percent < least:
        reached = shown(*coverage.of())
        click.echo(f"{reached} is reached, less than --fail-under {least:g}", err=True)
        return EXIT_FAULTS
    return EXIT_FAULTS if any(result.faults for result in results) else EXIT_OK


def _write(order: _Order, results: Sequence[ExampleResult], coverage: Coverage | None) -> None:
    if order.junit is not None:
        write_file(order.junit, junit_xml(results).encode())
    if order.page is not None and coverage is not None:
        write_file(order.page, coverage_page(coverage).encode())


def _show(results: Sequence[ExampleResult], left_out: int, coverage: Coverage | None) -> None:
    for result in results:
        if result.faults:
            head, _, rest = failure_text(result).partition("\n")
            click.echo(f"{click.style(head, fg='red', bold=True)}\n{rest}\n")
    click.echo(summary_text(results, left_out))
    if coverage is not None:
        click.echo(coverage_text(coverage))


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
