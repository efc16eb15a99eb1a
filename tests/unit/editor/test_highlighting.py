"""The words that editors highlight are the words of the language, and no others."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from platelaw.dsl import syntax as tree
from platelaw.dsl.build import EFFECTS
from platelaw.dsl.clauses import elements
from platelaw.dsl.grammar import Grammar
from platelaw.dsl.patterns import NO_VALUE, RESERVED
from platelaw.dsl.scan import CLAUSES

EXTENSION = Path(__file__).parents[3] / "editors" / "vscode"
GRAMMAR: dict[str, Any] = json.loads(
    (EXTENSION / "syntaxes" / "policy.tmLanguage.json").read_text("utf-8")
)["repository"]
ALTERNATIVES = re.compile(r"\(((?!\?)[\w\\+|/ ]+)\)")


def patterns(part: str) -> Iterator[str]:
    for pattern in GRAMMAR[part].get("patterns", [GRAMMAR[part]]):
        yield pattern["match"]


def words(part: str) -> set[str]:
    """The words of a part of the highlighting: the first group of its patterns."""
    found: set[str] = set()
    for pattern in patterns(part):
        group = ALTERNATIVES.search(pattern)
        if group is not None:
            found |= {word.replace(r"\s+", " ") for word in group[1].split("|")}
    return found


class Listing(Grammar):
    """A grammar that lists the keywords that it is made of."""

    def __init__(self) -> None:
        self.seen: set[str] = set()
        super().__init__(exact=True)
        elements(self)

    def words(self, text: str) -> Any:
        self.seen.add(text)
        return super().words(text)

    def flag(self, text: str) -> Any:
        self.seen.add(text)
        return super().flag(text)

    def word(self, *texts: str) -> Any:
        self.seen.update(texts)
        return super().word(*texts)


HIGHLIGHTED = {word for part in GRAMMAR for word in words(part)}
ENUMS = (tree.Status, tree.Stance, tree.Level, tree.Layer, tree.Effect, tree.Mark, tree.Outcome)
LISTED = {str(member.value) for enum in ENUMS for member in enum}
UNITS = {unit.value + ending for unit in tree.Unit for ending in ("", "s")}


def test_every_statement_is_highlighted_and_nothing_else_as_one() -> None:
    assert words("statement") == set(CLAUSES)


@pytest.mark.parametrize(
    ("part", "known"),
    [
        ("effect", {"leave open" if word == "leave" else word for word in EFFECTS}),
        ("level", {level.value for level in tree.Level}),
        ("layer", {layer.value for layer in tree.Layer}),
        ("stance", {stance.value for stance in tree.Stance}),
        ("outcome", {outcome.value for outcome in tree.Outcome}),
        ("citation-status", {status.value for status in tree.Status}),
        ("duration", UNITS),
    ],
)
def test_each_list_of_words_is_that_of_the_language(part: str, known: set[str]) -> None:
    assert words(part) == known


def test_every_keyword_of_the_grammar_is_highlighted() -> None:
    assert Listing().seen - HIGHLIGHTED == set()


def test_every_listed_word_is_highlighted() -> None:
    assert (LISTED | RESERVED | {"some", "with", "unexpired"}) - HIGHLIGHTED <= _parts(HIGHLIGHTED)
    assert set() == LISTED - HIGHLIGHTED


def test_nothing_is_highlighted_that_is_no_word_of_the_language() -> None:
    known = _parts(Listing().seen | LISTED | RESERVED | NO_VALUE | UNITS | set(CLAUSES))
    known |= {"stated", "empty", "asserted", "covering", "request", "the"}
    assert _parts(HIGHLIGHTED) - known == set()


def _parts(phrases: set[str]) -> set[str]:
    return {word for phrase in phrases for word in phrase.split()}


def test_the_lock_file_of_the_extension_names_no_registry() -> None:
    lock = (EXTENSION / "package-lock.json").read_text("utf-8")
    assert not re.search(r'"resolved"|https?://[^"]*registry', lock)
