"""An authority for tests and small deployments, and requests for certificates of any authority.

Keys are P-256. A certificate names one caller by exactly one URI (X509-SVID, section 2), and an
authority may vouch for its own trust domain only (RFC 5280, section 4.2.1.10).
"""

from __future__ import annotations

import datetime
import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass, field

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from .certificates import read_certificate, read_request, trust_domains_of, uris_of
from .spiffe import SpiffeError, SpiffeId, check_trust_domain, parse_spiffe

AUTHORITY_DAYS = 3650
CERTIFICATE_DAYS = 30
_SKEW = datetime.timedelta(minutes=5)  # clocks that are a little behind


class AuthorityError(Exception):
    """A certificate that cannot be made; the message tells the mend."""


@dataclass(frozen=True, slots=True)
class Holding:
    """A certificate and its private key, both PEM."""

    certificate: bytes
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Requested:
    """A request for a certificate (PKCS #10) and the private key behind it, both PEM."""

    request: bytes
    key: bytes = field(repr=False)


def new_authority(
    trust_domain: str, *, now: datetime.datetime, days: float = AUTHORITY_DAYS
) -> Holding:
    """A root that may vouch for one trust domain.

    Raises:
        SpiffeError: The name is no trust domain.
    """
    check_trust_domain(trust_domain)
    key = ec.generate_private_key(ec.SECP256R1())
    name = _named("platelaw authority", trust_domain)
    limits = x509.NameConstraints([x509.UniformResourceIdentifier(trust_domain)], None)
    certificate = (
        _begun(name, key.public_key(), now, now + datetime.timedelta(days=days))
        .issuer_name(name)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(of_authority=True), critical=True)
        .add_extension(limits, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Holding(_pem(certificate), _private_pem(key))


def new_request(spiffe_id: SpiffeId, hosts: Sequence[str] = ()) -> Requested:
    """A request for a certificate of one caller, or of a service at some hosts.

    Raises:
        AuthorityError: A host is neither a name nor an address.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    names = [x509.UniformResourceIdentifier(str(spiffe_id)), *map(_host, hosts)]
    request = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(_named("platelaw"))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Requested(_pem(request), _private_pem(key))


def issue(
    authority: Holding, request: bytes, *, now: datetime.datetime, days: float = CERTIFICATE_DAYS
) -> bytes:
    """A certificate for what a request asks, in PEM; it ends with the authority at the latest.

    Raises:
        AuthorityError: The request or the authority cannot be gone by.
    """
    root, root_key = _opened(authority)
    asked = _request(request)
    _check_trust_domain(root, _asked_for(asked))
    names = _names(asked)
    ends = min(now + datetime.timedelta(days=days), root.not_valid_after_utc)
    if ends <= now:
        raise AuthorityError(f"the authority expired on {ends:%Y-%m-%d}; make a new one")
    answers = any(not isinstance(name, x509.UniformResourceIdentifier) for name in names)
    certificate = (
        _begun(_named("platelaw"), _public(asked), now, ends)
        .issuer_name(root.subject)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(of_authority=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage(_purposes(answers=answers)), critical=False)
        .add_extension(names, critical=False)
        .add_extension(_issuer_key(root), critical=False)
        .sign(root_key, hashes.SHA256())
    )
    return _pem(certificate)


# Reading --------------------------------------------------------------------------------------


def _opened(authority: Holding) -> tuple[x509.Certificate, ec.EllipticCurvePrivateKey]:
    mend = "name the folder that `platelaw keys authority` made"
    try:
        root = read_certificate(authority.certificate)
        trust_domains_of(root)
        key = serialization.load_pem_private_key(authority.key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as fault:
        raise AuthorityError(f"the authority cannot be read; {mend}") from fault
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != root.public_key():
        raise AuthorityError(f"the authority's key is not that of its certificate; {mend}")
    return root, key


def _request(request: bytes) -> x509.CertificateSigningRequest:
    try:
        return read_request(request)
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise AuthorityError(
            "not a signed request for a certificate; make one with `platelaw keys request`"
        ) from fault


def _public(asked: x509.CertificateSigningRequest) -> ec.EllipticCurvePublicKey:
    key = asked.public_key()
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise AuthorityError("the request is for a key of another kind; make one of a P-256 key")
    return key


def _asked_for(asked: x509.CertificateSigningRequest) -> SpiffeId:
    """The one caller that a request names."""
    try:
        uris = uris_of(asked)
    except ValueError as fault:
        raise AuthorityError("the names of the request cannot be read; make a new one") from fault
    if len(uris) != 1:
        raise AuthorityError(f"the request names {len(uris)} URIs; request exactly one SPIFFE id")
    try:
        return parse_spiffe(uris[0])
    except SpiffeError as fault:
        raise AuthorityError(f"the request names no caller: {fault}") from fault


def _names(asked: x509.CertificateSigningRequest) -> x509.SubjectAlternativeName:
    """The id that a request asks for and the hosts beside it."""
    names = asked.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    for name in names:
        if not isinstance(name, x509.UniformResourceIdentifier | x509.DNSName | x509.IPAddress):
            raise AuthorityError(
                "the request names more than an id and hosts; request one SPIFFE id, and names and "
                "addresses of hosts if it is of a service"
            )
    return x509.SubjectAlternativeName(names)


def _check_trust_domain(root: x509.Certificate, spiffe_id: SpiffeId) -> None:
    vouched = trust_domains_of(root)
    if spiffe_id.trust_domain not in vouched:
        raise AuthorityError(
            f"the authority does not vouch for the trust domain `{spiffe_id.trust_domain}`; "
            f"request an id of {' or '.join(vouched) or 'the domain of another authority'}"
        )


# Building -------------------------------------------------------------------------------------


def _begun(
    subject: x509.Name,
    key: ec.EllipticCurvePublicKey,
    begins: datetime.datetime,
    ends: datetime.datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins - _SKEW)
        .not_valid_after(ends)
    )


def _named(organization: str, common_name: str = "") -> x509.Name:
    names = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization)]
    if common_name:
        names.append(x509.NameAttribute(NameOID.COMMON_NAME, common_name[:64]))
    return x509.Name(names)


def _host(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        pass
    try:
        return x509.DNSName(host)
    except ValueError:
        raise AuthorityError(
            f"`{host}` is no name and no address of a host; write one such as service.example"
        ) from None


def _usage(*, of_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not of_authority,
        key_cert_sign=of_authority,
        crl_sign=of_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _purposes(*, answers: bool) -> list[x509.ObjectIdentifier]:
    """Whoever names a host answers calls there; everyone may call."""
    server = [ExtendedKeyUsageOID.SERVER_AUTH] if answers else []
    return [ExtendedKeyUsageOID.CLIENT_AUTH, *server]


def _issuer_key(root: x509.Certificate) -> x509.AuthorityKeyIdentifier:
    key = root.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return x509.AuthorityKeyIdentifier.from_issuer_public_key(key)


def _pem(made: x509.Certificate | x509.CertificateSigningRequest) -> bytes:
    return made.public_bytes(serialization.Encoding.PEM)


def _private_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
