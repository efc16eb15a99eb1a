"""The folder that is served: identities of callers, a signed repository, evidence."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from platelaw.federation.bundles.contents import CALLERS, SIGNERS
from platelaw.federation.bundles.development import (
    Development,
    development_repository,
    shipped_files,
)
from platelaw.federation.caller import CallerRole
from platelaw.federation.embedded import TRUST_DOMAIN, Home, Identity
from platelaw.federation.identity.signers import COLUMNS as SIGNER_COLUMNS
from platelaw.federation.identity.spiffe import SpiffeId
from platelaw.federation.identity.standing import COLUMNS as CALLER_COLUMNS
from platelaw.federation.identity.standing import EVERYONE

PLATFORMS = 8  # callers, each with a certificate and a connection of its own
CONFIG = "service.toml"
# What each caller may do is looked at as ever, but the paces are so high that none is slowed down,
# and the load, which keeps its connections, may last an hour.
_CONFIG = f"""\
listen = "127.0.0.1:0"
trust_domain = "{TRUST_DOMAIN}"
operator = "CT/example-pd"
state = "."

[tls]
certificate = "identities/service/certificate.pem"
key = "identities/service/key.pem"
authorities = "authority.pem"

[repository]
folder = "repository"
root = "root.json"

[limits]
open_calls = 1024
connection_age_seconds = 3600
calls_per_second = 1e6
calls_at_once = 1e6
holds_per_second = 1e6
holds_at_once = 1e6

[logging]
level = "error"
format = "json"
"""


def utc_now() -> datetime.datetime:
    """The time, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def identities() -> tuple[Identity, ...]:
    """The service, and platforms that ask for everyone."""
    service = SpiffeId(TRUST_DOMAIN, "CT/example-pd", CallerRole.SERVICE)
    platforms = [
        SpiffeId(TRUST_DOMAIN, f"VENDOR/platform-{number}", CallerRole.VENDOR)
        for number in range(PLATFORMS)
    ]
    return (
        Identity("service", service, "", "", "", ""),
        *(Identity(f"platform-{n}", id_, EVERYONE, "", "", "") for n, id_ in enumerate(platforms)),
    )


@dataclass(slots=True)
class Place:
    """A folder from which a service is served.

    Attributes:
        home: The folder with its identities.
        repository: The signed repository, which can be published to.
    """

    home: Home
    repository: Development

    @classmethod
    def make(cls, folder: Path, more: Mapping[str, bytes]) -> Place:
        """Make it: the shipped library, and more files by their path in a repository."""
        home, now = Home(folder, identities()), utc_now()
        home.make(now)
        files = shipped_files() | dict(more)
        files[f"registry/{CALLERS}"] = _table(
            CALLER_COLUMNS,
            [(str(each.spiffe_id), "good", "", each.acts_for, "benchmark")
             for each in home.identities],
        )  # fmt: skip
        files[f"registry/{SIGNERS}"] = _table(SIGNER_COLUMNS, [])
        repository = development_repository(folder / "repository", files, now=now)
        (folder / "root.json").write_bytes(repository.root)
        (folder / CONFIG).write_text(_CONFIG, "utf-8")
        return cls(home, repository)


def _table(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()
