"""An authority, certificates, registers and a service on loopback for these tests."""

from __future__ import annotations

import datetime
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from platelaw.federation.caller import CallerRole
from platelaw.federation.identity.authority import Holding, issue, new_request
from platelaw.federation.identity.authorizing import Authorizer
from platelaw.federation.identity.peer import Peers
from platelaw.federation.identity.spiffe import SpiffeId
from platelaw.federation.identity.standing import CallerOnFile, Standing, Standings
from platelaw.federation.identity.tables import State
from platelaw.federation.refusal import RefusedCallError

DOMAIN = "aa.example"
AGENCY = "AA/pd"
WHO = "/platelaw.test.v1.Who/Ask"
_STATUSES = {code.value[0]: code for code in grpc.StatusCode}


def now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def spiffe(
    role: CallerRole = CallerRole.CUSTODIAN, *, agency: str = AGENCY, domain: str = DOMAIN
) -> SpiffeId:
    return SpiffeId(domain, agency, role)


def holding(
    root: Holding,
    spiffe_id: SpiffeId | None = None,
    *,
    hosts: Sequence[str] = (),
    days: float = 1,
    at: datetime.datetime | None = None,
) -> Holding:
    """A certificate of this authority, as the commands make one."""
    asked = new_request(spiffe_id or spiffe(), hosts)
    return Holding(issue(root, asked.request, now=at or now(), days=days), asked.key)


def own_holding(root: Holding) -> Holding:
    """A certificate of the service itself."""
    return holding(root, spiffe(CallerRole.SERVICE), hosts=("localhost", "127.0.0.1"))


def forged(root: Holding, *uris: str) -> Holding:
    """A certificate that an authority would not make: any number of names, of any domain."""
    issuer = x509.load_pem_x509_certificate(root.certificate)
    issuer_key = load_pem_private_key(root.key, None)
    assert isinstance(issuer_key, ec.EllipticCurvePrivateKey)
    key = ec.generate_private_key(ec.SECP256R1())
    builder = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "forged")]))
        .issuer_name(issuer.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - datetime.timedelta(hours=1))
        .not_valid_after(now() + datetime.timedelta(hours=1))
    )
    if uris:
        names = [x509.UniformResourceIdentifier(uri) for uri in uris]
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    made = builder.sign(issuer_key, hashes.SHA256())
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Holding(made.public_bytes(Encoding.PEM), plain)


def unlimited_authority() -> Holding:
    """A root without name constraints, such as another tool may make."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "anybody")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - datetime.timedelta(hours=1))
        .not_valid_after(now() + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return Holding(made.public_bytes(Encoding.PEM), plain)


def standing(*ids: SpiffeId, state: State = State.GOOD, revoked: Sequence[str] = ()) -> Standing:
    return Standing({str(i): CallerOnFile(i, state, frozenset(revoked)) for i in ids})


def write_tls(folder: Path, own: Holding, *roots: Holding) -> None:
    """The files of a service, each replaced as a whole."""
    contents = {
        "tls.pem": own.certificate,
        "tls.key": own.key,
        "roots.pem": b"".join(root.certificate for root in roots),
    }
    for name, data in contents.items():
        scratch = folder / f".{name}"
        scratch.write_bytes(data)
        scratch.replace(folder / name)


@dataclass
class Clock:
    """The service's clock, which a test may turn on."""

    ahead: datetime.timedelta = datetime.timedelta()

    def now(self) -> datetime.datetime:
        return now() + self.ahead


class Guarded(grpc.GenericRpcHandler):
    """Answers every method with the id of its caller, once identity and policy let it in."""

    def __init__(self, peers: Peers, authorizer: Authorizer | None, clock: Clock) -> None:
        self._peers = peers
        self._authorizer = authorizer
        self._clock = clock

    def service(
        self, handler_call_details: grpc.HandlerCallDetails
    ) -> grpc.RpcMethodHandler[bytes, bytes]:
        method = handler_call_details.method

        def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
            del request
            moment = self._clock.now()
            try:
                caller = self._peers.caller_of(context, moment)
                if self._authorizer is not None:
                    self._authorizer.check(caller, method, moment)
            except RefusedCallError as fault:
                context.abort(_STATUSES[fault.status.value], fault.message)
            return caller.spiffe_id.encode()

        return grpc.unary_unary_rpc_method_handler(answer)


@contextmanager
def serving(
    credentials: grpc.ServerCredentials,
    standings: Standings,
    *,
    domains: Sequence[str] = (DOMAIN,),
    authorizer: Authorizer | None = None,
    clock: Clock | None = None,
) -> Generator[int]:
    """A service on a port of loopback."""
    server = grpc.server(ThreadPoolExecutor(2))
    server.add_generic_rpc_handlers(
        [Guarded(Peers(standings, domains), authorizer, clock or Clock())]
    )
    port = server.add_secure_port("127.0.0.1:0", credentials)
    server.start()
    try:
        yield port
    finally:
        server.stop(None).wait()


@contextmanager
def connected(port: int, roots: Holding, own: Holding | None) -> Generator[grpc.Channel]:
    """A channel of its own connection."""
    proof = (own.key, own.certificate) if own else (None, None)
    credentials = grpc.ssl_channel_credentials(roots.certificate, *proof)
    options = [("grpc.use_local_subchannel_pool", 1)]
    channel = grpc.secure_channel(f"127.0.0.1:{port}", credentials, options)
    try:
        yield channel
    finally:
        channel.close()


def ask(channel: grpc.Channel, method: str = WHO) -> str:
    """Whom the service takes the caller for."""
    call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(method)
    return call(b"", timeout=10).decode()


def refused(channel: grpc.Channel, method: str = WHO) -> tuple[grpc.StatusCode, str]:
    """The status and the words with which a call is refused."""
    with pytest.raises(grpc.RpcError) as caught:
        ask(channel, method)
    fault = caught.value
    assert isinstance(fault, grpc.Call)
    return fault.code(), fault.details() or ""
