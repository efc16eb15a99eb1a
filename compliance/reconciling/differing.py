"""Facts in which a decision and its search differ."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from ...dsl import syntax as tree
from .decisions import Decision
from .joining import Match
from .searches import Search


@dataclass(frozen=True, slots=True)
class Difference:
    """One fact of which decision and search say something else.

    Attributes:
        fact: Which.
        decided: What the log of decisions says.
        searched: What the vendor's export says.
    """

    fact: str
    decided: str
    searched: str


@dataclass(frozen=True, slots=True)
class Differing:
    """A decision and its search that differ."""

    match: Match
    differences: tuple[Difference, ...]


def differing(matches: list[Match], within: datetime.timedelta) -> list[Differing]:
    """The pairs that differ in a fact that both tell.

    Args:
        matches: The pairs.
        within: How far apart the two clocks may be.
    """
    found = [Differing(match, tuple(_differences(match, within))) for match in matches]
    return [each for each in found if each.differences]


def _differences(match: Match, within: datetime.timedelta) -> Iterator[Difference]:
    decision, search = match.decision, match.search
    if decision.outcome is not tree.Outcome.PERMIT:
        yield Difference("outcome", decision.outcome.value, "searched")
    if search.body is not None and search.body != decision.requester:
        yield Difference("requester", decision.requester, search.body)
    yield from _time(decision, search, within)
    yield from _window(decision, search)
    if None not in (decision.plainly, search.plainly) and decision.plainly != search.plainly:
        yield Difference("named in the reason", _kinds(decision.plainly), _kinds(search.plainly))


def _time(decision: Decision, search: Search, within: datetime.timedelta) -> Iterator[Difference]:
    if search.at < decision.at - within:
        yield Difference(
            "time", f"answered {_moment(decision.at)}", f"before: {_moment(search.at)}"
        )
    elif decision.until is not None and search.at > decision.until + within:
        until = f"release until {_moment(decision.until)}"
        yield Difference("time", until, f"after: {_moment(search.at)}")


def _window(decision: Decision, search: Search) -> Iterator[Difference]:
    """The reads that were searched beyond those that were asked for."""
    since, before = _bound(decision.since), _bound(decision.before, ends=True)
    if since is not None and search.frame_first is not None and search.frame_first < since:
        yield Difference("oldest read", f"since {decision.since}", _moment(search.frame_first))
    if before is not None and search.frame_last is not None and search.frame_last > before:
        yield Difference("newest read", f"until {decision.before}", _moment(search.frame_last))


def _bound(text: str, *, ends: bool = False) -> datetime.datetime | None:
    """The moment of a bound in UTC; a day counts with the hours that it has anywhere on earth."""
    if not text:
        return None
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return moment.astimezone(datetime.UTC).replace(tzinfo=None)
    wide = datetime.timedelta(hours=36 if ends else -14)
    return moment + wide


def _moment(at: datetime.datetime) -> str:
    return f"{at.isoformat(timespec='seconds')}Z"


def _kinds(kinds: frozenset[str] | None) -> str:
    return ", ".join(sorted(kinds or ())) or "nothing"
