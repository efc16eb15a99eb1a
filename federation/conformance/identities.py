"""Certificates for a trial: a service, a caller, and a stranger who says it is the service."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path

from ..caller import CallerRole
from ..client.credentials import TlsFiles as CallerFiles
from ..identity.authority import Holding, issue, new_authority, new_request
from ..identity.credentials import TlsFiles
from ..identity.spiffe import SpiffeId

TRUST_DOMAIN = "conformance.example"
HOST = "127.0.0.1"
_DAYS = 1


@dataclass(frozen=True, slots=True)
class Identities:
    """The files of a trial.

    Attributes:
        service: What the service proves itself by.
        caller: What the integration proves itself by, and which authority it is to believe.
        stranger: A certificate for the same host by an authority of the same name, which nobody
            was told to believe.
        elsewhere: A certificate of the right authority, for another host.
    """

    service: TlsFiles
    caller: CallerFiles
    stranger: TlsFiles
    elsewhere: TlsFiles


def make_identities(folder: Path, agency: str, now: datetime.datetime) -> Identities:
    """Make the certificates of a trial; they end within a day.

    Args:
        folder: An empty folder of the caller's own.
        agency: The registry key of the body for whom the integration asks.
        now: The moment.
    """
    good = new_authority(TRUST_DOMAIN, now=now, days=_DAYS)
    bad = new_authority(TRUST_DOMAIN, now=now, days=_DAYS)
    service = SpiffeId(TRUST_DOMAIN, "conformance/service", CallerRole.PROBE)
    caller = SpiffeId(TRUST_DOMAIN, agency, CallerRole.OFFICER_PLATFORM)
    made = _Maker(folder, good, now)
    asking = made.files("caller", good, caller)
    return Identities(
        made.files("service", good, service, HOST),
        CallerFiles(asking.certificate, asking.key, asking.authorities),
        made.files("stranger", bad, service, HOST),
        made.files("elsewhere", good, service, "elsewhere.example"),
    )


@dataclass(frozen=True, slots=True)
class _Maker:
    folder: Path
    believed: Holding
    now: datetime.datetime

    def files(self, name: str, authority: Holding, who: SpiffeId, *hosts: str) -> TlsFiles:
        """The files of one identity."""
        asked = new_request(who, hosts)
        certificate = issue(authority, asked.request, now=self.now, days=_DAYS)
        return TlsFiles(
            self._write(f"{name}.pem", certificate),
            self._write(f"{name}.key", asked.key),
            self._write("authority.pem", self.believed.certificate),
            (TRUST_DOMAIN,),
        )

    def _write(self, name: str, content: bytes) -> Path:
        file = self.folder / name
        file.touch(mode=0o600)
        file.write_bytes(content)
        return file
