"""Real workers, real signals, real deaths."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import grpc
import msgspec
import pytest

from .conftest import until

SERVICE = """
    import datetime, os, threading, time
    from pathlib import Path
    from platelaw.federation.caller import Caller, CallerRole
    from platelaw.federation.server.served import (
        PolicyInUse, RefusedPoliciesError, Served, Tools)

    FOLDER = Path(__file__).parent
    VENDOR = Caller("spiffe://example/one", "XX/one", CallerRole.VENDOR, "01",
                    datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC))

    def build(config, tools):
        if (FOLDER / "broken").exists():
            raise ImportError("this service cannot be built")
        text = [(FOLDER / "policy").read_text()]

        def renew():
            found = (FOLDER / "kept").read_text()
            if found == "bad":
                raise RefusedPoliciesError("the signature is wrong")
            text[0] = found

        def who(call, data):
            return str(os.getpid()).encode()

        def policy(call, data):
            tools.accounts.after(call, "PERMIT")
            return text[0].encode()

        def slow(call, data):
            (FOLDER / "entered").touch()
            while not (FOLDER / "go").exists():
                time.sleep(0.01)
            return data

        def die(call, data):
            os._exit(3)

        def stuck(call, data):
            (FOLDER / "entered").touch()
            time.sleep(60)

        handlers = {f"/test.Test/{f.__name__.title()}": f for f in (who, policy, slow, die, stuck)}
        return Served(handlers, lambda peer, now: VENDOR, lambda caller, method: None, None,
                       renew=renew, policy=lambda: PolicyInUse(text[0]))

    def sync(config):
        found = (FOLDER / "policy").read_text()
        if found == "unsigned":
            raise RefusedPoliciesError("it is not signed")
        (FOLDER / "kept").write_text(found)
        alarms = ("a key lists what is not its own",) if found == "strange" else ()
        return PolicyInUse(found, alarms=alarms)
"""

CONFIG = """
listen = "127.0.0.1:0"
trust_domain = "state.example"
operator = "XX/center"
state = "state"
workers = {workers}
drain_seconds = {drain}
[tls]
certificate = "x.pem"
key = "x.key"
authorities = "x.pem"
[repository]
folder = "policies"
root = "x.pem"
every_seconds = 1
"""

RUN = """
import sys
from pathlib import Path
from platelaw.federation.server.config import read_config
from platelaw.federation.server.crew import Patience
from platelaw.federation.server.logs import logger
from platelaw.federation.server.supervisor import Supervisor

config = read_config(Path(sys.argv[1]))
patience = Patience(crashes=4, pause=0.05)
supervisor = Supervisor(config, "platelaw_test_service:build", logger(config.logging),
                        sync="platelaw_test_service:sync", patience=patience)
