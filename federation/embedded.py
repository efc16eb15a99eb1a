"""A service of a development identity: made in a private folder, on loopback, good for trying only.

Everything is real but the names: an authority, certificates, signing keys, a signed repository.
Answers, snapshot and log lines say ``development``. One of the edges that read and write.
"""

from __future__ import annotations

import csv
import datetime
import fcntl
import io
import os
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from ..engine.library import shipped
from ..engine.loading import Store
from .bundles.client import VerifiedBundle, sync
from .bundles.contents import CALLERS, SIGNERS
from .bundles.development import Development, development_repository, shipped_files
from .caller import CallerRole
from .identity.authority import Holding, issue, new_authority, new_request
from .identity.credentials import TlsFiles
from .identity.signers import COLUMNS as SIGNER_COLUMNS
from .identity.spiffe import SpiffeId
from .identity.standing import COLUMNS as CALLER_COLUMNS
from .log.keys import COLUMNS as LOG_COLUMNS
from .log.keys import LOGS_FILE
from .log.opening import FILE as LOG_FILE
from .log.opening import Place
from .log.policies import PolicyArchive
from .log.signing import log_signer

TRUST_DOMAIN = "development.platelaw.internal"
SERVICE = "service"
_HOSTS = ("127.0.0.1", "::1", "localhost")
_LIFE = datetime.timedelta(days=30)
_SOURCE = "made for development"


@dataclass(frozen=True, slots=True)
class Identity:
    """One caller of a development service.

    Attributes:
        name: What its folder is called.
        spiffe_id: Whom its certificate names.
        acts_for: For whom it may ask besides itself.
        signs_as: The role in which its key signs statements; empty if it signs none.
        user: The opaque name of the person who holds the key.
        highest: The highest proof that the key may give.
    """

    name: str
    spiffe_id: SpiffeId
    acts_for: str
    signs_as: str
    user: str
    highest: str


def shipped_identities() -> tuple[Identity, ...]:
    """The callers that a development service knows."""
    file = shipped().joinpath("development", "identities.csv")
    return tuple(
        Identity(
            row["name"],
            SpiffeId(TRUST_DOMAIN, row["agency"], CallerRole(row["role"])),
            row["acts_for"],
            row["signs_as"],
            row["user"],
            row["highest"],
        )
        for row in csv.DictReader(io.StringIO(file.read_text("utf-8")))
    )


