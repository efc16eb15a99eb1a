"""A signed repository of a development identity, made in one go from a folder of texts.

There is no unsigned repository, not even for trying things out or in tests: the keys are made, the
ceremony held and the texts signed here, in some ten milliseconds, and everything says that it is
development.
"""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from securesystemslib.signer import CryptoSigner

from ...engine.library import shipped
from ..identity.signers import new_signer
from . import ceremony
from .authoring import Online, release
from .charter import Charter, Quorum
from .client import utc_now
from .drafting import Draft
from .fetching import METADATA
from .layout import POLICY, TABLE, Part, Place, agency, place_of_file
from .repository import Repository

_PLACES = "places.csv"  # whose place each shipped file has
_SIGNERS = 2  # of each thresholded role; both sign


@dataclass(slots=True)
class Development:
    """A development repository and all its keys, which never leave this process.

    Attributes:
        repository: The repository.
        root: The first root, which clients trust from the beginning.
        signers: The keys of every role, by role.
        online: The keys of snapshot and timestamp.
    """

    repository: Repository
    root: bytes
    signers: dict[str, list[CryptoSigner]] = field(repr=False)
    online: Online = field(repr=False)

    def publish(
        self,
        files: Mapping[str, bytes],
        *,
        without: Iterable[str] = (),
        now: datetime.datetime | None = None,
    ) -> None:
        """Publish files at their places, signed by whoever must; new agencies are enrolled.

        Nothing checks the contents here: clients do.
        """
        draft = Draft.of(self.repository, now or utc_now())
        for place in {place_of_file(path) for path in files}:
            self._enroll(draft, place)
        for path, data in files.items():
            draft.put(path, data)
        for path in without:
            draft.remove(path)
        keys = {key.public_key.keyid: key for role in draft.roles for key in self.signers[role]}
        draft.sign(keys.values())
        release(draft, self.online)

    def _enroll(self, draft: Draft, place: Place) -> None:
        """Let an agency or an agreement sign its files."""
        if place.role in self.signers:
            return
        if place.part is Part.AGREEMENT:
            parties = [agency(key) for key in place.parties]
            for party in parties:
                self._enroll(draft, party)
            self.signers[place.role] = [self.signers[party.role][0] for party in parties]
            threshold = len(parties)
        else:
            self.signers[place.role] = [new_signer()]
            threshold = 1
        draft.delegate(place, _quorum(self.signers[place.role], threshold))


def _quorum(signers: Iterable[CryptoSigner], threshold: int) -> Quorum:
    return Quorum(tuple(signer.public_key for signer in signers), threshold)


def development_repository(
    folder: Path, files: Mapping[str, bytes], *, now: datetime.datetime | None = None
) -> Development:
    """Make a signed repository of files by path.

    Args:
        folder: Where it is made; it must not hold one.
        files: The files by path: ``core/…``, ``state/CODE/…``, ``agency/KEY/…``, ``registry/…``.
        now: The time of signing, in UTC; now if not said.

    Raises:
        PlaceError: A file has no place in a repository.
        AuthoringError: The folder holds a repository already.
    """
    now = now or utc_now()
    places = {place_of_file(path) for path in files}
    chartered = {Place(Part.CORE), Place(Part.FEDERAL), Place(Part.REGISTRY)}
    chartered |= {place for place in places if place.part is Part.STATE}
    signers = {
        role: [new_signer() for _ in range(_SIGNERS)]
        for role in ("root", "targets", *sorted(place.role for place in chartered))
    }
    online = Online(new_signer(), new_signer())
    top = {name: _quorum(signers[name], _SIGNERS) for name in ("root", "targets")}
    top |= {"snapshot": _quorum([online.snapshot], 1), "timestamp": _quorum([online.timestamp], 1)}
    quorums = {place.role: _quorum(signers[place.role], _SIGNERS) for place in chartered}
    repository = Repository(folder)
    ceremony.begin(repository, top, Charter(quorums, development=True), now)
    for signer in signers["root"]:
        ceremony.sign_root(repository, signer)
    root = (folder / METADATA / "1.root.json").read_bytes()
    made = Development(repository, root, signers, online)
    made.publish(files, now=now)
    return made


def shipped_files() -> dict[str, bytes]:
    """The shipped library and registry, each file at its place in a repository."""
    found: dict[str, bytes] = {}
    rows = csv.DictReader(shipped().joinpath(_PLACES).read_text("utf-8").splitlines())
    for row in rows:
        entry = shipped().joinpath(*row["shipped"].split("/"))
        for file in entry.iterdir() if entry.is_dir() else (entry,):
            if file.name.endswith((POLICY, TABLE)):
                found[f"{row['place']}/{file.name}"] = file.read_bytes()
    return found
