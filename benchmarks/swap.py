"""What a swap of policies does to calls under way: 10,000 rules of 500 agencies, one worker.

Run `python -m benchmarks.swap`. The server is the real one: a supervisor, one pinned worker, mutual
TLS, a signed repository in a folder. While one client asks all the time, another version of the
repository is published, with every agency's rules changed in one run and those of one agency in the
other; the supervisor's process fetches, verifies and parses it, and the worker takes it up. Printed
are the longest time without an answer and the slowest calls, beside those of the same load without
a swap. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime
import json
import re
import secrets
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import parse
from benchmarks.service.driving import Drive
from benchmarks.service.wire import Connection

from platelaw.engine.library import shipped
from platelaw.federation.bundles.development import Development
from platelaw.federation.client.questions import question_of
from platelaw.federation.embedded import TRUST_DOMAIN, embedded
from platelaw.federation.messages import REVISION
from platelaw.federation.server.clock import utc_now
from platelaw.federation.v1 import decision_pb2

ASKS = "darien-platform"
DECIDE = "/platelaw.v1.DecisionService/Decide"
CONFIG = """
listen = "127.0.0.1:0"
trust_domain = "{domain}"
operator = "bench"
state = "{folder}/state"
workers = 1
[tls]
certificate = "{service}/certificate.pem"
key = "{service}/key.pem"
authorities = "{folder}/authority.pem"
[repository]
folder = "{folder}/repository"
root = "{folder}/root.json"
every_seconds = 1
[limits]
calls_per_second = 1000000
calls_at_once = 1000000
"""
SUPERVISOR = """
import sys
from pathlib import Path
from platelaw.federation import running
from platelaw.federation.server.config import read_config
from platelaw.federation.server.logs import logger
from platelaw.federation.server.supervisor import Supervisor

