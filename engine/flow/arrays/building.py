"""Snapshots from maps, from networkx graphs and from tables of columns.

A relation that does not stand on the day asked about keeps its place and admits nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import numpy.typing as npt

from ..model import FlowMap, Relation
from .snapshot import PURPOSES, Snapshot, SnapshotError, from_columns

EVERYTHING = (1 << PURPOSES) - 1
Days = npt.NDArray[np.datetime64]


def from_map(
    flow: FlowMap,
    condition: Callable[[Relation], tuple[int, int]],
    day: datetime.date,
    class_of: Callable[[Relation], int] | None = None,
) -> Snapshot:
    """The snapshot of a map on a day; ``origins`` are the numbers of its relations.

    ``condition`` gives the mask of a relation and its onward mask. A relation whose switch is off
    admits nothing.

    Raises:
        SnapshotError: A mask or a class needs more than sixteen bits.
    """
    numbers = {key: number for number, key in enumerate(flow.nodes)}
    ends = ((numbers[each.source], numbers[each.target]) for each in flow.relations)
    sources, targets = _columns(ends)
    stands = np.zeros(len(flow.relations), np.bool_)
    stands[list(flow.open_on(day))] = True
    masks, onward = np.where(stands, _columns(map(condition, flow.relations)), 0)
    classes = None
    if class_of is not None:
        classes = np.array([class_of(each) for each in flow.relations], np.int64)
    return from_columns(tuple(flow.nodes), sources, targets, masks, onward, classes)


def from_graph(graph: nx.Graph[Any], day: datetime.date | None = None) -> Snapshot:
    """The snapshot of a directed networkx graph; ``origins`` count its edges.

    An edge's ``mask`` and ``onward`` are numbers of sixteen bits; without ``mask`` it admits
    everything, without ``onward`` the data may go on for all of it. ``class`` is optional, of all
    edges or of none; ``start`` and ``until`` are dates, and count if a day is asked about.

    Raises:
        SnapshotError: The graph is not directed, or an attribute does not fit.
    """
    if not graph.is_directed():
        raise SnapshotError("the graph is not directed; data flow from a source to a target")
    numbers = {node: number for number, node in enumerate(graph)}
    edges: list[tuple[Any, Any, dict[str, Any]]] = list(graph.edges(data=True))
    sources, targets = _columns((numbers[source], numbers[target]) for source, target, _ in edges)
    terms = [each for _, _, each in edges]
    masks: npt.NDArray[np.integer]
    masks = np.array([_number(each, "mask", EVERYTHING) for each in terms], np.int64)
    onward = np.array([_number(each, "onward", EVERYTHING) for each in terms], np.int64)
    classes = None
    if any("class" in each for each in terms):
        classes = np.array([_number(each, "class", -1) for each in terms], np.int64)
    if day is not None:
        starts, untils = (
            np.array([each.get(name) for each in terms], "datetime64[D]")
            for name in ("start", "until")
        )
        masks = in_force(masks, day, starts, untils)
    return from_columns([str(node) for node in graph], sources, targets, masks, onward, classes)


def from_parquet(
    file: Path, day: datetime.date | None = None, keys: Iterable[str] = ()
) -> Snapshot:
    """The snapshot of a Parquet table with one row a relation; ``origins`` count its rows.

    Columns: ``source`` and ``target`` are keys, ``mask``, ``onward`` and ``class`` as in
    ``from_graph``, ``start`` and ``until`` dates. The nodes are ``keys``, and then those that only
    the table names, in order.

    Raises:
        SnapshotError: The file cannot be read or lacks a column, or pyarrow is not installed.
    """
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError as fault:
        raise SnapshotError(f"{file}: reading Parquet needs the extra `parquet`") from fault
    try:
        table = parquet.read_table(file)
    except (OSError, ValueError) as fault:
        raise SnapshotError(f"{file}: not a Parquet table that can be read ({fault})") from fault
    for name in ("source", "target"):
        if name not in table.column_names:
            raise SnapshotError(f"{file}: no column `{name}`; give the key of a node for each row")
    known = list(dict.fromkeys(keys))
    named = {key for name in ("source", "target") for key in table[name].unique().to_pylist()}
    if None in named:
        raise SnapshotError(f"{file}: a row without `source` or `target`; give both")
    known += sorted(named.difference(known))
    columns = {name: _read(table, name, file) for name in ("mask", "onward", "class")}
    masks = columns["mask"]
    if masks is None:
        masks = np.full(len(table), EVERYTHING, np.uint16)
    if day is not None:
        starts, untils = (_days(table, name) for name in ("start", "until"))
        masks = in_force(masks, day, starts, untils)
    sources, targets = (_coded(table[name], known) for name in ("source", "target"))
    return from_columns(known, sources, targets, masks, columns["onward"], columns["class"])


def in_force(
    masks: npt.NDArray[np.integer], day: datetime.date, starts: Days, untils: Days
) -> npt.NDArray[np.integer]:
    """The masks of relations on a day: nothing before the start, and from the end on.

    A date that is not known, ``NaT``, is no bound.
    """
    now = np.datetime64(day, "D")
    return np.where((starts > now) | (untils <= now), masks.dtype.type(0), masks)


def _columns(pairs: Iterable[tuple[int, int]]) -> npt.NDArray[np.int64]:
    """The two columns of pairs."""
    return np.array(list(pairs), np.int64).reshape(-1, 2).T


def _number(terms: dict[str, Any], name: str, otherwise: int) -> int:
    value = terms.get(name, otherwise)
    if not isinstance(value, int) or value < 0:
        raise SnapshotError(f"an edge with `{name}` {value!r}; give a number of sixteen bits")
    return value


def _read(table: Any, name: str, file: Path) -> npt.NDArray[np.integer] | None:
    """A column of numbers, if it is there."""
    if name not in table.column_names:
        return None
    column: npt.NDArray[np.generic] = table[name].to_numpy()
    if not np.issubdtype(column.dtype, np.integer):
        raise SnapshotError(f"{file}: column `{name}` has entries that are no whole numbers")
    numbers: npt.NDArray[np.integer] = column.astype(np.int64, copy=False)
    return numbers


def _days(table: Any, name: str) -> Days:
    """A column of dates; unknown ones if it is not there."""
    if name not in table.column_names:
        return np.full(len(table), "NaT", "datetime64[D]")
    return np.asarray(table[name].to_numpy(), "datetime64[D]")


def _coded(column: Any, keys: list[str]) -> npt.NDArray[np.int64]:
    """The number of each entry among the keys."""
    number = {key: place for place, key in enumerate(keys)}
    coded = column.combine_chunks().dictionary_encode()
    places = np.array([number[key] for key in coded.dictionary.to_pylist()], np.int64)
    found: npt.NDArray[np.int64] = places[coded.indices.to_numpy()]
    return found
