"""What is known of a log is held against it."""

from __future__ import annotations

from contextlib import closing

from platelaw.federation.log.notes import Checkpoint
from platelaw.federation.log.tree import EMPTY_ROOT
from platelaw.federation.log.verifying import Claim, verified

from .world import Told


def test_a_question_twice_in_a_batch_and_a_search_of_many_are_no_repetition(told: Told) -> None:
    with closing(told.store()) as store:
        found = verified(store)
    assert found.findings == []
    assert found.answers == told.size


def test_a_claim_of_any_size_is_held_against_the_tree_of_that_size(told: Told) -> None:
    with closing(told.store()) as store:
        head = store.head().edge
        claims = [
            Claim("nothing", Checkpoint("", 0, EMPTY_ROOT)),
            Claim("all of it", Checkpoint("", head.size, head.root)),
            Claim("another", Checkpoint("", 3, head.root)),
            Claim("more", Checkpoint("", head.size + 2, head.root)),
        ]
        found = verified(store, claims)
    assert [claim.name for claim in found.held] == ["nothing", "all of it"]
    assert [str(finding) for finding in found.findings] == [
        "entry 2: the tree up to it is not that of another: this is another log, or was changed",
        f"entry {head.size:,}: is missing: more is of {head.size + 2} entries, the last 2 are not "
        "here",
    ]


def test_how_many_entries_were_read_is_told_meanwhile(told: Told) -> None:
    seen: list[int] = []
    with closing(told.store()) as store:
        verified(store, seen=seen.append)
    assert sum(seen) == told.size
