"""What the load is told to do, and what it tells: one line of JSON each."""

from __future__ import annotations

import msgspec

ECHO, STOCK_ECHO = "Echo", "StockEcho"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What to do.

    Attributes:
        method: ``Echo``, ``StockEcho``, ``Decide``, ``DecideMany`` or ``DecideSearch``.
        seconds: For how long.
        in_flight: How many calls at once; with a rate, at most so many.
        rate: Calls a second; None sends the next when one is answered.
        outcomes: Only questions that are answered so; all if empty.
        pool: The file of the questions.
        size: Questions in a call.
        owners: The file of the names of owners, one a line, of a search.
        by_digest: Whether a search names its owners by digest.
    """

    method: str
    seconds: float
    in_flight: int = 64
    rate: float | None = None
    outcomes: tuple[str, ...] = ()
    pool: str = ""
    size: int = 1
    owners: str = ""
    by_digest: bool = False


class Setup(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to load.

    Attributes:
        port: The port on loopback.
        stock_port: That of a server of grpcio as it comes, for comparison.
        pids: The processes whose time is measured.
        core: The core to stay on; None stays anywhere.
        identities: The folders of the client certificates, one for each connection; empty names
            are connections in plaintext.
        authority: The certificate of the authority.
    """

    port: int
    stock_port: int
    pids: tuple[int, ...]
    core: int | None
    identities: tuple[str, ...]
    authority: str


class Measured(msgspec.Struct, kw_only=True):
    """How it went.

    Attributes:
        calls: How many calls were answered.
        seconds: How long it took.
        server_cpu: CPU seconds of the server, all its processes.
        log_cpu: Those of the log's process, which are among them.
        client_cpu: CPU seconds of this process.
        statuses: How many answers by status of gRPC.
        outcomes: How many answers by outcome.
        met_before: How many questions were of a class that was sent before to this server.
        asked: How many questions.
        p50: Milliseconds from sending to answer, half of the calls; and so on.
        longest_gap: The longest time between two answers, in milliseconds.
        bytes_in: Bytes of answers.
        bytes_out: Bytes of requests.
    """

    calls: int
    seconds: float
    server_cpu: float
    log_cpu: float
    client_cpu: float
    statuses: dict[int, int]
    outcomes: dict[str, int]
    met_before: int
    asked: int
    p50: float
    p90: float
    p99: float
    p999: float
    longest: float
    longest_gap: float
    bytes_in: int
    bytes_out: int

    @property
    def per_call(self) -> float:
        """Microseconds of the server's CPU for a call."""
        return self.server_cpu / self.calls * 1e6

    @property
    def errors(self) -> int:
        """How many calls were not answered with OK."""
        return sum(count for status, count in self.statuses.items() if status != 0)
