"""What X.509 certificates say that the service reads."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes

from .standing import serial_text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Shown:
    """What a certificate says, for a reader.

    Attributes:
        uris: Its URI names; a caller has exactly one.
        hosts: The names and addresses at which its holder may answer calls.
        serial: Its serial number, as the register of callers writes it.
        begins: From when it counts, in UTC.
        ends: Until when, in UTC.
        issuer: Who signed it.
        vouches_for: The trust domains for which it may vouch; none if it is no limited authority.
        fingerprint: SHA-256 of the certificate, in hexadecimal.
    """

    uris: tuple[str, ...]
    hosts: tuple[str, ...]
    serial: str
    begins: datetime.datetime
    ends: datetime.datetime
    issuer: str
    vouches_for: tuple[str, ...]
    fingerprint: str


def shown(certificate: x509.Certificate) -> Shown:
    """What a certificate says, for a reader.

    Raises:
        ValueError: Its extensions cannot be read.
    """
    names = _alternative_names(certificate)
    dns = names.get_values_for_type(x509.DNSName) if names else []
    addresses = names.get_values_for_type(x509.IPAddress) if names else []
    return Shown(
        tuple(uris_of(certificate)),
        (*dns, *map(str, addresses)),
        serial_of(certificate),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        certificate.issuer.rfc4514_string(),
        trust_domains_of(certificate),
        certificate.fingerprint(hashes.SHA256()).hex(),
    )


def read_certificate(data: bytes) -> x509.Certificate:
    """A certificate in PEM or DER.

    Raises:
        ValueError: It is none.
    """
    is_pem = data.lstrip().startswith(b"-----BEGIN")
    read = x509.load_pem_x509_certificate if is_pem else x509.load_der_x509_certificate
    return _read(read, data)


def read_certificates(data: bytes) -> list[x509.Certificate]:
    """The certificates of a file in PEM; there is at least one.

    Raises:
        ValueError: One is none.
    """
    return _read(x509.load_pem_x509_certificates, data)


def read_request(data: bytes) -> x509.CertificateSigningRequest:
    """A request for a certificate (PKCS #10) in PEM, signed by the key that it is for.

    Raises:
        ValueError: It is none.
    """
    found = _read(x509.load_pem_x509_csr, data)
    if not found.is_signature_valid:
        raise ValueError("the signature does not fit")
    return found


def _read(read: Callable[[bytes], T], data: bytes) -> T:
    """What a reader makes of data; whatever is wrong with them is a ValueError."""
    try:
        return read(data)
    except (x509.InvalidVersion, UnsupportedAlgorithm) as fault:
        raise ValueError(str(fault)) from fault


def uris_of(certificate: x509.Certificate | x509.CertificateSigningRequest) -> list[str]:
    """The URI names of a certificate, or of a request for one.

    Raises:
        ValueError: Its extensions cannot be read.
    """
    names = _alternative_names(certificate)
    return names.get_values_for_type(x509.UniformResourceIdentifier) if names else []


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number, as the register of callers writes it."""
    return serial_text(certificate.serial_number)


def is_authority(certificate: x509.Certificate) -> bool:
    """Whether a certificate may sign others.

    Raises:
        ValueError: Its extensions cannot be read.
    """
    try:
        found = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
    except x509.ExtensionNotFound:
        return False
    except x509.DuplicateExtension as fault:
        raise ValueError(str(fault)) from fault
    return found.value.ca


def trust_domains_of(root: x509.Certificate) -> tuple[str, ...]:
    """The trust domains for which a root may vouch; none if no limit stands in it.

    Raises:
        ValueError: Its extensions cannot be read.
    """
    try:
        limits = root.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return ()
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as fault:
        raise ValueError(str(fault)) from fault
    permitted = limits.permitted_subtrees or ()
    return tuple(n.value for n in permitted if isinstance(n, x509.UniformResourceIdentifier))


def _alternative_names(
    certificate: x509.Certificate | x509.CertificateSigningRequest,
) -> x509.SubjectAlternativeName | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return None
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as fault:
        raise ValueError(str(fault)) from fault
