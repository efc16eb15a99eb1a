from __future__ import annotations

import threading
from collections.abc import Sequence

from platelaw.federation.journal import JournalUnavailableError, Submission
from platelaw.federation.log.gathering import Gathering, Waiting

CALL = Submission("caller", b"", b"", 0, (), (), {})
LONG = 60.0  # seconds; a test does not last so long


class Groups(Gathering):
    """Keeps how large each group was."""

    def __init__(self, window: float) -> None:
        super().__init__(window)
        self.sizes: list[int] = []
        self.is_there = threading.Event()

    def rest(self) -> None:
        pass

    def hand_over(self, group: Sequence[Waiting]) -> None:
        self.sizes.append(len(group))
        self.is_there.set()
        for _, tell in group:
            tell(JournalUnavailableError())


def test_who_comes_after_a_quiet_time_waits_for_no_window() -> None:
    groups = Groups(LONG)
    groups.start()
    groups.record(CALL, lambda told: None)
    assert groups.is_there.wait(20)
    assert groups.sizes == [1]


def test_what_comes_within_the_window_is_one_group() -> None:
    groups = Groups(1.0)
    groups.start()
    groups.record(CALL, lambda told: None)
    assert groups.is_there.wait(20)
    for _ in range(5):
        groups.record(CALL, lambda told: None)
    groups.close()
    assert groups.sizes == [1, 5]


def test_after_the_end_nothing_is_taken() -> None:
    groups = Groups(0.0)
    groups.start()
    groups.close()
    told: list[object] = []
    groups.record(CALL, told.append)
    assert isinstance(told[0], JournalUnavailableError)
