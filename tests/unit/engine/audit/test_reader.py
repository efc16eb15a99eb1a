"""The reader: every record of a file is a row or a fault, whatever the file."""

import csv
import hashlib
import io
import tempfile
import tracemalloc
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from platelaw.engine.audit import stretches
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
from platelaw.engine.audit.records import LINE_CHARACTERS, RECORD_LINES

HEADER = "id,userId,searchDate,networkCount,reason"
ROW = "a1,***,2026-10-03T14:40:26Z,3,Robbery"


def is_of_the_whole(fault: LogFault) -> bool:
    """Whether it tells of the file and not of a line."""
    return fault.line == 0 and fault.kind is FaultKind.NOTE


class Made:
    """A made file, read to its end."""

    def __init__(self, folder: Path, content: str | bytes) -> None:
        path = folder / "log.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.log = open_log(path)
        self.all = list(self.log.rows())
        self.rows = [each for each in self.all if isinstance(each, LogRow)]
        told = [each for each in self.all if isinstance(each, LogFault)]
        self.faults = [fault for fault in told if not is_of_the_whole(fault)]
        self.whole = [fault for fault in told if is_of_the_whole(fault)]

    def values(self, field: Field) -> list[str]:
        return [row.cell(field).value for row in self.rows]


def lines(*parts: str, end: str = "\n") -> str:
    return "".join(part + end for part in (HEADER, *parts))


def refusal(folder: Path, content: bytes) -> LogError:
    with pytest.raises(LogError) as caught:
        Made(folder, content)
    assert caught.value.help
    return caught.value


def published_log() -> SearchLog:
    folder = resources.files("platelaw").joinpath("policies", "examples")
    with resources.as_file(folder.joinpath("darien_ct_pd_portal_search_audit_2026-09.csv")) as path:
        return open_log(path)


def test_the_published_log_reads_whole() -> None:
    log = published_log()
    rows = list(log.rows())
    assert len(rows) == 71
    assert log.layout.name == "flock-portal/2026"
    assert log.encoding == "utf-8"
    assert log.sha256 == "932537a0859cd3c1895192647d3c731e06344ad60aab1fa8b8d09f36c3a93339"
    for line, row in enumerate(rows, start=2):
        assert isinstance(row, LogRow)
        assert (row.line, row.last_line) == (line, line)
        assert row.moment is not None
        assert row.moment.exact
        assert row.cell(Field.USER).state is CellState.REDACTED
        assert row.cell(Field.CATEGORY).state is CellState.VALUE
        assert row.cell(Field.REASON).state is CellState.NOT_EXPORTED
        assert row.cell(Field.CASE_NUMBER).state is CellState.NOT_EXPORTED
        assert row.cell(Field.PLATE).state is CellState.NEVER_RECORDED


def test_the_provenance_names_the_published_file_by_its_digest() -> None:
    folder = resources.files("platelaw").joinpath("policies", "examples")
    assert published_log().sha256 in folder.joinpath("PROVENANCE.md").read_text(encoding="utf-8")


