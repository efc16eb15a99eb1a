"""``platelaw fmt``: one layout for every policy file."""

from __future__ import annotations

import difflib
import os
import sys
import tempfile
from pathlib import Path

import click

from ..dsl.formatter import format_parse
from ..dsl.parser import Parse, Parser
from ..dsl.source import Source
from ..engine.library import LibraryError, policy_files, read_policies
from .common import EXIT_FAULTS, show_diagnostics, stop


@click.command("fmt")
@click.argument("places", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--check", "only_check", is_flag=True, help="Write nothing; exit 5 if a file would change."
)
@click.option("--diff", "show_diff", is_flag=True, help="Write nothing; print what would change.")
def fmt_command(places: tuple[Path, ...], only_check: bool, show_diff: bool) -> None:
    """Lay out policy files in the one standard form.

    Comments are kept and the meaning never changes. A file with a syntax fault is left as it
    is. Use - to format standard input to standard output.

    \b
    Examples:
      platelaw fmt policies/
      platelaw fmt --check policies/
      platelaw fmt - < draft.policy
    """  # noqa: D301
    if places == (Path("-"),):
        _standard_input()
        return
    try:
        files = policy_files(places)
        parses = read_policies(files)
    except LibraryError as fault:
        stop(str(fault))
    changed = refused = 0
    for (name, path), parse in zip(files, parses, strict=True):
        if parse.diagnostics:
            show_diagnostics(parse.diagnostics, err=True)
            refused += 1
            continue
        old, new = path.read_text("utf-8"), format_parse(parse)
        if old != new:
            changed += 1
            _apply(
                name, Path(str(path)), old, new, write=not (only_check or show_diff), diff=show_diff
            )
    verb = "would change" if only_check or show_diff else "changed"
    read = f"{len(files)} file{'s' * (len(files) != 1)} read"
    click.echo(f"{read}, {changed} {verb}, {refused} left as they are", err=True)
    raise SystemExit(EXIT_FAULTS if refused or (only_check and changed) else 0)


def _apply(name: str, path: Path, old: str, new: str, *, write: bool, diff: bool) -> None:
    if diff:
        lines = difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, name)
        click.echo("".join(lines), nl=False)
    elif write:
        try:
            _replace(path.resolve(), new)
        except OSError as fault:
            stop(f"{name}: cannot be written: {fault.strerror or fault}", "check its folder")
        click.echo(f"formatted {name}")
    else:
        click.echo(f"would format {name}")


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    handle, scratch = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        os.chmod(scratch, path.stat().st_mode)
        os.replace(scratch, path)
    except BaseException:
        Path(scratch).unlink(missing_ok=True)
        raise


def _standard_input() -> None:
    data = sys.stdin.buffer.read()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        stop(f"standard input is not UTF-8 text (byte {fault.start})", "convert it to UTF-8")
    parse: Parse = Parser().parse(Source("standard input", text.replace("\r\n", "\n")))
    if parse.diagnostics:
        show_diagnostics(parse.diagnostics, err=True)
        raise SystemExit(EXIT_FAULTS)
    click.echo(format_parse(parse), nl=False)
