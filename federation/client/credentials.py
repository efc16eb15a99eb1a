"""How a client shows who it is: three files, read again when one of them changes."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import grpc

from .errors import CredentialsError


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of a mutual TLS identity, in PEM form.

    Attributes:
        certificate: The caller's certificate and what stands between it and its authority.
        key: Its private key.
        authorities: The certificates of the authorities that may vouch for the service. No other
            authority counts, not even one that the machine trusts.
    """

    certificate: Path
    key: Path
    authorities: Path

    def read(self) -> grpc.ChannelCredentials:
        """The credentials as the files are now.

        Raises:
            CredentialsError: A file cannot be read.
        """
        return grpc.ssl_channel_credentials(
            _content(self.authorities), _content(self.key), _content(self.certificate)
        )

    def stamp(self) -> tuple[tuple[int, int, int], ...]:
        """What is different once a file has changed.

        Raises:
            CredentialsError: A file is not there.
        """
        return tuple(_stamp(file) for file in (self.certificate, self.key, self.authorities))


@dataclass(frozen=True, slots=True)
class InsecureLoopback:
    """No TLS at all, to this machine only, for tests of the library. No service is ever so."""

    def stamp(self) -> tuple[()]:
        """Nothing changes."""
        return ()


Credentials: TypeAlias = TlsFiles | InsecureLoopback


def insecure_loopback() -> InsecureLoopback:
    """Plaintext to an address of this machine, for tests of the library."""
    return InsecureLoopback()


def check_target(target: str, credentials: Credentials) -> None:
    """Hold an address against the credentials.

    Raises:
        CredentialsError: It is not on this machine although nothing protects the call.
    """
    if isinstance(credentials, InsecureLoopback) and not _is_loopback(target):
        raise CredentialsError(
            f"{target} is not an address of this machine such as 127.0.0.1:8443; "
            "name the files of an identity: TlsFiles(certificate, key, authorities)"
        )


def _is_loopback(target: str) -> bool:
    host = target.rpartition(":")[0].removeprefix("[").removesuffix("]")
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as fault:
        raise _unusable(file, fault) from fault


def _stamp(file: Path) -> tuple[int, int, int]:
    try:
        found = file.stat()
    except OSError as fault:
        raise _unusable(file, fault) from fault
    return found.st_mtime_ns, found.st_size, found.st_ino


def _unusable(file: Path, fault: OSError) -> CredentialsError:
    return CredentialsError(f"{file}: {fault.strerror or fault}; name a file that can be read")
