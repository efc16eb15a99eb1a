"""``platelaw calendar``: what is due when, by law, by policy and by the agency's own files."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from pathlib import Path

import click

from ..compliance.deadlines import (
    clock_days,
    declaration_days,
    hold_days,
    vendor_days,
    vendor_standing,
)
from ..compliance.duties.lines import DutiesError
from ..compliance.duties.witnesses import check_owner
from ..compliance.findings.book import Book
from ..compliance.findings.holding import holds
from ..compliance.findings.incidents import clocks
from ..compliance.findings.own_tables import DECLARATIONS, TableError, read_table
from ..compliance.own_days import days_of_agency, days_of_results
from ..dsl.units import months_after
from ..engine.cache import Cache
from ..engine.calendar_file import calendar_ics, calendar_json, calendar_text
from ..engine.deadlines import Deadline, Standing, calendar_of
from ..engine.own_dates import OwnDatesError, own_dates
from ..engine.written import has_law
from .bodies import body_from
from .caching import cache_options
from .common import engine_from, policy_option, registry_from, registry_option, stop
from .day import Day
from .findings_common import book_from, book_option, results_from, today
from .vendor import gathered_from
from .writing import write_file

_YEAR = 12
_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("calendar")
@click.argument("agency")
@click.option("--from", "start", type=Day(), metavar="DATE", help="The first day [default: today].")
@click.option(
    "--to", "end", type=Day(), metavar="DATE", help="The last day [default: a year later]."
)
@click.option(
    "--dates",
    "table",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    help="The agency's own dates: CSV with date, title, who, note.",
)
@click.option("--vendor", "vendor_files", type=_FILE, multiple=True, metavar="FILE",
              help="A file that `platelaw vendor check` reads; may be repeated.")  # fmt: skip
@click.option("--results", type=_FILE, metavar="FILE",
              help="Results of an audit: legal holds and incidents of their register.")  # fmt: skip
@click.option("--declarations", type=_FILE, metavar="FILE",
              help="Declarations on file, as `platelaw findings review` reads them.")  # fmt: skip
@book_option
@click.option(
    "--ics",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write iCalendar to this file.",
)
@click.option(
    "--remind", type=click.IntRange(0, 366), metavar="DAYS", help="Remind so long before [--ics]."
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@policy_option
@cache_options
@registry_option
def calendar_command(
    agency: str,
    start: datetime.datetime | None,
    end: datetime.datetime | None,
    table: Path | None,
    vendor_files: tuple[Path, ...],
    results: Path | None,
    declarations: Path | None,
    own_book: Path | None,
    ics: Path | None,
    remind: int | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Tell what is due when, and which rules start or end.

    AGENCY is a key of the registry. Days come from the rules that bind its data: duties by a date
    or every so often, rules that take effect, end, or are stopped by a court. Its own days come
    from its files: the renewal of an agreement and what is to be mended (--vendor), reviews of
    legal holds and notices of incidents that are owed (--results), declarations that expire
    (--declarations), any other (--dates). What runs from an act or a refusal has no day and stands
    below. Exit code 0, or 2 for bad input.

    \b
    Examples:
      platelaw calendar CT/strictford-pd
      platelaw calendar CT/strictford-pd --from 2026-09-01 --to 2027-12-31
      platelaw calendar CT/strictford-pd --ics plates.ics --remind 14
      platelaw calendar CT/example-pd --vendor agreement.toml
    """  # noqa: D301
    if remind is not None and ics is None:
        stop("--remind is about a calendar file", "name one: `--ics plates.ics`")
    registry = registry_from(registry_folder)
    body = body_from(registry, agency)
    engine = engine_from(places, registry, cache)
    first = start.date() if start else today(days_of_agency(engine.library, registry, body.key))
    last = end.date() if end else months_after(first, _YEAR)
    if last < first:
        stop(f"the last day, {last}, is before the first, {first}", "give a later `--to`")
    own = [*(_own(table) if table else ()), *(_declared(declarations) if declarations else ())]
    standing: list[Standing] = []
    if vendor_files:
        files, checked = gathered_from(vendor_files, engine, first, places, body.key)
        own += vendor_days(checked)
        standing += vendor_standing(files.descriptions)
    if results:
        own += _registered(results, body.key, book_from(own_book), first, last)
    if not has_law(engine.library, registry, body.key):
        click.echo(f"note: no law of the library binds the data of {body.key}: what its own law "
                   "makes due is not told", err=True)  # fmt: skip
    found = calendar_of(engine.library, registry, body.key, first, last, own, standing)
    if ics:
        write_file(ics, calendar_ics(found, remind))
        click.echo(f"wrote {ics}", err=True)
    if as_json:
        click.echo(json.dumps(calendar_json(found), indent=2, ensure_ascii=False))
    elif not ics:
        click.echo(calendar_text(found), nl=False)


def _declared(file: Path) -> Iterator[Deadline]:
    try:
        table = read_table(file, DECLARATIONS)
    except TableError as fault:
        stop(str(fault), "mend the line; nothing was written")
    return declaration_days(table)


def _registered(
    file: Path, agency: str, book: Book, first: datetime.date, last: datetime.date
) -> list[Deadline]:
    """The days of the register of results: legal holds and incidents."""
    with results_from(file) as results:
        try:
            check_owner(results, agency, str(file))
        except DutiesError as fault:
            stop(fault.message, fault.help)
        own = days_of_results(results)
        return [
            *hold_days(holds(results, book), book.hold_review, own, first, last),
            *clock_days(clocks(results, book), own, first),
        ]


def _own(table: Path) -> tuple[Deadline, ...]:
    try:
        return own_dates(table.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        stop(f"{table}: cannot be read as text: {fault}", "give a CSV file in UTF-8")
    except OwnDatesError as fault:
        stop(f"{table}: {fault}", "mend the line; nothing was written")
