from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from platelaw.engine.alike import Alike
from platelaw.engine.decision import Engine
from platelaw.engine.registry import Registry
from platelaw.federation.deciding import owners
from platelaw.federation.deciding.handlers import POLICIES
from platelaw.federation.deciding.owners import OwnerGroup, OwnerLists
from platelaw.federation.evidence.statements import SaidReview
from platelaw.federation.proof import Held
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import policy_pb2 as p
from platelaw.federation.v1 import question_pb2 as q

from .asking import HELD, NEIGHBOR, OUTSIDER, PD, Point, caller, envelope, question

OTHER = "CT/openbridge-pd"


def without_owner(asked: q.Question | None = None) -> q.Question:
    asked = asked or question()
    asked.ClearField("owner")
    return asked


def outcomes(response: d.DecideSearchResponse) -> dict[str, a.Outcome]:
    return {key: group.answer.outcome for group in response.groups for key in group.owners}


def many(point: Point, *asked: q.Question) -> list[a.Answer]:
    request = d.DecideManyRequest(envelope=envelope(), questions=asked)
    answered = point.call("DecideMany", request.SerializeToString(), caller())
    return list(d.DecideManyResponse.FromString(answered).answers)


# DecideMany ----------------------------------------------------------------------------------


def test_many_questions_get_their_answers_in_their_order(point: Point) -> None:
    asked = [
        question(subject="one"),
        question(**HELD, subject="two"),
        question(purpose="nonsense", subject="three"),
        question(owner=OTHER, subject="four"),
    ]
    answers = many(point, *asked)
    assert [answer.reason for answer in answers] == [
        "permitted", "referred", "not understood", "permitted",
    ]  # fmt: skip
    assert len({answer.decided_at.ToNanoseconds() for answer in answers}) == 1
    assert len({answer.request_digest for answer in answers}) == len(asked)


def test_one_question_that_may_not_be_asked_refuses_the_batch(point: Point) -> None:
    with pytest.raises(RefusedCallError) as found:
        many(point, question(), question(OUTSIDER))
    assert found.value.status is Status.PERMISSION_DENIED


def test_a_batch_has_at_least_one_question(point: Point) -> None:
    with pytest.raises(RefusedCallError, match="questions"):
        many(point)


# DecideSearch --------------------------------------------------------------------------------


def test_a_search_answers_every_owner_as_if_it_were_asked_alone(point: Point) -> None:
    keys = [key for key in point.engine.registry.bodies if key.startswith("CT/")]
    found = outcomes(point.decide_search(without_owner(), keys))
    assert sorted(found) == sorted(keys)
    for key in [*keys[::17], PD, OTHER, "CT/strictford-pd", "CT/example-pd"]:
        alone = point.decide(question(owner=key), request_id=f"alone-{key.replace('/', '-')}")
        assert found[key] == alone.outcome, key


def test_owners_under_the_same_rules_share_an_answer_that_names_none_of_them(point: Point) -> None:
    keys = [key for key in point.engine.registry.bodies if key.startswith("CT/")]
    asked = without_owner(question("CT/state-police"))
    response = point.decide_search(asked, keys, caller("CT/state-police"))
    largest = response.groups[0]
    assert largest.count == len(largest.owners) > 50
    text = str(largest.answer)
    assert not any(point.engine.registry.bodies[key].name in text for key in largest.owners)


def test_a_list_that_was_sent_can_be_named_by_its_digest(point: Point) -> None:
    keys = [PD, OTHER, "CT/hartford-pd", "CT/avon-pd"]
    first = point.decide_search(without_owner(), keys)
    request = d.DecideSearchRequest(
        envelope=envelope("request-0002"), question=without_owner(), list_digest=first.list_digest
    )
    answered = point.call("DecideSearch", request.SerializeToString(), caller())
    second = d.DecideSearchResponse.FromString(answered)
    for one, other in zip(first.groups, second.groups, strict=True):
        assert not other.owners
        runs = list(other.runs)
        places = [start + at for start, length in zip(runs[::2], runs[1::2], strict=True)
                  for at in range(length)]  # fmt: skip
        assert [keys[place] for place in places] == list(one.owners)
        assert one.answer.reason == other.answer.reason


def test_a_list_that_is_not_remembered_is_not_found(point: Point) -> None:
    request = d.DecideSearchRequest(
        envelope=envelope(), question=without_owner(), list_digest=b"x" * 32
    )
    with pytest.raises(RefusedCallError) as found:
        point.call("DecideSearch", request.SerializeToString(), caller())
    assert found.value.status is Status.NOT_FOUND


