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

    They are those that the vendor has written, and those that come about when somebody deletes a
    column or puts in a cell. What several rows in a row have proven holds for one that fits more.
    """

    header: Order
    written: tuple[Order, ...]
    last: Order | None = None
    _proofs: int = 0
    _by_width: dict[int, tuple[Order, ...]] = field(default_factory=dict[int, "tuple[Order, ...]"])

    def learn(self, rows: Sequence[Sequence[str]]) -> Order | None:
        """The one order that the first rows of a log all stand in, which then holds for the next.

        None if one of them stands as the header says, or several orders fit them all.
        """
        timed = [row for row in rows if any(map(is_time, row))]
        widths = {len(row) for row in timed}
        if len(widths) != 1 or any(fits(self.header, row) for row in timed):
            return None
        found = [
            order for order in self._candidates(widths.pop()) if all(_is(order, r) for r in timed)
        ]
        return _same(found, timed) if found else None

    def start_with(self, order: Order) -> None:
        """Take an order for proven."""
        self.last, self._proofs = order, _PROOFS

    def forget(self) -> None:
        """Rows stand as the header says again."""
        self._proofs = 0

    def may_fit(self, cells: Sequence[str]) -> bool:
        """Whether some cells stand in any of the orders."""
        return any(_is(order, cells) for order in self._candidates(len(cells)))

    def of(self, cells: Sequence[str]) -> Order | None:
        """The one order that fits some cells; None if none or several do."""
        found = [order for order in self._candidates(len(cells)) if _is(order, cells)]
        one = _same(found, [cells]) if found else None
        if self.last in found and (one is not None or self._proofs >= _PROOFS):
            self._proofs += one is not None
            return self.last
        if one is not None:
            self.last, self._proofs = one, 1
        return one

    def _candidates(self, width: int) -> tuple[Order, ...]:
        if width not in self._by_width:
            near = (*without_one(self.header), *with_blank(self.header, width))
            self._by_width[width] = tuple(
                padded(order, width)
                for order in dict.fromkeys((*self.written, *near))
                if len(order) <= width and padded(order, width) != self.header
            )
        return self._by_width[width]


_PROOFS = 3


def _is(order: Order, cells: Sequence[str]) -> bool:
    """Whether an order fits, and what it has no label for is blank."""
    return fits(order, cells) and not any(
        each is None and cell.strip() for each, cell in zip(order, cells, strict=True)
    )


# Of these it makes no difference whether they are blank or not there.
_SELDOM = frozenset({Field.TEXT_PROMPT, Field.MODERATION})

# Of these it makes no difference which is which: no rule asks for a count.
_COUNTS = frozenset({Field.NETWORK_COUNT, Field.CAMERA_COUNT})


def _same(found: Sequence[Order], rows: Sequence[Sequence[str]]) -> Order | None:
    """The one order of several that read some rows alike; the one that names most."""
    best = max(found, key=lambda order: _named(order, rows[0]))
    alike = all(_reading(order, row) == _reading(best, row) for order in found for row in rows)
    return best if alike else None


def _named(order: Order, row: Sequence[str]) -> tuple[bool, int, bool]:
    """How much an order says of a row: of one count it is that of networks, which all rows have."""
    counted = Field.NETWORK_COUNT in order and row[order.index(Field.NETWORK_COUNT)].strip() != ""
    return counted, sum(each is not None for each in order), Field.ORGANIZATION in order


def _reading(order: Order, row: Sequence[str]) -> dict[Field, str]:
    """What an order makes of a row, as far as it matters.

    Of two names one is left: it may be an account's or an organization's. It is taken for the
    latter, whose name is then found in no registry, which holds the row.
    """
    found: dict[Field, str] = {}
    for each, cell in zip(order, row, strict=True):
        text = cell.strip()
        if each is None or each in _COUNTS or (each in _SELDOM and not text):
            continue
        if each is Field.USER and Field.ORGANIZATION not in order:
            each = Field.ORGANIZATION
        found[each] = f"{found[each]} {text}" if each in found else text
    return found


def without_header(written: Sequence[Order], rows: Sequence[Sequence[str]]) -> Order | None:
    """The one order in which the rows of a sheet without a header stand.

    A few rows may be broken: those of another width, and those that fit no order.
    """
    filled = [row for row in rows if any(map(str.strip, row))]
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
