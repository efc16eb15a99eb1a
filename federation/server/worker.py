"""One worker process: ``python -m platelaw.federation.server.worker``, started by the supervisor.

It is told on a pipe what to do, and ends with it.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from types import FrameType

from .accounts import Accounts
from .clock import Clock
from .config import Address, Config, ConfigError, read_config
from .logs import hear_libraries, logger
from .reports import Drain, Failed, Pipe, Ready, Renew, Start, Tell
from .served import Tools, build_at
from .serving import Serving
from .tracing import Tracing, TracingUnavailableError, exporting


def main() -> None:
    """Serve until the pipe says so or ends."""
    pipe = Pipe(socket.socket(fileno=int(sys.argv[1])))
    start = pipe.receive()
    if isinstance(start, Start):
        if start.core is not None:
            os.sched_setaffinity(0, {start.core})
        _serve(pipe, start)


def _serve(pipe: Pipe, start: Start) -> None:
    try:
        config = read_config(Path(start.config))
        serving = _serving(config, start)
    except (ConfigError, ImportError, TracingUnavailableError) as fault:
        pipe.send(Failed(str(fault)))
        return

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        pipe.socket.shutdown(socket.SHUT_RD)

    signal.signal(signal.SIGTERM, end)
    pipe.send(Ready(serving.start()))
    _obey(pipe, serving)
    serving.stop(config.drain)
    with suppress(OSError):  # of a supervisor that is gone
        pipe.send(serving.report())
    pipe.close()


def _serving(config: Config, start: Start) -> Serving:
    """The service of a configuration, not started yet.

    Raises:
        ImportError: There is nothing that builds it.
        TracingUnavailableError: Spans are wanted, and what makes them is not installed.
    """
    log = logger(config.logging, worker=start.place)
    hear_libraries(log)
    tools = Tools(Clock(), Accounts(config.limits), log)
    service = build_at(start.entry)(config, tools)
    address = Address(config.listen.host, start.port)
    return Serving(service, tools, address=str(address), shared=True, tracing=_tracing(config))


def _tracing(config: Config) -> Tracing | None:
    return exporting(config.telemetry, version("platelaw")) if config.telemetry else None


def _obey(pipe: Pipe, serving: Serving) -> None:
    """Do as the pipe says, until it says to end or is at its end."""
    sending = threading.Lock()

    def renew() -> None:
        renewed = serving.renew()
        with sending:
            pipe.send(renewed)

    while (order := pipe.receive()) is not None and not isinstance(order, Drain):
        if isinstance(order, Tell):
            with sending:
                pipe.send(serving.report())
        elif isinstance(order, Renew):
            threading.Thread(target=renew, name="renewing", daemon=True).start()


if __name__ == "__main__":
    main()
