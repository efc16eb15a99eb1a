"""The lines of duties and what carries each: data in the folder of a state. A reading edge."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from enum import Enum
from importlib.resources.abc import Traversable
from pathlib import Path

from msgspec import Struct, ValidationError, convert

from ..errors import MendableError
from ..findings.book import Book
from ..vendors.form import duration_of

FILE = "duties.toml"


class DutiesError(MendableError):
    """A file that cannot be gone by, or evidence that is not the agency's; with the mend."""


class Shown(Enum):
    """By what an agency shows that it does a duty."""

    POLICY = "policy"
    REGISTRY = "registry"
    RESULTS = "results"
    VENDOR = "vendor"
    HOLDS = "holds"
    INCIDENTS = "incidents"


class Line(Struct, frozen=True, forbid_unknown_fields=True):
    """A duty and what carries it.

    Attributes:
        id: Its short name.
        group: Under which head it stands.
        title: What it asks.
        rules: The ids of the rules that say so; of a model policy where no law does.
        commands: The commands that do or show it.
        tests: The tests that show that they do, as pytest names them.
        examples: The titles of examples that show the rules at work.
        evidence: What an agency shows.
        owner: The role whose duty it is.
        outside: What an agency shows by papers of its own; blank if nothing.
        lacks: What nothing carries yet; blank if all is carried.
    """

    id: str
    group: str
    title: str
    owner: str
    rules: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    evidence: tuple[Shown, ...] = ()
    outside: str = ""
    lacks: str = ""


class Lines(Struct, frozen=True, forbid_unknown_fields=True):
    """The lines of one government, in order.

    Attributes:
        sovereign: The government.
        within: How soon a gap is to be closed of which no rule and no finding says so.
    """

    sovereign: str
    within: str
    line: tuple[Line, ...]


def read_lines(folders: Iterable[Path | Traversable]) -> tuple[Lines, ...]:
    """The lines that lie in folders and in the folders right below them.

    Raises:
        DutiesError: A file of them cannot be gone by.
    """
    found: list[Lines] = []
    for folder in folders:
        below = sorted((each for each in folder.iterdir() if each.is_dir()), key=lambda d: d.name)
        for place in (folder, *below):
            file = place.joinpath(FILE)
            if file.is_file():
                found.append(parse_lines(file.read_text("utf-8"), str(file)))
    return tuple(found)


def parse_lines(text: str, name: str) -> Lines:
    """The lines of a text.

    Raises:
        DutiesError: It does not have its form, or names a line twice.
    """
    try:
        lines = convert(tomllib.loads(text), Lines)
    except (tomllib.TOMLDecodeError, ValidationError) as fault:
        raise DutiesError(
            f"{name}: {fault}", "mend the line; docs/duties.md tells the fields"
        ) from fault
    if duration_of(lines.within) is None:
        raise DutiesError(f"{name}: `{lines.within}` is no duration", 'write one such as "30 days"')
    ids = [line.id for line in lines.line]
    twice = next((each for each in ids if ids.count(each) > 1), "")
    if twice:
        raise DutiesError(f"{name}: the line {twice} stands twice", "keep one")
    return lines


def checks_of(line: Line, book: Book) -> tuple[str, ...]:
    """The checks of a review that a line asks for, which name it themselves."""
    return tuple(name for name, check in book.checks.items() if line.id in check.duties)
