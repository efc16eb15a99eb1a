"""Who is let in: a real service on loopback, real certificates, real handshakes."""

from __future__ import annotations

import datetime
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import grpc
import h2.config
import h2.connection
import h2.events
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from platelaw.federation.caller import CallerRole
from platelaw.federation.identity.authority import Holding, new_authority
from platelaw.federation.identity.peer import Peers
from platelaw.federation.identity.standing import Standings, serial_text
from platelaw.federation.identity.tables import State
from platelaw.federation.refusal import RefusedCallError, Status

from .world import (
    DOMAIN,
    WHO,
    Clock,
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
)

UNAUTHENTICATED = grpc.StatusCode.UNAUTHENTICATED
PERMISSION_DENIED = grpc.StatusCode.PERMISSION_DENIED
UNAVAILABLE = grpc.StatusCode.UNAVAILABLE


def credentials_of(own: Holding, *roots: Holding) -> grpc.ServerCredentials:
    believed = b"".join(root.certificate for root in roots)
    return grpc.ssl_server_credentials([(own.key, own.certificate)], believed, True)


@pytest.fixture(scope="module")
def root() -> Holding:
    return new_authority(DOMAIN, now=now())


@pytest.fixture
def standings() -> Standings:
    return Standings(standing(spiffe()))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def port(root: Holding, standings: Standings, clock: Clock) -> Iterator[int]:
    with serving(credentials_of(own_holding(root), root), standings, clock=clock) as found:
        yield found


def serial(own: Holding) -> str:
    return serial_text(x509.load_pem_x509_certificate(own.certificate).serial_number)


def test_a_caller_on_file_is_known_by_its_certificate(root: Holding, port: int) -> None:
    with connected(port, root, holding(root)) as channel:
        assert ask(channel) == str(spiffe()) == ask(channel)


def test_nobody_connects_without_a_certificate(root: Holding, port: int) -> None:
    with connected(port, root, None) as channel:
        assert refused(channel)[0] is UNAVAILABLE


def test_a_certificate_of_another_authority_ends_the_handshake(root: Holding, port: int) -> None:
    other = new_authority(DOMAIN, now=now())
    with connected(port, root, holding(other)) as channel:
        assert refused(channel)[0] is UNAVAILABLE


def test_an_expired_certificate_ends_the_handshake(root: Holding, port: int) -> None:
    old = holding(root, days=1, at=now() - datetime.timedelta(days=2))
    with connected(port, root, old) as channel:
        assert refused(channel)[0] is UNAVAILABLE


def test_an_authority_vouches_for_no_other_trust_domain(root: Holding, port: int) -> None:
    with connected(port, root, forged(root, "spiffe://bb.example/agency/A/role/court")) as channel:
        assert refused(channel)[0] is UNAVAILABLE


def test_a_certificate_with_two_uris_names_nobody(root: Holding, port: int) -> None:
    two = forged(root, str(spiffe()), str(spiffe(CallerRole.COURT)))
    with connected(port, root, two) as channel:
        status, words = refused(channel)
    assert status is UNAUTHENTICATED
    assert "2 URI names; use one with exactly one SPIFFE id" in words


def test_a_certificate_without_a_uri_names_nobody(root: Holding, port: int) -> None:
    with connected(port, root, forged(root)) as channel:
        status, words = refused(channel)
    assert status is UNAUTHENTICATED
    assert "0 URI names" in words


def test_a_spiffe_id_of_another_form_names_nobody(root: Holding, port: int) -> None:
    with connected(port, root, forged(root, f"spiffe://{DOMAIN}/workload/x")) as channel:
        status, words = refused(channel)
    assert status is UNAUTHENTICATED
    assert "names no agency and role" in words


def test_a_trust_domain_that_is_not_let_in_is_refused_though_its_root_is_believed(
    root: Holding,
) -> None:
    stranger = spiffe(domain="bb.example")
    standings = Standings(standing(spiffe(), stranger))
    anybody = unlimited_authority()
    own = credentials_of(own_holding(root), root, anybody)
    with (
        serving(own, standings) as port,
        connected(port, root, forged(anybody, str(stranger))) as channel,
    ):
        status, words = refused(channel)
    assert status is UNAUTHENTICATED
    assert words == (
        "the trust domain `bb.example` is not let in here; use a certificate of aa.example"
    )


def test_a_caller_that_is_not_on_file_is_refused(root: Holding, port: int) -> None:
    with connected(port, root, holding(root, spiffe(CallerRole.COURT))) as channel:
        status, words = refused(channel)
    assert status is PERMISSION_DENIED
    assert "is not on file; ask the registry" in words


def test_a_certificate_revoked_while_connected_gets_no_second_answer(
    root: Holding, port: int, standings: Standings
) -> None:
    own, newer = holding(root), holding(root)
    with connected(port, root, own) as channel, connected(port, root, newer) as other:
        assert ask(channel) == ask(other)
        standings.replace(standing(spiffe(), revoked=[serial(own)]))
        assert refused(channel) == (
            PERMISSION_DENIED,
            f"the certificate {serial(own)} is revoked; use a newer certificate",
        )
        assert ask(other) == str(spiffe())


