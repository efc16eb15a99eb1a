"""Certificates and authorities change while the service runs."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import grpc
import pytest
from cryptography import x509

from platelaw.federation.client.channels import tls as tls_of
from platelaw.federation.identity.authority import Holding, new_authority
from platelaw.federation.identity.credentials import (
    CredentialsError,
    ServerTls,
    TlsFiles,
    read_pair,
)
from platelaw.federation.identity.standing import Standings

from .world import (
    DOMAIN,
    ask,
    connected,
    forged,
    holding,
    now,
    own_holding,
    refused,
    serving,
    spiffe,
    standing,
    unlimited_authority,
    write_tls,
)

UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


@pytest.fixture(scope="module")
def root() -> Holding:
    return new_authority(DOMAIN, now=now())


@pytest.fixture(scope="module")
def newer_root() -> Holding:
    return new_authority(DOMAIN, now=now())


def files_in(folder: Path, *domains: str) -> TlsFiles:
    return TlsFiles(
        folder / "tls.pem", folder / "tls.key", folder / "roots.pem", domains or (DOMAIN,)
    )


@contextmanager
def running(tls: ServerTls) -> Generator[int]:
    with serving(tls.credentials(), Standings(standing(spiffe()))) as port:
        yield port


@pytest.fixture
def reports() -> list[str]:
    return []


@pytest.fixture
def tls(tmp_path: Path, root: Holding, reports: list[str]) -> ServerTls:
    write_tls(tmp_path, own_holding(root), root)
    return ServerTls(files_in(tmp_path), reports.append)


def test_a_new_certificate_of_the_service_counts_from_the_next_connection(
    tmp_path: Path, tls: ServerTls, root: Holding, newer_root: Holding, reports: list[str]
) -> None:
    with running(tls) as port, connected(port, root, holding(root)) as before:
        assert ask(before)
        write_tls(tmp_path, own_holding(newer_root), root)
        with connected(port, newer_root, holding(root)) as after:
            assert ask(after)
        with connected(port, root, holding(root)) as distrusting:
            assert refused(distrusting)[0] is UNAVAILABLE
        assert ask(before), "a connection lives on"
    assert reports == []


def test_an_authority_is_added_and_removed_without_a_restart(
    tmp_path: Path, tls: ServerTls, root: Holding, newer_root: Holding
) -> None:
    own = own_holding(root)
    old, new = holding(root), holding(newer_root)
    with running(tls) as port:
        with connected(port, root, new) as channel:
            assert refused(channel)[0] is UNAVAILABLE
        write_tls(tmp_path, own, root, newer_root)
        for proof in (old, new):
            with connected(port, root, proof) as channel:
                assert ask(channel)
        write_tls(tmp_path, own, newer_root)
        with connected(port, root, old) as channel:
            assert refused(channel)[0] is UNAVAILABLE
        with connected(port, root, new) as channel:
            assert ask(channel)


@pytest.mark.parametrize("torn", ["tls.pem", "tls.key", "roots.pem"])
def test_a_torn_file_keeps_the_last_good_pair_and_is_reported_once(
    tmp_path: Path, tls: ServerTls, root: Holding, reports: list[str], torn: str
) -> None:
    whole = (tmp_path / torn).read_bytes()
    with running(tls) as port:
        (tmp_path / torn).write_bytes(whole[: len(whole) // 2])
        for _ in range(2):
            with connected(port, root, holding(root)) as channel:
                assert ask(channel)
    assert len(reports) == 1
    assert reports[0].startswith(f"the certificates in use stay: {tmp_path / torn}: ")


def test_a_key_of_another_certificate_keeps_the_last_good_pair_until_both_are_there(
    tmp_path: Path, tls: ServerTls, root: Holding, reports: list[str]
) -> None:
    before, newer = tls.pair(), own_holding(root)
    (tmp_path / "tls.key").write_bytes(newer.key)
    assert tls.pair() is before
    assert "not the key of" in reports[0]
    (tmp_path / "tls.pem").write_bytes(newer.certificate)
    assert tls.pair().certificate == newer.certificate
    assert len(reports) == 1


def test_a_file_that_is_gone_keeps_the_last_good_pair(
    tmp_path: Path, tls: ServerTls, reports: list[str]
) -> None:
    before = tls.pair()
    (tmp_path / "tls.pem").unlink()
    assert tls.pair() is before
    assert "tls.pem: cannot be read: No such file or directory; name a file in PEM" in reports[0]


def test_a_client_proves_itself_with_its_files(
    tmp_path: Path, root: Holding, tls: ServerTls
) -> None:
    client = tmp_path / "client"
    client.mkdir()
    write_tls(client, holding(root), root)
    with (
        running(tls) as port,
        grpc.secure_channel(f"127.0.0.1:{port}", tls_of(read_pair(files_in(client)))) as channel,
    ):
        assert ask(channel) == str(spiffe())


# What files are refused -------------------------------------------------------------------------


def test_a_service_does_not_start_on_files_that_do_not_fit(tmp_path: Path, root: Holding) -> None:
    own, other = own_holding(root), own_holding(root)
    write_tls(tmp_path, Holding(own.certificate, other.key), root)
    with pytest.raises(CredentialsError, match="replace both files together"):
        ServerTls(files_in(tmp_path), print)


def test_a_root_of_a_trust_domain_that_is_not_let_in_is_refused(
    tmp_path: Path, root: Holding
) -> None:
    write_tls(tmp_path, own_holding(root), root, new_authority("bb.example", now=now()))
    read_pair(files_in(tmp_path, DOMAIN, "bb.example"))
    with pytest.raises(CredentialsError, match=r"vouches for bb\.example, which is not let in"):
        read_pair(files_in(tmp_path))


def test_a_root_without_limits_is_believed_where_one_trust_domain_is_let_in(
    tmp_path: Path, root: Holding
) -> None:
    write_tls(tmp_path, own_holding(root), root, unlimited_authority())
    read_pair(files_in(tmp_path))
    with pytest.raises(CredentialsError, match="may vouch for any trust domain; use roots with"):
        read_pair(files_in(tmp_path, DOMAIN, "bb.example"))


# HTTP -------------------------------------------------------------------------------------------


@contextmanager
def served(context: ssl.SSLContext) -> Generator[int]:
    """A port that shakes hands once for each connection and sends a byte."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                plain, _ = listener.accept()
            except OSError:
                return
            with (
                plain,
                suppress(OSError),
                context.wrap_socket(plain, server_side=True) as tls,
            ):
                tls.sendall(b"x")

    thread = Thread(target=serve)
    thread.start()
    try:
        yield int(listener.getsockname()[1])
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


