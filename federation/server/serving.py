"""A service that runs: gate, server, other faces, and a heartbeat that keeps its health true."""

from __future__ import annotations

import threading

from .clock import Clock
from .faults import traced
from .gate import Gate
from .grpc_server import GrpcServer
from .health import Check, Health
from .reports import Renewed, Report, counts_of
from .served import RefusedPoliciesError, Served, Tools
from .swapping import gently, settled
from .tracing import Tracing

_BEAT = 1.0  # seconds


class Serving:
    """One running service.

    Args:
        service: What is served.
        tools: What it was built with.
        address: Where gRPC listens.
        shared: Whether other workers listen there too.
        tracing: What gives calls spans.
    """

    def __init__(
        self,
        service: Served,
        tools: Tools,
        *,
        address: str,
        shared: bool = False,
        tracing: Tracing | None = None,
    ) -> None:
        clock: Clock = tools.clock
        self.gate = Gate(
            service.handlers, service.authorize, tools.accounts, now=clock.now, log=tools.log
        )
        checks = {**service.checks, "clock": Check(clock.check, bars=True)}
        self.health = Health(self.gate, checks)
        self.server = GrpcServer(
            self.gate,
            caller_of=service.caller_of,
            address=address,
            credentials=service.credentials,
            shared=shared,
            health=self.health,
            reflects=True,
            tracing=tracing,
        )
        self._service = service
        self._tools = tools
        self._ended = threading.Event()
        self._renewing = threading.Lock()
        self._beating = threading.Thread(target=self._beat, name="heartbeat", daemon=True)

    def start(self) -> int:
        """Listen; the port of gRPC.

        Raises:
            OSError: An address cannot be had.
        """
        port = self.server.start()
        for face in self._service.faces:
            face.start(self.gate)
        self._beating.start()
        settled()
        return port

    def renew(self) -> Renewed:
        """Take up the policies that are there now; those before go on if they are refused."""
        why_not = ""
        with self._renewing, gently():
            try:
                self._service.renew()
            except RefusedPoliciesError as refusal:
                why_not = str(refusal)
            except Exception as fault:
                why_not = f"they cannot be loaded ({traced(fault)['error']})"
                self._tools.log.error("loading policies failed", **traced(fault))
        digest = self._service.policy().digest
        if why_not:
            self._tools.log.error("policies refused", why=why_not, digest=digest)
        else:
            self._tools.log.info("policies in use", digest=digest)
        self.health.refresh()
        return Renewed(digest, why_not)

    def report(self) -> Report:
        """How it is."""
        counts = counts_of(self.gate.accounts.tallies.total())
        policy = self._service.policy()
        return Report(
            calls=counts.calls,
            outcomes=counts.outcomes,
            open_calls=self.server.open_calls,
            shed=self.server.shed,
            digest=policy.digest,
            issued=policy.issued.timestamp() if policy.issued else None,
            clock_offset=self._tools.clock.offset(),
            why_not=self.health.why,
        )

    def stop(self, grace: float) -> None:
        """Tell that it does not serve, finish what is under way, and end."""
        self._ended.set()
        self.health.drain()
        for face in self._service.faces:
            face.stop(grace)
        self.server.stop(grace)
        self._service.close()

    def _beat(self) -> None:
        while not self._ended.wait(_BEAT):
            self.health.refresh()
