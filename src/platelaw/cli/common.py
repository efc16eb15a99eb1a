"""What the commands share: exit codes, the library, messages that name the mend."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import NoReturn

import click

from ..dsl.check import Checked
from ..dsl.diagnostics import Diagnostic
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.library import LibraryError, load, policy_files, registry_at, shipped_registry
from ..engine.loading import Loader
from ..engine.registry import Registry, RegistryError

# Documented in docs/cli.md.
EXIT_OK = 0
EXIT_NOTHING = 1
EXIT_BAD_INPUT = 2
EXIT_HOLD = 3
EXIT_DENY = 4
EXIT_FAULTS = 5
_LISTENING = 1.0  # seconds after which a signal is heard at the latest

NOT_ON_FILE = (
    "one that is not on file is added by a CSV file of yours, `--registry FILE.csv` "
    "(docs/authors.md, A department that is not on file)"
)


def stop(message: str, help_: str = "") -> NoReturn:
    """End with a message on standard error and the exit code of bad input."""
    tell(message, help_)
    raise SystemExit(EXIT_BAD_INPUT)


def tell(message: str, help_: str = "") -> None:
    """Say on standard error what is wrong, and the mend."""
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True)
    if help_:
        click.echo(f"help: {help_}", err=True)


def wait_for_end() -> None:
    """Until somebody ends the command: Ctrl-C, or the system."""
    ended = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    # A signal that the system gives to another thread is heard by this one when it wakes.
    while not ended.wait(_LISTENING):
        pass


def registry_from(place: Path | None) -> Registry:
    """The registry of a folder or with a file's rows, or the shipped one."""
    try:
        return registry_at(place) if place else shipped_registry()
    except RegistryError as fault:
        stop(str(fault))


def files_in(places: Iterable[Path]) -> set[str]:
    """The names of the policy files of places."""
    try:
        return {name for name, _ in policy_files(places)}
    except LibraryError as fault:
        stop(str(fault))


def library_from(places: Iterable[Path], registry: Registry, cache: Cache | None) -> Checked:
    """The shipped library with the places named on top of it, through a cache if there is one."""
    try:
        if cache is None:
            return load(places, registry.bodies.keys())
        loaded = Loader(cache).load(places, registry.bodies.keys())
    except LibraryError as fault:
        stop(str(fault))
    if loaded.parsed:
        cache.prune()
    for note in cache.notes:
        click.echo(f"note: {note}", err=True)
    return loaded.checked


def engine_from(
    places: Iterable[Path],
    registry: Registry,
    cache: Cache | None,
    *,
    proposed: bool = False,
    by_reference: bool = False,
    known_as: tuple[str, str] = ("", ""),
) -> Engine:
    """The engine of the shipped library with the places named on top of it.

    Args:
        places: Policy files and folders.
        registry: The agencies on file.
        cache: What was read before, if it is kept.
        proposed: Bills take part.
        by_reference: The reference evaluator answers alone.
        known_as: How the names of files begin, and what faults call it instead.
    """
    checked = library_from(places, registry, cache)
    if checked.library is None:
        faults = [fault for fault in checked.diagnostics if fault.is_error]
        show_diagnostics(faults, err=True, known_as=known_as)
        stop("the library is refused", "mend the faults above; `platelaw check` shows them again")
    return Engine(checked.library, registry, with_proposed=proposed, by_reference=by_reference)


def show_diagnostics(
    diagnostics: Iterable[Diagnostic], *, err: bool = False, known_as: tuple[str, str] = ("", "")
) -> None:
    """Print diagnostics, the code in color on a terminal; on standard error if not asked for."""
    begins, called = known_as
    for fault in diagnostics:
        text = str(fault).replace(begins, called) if begins else str(fault)
        head, _, rest = text.partition("\n")
        head = click.style(head, fg="red" if fault.is_error else "yellow", bold=True)
        click.echo(f"{head}\n{rest}\n", err=err)


policy_option = click.option(
    "--policies",
    "places",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A policy file or folder on top of the shipped library; may be repeated. Files with a "
    "root vocabulary of their own stand alone.",
)
registry_option = click.option(
    "--registry",
    "registry_folder",
    type=click.Path(path_type=Path, exists=True),
    help="A CSV file whose rows are added to the shipped registry, or a folder of CSV files to use "
    "instead of it.",
)
reference_option = click.option(
    "--reference",
    "by_reference",
    is_flag=True,
    help="Answer by the reference evaluator alone, which defines every answer and is slow.",
)
