"""What X.509 certificates say that the service reads."""

from __future__ import annotations

from cryptography import x509

from .standing import serial_text


def read_certificate(data: bytes) -> x509.Certificate:
    """A certificate in PEM or DER.

    Raises:
        ValueError: It is none.
    """
    if data.lstrip().startswith(b"-----BEGIN"):
        return x509.load_pem_x509_certificate(data)
    return x509.load_der_x509_certificate(data)


def uris_of(certificate: x509.Certificate | x509.CertificateSigningRequest) -> list[str]:
    """The URI names of a certificate, or of a request for one.

    Raises:
        ValueError: Its extensions cannot be read.
    """
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except x509.ExtensionNotFound:
        return []
    except (x509.DuplicateExtension, x509.UnsupportedGeneralNameType) as fault:
        raise ValueError(str(fault)) from fault
    return names.value.get_values_for_type(x509.UniformResourceIdentifier)


def serial_of(certificate: x509.Certificate) -> str:
    """The serial number, as the register of callers writes it."""
    return serial_text(certificate.serial_number)


def trust_domains_of(root: x509.Certificate) -> tuple[str, ...]:
    """The trust domains for which a root may vouch; none if no limit stands in it."""
    try:
        limits = root.extensions.get_extension_for_class(x509.NameConstraints).value
    except x509.ExtensionNotFound:
        return ()
    permitted = limits.permitted_subtrees or ()
    return tuple(n.value for n in permitted if isinstance(n, x509.UniformResourceIdentifier))
