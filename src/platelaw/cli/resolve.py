"""``platelaw agencies --resolve``: which bodies the names of a log mean."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

import click

from ..engine.organizations.render import resolution_json, shown_name
from ..engine.organizations.resolution import Resolution
from ..engine.organizations.resolver import Resolver
from ..engine.registry import Registry
from .common import EXIT_FAULTS, EXIT_NOTHING, EXIT_OK, stop

VERSION = 1


def resolve(registry: Registry, names: Iterable[str], *, as_json: bool) -> int:
    """Print what each name means; the exit code tells whether all, some or none were resolved."""
    resolver = Resolver(registry)
    found = [resolver.resolve(name) for name in names]
    if not found:
        stop("no name is given", "name one with --resolve, or a file that holds some")
    resolved = sum(each.body is not None for each in found)
    if as_json:
        names_json = [resolution_json(each) for each in found]
        click.echo(json.dumps(
            {"version": VERSION, "threshold": resolver.words.threshold, "resolved": resolved,
             "names": names_json}, indent=2, ensure_ascii=False,
        ))  # fmt: skip
    else:
        for each in found:
            click.echo("\n".join(_lines(each)))
        click.echo(f"{resolved} of {len(found)} resolved", err=True)
    if resolved == len(found):
        return EXIT_OK
    return EXIT_FAULTS if resolved else EXIT_NOTHING


def _lines(found: Resolution) -> Iterator[str]:
    """One name: what came of it, why, and what else it may mean."""
    says = found.body.key if found.body else found.finding.value
    score = f" ({found.score:.2f})" if found.body else ""
    yield f"{shown_name(found.name)}: {says}{score}"
    if found.statuses:
        yield f"  status: {', '.join(found.statuses)}"
    if found.is_tagged and found.body is None:
        yield "  federal by its tag or its words"
    if found.body:
        for line in found.evidence:
            yield f"  {line}"
        return
    for each in found.candidates:
        yield f"  may be {each.body.key} ({each.score:.2f}): {'; '.join(each.evidence)}"
