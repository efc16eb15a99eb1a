"""What a worker of the server runs: the service of a configuration, and how its policies come.

``build`` and ``sync`` are named to the supervisor by their places. One process fetches and verifies
policies and keeps what it parsed; workers load that and swap it in. Everything that must not be
lost lies in the folder ``state``: the mirror of the repository, the evidence, and a cache that may
be deleted at any time.
"""

from __future__ import annotations

import datetime
import socket
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from ..engine.cache import Cache
from .authzen.serving import AuthzenServer, ask_through
from .bundles.client import Clock, VerifiedBundle, stored
from .bundles.client import sync as sync_bundle
from .bundles.errors import BundleError
from .bundles.updating import is_root
from .call import Handlers
from .deciding.recording import Recording
from .evidence.database import StoreError
from .identity.authorizing import METRICS, Authorizer, load_authorizer
from .identity.credentials import CredentialsError, ServerTls, TlsFiles, read_pair
from .identity.peer import TLS_VERSION, Peers
from .identity.spiffe import SpiffeError, check_trust_domain
from .identity.standing import Standings
from .identity.tables import TableError
from .log.key_policy import load_key_policy
from .log.keyring import KeyRing
from .log.keys_servicer import handlers as key_handlers
from .log.opening import Place, open_store, place_of
from .log.policies import PolicyArchive
from .log.reading import handlers as log_handlers
from .log.remote import RemoteLog
from .log.sealer import RingSealer
from .log.vault import VaultError
from .log.witnessed import clients_of
from .refusal import RefusedCallError
from .server.config import Address, Config, LogSettings
from .server.faults import traced
from .server.gate import Gate
from .server.health import Check
from .server.served import PolicyInUse, RefusedPoliciesError, Served, Tools, nothing_to_close
from .server.writable import why_not_writable
from .service import Service, Version
from .witness.policy import PolicyError, read_policy
from .witness.quorum import faults_of_outside

BUILD = f"{__name__}:build"
SYNC = f"{__name__}:sync"
_READ_AGAIN = datetime.timedelta(minutes=1)


def build(config: Config, tools: Tools) -> Served:
    """The service of a configuration, which records what it answers.

    Raises:
        ImportError: It cannot be built; the message tells why, and the mend.
    """
    return served(config, tools, RemoteLog(config.log.socket, config.log.window))


def served(config: Config, tools: Tools, log: RemoteLog | None) -> Served:
    """The service of a configuration.

    Args:
        config: The configuration.
        tools: What it is built with.
        log: Its log; None records nothing, which is for measuring what recording costs.

    Raises:
        ImportError: It cannot be built; the message tells why, and the mend.
    """
    clock = tools.clock.now
    checks: dict[str, Check] = {}
    try:
        tls = ServerTls(_files(config), lambda text: _warn(tools, text))
        recording, ring = None, None
        if log is not None:
            ring = KeyRing.open(config.log.seals)
            recording = Recording(log, RingSealer(ring), config.operator)
            checks["log"] = Check(lambda: log.why_not)
        service = Service.of(
            _first(config, clock),
            store=config.state / "evidence.sqlite",
            trust_domains=(config.trust_domain,),
            authorizer=load_authorizer(cache=_cache(config)),
            clock=clock,
            recording=recording,
            unwitnessed=(lambda: log.is_unwitnessed) if log is not None else (lambda: False),
            alarm=lambda fault: _alarm(tools, fault),
            after=tools.accounts.after,
        )
    except (BundleError, CredentialsError, StoreError, TableError, VaultError) as fault:
        raise ImportError(str(fault)) from fault
    answering = {**service.handlers()}
    if log is not None and ring is not None:
        log.start()
        answering |= handlers_of_log(place_of(config), service, ring, tools)
    http = config.http_listen
    faces = [HttpFace(http, tls, clock, service.peers)] if http else []
    return Served(
        answering,
        service.peers.caller_of,
        service.authorize,
        tls.credentials(),
        checks={
            "policies": Check(lambda: _too_old(service)),
            "evidence": Check(lambda: why_not_writable(config.state)),
            **checks,
        },
        close=log.close if log is not None else nothing_to_close,
        renew=lambda: renew(config, service),
        policy=lambda: policy_in_use(service),
        faces=faces,
    )


