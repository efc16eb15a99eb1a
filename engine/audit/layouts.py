"""Column maps of search-log exports: how each is recognized and what its columns mean.

A map is a TOML file: the neutral field of each column, the fields that this kind
of export can never hold, and one or more variants, each with the columns it must
and may have. A header is recognized by its set of names, in any order, case,
spacing, with or without a byte order mark.
"""

import enum
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any, Literal, get_args

from .cells import Cell, CellState

_NAME = re.compile(r"\s*[A-Za-z][A-Za-z _./()#-]{0,39}")
MARKERS_FILE = "markers.toml"  # lies beside the maps and is none

Status = Literal["seen", "unverified"]
TimeZone = Literal["utc", "not stated"]
Others = Literal["refused", "noted"]


class Field(enum.StrEnum):
    """What a column can hold, whatever the vendor calls it."""

    SEARCH_ID = enum.auto()
    USER = enum.auto()
    TIME = enum.auto()
    NETWORK_COUNT = enum.auto()
    CAMERA_COUNT = enum.auto()
    REASON = enum.auto()
    CATEGORY = enum.auto()  # the offense category chosen from a list
    CASE_NUMBER = enum.auto()
    ORGANIZATION = enum.auto()
    PLATE = enum.auto()
    FILTERS = enum.auto()
    TIME_FRAME = enum.auto()
    SEARCH_TYPE = enum.auto()
    TEXT_PROMPT = enum.auto()
    MODERATION = enum.auto()

    __hash__ = str.__hash__  # rows are read by field, and this one is quick


class LayoutError(ValueError):
    """A column map that contradicts itself or leaves a field unplaced."""


def plain(name: str) -> str:
    """A column name for comparison: its letters and digits, without case."""
    return "".join(filter(str.isalnum, name.casefold()))


@dataclass(frozen=True, slots=True)
class Layout:
    """One variant of one kind of export.

    ``columns`` holds the columns of every variant of the kind, as the vendor spells
    them. ``status`` says whether real files of it were seen. ``time_zone`` says how a
    time without a zone of its own is to be read. ``joined`` are the fields that two
    columns fill together. ``others`` says what to do with a column that the map does
    not know. ``orders`` are the columns in the sequences that the vendor has written.
    ``least`` is how many of its columns a header must have; ``also`` are other spellings.
    """

    name: str
    title: str
    vendor: str
    status: Status
    columns: Mapping[str, Field]
    required: frozenset[str]
    optional: frozenset[str]
    never_recorded: frozenset[Field]
    time_zone: TimeZone
    notes: tuple[str, ...] = ()
    joined: frozenset[Field] = frozenset()
    others: Others = "refused"
    orders: tuple[tuple[str, ...], ...] = ()
    least: int = 1
    also: Mapping[str, str] = field(default_factory=dict[str, str])

    def fits(self, header: Sequence[str]) -> bool:
        """Whether a header has each required column, none twice, and no other that matters."""
        names = [name for name in self._plain(header) if name]
        must = {plain(name) for name in self.required}
        may = must | {plain(name) for name in self.optional}
        known = [name for name in names if name in may]
        if any(plain(name) in names for name in self.columns if plain(name) not in may):
            return False  # a column of another variant
        if self.others == "refused" and (len(names) < len(header) or len(known) < len(names)):
            return False
        return len(set(known)) == len(known) >= self.least and must <= set(known)

    def fields(self, header: Sequence[str]) -> tuple[Field | None, ...]:
        """The field of each column of a header that fits; None for one that is passed over."""
        names = self.required | self.optional
        known = {plain(name): self.columns[name] for name in names}
        return tuple(known.get(name) for name in self._plain(header))

    def _plain(self, header: Sequence[str]) -> list[str]:
        """The names of a header for comparison, other spellings set right."""
        also = {plain(other): plain(name) for other, name in self.also.items()}
        return [also.get(name, name) for name in map(plain, header)]

    def written(self) -> tuple[tuple[Field, ...], ...]:
        """The orders in which the vendor has written the fields."""
        return tuple(tuple(self.columns[name] for name in order) for order in self.orders)

    def absent(self, header: Sequence[str]) -> dict[Field, Cell]:
        """What each field without a column answers: not exported here, or never recorded."""
        present = self.fields(header)
        return {each: self.absence(each) for each in Field if each not in present}

    def absence(self, each: Field) -> Cell:
        """What a field without a column answers."""
        never = each in self.never_recorded
        return Cell(CellState.NEVER_RECORDED if never else CellState.NOT_EXPORTED)


def shipped_layouts() -> tuple[Layout, ...]:
    """Every column map that comes with this package: those of real files, then the others."""
    folder = resources.files("platelaw.engine.audit").joinpath("layouts")
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")),
        key=lambda file: file.name,
    )
    layouts = [
        layout
        for file in files
        if file.name != MARKERS_FILE
        for layout in parse_layouts(file.read_text(encoding="utf-8"), file.name)
    ]
    return tuple(sorted(layouts, key=lambda layout: layout.status != "seen"))


def recognize(header: Sequence[str], layouts: Sequence[Layout]) -> Layout | None:
    """The first layout that fits a header, or None."""
    return next((layout for layout in layouts if layout.fits(header)), None)


