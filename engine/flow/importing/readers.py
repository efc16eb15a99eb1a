"""How each form of list becomes nodes and relations. The data flow from owner to reader."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from ...audit.shared_networks import listed
from ..files.faults import FileFault
from ..model import Evidence, Guard, RelationKind
from .context import Context, Reader
from .naming import OWN, slug_of
from .opening import Entry, Opened

_DAY = datetime.timedelta(days=1)
_OUT, _IN, _BOTH = "out", "in", "both"


class _Link(NamedTuple):
    """One row of a list of links."""

    holder: str
    way: str
    partner: str
    first: datetime.date | None
    last: datetime.date | None


def read_links(context: Context, opened: Opened) -> None:
    """Links of portals, with the days on which each was seen.

    A link that was not there on the first day on which its portal was seen began when it was
    first seen, and one that was not there on the last day ended after it was last seen. What
    stood on the first day is of unknown age.
    """
    links = list(_links(context, opened))
    first, last = _bounds(links)
    keys: dict[str, str] = {}
    for link in links:
        holder = keys.get(link.holder)
        if holder is None:
            holder = keys[link.holder] = context.holder(link.holder)
        partner = context.names.key(link.partner)
        pair = link.holder, link.way
        began = link.first if link.first and link.first > first[pair] else None
        ended = link.last + _DAY if link.last and link.last < last[pair] else None
        evidence = context.evidence(opened.listed, link.last)
        for source, target in _ends(holder, partner, link.way):
            context.builder.relate(
                source, target, RelationKind.SHARES_QUERY, evidence,
                start=began, until=ended, grant=context.grant(link.partner),
            )  # fmt: skip
        if link.way != _IN:
            context.builder.tell(holder, settings_known=True)


def _links(context: Context, opened: Opened) -> Iterator[_Link]:
    for entry in context.rows(opened):
        if context.blank(entry, "holder", "partner"):
            continue
        said = "".join(filter(str.isalnum, entry.text("direction").casefold()))
        way = context.lists.directions.get(said)
        if way is None:
            known = ", ".join(context.lists.directions)
            context.faults.append(FileFault(
                entry.place, "direction", f"`{entry.text('direction')[:40]}` is no direction",
                f"write one of {known}",
            ))  # fmt: skip
        elif not context.is_passed_over(entry.text("partner")):
            first, last = context.date(entry, "first_seen"), context.date(entry, "last_seen")
            if first and last and last < first:
                context.faults.append(FileFault(
                    entry.place, "last_seen", f"was last seen on {last}, before {first}",
                    "mend one of the two days",
                ))  # fmt: skip
            else:
                yield _Link(entry.text("holder"), way, entry.text("partner"), first, last)


_Bounds = Mapping[tuple[str, str], datetime.date]


def _bounds(links: list[_Link]) -> tuple[_Bounds, _Bounds]:
    """The first and the last day on which each list of a holder was seen."""
    first: dict[tuple[str, str], datetime.date] = {}
    last: dict[tuple[str, str], datetime.date] = {}
    for link in links:
        key = link.holder, link.way
        if link.first:
            first[key] = min(first.get(key, link.first), link.first)
        if link.last:
            last[key] = max(last.get(key, link.last), link.last)
    return first, last


def _ends(holder: str, partner: str, way: str) -> Iterator[tuple[str, str]]:
    if way != _IN:
        yield holder, partner
    if way != _OUT:
        yield partner, holder


def read_policies(context: Context, opened: Opened) -> None:
    """What agencies publish of themselves: purposes off limits, days, cameras, guards."""
    for entry in context.rows(opened):
        if context.blank(entry, "holder"):
            continue
        slug = entry.text("holder")
        context.called.setdefault(slug, entry.text("name").strip('" '))
        key = context.holder(slug)
        context.builder.tell(
            key,
            bars=context.words.bars(entry.text("barred")),
            keeps_days=context.whole(entry, "keeps_days"),
            cameras=context.whole(entry, "cameras"),
        )
        guard = context.words.guard(f"{entry.text('barred')}\n{entry.text('said')}")
        if guard is not Guard.NONE:
            context.guards[key] = guard


def read_exports(context: Context, opened: Opened) -> None:
    """A vendor's export of who shares with the owner, and with whom the owner shares."""
    owner = context.owner(opened)
    if owner is None:
        return
    evidence = context.evidence(opened.listed)
    for entry in context.rows(opened):
        name = entry.text("organization")
        if context.blank(entry, "organization") or context.is_passed_over(name):
            continue
        other = context.names.key(name)
        if listed(entry.text("shared_with_me")):
            context.builder.relate(other, owner, RelationKind.SHARES_QUERY, evidence)
        if listed(entry.text("shared_by_me")):
            context.builder.relate(
                owner, other, RelationKind.SHARES_QUERY, evidence, grant=context.grant(name)
            )
    if "shared_by_me" in opened.columns:
        context.builder.tell(owner, settings_known=True)