def handlers_of_log(place: Place, service: Service, ring: KeyRing, tools: Tools) -> Handlers:
    """What answers calls about the log of a service and its keys, by full method name.

    Args:
        place: Where the log is kept; it is opened when somebody reads first.
        service: The service, which records in it.
        ring: The keys.
        tools: What the service is built with.

    Raises:
        ValueError: The service records nothing.
    """
    if service.record is None:
        raise ValueError("a service without a log has nothing to tell of it")
    keys = key_handlers(
        ring,
        load_key_policy(),
        service.snapshots,
        service.record,
        lambda fault: tools.log.error("keys", why=str(fault)),
    )
    return {**keys, **log_handlers(lambda: open_store(place, only_reading=True))}


def sync(config: Config) -> PolicyInUse:
    """Fetch the policies of a configuration, verify them, and keep them.

    Raises:
        RefusedPoliciesError: They are not taken over; those before go on deciding.
    """
    root = config.repository.root
    try:
        bundle = sync_bundle(
            config.repository.source,
            _mirror(config),
            root.read_bytes(),
            store=_cache(config),
        )
    except BundleError as fault:
        raise RefusedPoliciesError(str(fault)) from fault
    except OSError as fault:
        raise RefusedPoliciesError(f"{root}: {fault.strerror or fault}") from fault
    if bundle.fault is not None:
        raise RefusedPoliciesError(str(bundle.fault))
    return PolicyInUse(bundle.digest, bundle.issued_at, bundle.alarms)


def renew(config: Config, service: Service) -> None:
    """Let the policies decide that were fetched last, and forget evidence that is over.

    Raises:
        RefusedPoliciesError: They cannot be loaded.
    """
    service.store.tidy(service.clock())
    try:
        version = Version.of(_keep(config, _stored(config, service.clock)), service.clock)
    except (BundleError, TableError) as fault:
        raise RefusedPoliciesError(str(fault)) from fault
    if version.snapshot.digest != service.snapshots.current.digest:
        service.take(version)
    else:
        service.refresh(version)


def faults_of(config: Config) -> tuple[str, ...]:
    """What is wrong with a configuration that only the files tell which it names, with the mend.

    A folder of policies that is away is such a fault, though a service that has been fed before
    starts without it.
    """
    found: list[str] = []
    repository = config.repository
    try:
        check_trust_domain(config.trust_domain)
    except SpiffeError as fault:
        found.append(f"trust_domain: {fault}")
    try:
        read_pair(_files(config))
    except CredentialsError as fault:
        found.append(f"tls: {fault}")
    if "://" not in repository.source and not Path(repository.source).is_dir():
        found.append(f"repository.folder: there is no folder {repository.source}; mend its name")
    if not is_root(repository.root.read_bytes()):
        found.append(
            f"repository.root: {repository.root} is not the root of a repository; "
            "use 1.root.json as it was handed over"
        )
    found += _faults_of_witnesses(config.log)
    return tuple(f"{config.file}: {fault}" for fault in found)


def _faults_of_witnesses(log: LogSettings) -> list[str]:
    if log.witnesses is None:
        return []
    try:
        policy = read_policy(log.witnesses)
        clients_of(policy, log.witness_authorities)
    except PolicyError as error:
        return [f"log.witnesses: {fault}" for fault in error.faults]
    return [f"log.outside: {fault}" for fault in faults_of_outside(policy, log.outside)]


def policy_in_use(service: Service) -> PolicyInUse:
    """Which policies decide."""
    snapshot = service.snapshots.current
    return PolicyInUse(snapshot.digest, snapshot.issued_at)


