"""The five tables of a map: their columns, and how each part of the map is a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Any

from ..model import (
    Custody,
    Evidence,
    Grant,
    Guard,
    Level,
    Node,
    NodeKind,
    Relation,
    RelationKind,
    Source,
    Switch,
    SwitchKind,
    Terms,
)
from ..own_switch import own_key
from .forms import DATE, FLAG, NUMBER, TEXT, TEXTS, WHOLE, Form, Plain, one_of

VERSION = 1  # of the file form
PARQUET = ".parquet"  # ends the names of such tables
LARGEST = 2 * 1024**3  # bytes of one table or document, unpacked


class Part(Enum):
    """A table of a map, by the name of its file."""

    NODES = "nodes"
    RELATIONS = "relations"
    SWITCHES = "switches"
    TERMS = "terms"
    SOURCES = "sources"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of one table.

    Attributes:
        forms: How the values of each are written, in the order of the columns.
        needed: Those that no row may leave blank.
        make: A row's part of the map, of the values that are there.
        values: The values of a part of the map that a row shows.
    """

    forms: Mapping[str, Form]
    needed: tuple[str, ...]
    make: Callable[[dict[str, Any]], Any]
    values: Callable[[Any], dict[str, Any]]

    def plain(self, part: Any) -> dict[str, Plain]:
        """A row as JSON has it; what is as usual is left out."""
        return {name: self.forms[name].plain(value) for name, value in self.values(part).items()}


def _told(part: Any, leave: frozenset[str] = frozenset()) -> dict[str, Any]:
    """The values of a part that are not as usual."""
    return {
        each.name: value
        for each in fields(part)
        if each.name not in leave and (value := getattr(part, each.name)) != each.default
    }


def _relation(values: dict[str, Any]) -> Relation:
    kind: RelationKind = values["kind"]
    source, level, day = (values.pop(column, None) for column in _EVIDENCE.values())
    if source or level or day:
        values["evidence"] = Evidence(source or "", level or Level.PUBLISHED, day)
    if "switch" not in values:
        values["switch"] = own_key(values["source"], values["target"], kind)
    if "custody" not in values:
        values["custody"] = kind.custody
    return Relation(**values)


def _relation_values(relation: Relation) -> dict[str, Any]:
    values = _told(relation, frozenset({"custody", "evidence", "switch"}))
    if relation.custody is not relation.kind.custody:
        values["custody"] = relation.custody
    if relation.switch != own_key(relation.source, relation.target, relation.kind):
        values["switch"] = relation.switch
    evidence = _told(relation.evidence)
    values |= {key: evidence[name] for name, key in _EVIDENCE.items() if name in evidence}
    return values


_EVIDENCE = {"source": "evidence_source", "level": "evidence_level", "day": "evidence_day"}

PARTS: Mapping[Part, Columns] = {
    Part.NODES: Columns(
        {
            "key": TEXT, "kind": one_of(NodeKind), "name": TEXT, "body": TEXT,
            "sureness": NUMBER, "bars": TEXTS, "cameras": WHOLE, "keeps_days": WHOLE,
            "settings_known": FLAG,
        },
        ("key", "kind", "name"),
        lambda values: Node(**values),
        _told,
    ),
    Part.RELATIONS: Columns(
        {
            "source": TEXT, "target": TEXT, "kind": one_of(RelationKind), "switch": TEXT,
            "data": TEXTS, "purposes": TEXTS, "custody": one_of(Custody), "terms": TEXT,
            "guard": one_of(Guard), "grant": one_of(Grant), "start": DATE, "until": DATE,
            "evidence_source": TEXT, "evidence_level": one_of(Level), "evidence_day": DATE,
            "volume": NUMBER,
        },
        ("source", "target", "kind"),
        _relation,
        _relation_values,
    ),
    Part.SWITCHES: Columns(
        {
            "key": TEXT, "kind": one_of(SwitchKind), "holder": TEXT, "words": TEXT,
            "loss": NUMBER, "is_on": FLAG,
        },
        ("key", "kind", "holder"),
        lambda values: Switch(**values),
        _told,
    ),
    Part.TERMS: Columns(
        {"key": TEXT, "words": TEXT, "onward": FLAG, "purposes": TEXTS, "detectable": FLAG},
        ("key",),
        lambda values: Terms(**values),
        _told,
    ),
    Part.SOURCES: Columns(
        {"name": TEXT, "origin": TEXT, "day": DATE, "note": TEXT},
        ("name",),
        lambda values: Source(**values),
        _told,
    ),
}  # fmt: skip
