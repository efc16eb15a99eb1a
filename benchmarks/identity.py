"""What it costs to know who calls and what he may: on a live connection, within a handler.

Run `python benchmarks/identity.py`. A gRPC server on loopback takes one call by mutual TLS; its
handler then asks many times who calls. Microseconds of CPU a call, the least of five rounds.
Nothing is asserted.
"""

from __future__ import annotations

import argparse
import datetime
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import grpc

from platelaw.federation.caller import CallerRole
from platelaw.federation.identity.authority import Holding, issue, new_authority, new_request
from platelaw.federation.identity.authorizing import load_authorizer
from platelaw.federation.identity.peer import Peers
from platelaw.federation.identity.spiffe import SpiffeId
from platelaw.federation.identity.standing import CallerOnFile, Standing, Standings
from platelaw.federation.identity.tables import State

METHOD = "/platelaw.v1.DecisionService/Decide"
DOMAIN = "bench.example"
ROUNDS = 5


def least(work: Callable[[], object], times: int) -> float:
    """Microseconds of CPU of the fastest round."""
    rounds: list[float] = []
    for _ in range(ROUNDS):
        started = time.process_time()
        for _ in range(times):
            work()
        rounds.append((time.process_time() - started) / times * 1e6)
    return min(rounds)


def measured(context: grpc.ServicerContext, standings: Standings, times: int) -> dict[str, float]:
    """Each step for one call of a live connection."""
    peers, authorizer = Peers(standings, [DOMAIN]), load_authorizer()
    now = datetime.datetime.now(datetime.UTC)
    caller = peers.caller_of(context, now)
    swapped = standings.current

    def both() -> None:
        authorizer.check(peers.caller_of(context, now), METHOD, now)

    def first() -> None:
        Peers(standings, [DOMAIN]).caller_of(context, now)

    def after_a_swap() -> None:
        standings.replace(Standing(swapped.callers))
        peers.caller_of(context, now)

    return {
        "auth_context of grpc alone": least(context.auth_context, times),
        "caller_of, with it": least(lambda: peers.caller_of(context, now), times),
        "authorizer": least(lambda: authorizer.check(caller, METHOD, now), times),
        "caller_of and authorizer, the hot path": least(both, times),
        "caller_of after another standing": least(after_a_swap, times // 10),
        "caller_of of a certificate never seen": least(first, times // 10),
    }


def holding(root: Holding, role: CallerRole, now: datetime.datetime, *hosts: str) -> Holding:
    """A certificate of an invented body."""
    asked = new_request(SpiffeId(DOMAIN, "bench/pd", role), hosts)
    return Holding(issue(root, asked.request, now=now), asked.key)


def main() -> None:
    """Measure within the handler of one call, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=50_000, help="calls in a round")
    times: int = parser.parse_args().times
    now = datetime.datetime.now(datetime.UTC)
    root = new_authority(DOMAIN, now=now)
    own = holding(root, CallerRole.SERVICE, now, "127.0.0.1")
    client = holding(root, CallerRole.VENDOR, now)
    spiffe_id = SpiffeId(DOMAIN, "bench/pd", CallerRole.VENDOR)
    standings = Standings(Standing({str(spiffe_id): CallerOnFile(spiffe_id, State.GOOD)}))
    found: dict[str, float] = {}

    def answer(request: bytes, context: grpc.ServicerContext) -> bytes:
        found.update(measured(context, standings, times))
        return request

    server = grpc.server(ThreadPoolExecutor(1))
    service, _, method = METHOD[1:].partition("/")
    handler: grpc.RpcMethodHandler[bytes, bytes] = grpc.unary_unary_rpc_method_handler(answer)
    handlers = grpc.method_handlers_generic_handler(service, {method: handler})
    server.add_generic_rpc_handlers([handlers])
    port = server.add_secure_port(
        "127.0.0.1:0",
        grpc.ssl_server_credentials([(own.key, own.certificate)], root.certificate, True),
    )
    server.start()
    credentials = grpc.ssl_channel_credentials(root.certificate, client.key, client.certificate)
    with grpc.secure_channel(f"127.0.0.1:{port}", credentials) as channel:
        call: grpc.UnaryUnaryMultiCallable[bytes, bytes] = channel.unary_unary(METHOD)
        call(b"")
    server.stop(None).wait()
    for name, microseconds in found.items():
        print(f"{name:<40} {microseconds:8.2f} us")


if __name__ == "__main__":
    main()
