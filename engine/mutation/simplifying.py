"""A telling request made plainer: bodies that readers know, a day, and nothing said in vain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TypeVar

from ...dsl import syntax as tree
from ...dsl.model import Example

_HEADS = ("requester", "owner", "act", "data")
Told = TypeVar("Told")


def simplest(
    node: tree.Example, tells: Callable[[tree.Example], Told | None], usual: Iterable[str]
) -> Told | None:
    """What a plainer request tells, if it still tells anything.

    Args:
        node: The request.
        tells: What a request tells; None if nothing.
        usual: The bodies that readers know, the best known first.
    """
    best, told = node, tells(node)
    for plainer in (*_as_a_day(node), *_known_bodies(node, usual)):
        if (now := tells(plainer(best))) is not None:
            best, told = plainer(best), now
    for given in reversed(best.givens):
        if given.subject.text in _HEADS:
            continue
        fewer = replace(best, givens=tuple(g for g in best.givens if g is not given))
        if (now := tells(fewer)) is not None:
            best, told = fewer, now
    return told


def _as_a_day(node: tree.Example) -> Iterator[Callable[[tree.Example], tree.Example]]:
    on = node.on
    if isinstance(on, tree.Moment):
        day = tree.Date(on.span, on.at.date())
        yield lambda example: replace(example, on=day)


def _known_bodies(
    node: tree.Example, usual: Iterable[str]
) -> Iterator[Callable[[tree.Example], tree.Example]]:
    """Each body that a request names, replaced by one that readers know."""
    named = {
        given.subject.text: given.value.key
        for given in node.givens
        if given.subject.text in ("requester", "owner") and isinstance(given.value, tree.Agency)
    }
    for key in dict.fromkeys(named.values()):
        for better in usual:
            yield lambda example, old=key, new=better: _renamed(example, old, new)  # type: ignore[misc]


def _renamed(node: tree.Example, old: str, new: str) -> tree.Example:
    return replace(node, givens=tuple(_given(given, old, new) for given in node.givens))


def _given(given: tree.Given, old: str, new: str) -> tree.Given:
    value, agency = given.value, given.agency
    if isinstance(value, tree.Agency) and value.key == old:
        value = replace(value, key=new)
    if isinstance(value, tree.InstrumentSet):
        value = replace(value, items=tuple(_paper(paper, old, new) for paper in value.items))
    if agency is not None and agency.key == old:
        agency = replace(agency, key=new)
    return replace(given, value=value, agency=agency)


def _paper(paper: tree.Instrument, old: str, new: str) -> tree.Instrument:
    holder = paper.issued_to
    if holder is not None and holder.key == old:
        return replace(paper, issued_to=replace(holder, key=new))
    return paper


def bodies_known(examples: Iterable[Example], most: int = 3) -> list[str]:
    """The bodies that examples name most."""
    counts = Counter(
        given.value.key
        for example in examples
        for given in example.node.givens
        if given.subject.text in ("requester", "owner") and isinstance(given.value, tree.Agency)
    )
    return [key for key, _ in counts.most_common(most)]
