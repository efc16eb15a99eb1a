"""Reading a library: the shipped one or folders of one's own. One of the engine's reading edges."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TYPE_CHECKING

from ..dsl.check import Checked, check
from ..dsl.codes import Code
from ..dsl.diagnostics import Diagnostic
from ..dsl.parsed import Parse
from ..dsl.source import Source, Span
from ..dsl.syntax import Document, Vocabulary
from .collecting import collector_paused
from .registry import Registry, read_registry

if TYPE_CHECKING:
    from ..dsl.parser import Parser

EXTENSION = ".policy"


class LibraryError(Exception):
    """A path that holds no policy files, or cannot be read."""


def shipped() -> Traversable:
    """The folder of the policies that come with platelaw."""
    return resources.files("platelaw").joinpath("policies")


def shipped_registry() -> Registry:
    """The registry that comes with platelaw."""
    return read_registry(shipped().joinpath("registry"))


def registry_at(place: Path) -> Registry:
    """The registry of a folder, or the shipped one with the rows of a file added to it.

    Raises:
        RegistryError: A file is unreadable, or two entries share a key or an ORI.
    """
    if place.is_dir():
        return read_registry(place)
    return read_registry(shipped().joinpath("registry"), added=place)


def policy_files(places: Iterable[Path | Traversable]) -> list[tuple[str, Path | Traversable]]:
    """The policy files of files and folders, each with the name that messages give it.

    Raises:
        LibraryError: A place does not exist or holds no policy file.
    """
    found: list[tuple[str, Path | Traversable]] = []
    for place in places:
        if place.is_file():
            found.append((str(place) if isinstance(place, Path) else place.name, place))
        elif place.is_dir():
            inside = sorted(_below(place, ""), key=lambda item: item[0])
            if not inside:
                raise LibraryError(f"{place}: holds no {EXTENSION} file")
            base = f"{place}/" if isinstance(place, Path) else "policies/"
            found += [(base + name, file) for name, file in inside]
        else:
            raise LibraryError(f"{place}: no such file or folder")
    return found


def _below(folder: Path | Traversable, prefix: str) -> list[tuple[str, Path | Traversable]]:
    found: list[tuple[str, Path | Traversable]] = []
    for entry in os.scandir(folder) if isinstance(folder, Path) else folder.iterdir():
        if entry.is_dir():
            if not entry.name.startswith((".", "__")):
                found += _below(_place(entry), f"{prefix}{entry.name}/")
        elif entry.name.endswith(EXTENSION):
            found.append((prefix + entry.name, _place(entry)))
    return found


def _place(entry: os.DirEntry[str] | Traversable) -> Path | Traversable:
    return Path(entry.path) if isinstance(entry, os.DirEntry) else entry


def read_policies(files: Iterable[tuple[str, Path | Traversable]]) -> list[Parse]:
    """Parse files; one that is no UTF-8 text is a diagnostic, not an exception.

    Raises:
        LibraryError: A file cannot be opened.
    """
    parser = new_parser()
    return [parse_bytes(parser, name, read_bytes(name, file)) for name, file in files]


def new_parser() -> Parser:
    """A parser, which imports the grammar: a library from a cache needs neither."""
    from ..dsl.parser import Parser

    return Parser()


def read_bytes(name: str, file: Path | Traversable) -> bytes:
    """The bytes of a file.

    Raises:
        LibraryError: It cannot be opened.
    """
    try:
        return file.read_bytes()
    except OSError as fault:
        raise LibraryError(f"{name}: cannot be read: {fault.strerror or fault}") from fault


def parse_bytes(parser: Parser, name: str, data: bytes) -> Parse:
    """Parse the bytes of a file."""
    try:
        return parser.parse(Source(name, text_of(data)))
    except UnicodeDecodeError as fault:
        return _not_text(name, data, fault)


def text_of(data: bytes) -> str:
    """The text of a policy file.

    Raises:
        UnicodeDecodeError: It is not UTF-8.
    """
    return data.decode("utf-8-sig").replace("\r\n", "\n")


def _not_text(name: str, data: bytes, fault: UnicodeDecodeError) -> Parse:
    line = data.count(b"\n", 0, fault.start) + 1
    source = Source(name, data.decode("utf-8", "replace"))
    span = Span(source, 0, 0)
    diagnostic = Diagnostic(
        Code.NOT_TEXT,
        span,
        f"the file is not UTF-8 text: line {line} holds the byte 0x{data[fault.start]:02x}",
        "save it as UTF-8",
    )
    return Parse(Document(span, ()), (), (diagnostic,))


def load(
    places: Iterable[Path | Traversable] = (), agencies: Collection[str] | None = None
) -> Checked:
    """Check files and folders on top of the shipped library, or that library alone.

    Files that declare a root vocabulary, one that extends nothing, stand alone.

    Raises:
        LibraryError: A place cannot be read.
    """
    with collector_paused():
        return check(read_library(places), agencies)


def read_library(places: Iterable[Path | Traversable] = ()) -> list[Parse]:
    """Every file of the library at some places, as it was read.

    Raises:
        LibraryError: A place cannot be read.
    """
    own = read_policies(policy_files(places))
    beneath = [] if any(map(has_root, own)) else read_policies(policy_files([shipped()]))
    return [*beneath, *own]


def has_root(parse: Parse) -> bool:
    """Whether a file declares a vocabulary that extends nothing."""
    heads = (node for node in parse.document.statements if isinstance(node, Vocabulary))
    return any(head.extends is None for head in heads)
