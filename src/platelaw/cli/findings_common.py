"""What the commands of `platelaw findings` share: the results, the book, who acts, the clock."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..compliance.findings.acting import RegisterError, resolved_id
from ..compliance.findings.book import Book, BookError, read_book
from ..compliance.own_days import OwnDays
from ..compliance.results.secret import key_beside, read_secret
from ..compliance.results.store import ResultsError, duckdb_errors, is_interruption, open_results
from .common import stop
from .writing import private_files

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

VERSION = 1  # of the JSON of these commands
NO_NOTICES = """the book names no notice that is owed, so no clock runs. Write those of the
contract into a file and name it with --book from now on:
  [notices.owning_agency]
  hours = 24
  source = "Contract of 2026-07-01, section 9\""""

file_argument = click.argument(
    "results_file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False)
)
finding_argument = click.argument("finding", metavar="ID")
json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
book_option = click.option(
    "--book",
    "own_book",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Thresholds, words and escalation of the agency, in place of those that are shipped.",
)


def acting_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say who acts (``by``, ``role``)."""
    for option in (
        click.option("--role", required=True, metavar="ROLE", help="In which role."),
        click.option(
            "--by", required=True, metavar="NAME",
            help="Who acts: a token or an office. It stands in the register.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


@contextmanager
def results_from(path: Path, *, write: bool = False) -> Generator[DuckDBPyConnection]:
    """The results database of a file; what cannot be done with it ends the command."""
    try:
        results = open_results(path, read_only=not write)
    except ResultsError as fault:
        stop(fault.message, fault.help)
    try:
        with private_files():
            yield results
    except RegisterError as fault:
        stop(fault.message, fault.help)
    except duckdb_errors() as fault:
        if is_interruption(fault):
            raise KeyboardInterrupt from None
        stop(
            f"{path}: {str(fault).splitlines()[0]}",
            "nothing was changed; see that the disk has room, and that this platelaw made the file",
        )
    finally:
        results.close()


def book_from(own: Path | None) -> Book:
    """The book of a file, or the shipped one."""
    try:
        return read_book(own)
    except BookError as fault:
        stop(str(fault), "mend the file; docs/findings.md tells what it may say")


def about_of(results: DuckDBPyConnection) -> Mapping[str, str]:
    """What a results database tells of the audit as a whole."""
    return dict(results.execute("SELECT name, value FROM about").fetchall())


def tokens_of(path: Path) -> Callable[[str], str]:
    """What the results have in place of the name of an account, by the key that lies beside them.

    Without the key names are taken to be tokens already.
    """
    if not key_beside(path).exists():
        return str
    try:
        secret = read_secret(path)
    except ResultsError as fault:
        stop(fault.message, fault.help)
    return lambda name: secret.tokens("user", [name])[0].hex()


def id_from(results: DuckDBPyConnection, told: str) -> str:
    """The id of the one finding that begins so."""
    return resolved_id(results, told)


def now() -> datetime.datetime:
    """This moment in UTC, as databases keep it: without zone."""
    return datetime.datetime.now(datetime.UTC).replace(tzinfo=None)


def today(own: OwnDays) -> datetime.date:
    """This day where the agency is."""
    return own.day(now())


def print_json(told: Mapping[str, Any]) -> None:
    """Print JSON with the version."""
    plain = {"version": VERSION, **told}
    click.echo(json.dumps(plain, indent=2, ensure_ascii=False, default=_plain))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    if isinstance(value, datetime.datetime):
        return f"{value.isoformat()}Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    raise TypeError(f"{type(value)} is no JSON")


def subject_text(subject: Mapping[str, Any]) -> str:
    """Whom a finding is about, in a line."""
    return ", ".join(f"{key} {value}" for key, value in subject.items()) or "all searches"
