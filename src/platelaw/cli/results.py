"""``platelaw results``: what an audit has kept, shown, asked and exported."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..compliance.results.export import FORMATS, QueryError, ask, export
from ..compliance.results.reviewing import registry_differs, review_of
from ..compliance.results.store import ResultsError, open_results
from .audit import print_review
from .common import EXIT_BAD_INPUT, registry_from, registry_option, stop

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_file = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
_SHOWN = 1_000  # rows of an answer on a terminal


@click.group("results")
def results_command() -> None:
    """Show, query and export the results of an audit.

    FILE is the database that `platelaw audit --results FILE` made. Nothing here changes it, and no
    other program may be writing it. docs/auditing.md lists its tables.

    \b
    Examples:
      platelaw results show --help
      platelaw results show year.results
      platelaw results query year.results "SELECT count(*) FROM search"
    """  # noqa: D301


@results_command.command("show")
@_file
@click.option("--json", "as_json", is_flag=True, help="Print the review as JSON.")
@registry_option
def show_command(file: Path, as_json: bool, registry_folder: Path | None) -> None:
    """Print the review of an audit, as `platelaw audit` does, from what it has kept.

    Exit code 0, or 2 if FILE cannot be read.

    \b
    Examples:
      platelaw results show year.results
      platelaw results show year.results --json
    """  # noqa: D301
    registry = registry_from(registry_folder)
    with _opened(file) as results:
        if registry_differs(results, registry):
            click.echo("note: names of organizations are read by another registry than the audit's",
                       err=True)  # fmt: skip
        print_review(review_of(results, registry), as_json=as_json)


@results_command.command("query")
@_file
@click.argument("sql", metavar="SQL")
@click.option("--csv", "as_csv", is_flag=True, help="Print the answer as CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON, a list of rows.")
def query_command(file: Path, sql: str, as_csv: bool, as_json: bool) -> None:
    """Answer one question in SQL; nothing can be changed or written.

    The view `searches` has a row for each search with everything in words; docs/auditing.md lists
    the tables beside it.

    Exit code 0, or 2 if FILE or SQL cannot be read.

    \b
    Examples:
      platelaw results query year.results "SELECT verdict, count(*) FROM searches GROUP BY ALL"
      platelaw results query year.results "FROM source" --json
      platelaw results query year.results "FROM searches LIMIT 10" --csv
    """  # noqa: D301
    if as_csv and as_json:
        stop("--csv and --json exclude each other", "keep one")
    with _opened(file) as results:
        names, rows = ask(results, sql)
        if as_json:
            found = [dict(zip(names, row, strict=True)) for row in rows]
            click.echo(json.dumps(found, indent=2, ensure_ascii=False, default=str))
        elif as_csv:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(rows)
        else:
            _print_table(names, list(rows))


@results_command.command("export")
@_file
@click.option("--to", "folder", required=True, metavar="FOLDER", type=click.Path(path_type=Path),
              help="Where to write a file for each table; it must not be there.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True,
              help="Of the files.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def export_command(file: Path, folder: Path, form: str, as_json: bool) -> None:
    """Write every table to files, and the view `searches` with everything in words.

    What is written is as confidential as the logs: it holds the reasons that were typed. Accounts
    and case numbers are tokens, and plates are not in it.

    Exit code 0, or 2 if FILE cannot be read or FOLDER cannot be written.

    \b
    Examples:
      platelaw results export year.results --to year
      platelaw results export year.results --to year --format parquet
    """  # noqa: D301
    with _opened(file) as results:
        written = export(results, folder, form)
    if as_json:
        click.echo(json.dumps({"folder": str(folder), "rows": written}, indent=2))
        return
    for name, rows in written.items():
        click.echo(f"{rows:>12,}  {name}")
    click.echo(f"written: {folder}")


@contextmanager
def _opened(file: Path) -> Generator[DuckDBPyConnection]:
    """A results database, open for reading; what is wrong with it ends the command."""
    try:
        with open_results(file) as results:
            yield results
    except ResultsError as fault:
        stop(fault.message, fault.help)
    except QueryError as fault:
        click.echo(f"error: {fault}", err=True)
        raise SystemExit(EXIT_BAD_INPUT) from None


def _print_table(names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    shown = [[_cell(value) for value in row] for row in rows[:_SHOWN]]
    widths = [max([len(name), *(len(row[at]) for row in shown)]) for at, name in enumerate(names)]
    for row in [list(names), ["-" * width for width in widths], *shown]:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo("  ".join(cells).rstrip())
    if len(rows) > _SHOWN:
        click.echo(f"and {len(rows) - _SHOWN:,} rows more; --csv prints all")


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return "".join(char if char.isprintable() else "?" for char in text)
