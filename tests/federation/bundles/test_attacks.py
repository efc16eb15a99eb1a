"""Every attack on the files of a repository is refused, and what was good goes on serving."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from tuf.api.metadata import DelegatedRole, Metadata, Root, Snapshot, Targets, Timestamp

from platelaw.federation.bundles import charter
from platelaw.federation.bundles.authoring import Online, renew
from platelaw.federation.bundles.errors import (
    BundleError,
    ClockError,
    ExpiredError,
    UnreachableError,
    UntrustedError,
)
from platelaw.federation.identity.signers import new_signer
from platelaw.federation.snapshot import EXPIRED_AFTER, STALE_AFTER

from .world import World, agency_text, state_text

CHANGED = state_text("AA").replace("21 days", "14 days")


def published(world: World) -> str:
    """The digest of a version that is followed by another one."""
    digest = world.sync().digest
    world.publish("state/AA/law.policy", CHANGED)
    return digest


def still_serves(world: World, digest: str) -> None:
    """The last good version serves, now and after a restart."""
    assert world.sync().digest == digest
    assert world.stored().digest == digest


# Older than what was seen -----------------------------------------------------------------------


def saved(world: World) -> Path:
    """The repository as it is now."""
    copy = world.folder / "saved"
    shutil.copytree(world.repository, copy)
    return copy


def test_an_older_timestamp_is_refused(world: World) -> None:
    world.sync()
    old = (world.metadata / "timestamp.json").read_bytes()
    world.publish("state/AA/law.policy", CHANGED)
    new = world.sync().digest
    (world.metadata / "timestamp.json").write_bytes(old)
    fault = world.refused()
    assert isinstance(fault, UntrustedError)
    assert "timestamp version" in fault.message
    still_serves(world, new)


def test_an_older_snapshot_under_a_new_timestamp_is_refused(world: World) -> None:
    _, old = world.current()
    published(world)
    new = world.sync().digest
    timestamp, _ = world.current()
    timestamp.signed.version += 1
    timestamp.signed.snapshot_meta.version = old.signed.version
    timestamp.signed.snapshot_meta.hashes = None
    timestamp.signed.snapshot_meta.length = None
    timestamp.sign(world.made.online.timestamp)
    (world.metadata / "timestamp.json").write_bytes(timestamp.to_bytes())
    assert "snapshot version" in world.refused().message
    still_serves(world, new)


def test_an_older_role_in_a_new_snapshot_is_refused(world: World) -> None:
    """Not even the online keys can bring an older law back."""
    _, before = world.current()
    published(world)
    new = world.sync().digest
    _, snapshot = world.current()
    snapshot.signed.meta["state.AA.json"] = before.signed.meta["state.AA.json"]
    world.resign(snapshot)
    assert "state.AA.json" in world.refused().message
    still_serves(world, new)


def test_an_older_top_level_role_in_a_new_snapshot_is_refused(world: World) -> None:
    _, before = world.current()
    world.forge("targets", lambda targets: None, world.made.signers["targets"])
    new = world.sync().digest
    _, snapshot = world.current()
    snapshot.signed.meta["targets.json"] = before.signed.meta["targets.json"]
    world.resign(snapshot)
    assert "targets.json" in world.refused().message
    still_serves(world, new)


def test_a_role_that_vanishes_from_the_snapshot_is_refused(world: World) -> None:
    digest = world.sync().digest
    _, snapshot = world.current()
    del snapshot.signed.meta["agency.AA.pd.json"]
    world.resign(snapshot)
    assert "agency.AA.pd.json" in world.refused().message
    still_serves(world, digest)


def test_a_law_that_a_first_snapshot_leaves_out_is_refused(world: World) -> None:
    """A client that never saw the state's law still knows from the root that there is one."""
    _, snapshot = world.current()
    del snapshot.signed.meta["state.AA.json"]
    world.resign(snapshot)
    with pytest.raises(UntrustedError, match=r"state\.AA"):
        world.sync()


# Frozen -----------------------------------------------------------------------------------------


def test_a_frozen_repository_ages_by_its_signed_time_of_issue(world: World) -> None:
    """Fetching the same timestamp again makes nothing younger."""
    from platelaw.federation.bundles.snapshots import snapshot_of

    world.sync()
    world.later(hours=23)
    assert not snapshot_of(world.sync()).is_stale(world.now)
    world.now += STALE_AFTER - datetime.timedelta(hours=22)
    again = snapshot_of(world.sync())
    assert again.is_stale(world.now)
    assert not again.is_expired(world.now)
    assert world.now - again.issued_at > STALE_AFTER


