"""Whether cells stand under their labels, told by what the cells are.

Exports are edited by hand before they are released: a column is deleted and its label stays, two
exports are put one under the other, a header is lost. A time, a count, an id and a search type
can be told from free text; one free text cannot be told from another. So cells are read in
another order than the header's only if exactly one order fits: a reason is never read as a case
number on a guess.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from .cells import read_moment, shipped_markers
from .layouts import Field

Order = tuple[Field | None, ...]

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_COUNT = re.compile(r"[0-9]{1,7}")
_CAMERAS = re.compile(r"[0-9]{1,7}|\u2014+|-+")  # dashes where the vendor did not count
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9]{2,24}(?: - Mobile)?")
_NAMES = frozenset({Field.ORGANIZATION, Field.USER})
_MOST_SAMPLED = 20


def is_time(text: str) -> bool:
    """Whether a cell is one moment with a time of day."""
    return ":" in text and read_moment(text, bare_is_utc=True) is not None


def is_frame(text: str) -> bool:
    """Whether a cell is a start and an end, on two lines or on one."""
    parts = [part for part in re.split(r"\r?\n| to ", text.strip()) if part.strip()]
    return len(parts) == 2 and all(read_moment(part, bare_is_utc=True) for part in parts)


def fits(order: Sequence[Field | None], cells: Sequence[str]) -> bool:
    """Whether each cell can be what an order says, and one is the time of the search."""
    if len(order) != len(cells):
        return False
    return Field.TIME in order and all(
        _may_be(each, cell.strip()) for each, cell in zip(order, cells, strict=True)
    )


def _may_be(each: Field | None, text: str) -> bool:
    if each is Field.TIME:
        return is_time(text)
    if not text or shipped_markers().hides(text):
        return True
    if each is Field.SEARCH_ID:
        return _ID.fullmatch(text) is not None
    if each is Field.NETWORK_COUNT:
        return _COUNT.fullmatch(text) is not None
    if each is Field.CAMERA_COUNT:
        return _CAMERAS.fullmatch(text) is not None
    if each in _NAMES and not any(map(str.isalpha, text)):
        return False
    if each is Field.TIME_FRAME:
        return is_frame(text)
    if each is Field.SEARCH_TYPE:
        return _TYPE.fullmatch(text) is not None
    return not (_ID.fullmatch(text) or is_time(text) or is_frame(text))


def without_one(order: Order) -> Iterable[Order]:
    """The orders that a header has once one of its columns was deleted and the label stayed."""
    return (order[:at] + order[at + 1 :] for at in range(len(order)))


def with_blank(order: Order, width: int) -> Iterable[Order]:
    """The orders in which cells stand one to the right from some column on."""
    return ((*order[:at], None, *order[at:])[:width] for at in range(len(order)))


def padded(order: Order, width: int) -> Order:
    """An order filled up with columns that hold nothing."""
    return order + (None,) * (width - len(order))


@dataclass(slots=True)
class Orders:
    """The orders in which the cells of a log may stand when they do not stand as its header says.

    Those that the vendor has written come first; only if none fits, those that come about when
    somebody deletes a column or puts in a cell.
    """

    header: Order
    written: tuple[Order, ...]
    last: Order | None = None
    _by_width: dict[int, tuple[tuple[Order, ...], ...]] = field(
        default_factory=dict[int, "tuple[tuple[Order, ...], ...]"]
    )

    def of(self, cells: Sequence[str]) -> Order | None:
        """The one order that fits some cells; None if none or several do."""
        if self.last is not None and _is(self.last, cells):
            return self.last
        for candidates in self._candidates(len(cells)):
            found = [order for order in candidates if _is(order, cells)]
            if found:
                self.last = _same(found, [cells])
                return self.last
        return None

    def _candidates(self, width: int) -> tuple[tuple[Order, ...], ...]:
        if width not in self._by_width:
            near = (*without_one(self.header), *with_blank(self.header, width))
            self._by_width[width] = tuple(
                tuple(
                    padded(order, width)
                    for order in dict.fromkeys(orders)
                    if len(order) <= width and padded(order, width) != self.header
                )
                for orders in (self.written, near)
            )
        return self._by_width[width]


def _is(order: Order, cells: Sequence[str]) -> bool:
    """Whether an order fits, and what it has no label for is blank."""
    return fits(order, cells) and not any(
        each is None and cell.strip() for each, cell in zip(order, cells, strict=True)
    )


# Of these it makes no difference whether they are blank or not there.
_SELDOM = frozenset({Field.TEXT_PROMPT, Field.MODERATION})


def _same(found: Sequence[Order], rows: Sequence[Sequence[str]]) -> Order | None:
    """The one order of several that read some rows alike; the one that names most."""
    blank = {at for at in range(len(found[0])) if not any(row[at].strip() for row in rows)}
    meant = {
        tuple(None if at in blank and each in _SELDOM else each for at, each in enumerate(order))
        for order in found
    }
    named = max(found, key=lambda order: sum(each is not None for each in order))
    return named if len(meant) == 1 else None


def without_header(written: Sequence[Order], rows: Sequence[Sequence[str]]) -> Order | None:
    """The one order in which the rows of a sheet without a header stand."""
    sample = [row for row in rows if any(map(str.strip, row))][:_MOST_SAMPLED]
    if not sample or len({len(row) for row in sample}) > 1:
        return None
    width = len(sample[0])
    orders = [padded(order, width) for order in written if len(order) <= width]
    found = [order for order in orders if all(_is(order, row) for row in sample)]
    return _same(found, sample) if found else None
