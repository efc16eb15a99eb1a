"""Taking over a version of a repository, verified whole, and keeping it as a local mirror.

A mirror has three parts. ``seen`` holds the newest metadata that were signed as they must be, good
or not, so that nothing older is ever believed. ``good`` holds the metadata of the last version
whose texts can serve. ``files`` holds files by their SHA-256. With the repository away the same
client runs over ``good``: nothing is trusted unverified, and its age decides. One of the edges that
read and write.
"""

from __future__ import annotations

import datetime
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ...engine.loading import Store
from .charter import Quorum
from .contents import Contents, contents_of, digest_of
from .errors import BundleError, ClockError, ExpiredError, UnreachableError, UntrustedError
from .fetching import Nowhere, Source, source_of
from .texts import Memory
from .updating import Pass, Verified, address_of

Clock = Callable[[], datetime.datetime]
CLOCK_SLACK = datetime.timedelta(minutes=5)
# Files that are locked: by whoever fetches, as long as that takes, and by whoever reads or changes
# what was good last. So a repository that is slow keeps nobody from starting over the mirror.
_UPDATING, _GOOD = "updating", "lock"


@dataclass(frozen=True, slots=True, eq=False)
class VerifiedBundle:
    """One version, verified: every file signed as it must be, and all of them able to serve.

    Attributes:
        files: The files by path.
        digest: SHA-256 over their paths and digests, in hexadecimal.
        issued_at: The signed time of issue, in UTC.
        expires: When the signature of the timestamp expires, in UTC.
        versions: The version of each role's metadata.
        quorums: Who signs each role.
        alarms: What somebody should look into.
        development: Whether it is of a development identity.
        contents: What the files mean together.
        fault: Why a newer version is not served; None if this is the newest.
    """

    files: Mapping[str, bytes]
    digest: str
    issued_at: datetime.datetime
    expires: datetime.datetime
    versions: Mapping[str, int]
    quorums: Mapping[str, Quorum]
    alarms: tuple[str, ...]
    development: bool
    contents: Contents
    fault: BundleError | None = None


def utc_now() -> datetime.datetime:
    """The time, in UTC."""
    return datetime.datetime.now(datetime.UTC)


def sync(
    repository: str | Path,
    mirror: Path,
    root: bytes,
    *,
    clock: Clock = utc_now,
    store: Store | None = None,
) -> VerifiedBundle:
    """Take over the newest version of a repository, or serve the last good one.

    Args:
        repository: A folder, or an address that begins with http.
        mirror: The folder that keeps what was verified.
        root: The root that is trusted from the beginning.
        clock: Tells the time, in UTC.
        store: What was read of policy texts before.

    Raises:
        BundleError: There is nothing that may serve: neither a new version nor an old one.
    """
    kept = Mirror(mirror, root, clock, store if store is not None else Memory())
    try:
        return kept.update(source_of(repository))
    except BundleError as fault:
        try:
            stored = kept.stored()
        except BundleError:
            raise fault from None
        return replace(stored, fault=fault)


def stored(
    mirror: Path, root: bytes, *, clock: Clock = utc_now, store: Store | None = None
) -> VerifiedBundle:
    """The last good version, from the mirror alone.

    Raises:
        BundleError: There is none, it is torn, or too old.
    """
    return Mirror(mirror, root, clock, store if store is not None else Memory()).stored()


