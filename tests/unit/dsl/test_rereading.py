"""Reading a file again after an edit gives what reading it for the first time gives."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from platelaw.dsl import stored
from platelaw.dsl.parsed import Parse
from platelaw.dsl.parser import Parser
from platelaw.dsl.rereading import Rereader
from platelaw.dsl.source import Source

GOOD = sorted((Path(__file__).parents[2] / "corpus" / "good").glob("*.policy"))
PARSER = Parser()
PIECES = ("x", "\n", '"', "#", " is yes", "\n  if a.b is no\n", "rule z ", "(", "\n\n", "é")


def whole(parse: Parse) -> object:
    """The tree with all its places."""
    return stored.plain(parse, parse.document.span.source.name)


def edited(text: str, chance: random.Random) -> str:
    start = chance.randrange(len(text) + 1)
    end = min(len(text), start + chance.choice((0, 0, 1, 5, 40)))
    return text[:start] + chance.choice(PIECES) + text[end:]


@pytest.mark.parametrize("file", GOOD, ids=lambda file: file.stem)
def test_after_any_edits_the_tree_and_its_places_are_those_of_a_first_reading(file: Path) -> None:
    chance = random.Random(file.stem)
    reader, text = Rereader(), file.read_text("utf-8")
    for _ in range(12):
        source = Source(file.name, text)
        assert whole(reader.parse(source)) == whole(PARSER.parse(source))
        text = edited(text, chance)


def test_a_statement_that_did_not_change_is_not_parsed_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reader, text = Rereader(), 'kind a\nkind b under a\n\nkind c also written "C"\n'
    reader.parse(Source("words", text))
    asked: list[str] = []
    clause = Parser._clause  # pyright: ignore[reportPrivateUsage]

    def noting(self: Parser, plain: str, raw: object, at: object, faults: object) -> object:
        asked.append(getattr(at, "span").text)  # noqa: B009
        return clause(self, plain, raw, at, faults)  # type: ignore[arg-type]

    monkeypatch.setattr(Parser, "_clause", noting)
    reader.parse(Source("words", text.replace("under a", "under  c")))
    assert asked == ["kind b under  c"]


def test_what_is_said_of_a_fault_is_said_anew_where_the_text_behind_it_changed() -> None:
    reader = Rereader()
    reader.parse(Source("words", "role x held by\nkind b\n"))
    source = Source("words", "role x held by\nact b\n")
    assert reader.parse(source).diagnostics == PARSER.parse(source).diagnostics