@dataclass(slots=True)
class Home:
    """The private folder of a development service.

    Attributes:
        folder: Where it is.
        identities: Who may call.
    """

    folder: Path
    identities: tuple[Identity, ...] = field(default_factory=shipped_identities)

    @property
    def store(self) -> Path:
        """The file of the evidence."""
        return self.folder / "evidence.sqlite"

    @property
    def log(self) -> Place:
        """Where the log is."""
        folder = self.folder
        return Place(
            f"{TRUST_DOMAIN}/log",
            folder / LOG_FILE,
            folder / "log-signing",
            folder / "log-mark" / "mark",
        )

    @property
    def policies(self) -> PolicyArchive:
        """Every version of the policies that ever decided."""
        return PolicyArchive(self.folder / "policies")

    @property
    def seals(self) -> Path:
        """The folder of the keys of free texts."""
        return self.folder / "log-keys"

    @property
    def service(self) -> SpiffeId:
        """Who the service is."""
        return next(each.spiffe_id for each in self.identities if each.name == SERVICE)

    def tls(self, name: str = SERVICE) -> TlsFiles:
        """How an identity proves itself."""
        place = self.place(name)
        return TlsFiles(
            place / "certificate.pem",
            place / "key.pem",
            self.folder / "authority.pem",
            (TRUST_DOMAIN,),
        )

    def place(self, name: str) -> Path:
        """The folder of an identity."""
        return self.folder / "identities" / name

    def take(self) -> None:
        """Keep every other development service out of the folder until this process ends.

        Raises:
            BlockingIOError: Another one uses it; nothing of its folder was changed.
            OSError: The folder cannot be written.
        """
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            raise

    def make(self, now: datetime.datetime) -> dict[str, CryptoSigner]:
        """Make authority, certificates and keys anew; the signers by identity."""
        shutil.rmtree(self.folder / "identities", ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        authority = new_authority(TRUST_DOMAIN, now=now, days=_LIFE.days)
        _write(self.folder / "authority.pem", authority.certificate)
        return {
            identity.name: signer
            for identity in self.identities
            if (signer := self._make(identity, authority, now)) is not None
        }

    def _make(
        self, identity: Identity, authority: Holding, now: datetime.datetime
    ) -> CryptoSigner | None:
        hosts = _HOSTS if identity.name == SERVICE else ()
        asked = new_request(identity.spiffe_id, hosts)
        certificate = issue(authority, asked.request, now=now, days=_LIFE.days)
        place = self.place(identity.name)
        place.mkdir(mode=0o700, parents=True)
        _write(place / "certificate.pem", certificate)
        _write(place / "key.pem", asked.key)
        if not identity.signs_as:
            return None
        signer = CryptoSigner.generate_ecdsa()
        _write(place / "signer.pem", signer.private_bytes)
        return signer

    def tell_server(self, address: str) -> None:
        """Write where the service listens, for each identity (``client.toml``)."""
        for identity in self.identities:
            place = self.place(identity.name)
            lines = [
                f'server = "{address}"',
                f'certificate = "{place / "certificate.pem"}"',
                f'key = "{place / "key.pem"}"',
                f'authority = "{self.folder / "authority.pem"}"',
            ]
            if identity.signs_as:
                lines += [
                    f'signer = "{place / "signer.pem"}"',
                    f'agency = "{identity.spiffe_id.agency}"',
                    f'role = "{identity.signs_as}"',
                    f'user = "{identity.user}"',
                ]
            _write(place / "client.toml", "\n".join((*lines, "")).encode())


@dataclass(frozen=True, slots=True)
class Embedded:
    """A development service ready to be started.

    Attributes:
        home: Its folder.
        repository: Its signed repository with all its keys.
        bundle: The verified version that decides.
    """

    home: Home
    repository: Development
    bundle: VerifiedBundle


def embedded(
    folder: Path,
    clock: Callable[[], datetime.datetime],
    cache: Store | None = None,
    policies: Iterable[Path] = (),
) -> Embedded:
    """Make a development service in a folder: identities, keys, a signed repository, verified.

    Args:
        folder: A folder of its own; what a development service left there is made anew, and only
            the evidence and the log with its keys stay.
        clock: The time in UTC.
        cache: What was read of policy texts before.
        policies: Policy files to be added, each below its place in a repository.

    Raises:
        BundleError: The texts cannot serve.
        OSError: The folder cannot be written.
    """
    now = clock()
    home = Home(folder)
    signers = home.make(now)
    files = shipped_files()
    files[f"registry/{CALLERS}"] = _callers(home.identities)
    files[f"registry/{SIGNERS}"] = _signers(home.identities, signers, now)
    files[f"registry/{LOGS_FILE}"] = _logs(home.log)
    for name in ("repository", "mirror"):
        shutil.rmtree(folder / name, ignore_errors=True)
    repository = development_repository(folder / "repository", files, now=now)
    bundle = sync(
        folder / "repository", folder / "mirror", repository.root, clock=clock, store=cache
    )
    home.policies.keep(bundle.digest, bundle.files, bundle.issued_at)
    return Embedded(home, repository, bundle)


def _callers(identities: Iterable[Identity]) -> bytes:
    """The register of callers, one row for each id."""
    rows: dict[str, list[str]] = {}
    for each in identities:
        spiffe_id = str(each.spiffe_id)
        rows[spiffe_id] = [spiffe_id, "good", "", each.acts_for, _SOURCE]
    return _table(CALLER_COLUMNS, rows.values())


def _signers(
    identities: Iterable[Identity], signers: dict[str, CryptoSigner], now: datetime.datetime
) -> bytes:
    """The register of signers."""
    ends = now + _LIFE
    rows = [
        [
            signer.public_key.keyid,
            signer.public_key.keyval["public"],
            signer.public_key.scheme,
            each.spiffe_id.agency,
            each.signs_as,
            each.user,
            each.highest,
            "good",
            now.isoformat(timespec="seconds"),
            ends.isoformat(timespec="seconds"),
            _SOURCE,
        ]
        for each in identities
        if (signer := signers.get(each.name)) is not None
    ]
    return _table(SIGNER_COLUMNS, rows)


def _logs(place: Place) -> bytes:
    """The register of logs: the keys of the one log there is, for as long as it lives."""
    note, dsse = log_signer(place.signing, place.origin).public
    row = [place.origin, "development", note, dsse.keyval["public"], "", ""]
    return _table(LOG_COLUMNS, [row])


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def _write(path: Path, data: bytes) -> None:
    """Write a file that nobody else may read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
