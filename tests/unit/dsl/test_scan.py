from hypothesis import given
from hypothesis import strategies as st

from platelaw.dsl.codes import Code
from platelaw.dsl.parser import Parser
from platelaw.dsl.scan import scan
from platelaw.dsl.source import Source

RULE = 'rule a "A # b"  # c\n  # d\n  forbid look of reads\n  if a.b is "x"  # e'


def clauses(text: str) -> list[tuple[str, str]]:
    return [
        (c.keyword, c.span.text) for raw in scan(Source("x", text)).statements for c in raw.clauses
    ]


def test_comments_are_blanked_and_offsets_stay_true() -> None:
    found = scan(Source("x", RULE))
    assert len(found.plain) == len(RULE)
    assert [comment.span.text for comment in found.comments] == ["# c", "# d", "# e"]
    assert [comment.trails for comment in found.comments] == [True, False, True]
    assert '"A # b"' in found.plain
    for raw in found.statements:
        for clause in raw.clauses:
            part = found.plain[clause.span.start : clause.span.end]
            assert part.split() == RULE[clause.span.start : clause.span.end].split("#  ")[0].split()


def test_a_statement_is_cut_at_its_clause_keywords() -> None:
    assert [keyword for keyword, _ in clauses(RULE)] == ["head", "forbid", "if"]


def test_a_keyword_in_brackets_or_quotation_marks_starts_no_clause() -> None:
    text = 'rule a "because"\n  forbid look of reads\n  if (a.b is yes because x)'
    assert [keyword for keyword, _ in clauses(text)] == ["head", "forbid", "if"]


def test_a_keyword_of_two_words_needs_both() -> None:
    text = 'rule a "A"\n  in doubt\n  in force from 2030-01-01\n  on refusal must x within 1 day'
    assert [keyword for keyword, _ in clauses(text)] == ["head", "in", "on"]


def test_grounds_go_on_after_the_citation_of_one() -> None:
    text = 'rule a "A"\n  limit look of reads to\n    b: x\n      cites "S" status verified\n'
    text += "    c: y\n  if z"
    assert [k for k, _ in clauses(text)] == ["head", "limit", "ground", "cites", "ground", "if"]


def test_a_citation_of_the_rule_starts_no_grounds() -> None:
    text = 'rule a "A"\n  cites "S" status verified\n  forbid look of reads\n  unless b: x'
    assert [keyword for keyword, _ in clauses(text)] == ["head", "cites", "forbid", "unless"]


def test_unusual_spaces_count_as_spaces_outside_quotation_marks() -> None:
    text = 'rule\u00a0a\u2003"A\u00a0B"\u3000\n  permit\x0blook of\u2028reads\n'
    parsed = Parser().parse(Source("x", text))
    assert parsed.diagnostics == ()
    [rule] = parsed.document.statements
    assert getattr(rule, "title", "") == "A\u00a0B"


def test_a_line_in_the_first_column_starts_a_statement() -> None:
    found = scan(Source("x", "act a\nact b,\n  c\nfoo d\n"))
    assert [raw.span.text for raw in found.statements] == ["act a", "act b,\n  c"]
    assert [fault.code for fault in found.faults] == [Code.UNKNOWN_STATEMENT]


@given(st.text(st.sampled_from('act rule#"\u201c\u201d\u00e9 \n\t:(){}1-')))
def test_every_clause_and_comment_lies_where_it_says(text: str) -> None:
    found = scan(Source("x", text))
    assert len(found.plain) == len(text)
    at = 0
    for raw in found.statements:
        assert at <= raw.span.start < raw.span.end <= len(text)
        assert raw.clauses[0].span.start == raw.span.start
        assert raw.clauses[-1].span.end == raw.span.end
        for clause in raw.clauses:
            assert at <= clause.span.start < clause.span.end
            at = clause.span.end
    for comment in found.comments:
        assert comment.span.text.startswith("#")
        assert not found.plain[comment.span.start : comment.span.end].strip()
