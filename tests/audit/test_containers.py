"""Workbooks and archives: read where they are sound, refused in clear words where they are not."""

from __future__ import annotations

import datetime
import tracemalloc
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import openpyxl
import pytest

from platelaw.engine.audit.layouts import Field
from platelaw.engine.audit.reader import LogError, LogFault, LogRow, open_logs

from .exports import WHOLE, archive, excel_workbook, rewritten, search, table, workbook

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
    (fault,) = [fault for fault in faults_of(path) if fault.line == 2]
    assert "not a date and time" in fault.message
    assert "format of a date" in fault.help


def test_a_day_and_a_time_of_day_in_two_columns_are_joined(tmp_path: Path) -> None:
    """However the two cells are formatted: a day may bear a midnight."""
    labels = ("Search Date", "Search Time", "Org Name", "Total Networks Searched", "Reason")
    path = workbook(tmp_path / "a.xlsx", {"Log": [
        labels,
        (datetime.date(2026, 11, 2), datetime.time(14, 40, 7), "Example CT PD", 3, "theft"),
        (datetime.datetime(2026, 11, 2), datetime.time(14, 40, 7), "Example CT PD", 3, "theft"),
        ("2026-11-02", "14:40:07", "Example CT PD", 3, "theft"),
    ]})  # fmt: skip
    moment = datetime.datetime(2026, 11, 2, 14, 40, 7, tzinfo=datetime.UTC)
    assert [row.moment and row.moment.earliest for row in rows_of(path)] == [moment] * 3


@pytest.mark.parametrize(
    "code", ["m/d/yy h:mm", "[$-409]yyyy\\-mm\\-dd hh:mm:ss AM/PM", '"on" d.m.yyyy']
)
def test_a_date_is_told_by_the_format_of_its_cell(tmp_path: Path, code: str) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Log": [WHOLE, SHEET[1]]})
    book = openpyxl.load_workbook(path)
    cell = book["Log"].cell(2, WHOLE.index("Search Time") + 1, 46328.5)
    cell.number_format = code
    book.save(path)
    (row,) = rows_of(path)
    assert row.moment is not None
    assert row.moment.earliest == datetime.datetime(2026, 11, 2, 12, tzinfo=datetime.UTC)


def test_a_formula_in_a_column_that_is_not_read_does_no_harm(tmp_path: Path) -> None:
    rows = [[*WHOLE, "local day"], *([*row, "=1+1"] for row in SHEET[1:])]
    path = workbook(tmp_path / "a.xlsx", {"Log": rows})
    assert len(rows_of(path)) == 3


def test_a_merged_cell_is_not_read_as_blank(tmp_path: Path) -> None:
    """The reason of the first row is shown for the second too, which does not hold it."""
    path = workbook(tmp_path / "a.xlsx", {"Log": SHEET})
    book = openpyxl.load_workbook(path)
    at = WHOLE.index("Reason") + 1
    book["Log"].merge_cells(start_row=2, end_row=3, start_column=at, end_column=at)
    book.save(path)
    assert [row.line for row in rows_of(path)] == [2, 4]
    (fault,) = [fault for fault in faults_of(path) if fault.line == 3]
    assert (fault.field, fault.message) == ("Reason", "cell H3 is merged with others")


def test_titles_above_the_header_are_set_aside(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [["Network Audit"], [], ["made for", "me", None], *SHEET]
    path = workbook(tmp_path / "a.xlsx", {"Log": rows})
    book = openpyxl.load_workbook(path)
    book["Log"].merge_cells("A1:F1")
    book.save(path)
    assert [row.line for row in rows_of(path)] == [5, 6, 7]
    assert [f.line for f in faults_of(path) if f.message == "a line above the header"] == [1, 3]


def test_a_row_with_more_or_fewer_cells_than_the_header_is_told_of_by_itself(
    tmp_path: Path,
) -> None:
    rows = [SHEET[0], [*SHEET[1], "x", "y"], SHEET[2][:12], SHEET[3]]
    path = workbook(tmp_path / "a.xlsx", {"Log": rows})
    assert [row.line for row in rows_of(path)] == [3, 4]
    (fault,) = [fault for fault in faults_of(path) if fault.line == 2]
    assert "16 cells" in fault.message


def test_the_size_that_a_sheet_claims_is_not_gone_by(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"Log": SHEET})

    def lie(name: str, text: str) -> str:
        return text.replace('ref="A1:N4"', 'ref="A1"') if "sheet1" in name else text

    assert len(rows_of(rewritten(path, lie))) == 3


@pytest.mark.parametrize("prefix", ["", "x"])
def test_texts_that_are_kept_apart_are_read(tmp_path: Path, prefix: str) -> None:
    path = excel_workbook(tmp_path / "a.xlsx", SHEET, prefix=prefix)
    assert [row.cell(Field.CASE_NUMBER).value for row in rows_of(path)] == ["26-0", "26-1", "26-2"]


