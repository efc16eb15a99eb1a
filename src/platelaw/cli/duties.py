"""``platelaw duties``: each duty with what carries it, what is on file, and what lacks."""

from __future__ import annotations

import datetime
import json
from collections.abc import Generator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from ..compliance.duties.lines import DutiesError, Line, Shown, read_lines
from ..compliance.duties.register_witnesses import Clocked, Held
from ..compliance.duties.render import trace_json, trace_text
from ..compliance.duties.tracing import Witness, trace
from ..compliance.duties.witnesses import (
    Audited,
    OnFile,
    PolicyOnFile,
    VendorChecked,
    check_owner,
)
from ..compliance.findings.book import Book
from ..compliance.own_days import days_of_agency, days_of_results
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.library import shipped
from ..engine.registry import Body
from .bodies import body_from
from .caching import cache_options
from .common import EXIT_NOTHING, engine_from, policy_option, registry_from, registry_option, stop
from .day import Day
from .findings_common import book_from, book_option, results_from, today
from .vendor import checked_from

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("duties")
@click.option("--agency", metavar="KEY", help="Put the evidence of this agency beside each line.")
@click.option("--on", "day", type=Day(), metavar="DATE", help="On this day [default: today].")
@click.option(
    "--results", type=FILE, metavar="FILE", help="The results of an audit of its searches."
)
@click.option(
    "--vendor",
    "vendor_files",
    type=FILE,
    metavar="FILE",
    multiple=True,
    help="A file that `platelaw vendor check` reads; may be repeated.",
)
@click.option("--gaps", is_flag=True, help="Print only lines with a gap.")
@click.option("--fail-on-gap", is_flag=True, help="Exit with 1 if a line has a gap.")
@book_option
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@policy_option
@cache_options
@registry_option
def duties_command(
    agency: str | None,
    day: datetime.datetime | None,
    results: Path | None,
    vendor_files: tuple[Path, ...],
    gaps: bool,
    fail_on_gap: bool,
    own_book: Path | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Trace each duty to the rule, check, command and test that carries it.

    Without --agency the lines stand alone, each with what carries it and what nothing carries
    yet. With it, each has the rules as they bind the agency's data on the day, the evidence on
    file (its policy, the registry, the results of an audit, its vendor's settings), the gap, whose
    turn it is and by when.

    Exit code 0, or 1 as --fail-on-gap says, or 2 for bad input.

    \b
    Examples:
      platelaw duties
      platelaw duties --agency CT/darien-pd --gaps
      platelaw duties --agency CT/darien-pd --results year.results --vendor settings.toml
    """  # noqa: D301
    if agency is None and (results is not None or vendor_files):
        stop("evidence is of an agency", "say whose with --agency KEY")
    registry = registry_from(registry_folder)
    body = body_from(registry, agency) if agency else None
    engine = engine_from(places, registry, cache)
    on = day.date() if day else _today(engine, body)
    book = book_from(own_book)
    try:
        lines, within = _lines(places, body)
        with _witnesses(engine, body, on, results, vendor_files, places, book) as witnesses:
            key = body.key if body else ""
            found = trace(lines, engine.library, registry, book, on, key, witnesses, within)
    except DutiesError as fault:
        stop(fault.message, fault.help)
    if as_json:
        click.echo(json.dumps(trace_json(found), indent=2, ensure_ascii=False))
    else:
        click.echo(trace_text(found, gaps_only=gaps), nl=False)
    if fail_on_gap and any(each.gaps for each in found.lines):
        raise SystemExit(EXIT_NOTHING)


def _today(engine: Engine, body: Body | None) -> datetime.date:
    """This day where the agency is; of none, where this machine is."""
    if body is None:
        return datetime.date.today()
    return today(days_of_agency(engine.library, engine.registry, body.key))


def _lines(places: tuple[Path, ...], body: Body | None) -> tuple[list[Line], str]:
    """The lines of an agency's government, or all; and how soon a gap is to be closed."""
    folders: list[Path | Traversable] = [shipped(), *(each for each in places if each.is_dir())]
    found = [
        lines for lines in read_lines(folders) if body is None or lines.sovereign == body.sovereign
    ]
    if not found and body is not None:
        stop(
            f"no duties are traced for {body.sovereign}, whose {body.key} is",
            "write duties.toml in a folder named with --policies; docs/duties.md tells its fields",
        )
    within = found[-1].within if found else ""
    return [line for lines in found for line in lines.line], within


@contextmanager
def _witnesses(
    engine: Engine,
    body: Body | None,
    on: datetime.date,
    results: Path | None,
    vendor_files: tuple[Path, ...],
    places: tuple[Path, ...],
    book: Book,
) -> Generator[dict[Shown, Witness]]:
    """The evidence of an agency; the results stay open meanwhile."""
    if body is None:
        yield {}
        return
    found: dict[Shown, Witness] = {
        Shown.POLICY: PolicyOnFile(engine.library, engine.registry, body.key, on),
        Shown.REGISTRY: OnFile(engine.registry),
    }
    if vendor_files:
        checked = checked_from(vendor_files, engine, on, places, body.key)
        found[Shown.VENDOR] = VendorChecked(checked)
    if results is None:
        yield found
        return
    with results_from(results) as opened:
        check_owner(opened, body.key, str(results))
        own = days_of_results(opened)
        found[Shown.RESULTS] = Audited(opened, on)
        found[Shown.HOLDS] = Held(opened, book, on, own)
        found[Shown.INCIDENTS] = Clocked(opened, book, on, own)
        yield found
