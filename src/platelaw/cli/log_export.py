"""``platelaw log export``: a log as plain files, for whoever checks it elsewhere."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..federation.bundles.layout import Part
from ..federation.log.exported import ExportError
from ..federation.log.exporting import Export, archived
from ..federation.log.keys import LOGS_FILE
from ..federation.log.policies import PolicyArchiveError
from ..federation.log.store import StoreError, StoreUnavailableError
from ..federation.log.tiles import TileError
from .common import stop
from .log_common import VERSION, LogAt, json_option, log_from, log_options
from .progress import moving

_ARCHIVE = ".zip"


@click.command("export")
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--owner", metavar="KEY", help="Only entries about the data of this owner, each with "
              "a proof of its own.")  # fmt: skip
@json_option
@log_options
def export_command(target: Path, owner: str | None, as_json: bool, **which: Any) -> None:
    """Write a log to a folder, or to an archive if TARGET ends in .zip, up to its last checkpoint.

    It holds entries, hashes (C2SP tlog-tiles), the signed checkpoint, sealed texts, what entries
    were decided from and the policies: all that `verify` and `replay` need, without the service. A
    folder that was exported before is brought up to date; one that was cut off is gone on with.
    Exit code: 0 written, 2 if it cannot be.

    \b
    Examples:
      platelaw log export a-copy
      platelaw log export a-copy.zip --config platelaw.toml
      platelaw log export darien.zip --owner CT/darien-pd
    """  # noqa: D301
    is_archive = target.suffix == _ARCHIVE
    folder = target.with_suffix("") if is_archive else target
    with log_from(**which) as at:
        try:
            manifest = _export(at, folder, owner)
            if is_archive:
                archived(folder, target)
        except (
            ExportError,
            PolicyArchiveError,
            StoreError,
            StoreUnavailableError,
            TileError,
        ) as fault:
            stop(str(fault), "what is written so far is gone on with next time")
        except OSError as fault:
            stop(f"{fault.filename or target}: {fault.strerror or fault}", "name another folder")
    if as_json:
        told = {"version": VERSION, "target": str(target), "origin": manifest.origin,
                "size": manifest.size, "owner": manifest.owner or None,
                "entries": manifest.entries}  # fmt: skip
        click.echo(json.dumps(told, indent=2))
        return
    about = f" about {owner}" if owner else ""
    click.echo(f"{target}: {manifest.entries:,} entries{about} of `{manifest.origin}`, as of the")
    click.echo(f"checkpoint of {manifest.size:,} entries. Check it with:")
    click.echo(f"  platelaw log verify --export {target} --key FILE")


def _export(at: LogAt, folder: Path, owner: str | None) -> Any:
    newest = max(at.archive.known(), key=lambda one: one.issued_at, default=None)
    files = (at.archive.files(newest.digest) if newest else None) or {}
    keys = files.get(f"{Part.REGISTRY.value}/{LOGS_FILE}", b"")
    with moving(at.records.head().edge.size, "entries") as seen:
        export = Export(at.records, at.archive, keys, folder, seen)
        return export.of_owner(owner) if owner else export.whole()
