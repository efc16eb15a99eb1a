"""Questions of one class share an answer: it must be the one that each would get by itself."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from platelaw.engine.decision import Engine, not_understood
from platelaw.engine.loading import Loader
from platelaw.engine.render_json import View
from platelaw.engine.request_json import read_request
from platelaw.federation.bundles.texts import Folder, Memory
from platelaw.federation.deciding.classes import MAX_LENGTH, Reasons
from platelaw.federation.deciding.desk import Desk
from platelaw.federation.deciding.explaining import OUTCOMES, explanation_of
from platelaw.federation.deciding.questions import facts_of, json_of, utc
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import question_pb2 as q

from .asking import NOW, OUTSIDER, PD, Point, caller, question, texts

OWNERS = [PD, "CT/example-pd", "CT/openbridge-pd", "CT/strictford-pd", "CT/hartford-pd"]
REQUESTERS = [PD, OUTSIDER, "CT/state-police", "MA/example-declared-pd", "US/ice"]
PURPOSES = [
    "stolen_vehicle",
    "robbery",
    "traffic_enforcement",
    "immigration_enforcement",
    "purpose",
]
REASONS = [None, "", "  ", "stolen veh", "ICE-assist", "HSI child exploitation", "black ice crash"]
OTHERS = [(), ("US/ice",), (PD,), ("CT/state-police", "US/fbi-new-haven")]
STARTS = ["2026-11-20", "2026-10-01", "2026-11-26", "2026-11-26T08:00:00-05:00"]
NEW = count()


@st.composite
def questions(draw: st.DrawFn) -> q.Question:
    """A question about the shipped library, its free texts drawn too."""
    draw_one = st.sampled_from
    asked = question(
        draw(draw_one(REQUESTERS)),
        draw(draw_one(OWNERS)),
        reason=draw(draw_one(REASONS)),
        purpose=draw(draw_one(PURPOSES)),
        act=draw(draw_one(["search", "share"])),
        data=draw(draw_one([("alpr_data",), ("plate_read",), ("hit", "plate_read")])),
        facts={
            "case.number": draw(draw_one(["", " ", "26-1", "26-999"])),
            "case.offense": draw(draw_one(["", "larceny"])),
        },
        user=draw(draw_one(["", "user-1", "user-2"])),
    )
    asked.period.since = draw(draw_one(STARTS))
    if draw(st.booleans()):
        asked.period.ClearField("until")
    members = asked.facts[draw(st.integers(1, 3))].members
    members.keys.extend(draw(draw_one(OTHERS)))
    members.open = draw(st.booleans())
    if draw(st.booleans()):
        del asked.facts[draw(st.integers(0, len(asked.facts) - 1))]
    if draw(st.booleans()):
        asked.ClearField("instruments")
    return asked


@pytest.fixture(scope="module")
def shared(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Point]:
    made = Point(engine, tmp_path_factory.mktemp("shared"))
    yield made
    made.store.close()


def by_itself(
    engine: Engine, asked: q.Question, now: datetime.datetime = NOW
) -> tuple[a.Outcome, str, a.Explanation]:
    """What the engine answers to a question that comes alone."""
    text = json_of(asked, facts_of(asked), utc(now))
    reading = read_request(text, engine, now=now)
    if reading.request is None:
        decision = not_understood(engine.library, reading, now)
    else:
        decision = engine.decide(reading.request, decided_at=now)
    explanation = explanation_of(decision, View.REQUESTER)
    return OUTCOMES[decision.outcome], decision.reason, explanation


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=questions())
def test_a_question_is_answered_as_if_it_came_alone(
    shared: Point, engine: Engine, asked: q.Question
) -> None:
    by = caller(asked.requester)
    for minutes in (0, 25, 70):  # the second is of a class that was met, the third of a new hour
        now = NOW + datetime.timedelta(minutes=minutes)
        outcome, reason, explanation = by_itself(engine, asked, now)
        asked.subject = f"thing-{next(NEW)}"
        answer = shared.decide(asked, by, request_id=f"request-{next(NEW):05}", now=now)
        assert (answer.outcome, answer.reason) == (outcome, reason)
        assert answer.explanation == explanation


def test_a_class_is_told_by_more_than_its_stated_words(point: Point) -> None:
    asked = [
        question(subject="one"),
        question(facts={"case.number": " "}, subject="two"),
        question(reason=" ", subject="three"),
        question(reason=None, subject="four"),
    ]
    answers = [point.decide(each, request_id=f"request-{at:04}") for at, each in enumerate(asked)]
    alone = [by_itself(point.engine, each) for each in asked]
    assert [(x.outcome, x.reason) for x in answers] == [each[:2] for each in alone]
    assert len({answer.outcome for answer in answers}) > 1


def test_a_question_of_nobody_is_of_another_class_than_that_of_a_person(
    engine: Engine, tmp_path: Path
) -> None:
    named = """
rule named-person "The person who asks is named"
  cites "Invented" status verified
  in force from 2026-10-06
  limit search of alpr_data to
    named: request.user is stated
"""
    files = {path: text.encode() for path, text in texts().items()}
    files["agencies/darien.policy"] += named.encode()
    loaded = Loader(Memory()).load([Folder(files)], engine.registry.bodies.keys())
    assert loaded.checked.library is not None
    point = Point(Engine(loaded.checked.library, engine.registry), tmp_path)
    outcomes = [
        point.decide(question(user=user, subject=user), request_id=f"request-{at:04}").outcome
        for at, user in enumerate(("", "user-1", ""))
    ]
    assert outcomes == [a.OUTCOME_HOLD, a.OUTCOME_PERMIT, a.OUTCOME_HOLD]
    point.store.close()


def test_what_the_lexicons_see_is_told_apart_by_the_hour(engine: Engine) -> None:
    reasons = Reasons(engine.library, engine.matchers)
    hour = int(NOW.timestamp()) // 3600
    assert reasons.seen("stolen veh", hour) == reasons.seen("stolen truck", hour)
    assert reasons.seen("stolen veh", hour) != reasons.seen("ICE-assist", hour)
    assert reasons.seen(" ", hour) != reasons.seen("stolen veh", hour)


def test_reasons_too_long_to_be_remembered_leave_little_behind(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platelaw.federation.deciding.classes.MAX_TEXTS", 2)
    reasons = Reasons(engine.library, engine.matchers)
    words = ["ICE-assist", "HSI child exploitation", "black ice crash", "immigration"]
    seen = {reasons.seen(f"{text}{' by' * MAX_LENGTH}", 0) for text in words}
    assert len(seen) > 2
    assert len(reasons._of_hour.values) <= 2  # pyright: ignore[reportPrivateUsage]


def test_a_new_snapshot_has_ruled_on_what_was_asked_lately_before_it_decides(point: Point) -> None:
    asked = question(PD, PD)
    before = point.decide(asked)
    desk = Desk(replace(point.point.desk.snapshot, digest="e" * 64))
    point.point.warm(desk, NOW)
    assert list(desk.recent) == [asked.SerializeToString(deterministic=True)]
    point.point.use(desk)
    ruled = desk.ruled
    desk.ruled = None  # type: ignore[assignment,method-assign]  # whoever asks for it now fails
    after = point.decide(asked, request_id="request-0002")
    desk.ruled = ruled  # type: ignore[method-assign]
    assert (after.outcome, after.policy_digest) == (before.outcome, "e" * 64)
    assert not point.alarms
