"""An answer that comes later is told once, whoever comes first."""

from __future__ import annotations

import threading

import pytest

from platelaw.federation.later import Later, Result


def test_what_is_settled_before_somebody_asks_is_told_at_once() -> None:
    later, told = Later(), list[Result]()
    later.settle(b"answer")
    later.then(told.append)
    assert told == [b"answer"]


def test_what_is_settled_after_somebody_asked_is_told_by_whoever_settles_it() -> None:
    later, told = Later(), list[Result]()
    later.then(told.append)
    assert told == []
    later.settle(b"answer")
    assert told == [b"answer"]


def test_a_result_passes_what_was_added_in_its_order() -> None:
    later = Later()
    later.through(lambda result: result + b" one" if isinstance(result, bytes) else result)
    later.through(lambda result: result + b" two" if isinstance(result, bytes) else result)
    later.settle(b"and")
    assert later.wait(1) == b"and one two"


def test_who_waits_gets_it_from_another_thread_or_the_error() -> None:
    later = Later()
    threading.Timer(0.02, later.settle, (b"answer",)).start()
    assert later.wait(5) == b"answer"
    failed = Later()
    threading.Timer(0.02, failed.settle, (KeyError("gone"),)).start()
    with pytest.raises(KeyError):
        failed.wait(5)
    with pytest.raises(TimeoutError):
        Later().wait(0.01)


def test_of_two_who_meet_one_tells() -> None:
    for _ in range(200):
        later, told = Later(), list[Result]()
        settling = threading.Thread(target=later.settle, args=(b"answer",))
        settling.start()
        later.then(told.append)
        settling.join()
        assert told == [b"answer"]
