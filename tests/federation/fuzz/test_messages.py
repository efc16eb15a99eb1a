"""Spoiled messages to every method: none fails, and none is answered as its question is not.

The same messages every time. ``PLATELAW_FUZZ`` in the environment multiplies their number.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1 import answer_pb2 as a

from ...sizes import memory, trials
from .spoiling import ByteSpoiler, shuffled
from .structures import Maker
from .world import OWNERS, REQUESTS, World, check_reply, good, reads, small

ANEW = 25  # messages after which a service begins with nothing on file
MOST_MEMORY = 200.0  # megabytes that a hundred thousand messages may leave behind
METHODS = sorted(REQUESTS)
DECIDING = ("Decide", "DecideMany", "DecideSearch", "Explain", "WhatIf")
WORDS = (
    *OWNERS, "AA/court", "AA/nobody", "AA0000100", "search", "share", "keep", "alert", "alpr_data",
    "plate_read", "hit", "image", "record", "theft", "robbery", "barred", "joint", "upkeep",
    "inquiry", "purpose", "warrant", "notice", "stolen car", "evil deed", "evil twin",
    "a grim thing", "user-1", "thing-1", "2026-11-01", "2026-11-03", "2026-10-01",
    "request.purpose", "request.recipients", "request.on_behalf_of", "user.directed_by",
    "request.claims", "request.retries", "case.number", "case.offense", "case.stage", "case.count",
    "case.open", "match.found", "data.age", "recipient.kind", "early", "21 days", "request-0001",
    "core.policy", "mine.policy",
)  # fmt: skip


class Trial:
    """A service that is sent messages of one method."""

    def __init__(self, method: str) -> None:
        self.method = method
        self.engine: Engine = small()
        self.counts: Counter[str] = Counter()
        self._world = World(self.engine)

    def send(self, data: bytes) -> tuple[a.Outcome, str] | Status:
        """What becomes of a message: an outcome that was held against the reference."""
        if self.counts.total() % ANEW == 0:
            self._world.file.holds.clear()
        try:
            reply = self._world.call(self.method, data)
        except RefusedCallError as refusal:
            self.counts[refusal.status.name] += 1
            self._check_status(data, refusal.status)
            return refusal.status
        outcome = check_reply(self.engine, self.method, data, reply)
        self.counts[a.Outcome.Name(outcome)] += 1
        return outcome, ""

    def _check_status(self, data: bytes, status: Status) -> None:
        """What is no message at all is refused as such."""
        if not reads(self.method, data):
            assert status in (Status.INVALID_ARGUMENT, Status.RESOURCE_EXHAUSTED)


def is_deciding(method: str) -> bool:
    return method.rpartition("/")[2] in DECIDING


@pytest.mark.parametrize("method", METHODS)
def test_no_spoiled_bytes_fail_or_are_answered_otherwise(method: str) -> None:
    chance = random.Random(method)
    messages = [message.SerializeToString() for message in good(method)]
    spoiler, trial = ByteSpoiler(chance, messages), Trial(method)
    before = memory()
    for _ in range(trials()):
        trial.send(spoiler.spoiled())
    assert memory() - before < MOST_MEMORY
    assert trial.counts[Status.INVALID_ARGUMENT.name] > trials() / 10
    assert trial.counts.total() > trial.counts[Status.INVALID_ARGUMENT.name]


@pytest.mark.parametrize("method", METHODS)
def test_no_message_of_any_values_fails_or_is_answered_otherwise(method: str) -> None:
    chance = random.Random(method)
    maker, trial, messages = Maker(chance, WORDS), Trial(method), good(method)
    before = memory()
    for number in range(trials()):
        if number % 4 == 0:
            made = maker.anything(REQUESTS[method])
        else:
            made = maker.varied(chance.choice(messages))
        trial.send(made.SerializeToString())
    assert memory() - before < MOST_MEMORY
    if is_deciding(method):
        assert trial.counts["OUTCOME_PERMIT"] > 0
        assert trial.counts["OUTCOME_DENY"] > 0


@pytest.mark.parametrize("method", [name for name in METHODS if is_deciding(name)])
def test_the_order_of_fields_changes_nothing(method: str) -> None:
    chance = random.Random(method)
    maker, messages = Maker(chance, WORDS), good(method)
    straight, otherwise = Trial(method), Trial(method)
    for _ in range(trials(50)):
        message = maker.varied(chance.choice(messages))
        found = straight.send(message.SerializeToString())
        assert otherwise.send(shuffled(message, chance)) == found, message


@pytest.mark.parametrize("method", METHODS)
def test_every_good_message_is_answered(method: str) -> None:
    """Else the fuzz would spoil what was no good to begin with."""
    outcomes = [Trial(method).send(message.SerializeToString()) for message in good(method)]
    assert Status.INVALID_ARGUMENT not in outcomes
    if is_deciding(method):
        assert (a.OUTCOME_PERMIT, "") in outcomes