def test_every_field_has_an_answer_in_every_row(tmp_path: Path) -> None:
    (row,) = Made(tmp_path, lines("a1, ,2026-10-03T14:40:26Z,3,[REDACTED]")).rows
    assert {field: row.cell(field).state for field in Field} == {
        Field.SEARCH_ID: CellState.VALUE,
        Field.USER: CellState.BLANK,
        Field.TIME: CellState.VALUE,
        Field.NETWORK_COUNT: CellState.VALUE,
        Field.CAMERA_COUNT: CellState.NOT_EXPORTED,
        Field.REASON: CellState.REDACTED,
        Field.CATEGORY: CellState.NOT_EXPORTED,
        Field.CASE_NUMBER: CellState.NOT_EXPORTED,
        Field.ORGANIZATION: CellState.NEVER_RECORDED,
        Field.PLATE: CellState.NEVER_RECORDED,
        Field.FILTERS: CellState.NEVER_RECORDED,
        Field.TIME_FRAME: CellState.NEVER_RECORDED,
        Field.SEARCH_TYPE: CellState.NEVER_RECORDED,
        Field.TEXT_PROMPT: CellState.NEVER_RECORDED,
        Field.MODERATION: CellState.NEVER_RECORDED,
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_line_ends_and_encodings_do_not_change_the_rows(
    tmp_path: Path, end: str, encoding: str
) -> None:
    mark = "\ufeff" if encoding in ("utf-16-le", "utf-16-be") else ""
    text = mark + lines(ROW, "b2,***,2026-10-04T00:00:00Z,1,café", end=end)
    made = Made(tmp_path, text.encode(encoding))
    assert made.faults == []
    assert [row.line for row in made.rows] == [2, 3]
    assert made.values(Field.REASON) == ["Robbery", "café"]


def test_a_missing_final_newline_costs_nothing(tmp_path: Path) -> None:
    made = Made(tmp_path, lines(ROW, ROW).rstrip("\n"))
    assert (len(made.rows), made.faults) == (2, [])


def test_columns_are_found_by_name_in_any_order(tmp_path: Path) -> None:
    made = Made(tmp_path, ' Reason,"SEARCHDATE", Id,UserId,networkCount\nx, 2026-01-02 ,7,u,1\n')
    assert made.values(Field.SEARCH_ID) == ["7"]
    assert made.values(Field.REASON) == ["x"]


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_tabs_and_semicolons_separate_too(tmp_path: Path, separator: str) -> None:
    made = Made(tmp_path, lines(ROW).replace(",", separator))
    assert made.values(Field.REASON) == ["Robbery"]


def test_quoted_cells_may_hold_separators_quotes_and_lines(tmp_path: Path) -> None:
    made = Made(
        tmp_path,
        lines(
            '"a1","***",2026-10-03T14:40:26Z,"3","one, ""two""\nthree"',
            'b2,***, "2026-10-03T14:40:26Z",3,5" pipe',
        ),
    )
    assert made.faults == []
    assert made.values(Field.REASON) == ['one, "two"\nthree', '5" pipe']
    assert [(row.line, row.last_line) for row in made.rows] == [(2, 3), (4, 4)]


def test_a_header_without_rows_is_an_empty_log(tmp_path: Path) -> None:
    assert Made(tmp_path, HEADER).all == []


def test_a_repeated_header_and_a_blank_row_are_told_and_set_aside(tmp_path: Path) -> None:
    made = Made(tmp_path, lines(ROW, " ID,USERID,searchDate,networkCount,Reason", ",,,,", "", ROW))
    assert [row.line for row in made.rows] == [2, 6]
    assert [(fault.line, fault.kind) for fault in made.faults] == [
        (3, FaultKind.SKIPPED),
        (4, FaultKind.SKIPPED),
    ]


@pytest.mark.parametrize(
    ("bad", "message", "help_"),
    [
        ("a1,***,2026-10-03T14:40:26Z,3", "the row has 4 cells, the header 5", "a cell is missing"),
        (ROW + ",x", "the row has 6 cells, the header 5", "quotation marks around"),
        (ROW + "\rand more", "a carriage return stands in a cell", "remove the carriage return"),
        ('a1,***,2026-10-03T14:40:26Z,3,"x"y', "text follows a closing", "double each"),
        ("a1,***,2026-10-03T14:40:26Z,3,x\0y", "a line that holds NUL", "remove the line"),
        (ROW + "y" * 131_073, "a cell of over 131,072 characters", "never closed"),
        (ROW + ",y" * LINE_CHARACTERS, "a line of over 262,144 characters", "remove the line"),
    ],
)
def test_a_broken_record_is_a_fault_and_the_next_is_read(
    tmp_path: Path, bad: str, message: str, help_: str
) -> None:
    filler = [ROW] * 2000  # beyond the bytes that decide whether the file is text
    made = Made(tmp_path, lines(*filler, bad, ROW))
    assert len(made.rows) == 2001
    (fault,) = made.faults
    assert (fault.line, fault.kind) == (2002, FaultKind.UNREAD)
    assert message in fault.message
    assert help_ in fault.help
    assert made.rows[-1].line == 2003


def test_a_row_cut_off_at_the_end_is_a_fault_that_says_so(tmp_path: Path) -> None:
    for cut in ("b2,***,2026-10", 'b2,***,2026-10-03T14:40:26Z,3,"Rob', '"b2","***","2026-10-0'):
        made = Made(tmp_path, lines(ROW) + cut)
        assert len(made.rows) == 1
        (fault,) = made.faults
        assert fault.line == 3
        assert "cut off" in fault.help


def test_a_quote_that_is_never_closed_costs_one_row(tmp_path: Path) -> None:
    open_ = 'b2,***,2026-10-03T14:40:26Z,3,"Robbery'
    made = Made(tmp_path, lines(open_, *[ROW] * (RECORD_LINES + 5)))
    assert len(made.rows) == RECORD_LINES + 5
    assert [fault.line for fault in made.faults] == [2]
    short = Made(tmp_path, lines(open_, ROW, ROW))
    assert ([row.line for row in short.rows], [f.line for f in short.faults]) == ([3, 4], [2])


def test_a_quote_that_runs_into_a_quoted_row_costs_one_row(tmp_path: Path) -> None:
    quoted = ",".join(f'"{cell}"' for cell in ROW.split(","))
    made = Made(tmp_path, lines(quoted, quoted[:-1], quoted, quoted))
    assert [row.line for row in made.rows] == [2, 4, 5]
    assert [fault.line for fault in made.faults] == [3]


@pytest.mark.parametrize("bad", ["2026-02-30T00:00:00Z", "31/12/2026", "soon", "460.5"])
def test_a_bad_date_is_a_fault_that_names_line_column_and_mend(tmp_path: Path, bad: str) -> None:
    made = Made(tmp_path, lines(ROW, f"b2,***,{bad},3,Robbery"))
    assert len(made.rows) == 1
    (fault,) = made.faults
    assert (fault.line, fault.field, fault.kind) == (3, "searchDate", FaultKind.UNREAD)
    assert "2026-01-31T23:59:59Z" in fault.help


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("2026-02-30T00:00:00Z", "2026-02-30T00:00:00Z"),
        ("ABC1234", "aaa9999"),
        ("J. Doe", "a. aaa"),
        ("1234567", "9999999"),
        ("ATP-123", "aaa-999"),
        ("some long reason that was typed here", "aaaa aaaa aaaaaa aaaa aaa aaaa..."),
    ],
)
def test_a_bad_date_shows_no_more_than_a_date(tmp_path: Path, cell: str, shown: str) -> None:
    (fault,) = Made(tmp_path, lines(f"b2,***,{cell},3,Robbery")).faults
    assert fault.message.endswith(f": '{shown}'")


