"""How a client shows who it is: files, which are read again when one of them changes."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from ..identity import credentials as identity
from ..identity.credentials import CredentialsError, ServerTls, TlsPair


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """The files of a caller's identity, all PEM.

    Attributes:
        certificate: The caller's certificate, followed by intermediate ones if there are any.
        key: Its private key.
        authorities: The roots that may vouch for the service. No other root counts, not even one
            that the machine trusts.
    """

    certificate: Path
    key: Path
    authorities: Path


@dataclass(frozen=True, slots=True)
class InsecureLoopback:
    """No TLS at all, to this machine only, for tests of the library. No service is ever so."""


Credentials: TypeAlias = TlsFiles | InsecureLoopback


def insecure_loopback() -> InsecureLoopback:
    """Plaintext to an address of this machine, for tests of the library."""
    return InsecureLoopback()


def following(
    credentials: Credentials, report: Callable[[str], None]
) -> Callable[[], TlsPair | None]:
    """What gives the identity as its files are now; None where there is none.

    Files that do not fit together, as in the middle of a change, leave the last good ones in use.

    Raises:
        CredentialsError: The files make no identity at the start.
    """
    if isinstance(credentials, InsecureLoopback):
        return lambda: None
    files = identity.TlsFiles(
        credentials.certificate, credentials.key, credentials.authorities, trust_domains=None
    )
    return ServerTls(files, report).pair


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
