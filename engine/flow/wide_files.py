"""Reading a map of arrays: a folder with a snapshot, its nodes, its classes and a registry."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..registry import RegistryError, read_registry
from .arrays import files
from .arrays.snapshot import SnapshotError
from .model import Guard, Node, NodeKind, RelationKind, Source
from .wide import Form, WideMap

NODES, CLASSES, ABOUT, REGISTRY = "nodes.csv", "classes.csv", "generated.json", "registry"


def read_wide(folder: Path) -> WideMap:
    """The map of a folder.

    Raises:
        SnapshotError: It is torn, or lacks a file; the message names it and the mend.
    """
    snapshot = files.read(folder)
    nodes = tuple(_node(row) for row in _rows(folder, NODES))
    if tuple(node.key for node in nodes) != tuple(snapshot.keys):
        raise SnapshotError(f"{folder / NODES}: its keys are not those of the snapshot, in order")
    forms = tuple(
        Form(RelationKind(row["kind"]), Guard(row["guard"])) for row in _rows(folder, CLASSES)
    )
    if snapshot.classes is None or (len(snapshot.classes) and snapshot.classes.max() >= len(forms)):
        raise SnapshotError(f"{folder / CLASSES}: not every relation has a class there")
    try:
        about = json.loads((folder / ABOUT).read_text("utf-8"))
        purposes = tuple(map(str, about["purposes"]))
        bodies = read_registry(folder / REGISTRY).bodies
    except (OSError, ValueError, KeyError, RegistryError) as fault:
        raise SnapshotError(f"{folder}: {ABOUT} or {REGISTRY}/ cannot be read: {fault}") from fault
    source = Source(folder.name, f"generated, seed {about.get('seed')}", note="invented")
    return WideMap(nodes, dict(bodies), snapshot, forms, purposes, sources=(source,))


def _rows(folder: Path, name: str) -> Iterator[Mapping[str, str]]:
    try:
        with (folder / name).open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise SnapshotError(f"{folder / name}: cannot be read: {fault}") from fault


def _node(row: Mapping[str, str]) -> Node:
    bars = tuple(part for part in row["bars"].split("|") if part)
    known = row["settings_known"] == "yes"
    return Node(
        row["key"], NodeKind(row["kind"]), row["name"], row["body"], bars=bars,
        settings_known=known,
    )  # fmt: skip
