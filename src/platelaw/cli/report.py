"""``platelaw report``: what an audit found, for whoever must act on it or answer for it."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import click

from ..compliance.own_days import days_of_results
from ..compliance.reports.as_json import report_json, report_text
from ..compliance.reports.making import report_of
from ..compliance.reports.page import html as page_of
from .common import registry_option
from .day import Day
from .findings_common import today
from .report_common import FILE, opened, owner_name, write_page
from .report_extract import extract_command
from .report_filed import form_command, template_command
from .with_default import WithDefault


@click.group("report", cls=WithDefault, default="audit")
def report_command() -> None:
    """Report what an audit found: `platelaw report RESULTS`.

    RESULTS is the file that `platelaw audit --results` wrote. Plates, names and single reasons
    stand in no report.

    \b
    Examples:
      platelaw report year.results
      platelaw report year.results --html report.html --pdf report.pdf
    """  # noqa: D301


@report_command.command("audit")
@click.argument("results", type=FILE)
@click.option("--html", type=FILE, metavar="FILE", help="Write one HTML page to this file.")
@click.option("--pdf", type=FILE, metavar="FILE", help="Write a PDF, printed by Chromium.")
@click.option(
    "--on", "day", type=Day(), metavar="DATE", help="The day of the report [default: today]."
)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@registry_option
def audit_report_command(
    results: Path,
    html: Path | None,
    pdf: Path | None,
    day: datetime.datetime | None,
    as_json: bool,
    registry_folder: Path | None,
) -> None:
    """Report the results of an audit as one page.

    The page holds all it shows and loads nothing. Without --html, --pdf or --json its summary is
    printed.

    \b
    Examples:
      platelaw report audit year.results --html report.html
      platelaw report audit year.results --json
    """  # noqa: D301
    with opened(results) as connection:
        made_on = day.date() if day else today(days_of_results(connection))
        owner = owner_name(connection, registry_folder)
        report = report_of(connection, owner=owner, made_on=made_on, file=results.name)
    if html or pdf:
        write_page(page_of(report), html=html, pdf=pdf)
    if as_json:
        click.echo(json.dumps(report_json(report), indent=2, ensure_ascii=False))
    elif not (html or pdf):
        click.echo(report_text(report), nl=False)


report_command.add_command(template_command)
report_command.add_command(extract_command)
report_command.add_command(form_command)
