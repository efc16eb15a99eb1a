"""A change is checked before anything is written, signed in steps, and put in place whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from securesystemslib.signer import CryptoSigner

from platelaw.federation.bundles import ceremony
from platelaw.federation.bundles.authoring import release
from platelaw.federation.bundles.charter import Charter, Quorum
from platelaw.federation.bundles.drafting import Draft
from platelaw.federation.bundles.errors import AuthoringError
from platelaw.federation.bundles.keys import public_bytes, read_public, read_signer, write_signer
from platelaw.federation.bundles.layout import agency, place_of
from platelaw.federation.bundles.publishing import apply, examine, files_at, files_below
from platelaw.federation.identity.signers import new_signer

from .world import World, agency_text, state_text

OWN = "agency/AA/pd/pd.policy"
LAW = "state/AA/law.policy"


def everything_in(folder: Path) -> Mapping[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def draft_of(world: World) -> Draft:
    return Draft.of(world.made.repository, world.now)


def published(world: World, path: str, text: str) -> None:
    """Publish as an author does: checks first."""
    draft = draft_of(world)
    apply(draft, {path: text.encode()})
    examine(draft, world.store)
    for role in draft.roles:
        draft.sign(world.made.signers[role])
    release(draft, world.made.online)


def refused(world: World, path: str, text: str) -> str:
    """Why an author may not publish a file; the repository is as it was."""
    before = everything_in(world.repository)
    with pytest.raises(AuthoringError) as caught:
        published(world, path, text)
    assert everything_in(world.repository) == before
    return caught.value.message


# Checks -----------------------------------------------------------------------------------------


def test_what_holds_is_published_and_taken_over(world: World) -> None:
    text = agency_text("AA/pd").replace("Its own officers search", "Officers search")
    published(world, OWN, text)
    assert world.sync().files[OWN] == text.encode()


def test_an_author_who_loosens_the_floor_is_stopped(world: World) -> None:
    """The floor, stopped by the check before publishing."""
    loose = agency_text("AA/pd").partition("example")[0] + (
        'parameter keeping_period is 90 days\n  cites "Order 3" status verified\n'
        "  in force from 2020-01-01\n"
    )
    assert "agencies may only lower" in refused(world, OWN, loose)
    own_law = state_text("AA").replace("law/aa", "law/own").replace("keeping_period", "own")
    assert "state layer" in refused(world, "agency/AA/pd/law.policy", own_law)


def test_an_example_that_does_not_hold_stops_its_author(world: World) -> None:
    text = agency_text("AA/pd").replace("expect PERMIT by searches", 'expect DENY "no ground"')
    message = refused(world, OWN, text)
    assert "1 example of which the answer is another" in message
    assert OWN in message


def test_examples_of_agencies_do_not_stop_a_states_law(world: World) -> None:
    """Else an agency could keep the floor down by writing an example."""
    law = state_text("AA").replace("is a kind of barred", "is a kind of purpose")
    published(world, LAW, law)
    assert world.sync().files[LAW] == law.encode()


def test_an_example_of_the_law_stops_a_law_that_breaks_it(world: World) -> None:
    example = agency_text("AA/pd").partition("example")[2].replace("by searches", "")
    text = f"examples core/tried uses core 1\n\nexample{example}"
    published(world, "state/AA/examples.policy", text)
    law = state_text("AA").replace("is a kind of barred", "is a kind of purpose")
    assert "of which the answer is another" in refused(world, LAW, law)


def test_a_file_that_is_published_as_it_is_changes_nothing(world: World) -> None:
    assert "nothing would change" in refused(world, OWN, agency_text("AA/pd"))


def test_a_file_that_goes_is_gone(world: World) -> None:
    draft = draft_of(world)
    apply(draft, {}, [OWN])
    examine(draft, world.store)
    draft.sign(world.made.signers["agency.AA.pd"])
    release(draft, world.made.online)
    assert OWN not in world.sync().files


def test_an_agency_that_lists_a_state_file_is_found_before_publishing(world: World) -> None:
    draft = draft_of(world)
    target = world.plant(LAW, b"policy")
    draft.role("agency.AA.pd").targets[LAW] = target
    with pytest.raises(AuthoringError, match=r"ALARM: `agency\.AA\.pd` lists `state/AA/law"):
        examine(draft, world.store)


def test_an_agency_that_is_not_enrolled_cannot_publish(world: World) -> None:
    draft = draft_of(world)
    draft.put("agency/AA/sheriff/own.policy", agency_text("AA/sheriff").encode())
    with pytest.raises(AuthoringError, match="nobody may sign"):
        draft.sign([new_signer()])


def test_files_lie_where_they_may(tmp_path: Path) -> None:
    (tmp_path / "state" / "AA").mkdir(parents=True)
    (tmp_path / "state" / "AA" / "law.policy").write_text("x")
    (tmp_path / ".hidden").write_text("x")
    assert files_below(tmp_path) == {"state/AA/law.policy": b"x"}
    assert files_at([tmp_path / "state" / "AA"], place_of("core")) == {"core/law.policy": b"x"}
    (tmp_path / "state" / "AA" / "notes.txt").write_text("x")
    with pytest.raises(AuthoringError, match=r"notes\.txt"):
        files_below(tmp_path)


# Steps ------------------------------------------------------------------------------------------


def test_a_law_waits_until_enough_have_signed(world: World) -> None:
    one, other = world.made.signers["state.AA"]
    before = world.sync().digest
    draft = draft_of(world)
    apply(draft, {LAW: state_text("AA").replace("21 days", "14 days").encode()})
    draft.sign([one])
    with pytest.raises(AuthoringError, match="lacks 1"):
        release(draft, world.made.online)
    draft.save()
    assert world.sync().digest == before

    later = draft_of(world)  # another day, another holder, the same file
    assert [each.role for each in later.wanted()] == ["state.AA"]
    later.sign([other])
    release(later, world.made.online)
    assert b"14 days" in world.sync().files[LAW]
    assert draft_of(world).roles == {}


def test_the_same_key_twice_is_one_signature(world: World) -> None:
    one, _ = world.made.signers["state.AA"]
    draft = draft_of(world)
    apply(draft, {LAW: state_text("AA").replace("21 days", "14 days").encode()})
    assert draft.sign([one, one]) == ["state.AA"]
    [wanted] = draft.wanted()
    assert wanted.missing == 1


def test_who_changes_what_waits_takes_its_signatures_away(world: World) -> None:
    draft = draft_of(world)
    apply(draft, {LAW: state_text("AA").replace("21 days", "14 days").encode()})
    draft.sign(world.made.signers["state.AA"])
    apply(draft, {LAW: state_text("AA").replace("21 days", "7 days").encode()})
    assert draft.wanted()[0].missing == 2


def test_what_a_newer_version_has_overtaken_waits_no_more(world: World) -> None:
    draft = draft_of(world)
    apply(draft, {LAW: state_text("AA").replace("21 days", "14 days").encode()})
    draft.save()
    world.made.publish({LAW: state_text("AA").replace("21 days", "7 days").encode()}, now=world.now)
    assert draft_of(world).roles == {}


def test_one_agency_does_not_wait_for_another(world: World) -> None:
    waiting = draft_of(world)
    apply(waiting, {"agency/BB/pd/pd.policy": agency_text("BB/pd").replace("Its", "The").encode()})
    waiting.save()
    draft = draft_of(world)
    apply(draft, {OWN: agency_text("AA/pd").replace("Its", "The").encode()})
    mine = draft.part(["agency.AA.pd"])
    mine.sign(world.made.signers["agency.AA.pd"])
    release(mine, world.made.online)
    assert list(draft_of(world).roles) == ["agency.BB.pd"]


def test_only_the_online_keys_put_a_version_in_place(world: World) -> None:
    from platelaw.federation.bundles.authoring import Online

    draft = draft_of(world)
    apply(draft, {OWN: agency_text("AA/pd").replace("Its", "The").encode()})
    draft.sign(world.made.signers["agency.AA.pd"])
    with pytest.raises(AuthoringError, match="snapshot key"):
        release(draft, Online(new_signer(), new_signer()))


def test_an_agency_that_lost_its_key_signs_anew_with_another(world: World) -> None:
    fresh = new_signer()
    draft = draft_of(world)
    draft.delegate(agency("AA/pd"), Quorum((fresh.public_key,), 1))
    draft.sign(world.made.signers["registry"])
    with pytest.raises(AuthoringError, match=r"agency\.AA\.pd"):
        release(draft, world.made.online)
    draft.sign([fresh])
    release(draft, world.made.online)
    assert world.sync().quorums["agency.AA.pd"].keyids == [fresh.public_key.keyid]


# Broken off -------------------------------------------------------------------------------------

BREAKING = """
import os, signal, sys
from pathlib import Path
from platelaw.federation.bundles import repository
from platelaw.federation.bundles.authoring import Online, release
from platelaw.federation.bundles.drafting import Draft
from platelaw.federation.bundles.keys import read_signer
from platelaw.federation.bundles.repository import Repository
import datetime

