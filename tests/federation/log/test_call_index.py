"""The index of calls, beside a dictionary of lists."""

from __future__ import annotations

import random
from collections import defaultdict

from platelaw.federation.log.call_index import CallIndex


def test_the_index_finds_what_a_dictionary_would() -> None:
    chance = random.Random(6)
    index, beside = CallIndex(), defaultdict[int, list[int]](list)
    hashes = [chance.randrange(-(2**63), 2**63) for _ in range(2000)]
    for first in range(5000):
        hashed = chance.choice(hashes)
        index.add(hashed, first)
        beside[hashed].append(first)
        if chance.random() < 0.4:
            gone = chance.choice(hashes)
            if beside[gone]:
                index.remove(gone, beside[gone].pop(0))
    assert len(index) == sum(map(len, beside.values()))
    assert all(sorted(index.find(hashed)) == sorted(beside[hashed]) for hashed in hashes)


def test_removing_what_is_not_there_changes_nothing() -> None:
    index = CallIndex()
    index.add(5, 1)
    index.remove(5, 2)
    index.remove(5 + 1024, 1)
    assert index.find(5) == [1]
    assert index.find(5 + 1024) == []
