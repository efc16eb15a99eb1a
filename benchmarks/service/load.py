"""The load: a process of its own that keeps calls in flight and tells how they went.

It reads one order a line from its standard input and answers each with one line. It is pinned to a
core that is not the server's.
"""

from __future__ import annotations

import os
import random
import ssl
import sys
import time
from array import array
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import msgspec
from benchmarks.service.driving import Drive
from benchmarks.service.messages import Envelopes, Requests, by_digest, listed
from benchmarks.service.orders import ECHO, STOCK_ECHO, Measured, Order, Setup
from benchmarks.service.questions import Pool
from benchmarks.service.wire import Connection

from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d

ECHO_PATH = "/platelaw.benchmark/Echo"
_SERVICE = "/platelaw.v1.DecisionService/"
_TICKS = os.sysconf("SC_CLK_TCK")


def _answer(data: bytes) -> Iterable[a.Answer]:
    return (d.DecideResponse.FromString(data).answer,)


def _answers(data: bytes) -> Iterable[a.Answer]:
    return d.DecideManyResponse.FromString(data).answers


def _by_group(data: bytes) -> Iterable[a.Answer]:
    return [group.answer for group in d.DecideSearchResponse.FromString(data).groups]


_RESPONSES = {"Decide": _answer, "DecideMany": _answers, "DecideSearch": _by_group}


def cpu_of(pid: int) -> float:
    """CPU seconds that a process has used, all its threads."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


class Load:
    """The connections, and what goes over them."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        self.connections = [self._connect(setup.port, name) for name in setup.identities]
        self.stock = [self._connect(setup.stock_port, name) for name in setup.identities]
        self.envelopes = Envelopes()
        self.met: set[int] = set()
        self._pools: dict[str, Pool] = {}
        self._kept: dict[Order, Requests] = {}

    def measure(self, order: Order) -> Measured:
        """Do as ordered.

        Raises:
            NoAnswerError: A call was never answered.
            ConnectionEndedError: The server ended a connection.
        """
        requests = self._requests(order)
        outcomes: Counter[a.Outcome] = Counter()
        drive = self._drive(order, requests, outcomes)
        asked, met_before = requests.asked, requests.met_before
        server, client, began = self._cpu(), time.process_time(), time.perf_counter()
        if order.rate is None:
            drive.closed(order.in_flight, order.seconds)
        else:
            drive.at_rate(order.rate, order.in_flight, order.seconds)
        seconds = time.perf_counter() - began
        after = self._cpu()
        times = array("d", sorted(drive.latencies))
        return Measured(
            calls=len(times),
            seconds=seconds,
            server_cpu=sum(after) - sum(server),
            log_cpu=sum(after[1:]) - sum(server[1:]),
            client_cpu=time.process_time() - client,
            statuses=dict(drive.statuses),
            outcomes={_word(key): count for key, count in outcomes.items()},
            asked=requests.asked - asked,
            met_before=requests.met_before - met_before,
            p50=_at(times, 0.5),
            p90=_at(times, 0.9),
            p99=_at(times, 0.99),
            p999=_at(times, 0.999),
            longest=_at(times, 1),
            longest_gap=drive.longest_gap * 1000,
            bytes_in=drive.bytes_in,
            bytes_out=drive.bytes_out,
        )

    def _cpu(self) -> list[float]:
        """CPU seconds of the server and of its log's process."""
        return [cpu_of(pid) for pid in self.setup.pids]

    def _connect(self, port: int, identity: str) -> Connection:
        tls = None
        if identity:
            tls = ssl.create_default_context(cafile=self.setup.authority)
            tls.minimum_version = ssl.TLSVersion.TLSv1_3
            tls.load_cert_chain(f"{identity}/certificate.pem", f"{identity}/key.pem")
            tls.set_alpn_protocols(["h2"])
        return Connection(("127.0.0.1", port), tls)

    def _drive(self, order: Order, requests: Requests, outcomes: Counter[a.Outcome]) -> Drive:
        connections = self.stock if order.method == STOCK_ECHO else self.connections
        if order.method in (ECHO, STOCK_ECHO):
            return Drive(connections, ECHO_PATH, bytes, _nothing)
        answers = _RESPONSES[order.method]

        def look(message: bytes) -> None:
            for answer in answers(message):
                outcomes[answer.outcome] += 1

        return Drive(connections, _SERVICE + order.method, requests.next, look)

    def _requests(self, order: Order) -> Requests:
        """The requests of an order; one given again goes on where it was."""
        found = self._kept.get(order)
        if found is None:
            found = self._kept[order] = self._new_requests(order)
        return found

    def _new_requests(self, order: Order) -> Requests:
        requests = Requests(self.envelopes, (), order.size, self.met)
        if order.pool:
            requests.templates = [
                each for each in self._pool(order.pool).templates
                if not order.outcomes or each.outcome in order.outcomes
            ]  # fmt: skip
            random.Random(1).shuffle(requests.templates)
        if order.owners:
            requests.end = listed(Path(order.owners).read_text("utf-8").split("\n"))
        if order.by_digest:
            requests.end = by_digest(self._digest(order, requests))
        return requests

    def _pool(self, place: str) -> Pool:
        if place not in self._pools:
            self._pools[place] = msgspec.msgpack.decode(Path(place).read_bytes(), type=Pool)
        return self._pools[place]

    def _digest(self, order: Order, requests: Requests) -> bytes:
        """The digest of the list of a search, which the service learns by being asked once."""
        told: list[bytes] = []
        path = _SERVICE + order.method
        Drive(self.connections, path, requests.next, told.append).closed(1, 0)
        return d.DecideSearchResponse.FromString(told[0]).list_digest


def _nothing(message: bytes) -> None:
    del message


def _word(outcome: a.Outcome) -> str:
    return a.Outcome.Name(outcome).removeprefix("OUTCOME_")


def _at(times: array[float], share: float) -> float:
    """The latency that a share of the calls stays within, in milliseconds."""
    if not times:
        return 0.0
    return times[min(len(times) - 1, int(len(times) * share))] * 1000


def main() -> None:
    """Do what standard input says, line by line."""
    setup = msgspec.json.decode(sys.stdin.readline(), type=Setup)
    if setup.core is not None:
        os.sched_setaffinity(0, {setup.core})
    load = Load(setup)
    for line in sys.stdin:
        measured = load.measure(msgspec.json.decode(line, type=Order))
        print(msgspec.json.encode(measured).decode(), flush=True)


if __name__ == "__main__":
    main()
