"""Made exports of the vendor's audits: no search, plate or person in them is real."""

from __future__ import annotations

import csv
import io
import uuid
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

WHOLE = (
    "ID", "Name", "Org Name", "Total Networks Searched", "Total Devices Searched", "Time Frame",
    "License Plate", "Reason", "Case #", "Filters", "Search Time", "Search Type", "Text Prompt",
    "Moderation",
)  # fmt: skip


def search(number: int = 0, **other: str) -> dict[str, str]:
    """One search with every column of the vendor; ``other`` by the first word of the column."""
    found = {
        "ID": str(uuid.UUID(int=number + 1)),
        "Name": "***",
        "Org Name": "Example CT PD",
        "Total Networks Searched": str(840 + number),
        "Total Devices Searched": "\u2014\u2014",
        "Time Frame": "11/01/2026, 10:00:17 PM UTC\n11/02/2026, 10:00:17 AM UTC",
        "License Plate": "***",
        "Reason": "stolen car",
        "Case #": f"26-{number}",
        "Filters": "",
        "Search Time": f"11/02/2026, 02:40:{number % 60:02} PM UTC",
        "Search Type": "lookup - Mobile" if number % 2 else "search",
        "Text Prompt": "",
        "Moderation": "",
    }
    named = {name.split(" ")[0].lower(): name for name in ("ID", "Name", "Reason", "Filters")}
    named |= {"org": "Org Name", "time": "Search Time", "case": "Case #", "frame": "Time Frame"}
    named |= {"plate": "License Plate", "networks": "Total Networks Searched"}
    named |= {"moderation": "Moderation", "type": "Search Type"}
    return found | {named[key]: value for key, value in other.items()}


def without(*columns: str) -> tuple[str, ...]:
    """The vendor's columns but for some."""
    return tuple(name for name in WHOLE if name not in columns)


def table(
    rows: Iterable[Mapping[str, str]],
    columns: Sequence[str] = WHOLE,
    *,
    header: Sequence[str] | None = None,
    end: str = "\r\n",
) -> str:
    """Rows as CSV text; ``header`` are other labels than the columns', none for no header."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=end)
    labels = columns if header is None else header
    if labels:
        writer.writerow(labels)
    writer.writerows([row[name] for name in columns] for row in rows)
    return text.getvalue()


def workbook(
    path: Path, sheets: Mapping[str, Iterable[Sequence[object]]], *, epoch: int = 1900
) -> Path:
    """A workbook with these sheets."""
    book = openpyxl.Workbook()
    if epoch == 1904:
        book.epoch = CALENDAR_MAC_1904
    assert book.active is not None
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def archive(path: Path, members: Mapping[str, str | bytes]) -> Path:
    """A zip archive with these members."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return path


def rewritten(path: Path, change: Callable[[str, str], str]) -> Path:
    """A workbook or archive with the texts of its members changed; a blank text drops one."""
    with zipfile.ZipFile(path) as old:
        members = {each: change(each, old.read(each).decode()) for each in old.namelist()}
    return archive(path, {name: text for name, text in members.items() if text})


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def excel_workbook(path: Path, rows: Sequence[Sequence[str]], *, prefix: str = "") -> Path:
    """A workbook with one sheet as the common program writes it: its texts are kept apart."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row if cell))
    p = f"{prefix}:" if prefix else ""
    space = f'xmlns{":" + prefix if prefix else ""}="{MAIN}"'
    shared = "".join(f'<{p}si><{p}t xml:space="preserve">{each}</{p}t></{p}si>' for each in texts)
    lines = ""
    for number, row in enumerate(rows, 1):
        named = ((f"{get_column_letter(at)}{number}", cell) for at, cell in enumerate(row, 1))
        cells = "".join(
            f'<{p}c r="{place}" t="s"><{p}v>{texts.index(cell)}</{p}v></{p}c>'
            for place, cell in named
            if cell
        )
        lines += f'<{p}row r="{number}" spans="1:14" ht="30" customHeight="1">{cells}</{p}row>'
    sheets = f'<{p}sheet name="Log" sheetId="1" r:id="rId7"/>'
    link = '<Relationship Id="rId7" Type="x" Target="worksheets/sheet9.xml"/>'
    return archive(path, {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": f'<{p}workbook {space} xmlns:r="{LINKS}"><{p}sheets>{sheets}</{p}sheets>'
                           f"</{p}workbook>",
        "xl/_rels/workbook.xml.rels": f"<Relationships>{link}</Relationships>",
        "xl/sharedStrings.xml": f"<{p}sst {space}>{shared}</{p}sst>",
        "xl/worksheets/sheet9.xml": f"<{p}worksheet {space}><{p}sheetData>{lines}</{p}sheetData>"
                                    f"</{p}worksheet>",
    })  # fmt: skip
