"""The same search in other words is seen for what it is."""

from __future__ import annotations

import datetime
import sqlite3
from pathlib import Path

from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.proof import Attempt

from .people import DAY, HOUR, NOW, OWNER, REQUESTER, digest

STOP = ("a traffic stop", "an hour ago")


def attempt(
    *asserted: str,
    subject: str = "",
    user: str = "officer-1",
    requester: str = REQUESTER,
    act: str = "search",
    at: datetime.datetime = NOW,
) -> Attempt:
    return Attempt(requester, user, act, subject, frozenset(map(digest, asserted or STOP)), at)


def test_nothing_refused_is_no_retry(store: EvidenceStore) -> None:
    assert not store.refusals.any_like(REQUESTER, "officer-1", "search", "thing")
    assert store.refusals.retries(attempt()) == 0


def test_whether_anything_like_it_was_refused_is_known_at_once(store: EvidenceStore) -> None:
    store.refusals.note(attempt(subject="thing"))
    like = store.refusals.any_like
    assert like(REQUESTER, "officer-2", "search", "thing")
    assert like(REQUESTER, "officer-1", "search", "")
    assert not like(REQUESTER, "officer-1", "search", "another thing")
    assert not like(OWNER, "officer-1", "search", "thing")


def test_the_same_assertion_again_is_no_retry(store: EvidenceStore) -> None:
    store.refusals.note(attempt(subject="thing"))
    assert store.refusals.retries(attempt(subject="thing")) == 0


def test_another_assertion_about_the_same_thing_is_one_whoever_asks(
    store: EvidenceStore,
) -> None:
    store.refusals.note(attempt(subject="thing"))
    for changed in (
        attempt("a theft", subject="thing"),
        attempt("a theft", subject="thing", user="officer-2"),
        attempt("a theft", subject="thing", user=""),
        attempt("a theft", subject="thing", at=NOW + 30 * DAY),
    ):
        assert store.refusals.retries(changed) == 1
    for other in (
        attempt("a theft", subject="another thing"),
        attempt("a theft", subject="thing", act="export"),
        attempt("a theft", subject="thing", requester=OWNER),
        attempt("a theft", subject="thing", at=NOW + 31 * DAY),
    ):
        assert store.refusals.retries(other) == 0


def test_what_is_only_added_was_missing_and_is_no_retry(store: EvidenceStore) -> None:
    store.refusals.note(attempt("a theft", subject="thing"))
    assert store.refusals.retries(attempt("a theft", "case 26-1", subject="thing")) == 0
    assert store.refusals.retries(attempt("case 26-1", subject="thing")) == 1
    assert store.refusals.retries(attempt("a fraud", "case 26-1", subject="thing")) == 1


def test_nothing_asserted_at_all_cannot_be_taken_back(store: EvidenceStore) -> None:
    store.refusals.note(Attempt(REQUESTER, "", "search", "thing", frozenset(), NOW))
    assert store.refusals.retries(attempt("a theft", subject="thing")) == 0


def test_each_other_assertion_counts_once(store: EvidenceStore) -> None:
    for minutes, said in enumerate(["a theft", "a fraud", "a theft"]):
        at = NOW + datetime.timedelta(minutes=minutes)
        store.refusals.note(attempt(said, subject="thing", at=at))
    assert store.refusals.retries(attempt("an assault", subject="thing", at=NOW + HOUR)) == 2
    assert store.refusals.retries(attempt("a theft", subject="thing", at=NOW + HOUR)) == 1


def test_ten_other_vehicles_after_a_refusal_are_no_retries_if_the_platform_says_which(
    store: EvidenceStore,
) -> None:
    store.refusals.note(attempt(subject="thing"))
    for number in range(10):
        one = attempt(f"case {number}", subject=f"vehicle {number}")
        assert store.refusals.retries(one) == 0


def test_with_no_commitment_the_person_is_asked_for_an_hour_and_no_longer(
    store: EvidenceStore,
) -> None:
    store.refusals.note(attempt())
    for minutes in (1, 20, 40, 60):
        at = NOW + datetime.timedelta(minutes=minutes)
        retry = attempt(f"reason {minutes}", at=at)
        assert store.refusals.retries(retry) == 1
        store.refusals.note(retry)  # it was held because of that, which does not lengthen the hour
    assert store.refusals.retries(attempt("a theft", at=NOW + HOUR + HOUR / 60)) == 0
    assert store.refusals.retries(attempt("a theft", user="officer-2")) == 0
    assert store.refusals.retries(attempt("a theft", requester=OWNER)) == 0


def test_leaving_out_what_was_said_before_helps_nobody(store: EvidenceStore) -> None:
    store.refusals.note(attempt(subject="thing"))
    assert store.refusals.retries(attempt("a theft")) == 1
    assert store.refusals.retries(attempt("a theft", user="")) == 1


def test_saying_what_was_left_out_before_helps_nobody(store: EvidenceStore) -> None:
    store.refusals.note(attempt(user=""))
    assert store.refusals.retries(attempt("a theft", subject="thing")) == 1
    assert store.refusals.retries(attempt("a theft", user="officer-2")) == 1


def test_refusals_that_count_no_more_are_forgotten(store: EvidenceStore) -> None:
    store.refusals.note(attempt())
    store.refusals.note(attempt(subject="thing", user="officer-2"))
    assert store.forget(NOW + HOUR).refusals == 0
    assert store.forget(NOW + 2 * HOUR).refusals == 1
    assert store.forget(NOW + 31 * DAY).refusals == 1


def test_no_word_of_what_was_asked_is_on_file(tmp_path: Path, store: EvidenceStore) -> None:
    store.refusals.note(attempt(subject="thing"))
    store.refusals.flush()
    with sqlite3.connect(tmp_path / "evidence.sqlite") as connection:
        (row,) = connection.execute("SELECT * FROM refusals").fetchall()
    connection.close()
    assert [cell for cell in row if isinstance(cell, str)] == [REQUESTER, "search"]
    assert {len(cell) for cell in row if isinstance(cell, bytes)} == {16}


def test_a_refusal_is_on_file_once_the_store_is_closed(
    tmp_path: Path, store: EvidenceStore
) -> None:
    for at in range(100):
        store.refusals.note(attempt(subject=f"thing-{at}"))
    store.close()
    with sqlite3.connect(tmp_path / "evidence.sqlite") as connection:
        (found,) = connection.execute("SELECT count(*) FROM refusals").fetchone()
    connection.close()
    assert found == 100
