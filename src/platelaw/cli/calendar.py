"""``platelaw calendar``: what is due when, by law, by policy and by the agency's own list."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import click

from ..dsl.units import months_after
from ..engine.cache import Cache
from ..engine.calendar_file import calendar_ics, calendar_json, calendar_text
from ..engine.deadlines import Deadline, calendar_of
from ..engine.own_dates import OwnDatesError, own_dates
from .bodies import body_from
from .caching import cache_options
from .common import engine_from, policy_option, registry_from, registry_option, stop
from .day import Day
from .writing import write_file

_YEAR = 12


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
    ics: Path | None,
    remind: int | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Tell what is due when, and which rules start or end.

    AGENCY is a key of the registry. Days come from the rules that bind its data: duties by a date
    or every so often, rules that take effect, end, or are stopped by a court. Its own days, such as
    renewals of contracts, reviews of holds and declarations that expire, come from --dates. Duties
    that run from an act or a refusal have no day and stand below. Exit code 0, or 2 for bad input.

    \b
    Examples:
      platelaw calendar CT/strictford-pd
      platelaw calendar CT/strictford-pd --from 2026-09-01 --to 2027-12-31
      platelaw calendar CT/strictford-pd --ics plates.ics --remind 14
    """  # noqa: D301
    if remind is not None and ics is None:
        stop("--remind is about a calendar file", "name one: `--ics plates.ics`")
    first = start.date() if start else datetime.date.today()
    last = end.date() if end else months_after(first, _YEAR)
    if last < first:
        stop(f"the last day, {last}, is before the first, {first}", "give a later `--to`")
    own = _own(table) if table else ()
    registry = registry_from(registry_folder)
    body = body_from(registry, agency)
    library = engine_from(places, registry, cache).library
    found = calendar_of(library, registry, body.key, first, last, own)
    if ics:
        write_file(ics, calendar_ics(found, remind))
        click.echo(f"wrote {ics}", err=True)
    if as_json:
        click.echo(json.dumps(calendar_json(found), indent=2, ensure_ascii=False))
    elif not ics:
        click.echo(calendar_text(found), nl=False)


def _own(table: Path) -> tuple[Deadline, ...]:
    try:
        return own_dates(table.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        stop(f"{table}: cannot be read as text: {fault}", "give a CSV file in UTF-8")
    except OwnDatesError as fault:
        stop(f"{table}: {fault}", "mend the line; nothing was written")
