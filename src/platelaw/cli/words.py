"""``platelaw words``: the words that policies and requests are written in."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from ..dsl.diagnostics import suggestion
from ..dsl.model import Vocabulary
from ..engine.cache import Cache
from ..engine.written.glossary import KIND, SORTS, Entry, glossary, tree_of
from .caching import cache_options
from .common import engine_from, policy_option, registry_from, registry_option, stop
from .doc import phrases_from

_WIDTH = 100


@click.command("words")
@click.argument("word", default="")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@policy_option
@cache_options
@registry_option
def words_command(
    word: str,
    as_json: bool,
    places: tuple[Path, ...],
    cache: Cache | None,
    registry_folder: Path | None,
) -> None:
    """List the words of the vocabularies, each with what it means.

    WORD is a kind, such as `purpose`, `data`, `body` or `instrument`, told with every kind under
    it; or `act`, `fact`, `role`, `duty` or `reading` for all of these; or any single word. Without
    WORD it says what there is. Exit code 0, or 2 if there is no such word.

    \b
    Examples:
      platelaw words
      platelaw words purpose
      platelaw words fact --json
      platelaw words theft --policies policies
    """  # noqa: D301
    library = engine_from(places, registry_from(registry_folder), cache).library
    found = glossary(_shallow_first(library.vocabularies.values()), phrases_from(places))
    told = _told(word, found)
    if as_json:
        shown = {"version": 1, "words": [_json(entry) for _, entry in told]}
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False))
    elif word:
        click.echo("\n".join(line for depth, entry in told for line in _lines(depth, entry)))
    else:
        click.echo("\n".join(_overview(found)))


def _shallow_first(vocabularies: Iterable[Vocabulary]) -> list[Vocabulary]:
    return sorted(vocabularies, key=lambda each: each.depth)


def _told(word: str, found: Sequence[Entry]) -> list[tuple[int, Entry]]:
    """The entries that a word asks for, each with how deep it stands; all without one."""
    sort = _sort(word)
    if not word or sort:
        return [(0, entry) for entry in found if not sort or entry.sort == sort]
    told = [(0, entry) for entry in found if entry.name == word and entry.sort != KIND]
    if any(entry.name == word and entry.sort == KIND for entry in found):
        told += tree_of(word, found)
    if not told:
        near = suggestion(word, {*SORTS, *(entry.name for entry in found)})
        stop(f"no word is called `{word}`", near or "`platelaw words` says what there is")
    return told


def _sort(word: str) -> str:
    """What a word asks all of: `fact`, `facts`; blank if it is a word of a vocabulary."""
    stems = {word, word.removesuffix("s"), f"{word.removesuffix('ies')}y"}
    return next((sort for sort in SORTS if sort in stems), "")


def _overview(found: Sequence[Entry]) -> Iterator[str]:
    for entry in found:
        if entry.sort == KIND and not entry.under:
            count = sum(1 for _ in tree_of(entry.name, found)) - 1
            yield f"  platelaw words {entry.name:<16} {count:>4} kinds of {entry.name}"
    for sort in SORTS[1:]:
        count = sum(entry.sort == sort for entry in found)
        yield f"  platelaw words {sort:<16} {count:>4} {_many(sort)}"


def _many(sort: str) -> str:
    return f"{sort[:-1]}ies" if sort.endswith("y") else f"{sort}s"


def _lines(depth: int, entry: Entry) -> Iterator[str]:
    """A word, and what is told of it."""
    written = ", ".join(f'"{each}"' for each in entry.written)
    parts = (entry.says, f"also written {written}" if written else "")
    text = "; ".join(part for part in parts if part)
    if entry.meaning:
        text = f"{entry.meaning} ({text})" if text else entry.meaning
    indent = "  " * depth
    yield from textwrap.wrap(
        f"{entry.name}: {text}" if text else entry.name,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=f"{indent}    ",
        break_on_hyphens=False,
    )


def _json(entry: Entry) -> dict[str, Any]:
    return {
        "word": entry.name,
        "is": entry.sort,
        "under": list(entry.under),
        "says": entry.says or None,
        "means": entry.meaning or None,
        "written": list(entry.written),
    }
