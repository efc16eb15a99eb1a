"""A request in one line: what a page has room for. What it leaves out is the ordinary."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from ..names import CLAIMS
from ..proving.witness import ORDINARY_REASON

_PURPOSE = "request.purpose"
_UNITS = (("day", 1440), ("hour", 60), ("minute", 1))


def request_line(asked: Mapping[str, Any], usual: str = "", owner: str = "") -> str:
    """Who asks whom for what, and what else is said of it.

    Args:
        asked: The request.
        usual: The kind of data that need not be said.
        owner: The owner who need not be named.
    """
    facts = asked["facts"]
    purpose = f" for {_word(facts[_PURPOSE])}" if _PURPOSE in facts else ""
    who, whom = (
        "the owner" if key == owner else key for key in (asked["requester"], asked["owner"])
    )
    whose = "its own" if who == whom else f"{whom}'s"
    data = "data" if asked["data"] == usual else asked["data"]
    what = f"{who}: {asked['act']} {whose} {data}{purpose}"
    return ", ".join((what, *_more(asked)))


def _more(asked: Mapping[str, Any]) -> Iterator[str]:
    if asked["reason"] != ORDINARY_REASON:
        yield f'with the reason "{asked["reason"]}"'
    facts = asked["facts"]
    for name, said in facts.items():
        if name not in (_PURPOSE, CLAIMS) and said != []:
            yield from (f"{name} is {_word(item)}" for item in _items(said))
    unproven = [str(name) for name in facts.get(CLAIMS, ()) if name not in facts]
    if unproven:
        yield f"claiming {', '.join(unproven)}"
    for paper in asked["instruments"]:
        issuer = f" from {paper['from']}" if "from" in paper else ""
        sure = "" if "level" in paper else ", not verified"
        yield f"with a {paper['kind']}{issuer}{sure}"
    for review in asked.get("reviews", ()):
        yield f"{review['decision']} by the reviewer whom {review['rule'].rpartition('/')[2]} names"
    for duty in asked.get("duties", ()):
        yield f"{duty['duty']} done"
    for supposed in asked["simulate"].values():
        yield from (f"{name} is {_word(value)}" for name, value in supposed.items())


def _items(said: Any) -> list[Any]:
    """What is said of a fact: once, or of several recipients."""
    items = cast("list[Any]", said) if isinstance(said, list) else []  # type: ignore[redundant-cast]  # pyright asks for it
    return items if items and isinstance(items[0], Mapping) else [said]


def _word(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case {"value": inner, "about": about}:
            return f"{_word(inner)} for {about}"
        case {"value": inner}:
            return _word(inner)
        case {"members": []}:
            return "not known"
        case {"members": members}:
            return f"{_word(members)} and perhaps others"
        case list():
            return "{" + ", ".join(map(str, cast("list[Any]", value))) + "}"  # type: ignore[redundant-cast]  # pyright asks for it
        case "":
            return "blank"
        case str():
            return _period(value)
        case _:
            return str(value)


def _period(said: str) -> str:
    """A long time in its greatest units: `30241 minutes` is 21 days and 1 minute."""
    number, _, unit = said.partition(" ")
    if unit != "minutes" or not number.isdigit():
        return said
    left, parts = int(number), list[str]()
    for name, size in _UNITS:
        count, left = divmod(left, size)
        if count:
            parts.append(f"{count} {name}{'s' if count > 1 else ''}")
    return " ".join(parts) or said
