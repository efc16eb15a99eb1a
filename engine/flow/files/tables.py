"""A map as CSV tables: in a folder, or in one zip archive."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from importlib.resources.abc import Traversable
from pathlib import Path

from ..model import FlowMap
from .assembling import Assembler, Loaded, Row, rows_of, unknown_column
from .faults import FileFault, only
from .forms import Plain, cell
from .parts import LARGEST, PARTS, VERSION, Part

HEAD = "map"  # the table of one row that tells the day of the map
_SEPARATORS = ",;\t"  # between cells, as the header tells
_EPOCH = (1980, 1, 1, 0, 0, 0)  # so that the same map gives the same bytes


def read_folder(folder: Path | Traversable) -> Loaded:
    """The map of a folder of tables.

    Raises:
        MapError: A table is missing or cannot be read.
    """
    texts: dict[str, str] = {}
    for name in _names():
        file = folder.joinpath(name)
        if file.is_file():
            texts[name] = _decoded(name, file.read_bytes())
    return _read(str(folder), texts)


def read_archive(name: str, data: bytes) -> Loaded:
    """The map of a zip archive of tables.

    Raises:
        MapError: It is damaged, a table is missing or cannot be read.
    """
    texts: dict[str, str] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for member in archive.infolist():
                base = member.filename.rpartition("/")[2]
                if base not in _names():
                    continue
                if member.file_size > LARGEST:
                    raise only(name, f"`{base}` unpacks to more than is sensible",
                               "unpack it by hand and look at it")  # fmt: skip
                texts[base] = _decoded(base, archive.read(member))
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as fault:
        raise only(name, f"the archive is damaged: {fault}", "fetch it again") from fault
    return _read(name, texts)


def _names() -> tuple[str, ...]:
    return (f"{HEAD}.csv", *(f"{part.value}.csv" for part in Part))


def _decoded(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = data.count(b"\n", 0, fault.start) + 1
        raise only(f"{name}:{line}", "this is no UTF-8 text", "save it as CSV (UTF-8)") from fault


def _read(place: str, texts: Mapping[str, str]) -> Loaded:
    assembler = Assembler(lambda part, line: f"{part.value}.csv:{line}")
    if f"{HEAD}.csv" in texts:
        _head(assembler, texts[f"{HEAD}.csv"])
    for part in Part:
        text = texts.get(f"{part.value}.csv")
        if text is not None:
            assembler.add(part, _rows(assembler, part, text))
        elif part in (Part.NODES, Part.RELATIONS):
            assembler.faults.append(FileFault(
                place, "", f"has no {part.value}.csv",
                "a map has nodes.csv and relations.csv at least; docs/flow.md shows both",
            ))  # fmt: skip
    return assembler.loaded()


def _head(assembler: Assembler, text: str) -> None:
    row = next(csv.DictReader(io.StringIO(text), restval=""), dict[str, str]())
    form = row.get("form", "").strip()
    if form not in ("", str(VERSION)):
        raise only(f"{HEAD}.csv:2", f"`{form[:20]}` is no form known here",
                   f"this version reads form {VERSION}", "form")  # fmt: skip
    assembler.as_of(f"{HEAD}.csv:2", row.get("as_of"))


def _rows(assembler: Assembler, part: Part, text: str) -> Iterator[Row]:
    """The rows of a table as they stand; a header that does not fit ends it."""
    first = text.partition("\n")[0]
    mark = max(_SEPARATORS, key=first.count)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    file = f"{part.value}.csv"
    try:
        header = [name.strip() for name in next(lines, list[str]())]
        faults = list(_header_faults(f"{file}:1", part, header))
        assembler.faults += faults
        if faults:
            return
        line = lines.line_num + 1
        for cells in lines:
            if len(cells) == len(header):
                yield line, {name: text for name, text in zip(header, cells, strict=True) if text}
            elif any(cells):
                assembler.faults.append(FileFault(
                    f"{file}:{line}", "", f"the row has {len(cells)} cells, the header "
                    f"{len(header)}", "put quotation marks around a cell that holds a comma",
                ))  # fmt: skip
            line = lines.line_num + 1
    except csv.Error as fault:
        assembler.faults.append(
            FileFault(f"{file}:{lines.line_num}", "", str(fault), "mend the quoting")
        )


def _header_faults(place: str, part: Part, header: list[str]) -> Iterator[FileFault]:
    columns = PARTS[part]
    for name in dict.fromkeys(header):
        if header.count(name) > 1:
            yield FileFault(place, name, "stands twice in the header", "remove one")
        elif name not in columns.forms:
            yield FileFault(place, *unknown_column(name, columns))
    for name in columns.needed:
        if name not in header:
            yield FileFault(place, name, "is missing from the header", "add the column")


def write_folder(flow_map: FlowMap, folder: Path) -> None:
    """Write a map as tables into a folder, which is made if need be.

    Raises:
        MapError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in _texts(flow_map):
            (folder / name).write_bytes(text.encode())
    except OSError as fault:
        raise only(str(folder), f"cannot be written: {fault.strerror}", "check path and rights"
                   ) from fault  # fmt: skip


def archive_of(flow_map: FlowMap) -> bytes:
    """A map as one zip archive of tables; the same map gives the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in _texts(flow_map):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, text.encode(), compresslevel=9)
    return buffer.getvalue()


def _texts(flow_map: FlowMap) -> Iterator[tuple[str, str]]:
    day = flow_map.as_of.isoformat() if flow_map.as_of else ""
    yield f"{HEAD}.csv", f"form,as_of\n{VERSION},{day}\n"
    for part, rows in rows_of(flow_map).items():
        text = _table(part, rows)
        if text.count("\n") > 1 or part in (Part.NODES, Part.RELATIONS):
            yield f"{part.value}.csv", text


def _table(part: Part, rows: Iterable[Mapping[str, Plain]]) -> str:
    """A table as text, without the columns that no row needs."""
    columns = PARTS[part]
    listed = list(rows)
    used = {name for row in listed for name in row} | set(columns.needed)
    header = [name for name in columns.forms if name in used]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([cell(row[name]) if name in row else "" for name in header] for row in listed)
    return out.getvalue()
