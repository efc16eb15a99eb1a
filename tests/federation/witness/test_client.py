"""A log and its witnesses over real HTTP: honest, lying, away, slow."""

from __future__ import annotations

import datetime
import http.client
import socket
import time
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from platelaw.federation.conformance.identities import make_identities
from platelaw.federation.identity.credentials import ServerTls
from platelaw.federation.log.notes import CosignatureVerifier, Note
from platelaw.federation.witness.client import WitnessClient
from platelaw.federation.witness.errors import (
    WitnessAheadError,
    WitnessAwayError,
    WitnessError,
    WitnessFalseError,
    WitnessRefusedError,
)
from platelaw.federation.witness.keys import WitnessFolder
from platelaw.federation.witness.policy import KnownWitness
from platelaw.federation.witness.serving import WitnessServer
from platelaw.federation.witness.submission import Submission

from .world import (
    NOW,
    ORIGIN,
    Clock,
    Said,
    SmallLog,
    client_of,
    new_folder,
    raw,
    scripted,
    served,
    some_signer,
    watching,
)

SIZE, TEXT = "text/x.tlog.size", "text/plain"


@pytest.fixture
def folder(tmp_path: Path) -> WitnessFolder:
    return new_folder(tmp_path / "witness")


def asked(log: SmallLog, client: WitnessClient) -> Note:
    note = log.checkpoint()
    return note.with_signatures(client.cosign(note, log.prove))


# Honest ---------------------------------------------------------------------------------------


def test_an_honest_witness_cosigns_what_grows(folder: WitnessFolder) -> None:
    clock, log = Clock(), SmallLog()
    with watching(folder, clock=clock) as watched, served(watched) as known:
        client = client_of(known, clock=clock)
        for size in (0, 1, 5, 5, 30):
            log, clock.now = log.grown(size - len(log.words)), clock.now + 10
            assert CosignatureVerifier(known.key).check(asked(log, client)) == clock.now


def test_a_client_that_does_not_know_what_was_seen_is_told(folder: WitnessFolder) -> None:
    log = SmallLog().grown(6)
    with watching(folder) as watched, served(watched) as known:
        asked(log, client_of(known))
        asked(log.grown(3), client_of(known))  # another client, which has seen nothing
        assert watched.store.seen(ORIGIN).size == 9


def test_a_witness_restarted_goes_on_where_it_was(folder: WitnessFolder) -> None:
    log = SmallLog().grown(4)
    with watching(folder) as watched, served(watched) as known:
        client = client_of(known)
        asked(log, client)
    with watching(folder) as watched, served(watched) as known:
        asked(log.grown(2), client_of(known))
        with pytest.raises(WitnessRefusedError, match="did not grow from what it cosigned"):
            asked(SmallLog().grown(7, "hidden"), client_of(known))


def test_two_logs_under_one_name_do_not_both_get_a_cosignature(folder: WitnessFolder) -> None:
    shared = SmallLog().grown(2)
    with watching(folder) as watched, served(watched) as known:
        asked(shared.grown(3, "shown"), client_of(known))
        with pytest.raises(WitnessRefusedError) as refusal:
            asked(shared.grown(4, "hidden"), client_of(known))
        assert refusal.value.status == 422
        assert "witness one: says that the log did not grow" in str(refusal.value)


def test_a_log_that_lost_its_end_is_told_so(folder: WitnessFolder) -> None:
    log = SmallLog().grown(9)
    with watching(folder) as watched, served(watched) as known:
        client = client_of(known)
        asked(log, client)
        shorter = SmallLog(log.words[:5])
        for each in (client, client_of(known)):
            with pytest.raises(WitnessAheadError, match="cosigned 9 entries, and this log has 5"):
                asked(shorter, each)


def test_a_log_that_is_not_watched_learns_it(folder: WitnessFolder) -> None:
    stranger = SmallLog(origin="stranger.example/log").grown(1)
    with (
        watching(folder) as watched,
        served(watched) as known,
        pytest.raises(WitnessRefusedError, match="does not watch this log"),
    ):
        asked(stranger, client_of(known))


# Lying ----------------------------------------------------------------------------------------


def answered(change: Callable[[Submission], str]) -> Callable[[Submission], Said]:
    return lambda submission: (200, TEXT, change(submission))


def test_a_cosignature_on_another_root_is_not_believed() -> None:
    signer, log = some_signer(), SmallLog().grown(3)
    other = SmallLog().grown(3, "other").checkpoint().text
    with (
        scripted(signer, answered(lambda _: f"{signer.sign(other, NOW)}\n")) as known,
        pytest.raises(WitnessFalseError, match=r"signature by .* does not hold"),
    ):
        asked(log, client_of(known))


