"""Where random cases come from: one source of chance for each, drawn by Hypothesis.

By default the source is a seed, which makes many and varied cases in little time. With
``PLATELAW_PROPERTIES=shrink`` every single choice is drawn, so that Hypothesis can reduce a
case that fails to a small one.
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from typing import TypeVar

from hypothesis import reject
from hypothesis import strategies as st

from .world import RefusedError

T = TypeVar("T")

MODE = os.environ.get("PLATELAW_PROPERTIES", "")


def made(make: Callable[[random.Random], T]) -> st.SearchStrategy[T]:
    """What ``make`` makes of chance; libraries that the checker refuses are passed over."""

    def build(dice: random.Random) -> T:
        try:
            return make(dice)
        except RefusedError:
            reject()

    return st.randoms(use_true_random=MODE != "shrink").map(build)
