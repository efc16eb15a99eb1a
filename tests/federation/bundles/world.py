"""A small world as a signed repository, and what an attacker does to the files of one."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from securesystemslib.signer import CryptoSigner
from tuf.api.metadata import Metadata, MetaFile, Snapshot, TargetFile, Targets, Timestamp

from platelaw.federation.bundles.client import VerifiedBundle, stored, sync
from platelaw.federation.bundles.development import Development, development_repository
from platelaw.federation.bundles.errors import BundleError
from platelaw.federation.bundles.repository import read_metadata
from platelaw.federation.bundles.texts import Memory
from platelaw.federation.bundles.updating import ISSUED

START = datetime.datetime(2026, 11, 3, 12, tzinfo=datetime.UTC)

WORDS = """vocabulary core 1
kind purpose
kind inquiry under purpose
kind theft under inquiry
kind barred under purpose
kind body
kind police under body
kind court under body
kind instrument
kind warrant under instrument
act search, share, keep, enable
data alpr_data
sovereign AA, BB, US
role counsel held by owner
duty report attested by counsel
fact request.purpose : purpose proven by assertion
fact request.reason : text proven by assertion
fact request.user : user proven by assertion
fact request.on_behalf_of : set of agency complete proven by assertion
fact request.recipients : set of agency complete proven by assertion
fact user.directed_by : set of agency complete proven by assertion
fact request.claims : set of claim complete proven by assertion
fact request.instruments : set of instrument complete proven by verification from counsel
fact request.retries : count proven by system
fact recipient.sovereign : sovereign proven by registry
fact recipient.kind : body proven by registry
fact contract.read : yes/no claimed for enable proven by attestation from counsel
fact switch.lasts : duration for enable proven by system
"""

FEDERAL = """policy federal/base
  title "Federal law"
  layer federal
  issued by "The federation"
  time zone America/New_York
  uses core 1
  binds any request

rule no-harm "Nothing is kept for a barred purpose"
  cites "The code, section 1" status verified
  in force from 2020-01-01
  forbid keep of alpr_data
  if request.purpose is a kind of barred
"""

STATE = """policy law/{low}
  title "The act of {code}"
  layer state
  issued by "State of {code}"
  time zone America/New_York
  uses core 1
  binds owner.sovereign is {code}

rule no-barred-use "A barred purpose stays barred"
  cites "The act, section 1" status verified
  in force from 2020-01-01
  forbid search, share, enable of alpr_data
  if request.purpose is a kind of barred

parameter keeping_period is 21 days  agencies may lower
  cites "The act, section 2" status verified
  in force from 2020-01-01
"""

AGENCY = """policy agency/{name}
  title "The department of {key}"
  layer owner
  issued by "The {key}"
  time zone America/New_York
  uses core 1
  binds owner is agency:{key}

rule searches "Its own officers search"
  cites "Order 1" status verified
  in force from 2020-01-01
  permit search of alpr_data
  if requester is agency:{key}

rule switches "Sharing is turned on for a year at most"
  cites "Order 2" status verified
  in force from 2020-01-01
  permit enable of alpr_data
  if switch.lasts is at most 366 days

example "An officer searches"
  on 2026-11-03
  given requester is agency:{key}, owner is agency:{key}, act is search, data is alpr_data,
    request.purpose is theft, request.reason is "theft", request.recipients is {{}},
    request.on_behalf_of is {{}}, user.directed_by is {{}}, request.instruments is {{}},
    request.claims is {{}}, request.retries is 0
  expect PERMIT by searches
