"""The server process of `service.py`: the embedded service and echoes, with and without TLS."""

from __future__ import annotations

import datetime
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc

from platelaw.federation.call import Call
from platelaw.federation.caller import Caller
from platelaw.federation.embedded import TRUST_DOMAIN, embedded
from platelaw.federation.identity.authorizing import load_authorizer
from platelaw.federation.identity.credentials import ServerTls
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.gate import CallerOf, Gate
from platelaw.federation.server.grpc_server import GrpcServer
from platelaw.federation.server.limits import Limits, Pace
from platelaw.federation.service import Service, Version

NO_LIMIT = Pace(1e9, 1e9)


def now() -> datetime.datetime:
    """The time in UTC."""
    return datetime.datetime.now(datetime.UTC)


def echo(call: Call, data: bytes) -> bytes:
    """Nothing for nothing."""
    del call, data
    return b""


class Echoes(grpc.GenericRpcHandler):
    """Empty echoes that do not pass the gate: by grpcio's own pool, and by that of the service."""

    def __init__(self) -> None:
        def bare(data: bytes, context: grpc.ServicerContext) -> bytes:
            del data, context
            return b""

        def stock(data: bytes, context: grpc.ServicerContext) -> bytes:
            del data, context
            return b""

        stock.experimental_thread_pool = ThreadPoolExecutor(4)  # type: ignore[attr-defined]
        self._methods: dict[str, Any] = {
            "/bench.Echo/Bare": grpc.unary_unary_rpc_method_handler(bare),
            "/bench.Echo/Grpcio": grpc.unary_unary_rpc_method_handler(stock),
        }

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """The echo of a method."""
        return self._methods.get(handler_call_details.method)


def server(gate: Gate, caller_of: CallerOf, **more: Any) -> GrpcServer:
    """A server with the echoes beside what it serves."""
    made = GrpcServer(gate, caller_of=caller_of, **more)
    inside: Any = made
    inside._server.add_generic_rpc_handlers((Echoes(),))
    return made


def main() -> None:
    """Serve until standard input ends."""
    folder, core = sys.argv[1:]
    if core:
        os.sched_setaffinity(0, {int(core)})
    made = embedded(Path(folder), now)
    service = Service.of(
        Version.of(made.bundle, now),
        store=made.home.store,
        trust_domains=(TRUST_DOMAIN,),
        authorizer=load_authorizer(),
        clock=now,
    )
    handlers = {**service.handlers(), "/bench.Echo/Gated": echo}

    def authorize(caller: Caller, method: str) -> None:
        if not method.startswith("/bench."):
            service.authorize(caller, method)

    gate = Gate(handlers, authorize, Accounts(Limits(calls=NO_LIMIT, holds=NO_LIMIT)), now=now)
    platform = next(each for each in made.home.identities if each.name == "darien-platform")
    caller = Caller(
        str(platform.spiffe_id),
        platform.spiffe_id.agency,
        platform.spiffe_id.role,
        "01",
        now() + datetime.timedelta(days=1),
        frozenset(platform.acts_for.split()),
    )
    plain = server(gate, lambda peer, moment: caller)
    secure = server(
        gate, service.peers.caller_of, credentials=ServerTls(made.home.tls(), print).credentials()
    )
    told = {"plain": plain.start(), "secure": secure.start(), "home": folder}
    print(json.dumps(told), flush=True)
    sys.stdin.read()
    for each in (plain, secure):
        each.stop(0)


if __name__ == "__main__":
    main()
