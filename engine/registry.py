"""The registry: which bodies are on file, and what is on file about each.

The registry is read from CSV files whose columns are ``key,name,ori,sovereign,kind,policy,
desk,also_written,source`` and one column for every further fact of an agency. What is not on
file is ``no``, or the word ``none`` of an enumeration.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.resources.abc import Traversable
from operator import itemgetter
from pathlib import Path

from .collecting import collector_paused


class RegistryError(Exception):
    """A registry file that cannot be read; the message names file, line, column and mend."""


@dataclass(frozen=True, slots=True)
class Body:
    """One entry: an agency, a court, a vendor or a class of persons."""

    key: str
    name: str
    ori: str
    policy: str
    desk: str
    also_written: tuple[str, ...]
    attributes: Mapping[str, str]
    source: str = ""

    @property
    def sovereign(self) -> str:
        """The government that it belongs to."""
        return self.attributes.get("sovereign", "")

    @property
    def kind(self) -> str:
        """What kind of body it is."""
        return self.attributes.get("kind", "")


@dataclass(frozen=True, slots=True, eq=False)
class Registry:
    """All entries by key.

    ``things`` holds what is on file of users, accounts and cameras, by the fact's full name;
    the shipped registry has none.
    """

    bodies: Mapping[str, Body]
    things: Mapping[str, str | tuple[str, ...]] = field(
        default_factory=dict[str, "str | tuple[str, ...]"]
    )
    _met: dict[str, Body] = field(default_factory=dict[str, Body], init=False, repr=False)
    _oris: dict[str, str] = field(default_factory=dict[str, str], init=False, repr=False)
    _alike: dict[Hashable, list[Body]] = field(
        default_factory=dict[Hashable, "list[Body]"], init=False, repr=False
    )

    def alike(self) -> Mapping[Hashable, Sequence[Body]]:
        """The entries of which the same is on file, but for their names."""
        if not self._alike:
            for body in self.bodies.values():
                key = body.policy, frozenset(body.attributes.items())
                self._alike.setdefault(key, []).append(body)
        return self._alike

    def get(self, key: str) -> Body | None:
        """The entry of that key or ORI."""
        found = self._met.get(key)
        return found if found is not None else self._find(key)

    def _find(self, key: str) -> Body | None:
        """An entry that nobody asked for before."""
        found = self.bodies.get(key)
        if found is None and key and "/" not in key:
            found = self.bodies.get(self._keys_by_ori().get(key, ""))
        if found is not None:
            self._met[key] = found
        return found

    def _keys_by_ori(self) -> Mapping[str, str]:
        if not self._oris:
            for body in self.bodies.values():
                self._oris.setdefault(body.ori, body.key)
        return self._oris

    def with_attributes(
        self,
        attributes: Mapping[str, Mapping[str, str]],
        things: Mapping[str, str | tuple[str, ...]] | None = None,
    ) -> Registry:
        """The registry with some facts replaced: for examples and simulation only."""
        if not attributes and not things:
            return self
        changed = {
            key: replace(body, attributes={**body.attributes, **changes})
            for key, changes in attributes.items()
            for body in (self.bodies[key],)
        }
        bodies = Changed(self.bodies, changed) if changed else self.bodies
        return Registry(bodies, {**self.things, **(things or {})})

    def with_bodies(self, bodies: Mapping[str, Body]) -> Registry:
        """The registry with further bodies: for generated maps and simulation only."""
        return Registry({**self.bodies, **bodies}, self.things)

    def with_policy(self, keys: Iterable[str], policy: str) -> Registry:
        """The registry with some bodies bound to a policy by its name: for simulation only."""
        changed = {key: replace(self.bodies[key], policy=policy) for key in keys}
        return Registry(Changed(self.bodies, changed), self.things)


class Changed(Mapping[str, Body]):
    """Entries of which some are replaced by others of the same key."""

    def __init__(self, bodies: Mapping[str, Body], changed: Mapping[str, Body]) -> None:
        self._bodies = bodies
        self._changed = changed

    def __getitem__(self, key: str) -> Body:
        """The entry of a key."""
        return self._changed[key] if key in self._changed else self._bodies[key]

    def __iter__(self) -> Iterator[str]:
        """Every key."""
        return iter(self._bodies)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._bodies)


class Rows(Mapping[str, Body]):
    """The entries of registry files, each made when somebody asks for it."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[Header, list[str]]] = {}
        self._made: dict[str, Body] = {}
        self._oris: dict[str, str] = {}

    def add(self, file: str, header: Header, cells: list[str]) -> None:
        """Take in one row.

        Raises:
            RegistryError: Another entry has its key or ORI.
        """
        key, ori = header.cell(cells, "key"), header.cell(cells, "ori")
        if key in self._rows:
            raise RegistryError(f"{file}: `{key}` is on file twice; keep one entry")
        if ori and self._oris.setdefault(ori, key) != key:
            raise RegistryError(f"{file}: ORI {ori} of `{key}` is that of `{self._oris[ori]}`")
        self._rows[key] = header, cells

    def column(self, name: str) -> Iterator[tuple[str, str]]:
        """Every key with what its row has under a column, without making entries."""
        for key, (header, cells) in self._rows.items():
            yield key, header.cell(cells, name)

    def __getitem__(self, key: str) -> Body:
        """The entry of a key."""
        made = self._made.get(key)
        if made is None:
            header, cells = self._rows[key]
            made = self._made[key] = header.body(cells)
        return made

    def __contains__(self, key: object) -> bool:
        """Whether there is an entry of a key."""
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        """Every key."""
        return iter(self._rows)

    def __len__(self) -> int:
        """How many entries there are."""
        return len(self._rows)