@dataclass(frozen=True)
class Shaken:
    """One connection: what the service showed, and whether it may be resumed."""

    serial: int
    version: str
    resumable: bool


def shaken(port: int, roots: Holding, own: Holding | None, folder: Path) -> Shaken:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(cadata=roots.certificate.decode())
    if own:
        (folder / "own.pem").write_bytes(own.certificate + own.key)
        context.load_cert_chain(folder / "own.pem")
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as tls,
    ):
        if tls.recv(1) != b"x":
            raise ConnectionError("ended after the handshake")
        shown = tls.getpeercert(binary_form=True)
        assert shown is not None
        serial = x509.load_der_x509_certificate(shown).serial_number
        resumable = tls.session is not None and tls.session.has_ticket
        return Shaken(serial, tls.version() or "", resumable)


ENDED = (ssl.SSLError, ConnectionError)


def test_http_follows_the_files_too(
    tmp_path: Path, tls: ServerTls, root: Holding, newer_root: Holding
) -> None:
    with served(tls.context()) as port:
        before = shaken(port, root, holding(root), tmp_path)
        with pytest.raises(ENDED):
            shaken(port, root, holding(newer_root), tmp_path)
        write_tls(tmp_path, own_holding(root), newer_root)
        assert shaken(port, root, holding(newer_root), tmp_path).serial != before.serial
        with pytest.raises(ENDED):
            shaken(port, root, holding(root), tmp_path)


def test_http_is_tls_1_3_with_a_certificate_and_nothing_to_resume(
    tmp_path: Path, tls: ServerTls, root: Holding
) -> None:
    with served(tls.context()) as port:
        found = shaken(port, root, holding(root), tmp_path)
        with pytest.raises(ENDED):
            shaken(port, root, None, tmp_path)
    assert (found.version, found.resumable) == ("TLSv1.3", False)


def test_http_keeps_the_last_good_certificate(
    tmp_path: Path, tls: ServerTls, root: Holding, reports: list[str]
) -> None:
    with served(tls.context()) as port:
        first = shaken(port, root, holding(root), tmp_path)
        (tmp_path / "tls.key").write_bytes(b"torn")
        assert shaken(port, root, holding(root), tmp_path) == first
    assert len(reports) == 1


def test_a_caller_s_certificate_answers_no_calls(tmp_path: Path, root: Holding) -> None:
    """Else every caller could stand in for the service."""
    write_tls(tmp_path, holding(root), root)
    tls = ServerTls(files_in(tmp_path), print)
    with running(tls) as port, connected(port, root, holding(root)) as channel:
        assert refused(channel)[0] is UNAVAILABLE


def test_a_root_that_oversteps_its_limit_lets_nobody_in(tmp_path: Path, root: Holding) -> None:
    other = new_authority("bb.example", now=now())
    write_tls(tmp_path, own_holding(root), root, other)
    tls = ServerTls(files_in(tmp_path, DOMAIN, "bb.example"), print)
    with running(tls) as port, connected(port, root, forged(other, str(spiffe()))) as channel:
        assert refused(channel)[0] is UNAVAILABLE
