"""What the commands of reports share: the results that they open, the pages that they write."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..compliance.results.store import ResultsError, open_results, refuse_simulated
from .common import registry_from, stop
from .printing import PrintingError, pdf_of
from .writing import write_file

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

FILE = click.Path(path_type=Path, dir_okay=False)


@contextmanager
def opened(results: Path) -> Generator[DuckDBPyConnection]:
    """A results database, closed at the end; the command ends if it cannot be used."""
    try:
        connection = open_results(results)
    except ResultsError as fault:
        stop(fault.message, fault.help)
    with connection:
        yield connection


def own(results: DuckDBPyConnection, what: str) -> None:
    """End the command if the results are of a foreign log; `what` says what they cannot do."""
    try:
        refuse_simulated(results, what)
    except ResultsError as fault:
        stop(fault.message, fault.help)


def owner_name(connection: DuckDBPyConnection, registry_folder: Path | None) -> str:
    """Whose data was searched, by its name on file."""
    found = connection.execute("SELECT value FROM about WHERE name = 'owner'").fetchone()
    key = str(found[0]) if found else ""
    body = registry_from(registry_folder).get(key)
    return body.name if body else key or "an agency that the results do not name"


def write_page(page: str, *, html: Path | None, pdf: Path | None) -> None:
    """Make everything, then write each file whole."""
    made = [(html, page.encode())] if html else []
    if pdf:
        try:
            made.append((pdf, pdf_of(page)))
        except PrintingError as fault:
            stop(str(fault), fault.help)
    for place, content in made:
        write_file(place, content)
        click.echo(f"wrote {place}", err=True)
