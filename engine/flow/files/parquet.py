"""A map as Parquet tables, with the columns of the CSV form (extra ``parquet``)."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..model import FlowMap
from .assembling import Assembler, Loaded, Row, rows_of
from .faults import FileFault, only
from .forms import FLAG, NUMBER, TEXTS, WHOLE, Plain
from .parts import PARQUET, PARTS, VERSION, Part

_AS_OF, _FORM = b"platelaw.as_of", b"platelaw.form"


def read_parquet(folder: Path) -> Loaded:
    """The map of a folder of Parquet tables.

    Raises:
        MapError: pyarrow is not installed, or a table is missing or cannot be read.
    """
    arrow, tables = _arrow(folder)
    assembler = Assembler(lambda part, line: f"{part.value}{PARQUET}, row {line}")
    for part in Part:
        file = folder / f"{part.value}{PARQUET}"
        if not file.is_file():
            if part in (Part.NODES, Part.RELATIONS):
                assembler.faults.append(FileFault(
                    str(folder), "", f"has no {file.name}",
                    "a map has nodes and relations at least",
                ))  # fmt: skip
            continue
        try:
            table = tables.read_table(file)
        except (arrow.ArrowException, OSError) as fault:
            raise only(file.name, f"is no Parquet file that can be read: {fault}",
                       "write it anew") from fault  # fmt: skip
        if part is Part.NODES:
            _head(assembler, file.name, table.schema.metadata or {})
        assembler.add(part, _rows(table))
    return assembler.loaded()


def _head(assembler: Assembler, name: str, metadata: Mapping[bytes, bytes]) -> None:
    form = metadata.get(_FORM, b"").decode("utf-8", "replace")
    if form not in ("", str(VERSION)):
        raise only(name, f"`{form[:20]}` is no form known here",
                   f"this version reads form {VERSION}", "form")  # fmt: skip
    assembler.as_of(name, metadata.get(_AS_OF, b"").decode("utf-8", "replace"))


def _rows(table: Any) -> Iterator[Row]:
    number = 0
    for batch in table.to_batches(max_chunksize=65_536):
        for row in batch.to_pylist():
            number += 1
            yield number, row


def write_parquet(flow_map: FlowMap, folder: Path) -> None:
    """Write a map as Parquet tables into a folder, which is made if need be.

    Raises:
        MapError: pyarrow is not installed, or the folder cannot be written.
    """
    arrow, tables = _arrow(folder)
    day = flow_map.as_of.isoformat() if flow_map.as_of else ""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for part, rows in rows_of(flow_map).items():
            schema = _schema(arrow, part, day)
            table = arrow.Table.from_pylist(list[Mapping[str, Plain]](rows), schema=schema)
            tables.write_table(table, folder / f"{part.value}{PARQUET}", compression="zstd")
    except OSError as fault:
        raise only(str(folder), f"cannot be written: {fault}", "check path and rights") from fault


def _schema(arrow: Any, part: Part, day: str) -> Any:
    """The types of a table's columns; the table of nodes tells the day of the map."""
    types = {
        TEXTS: arrow.list_(arrow.string()), WHOLE: arrow.int64(), NUMBER: arrow.float64(),
        FLAG: arrow.bool_(),
    }  # fmt: skip
    columns = [
        arrow.field(name, types.get(form, arrow.string()))
        for name, form in PARTS[part].forms.items()
    ]
    head = {_FORM: str(VERSION).encode(), _AS_OF: day.encode()}
    return arrow.schema(columns, metadata=head if part is Part.NODES else None)


def _arrow(folder: Path) -> tuple[Any, Any]:
    """The modules pyarrow and pyarrow.parquet, which take time to load."""
    try:
        return importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    except ImportError as fault:
        raise only(
            str(folder),
            "Parquet needs pyarrow, which is missing",
            "in platelaw's folder: pip install '.[parquet]', or use CSV",
        ) from fault
