"""Acts stand in the log once their recorder returns; if they do not, it says so."""

from __future__ import annotations

import datetime
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from platelaw.federation.journal import JournalUnavailableError, Submission, Told
from platelaw.federation.log.acting import JournalRecorder, SequencerRecorder
from platelaw.federation.log.acts import Act, ActKind
from platelaw.federation.log.remote import RemoteLog
from platelaw.federation.log.sequencer import Sequencer
from platelaw.federation.log.signing import log_signer
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.log.store import StoreUnavailableError
from platelaw.federation.v1 import log_pb2 as log

NOW = datetime.datetime(2026, 11, 3, 15, 15, tzinfo=datetime.UTC)
ACT = Act(
    ActKind.HOLD_SET, "spiffe://aa.example/agency/AA/court/role/court", {"owner": "é", "a": [1]}
)


@dataclass
class InAThread:
    """A log that tells in another thread what became of a call."""

    sequencer: Sequencer

    def record(self, submission: Submission, tell: Callable[[Told], None]) -> None:
        (told,) = self.sequencer.record([submission])
        threading.Thread(target=tell, args=(told,)).start()


def now() -> datetime.datetime:
    return NOW


@pytest.fixture
def sequencer(tmp_path: Path) -> Sequencer:
    store = SqliteStore(tmp_path / "log.sqlite")
    return Sequencer(store, log_signer(tmp_path / "keys", "aa.example/log"), lambda: 1)


def entries(sequencer: Sequencer) -> list[log.LogEntry]:
    return [
        log.LogEntry.FromString(entry)
        for group in sequencer.store.groups(0, 100)
        for entry in group.entries
    ]


def test_an_act_stands_in_the_log_with_its_particulars(sequencer: Sequencer) -> None:
    SequencerRecorder(sequencer, now).record(ACT)
    (entry,) = entries(sequencer)
    assert (entry.act.kind, entry.act.by) == ("legal_hold_set", ACT.by)
    assert entry.act.details.decode() == '{"a":[1],"owner":"é"}'
    assert json.loads(entry.act.details) == dict(ACT.details)
    assert entry.at.ToDatetime(tzinfo=datetime.UTC) == NOW
    assert sequencer.signed.size == 1
    sequencer.store.close()


def test_the_same_act_twice_is_two_entries(sequencer: Sequencer) -> None:
    recorder = JournalRecorder(InAThread(sequencer), now)
    recorder.record(ACT)
    recorder.record(ACT)
    first, second = entries(sequencer)
    assert first.act == second.act
    assert first.id != second.id
    sequencer.store.close()


def test_what_a_log_that_is_away_cannot_record_is_said_at_once(tmp_path: Path) -> None:
    journal = RemoteLog(tmp_path / "nobody listens")
    journal.start()
    with pytest.raises(JournalUnavailableError, match="cannot be written"):
        JournalRecorder(journal, now).record(ACT)
    journal.close()


def test_what_a_log_cannot_write_is_said(
    sequencer: Sequencer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(store: SqliteStore) -> None:
        raise StoreUnavailableError("the disk is full")

    monkeypatch.setattr(SqliteStore, "appending", full)
    for recorder in (SequencerRecorder(sequencer, now), JournalRecorder(InAThread(sequencer), now)):
        with pytest.raises(JournalUnavailableError, match="cannot be written"):
            recorder.record(ACT)
    assert entries(sequencer) == []
    sequencer.store.close()
