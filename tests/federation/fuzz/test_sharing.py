"""What questions share is what each would get alone, to the last byte (shipped library)."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.compiled.wire import RefusedRequestError
from platelaw.engine.decision import Engine
from platelaw.engine.reasons import ReasonWords
from platelaw.engine.request import Reason
from platelaw.federation.deciding.classes import hour_of, take_texts
from platelaw.federation.deciding.desk import Desk
from platelaw.federation.deciding.questions import FactError
from platelaw.federation.deciding.ruled import Ruled
from platelaw.federation.proof import Proof
from platelaw.federation.v1 import question_pb2 as q

from ...sizes import trials
from ..deciding import asking
from ..deciding.asking import NOW, PD, Point, question

SOMEBODY = (
    PD, "CT/openbridge-pd", "CT/strictford-pd", "CT/hartford-pd", "CT/state-police",
    "CT/example-pd", "CT/avon-pd", "TX/austin-pd", "MA/example-declared-pd", "US/ice",
    "US/fbi-new-haven", "CT/superior-court", "CT0003500", "TX2270100", "CT/nobody",
)  # fmt: skip
PURPOSES = (
    "stolen_vehicle", "robbery", "traffic_enforcement", "immigration_enforcement", "purpose",
    "child_exploitation",
)  # fmt: skip
REASONS = (None, "", " ", "stolen veh", "ICE-assist", "HSI child exploitation", "black ice crash")
STARTS = (
    "2026-11-20", "2026-10-01", "2026-11-05", "2026-11-26", "2026-11-26T08:00:00-05:00",
    "2026-11-26T17:00:00Z", "2026-11-05T17:30:00Z", "2027-01-01", "2026-11-27",
)  # fmt: skip
SETS = ("request.recipients", "request.on_behalf_of", "user.directed_by")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return asking.engine(tmp_path_factory.getbasetemp() / "deciding-cache")


@pytest.fixture(scope="module")
def desk(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("sharing")
    made = Point(engine, folder)
    yield made.point.desk
    made.store.close()


def drawn(chance: random.Random) -> q.Question:
    """A question in which anything may be another."""
    asked = question(
        chance.choice(SOMEBODY),
        chance.choice(SOMEBODY),
        reason=chance.choice(REASONS),
        purpose=chance.choice(PURPOSES),
        act=chance.choice(("search", "search", "share", "alert")),
        data=chance.choice((("alpr_data",), ("plate_read",), ("hit", "plate_read"))),
        user=chance.choice(("", "user-1", "user-2")),
        facts={
            "case.number": chance.choice(("", " ", "26-1")),
            "case.offense": chance.choice("ab"),
        },
    )
    asked.period.since = chance.choice(STARTS)
    if chance.random() < 0.3:
        asked.period.ClearField("until")
    for fact in asked.facts:
        if fact.name in SETS and chance.random() < 0.3:
            fact.members.keys.extend(chance.sample(SOMEBODY, chance.choice((1, 2))))
            fact.members.open = chance.random() < 0.2
    if chance.random() < 0.2:
        del asked.facts[chance.randrange(len(asked.facts))]
    if chance.random() < 0.2:
        asked.ClearField(chance.choice(("instruments", "period")))
    return asked


def shared(desk: Desk, asked: q.Question, now: datetime.datetime) -> Ruled | str:
    """What a question gets by its class, as a decision point asks for it."""
    hour = hour_of(now.timestamp())
    stripped = q.Question()
    stripped.CopyFrom(asked)
    texts = take_texts(stripped, desk.free)
    seen = None if texts.reason is None else desk.reasons.seen(texts.reason, hour)
    key = stripped.SerializeToString(deterministic=True), seen
    try:
        return desk.met(key, hour) or desk.ruled(key, asked, now)
    except (RefusedRequestError, FactError) as fault:
        return str(fault)


def alone(desk: Desk, asked: q.Question, now: datetime.datetime) -> Ruled | str:
    """What it gets past everything that is kept."""
    try:
        return desk.ruled_with(asked, Proof(), 0, now)
    except (RefusedRequestError, FactError) as fault:
        return str(fault)


def test_a_class_gets_to_the_byte_what_each_of_it_gets_alone(desk: Desk) -> None:
    chance = random.Random(7)
    outcomes: set[object] = set()
    for _ in range(trials(60)):
        asked = drawn(chance)
        moments = (NOW, NOW + datetime.timedelta(minutes=chance.randrange(-12, 47)))
        for now in moments:
            one, other = shared(desk, asked, now), alone(desk, asked, now)
            assert one == other, (asked, now)
            outcomes.add(one if isinstance(one, str) else one.outcome)
    assert len(outcomes) > 3


def test_days_of_different_zones_share_no_class(desk: Desk) -> None:
    """Around midnight of the time zone of Connecticut, and around a change of the law."""
    chance = random.Random(8)
    midnight = datetime.datetime(2026, 11, 27, 5, tzinfo=datetime.UTC)
    new_law = datetime.datetime(2026, 10, 1, 4, tzinfo=datetime.UTC)
    for _ in range(trials(12)):
        asked = drawn(chance)
        for moment in (midnight, new_law):
            for minutes in (-61, -1, 0, 59):
                now = moment + datetime.timedelta(minutes=minutes)
                assert shared(desk, asked, now) == alone(desk, asked, now), (asked, now)


def spelled(text: str, chance: random.Random) -> str:
    """A phrase as people type it."""
    for _ in range(chance.choice((0, 1, 1, 2))):
        at = chance.randrange(len(text) + 1)
        text = chance.choice((
            text[:at] + chance.choice(" -./'_\u00a0\u200bx1") + text[at:],
            text[:at] + text[at + 1 :], text.upper(), text.title(), f"re {text} 26-1",
            f"x{text}", f"{text}s", text.swapcase(),
        ))  # fmt: skip
    return text


def test_reasons_that_are_seen_alike_are_read_alike_by_every_vocabulary(desk: Desk) -> None:
    chance, hour = random.Random(9), hour_of(NOW.timestamp())
    library = desk.snapshot.engine.library
    vocabularies = tuple(library.vocabularies.values())
    phrases = [
        phrase.text
        for words in vocabularies
        for lexicon in words.lexicons
        for phrase in lexicon.phrases
    ]
    days = [NOW.date() + datetime.timedelta(days=shift) for shift in (-1, 0, 1)]
    met: dict[object, tuple[str, object]] = {}
    for _ in range(trials(200)):
        text = spelled(chance.choice(phrases), chance)
        words = ReasonWords(Reason(text), desk.snapshot.engine.matchers)
        read = tuple(
            (str(words.seen(each, name, day)))
            for each in vocabularies
            for day in days
            for name in ("reason.plainly", "reason.possibly")
        )
        other, expected = met.setdefault(desk.reasons.seen(text, hour), (text, read))
        assert read == expected, (text, other)
    assert len(met) > 3
