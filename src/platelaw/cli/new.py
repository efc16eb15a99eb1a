"""``platelaw new``: a policy repository of an agency that passes at once."""

from __future__ import annotations

import datetime
import json
import shlex
import tempfile
from pathlib import Path

import click

from ..dsl import syntax as tree
from ..dsl.check import Checked
from ..dsl.diagnostics import Diagnostic, listed
from ..dsl.formatter import format_parse
from ..dsl.model import Library
from ..dsl.parser import Parser
from ..dsl.source import Source
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.examples import diagnostics_of, run_examples
from ..engine.registry import Body, Registry
from ..engine.testing.selection import of_files
from ..engine.written import bound_rules
from .bodies import body_from
from .caching import cache_options
from .common import files_in, library_from, registry_from, registry_option, show_diagnostics, stop
from .day import Day
from .scaffold import (
    REGISTRY,
    ScaffoldError,
    files_of,
    must_be_new,
    slug_of,
    starters,
    write_repository,
)


@click.command("new")
@click.argument("agency")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--from",
    "start",
    type=Day(),
    metavar="DATE",
    help="The first day of the policy [default: today].",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
@cache_options
@registry_option
def new_command(
    agency: str,
    folder: Path | None,
    start: datetime.datetime | None,
    as_json: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Make a policy repository of an agency that passes at once.

    It holds a policy that adopts the model policy, its examples, what must never be the answer, and
    what checks, tests and proves them (tox, pre-commit, CI).

    AGENCY is a key of the registry, such as `platelaw agencies NAME` prints. FOLDER is a new one,
    by default named after the agency. What is written passes `platelaw check`, `test` and `prove`
    as it stands; a folder that holds anything is left alone. Exit code 0 if it was made, 2 if not.

    \b
    Examples:
      platelaw new CT/example-village-pd
      platelaw new CT/example-village-pd village-policy --from 2027-01-01
    """  # noqa: D301
    registry = registry_from(registry_folder)
    body = body_from(registry, agency)
    if body.sovereign not in starters():
        stop(
            f"no model policy is shipped for agencies of {body.sovereign}",
            f"there is one for {listed(starters())}; docs/authors.md says how to write a policy",
        )
    place = folder or Path(f"{slug_of(body)}-policy")
    day = start.date() if start else datetime.date.today()
    try:
        must_be_new(place)
        added = _added(registry_folder)
        files = _laid_out(files_of(body, day.isoformat(), added))
        checked = _passing(files, registry, cache, slug_of(body), day)
        write_repository(place, files)
    except ScaffoldError as fault:
        stop(str(fault), "name a new folder: `platelaw new AGENCY FOLDER`")
    _note_others(checked, registry, body, day)
    _tell(place, body, files, as_json=as_json)


def _added(place: Path | None) -> str:
    """The rows that are added to the registry, which the repository needs too."""
    return place.read_text("utf-8-sig") if place is not None and place.is_file() else ""


def _note_others(checked: Checked, registry: Registry, body: Body, day: datetime.date) -> None:
    """Say which other policies open this agency's data already."""
    assert checked.library is not None
    bound = bound_rules(checked.library, registry, body.key, day)
    own = f"agency/{slug_of(body)}"
    others = {policy.name for policy, _ in bound.rules if policy.layer is tree.Layer.OWNER} - {own}
    if others:
        click.echo(
            f"note: {listed(sorted(others))} of the shipped library is already a policy of "
            f"{body.name}; what either permits is permitted",
            err=True,
        )


def _laid_out(files: dict[str, str]) -> dict[str, str]:
    """The files, each policy in the one layout, whatever the length of a name does to its lines."""
    parser = Parser()
    return {
        name: format_parse(parser.parse(Source(name, text))) if name.endswith(".policy") else text
        for name, text in files.items()
    }


def _passing(
    files: dict[str, str], registry: Registry, cache: Cache | None, slug: str, day: datetime.date
) -> Checked:
    """The library with these policies; the command ends unless it and every example are right."""
    with tempfile.TemporaryDirectory() as scratch:
        own = Path(scratch) / "policies"
        write_repository(own, {n: text for n, text in files.items() if n.endswith(".policy")})
        checked = library_from([own], registry, cache)
        faults: list[Diagnostic] = [fault for fault in checked.diagnostics if fault.is_error]
        if checked.library is not None:
            mine = of_files(checked.library.examples, files_in([own]))
            faults += diagnostics_of(run_examples(Engine(checked.library, registry), mine))
    if faults:
        if checked.library is not None:
            _refuse_early(checked.library, f"agency/{slug}", day)
        show_diagnostics(faults, err=True)
        stop(
            "what would be written does not pass; nothing was written",
            "another --from may help: before it, the model policy or the law may have been other; "
            "or the library may have a policy of this agency already",
        )
    return checked


def _refuse_early(library: Library, name: str, day: datetime.date) -> None:
    """Stop where the new policy would begin before anything of the model that it adopts."""
    models = {each.adopted.partition(" ")[0] for each in library.policies if each.name == name}
    first = min(
        rule.node.in_force.start
        for policy in library.policies
        if policy.name in models
        for rule in policy.rules
        if rule.node.in_force
    )
    if day < first:
        stop(
            f"{listed(sorted(models))}, which the policy would adopt, is in force from {first}",
            f"say `--from {first}` or a later day; nothing was written",
        )


def _tell(place: Path, body: Body, files: dict[str, str], *, as_json: bool) -> None:
    if as_json:
        told = {"version": 1, "agency": body.key, "folder": str(place), "files": sorted(files)}
        click.echo(json.dumps(told, indent=2))
        return
    click.echo(f"{place}: policy of {body.name}")
    for name in sorted(files):
        click.echo(f"  {name}")
    registry = f" --registry {REGISTRY}" if REGISTRY in files else ""
    commands = (
        f"cd {shlex.quote(str(place))}",
        "git init",
        f"platelaw check policies{registry}",
        f"platelaw test policies --coverage{registry}",
        f"platelaw prove policies{registry}",
        f"platelaw doc {body.key} --policies policies --html policy.html{registry}",
    )
    click.echo("\nNext:" + "".join(f"\n  {command}" for command in commands))
    click.echo("`prove` needs the extra `solver`; README.md says what each does.")
