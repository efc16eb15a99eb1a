"""TLS credentials that follow their files: new certificates and authorities without a restart.

The files are looked at on every handshake and read when one has changed. A pair that is torn or
does not match changes nothing: the last good one stays in use, and the fault is reported once.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import cast

import grpc
from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from .certificates import read_certificates, trust_domains_of

Report = Callable[[str], None]
_Marks = tuple[tuple[int, int, int], ...]


class CredentialsError(Exception):
    """Files that make no TLS credentials; the message names the file and the mend."""


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Where a service or a client keeps what it proves itself by, all PEM.

    Attributes:
        certificate: Its certificate, followed by intermediate ones if there are any.
        key: Its private key.
        authorities: The roots that it believes.
        trust_domains: The trust domains whose ids these roots may vouch for; None where nobody is
            let in by an id, as in a client, which knows its service by the name of its host.
    """

    certificate: Path
    key: Path
    authorities: Path
    trust_domains: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class TlsPair:
    """What the files said when they were read, found to fit together."""

    certificate: bytes
    key: bytes = field(repr=False)
    authorities: bytes


def read_pair(files: TlsFiles) -> TlsPair:
    """The contents of the files.

    Raises:
        CredentialsError: One cannot be read, or they do not fit together.
    """
    pair = TlsPair(*map(_bytes, (files.certificate, files.key, files.authorities)))
    certificate = _certificates(files.certificate, pair.certificate)[0]
    try:
        key = load_pem_private_key(pair.key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise CredentialsError(
            f"{files.key}: not a private key in PEM without a password; write one"
        ) from fault
    if key.public_key() != certificate.public_key():
        raise CredentialsError(
            f"{files.key}: not the key of {files.certificate}; replace both files together"
        )
    for root in _certificates(files.authorities, pair.authorities):
        if files.trust_domains is not None:
            _check_limits(files.authorities, files.trust_domains, root)
    return pair


class ServerTls:
    """The TLS credentials of a service, as its files are now.

    Args:
        files: Where they are kept.
        report: Told once of every change that cannot be used.

    Raises:
        CredentialsError: The files make none at the start.
    """

    def __init__(self, files: TlsFiles, report: Report) -> None:
        self._files = files
        self._report = report
        self._lock = Lock()
        self._marks = self._looked_at()
        self._pair = read_pair(files)

    def pair(self) -> TlsPair:
        """The last contents of the files that fit together."""
        with self._lock:
            marks = self._looked_at()
            if marks != self._marks:
                self._marks = marks
                self._read_again()
            return self._pair

    def credentials(self) -> grpc.ServerCredentials:
        """Credentials for gRPC ports; clients must prove themselves."""
        given = self.pair()

        def fetch() -> grpc.ServerCertificateConfiguration | None:
            nonlocal given
            pair = self.pair()
            if pair is given:
                return None
            given = pair
            return _configuration(pair)

        # The stubs do not know that None means no change.
        fetcher = cast("Callable[[], grpc.ServerCertificateConfiguration]", fetch)
        return grpc.dynamic_ssl_server_credentials(
            _configuration(given), fetcher, require_client_authentication=True
        )

    def context(self, *, for_anybody: bool = False) -> ssl.SSLContext:
        """A context for HTTP servers: TLS 1.3 alone.

        Args:
            for_anybody: Whether clients need not prove themselves; else they must.

        Raises:
            CredentialsError: The files changed meanwhile and fit together no more.
        """
        pair, current = self.pair(), self._context(for_anybody)

        def swap(connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
            nonlocal pair, current
            del name, context
            now = self.pair()
            if now is not pair:
                try:
                    pair, current = now, self._context(for_anybody)
                except CredentialsError as fault:
                    self._report(f"the certificates in use stay: {fault}")
            connection.context = current

        asked = self._context(for_anybody)
        asked.sni_callback = swap  # asked of every connection, whether it names a host or not
        return asked

    def _context(self, for_anybody: bool) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.verify_mode = ssl.CERT_NONE if for_anybody else ssl.CERT_REQUIRED
        context.num_tickets = 0  # a resumed session would outlive the authority that let it in
        try:
            context.load_cert_chain(self._files.certificate, self._files.key)
            context.load_verify_locations(self._files.authorities)
        except OSError as fault:
            raise CredentialsError(
                f"{self._files.certificate}: cannot be used: {fault.strerror or fault}; replace it "
                "and its key together"
            ) from fault
        return context

    def _looked_at(self) -> _Marks:
        return tuple(
            _mark(path)
            for path in (self._files.certificate, self._files.key, self._files.authorities)
        )

    def _read_again(self) -> None:
        try:
            self._pair = read_pair(self._files)
        except CredentialsError as fault:
            self._report(f"the certificates in use stay: {fault}")


def _configuration(pair: TlsPair) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(pair.key, pair.certificate)], pair.authorities
    )


def _mark(path: Path) -> tuple[int, int, int]:
    """By what a change of a file is noticed."""
    try:
        seen = path.stat()
    except OSError:
        return (0, 0, 0)
    return (seen.st_mtime_ns, seen.st_size, seen.st_ino)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as fault:
        raise CredentialsError(
            f"{path}: cannot be read: {fault.strerror or fault}; name a file in PEM"
        ) from fault


def _certificates(path: Path, data: bytes) -> list[x509.Certificate]:
    try:
        return read_certificates(data)
    except ValueError as fault:
        raise CredentialsError(f"{path}: holds no certificate in PEM; write one") from fault


def _check_limits(
    authorities: Path, trust_domains: Collection[str], root: x509.Certificate
) -> None:
    """A root that may vouch for anybody is believed only where one trust domain is let in."""
    try:
        vouched = trust_domains_of(root)
    except ValueError as fault:
        raise CredentialsError(f"{authorities}: cannot be read: {fault}; replace it") from fault
    if not vouched and len(trust_domains) > 1:
        raise CredentialsError(
            f"{authorities}: the root `{root.subject.rfc4514_string()}` may vouch for any "
            "trust domain; use roots with name constraints, or let one trust domain in"
        )
    others = sorted(set(vouched) - set(trust_domains))
    if others:
        raise CredentialsError(
            f"{authorities}: the root `{root.subject.rfc4514_string()}` vouches for "
            f"{', '.join(others)}, which is not let in; remove the root or let that domain in"
        )
