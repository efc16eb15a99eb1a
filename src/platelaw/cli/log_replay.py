"""``platelaw log replay``: whether every answer is the one that its policies give."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ..engine.cache import Cache
from ..engine.decision import Engine
from ..federation.bundles.contents import contents_of
from ..federation.bundles.errors import BundleError
from ..federation.bundles.texts import Memory
from ..federation.log.as_known import Changes, Rejudging
from ..federation.log.chaining import Chain
from ..federation.log.judging import Judge
from ..federation.log.keyring import KeyRing
from ..federation.log.libraries import Libraries
from ..federation.log.policies import PolicyArchiveError
from ..federation.log.records import Records
from ..federation.log.replaying import Replay, Report
from ..federation.log.sealing import MonthKey
from ..federation.log.sources import OpenedTexts
from ..federation.log.store import Group, StoreError, StoreUnavailableError
from ..federation.log.vault import VaultError
from .caching import cache_options
from .common import reference_option, stop
from .log_common import EXIT_BROKEN, LogAt, json_option, log_from, log_options, short
from .log_replayed import tell_changes, tell_report
from .progress import moving


@click.command("replay")
@click.option("--from", "first", type=click.IntRange(0), default=0, metavar="INDEX",
              help="The first entry to be recomputed.")  # fmt: skip
@click.option("--to", "last", type=click.IntRange(0), metavar="INDEX",
              help="The last entry to be recomputed.")  # fmt: skip
@click.option("--from-source", is_flag=True, help="Open the sealed texts with the keys beside the "
              "log, and read them anew.")  # fmt: skip
@click.option("--text-keys", type=click.Path(path_type=Path, file_okay=False, exists=True),
              metavar="DIR", help="The same with the keys of this folder.")  # fmt: skip
@click.option("--as-known", metavar="DATE",
              help="Judge old answers by the policies as they were known on this day or instant, "
              "and list what would be others.")  # fmt: skip
@click.option("--library", type=click.Path(path_type=Path, file_okay=False, exists=True),
              metavar="DIR", help="The same by the policies of a folder, which is laid out as a "
              "repository is: core/, state/CODE/, registry/ and so on.")  # fmt: skip
@reference_option
@json_option
@cache_options
@log_options
def replay_command(
    first: int,
    last: int | None,
    from_source: bool,
    text_keys: Path | None,
    as_known: str | None,
    library: Path | None,
    by_reference: bool,
    as_json: bool,
    cache: Cache | None,
    **which: Any,
) -> None:
    """Recompute every answer from what it was decided from, and compare.

    The policies are those that the service kept, by the digest in each entry. Two grades are
    counted: recomputed, from what the log holds in clear; and recomputed from source, where the
    sealed texts could be opened and the lexicons have read them anew. With --as-known or --library
    nothing is compared: old answers stay, and what would be answered otherwise is listed.
    Exit code: 0 nothing differs, 1 something does or could not be recomputed, 2 if there is no log.

    \b
    Examples:
      platelaw log replay
      platelaw log replay --from-source --from 1000
      platelaw log replay --export a-copy.zip --reference
      platelaw log replay --as-known 2027-01-31
    """  # noqa: D301
    if as_known is not None and library is not None:
        stop("two libraries are named", "name one of --as-known and --library")
    with log_from(**which) as at:
        try:
            if as_known is not None or library is not None:
                judge = _judge(at, as_known, library, cache, by_reference=by_reference)
                changes = _rejudged(at, judge, first, last)
                tell_changes(changes, as_json=as_json)
                raise SystemExit(0 if not changes.unread else EXIT_BROKEN)
            source = _source(at, text_keys, from_source=from_source)
            report, chain = _replayed(at, first, last, cache, source, by_reference=by_reference)
        except (PolicyArchiveError, StoreError, StoreUnavailableError, VaultError) as fault:
            stop(str(fault), "`platelaw log verify` tells what is wrong with a log")
    tell_report(report, chain, as_json=as_json)
    raise SystemExit(0 if report.is_clean and not chain.fault else EXIT_BROKEN)


# Running ---------------------------------------------------------------------------------------


def _replayed(
    at: LogAt,
    first: int,
    last: int | None,
    cache: Cache | None,
    source: OpenedTexts | None,
    *,
    by_reference: bool,
) -> tuple[Report, Chain]:
    libraries = Libraries(at.archive, by_reference, cache or Memory())
    replay = Replay(libraries, at.records.circumstances, source)
    size, end = _span(at, last)
    is_all = not first and end == size and not (at.export and at.export.is_part)
    chain = Chain(at.records.head().edge if is_all else None)
    with _groups(at.records, first, end) as groups:
        for group in groups:
            chain.take(group)
            begin, stop_ = max(0, first - group.first), end - group.first
            replay.take(group.first + begin, group.entries[begin:stop_], group.sealed[begin:stop_])
    chain.end()
    return replay.report, chain


def _rejudged(at: LogAt, judge: Judge, first: int, last: int | None) -> Changes:
    run = Rejudging(judge, at.records.circumstances)
    _, end = _span(at, last)
    with _groups(at.records, first, end) as groups:
        for group in groups:
            begin = max(0, first - group.first)
            run.take(group.first + begin, group.entries[begin : end - group.first])
    return run.changes


def _span(at: LogAt, last: int | None) -> tuple[int, int]:
    """How many entries there are, and the one after the last to be read."""
    size = at.export.checkpoint.size if at.export is not None else at.records.head().edge.size
    return size, size if last is None else min(last + 1, size)


@contextmanager
def _groups(records: Records, first: int, end: int) -> Generator[Iterator[Group]]:
    """The groups of some entries, with a bar on a terminal."""
    with moving(max(end - first, 0), "entries") as seen:
        yield _seen(records.groups(first, end), seen)


def _seen(groups: Iterator[Group], seen: Callable[[int], None]) -> Iterator[Group]:
    for group in groups:
        yield group
        seen(len(group.entries))


def _source(at: LogAt, folder: Path | None, *, from_source: bool) -> OpenedTexts | None:
    """What opens texts, if that is asked for."""
    if folder is None and not from_source:
        return None
    place = folder or at.seals
    if place is None or not place.is_dir():
        stop("the keys of the texts are not beside this log", "name their folder with --text-keys")
    ring = KeyRing.open(place)
    keys: dict[bytes, MonthKey] = {}
    for each in ring.list():
        key = ring.find(each.owner, each.month)
        if key is not None:
            keys[key.id] = key
    return OpenedTexts(keys.get)


def _judge(
    at: LogAt, day: str | None, library: Path | None, cache: Cache | None, *, by_reference: bool
) -> Judge:
    """The other policies."""
    if library is not None:
        files = {
            file.relative_to(library).as_posix(): file.read_bytes()
            for file in sorted(library.rglob("*"))
            if file.is_file()
        }
    else:
        assert day is not None
        known = at.archive.as_known(_moment(day))
        if known is None:
            stop(f"--as-known {day}: no policies were known then", "name a later day")
        found = at.archive.files(known.digest)
        if found is None:
            stop(f"the policies {short(known.digest)} are not kept", "name a folder with --library")
        files = dict(found)
    try:
        contents = contents_of(files, cache or Memory())
    except BundleError as fault:
        stop(f"{library or short(day or '')}: {fault}", fault.help)
    engine = Engine(contents.library, contents.registry)
    return Judge.of(engine, by_reference=by_reference, is_other=True)


def _moment(text: str) -> datetime.datetime:
    """A day, to its end in UTC, or an instant."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        stop(f"--as-known {text}: is no day", "write one such as 2027-01-31")
    if len(text) == len("2027-01-31"):
        return found.replace(tzinfo=datetime.UTC) + datetime.timedelta(days=1, microseconds=-1)
    return found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
