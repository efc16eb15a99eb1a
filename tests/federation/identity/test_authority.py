from __future__ import annotations

import datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from platelaw.federation.caller import CallerRole
from platelaw.federation.identity.authority import (
    AuthorityError,
    Holding,
    issue,
    new_authority,
    new_request,
)
from platelaw.federation.identity.certificates import trust_domains_of, uris_of
from platelaw.federation.identity.spiffe import SpiffeError

from .world import DOMAIN, now, own_holding, spiffe


@pytest.fixture(scope="module")
def root() -> Holding:
    return new_authority(DOMAIN, now=now())


def signed_request(
    *names: x509.GeneralName, key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None
) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    made = builder.sign(key or ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return made.public_bytes(Encoding.PEM)


def uri(text: str) -> x509.GeneralName:
    return x509.UniformResourceIdentifier(text)


def test_an_authority_is_limited_to_its_trust_domain(root: Holding) -> None:
    made = x509.load_pem_x509_certificate(root.certificate)
    assert trust_domains_of(made) == (DOMAIN,)
    limits = made.extensions.get_extension_for_class(x509.NameConstraints)
    assert limits.critical


def test_a_trust_domain_must_be_one() -> None:
    with pytest.raises(SpiffeError, match="has no port"):
        new_authority("aa.example:443", now=now())


def test_a_request_names_its_caller_and_holds_no_private_key() -> None:
    asked = new_request(spiffe())
    read = x509.load_pem_x509_csr(asked.request)
    assert uris_of(read) == [str(spiffe())]
    assert b"PRIVATE" not in asked.request
    assert asked.key.startswith(b"-----BEGIN PRIVATE KEY-----")


def test_a_caller_s_certificate_has_one_name_and_may_not_answer_calls(root: Holding) -> None:
    made = x509.load_pem_x509_certificate(
        issue(root, new_request(spiffe()).request, now=now(), days=2)
    )
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    purposes = made.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(names) == [x509.UniformResourceIdentifier(str(spiffe()))]
    assert list(purposes) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    left = made.not_valid_after_utc - now()
    assert datetime.timedelta(days=1, hours=23) < left <= datetime.timedelta(days=2)


def test_a_service_s_certificate_names_its_hosts_beside_its_one_uri(root: Holding) -> None:
    made = x509.load_pem_x509_certificate(own_holding(root).certificate)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert uris_of(made) == [str(spiffe(CallerRole.SERVICE))]
    assert names.get_values_for_type(x509.DNSName) == ["localhost"]
    assert [str(ip) for ip in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1"]


def test_a_private_key_does_not_show_where_its_holder_is_printed(root: Holding) -> None:
    assert "PRIVATE" not in repr((root, new_request(spiffe())))


def test_no_two_certificates_share_a_serial_number(root: Holding) -> None:
    request = new_request(spiffe()).request
    made = [x509.load_pem_x509_certificate(issue(root, request, now=now())) for _ in range(3)]
    assert len({each.serial_number for each in made}) == 3


def test_a_certificate_ends_with_its_authority() -> None:
    short = new_authority(DOMAIN, now=now(), days=1)
    made = x509.load_pem_x509_certificate(
        issue(short, new_request(spiffe()).request, now=now(), days=30)
    )
    assert made.not_valid_after_utc - now() <= datetime.timedelta(days=1)


def test_an_authority_that_has_expired_issues_nothing() -> None:
    old = new_authority(DOMAIN, now=now() - datetime.timedelta(days=5), days=1)
    with pytest.raises(AuthorityError, match="the authority expired on"):
        issue(old, new_request(spiffe()).request, now=now())


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (b"", "not a signed request for a certificate; make one with `platelaw keys request`"),
        (signed_request(), "names 0 URIs; request exactly one SPIFFE id"),
        (signed_request(uri(str(spiffe())), uri(str(spiffe()))), "names 2 URIs"),
        (signed_request(uri("https://aa.example/")), "the request names no caller: "),
        (
            signed_request(uri(str(spiffe(domain="bb.example")))),
            "does not vouch for the trust domain `bb.example`; request an id of aa.example",
        ),
        (
            signed_request(uri(str(spiffe())), x509.RFC822Name("a@aa.example")),
            "names more than an id and hosts",
        ),
        (
            signed_request(uri(str(spiffe())), key=rsa.generate_private_key(65537, 2048)),
            "a key of another kind; make one of a P-256 key",
        ),
    ],
)
def test_a_request_that_cannot_be_gone_by_gets_no_certificate(
    root: Holding, request_: bytes, words: str
) -> None:
    with pytest.raises(AuthorityError) as caught:
        issue(root, request_, now=now())
    assert words in str(caught.value)


def test_a_request_that_was_changed_after_it_was_signed_gets_no_certificate(root: Holding) -> None:
    whole = x509.load_pem_x509_csr(new_request(spiffe()).request)
    der = whole.public_bytes(Encoding.DER).replace(b"AA/pd", b"BB/pd")
    changed = x509.load_der_x509_csr(der).public_bytes(Encoding.PEM)
    with pytest.raises(AuthorityError, match="not a signed request"):
        issue(root, changed, now=now())


def test_a_key_of_another_authority_issues_nothing(root: Holding) -> None:
    other = new_authority(DOMAIN, now=now())
    with pytest.raises(AuthorityError, match="key is not that of its certificate"):
        issue(Holding(root.certificate, other.key), new_request(spiffe()).request, now=now())


def test_a_host_must_be_a_name_or_an_address() -> None:
    with pytest.raises(AuthorityError, match="is no name and no address of a host"):
        new_request(spiffe(CallerRole.SERVICE), ["bücher.example"])