@pytest.mark.parametrize("cell", ["", "***", "[WITHHELD]"])
def test_a_date_that_is_not_told_is_a_row_without_moment(tmp_path: Path, cell: str) -> None:
    (row,) = Made(tmp_path, lines(f"b2,***,{cell},3,Robbery")).rows
    assert row.moment is None


def test_a_bare_time_of_a_portal_is_a_span(tmp_path: Path) -> None:
    (row,) = Made(tmp_path, lines("b2,u,2025-06-18 00:02:04.789,3,x")).rows
    assert row.moment is not None
    assert not row.moment.exact


def test_bytes_of_another_encoding_are_read_with_a_note_on_their_line(tmp_path: Path) -> None:
    text = lines(ROW, "b2,***,2026-10-03T14:40:26Z,3,café € “x”", "c3,***,2026-10-03,1,naïve")
    head, last = text.encode("cp1252").rsplit(b"c3", 1)
    made = Made(tmp_path, head + b"c3" + last.decode("cp1252").encode())
    assert made.values(Field.REASON) == ["Robbery", "café € “x”", "naïve"]
    (note,) = made.faults
    assert (note.line, note.kind) == (3, FaultKind.NOTE)


def test_a_broken_utf_16_file_is_read_with_a_note(tmp_path: Path) -> None:
    made = Made(tmp_path, lines(ROW, ROW).encode("utf-16") + b"\x00")
    assert len(made.rows) == 2
    assert [fault.line for fault in made.faults] == [4, 4]  # half a character, and no row


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \r\n\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"PK\x03\x04 and so on", "archive is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "old Office file"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"PAR1", "Parquet"),
        (b"\xef\xbb\xbf\n <!doctype html>\n", "a web page"),
        (b'[{"id": "1"}]', "JSON"),
        ("\ufeffid".encode("utf-32-le"), "UTF-32"),
        (b"id,\0\0\0userId\n", "binary file (its first line holds NUL bytes)"),
        (b'id,"userId', "the header cannot be read"),
        (HEADER.encode() + b",id\n", "names a column twice: id"),
        (b"id,networkCount,color\n", "unknown: color"),
        (b"id,searchDate\n", "missing: cameraCount"),
        (ROW.encode(), "no header of a known layout: 5 cells, no known name"),
    ],
)
def test_a_file_that_is_no_search_log_is_refused_by_what_it_is(
    tmp_path: Path, content: bytes, message: str
) -> None:
    assert message in refusal(tmp_path, content).message


def test_a_header_of_another_layout_is_repeated_and_a_row_that_may_be_a_search_is_not(
    tmp_path: Path,
) -> None:
    fault = refusal(tmp_path, b"Officer,Tag Read,Searched At\nx,y,z\n")
    assert fault.message.endswith("no known name: Officer, Tag Read, Searched At")
    assert "--layout MAP.toml (docs/logs.md)" in fault.help
    for row in (b"Ann,AB12,2026-11-03\n", b"Ann\n", b"Ann,Ann\n"):
        assert "Ann" not in refusal(tmp_path, row).message


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(LogError, match="cannot be read"):
            open_log(path)