def test_an_owner_who_is_not_on_file_is_denied_by_itself(point: Point) -> None:
    response = point.decide_search(without_owner(), [PD, "CT/nowhere-pd"])
    found = {key: group.answer for group in response.groups for key in group.owners}
    assert found["CT/nowhere-pd"].reason == "unknown agency"
    assert found[PD].outcome == a.OUTCOME_PERMIT


def test_a_held_search_is_on_file_for_each_owner_of_a_small_group(point: Point) -> None:
    point.decide_search(without_owner(question(**HELD)), [PD, OTHER])
    held = point.store.holds.find(PD, "request-0001")
    assert sorted(each.owner for each in held) == sorted([PD, OTHER])


def test_a_reviewer_of_one_owner_clears_nothing_for_the_others_of_its_group(
    engine: Engine, tmp_path: Path
) -> None:
    keys = [NEIGHBOR, "CT/hartford-pd"]
    bodies = dict(engine.registry.bodies)
    bodies |= {key: replace(bodies[key], policy="agency/strictford") for key in keys}
    point = Point(Engine(engine.library, Registry(bodies)), tmp_path)
    asked = without_owner(question(**HELD))
    (group,) = point.decide_search(asked, keys).groups
    assert list(group.owners) == keys
    said = SaidReview("ct/alpr-act/reason-text", True)
    point.sign(NEIGHBOR, "records_supervisor", said, group.answer.request_digest)
    after = outcomes(point.decide_search(asked, keys, request_id="request-0002"))
    assert after["CT/hartford-pd"] == a.OUTCOME_HOLD
    point.store.close()


def test_the_holds_of_one_search_are_put_on_file_together(
    point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    file_all, filed = point.store.holds.file_all, list[list[str]]()

    def noted(held: Iterable[Held]) -> Sequence[Held]:
        held = list(held)
        filed.append([each.owner for each in held])
        return file_all(held)

    monkeypatch.setattr(point.store.holds, "file_all", noted)
    asked = without_owner(question("CT/state-police", **HELD))
    keys = [OTHER, "CT/strictford-pd"]
    response = point.decide_search(asked, keys, caller("CT/state-police"))
    assert len(response.groups) == 2
    assert [sorted(each) for each in filed] == [keys]


def test_the_names_of_lists_that_are_remembered_are_bounded(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(owners, "MAX_NAMES", 5)
    lists = OwnerLists(engine.registry, Alike.of(engine.library))
    first = lists.grouped(d.OwnerList(keys=[PD, OTHER, "nobody"]))
    second = lists.grouped(d.OwnerList(keys=[PD, "nobody", "no one"]))
    assert lists.of(first.digest) is None
    assert lists.of(second.digest) is second


def test_a_search_that_names_an_owner_twice_counts_it_once(point: Point) -> None:
    response = point.decide_search(without_owner(), [OTHER, OTHER])
    assert [(g.count, list(g.owners)) for g in response.groups] == [(1, [OTHER])]


def test_a_search_names_its_owners_in_the_list_alone(point: Point) -> None:
    with pytest.raises(RefusedCallError, match="owner"):
        point.decide_search(question(), [OTHER])


def test_places_are_told_as_runs() -> None:
    group = OwnerGroup((0, 1, 2, 7, 9, 10), ("a", "b", "c", "d", "e", "f"))
    assert group.runs == (0, 3, 7, 1, 9, 2)


# PolicyService -------------------------------------------------------------------------------


def test_the_snapshot_tells_its_age_and_files(point: Point) -> None:
    answered = point.call(f"{POLICIES}/GetSnapshot", b"", caller())
    snapshot = p.GetSnapshotResponse.FromString(answered)
    assert (snapshot.digest, snapshot.stale, snapshot.revision) == ("d" * 64, False, 1)
    path = "connecticut/alpr_act.policy"
    assert path in snapshot.files
    request = p.GetPolicyRequest(path=path).SerializeToString()
    text = p.GetPolicyResponse.FromString(
        point.call(f"{POLICIES}/GetPolicy", request, caller())
    ).text
    assert "policy ct/alpr-act" in text


def test_a_policy_that_is_not_there_is_not_found(point: Point) -> None:
    request = p.GetPolicyRequest(path="nothing.policy").SerializeToString()
    with pytest.raises(RefusedCallError) as found:
        point.call(f"{POLICIES}/GetPolicy", request, caller())
    assert found.value.status is Status.NOT_FOUND
