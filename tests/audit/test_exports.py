"""Every layout of the vendors' audits that is known, and every quirk that was seen in one."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from platelaw.engine.audit.cells import CellState
from platelaw.engine.audit.layouts import Field
from platelaw.engine.audit.reader import (
    FaultKind,
    LogError,
    LogFault,
    LogRow,
    SearchLog,
    open_log,
)

from .exports import WHOLE, search, table, without
from .logs import log_text, row

ROWS = [search(number) for number in range(4)]
TIME = datetime.datetime(2026, 11, 2, 14, 40, tzinfo=datetime.UTC)
FEDERAL = without("Total Devices Searched", "Time Frame", "Text Prompt", "Moderation")


class Read:
    """A made file, read to its end."""

    def __init__(self, folder: Path, content: str | bytes, name: str = "log.csv") -> None:
        path = folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.log: SearchLog = open_log(path)
        told = list(self.log.rows())
        self.rows = [each for each in told if isinstance(each, LogRow)]
        self.faults = [each for each in told if isinstance(each, LogFault)]

    def values(self, field: Field) -> list[str]:
        return [row.cell(field).value for row in self.rows]

    def unread(self) -> list[LogFault]:
        return [fault for fault in self.faults if fault.kind is FaultKind.UNREAD]

    def says(self, part: str) -> bool:
        return any(part in fault.message for fault in self.faults)


VARIANTS = {
    "the superset": WHOLE,
    "without devices": without("Total Devices Searched"),
    "without moderation": without("Moderation"),
    "without moderation and prompt": without("Moderation", "Text Prompt"),
    "as 2026 leaves it": without("Moderation", "Text Prompt", "Total Devices Searched"),
    "eleven columns": without("ID", "Text Prompt", "Moderation"),
    "of federal users": FEDERAL,
    "own searches": without("Org Name"),
    "an extract": ("Org Name", "Total Networks Searched", "Search Time", "Reason", "Case #",
                   "License Plate"),
    "no reason": without("Reason"),
    "a few columns": ("Search Time", "Org Name", "Reason"),
}  # fmt: skip


@pytest.mark.parametrize("columns", VARIANTS.values(), ids=VARIANTS)
def test_every_variant_is_recognized_and_read_whole(
    tmp_path: Path, columns: tuple[str, ...]
) -> None:
    made = Read(tmp_path, table(ROWS, columns))
    assert made.log.layout.name == "flock-audit/audit"
    assert made.log.layout.status == "seen"
    assert not made.unread()
    assert [row.moment and row.moment.earliest for row in made.rows] == [
        TIME + datetime.timedelta(seconds=number) for number in range(4)
    ]
    for field, name in ((Field.REASON, "Reason"), (Field.CASE_NUMBER, "Case #"),
                        (Field.ORGANIZATION, "Org Name")):  # fmt: skip
        expected = [row[name] for row in ROWS] if name in columns else [""] * 4
        assert made.values(field) == expected
        state = CellState.VALUE if name in columns else CellState.NOT_EXPORTED
        assert {row.cell(field).state for row in made.rows} == {state}
    assert [row.line for row in made.rows] == ([2, 4, 6, 8] if "Time Frame" in columns
                                               else [2, 3, 4, 5])  # fmt: skip


@pytest.mark.parametrize("columns", VARIANTS.values(), ids=VARIANTS)
def test_what_an_export_leaves_out_is_told(tmp_path: Path, columns: tuple[str, ...]) -> None:
    made = Read(tmp_path, table(ROWS, columns))
    told = [fault.message for fault in made.faults if "no column for" in fault.message]
    gone = [name for name in WHOLE if name not in columns]
    if gone:
        assert set(told[0].partition(": ")[2].split(", ")) == set(gone)
    else:
        assert not told


def test_a_time_cut_in_two_is_joined(tmp_path: Path) -> None:
    header = ("Search Date", "Search Time", "Org Name", "Total Networks Searched", "Reason")
    rows = "2026-11-02,14:40:01,Example CT PD,3,theft\n2026-11-02,,Example CT PD,3,theft\n"
    made = Read(tmp_path, ",".join(header) + "\n" + rows)
    assert made.log.layout.name == "flock-audit/date apart"
    assert made.rows[0].moment is not None
    assert made.rows[0].moment.earliest == TIME + datetime.timedelta(seconds=1)
    assert made.rows[1].cell(Field.TIME).state is CellState.BLANK


def test_underscores_and_a_time_frame_cut_in_two(tmp_path: Path) -> None:
    header = ("ID,Org_Name,Total_Networks_Searched,Total_Devices_Searched,Time_Frame_Start,"
              "Time_Frame_End,Reason,Search_Time,Search_Type,Moderation")  # fmt: skip
    frame = '"11/01/2026, 10:00:17 PM UTC","11/02/2026, 10:00:17 AM UTC"'
    row = f'x1,Example CT PD,840,17652,{frame},theft,"11/02/2026, 02:40:00 PM UTC",lookup,'
    made = Read(tmp_path, f"{header}\r\n{row}\r\n")
    assert made.log.layout.name == "flock-audit/frame apart"
    (found,) = made.rows
    assert found.cell(Field.TIME_FRAME).value == (
        "11/01/2026, 10:00:17 PM UTC 11/02/2026, 10:00:17 AM UTC"
    )
    assert found.cell(Field.CASE_NUMBER).state is CellState.NOT_EXPORTED
    assert found.moment is not None
    assert found.moment.earliest == TIME


def test_the_printed_labels_are_known(tmp_path: Path) -> None:
    made = Read(tmp_path, 'ID,userID,networkCount,Search Time,Reason\n'
                          'x1,***,12,"11/02/2026, 02:40:00 PM UTC",theft\n')  # fmt: skip
    assert made.log.layout.name == "flock-audit/printed"
    assert made.values(Field.NETWORK_COUNT) == ["12"]


PORTALS = (
    "id,userId,searchDate,cameraCount,reason",
    "id,userId,searchDate,networkCount,reason",
    "id,userId,searchDate,networkCount,offenseType",
    "id,userId,searchDate,networkCount,reason,offenseType",
    "id,userId,searchDate,networkCount,reason,caseNumber",
    "id,userId,searchDate,networkCount,caseNumber,offenseType",
    "id,userId,searchDate,networkCount",
    "portal,id,userId,searchDate,cameraCount,networkCount,reason,offenseType,caseNumber,keys",
)


@pytest.mark.parametrize("header", PORTALS)
def test_every_era_of_the_portal_is_read(tmp_path: Path, header: str) -> None:
    cells = {"searchDate": "2026-11-02T14:40:00Z", "networkCount": "3", "cameraCount": "9"}
    row = ",".join(cells.get(name, f"a{at}") for at, name in enumerate(header.split(",")))
    made = Read(tmp_path, f"{header}\n{row}\n")
    assert made.log.layout.name.startswith("flock-portal/")
    assert len(made.rows) == 1
    assert not made.unread()


# Quirks -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n"])
def test_form_does_not_matter(tmp_path: Path, mark: str, end: str, last: str) -> None:
    labels = [f" {name}" for name in WHOLE]
    text = mark + table(ROWS, header=labels, end=end).rstrip("\r\n") + last
    made = Read(tmp_path, text)
    assert made.values(Field.REASON) == ["stolen car"] * 4
    assert not made.unread()


@pytest.mark.parametrize(
    ("column", "field", "text", "state"),
    [
        ("Reason", Field.REASON, "***", CellState.REDACTED),
        ("Reason", Field.REASON, "###", CellState.REDACTED),
        ("Reason", Field.REASON, "* * *", CellState.REDACTED),
        ("Reason", Field.REASON, "REDACTED", CellState.REDACTED),
        ("Reason", Field.REASON, "[REDACTED]", CellState.REDACTED),
        ("Reason", Field.REASON, "REDACTED, warrant", CellState.REDACTED),
        ("Reason", Field.REASON, "7923.600 GC", CellState.REDACTED),
        ("Reason", Field.REASON, " ", CellState.BLANK),
        ("Reason", Field.REASON, ".", CellState.VALUE),
        ("Reason", Field.REASON, "see [REDACTED] street", CellState.VALUE),
        ("License Plate", Field.PLATE, "X*000*", CellState.VALUE),
        ("Total Devices Searched", Field.CAMERA_COUNT, "\u2014\u2014", CellState.VALUE),
        ("Total Networks Searched", Field.NETWORK_COUNT, "0", CellState.VALUE),
        ("Moderation", Field.MODERATION, "An issue was identified.", CellState.VALUE),
    ],
)
def test_a_cell_is_a_value_or_says_why_it_is_none(
    tmp_path: Path, column: str, field: Field, text: str, state: CellState
) -> None:
    made = Read(tmp_path, table([{**search(), column: text}]))
    assert made.rows[0].cell(field).state is state


@pytest.mark.parametrize(
    "frame",
    [
        "11/01/2026, 10:00:17 PM UTC\n11/02/2026, 10:00:17 AM UTC",
        "11/01/2026, 10:00:17 PM UTC\r\n11/02/2026, 10:00:17 AM UTC",
        "11/01/2026, 10:00:17 PM UTC to 11/02/2026, 10:00:17 AM UTC",
        "11/09/2026, 10:00:17 PM UTC\n11/02/2026, 10:00:17 AM UTC",
        "",
        "***",
    ],
)
def test_a_time_frame_is_never_the_time_of_the_search(tmp_path: Path, frame: str) -> None:
    made = Read(tmp_path, table([search(frame=frame)]))
    assert made.rows[0].moment is not None
    assert made.rows[0].moment.earliest == TIME
    assert not made.unread()


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("11/02/2026, 02:40:00 PM UTC", 0),
        ("11/2/2026, 2:40:00 PM UTC", 0),
        ("11/02/2026, 02:40:00 PM", 0),
        ("2026-11-02 14:40:00", 0),
        ("2026-11-02T14:40:00Z", 0),
        ("2026-11-02T09:40:00-05:00", 0),
    ],
)
def test_a_time_saved_anew_is_still_utc(tmp_path: Path, text: str, seconds: int) -> None:
    made = Read(tmp_path, table([search(time=text)]))
    assert made.rows[0].moment is not None
    assert made.rows[0].moment.exact
    assert made.rows[0].moment.earliest == TIME + datetime.timedelta(seconds=seconds)


def test_columns_that_are_not_the_vendors_are_passed_over_with_a_note(tmp_path: Path) -> None:
    rows = [{**row, "Note": "x", "": "y"} for row in ROWS]
    made = Read(tmp_path, table(rows, (*WHOLE[:5], "Note", "", *WHOLE[5:])))
    assert made.values(Field.REASON) == ["stolen car"] * 4
    assert made.says("columns that are not read: Note, column 7")


def test_the_header_on_every_page_is_set_aside(tmp_path: Path) -> None:
    made = Read(tmp_path, table(ROWS) + table(ROWS))
    assert len(made.rows) == 8
    assert [f.message for f in made.faults if f.kind is FaultKind.SKIPPED] == [
        "the header again, between the rows"
    ]
    assert [row.again for row in made.rows] == [False] * 4 + [True] * 4
    assert made.says("4 rows are copies of an earlier row")


@pytest.mark.parametrize(
    ("label", "field"),
    [("Search Date/Time", Field.TIME), ("Search Time (UTC)", Field.TIME),
     ("Case Number", Field.CASE_NUMBER), ("ORG_NAME", Field.ORGANIZATION),
     ("search type:", Field.SEARCH_TYPE)],
)  # fmt: skip
def test_a_label_is_known_by_its_letters_and_other_spellings(
    tmp_path: Path, label: str, field: Field
) -> None:
    like = {Field.TIME: "Search Time", Field.CASE_NUMBER: "Case #",
            Field.ORGANIZATION: "Org Name", Field.SEARCH_TYPE: "Search Type"}  # fmt: skip
    labels = [label if name == like[field] else name for name in WHOLE]
    made = Read(tmp_path, table(ROWS, header=labels))
    assert made.values(field) == [row[like[field]] for row in ROWS]


@pytest.mark.parametrize(
    "above",
    ["Network Audit\n", "sep=,\n", "A, B\n\nmade on 11/02/2026\n", "made,2026-11-02 12:00\n"],
)
def test_lines_above_the_header_are_set_aside(tmp_path: Path, above: str) -> None:
    made = Read(tmp_path, above + table(ROWS, end="\n"))
    assert made.values(Field.REASON) == ["stolen car"] * 4
    skipped = [fault for fault in made.faults if fault.kind is FaultKind.SKIPPED]
    assert {fault.message for fault in skipped} == {"a line above the header"}
    assert [fault.line for fault in skipped] == [1, 3][: len(above.split("\n\n"))]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_other_separators_are_told_from_the_commas_within_cells(
    tmp_path: Path, separator: str
) -> None:
    rows = [separator.join(f'"{row[name]}"' for name in WHOLE) for row in ROWS]
    made = Read(tmp_path, "\n".join(["Audit, of a town, in 2026", separator.join(WHOLE), *rows]))
    assert made.values(Field.REASON) == ["stolen car"] * 4


def test_a_file_of_an_old_program_has_line_feeds_in_cells_only(tmp_path: Path) -> None:
    """Carriage returns end its lines, and the time frame is on two lines all the same."""
    made = Read(tmp_path, table(ROWS, end="\r"))
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3"]
    assert not made.unread()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_wide_encoding_is_told_without_its_mark(tmp_path: Path, encoding: str) -> None:
    made = Read(tmp_path, table(ROWS).encode(encoding))
    assert made.log.encoding == encoding
    assert made.values(Field.REASON) == ["stolen car"] * 4


def test_nul_bytes_cost_the_lines_that_hold_them(tmp_path: Path) -> None:
    text = table(ROWS, FEDERAL).replace("26-1", "26\0-1") + "\0" * 4096
    made = Read(tmp_path, text)
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-2", "26-3"]
    assert [fault.line for fault in made.unread()] == [3, 6]
    assert all("NUL" in fault.message for fault in made.unread())


@pytest.mark.parametrize("time", ["01/01/0001, 12:00:00 AM UTC", "9999-12-31T23:59:59Z"])
def test_what_programs_write_where_there_is_no_date_is_none(tmp_path: Path, time: str) -> None:
    made = Read(tmp_path, table([search(time=time)]))
    assert [fault.field for fault in made.unread()] == ["Search Time"]


@pytest.mark.parametrize(
    ("reason", "visible"),
    [("REDACTED, ICE warrant", "ICE warrant"), ("[REDACTED]/theft", "theft"), ("***", ""),
     ("\u2588\u2588\u2588 \u2588\u2588", ""), ("GC 7923.600", ""), ("Civ. Code 1798.90.55", ""),
     ("Gov. Code \u00a7 7923.600(a)", "")],
)  # fmt: skip
def test_what_can_still_be_read_of_a_hidden_reason_is_kept_apart(
    tmp_path: Path, reason: str, visible: str
) -> None:
    made = Read(tmp_path, table([search(reason=reason)]))
    cell = made.rows[0].cell(Field.REASON)
    assert (cell.state, cell.value, cell.visible) == (CellState.REDACTED, "", visible)


def test_a_row_of_blank_and_redacted_cells_is_no_search(tmp_path: Path) -> None:
    hidden = dict.fromkeys(WHOLE, "") | {"Name": "REDACTED", "License Plate": "REDACTED"}
    made = Read(tmp_path, table([*ROWS, hidden]))
    assert len(made.rows) == 4
    assert made.says("a row of blank and redacted cells")


def test_a_row_whose_time_is_redacted_is_a_search_without_a_time(tmp_path: Path) -> None:
    made = Read(tmp_path, table([dict.fromkeys(WHOLE, "***")]))
    assert [row.moment for row in made.rows] == [None]


# Stacked, shifted, lost ---------------------------------------------------------------------


def test_another_export_below_is_read_by_its_own_header(tmp_path: Path) -> None:
    made = Read(tmp_path, table(ROWS) + table(ROWS, VARIANTS["eleven columns"]))
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3"] * 2
    assert made.says("another export begins here")
    assert [row.cell(Field.SEARCH_ID).state for row in made.rows[3:5]] == [
        CellState.VALUE, CellState.NOT_EXPORTED,
    ]  # fmt: skip


@pytest.mark.parametrize("below", ["without devices", "eleven columns", "of federal users"])
def test_another_export_below_without_a_header_is_read_in_the_order_that_fits(
    tmp_path: Path, below: str
) -> None:
    made = Read(tmp_path, table(ROWS) + table(ROWS, VARIANTS[below], header=()))
    assert made.values(Field.REASON) == ["stolen car"] * 8
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3"] * 2
    assert made.says("do not stand under their labels")
    assert not made.unread()


@pytest.mark.parametrize("columns", ["the superset", "eleven columns", "of federal users"])
def test_a_sheet_without_a_header_is_told_by_its_cells(tmp_path: Path, columns: str) -> None:
    made = Read(tmp_path, table(ROWS, VARIANTS[columns], header=()))
    assert made.values(Field.REASON) == ["stolen car"] * 4
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3"]
    assert made.says("the sheet has no header")


def test_a_label_whose_column_is_gone_shifts_nothing_if_only_one_order_fits(
    tmp_path: Path,
) -> None:
    """The frame is told from every text, so its column must be the one that is gone."""
    rows = [{**row, "License Plate": "X*000*"} for row in ROWS]
    made = Read(tmp_path, table(rows, without("Time Frame"), header=WHOLE))
    assert made.values(Field.REASON) == ["stolen car"] * 4
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3"]
    assert made.says("do not stand under their labels")


@pytest.mark.parametrize("gone", ["License Plate", "Reason", "Case #", "Filters"])
def test_a_reason_is_never_read_as_a_case_number_on_a_guess(tmp_path: Path, gone: str) -> None:
    made = Read(tmp_path, table(ROWS, without(gone), header=WHOLE))
    assert not made.rows
    assert len(made.unread()) == 4


def test_the_label_of_the_cameras_whose_column_is_gone_shifts_nothing(tmp_path: Path) -> None:
    """Of two counts one is left: the vendor itself took out that of the cameras."""
    columns = without("ID", "Name", "Total Devices Searched", "Moderation")
    labels = without("ID", "Name", "Moderation")
    made = Read(tmp_path, table(ROWS, columns, header=labels))
    assert made.values(Field.NETWORK_COUNT) == ["840", "841", "842", "843"]
    assert made.values(Field.REASON) == ["stolen car"] * 4
    assert {row.cell(Field.CAMERA_COUNT).state for row in made.rows} == {CellState.NOT_EXPORTED}


def test_of_two_names_one_is_left_it_is_that_of_an_organization(tmp_path: Path) -> None:
    """Whoever is taken for an organization is looked up, and found or not; never passed over."""
    made = Read(tmp_path, table(ROWS, without("Name"), header=WHOLE))
    assert made.values(Field.ORGANIZATION) == ["Example CT PD"] * 4


def test_an_export_of_as_many_columns_below_is_told_by_its_cells(tmp_path: Path) -> None:
    """The time stands where it did; the organization and the counts do not."""
    below = ("Name", "Org Name", "Total Networks Searched", "Total Devices Searched",
             *without("ID", "Name", "Org Name", "Total Networks Searched",
                      "Total Devices Searched"))  # fmt: skip
    made = Read(tmp_path, table(ROWS, without("Total Devices Searched"))
                + table(ROWS, below, header=()))  # fmt: skip
    assert made.values(Field.ORGANIZATION) == ["Example CT PD"] * 8
    assert made.values(Field.NETWORK_COUNT) == ["840", "841", "842", "843"] * 2


def test_a_blank_cell_put_in_where_the_next_is_blank_too_is_no_riddle(tmp_path: Path) -> None:
    """It makes no difference on which side of a blank cell another stands."""
    rows = [{**row, "": "", "Moderation": ""} for row in ROWS]
    shifted = (*WHOLE[:9], "", *WHOLE[9:])
    made = Read(tmp_path, table(rows, shifted, header=WHOLE))
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3"]
    assert not made.unread()


def test_a_broken_row_does_not_hide_what_a_sheet_without_a_header_is(tmp_path: Path) -> None:
    rows = [*ROWS, search(5, time="allow"), search(6)]
    made = Read(tmp_path, table(rows, header=()) + "a,b\r\n")
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3", "26-6"]
    assert len(made.unread()) == 2


@pytest.mark.parametrize("portal_first", [True, False])
def test_a_header_behind_an_export_without_a_last_line_end_costs_one_row(
    tmp_path: Path, *, portal_first: bool
) -> None:
    network, portal = table(ROWS), log_text([row(number=each) for each in range(3)])
    parts = (portal, network) if portal_first else (network, portal)
    made = Read(tmp_path, parts[0].rstrip("\r\n") + parts[1])
    assert len(made.rows) == 6
    assert [fault.message for fault in made.unread()] == [
        "the header of another export stands behind this row on its line, and the row is lost"
    ]
    assert made.says("another export begins here")
    again = Read(tmp_path, portal.rstrip("\r\n") + portal)
    assert (len(again.rows), len(again.unread())) == (5, 1)


def test_a_header_below_rows_without_one_is_that_of_another_export(tmp_path: Path) -> None:
    made = Read(tmp_path, table(ROWS[:2], header=()) + table(ROWS[2:], FEDERAL))
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3"]
    assert made.says("the sheet has no header")
    assert made.says("another export begins here")


def test_cells_one_to_the_right_are_read_where_they_belong(tmp_path: Path) -> None:
    rows = [{**row, "": ""} for row in ROWS]
    shifted = (*WHOLE[:5], "", *WHOLE[5:-1])
    made = Read(tmp_path, table(rows, shifted, header=WHOLE))
    assert made.values(Field.REASON) == ["stolen car"] * 4
    assert made.values(Field.CASE_NUMBER) == ["26-0", "26-1", "26-2", "26-3"]


def test_a_row_whose_time_holds_something_else_is_not_read(tmp_path: Path) -> None:
    made = Read(tmp_path, table([search(), search(1, time="allow"), search(2)]))
    assert len(made.rows) == 2
    (fault,) = made.unread()
    assert fault.field == "Search Time"


def test_one_value_in_every_row_is_told(tmp_path: Path) -> None:
    made = Read(tmp_path, table(search(number, reason="Investigation") for number in range(60)))
    assert made.says("every one of 60 rows has the same reason")
    assert not any("Investigation" in fault.message for fault in made.faults)


def test_a_round_number_of_rows_is_told(tmp_path: Path) -> None:
    made = Read(tmp_path, table((search(number) for number in range(10_000)), FEDERAL))
    assert made.says("exactly 10,000 rows: the export may have been cut at a limit")
    made = Read(tmp_path, table((search(number) for number in range(9_999)), FEDERAL))
    assert not made.says("cut at a limit")


def test_a_file_cut_within_a_row_gives_all_rows_before_it(tmp_path: Path) -> None:
    whole = table([search(number) for number in range(40)])
    for left in range(1, 160, 7):
        made = Read(tmp_path, whole[:-left])
        assert len(made.rows) >= 39
        assert len(made.rows) + len(made.unread()) == 40
        assert all(fault.line >= 80 for fault in made.unread())


def test_what_is_no_log_is_named(tmp_path: Path) -> None:
    shared = "Organization Name,Networks Shared With Me\nExample CT PD,x\n"
    events = "Timestamp,User,Event Type,Entity Type,Entity Details,Event Id\n"
    for text, kind in ((shared, "Shared Networks"), (events, "Event Log")):
        with pytest.raises(LogError, match=kind):
            Read(tmp_path, text)


@given(
    some.lists(
        some.tuples(some.text(max_size=12), some.text(max_size=12), some.integers(0, 59)),
        min_size=1, max_size=6,
    ),
    some.sampled_from(sorted(VARIANTS)),
)  # fmt: skip
def test_what_was_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str, str, int]], variant: str
) -> None:
    columns = VARIANTS[variant]
    clean = str.maketrans(dict.fromkeys("\r\0\ud800\ufeff", ""))
    rows = [
        search(at, reason=reason.translate(clean), case=f"c{at}")
        for at, (reason, _, _) in enumerate(cells)
    ]
    text = table(rows, columns).encode("utf-8", "ignore")
    made = Read(tmp_path_factory.mktemp("log"), text)
    assert len(made.rows) == len(rows)
    if "Case #" in columns:
        assert made.values(Field.CASE_NUMBER) == [row["Case #"] for row in rows]
