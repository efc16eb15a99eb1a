"""The options that say where commands keep what they read of policy files."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from ..engine.cache import Cache


def cache_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command ``--cache`` and ``--no-cache``; it gets ``cache``, or None."""
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


def default_cache() -> Cache | None:
    """The cache of commands that have no option for it."""
    place = _default_folder()
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
