"""What generated maps are calibrated on: read from ``policies/flow/calibration.toml``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...calibrated import calibrated
from ...library import shipped
from ..model import Guard, RelationKind


@dataclass(frozen=True, slots=True)
class Condition:
    """How a relation of a class lets data pass, and the share of relations that are of it."""

    kind: RelationKind
    guard: Guard
    share: float = 0.0


@dataclass(frozen=True, slots=True)
class Recipient:
    """A federal body: its government and kind, and the share of bodies that shares with it."""

    sovereign: str
    kind: str
    share: float


@dataclass(frozen=True, slots=True)
class Calibration:
    """All numbers that a generated map is made of.

    Attributes:
        list_lengths: How many bodies a body shares with, in multiples of the mean, at even steps
            from the least to the most.
        popularity: How many share with a body of their own government, likewise.
        near: How much likelier a body of the own government is listed than another.
        barring: The share of bodies that calls ``bars`` off limits.
        bars: The purposes that those call so.
        governments: How many bodies each has on file, and how many of them delegated.
        delegated: The attribute and the value of those.
        purposes: The share of relations that admits each, in the order of their bits.
        onward: The share of relations from whose target data may go on.
        bodies: The share of bodies of each kind.
        conditions: The classes of relations between bodies.
        networks: The share of bodies that is a member of each network.
        federal: The federal bodies.
    """

    list_lengths: tuple[float, ...]
    popularity: tuple[float, ...]
    near: float
    barring: float
    bars: tuple[str, ...]
    governments: Mapping[str, tuple[int, int]]
    delegated: tuple[str, str]
    purposes: Mapping[str, float]
    onward: float
    bodies: Mapping[str, float]
    conditions: tuple[Condition, ...]
    networks: Mapping[str, float]
    federal: tuple[Recipient, ...]


def read_calibration(file: Path | None = None) -> Calibration:
    """The calibration of a file, or the shipped one.

    Raises:
        CalibrationError: The file cannot be read or lacks an entry.
    """
    place = file or shipped().joinpath("flow", "calibration.toml")
    return calibrated(
        place, _calibration, lacks="docs/flow-scale.md lists all", mend="see docs/flow-scale.md"
    )


def _calibration(table: Mapping[str, Any]) -> Calibration:
    measured, assumed = table["measured"], table["assumed"]
    delegated = table["delegated"]
    return Calibration(
        tuple(measured["list_lengths"]),
        tuple(measured["popularity"]),
        float(measured["near"]),
        float(measured["bars"]),
        tuple(assumed["bars"]),
        {key: (int(all_), int(some)) for key, (all_, some) in measured["governments"].items()},
        (delegated["attribute"], delegated["value"]),
        dict(assumed["purposes"]),
        float(assumed["onward"]),
        dict(assumed["bodies"]),
        tuple(
            Condition(RelationKind(each["kind"]), Guard(each["guard"]), float(each["share"]))
            for each in assumed["relations"]
        ),
        {each["name"]: float(each["share"]) for each in assumed["networks"]},
        tuple(
            Recipient(each["sovereign"], each["kind"], float(each["share"]))
            for each in assumed["federal"]
        ),
    )
