"""The files that a custodian would have: two logs with what befalls logs, and the truth."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from .haystack import FILTERS, FRAME, HEADER, ID, PLATE, Planter, below, first_file


def write_logs(planter: Planter, folder: Path) -> list[Path]:
    """Two logs: the second overlaps the first, lacks a column, and has another below it."""
    one, two = folder / "network_1.csv", folder / "network_2.csv"
    overlap = _write_first(planter, one)
    _write_second(planter, two, overlap)
    return [one, two]


def _write_first(planter: Planter, path: Path) -> list[list[str]]:
    """A log with copies of rows, and ids that are given twice; its last rows."""
    each, rows = planter.each, planter.rows[: first_file(len(planter.rows))]
    copies, twice = rows[:each], [list(row) for row in rows[each : 2 * each]]
    for row in twice:
        row[FILTERS] = "another filter"
    planter.add("copy of a row", _ids(copies))
    planter.add("id given twice", _ids(twice))
    planter.add("search of an earlier file", _ids(rows[-each:]))
    _write(path, [HEADER, *rows, *copies, *twice])
    planter.add("counted, in order", _ids([*rows, *twice]))
    return rows[-each:]


def _write_second(planter: Planter, path: Path, overlap: Sequence[Sequence[str]]) -> None:
    count = len(planter.rows)
    middle, unclear = below(count), below(count) - planter.each
    shifted, taken = planter.rows[first_file(count) : unclear], planter.rows[unclear:middle]
    stacked = planter.rows[middle:]
    planter.add("in shifted columns", _ids(shifted))
    planter.add("in columns that no one can tell", _ids(taken))
    planter.add("in an export below another", _ids(stacked[:-1]))
    planter.add("cut row", _ids(stacked[-1:]))
    planter.add("counted, in order", _ids([*shifted, *stacked[:-1]]))
    # A label whose column was deleted. Of three texts side by side one was taken out: no cell
    # tells which.
    header = (*HEADER[:FRAME], "Total Devices Searched", *HEADER[FRAME:])
    lacking = [[*row[:FILTERS], *row[FILTERS + 1 :]] for row in taken]
    again = [label.lower() for label in HEADER]
    _write(path, [header, *overlap, *shifted, again, *lacking, *stacked])
    whole = path.read_bytes()
    path.write_bytes(whole[: -len(",".join(stacked[-1][PLATE:]))])


def write_truth(planter: Planter, path: Path) -> None:
    """Which are the needles, a line each."""
    with path.open("w", encoding="utf-8") as file:
        for name, things in planter.truth.items():
            lines = (json.dumps({"class": name, "is": thing}) for thing in things)
            file.writelines(f"{line}\n" for line in lines)


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Write a table; where each row stands, as ``file:line``."""
    all_rows, line = [header, *rows], 1
    places: list[str] = []
    for row in all_rows:
        places.append(f"{path.name}:{line}")
        line += 1 + sum(cell.count("\n") for cell in row)
    _write(path, all_rows)
    return places[1:]


def _ids(rows: Iterable[Sequence[str]]) -> list[str]:
    return [row[ID] for row in rows]


def _write(path: Path, rows: Iterable[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