supervisor.on_ready = lambda port: print(port, flush=True)
assert "grpc" not in sys.modules
status = supervisor.run()
assert "grpc" not in sys.modules
Path(sys.argv[1]).with_name("metrics").write_bytes(supervisor.metrics())
sys.exit(status)
"""


@dataclass
class Server:
    """A supervisor in a process of its own."""

    folder: Path
    process: subprocess.Popen[bytes]
    port: int = 0
    lines: list[dict[str, object]] = field(default_factory=list[dict[str, object]])
    others: list[str] = field(default_factory=list[str])
    listening: threading.Thread | None = None

    def listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            try:
                self.lines.append(msgspec.json.decode(line))
            except msgspec.DecodeError:
                self.others.append(line.decode())

    def close(self) -> None:
        if self.listening is not None:
            self.listening.join(20)
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()

    def said(self, event: str, **fields: object) -> list[dict[str, object]]:
        return [
            line for line in list(self.lines) if line.items() >= {"event": event, **fields}.items()
        ]

    def ask(self, method: str, data: bytes = b"", timeout: float = 20) -> bytes:
        """A call on a connection of its own, so that any worker may get it."""
        options = [("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(f"127.0.0.1:{self.port}", options) as channel:
            call = cast("Any", channel).unary_unary(f"/test.Test/{method}")
            reply: bytes = call(data, timeout=timeout)
            return reply

    def publish(self, text: str) -> None:
        """Put policies where they are fetched, at once and whole."""
        new = self.folder / "policy.new"
        new.write_text(text)
        new.replace(self.folder / "policy")

    def workers(self) -> set[int]:
        return {int(self.ask("Who")) for _ in range(20)}

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


Begin = Callable[..., Server]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    (tmp_path / "platelaw_test_service.py").write_text(textwrap.dedent(SERVICE), "utf-8")
    for name in ("x.pem", "x.key"):
        (tmp_path / name).touch(0o600)
    (tmp_path / "policy").write_text("first")
    servers: list[Server] = []

    def begun(workers: int = 2, drain: float = 20, *, fails: bool = False) -> Server:
        (tmp_path / "platelaw.toml").write_text(CONFIG.format(workers=workers, drain=drain))
        server = started(tmp_path)
        servers.append(server)
        server.listening = threading.Thread(target=server.listen)
        server.listening.start()
        if not fails:
            assert server.process.stdout is not None
            server.port = int(server.process.stdout.readline())
        return server

    yield begun
    for server in servers:
        with suppress(subprocess.TimeoutExpired):
            server.process.terminate()
            server.process.wait(10)
        server.process.kill()
        server.process.wait()
        server.close()


def started(folder: Path) -> Server:
    path = os.pathsep.join([str(folder), *filter(None, sys.path)])
    process = subprocess.Popen(
        [sys.executable, "-c", RUN, str(folder / "platelaw.toml")],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    return Server(folder, process)


def test_workers_share_a_port_and_end_with_a_signal(begin: Begin) -> None:
    server = begin(workers=2)
    until(lambda: len(server.workers()) == 2)
    assert server.end() == 0, server.others
    metrics = (server.folder / "metrics").read_text()
    assert 'platelaw_call_seconds_count{method="/test.Test/Who",status="OK"}' in metrics
    assert "platelaw_workers_wanted 2.0" in metrics


def test_a_worker_that_is_killed_under_load_is_started_again(begin: Begin) -> None:
    server = begin(workers=2)
    before = server.workers()
    ended = threading.Event()
    answered = [0]

    def load() -> None:
        while not ended.is_set():
            with suppress(grpc.RpcError):
                server.ask("Who", timeout=5)
                answered[0] += 1

    loading = threading.Thread(target=load)
    loading.start()
    killed = before.pop()
    os.kill(killed, signal.SIGKILL)
    until(lambda: bool(server.said("worker died", code="signal SIGKILL")))
    until(lambda: len(server.said("worker serves")) == 3)
    count = answered[0]
    until(lambda: answered[0] > count + 20)
    ended.set()
    loading.join()
    after = server.workers()
    assert len(after) == 2
    assert killed not in after


def test_a_worker_that_dies_again_and_again_ends_the_service_with_the_reason(begin: Begin) -> None:
    server = begin(workers=1)
    for _ in range(4):
        with suppress(grpc.RpcError):
            server.ask("Die")
        until(lambda: server.process.poll() is not None or answers(server))
    assert server.process.wait(30) == 1
    until(lambda: bool(server.said("giving up")))
    [line] = server.said("giving up")
    assert "4 workers died within 60 seconds, the last with status 3" in str(line["why"])


def answers(server: Server) -> bool:
    with suppress(grpc.RpcError):
        return bool(server.ask("Who", timeout=2))
    return False


def test_a_service_that_cannot_be_built_ends_at_once_with_the_reason(begin: Begin) -> None:
    (begin(workers=1).folder / "broken").touch()
    server = begin(fails=True)
    assert server.process.wait(30) == 1
    until(lambda: bool(server.said("giving up")))
    assert "this service cannot be built" in str(server.said("giving up")[0]["why"])


def test_a_drain_finishes_calls_under_way(begin: Begin) -> None:
    server = begin(workers=2)
    replies: list[bytes] = []
    calling = threading.Thread(target=lambda: replies.append(server.ask("Slow", b"kept")))
    calling.start()
    until((server.folder / "entered").exists)
    server.process.send_signal(signal.SIGTERM)
    until(lambda: bool(server.said("stopping")))
    (server.folder / "go").touch()
    calling.join(20)
    assert replies == [b"kept"]
    assert server.process.wait(20) == 0


def test_calls_that_take_longer_than_the_grace_are_ended(begin: Begin) -> None:
    server = begin(workers=1, drain=0)
    refused: list[grpc.StatusCode] = []

    def call() -> None:
        try:
            server.ask("Slow")
        except grpc.RpcError as error:
            refused.append(error.code())

    calling = threading.Thread(target=call)
    calling.start()
    until((server.folder / "entered").exists)
    server.process.send_signal(signal.SIGTERM)
    calling.join(20)
    assert refused
    (server.folder / "go").touch()
    assert server.process.wait(20) == 0


def test_workers_end_when_their_supervisor_is_killed(begin: Begin) -> None:
    server = begin(workers=2)
    until(lambda: len(server.workers()) == 2)
    workers = server.workers()
    server.process.kill()
    server.process.wait()
    until(lambda: not any(is_there(pid) for pid in workers))


def is_there(pid: int) -> bool:
    """Whether a process runs; one that waits for its parent to look does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_new_policies_are_taken_up_by_every_worker_without_a_new_process(begin: Begin) -> None:
    server = begin(workers=2)
    before = server.workers()
    server.publish("second")
    until(lambda: {server.ask("Policy") for _ in range(10)} == {b"second"})
    assert server.workers() == before


