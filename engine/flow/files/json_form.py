"""A map as one JSON document."""

from __future__ import annotations

import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from ..model import FlowMap
from .assembling import Assembler, Loaded, Row, rows_of
from .faults import FileFault, only
from .parts import LARGEST, VERSION, Part

_HEAD = ("form", "as_of")


def read_json(name: str, data: bytes) -> Loaded:
    """The map of a JSON document, packed by gzip or not.

    Raises:
        MapError: It is no JSON, or no map.
    """
    document = _parsed(name, data)
    form = document.get("form", VERSION)
    if form != VERSION:
        raise only(name, f"`{str(form)[:20]}` is no form known here",
                   f"this version reads form {VERSION}", "form")  # fmt: skip
    assembler = Assembler(lambda part, line: f"{name}: {part.value}[{line}]")
    assembler.as_of(name, document.get("as_of"))
    known = (*_HEAD, *(part.value for part in Part))
    assembler.faults += (
        FileFault(name, key, "is no part of a map", f"a map has {', '.join(known)}")
        for key in document
        if key not in known
    )
    for part in Part:
        if part.value in document:
            assembler.add(part, _rows(assembler, name, part, document[part.value]))
        elif part in (Part.NODES, Part.RELATIONS):
            assembler.faults.append(
                FileFault(name, part.value, "is missing", "a map has nodes and relations at least")
            )
    return assembler.loaded()


def _parsed(name: str, data: bytes) -> Mapping[str, Any]:
    try:
        if data.startswith(b"\x1f\x8b"):
            data = _unpacked(name, data)
        document: Any = json.loads(data.decode("utf-8-sig"))
    except (OSError, EOFError, zlib.error) as fault:
        raise only(name, f"the file is damaged: {fault}", "fetch it again") from fault
    except UnicodeDecodeError as fault:
        raise only(name, "this is no UTF-8 text", "save it as UTF-8") from fault
    except json.JSONDecodeError as fault:
        raise only(f"{name}:{fault.lineno}:{fault.colno}", f"this is no JSON: {fault.msg}",
                   "mend it there") from fault  # fmt: skip
    except RecursionError as fault:
        raise only(name, "this is nested too deep", "a map is a list of flat rows") from fault
    if not isinstance(document, dict):
        raise only(name, "this is no JSON object",
                   "write {\"nodes\": [...], \"relations\": [...]}")  # fmt: skip
    return cast("dict[str, Any]", document)


def _unpacked(name: str, data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        found = file.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise only(name, "unpacks to more than is sensible", "unpack it by hand and look at it")
    return found


def _rows(assembler: Assembler, name: str, part: Part, rows: Any) -> Iterator[Row]:
    if not isinstance(rows, list):
        assembler.faults.append(FileFault(name, part.value, "is no list", "write [...] around it"))
        return
    for number, row in enumerate(cast("Iterable[Any]", rows)):
        if isinstance(row, dict):
            yield number, row
        else:
            assembler.faults.append(FileFault(
                assembler.name(part, number), "", "is no object", "write {...} around it"
            ))  # fmt: skip


def json_of(flow_map: FlowMap) -> str:
    """A map as JSON, one part a line."""
    day = json.dumps(flow_map.as_of.isoformat() if flow_map.as_of else None)
    parts = [f'"form": {VERSION}', f'"as_of": {day}']
    for part, rows in rows_of(flow_map).items():
        lines = [json.dumps(row, ensure_ascii=False) for row in rows]
        if lines or part in (Part.NODES, Part.RELATIONS):
            parts.append(f'"{part.value}": [\n' + ",\n".join(lines) + "\n]")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def packed(text: str) -> bytes:
    """Text packed by gzip; the same text gives the same bytes."""
    return gzip.compress(text.encode(), 9, mtime=0)