def test_control_characters_that_a_workbook_escapes_are_read(tmp_path: Path) -> None:
    reason = {**ROWS[0], "Reason": "stolen_x000D_\ncar"}
    path = excel_workbook(tmp_path / "a.xlsx", [WHOLE, [reason[name] for name in WHOLE]])
    (row,) = rows_of(path)
    assert row.cell(Field.REASON).value == "stolen\r\ncar"


def test_how_a_text_is_pronounced_is_no_part_of_it(tmp_path: Path) -> None:
    path = excel_workbook(tmp_path / "a.xlsx", SHEET[:2])

    def speak(name: str, text: str) -> str:
        parts = "<r><t>stolen</t></r><r><t> car</t></r><rPh><t>XX</t></rPh>"
        return text.replace('<t xml:space="preserve">stolen car</t>', parts)

    assert "XX" in zipfile.ZipFile(rewritten(path, speak)).read("xl/sharedStrings.xml").decode()
    (row,) = rows_of(path)
    assert row.cell(Field.REASON).value == "stolen car"


@pytest.mark.parametrize(
    ("old", "new"),
    [('<row r="2"', '<row r="999999999"'), ('r="A2"', 'r="ZZZZ2"'), ("<v>0</v>", "<v>99999</v>"),
     ('<row r="2"', '<row r="x"'), ("</sheetData>", ""), ("<v>0</v>", "<v>x</v>")],
)  # fmt: skip
def test_a_sheet_that_says_what_cannot_be_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = excel_workbook(tmp_path / "a.xlsx", SHEET)
    changed = rewritten(path, lambda name, text: text.replace(old, new, 1)
                        if "sheet9" in name else text)  # fmt: skip
    with pytest.raises(LogError, match="damaged"):
        rows_of(changed)


@pytest.mark.parametrize(
    "part", ["xl/sharedStrings.xml", "xl/worksheets/sheet9.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_workbook_without_a_part_is_refused(tmp_path: Path, part: str) -> None:
    path = excel_workbook(tmp_path / "a.xlsx", SHEET)
    assert not read_or_refused(rewritten(path, lambda name, text: "" if name == part else text))


def test_memory_does_not_grow_with_the_sheet(tmp_path: Path) -> None:
    rows = ([f"{number:032x}", "***", "Example CT PD", 3, "11/02/2026, 02:40:00 PM UTC"]
            for number in range(20_000))  # fmt: skip
    labels = ("ID", "Name", "Org Name", "Total Networks Searched", "Search Time")
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Log")
    for row in (labels, *rows):
        sheet.append(row)
    book.save(path)
    (log,) = open_logs(path).logs
    tracemalloc.start()
    try:
        count = sum(isinstance(each, LogRow) for each in log.rows())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 20_000
    assert peak < 7_000_000


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
    ("members", "word"),
    [
        ({"[Content_Types].xml": "x", "xl/workbook.bin": "x"}, ".xlsb"),
        (
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "x"},
            ".ods",
        ),
        ({"[Content_Types].xml": "x", "word/document.xml": "x"}, "no workbook"),
    ],
)
def test_other_office_files_are_named_alone_and_in_an_archive(
    tmp_path: Path, members: dict[str, str | bytes], word: str
) -> None:
    path = archive(tmp_path / "a.bin", members)
    assert word in refusal(path).message
    assert "save the sheet as CSV" in refusal(path).help
    outer = archive(tmp_path / "b.zip", {"a.bin": path.read_bytes(), "b.csv": table(ROWS)})
    opened = open_logs(outer)
    assert len(opened.logs) == 1
    assert word in opened.skipped[0].why


def test_a_workbook_with_macros_is_read_and_its_macros_are_not_run(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsm", {"Log": SHEET})
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
    assert len(rows_of(path)) == 3


def test_names_that_lead_out_of_an_archive_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    path = archive(tmp_path / "in" / "a.zip", {"../out.csv": table(ROWS), "/root.csv": table(ROWS)})
    assert len(rows_of(path)) == 6
    assert not (tmp_path / "out.csv").exists()


def test_a_name_does_not_command_the_terminal(tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", {"\x1b[2Jlog.csv": table(ROWS), "\x1b[1m.pdf": "%PDF-1.7"})
    opened = open_logs(path)
    assert [log.name for log in opened.logs] == ["a.zip/?[2Jlog.csv"]
    assert [part.name for part in opened.skipped] == ["a.zip/?[1m.pdf"]


@pytest.mark.parametrize(
    ("head", "word"), [(b"\xd0\xcf\x11\xe0rest", "old Office"), (b"\x1f\x8brest", "gzip")]
)
def test_other_containers_are_named(tmp_path: Path, head: bytes, word: str) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(head)
    assert word in refusal(path).message
