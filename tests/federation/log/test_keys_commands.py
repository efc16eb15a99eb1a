"""``platelaw log keys`` and the handlers behind it, over TLS, with real certificates and files."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import grpc
import pytest
from click.testing import CliRunner, Result

from platelaw.cli.log_keys import keys_group
from platelaw.engine.decision import Engine
from platelaw.engine.library import load
from platelaw.federation.call import Call
from platelaw.federation.caller import CallerRole
from platelaw.federation.conformance.scripted import Context, ScriptedServer
from platelaw.federation.identity.authority import new_authority
from platelaw.federation.identity.authorizing import load_authorizer
from platelaw.federation.identity.peer import Peers
from platelaw.federation.identity.standing import Standings
from platelaw.federation.log.acts import ActKind
from platelaw.federation.log.key_policy import load_key_policy, shipped_key_policy
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.keys_servicer import handlers
from platelaw.federation.log.sealing import Month
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.snapshot import PolicySnapshot, Snapshots
from platelaw.federation.v1 import log_keys_pb2 as k

from ..identity import world
from .holders import COURT, LATER, OWNER, REGISTRY, Log, call

THEN = datetime.datetime(2026, 11, 3, 15, 15, tzinfo=datetime.UTC)
NOVEMBER = Month(2026, 11)
OK, BAD = 0, 2
PEOPLE = {
    "custodian": world.spiffe(CallerRole.CUSTODIAN),
    "court": world.spiffe(CallerRole.COURT, agency="US/court"),
    "platform": world.spiffe(CallerRole.OFFICER_PLATFORM),
    "auditor": world.spiffe(CallerRole.AUDITOR, agency="AA/auditors"),
}


@dataclass
class Desk:
    """The handlers over a folder of keys, with a log that remembers."""

    folder: Path
    log: Log = field(default_factory=Log)
    alarms: list[Exception] = field(default_factory=list[Exception])

    def __post_init__(self) -> None:
        self.ring = KeyRing.open(self.folder)
        library = load([shipped_key_policy()]).library
        assert library is not None
        snapshot = PolicySnapshot(Engine(library, REGISTRY), "d" * 64, THEN, THEN, {})
        self.handlers = handlers(
            self.ring,
            load_key_policy(),
            Snapshots(snapshot),
            self.log.record,
            self.alarms.append,
        )

    def __call__(self, name: str, asked: k.ListKeysRequest | k.DeleteKeyRequest
                 | k.SetLegalHoldRequest | k.LiftLegalHoldRequest, by: Call) -> bytes:  # fmt: skip
        return self.answered(f"/platelaw.v1.LogKeyService/{name}", by, asked.SerializeToString())

    def answered(self, method: str, by: Call, data: bytes) -> bytes:
        answer = self.handlers[method](by, data)
        assert isinstance(answer, bytes)
        return answer


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """A desk with the key of November 2026."""
    desk = Desk(tmp_path / "log-keys")
    desk.ring.key_for(OWNER, THEN)
    return desk


Run = Callable[..., Result]


@pytest.fixture
def run(desk: Desk, tmp_path: Path) -> Iterator[Run]:
    """Runs a command as somebody, against a service on this machine."""
    root = new_authority(world.DOMAIN, now=world.now())
    for name, spiffe_id in PEOPLE.items():
        place = tmp_path / name
        place.mkdir()
        world.write_tls(place, world.holding(root, spiffe_id), root)
    own = world.own_holding(root)
    credentials = grpc.ssl_server_credentials([(own.key, own.certificate)], root.certificate, True)
    peers = Peers(Standings(world.standing(*PEOPLE.values())), (world.DOMAIN,))
    authorizer = load_authorizer()

    def answer(method: str, data: bytes, context: Context) -> bytes:
        try:
            caller = peers.caller_of(context, world.now())
            authorizer.check(caller, method, world.now())
            return desk.answered(method, Call(caller, method, LATER), data)
        except RefusedCallError as fault:
            code = next(each for each in grpc.StatusCode if each.value[0] == fault.status.value)
            context.abort(code, fault.message)
            raise AssertionError from fault

    with ScriptedServer(answer, credentials) as server:

        def invoke(name: str, *arguments: str) -> Result:
            files = [("--cert", "tls.pem"), ("--key", "tls.key"), ("--authority", "roots.pem")]
            options = [word for each, file in files for word in (each, str(tmp_path / name / file))]
            said = [*arguments, "--server", f"localhost:{server.port}", *options]
            result = CliRunner().invoke(keys_group, said)
            assert result.exception is None or isinstance(result.exception, SystemExit)
            return result

        yield invoke


# The commands -----------------------------------------------------------------------------------


def test_a_key_is_listed_held_released_and_deleted(run: Run, desk: Desk) -> None:
    (key,) = desk.ring.list()
    listed = run("custodian", "list", OWNER)
    assert listed.output.startswith(f"AA/pd 2026-11: key {key.id}, made 2026-11-03")
    held = run("court", "hold", OWNER, "--matter", "26-cv-1", "--from", "2026-10", "--json")
    hold = json.loads(held.output)
    assert (hold["version"], hold["first"], hold["last"], hold["matter"]) == (
        1,
        "2026-10",
        "",
        "26-cv-1",
    )
    refused = run("custodian", "delete", OWNER, "2026-11", "--yes")
    assert (refused.exit_code, "legal-hold" in refused.output) == (BAD, True)
    released = run("court", "release", hold["id"])
    assert (released.exit_code, released.output.startswith("lifted: AA/pd")) == (OK, True)
    deleted = run("custodian", "delete", OWNER, "2026-11", "--yes")
    assert deleted.exit_code == OK
    assert "deleted: AA/pd 2026-11: key" in deleted.output
    assert "a backup of the folder may still hold what was deleted" in deleted.output
    assert desk.ring.find(OWNER, NOVEMBER) is None
    assert desk.log.kinds() == [ActKind.HOLD_SET, ActKind.HOLD_LIFTED, ActKind.KEY_DELETED]
    shown = json.loads(run("auditor", "list", OWNER, "--json").output)
    assert [each["deleted_by"] for each in shown["keys"]] == [str(PEOPLE["custodian"])]
    assert [each["lifted_by"] for each in shown["holds"]] == [str(PEOPLE["court"])]


def test_nothing_is_deleted_that_nobody_confirms(run: Run, desk: Desk) -> None:
    said = run("custodian", "delete", OWNER, "2026-11")
    assert said.exit_code == BAD
    assert "can be read by nobody any more" in said.output
    assert "add --yes" in said.output
    assert desk.ring.find(OWNER, NOVEMBER) is not None


@pytest.mark.parametrize(
    ("who", "arguments", "words"),
    [
        ("platform", ("list", OWNER), "service/methods/who-keeps-keys"),
        ("court", ("delete", OWNER, "2026-11", "--yes"), "service/log-keys/who-deletes"),
        ("custodian", ("delete", "AA/so", "2026-11", "--yes"), "service/log-keys/who-deletes"),
        ("custodian", ("delete", OWNER, "2026-10", "--yes"), "no key of AA/pd for 2026-10"),
        ("custodian", ("delete", OWNER, "november", "--yes"), "write it as 2026-11"),
        ("court", ("hold", OWNER, "--matter", " "), "say why"),
        ("court", ("hold", OWNER, "--matter", "x", "--from", "2026"), "write it as 2026-11"),
        ("court", ("hold", OWNER, "--matter", "x", "--from", "2026-11", "--to", "2026-10"),
         "last: before `first`"),
        ("court", ("release", "0" * 16), "no legal hold has the id"),
        ("court", ("release", "zz"), "hold_id"),
        ("custodian", ("list",), "whose keys is not said"),
    ],
)  # fmt: skip
def test_what_is_refused_says_why_and_does_nothing(
    run: Run, desk: Desk, who: str, arguments: tuple[str, ...], words: str
) -> None:
    said = run(who, *arguments)
    assert said.exit_code == BAD
    assert words in said.output
    assert desk.log.acts == []
    assert len(desk.ring.list()) == 1


def test_a_folder_on_this_machine_is_listed_and_left_as_it_is(desk: Desk) -> None:
    desk.ring.key_for("AA/so", THEN)
    desk("SetLegalHold", k.SetLegalHoldRequest(owner="AA/so", matter="26-cv-1"), COURT)
    before = sorted(desk.folder.iterdir())
    shown = CliRunner().invoke(keys_group, ["list", "--folder", str(desk.folder)]).output
    assert [line.split()[0] for line in shown.splitlines()] == ["AA/pd", "AA/so", "AA/so"]
    one = CliRunner().invoke(keys_group, ["list", OWNER, "--folder", str(desk.folder)]).output
    assert one.count("\n") == 1
    secrets = [desk.ring.key_for(owner, THEN).secret.hex() for owner in (OWNER, "AA/so")]
    assert not any(secret in shown for secret in secrets)
    assert sorted(desk.folder.iterdir()) == before


def test_a_folder_with_a_damaged_key_is_named(desk: Desk) -> None:
    (file,) = desk.folder.glob("*.key")
    file.write_text("{}", "utf-8")
    said = CliRunner().invoke(keys_group, ["list", "--folder", str(desk.folder)])
    assert said.exit_code == BAD
    assert f"{file}: not the key that it is called" in said.output


# The handlers -----------------------------------------------------------------------------------


def test_an_owner_may_be_named_by_its_ori_and_one_that_is_not_on_file_by_its_old_key(
    desk: Desk,
) -> None:
    desk.ring.key_for("AA/gone", THEN)
    found = k.ListKeysResponse.FromString(
        desk("ListKeys", k.ListKeysRequest(owner="AA/gone"), COURT)
    )
    assert [key.owner for key in found.keys] == ["AA/gone"]


@pytest.mark.parametrize("matter", ["two\nlines", "\x1b[31m", "   "])
def test_a_matter_is_one_line_of_text(desk: Desk, matter: str) -> None:
    with pytest.raises(RefusedCallError, match="matter: write one line"):
        desk("SetLegalHold", k.SetLegalHoldRequest(owner=OWNER, matter=matter), COURT)


def test_a_folder_that_cannot_be_used_alarms_its_operator_and_tells_the_caller_no_path(
    desk: Desk,
) -> None:
    (file,) = desk.folder.glob("*.key")
    file.write_text("{}", "utf-8")
    with pytest.raises(RefusedCallError) as caught:
        desk("DeleteKey", k.DeleteKeyRequest(owner=OWNER, month="2026-11"), call())
    assert caught.value.status is Status.UNAVAILABLE
    assert str(desk.folder) not in caught.value.message
    assert [str(file) in str(alarm) for alarm in desk.alarms] == [True]
    assert desk.log.acts == []


@pytest.mark.parametrize("month", ["2026-13", "2026-00"])
def test_a_month_that_is_none_is_refused(desk: Desk, month: str) -> None:
    with pytest.raises(RefusedCallError, match=r"month: .*write it as 2026-11"):
        desk("DeleteKey", k.DeleteKeyRequest(owner=OWNER, month=month), call())
