"""Opening lists: one of the engine's edges. A list is recognized by its columns."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ...audit.containers import sources_in
from ...audit.errors import LogError
from ...audit.sources import SHEET_FORM, Source
from ..files.faults import FileFault, only
from .forms import ListForm, Lists

_HEADER_WITHIN = 5  # rows: exports have a title above the header


@dataclass(frozen=True, slots=True)
class Listed:
    """A file to import.

    Attributes:
        path: Where it lies.
        owner: Whose list it is, by key or name, for forms that do not say.
        day: The day of the list, for forms that do not say.
        source: What the map calls it; the file's name if blank.
        origin: Where it comes from.
    """

    path: Path
    owner: str = ""
    day: datetime.date | None = None
    source: str = ""
    origin: str = ""

    @property
    def called(self) -> str:
        """What the map calls it."""
        return self.source or self.path.name


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a list: the texts of its fields."""

    place: str
    texts: Mapping[str, str]

    def text(self, field: str) -> str:
        """The text of a field; blank if there is none."""
        return self.texts.get(field, "")


@dataclass(slots=True)
class Opened:
    """A list that was recognized, with what could not be read of it after its rows were."""

    listed: Listed
    form: ListForm
    source: Source
    first_line: int
    columns: Mapping[str, tuple[int, ...]]
    faults: list[FileFault] = field(default_factory=list[FileFault])

    def rows(self) -> Iterator[Entry]:
        """The rows below the header.

        Raises:
            MapError: The file cannot be read to its end.
        """
        try:
            yield from self._rows()
        except LogError as fault:
            raise only(self.source.name, fault.message, fault.help) from fault

    def _rows(self) -> Iterator[Entry]:
        header: list[str] = []
        with closing(self.source.records()) as records:
            for record in records:
                place = f"{self.source.name}:{record.line}"
                cells = record.cells
                if record.line < self.first_line or not any(map(str.strip, cells)):
                    continue
                header = header or cells
                if cells == header:  # printed lists repeat it on every page
                    continue
                if self.source.form == SHEET_FORM:
                    cells = [*cells, *[""] * (len(header) - len(cells))]
                if record.problem or len(cells) != len(header):
                    message, help = record.problem or (
                        f"the row has {len(cells)} cells, the header {len(header)}",
                        "put quotation marks around a cell that holds a comma",
                    )
                    self.faults.append(FileFault(place, "", message, help))
                else:
                    yield Entry(place, self._texts(cells))

    def _texts(self, cells: list[str]) -> dict[str, str]:
        """The fields of a row; one that several columns hold has a line for each."""
        return {
            name: "\n".join(cells[at].strip() for at in places)
            for name, places in self.columns.items()
        }


def open_list(listed: Listed, lists: Lists) -> list[Opened]:
    """The lists of a file: a text, the sheets of a workbook, the members of an archive.

    Raises:
        MapError: It cannot be read, or none of its tables is a list that is known.
    """
    try:
        sources, _ = sources_in(listed.path)
        found = [each for source in sources if (each := _recognized(listed, source, lists))]
    except LogError as fault:
        raise only(listed.path.name, fault.message, fault.help) from fault
    if not found:
        titles = "; ".join(f"{form.title} ({', '.join(_shown(form))})" for form in lists.forms)
        raise only(listed.path.name, "its columns are those of no list that is known here",
                   f"known lists and their columns: {titles}")  # fmt: skip
    return found


def _recognized(listed: Listed, source: Source, lists: Lists) -> Opened | None:
    with closing(source.records()) as records:
        for count, record in enumerate(records):
            fit = lists.recognize(record.cells)
            if fit is not None:
                return Opened(listed, fit[0], source, record.line, fit[1])
            if count >= _HEADER_WITHIN:
                break
    return None


def _shown(form: ListForm) -> list[str]:
    return [form.fields[name][0] for name in form.needed]
