"""What an agency has beside its logs: a roster, declarations, approvals, the vendor's event log."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from platelaw.engine.library import shipped_registry

from .files import write_table
from .haystack import ID, NAME, ORG, OWN_NAME, REASON, Planter
from .searches import (
    CATEGORIES,
    ELSEWHERE,
    FEDERAL,
    FOR_A_PERSON,
    IDLE_FEDERAL,
    LAPSED,
    LOOK_ALIKE,
    NEW,
    PLAIN,
    RETIRED,
    STRANGER,
    UNTRAINED,
)  # fmt: skip

HOME, FEDERATION = "CT", "US"
MUST_DECLARE = ("MA", "NY", "RI")
# Declarations that do not count on a day of the log; None: there is none.
_VOID: tuple[tuple[str, str, str] | None, ...] = (
    None, ("2025-11-01", "2026-10-31", ""), ("2026-01-01", "", "2026-10-15"),
    ("2026-12-01", "", ""),
)  # fmt: skip
_STATES_USE = (*PLAIN, *CATEGORIES, *FOR_A_PERSON)


# Rosters and declarations --------------------------------------------------------------------


def write_roster(planter: Planter, path: Path) -> None:
    """The accounts of the owner, but for strangers."""
    trained = {LAPSED: "2026-06-30", UNTRAINED: ""}
    rows = [
        (name, "2026-12-01" if kind == NEW else "", "2026-06-30" if kind == RETIRED else "",
         trained.get(kind, "2027-12-31"))
        for name in dict.fromkeys(row[NAME] for row in planter.rows if row[ORG] == OWN_NAME)
        for kind in (name.partition(" ")[0],)
        if kind != STRANGER
    ]  # fmt: skip
    write_table(path, ("account", "active_from", "active_until", "trained_until"), rows)


def plant_declarations(planter: Planter) -> Sequence[Sequence[str]]:
    """Searches by bodies without a declaration, and at odds with one; the declarations."""
    bodies = _bodies_that_must(planter)
    here = {row[ORG] for row in planter.rows}
    others = [name for name in bodies if name not in here]
    void = [others[int(at)] for at in planter.chance.permutation(len(others))[: planter.each]]
    planter.plant("search without a declaration", ORG, void)
    fine = [name for name in bodies if name not in void]
    for name, texts in (("immigration reason", PLAIN), ("immigration category", CATEGORIES),
                        ("for a person to read", FOR_A_PERSON)):  # fmt: skip
        places = planter.plant(name, REASON, texts)
        for number, place in enumerate(places):
            planter.rows[place][ORG] = fine[number * 7 % len(fine)]
    declared = [(bodies[name], "2026-01-01", "", "") for name in fine]
    left = [
        (bodies[name], *days)
        for number, name in enumerate(void)
        if (days := _VOID[number % len(_VOID)]) is not None
    ]
    return sorted([*declared, *left])


def write_declarations(rows: Sequence[Sequence[str]], path: Path) -> None:
    """The declarations on file."""
    write_table(path, ("body", "from", "until", "revoked"), rows)


def tell_governments(planter: Planter) -> None:
    """Whose searches are another government's, and which of them are at odds with a declaration."""
    told = dict.fromkeys((*FEDERAL, *IDLE_FEDERAL), FEDERATION)
    told |= {name: name.replace("-", "").split()[-2] for name in ELSEWHERE}
    void = set(planter.truth["search without a declaration"])
    registry = shipped_registry()
    for place, row in enumerate(planter.rows):
        key = planter.written.get(row[ORG])
        body = registry.bodies[key] if key else None
        government = body.sovereign if body else told.get(row[ORG], HOME)
        if place in planter.unread or government == HOME:
            continue
        planter.tell("body of another government", [place])
        must = government in MUST_DECLARE and row[ID] not in void
        if must and row[REASON] in _STATES_USE:
            planter.tell("at odds with a declaration", [place])


def _bodies_that_must(planter: Planter) -> dict[str, str]:
    """The keys of the bodies that must declare, by the names that logs have."""
    bodies = shipped_registry().bodies
    return {
        name: key
        for name, key in sorted(planter.written.items())
        if bodies[key].sovereign in MUST_DECLARE
    }


