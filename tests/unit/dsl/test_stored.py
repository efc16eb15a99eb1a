"""Trees and outlines kept as plain values are read back as they were, places included."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings

from platelaw.dsl import syntax as tree
from platelaw.dsl.check import check
from platelaw.dsl.parser import Parse
from platelaw.dsl.source import Source, Span
from platelaw.dsl.stored import Reading, UnreadableError, plain

from .texts import GOOD, PARSER
from .trees import documents, text_of

FILES = sorted(GOOD.glob("*.policy"))


def kept(value: object, source: Source) -> Any:
    """A value after it was kept as bytes."""
    data = msgspec.msgpack.encode(plain(value, source.name))
    return Reading(source, {source.name: source}).read(msgspec.msgpack.decode(data))


def spans(value: Any) -> Iterator[str]:
    """Every place in a value, in order."""
    if isinstance(value, Span):
        yield f"{value} {value.text}"
    elif isinstance(value, tuple):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            yield from spans(item)
    elif is_dataclass(value):
        for item in fields(value):
            yield from spans(getattr(value, item.name))


def parsed(file: Path) -> Parse:
    return PARSER.parse(Source(file.name, file.read_text("utf-8")))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_is_read_back_with_every_place_and_comment(file: Path) -> None:
    parse = parsed(file)
    again = kept(parse, parse.document.span.source)
    assert again == parse
    assert list(spans(again)) == list(spans(parse))


@given(documents)
@settings(max_examples=60)
def test_any_tree_is_read_back(document: tree.Document) -> None:
    parse = PARSER.parse(Source("x", text_of(document)))
    assert kept(parse, parse.document.span.source) == parse


def test_outlines_are_read_back_with_the_places_of_their_tests() -> None:
    checked = check([parsed(file) for file in FILES])
    sources = {file.name: Source(file.name, file.read_text("utf-8")) for file in FILES}
    assert checked.outlines
    for name, outline in checked.outlines.items():
        again = kept(outline, sources[name])
        assert again == outline
        for mine, theirs in zip(again.policies, outline.policies, strict=True):
            for which in ("closed", "forbidden"):
                first = [tuple(getattr(policy, which).first) for policy in (mine, theirs)]
                assert list(spans(first[0])) == list(spans(first[1]))


@pytest.mark.parametrize(
    "value", [[], [99], [0.5], ["x"], [None], [20], [20, "a", "b"], [3, "x"], [5, 9999]]
)
def test_a_value_that_stands_for_nothing_is_refused(value: Any) -> None:
    with pytest.raises(UnreadableError):
        print(Reading(Source("x", ""), {}).read(value))