def test_an_alarm_of_policies_that_serve_is_logged(begin: Begin) -> None:
    server = begin(workers=1)
    server.publish("strange")
    until(lambda: bool(server.said("ALARM", why="a key lists what is not its own")))
    until(lambda: server.ask("Policy") == b"strange")


@pytest.mark.parametrize(
    ("text", "why"), [("bad", "the signature is wrong"), ("unsigned", "it is not signed")]
)
def test_policies_that_are_refused_leave_the_ones_before(begin: Begin, text: str, why: str) -> None:
    server = begin(workers=1)
    until(lambda: bool(server.said("policies fetched", digest="first")))
    server.publish(text)
    until(lambda: bool(server.said("policies refused", why=why)))
    assert server.ask("Policy") == b"first"
    assert server.end() == 0
    metrics = (server.folder / "metrics").read_text()
    assert "platelaw_refused_policies_total 0.0" not in metrics


def test_a_reload_replaces_workers_one_for_one_while_others_serve(begin: Begin) -> None:
    server = begin(workers=2)
    before = server.workers()
    failures: list[grpc.RpcError] = []
    ended = threading.Event()

    def load() -> None:
        while not ended.is_set():
            try:
                server.ask("Who", timeout=5)
            except grpc.RpcError as error:
                failures.append(error)

    loading = threading.Thread(target=load)
    loading.start()
    server.process.send_signal(signal.SIGHUP)
    until(lambda: len(server.said("worker serves")) == 4)
    until(lambda: not server.workers() & before)
    ended.set()
    loading.join()
    assert len(server.workers()) == 2
    # What grpc itself refuses while it stops was not begun, and is safe to send again.
    assert {error.code() for error in failures} <= {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.CANCELLED,
    }


def test_a_configuration_that_is_wrong_is_refused_and_the_one_before_goes_on(
    begin: Begin,
) -> None:
    server = begin(workers=1)
    file = server.folder / "platelaw.toml"
    file.write_text(file.read_text().replace("state.example", ""))
    server.process.send_signal(signal.SIGHUP)
    until(lambda: bool(server.said("configuration refused")))
    assert "trust_domain" in str(server.said("configuration refused")[0]["why"])
    assert server.ask("Policy") == b"first"


def test_two_supervisors_do_not_share_an_address(begin: Begin) -> None:
    server = begin(workers=1)
    file = server.folder / "platelaw.toml"
    file.write_text(file.read_text().replace(":0", f":{server.port}"))
    other = started(server.folder)
    _, told = other.process.communicate(timeout=30)
    assert other.process.returncode == 1
    assert b"cannot listen there" in told
