"""A generated map as a folder: its snapshot, its nodes, what its classes mean, and a registry."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..arrays import files
from .generator import Generated, GeneratedBody

NODES = "nodes.csv"
CLASSES = "classes.csv"
ABOUT = "generated.json"
REGISTRY = "registry/generated.csv"


def write_folder(generated: Generated, folder: Path) -> str:
    """Write the folder of a snapshot with the further files, and give its digest.

    Raises:
        SnapshotError: The folder is there already.
        OSError: It cannot be written.
    """
    extra = {
        NODES: _nodes(generated),
        CLASSES: _classes(generated),
        ABOUT: _about(generated),
        REGISTRY: registry_table(generated),
    }
    return files.write(generated.snapshot, folder, extra)


def registry_table(generated: Generated) -> bytes:
    """The bodies as a file of a registry, so that the rules can be asked about them."""
    attribute, value = generated.delegated
    head = ("key", "name", "sovereign", "kind", attribute, "source")
    return _table(
        head,
        (
            (each.key, each.name, each.sovereign, each.kind, value * each.delegated, "generated")
            for each in generated.nodes
            if not each.is_network
        ),
    )


def _nodes(generated: Generated) -> bytes:
    attribute, value = generated.delegated
    head = ("key", "kind", "name", "body", "bars", "settings_known", "sovereign", attribute,
            "origin")  # fmt: skip
    return _table(head, (_node(each, value) for each in generated.nodes))


def _node(body: GeneratedBody, value: str) -> Sequence[str]:
    kind = "network" if body.is_network else "federal" if body.is_federal else "agency"
    key = "" if body.is_network else body.key
    known = "" if body.is_network else "yes"
    return (body.key, kind, body.name, key, "|".join(body.bars), known, body.sovereign,
            value * body.delegated, "generated")  # fmt: skip


def _classes(generated: Generated) -> bytes:
    head = ("class", "kind", "custody", "guard")
    return _table(
        head,
        (
            (str(number), each.kind.value, each.kind.custody.value, each.guard.value)
            for number, each in enumerate(generated.conditions)
        ),
    )


def _about(generated: Generated) -> bytes:
    about = {"invented": True, "seed": generated.seed, "purposes": generated.purposes}
    return json.dumps(about, indent=2).encode() + b"\n"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode()