def test_a_repository_frozen_for_seven_days_serves_nothing(world: World) -> None:
    world.sync()
    world.now += EXPIRED_AFTER
    with pytest.raises(ExpiredError):
        world.sync()
    with pytest.raises(ExpiredError):
        world.stored()


def test_a_renewed_timestamp_makes_the_same_version_young_again(world: World) -> None:
    before = world.sync()
    world.later(days=3)
    renew(world.made.repository, world.made.online, world.now)
    after = world.sync()
    assert after.digest == before.digest
    assert after.issued_at == world.now


def test_a_timestamp_without_time_of_issue_is_refused(world: World) -> None:
    timestamp, _ = world.current()
    timestamp.signed.version += 1
    timestamp.signed.unrecognized_fields.clear()
    timestamp.sign(world.made.online.timestamp)
    (world.metadata / "timestamp.json").write_bytes(timestamp.to_bytes())
    assert "when it was signed" in world.refused().message


def test_a_time_of_issue_that_was_changed_breaks_the_signature(world: World) -> None:
    digest = world.sync().digest
    file = world.metadata / "timestamp.json"
    world.publish("state/AA/law.policy", CHANGED)
    file.write_text(file.read_text().replace(world.now.isoformat(), "2026-11-09T12:00:00+00:00"))
    assert "0/1 keys" in world.refused().message
    still_serves(world, digest)


# Expired, and the clock -------------------------------------------------------------------------


def test_an_expired_root_is_refused(world: World) -> None:
    world.later(days=366)
    with pytest.raises(BundleError, match="Final root"):
        world.sync()


def test_an_expired_timestamp_is_refused(world: World) -> None:
    world.later(days=8)
    with pytest.raises(ExpiredError, match="timestamp"):
        world.sync()


def test_a_clock_set_back_before_the_signature_is_refused(world: World) -> None:
    world.later(days=-1)
    with pytest.raises(ClockError, match="our clock"):
        world.sync()


def test_a_clock_set_back_before_what_it_said_is_refused(world: World) -> None:
    """Else an expired version would serve again once somebody turns the clock."""
    world.later(days=6)
    world.sync()
    world.later(days=-5)
    with pytest.raises(ClockError, match="said"):
        world.stored()


# Mixed, swapped, endless ------------------------------------------------------------------------


def test_parts_of_two_versions_are_refused(world: World) -> None:
    """The law of one version beside the registry of another."""
    old = (world.metadata / "1.state.AA.json").read_bytes()
    digest = published(world)
    (world.metadata / "2.state.AA.json").write_bytes(old)
    assert isinstance(world.refused(), UntrustedError)
    still_serves(world, digest)


def the_file(world: World, path: str) -> Path:
    target = world.role(path.rpartition("/")[0].replace("/", ".")).signed.targets[path]
    return world.repository / "targets" / target.get_prefixed_paths()[0]


def test_a_swapped_file_is_refused(world: World) -> None:
    digest = published(world)
    file = the_file(world, "state/AA/law.policy")
    file.write_bytes(file.read_bytes().replace(b"14 days", b"15 days"))
    assert "hash" in world.refused().message
    still_serves(world, digest)


def test_a_file_of_another_length_is_refused(world: World) -> None:
    digest = published(world)
    file = the_file(world, "state/AA/law.policy")
    file.write_bytes(file.read_bytes()[:-1])
    assert "length" in world.refused().message
    still_serves(world, digest)


def test_an_endless_file_is_refused(world: World) -> None:
    digest = published(world)
    file = the_file(world, "state/AA/law.policy")
    file.unlink()
    file.symlink_to("/dev/zero")
    assert isinstance(world.refused(), UnreachableError)
    file.unlink()
    file.write_bytes(b"a" * 20_000_000)
    assert "exceeding" in world.refused().message
    still_serves(world, digest)


@pytest.mark.parametrize("name", ["timestamp.json", "2.snapshot.json", "2.state.AA.json"])
def test_oversized_metadata_is_refused(world: World, name: str) -> None:
    digest = published(world)
    file = world.metadata / name
    file.write_bytes(file.read_bytes() + b" " * 6_000_000)
    assert "exceeding" in world.refused().message
    still_serves(world, digest)


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"null", b"\xff\xfe", b'{"signed":{"_type":"timestamp"},"signatures":[]}'],
    ids=["empty", "nothing", "null", "no text", "half"],
)
def test_metadata_that_are_none_are_refused(world: World, data: bytes) -> None:
    digest = published(world)
    (world.metadata / "timestamp.json").write_bytes(data)
    assert isinstance(world.refused(), UntrustedError)
    still_serves(world, digest)


