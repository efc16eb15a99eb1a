"""Files that a closing is asked with: lawful demands, and losses. A reading edge."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, cast

from .asking import ClosingError, Demand

NodeOf = Callable[[str], str]
Routes = Callable[[str, str], tuple[frozenset[str], ...]]
_TEXTS = ("owner", "requester", "purpose")


def read_demands(path: Path, node_of: NodeOf, routes: Routes) -> tuple[Demand, ...]:
    """The demands of a TOML file: tables ``[[demand]]`` of owner, requester, purpose and loss.

    Args:
        path: The file.
        node_of: The key of the node that a name means.
        routes: The routes from one node to another.

    Raises:
        ClosingError: The file cannot be read or does not have the form; or a demand has no
            route on the map.
    """
    try:
        table = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as fault:
        raise ClosingError(f"{path}: cannot be read: {fault}") from fault
    stated = table.get("demand")
    if not isinstance(stated, list) or not stated or set(table) - {"demand"}:
        raise ClosingError(f"{path}: write tables `[[demand]]`, and nothing else")
    return tuple(
        _demand(each, f"{path}: demand {number}", node_of, routes)
        for number, each in enumerate(cast("list[object]", stated), 1)
    )


def _demand(stated: object, where: str, node_of: NodeOf, routes: Routes) -> Demand:
    if not isinstance(stated, dict):
        raise ClosingError(f"{where}: write `[[demand]]` above its fields")
    fields = cast("Mapping[str, Any]", stated)
    for name in sorted(set(fields) - {*_TEXTS, "loss"}):
        raise ClosingError(f"{where}: has no field `{name}`; there are {', '.join(_TEXTS)}, loss")
    owner, requester, purpose = (_text(fields, name, where) for name in _TEXTS)
    loss = _number(fields["loss"], where) if "loss" in fields else None
    source, target = node_of(owner), node_of(requester)
    found = routes(source, target)
    if not found:
        raise ClosingError(
            f"{where}: no lawful way leads from `{source}` to `{target}` on this map, straight or "
            "by one network"
        )
    return Demand(source, target, purpose, found, loss)


def _text(fields: Mapping[str, Any], name: str, where: str) -> str:
    found: object = fields.get(name, "")
    if not isinstance(found, str) or (not found and name != "purpose"):
        raise ClosingError(f'{where}: write `{name} = "..."`')
    return found


def read_losses(path: Path) -> dict[str, float]:
    """The losses of a CSV file with the columns switch and loss, by the key of the switch.

    Raises:
        ClosingError: The file cannot be read, lacks a column, or a loss is no number from 0.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise ClosingError(f"{path}: cannot be read: {fault}") from fault
    found: dict[str, float] = {}
    for line, row in enumerate(rows, 2):
        key = row.get("switch")
        if not key:
            raise ClosingError(f"{path}:{line}: write rows under a heading `switch,loss`")
        found[key] = _number(row.get("loss"), f"{path}:{line}")
    return found


def _number(stated: object, where: str) -> float:
    try:
        found = float(cast("str", stated))
    except (TypeError, ValueError):
        found = -1.0
    if not 0 <= found < float("inf") or isinstance(stated, bool):
        raise ClosingError(f"{where}: `{stated}` is no loss: write a number from 0")
    return found
