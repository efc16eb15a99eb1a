import re

from hypothesis import given, settings
from hypothesis import strategies as st

from platelaw.dsl import syntax as tree
from platelaw.dsl.clauses import elements
from platelaw.dsl.formatter import format_parse
from platelaw.dsl.grammar import Grammar
from platelaw.dsl.parser import Parser
from platelaw.dsl.printer import condition_text
from platelaw.dsl.source import Source, Span

from .trees import conditions, documents, text_of

PARSER = Parser()
FAST, EXACT = Grammar(), Grammar(exact=True)
READERS = [(grammar, elements(grammar)["rule", "if"]) for grammar in (FAST, EXACT)]


@given(documents)
@settings(max_examples=150)
def test_what_is_printed_is_read_back_as_the_same_tree(document: tree.Document) -> None:
    parsed = PARSER.parse(Source("x", text_of(document)))
    assert [str(fault) for fault in parsed.diagnostics] == []
    assert parsed.document == document


@given(conditions)
@settings(max_examples=150)
def test_both_grammars_read_a_condition_as_the_tree_that_was_printed(
    condition: tree.Condition,
) -> None:
    text = f"if {condition_text(condition)}"
    span = Span(Source("x", text), 0, len(text))
    assert [grammar.parse(element, text, span) for grammar, element in READERS] == [[condition]] * 2


@st.composite
def commented(draw: st.DrawFn) -> tuple[tree.Document, str, int]:
    """A document, its text with comments strewn in and blank lines, and how many comments."""
    document = draw(documents)
    count = 0
    lines: list[str] = []
    for line in text_of(document).split("\n"):
        for kind in draw(st.lists(st.sampled_from("#> "), max_size=2)):
            lines.append(f"{'  ' * (kind == '>')}# <{count}>" if kind != " " else "")
            count += kind != " "
        if draw(st.booleans()) and line:
            line += f"  # <{count}>"
            count += 1
        lines.append(line)
    return document, "\n".join(lines), count


@given(commented())
@settings(max_examples=100)
def test_formatting_keeps_the_tree_and_every_comment_and_is_done_at_once(
    case: tuple[tree.Document, str, int],
) -> None:
    document, text, count = case
    once = format_parse(PARSER.parse(Source("x", text)))
    again = PARSER.parse(Source("x", once))
    assert again.document == document
    assert sorted(map(int, re.findall(r"# <(\d+)>", once))) == list(range(count))
    assert format_parse(again) == once


def test_a_comment_stays_with_the_statement_right_below_it() -> None:
    text = 'rule a "A"\n  permit x of y\n# about b\nrule b "B"\n  permit x of y\n'
    assert format_parse(PARSER.parse(Source("x", text))) == text.replace("# about", "\n# about")


def test_a_comment_stays_with_the_clause_that_it_explains() -> None:
    text = 'policy a\n  # the name\n  title "T"  # a title\n  # whose\n  layer state\n'
    text += '  issued by "I"\n  time zone Etc/UTC\n  uses v 1\n  binds any request\n'
    assert format_parse(PARSER.parse(Source("x", text))) == text
