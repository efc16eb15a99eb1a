"""A trace: each line with its rules as they bind on a day, its evidence, its gaps."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from ...dsl import syntax as tree
from ...dsl.model import Library, Rule
from ...dsl.units import day_after
from ...engine.deadlines import Calendar, Kind, calendar_of
from ...engine.registry import Registry
from ...engine.written import Bound, bound_rules
from ..findings.book import Book
from ..vendors.form import duration_of
from .lines import Line, Shown, checks_of

YEAR = datetime.timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Carried:
    """A rule that carries a line.

    Attributes:
        rule: Its id; where the agency adopted it, the id of its own.
        title: Its title.
        cites: What it cites.
        status: How sure that wording is.
        binds: Whether it binds the agency's data on the day; None where no agency is asked for.
    """

    rule: str
    title: str
    cites: str
    status: str
    binds: bool | None


@dataclass(frozen=True, slots=True)
class Gap:
    """What is not shown or not done.

    Attributes:
        words: What.
        owner: The role whose turn it is.
        due: By which day; None if none is named.
    """

    words: str
    owner: str
    due: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What evidence of one kind says of a line: what is on file, and what lacks."""

    on_file: tuple[str, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Traced:
    """A line with all that carries it.

    Attributes:
        line: The line.
        rules: Its rules.
        checks: The checks of a review that ask for it.
        on_file: The evidence on file, in words.
        gaps: What lacks, the soonest due first.
        due: The next day on which one of its rules asks for something; None if none does.
    """

    line: Line
    rules: tuple[Carried, ...]
    checks: tuple[str, ...]
    on_file: tuple[str, ...]
    gaps: tuple[Gap, ...]
    due: datetime.date | None


@dataclass(frozen=True, slots=True)
class Trace:
    """All lines, for an agency or for nobody in particular (then the agency is blank)."""

    agency: str
    on: datetime.date
    lines: tuple[Traced, ...]


class Witness(Protocol):
    """Evidence of one kind, which tells what it shows of a line."""

    def tell(self, line: Line, checks: tuple[str, ...], rules: frozenset[str]) -> Found:
        """What it shows.

        Args:
            line: The line.
            checks: The checks that ask for it.
            rules: The ids of its rules, as they stand in the agency's policies.
        """
        ...


def trace(
    lines: Sequence[Line],
    library: Library,
    registry: Registry,
    book: Book,
    on: datetime.date,
    agency: str = "",
    witnesses: Mapping[Shown, Witness] | None = None,
    within: str = "",
) -> Trace:
    """Each line with its rules, evidence and gaps.

    Args:
        lines: The lines.
        library: The rules.
        registry: The bodies on file.
        book: The checks of a review.
        on: The day.
        agency: The registry key of the agency; blank traces the lines alone.
        witnesses: The evidence, by its kind.
        within: How soon a gap is to be closed of which no rule and no finding says so.
    """
    rules = {rule.id: rule for policy in library.policies for rule in policy.rules}
    if not agency:
        told = [_alone(line, rules, book) for line in lines]
        return Trace("", on, tuple(told))
    bound = bound_rules(library, registry, agency, on)
    calendar = calendar_of(library, registry, agency, on, on + YEAR)
    time = duration_of(within)
    proposed = day_after(on, time) if time else None
    told = [_for(line, rules, book, bound, calendar, proposed, witnesses or {}) for line in lines]
    return Trace(agency, on, tuple(told))


def _alone(line: Line, rules: Mapping[str, Rule], book: Book) -> Traced:
    """A line for nobody in particular: what carries it, and what nothing carries."""
    carried = tuple(_carried(rules[each], None) for each in line.rules if each in rules)
    return Traced(line, carried, checks_of(line, book), (), tuple(_lacks(line)), None)


def _for(
    line: Line,
    rules: Mapping[str, Rule],
    book: Book,
    bound: Bound,
    calendar: Calendar,
    proposed: datetime.date | None,
    witnesses: Mapping[Shown, Witness],
) -> Traced:
    binding = {rule.id: rule for _, rule in bound.rules}
    own = {
        rule.id.rpartition("/")[2]: rule
        for policy, rule in bound.rules
        if policy.layer is tree.Layer.OWNER
    }
    carried: list[Carried] = []
    gaps = list(_lacks(line))
    for name in line.rules:
        rule = binding.get(name) or own.get(name.rpartition("/")[2])
        if rule is not None:
            carried.append(_carried(rule, True))
        elif name in rules:
            carried.append(_carried(rules[name], False))
    silent = [each.rule for each in carried if not each.binds]
    if silent:
        gaps.append(Gap(f"nothing like {', '.join(silent)} binds its data", line.owner))
    ids = frozenset(each.rule for each in carried) | frozenset(line.rules)
    due = _due(calendar, ids)
    checks = checks_of(line, book)
    on_file: list[str] = []
    for kind in line.evidence:
        witness = witnesses.get(kind)
        if witness is None:
            gaps.append(Gap(f"not shown: {_WANTED[kind]}", line.owner))
            continue
        found = witness.tell(line, checks, ids)
        on_file += found.on_file
        gaps += found.gaps
    soon = min(filter(None, (due, proposed)), default=None)
    gaps = [gap if gap.due or not gap.owner else replace(gap, due=soon) for gap in gaps]
    gaps.sort(key=lambda gap: gap.due or datetime.date.max)
    return Traced(line, tuple(carried), checks, tuple(on_file), tuple(gaps), due)


_WANTED = {
    Shown.POLICY: "a policy on file",
    Shown.REGISTRY: "a registry",
    Shown.RESULTS: "the results of an audit (--results FILE)",
    Shown.HOLDS: "the legal holds of the register (--results FILE)",
    Shown.INCIDENTS: "the incidents of the register (--results FILE)",
    Shown.VENDOR: "what the vendor's system is set to, and its agreement (--vendor FILE)",
}


def _lacks(line: Line) -> Iterator[Gap]:
    if line.lacks:
        yield Gap(f"not carried: {line.lacks}", "")


def _carried(rule: Rule, binds: bool | None) -> Carried:
    cited = rule.node.citation
    text, status = (cited.text, cited.status.value) if cited else ("", "")
    return Carried(rule.id, rule.node.title, text, status, binds)


def _due(calendar: Calendar, rules: frozenset[str]) -> datetime.date | None:
    """The next day on which one of the rules asks for something."""
    days = (
        each.day
        for each in calendar.deadlines
        if each.rule in rules and each.kind in (Kind.DUE, Kind.REPEATS)
    )
    return min(days, default=None)
