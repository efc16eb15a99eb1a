"""``platelaw agencies``: find a body of the registry."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, TextIO

import click

from ..engine.registry import Body
from .common import EXIT_NOTHING, EXIT_OK, NOT_ON_FILE, registry_from, registry_option, stop
from .resolve import resolve


@click.command("agencies")
@click.argument("words", nargs=-1)
@click.option(
    "--sovereign", help="Only bodies of this government, such as CT, US or TRIBE/mohegan."
)
@click.option("--kind", help="Only bodies of this kind.")
@click.option(
    "--limit",
    default=25,
    type=click.IntRange(0),
    show_default=True,
    help="Print at most so many; 0 for all.",
)
@click.option(
    "--resolve",
    "names",
    multiple=True,
    metavar="NAME",
    help="Which body a name means, as a log writes it; may be repeated.",
)
@click.option(
    "--resolve-file",
    "names_file",
    type=click.File("r", encoding="utf-8-sig", errors="replace"),
    help="A file of names, one a line; `-` for standard input.",
)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@registry_option
def agencies_command(
    words: tuple[str, ...],
    sovereign: str | None,
    kind: str | None,
    limit: int,
    names: tuple[str, ...],
    names_file: TextIO | None,
    as_json: bool,
    registry_folder: Path | None,
) -> None:
    """Find agencies, courts, vendors and classes of persons by name, key or ORI.

    \b
    Examples:
      platelaw agencies darien
      platelaw agencies --sovereign US --kind hsi
      platelaw agencies CT0003500
      platelaw agencies --resolve "Windsor- IL- PD" --resolve "[Federal] ICE [Inactive]"
      platelaw agencies --resolve-file names.txt --json
    """  # noqa: D301
    registry = registry_from(registry_folder)
    if names or names_file:
        if words or sovereign or kind:
            stop("--resolve reads whole names and takes no other words", "leave the others away")
        lines = (line.rstrip("\r\n") for line in names_file or ())
        found_names = (*names, *(line for line in lines if line.strip()))
        raise SystemExit(resolve(registry, found_names, as_json=as_json))
    found = [
        body
        for body in registry.bodies.values()
        if _matches(body, words)
        and (sovereign is None or body.sovereign == sovereign)
        and (kind is None or body.kind == kind)
    ]
    shown = found[:limit] if limit else found
    if as_json:
        click.echo(
            json.dumps({"found": len(found), "agencies": [_plain(b) for b in shown]}, indent=2)
        )
        raise SystemExit(EXIT_OK if found else EXIT_NOTHING)
    for body in shown:
        marks = [f"{name}: {value}" for name, value in body.attributes.items()
                 if name not in ("sovereign", "kind")]  # fmt: skip
        click.echo(f"{body.key:<42} {body.name}  [{body.kind}, {body.sovereign}"
                   + "".join(f", {mark}" for mark in marks) + "]")  # fmt: skip
    rest = len(found) - len(shown)
    click.echo(f"{len(found)} found" + (f"; {rest} more, see --limit" if rest else ""), err=True)
    if not found:
        click.echo(f"help: fewer or shorter words may find it; {NOT_ON_FILE}", err=True)
    raise SystemExit(EXIT_OK if found else EXIT_NOTHING)


def _matches(body: Body, words: tuple[str, ...]) -> bool:
    text = " ".join((body.key, body.name, body.ori, *body.also_written)).casefold()
    return all(word.casefold() in text for word in words)


def _plain(body: Body) -> dict[str, Any]:
    return {
        "key": body.key,
        "name": body.name,
        "ori": body.ori or None,
        **dict(body.attributes),
        "also_written": list(body.also_written),
        "source": body.source,
    }
