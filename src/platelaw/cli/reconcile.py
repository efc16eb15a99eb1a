"""``platelaw reconcile``: decisions beside searches, and what an export lacks."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..compliance.findings.catalog import INCOMPLETE
from ..compliance.reconciling.completeness import Completeness, Support, completeness
from ..compliance.reconciling.decided_beside import Beside, beside
from ..compliance.reconciling.decisions import Wanted, decided
from ..compliance.reconciling.entering import enter
from ..compliance.reconciling.overlaps import Overlaps, overlaps
from ..compliance.reconciling.render import (
    lines_beside,
    lines_completeness,
    lines_overlaps,
    lines_totals,
    plain_beside,
    plain_completeness,
    plain_overlaps,
    plain_total,
)
from ..compliance.reconciling.searches import Subject, audited_again, period_of, subject_of
from ..compliance.reconciling.totals import PageError, Total, compared, told_by
from ..compliance.results.store import ResultsError
from ..federation.log.store import StoreUnavailableError
from .caching import default_cache
from .common import EXIT_NOTHING, engine_from, registry_from, stop
from .findings_common import (
    book_from,
    file_argument,
    json_option,
    now,
    print_json,
    results_from,
)
from .findings_review import checked
from .log_common import log_from, log_options

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(slots=True)
class _Found:
    """What was held against an export; None where nothing was named to hold against it."""

    decisions: Beside | None
    logs: Overlaps | None
    totals: list[Total]
    complete: Completeness | None
    hint: str

    @property
    def is_well(self) -> bool:
        """Whether all that was asked fits."""
        return (self.decisions is None or self.decisions.agrees) and (
            self.complete is None or self.complete.support is Support.YES
        )


@click.command("reconcile")
@file_argument
@click.option("--with", "others", type=click.Path(path_type=Path, dir_okay=False), multiple=True,
              metavar="FILE", help="Results of another log that holds searches of this agency: "
              "another agency's, or another export. Repeatable.")  # fmt: skip
@click.option("--page", "pages", type=click.Path(path_type=Path, dir_okay=False), multiple=True,
              metavar="FILE", help="The agency's public page, saved as text, with its count of "
              "searches. Repeatable.")  # fmt: skip
@click.option("--complete", type=click.FloatRange(0, 1, min_open=True), metavar="SHARE",
              help="The share of all searches that an export must hold to support 'no violation' "
              "[default: that of the book of review, 0.95].")  # fmt: skip
@click.option("--confidence", type=click.FloatRange(0.5, 0.999), default=0.95, show_default=True,
              help="That of the interval of the share.")  # fmt: skip
@click.option("--within", type=click.FloatRange(0, 86_400), default=60.0, show_default=True,
              metavar="SECONDS", help="How far apart the clocks of service and vendor may "
              "be.")  # fmt: skip
@click.option("--act", default="search", show_default=True, metavar="WORD", help="The act whose "
              "decisions are joined with searches.")  # fmt: skip
@click.option("--registry", type=click.Path(path_type=Path, file_okay=False), metavar="DIR",
              help="A folder of registry files instead of the shipped registry.")  # fmt: skip
@click.option("--enter", "is_entered", is_flag=True, help="Keep in the results how complete the "
              "export is, and make the check of it: findings and reports then say so.")  # fmt: skip
@json_option
@log_options
def reconcile_command(
    results_file: Path,
    others: tuple[Path, ...],
    pages: tuple[Path, ...],
    complete: float | None,
    confidence: float,
    within: float,
    act: str,
    registry: Path | None,
    is_entered: bool,
    as_json: bool,
    **which: Any,
) -> None:
    """Join decisions with searches, and tell how complete an export is.

    FILE is a results database that `platelaw audit` made of the vendor's export. With a log of the
    decision service (--home, --config or --export) each search is held against the decision made
    for it. With other logs (--with) and public pages (--page) it is told what the export lacks, and
    whether it can support 'no violation'. Accounts are never read, and ids never joined to them.
    Exit code: 0 all fits, 1 something does not or cannot be told, 2 bad input.

    \b
    Examples:
      platelaw reconcile year.results --export a-copy
      platelaw reconcile own.results --with neighbor.results --with county.results
      platelaw reconcile own.results --page portal.txt --complete 0.99 --json
      platelaw reconcile own.results --with neighbor.results --enter
    """  # noqa: D301
    log_named = any(each is not None for each in which.values())
    if not (log_named or others or pages):
        stop(
            "nothing is named to hold the export against",
            "name a log (--home, --config, --export), other results (--with) or a page (--page)",
        )
    asked = bool(others or pages)
    if is_entered and not asked:
        stop("--enter keeps how complete the export is, and nothing is named that tells it",
             "name other results (--with) or a page (--page)")  # fmt: skip
    with results_from(results_file, write=is_entered) as results:
        try:
            subject = subject_of(results)
            decisions = (
                _beside(results, subject, which, act, _keys_of(registry), within)
                if log_named
                else None
            )
            logs = overlaps(results, others, confidence) if others else None
        except ResultsError as fault:
            stop(fault.message, fault.help)
        totals = _totals(results, pages)
        hint = _hint(results, results_file, subject, logs, totals)
        share = complete or book_from(None).number("complete_share")
        told = completeness(results, share, logs, totals) if asked else None
        found = _Found(decisions, logs, totals, told, hint)
        if is_entered:
            _enter(results, results_file, subject, registry, found)
    _print(found, as_json=as_json)
    if not found.is_well:
        raise SystemExit(EXIT_NOTHING)


def _enter(
    results: DuckDBPyConnection, file: Path, subject: Subject, registry: Path | None, found: _Found
) -> None:
    """Keep how complete the export is, and have the register know of it as a review would."""
    bodies = registry_from(registry)
    body = bodies.get(subject.owner)
    if body is None:
        stop(f"the registry has no agency `{subject.owner}`, whose results these are",
             "name the registry of the audit with --registry")  # fmt: skip
    assert found.complete is not None, "what tells it is named"
    enter(results, found.complete, found.logs, found.totals, now())
    checked(results, file, engine_from((), bodies, default_cache()), body, (INCOMPLETE,))


def _keys_of(folder: Path | None) -> Callable[[str], str]:
    registry = registry_from(folder)

    def key_of(name: str) -> str:
        body = registry.get(name)
        return body.key if body is not None else name

    return key_of


def _beside(
    results: DuckDBPyConnection,
    subject: Subject,
    which: dict[str, Any],
    act: str,
    key_of: Callable[[str], str],
    within: float,
) -> Beside:
    wanted = Wanted(key_of(subject.owner), subject.is_own, act, key_of)
    with log_from(**which) as at:
        try:
            size = at.export.checkpoint.size if at.export else at.records.head().edge.size
            found = decided(at.records, size, wanted)
        except StoreUnavailableError as fault:
            stop(str(fault), "`platelaw log verify` tells what is wrong with a log")
    return beside(results, found, datetime.timedelta(seconds=within))


def _totals(results: DuckDBPyConnection, pages: tuple[Path, ...]) -> list[Total]:
    period = period_of(results)
    if not pages:
        return []
    if period is None:
        stop("the results hold no search whose time is known")
    try:
        return [compared(results, told_by(page), period) for page in pages]
    except PageError as fault:
        stop(str(fault), "save the page as text and name that file")


def _hint(
    results: DuckDBPyConnection,
    file: Path,
    subject: Subject,
    logs: Overlaps | None,
    totals: list[Total],
) -> str:
    """What to do where no search of the export is the agency's own; empty if some is.

    A log of the agency's own searches may have no column for the organization. Then only whoever
    audits it can say whose searches these are, and nothing is the vendor's fault.
    """
    none = (logs is not None and not logs.own) or any(
        total.covers and not total.exported for total in totals
    )
    if subject.is_own or not none:
        return ""
    return (
        "Not one search of these results is surely the agency's own. If the logs are of its own "
        "searches, what is said here of searches that lack is wrong: audit them again into "
        f"another file, and hold that one: {audited_again(results, file)}"
    )


def _print(found: _Found, *, as_json: bool) -> None:
    if as_json:
        told: dict[str, Any] = {
            "decisions": plain_beside(found.decisions) if found.decisions else None,
            "other_logs": plain_overlaps(found.logs) if found.logs else None,
            "pages": [plain_total(total) for total in found.totals],
            "hint": found.hint,
            "completeness": plain_completeness(found.complete) if found.complete else None,
        }
        print_json(told)
        return
    parts = [
        (found.hint,) if found.hint else (),
        lines_beside(found.decisions) if found.decisions else (),
        lines_overlaps(found.logs) if found.logs else (),
        lines_totals(found.totals),
        lines_completeness(found.complete) if found.complete else (),
    ]
    shown = ["\n".join(lines) for lines in parts]
    click.echo("\n\n".join(text for text in shown if text))
