"""Workbooks and archives: read where they are sound, refused in clear words where they are not."""

from __future__ import annotations

import datetime
import tracemalloc
import zipfile
from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from platelaw.engine.audit.layouts import Field
from platelaw.engine.audit.reader import LogError, LogFault, LogRow, open_logs

from .exports import WHOLE, archive, search, table, workbook

ROWS = [search(number) for number in range(3)]
SHEET = [WHOLE, *([row[name] for name in WHOLE] for row in ROWS)]


def rows_of(path: Path) -> list[LogRow]:
    """The rows of all logs of a file."""
    found = [each for log in open_logs(path).logs for each in log.rows()]
    return [each for each in found if isinstance(each, LogRow)]


def faults_of(path: Path) -> list[LogFault]:
    """What is told of all logs of a file."""
    found = [each for log in open_logs(path).logs for each in log.rows()]
    return [each for each in found if isinstance(each, LogFault)]


def test_each_visible_sheet_is_a_log(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"January": SHEET, "February": SHEET})
    logs = open_logs(path).logs
    assert [log.name for log in logs] == ["a.xlsx#January", "a.xlsx#February"]
    found = rows_of(path)
    assert [row.cell(Field.CASE_NUMBER).value for row in found] == ["26-0", "26-1", "26-2"] * 2
    assert [row.line for row in found] == [2, 3, 4] * 2


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_a_hidden_sheet_is_named_and_not_read(
    tmp_path: Path, state: Literal["hidden", "veryHidden"]
) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Shown": SHEET, "Apart": SHEET})
    book = openpyxl.load_workbook(path)
    book["Apart"].sheet_state = state
    book.save(path)
    opened = open_logs(path)
    assert [log.name for log in opened.logs] == ["a.xlsx#Shown"]
    assert [part.name for part in opened.skipped] == ["a.xlsx#Apart"]
    assert "hidden" in opened.skipped[0].why


def test_a_sheet_that_is_no_log_is_named(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Pivot": [["Reason", "Count"], ["theft", 3]],
                                          "Log": SHEET})  # fmt: skip
    opened = open_logs(path)
    assert [log.name for log in opened.logs] == ["a.xlsx#Log"]
    assert [part.name for part in opened.skipped] == ["a.xlsx#Pivot"]


@pytest.mark.parametrize("epoch", [1900, 1904])
def test_dates_kept_as_numbers_are_read_by_the_workbooks_calendar(
    tmp_path: Path, epoch: int
) -> None:
    moment = datetime.datetime(2026, 11, 2, 14, 40, 7)
    row = [moment if name == "Search Time" else ROWS[0][name] for name in WHOLE]
    path = workbook(tmp_path / "a.xlsx", {"Log": [WHOLE, row]}, epoch=epoch)
    (found,) = rows_of(path)
    assert found.moment is not None
    assert found.moment.earliest == moment.replace(tzinfo=datetime.UTC)


def test_a_number_that_is_no_date_is_no_time(tmp_path: Path) -> None:
    row = [46328.61 if name == "Search Time" else ROWS[0][name] for name in WHOLE]
    path = workbook(tmp_path / "a.xlsx", {"Log": [WHOLE, row]})
    assert not rows_of(path)
    assert any("not a date and time" in fault.message for fault in faults_of(path))


def test_a_formula_is_not_trusted(tmp_path: Path) -> None:
    row = ['="stolen"&" car"' if name == "Reason" else ROWS[0][name] for name in WHOLE]
    path = workbook(tmp_path / "a.xlsx", {"Log": [WHOLE, row, SHEET[2]]})
    assert len(rows_of(path)) == 1
    assert any("cell H2 holds a formula" in fault.message for fault in faults_of(path))


def test_numbers_are_read_as_they_are_written(tmp_path: Path) -> None:
    row = [840 if name == "Total Networks Searched" else ROWS[0][name] for name in WHOLE]
    path = workbook(tmp_path / "a.xlsx", {"Log": [WHOLE, row, [], [None] * 14, SHEET[2]]})
    assert [r.cell(Field.NETWORK_COUNT).value for r in rows_of(path)] == ["840", "841"]


