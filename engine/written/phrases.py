"""What the names of a vocabulary are in plain English. A reading edge.

The words stand in ``plain_words.toml`` beside policies, and those of open questions of law in
``readings.toml``. They decide nothing: a name that has none there is told by the name itself.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

from ..library import shipped
from ..render_text import words

FILE = "plain_words.toml"
QUESTIONS = "readings.toml"
PAIRS = "answers"  # of facts that are yes or no: what is so if yes, and if no
BEFORE_DATA = " / "  # in an act: what follows only where the data are named
TABLES = ("facts", PAIRS, "acts", "data", "kinds", "roles", "duties", "definitions", "sovereigns")


class PhrasesError(ValueError):
    """A file of words that cannot be read; the message names it and what is wrong."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """Plain English for declared names.

    Attributes:
        tables: By what the names are of: each name with its words.
        questions: The open questions of law as they are asked, by the name of the reading.
    """

    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict[str, Mapping[str, Any]])
    questions: Mapping[str, str] = field(default_factory=dict[str, str])

    def of(self, table: str, name: str) -> str:
        """The words of a name; the name itself without underscores if it has none."""
        return str(self.tables.get(table, {}).get(name) or words(name))

    def known(self, table: str, name: str) -> str:
        """The words of a name; blank if it has none."""
        return str(self.tables.get(table, {}).get(name) or "")

    def answer(self, fact: str, *, yes: bool) -> str:
        """What is so if a fact is yes, or no; blank if nobody wrote it."""
        pair = self.tables.get(PAIRS, {}).get(fact)
        return str(pair[0 if yes else 1]) if pair else ""


NAMES = Phrases()  # names alone


def phrases_in(folders: Iterable[Path | Traversable]) -> Phrases:
    """The words in folders, those of later ones first.

    Raises:
        PhrasesError: A file of words cannot be read, or is not written as one.
    """
    tables: dict[str, dict[str, Any]] = {table: {} for table in TABLES}
    questions: dict[str, str] = {}
    for folder in folders:
        for table, entries in _read(folder.joinpath(FILE)).items():
            checked = _checked(folder.joinpath(FILE), table, entries)
            tables[table] |= checked
        questions |= _read(folder.joinpath(QUESTIONS))
    return Phrases(tables, questions)


def shipped_folders() -> list[Traversable]:
    """The folders of the shipped library, in the order of their names."""
    return sorted((each for each in shipped().iterdir() if each.is_dir()), key=lambda f: f.name)


def _read(file: Path | Traversable) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise PhrasesError(f"{file}: {fault}") from fault


def _checked(file: Path | Traversable, table: str, entries: Any) -> Mapping[str, Any]:
    if table not in TABLES or not isinstance(entries, dict):
        raise PhrasesError(f"{file}: `{table}` is no table of words; it has {', '.join(TABLES)}")
    known = cast("dict[str, Any]", entries)
    for name, told in known.items():
        if not (_is_pair(told) if table == PAIRS else isinstance(told, str)):
            form = '["if yes", "if no"]' if table == PAIRS else "a text"
            raise PhrasesError(f"{file}: `{name}` of `{table}` must be {form}")
    return known


def _is_pair(told: Any) -> bool:
    if not isinstance(told, list):
        return False
    texts = cast("list[Any]", told)  # type: ignore[redundant-cast]  # pyright asks for it
    return len(texts) == 2 and all(isinstance(text, str) for text in texts)
