"""``platelaw explain``: how an answer came about, and what would move it."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import click

from ..engine.cache import Cache
from ..engine.decision import Decision, Engine
from ..engine.fault import Fault
from ..engine.proving.solver import SolverMissingError
from ..engine.registry import Registry
from ..engine.render_json import View, decision_json
from ..engine.render_text import explanation_text
from ..engine.request import Request
from ..engine.whatif.comparing import Compared, compared
from ..engine.whatif.nearest import Finder
from ..engine.whatif.reading import Read, read_instrument, read_what_ifs
from ..engine.whatif.render_json import compared_json, nearest_json
from ..engine.whatif.render_text import compared_text, nearest_text
from ..engine.whatif.suppositions import Supposition, engine_for, supposed
from .caching import cache_options
from .common import (
    engine_from,
    policy_option,
    reference_option,
    registry_from,
    registry_option,
    stop,
    tell,
)
from .decide import (
    at_option,
    decided,
    exit_code,
    file_text,
    moved,
    proposed_option,
    read_file,
    show,
    simulate_option,
)
from .solving import stop_without_solver


@dataclass(frozen=True, slots=True)
class _Order:
    """What is supposed: facts as they were typed, instruments, another day."""

    texts: tuple[str, ...]
    instruments: tuple[Path, ...]
    on: str | None

    def __bool__(self) -> bool:
        """Whether anything is."""
        return bool(self.texts or self.instruments or self.on)

    def words(self) -> list[str]:
        """Each as it was typed."""
        files = [f"the instrument of {file} is presented and verified" for file in self.instruments]
        day = [f"the day is {self.on}"] if self.on else []
        return [*self.texts, *files, *day]


@click.command("explain")
@click.argument(
    "request_file", metavar="REQUEST.json|-", type=click.Path(path_type=Path, allow_dash=True)
)
@click.option("--all", "all_rules", is_flag=True, help="Show the conditions of clear rules too.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
@click.option(
    "--what-if",
    "texts",
    multiple=True,
    metavar="'FACT is VALUE'",
    help="Suppose this and show both answers; may be repeated. VALUE may be `proven`, `unproven` "
    "or `left out` too.",
)
@click.option(
    "--add-instrument",
    "instruments",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE.json",
    help="Suppose that this instrument is presented and verified; may be repeated.",
)
@click.option(
    "--nearest-permit",
    "nearest",
    is_flag=True,
    help="Show the least that would have to be otherwise for a PERMIT, or that nothing would do.",
)
@click.option(
    "--within",
    "seconds",
    type=click.FloatRange(min=0.001),
    default=20.0,
    show_default=True,
    help="Seconds for one question to the solver, for --nearest-permit.",
)
@click.option("--on", "on", metavar="DATE", help="Suppose that it is asked on this day.")
@simulate_option
@at_option
@proposed_option
@reference_option
@policy_option
@cache_options
@registry_option
def explain_command(
    request_file: Path,
    all_rules: bool,
    as_json: bool,
    texts: tuple[str, ...],
    instruments: tuple[Path, ...],
    nearest: bool,
    seconds: float,
    on: str | None,
    simulate: bool,
    at: str | None,
    with_proposed: bool,
    by_reference: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Show how the answer came about: every rule, every condition, every fact.

    With --what-if, --add-instrument or --on it shows the answer before and after, side by side,
    and for each rule that moved the first condition that came out otherwise.

    With --nearest-permit it shows the least that would make the answer PERMIT: what could be
    proven and by whom, what counsel would have to answer, and what would have to be true. Without a
    settling set it needs the extra `solver`, which also proves that nothing would do.

    The exit code is that of `platelaw decide`; with something supposed, that of the answer after.

    \b
    Examples:
      platelaw explain request.json
      platelaw explain --all --simulate request.json
      platelaw explain request.json --what-if 'request.purpose is theft'
      platelaw explain request.json --what-if 'case.active is proven' --on 2026-10-01
      platelaw explain request.json --nearest-permit
    """  # noqa: D301
    if with_proposed and not simulate:
        stop("a proposed bill is no law", "add --simulate to --with-proposed")
    registry = registry_from(registry_folder)
    engine = engine_from(places, registry, cache, proposed=with_proposed, by_reference=by_reference)
    reading, now = read_file(engine, request_file, simulate=simulate, at=at)
    decision = decided(engine, reading, now)
    order = _Order(texts, instruments, on)
    if nearest and order:
        stop("--nearest-permit finds what to suppose by itself", "ask for one of the two")
    if nearest and reading.request is not None:
        finder = Finder(engine, reading.request, reading.registry, now, seconds)
        _show_nearest(finder, decision, as_json=as_json)
        raise SystemExit(exit_code(decision))
    if order and reading.request is not None:
        changed = _supposed(engine, reading.request, reading.registry, order, now)
        found = compared(decision, changed)
        _show_compared(found, order, as_json=as_json)
        raise SystemExit(exit_code(found.after))
    if as_json:
        plain = decision_json(decision, View.REGULATOR)
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        _show(decision, all_rules=all_rules)
    raise SystemExit(exit_code(decision))


def _show(decision: Decision, *, all_rules: bool) -> None:
    show(decision, View.REGULATOR)
    if decision.verdicts:
        click.echo("\nHow it came about")
        click.echo(explanation_text(decision, all_rules=all_rules), nl=False)


def _show_compared(found: Compared, order: _Order, *, as_json: bool) -> None:
    if as_json:
        plain = compared_json(found, order.words())
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
    else:
        click.echo(compared_text(found, order.words()), nl=False)


def _show_nearest(finder: Finder, decision: Decision, *, as_json: bool) -> None:
    try:
        found = finder.find(decision)
    except SolverMissingError:
        stop_without_solver()
    if as_json:
        click.echo(json.dumps(nearest_json(found), indent=2, ensure_ascii=False))
    else:
        click.echo(nearest_text(found), nl=False)


def _supposed(
    engine: Engine, request: Request, registry: Registry, order: _Order, now: datetime.datetime
) -> Decision:
    """The answer with everything supposed; a what-if that cannot be gone by ends the command."""
    changes, faults = list[Supposition](), list[Fault]()
    for read in _read(engine, request, registry, order):
        changes += read.changes
        faults += read.faults
    if faults:
        for fault in faults[:-1]:
            tell(f"{fault.where}: {fault.message}", fault.help)
        stop(f"{faults[-1].where}: {faults[-1].message}", faults[-1].help)
    asked, filed = supposed(request, registry, changes)
    if order.on is not None:
        asked = moved(asked, order.on, registry, "--on")
    return engine_for(engine, filed).decide(asked, decided_at=now)


def _read(engine: Engine, request: Request, registry: Registry, order: _Order) -> Iterator[Read]:
    """What-ifs and instruments as suppositions, each with what is wrong with it."""
    words = engine.vocabulary_for(request, registry)
    yield read_what_ifs(order.texts, request, words, registry, engine.library)
    for file in order.instruments:
        read = read_instrument(file_text(file), words, registry)
        yield Read(read.changes, tuple(replace(f, where=f"{file}{f.where}") for f in read.faults))