config = read_config(Path(sys.argv[1]))
supervisor = Supervisor(config, running.BUILD, logger(config.logging), sync=running.SYNC)
supervisor.on_ready = lambda port: print(port, flush=True)
sys.exit(supervisor.run())
"""


@dataclass
class Server:
    """A supervisor with one worker, and what it logs."""

    process: subprocess.Popen[str]
    port: int
    lines: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])

    def listen(self) -> None:
        """Keep its lines."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            with suppress(ValueError):
                self.lines.append(json.loads(line))
                continue
            print(line, end="", file=sys.stderr)

    def digests(self) -> list[str]:
        """The digests that workers took up, one after another."""
        taken = [line["digest"] for line in self.lines if line["event"] == "policies in use"]
        refused = [line["why"] for line in self.lines if line["event"] == "policies refused"]
        if refused:
            raise SystemExit(refused[0])
        return [digest for at, digest in enumerate(taken) if at == 0 or taken[at - 1] != digest]

    def pid(self) -> int:
        """The process of its worker."""
        [pid] = [line["pid"] for line in self.lines if line["event"] == "worker serves"]
        return int(pid)

    def cpu(self) -> float:
        """Seconds that all threads of the worker ran."""
        tasks = Path(f"/proc/{self.pid()}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> float:
        """The most memory that the worker used, in MiB."""
        status = Path(f"/proc/{self.pid()}/status").read_text()
        found = re.search(r"VmHWM:\s+(\d+) kB", status)
        assert found is not None
        return int(found[1]) / 1024


def files(rules: int, agencies: int, seed: int) -> dict[str, bytes]:
    """Policies of invented agencies at their places, and the table that names them."""
    rows = [
        "key,name,ori,sovereign,kind,policy,desk,delegated_287g,declaration,also_written,source"
    ]
    found: dict[str, bytes] = {}
    for number, source in enumerate(parse.texts(seed, rules, agencies)):
        found[f"agency/CT/bench-{number}/policy.policy"] = source.text.encode()
        rows.append(f"CT/bench-{number},Bench {number},,CT,police_department,,,,,,invented")
    found["registry/bench.csv"] = "\n".join((*rows, "")).encode()
    return found


@contextmanager
def running(folder: Path) -> Generator[Server]:
    """The server."""
    text = CONFIG.format(domain=TRUST_DOMAIN, folder=folder, service=folder / "identities/service")
    (folder / "platelaw.toml").write_text(text, "utf-8")
    command = [sys.executable, "-c", SUPERVISOR, str(folder / "platelaw.toml")]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    server = Server(process, int(process.stdout.readline() or "0"))
    seconds = time.monotonic() - started
    listening = threading.Thread(target=server.listen)
    listening.start()
    try:
        until(lambda: any(line["event"] == "worker serves" for line in server.lines))
        print(f"from start to serving: {seconds:.1f} s, CPU of the worker {server.cpu():.1f} s")
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()
        listening.join()


def load(server: Server, folder: Path, seconds: float, in_flight: int) -> subprocess.Popen[str]:
    """A client that asks for some time."""
    command = [sys.executable, "-m", "benchmarks.swap", "--load"]
    told = [str(server.port), str(folder), str(seconds), str(in_flight)]
    return subprocess.Popen([*command, *told], stdout=subprocess.PIPE, text=True)


def asks(port: int, folder: Path, seconds: float, in_flight: int) -> None:
    """Ask for some time and tell how it went; a process of its own."""
    place = folder / "identities" / ASKS
    tls = ssl.create_default_context(cafile=str(folder / "authority.pem"))
    tls.load_cert_chain(place / "certificate.pem", place / "key.pem")
    tls.set_alpn_protocols(["h2"])
    connections = [Connection(("127.0.0.1", port), tls)]
    Drive(connections, DECIDE, Asking().message, unread).closed(1, 0.5)  # its class is met
    drive = Drive(connections, DECIDE, Asking().message, unread)
    drive.closed(in_flight, seconds)
    failed = sum(count for status, count in drive.statuses.items() if status)
    slowest = sorted(drive.latencies)
    print(
        json.dumps([len(slowest), failed, drive.longest_gap, slowest[-5:], median(drive.latencies)])
    )


def unread(message: bytes) -> None:
    """An answer is counted and not read."""
    del message


class Asking:
    """One shipped question, sent again and again as if it were new."""

    def __init__(self) -> None:
        text = shipped().joinpath("examples/requests/permit.json").read_text("utf-8")
        request = json.loads(text)
        del request["at"]
        since = utc_now().date() - datetime.timedelta(days=5)
        request["period"] = {"from": since.isoformat()}
        self._question = question_of(request)

    def message(self) -> bytes:
        """The question, now."""
        envelope = decision_pb2.Envelope(
            revision=REVISION, request_id=secrets.token_hex(8), nonce=secrets.token_bytes(16)
        )
        envelope.issued_at.FromDatetime(utc_now())
        asked = decision_pb2.DecideRequest(envelope=envelope, question=self._question)
        return asked.SerializeToString()


def told(name: str, client: subprocess.Popen[str]) -> None:
    """Print what a client saw."""
    out, _ = client.communicate()
    answered, failed, gap, slowest, middle = json.loads(out)
    slow = ", ".join(f"{each * 1e3:.0f}" for each in reversed(slowest))
    print(
        f"{name:34}{answered:9}{failed:8}{gap * 1e3:9.0f}{middle * 1e3:10.1f}   {slow}", flush=True
    )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="What a swap of policies does to calls.")
    options.add_argument("--rules", type=int, default=10_000)
    options.add_argument("--agencies", type=int, default=500)
    options.add_argument("--seconds", type=float, default=8)
    options.add_argument("--in-flight", type=int, default=4)
    options.add_argument("--load", nargs=4, help=argparse.SUPPRESS)
    asked = options.parse_args()
    if asked.load:
        port, place, seconds, in_flight = asked.load
        asks(int(port), Path(place), float(seconds), int(in_flight))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = embedded(folder, utc_now)
        made.repository.publish(files(asked.rules, asked.agencies, 1))
        (folder / "root.json").write_bytes(made.repository.root)
        with running(folder) as server:  # the first start, from text
            until(lambda: bool(server.digests()))
        with running(folder) as server:
            until(lambda: bool(server.digests()))
            measure(server, made.repository, folder, asked)
            print(f"\nthe worker used {server.memory():.0f} MiB at most")


def measure(
    server: Server, repository: Development, folder: Path, asked: argparse.Namespace
) -> None:
    """Load without a swap and with one, in turn."""
    print(f"\n{'':34}{'answered':>9}{'failed':>8}{'gap ms':>9}{'median ms':>10}   slowest ms")
    for number in (2, 3):
        told("no swap", load(server, folder, asked.seconds, asked.in_flight))
        every = files(asked.rules, asked.agencies, number)
        one = {path: every[path] for path in list(every)[:1]}
        for name, changed in (("one agency changed", one), ("all agencies changed", every)):
            before = len(server.digests())
            client = load(server, folder, asked.seconds, asked.in_flight)
            repository.publish(changed)
            while len(server.digests()) == before:
                if client.poll() is not None:
                    told(f"{name}, fetching", client)
                    client = load(server, folder, asked.seconds, asked.in_flight)
                time.sleep(0.05)
            told(f"{name}, taken up", client)


def until(true: Any) -> None:
    """Wait until something is so."""
    for _ in range(1200):
        if true():
            return
        time.sleep(0.1)
    raise SystemExit("it did not come about")


if __name__ == "__main__":
    main()
