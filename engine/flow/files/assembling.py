"""Rows to a map and a map to rows, whatever file they stand in."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..model import FlowMap, Node, Relation, Source, Switch, Terms
from ..own_switch import own_key, own_switch
from .faults import FileFault, MapError, only
from .forms import DATE, FormError, Plain
from .parts import PARTS, Columns, Part

MOST_ROWS = 4_000_000  # of one table

Row: TypeAlias = "tuple[int, Mapping[str, Any]]"  # its line or number, and its values


@dataclass(frozen=True, slots=True)
class Loaded:
    """A map with the place that every part was read from.

    Attributes:
        map: The map.
        places: For each table, the lines or numbers of its rows, in the order of the map.
        name: What the place of a line of a table is called.
    """

    map: FlowMap
    places: Mapping[Part, Mapping[str | int, int]]
    name: Callable[[Part, int], str]

    def place(self, part: Part, key: str | int) -> str:
        """Where a part of the map stands; relations and sources by number, others by key."""
        line = self.places[part].get(key)
        return self.name(part, line) if line is not None else ""


@dataclass(slots=True)
class Assembler:
    """Makes a map of rows and notes every fault.

    Attributes:
        name: What the place of a line of a table is called in messages.
    """

    name: Callable[[Part, int], str]
    faults: list[FileFault] = field(default_factory=list[FileFault])
    _parts: dict[Part, list[Any]] = field(default_factory=dict[Part, list[Any]])
    _lines: dict[Part, list[int]] = field(default_factory=dict[Part, list[int]])
    _as_of: Any = None

    def add(self, part: Part, rows: Iterable[Row]) -> None:
        """Take in the rows of a table.

        Raises:
            MapError: They are too many.
        """
        columns = PARTS[part]
        made, lines = self._parts.setdefault(part, []), self._lines.setdefault(part, [])
        read = _Reader(columns)
        for line, values in rows:
            if len(made) == MOST_ROWS:
                raise only(
                    self.name(part, line),
                    f"has more than {MOST_ROWS:,} rows, which is more than a map of this form "
                    "should hold (about 0.7 KB each)",
                    "make a map of a part of it",
                )
            try:
                made.append(read.part(values))
                lines.append(line)
            except _RowError as found:
                place = self.name(part, line)
                self.faults += (FileFault(place, *each) for each in found.faults)

    def as_of(self, place: str, raw: Any) -> None:
        """Take in the day of the map."""
        try:
            self._as_of = DATE.read(raw) if raw else None
        except FormError as fault:
            self.faults.append(FileFault(place, "as_of", fault.message, fault.help))

    def loaded(self) -> Loaded:
        """The map.

        Raises:
            MapError: A row cannot be read, or two rows of a table share a key.
        """
        for part in (Part.NODES, Part.SWITCHES, Part.TERMS):
            self._check_keys(part)
        if self.faults:
            raise MapError(self.faults)
        relations: list[Relation] = self._parts.get(Part.RELATIONS, [])
        switches: list[Switch] = self._parts.get(Part.SWITCHES, [])
        nodes: list[Node] = self._parts.get(Part.NODES, [])
        terms: list[Terms] = self._parts.get(Part.TERMS, [])
        sources: list[Source] = self._parts.get(Part.SOURCES, [])
        made = FlowMap.of(
            nodes, relations, (*own_switches(relations), *switches), terms,
            as_of=self._as_of, sources=sources,
        )  # fmt: skip
        return Loaded(made, {part: self._placed(part) for part in Part}, self.name)

    def _check_keys(self, part: Part) -> None:
        first: dict[str, int] = {}
        lines = self._lines.get(part, [])
        for each, line in zip(self._parts.get(part, []), lines, strict=True):
            known = first.setdefault(each.key, line)
            if known != line:
                self.faults.append(FileFault(
                    self.name(part, line), "key", f"`{each.key}` is the key of a row above, at "
                    f"{self.name(part, known)}", "give one of them another key, or remove it",
                ))  # fmt: skip

    def _placed(self, part: Part) -> dict[str | int, int]:
        lines = self._lines.get(part, [])
        if part in (Part.RELATIONS, Part.SOURCES):
            return dict(enumerate(lines))
        return {each.key: line for each, line in zip(self._parts.get(part, []), lines, strict=True)}


def own_switches(relations: Iterable[Relation]) -> Iterator[Switch]:
    """The switches that need no row, because their relations tell all there is to say."""
    for relation in relations:
        source, target, kind = relation.source, relation.target, relation.kind
        if relation.switch == own_key(source, target, kind):
            yield own_switch(source, target, kind)


def rows_of(flow_map: FlowMap) -> dict[Part, Iterator[dict[str, Plain]]]:
    """Every table of a map as plain rows; a switch that needs no row has none."""
    own = {switch.key: switch for switch in own_switches(flow_map.relations)}
    switches = (each for each in flow_map.switches.values() if own.get(each.key) != each)
    tables: dict[Part, Iterable[Any]] = {
        Part.NODES: flow_map.nodes.values(),
        Part.RELATIONS: flow_map.relations,
        Part.SWITCHES: switches,
        Part.TERMS: flow_map.terms.values(),
        Part.SOURCES: flow_map.sources,
    }
    return {part: map(PARTS[part].plain, rows) for part, rows in tables.items()}


class _RowError(Exception):
    """What is wrong with one row: field, message and mend of each."""

    def __init__(self, faults: list[tuple[str, str, str]]) -> None:
        super().__init__(faults)
        self.faults = faults


class _Reader:
    """Reads the rows of one table; a value that was met is remembered."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._known: dict[str, dict[Any, Any]] = {name: {} for name in columns.forms}

    def part(self, raw: Mapping[str, Any]) -> Any:
        values: dict[str, Any] = {}
        faults: list[tuple[str, str, str]] = []
        for name, value in raw.items():
            if value == "" or value is None or value != value:  # other programs write NaN
                continue
            try:
                values[name] = self._value(name, value)
            except FormError as fault:
                faults.append((name, fault.message, fault.help))
            except KeyError:
                faults.append(unknown_column(name, self._columns))
        for name in self._columns.needed:
            if not values.get(name) and not any(fault[0] == name for fault in faults):
                faults.append((name, "is blank", "fill it in"))
        if faults:
            raise _RowError(faults)
        return self._columns.make(values)

    def _value(self, name: str, raw: Any) -> Any:
        known = self._known[name]
        if not isinstance(raw, str):
            return self._columns.forms[name].read(raw)
        found = known.get(raw)
        if found is None:
            found = known[raw] = self._columns.forms[name].read(raw)
        return found


def unknown_column(name: str, columns: Columns) -> tuple[str, str, str]:
    """The fault of a column that the table does not have."""
    near = difflib.get_close_matches(name, columns.forms, 1)
    mend = f"`{near[0]}` may be meant" if near else f"it has {', '.join(columns.forms)}"
    return name, "is no column of this table", mend
