"""What the commands share: exit codes, the library, messages that name the mend."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from ..dsl.check import Checked
from ..dsl.diagnostics import Diagnostic
from ..engine.cache import Cache
from ..engine.decision import Engine
from ..engine.library import LibraryError, load, shipped_registry
from ..engine.loading import Loader
from ..engine.registry import Registry, RegistryError, read_registry

# Documented in docs/cli.md.
EXIT_OK = 0
EXIT_NOTHING = 1
EXIT_BAD_INPUT = 2
EXIT_HOLD = 3
EXIT_DENY = 4
EXIT_FAULTS = 5


def stop(message: str, help_: str = "") -> NoReturn:
    """End with a message on standard error and the exit code of bad input."""
    click.echo(f"{click.style('error:', fg='red', bold=True)} {message}", err=True)
    if help_:
        click.echo(f"help: {help_}", err=True)
    raise SystemExit(EXIT_BAD_INPUT)


def registry_from(folder: Path | None) -> Registry:
    """The registry of a folder, or the shipped one."""
    try:
        return read_registry(folder) if folder else shipped_registry()
    except RegistryError as fault:
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
) -> Engine:
    """The engine of the shipped library with the places named on top of it."""
    checked = library_from(places, registry, cache)
    if checked.library is None:
        show_diagnostics([fault for fault in checked.diagnostics if fault.is_error], err=True)
        stop("the library is refused", "mend the faults above; `platelaw check` shows them again")
    return Engine(checked.library, registry, with_proposed=proposed, by_reference=by_reference)


def show_diagnostics(diagnostics: Iterable[Diagnostic], *, err: bool = False) -> None:
    """Print diagnostics, the code in color on a terminal; on standard error if not asked for."""
    for fault in diagnostics:
        head, _, rest = str(fault).partition("\n")
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
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A folder of registry CSV files to use instead of the shipped registry.",
)
reference_option = click.option(
    "--reference",
    "by_reference",
    is_flag=True,
    help="Answer by the reference evaluator alone, which defines every answer and is slow.",
)


def cache_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say where read policies are kept; the command gets ``cache``."""
    keep = click.option(
        "--cache",
        "cache",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        callback=_cache,
        help="Keep what was read of policy files in this folder, which must be yours alone "
        "[default: platelaw in the user's cache folder].",
    )
    forget = click.option(
        "--no-cache",
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_no_cache,
        help="Read every policy file anew and keep nothing.",
    )
    return keep(forget(command))


_NO_CACHE = "platelaw.no_cache"


def _no_cache(ctx: click.Context, _parameter: click.Parameter, value: bool) -> None:
    ctx.meta[_NO_CACHE] = value


def _cache(ctx: click.Context, _parameter: click.Parameter, folder: Path | None) -> Cache | None:
    if ctx.meta.get(_NO_CACHE):
        return None
    place = folder or _default_folder()
    return Cache(place) if place else None


def _default_folder() -> Path | None:
    """``$XDG_CACHE_HOME/platelaw`` or ``~/.cache/platelaw``; None if the user has no home."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(base):
        return Path(base) / "platelaw"
    try:
        return Path.home() / ".cache" / "platelaw"
    except RuntimeError:
        return None