def test_a_missing_file_leaves_what_was_good(world: World) -> None:
    digest = published(world)
    the_file(world, "state/AA/law.policy").unlink()
    assert isinstance(world.refused(), UnreachableError)
    still_serves(world, digest)


# Signed by others, by too few, by nobody --------------------------------------------------------


def keep(targets: Targets) -> None:
    """No change at all, but another version."""


def test_an_agency_key_on_state_metadata_is_refused(world: World) -> None:
    """The floor, stopped by key."""
    digest = world.sync().digest
    text = state_text("AA").replace("forbid search, share", "forbid share").encode()
    target = world.plant("state/AA/law.policy", text)

    def loosen(targets: Targets) -> None:
        targets.targets[target.path] = target

    world.forge("state.AA", loosen, world.made.signers["agency.AA.pd"])
    assert "0/2 keys" in world.refused().message
    still_serves(world, digest)


def test_one_of_two_state_keys_is_not_enough(world: World) -> None:
    digest = world.sync().digest
    world.forge("state.AA", keep, world.made.signers["state.AA"][:1])
    assert "1/2 keys" in world.refused().message
    still_serves(world, digest)


def test_two_keys_of_another_state_are_not_enough(world: World) -> None:
    digest = world.sync().digest
    world.forge("state.AA", keep, world.made.signers["state.BB"])
    assert "0/2 keys" in world.refused().message
    still_serves(world, digest)


@pytest.mark.parametrize(
    "role", ["targets", "core", "federal", "state.AA", "registry", "agency.AA.pd"]
)
def test_unsigned_metadata_are_refused(world: World, role: str) -> None:
    digest = world.sync().digest
    world.forge(role, keep, [])
    assert "signed by 0/" in world.refused().message
    still_serves(world, digest)


@pytest.mark.parametrize("name", ["timestamp.json", "1.snapshot.json"])
def test_a_removed_signature_is_refused(world: World, name: str) -> None:
    kind: type[Timestamp] | type[Snapshot] = Timestamp if "timestamp" in name else Snapshot
    metadata = world.read(name, kind)
    metadata.signatures.clear()
    data = metadata.to_bytes()
    (world.metadata / name).write_bytes(data)
    assert isinstance(world.refused(), UntrustedError)


def test_an_unsigned_root_is_refused(world: World) -> None:
    root = Metadata[Root].from_bytes(world.made.root)
    root.signatures.clear()
    with pytest.raises(UntrustedError, match="0/2 keys"):
        world.sync(root.to_bytes())


def test_nothing_is_taken_over_under_another_root(world: World, tmp_path: Path) -> None:
    other = World.made_in(tmp_path / "other")
    with pytest.raises(UntrustedError):
        world.sync(other.made.root)


# The root ---------------------------------------------------------------------------------------


def next_root(world: World, change: Callable[[Root], None] = lambda root: None) -> Metadata[Root]:
    root = Metadata[Root].from_bytes(world.made.root)
    root.signed.version += 1
    root.signatures.clear()
    change(root.signed)
    return root


def put_root(world: World, root: Metadata[Root]) -> None:
    name = f"{root.signed.version}.root.json"
    (world.metadata / name).write_bytes(root.to_bytes())


def test_a_root_signed_by_too_few_old_keys_is_refused(world: World) -> None:
    digest = world.sync().digest
    fresh = [new_signer(), new_signer()]

    def replace(root: Root) -> None:
        for keyid in list(root.roles["root"].keyids):
            root.revoke_key(keyid, "root")
        for signer in fresh:
            root.add_key(signer.public_key, "root")

    root = next_root(world, replace)
    for signer in (*fresh, world.made.signers["root"][0]):
        root.sign(signer, append=True)
    put_root(world, root)
    assert "1/2 keys" in world.refused().message
    still_serves(world, digest)


def test_roots_follow_each_other_in_order(world: World) -> None:
    world.sync()
    second = next_root(world)
    for signer in world.made.signers["root"]:
        second.sign(signer, append=True)
    third = next_root(world)
    third.signed.version = 3
    for signer in world.made.signers["root"]:
        third.sign(signer, append=True)
    put_root(world, second)
    put_root(world, third)
    assert world.sync().versions["root"] == 3


