"""Pulling everything: by batches, by searches, by HOLDs; and questions made to cost much."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

import pytest

from platelaw.federation.call import Call
from platelaw.federation.deciding.desk import MAX_CLASSES, MAX_FORMS, MAX_NAMED
from platelaw.federation.deciding.drafts import Memory
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.gate import Gate
from platelaw.federation.server.limits import Limits, Pace
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import HELD, NOW, PD, Point, caller, envelope, question
from .acting import OTHER, many, new_id, search, without_owner

DECIDE = "/platelaw.v1.DecisionService/Decide"


def test_a_batch_has_an_end(point: Point) -> None:
    small = q.Question(requester=PD, data=["a"])
    request = d.DecideManyRequest(envelope=envelope(), questions=[small] * 1001)
    with pytest.raises(RefusedCallError, match="questions"):
        point.call("DecideMany", request.SerializeToString(), caller())


def test_a_search_has_an_end(point: Point) -> None:
    listed = d.OwnerList(keys=[PD] * 20_001)
    request = d.DecideSearchRequest(
        envelope=envelope(), question=without_owner(question()), listed=listed
    )
    with pytest.raises(RefusedCallError, match="owners"):
        point.call("DecideSearch", request.SerializeToString(), caller())


def test_each_release_of_a_batch_has_an_id_and_an_end_of_its_own(point: Point) -> None:
    answers = many(point, *(question(subject=f"car-{at}") for at in range(20)))
    assert len({answer.release_id for answer in answers}) == len(answers)
    assert all(0 < answer.valid_until.seconds - NOW.timestamp() <= 300 for answer in answers)


def test_a_search_of_everybody_releases_by_group_and_holds_by_owner(point: Point) -> None:
    answers = search(point, question(**HELD), PD, OTHER, request_id="request-search")
    assert {answer.outcome for answer in answers.values()} == {a.OUTCOME_HOLD}
    assert {held.owner for held in point.store.holds.find(PD, "request-search")} == {PD, OTHER}


def test_each_question_of_a_batch_has_a_hold_of_its_own(point: Point) -> None:
    held = [question(**HELD, subject=f"car-{at}") for at in range(3)]
    answers = many(point, *held, request_id="request-batch")
    assert len({answer.hold.id for answer in answers}) == 3
    again = point.decide(held[1], request_id="request-batch.1")
    assert again.hold.id == answers[1].hold.id


def test_who_is_held_too_often_is_told_to_wait(point: Point) -> None:
    limits = Limits(holds=Pace(rate=0.001, burst=3))
    accounts = Accounts(limits)
    point.point.after = accounts.after
    gate = Gate(point.handlers, lambda caller, method: None, accounts, lambda: NOW)
    refused: list[Status] = []
    for at in range(6):
        asked = question(**HELD, subject=f"car-{at}")
        request = d.DecideRequest(envelope=envelope(new_id()), question=asked)
        try:
            gate.answer(DECIDE, request.SerializeToString(), None, lambda peer, now: caller())
        except RefusedCallError as refusal:
            refused.append(refusal.status)
    assert refused == [Status.RESOURCE_EXHAUSTED] * 3


def test_a_refused_batch_leaves_nothing_on_file(point: Point) -> None:
    with pytest.raises(RefusedCallError) as found:
        many(point, question(**HELD), question("TX/austin-pd"), request_id="request-batch")
    assert found.value.status is Status.PERMISSION_DENIED
    assert not point.store.holds.find(PD, "request-batch.0")


def test_a_question_beyond_its_limits_is_denied_by_itself_in_a_batch(point: Point) -> None:
    long = question(reason="x" * 2001)
    first, second = many(point, question(subject="one"), long)
    assert (first.reason, second.reason) == ("permitted", "not understood")
    assert "question.reason" in second.explanation.faults[0].message


def test_a_call_that_takes_too_long_is_ended(point: Point) -> None:
    clock = iter(range(0, 10_000, 15))
    point.point.monotonic = lambda: float(next(clock))
    with pytest.raises(RefusedCallError) as found:
        many(point, *(question(subject=f"car-{at}") for at in range(5)))
    assert found.value.status is Status.DEADLINE_EXCEEDED


def test_a_caller_who_waits_less_is_not_worked_for_longer(point: Point) -> None:
    clock = iter(range(10_000))
    point.point.monotonic = lambda: float(next(clock))
    asked = [question(subject=f"car-{at}") for at in range(5)]
    request = d.DecideManyRequest(envelope=envelope(), questions=asked)
    call = Call(caller(), "DecideMany", NOW, seconds_left=2.5)
    with pytest.raises(RefusedCallError) as found:
        point.handlers["/platelaw.v1.DecisionService/DecideMany"](call, request.SerializeToString())
    assert found.value.status is Status.DEADLINE_EXCEEDED


# What is made to cost much ---------------------------------------------------------------------


def cost(work: Callable[[], object]) -> float:
    """The processor time of some work, the least of a few."""
    found: list[float] = []
    for _ in range(2):
        begun = time.process_time()
        work()
        found.append(time.process_time() - begun)
    return min(found)


def naming(point: Point, count: int, seed: int) -> q.Question:
    """A question that names many bodies in each of its sets."""
    keys = [*point.engine.registry.bodies]
    asked = question(subject=new_id())
    for fact in asked.facts:
        if fact.name in ("request.recipients", "request.on_behalf_of", "user.directed_by"):
            fact.members.keys.extend(random.Random(f"{seed} {fact.name}").sample(keys, count))
    return asked


def test_a_question_costs_no_more_than_in_proportion_to_whom_it_names(point: Point) -> None:
    seeds = iter(range(100))
    point.decide(naming(point, 4, next(seeds)), request_id=new_id())

    def ask(count: int) -> Callable[[], object]:
        return lambda: point.decide(naming(point, count, next(seeds)), request_id=new_id())

    assert cost(ask(64)) < 4 * (64 / 16) * cost(ask(16))


def test_a_question_that_names_many_leaves_no_class_behind(point: Point) -> None:
    desk = point.point.desk
    point.decide(naming(point, MAX_NAMED, 1), request_id=new_id())
    assert not vars(desk)["_met"][1]
    assert not vars(desk)["_explained"]
    assert MAX_FORMS < MAX_CLASSES


def test_the_worst_reason_costs_little_more_than_a_plain_one(point: Point) -> None:
    reasons, hour = point.point.desk.reasons, int(NOW.timestamp()) // 3600

    def read(text: str) -> Callable[[], object]:
        fresh = iter(range(1000))
        return lambda: [reasons.seen(f"{text} {next(fresh)}", hour) for _ in range(3)]

    plain = cost(read(("immigration stop " * 120)[:1990]))
    phrases = [
        phrase
        for words in point.engine.library.vocabularies.values()
        for lexicon in words.lexicons
        for phrase in lexicon.phrases
    ]
    texts = [
        "ice " * 490, "a " * 990, "i" * 1990, "immigration and customs " * 80,
        " ".join(phrase.text for phrase in phrases)[:1990], "\u0130" * 990, "e\u0301" * 660,
    ]  # fmt: skip
    assert max(cost(read(text)) for text in texts) < 25 * plain


def test_names_that_nobody_has_leave_nothing_behind(point: Point) -> None:
    desk = point.point.desk
    for at in range(5):
        answer = point.decide(question(owner=f"XX/nobody-{at}"), request_id=new_id())
        assert answer.outcome == a.OUTCOME_DENY
    names = [f"XX/nobody-{at}" for at in range(200)]
    response = point.decide_search(without_owner(question()), [PD, *names])
    assert desk.owner_lists.of(response.list_digest) is None
    assert not any("nobody" in str(key) for key in vars(desk)["_seen"])


def test_drafts_keep_no_more_than_they_are_given() -> None:
    memory = Memory(most=1000)
    for at in range(100):
        memory.put(str(at), b"x" * 300)
    assert sum(map(len, memory.kept.values())) <= 1000
    assert memory.get("99") == b"x" * 300