@pytest.mark.parametrize(("off", "word"), [(-301, "old"), (301, "ahead")])
def test_a_cosignature_of_another_time_is_not_believed(off: int, word: str) -> None:
    signer = some_signer()
    late = answered(lambda sent: f"{signer.sign(sent.note.text, NOW + off)}\n")
    with (
        scripted(signer, late) as known,
        pytest.raises(WitnessFalseError, match=f"its cosignature is 301 seconds {word}"),
    ):
        asked(SmallLog().grown(1), client_of(known))


def test_a_cosignature_by_another_key_is_not_believed() -> None:
    signer, other = some_signer(), some_signer()
    wrong = answered(lambda sent: f"{other.sign(sent.note.text, NOW)}\n")
    with (
        scripted(signer, wrong) as known,
        pytest.raises(WitnessFalseError, match="not signed by"),
    ):
        asked(SmallLog().grown(1), client_of(known))


def test_cosignatures_by_others_beside_its_own_are_passed_over() -> None:
    signer, other = some_signer(), some_signer("witness.example/two")
    both = answered(
        lambda sent: "".join(f"{one.sign(sent.note.text, NOW)}\n" for one in (other, signer))
    )
    with scripted(signer, both) as known:
        note = SmallLog().grown(1).checkpoint()
        signature = client_of(known).cosign(note, SmallLog().grown(1).prove)
        assert signature.name == signer.key.name


@pytest.mark.parametrize("said", ["", "\n", "thanks\n", "— w AAAA\n", "\N{BLACK SQUARE}" * 30_000])
def test_an_answer_that_is_no_cosignature_is_not_believed(said: str) -> None:
    with (
        scripted(some_signer(), (200, TEXT, said)) as known,
        pytest.raises(WitnessFalseError),
    ):
        asked(SmallLog().grown(1), client_of(known))


@pytest.mark.parametrize(
    ("kind", "said"), [(TEXT, "4\n"), (SIZE, "4"), (SIZE, "04\n"), (SIZE, "-1\n"), (SIZE, "x\n")]
)
def test_a_conflict_without_a_size_is_not_believed(kind: str, said: str) -> None:
    with (
        scripted(some_signer(), (409, kind, said)) as known,
        pytest.raises(WitnessFalseError),
    ):
        asked(SmallLog().grown(9), client_of(known))


def test_a_witness_that_changes_its_mind_for_ever_is_given_up() -> None:
    changing = (409, SIZE, "1\n"), (409, SIZE, "2\n"), (409, SIZE, "3\n"), (409, SIZE, "4\n")
    for answers in (changing, ((409, SIZE, "0\n"),)):
        with (
            scripted(some_signer(), *answers) as known,
            pytest.raises(WitnessFalseError, match="does not stay with the size"),
        ):
            asked(SmallLog().grown(9), client_of(known))


def test_what_a_witness_says_is_told_without_control_characters() -> None:
    with (
        scripted(some_signer(), (403, TEXT, "no\x1b[31m\nway\x07")) as known,
        pytest.raises(WitnessRefusedError, match=r"\(403: no \[31m way\)$"),
    ):
        asked(SmallLog().grown(1), client_of(known))


# Away and slow --------------------------------------------------------------------------------


def test_a_witness_that_is_not_there_is_away() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    known = KnownWitness("one", some_signer().key, url)
    with pytest.raises(WitnessAwayError, match="witness one: cannot be asked: Connection refused"):
        asked(SmallLog().grown(1), client_of(known))


def test_a_witness_that_cannot_answer_now_is_away() -> None:
    with (
        scripted(some_signer(), (503, TEXT, "busy\n")) as known,
        pytest.raises(WitnessAwayError, match=r"cannot answer now \(503: busy\)"),
    ):
        asked(SmallLog().grown(1), client_of(known))


def silent(connection: socket.socket) -> None:
    while connection.recv(65536):
        pass


def trickling(*parts: bytes) -> Callable[[socket.socket], None]:
    """Sends a beginning, then a byte again and again, as long as somebody listens."""

    def trickle(connection: socket.socket) -> None:
        connection.recv(65536)
        try:
            connection.sendall(parts[0])
            while True:
                connection.sendall(parts[1])
                time.sleep(0.02)
        except OSError:
            return

    return trickle