folder, keys, path, text, after = sys.argv[1:]
left = int(after)
whole = repository.write

def write(place, data):
    global left
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    left -= 1
    whole(place, data)

repository.write = write
draft = Draft.of(Repository(Path(folder)), datetime.datetime.fromisoformat("2026-11-03T12:05:00Z"))
draft.put(path, text.encode())
draft.sign([read_signer(Path(keys) / "law-0.pem"), read_signer(Path(keys) / "law-1.pem")])
online = [read_signer(Path(keys) / f"{name}.pem") for name in ("snapshot", "timestamp")]
release(draft, Online(*online))
"""


@pytest.mark.parametrize("after", [0, 1, 2, 3, 4])
def test_a_change_that_is_killed_leaves_the_version_before_it(world: World, after: int) -> None:
    """Four files are written: the text, its role, the snapshot, and the timestamp last."""
    keys = world.folder / "keys"
    for number, signer in enumerate(world.made.signers["state.AA"]):
        write_signer(signer, keys / f"law-{number}.pem")
    write_signer(world.made.online.snapshot, keys / "snapshot.pem")
    write_signer(world.made.online.timestamp, keys / "timestamp.pem")
    before = world.sync().digest
    text = state_text("AA").replace("21 days", "14 days")
    arguments = [str(world.repository), str(keys), LAW, text, str(after)]
    ended = subprocess.run([sys.executable, "-c", BREAKING, *arguments], check=False, timeout=120)
    assert ended.returncode == (-signal.SIGKILL if after < 4 else 0)
    world.later(minutes=10)
    bundle = world.sync()
    assert bundle.fault is None
    assert (bundle.digest == before) == (after < 4)
    if after < 4:  # and whoever publishes again publishes
        world.made.publish({LAW: text.encode()}, now=world.now)
        assert world.sync().files[LAW] == text.encode()


# Keys -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("made", [CryptoSigner.generate_ed25519, CryptoSigner.generate_ecdsa])
def test_a_key_is_kept_for_its_user_alone(tmp_path: Path, made: Callable[[], CryptoSigner]) -> None:
    signer = made()
    file = tmp_path / "keys" / "one.pem"
    write_signer(signer, file)
    assert file.stat().st_mode & 0o777 == 0o600
    assert read_signer(file).public_key == signer.public_key
    assert read_public(file.with_suffix(".pub")) == signer.public_key
    assert public_bytes(signer.public_key) == file.with_suffix(".pub").read_bytes()
    with pytest.raises(AuthoringError, match="already"):
        write_signer(signer, file)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "one.pem"
    write_signer(new_signer(), file)
    file.chmod(0o644)
    with pytest.raises(AuthoringError, match="others may read"):
        read_signer(file)


@pytest.mark.parametrize("data", [b"", b"-----BEGIN PRIVATE KEY-----\nAA==\n"])
def test_what_is_no_key_is_refused(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "one.pem"
    file.write_bytes(data)
    os.chmod(file, 0o600)
    with pytest.raises(AuthoringError, match="no private key"):
        read_signer(file)
    with pytest.raises(AuthoringError, match="no public key"):
        read_public(file)


# The ceremony -----------------------------------------------------------------------------------


def next_root(world: World, **changed: Quorum) -> None:
    """Write the next root, with other keys for some roles."""
    state = world.made.repository.state()
    root = state.root.signed
    top = {
        name: Quorum(tuple(root.keys[keyid] for keyid in role.keyids), role.threshold)
        for name, role in root.roles.items()
    }
    quorums = {**state.charter.quorums}
    for role, quorum in changed.items():
        name = role.replace("_", ".")
        (top if name in top else quorums)[name] = quorum
    ceremony.begin(world.made.repository, top, Charter(quorums, True), world.now)


def test_a_root_is_signed_in_steps(world: World) -> None:
    next_root(world)
    one, other = world.made.signers["root"]
    assert ceremony.sign_root(world.made.repository, one).missing == (1, 1)
    assert world.made.repository.root_version() == 1
    assert ceremony.sign_root(world.made.repository, other).is_signed
    assert world.sync().versions["root"] == 2
    with pytest.raises(AuthoringError, match="no root waits"):
        ceremony.sign_root(world.made.repository, one)


def test_a_stranger_does_not_sign_the_root(world: World) -> None:
    next_root(world)
    with pytest.raises(AuthoringError, match="may not sign"):
        ceremony.sign_root(world.made.repository, new_signer())


def test_two_roots_do_not_wait_at_once(world: World) -> None:
    next_root(world)
    with pytest.raises(AuthoringError, match="waits for signatures already"):
        next_root(world)


def test_new_root_keys_are_signed_in_by_the_old_ones(world: World) -> None:
    fresh = [new_signer(), new_signer()]
    next_root(world, root=Quorum(tuple(each.public_key for each in fresh), 2))
    said = [ceremony.sign_root(world.made.repository, signer) for signer in fresh]
    assert said[-1].missing == (0, 2)
    said = [ceremony.sign_root(world.made.repository, s) for s in world.made.signers["root"]]
    assert said[-1].is_signed
    assert world.sync().versions["root"] == 2


def test_a_state_gets_new_keys_by_the_root(world: World) -> None:
    """Root, then targets, then the law itself; until all is done the old version serves."""
    before = world.sync()
    fresh = [new_signer(), new_signer()]
    next_root(world, state_AA=Quorum(tuple(each.public_key for each in fresh), 2))
    for signer in world.made.signers["root"]:
        ceremony.sign_root(world.made.repository, signer)
    assert world.sync().digest == before.digest
    draft = draft_of(world)
    assert set(draft.roles) == {"state.AA", "targets"}
    draft.sign([*fresh, *world.made.signers["targets"]])
    release(draft, world.made.online)
    after = world.sync()
    assert after.fault is None
    assert after.files == before.files
    assert set(after.quorums["state.AA"].keyids) == {each.public_key.keyid for each in fresh}


@pytest.mark.parametrize("threshold", [1])
def test_one_signature_is_never_enough_for_law(world: World, threshold: int) -> None:
    keys = (new_signer().public_key, new_signer().public_key)
    with pytest.raises(AuthoringError, match="asks for 1 signatures"):
        next_root(world, state_AA=Quorum(keys, threshold))
    with pytest.raises(AuthoringError, match="asks for 1 signatures"):
        next_root(world, root=Quorum(keys, threshold))
