"""The registry: which bodies are on file, and what is on file about each.

The registry is read from CSV files whose columns are ``key,name,ori,sovereign,kind,policy,
desk,also_written,source`` and one column for every further fact of an agency. What is not on
file is ``no``, or the word ``none`` of an enumeration.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path


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


@dataclass(frozen=True, slots=True)
class Registry:
    """All entries by key.

    ``things`` holds what is on file of users, accounts and cameras, by the fact's full name;
    the shipped registry has none.
    """

    bodies: Mapping[str, Body]
    things: Mapping[str, str | tuple[str, ...]] = field(
        default_factory=dict[str, "str | tuple[str, ...]"]
    )

    def get(self, key: str) -> Body | None:
        """The entry of that key or ORI."""
        found = self.bodies.get(key)
        if found is None and key and "/" not in key:
            found = next((body for body in self.bodies.values() if body.ori == key), None)
        return found

    def with_attributes(
        self,
        attributes: Mapping[str, Mapping[str, str]],
        things: Mapping[str, str | tuple[str, ...]] | None = None,
    ) -> Registry:
        """The registry with some facts replaced: for examples and simulation only."""
        bodies = dict(self.bodies)
        for key, changes in attributes.items():
            body = bodies[key]
            bodies[key] = Body(
                body.key, body.name, body.ori, body.policy, body.desk, body.also_written,
                {**body.attributes, **changes}, body.source,
            )  # fmt: skip
        return Registry(bodies, {**self.things, **(things or {})})


_PLAIN = ("key", "name", "ori", "policy", "desk", "also_written", "source")
_NEEDED = ("key", "name", "sovereign", "kind")


def read_registry(folder: Path | Traversable) -> Registry:
    """The registry of a folder of CSV files.

    Raises:
        RegistryError: A file is unreadable, or two entries share a key or an ORI.
    """
    bodies: dict[str, Body] = {}
    oris: dict[str, str] = {}
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".csv")), key=lambda f: f.name)
    if not files:
        raise RegistryError(f"{folder}: holds no .csv file; name a folder that does")
    for file in files:
        try:
            text = file.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as fault:
            raise RegistryError(f"{file.name}: cannot be read as UTF-8 text: {fault}") from fault
        for body in _bodies(file.name, text):
            if body.key in bodies:
                raise RegistryError(f"{file.name}: `{body.key}` is on file twice; keep one entry")
            if body.ori and body.ori in oris:
                raise RegistryError(
                    f"{file.name}: ORI {body.ori} of `{body.key}` is that of `{oris[body.ori]}`"
                )
            bodies[body.key] = body
            oris[body.ori] = body.key
    return Registry(bodies)


def _bodies(name: str, text: str) -> Iterable[Body]:
    rows = csv.DictReader(io.StringIO(text), strict=True)
    try:
        header = rows.fieldnames or ()
        for column in _NEEDED:
            if column not in header:
                raise RegistryError(f"{name}: the header has no column `{column}`; add it")
        for column in header:
            if header.count(column) > 1:
                raise RegistryError(f"{name}: the header names `{column}` twice; remove one")
        for row in rows:
            yield _body(name, rows.line_num, row)
    except csv.Error as fault:
        raise RegistryError(f"{name}:{rows.line_num}: {fault}; mend the quoting") from fault


def _body(name: str, line: int, row: Mapping[str | None, str | None]) -> Body:
    if None in row or None in row.values():
        raise RegistryError(f"{name}:{line}: the row and the header differ in length")
    cells = {str(column): str(cell).strip() for column, cell in row.items()}
    for column in _NEEDED:
        if not cells[column]:
            raise RegistryError(f"{name}:{line}: `{column}` is blank; fill it in")
    written = tuple(part for part in cells.get("also_written", "").split("|") if part)
    attributes = {column: cell for column, cell in cells.items() if column not in _PLAIN and cell}
    return Body(
        cells["key"],
        cells["name"],
        cells.get("ori", ""),
        cells.get("policy", ""),
        cells.get("desk", ""),
        written,
        attributes,
        cells.get("source", ""),
    )
