"""``platelaw check``: every fault of a library at once."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from ..dsl.check import Checked
from ..dsl.diagnostics import Diagnostic, in_order
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.examples import diagnostics_of, run_examples
from ..engine.registry import Registry
from ..engine.testing.selection import of_files
from .caching import cache_options
from .common import (
    EXIT_FAULTS,
    files_in,
    library_from,
    registry_from,
    registry_option,
    show_diagnostics,
)


@click.command("check")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the diagnostics as JSON.")
@click.option("--no-examples", is_flag=True, help="Do not decide the examples.")
@cache_options
@registry_option
def check_command(
    places: tuple[Path, ...],
    as_json: bool,
    no_examples: bool,
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Check policy files and decide their examples.

    PLACES are files or folders. They are checked on top of the shipped library, or as a library
    of their own if they declare a root vocabulary (one that extends nothing). Without any, the
    shipped library is checked. Of the examples only those of PLACES are decided. Exit code 0 if
    nothing is wrong (warnings may be), 5 if something is, 2 if a place cannot be read.

    \b
    Examples:
      platelaw check
      platelaw check my-agency.policy
      platelaw check my-agency/ --json | jq '.diagnostics[].code'
    """  # noqa: D301
    registry = registry_from(registry_folder)
    own = files_in(places)
    checked = library_from(places, registry, cache)
    diagnostics, examples = _with_examples(checked, registry, own, run=not no_examples)
    if as_json:
        click.echo(json.dumps(_as_json(checked, own, diagnostics, examples), indent=2))
    else:
        show_diagnostics(diagnostics)
        click.echo(_summary(checked, diagnostics, examples))
        note = _unproved(checked, own, places)
        if note:
            click.echo(note)
    raise SystemExit(EXIT_FAULTS if any(fault.is_error for fault in diagnostics) else 0)


def _with_examples(
    checked: Checked, registry: Registry, own: set[str], *, run: bool
) -> tuple[tuple[Diagnostic, ...], int]:
    """The diagnostics with those of examples that fail, and how many were decided.

    Of a library with files on top only the examples of those files are decided: an agency that
    gets a policy of its own changes what the others say of it.
    """
    if checked.library is None or not run:
        return checked.diagnostics, 0
    mine = of_files(checked.library.examples, own)
    results = run_examples(Engine(checked.library, registry), mine)
    return in_order([*checked.diagnostics, *diagnostics_of(results)]), len(results)


def _statements(checked: Checked, own: set[str]) -> Iterator[str]:
    """The names of what must never, or always, be the answer, which only the solver proves."""
    if checked.library is not None:
        yield from (one.id for one in of_files(checked.library.invariants, own))


def _unproved(checked: Checked, own: set[str], places: Iterable[Path]) -> str:
    """What was not looked at, and the command that does; empty for a library that is refused."""
    if checked.library is None:
        return ""
    count = len(list(_statements(checked, own)))
    said = f"{count} statement{'s' * (count != 1)} of what must never or always be, and "
    command = " ".join(["platelaw prove", *(shlex.quote(str(place)) for place in places)])
    return (
        f"not proved: {said if count else ''}whether each rule does what it says (a permit that "
        f"is always stopped, a dead exception, a gap in dates): `{command}`"
    )


def _as_json(
    checked: Checked, own: set[str], diagnostics: tuple[Diagnostic, ...], examples: int
) -> dict[str, object]:
    return {
        "version": 1,
        "ok": not any(fault.is_error for fault in diagnostics),
        "digest": checked.library.digest if checked.library else None,
        "examples": examples,
        "not_proved": list(_statements(checked, own)),
        "diagnostics": [fault.as_json() for fault in diagnostics],
    }


def _summary(checked: Checked, diagnostics: tuple[Diagnostic, ...], examples: int) -> str:
    errors = sum(fault.is_error for fault in diagnostics)
    warnings = len(diagnostics) - errors
    counted = f"{errors} error{'s' * (errors != 1)}, {warnings} warning{'s' * (warnings != 1)}"
    if checked.library is None:
        return f"{counted}: the library is refused"
    rules = sum(len(policy.rules) for policy in checked.library.policies)
    return (
        f"{counted}; {len(checked.library.policies)} policies, {rules} rules, "
        f"{examples} examples decided"
    )
