"""``platelaw report template`` and ``form``: reports that law asks for."""

from __future__ import annotations

import datetime
import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..compliance.own_days import days_of_results
from ..compliance.reports.extract import kinds
from ..compliance.reports.extract import template as grounds_template
from ..compliance.reports.filed.contradicting import contradictions
from ..compliance.reports.filed.definition import Definition, definitions
from ..compliance.reports.filed.filing import (
    MissingResultsError,
    filed,
    filed_html,
    filed_json,
    filed_text,
)
from ..compliance.reports.filed.form import Filled, FormError, filled, name_of, template
from ..dsl.diagnostics import suggestion
from ..engine.registry import Registry
from .common import EXIT_BAD_INPUT, registry_from, registry_option, stop, tell
from .day import Day
from .findings_common import about_of, today
from .report_common import FILE, opened, own, write_page

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@click.command("template")
@click.argument("name", required=False)
def template_command(name: str | None) -> None:
    """Print a form to fill in; without NAME, which there are.

    \b
    Examples:
      platelaw report template
      platelaw report template ct/ice-access > ice-access.toml
    """  # noqa: D301
    if name is None:
        for each in definitions().values():
            click.echo(f"{each.name}\n  {each.title}\n  to: {each.to} ({each.status})")
        for key, kind in kinds().items():
            click.echo(f"{key}\n  {kind['title']} ({kind['status']})")
        return
    found = kinds().get(name)
    text = grounds_template(found) if found is not None else template(_definition(name))
    click.echo(text, nl=False)


@click.command("form")
@click.argument("form", type=FILE)
@click.option("--results", type=FILE, metavar="FILE", help="Results in which searches are counted.")
@click.option("--html", type=FILE, metavar="FILE", help="Write one HTML page to this file.")
@click.option("--pdf", type=FILE, metavar="FILE", help="Write a PDF, printed by Chromium.")
@click.option(
    "--on", "day", type=Day(), metavar="DATE", help="The day of the report [default: today]."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@registry_option
def form_command(
    form: Path,
    results: Path | None,
    html: Path | None,
    pdf: Path | None,
    day: datetime.datetime | None,
    as_json: bool,
    registry_folder: Path | None,
) -> None:
    """Make a report that law asks for from its form.

    FORM is a template that was filled in. A blank is refused, and nothing is made up. What is
    counted in searches comes from --results.

    \b
    Examples:
      platelaw report form ice-access.toml --html ice-access.html
      platelaw report form usage.toml --results year.results --pdf usage.pdf
    """  # noqa: D301
    with opened(results) if results else nullcontext() as connection:
        made_on = day.date() if day else _today(connection)
        read = _filled(form, connection, registry_from(registry_folder), made_on)
        try:
            report = filed(read, connection, made_on)
        except MissingResultsError:
            stop(
                f"{form}: the report `{read.definition.name}` counts searches, and no results are "
                "named",
                "add --results with the file that `platelaw audit` wrote",
            )
    if html or pdf:
        write_page(filed_html(report), html=html, pdf=pdf)
    if as_json:
        click.echo(json.dumps(filed_json(report), indent=2, ensure_ascii=False))
    elif not (html or pdf):
        click.echo(filed_text(report), nl=False)


def _today(results: DuckDBPyConnection | None) -> datetime.date:
    """This day where the agency is; without results, where this machine is."""
    return datetime.date.today() if results is None else today(days_of_results(results))


def _filled(
    form: Path, results: DuckDBPyConnection | None, registry: Registry, made_on: datetime.date
) -> Filled:
    """A form that is whole and that nothing known speaks against; its faults end the command."""
    try:
        text = form.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        stop(f"{form}: cannot be read: {fault}", "name a form in UTF-8")
    try:
        read = filled(text, _definition(name_of(text)))
        counts = results is not None and read.definition.measures
        if results is not None:
            own(results, "a report that law asks for counts its own searches")
        owner = about_of(results)["owner"] if results is not None and counts else None
        faults = list(contradictions(text, read, registry, owner, made_on))
        if faults:
            raise FormError(*faults)
        return read
    except FormError as error:
        for each in error.faults:
            where = f"{form}:{each.line}: " if each.line else f"{form}: "
            tell(where + (f"{each.field}: " if each.field else "") + each.message, each.help)
        raise SystemExit(EXIT_BAD_INPUT) from None


def _definition(name: str) -> Definition:
    known = definitions()
    if name not in known:
        every = [*known, *kinds()]
        stop(f"no report is called `{name}`", suggestion(name, every) or
             f"there are {', '.join(every)}")  # fmt: skip
    return known[name]