def test_a_caller_suspended_while_connected_gets_no_second_answer_until_restored(
    root: Holding, port: int, standings: Standings
) -> None:
    with connected(port, root, holding(root)) as channel:
        assert ask(channel)
        standings.replace(standing(spiffe(), state=State.SUSPENDED))
        status, words = refused(channel)
        assert status is PERMISSION_DENIED
        assert "is suspended" in words
        standings.replace(standing(spiffe()))
        assert ask(channel)


def test_a_certificate_that_expires_while_connected_gets_no_second_answer(
    root: Holding, port: int, clock: Clock
) -> None:
    with connected(port, root, holding(root, days=1)) as channel:
        assert ask(channel)
        clock.ahead = datetime.timedelta(days=1, minutes=1)
        status, words = refused(channel)
    assert status is UNAUTHENTICATED
    assert "expired at" in words
    assert "connect anew with a newer certificate" in words


def test_a_certificate_does_not_count_before_its_day(
    root: Holding, port: int, clock: Clock
) -> None:
    with connected(port, root, holding(root)) as channel:
        clock.ahead = -datetime.timedelta(hours=1)
        status, words = refused(channel)
    assert status is UNAUTHENTICATED
    assert "counts from" in words


# TLS 1.2 ----------------------------------------------------------------------------------------


def trailers_over(
    version: ssl.TLSVersion, port: int, root: Holding, own: Holding, folder: Path
) -> dict[str, str]:
    """How a call ends that speaks one version of TLS alone."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = version
    context.load_verify_locations(cadata=root.certificate.decode())
    (folder / "own.pem").write_bytes(own.certificate + own.key)
    context.load_cert_chain(folder / "own.pem")
    context.set_alpn_protocols(["h2"])
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as tls,
    ):
        return call_by_hand(tls)


def call_by_hand(tls: ssl.SSLSocket) -> dict[str, str]:
    """The headers and trailers of one call, made frame by frame."""
    wire = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    wire.initiate_connection()
    head = {
        ":method": "POST",
        ":scheme": "https",
        ":path": WHO,
        ":authority": "localhost",
        "te": "trailers",
        "content-type": "application/grpc",
    }
    wire.send_headers(1, list(head.items()))
    wire.send_data(1, bytes(5), end_stream=True)
    found: dict[str, str] = {}
    while True:
        tls.sendall(wire.data_to_send())
        for event in wire.receive_data(tls.recv(65536)):
            if isinstance(event, h2.events.ResponseReceived | h2.events.TrailersReceived):
                found |= {str(name): str(value) for name, value in event.headers or ()}
            if isinstance(event, h2.events.StreamEnded):
                return found


def test_a_call_by_tls_1_2_is_refused_and_told_so(root: Holding, port: int, tmp_path: Path) -> None:
    own = holding(root)
    good = trailers_over(ssl.TLSVersion.TLSv1_3, port, root, own, tmp_path)
    assert good["grpc-status"] == "0"
    bad = trailers_over(ssl.TLSVersion.TLSv1_2, port, root, own, tmp_path)
    assert bad["grpc-status"] == str(UNAUTHENTICATED.value[0])
    assert bad["grpc-message"].endswith("connect by TLS 1.3")


# Bare certificates ------------------------------------------------------------------------------


def test_a_certificate_is_read_in_pem_and_in_der(root: Holding, standings: Standings) -> None:
    peers = Peers(standings, [DOMAIN])
    own = holding(root).certificate
    der = x509.load_pem_x509_certificate(own).public_bytes(Encoding.DER)
    by_pem = peers.caller_of_certificate(own, "TLSv1.3", now())
    assert by_pem == peers.caller_of_certificate(der, "TLSv1.3", now())
    assert by_pem.agency == "AA/pd"
    assert by_pem.role is CallerRole.CUSTODIAN


@pytest.mark.parametrize(
    ("certificate", "version", "words"),
    [
        (b"", "TLSv1.3", "no client certificate"),
        (b"-----BEGIN CERTIFICATE-----", "TLSv1.3", "cannot be read"),
        (b"0\x03\x02\x01\x01", "TLSv1.3", "cannot be read"),
        (b"-----BEGIN CERTIFICATE-----", "", "the connection speaks no TLS"),
    ],
)
def test_what_is_no_certificate_names_nobody(
    standings: Standings, certificate: bytes, version: str, words: str
) -> None:
    with pytest.raises(RefusedCallError, match=words) as caught:
        Peers(standings, [DOMAIN]).caller_of_certificate(certificate, version, now())
    assert caught.value.status is Status.UNAUTHENTICATED


def test_an_authority_is_no_caller(root: Holding, standings: Standings) -> None:
    with pytest.raises(RefusedCallError, match="is an authority's; use one of a caller"):
        Peers(standings, [DOMAIN]).caller_of_certificate(root.certificate, "TLSv1.3", now())


def test_a_known_certificate_is_the_same_caller_until_the_standing_changes(
    root: Holding, standings: Standings
) -> None:
    peers = Peers(standings, [DOMAIN])
    own = holding(root).certificate
    first = peers.caller_of_certificate(own, "TLSv1.3", now())
    assert peers.caller_of_certificate(own, "TLSv1.3", now()) is first
    standings.replace(standing(spiffe()))
    again = peers.caller_of_certificate(own, "TLSv1.3", now())
    assert again == first
    assert again is not first
