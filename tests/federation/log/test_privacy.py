"""What readers of a real log learn of what was typed: nothing without a key, all with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.deciding.entries import FACT
from platelaw.federation.deciding.recording import Recording
from platelaw.federation.log.key_files import KEY, file_name, key_text
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.replaying import Grade, Replay, Report
from platelaw.federation.log.sealer import RingSealer
from platelaw.federation.log.sealing import Month, OtherKeyError, check, is_text, opened
from platelaw.federation.log.sources import OpenedTexts
from platelaw.federation.v1 import log_pb2 as log
from platelaw.federation.v1 import question_pb2 as q

from ..deciding.asking import NOW, PD, Point, question
from .recording import Recorded, recorded
from .world import Told, libraries

PLATE, OTHER = "5f" * 32, "6a" * 32
REASON, CASE, USER = "Honda Accord seen at the scene", "26-77123", "user-4711"
MONTH = Month.of(NOW)


@pytest.fixture
def ring(tmp_path: Path) -> KeyRing:
    return KeyRing.open(tmp_path / "log-keys")


@pytest.fixture
def made(engine: Engine, tmp_path: Path, ring: KeyRing) -> Iterator[Recorded]:
    """A log whose texts are sealed under keys in a folder."""
    with recorded(engine, tmp_path) as found:
        folder = tmp_path / "evidence of this point"
        folder.mkdir()
        found.point = Point(engine, folder, Recording(found.log, RingSealer(ring), PD))
        yield found


def typed(case: str, subject: str = PLATE) -> q.Question:
    """A question whose every free text is known to this test."""
    return question(reason=REASON, user=USER, subject=subject, facts={"case.number": case})


def asked(made: Recorded, *questions: q.Question) -> list[log.LogEntry]:
    """The entries of questions."""
    answers = [
        made.point.decide(each, request_id=f"request-{at:04}") for at, each in enumerate(questions)
    ]
    return [log.LogEntry.FromString(answer.recorded.entry) for answer in answers]


def bound(entry: log.LogEntry) -> Mapping[str, bytes]:
    """The commitments of an entry by the names under which texts are bound."""
    all_ = entry.answer.commitments
    facts = {FACT + fact.name: fact.value for fact in all_.facts}
    named = {"reason": all_.reason, "user": all_.user, "subject": all_.subject}
    return {name: value for name, value in {**named, **facts}.items() if value}


def sealed(made: Recorded) -> list[bytes]:
    """The sealed texts of every entry."""
    return [each for group in made.store.groups(0, 100) for each in group.sealed]


# Without a key ----------------------------------------------------------------------------------


def test_entries_of_one_plate_reason_person_and_case_have_no_commitment_in_common(
    made: Recorded,
) -> None:
    first, second = map(bound, asked(made, typed(CASE), typed(CASE)))
    assert first.keys() == second.keys() >= {"reason", "user", "subject", "fact case.number"}
    assert not {*first.values()} & {*second.values()}
    one, other = sealed(made)
    assert len(one) == len(other)
    assert one[8:] != other[8:]  # the first bytes name the key


def test_no_file_of_the_log_holds_a_word_that_was_typed(made: Recorded, tmp_path: Path) -> None:
    asked(made, typed(CASE), typed(CASE, OTHER))
    made.log.close()
    files = [each for each in tmp_path.glob("log.sqlite*") if each.stat().st_size]
    assert files
    held = b"".join(file.read_bytes() for file in files)
    assert b"stolen_vehicle" in held  # what a rule may read stands in clear
    for word in (REASON, USER, CASE, PLATE, OTHER):
        assert word.encode() not in held


def test_the_log_s_files_hold_no_key(made: Recorded, tmp_path: Path, ring: KeyRing) -> None:
    asked(made, typed(CASE))
    key = ring.find(PD, MONTH)
    assert key
    made.log.close()
    held = b"".join(file.read_bytes() for file in tmp_path.glob("log.sqlite*"))
    assert key.secret not in held
    assert key.secret.hex().encode() not in held


# With the key -----------------------------------------------------------------------------------


def test_with_the_key_the_searches_for_one_plate_are_found(made: Recorded, ring: KeyRing) -> None:
    entries = asked(made, typed("26-1"), typed("26-2", OTHER), typed("26-3"))
    key = ring.find(PD, MONTH)
    assert key
    found = [is_text(key, each.id, "subject", PLATE, bound(each)) for each in entries]
    assert found == [True, False, True]


def test_with_the_key_the_texts_open_and_are_those_of_the_entry(
    made: Recorded, ring: KeyRing
) -> None:
    (entry,) = asked(made, typed(CASE))
    key = ring.find(PD, MONTH)
    assert key
    texts = opened(key, entry.id, sealed(made)[0])
    check(key, entry.id, texts, bound(entry))
    wanted = {"reason": REASON, "user": USER, "subject": PLATE, "fact case.number": CASE}
    assert wanted.items() <= texts.items()


def test_the_key_of_another_owner_finds_and_opens_nothing(made: Recorded, ring: KeyRing) -> None:
    (entry,) = asked(made, typed(CASE))
    other = ring.key_for("CT/openbridge-pd", NOW)
    assert not is_text(other, entry.id, "subject", PLATE, bound(entry))
    with pytest.raises(OtherKeyError):
        opened(other, entry.id, sealed(made)[0])


# After deletion ---------------------------------------------------------------------------------


def test_after_deletion_an_entry_verifies_and_is_opened_by_nobody(
    made: Recorded, ring: KeyRing
) -> None:
    (before,) = asked(made, typed(CASE))
    ring.delete(PD, MONTH, at=NOW, by="a test")
    (group,) = made.store.groups(0, 1)
    assert log.LogEntry.FromString(group.entries[0]) == before
    assert made.store.circumstances(before.answer.circumstances)
    assert ring.find(PD, MONTH) is None
    (after,) = asked(made, typed(CASE))
    key = ring.find(PD, MONTH)
    assert key
    assert key.generation == 2
    assert is_text(key, after.id, "subject", PLATE, bound(after))
    assert not is_text(key, before.id, "subject", PLATE, bound(before))


def test_a_replay_counts_what_it_could_open_and_after_deletion_only_what_is_in_clear(
    told: Told, cache: Path, ring: KeyRing
) -> None:
    keys = list(told.keys.made.values())
    for key in keys:
        ring.vault.create(file_name(key.owner, key.month, key.generation, KEY), key_text(key, NOW))
    assert replayed(told, cache, ring).grades == {
        Grade.FROM_SOURCE: told.size - 1,
        Grade.NO_RULE: 1,
    }
    for key in keys:
        ring.delete(key.owner, key.month, at=NOW, by="a test")
    report = replayed(told, cache, ring)
    assert report.is_clean
    assert report.grades == {Grade.RECOMPUTED: told.size - 1, Grade.NO_RULE: 1}


def replayed(told: Told, cache: Path, ring: KeyRing) -> Report:
    """A log replayed with the keys that are there."""
    with closing(told.store()) as store:
        source = OpenedTexts(ring.by_id().get)
        replay = Replay(libraries(cache), store.circumstances, source)
        for group in store.groups(0, store.head().edge.size):
            replay.take(group.first, group.entries, group.sealed)
    return replay.report
