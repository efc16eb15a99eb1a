"""``platelaw flow``: maps of who shares with whom, from lists to files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import click

from ..engine.cache import Cache
from ..engine.collecting import collector_paused
from ..engine.flow.example import REAL, example_place
from ..engine.flow.files.assembling import Loaded
from ..engine.flow.files.faults import FileFault, MapError
from ..engine.flow.files.reading import FORMS, load_map, read_map, write_map
from ..engine.flow.importing.importer import Imported, import_lists
from ..engine.flow.importing.opening import Listed
from ..engine.flow.importing.portal_words import lexicons_of
from ..engine.flow.summary import imported_json, imported_lines, summary_json, summary_lines
from ..engine.flow.validating import Finding, Known, Severity, findings
from ..engine.organizations.resolver import Resolver
from ..engine.organizations.words import shipped_words
from .caching import cache_options
from .common import (
    EXIT_FAULTS,
    EXIT_OK,
    engine_from,
    library_from,
    policy_option,
    registry_from,
    registry_option,
    stop,
)
from .day import Day
from .flow_common import map_from, map_option
from .flow_generate import generate_command
from .flow_history import history_command
from .flow_report import report_command

_FINDINGS_SHOWN = 50

_out_option = click.option(
    "-o", "--output", "output", required=True, type=click.Path(path_type=Path),
    help=f"Where to write: {FORMS}.",
)  # fmt: skip
_parquet_option = click.option(
    "--parquet", is_flag=True, help="Write a folder of Parquet tables (needs pyarrow)."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="Print as JSON.")


@click.group("flow")
def flow_command() -> None:
    """Make, check and show a map of who shares plate data with whom.

    A map is made of published lists, or written by hand; docs/flow.md tells both.

    \b
    Examples:
      platelaw flow show --help
      platelaw flow import edges.csv policies.csv -o state.zip
      platelaw flow validate state.zip
    """  # noqa: D301


@flow_command.command("import")
@click.argument("files", nargs=-1, required=True, metavar="LIST...",
                type=click.Path(path_type=Path))  # fmt: skip
@_out_option
@click.option("--owner", default="", metavar="KEY",
              help="Whose lists they are, for lists that do not say and whose file's name does "
              "not either.")  # fmt: skip
@click.option("--as-of", type=Day(), metavar="DATE",
              help="The day of the map, and of lists without a date. As usual: the day of the "
              "newest row.")  # fmt: skip
@click.option("--threshold", type=click.FloatRange(0, 1), metavar="NUMBER",
              help="How surely a name must mean a body; 0.85 as usual.")  # fmt: skip
@_parquet_option
@_json_option
@policy_option
@cache_options
@registry_option
def import_command(
    files: tuple[Path, ...],
    output: Path,
    owner: str,
    as_of: datetime | None,
    threshold: float | None,
    parquet: bool,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Make one map of several lists.

    A list is a text, a workbook or a zip archive of these, and is recognized by its columns:
    links and policies of portals, Shared Networks exports, lists of partners, members of networks,
    pairs, and the list of agreements that delegate federal powers. Portals' pages, saved as text,
    are read too. A map among the lists is taken in whole, and they add to it. Names are read as
    those in search logs are; one that is surely no body on file stays a node of its own.

    Exit code 0 if every row was read, 5 if some could not be, 2 if a file could not.

    \b
    Examples:
      platelaw flow import edges.csv policies.csv -o state.zip
      platelaw flow import state.zip okaloosa_fl_so_shared_networks.csv -o larger.zip
      platelaw flow import list.csv --owner OR/eugene-pd --as-of 2025-12-10 -o map.json
    """  # noqa: D301
    registry = registry_from(registry_folder)
    if owner and registry.get(owner) is None:
        stop(f"no agency of the registry has the key or ORI `{owner}`",
             "find its key with `platelaw agencies NAME`")  # fmt: skip
    day = as_of.date() if as_of else None
    library = engine_from(places, registry, cache).library
    words = shipped_words()
    resolver = Resolver(registry, replace(words, threshold=threshold) if threshold else words)
    with _refused_as_told(), _progress() as progress, collector_paused():
        made = import_lists(
            [Listed(file, owner, day) for file in files], resolver,
            as_of=day, lexicons=lexicons_of(library), progress=progress,
        )  # fmt: skip
        write_map(made.map, output, parquet=parquet)
    _tell_import(made, output, as_json=as_json)
    raise SystemExit(EXIT_FAULTS if made.faults else EXIT_OK)


def _tell_import(made: Imported, output: Path, *, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps({**imported_json(made), "written": str(output)}, indent=2))
        return
    for line in imported_lines(made):
        click.echo(line)
    click.echo(f"written: {output}")
    for fault in made.faults:
        click.echo(f"not read: {fault}", err=True)
    if not made.map.relations:
        click.echo("warning: no list tells of a relation, so there is nothing to trace", err=True)


