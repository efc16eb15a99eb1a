import pytest
from hypothesis import given
from hypothesis import strategies as st

from platelaw.dsl.codes import Code, Severity
from platelaw.dsl.diagnostics import Diagnostic, Note, in_order, listed, suggestion
from platelaw.dsl.parser import Parser
from platelaw.dsl.source import Source, Span

CODE = Code.NOT_UNDERSTOOD


def fault(text: str, start: int, end: int, *notes: Note) -> Diagnostic:
    return Diagnostic(CODE, Span(Source("a.policy", text), start, end), "said", "do this", notes)


def test_a_diagnostic_is_printed_with_its_place_its_line_a_caret_and_the_mend() -> None:
    assert str(fault("one\ntwo three\n", 8, 13)) == (
        "PL101 error: said\n  --> a.policy:2:5\n2 | two three\n  |     ^^^^^\nhelp: do this"
    )


def test_the_margin_widens_with_the_number_of_the_line() -> None:
    printed = str(fault("\n" * 99 + "x", 99, 100)).split("\n")
    assert printed[1:4] == ["    --> a.policy:100:1", "100 | x", "    | ^"]


def test_tabs_before_the_place_are_kept_so_that_the_caret_stands_under_it() -> None:
    assert str(fault("\ta\tbc", 3, 5)).split("\n")[2:4] == ["1 | \ta\tbc", "  | \t \t^^"]


def test_a_place_at_the_end_of_the_file_has_one_caret_behind_the_text() -> None:
    assert str(fault("abc", 3, 3)).split("\n")[1:4] == ["  --> a.policy:1:4", "1 | abc", "  |    ^"]
    assert str(fault("abc\n", 4, 4)).split("\n")[1:4] == ["  --> a.policy:2:1", "2 | ", "  | ^"]
    assert str(fault("", 0, 0)).split("\n")[1:4] == ["  --> a.policy:1:1", "1 | ", "  | ^"]


def test_a_place_over_several_lines_is_underlined_to_the_end_of_its_first() -> None:
    assert str(fault("ab cd\nef", 3, 8)).split("\n")[2:4] == ["1 | ab cd", "  |    ^^"]


def test_a_carriage_return_is_not_printed() -> None:
    assert "\r" not in str(fault("ab\r\ncd", 0, 2))


def test_a_note_has_a_place_of_its_own() -> None:
    note = Note(Span(Source("b.policy", "first"), 0, 5), "declared here")
    assert str(fault("x", 0, 1, note)).split("\n")[4:] == [
        "note: declared here", "  --> b.policy:1:1", "1 | first", "  | ^^^^^", "help: do this",
    ]  # fmt: skip


def test_as_json_it_has_the_place_from_line_to_line() -> None:
    json = fault("ab cd\nef", 3, 8).as_json()
    keys = ("file", "line", "column", "end_line", "end_column", "code", "severity", "help")
    assert [json[key] for key in keys] == ["a.policy", 1, 4, 2, 3, "PL101", "error", "do this"]


def test_diagnostics_are_sorted_by_file_and_place_each_once() -> None:
    one, other = fault("a b", 2, 3), fault("a b", 0, 1)
    assert in_order([one, other, one]) == (other, one)


def test_warnings_do_not_refuse_a_library() -> None:
    assert {code.number[:3] for code in Code if code.severity is Severity.WARNING} == {"PL4", "PL5"}
    assert not Diagnostic(Code.GAP, Span(Source("", ""), 0, 0), "").is_error


@pytest.mark.parametrize(
    ("word", "known", "said"),
    [
        ("thaft", ["theft", "raft"], "did you mean `theft` or `raft`?"),
        ("zzz", ["a", "b"], "known here: `a` and `b`"),
        ("zzz", [str(n) for n in range(9)], ""),
        ("zzz", [], ""),
    ],
)
def test_a_suggestion_names_the_nearest_words_or_the_few_there_are(
    word: str, known: list[str], said: str
) -> None:
    assert suggestion(word, known) == said


def test_words_are_listed_as_in_a_sentence() -> None:
    assert [listed("abc"[:n]) for n in range(4)] == ["", "`a`", "`a` and `b`", "`a`, `b` and `c`"]


@given(st.text(st.sampled_from("ab\n\t\r#"), max_size=30), st.data())
def test_a_place_is_told_as_the_line_and_column_where_its_text_stands(
    text: str, data: st.DataObject
) -> None:
    source = Source("x", text)
    at = data.draw(st.integers(0, len(text)))
    line, column = source.line_and_column(at)
    assert text.split("\n")[line - 1][column - 1 :].split("\n")[0] == text[at:].split("\n")[0]
    assert source.line(line) == text.split("\n")[line - 1].rstrip("\r")
    assert str(fault(text, at, len(text)))


def test_tabs_do_not_shift_the_places_of_a_clause() -> None:
    text = 'rule a "A"\n\tforbid\tlook\tof reads\n\tif\ta.b\tis\tyes\tand\tnot\n'
    [found] = Parser().parse(Source("x", text)).diagnostics
    assert found.span.text == "t"
    assert str(found.span) == "x:3:22"


def test_a_line_that_is_shown_commands_no_terminal_and_is_not_endless() -> None:
    shown = str(fault("\x1b[2Jrule\x07 x" + "y" * 9999, 4, 8)).split("\n")[2]
    assert shown.startswith("1 | \ufffd[2Jrule\ufffd xyyy")
    assert shown.endswith("...")
    assert len(shown) < 420
