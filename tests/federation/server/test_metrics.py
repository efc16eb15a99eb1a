from __future__ import annotations

import datetime
import socket
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prometheus_client.parser import text_string_to_metric_families

from platelaw.federation.server.config import Address, Tls
from platelaw.federation.server.metrics import Standing, exposition
from platelaw.federation.server.metrics_server import MOST_CONNECTIONS, MetricsServer
from platelaw.federation.server.reports import Report, counts_of, tally_of
from platelaw.federation.server.tallies import CLASSES, Tally

NOON = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)
DECIDE = "/platelaw.v1.DecisionService/Decide"
LOOPBACK = Address("127.0.0.1", 0)


def samples(standing: Standing) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    text = exposition(standing, NOON).decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def tally(*seconds: float) -> Tally:
    found = Tally()
    for second in seconds:
        found.end((DECIDE, "OK"), second)
    return found


def test_workers_are_added_up_with_those_that_are_gone() -> None:
    reports = [counts_of(tally(0.0002, 0.03)), counts_of(tally(9))]
    found = samples(Standing(reports, gone=tally(0.0002), gone_shed=2, workers=3))
    labels = (("method", DECIDE), ("status", "OK"))
    assert found["platelaw_call_seconds_count", labels] == 4
    assert found["platelaw_call_seconds_sum", labels] == pytest.approx(9.0304)
    assert found["platelaw_call_seconds_bucket", (("le", "0.00025"), *labels)] == 2
    assert found["platelaw_call_seconds_bucket", (("le", "0.05"), *labels)] == 3
    assert found["platelaw_call_seconds_bucket", (("le", "+Inf"), *labels)] == 4
    assert found["platelaw_shed_calls_total", ()] == 2
    assert (found["platelaw_workers_wanted", ()], found["platelaw_workers_up", ()]) == (3, 2)


def test_the_oldest_policies_the_worst_clock_and_every_failed_check_are_told() -> None:
    hour = datetime.timedelta(hours=1)
    reports = [
        Report(issued=(NOON - hour).timestamp(), digest="aa", clock_offset=0.5),
        Report(issued=(NOON - 2 * hour).timestamp(), digest="bb", why_not={"store": "full"}),
    ]
    found = samples(Standing(reports))
    assert found["platelaw_policy_age_seconds", ()] == 7200
    assert found["platelaw_clock_offset_seconds", ()] == 0.5
    assert found["platelaw_failed_checks", (("check", "store"),)] == 1
    assert found["platelaw_workers_serving", ()] == 1
    assert found["platelaw_policy_info", (("digest", "aa"),)] == 1


def test_a_report_holds_what_a_tally_counts() -> None:
    counted = tally(0.0002, 3)
    counted.outcomes[DECIDE, "HOLD"] = 5
    again = tally_of(counts_of(counted))
    assert (again.calls, again.outcomes) == (counted.calls, counted.outcomes)
    assert len(again.calls[DECIDE, "OK"].classes) == CLASSES


# Over HTTP -----------------------------------------------------------------------------------


Start = Callable[..., MetricsServer]


@pytest.fixture
def start() -> Iterator[Start]:
    servers: list[MetricsServer] = []

    def started(*arguments: object, **more: object) -> MetricsServer:
        server = MetricsServer(LOOPBACK, lambda: b"up 1\n", **more)  # type: ignore[arg-type]
        servers.append(server)
        server.start()
        return server

    yield started
    for server in servers:
        server.stop()


def test_on_loopback_metrics_are_told(start: Start) -> None:
    port = start().port
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as response:
        assert response.read() == b"up 1\n"
        assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/other", timeout=10)
    with refusal.value as error:
        assert error.code == 404


def test_silent_connections_take_so_many_threads_and_no_more(start: Start) -> None:
    port, before = start().port, threading.active_count()
    with ExitStack() as open_:
        silent = [
            open_.enter_context(socket.create_connection(("127.0.0.1", port), timeout=3))
            for _ in range(MOST_CONNECTIONS + 1)
        ]
        assert silent[-1].recv(1) == b""
        assert threading.active_count() <= before + MOST_CONNECTIONS


def test_beyond_loopback_metrics_need_certificates() -> None:
    with pytest.raises(ValueError, match="loopback"):
        MetricsServer(Address("0.0.0.0", 0), lambda: b"")


def certificate(name: str, folder: Path) -> Tls:
    """A certificate that is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1))
        .not_valid_after(datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    tls = Tls(folder / f"{name}.pem", folder / f"{name}.key", folder / "authorities.pem")
    tls.certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    tls.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return tls


def read(port: int, server: Tls, client: Tls | None) -> tuple[int, bytes]:
    context = ssl.create_default_context(cafile=str(server.certificate))
    if client is not None:
        context.load_cert_chain(client.certificate, client.key)
    url = f"https://localhost:{port}/metrics"
    try:
        with urllib.request.urlopen(url, context=context, timeout=10) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_a_certificate_that_may_not_read_metrics_is_refused(start: Start, tmp_path: Path) -> None:
    service, auditor, vendor, stranger = (
        certificate(name, tmp_path) for name in ("service", "auditor", "vendor", "stranger")
    )
    known = auditor.certificate.read_text() + vendor.certificate.read_text()
    service.authorities.write_text(known)

    def is_auditor(shown: x509.Certificate) -> bool:
        return "auditor" in shown.subject.rfc4514_string()

    port = start(tls=service, may_read=is_auditor).port
    assert read(port, service, auditor) == (200, b"up 1\n")
    assert read(port, service, vendor)[0] == 403
    for nobody in (stranger, None):
        with pytest.raises(OSError, match=r"alert|reset|closed|EOF"):
            read(port, service, nobody)
