"""What closing a switch costs: measured where somebody measured, else counted and said so."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from ..model import FlowMap
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
    states, the volume of the lawful relations if all of theirs is known, their number.

    Args:
        map_: The map.
        keys: The switches.
        is_lawful: Whether the rules let a relation, by its number, serve lawful sharing.
        given: Prices by key that override the map's.

    Raises:
        ClosingError: A price is negative, or is given for a switch that the map does not have.
    """
    given = given or {}
    for key in given:
        if key not in map_.switches:
            raise ClosingError(f"a price is given for `{key}`, and the map has no such switch")
    found = {key: _price(map_, key, is_lawful, given.get(key)) for key in keys}
    for key, price in found.items():
        if not 0 <= price.value < float("inf"):
            raise ClosingError(f"the loss of switch `{key}` is {price.value:g}: not below 0")
    return found


def _price(map_: FlowMap, key: str, is_lawful: IsLawful, given: float | None) -> Price:
    loss = map_.switches[key].loss if given is None else given
    if loss is not None:
        return Price(loss, Basis.LOSS)
    lawful = [number for number in map_.by_switch.get(key, ()) if is_lawful(number)]
    volumes = [map_.relations[number].volume for number in lawful]
    known = [volume for volume in volumes if volume is not None]
    if known and len(known) == len(volumes):
        return Price(sum(known), Basis.VOLUME)
    return Price(float(len(lawful)), Basis.COUNT)