# Files beside these that the service reads: who may call, and who may sign.
OF_THE_SERVICE = frozenset({"callers.csv", "signers.csv"})

_PLAIN = ("key", "name", "ori", "policy", "desk", "also_written", "source")
_NEEDED = ("key", "name", "sovereign", "kind")


class Header:
    """The columns of a registry file."""

    def __init__(self, file: str, columns: Sequence[str]) -> None:
        for column in _NEEDED:
            if column not in columns:
                raise RegistryError(f"{file}: the header has no column `{column}`; add it")
        for column in columns:
            if columns.count(column) > 1:
                raise RegistryError(f"{file}: the header names `{column}` twice; remove one")
        self._file = file
        self._at = {column: at for at, column in enumerate(columns)}
        self._width = len(columns)
        self._needed = itemgetter(*(self._at[column] for column in _NEEDED))
        self._further = [(c, at) for c, at in self._at.items() if c not in _PLAIN]

    def check(self, line: int, cells: Sequence[str]) -> None:
        """Refuse a row that lacks a cell.

        Raises:
            RegistryError: It does; the message tells which.
        """
        if len(cells) != self._width:
            raise RegistryError(f"{self._file}:{line}: the row and the header differ in length")
        if not all(map(str.strip, self._needed(cells))):
            column = next(column for column in _NEEDED if not self.cell(cells, column))
            raise RegistryError(f"{self._file}:{line}: `{column}` is blank; fill it in")

    def cell(self, cells: Sequence[str], column: str) -> str:
        """One cell; blank if the file has no such column."""
        at = self._at.get(column)
        return "" if at is None else cells[at].strip()

    def body(self, cells: Sequence[str]) -> Body:
        """The entry of a row."""
        key, name, ori, policy, desk, written, source = (self.cell(cells, c) for c in _PLAIN)
        attributes = {c: cell for c, at in self._further if (cell := cells[at].strip())}
        also = tuple(part for part in written.split("|") if part)
        return Body(key, name, ori, policy, desk, also, attributes, source)


def read_registry(folder: Path | Traversable, added: Path | None = None) -> Registry:
    """The registry of a folder of CSV files.

    Args:
        folder: The folder.
        added: One more file, whose rows are added to those of the folder.

    Raises:
        RegistryError: A file is unreadable, or two entries share a key or an ORI.
    """
    found = (f for f in folder.iterdir() if f.name.endswith(".csv"))
    files = sorted((f for f in found if f.name not in OF_THE_SERVICE), key=lambda f: f.name)
    if not files:
        raise RegistryError(f"{folder}: holds no .csv file; name a folder that does")
    rows = Rows()
    with collector_paused():
        for file in files:
            _read(rows, file.name, _text(file))
        if added is not None:
            _read(rows, added.name, _text(added))
    return Registry(rows)


def _text(file: Path | Traversable) -> str:
    try:
        return file.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise RegistryError(f"{file.name}: cannot be read as UTF-8 text: {fault}") from fault


def _read(rows: Rows, name: str, text: str) -> None:
    """Take in the rows of one file."""
    lines = csv.reader(io.StringIO(text), strict=True)
    try:
        header = Header(name, next(lines, list[str]()))
        for cells in lines:
            if cells:
                header.check(lines.line_num, cells)
                rows.add(name, header, cells)
    except csv.Error as fault:
        raise RegistryError(f"{name}:{lines.line_num}: {fault}; mend the quoting") from fault
