"""Keys and legal holds of a service that runs: what is done stands in its log."""

from __future__ import annotations

import datetime
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from platelaw.cli.log_keys import keys_group
from platelaw.federation.embedded import Home
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.sealing import Month
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.v1 import log_pb2

from ..development import served

OWNER = "CT/darien-pd"
OLD = datetime.datetime(2024, 5, 3, tzinfo=datetime.UTC)
CUSTODIAN = "spiffe://development.platelaw.internal/agency/CT/darien-pd/role/custodian"
COURT = "spiffe://development.platelaw.internal/agency/US/d-conn/role/court"

CUT_OFF, MAY = "CT/example-pd", Month(2024, 5)
DELETER = f"""
import datetime, os, signal, sys
from pathlib import Path
from platelaw.federation.call import Call
from platelaw.federation.caller import Caller, CallerRole
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.sealing import Month
from platelaw.federation.log.shredding import delete_key

KeyRing.delete = lambda *args, **more: os.kill(os.getpid(), signal.SIGKILL)
now = datetime.datetime.now(datetime.UTC)
who = Caller("{CUSTODIAN}", "{CUT_OFF}", CallerRole.CUSTODIAN, "1", now)
ring = KeyRing.open(Path(sys.argv[1]))
delete_key(ring, Call(who, "/x", now), "{CUT_OFF}", Month(2024, 5), lambda asked: (), print)
"""

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A development service that runs, with a key of long ago and a deletion that was cut off."""
    home = Home(tmp_path_factory.mktemp("service") / "home")
    home.folder.mkdir()
    ring = KeyRing.open(home.seals)
    ring.key_for(OWNER, OLD)
    ring.key_for(CUT_OFF, OLD)
    killed_between_record_and_delete(home.seals)
    assert ring.find(CUT_OFF, MAY)
    with served(home.folder):
        yield home


def killed_between_record_and_delete(folder: Path) -> None:
    """Have a process killed (-9) when the log has an act and the key is still there."""
    done = subprocess.run([sys.executable, "-c", DELETER, str(folder)], timeout=60, check=False)
    assert done.returncode == -signal.SIGKILL


@pytest.fixture
def run(home: Home) -> Run:
    def invoke(*arguments: str) -> Result:
        result = CliRunner().invoke(keys_group, [*arguments, "--home", str(home.folder)])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    return invoke


def acts(home: Home) -> list[tuple[str, str, str]]:
    """The acts in the log: what, by whom, in which month or over which owner."""
    store = SqliteStore(home.log.file)
    try:
        entries = [
            log_pb2.LogEntry.FromString(entry)
            for group in store.groups(0, store.head().edge.size)
            for entry in group.entries
        ]
    finally:
        store.close()
    found = [entry.act for entry in entries if entry.HasField("act")]
    return [(act.kind, act.by, json.loads(act.details)["owner"]) for act in found]


def test_what_is_done_to_a_key_stands_in_the_log(home: Home, run: Run) -> None:
    assert "2024-05: key" in run("list", OWNER).output
    hold = json.loads(run("hold", OWNER, "--matter", "26-cv-1", "--as", "court", "--json").output)
    refused = run("delete", OWNER, "2024-05", "--yes")
    assert (refused.exit_code, "service/log-keys/legal-hold" in refused.output) == (2, True)
    assert run("release", hold["id"], "--as", "court").exit_code == 0
    deleted = run("delete", OWNER, "2024-05", "--yes")
    assert (deleted.exit_code, deleted.output.startswith("deleted: ")) == (0, True)
    assert KeyRing.open(home.seals).find(OWNER, MAY) is None
    assert acts(home) == [
        ("key_deleted", CUSTODIAN, CUT_OFF),
        ("legal_hold_set", COURT, OWNER),
        ("legal_hold_lifted", COURT, OWNER),
        ("key_deleted", CUSTODIAN, OWNER),
    ]


def test_a_deletion_that_was_cut_off_was_ended_before_the_service_answered(home: Home) -> None:
    assert KeyRing.open(home.seals).find(CUT_OFF, MAY) is None
    assert acts(home)[0] == ("key_deleted", CUSTODIAN, CUT_OFF)


def test_a_key_of_this_month_is_not_deleted(home: Home, run: Run) -> None:
    now = datetime.datetime.now(datetime.UTC)
    KeyRing.open(home.seals).key_for(OWNER, now)
    refused = run("delete", OWNER, str(Month.of(now)), "--yes")
    assert (refused.exit_code, "service/log-keys/retention" in refused.output) == (2, True)
    assert KeyRing.open(home.seals).find(OWNER, Month.of(now)) is not None
