"""What a decision costs over the wire, beside an empty echo on the same stack.

Run `python benchmarks/service.py`. A server process holds the embedded service and two echoes of
empty messages: one with grpcio's own pool of four threads, which is the emptiest that grpcio can
make, and one with the pool of this service. Load comes from this process, on another core. Rounds
of all ways are run in turn, and a ratio is of one round; the median of the rounds is printed. CPU
is that of all threads of the server. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import http2_load

from platelaw.engine.library import shipped
from platelaw.federation.client.questions import question_of
from platelaw.federation.messages import REVISION
from platelaw.federation.v1 import decision_pb2

DECIDE = "/platelaw.v1.DecisionService/Decide"
MANY = "/platelaw.v1.DecisionService/DecideMany"
WAYS = {
    "echo, grpcio's pool": "/bench.Echo/Grpcio",
    "echo, this pool": "/bench.Echo/Bare",
    "echo through the gate": "/bench.Echo/Gated",
    "Decide": DECIDE,
}
BATCH = 100


@dataclass(frozen=True)
class Server:
    """The process that serves."""

    process: subprocess.Popen[str]
    plain: int
    secure: int
    shows: http2_load.Certificate

    def cpu(self) -> float:
        """Seconds that all its threads ran."""
        tasks = Path(f"/proc/{self.process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    def memory(self) -> float:
        """Its memory now, in MiB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
        return int(line.split()[1]) / 1024


@contextmanager
def served(folder: Path, core: int | None) -> Generator[Server]:
    """A server, on one core."""
    place = Path(__file__).with_name("service_process.py")
    command = [sys.executable, str(place), str(folder), "" if core is None else str(core)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        told = json.loads(process.stdout.readline())
        home = Path(told["home"])
        place = home / "identities" / "darien-platform"
        shows = http2_load.Certificate(
            place / "certificate.pem", place / "key.pem", home / "authority.pem"
        )
        yield Server(process, told["plain"], told["secure"], shows)
    finally:
        process.stdin.close()
        process.wait()
        process.stdout.close()


def envelope() -> decision_pb2.Envelope:
    """What a request begins with, now."""
    made = decision_pb2.Envelope(
        revision=REVISION, request_id=secrets.token_hex(8), nonce=secrets.token_bytes(16)
    )
    made.issued_at.FromDatetime(datetime.now(UTC))
    return made


def body(path: str) -> bytes:
    """The message of a call."""
    if not path.startswith(DECIDE):
        return b""
    request = json.loads(shipped().joinpath("examples/requests/permit.json").read_text("utf-8"))
    del request["at"]
    request["period"] = {"from": (datetime.now(UTC).date() - timedelta(days=5)).isoformat()}
    question = question_of(request)
    if path == MANY:
        many = [question] * BATCH
        return decision_pb2.DecideManyRequest(
            envelope=envelope(), questions=many
        ).SerializeToString()
    return decision_pb2.DecideRequest(envelope=envelope(), question=question).SerializeToString()


@dataclass(frozen=True)
class Measured:
    """One way in one round."""

    rate: float
    cpu: float
    p50: float
    p99: float


def measure(server: Server, path: str, options: argparse.Namespace, *, secure: bool) -> Measured:
    """Load one method for some time."""
    port = server.secure if secure else server.plain
    shows = server.shows if secure else None
    sent = body(path)
    made = [http2_load.Connection(port, path, sent, shows) for _ in range(options.connections)]
    before = server.cpu()
    outcome = http2_load.run(made, options.in_flight, options.seconds)
    spent = server.cpu() - before
    for connection in made:
        connection.socket.close()
    if outcome.failed or not outcome.answered:
        raise SystemExit(f"{path}: {outcome.failed} calls failed, {outcome.answered} answered")
    slowest = statistics.quantiles(outcome.latencies, n=100)
    return Measured(
        outcome.answered / outcome.seconds, spent / outcome.answered, slowest[49], slowest[98]
    )


def table(server: Server, options: argparse.Namespace, *, secure: bool) -> None:
    """Measure all ways in turn and print them."""
    ways = {**WAYS, f"DecideMany of {BATCH}": MANY}
    rounds: list[dict[str, Measured]] = []
    for _ in range(options.rounds):
        rounds.append(
            {name: measure(server, path, options, secure=secure) for name, path in ways.items()}
        )
    print("\nmutual TLS 1.3" if secure else "\nwithout TLS, on loopback")
    print(
        f"{'':28}{'calls/s':>9}{'CPU us':>9}{'p50 ms':>8}{'p99 ms':>8}{'of echo':>9}{'of own':>8}"
    )
    echo, own = list(WAYS)[:2]
    for name in ways:
        found = [each[name] for each in rounds]
        of_echo = statistics.median(each[echo].cpu / each[name].cpu for each in rounds)
        of_own = statistics.median(each[own].cpu / each[name].cpu for each in rounds)
        middle = {
            key: statistics.median(getattr(each, key) for each in found)
            for key in ("rate", "cpu", "p50", "p99")
        }
        print(
            f"{name:28}{middle['rate']:9.0f}{middle['cpu'] * 1e6:9.1f}{middle['p50'] * 1e3:8.2f}"
            f"{middle['p99'] * 1e3:8.2f}{of_echo:9.2f}{of_own:8.2f}"
        )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description="What a decision costs over the wire.")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--seconds", type=float, default=1.5, help="of each way in each round")
    options.add_argument("--connections", type=int, default=4)
    options.add_argument("--in-flight", type=int, default=16, help="calls on each connection")
    asked = options.parse_args()
    cores = sorted(os.sched_getaffinity(0))
    with tempfile.TemporaryDirectory() as scratch, served(Path(scratch), cores[0]) as server:
        os.sched_setaffinity(0, set(cores[1:]) or set(cores))
        print(f"memory at the start: {server.memory():.0f} MiB")
        for secure in (False, True):
            table(server, asked, secure=secure)
        print(f"\nmemory at the end: {server.memory():.0f} MiB")


if __name__ == "__main__":
    main()
