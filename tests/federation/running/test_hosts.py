"""Two agencies on two hosts, each with a service and a log of its own; cut apart, and healed.

The hosts are network namespaces of the kernel; where the account may not make any, it is skipped.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from platelaw.engine.cache import Cache
from platelaw.federation import embedded as module
from platelaw.federation.embedded import Embedded, embedded
from platelaw.federation.log.checking import recompute
from platelaw.federation.log.opening import FILE
from platelaw.federation.log.sqlite_store import SqliteStore

from .conftest import Running, config_of, utc_now
from .test_serve import ASKED

NAMES = "plawa", "plawb"
ADDRESSES = "10.99.7.1", "10.99.7.2"
ASKER = Path(__file__).with_name("asker.py")


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True, timeout=20)


@pytest.fixture
def hosts() -> Iterator[None]:
    """Two hosts with one cable between them."""
    a, b = NAMES
    try:
        ip("netns", "add", a)
    except (OSError, subprocess.CalledProcessError) as fault:
        pytest.skip(f"no network namespaces here: {fault}")
    try:
        ip("netns", "add", b)
        ip("link", "add", "va", "netns", a, "type", "veth", "peer", "name", "vb", "netns", b)
        for name, link, address in zip(NAMES, ("va", "vb"), ADDRESSES, strict=True):
            ip("-n", name, "addr", "add", f"{address}/24", "dev", link)
            ip("-n", name, "link", "set", "lo", "up")
            ip("-n", name, "link", "set", link, "up")
        yield
    finally:
        for name in NAMES:
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)


@pytest.fixture
def made_for_hosts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Embedded:
    """Identities whose service may be at either host."""
    monkeypatch.setattr(module, "_HOSTS", ("127.0.0.1", *ADDRESSES))
    return embedded(tmp_path / "home", utc_now, Cache(tmp_path / "cache"))


class Asker:
    """Somebody who asks from the first host."""

    def __init__(self, made: Embedded) -> None:
        home = made.home
        command = ["ip", "netns", "exec", NAMES[0], sys.executable, str(ASKER),
                   str(home.place("darien-platform")), str(home.folder / "authority.pem"),
                   json.dumps(ASKED)]  # fmt: skip
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, server: str, subject: str) -> dict[str, str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{server} {subject}\n")
        self.process.stdin.flush()
        told: dict[str, str] = json.loads(self.process.stdout.readline())
        return told

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


def test_two_hosts_cut_apart_release_nothing_across_and_go_on_when_healed(
    made_for_hosts: Embedded, hosts: None, tmp_path: Path
) -> None:
    del hosts
    made, services, servers = made_for_hosts, list[Running](), list[str]()
    asker: Asker | None = None
    try:
        for name, address in zip(NAMES, ADDRESSES, strict=True):
            folder = tmp_path / name
            folder.mkdir()
            more = f'\n[log]\norigin = "{name}.example/log"\n'
            file = config_of(made, folder, more=more)
            text = file.read_text("utf-8").replace("127.0.0.1:0", f"{address}:7443")
            file.write_text(text, "utf-8")
            prefix = ["ip", "netns", "exec", name]
            services.append(Running(["--config", str(file)], prefix=prefix))
            servers.append(f"{address}:7443")
        for service in services:
            service.wait_for('"serving"')
        asker = Asker(made)
        given = [asker.ask(server, f"first-{at}") for at, server in enumerate(servers)]
        assert [each["outcome"] for each in given] == ["PERMIT", "PERMIT"]
        assert [each["origin"] for each in given] == [f"{name}.example/log" for name in NAMES]
        ip("-n", NAMES[0], "route", "add", "blackhole", f"{ADDRESSES[1]}/32")
        cut = asker.ask(servers[1], "second")
        assert "outcome" not in cut, cut  # silence is never a PERMIT
        at_home = asker.ask(servers[0], "third")
        assert at_home["outcome"] == "PERMIT"
        ip("-n", NAMES[0], "route", "del", "blackhole", f"{ADDRESSES[1]}/32")
        healed = asker.ask(servers[1], "fourth")
        assert healed["outcome"] == "PERMIT"
        answers = [[given[0], at_home], [given[1], healed]]
    finally:
        if asker is not None:
            asker.close()
        statuses = [service.end() for service in services]
    assert statuses == [0, 0]
    for name, told in zip(NAMES, answers, strict=True):
        store = SqliteStore(tmp_path / name / "state" / FILE, only_reading=True)
        assert recompute(store) == []
        groups = store.groups(0, store.head().edge.size)
        entries = [entry for group in groups for entry in group.entries]
        store.close()
        assert [entries[int(each["index"])].hex() for each in told] == [e["entry"] for e in told]
        assert len(entries) == len(told)
