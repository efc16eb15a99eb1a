"""Keys that sign a repository: made, kept and read. One of the edges that read and write files."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)
from securesystemslib.signer import CryptoSigner, SSlibKey

from .errors import AuthoringError

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def write_signer(signer: CryptoSigner, file: Path) -> None:
    """Keep a private key where only its user may read it, and the public one beside it.

    Raises:
        AuthoringError: There is such a file already, or it cannot be written.
    """
    try:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(opened, "wb") as out:
            out.write(signer.private_bytes)
        file.with_suffix(".pub").write_bytes(public_bytes(signer.public_key))
    except FileExistsError as fault:
        raise AuthoringError(
            f"{file}: there is a key already", "name another folder; no key is ever overwritten"
        ) from fault
    except OSError as fault:
        raise AuthoringError(f"{file}: cannot be written: {fault.strerror}") from fault


def public_bytes(key: SSlibKey) -> bytes:
    """A public key as PEM."""
    public = key.keyval["public"]
    if "BEGIN" in public:
        return f"{public.strip()}\n".encode()
    found = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    return found.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_signer(file: Path) -> CryptoSigner:
    """The private key of a PEM file (Ed25519 or P-256, PKCS 8, without a passphrase).

    Raises:
        AuthoringError: It is none, or others may read it.
    """
    try:
        with file.open("rb") as opened:
            if os.fstat(opened.fileno()).st_mode & _OTHERS:
                raise AuthoringError(f"{file}: others may read this key", f"chmod 600 {file}")
            found = load_pem_private_key(opened.read(), None)
    except OSError as fault:
        raise AuthoringError(f"{file}: cannot be read: {fault.strerror}") from fault
    except (TypeError, ValueError, UnsupportedAlgorithm) as fault:
        raise AuthoringError(
            f"{file}: no private key that can be read without a passphrase",
            "make one with `platelaw keys signer`",
        ) from fault
    if not isinstance(found, Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise AuthoringError(f"{file}: not an Ed25519 or P-256 key")
    try:
        return CryptoSigner(found)
    except ValueError as fault:
        raise AuthoringError(f"{file}: not an Ed25519 or P-256 key") from fault


def read_public(file: Path) -> SSlibKey:
    """The public key of a PEM file.

    Raises:
        AuthoringError: It is none.
    """
    try:
        found = load_pem_public_key(file.read_bytes())
    except OSError as fault:
        raise AuthoringError(f"{file}: cannot be read: {fault.strerror}") from fault
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise AuthoringError(
            f"{file}: no public key in PEM", "`platelaw keys signer` makes a pair"
        ) from fault
    if not isinstance(found, Ed25519PublicKey | EllipticCurvePublicKey):
        raise AuthoringError(f"{file}: not an Ed25519 or P-256 key")
    return SSlibKey.from_crypto(found)
