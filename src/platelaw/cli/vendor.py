"""``platelaw vendor``: what a vendor's system is set to, and its agreement, asked of the rules."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NoReturn

import click

from ..compliance.own_days import days_of_agency
from ..compliance.vendors.checking import Checked, check
from ..compliance.vendors.demands import Severity, read_demands
from ..compliance.vendors.gathering import Files, agency_of, read_files, told_of
from ..compliance.vendors.reading import VendorError
from ..compliance.vendors.render import checked_json, checked_text, dates_csv
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.library import shipped
from ..engine.organizations.resolver import Resolver
from .bodies import body_from
from .caching import cache_options
from .common import (
    EXIT_BAD_INPUT,
    EXIT_NOTHING,
    engine_from,
    policy_option,
    registry_from,
    registry_option,
    stop,
    tell,
)
from .day import Day
from .example import example_vendor
from .findings_common import today
from .writing import write_file


@click.group("vendor")
def vendor_command() -> None:
    """Check a vendor's settings and agreement against the rules.

    \b
    Examples:
      platelaw vendor check --example
      platelaw vendor form settings > settings.toml
    """  # noqa: D301


@vendor_command.command("check")
@click.argument("files", nargs=-1, metavar="FILE...", type=click.Path(path_type=Path))
@click.option("--example", is_flag=True, help="Check the invented settings that are shipped.")
@click.option("--agency", default="", metavar="KEY", help="Whose files they are, if none says so.")
@click.option("--on", "day", type=Day(), metavar="DATE", help="Ask on this day [default: today].")
@click.option(
    "--dates",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the days of findings and renewal as CSV, for `platelaw calendar --dates`.",
)
@click.option(
    "--fail-on",
    type=click.Choice([each.value for each in Severity]),
    metavar="SEVERITY",
    help="Exit with 1 if there is a finding so grave (high, medium or low) or graver.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@policy_option
@cache_options
@registry_option
def check_command(
    files: tuple[Path, ...],
    example: bool,
    agency: str,
    day: datetime.datetime | None,
    dates: Path | None,
    fail_on: str | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Find settings and clauses that are at odds with the rules.

    FILE is a description of settings or of an agreement (.toml; `platelaw vendor form` prints
    one to fill in), a portal page saved as text, a Shared Networks export, an Event Log, or the
    log of searches that the page counts. Each is told by what is in it. Every finding names the
    rule, its citation and status, the setting to change, who mends it and by when.

    Exit code 0, or 1 as --fail-on says, or 2 for bad input.

    \b
    Examples:
      platelaw vendor check --example
      platelaw vendor check settings.toml agreement.toml --on 2026-11-27
      platelaw vendor check settings.toml portal.txt shared_networks.csv event_log.csv
      platelaw vendor check --agency CT/darien-pd portal.txt search_audit.csv --json
    """  # noqa: D301
    paths = (*files, *example_vendor()) if example else files
    if not paths:
        stop("no file is named", "name a description, or see the shipped one with --example")
    files_read = _read(paths)
    registry = registry_from(registry_folder)
    agency = body_from(registry, agency).key if agency else ""
    engine = engine_from(places, registry, cache)
    resolver = Resolver(registry)
    on = day.date() if day else _today(files_read, engine, resolver, agency)
    checked = _checked(files_read, engine, resolver, on, places, agency)
    if dates is not None:
        write_file(dates, dates_csv(checked).encode())
        click.echo(f"wrote {dates}", err=True)
    if as_json:
        click.echo(json.dumps(checked_json(checked), indent=2, ensure_ascii=False))
    else:
        click.echo(checked_text(checked), nl=False)
    if fail_on is not None and _is_as_grave(checked, Severity(fail_on)):
        raise SystemExit(EXIT_NOTHING)


@vendor_command.command("form")
@click.argument("which", type=click.Choice(["settings", "agreement"]))
def form_command(which: str) -> None:
    """Print a description to fill in.

    It is the shipped sample of an invented department: write over it what your system is set to
    or what your agreement says, and take out what you do not know.

    \b
    Examples:
      platelaw vendor form settings > settings.toml
      platelaw vendor form agreement > agreement.toml
    """  # noqa: D301
    place = next(each for each in example_vendor() if each.stem == which)
    click.echo(place.read_text("utf-8"), nl=False)


def checked_from(
    paths: Sequence[Path], engine: Engine, on: datetime.date, places: Sequence[Path], agency: str
) -> Checked:
    """What the rules of a day find in files; faults of these end the command."""
    return gathered_from(paths, engine, on, places, agency)[1]


def gathered_from(
    paths: Sequence[Path], engine: Engine, on: datetime.date, places: Sequence[Path], agency: str
) -> tuple[Files, Checked]:
    """What files hold, and what the rules of a day find in them; faults end the command."""
    files = _read(paths)
    return files, _checked(files, engine, Resolver(engine.registry), on, places, agency)


def _read(paths: Sequence[Path]) -> Files:
    try:
        return read_files(paths)
    except VendorError as fault:
        _refuse(fault)


def _checked(
    files: Files, engine: Engine, resolver: Resolver, on: datetime.date, places: Sequence[Path],
    agency: str,
) -> Checked:  # fmt: skip
    folders: list[Path | Traversable] = [shipped(), *(each for each in places if each.is_dir())]
    try:
        told = told_of(files, engine, resolver, on, agency)
        return check(told, engine, read_demands(folders), on)
    except VendorError as fault:
        _refuse(fault)


def _today(files: Files, engine: Engine, resolver: Resolver, agency: str) -> datetime.date:
    """This day where the agency is of which the files are."""
    try:
        key = agency_of(files, engine, resolver, agency)
    except VendorError as fault:
        _refuse(fault)
    return today(days_of_agency(engine.library, engine.registry, key))


def _refuse(fault: VendorError) -> NoReturn:
    """Tell every fault, and end."""
    for each in fault.faults:
        tell(f"{each.where}: {each.message}", each.help)
    raise SystemExit(EXIT_BAD_INPUT)


def _is_as_grave(checked: Checked, least: Severity) -> bool:
    order = list(Severity)
    return any(order.index(f.severity) <= order.index(least) for f in checked.findings)
