"""``platelaw findings review``: the checks, made over the results of an audit."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from ..compliance.findings.basis import cited_rules
from ..compliance.findings.catalog import CHECKS
from ..compliance.findings.checks import Context
from ..compliance.findings.recording import CheckRun
from ..compliance.findings.reviewing import Reviewing, review
from ..engine.cache import Cache
from .caching import cache_options
from .common import (
    engine_from,
    policy_option,
    registry_from,
    registry_option,
    stop,
)
from .findings_common import (
    about_of,
    book_from,
    book_option,
    file_argument,
    json_option,
    now,
    print_json,
    results_from,
)


@click.command("review")
@file_argument
@click.option(
    "--check", "checks", multiple=True, type=click.Choice(tuple(CHECKS)), metavar="NAME",
    help="Make this check alone; repeat it to name several.",
)  # fmt: skip
@click.option(
    "--seed", default="", metavar="TEXT",
    help="The seed of the random sample [default: the digests of the files, so that nobody "
    "chooses it].",
)  # fmt: skip
@book_option
@json_option
@policy_option
@cache_options
@registry_option
def review_command(
    results_file: Path,
    checks: tuple[str, ...],
    seed: str,
    own_book: Path | None,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """Make the checks over the results of an audit, and add what they find to the register.

    A check that is made again finds the same findings under the same ids, and adds nothing. What
    it finds no more is noted and stays as it stands. A check that needs what no export shows is
    named as not made. Exit code 0, or 2 if the file cannot be gone by.

    \b
    Examples:
      platelaw findings review year.results
      platelaw findings review year.results --check random-sample --seed 2026-11
    """  # noqa: D301
    book = book_from(own_book)
    registry = registry_from(registry_folder)
    with results_from(results_file, write=True) as results:
        owner = about_of(results).get("owner", "")
        body = registry.get(owner)
        if body is None:
            stop(f"the registry has no agency `{owner}`, whose results these are",
                 "name the registry of the audit with --registry")  # fmt: skip
        rules = cited_rules(engine_from(places, registry, cache).library)
        context = Context(results, book, seed)
        asked = Reviewing(context, body.sovereign, rules, now(), checks or tuple(CHECKS))
        runs = review(asked)
    if as_json:
        print_json({"owner": owner, "checks": runs})
    else:
        click.echo("\n".join(_lines(owner, runs)))


def _lines(owner: str, runs: Sequence[CheckRun]) -> list[str]:
    total, new = sum(run.found for run in runs), sum(run.new for run in runs)
    lines = [f"{owner}: {total:,} findings, {new:,} of them new"]
    for run in runs:
        if run.why_not:
            lines.append(f"  {run.name:<24} not made: {run.why_not}")
            continue
        told = f"{run.found:>7,} found, {run.new:,} new"
        told += f", {run.again:,} measured otherwise" if run.again else ""
        told += f", {run.gone:,} not found any more" if run.gone else ""
        lines.append(f"  {run.name:<24} {told}")
    return [*lines, "platelaw informs counsel; it is not legal advice."]