def test_a_root_that_skips_a_version_is_refused(world: World) -> None:
    world.sync()
    third = next_root(world)
    third.signed.version = 3
    for signer in world.made.signers["root"]:
        third.sign(signer, append=True)
    (world.metadata / "2.root.json").write_bytes(third.to_bytes())
    assert "version 2" in world.refused().message


@pytest.mark.parametrize("spelling", [str, str.upper])
def test_one_key_under_two_ids_is_one_key(world: World, spelling: Callable[[str], str]) -> None:
    """A threshold counts keys, and not the names that they are given."""

    def double(root: Root) -> None:
        one, other = root.roles["root"].keyids
        public = {"public": spelling(root.keys[one].keyval["public"])}
        root.keys[other] = type(root.keys[one])(
            other, root.keys[one].keytype, root.keys[one].scheme, public
        )

    root = next_root(world, double)
    for signer in world.made.signers["root"]:
        root.sign(signer, append=True)
    alone = world.made.signers["root"][0]
    payload = alone.sign(root.signed_bytes)
    second = root.signed.roles["root"].keyids[1]
    root.signatures[second] = type(payload)(second, payload.signature)
    with pytest.raises(UntrustedError, match="one key under two ids"):
        charter.charter_of(root.signed)


# Delegations ------------------------------------------------------------------------------------


def test_the_top_level_targets_may_not_delegate_a_state_anew(world: World) -> None:
    """Their own keys are all there, and still only the root says who signs a state's law."""
    digest = world.sync().digest
    own = [new_signer(), new_signer()]

    def take(targets: Targets) -> None:
        assert targets.delegations is not None
        assert targets.delegations.roles is not None
        role = targets.delegations.roles["state.AA"]
        role.keyids[:] = [signer.public_key.keyid for signer in own]
        targets.delegations.keys |= {s.public_key.keyid: s.public_key for s in own}

    world.forge("targets", take, world.made.signers["targets"])
    world.forge("state.AA", keep, own)
    assert "otherwise than the root says" in world.refused().message
    still_serves(world, digest)


def test_a_key_of_the_law_is_compared_and_not_only_its_id(world: World) -> None:
    digest = world.sync().digest
    own = new_signer()

    def swap(targets: Targets) -> None:
        assert targets.delegations is not None
        keyid = world.made.signers["state.AA"][0].public_key.keyid
        key = own.public_key
        swapped = type(key)(keyid, key.keytype, key.scheme, dict(key.keyval))
        targets.delegations.keys[keyid] = swapped

    world.forge("targets", swap, world.made.signers["targets"])
    assert "otherwise than the root says" in world.refused().message
    still_serves(world, digest)


def test_the_registry_may_not_delegate_the_law(world: World) -> None:
    digest = world.sync().digest
    key = new_signer().public_key

    def take(targets: Targets) -> None:
        assert targets.delegations is not None
        assert targets.delegations.roles is not None
        role = DelegatedRole("state.CC", [key.keyid], 1, True, ["state/CC/*"])
        targets.delegations.roles["state.CC"] = role
        targets.delegations.keys[key.keyid] = key

    world.forge("registry", take, world.made.signers["registry"])
    assert "not its own" in world.refused().message
    still_serves(world, digest)


def test_an_agency_may_not_be_given_more_than_its_folder(world: World) -> None:
    digest = world.sync().digest

    def widen(targets: Targets) -> None:
        assert targets.delegations is not None
        assert targets.delegations.roles is not None
        targets.delegations.roles["agency.AA.pd"].paths = ["agency/*/*/*"]

    world.forge("registry", widen, world.made.signers["registry"])
    assert "other paths" in world.refused().message
    still_serves(world, digest)


def test_an_agency_may_not_delegate(world: World) -> None:
    digest = world.sync().digest

    def hand_on(targets: Targets) -> None:
        targets.delegations = world.role("targets").signed.delegations

    world.forge("agency.AA.pd", hand_on, world.made.signers["agency.AA.pd"])
    assert "delegates to others" in world.refused().message
    still_serves(world, digest)


def test_an_agency_that_lists_a_state_file_raises_an_alarm(world: World) -> None:
    """Nobody finds the file there, and nothing else would say so."""
    text = state_text("AA").replace("forbid search, share", "forbid share").encode()
    target = world.plant("state/AA/law.policy", text)

    def reach(targets: Targets) -> None:
        targets.targets[target.path] = target

    before = world.sync()
    world.forge("agency.AA.pd", reach, world.made.signers["agency.AA.pd"])
    after = world.sync()
    assert after.fault is None
    assert after.files["state/AA/law.policy"] == before.files["state/AA/law.policy"]
    assert after.alarms == ("`agency.AA.pd` lists `state/AA/law.policy`, which is not its own",)