# Approvals and events ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Event:
    """One act of an administrator; the class of needles that it is of, if of any."""

    kind: str
    user: str
    act: str
    entity: str
    details: str
    apart: int = 60  # seconds after the one before


def write_approvals(planter: Planter, path: Path) -> None:
    """Who approved what for whom; each of the exports of one kind, and some by the requester."""
    day = "2026-11-01"
    rows = [("bulk export", f"approved {number}", "command desk", day) for number in range(
        planter.each)]  # fmt: skip
    matters = ("bulk export", "hot list import", "retention", "search for another agency")
    for number in range(planter.each):
        requester = f"self {number}"
        approver = (requester, requester.upper(), requester.replace(" ", "  "))[number % 3]
        rows.append((matters[number % len(matters)], requester, approver, day))
        rows.append((matters[number % len(matters)], requester, "command desk", "2026-10-01"))
    places = write_table(path, ("matter", "requester", "approver", "day"), rows)
    for place, (_, requester, approver, _) in zip(places, rows, strict=True):
        own = "".join(requester.split()) == "".join(approver.split()).lower()
        planter.add("approved by the requester" if own else "approved by another", [place])


def write_events(planter: Planter, path: Path) -> None:
    """The vendor's event log."""
    at, rows, kinds = datetime.datetime(2026, 11, 1, 1), list[tuple[str, ...]](), list[str]()
    for number, event in enumerate(_events(planter.each)):
        at += datetime.timedelta(seconds=event.apart)
        rows.append((f"{at.isoformat()}Z", event.user, event.act, event.entity, event.details,
                     f"event {number}"))  # fmt: skip
        kinds.append(event.kind)
    header = ("Timestamp", "User", "Event Type", "Entity Type", "Entity Details", "Event Id")
    for kind, place in zip(kinds, write_table(path, header, rows), strict=True):
        planter.add(kind, [place])


def _events(each: int) -> Iterator[_Event]:
    yield from _exports(each)
    yield from _hot_lists(each)
    for number in range(each + 1):  # the first comes after nothing
        kind = "audit archived in seconds" if number else "audit archived"
        yield _Event(kind, "quick desk", "update", "organizationAudit", _ARCHIVED, 3)
    for _ in range(each):
        yield _Event("audit archived", "slow desk", "update", "organizationAudit", _ARCHIVED)


_ARCHIVED = "Name: October\nStatus: Needs Review -> Archived"


def _exports(each: int) -> Iterator[_Event]:
    for number in range(each):
        for kind, user, act, size in (
            ("large export", f"large {number}", "create", "Rows: 25,000"),
            ("large export", f"self {4 * number}", "create", "Record Count: 1001"),
            ("export of no told size", f"untold {number}", "create", "Format: CSV"),
            ("export that is none", f"approved {number}", "create", "Rows: 25,000"),
            ("export that is none", f"small {number}", "create", "Rows: 1,000"),
            ("export that is none", f"large {number}", "delete", "Rows: 25,000"),
        ):
            yield _Event(kind, user, act, "export", f"Name: report {number}\n{size}")


def _hot_lists(each: int) -> Iterator[_Event]:
    files = ("NCIC Immigration Violator File", "ivf", "Deported Felon", "Immigration-Violators")
    for number in range(max(each, len(PLAIN))):
        entity = ("Custom Hotlist Entry", "customHotlist")[number % 2]
        plate, user = f"Plate: GEN{number:04}\n", f"list {number}"
        for kind, act, words in (
            ("entry that states the use", "create", f"Reason: {PLAIN[number % len(PLAIN)]}"),
            ("entry of a barred file", "update", f"List: {files[number % len(files)]}"),
            ("entry for a person to read", "create",
             f"Reason: {FOR_A_PERSON[number % len(FOR_A_PERSON)]}"),
            ("entry that is none", "create", f"Reason: {LOOK_ALIKE[number % len(LOOK_ALIKE)]}"),
            ("entry that is none", "delete", f"Reason: {PLAIN[number % len(PLAIN)]}"),
        ):  # fmt: skip
            yield _Event(kind, user, act, entity, f"{plate}{words}")