def test_a_file_that_goes_away_is_refused_when_its_rows_are_asked_for(tmp_path: Path) -> None:
    log = Made(tmp_path, lines(ROW)).log
    log.path.unlink()
    with pytest.raises(LogError, match="cannot be read"):
        list(log.rows())


def test_a_file_that_changed_since_it_was_opened_is_told(tmp_path: Path) -> None:
    log = Made(tmp_path, lines(ROW)).log
    log.path.write_text(lines(ROW, ROW))
    *_, last = log.rows()
    assert isinstance(last, LogFault)
    assert (last.line, last.message) == (0, "the file changed while it was read")


def test_the_digest_is_that_of_the_bytes(tmp_path: Path) -> None:
    content = lines(ROW).encode("utf-16")
    assert Made(tmp_path, content).log.sha256 == hashlib.sha256(content).hexdigest()


def test_memory_does_not_grow_with_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stretches, "SMALL", 1 << 14)
    monkeypatch.setattr(stretches, "LARGE", 1 << 16)
    monkeypatch.setattr(stretches, "LONGEST", 1 << 16)
    path = tmp_path / "log.csv"
    path.write_text(lines(*[ROW] * 50_000, "x" * 3_000_000))
    tracemalloc.start()
    try:
        count = sum(isinstance(each, LogRow) for each in open_log(path).rows())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == 50_000
    assert peak < 3_000_000 < path.stat().st_size


def read_back(content: bytes) -> tuple[str, list[LogRow | LogFault]] | None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log.csv"
        path.write_bytes(content)
        try:
            log = open_log(path)
        except LogError:
            return None
        return log.encoding, list(log.rows())


def blank(line: str) -> bool:
    return not line.strip().strip('"').strip()


PIECES = st.sampled_from(
    [
        *(HEADER + "\n", ROW + "\n", ROW + "\r\n", ROW + "\r", "\n", "\r", "\r\n", ",", '"', '""'),
        *('"a\nb"', ",,,,\n", "x", " ", "\0", "\ufeff", "é", "***", "2026-10-03T14:40:26Z", "\x85"),
    ]
)


@given(st.lists(st.one_of(PIECES.map(str.encode), st.binary(max_size=3)), max_size=40))
@example([b'"\n', b'"\n'])
@example([b"\xa0\n", ROW.encode()])
def test_every_line_after_the_header_is_in_one_row_or_one_fault(pieces: list[bytes]) -> None:
    content = (HEADER + "\n").encode() + b"".join(pieces)
    outcome = read_back(content)
    assert outcome is not None
    found = sorted(outcome[1], key=lambda each: each.line)
    text = content.decode("utf-8", "surrogateescape").replace("\udca0", "\u00a0")
    physical = dict(enumerate(text.split("\n"), start=1))
    del physical[1]
    before = 1
    for each in found:
        if isinstance(each, LogFault) and each.kind is FaultKind.NOTE:
            continue
        assert before < each.line <= each.last_line
        before = each.last_line
        for line in range(each.line, each.last_line + 1):
            del physical[line]
    assert [line for line in physical.values() if not blank(line)] == []


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_or_read(content: bytes) -> None:
    read_back(content)


@given(st.sampled_from(["utf-16-le", "utf-16-be"]), st.binary(max_size=60))
def test_arbitrary_bytes_after_a_wide_header_are_read(encoding: str, tail: bytes) -> None:
    outcome = read_back(("\ufeff" + HEADER + "\n").encode(encoding) + tail)
    assert outcome is not None
    assert outcome[0] == "utf-16"


# csv.writer leaves a bare carriage return without quotation marks: it is tested apart.
CELL_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12)


@given(
    st.lists(st.tuples(CELL_TEXT, CELL_TEXT), max_size=8),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_wrote_comes_back(
    pairs: list[tuple[str, str]], quoting: int, end: str
) -> None:
    made = io.StringIO(newline="")
    writer = csv.writer(made, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerow(HEADER.split(","))
    for number, (user, reason) in enumerate(pairs):
        writer.writerow([f"s{number}", user, "2026-10-03", "1", reason])
    outcome = read_back(made.getvalue().encode())
    assert outcome is not None
    rows = [row for row in outcome[1] if isinstance(row, LogRow)]
    assert [row.cell(Field.SEARCH_ID).value for row in rows] == [
        f"s{number}" for number in range(len(pairs))
    ]
    for row, (_, reason) in zip(rows, pairs, strict=True):
        cell = row.cell(Field.REASON)
        assert cell.state is not CellState.VALUE or cell.value == reason.strip()
        assert (cell.state is CellState.BLANK) == (not reason.strip())