"""

BODIES = """key,name,ori,sovereign,kind,policy,desk,also_written,source
AA/pd,Police of A,,AA,police,,,,invented
AA/sheriff,Sheriff of A,,AA,police,,,,invented
BB/pd,Police of B,,BB,police,,,,invented
"""


def state_text(code: str) -> str:
    return STATE.format(code=code, low=code.lower())


def agency_text(key: str) -> str:
    return AGENCY.format(key=key, name=key.lower().replace("/", "-"))


def files() -> dict[str, bytes]:
    texts = {
        "core/words.policy": WORDS,
        "federal/law.policy": FEDERAL,
        "state/AA/law.policy": state_text("AA"),
        "state/BB/law.policy": state_text("BB"),
        "agency/AA/pd/pd.policy": agency_text("AA/pd"),
        "agency/BB/pd/pd.policy": agency_text("BB/pd"),
        "registry/bodies.csv": BODIES,
    }
    return {path: text.encode() for path, text in texts.items()}


@dataclass
class World:
    """A development repository, one client of it, and a clock."""

    folder: Path
    made: Development
    now: datetime.datetime = START
    store: Memory = field(default_factory=Memory)

    @classmethod
    def made_in(cls, folder: Path) -> World:
        return cls(folder, development_repository(folder / "repository", files(), now=START))

    @property
    def repository(self) -> Path:
        return self.made.repository.folder

    @property
    def metadata(self) -> Path:
        return self.repository / "metadata"

    @property
    def mirror(self) -> Path:
        return self.folder / "mirror"

    def clock(self) -> datetime.datetime:
        return self.now

    def later(self, **by: float) -> None:
        self.now += datetime.timedelta(**by)

    def sync(self, root: bytes | None = None) -> VerifiedBundle:
        return sync(
            self.repository, self.mirror, root or self.made.root, clock=self.clock, store=self.store
        )

    def stored(self) -> VerifiedBundle:
        return stored(self.mirror, self.made.root, clock=self.clock, store=self.store)

    def publish(self, path: str, text: str) -> None:
        """Publish without any check of the contents, as somebody would who has the keys."""
        self.later(minutes=1)
        self.made.publish({path: text.encode()}, now=self.now)

    def refused(self) -> BundleError:
        """Why the newest version is not taken over."""
        try:
            fault = self.sync().fault
        except BundleError as raised:
            fault = raised
        assert fault is not None, "the version was taken over"
        return fault

    # What an attacker does --------------------------------------------------------------------

    def read(self, name: str, kind: Any) -> Metadata[Any]:
        found = read_metadata(self.metadata / name, kind)
        assert found is not None
        return found

    def current(self) -> tuple[Metadata[Timestamp], Metadata[Snapshot]]:
        timestamp = self.read("timestamp.json", Timestamp)
        version = timestamp.signed.snapshot_meta.version
        return timestamp, self.read(f"{version}.snapshot.json", Snapshot)

    def role(self, role: str) -> Metadata[Targets]:
        _, snapshot = self.current()
        return self.read(f"{snapshot.signed.meta[f'{role}.json'].version}.{role}.json", Targets)

    def forge(
        self,
        role: str,
        change: Callable[[Targets], None],
        signers: Iterable[CryptoSigner],
    ) -> None:
        """A new version of a role by other keys, with snapshot and timestamp signed as usual."""
        metadata = self.role(role)
        change(metadata.signed)
        metadata.signed.version += 1
        metadata.signatures.clear()
        for signer in signers:
            metadata.sign(signer, append=True)
        self.put(role, metadata)

    def put(self, role: str, metadata: Metadata[Targets]) -> None:
        """Metadata of a role in the place of what there is, in a new snapshot."""
        data = metadata.to_bytes()
        (self.metadata / f"{metadata.signed.version}.{role}.json").write_bytes(data)
        _, snapshot = self.current()
        version = metadata.signed.version
        snapshot.signed.meta[f"{role}.json"] = MetaFile.from_data(version, data, ["sha256"])
        self.resign(snapshot)

    def resign(self, snapshot: Metadata[Snapshot]) -> None:
        """A snapshot as the next one, and a timestamp that tells of it."""
        timestamp, _ = self.current()
        snapshot.signed.version = timestamp.signed.snapshot_meta.version + 1
        snapshot.sign(self.made.online.snapshot)
        data = snapshot.to_bytes()
        (self.metadata / f"{snapshot.signed.version}.snapshot.json").write_bytes(data)
        timestamp.signed.version += 1
        timestamp.signed.unrecognized_fields[ISSUED] = self.now.isoformat()
        meta = MetaFile.from_data(snapshot.signed.version, data, ["sha256"])
        timestamp.signed.snapshot_meta = meta
        timestamp.sign(self.made.online.timestamp)
        (self.metadata / "timestamp.json").write_bytes(timestamp.to_bytes())

    def plant(self, path: str, data: bytes) -> TargetFile:
        """A file in the repository, and its entry for a list."""
        target = TargetFile.from_data(path, data, ["sha256"])
        place = self.repository / "targets" / target.get_prefixed_paths()[0]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        return target
