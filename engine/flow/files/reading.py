"""Reading and writing a map by its path: one of the engine's edges."""

from __future__ import annotations

import codecs
import zipfile
from importlib.resources.abc import Traversable
from pathlib import Path

from ..model import FlowMap
from ..validating import Severity, findings
from .assembling import Loaded
from .faults import FileFault, MapError, only
from .json_form import json_of, packed, read_json
from .parts import PARQUET, Part
from .tables import archive_of, read_archive, read_folder, write_folder

_HEAD = 64
_GZIP = b"\x1f\x8b"
FORMS = "a folder of tables, .zip, .json, .json.gz, .graphml or, to be drawn, .dot"


def read_map(path: Path | Traversable) -> FlowMap:
    """The map of a file or folder, told by its content.

    Raises:
        MapError: It cannot be read, or parts of it name what the map does not have.
    """
    loaded = load_map(path)
    errors = [found for found in findings(loaded.map) if found.severity is Severity.ERROR]
    if errors:
        raise MapError(
            FileFault(loaded.place(found.part, found.key) or found.shown, found.field,
                      found.words, found.mend)
            for found in errors
        )  # fmt: skip
    return loaded.map


def load_map(path: Path | Traversable) -> Loaded:
    """The map of a file or folder as it stands, whether its parts fit or not.

    Raises:
        MapError: It cannot be read.
    """
    name = str(path) if isinstance(path, Path) else path.name
    if path.is_dir():
        if isinstance(path, Path) and (path / f"{Part.NODES.value}{PARQUET}").is_file():
            from .parquet import read_parquet

            return read_parquet(path)
        return read_folder(path)
    try:
        data = path.read_bytes()
    except OSError as fault:
        raise only(name, f"cannot be read: {fault.strerror or fault}", "check path and rights"
                   ) from fault  # fmt: skip
    return _of_bytes(name, data)


def is_map(path: Path) -> bool:
    """Whether a path looks like a map, by its content; a list of agencies does not."""
    if path.is_dir():
        return any((path / f"{Part.NODES.value}{ending}").is_file() for ending in (".csv", PARQUET))
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD)
        if head.startswith(b"PK"):
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
            return any(name.endswith(f"{Part.NODES.value}.csv") for name in names)
    except (OSError, zipfile.BadZipFile):
        return False
    start = head.removeprefix(codecs.BOM_UTF8).lstrip()[:1]
    return head.startswith(_GZIP) or start in (b"{", b"<")


def _of_bytes(name: str, data: bytes) -> Loaded:
    start = data[:_HEAD].removeprefix(codecs.BOM_UTF8).lstrip()
    if data.startswith(b"PK"):
        return read_archive(name, data)
    if data.startswith(_GZIP) or start[:1] in (b"{", b"["):
        return read_json(name, data)
    if start[:1] == b"<":
        from .graphs import read_graphml

        return read_graphml(name, data)
    raise only(
        name, "this is no map", "a map is a folder with nodes.csv and relations.csv, a .zip of "
        "these, JSON or GraphML; a list of agencies is made one by `platelaw flow import`",
    )  # fmt: skip


def write_map(flow_map: FlowMap, path: Path, *, parquet: bool = False) -> None:
    """Write a map, in the form that the ending of the path tells; a folder if it has none.

    A file takes the place of an older one only when it is written to its end.

    Raises:
        MapError: The ending is not known, or the place cannot be written.
    """
    if parquet:
        from .parquet import write_parquet

        write_parquet(flow_map, path)
    elif not path.suffix or path.is_dir():
        write_folder(flow_map, path)
    else:
        _write_file(path, _bytes_of(flow_map, path))


def _bytes_of(flow_map: FlowMap, path: Path) -> bytes:
    ending = "".join(path.suffixes[-2:]).lower()
    if ending.endswith(".zip"):
        return archive_of(flow_map)
    if ending.endswith(".json"):
        return json_of(flow_map).encode()
    if ending == ".json.gz":
        return packed(json_of(flow_map))
    if ending.endswith((".graphml", ".dot", ".gv")):
        from .graphs import dot_of, graphml_of

        return graphml_of(flow_map) if ending.endswith(".graphml") else dot_of(flow_map).encode()
    raise only(str(path), f"the ending `{path.suffix}` tells no form of a map", f"write {FORMS}")


def _write_file(path: Path, data: bytes) -> None:
    beside = path.with_name(f".{path.name}.part")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as fault:
        beside.unlink(missing_ok=True)
        raise only(str(path), f"cannot be written: {fault.strerror or fault}",
                   "check path and rights") from fault  # fmt: skip
