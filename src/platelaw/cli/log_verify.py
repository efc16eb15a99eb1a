"""``platelaw log verify``: whether a log is what was written, all of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from ..federation.log.checking import Finding
from ..federation.log.exported import Exported
from ..federation.log.notes import NoteError
from ..federation.log.store import StoreError, StoreUnavailableError
from ..federation.log.verifying import Claim, Verified, claim_of, verified
from .log_common import (
    EXIT_BROKEN,
    VERSION,
    LogAt,
    json_option,
    key_option,
    log_from,
    log_options,
)
from .progress import moving

MOST_TOLD = 20  # findings that are printed
_MEND = (
    "put back a whole copy, or see `platelaw log repair`, which enters the loss; all before the "
    "first entry named is what was written"
)


@click.command("verify")
@click.option(
    "--checkpoint",
    "kept",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    metavar="FILE",
    multiple=True,
    help="A checkpoint of this log that somebody kept, to be held against it; may be repeated.",
)
@key_option
@json_option
@log_options
def verify_command(
    kept: tuple[Path, ...], key_file: Path | None, as_json: bool, **which: Any
) -> None:
    """Verify a log: signatures, every entry, the tree, the head and what is kept apart from it.

    Each entry is hashed anew and the tree built from all of them. Checked too: that what entries
    were decided from is on file and unchanged, that times do not fall, that no two calls have one
    nonce. The first entry that is not what was written is named.
    Exit code: 0 whole, 1 not, 2 if there is no log or no key.

    \b
    Examples:
      platelaw log verify
      platelaw log verify --config platelaw.toml --checkpoint last-year.txt
      platelaw log verify --export a-copy.zip --key logs.csv
    """  # noqa: D301
    with log_from(**which, key_file=key_file, needs_keys=True) as at:
        try:
            claims, faults = _claims(at, kept)
            export = at.export
            found = _part(export) if export is not None and export.is_part else _whole(at, claims)
        except (StoreError, StoreUnavailableError) as fault:
            found, faults = Verified(findings=[Finding(0, str(fault))]), []
        is_whole = found.is_whole and not faults
        if as_json:
            click.echo(json.dumps(_plain(at, found, faults), indent=2))
        else:
            for line in _lines(at, found, faults):
                click.echo(line)
    raise SystemExit(0 if is_whole else EXIT_BROKEN)


def _whole(at: LogAt, claims: list[Claim]) -> Verified:
    with moving(at.records.head().edge.size, "entries") as seen:
        return verified(at.records, claims, seen=seen)


def _part(export: Exported) -> Verified:
    """The entries of one owner, each by its own proof."""
    found = Verified(export.checkpoint.size, export.checkpoint.root)
    found.answers = export.manifest.entries
    found.findings = [Finding(index, words) for index, words in export.broken()]
    return found


def _claims(at: LogAt, kept: tuple[Path, ...]) -> tuple[list[Claim], list[str]]:
    """What is known of the log, as far as the signatures hold; what is wrong with the rest."""
    claims: list[Claim] = []
    faults: list[str] = []
    export = at.export
    note = export.note if export is not None else at.records.head().checkpoint
    named = [("the signed checkpoint", note)] if note else []
    for name, file in (*at.marks, *((f"the checkpoint in {file}", file) for file in kept)):
        try:
            named.append((name, file.read_text("utf-8")))
        except FileNotFoundError:
            continue
        except (OSError, UnicodeDecodeError) as fault:
            faults.append(f"{name}: {file}: cannot be read: {fault}")
    for name, text in named:
        try:
            claims.append(claim_of(name, text, at.keys))
        except NoteError as fault:
            faults.append(f"{name}: {fault}")
    if not note and at.export is None:
        faults.append("no signed checkpoint is in the store; start the service once")
    return claims, faults


# Telling ---------------------------------------------------------------------------------------


def _lines(at: LogAt, found: Verified, faults: list[str]) -> Iterator[str]:
    yield f"log          {at.name}"
    yield f"origin       {_origin(at)}"
    if at.export is not None and at.export.is_part:
        owner = at.export.manifest.owner
        yield f"entries      {found.answers:,} of {found.size:,}: those about {owner}"
    else:
        yield (
            f"entries      {found.size:,}: {found.answers:,} answers, {found.acts:,} acts; decided "
            f"from {found.circumstances:,} different circumstances"
        )
    if found.begun and found.ended:
        yield f"written      {found.begun:%Y-%m-%d %H:%M:%S} to {found.ended:%Y-%m-%d %H:%M:%S} UTC"
    yield f"root         {found.root.hex()}"
    for claim in found.held:
        yield f"holds        {claim.name}, of {claim.checkpoint.size:,} entries"
    yield f"keys         {at.keys.source}"
    if found.is_whole and not faults:
        yield click.style("WHOLE: every entry is what was written.", fg="green", bold=True)
        return
    yield click.style(f"BROKEN: {_first(found, faults)}", fg="red", bold=True)
    for finding in found.findings[:MOST_TOLD]:
        yield f"  - {finding}"
    if len(found.findings) > MOST_TOLD:
        yield f"  - and {len(found.findings) - MOST_TOLD:,} more"
    for fault in faults:
        yield f"  - {fault}"
    yield f"help: {_MEND}"


def _first(found: Verified, faults: list[str]) -> str:
    if found.findings:
        return f"entry {found.findings[0].index:,} is the first that is not what was written"
    return f"{len(faults)} of what is known of the log does not hold"


def _origin(at: LogAt) -> str:
    if at.place is not None:
        return at.place.origin
    assert at.export is not None
    return at.export.manifest.origin


def _plain(at: LogAt, found: Verified, faults: list[str]) -> dict[str, Any]:
    return {
        "version": VERSION,
        "log": at.name,
        "origin": _origin(at),
        "whole": found.is_whole and not faults,
        "size": found.size,
        "root": found.root.hex(),
        "answers": found.answers,
        "acts": found.acts,
        "circumstances": found.circumstances,
        "begun": found.begun.isoformat() if found.begun else None,
        "ended": found.ended.isoformat() if found.ended else None,
        "holds": [{"what": c.name, "size": c.checkpoint.size} for c in found.held],
        "keys": at.keys.source,
        "findings": [{"index": f.index, "words": f.words} for f in found.findings],
        "faults": faults,
    }
