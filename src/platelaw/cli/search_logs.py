"""What the commands that judge search logs share: which logs, whose, and under which law."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ..engine.audit.containers import files_in
from ..engine.audit.layouts import Layout, LayoutError, parse_layouts
from ..engine.audit.postgres import TableAddress, is_address, table_address
from ..engine.audit.reader import LogError, Opened, SearchLog, open_logs, open_table
from ..engine.audit.review import NoLawBindsError, Reviewer
from ..engine.audit.sources import Skipped, shown
from ..engine.decision import Engine
from ..engine.registry import Body, Registry
from .bodies import body_from
from .common import stop

# `darien_ct_pd_search_audit.csv`, and the vendor's `4_1_2025-4_30_2025-Conway AR PD-Audit.csv`.
_NAMED = re.compile(r"(?:[0-9_]+-[0-9_]+-)?([a-z][a-z _-]*?)[ _-]([a-z]{2})[ _-](pd|so)(?![a-z])")
_STEPS = 200  # of a bar

owner_option = click.option("--owner", help="The agency whose log it is: its registry key or ORI.")
as_if_option = click.option(
    "--as-if-owner", "as_if", help="Judge a foreign log under the law of this agency (simulated)."
)
own_searches_option = click.option(
    "--own-searches",
    is_flag=True,
    help="A log without a column for the organization is of the owner's own searches.",
)
layout_option = click.option(
    "--layout",
    "maps",
    multiple=True,
    metavar="MAP.toml",
    type=click.Path(path_type=Path),
    help="A column map of one's own, tried before those that are shipped.",
)


class LogPlace(click.Path):
    """Where a log is: a file, a folder, or a table of a database, by its address."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """A path, or the address of a table; what is wrong with an address is not repeated."""
        if not isinstance(value, str) or not is_address(value):
            return super().convert(value, param, ctx)
        try:
            return table_address(value)
        except LogError as fault:
            stop(fault.message, fault.help)


def own_layouts(path: Path) -> tuple[Layout, ...]:
    """The layouts of a column map of one's own."""
    try:
        return parse_layouts(path.read_text("utf-8"), path.name)
    except (OSError, UnicodeDecodeError) as fault:
        stop(f"{path}: cannot be read: {fault}", "name a column map (TOML) that can be read")
    except LayoutError as fault:
        stop(str(fault), "mend the column map; docs/logs.md tells what it must say")


def open_log(path: Path, layouts: tuple[Layout, ...], name: str | None = None) -> Opened:
    """The exports of a file; its parts that are none are named on standard error."""
    try:
        opened = open_logs(path, layouts, name)
    except LogError as fault:
        stop(f"{path}: {fault.message}", fault.help)
    _tell_skipped(opened)
    return opened


def open_all(
    places: Sequence[Path | TableAddress],
    layouts: tuple[Layout, ...],
    without: Collection[Path] = (),
) -> list[tuple[Path, Opened]]:
    """The exports of files, of all files in folders, and of tables.

    Args:
        places: The files, folders and tables. A file in a folder may be none.
        layouts: The column maps to go by.
        without: Files in folders that are not meant.
    """
    found: list[tuple[Path, Opened]] = []
    names = Counter(place.name for place in places if isinstance(place, Path))
    for place in places:
        if isinstance(place, TableAddress):
            found.append((Path(place.table), _open_table(place, layouts)))
        elif place.is_dir():
            found += _open_folder(place, layouts, without)
        else:
            name = str(place) if names[place.name] > 1 else None
            found.append((place, open_log(place, layouts, name)))
    return found


def _open_table(place: TableAddress, layouts: tuple[Layout, ...]) -> Opened:
    try:
        return open_table(place, layouts)
    except LogError as fault:
        stop(f"{shown(place.schema)}.{shown(place.table)}: {fault.message}", fault.help)


def _open_folder(
    folder: Path, layouts: tuple[Layout, ...], without: Collection[Path]
) -> Iterator[tuple[Path, Opened]]:
    is_empty = True
    for path in files_in(folder, without):
        name = f"{folder.resolve().name}/{path.relative_to(folder).as_posix()}"
        try:
            opened = open_logs(path, layouts, name)
        except LogError as fault:
            opened = Opened((), (), (Skipped(shown(name), str(fault)),))
        _tell_skipped(opened)
        is_empty = is_empty and not (opened.logs or opened.others)
        yield path, opened
    if is_empty:
        stop(f"{folder}: no file in it is a search log", "name the folder that holds the exports")


def _tell_skipped(opened: Opened) -> None:
    for part in opened.skipped:
        click.echo(f"not read: {part.name}: {part.why}", err=True)


def reviewer_of(engine: Engine, body: Body, *, simulated: bool, own_searches: bool) -> Reviewer:
    """What judges logs of an agency; the command ends if no law binds it."""
    try:
        return Reviewer(engine, body, simulated=simulated, own_searches=own_searches)
    except NoLawBindsError:
        stop(f"no law of the library binds {body.key}",
             "judge the log under another agency's law with --as-if-owner KEY")  # fmt: skip


def owner_of(
    registry: Registry, logs: Sequence[Path], owner: str | None, as_if: str | None
) -> Body:
    """The agency under whose law the logs are judged."""
    if owner and as_if:
        stop("--owner and --as-if-owner exclude each other", "keep one")
    wanted = as_if or owner
    if wanted is None:
        return _named_in(registry, logs)
    return body_from(registry, wanted)


def named_by(registry: Registry, path: Path) -> Body | None:
    """The agency that the name of a file names, if it does."""
    match = _NAMED.match(path.name.lower())
    if not match:
        return None
    place = match[1].replace("_", "-").replace(" ", "-")
    return registry.get(f"{match[2].upper()}/{place}-{match[3]}")


def _named_in(registry: Registry, logs: Sequence[Path]) -> Body:
    """The one agency that all file names name."""
    found: dict[str, Body] = {}
    for path in logs:
        body = named_by(registry, path)
        if body is None:
            stop(
                f"{path}: the file's name does not tell whose log it is",
                "find the agency's key with `platelaw agencies NAME`, then add --owner KEY",
            )
        found[body.key] = body
    if len(found) > 1:
        stop(f"the logs are of several agencies: {', '.join(sorted(found))}", "audit one at a time")
    body = next(iter(found.values()))
    click.echo(f"owner taken from the file's name: {body.key}", err=True)
    return body


def judge_all(reviewer: Reviewer, logs: Iterable[SearchLog]) -> None:
    """Read every log, with progress on a terminal; one that cannot be read ends the command."""
    try:
        for log in logs:
            with_progress(log, reviewer.read(log))
    except LogError as fault:
        stop(fault.message, fault.help)


def with_progress(log: SearchLog, lines: Iterable[int]) -> None:
    """Run through the lines of a log that are reached, with a bar on a terminal."""
    size = max(1, log.source.size)
    with click.progressbar(
        length=size, label=log.name, file=sys.stderr, hidden=not sys.stderr.isatty(),
        show_pos=False,
    ) as bar:  # fmt: skip
        for _ in lines:
            done = min(size, log.source.position) - bar.pos
            if done * _STEPS >= size:
                bar.update(done)
        bar.update(size - bar.pos)
