"""Many what-ifs at once: sixty-four changed maps are searched in one sweep.

In a sweep every node has, for each purpose, one word of 64 bits: in which scenarios the data get
there. A relation that no scenario touches passes all of them on at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
import numpy.typing as npt

from .reach import Executor, check_question, chosen_executor, kernels, reach
from .snapshot import PURPOSES, Bits, Places, Side, Snapshot, SnapshotError

AT_ONCE = 64
Words = npt.NDArray[np.uint64]
Groups = npt.NDArray[np.uint16 | np.uint32]


@dataclass(frozen=True, slots=True, eq=False)
class Scenario:
    """A changed map: some relations admit something else than they do.

    Attributes:
        relations: Their numbers, each once.
        masks: What each admits in the scenario; 0 closes it.
        onward: For which of it the data may go on.
    """

    relations: Places
    masks: Bits
    onward: Bits

    @classmethod
    def closing(cls, relations: Places) -> Scenario:
        """The scenario in which some relations are closed."""
        numbers = np.unique(relations)
        nothing = np.zeros(len(numbers), np.uint16)
        return cls(numbers, nothing, nothing)

    @classmethod
    def leaving(cls, snapshot: Snapshot, node: int) -> Scenario:
        """The scenario in which a node is gone: neither gives nor obtains."""
        around = snapshot.outgoing.around(node)
        given: Places = np.arange(around.start, around.stop, dtype=np.int64)
        obtained: Places = np.flatnonzero(snapshot.outgoing.ends == node)
        return cls.closing(np.concatenate([given, obtained]))


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """What up to 64 scenarios change, by group of relations that they change alike.

    Attributes:
        scenarios: How many there are.
        outgoing: The group of each relation, by the node it leaves; 0 is what nobody touches.
        incoming: The same by the node it enters.
        kept: For each group the scenarios that do not touch it.
        masks: For each group and purpose the scenarios that make it admit the purpose.
        onward: The same for going on.
    """

    scenarios: int
    outgoing: Groups
    incoming: Groups
    kept: Words
    masks: Words
    onward: Words


@dataclass(frozen=True, slots=True, eq=False)
class Sweep:
    """Where data get in each scenario of a sweep: a word for each node and purpose."""

    scenarios: int
    words: Words

    def bits(self, scenario: int) -> Bits:
        """The purposes for which data get to each node in one scenario."""
        found = np.zeros(len(self.words), np.uint16)
        for purpose in range(PURPOSES):
            has = self.words[:, purpose] >> np.uint64(scenario) & np.uint64(1)
            found |= has.astype(np.uint16) << purpose
        return found


def reach_scenarios(
    snapshot: Snapshot,
    scenarios: Iterable[Scenario],
    seeds: Bits,
    hops: int,
    executor: Executor | None = None,
) -> Iterator[Sweep]:
    """``reach`` in every scenario, in sweeps of 64, in their order.

    Compiled, a sweep is one search; the other executors search once a scenario.

    Raises:
        SnapshotError: As ``reach``; or a scenario names a relation that is not there, or twice.
    """
    following = iter(scenarios)
    while some := tuple(islice(following, AT_ONCE)):
        yield swept(snapshot, prepared(snapshot, some, executor), seeds, hops, executor)


def prepared(
    snapshot: Snapshot, scenarios: Sequence[Scenario], executor: Executor | None = None
) -> Changes:
    """Up to 64 scenarios made ready to be swept, for any number of questions.

    Raises:
        SnapshotError: There are more, or one names a relation that is not there, or twice.
    """
    if len(scenarios) > AT_ONCE:
        raise SnapshotError(f"{len(scenarios)} scenarios; a sweep takes {AT_ONCE}")
    for number, each in enumerate(scenarios):
        _check(snapshot, number, each)
    touched = np.unique(np.concatenate([_NONE, *(each.relations for each in scenarios)]))
    rows = np.zeros((len(touched), 1 + 2 * PURPOSES), np.uint64)
    rows[:, 0] = ~np.uint64(0)
    for number, each in enumerate(scenarios):
        _note(rows, np.searchsorted(touched, each.relations), np.uint64(1 << number), each)
    kinds, groups = _grouped(rows)
    untouched = np.zeros((1, rows.shape[1]), np.uint64)
    untouched[0, 0] = ~np.uint64(0)
    kinds = np.concatenate([untouched, kinds])
    outgoing: Groups = np.zeros(snapshot.relations, np.min_scalar_type(max(len(kinds), 256)))
    outgoing[touched] = groups + 1
    words = (kinds[:, 0].copy(), kinds[:, 1 : 1 + PURPOSES].copy(), kinds[:, 1 + PURPOSES :].copy())
    incoming = _turned(snapshot, outgoing, chosen_executor(snapshot, executor))
    return Changes(len(scenarios), outgoing, incoming, *words)


def swept(
    snapshot: Snapshot,
    changes: Changes,
    seeds: Bits,
    hops: int,
    executor: Executor | None = None,
) -> Sweep:
    """``reach`` in every scenario that was made ready.

    Raises:
        SnapshotError: As ``reach``.
    """
    check_question(snapshot, seeds, hops)
    chosen = chosen_executor(snapshot, executor)
    if chosen is not Executor.COMPILED:
        return _one_by_one(snapshot, changes, seeds, hops, chosen)
    out, into = snapshot.outgoing, snapshot.incoming
    words: Words = kernels().sweep(
        *(out.starts, out.ends, out.masks, out.onward, changes.outgoing),
        *(into.starts, into.ends, into.masks, into.onward, changes.incoming),
        *(changes.kept, changes.masks, changes.onward),
        *(seeds, hops, np.uint64((1 << changes.scenarios) - 1)),
    )
    return Sweep(changes.scenarios, words)


def changed(snapshot: Snapshot, changes: Changes, scenario: int) -> Snapshot:
    """The map of one scenario."""
    sides = [
        _changed_side(side, groups, changes, np.uint64(scenario))
        for side, groups in (
            (snapshot.outgoing, changes.outgoing),
            (snapshot.incoming, changes.incoming),
        )
    ]
    return replace(snapshot, outgoing=sides[0], incoming=sides[1])


def _changed_side(side: Side, groups: Groups, changes: Changes, scenario: np.uint64) -> Side:
    keeps = (changes.kept >> scenario & np.uint64(1)).astype(bool)
    masks, onward = (
        np.where(keeps[groups], base, _put_together(words, scenario)[groups])
        for base, words in ((side.masks, changes.masks), (side.onward, changes.onward))
    )
    return replace(side, masks=masks, onward=onward)


def _put_together(words: Words, scenario: np.uint64) -> Bits:
    """The mask of each group in one scenario."""
    has = (words >> scenario & np.uint64(1)).astype(np.uint16)
    masks: Bits = np.bitwise_or.reduce(has << np.arange(PURPOSES, dtype=np.uint16), axis=1)
    return masks


def _one_by_one(
    snapshot: Snapshot, changes: Changes, seeds: Bits, hops: int, executor: Executor
) -> Sweep:
    words = np.zeros((snapshot.nodes, PURPOSES), np.uint64)
    for number in range(changes.scenarios):
        found = reach(changed(snapshot, changes, number), seeds, hops, executor)
        has = found[:, None] >> np.arange(PURPOSES, dtype=np.uint16) & 1
        words |= has.astype(np.uint64) << np.uint64(number)
    return Sweep(changes.scenarios, words)


def _note(rows: Words, places: Places, bit: np.uint64, scenario: Scenario) -> None:
    """What one scenario makes of the relations that it touches."""
    rows[places, 0] &= ~bit
    onward = scenario.onward & scenario.masks
    for purpose in range(PURPOSES):
        for first, masks in ((1, scenario.masks), (1 + PURPOSES, onward)):
            rows[places[masks >> purpose & 1 != 0], first + purpose] |= bit


def _grouped(rows: Words) -> tuple[Words, Places]:
    """The different rows, and which of them each row is."""
    factors = np.random.default_rng(0).integers(0, 1 << 63, rows.shape[1], np.uint64) | np.uint64(1)
    _, firsts, groups = np.unique(rows @ factors, return_index=True, return_inverse=True)
    if np.array_equal(rows[firsts][groups], rows):
        return rows[firsts], groups
    kinds, groups = np.unique(rows, axis=0, return_inverse=True)  # two rows of one sum
    return kinds, groups.reshape(-1)


def _turned(snapshot: Snapshot, outgoing: Groups, executor: Executor) -> Groups:
    """A column by the node that relations leave, by the node that they enter."""
    if executor is Executor.COMPILED:
        side = snapshot.outgoing
        found: Groups = kernels().turned(side.ends, snapshot.incoming.starts, outgoing)
        return found
    return outgoing[np.argsort(snapshot.outgoing.ends, kind="stable")]


def _check(snapshot: Snapshot, number: int, scenario: Scenario) -> None:
    places = scenario.relations
    if len(places) and not 0 <= places.min() <= places.max() < snapshot.relations:
        raise SnapshotError(
            f"scenario {number} names a relation that is not there; the map has "
            f"{snapshot.relations}"
        )
    if len(np.unique(places)) != len(places):
        raise SnapshotError(
            f"scenario {number} names a relation twice; say once what becomes of it"
        )


_NONE = np.zeros(0, np.int64)
