"""Who searched, as text and as JSON: the organizations that a log names, and what they mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from ..organizations.render import resolution_json, shown_name
from ..organizations.resolution import Finding, Resolution
from .requesters import OrganizationCount

Counts: TypeAlias = Mapping[str, OrganizationCount]
_Item: TypeAlias = tuple[str, OrganizationCount]
_SHOWN = 10


def organizations_json(counts: Counts) -> list[dict[str, Any]]:
    """Every organization that the log names, the most rows first."""
    return [_organization_json(name, count) for name, count in _in_order(counts)]


def _organization_json(name: str, count: OrganizationCount) -> dict[str, Any]:
    known: dict[str, Any] = resolution_json(count.resolution) if count.resolution else {}
    return {
        **known,
        "name": name,
        "rows": count.rows,
        "verdicts": dict(sorted(count.verdicts.items())),
        "barred_whoever_searched": count.barred,
    }


def _in_order(counts: Counts) -> list[_Item]:
    return sorted(counts.items(), key=lambda item: (-item[1].rows, item[0]))


# Text ---------------------------------------------------------------------------------------


def organization_lines(counts: Counts) -> Iterator[str]:
    """The tables of a page of text; none if the log names no organization."""
    if not counts:
        return
    listed = _in_order(counts)
    yield ""
    yield "Who searched, by the organization that the row names"
    yield from _findings(listed)
    yield from _bodies(listed)
    idle = [item for item in listed if _read(item).is_idle and _read(item).is_tagged]
    yield from _named("Federal accounts that should search no more, by their names", idle, _status)
    others = [item for item in listed if _read(item).statuses and item not in idle]
    yield from _named("Other accounts of which the name tells a status", others, _status)
    unknown = [item for item in listed if _read(item).body is None]
    tagged = [item for item in unknown if _read(item).is_tagged]
    yield from _named("Federal by their words, and not on file", tagged, lambda _: "")
    yield from _named("Names that name no body: who searched cannot be told", unknown, _may_be)
    barred = [item for item in unknown if item[1].barred]
    yield from _named("Of these, searches that a rule bars whoever made them", barred,
                      lambda item: f"{item[1].barred:,} rows")  # fmt: skip


def _findings(listed: Iterable[_Item]) -> Iterator[str]:
    rows: Counter[Finding] = Counter()
    names: Counter[Finding] = Counter()
    bodies: set[str] = set()
    for item in listed:
        found = _read(item)
        rows[found.finding] += item[1].rows
        names[found.finding] += 1
        bodies |= {found.body.key} if found.body else set()
    for finding in Finding:
        if not names[finding]:
            continue
        what = f"{finding.value}: {names[finding]:,} name{'s' * (names[finding] != 1)}"
        if finding is Finding.RESOLVED:
            what += f" of {len(bodies):,} bod{'ies' if len(bodies) != 1 else 'y'}"
        yield f"  {rows[finding]:>7,}  {what}"


def _named(title: str, listed: list[_Item], more: Callable[[_Item], str]) -> Iterator[str]:
    """A table of names with what is to be said of each; the most rows first."""
    if not listed:
        return
    yield ""
    yield title
    for item in listed[:_SHOWN]:
        said = more(item)
        yield f"  {item[1].rows:>7,}  {shown_name(item[0])}" + (f": {said}" if said else "")
    if len(listed) > _SHOWN:
        yield f"           and {len(listed) - _SHOWN:,} more; --json lists all"


def _bodies(listed: Iterable[_Item]) -> Iterator[str]:
    """The bodies that searched most, whatever their accounts are called, with their verdicts."""
    verdicts: dict[str, Counter[str]] = {}
    for item in listed:
        if body := _read(item).body:
            verdicts.setdefault(body.key, Counter()).update(item[1].verdicts)
    if not verdicts:
        return
    ordered = sorted(verdicts.items(), key=lambda each: (-each[1].total(), each[0]))
    yield ""
    yield "Bodies that searched most"
    for key, counts in ordered[:_SHOWN]:
        said = "; ".join(f"{rows:,} {verdict}" for verdict, rows in sorted(counts.items()))
        yield f"  {counts.total():>7,}  {key}: {said}"
    if len(ordered) > _SHOWN:
        yield f"           and {len(ordered) - _SHOWN:,} more; --json lists all by name"


def _status(item: _Item) -> str:
    found = _read(item)
    return ", ".join((*found.statuses, *([found.body.key] if found.body else [])))


def _may_be(item: _Item) -> str:
    found = _read(item)
    if not found.candidates:
        return found.finding.value
    shown = ", ".join(f"{each.body.key} ({each.score:.2f})" for each in found.candidates[:3])
    return f"{found.finding.value}; may be {shown}"


def _read(item: _Item) -> Resolution:
    name, count = item
    return count.resolution or Resolution(name, Finding.UNREADABLE)
