"""Random ids, made in advance.

Asking the system for a few random bytes lets another thread go on first, which costs more than
everything else that an answer takes; so bytes are asked for in larger pieces.
"""

from __future__ import annotations

import os
from collections import deque

WIDTH = 16  # bytes of an id
_AT_ONCE = 256  # ids


class RandomIds:
    """Ids that nobody can foresee, each given once, to any thread."""

    def __init__(self) -> None:
        self._made: deque[bytes] = deque()

    def take(self) -> bytes:
        """An id of 16 random bytes."""
        try:
            return self._made.popleft()
        except IndexError:
            data = os.urandom(WIDTH * _AT_ONCE)
            ids = [data[at : at + WIDTH] for at in range(0, len(data), WIDTH)]
            self._made.extend(ids[1:])
            return ids[0]
