import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import cast

import pytest

from platelaw.dsl import syntax as tree
from platelaw.dsl.clauses import elements
from platelaw.dsl.formatter import format_parse
from platelaw.dsl.grammar import Grammar
from platelaw.dsl.scan import CLAUSES, scan
from platelaw.dsl.source import Source, Span
from platelaw.engine.library import shipped

from .helpers import GOOD, compare, diagnostics, parse

FILES = sorted(GOOD.glob("*.policy"))
SHIPPED = sorted(Path(str(shipped())).rglob("*.policy"))
by_name = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
every_file = pytest.mark.parametrize("file", [*FILES, *SHIPPED], ids=lambda file: file.name)


def read(file: Path) -> str:
    return file.read_text("utf-8")


def nodes(node: object) -> Iterator[object]:
    """A node and all below it."""
    if isinstance(node, tuple):
        for item in cast(tuple[object, ...], node):
            yield from nodes(item)
    elif is_dataclass(node):
        yield node
        for field in fields(node):
            if field.name != "span":
                yield from nodes(getattr(node, field.name))


def test_the_good_library_checks_clean_and_its_examples_get_their_answers() -> None:
    assert diagnostics(*(parse(file.name, read(file)) for file in FILES)) == ()


@every_file
def test_a_formatted_file_reads_as_the_same_tree(file: Path) -> None:
    once = parse(file.name, read(file))
    again = parse(file.name, format_parse(once))
    assert once.diagnostics == again.diagnostics == ()
    assert again.document == once.document


@every_file
def test_formatting_twice_changes_nothing(file: Path) -> None:
    once = format_parse(parse(file.name, read(file)))
    assert format_parse(parse(file.name, once)) == once


@every_file
def test_every_comment_survives_formatting_once(file: Path) -> None:
    before = [comment.span.text.rstrip() for comment in parse(file.name, read(file)).comments]
    after = parse(file.name, format_parse(parse(file.name, read(file)))).comments
    assert sorted(comment.span.text for comment in after) == sorted(before)


@by_name
def test_the_formatted_text_is_the_one_that_was_reviewed(file: Path, update: bool) -> None:
    formatted = format_parse(parse(file.name, read(file)))
    compare(GOOD.parent / "formatted" / file.name, formatted, update=update)


@every_file
def test_both_grammars_read_every_clause_alike(file: Path) -> None:
    source = Source(file.name, read(file))
    found = scan(source)
    fast, exact = Grammar(), Grammar(exact=True)
    tables = elements(fast), elements(exact)
    for raw in found.statements:
        for clause in raw.clauses:
            key = raw.keyword, clause.keyword
            values = fast.parse(tables[0][key], found.plain, clause.span)
            assert exact.parse(tables[1][key], found.plain, clause.span) == values, clause.span


# Every form stands in the good corpus -----------------------------------------------------------

ALL = [node for file in FILES for node in nodes(parse(file.name, read(file)).document)]
NODES = [kind for kind in vars(tree).values() if is_dataclass(kind)]
FORMS = [
    *(kind for kind in NODES if kind not in (tree.Node, Span)),
    *tree.Unit, *tree.Relation, *tree.Quantifier, *tree.Status, *tree.Level, *tree.Stance,
    *tree.Layer, *tree.Effect, *tree.Direction, *tree.Proof, *tree.Mark, *tree.Outcome,
]  # fmt: skip


def held(node: object) -> list[object]:
    if not is_dataclass(node):
        return []
    return [
        type(node),
        *(v for f in fields(node) if not isinstance(v := getattr(node, f.name), list)),
    ]


HELD = {repr(item) for node in ALL for item in held(node)}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_node_and_word_of_the_tree_is_exercised(form: object) -> None:
    assert repr(form) in HELD


@pytest.mark.parametrize("keyword", CLAUSES)
def test_every_clause_of_every_statement_is_exercised(keyword: str) -> None:
    used = {
        clause.keyword
        for file in FILES
        for raw in scan(Source(file.name, read(file))).statements
        if raw.keyword == keyword
        for clause in raw.clauses
    }
    assert set(CLAUSES[keyword]) <= used


@pytest.mark.parametrize(
    "phrase",
    [
        "is not one of", "is not a kind of", "is not stated", "is not blank", "is blank",
        "is empty", "is not empty", "is not", "not (", "covering the request", "unexpired",
        "probable_cause",
        "per recipient", "fresh for", "also written", "final", "held by requester", "held by owner",
        "held by anyone", "at the earliest", "binds any request", "onward to nobody",
        "onward to whoever this rule lets in", ", for every recipient,", "after release",
        "is within", "no probable cause", "not covering request", "verified}", "unverified",
        "of agency:", "from court:", "to agency:", "proposed by", "attested by", "done by",
    ],
)  # fmt: skip
def test_every_phrase_of_the_language_is_exercised(phrase: str) -> None:
    texts = [re.sub(r"#[^\n]*", "", read(file)) for file in FILES]
    assert any(phrase in re.sub(r"\s+", " ", text) for text in texts)