@dataclass(slots=True)
class HttpFace:
    """The HTTP face of a worker.

    Attributes:
        address: Where it listens.
        tls: What it shows and asks for.
        clock: The time in UTC.
        peers: Who calls; to be set before it starts.
        is_shared: Whether other workers listen on the same port.
        url: Its address, once it listens.
    """

    address: Address
    tls: ServerTls
    clock: Clock
    peers: Peers | None = None
    is_shared: bool = True
    url: str = field(default="", init=False)
    _server: AuthzenServer | None = field(default=None, init=False)

    def start(self, gate: Gate) -> None:
        """Listen.

        Raises:
            OSError: The address cannot be had.
        """
        assert self.peers is not None
        ask = ask_through(gate, self.peers)
        listening = _listening(self.address, is_shared=self.is_shared)
        self._server = AuthzenServer(ask, self.tls.context(), listening, clock=self.clock)
        self.url = self._server.url
        self._server.start()

    def stop(self, grace: float) -> None:
        """Finish what is under way."""
        del grace  # it has its own
        if self._server is not None:
            self._server.stop()


def _listening(address: Address, *, is_shared: bool) -> socket.socket:
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        sharing = socket.SO_REUSEPORT if is_shared else socket.SO_REUSEADDR
        listening.setsockopt(socket.SOL_SOCKET, sharing, 1)
        listening.bind((address.host, address.port))
    except OSError as fault:
        listening.close()
        raise OSError(f"{address}: cannot listen there ({fault.strerror})") from None
    return listening


def _first(config: Config, clock: Clock) -> Version:
    """What decides from the beginning: what was fetched before, or what is there now."""
    try:
        return Version.of(_keep(config, _stored(config, clock)), clock)
    except BundleError:
        try:
            sync(config)
        except RefusedPoliciesError as fault:
            raise ImportError(str(fault)) from fault
        return Version.of(_keep(config, _stored(config, clock)), clock)


def _stored(config: Config, clock: Clock) -> VerifiedBundle:
    root = config.repository.root.read_bytes()
    return stored(_mirror(config), root, clock=clock, store=_cache(config))


def archive_of(config: Config) -> PolicyArchive:
    """Every version of the policies that ever decided."""
    return PolicyArchive(config.state / "policies")


def _keep(config: Config, bundle: VerifiedBundle) -> VerifiedBundle:
    """Keep a version, so that what it answers can be recomputed.

    Raises:
        BundleError: It cannot be kept, so it may not decide.
    """
    try:
        archive_of(config).keep(bundle.digest, bundle.files, bundle.issued_at)
    except OSError as fault:
        told = fault.strerror or fault
        raise BundleError(f"{config.state}: policies cannot be kept there: {told}") from fault
    return bundle


def _files(config: Config) -> TlsFiles:
    tls = config.tls
    return TlsFiles(tls.certificate, tls.key, tls.authorities, (config.trust_domain,))


def _mirror(config: Config) -> Path:
    return config.state / "mirror"


def _cache(config: Config) -> Cache:
    return Cache(config.state / "cache")


def _too_old(service: Service) -> str:
    expired = service.snapshots.current.is_expired(service.clock())
    return "the policies are more than seven days old; everything is denied" if expired else ""


def _warn(tools: Tools, text: str) -> None:
    tools.log.warning("certificates", why=text)


def _alarm(tools: Tools, fault: Exception) -> None:
    tools.log.error("evaluation failed", **traced(fault))


@dataclass(slots=True)
class MetricsReaders:
    """Who may read the metrics of a server: whoever the register and the policy of the service let.

    The register is read again when somebody asks a minute later.
    """

    config: Config
    clock: Clock
    _authorizer: Authorizer = field(default_factory=load_authorizer, init=False)
    _peers: Peers | None = field(default=None, init=False)
    _read_at: datetime.datetime | None = field(default=None, init=False)

    def may_read(self, certificate: Certificate) -> bool:
        """Whether the holder of a certificate may, whose key the connection has proved."""
        now = self.clock()
        try:
            caller = self._callers(now).caller_of_certificate(
                certificate.public_bytes(Encoding.DER), TLS_VERSION, now
            )
            self._authorizer.check(caller, METRICS, now)
        except (BundleError, RefusedCallError, TableError):
            return False
        return True

    def _callers(self, now: datetime.datetime) -> Peers:
        if self._peers is None or self._read_at is None or now - self._read_at > _READ_AGAIN:
            version = Version.of(_stored(self.config, self.clock), self.clock)
            self._peers = Peers(Standings(version.standing), (self.config.trust_domain,))
            self._read_at = now
        return self._peers
