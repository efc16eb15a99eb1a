"""Keys and legal holds of a service that runs: what is done stands in its log."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from click.testing import CliRunner, Result

from platelaw.cli.log_keys import keys_group
from platelaw.federation.embedded import Home
from platelaw.federation.log.keyring import KeyRing
from platelaw.federation.log.sealing import Month
from platelaw.federation.log.sqlite_store import SqliteStore
from platelaw.federation.v1 import log_pb2

OWNER = "CT/darien-pd"
OLD = datetime.datetime(2024, 5, 3, tzinfo=datetime.UTC)
CUSTODIAN = "spiffe://development.platelaw.internal/agency/CT/darien-pd/role/custodian"
COURT = "spiffe://development.platelaw.internal/agency/US/d-conn/role/court"

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A development service that runs, with a key of long ago."""
    home = Home(tmp_path_factory.mktemp("service") / "home")
    home.folder.mkdir()
    KeyRing.open(home.seals).key_for(OWNER, OLD)
    command = [sys.executable, "-m", "platelaw", "serve", "--home", str(home.folder), "--port", "0"]
    with subprocess.Popen([*command, "--json"], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["development"]
        yield home
        process.terminate()


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
    assert KeyRing.open(home.seals).find(OWNER, Month(2024, 5)) is None
    assert acts(home) == [
        ("legal_hold_set", COURT, OWNER),
        ("legal_hold_lifted", COURT, OWNER),
        ("key_deleted", CUSTODIAN, OWNER),
    ]


def test_a_key_of_this_month_is_not_deleted(home: Home, run: Run) -> None:
    now = datetime.datetime.now(datetime.UTC)
    KeyRing.open(home.seals).key_for(OWNER, now)
    refused = run("delete", OWNER, str(Month.of(now)), "--yes")
    assert (refused.exit_code, "service/log-keys/retention" in refused.output) == (2, True)
    assert KeyRing.open(home.seals).find(OWNER, Month.of(now)) is not None