@pytest.mark.parametrize(
    "answer",
    [
        silent,
        trickling(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        trickling(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n"),
        trickling(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", b"x"),
        trickling(b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
    ],
    ids=["silent", "head", "heads", "body", "body without a length"],
)
def test_a_slow_witness_is_given_up_in_time(answer: Callable[[socket.socket], None]) -> None:
    with raw(answer) as url:
        known = KnownWitness("one", some_signer().key, url)
        with pytest.raises(WitnessAwayError, match=r"did not answer within 0\.2 seconds"):
            asked(SmallLog().grown(1), client_of(known, seconds=0.2))


@pytest.mark.parametrize("torn", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx", b"what?"])
def test_an_answer_that_ends_early_is_away(torn: bytes) -> None:
    def answer(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(torn)

    with raw(answer) as url:
        known = KnownWitness("one", some_signer().key, url)
        with pytest.raises(WitnessAwayError, match="cannot be asked"):
            asked(SmallLog().grown(1), client_of(known))


@pytest.mark.parametrize(
    "url", ["", "witness.example", "http://witness.example/", "ftp://127.0.0.1/", "https://"]
)
def test_a_witness_without_a_usable_url_is_not_asked(url: str) -> None:
    with pytest.raises(ValueError, match="is no https URL; write the one where it takes"):
        WitnessClient(KnownWitness("one", some_signer().key, url))


# HTTP -----------------------------------------------------------------------------------------


def test_a_witness_over_tls_asks_nobody_for_a_certificate(
    folder: WitnessFolder, tmp_path: Path
) -> None:
    made = make_identities(tmp_path, "XX/a-pd", datetime.datetime.now(datetime.UTC))
    listening = socket.create_server(("127.0.0.1", 0))
    files = replace(made.service, authorities=made.service.certificate, trust_domains=None)
    context = ServerTls(files, print).context(for_anybody=True)
    log = SmallLog().grown(2)
    with watching(folder) as watched, WitnessServer(watched.witness, context, listening) as server:
        known = KnownWitness("one", watched.signer.key, f"{server.url}/")
        client = WitnessClient(known, authorities=made.caller.authorities, clock=Clock())
        assert CosignatureVerifier(known.key).check(asked(log, client)) == NOW
        with pytest.raises(WitnessAwayError, match=r"cannot be asked: .*certificate verify failed"):
            asked(log, WitnessClient(known, clock=Clock()))


def request(url: str, method: str, path: str, body: bytes = b"") -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=10)
    try:
        connection.request(method, path, body)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Content-Type") or "", answer.read()
    finally:
        connection.close()


def test_the_newest_cosigned_checkpoint_is_at_its_address(folder: WitnessFolder) -> None:
    path = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    with watching(folder) as watched, served(watched) as known:
        assert request(known.url, "GET", path)[0] == 404
        cosigned = asked(SmallLog().grown(3), client_of(known))
        status, kind, body = request(known.url, "GET", path)
        assert (status, kind) == (200, "text/plain; charset=utf-8")
        assert Note.parse(body.decode()) == cosigned
        assert request(known.url, "POST", path)[0] == 405
        assert request(known.url, "GET", f"/{'0' * 64}/checkpoint")[0] == 404


def test_requests_that_are_none_of_the_protocol_get_their_status(folder: WitnessFolder) -> None:
    with watching(folder) as watched, served(watched) as known:
        assert request(known.url, "GET", "/add-checkpoint")[0] == 405
        assert request(known.url, "POST", "/")[0] == 404
        assert request(known.url, "POST", "/add-checkpoint", b"x")[0] == 400
        assert request(known.url, "POST", "/add-checkpoint", b"x" * 300_000)[0] == 413
        status, kind, body = request(
            known.url, "POST", "/add-checkpoint", str(SmallLog().grown(2).submission(0)).encode()
        )
        assert (status, kind, body[:3]) == (200, "text/plain; charset=utf-8", "—".encode())
        again = str(SmallLog().grown(2).submission(0)).encode()
        assert request(known.url, "POST", "/add-checkpoint", again) == (409, SIZE, b"2\n")


def test_a_body_that_does_not_come_is_given_up(folder: WitnessFolder) -> None:
    with watching(folder) as watched, served(watched, body_seconds=0.1) as known:
        split = urlsplit(known.url)
        with socket.create_connection((split.hostname or "", split.port or 0), 10) as connection:
            connection.sendall(
                b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nold"
            )
            assert connection.recv(4096).startswith(b"HTTP/1.1 408 ")


def test_every_way_out_without_a_cosignature_is_an_error_of_one_kind() -> None:
    for kind in (WitnessAwayError, WitnessRefusedError, WitnessAheadError, WitnessFalseError):
        assert issubclass(kind, WitnessError)
