"""The ratios that platelaw is held to, worked out from one run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .engines import COMPILED, IF_ELSE, IF_ELSE_RULES
from .results import Results, Row

_MILLISECOND = 1000.0  # in microseconds
_READ = (("values met before", "again"), ("values never met", "json"))


@dataclass(frozen=True, slots=True)
class Goal:
    """One ratio.

    Attributes:
        what: What of platelaw.
        beside: What it is compared with.
        ours: Microseconds of platelaw.
        theirs: Microseconds of the other.
        bound: What the ratio is held to; None where it is only told.
        is_gain: Whether platelaw must be so many times cheaper, and not at most dearer.
    """

    what: str
    beside: str
    ours: float
    theirs: float
    bound: float | None = None
    is_gain: bool = False

    @property
    def ratio(self) -> float:
        """How many times dearer platelaw is; where ``is_gain``, how many times cheaper."""
        return self.theirs / self.ours if self.is_gain else self.ours / self.theirs

    @property
    def is_met(self) -> bool | None:
        """Whether the ratio keeps to its bound; None without one."""
        if self.bound is None:
            return None
        return self.ratio >= self.bound if self.is_gain else self.ratio <= self.bound


def goals(found: Results) -> list[Goal]:
    """Every ratio; those beside peers where there are any, those of growth with two sizes."""
    small = {row.key: row for row in found.smallest}
    ours = small[COMPILED.key]
    return [
        *_beside_if_else(ours, small[IF_ELSE.key], small[IF_ELSE_RULES.key]),
        *_alone({name: figure.median for name, figure in found.alone.items()}),
        *_beside_peers(ours, [row for row in found.smallest if row.is_peer]),
        *_of_reading([row for row in found.rows if row.key == COMPILED.key]),
        *_of_growth(found.growth),
    ]


def _beside_if_else(ours: Row, plain: Row, named: Row) -> Iterator[Goal]:
    decision, limit = ours.took("decide"), plain.took("decide")
    yield Goal("a decision with every deciding rule", "if/else", decision, limit, 3)
    yield Goal("the same", "if/else with every deciding rule", decision, named.took("decide"))
    for what, name in _READ:
        yield Goal(f"JSON to answer, {what}", "if/else", ours.took(name), limit, 8)
    for what, name in _READ:
        yield Goal(f"JSON to answer, {what}", "if/else from the same JSON", ours.took(name),
                   plain.took("json"))  # fmt: skip


def _alone(took: Mapping[str, float]) -> Iterator[Goal]:
    limit = took["limit"]  # the if/else once more, in the same turns
    yield Goal("seven stated facts prepared, JSON decoded already, values met before", "if/else",
               took["prepare"] - took["decode"], limit, 4)  # fmt: skip
    yield Goal("the values of the whole explanation", "if/else", took["values"], limit, 15)
    yield Goal("settling sets of a HOLD", "a millisecond", took["settling"], _MILLISECOND, 1)
    yield Goal("the whole decision, explained, as an object", "if/else", took["explained"], limit)


def _beside_peers(ours: Row, peers: Sequence[Row]) -> Iterator[Goal]:
    """The fastest peer, from the same text and from its own input; and without regorus.

    The goal was set beside Cedar, rego-cpp, vakt and Casbin. regorus came later, and is faster.
    """
    without = [row for row in peers if not row.key.startswith("regorus")]
    pairs: list[tuple[str, str, str, float | None]] = [
        (f"decisions from the same JSON, {what}", name, "json", 8) for what, name in _READ
    ]
    pairs.append(("decisions, each from its own input", "decide", "decide", None))
    for what, mine, theirs, bound in pairs:
        for name, chosen in (("peer", peers), ("peer but regorus", without)):
            fastest = min(chosen, key=lambda row: row.took(theirs), default=None)
            if fastest is not None:
                yield Goal(what, f"the fastest {name}, {fastest.title}", ours.took(mine),
                           fastest.took(theirs), bound, is_gain=True)  # fmt: skip


def _of_reading(rows: Sequence[Row]) -> Iterator[Goal]:
    """What more rules cost before a decision."""
    small, large = min(rows, key=_size), max(rows, key=_size)
    if small is not large:
        for what, name in _READ:
            yield Goal(f"JSON to answer among {large.rules:,} rules, {what}",
                       f"among {small.rules} rules", large.took(name),
                       small.took(name))  # fmt: skip


def _of_growth(growth: Sequence[Row]) -> Iterator[Goal]:
    small = min(growth, key=_size)
    for own, what, bound in ((False, "agencies alike", 1.3), (True, "agencies that differ", None)):
        larger = [row for row in growth if row.own == own and row.rules > small.rules]
        large = max(larger, key=_size, default=None)
        if large is not None:
            yield Goal(f"a decision among {large.rules:,} rules, {what} ({large.shapes} shapes)",
                       f"among {small.rules} rules", large.took("decide"), small.took("decide"),
                       bound)  # fmt: skip


def _size(row: Row) -> int:
    return row.rules