@dataclass(slots=True)
class Mirror:
    """A local mirror.

    Attributes:
        folder: Where it is.
        root: The root that is trusted from the beginning.
        clock: Tells the time, in UTC.
        store: What was read of policy texts before.
    """

    folder: Path
    root: bytes
    clock: Clock
    store: Store
    _seen: Path = field(init=False)
    _good: Path = field(init=False)
    _files: Path = field(init=False)

    def __post_init__(self) -> None:
        """Name the parts."""
        self._seen, self._good = self.folder / "seen", self.folder / "good"
        self._files = self.folder / "files"

    @contextmanager
    def _locked(self, name: str) -> Generator[None]:
        """One at a time."""
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with (self.folder / name).open("wb") as lock:
                fcntl.lockf(lock, fcntl.LOCK_EX)
                yield
        except OSError as fault:
            raise UntrustedError(f"{self.folder}: {fault.strerror or fault}",
                                 "a mirror is a folder of its own") from fault  # fmt: skip

    def update(self, source: Source) -> VerifiedBundle:
        """Take over the newest version of a repository.

        Raises:
            BundleError: It may not serve; what was good before still is.
        """
        with self._locked(_UPDATING):
            bundle = self._bundle(source, self._seen)
            with self._locked(_GOOD):
                self._keep(bundle)
        return bundle

    def stored(self) -> VerifiedBundle:
        """The last good version.

        Raises:
            BundleError: There is none, it is torn, or too old.
        """
        with self._locked(_GOOD):
            return self._stored()

    def _stored(self) -> VerifiedBundle:
        newest = max(self._versions(), default=None)
        if newest is None:
            raise UntrustedError(f"{self.folder}: no version was ever verified here",
                                 "`platelaw bundle sync` takes one over")  # fmt: skip
        try:
            return self._bundle(Nowhere(newest), newest)
        except (ExpiredError, ClockError):
            raise
        except (UnreachableError, UntrustedError) as fault:
            raise UntrustedError(f"{self.folder}: the mirror is torn: {fault.message}",
                                 "take a version over anew") from fault  # fmt: skip

    def _bundle(self, source: Source, trusted: Path) -> VerifiedBundle:
        now = self.clock()
        self._check_clock(now)
        run = Pass(source, trusted, self.root, now)
        verified = run.metadata()
        if verified.issued_at > now + CLOCK_SLACK:
            raise ClockError(
                f"signed at {verified.issued_at:%Y-%m-%d %H:%M} UTC, and our clock says "
                f"{now:%Y-%m-%d %H:%M}", "set the clock",
            )  # fmt: skip
        self._note_clock(now)
        source.prefetch(
            (address_of(target), target.length)
            for target in verified.files.values()
            if not (self._files / target.hashes["sha256"]).exists()
        )
        files = {
            path: run.file(target, self._files / target.hashes["sha256"])
            for path, target in verified.files.items()
        }
        return self._made(verified, files)

    def _made(self, verified: Verified, files: Mapping[str, bytes]) -> VerifiedBundle:
        return VerifiedBundle(
            files,
            digest_of(files),
            verified.issued_at,
            verified.timestamp.expires,
            verified.versions,
            verified.quorums,
            verified.alarms,
            verified.charter.development,
            contents_of(files, self.store),
        )

    # The clock -------------------------------------------------------------------------------

    def _check_clock(self, now: datetime.datetime) -> None:
        """Refuse a clock that is behind what it said before."""
        try:
            before = datetime.datetime.fromisoformat(self._latest.read_text("ascii"))
        except (OSError, ValueError):
            return
        if now < before - CLOCK_SLACK:
            raise ClockError(
                f"our clock says {now:%Y-%m-%d %H:%M} UTC, and said {before:%Y-%m-%d %H:%M} before",
                f"set the clock; if it was wrong before, remove {self._latest}",
            )

    def _note_clock(self, now: datetime.datetime) -> None:
        scratch = self._latest.with_suffix(f".{os.getpid()}")  # two processes may be here at once
        scratch.write_text(now.isoformat(), "ascii")
        scratch.replace(self._latest)

    @property
    def _latest(self) -> Path:
        return self.folder / "latest"

    # The last good version -------------------------------------------------------------------

    def _versions(self) -> list[Path]:
        """The good versions, which are named by the version of their timestamp."""
        try:
            return [each for each in self._good.iterdir() if each.name.isdigit()]
        except OSError:
            return []

    def _keep(self, bundle: VerifiedBundle) -> None:
        """Keep a version as the last good one: whole, or not at all."""
        place = self._good / f"{bundle.versions['timestamp']:012}"
        if place.is_dir():
            return
        scratch = self._good / ".new"
        shutil.rmtree(scratch, ignore_errors=True)
        history = scratch / "root_history"
        history.mkdir(mode=0o700, parents=True)
        for file in self._seen.glob("*.json"):
            if not file.is_symlink():
                _link(file, scratch / file.name)
        for file in (self._seen / "root_history").iterdir():
            _link(file, history / file.name)
        scratch.rename(place)
        for older in self._versions():
            if older.name < place.name:
                shutil.rmtree(older, ignore_errors=True)
        self._prune(bundle)

    def _prune(self, bundle: VerifiedBundle) -> None:
        """Remove files that the last good version does not have."""
        wanted = {hashlib.sha256(data).hexdigest() for data in bundle.files.values()}
        for file in self._files.iterdir():
            if file.name not in wanted:
                file.unlink(missing_ok=True)


def _link(file: Path, place: Path) -> None:
    """The same file at another place; nothing of a mirror is ever written over."""
    try:
        os.link(file, place)
    except OSError:
        shutil.copyfile(file, place)
