"""The cells of well-formed records as columns, each split when it is asked for."""

from __future__ import annotations

import csv
import importlib
import io
from collections.abc import Sequence
from typing import Any, overload

from ..columns.texts import Texts


class Split(Sequence[Texts]):
    """The columns of a text in which nothing is out of the ordinary.

    Args:
        reader: The module pyarrow.csv.
        part: The text, which ends with a record.
        delimiter: What stands between its cells.
        width: How many columns it has.
    """

    def __init__(self, reader: Any, part: memoryview, delimiter: str, width: int) -> None:
        """Nothing is split yet."""
        self._reader = reader
        self._part = part
        self._delimiter = delimiter
        self._width = width
        self._columns: dict[int, Texts] = {}

    def __len__(self) -> int:
        """How many columns there are."""
        return self._width

    @overload
    def __getitem__(self, place: int) -> Texts: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Texts]: ...
    def __getitem__(self, place: int | slice) -> Texts | Sequence[Texts]:
        """A column; those that nobody asked for so far are split together."""
        if isinstance(place, slice):
            return [self[each] for each in range(*place.indices(self._width))]
        if not 0 <= place < self._width:
            raise IndexError(place)
        if place not in self._columns:
            rest = [each for each in range(self._width) if each not in self._columns]
            found = self._split(rest)
            assert found is not None
            if any(map(_has_indent, found)):
                found = self._read(rest)
            self._columns.update(zip(rest, found, strict=True))
        return self._columns[place]

    def take(self, place: int, texts: Texts) -> None:
        """A column that somebody else has split."""
        self._columns[place] = texts

    def stand(self, places: Sequence[int], rows: int, *, all_cells: bool = False) -> bool:
        """Split some columns; whether every record has all cells, read here as everywhere.

        Args:
            places: The columns.
            rows: How many records there are.
            all_cells: Whether the others are to be split with them.
        """
        rest = [each for each in range(self._width) if each not in places] if all_cells else []
        found = self._split([*places, *rest])
        if found is None or len(found[0]) != rows:
            return False
        if any(map(_has_indent, found[: len(places)])):
            return False
        if any(map(_has_indent, found[len(places) :])):
            rest = []  # they are read with care when somebody asks for them
        self._columns.update(zip([*places, *rest], found, strict=False))
        return True

    def _split(self, places: Sequence[int]) -> list[Texts] | None:
        """Some columns; None if some records have more or fewer cells than the others."""
        arrow = importlib.import_module("pyarrow")
        names = [str(place) for place in range(self._width)]
        wanted = [names[place] for place in places]
        size = len(self._part) + 1
        try:
            table = self._reader.read_csv(
                arrow.py_buffer(self._part),
                self._reader.ReadOptions(use_threads=False, column_names=names, block_size=size),
                self._reader.ParseOptions(delimiter=self._delimiter, newlines_in_values=True),
                self._reader.ConvertOptions(
                    column_types=dict.fromkeys(wanted, arrow.string()),
                    strings_can_be_null=False,
                    include_columns=wanted,
                ),
            )
        except arrow.ArrowInvalid:
            return None
        return [Texts.of_arrow(column.combine_chunks()) for column in table.itercolumns()]

    def _read(self, places: Sequence[int]) -> list[Texts]:
        """Some columns, read as the records of any text are."""
        text = io.StringIO(str(self._part, "utf-8"), newline="")
        records = csv.reader(text, delimiter=self._delimiter, strict=True, skipinitialspace=True)
        rows = [[record[place] for place in places] for record in records]
        return [Texts.of(column) for column in zip(*rows, strict=True)]


def _has_indent(texts: Texts) -> bool:
    """Whether a text begins with a blank, which is not always read as one."""
    starts = texts.offsets[:-1][texts.lengths > 0]
    return bool((texts.data[starts] == ord(" ")).any())
