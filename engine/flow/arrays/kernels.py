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
    """See ``reach.reach``."""
    count = len(seeds)
    arrived, carried, fresh = seeds.copy(), seeds.copy(), seeds.copy()
    for hop in range(hops):
        union, work = np.uint16(0), 0
        for node in range(count):
            if fresh[node]:
                union |= fresh[node]
                work += out_starts[node + 1] - out_starts[node]
        if union == 0:
            break
        goes_on = hop < hops - 1
        went_on = np.zeros(count, np.uint16)
        if work < min(len(out_ends) // 2, LOOKS * count):
            for node in range(count):
                bits = fresh[node]
                if bits:
                    for place in range(out_starts[node], out_starts[node + 1]):
                        arrived[out_ends[place]] |= bits & out_masks[place]
                        went_on[out_ends[place]] |= bits & out_onward[place]
        else:
            for node in range(count):
                lacks = union & ~carried[node]
                if lacks and goes_on:
                    went_on[node] = _gathered(in_starts, in_ends, in_onward, fresh, node, lacks)
                    arrived[node] |= went_on[node]
                lacks = union & ~arrived[node]
                if lacks:
                    arrived[node] |= _gathered(in_starts, in_ends, in_masks, fresh, node, lacks)
        for node in range(count):
            fresh[node] = went_on[node] & ~carried[node]
            carried[node] |= went_on[node]
    return arrived


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
