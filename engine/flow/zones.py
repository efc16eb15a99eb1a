"""What may be asked of a map: zones of recipients, and what an ordinary lawful request states.

Read from ``policies/flow/zones.toml``, which comes with platelaw, or a file of the same form.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, cast

from ...dsl.model import Vocabulary
from ..library import shipped
from ..registry import Body


class QuestionError(Exception):
    """A question that the map cannot answer; the message names what is not there and the mend."""


class ZoneError(QuestionError):
    """A file of zones that cannot be gone by; the message names the file, the key and the mend."""


@dataclass(frozen=True, slots=True)
class Zone:
    """Recipients whom data must not serve for a purpose.

    Attributes:
        name: What it is called on the command line.
        words: What it is.
        purpose: The kind of purpose.
        reason: What a truthful officer would type.
        kinds: The kinds of bodies that belong to it.
        attributes: What is on file about the bodies that belong to it: any of these suffices.
        other_governments: Whether only bodies of another government than the owner's belong.
    """

    name: str
    words: str
    purpose: str
    reason: str
    kinds: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict[str, str])
    other_governments: bool = False

    def why(self, body: Body, vocabulary: Vocabulary) -> str:
        """Why a body belongs to the zone, in words; blank if it does only by its government."""
        kinds = vocabulary.kinds
        above = kinds.above(body.kind) if body.kind in kinds.by_name else frozenset[str]()
        for kind in self.kinds:
            if kind in above:
                return f"its kind, `{body.kind}`, is a kind of `{kind}`"
        for name, value in self.attributes.items():
            if body.attributes.get(name) == value:
                return f"`{name}` is `{value}` on file"
        return ""

    def holds(self, body: Body, vocabulary: Vocabulary, owner: Body | None = None) -> bool:
        """Whether a body belongs to the zone, for an owner's data."""
        if self.other_governments and owner is not None and body.sovereign == owner.sovereign:
            return False
        kinds = vocabulary.kinds
        above = kinds.above(body.kind) if body.kind in kinds.by_name else frozenset[str]()
        if not above.isdisjoint(self.kinds):
            return True
        return any(body.attributes.get(name) == value for name, value in self.attributes.items())


@dataclass(frozen=True, slots=True)
class Ordinary:
    """What a lawful request of the day states.

    Attributes:
        purposes: The purposes tried, in this order.
        reason: What is typed.
        released: The kind of data that leaves where a broader kind is asked for.
        policy: The policy that a switch that is on is taken for.
        case: The facts of the case, which a request without a case leaves blank.
        system: What the platform measures, and of one act alone.
        paper: The instrument of a lawful process, as in a request file.
    """

    purposes: tuple[str, ...]
    reason: str
    released: Mapping[str, str]
    policy: str
    case: Mapping[str, Any]
    system: Mapping[str, Any]
    system_of: Mapping[str, Mapping[str, Any]]
    paper: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Zones:
    """Every zone by its name, and the ordinary request."""

    zones: Mapping[str, Zone]
    ordinary: Ordinary


def shipped_zones() -> Zones:
    """The zones that come with platelaw."""
    return read_zones(shipped().joinpath("flow", "zones.toml"))


def read_zones(file: Path | Traversable) -> Zones:
    """The zones of a file.

    Raises:
        ZoneError: It cannot be read, or lacks something.
    """
    try:
        raw = tomllib.loads(file.read_text("utf-8"))
    except OSError as fault:
        raise ZoneError(f"{file.name}: cannot be read: {fault.strerror or fault}") from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise ZoneError(f"{file.name}: is no TOML: {fault}; mend it there") from fault
    try:
        zones = {name: _zone(name, table) for name, table in raw["zones"].items()}
        return Zones(zones, _ordinary(raw["ordinary"]))
    except (KeyError, AttributeError, TypeError) as fault:
        raise ZoneError(
            f"{file.name}: lacks or mistakes {fault}; the shipped policies/flow/zones.toml shows "
            "the form"
        ) from fault


def _zone(name: str, table: Mapping[str, Any]) -> Zone:
    if not isinstance(table.get("kinds", []), list):
        raise TypeError(f"`kinds` of zone `{name}`, which is a list of words")
    return Zone(
        name,
        table["words"],
        table["purpose"],
        table["reason"],
        tuple(table.get("kinds", ())),
        dict(table.get("attributes", {})),
        bool(table.get("other_governments", False)),
    )


def _ordinary(table: Mapping[str, Any]) -> Ordinary:
    purposes: Any = table["purposes"]
    if not isinstance(purposes, list) or not purposes:
        raise TypeError("`purposes`, which is a list of one word or more")
    if "voucher_role" not in table["paper"]:
        raise KeyError("voucher_role")
    return Ordinary(
        tuple(map(str, cast("list[object]", purposes))),
        table["reason"],
        dict(table["released"]),
        table["policy"],
        dict(table["case"]),
        dict(table["system"]),
        dict(table.get("system_of", {})),
        dict(table["paper"]),
    )
