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
from .log_row import Order

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_COUNT = re.compile(r"[0-9]{1,7}|[0-9]{1,3}(?:,[0-9]{3})+")
_DASHES = re.compile("[\u2014-]+")  # where the vendor did not count
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
        return (_COUNT.fullmatch(text) or _DASHES.fullmatch(text)) is not None
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

# What cannot be told from the other by its look, and is that other if only one of them is there:
# the vendor itself took out the count of cameras, and a name that is taken for an organization's
# is found in no registry, which holds the row.
_TWINS = {Field.CAMERA_COUNT: Field.NETWORK_COUNT, Field.USER: Field.ORGANIZATION}


def _same(found: Sequence[Order], rows: Sequence[Sequence[str]]) -> Order | None:
    """The one order of several that read some rows alike; the one that names most."""
    best = max(found, key=_named)
    alike = all(_reading(order, row) == _reading(best, row) for order in found for row in rows)
    return best if alike else None


def _named(order: Order) -> tuple[int, int]:
    fields = [each for each in order if each is not None]
    return len(fields), -sum(each in _TWINS for each in fields)


def _reading(order: Order, row: Sequence[str]) -> dict[Field, str]:
    """What an order makes of a row, as far as it matters."""
    found: dict[Field, str] = {}
    for each, cell in zip(order, row, strict=True):
        text = cell.strip()
        if each is None or (each in _SELDOM and not text):
            continue
        twin = _TWINS.get(each)
        name = twin if twin is not None and twin not in order else each
        found[name] = f"{found[name]} {text}" if name in found else text
    return found


def without_header(written: Sequence[Order], rows: Sequence[Sequence[str]]) -> Order | None:
    """The one order in which the rows of a sheet without a header stand.

    A few rows may be broken: those of another width, and those that fit no order.
    """
    filled = [row for row in rows if any(map(str.strip, row))][:_MOST_SAMPLED]
    widths = [len(row) for row in filled]
    width = max(widths, key=widths.count, default=0)
    orders = [padded(order, width) for order in written if len(order) <= width]
    fitting = {
        order: [row for row in filled if len(row) == width and _is(order, row)] for order in orders
    }
    most = max(map(len, fitting.values()), default=0)
    if most <= len(filled) / 2:
        return None
    found = [order for order, fits in fitting.items() if len(fits) == most]
    return _same(found, fitting[found[0]])
