"""A request made small: as ordinary as it can be, and without what it can do without."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias, cast

from .witness import ORDINARY_REASON

# The keys and numbers that lead to a part of a request.
Place: TypeAlias = tuple[str | int, ...]


def smallest(request: dict[str, Any], shows: Callable[[Mapping[str, Any]], bool]) -> dict[str, Any]:
    """A request of its owner, for an ordinary reason, without any part that it can do without.

    All of that as far as it can be; many parts are left out at once where that is possible.

    Args:
        request: A request that shows what it is to show.
        shows: Whether another does.
    """
    for usual in ({"requester": request["owner"]}, {"reason": ORDINARY_REASON}):
        plainer = {**request, **usual}
        request = plainer if plainer != request and shows(plainer) else request
    return _slimmed(request, tuple(_places(request)), shows)


def _slimmed(
    request: dict[str, Any], places: Sequence[Place], shows: Callable[[Mapping[str, Any]], bool]
) -> dict[str, Any]:
    """The same without as many of these parts as can be; later ones do not lie behind earlier."""
    if not places:
        return request
    smaller = _without(request, places)
    if shows(smaller):
        return smaller
    if len(places) == 1:
        return request
    half = len(places) // 2
    return _slimmed(_slimmed(request, places[:half], shows), places[half:], shows)


def _places(request: Mapping[str, Any]) -> Iterator[Place]:
    """The parts of a request that may be left out, the last first."""
    for name in ("instruments", "reviews", "duties"):
        for at in reversed(range(len(request.get(name, ())))):
            yield name, at
    for name, said in request["facts"].items():
        if isinstance(said, list):
            items = cast("list[Any]", said)  # type: ignore[redundant-cast]  # pyright asks for it
            yield from (("facts", name, at) for at in reversed(range(len(items))))
        yield "facts", name
    for kind, supposed in request["simulate"].items():
        yield from (("simulate", kind, name) for name in supposed)


def _without(request: Mapping[str, Any], places: Sequence[Place]) -> dict[str, Any]:
    """A request without some of its parts."""
    found: dict[str, Any] = copy.deepcopy(dict(request))
    for place in places:
        inner: Any = found
        for step in place[:-1]:
            inner = inner[step]
        del inner[place[-1]]
    return found
