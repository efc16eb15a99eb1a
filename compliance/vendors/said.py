"""What the files say, as facts that rules can ask: each with its words and where it stands."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import cast

from msgspec import UNSET, Struct, structs

from ...engine.organizations.resolver import Resolver
from ...engine.values import Members, Range, Value
from .form import AgreementFile, Period, SettingsFile
from .reading import Description

PARTNERS = "sharing.partners"
SEPARATE = "roles.searchers_change_sharing"
BEYOND = "retention.beyond_agreement"
RETENTION_AGREES = "published.retention_agrees"
HOTLISTS_AGREE = "published.hotlists_agree"
SEARCHES_AGREE = "published.searches_agree"
PUBLISHED = (RETENTION_AGREES, HOTLISTS_AGREE, SEARCHES_AGREE)

# What only several files together tell, and what would tell it.
TOLD_BY = {
    SEPARATE: "the roles, each a table `[[roles]]`",
    BEYOND: "agreement.reads_kept",
    RETENTION_AGREES: "a portal page beside retention.reads",
    HOTLISTS_AGREE: "a portal page beside hotlists.sources",
    SEARCHES_AGREE: "a portal page beside the log of its searches, with their reasons",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One setting or clause as a file says it.

    Attributes:
        value: Its value, as rules ask it.
        shown: Its value in words.
        place: Where it was said.
        change: Of what only several settings together say: the one to change, and to what.
    """

    value: Value
    shown: str
    place: str
    change: tuple[str, str] | None = None


@dataclass(slots=True)
class Told:
    """Everything that the files of one agency say.

    Attributes:
        agency: The registry key of the agency.
        settings: What is said, by the name of the fact.
        renews: The day on which the agreement renews, if one is told.
        names: What each partner is called where it was read, by registry key.
        since: When a share with a partner was switched on, in words, by registry key.
        notes: What the reader of the findings should know.
        read: The forms of the descriptions that were read.
    """

    agency: str
    settings: dict[str, Said] = field(default_factory=dict[str, Said])
    renews: datetime.date | None = None
    names: dict[str, str] = field(default_factory=dict[str, str])
    since: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    read: list[str] = field(default_factory=list[str])


def told_by(told: Told, read: Description, resolver: Resolver) -> None:
    """Take in what a written description says.

    Args:
        told: What is known so far.
        read: The description.
        resolver: Finds the bodies that its partners are.
    """
    described = read.says
    for name, value in _stated(described):
        place = read.place(*name.split("."))
        if name == PARTNERS and isinstance(value, tuple):
            names = tuple(map(str, cast("tuple[object, ...]", value)))
            told.settings[name] = partners_said(told, names, place, resolver)
        elif (said := _value_of(value)) is not None:
            told.settings[name] = Said(said, shown(value, name), place)
    if isinstance(described, SettingsFile) and described.roles:
        mixed = [r.name for r in described.roles if {"search", "change_sharing"} <= {*r.actions}]
        words = f"search and change_sharing in {', '.join(mixed)}" if mixed else "apart"
        change = f"roles.{mixed[0] if mixed else ''}.actions", "one of the two actions, not both"
        told.settings[SEPARATE] = Said(bool(mixed), words, read.place("roles"), change)
    if isinstance(described, AgreementFile):
        renews = described.agreement.renews
        told.renews = renews if isinstance(renews, datetime.date) else None


def _stated(described: Struct) -> Iterator[tuple[str, object]]:
    """Every setting that is stated, by its full name."""
    for table in structs.fields(described):
        inner = getattr(described, table.name)
        if isinstance(inner, Struct):
            for setting in structs.fields(inner):
                value = getattr(inner, setting.name)
                if value is not UNSET:
                    yield f"{table.name}.{setting.name}", value


def _value_of(value: object) -> Value | None:
    """A setting as rules ask it; None for a day, which no rule asks for."""
    match value:
        case bool() | str():
            return value
        case int():
            return Range.exactly(value)
        case Period():
            return Range.exactly(value.seconds)
        case tuple():
            return Members(tuple(map(str, value)))  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return None


def shown(value: object, name: str) -> str:
    """A setting in words: a switch is on or off, a clause yes or no."""
    match value:
        case bool() if name.startswith("agreement."):
            return "yes" if value else "no"
        case bool():
            return "on" if value else "off"
        case Period():
            return value.text
        case tuple():
            return ", ".join(map(str, value)) or "none"  # pyright: ignore[reportUnknownArgumentType]
        case _:
            return str(value)


def partners_said(told: Told, names: tuple[str, ...], place: str, resolver: Resolver) -> Said:
    """The partners of a list, by the bodies on file that their names mean.

    A name that means none leaves the set open: who that is, and so whether the rules let it in,
    cannot be told.
    """
    keys: list[str] = []
    unknown: list[str] = []
    for name in names:
        body = resolver.resolve(name).body
        if body is None:
            unknown.append(name)
        else:
            keys.append(body.key)
            told.names[body.key] = name
    if unknown:
        told.notes.append(
            f"{place}: partners that are not on file: {', '.join(unknown)}; name each by its key "
            "(`platelaw agencies NAME` finds it)"
        )
    words = f"{len(names)} partners" + (f", {len(unknown)} not on file" if unknown else "")
    return Said(Members(tuple(dict.fromkeys(keys)), complete=not unknown), words, place)


def add_derived(settings: dict[str, Said]) -> None:
    """Add what only two settings together say."""
    reads, agreed = settings.get("retention.reads"), settings.get("agreement.reads_kept")
    if reads is not None and agreed is not None:
        assert isinstance(reads.value, Range)
        assert isinstance(agreed.value, Range)
        beyond = reads.value.low > agreed.value.high
        words = f"{reads.shown}, where the agreement says {agreed.shown}"
        change = "retention.reads", f"at most {agreed.shown}"
        settings[BEYOND] = Said(beyond, words, reads.place, change)


def values(settings: Mapping[str, Said]) -> dict[str, Value]:
    """What rules are asked with."""
    return {name: said.value for name, said in settings.items()}
