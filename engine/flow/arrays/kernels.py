"""Compiled kernels: the only module that knows numba (extra ``kernels``).

The functions take and return arrays; what they mean is said where they are called from. They are
compiled once and kept beside this file, or in the user's cache folder if that cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar, cast

import numpy as np
import numpy.typing as npt

from .snapshot import Bits, Ids, Places

Words = npt.NDArray[np.uint64]
Numbers = npt.NDArray[np.int32]
Column = npt.NDArray[np.uint16 | np.uint32]

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

_NUMBA: Any = import_module("numba")  # whether or not it is installed where types are checked

LOOKS = 64  # relations of a node that a pull has to read where many enter it


def _compiled(function: Kernel) -> Kernel:
    """The function compiled at its first call."""
    try:
        made = _NUMBA.njit(function, cache=True, nogil=True)
    except RuntimeError:  # no folder that its cache could be kept in
        made = _NUMBA.njit(function, nogil=True)
    return cast(Kernel, made)


@_compiled
def _gathered(
    starts: Places, ends: Ids, masks: Bits, fresh: Bits, node: int, wanted: np.uint16
) -> np.uint16:
    """What comes to a node, by eight relations at a time, until all that is wanted came."""
    got = np.uint16(0)
    place, stop = np.uint64(starts[node]), np.uint64(starts[node + 1])
    while place + np.uint64(8) <= stop:
        for each in range(8):
            got |= fresh[ends[place + np.uint64(each)]] & masks[place + np.uint64(each)]
        if got & wanted == wanted:
            return got
        place += np.uint64(8)
    while place < stop:
        got |= fresh[ends[place]] & masks[place]
        place += np.uint64(1)
    return got


@_compiled
def _hop(
    out_starts: Places,
    out_ends: Ids,
    out_masks: Bits,
    in_starts: Places,
    in_ends: Ids,
    in_masks: Bits,
    fresh: Bits,
    had: Bits,
) -> Bits:
    """What comes to nodes over one relation, as far as they have it not."""
    count = len(fresh)
    got = np.zeros(count, np.uint16)
    union, work = np.uint16(0), 0
    for node in range(count):
        if fresh[node]:
            union |= fresh[node]
            work += out_starts[node + 1] - out_starts[node]
    if work < min(len(out_ends) // 2, LOOKS * count):
        for node in range(count):
            bits = fresh[node]
            if bits:
                for place in range(out_starts[node], out_starts[node + 1]):
                    got[out_ends[place]] |= bits & out_masks[place]
    else:
        for node in range(count):
            lacks = union & ~had[node]
            if lacks:
                got[node] = _gathered(in_starts, in_ends, in_masks, fresh, node, lacks)
    return got


@_compiled
def reach(
    out_starts: Places,
    out_ends: Ids,
    out_masks: Bits,
    out_onward: Bits,
    in_starts: Places,
    in_ends: Ids,
    in_masks: Bits,
    in_onward: Bits,
    seeds: Bits,
    hops: int,
) -> Bits:
    """See ``reach.reach``; the hop that may end a walk is the last, from all that is carried."""
    carried, fresh = seeds.copy(), seeds.copy()
    for _ in range(hops - 1):
        got = _hop(out_starts, out_ends, out_onward, in_starts, in_ends, in_onward, fresh, carried)
        any_fresh = np.uint16(0)
        for node in range(len(seeds)):
            fresh[node] = got[node] & ~carried[node]
            carried[node] |= got[node]
            any_fresh |= fresh[node]
        if any_fresh == 0:
            break
    if hops > 0:
        carried |= _hop(
            out_starts, out_ends, out_masks, in_starts, in_ends, in_masks, carried, carried
        )
    return carried


@_compiled
def product(
    starts: Places, ends: Ids, classes: Bits, low: Bits, high: Bits, seeds: Bits, hops: int
) -> Bits:
    """See ``product_reach.product_reach``."""
    count = len(seeds)
    rows = np.zeros((hops + 1, count), np.uint16)
    rows[0] = seeds
    fresh = seeds.copy()
    for hop in range(hops):
        came = np.zeros(count, np.uint16)
        for node in range(count):
            bits = fresh[node]
            if bits > 255:
                for place in range(starts[node], starts[node + 1]):
                    kind = classes[place]
                    came[ends[place]] |= low[kind, bits & 255] | high[kind, bits >> 8]
            elif bits:
                for place in range(starts[node], starts[node + 1]):
                    came[ends[place]] |= low[classes[place], bits]
        for node in range(count):
            fresh[node] = came[node] & ~rows[hop, node]
            rows[hop + 1, node] = rows[hop, node] | came[node]
    return rows


@_compiled
def product_back(
    starts: Places, ends: Ids, classes: Bits, low: Bits, high: Bits, sinks: Bits, hops: int
) -> Bits:
    """See ``product_reach.product_reach_back``."""
    count = len(sinks)
    rows = np.zeros((hops + 1, count), np.uint16)
    rows[0] = sinks
    fresh = sinks.copy()
    for hop in range(hops):
        went = np.zeros(count, np.uint16)
        for node in range(count):
            found = np.uint16(0)
            for place in range(starts[node], starts[node + 1]):
                bits = fresh[ends[place]]
                if bits:
                    kind = classes[place]
                    found |= low[kind, bits & 255] | high[kind, bits >> 8]
            went[node] = found
        for node in range(count):
            fresh[node] = went[node] & ~rows[hop, node]
            rows[hop + 1, node] = rows[hop, node] | went[node]
    return rows


@_compiled
def between(
    starts: Places, ends: Ids, classes: Bits, low: Bits, high: Bits, there: Bits, back: Bits
) -> npt.NDArray[np.bool_]:
    """Whether each relation lies on a walk of ``product_reach.on_walks``."""
    hops = len(there) - 1
    lies = np.zeros(len(ends), np.bool_)
    for node in range(len(starts) - 1):
        if there[hops, node]:
            for place in range(starts[node], starts[node + 1]):
                end, kind = ends[place], classes[place]
                if back[hops, end]:
                    for hop in range(hops):
                        bits = there[hop, node]
                        led = low[kind, bits & 255] | high[kind, bits >> 8]
                        if led & back[hops - 1 - hop, end]:
                            lies[place] = True
                            break
    return lies


@_compiled
def turned(ends: Ids, in_starts: Places, column: Column) -> Column:
    """A column by the node that relations leave, by the node that they enter."""
    found = np.empty_like(column)
    following = in_starts.copy()
    for place in range(len(ends)):
        end = ends[place]
        found[following[end]] = column[place]
        following[end] += 1
    return found


_SPREAD = 0x09AF  # times a power of two, each of the sixteen has four other bits at the top
_LOWEST = np.zeros(16, np.int64)
_LOWEST[[(_SPREAD << bit & 0xFFFF) >> 12 for bit in range(16)]] = range(16)


@_compiled
def _lowest(bits: np.int64) -> int:
    """The number of the lowest bit of sixteen."""
    return int(_LOWEST[((bits & -bits) * _SPREAD & 0xFFFF) >> 12])


@_compiled
def _gathered_words(
    starts: Places,
    ends: Ids,
    masks: Bits,
    groups: Column,
    kept: Words,
    changed: Words,
    added: Bits,
    fresh: Words,
    any_fresh: Bits,
    node: int,
    lacks: Words,
    got: Words,
) -> None:
    """Join to ``got`` what comes to a node, until all that it lacks came."""
    left = np.uint16(0)
    for purpose in range(16):
        if lacks[purpose]:
            left |= np.uint16(1 << purpose)
    for place in range(np.uint64(starts[node]), np.uint64(starts[node + 1])):
        group, end = groups[place], ends[place]
        bits = np.int64((masks[place] | added[group]) & any_fresh[end] & left)
        while bits:
            purpose = _lowest(bits)
            bits &= bits - 1
            word = changed[group, purpose]
            if masks[place] >> purpose & 1:
                word |= kept[group]
            got[purpose] |= fresh[end, purpose] & word
            if got[purpose] & lacks[purpose] == lacks[purpose]:
                left &= ~np.uint16(1 << purpose)
        if left == 0:
            break


@_compiled
def _hop_words(
    out_starts: Places,
    out_ends: Ids,
    out_masks: Bits,
    out_groups: Column,
    in_starts: Places,
    in_ends: Ids,
    in_masks: Bits,
    in_groups: Column,
    kept: Words,
    changed: Words,
    fresh: Words,
    had: Words,
) -> Words:
    """What comes to nodes over one relation, as far as they have it not, in every scenario."""
    count = len(fresh)
    got = np.zeros((count, 16), np.uint64)
    added, any_fresh = _purposes_of(changed), _purposes_of(fresh)
    union, lacks, work = np.zeros(16, np.uint64), np.zeros(16, np.uint64), 0
    for node in range(count):
        if any_fresh[node]:
            union |= fresh[node]
            work += out_starts[node + 1] - out_starts[node]
    if work < min(len(out_ends) // 2, LOOKS * count):
        for node in range(count):
            if any_fresh[node]:
                for place in range(out_starts[node], out_starts[node + 1]):
                    group, end = out_groups[place], out_ends[place]
                    bits = np.int64((out_masks[place] | added[group]) & any_fresh[node])
                    while bits:
                        purpose = _lowest(bits)
                        bits &= bits - 1
                        word = changed[group, purpose]
                        if out_masks[place] >> purpose & 1:
                            word |= kept[group]
                        got[end, purpose] |= fresh[node, purpose] & word
        return got
    for node in range(count):
        lacking = False
        for purpose in range(16):
            lacks[purpose] = union[purpose] & ~had[node, purpose]
            lacking |= lacks[purpose] != 0
        if lacking:
            _gathered_words(
                in_starts, in_ends, in_masks, in_groups, kept, changed, added, fresh, any_fresh,
                node, lacks, got[node],
            )  # fmt: skip
    return got


@_compiled
def _purposes_of(words: Words) -> Bits:
    """The purposes of each row that any scenario has."""
    found = np.zeros(len(words), np.uint16)
    for row in range(len(words)):
        for purpose in range(16):
            if words[row, purpose]:
                found[row] |= np.uint16(1 << purpose)
    return found


@_compiled
def sweep(
    out_starts: Places,
    out_ends: Ids,
    out_masks: Bits,
    out_onward: Bits,
    out_groups: Column,
    in_starts: Places,
    in_ends: Ids,
    in_masks: Bits,
    in_onward: Bits,
    in_groups: Column,
    kept: Words,
    masks: Words,
    onward: Words,
    seeds: Bits,
    hops: int,
    everywhere: np.uint64,
) -> Words:
    """See ``scenarios.swept``."""
    count = len(seeds)
    carried = np.zeros((count, 16), np.uint64)
    for node in range(count):
        for purpose in range(16):
            if seeds[node] >> purpose & 1:
                carried[node, purpose] = everywhere
    fresh = carried.copy()
    for _ in range(hops - 1):
        got = _hop_words(
            out_starts, out_ends, out_onward, out_groups, in_starts, in_ends, in_onward, in_groups,
            kept, onward, fresh, carried,
        )  # fmt: skip
        any_fresh = np.uint64(0)
        for node in range(count):
            for purpose in range(16):
                fresh[node, purpose] = got[node, purpose] & ~carried[node, purpose]
                carried[node, purpose] |= got[node, purpose]
                any_fresh |= fresh[node, purpose]
        if any_fresh == 0:
            break
    if hops > 0:
        got = _hop_words(
            out_starts, out_ends, out_masks, out_groups, in_starts, in_ends, in_masks, in_groups,
            kept, masks, carried, carried,
        )  # fmt: skip
        for node in range(count):
            carried[node] |= got[node]
    return carried


@_compiled
def _fitting(
    starts: Places, ends: Ids, masks: Bits, bit: np.uint16, node: int, fits: Numbers
) -> int:
    """Collect the other ends of a node's relations that have a bit, and count them.

    Which have it cannot be foreseen, so nothing branches on it: six times as fast.
    """
    count = 0
    for place in range(np.uint64(starts[node]), np.uint64(starts[node + 1])):
        fits[count] = ends[place]
        count += (masks[place] & bit) != 0
    return count


@_compiled
def _listed(
    starts: Places,
    ends: Ids,
    masks: Bits,
    bit: np.uint16,
    front: Numbers,
    size: int,
    stamp: np.int32,
    met: Numbers,
    came_from: Numbers,
    other: Numbers,
    following: Numbers,
    fits: Numbers,
) -> tuple[int, int, int]:
    """One hop of one side: the ends of a relation to what the other has met, else -1 twice.

    Notes the nodes that were not met before, and counts them.
    """
    found = 0
    for each in range(size):
        node = front[each]
        for place in range(_fitting(starts, ends, masks, bit, node, fits)):
            end = fits[place]
            if other[end] == stamp:
                return int(node), int(end), found
            if met[end] != stamp:
                met[end] = stamp
                came_from[end] = node
                following[found] = end
                found += 1
    return -1, -1, found


@_compiled
def _work(starts: Places, front: Numbers, size: int) -> int:
    """How many relations a side would read."""
    work = 0
    for each in range(size):
        work += int(starts[front[each] + 1] - starts[front[each]])
    return work


@_compiled
def walks(
    out_starts: Places,
    out_ends: Ids,
    out_masks: Bits,
    out_onward: Bits,
    in_starts: Places,
    in_ends: Ids,
    in_masks: Bits,
    in_onward: Bits,
    pairs: Places,
    bit: np.uint16,
    most: int,
) -> Places:
    """See ``walks.shortest_walks``: the nodes of each walk, and -1 from its end on.

    Both ends are searched, hop by hop the one with fewer relations to read; the first hop is the
    one into the target, which alone need not let the data go on.
    """
    count = len(out_starts) - 1
    rows = np.full((len(pairs), most + 2), -1, np.int64)
    met_there, met_back = np.full(count, -1, np.int32), np.full(count, -1, np.int32)
    from_there, from_back = np.empty(count, np.int32), np.empty(count, np.int32)
    there, back = np.empty(count, np.int32), np.empty(count, np.int32)
    spare = np.empty(count, np.int32)
    longest = max(np.diff(out_starts).max(), np.diff(in_starts).max())
    fits = np.empty(longest + 1, np.int32)
    for number in range(len(pairs)):
        stamp = np.int32(number)
        source, target = pairs[number]
        met_there[source], met_back[target] = stamp, stamp
        there[0], back[0] = source, target
        if source == target:
            rows[number, 0] = source
            continue
        if most == 0:
            continue
        hops, size_there = 1, 1
        after, before, size_back = _listed(
            in_starts, in_ends, in_masks, bit, back, 1,
            stamp, met_back, from_back, met_there, spare, fits,
        )  # fmt: skip
        back, spare = spare, back
        while before < 0 and hops < most and size_there and size_back:
            hops += 1
            if _work(in_starts, back, size_back) < _work(out_starts, there, size_there):
                after, before, size_back = _listed(
                    in_starts, in_ends, in_onward, bit, back, size_back,
                    stamp, met_back, from_back, met_there, spare, fits,
                )  # fmt: skip
                back, spare = spare, back
            else:
                before, after, size_there = _listed(
                    out_starts, out_ends, out_onward, bit, there, size_there,
                    stamp, met_there, from_there, met_back, spare, fits,
                )  # fmt: skip
                there, spare = spare, there
        if before >= 0:
            _write_walk(rows[number], source, target, before, after, from_there, from_back)
    return rows


@_compiled
def _write_walk(
    row: Places,
    source: int,
    target: int,
    before: int,
    after: int,
    from_there: Numbers,
    from_back: Numbers,
) -> None:
    """The nodes of the walk over the relation from ``before`` to ``after``."""
    length, node = 0, before
    while node != source:
        node = from_there[node]
        length += 1
    node = before
    for place in range(length, 0, -1):
        row[place] = node
        node = from_there[node]
    row[0] = source
    node = after
    while node != target:
        length += 1
        row[length] = node
        node = from_back[node]
    row[length + 1] = target
