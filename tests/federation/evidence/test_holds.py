"""HOLDs on file until somebody settles them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from platelaw.federation.evidence.concern import of_agency, of_role
from platelaw.federation.evidence.store import EvidenceStore
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1.answer_pb2 import Explanation, Need, Settling
from platelaw.federation.v1.question_pb2 import Instrument, Instruments, Question

from .people import COURT, DAY, HOUR, NOW, OWNER, REQUESTER, digest, held


def ids(store: EvidenceStore, *whom: str) -> list[str]:
    return [each.id for _, each in store.holds.waiting(whom)]


def needing(kind: str, *roles: str) -> bytes:
    needs = [Need(kind=kind, name="something", roles=roles)]
    return Explanation(settling=[Settling(needs=needs)]).SerializeToString()


def test_a_hold_is_found_by_whoever_asked_under_its_request_id(store: EvidenceStore) -> None:
    one = held()
    assert store.holds.find(REQUESTER, one.request_id) == ()
    assert store.holds.file(one) == one
    assert store.holds.find(REQUESTER, one.request_id) == [one]
    assert store.holds.find(REQUESTER, one.request_id, OWNER) == [one]
    assert store.holds.find(REQUESTER, one.request_id, COURT) == []
    assert store.holds.find(OWNER, one.request_id) == ()


def test_the_same_request_is_one_hold_and_keeps_its_deadline(store: EvidenceStore) -> None:
    first = store.holds.file(held())
    again = held(id="hold-2", deadline=NOW + DAY, explanation=b"\x12\x01a")
    assert store.holds.file(again) == replace(first, explanation=b"\x12\x01a")
    assert len(store.holds.find(REQUESTER, first.request_id)) == 1


def test_one_search_over_two_owners_is_two_holds(store: EvidenceStore) -> None:
    both = [held(), held(id="hold-2", owner="CT/stamford-pd")]
    store.holds.file_all(both)
    assert store.holds.find(REQUESTER, both[0].request_id) == both


def test_another_question_under_the_same_request_id_is_refused_and_files_nothing(
    store: EvidenceStore,
) -> None:
    store.holds.file(held())
    other = held(id="hold-2", digest=digest("another search"))
    with pytest.raises(RefusedCallError) as caught:
        store.holds.file_all([held("a third search"), other])
    assert caught.value.status is Status.ALREADY_EXISTS
    assert store.holds.find(REQUESTER, "request-a third search") == ()


def test_a_closed_hold_waits_no_more_and_may_wait_again(store: EvidenceStore) -> None:
    one = store.holds.file(held())
    store.holds.close(one, NOW + HOUR)
    assert ids(store, of_agency(OWNER)) == []
    assert [h.is_open for h in store.holds.find(REQUESTER, one.request_id)] == [False]
    again = store.holds.file(held(id="hold-2", deadline=NOW + DAY))
    assert (again.id, again.deadline, again.is_open) == (one.id, NOW + DAY, True)
    assert ids(store, of_agency(OWNER)) == [one.id]


def test_what_is_overdue_stays_and_is_listed_first(store: EvidenceStore) -> None:
    for name, hours in (("late", 3), ("soon", 1), ("overdue", -5)):
        store.holds.file(held(name, deadline=NOW + hours * HOUR))
    assert ids(store, of_agency(OWNER)) == ["hold-overdue", "hold-soon", "hold-late"]


def test_a_list_goes_on_where_it_ended(store: EvidenceStore) -> None:
    store.holds.file_all(held(f"{number:03}") for number in range(450))
    listed = list(store.holds.waiting([of_agency(OWNER)]))
    assert len({each.id for _, each in listed}) == 450
    place = listed[199][0]
    assert [e.id for _, e in store.holds.waiting([of_agency(OWNER)], place)] == [
        e.id for _, e in listed[200:]
    ]


def test_a_hold_concerns_owner_requester_caller_and_roles_that_could_settle_it(
    store: EvidenceStore,
) -> None:
    store.holds.file(held(caller="vendor", explanation=needing("review", "attorney_general")))
    for whom in (of_agency(OWNER), of_agency(REQUESTER), of_agency("vendor"),
                 of_role("attorney_general")):  # fmt: skip
        assert ids(store, whom) == ["hold-a search"]
    assert ids(store, of_agency(COURT), of_role("court_clerk")) == []


def test_a_court_is_concerned_by_the_papers_that_it_signed_alone(store: EvidenceStore) -> None:
    paper = Instrument(id="W-1", kind="search_warrant", signed_by=COURT)
    question = Question(instruments=Instruments(presented=[paper])).SerializeToString()
    store.holds.file(held("with", question=question))
    store.holds.file(held("without", explanation=needing("instrument", "court_clerk")))
    assert ids(store, of_agency(COURT), of_role("court_clerk")) == ["hold-with"]


def test_whom_a_hold_concerns_follows_what_it_waits_for(store: EvidenceStore) -> None:
    store.holds.file(held(explanation=needing("review", "owner_counsel")))
    store.holds.file(held(explanation=needing("review", "agency_head")))
    assert ids(store, of_role("owner_counsel")) == []
    assert ids(store, of_role("agency_head")) == ["hold-a search"]


def test_closed_holds_are_forgotten_in_time_and_open_ones_never(store: EvidenceStore) -> None:
    closed, waits = store.holds.file(held("closed")), store.holds.file(held("open"))
    store.holds.close(closed, NOW)
    assert store.forget(NOW + 89 * DAY).holds == 0
    assert store.forget(NOW + 91 * DAY).holds == 1
    assert not store.holds.find(REQUESTER, closed.request_id)
    assert store.holds.find(REQUESTER, waits.request_id) == [waits]
