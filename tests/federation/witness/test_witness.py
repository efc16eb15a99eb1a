"""What a witness cosigns and what it refuses, and that it never forgets."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from hashlib import sha256
from http import HTTPStatus
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from platelaw.federation.identity.keeping import KeepingError
from platelaw.federation.log.notes import (
    Checkpoint,
    CosignatureVerifier,
    Note,
    NoteError,
    NoteVerifier,
    Signature,
)
from platelaw.federation.log.tree import EMPTY_ROOT
from platelaw.federation.witness.keys import WitnessFolder
from platelaw.federation.witness.store import WitnessStoreError
from platelaw.federation.witness.submission import Submission
from platelaw.federation.witness.witness import NotCosignedError

from .world import NOW, ORIGIN, Clock, SmallLog, Watching, new_folder, watching


@pytest.fixture
def folder(tmp_path: Path) -> WitnessFolder:
    return new_folder(tmp_path / "witness")


def refused(watched: Watching, body: str | Submission) -> NotCosignedError:
    with pytest.raises(NotCosignedError) as refusal:
        watched.witness.add_checkpoint(str(body).encode())
    return refusal.value


def time_of(line: str, watched: Watching, note: Note) -> int:
    cosigned = note.with_signatures(Signature.parse(line.removesuffix("\n")))
    return CosignatureVerifier(watched.signer.key).check(cosigned)


# What it cosigns ------------------------------------------------------------------------------


def test_a_log_that_grows_is_cosigned_each_time(folder: WitnessFolder) -> None:
    clock, log, old = Clock(), SmallLog(), 0
    with watching(folder, clock=clock) as watched:
        for size in (1, 2, 2, 7, 8, 40, 41):
            log, clock.now = log.grown(size - len(log.words)), clock.now + 60
            line = watched.send(log.submission(old))
            assert time_of(line, watched, log.checkpoint()) == clock.now
            old = size
        assert watched.store.seen(ORIGIN).size == 41


def test_an_empty_log_has_a_checkpoint_too(folder: WitnessFolder) -> None:
    with watching(folder) as watched:
        watched.send(SmallLog().submission(0))
        watched.send(SmallLog().grown(3).submission(0))
        assert watched.store.seen(ORIGIN).size == 3


def test_the_newest_checkpoint_is_told_with_the_signatures_of_log_and_witness(
    folder: WitnessFolder,
) -> None:
    log = SmallLog().grown(5)
    with watching(folder) as watched:
        origin = sha256(ORIGIN.encode()).hexdigest()
        with pytest.raises(NotCosignedError) as refusal:
            watched.witness.newest(origin)
        assert refusal.value.status is HTTPStatus.NOT_FOUND
        stranger = Signature("stranger", b"\0\0\0\0", b"x")
        watched.send(Submission(0, (), log.checkpoint().with_signatures(stranger)))
        note = Note.parse(watched.witness.newest(origin))
        NoteVerifier.of(log.signer.vkey).check(note)
        assert CosignatureVerifier(watched.signer.key).check(note) == NOW
        assert "stranger" not in str(note)


def test_time_never_goes_back_in_what_is_cosigned(folder: WitnessFolder) -> None:
    clock, log = Clock(), SmallLog().grown(1)
    with watching(folder, clock=clock) as watched:
        watched.send(log.submission(0))
        clock.now -= 3600
        line = watched.send(log.grown(1).submission(1))
        assert time_of(line, watched, log.grown(1).checkpoint()) == NOW


def test_several_servers_of_one_log_sign_with_keys_of_their_own(folder: WitnessFolder) -> None:
    one = SmallLog(key=Ed25519PrivateKey.generate())
    other = SmallLog(key=Ed25519PrivateKey.generate())
    with watching(folder, one, other) as watched:
        watched.send(one.grown(2).submission(0))
        watched.send(other.grown(5).submission(2))
        assert watched.store.seen(ORIGIN).size == 5


def test_logs_are_told_apart_by_their_origins(folder: WitnessFolder) -> None:
    one, other = SmallLog(), SmallLog(origin="other.example/log", key=Ed25519PrivateKey.generate())
    with watching(folder, one, other) as watched:
        watched.send(one.grown(4).submission(0))
        watched.send(other.grown(2).submission(0))
        assert [seen.size for seen in watched.store.all_seen()] == [4, 2]


# What it refuses ------------------------------------------------------------------------------


def test_two_forks_are_not_both_cosigned(folder: WitnessFolder) -> None:
    shared = SmallLog().grown(4)
    shown, hidden = shared.grown(3, "shown"), shared.grown(3, "hidden")
    with watching(folder) as watched:
        watched.send(shared.submission(0))
        watched.send(shown.submission(4))
        before = watched.store.seen(ORIGIN)
        refusal = refused(watched, hidden.submission(4))
        assert (refusal.status, refusal.body) == (HTTPStatus.CONFLICT, "7\n")
        assert refusal.content_type == "text/x.tlog.size"
        refusal = refused(watched, hidden.submission(7))
        assert refusal.status is HTTPStatus.UNPROCESSABLE_ENTITY
        refusal = refused(watched, hidden.grown(9).submission(7))
        assert refusal.status is HTTPStatus.UNPROCESSABLE_ENTITY
        assert watched.store.seen(ORIGIN) == before


def test_a_fork_that_was_refused_can_be_shown_to_anybody(folder: WitnessFolder) -> None:
    shown, hidden = SmallLog().grown(3, "shown"), SmallLog().grown(3, "hidden")
    with watching(folder) as watched:
        watched.send(shown.submission(0))
        for _ in range(2):
            refused(watched, hidden.submission(3))
        (disputed,) = watched.store.disputed()
        kept = Note.parse(watched.store.seen(ORIGIN).note)
    for note in (Note.parse(disputed.note), kept):
        NoteVerifier.of(shown.signer.vkey).check(note)
    one, other = (
        Checkpoint.parse(disputed.note.split("\n\n")[0] + "\n"),
        Checkpoint.parse(kept.text),
    )
    assert one.size == other.size
    assert one.root != other.root


def test_what_a_log_disputes_does_not_fill_the_disk(folder: WitnessFolder) -> None:
    with watching(folder) as watched:
        watched.send(SmallLog().grown(1).submission(0))
        for number in range(70):
            refused(watched, SmallLog([f"other {number}"]).submission(1))
        assert len(watched.store.disputed()) == 64


def test_a_log_that_shrinks_is_refused(folder: WitnessFolder) -> None:
    log = SmallLog().grown(9)
    with watching(folder) as watched:
        watched.send(log.submission(0))
        shrunk = Submission(9, (), log.checkpoint(5))
        assert refused(watched, shrunk).status is HTTPStatus.BAD_REQUEST
        refusal = refused(watched, Submission(0, (), log.checkpoint(5)))
        assert (refusal.status, refusal.body) == (HTTPStatus.CONFLICT, "9\n")


def test_a_checkpoint_by_another_key_is_refused(folder: WitnessFolder) -> None:
    forger = SmallLog(key=Ed25519PrivateKey.generate()).grown(2)
    with watching(folder) as watched:
        assert refused(watched, forger.submission(0)).status is HTTPStatus.FORBIDDEN
        (signature,) = forger.checkpoint().signatures
        honest = SmallLog().signer.key
        lie = Signature(honest.name, honest.key_id, signature.blob)
        forged = Submission(0, (), Note(forger.checkpoint().text, (lie,)))
        assert refused(watched, forged).status is HTTPStatus.FORBIDDEN
        mixed = Submission(0, (), SmallLog().grown(1).checkpoint().with_signatures(lie))
        assert refused(watched, mixed).status is HTTPStatus.FORBIDDEN
        assert watched.store.all_seen() == []
        assert watched.store.disputed() == []


def test_a_log_that_is_not_watched_is_refused(folder: WitnessFolder) -> None:
    with watching(folder) as watched:
        stranger = SmallLog(origin="stranger.example/log").grown(1)
        assert refused(watched, stranger.submission(0)).status is HTTPStatus.NOT_FOUND


def test_a_proof_too_much_or_none_is_refused(folder: WitnessFolder) -> None:
    log = SmallLog().grown(6)
    with watching(folder) as watched:
        early = Submission(0, (EMPTY_ROOT,), log.checkpoint())
        assert refused(watched, early).status is HTTPStatus.UNPROCESSABLE_ENTITY
        watched.send(log.submission(0))
        without = Submission(6, (), log.grown(3).checkpoint())
        assert refused(watched, without).status is HTTPStatus.UNPROCESSABLE_ENTITY


def test_an_empty_tree_with_another_root_is_refused(folder: WitnessFolder) -> None:
    text = Checkpoint(ORIGIN, 0, bytes(32)).text
    lie = Submission(0, (), Note(text, (SmallLog().signer.sign(text),)))
    with watching(folder) as watched:
        assert refused(watched, lie).status is HTTPStatus.UNPROCESSABLE_ENTITY


@pytest.mark.parametrize(
    "body",
    [
        "",
        "old 0\n",
        "old 0\n\n",
        "new 0\n\n{note}",
        "old 00\n\n{note}",
        "old -1\n\n{note}",
        "old 0 \n\n{note}",
        "old 0\nAAAA\n\n{note}",
        "old 0\n" + f"{'A' * 43}=\n" * 64 + "\n{note}",
        "old 0\r\n\r\n{note}",
        "old 0\n{note}",
        "old 0\n\n{note}x",
        "old 0\n\nno checkpoint\n\n— agency.example/log AAAAAAAA\n",
    ],
)
def test_what_is_no_submission_is_refused(folder: WitnessFolder, body: str) -> None:
    note = str(SmallLog().grown(1).checkpoint())
    with watching(folder) as watched:
        refusal = refused(watched, body.replace("{note}", note))
        assert refusal.status is HTTPStatus.BAD_REQUEST
        assert watched.store.all_seen() == []


def test_a_body_that_is_no_text_is_refused(folder: WitnessFolder) -> None:
    with watching(folder) as watched, pytest.raises(NotCosignedError, match="UTF-8"):
        watched.witness.add_checkpoint(b"old 0\n\n\xff")


def test_a_submission_is_written_as_the_specification_says_and_read_back() -> None:
    submission = SmallLog().grown(7).submission(3)
    text = str(submission)
    assert text.startswith("old 3\n")
    assert text.index("\n\n") == text.index(f"\n\n{ORIGIN}\n7\n")
    assert Submission.parse(text.encode()) == submission


# What it remembers ----------------------------------------------------------------------------


def test_a_restart_keeps_what_was_seen(folder: WitnessFolder) -> None:
    log = SmallLog().grown(8)
    with watching(folder) as watched:
        watched.send(log.submission(0))
    with watching(folder) as watched:
        assert refused(watched, log.submission(0)).body == "8\n"
        hidden = SmallLog().grown(9, "hidden").submission(8)
        assert refused(watched, hidden).status is HTTPStatus.UNPROCESSABLE_ENTITY
        watched.send(log.grown(1).submission(8))


ROOT = Path(__file__).parents[3]
KILLED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.federation.witness.world import SmallLog, WitnessFolder, watching
log, old = SmallLog(), 0
with watching(WitnessFolder(Path(sys.argv[1]))) as watched:
    while True:
        log = log.grown(1)
        watched.send(log.submission(old))
        old += 1
        print(old, flush=True)
"""


