"""A snapshot as a folder: ``snapshot.json`` and one ``.npy`` a column, read by memory mapping.

The header holds the version, the keys' and columns' digests, and a digest of itself; so a folder
that was torn, cut short or put together from two is told from a whole one. Opening looks at the
header and the size of every column; ``verify`` reads all of them.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from .place import HEADER
from .snapshot import Side, Snapshot, SnapshotError, frozen

FORMAT = "platelaw-flow-snapshot"
VERSION = 1
KEYS = "keys.json"
PARTS = ("starts", "ends", "masks", "onward")
_HEAD = 128  # bytes of a column without entries
REQUIRED = tuple(f"{side}_{part}" for side in ("outgoing", "incoming") for part in PARTS)


def write(snapshot: Snapshot, folder: Path, extra: Mapping[str, bytes] | None = None) -> str:
    """Write a snapshot, with further files if there are any, and give its digest.

    The folder appears when it is whole: it is written beside its place first.

    Raises:
        SnapshotError: The folder is there already.
        OSError: It cannot be written.
    """
    if folder.exists():
        raise SnapshotError(f"{folder} is there already; name a new folder, or remove it")
    folder.parent.mkdir(parents=True, exist_ok=True)
    unfinished = folder.with_name(f".{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir()
    try:
        digest = _write_all(snapshot, unfinished, extra or {})
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return digest


def _write_all(snapshot: Snapshot, folder: Path, extra: Mapping[str, bytes]) -> str:
    files: dict[str, dict[str, object]] = {}
    for name, column in snapshot.columns():
        file = folder / f"{name}.npy"
        np.save(file, column, allow_pickle=False)
        files[file.name] = _described(file)
    for name, content in {KEYS: _json(list(snapshot.keys)), **extra}.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        files[name] = _described(file)
    header = {
        "format": FORMAT,
        "version": VERSION,
        "nodes": snapshot.nodes,
        "relations": snapshot.relations,
        "files": files,
    }
    digest = hashlib.sha256(_json(header)).hexdigest()
    (folder / HEADER).write_bytes(_json({**header, "digest": digest}))
    return digest


def read(folder: Path, *, verify: bool = False) -> Snapshot:
    """The snapshot of a folder, its columns mapped and not read; with ``verify`` read and checked.

    Raises:
        SnapshotError: The folder holds none, or one that is torn or of another version.
    """
    header = _header(folder)
    for name, entry in header["files"].items():
        _check_file(folder / name, entry, verify=verify or not name.endswith(".npy"))
    keys = json.loads((folder / KEYS).read_bytes())
    if len(keys) != header["nodes"]:
        raise _torn(folder / KEYS, f"{len(keys)} keys for {header['nodes']} nodes")
    columns = {
        name.removesuffix(".npy"): _mapped(folder / name)
        for name in header["files"]
        if name.endswith(".npy")
    }
    for name in REQUIRED:
        if name not in columns:
            raise _torn(folder / HEADER, f"no column `{name}`")
    for name, column in columns.items():
        wanted = header["nodes"] + 1 if name.endswith("_starts") else header["relations"]
        if len(column) != wanted:
            raise _torn(folder / f"{name}.npy", f"{len(column)} entries, and not {wanted}")
    outgoing, incoming = (
        Side(*(columns[f"{side}_{part}"] for part in PARTS)) for side in ("outgoing", "incoming")
    )
    more = (columns.get("classes"), columns.get("origins"))
    return frozen(Snapshot(tuple(keys), outgoing, incoming, *more))


def _header(folder: Path) -> dict[str, Any]:
    """The header, found whole and of this version."""
    file = folder / HEADER
    try:
        header = json.loads(file.read_bytes())
        digest = header.pop("digest")
        kind, version = header["format"], header["version"]
    except OSError as fault:
        raise SnapshotError(f"{folder}: no snapshot, {HEADER} cannot be read ({fault})") from fault
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise SnapshotError(f"{file}: not the header of a snapshot") from fault
    if kind != FORMAT:
        raise SnapshotError(f"{file}: a file of `{kind}`, and no snapshot")
    if version != VERSION:
        raise SnapshotError(
            f"{file}: version {version} of the form, and this program reads {VERSION}; "
            "make the snapshot again"
        )
    if digest != hashlib.sha256(_json(header)).hexdigest():
        raise _torn(file, "it is not what was written")
    found: dict[str, Any] = header
    return found


def _check_file(file: Path, entry: Mapping[str, object], *, verify: bool) -> None:
    try:
        size = file.stat().st_size
    except OSError as fault:
        raise _torn(file, "it is missing") from fault
    if size != entry["bytes"]:
        raise _torn(file, f"{size} bytes, and {entry['bytes']} were written")
    if verify and _described(file) != entry:
        raise _torn(file, "it is not what was written")


def _mapped(file: Path) -> npt.NDArray[Any]:
    """A column as it lies on the disk."""
    try:
        if file.stat().st_size > _HEAD:
            column: npt.NDArray[Any] = np.load(file, mmap_mode="r", allow_pickle=False)
        else:
            column = np.load(file, allow_pickle=False)  # no entries: nothing to map
    except (ValueError, EOFError) as fault:
        raise _torn(file, f"not a column ({fault})") from fault
    return column.view(np.ndarray)


def _described(file: Path) -> dict[str, object]:
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return {"bytes": file.stat().st_size, "sha256": digest}


def _torn(file: Path, what: str) -> SnapshotError:
    return SnapshotError(f"{file}: {what}; the snapshot is torn, write it again")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode() + b"\n"