def test_a_sheet_without_a_header_is_told_by_its_cells(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Log": SHEET[1:]})
    assert [row.cell(Field.REASON).value for row in rows_of(path)] == ["stolen car"] * 3


# Archives -----------------------------------------------------------------------------------


def test_each_month_of_an_archive_is_a_log(tmp_path: Path) -> None:
    inner = workbook(tmp_path / "march.xlsx", {"Log": SHEET}).read_bytes()
    path = archive(tmp_path / "year.zip", {
        "2026/01.csv": table(ROWS), "2026/02.csv": table(ROWS), "2026/03.xlsx": inner,
        "letter.pdf": b"%PDF-1.7", "__MACOSX/01.csv": "x", ".DS_Store": "x",
    })  # fmt: skip
    opened = open_logs(path)
    assert [log.name for log in opened.logs] == [
        "year.zip/2026/01.csv", "year.zip/2026/02.csv", "year.zip/2026/03.xlsx#Log",
    ]  # fmt: skip
    assert [part.name for part in opened.skipped] == ["year.zip/letter.pdf"]
    assert len(rows_of(path)) == 9
    assert opened.logs[0].sha256 == opened.logs[1].sha256 != opened.logs[2].sha256


def read_or_refused(path: Path) -> int:
    """How many rows a file has; none if it is refused, and then with a mend."""
    try:
        return len(rows_of(path))
    except LogError as error:
        return 0 if error.help else 1_000_000


def refusal(path: Path) -> LogError:
    with pytest.raises(LogError) as caught:
        open_logs(path)
    assert caught.value.help
    return caught.value


def test_an_archive_in_an_archive_is_refused(tmp_path: Path) -> None:
    inner = archive(tmp_path / "in.zip", {"a.csv": table(ROWS)}).read_bytes()
    path = archive(tmp_path / "out.zip", {"in.zip": inner})
    assert "inside an archive" in refusal(path).message


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    made = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9)
    with made, made.open("a.csv", "w", force_zip64=True) as member:
        for _ in range(130):
            member.write(b"0" * 1_000_000)
    tracemalloc.start()
    try:
        assert "bomb" in refusal(path).message
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def test_a_member_that_lies_of_its_size_gives_no_more_than_it_says(tmp_path: Path) -> None:
    """The sizes of both headers are cut to ten bytes; what follows is never read."""
    path = archive(tmp_path / "lie.zip", {"a.csv": table(ROWS)})
    data = path.read_bytes()
    size = len(table(ROWS).encode()).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (10).to_bytes(4, "little")))
    assert refusal(path).message


def test_an_encrypted_archive_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"a.csv": table(ROWS)})
    data = bytearray(path.read_bytes())
    central = data.rindex(b"PK\x01\x02")
    data[central + 8] |= 1
    path.write_bytes(bytes(data))
    assert "encrypted" in refusal(path).message


def test_a_damaged_archive_is_refused_or_read_up_to_the_damage(tmp_path: Path) -> None:
    whole = archive(tmp_path / "a.zip", {"a.csv": table(ROWS * 50)}).read_bytes()
    path = tmp_path / "b.zip"
    for left in range(20, len(whole) - 20, max(1, len(whole) // 25)):
        path.write_bytes(whole[:left])
        assert refusal(path).message
        path.write_bytes(whole[:left] + bytes([whole[left] ^ 0x55]) + whole[left + 1 :])
        assert read_or_refused(path) <= 150


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "a.xlsx", {"Log": SHEET}).read_bytes()
    path = tmp_path / "b.xlsx"
    for at in range(30, len(whole) - 30, max(1, len(whole) // 40)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :])
        assert read_or_refused(path) <= 3


def test_entities_of_a_workbook_do_not_grow(tmp_path: Path) -> None:
    """The billion laughs, in the sheet of a workbook."""
    sound = workbook(tmp_path / "a.xlsx", {"Log": SHEET})
    path = tmp_path / "b.xlsx"
    laughs = {at: f"&l{at - 1};" * 10 for at in range(1, 10)}
    levels = "".join(f'<!ENTITY l{at} "{text}">' for at, text in laughs.items())
    bomb = (f'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY l0 "ha">{levels}]>'
            '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            '<sheetData><row r="1"><c r="A1" t="str"><v>&l9;</v></c></row></sheetData>'
            "</worksheet>")  # fmt: skip
    with zipfile.ZipFile(sound) as old, zipfile.ZipFile(path, "w") as new:
        for member in old.infolist():
            is_sheet = member.filename.startswith("xl/worksheets/")
            new.writestr(member.filename, bomb if is_sheet else old.read(member))
    assert refusal(path).message


@pytest.mark.parametrize(
    ("head", "word"), [(b"\xd0\xcf\x11\xe0rest", "old Office"), (b"\x1f\x8brest", "gzip")]
)
def test_other_containers_are_named(tmp_path: Path, head: bytes, word: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(head)
    assert word in refusal(path).message
