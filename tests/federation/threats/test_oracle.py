"""An answer tells nothing of data: there are none here, and what is searched for is opaque."""

from __future__ import annotations

from typing import Any

import pytest

from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import HELD, Point, caller, envelope, question
from .acting import bare, new_id, without_owner

SUBJECTS = ("commitment-aaaaaaaa", "commitment-bbbbbbbb", "\u00e9" * 9 + "x")
QUESTIONS: dict[str, dict[str, Any]] = {
    "PERMIT": {},
    "HOLD": dict(HELD),
    "DENY": {"purpose": "immigration_enforcement"},
    "not understood": {"purpose": "nonsense"},
}


@pytest.mark.parametrize("asked", QUESTIONS.values(), ids=QUESTIONS.keys())
def test_what_is_searched_for_changes_nothing_but_digests_and_ids(
    point: Point, asked: dict[str, Any]
) -> None:
    replies: list[bytes] = []
    for subject in SUBJECTS:
        one = question(**asked, subject=subject)
        request = d.DecideRequest(envelope=envelope(new_id()), question=one)
        replies.append(point.call("Decide", request.SerializeToString(), caller()))
    answers = [d.DecideResponse.FromString(reply).answer for reply in replies]
    assert len({len(reply) for reply in replies}) == 1
    assert len({bare(answer).SerializeToString(deterministic=True) for answer in answers}) == 1
    assert len({answer.request_digest for answer in answers}) == len(SUBJECTS)


def test_a_search_tells_nothing_of_data_either(point: Point) -> None:
    owners = [key for key in point.engine.registry.bodies if key.startswith("CT/")]
    listed = d.OwnerList(keys=owners)
    replies: list[bytes] = []
    for subject in SUBJECTS:
        one = without_owner(question(subject=subject))
        request = d.DecideSearchRequest(envelope=envelope(new_id()), question=one, listed=listed)
        replies.append(point.call("DecideSearch", request.SerializeToString(), caller()))
    assert len({len(reply) for reply in replies}) == 1
    found = [d.DecideSearchResponse.FromString(reply) for reply in replies]
    plain = {tuple((tuple(g.owners), str(bare(g.answer))) for g in each.groups) for each in found}
    assert len(plain) == 1


def test_who_asks_is_not_told_what_was_read_in_the_reason(point: Point) -> None:
    plainly = point.decide(question(**HELD, subject="one"), request_id=new_id())
    hidden = {"plainly", "possibly", "HSI"}
    assert not hidden & set(str(plainly.explanation.settling).split())


def test_nothing_in_a_question_tells_a_service_about_data() -> None:
    """No field holds a plate, a read or a hit: a subject is a commitment and nothing else.

    Provenance is answers of other owners, which hold none either.
    """
    names = {field.name for field in q.Question.DESCRIPTOR.fields}
    assert names == {
        "requester", "owner", "act", "data", "reason", "user", "subject", "period", "facts",
        "instruments", "provenance",
    }  # fmt: skip