@flow_command.command("validate")
@map_option
@_json_option
@policy_option
@cache_options
@registry_option
def validate_command(
    place: Path | None,
    example: str | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Check a map: what it names, dates, switches, bodies and words.

    Exit code 0 if nothing is wrong, 5 if something is (an error or a warning), 2 if the map cannot
    be read.

    \b
    Examples:
      platelaw flow validate state.zip
      platelaw flow validate folder --json
    """  # noqa: D301
    registry = registry_from(registry_folder)
    with _refused_as_told(), collector_paused():
        loaded = load_map(_place_of(place, example))
    library = library_from(places, registry, cache).library
    known = Known(registry.bodies.keys())
    if library is not None:
        kinds = [vocabulary.kinds for vocabulary in library.vocabularies.values()]
        known = Known(
            registry.bodies.keys(),
            frozenset(name for each in kinds for name in each.below("purpose")),
            frozenset(name for each in kinds for name in each.below("data")),
        )
    found = list(findings(loaded.map, known))
    if as_json:
        listed = [_finding_json(loaded, each) for each in found]
        click.echo(json.dumps({"version": 1, "findings": listed}, indent=2, ensure_ascii=False))
    else:
        _tell_findings(loaded, found)
    is_wrong = any(each.severity is not Severity.NOTE for each in found)
    raise SystemExit(EXIT_FAULTS if is_wrong else EXIT_OK)


_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}


def _tell_findings(loaded: Loaded, found: list[Finding]) -> None:
    ranked = sorted(found, key=lambda each: list(Severity).index(each.severity))
    for each in ranked[:_FINDINGS_SHOWN]:
        mark = click.style(f"{each.severity.value}:", fg=_COLORS[each.severity], bold=True)
        click.echo(f"{mark} {FileFault(_place(loaded, each), each.field, each.words, each.mend)}")
    if len(ranked) > _FINDINGS_SHOWN:
        click.echo(f"and {len(ranked) - _FINDINGS_SHOWN:,} more; --json lists all")
    counts = (f"{sum(each.severity is severity for each in found):,} {severity.value}s"
              for severity in Severity)  # fmt: skip
    click.echo(", ".join(counts))


def _place(loaded: Loaded, finding: Finding) -> str:
    return loaded.place(finding.part, finding.key) or finding.shown


def _finding_json(loaded: Loaded, finding: Finding) -> dict[str, Any]:
    return {
        "severity": finding.severity.value,
        "place": _place(loaded, finding),
        "part": finding.part.value,
        "key": finding.key,
        "field": finding.field,
        "words": finding.words,
        "mend": finding.mend,
    }


@flow_command.command("export")
@map_option
@_out_option
@_parquet_option
def export_command(place: Path | None, example: str | None, output: Path, parquet: bool) -> None:
    """Write a map in another form, told by the ending of the file.

    \b
    Examples:
      platelaw flow export --example -o example.graphml
      platelaw flow export state.zip -o folder
      platelaw flow export state.json -o folder --parquet
    """  # noqa: D301
    with _refused_as_told(), collector_paused():
        write_map(read_map(_place_of(place, example)), output, parquet=parquet)
    click.echo(f"written: {output}")


@flow_command.command("show")
@map_option
@_json_option
def show_command(place: Path | None, example: str | None, as_json: bool) -> None:
    """Say what a map holds, how complete it is, what is doubtful, and what a trace assumes.

    \b
    Examples:
      platelaw flow show --example
      platelaw flow show state.zip --json
    """  # noqa: D301
    shown = map_from(place, example=example)
    if as_json:
        click.echo(json.dumps(summary_json(shown), indent=2, ensure_ascii=False))
    else:
        for line in summary_lines(shown):
            click.echo(line)


def _place_of(place: Path | None, example: str | None) -> Path | Traversable:
    """Where the one map lies that a command was given."""
    if (example is None) == (place is None):
        stop("name one map", "give a file or folder, or --example for a map that is shipped")
    return place if place is not None else example_place(example or REAL)


@contextmanager
def _refused_as_told() -> Generator[None]:
    """A file that is refused ends the command with every fault in words."""
    try:
        yield
    except MapError as fault:
        stop(str(fault))


@contextmanager
def _progress() -> Generator[Callable[[int], None] | None]:
    """Rows read so far, on a terminal only."""
    if not sys.stderr.isatty():
        yield None
        return

    def show(rows: int) -> None:
        click.echo(f"\r{rows:,} rows", err=True, nl=False)

    yield show
    click.echo("\r" + " " * 20 + "\r", err=True, nl=False)


flow_command.add_command(generate_command)
flow_command.add_command(history_command)
flow_command.add_command(report_command)
