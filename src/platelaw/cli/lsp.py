"""``platelaw lsp``: what editors ask while a policy is written."""

from __future__ import annotations

from pathlib import Path

import click

from ..engine.cache import Cache
from ..engine.library import LibraryError, policy_files, shipped
from ..engine.loading import Trees
from .caching import cache_options
from .common import registry_from, registry_option, stop


@click.command("lsp")
@click.argument("places", nargs=-1, type=click.Path(path_type=Path))
@cache_options
@registry_option
def lsp_command(
    places: tuple[Path, ...], cache: Cache | None, registry_folder: Path | None
) -> None:
    """Serve editors: the Language Server Protocol on standard input and output.

    An editor starts this by itself (docs/editors.md). The library is every .policy file of the
    folder that the editor has open, on top of the shipped library or, with a root vocabulary, a
    library of its own; with PLACES, these files and folders instead. Texts that are open count as
    they stand, saved or not; nothing is written but what the editor writes. Exit code 0 if the
    editor said that it was done, 1 if it left without a word, 2 if the extra `editor` is not
    installed.

    \b
    Examples:
      platelaw lsp
      platelaw lsp policies/
    """  # noqa: D301
    try:
        from ..editor.project import Shipped
        from ..editor.server import server_of
        from ..editor.serving import serve
    except ModuleNotFoundError as fault:
        if (fault.name or "").partition(".")[0] not in ("pygls", "lsprotocol"):
            raise
        stop("the language server needs pygls", "in platelaw's folder: pip install '.[editor]'")
    registry = registry_from(registry_folder)
    try:
        policy_files(places)
        parses = Trees(cache).read(policy_files([shipped()]))
    except LibraryError as fault:
        stop(str(fault))
    resolved = tuple(place.resolve() for place in places)
    raise SystemExit(serve(server_of(Shipped(parses, registry), resolved)))