def read_partners(context: Context, opened: Opened) -> None:
    """A list of who shares with the owner."""
    owner = context.owner(opened)
    if owner is None:
        return
    for entry in context.rows(opened):
        name = entry.text("partner")
        if not context.blank(entry, "partner") and not context.is_passed_over(name):
            other = context.names.key(name)
            context.builder.relate(
                other, owner, RelationKind.SHARES_QUERY, context.evidence(opened.listed)
            )


def read_one_way(context: Context, opened: Opened) -> None:
    """The partners of the owner in one direction, which the file's name tells."""
    owner = context.owner(opened)
    if owner is None:
        return
    words = opened.listed.path.stem.replace("-", "_").casefold().split("_")
    ways = [way for word in words if (way := context.lists.directions.get(word))]
    if not ways:
        context.faults.append(FileFault(
            opened.listed.path.name, "", "does not tell which way its owner shares",
            "call it `..._outbound` or `..._inbound`",
        ))  # fmt: skip
        return
    for entry in context.rows(opened):
        name = entry.text("partner")
        if not context.blank(entry, "partner") and not context.is_passed_over(name):
            partners(context, owner, ways[0], [name], context.evidence(opened.listed))


def partners(
    context: Context, owner: str, way: str, names: Iterable[str], evidence: Evidence
) -> None:
    """Take in partners of an owner, out of its data or into them."""
    for name in names:
        for source, target in _ends(owner, context.names.key(name), way):
            context.builder.relate(
                source, target, RelationKind.SHARES_QUERY, evidence, grant=context.grant(name)
            )
    if way != _IN:
        context.builder.tell(owner, settings_known=True)


def read_pairs(context: Context, opened: Opened) -> None:
    """Who shares with whom."""
    for entry in context.rows(opened):
        if not context.blank(entry, "source", "target"):
            context.builder.relate(
                context.holder(entry.text("source")), context.holder(entry.text("target")),
                RelationKind.SHARES_QUERY,
                context.evidence(opened.listed, context.date(entry, "last_seen")),
                start=context.date(entry, "first_seen"),
            )  # fmt: skip


def read_members(context: Context, opened: Opened) -> None:
    """The members of networks: each network is a hub, each membership one switch."""
    for entry in context.rows(opened):
        if context.blank(entry, "network", "member"):
            continue
        hub = _hub(context, entry)
        member = context.names.key(entry.text("member"))
        way = context.lists.access.get(entry.text("access").casefold() or _BOTH)
        if way is None:
            context.faults.append(FileFault(
                entry.place, "access", f"`{entry.text('access')[:40]}` is not known here",
                f"write one of {', '.join(context.lists.access)}",
            ))  # fmt: skip
            continue
        evidence = context.evidence(opened.listed, context.date(entry, "last_seen"))
        since = context.date(entry, "since")
        if way != _IN:
            context.builder.relate(member, hub, RelationKind.JOINS, evidence, start=since)
        if way != _OUT:
            context.builder.relate(hub, member, RelationKind.MEMBER_OF, evidence, start=since)


def _hub(context: Context, entry: Entry) -> str:
    name = entry.text("network")
    key = f"{OWN}network/{slug_of(context.names.resolver.resolve(name))}"
    context.builder.add_network(key, name)
    return key


def read_nothing(context: Context, opened: Opened) -> None:
    """A list whose facts are in the registry already."""
    context.note(opened, "its facts are in the registry already: nothing was taken in")


RELATION_READERS: Mapping[str, Reader] = {
    "policies": read_policies,
    "links": read_links,
    "exports": read_exports,
    "partners": read_partners,
    "one way": read_one_way,
    "pairs": read_pairs,
    "members": read_members,
    "on file": read_nothing,
}
