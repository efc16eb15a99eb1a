"""A list of delegations newer than the registry: dated relations, and what it could not name."""

from __future__ import annotations

import datetime
from dataclasses import replace

from ..model import Level
from .assuming import Assumption
from .context import Context
from .opening import Opened

_SHOWN = 5


def read_agreements(context: Context, opened: Opened, assumption: Assumption) -> None:
    """Relations of the agencies in the map that the list names, from the day of signing.

    They are what the assumption would add, with a date; the assumption adds none beside them.
    """
    signed: dict[str, datetime.date | None] = {}
    lost: list[str] = []
    for entry in context.rows(opened):
        if context.blank(entry, "agency", "state"):
            continue
        name = f"{entry.text('agency')} ({entry.text('state').title()})"
        body = context.names.resolver.resolve(name).body
        if body is None:
            lost.append(name)
            continue
        day = context.date(entry, "signed")
        known = signed.setdefault(body.key, day)
        signed[body.key] = min(known, day) if known and day else None
    there = context.builder.sources_of() | context.builder.targets_of()
    evidence = replace(context.evidence(opened.listed), level=Level.INFERRED)
    used = sorted(signed.keys() & there)
    for key in used:
        end = context.names.key(assumption.body)
        switch = assumption.switch_of(assumption.relation(key, end))
        context.builder.relate(
            key, end, assumption.kind, evidence, start=signed[key], switch=switch
        )
    _notes(context, opened, assumption, set(signed), len(used), lost)


def _notes(
    context: Context, opened: Opened, assumption: Assumption, found: set[str], used: int,
    lost: list[str],
) -> None:  # fmt: skip
    bodies = context.registry.bodies
    marked = {key for key in found if assumption.marks(bodies[key])}
    names = sorted(set(lost))
    context.note(opened, f"{len(found):,} agencies are on file, {used:,} of them in the map")
    if found - marked:
        some = ", ".join(sorted(found - marked)[:_SHOWN])
        context.note(opened, f"{len(found - marked):,} of them are new to the registry, such as "
                     f"{some}")  # fmt: skip
    if names:
        context.note(opened, f"{len(names):,} names are no body on file, such as "
                     f"{'; '.join(names[:_SHOWN])}")  # fmt: skip
