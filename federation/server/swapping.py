"""Work beside calls that must not be made to wait: policies loaded while others decide.

A thread that computes holds the interpreter for a slice of time before another may go on. The
usual slice of 5 ms, taken several times in a call, would be felt; while policies are loaded it is
shorter. A collection of garbage would stop everything for as long as there are many objects; it is
put off, and what was loaded is left out of later ones. Policies hold no circles, so that replaced
ones go by themselves.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Generator
from contextlib import contextmanager

_SLICE = 0.0005  # seconds
_OBJECTS = 10_000  # more than there were, after which circles are looked for


def settled() -> None:
    """Leave what was built out of collections, and collect seldom: calls leave hardly a circle."""
    gc.freeze()
    gc.set_threshold(_OBJECTS)


@contextmanager
def gently() -> Generator[None]:
    """Let others go on often, and collect no garbage."""
    slice_before, collects = sys.getswitchinterval(), gc.isenabled()
    sys.setswitchinterval(_SLICE)
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()
        sys.setswitchinterval(slice_before)
