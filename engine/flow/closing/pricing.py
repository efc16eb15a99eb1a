"""What closing a switch costs: measured where somebody measured, else counted and said so."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Mapping

from ..model import FlowMap, Relation
from .asking import Basis, ClosingError, Price

IsLawful = Callable[[int], bool]


def prices_of(
    map_: FlowMap,
    keys: Iterable[str],
    is_lawful: IsLawful,
    *,
    given: Mapping[str, float] | None = None,
) -> dict[str, Price]:
    """The prices of some switches.

    The first that is there counts: what was ``given`` for the question, the loss that the map
    states, the volume of the lawful relations if all of theirs is known. Where nobody measured,
    each lawful relation counts the median of what was measured for one, so that all prices are
    of one unit; 1 if nothing was measured at all.

    Args:
        map_: The map.
        keys: The switches.
        is_lawful: Whether the rules let a relation, by its number, serve lawful sharing.
        given: Prices by key that override the map's.

    Raises:
        ClosingError: A price is below 0, or is given for a switch that the map does not have.
    """
    given = given or {}
    for key in given:
        if key not in map_.switches:
            raise ClosingError(f"a loss is given for `{key}`, and the map has no such switch")
    lawful = {key: _lawful(map_, key, is_lawful) for key in keys}
    measured = {
        key: price
        for key, relations in lawful.items()
        if (price := _measured(map_, key, relations, given.get(key))) is not None
    }
    for key, price in measured.items():
        if not 0 <= price.value < float("inf"):
            raise ClosingError(f"the loss of switch `{key}` is {price.value:g}: not below 0")
    rates = [price.value / len(lawful[key]) for key, price in measured.items() if lawful[key]]
    each = statistics.median(rates) if rates else 1.0
    return {
        key: measured.get(key) or Price(len(relations) * each, Basis.COUNT, each)
        for key, relations in lawful.items()
    }


def _lawful(map_: FlowMap, key: str, is_lawful: IsLawful) -> list[Relation]:
    numbers = map_.by_switch.get(key, ())
    return [map_.relations[number] for number in numbers if is_lawful(number)]


def _measured(
    map_: FlowMap, key: str, lawful: Iterable[Relation], given: float | None
) -> Price | None:
    loss = map_.switches[key].loss if given is None else given
    if loss is not None:
        return Price(loss, Basis.LOSS)
    volumes = [relation.volume for relation in lawful]
    known = [volume for volume in volumes if volume is not None]
    whole = known and len(known) == len(volumes)
    return Price(sum(known), Basis.VOLUME) if whole else None