def misfit(header: Sequence[str], layouts: Sequence[Layout]) -> tuple[str, str]:
    """Why no layout fits a header, and what to do about it.

    Cells are repeated only from a row that shares two of them with a layout, or of which every
    cell could be a name: the first row of a file without a header holds somebody's search, and so
    digits, for one of its time.
    """
    names = [plain(name) for name in header]
    spelled = [{plain(name): name for name in each.required | each.optional} for each in layouts]
    shared = [len(known.keys() & set(names)) for known in spelled]
    most = max(shared, default=0)
    if most < min(2, len(names)):
        seen = f": {', '.join(header)}" if _are_names(header) else ""
        cells = f"{len(names)} cells, no known name{seen}"
        return (
            f"the first row is no header of a known layout: {cells}",
            "if it is the header of another layout, map its columns with --layout MAP.toml "
            "(docs/logs.md); if the file has no header row, put the vendor's column names above it",
        )
    gone = [sum(plain(name) not in names for name in each.required) for each in layouts]
    written = {name.strip() for name in header}
    exact = [len((each.required | each.optional) & written) for each in layouts]
    nearest = max(range(len(layouts)), key=lambda at: (shared[at], -gone[at], exact[at]))
    layout, known = layouts[nearest], spelled[nearest]
    if twice := sorted(
        known[name] for name in set(names) if name in known and names.count(name) > 1
    ):
        return (
            f"the header names a column twice: {', '.join(twice)}",
            "find out which of them is the vendor's and remove the other",
        )
    return (
        f"no known layout has this header; nearest is {layout.name} "
        f"({'; '.join(_differences(layout, known, header))})",
        "restore the vendor's header, or map its columns with --layout MAP.toml (docs/logs.md)",
    )


def _are_names(header: Sequence[str]) -> bool:
    """Whether every cell of several could be the name of a column, and none is there twice."""
    cells = {cell.strip() for cell in header}
    return 1 < len(cells) == len(header) and all(map(_NAME.fullmatch, cells))


def _differences(layout: Layout, known: Mapping[str, str], header: Sequence[str]) -> list[str]:
    names = {plain(name) for name in header}
    missing = sorted(name for name in layout.required if plain(name) not in names)
    unknown = [name.strip()[:40] or "(no name)" for name in header if plain(name) not in known]
    parts = [f"missing: {', '.join(missing)}"] if missing else []
    if unknown:
        parts.append(f"unknown: {', '.join(unknown[:10])}")
    return parts


def parse_layouts(text: str, source: str) -> tuple[Layout, ...]:
    """Read one column map, one layout for each of its variants.

    Raises:
        LayoutError: The map is no TOML, lacks an entry, or contradicts itself.
    """
    try:
        map_ = tomllib.loads(text)
        layouts = tuple(_layout(map_, variant) for variant in map_["variant"])
    except KeyError as error:
        raise LayoutError(f"{source}: no entry {error}") from None
    except (TypeError, ValueError) as error:
        raise LayoutError(f"{source}: {error}") from None
    for layout in layouts:
        if problem := _problem(layout):
            raise LayoutError(f"{source}: {layout.name}: {problem}")
    return layouts


def _layout(map_: Mapping[str, Any], variant: Mapping[str, Any]) -> Layout:
    return Layout(
        name=f"{map_['name']}/{variant['name']}",
        title=f"{map_['title']} ({variant['name']})",
        vendor=map_["vendor"],
        status=variant.get("status", map_["status"]),
        columns={name: Field(field) for name, field in map_["columns"].items()},
        required=frozenset(variant["required"]),
        optional=frozenset(variant.get("optional", [])),
        never_recorded=frozenset(Field(field) for field in map_["never_recorded"]),
        time_zone=variant.get("time_zone", map_["time_zone"]),
        notes=(*map_.get("notes", []), *variant.get("notes", [])),
        joined=frozenset(Field(field) for field in variant.get("joined", [])),
        others=map_.get("others", "refused"),
        orders=tuple(tuple(order) for order in map_.get("orders", [])),
        least=variant.get("least", 1),
        also=map_.get("also", {}),
    )


def _problem(layout: Layout) -> str:
    """What is wrong with a layout, or nothing."""
    placed = set(layout.columns.values())
    names = layout.required | layout.optional
    if layout.status not in get_args(Status):
        return f"status is one of {', '.join(get_args(Status))}"
    if layout.time_zone not in get_args(TimeZone):
        return f"time_zone is one of {', '.join(get_args(TimeZone))}"
    if strange := names - set(layout.columns):
        return f"not among its columns: {', '.join(sorted(strange))}"
    if layout.required & layout.optional:
        return "a column is both required and optional"
    if len({plain(name) for name in (*layout.columns, *layout.also)}) != len(layout.columns) + len(
        layout.also
    ):
        return "two columns have the same name"
    if layout.others not in get_args(Others):
        return f"others is one of {', '.join(get_args(Others))}"
    if other := {*layout.also.values()} - set(layout.columns):
        return f"another spelling of what is not among its columns: {', '.join(sorted(other))}"
    if unknown := {name for order in layout.orders for name in order} - set(layout.columns):
        return f"orders name what is not among its columns: {', '.join(sorted(unknown))}"
    single = [f for name in names if (f := layout.columns[name]) not in layout.joined]
    if len(set(single)) != len(single):
        return "two columns of one variant fill the same field"
    if both := placed & layout.never_recorded:
        return f"both a column and never recorded: {', '.join(sorted(both))}"
    if rest := set(Field) - placed - layout.never_recorded:
        return f"neither a column nor never recorded: {', '.join(sorted(rest))}"
    return ""