def test_the_registry_cannot_publish_in_the_place_of_an_agency(world: World) -> None:
    """By the paths alone it could: the framework looks at the delegating role first."""
    text = agency_text("AA/pd").replace("if requester is agency:AA/pd", "").encode()
    target = world.plant("agency/AA/pd/pd.policy", text)

    def reach(targets: Targets) -> None:
        targets.targets[target.path] = target

    before = world.sync()
    world.forge("registry", reach, world.made.signers["registry"])
    after = world.sync()
    assert after.files == before.files
    assert "`registry` lists `agency/AA/pd/pd.policy`" in after.alarms[0]


AGREEMENT = """policy agreement/a-b
  title "What both departments agreed"
  layer agreement
  issued by "AA/pd and BB/pd"
  time zone America/New_York
  uses core 1
  binds owner is agency:AA/pd

rule nothing-barred "Nothing barred is shared"
  cites "Agreement, section 1" status verified
  in force from 2026-01-01
  forbid share of alpr_data
  if request.purpose is a kind of barred
"""


def test_an_agreement_takes_the_keys_of_both_parties(world: World) -> None:
    world.publish("agreement/AA/pd+BB/pd/sharing.policy", AGREEMENT)
    digest = world.sync().digest
    role = "agreement.AA.pd~BB.pd"
    world.forge(role, keep, [world.made.signers["agency.AA.pd"][0]])
    assert "1/2 keys" in world.refused().message
    still_serves(world, digest)


def test_an_agreement_is_not_delegated_to_two_keys_of_one_party(world: World) -> None:
    world.publish("agreement/AA/pd+BB/pd/sharing.policy", AGREEMENT)
    digest = world.sync().digest
    own = [world.made.signers["agency.AA.pd"][0].public_key, new_signer().public_key]

    def take(targets: Targets) -> None:
        assert targets.delegations is not None
        assert targets.delegations.roles is not None
        targets.delegations.roles["agreement.AA.pd~BB.pd"].keyids = [key.keyid for key in own]
        targets.delegations.roles["agency.AA.pd"].keyids = [key.keyid for key in own]
        targets.delegations.keys |= {key.keyid: key for key in own}

    world.forge("registry", take, world.made.signers["registry"])
    assert "one key of each party" in world.refused().message
    still_serves(world, digest)


# The mirror -------------------------------------------------------------------------------------


def test_with_the_repository_away_the_mirror_serves(world: World) -> None:
    before = world.sync()
    world.repository.rename(world.folder / "away")
    world.later(hours=30)
    after = world.sync()
    assert isinstance(after.fault, UnreachableError)
    assert (after.digest, after.issued_at) == (before.digest, before.issued_at)
    assert world.now - after.issued_at > STALE_AFTER


def test_a_mirror_serves_nothing_that_was_changed_in_it(world: World) -> None:
    bundle = world.sync()
    [file] = [
        each
        for each in (world.mirror / "files").iterdir()
        if each.read_bytes() == bundle.files["state/AA/law.policy"]
    ]
    file.write_bytes(file.read_bytes().replace(b"21 days", b"99 days"))
    with pytest.raises(UntrustedError, match="torn"):
        world.stored()
    assert world.sync().fault is None  # and the repository mends it
    assert world.stored().digest == bundle.digest


def test_a_torn_mirror_is_refused_and_mended(world: World) -> None:
    digest = world.sync().digest
    [good] = (world.mirror / "good").iterdir()
    torn = good / "state.AA.json"
    data = torn.read_bytes()
    torn.unlink()
    torn.write_bytes(data[: len(data) // 2])
    with pytest.raises(UntrustedError, match="torn"):
        world.stored()
    world.later(hours=1)
    renew(world.made.repository, world.made.online, world.now)
    assert world.sync().fault is None
    assert world.stored().digest == digest


def test_an_empty_mirror_with_the_repository_away_serves_nothing(world: World) -> None:
    world.repository.rename(world.folder / "away")
    with pytest.raises(UnreachableError):
        world.sync()


def test_only_the_online_keys_renew_a_timestamp(world: World) -> None:
    with pytest.raises(BundleError, match="key that the root names"):
        renew(world.made.repository, Online(new_signer(), new_signer()), world.now)
