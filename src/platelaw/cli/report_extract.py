"""``platelaw report extract``: the public extract of a log, with plate data redacted."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path

import click

from ..compliance.reports.extract import Extract, Ground, GroundsError, grounds_of, write_extract
from ..compliance.results.store import duckdb_errors
from .common import stop
from .report_common import FILE, opened, own

_KEY_BYTES = 32


@click.command("extract")
@click.argument("results", type=FILE)
@click.option("--grounds", type=FILE, required=True, metavar="FILE",
              help="On which ground accounts, cases and other fields are withheld.")  # fmt: skip
@click.option("-o", "--output", type=FILE, required=True, metavar="FILE",
              help="Where to write the CSV.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print what was redacted as JSON.")
def extract_command(results: Path, grounds: Path, output: Path, as_json: bool) -> None:
    """Write a public extract of the searches as CSV.

    Plates, and words of a reason that could be plates, are redacted; every other redaction states
    its own ground in its cell. Accounts and cases have tokens that are made for this extract alone
    and forgotten, so no two extracts can be joined by them.

    A plate of letters alone and a name cannot be told from other words: read the reasons, or
    withhold them on a ground, before it is published.

    \b
    Examples:
      platelaw report template ct/extract > grounds.toml
      platelaw report extract year.results --grounds grounds.toml -o extract.csv
    """  # noqa: D301
    if output.exists():
        stop(
            f"{output}: there is a file already; an extract that was given out cannot be made "
            "again, since its tokens are forgotten",
            "name another file",
        )
    stated = _grounds(grounds)
    part = output.with_name(f".{output.name}.part")
    with opened(results) as connection:
        own(connection, "nothing of it is given out as that agency's")
        faults: tuple[type[Exception], ...] = (OSError, *duckdb_errors())
        try:
            done = write_extract(connection, part, stated, secrets.token_bytes(_KEY_BYTES))
            os.replace(part, output)
        except faults as fault:
            stop(f"{output}: cannot be written: {fault}", "name a file in a folder with room")
        finally:
            part.unlink(missing_ok=True)
    _tell(done, output, as_json=as_json)


def _grounds(file: Path) -> dict[str, Ground]:
    try:
        return dict(grounds_of(file.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as fault:
        stop(f"{file}: cannot be read: {fault}", "name a file in UTF-8")
    except GroundsError as fault:
        stop(f"{file}: {fault.message}", fault.help)


def _tell(done: Extract, output: Path, *, as_json: bool) -> None:
    if as_json:
        told = {"version": 1, "searches": done.searches, "redacted": dict(done.redacted)}
        click.echo(json.dumps(told, indent=2, ensure_ascii=False))
        return
    click.echo(f"wrote {output}: {done.searches:,} searches")
    for mark, count in done.redacted.items():
        click.echo(f"  {count:>10,}  {mark}")
