"""Exports that show with whom data are shared, and since when: evidence of a setting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ...engine.audit.errors import FaultKind, LogFault
from ...engine.audit.event_log import Event, events
from ...engine.audit.others import Other, OtherKind
from ...engine.audit.shared_networks import SharedNetworks, shared_networks
from ...engine.organizations.resolver import Resolver
from ...engine.values import Members
from ..own_days import OwnDays
from ..reports.words import WARNING
from .said import PARTNERS, Said, Told, partners_said

LEAST = 10  # partners of which the state says something
_OFF = "delete"


def told_by_export(told: Told, export: Other, resolver: Resolver, own: OwnDays) -> None:
    """Take in what an export shows of sharing.

    Args:
        told: What is known so far.
        export: A list of shared networks, or a log of what administrators did.
        resolver: Finds the bodies that partners are.
        own: The days of the agency.

    Raises:
        LogError: It cannot be read to its end.
    """
    name = export.source.name
    if export.kind is OtherKind.SHARED_NETWORKS:
        _told_by_networks(told, name, list(shared_networks(export)), resolver)
    else:
        _told_by_events(told, name, events(export), resolver, own)


def _told_by_networks(
    told: Told, name: str, rows: Sequence[SharedNetworks | LogFault], resolver: Resolver
) -> None:
    shared: list[str] = []
    listed = [row for row in rows if isinstance(row, SharedNetworks)]
    _doubt(told, name, listed, resolver)
    for row in rows:
        if isinstance(row, LogFault):
            _note(told, name, row)
        elif row.shared_by_me is None:
            told.notes.append(f"{name}: it has no column of what the agency shares")
            return
        elif row.shared_by_me:
            shared.append(row.organization)
    _add(told, tuple(shared), name, resolver)


def _doubt(told: Told, name: str, listed: Sequence[SharedNetworks], resolver: Resolver) -> None:
    """What speaks for the export being another agency's."""
    found = (resolver.resolve(row.organization).body for row in listed)
    bodies = {body.key: body for body in found if body is not None}
    owner = resolver.registry.get(told.agency)
    why = ""
    if told.agency in bodies:
        why = f"it lists {told.agency} itself as a partner, which its own export never does"
    elif owner and len(bodies) >= LEAST:
        states = Counter(body.sovereign for body in bodies.values())
        if not states[owner.sovereign]:
            most, count = states.most_common(1)[0]
            why = (
                f"not one of its {len(bodies)} partners on file is of {owner.sovereign}; "
                f"{count} are of {most}"
            )
    if why:
        told.notes.insert(0, f"{WARNING} {name}: {why}; see whose export it is")


def _told_by_events(
    told: Told, name: str, rows: Iterable[Event | LogFault], resolver: Resolver, own: OwnDays
) -> None:
    """Shares that were switched on and not off again; who did it is not kept."""
    since: dict[str, str] = {}
    for row in rows:
        if isinstance(row, LogFault):
            _note(told, name, row)
        elif row.share is not None:
            receiver = row.share[1]
            if row.act == _OFF:
                since.pop(receiver, None)
            else:
                day = own.day(row.moment.earliest)
                since.setdefault(receiver, f"{day} ({name}:{row.line})")
    for receiver, when in since.items():
        body = resolver.resolve(receiver).body
        if body is not None:
            told.since[body.key] = when
    _add(told, tuple(since), name, resolver)


def _note(told: Told, name: str, fault: LogFault) -> None:
    if fault.kind is FaultKind.UNREAD:
        told.notes.append(f"{name}:{fault.line}: not read: {fault.message}")


def _add(told: Told, names: tuple[str, ...], place: str, resolver: Resolver) -> None:
    """Add partners to those that are told; what an export shows and a list leaves out is said."""
    before = told.settings.get(PARTNERS)
    shown = partners_said(told, names, place, resolver)
    if before is None:
        told.settings[PARTNERS] = shown
        return
    assert isinstance(before.value, Members)
    assert isinstance(shown.value, Members)
    more = [key for key in shown.value.known if key not in before.value.known]
    if more:
        called = ", ".join(told.names.get(str(key), str(key)) for key in more)
        told.notes.append(f"{place} shows partners that {before.place} leaves out: {called}")
    known = (*before.value.known, *more)
    whole = before.value.complete and shown.value.complete
    words = f"{len(known)} partners" + ("" if whole else ", and some that are not on file")
    told.settings[PARTNERS] = Said(Members(known, whole), words, f"{before.place}, {place}")
