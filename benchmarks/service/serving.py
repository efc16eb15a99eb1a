"""The service put together as a worker puts it together, with an echo on the same server."""

from __future__ import annotations

import cProfile
import datetime
import pstats
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import grpc
from benchmarks.service.home import CONFIG, identities

from platelaw.federation import running
from platelaw.federation.call import Call, Handler
from platelaw.federation.caller import Caller
from platelaw.federation.embedded import Home
from platelaw.federation.identity.credentials import ServerTls
from platelaw.federation.later import Later
from platelaw.federation.server.accounts import Accounts
from platelaw.federation.server.clock import Clock
from platelaw.federation.server.config import read_config
from platelaw.federation.server.gate import CallerOf
from platelaw.federation.server.logs import logger
from platelaw.federation.server.served import Tools
from platelaw.federation.server.serving import Serving

ECHO_PATH = "/platelaw.benchmark/Echo"
_ANY_PORT = "127.0.0.1:0"


class _Echo(grpc.GenericRpcHandler):
    """Empty bytes for empty bytes."""

    def __init__(self) -> None:
        self._method: Any = grpc.unary_unary_rpc_method_handler(_empty)

    def service(self, handler_call_details: grpc.HandlerCallDetails) -> Any:
        """The echo, if it is asked for."""
        return self._method if handler_call_details.method == ECHO_PATH else None


def _empty(data: bytes, context: grpc.ServicerContext) -> bytes:
    del data, context
    return b""


ECHO = _Echo()


class Loaded:
    """The service of a folder.

    Args:
        folder: The folder (``home.Served``).
        tls: Whether callers prove themselves.
        logged: Whether answers are recorded.
        profiled: Whether what handlers do is profiled.
    """

    def __init__(self, folder: Path, *, tls: bool, logged: bool, profiled: bool) -> None:
        self._profiles: dict[int, cProfile.Profile] = {}
        config = read_config(folder / CONFIG)
        tools = Tools(Clock(), Accounts(config.limits), logger(config.logging, worker=0))
        served = running.build(config, tools) if logged else running.served(config, tools, None)
        self._tls = ServerTls(Home(folder, identities()).tls(), print) if tls else None
        if not tls:
            served = replace(served, caller_of=anyone(tools.clock.now()), credentials=None)
        if profiled:
            handlers = {name: self._profiled(each) for name, each in served.handlers.items()}
            served = replace(served, handlers=handlers)
        self._serving = Serving(served, tools, address=str(config.listen))
        # A method without a gate is what no server has: it is put where grpcio looks.
        server: Any = self._serving.server
        server._server.add_generic_rpc_handlers((ECHO,))

    def start(self) -> int:
        """Listen; the port."""
        return self._serving.start()

    def add_port(self, server: grpc.Server) -> int:
        """Let another server listen as this one does; its port."""
        if self._tls is None:
            return server.add_insecure_port(_ANY_PORT)
        return server.add_secure_port(_ANY_PORT, self._tls.credentials())

    def renew(self) -> tuple[float, str]:
        """Take up the newest policies: seconds, and why not."""
        began = time.perf_counter()
        renewed = self._serving.renew()
        return time.perf_counter() - began, renewed.why_not

    def stop(self, profile: str) -> None:
        """End, and write the profile."""
        self._serving.stop(1)
        if profile:
            pstats.Stats(*self._profiles.values()).dump_stats(profile)

    def _profiled(self, handler: Handler) -> Handler:
        def profiled(call: Call, data: bytes) -> bytes | Later:
            thread = threading.get_ident()
            profile = self._profiles.get(thread) or self._profiles.setdefault(
                thread, cProfile.Profile()
            )
            return profile.runcall(handler, call, data)

        return profiled


def anyone(now: datetime.datetime) -> CallerOf:
    """Everyone as one platform: in plaintext there is no certificate that says who calls."""
    platform = identities()[-1]
    caller = Caller(
        str(platform.spiffe_id), platform.spiffe_id.agency, platform.spiffe_id.role, "01",
        now + datetime.timedelta(days=1), frozenset((platform.acts_for,)),
    )  # fmt: skip
    return lambda context, moment: caller
