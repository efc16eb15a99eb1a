"""``platelaw bundle``: the ceremony, files published in steps, taken over, and standing access."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from platelaw.cli import platelaw
from platelaw.federation.bundles.keys import write_signer
from platelaw.federation.identity.signers import new_signer

from ...federation.bundles.test_enabling import AGREED
from ...federation.bundles.world import BODIES, FEDERAL, WORDS, agency_text, state_text

ROLES = ("targets", "core", "federal", "state.AA", "registry")
OWN = "agency/AA/pd/pd.policy"


def run(*words: str | Path, code: int = 0) -> Result:
    result = CliRunner().invoke(platelaw, ["bundle", *map(str, words)])
    assert result.exit_code == code, result.output
    return result


def held(folder: Path, holder: int) -> list[str | Path]:
    """The keys of a holder, as options."""
    keys = (folder / "keys" / f"holder-{holder}" / f"{role}.pem" for role in ROLES)
    return [word for key in keys for word in ("--key", key)]


def library(folder: Path) -> Path:
    texts: Mapping[str, str] = {
        "core/words.policy": WORDS,
        "federal/law.policy": FEDERAL,
        "state/AA/law.policy": state_text("AA"),
        OWN: agency_text("AA/pd"),
        "registry/bodies.csv": BODIES,
    }
    for path, text in texts.items():
        file = folder / "library" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder / "library"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def published(place: Path) -> Path:
    """A repository after its ceremony, with two agencies and a first version."""
    run("init", "repository", "--state", "AA", "--keys", "keys")
    named = json.loads(run("status", "repository", "--json").stdout)["keys"]  # to be read aloud
    assert {name: len(role["keys"]) for name, role in named.items()} == {
        **dict.fromkeys(("root", *ROLES), 3), "snapshot": 1, "timestamp": 1,
    }  # fmt: skip
    for holder in (1, 3):
        run("sign-root", "repository", "--key", place / f"keys/holder-{holder}/root.pem")
    for name in ("pd", "other"):
        write_signer(new_signer(), place / f"{name}.pem")
    for key, name in (("AA/pd", "pd"), ("BB/pd", "other")):
        run("enroll", "repository", key, "--public", f"{name}.pub",
            "--key", "keys/holder-1/registry.pem")  # fmt: skip
    said = run("publish", "repository", library(place), *held(place, 1), "--key", "pd.pem",
               "--online", "keys/online")  # fmt: skip
    assert "waits: state.AA for 1 more" in said.output
    said = run("sign", "repository", *held(place, 2))
    assert "waits: for the publisher's host" in said.output
    run("sign", "repository", "--online", "keys/online")
    return place


def sync(code: int = 0) -> dict[str, Any]:
    words = (
        "sync",
        "repository",
        "--mirror",
        "mirror",
        "--root",
        "repository/metadata/1.root.json",
    )
    found: dict[str, Any] = json.loads(run(*words, "--json", code=code).output)
    return found


def test_a_ceremony_ends_in_a_version_that_serves(published: Path) -> None:
    found = sync()
    assert found["fault"] is None
    assert found["files"] == 5
    assert found["stale"] is False
    for holder in (1, 2, 3):
        key = published / f"keys/holder-{holder}/root.pem"
        assert key.stat().st_mode & 0o777 == 0o600


def test_status_tells_what_waits_for_whom(place: Path) -> None:
    run("init", "repository", "--state", "AA", "--keys", "keys")
    assert "waits: root 1 for 2 signatures" in run("status", "repository").output
    said = run("sign-root", "repository", "--key", "keys/holder-1/root.pem")
    assert "1 more of its signatures" in said.output
    said = run("sign-root", "repository", "--key", "keys/holder-2/root.pem")
    assert "in place" in said.output
    assert json.loads(run("status", "repository", "--json").output)["waits"].keys() == set(ROLES)


def test_keys_made_elsewhere_are_named_by_their_public_half(place: Path) -> None:
    names = ("anna", "ben", "carla")
    for name in names:
        write_signer(new_signer(), place / f"{name}.pem")
    given = [word for name in names for word in ("--public", f"root={name}.pub")]
    run("init", "repository", "--state", "AA", "--keys", "keys", *given)
    assert not (place / "keys/holder-1/root.pem").exists()
    for name in names[:2]:
        run("sign-root", "repository", "--key", f"{name}.pem")
    assert (place / "repository/metadata/1.root.json").exists()


def test_an_agency_publishes_its_own_policy_with_its_key(published: Path) -> None:
    changed = published / "pd.policy"
    changed.write_text(agency_text("AA/pd").replace("Its own officers", "Officers"))
    run("publish", "repository", changed, "--as", "agency/AA/pd", "--key", "pd.pem",
        "--online", "keys/online")  # fmt: skip
    found = sync()
    assert found["versions"]["agency.AA.pd"] == 2


def test_what_is_refused_leaves_the_repository_as_it_was(published: Path) -> None:
    """And says why, with file and line, and no traceback."""
    before = {f: f.read_bytes() for f in (published / "repository").rglob("*") if f.is_file()}
    loose = agency_text("AA/pd").partition("example")[0].replace("permit search", "permit serch")
    (published / "pd.policy").write_text(loose)
    said = run("publish", "repository", "pd.policy", "--as", "agency/AA/pd", "--key", "pd.pem",
               "--online", "keys/online", code=2)  # fmt: skip
    assert "agency/AA/pd/pd.policy:12:10: no act is called `serch`" in said.output
    said = run("publish", "repository", "pd.policy", "--as", "state/AA", "--key", "pd.pem", code=2)
    assert "error:" in said.output
    after = {f: f.read_bytes() for f in (published / "repository").rglob("*") if f.is_file()}
    assert after == before


def test_a_repository_that_is_away_is_told_with_the_mend(published: Path) -> None:
    root = "repository/metadata/1.root.json"
    words = ("sync", "http://127.0.0.1:1/", "--mirror", "mirror", "--root", root)
    assert "help: check the address" in run(*words, code=2).stderr


def test_a_file_that_is_no_root_is_named(place: Path) -> None:
    (place / "odd.json").write_bytes(b"\x92{}")
    words = ("sync", "repository", "--mirror", "mirror", "--root", "odd.json")
    assert "odd.json: not the root of a repository" in run(*words, code=2).stderr
    assert not (place / "mirror").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("publish", "repository", "pd.policy"), "does not exist"),
        (("publish", "repository", "library/core/words.policy"), "whose file is it"),
        (("publish", "repository", "library", "--as", "town/x"), "is no place"),
        (("publish", "repository", "library"), "nothing would change"),
        (("publish", "repository", "--remove", "core/other.policy"), "is not published"),
        (("enroll", "repository", "nobody", "--public", "pd.pub"), "no place"),
        (("enroll", "repository", "AA/sheriff"), "key of its own"),
        (("enroll", "repository", "AA/pd+BB/pd", "--public", "pd.pub"), "no keys of its own"),
        (("sign", "repository"), "nothing waits"),
        (("sign-root", "repository", "--key", "pd.pem"), "no root waits"),
        (("rotate", "repository", "agency.AA.pd", "--public", "pd.pub"), "bundle enroll"),
        (("timestamp", "repository", "--online", "."), "cannot be read"),
        (("init", "repository", "--state", "AA", "--keys", "other"), "already"),
        (("status",), "status of what"),
        (("sync", "repository"), "whose root"),
        (("status", "elsewhere"), "no such folder"),
    ],
)
def test_bad_input_is_told_with_its_mend(
    published: Path, words: tuple[str, ...], said: str
) -> None:
    result = run(*words, code=2)
    assert said in result.output
    assert "Traceback" not in result.output


def test_a_version_that_cannot_serve_is_told_by_its_exit_code(published: Path) -> None:
    good = sync()
    assert good["versions"]["timestamp"] == 1
    (published / "repository/metadata/timestamp.json").write_text("{}")
    found = sync(code=5)
    assert found["digest"] == good["digest"]
    assert isinstance(found["fault"], dict)
    words = ("status", "--mirror", "mirror", "--root", "repository/metadata/1.root.json")
    assert str(good["digest"]) in run(*words).output


def test_the_timestamp_is_signed_anew(published: Path) -> None:
    run("timestamp", "repository", "--online", "keys/online")
    found = sync()
    assert found["versions"]["timestamp"] == 2


def test_keys_of_a_state_are_changed_by_a_ceremony(published: Path) -> None:
    for name in ("anna", "ben"):
        write_signer(new_signer(), published / f"{name}.pem")
    run("rotate", "repository", "state.AA", "--public", "anna.pub", "--public", "ben.pub")
    for holder in (2, 3):
        run("sign-root", "repository", "--key", f"keys/holder-{holder}/root.pem")
    targets = [w for n in (1, 2) for w in ("--key", f"keys/holder-{n}/targets.pem")]
    run("sign", "repository", *targets, "--key", "anna.pem", "--key", "ben.pem",
        "--online", "keys/online")  # fmt: skip
    found = sync()
    assert (found["versions"]["root"], found["versions"]["state.AA"]) == (2, 2)


# Standing access --------------------------------------------------------------------------------

ENABLE = ("enable", "repository", "--owner", "AA/pd", "--partner", "BB/pd", "--lasts", "90",
          "--user", "u-1", "--reason", "thefts", "--example", "worked")  # fmt: skip


def test_only_a_permit_turns_anything_on(published: Path) -> None:
    said = run(*ENABLE, "--purpose", "barred", "--key", "pd.pem", "--online", "keys/online", code=4)
    assert "DENY" in said.output
    assert "only a PERMIT is recorded" in said.output
    assert sync()["enabled"] == {}


def test_a_permit_is_recorded_and_signed(published: Path) -> None:
    said = run(*ENABLE, "--purpose", "theft", "--dry-run")
    assert "PERMIT" in said.output
    assert "doors to" in said.output
    assert sync()["enabled"] == {}
    run(*ENABLE, "--purpose", "theft", "--key", "pd.pem", "--online", "keys/online")
    [record] = sync()["enabled"].values()
    assert (record["owner"], record["partner"]) == ("AA/pd", "BB/pd")


def test_an_agreement_waits_for_the_other_party(published: Path) -> None:
    today = datetime.datetime.now(datetime.UTC).date()
    text = AGREED.replace("2026-11-04", f"{today}").replace(
        "2026-12-31", f"{today + datetime.timedelta(days=30)}"
    )
    (published / "sharing.policy").write_text(text)
    registry = [w for n in (1, 2) for w in ("--key", f"keys/holder-{n}/registry.pem")]
    run("enroll", "repository", "AA/pd+BB/pd", *registry, "--online", "keys/online")
    said = run(*ENABLE, "--purpose", "theft", "--agreement", "sharing.policy", "--key", "pd.pem",
               "--online", "keys/online")  # fmt: skip
    assert "waits: agreement.AA.pd~BB.pd for 1 more" in said.output
    run("sign", "repository", "--key", "other.pem", "--online", "keys/online")
    found = sync()
    assert found["fault"] is None
    assert found["left_out"] == []
    assert found["files"] == 7
