"""The kit passes on our service, and finds faults planted in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from platelaw.federation.call import Call, Handler
from platelaw.federation.conformance.exchanges import Exchange, exchanges
from platelaw.federation.conformance.service import ServiceTrial
from platelaw.federation.later import at_once
from platelaw.federation.refusal import RefusedCallError
from platelaw.federation.v1 import answer_pb2, decision_pb2

from .conftest import Development, Plant, utc_now

Change = Callable[[answer_pb2.Answer], None]


def recorded(*names: str) -> list[Exchange]:
    every = exchanges("service", utc_now().date())
    return [one for one in every if one.name.partition("-")[2] in names] if names else list(every)


def wrong_of(
    development: Development, plant: Plant | None = None, tried: Sequence[Exchange] | None = None
) -> dict[str, tuple[str, ...]]:
    with development.served(*([plant] if plant else [])) as target:
        trial = ServiceTrial(target, development.identities(), utc_now)
        results = list(trial.run(recorded() if tried is None else tried))
    return {r.exchange.name.partition("-")[2]: r.wrong for r in results if r.wrong}


def test_our_service_passes(development: Development) -> None:
    assert wrong_of(development) == {}


def test_there_are_at_least_forty_exchanges_and_each_says_what_is_right() -> None:
    every = recorded()
    assert len(every) >= 40
    assert len({one.name for one in every}) == len(every)
    assert all(one.title.endswith(".") for one in every)


def test_exchanges_of_identities_that_are_not_there_cannot_be_tried(
    development: Development,
) -> None:
    trial = ServiceTrial("127.0.0.1:1", development.identities("darien-platform"), utc_now)
    able = {one.name.partition("-")[2] for one in recorded() if trial.can(one)}
    assert "own-search" in able
    assert "out-of-state" not in able


# Planted faults --------------------------------------------------------------------------------


def on_answers(change: Change) -> Plant:
    """Changes every answer of Decide."""

    def plant(method: str, handler: Handler) -> Handler:
        def spoilt(call: Call, data: bytes) -> bytes:
            response = decision_pb2.DecideResponse.FromString(at_once(handler(call, data)))
            change(response.answer)
            return response.SerializeToString()

        return spoilt if method.endswith("/Decide") else handler

    return plant


def on_method(name: str, change: Callable[[Any], object], kind: Any) -> Plant:
    """Changes every response of a method."""

    def plant(method: str, handler: Handler) -> Handler:
        def spoilt(call: Call, data: bytes) -> bytes:
            response = kind.FromString(at_once(handler(call, data)))
            change(response)
            return bytes(response.SerializeToString())

        return spoilt if method.endswith(f"/{name}") else handler

    return plant


def takes(method: str, handler: Handler) -> Handler:
    """Answers what it should refuse, as if nothing were wrong with it."""

    def lax(call: Call, data: bytes) -> bytes:
        try:
            return at_once(handler(call, data))
        except RefusedCallError:
            answer = answer_pb2.Answer(outcome=answer_pb2.OUTCOME_DENY, reason="not understood")
            return decision_pb2.DecideResponse(answer=answer).SerializeToString()

    return lax if method.endswith("/Decide") else handler


def discards_unknown(method: str, handler: Handler) -> Handler:
    """Leaves out fields that it does not know."""

    def lax(call: Call, data: bytes) -> bytes:
        request = decision_pb2.DecideRequest.FromString(data)
        request.DiscardUnknownFields()
        return at_once(handler(call, request.SerializeToString()))

    return lax if method.endswith("/Decide") else handler


def permit_for_hold(answer: answer_pb2.Answer) -> None:
    if answer.outcome == answer_pb2.OUTCOME_HOLD:
        answer.outcome = answer_pb2.OUTCOME_PERMIT
        answer.ClearField("hold")
        answer.release_id = b"r" * 16
        answer.valid_until.seconds = answer.decided_at.seconds + 300


def no_citation(answer: answer_pb2.Answer) -> None:
    for rule in answer.explanation.rules:
        rule.cites = ""


def long_life(answer: answer_pb2.Answer) -> None:
    if answer.HasField("valid_until"):
        answer.valid_until.seconds += 3600


def no_end(answer: answer_pb2.Answer) -> None:
    answer.ClearField("valid_until")


def one_release_id(answer: answer_pb2.Answer) -> None:
    if answer.release_id:
        answer.release_id = b"r" * 16


def releases_on_deny(answer: answer_pb2.Answer) -> None:
    answer.release_id = b"r" * 16


def no_hold(answer: answer_pb2.Answer) -> None:
    answer.ClearField("hold")


def other_digest(answer: answer_pb2.Answer) -> None:
    answer.request_digest = b"x" * 32


def other_reason(answer: answer_pb2.Answer) -> None:
    answer.reason = "computer says no"


def other_rules(answer: answer_pb2.Answer) -> None:
    del answer.explanation.rules[:]


def no_duties(answer: answer_pb2.Answer) -> None:
    del answer.explanation.duties[:]


def no_policy(answer: answer_pb2.Answer) -> None:
    answer.policy_digest = "latest"


def old_moment(answer: answer_pb2.Answer) -> None:
    answer.decided_at.seconds -= 3600


def says_simulated(answer: answer_pb2.Answer) -> None:
    answer.simulated = True


def repeats_a_group(response: Any) -> None:
    response.groups.append(response.groups[0])


def not_simulated(response: Any) -> None:
    response.answer.simulated = False


FAULTS: dict[str, tuple[Plant, str, str]] = {
    "PERMIT for HOLD": (on_answers(permit_for_hold), "reason-hides", "outcome is 'PERMIT'"),
    "no citation": (on_answers(no_citation), "own-search", "what it cites"),
    "another question's digest": (on_answers(other_digest), "own-search", "request_digest"),
    "unknown fields left out": (discards_unknown, "unknown-field", "must come back"),
    "unknown fields within": (discards_unknown, "unknown-field-deep", "must come back"),
    "a PERMIT for an hour": (on_answers(long_life), "own-search", "valid_until"),
    "a PERMIT without end": (on_answers(no_end), "own-search", "no end"),
    "a release id with a DENY": (on_answers(releases_on_deny), "out-of-state", "only a PERMIT"),
    "a HOLD that is not on file": (on_answers(no_hold), "reason-hides", "does not say its id"),
    "another reason": (on_answers(other_reason), "own-search", "reason is"),
    "no rules": (on_answers(other_rules), "own-search", "rules is"),
    "no duties": (on_answers(no_duties), "own-search", "duties is"),
    "no policy digest": (on_answers(no_policy), "own-search", "policy_digest"),
    "an old moment": (on_answers(old_moment), "own-search", "decided_at"),
    "simulated for real": (on_answers(says_simulated), "own-search", "simulated"),
    "what-if for real": (
        on_method("WhatIf", not_simulated, decision_pb2.WhatIfResponse), "what-if", "simulated",
    ),
    "a batch backwards": (
        on_method("DecideMany", lambda r: r.answers.reverse(), decision_pb2.DecideManyResponse),
        "many", "answer 1",
    ),
    "a batch too short": (
        on_method("DecideMany", lambda r: r.answers.pop(), decision_pb2.DecideManyResponse),
        "many", "3 answers to 4",
    ),
    "an owner without answer": (
        on_method("DecideSearch", lambda r: r.groups.pop(), decision_pb2.DecideSearchResponse),
        "search", "reason is None",
    ),
    "an owner twice": (
        on_method("DecideSearch", repeats_a_group, decision_pb2.DecideSearchResponse),
        "search", "two answers",
    ),
    "old requests taken": (takes, "sent-long-ago", "must come back"),
    "asking for others": (takes, "asks-for-another", "must come back"),
}  # fmt: skip


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_planted_fault_is_found(development: Development, fault: str) -> None:
    plant, name, told = FAULTS[fault]
    wrong = wrong_of(development, plant, recorded(name))
    assert told in " ".join(wrong[name])


def test_a_release_id_that_comes_twice_is_found(development: Development) -> None:
    tried = recorded("own-search", "vendor-asks")
    wrong = wrong_of(development, on_answers(one_release_id), tried)
    assert wrong == {"vendor-asks": ("step 1: release_id was given before",)}