def test_what_was_cosigned_is_known_after_a_kill(folder: WitnessFolder) -> None:
    command = [sys.executable, "-c", KILLED, str(folder.folder), str(ROOT)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = [int(process.stdout.readline()) for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        told += map(int, process.stdout.read().split("\n")[:-1])
    with watching(folder) as watched:
        assert watched.store.seen(ORIGIN).size in {told[-1], told[-1] + 1}


def test_of_two_submissions_at_once_one_is_first(folder: WitnessFolder) -> None:
    shared = SmallLog().grown(3)
    with watching(folder) as one, watching(folder) as other:
        one.send(shared.submission(0))
        cosigned, conflicts = list[int](), list[str]()
        begin = threading.Barrier(8)

        def send(number: int) -> None:
            log = shared.grown(number + 1, f"word {number}")
            begin.wait()
            try:
                (one, other)[number % 2].send(log.submission(3))
                cosigned.append(len(log.words))
            except NotCosignedError as refusal:
                conflicts.append(refusal.body)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (size,) = cosigned
        assert conflicts == [f"{size}\n"] * 7
        assert other.store.seen(ORIGIN).size == size


def test_a_witness_without_its_memory_does_not_begin(folder: WitnessFolder) -> None:
    folder.state.unlink()
    with pytest.raises(WitnessStoreError, match=r"witness\.sqlite: is missing; put back"):
        folder.open()
    assert not folder.state.exists()


def test_a_memory_of_another_key_is_not_used(folder: WitnessFolder, tmp_path: Path) -> None:
    other = new_folder(tmp_path / "other", "witness.example/two")
    other.state.replace(folder.state)
    with pytest.raises(WitnessStoreError, match=r"of another key, witness\.example/two"):
        folder.open()


@pytest.mark.parametrize("torn", [b"", b"not a database at all" * 400])
def test_a_torn_memory_is_not_used(folder: WitnessFolder, torn: bytes) -> None:
    folder.state.write_bytes(torn)
    with pytest.raises(WitnessStoreError, match=r"witness\.sqlite: .*; put back"):
        folder.open()


def test_a_key_that_others_can_read_is_not_used(folder: WitnessFolder) -> None:
    folder.key.chmod(0o644)
    with pytest.raises(WitnessStoreError, match="others may read this key; chmod 600"):
        folder.open()


def test_keys_that_do_not_belong_together_are_not_used(
    folder: WitnessFolder, tmp_path: Path
) -> None:
    other = new_folder(tmp_path / "other")
    folder.key.write_bytes(other.key.read_bytes())
    with pytest.raises(WitnessStoreError, match=r"not the key of .*witness\.vkey"):
        folder.open()
    folder.key.write_text("no key")
    with pytest.raises(WitnessStoreError, match=r"witness\.key: cannot be read"):
        folder.open()


def test_a_key_is_never_overwritten(folder: WitnessFolder) -> None:
    before = folder.key.read_bytes()
    with pytest.raises(WitnessStoreError, match="is there already"):
        folder.make("witness.example/again")
    folder.state.unlink()
    with pytest.raises(KeepingError, match="is there already"):
        folder.make("witness.example/again")
    assert folder.key.read_bytes() == before
    assert folder.key.stat().st_mode & 0o077 == 0


def test_a_name_that_no_key_can_have_makes_none(tmp_path: Path) -> None:
    with pytest.raises(NoteError, match="no spaces"):
        WitnessFolder(tmp_path).make("a b")
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_kept_is_not_cosigned(folder: WitnessFolder) -> None:
    log = SmallLog().grown(2)
    with watching(folder) as watched:
        watched.send(log.submission(0))
        other = sqlite3.connect(folder.state, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refusal = refused(watched, log.grown(1).submission(2))
        assert refusal.status is HTTPStatus.SERVICE_UNAVAILABLE
        other.execute("ROLLBACK")
        other.close()
        assert watched.store.seen(ORIGIN).size == 2
