"""Compiled kernels: the only module that knows numba (extra ``kernels``).

The functions take and return arrays; what they mean is said where they are called from. They are
compiled once and kept beside this file, or in the user's cache folder if that cannot be written.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np

from .snapshot import Bits, Ids, Places

Kernel = TypeVar("Kernel", bound=Callable[..., Any])

PUSH_BELOW = 16  # push if the fresh nodes have fewer than one in this many relations


def _compiled(function: Kernel) -> Kernel:
    """The function compiled at its first call; numba's own types end here."""
    jit = cast(Any, numba).njit
    try:
        made = jit(function, cache=True, nogil=True)
    except RuntimeError:  # no folder that its cache could be kept in
        made = jit(function, nogil=True)
    return cast(Kernel, made)


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
    nothing = np.uint16(0)
    for hop in range(hops):
        union, work = nothing, 0
        for node in range(count):
            if fresh[node]:
                union |= fresh[node]
                work += out_starts[node + 1] - out_starts[node]
        if union == 0:
            break
        is_last = hop == hops - 1
        went_on = np.zeros(count, np.uint16)
        if work * PUSH_BELOW < len(out_ends):
            for node in range(count):
                bits = fresh[node]
                if bits:
                    for place in range(out_starts[node], out_starts[node + 1]):
                        arrived[out_ends[place]] |= bits & out_masks[place]
                        went_on[out_ends[place]] |= bits & out_onward[place]
        elif is_last:
            for node in range(count):
                wanted = union & ~arrived[node]
                if wanted:
                    came = nothing
                    for place in range(in_starts[node], in_starts[node + 1]):
                        came |= fresh[in_ends[place]] & in_masks[place]
                        if came & wanted == wanted:
                            break
                    arrived[node] |= came
        else:
            for node in range(count):
                wanted = union & ~carried[node]
                if wanted:
                    came, went = nothing, nothing
                    for place in range(in_starts[node], in_starts[node + 1]):
                        bits = fresh[in_ends[place]]
                        came |= bits & in_masks[place]
                        went |= bits & in_onward[place]
                        if went & wanted == wanted:
                            break
                    arrived[node] |= came
                    went_on[node] = went
        for node in range(count):
            fresh[node] = went_on[node] & ~carried[node]
            carried[node] |= went_on[node]
    return arrived
