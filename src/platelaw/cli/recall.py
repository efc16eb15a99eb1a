"""``platelaw recall`` and ``platelaw deleted``: an owner undoes a release, a holder answers."""

from __future__ import annotations

import datetime
import re
from typing import Any

import click

from ..federation.evidence.statements import Deleted, OfRelease, Recalled, Said, Statement
from .common import stop
from .day import Day
from .signing import signing_from, signing_options

_RELEASE = re.compile(r"[0-9a-f]{32}")


@click.command("recall")
@click.argument("release", metavar="RELEASE_ID")
@click.option("--why", required=True, help="Why, for the holders to read; name no person.")
@click.option("--holder", "holders", metavar="KEY", multiple=True, required=True,
              help="Who has a copy and is to answer; may be repeated.")  # fmt: skip
@click.option("--from", "counts_from", type=Day(),
              help="The day from which nothing may go on, in UTC [default: now].")  # fmt: skip
@click.option("--answer-by", type=Day(), required=True,
              help="The day by which the holders are to answer, in UTC.")  # fmt: skip
@signing_options
def recall_command(
    release: str,
    why: str,
    holders: tuple[str, ...],
    counts_from: datetime.datetime | None,
    answer_by: datetime.datetime,
    **options: Any,
) -> None:
    """Recall a release: nothing of it may go on, and its holders are to delete it.

    Sign as the owner whose data were released, and hand it in at your own service and at those of
    the holders. It counts for good. `platelaw pending` shows who has not answered.

    \b
    Examples:
      platelaw recall 4f0c... --why "by mistake" --holder CT/example-pd --answer-by 2026-12-15
      platelaw recall 4f0c... --why "order lifted" --holder CT/example-pd --dry-run
    """  # noqa: D301
    now = _now()
    begins = _utc(counts_from) if counts_from else now
    said = Recalled(why, begins, tuple(sorted(set(holders))), _utc(answer_by))
    if said.answer_by <= begins:
        stop("--answer-by is not after --from", "name a later day")
    _state(release, said, now, options)


@click.command("deleted")
@click.argument("release", metavar="RELEASE_ID")
@click.option("--on", "day", type=Day(),
              help="The day on which it was deleted, in UTC [default: now].")  # fmt: skip
@click.option("--kept", default="", help="What of it is kept all the same; name no person.")
@click.option("--retention", default="", help="Under which retention that is.")
@signing_options
def deleted_command(
    release: str,
    day: datetime.datetime | None,
    kept: str,
    retention: str,
    **options: Any,
) -> None:
    """Say that a copy is deleted, and what of it is kept under which retention.

    Sign as the body that had the copy, and hand it in at your own service and at that of whoever
    recalled it. The copy goes nowhere from then on, not even what is kept of it.

    \b
    Examples:
      platelaw deleted 4f0c...
      platelaw deleted 4f0c... --kept "two reads, as exhibits" --retention "the case file, 10 years"
    """  # noqa: D301
    if bool(kept) != bool(retention):
        stop("--kept and --retention go together", "say what is kept, and under which retention")
    now = _now()
    said = Deleted(_utc(day) if day else now, kept, retention)
    _state(release, said, now, options)


def _state(release: str, said: Said, now: datetime.datetime, options: dict[str, Any]) -> None:
    """Sign one statement about a release, and hand it in."""
    if not _RELEASE.fullmatch(release):
        stop(f"{release}: no release id", "write its 32 digits and letters from a to f")
    signing = signing_from(options)
    signing.sign([Statement(OfRelease(release), said, signing.by, now)])


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC).replace(microsecond=0)


def _utc(day: datetime.datetime) -> datetime.datetime:
    return day.replace(tzinfo=datetime.UTC)
