"""The supervisor of a server: its workers, its signals, its configuration and its policies.

It imports no grpc. A worker is never a copy of it but a new program; its end of a pipe tells it
what to do, and when the supervisor dies the pipe ends and the worker with it.
"""

from __future__ import annotations

import datetime
import signal
import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import FrameType

from .config import Address, Config, ConfigError, read_config
from .crew import Crew, Log, Patience
from .log_keeper import LogKeeper
from .metrics import Standing, exposition
from .notifying import notify
from .processes import Syncing, start_syncing
from .reports import Synced

_TICK = 0.2  # seconds between two looks at everything


def _nothing(port: int) -> None:
    del port


@dataclass(slots=True)
class Supervisor:
    """Serves one configuration until it is told to end.

    Attributes:
        config: What is served.
        entry: What builds the service in each worker, ``module:function``.
        log: Where it logs.
        sync: What fetches policies, ``module:function``; empty if nothing does.
        patience: How often workers may die.
        keeps_log: Whether there is a log, whose process it keeps.
        on_ready: Called once, with the port, when all workers serve.
    """

    config: Config
    entry: str
    log: Log
    sync: str = ""
    patience: Patience = field(default_factory=Patience)
    keeps_log: bool = False
    on_ready: Callable[[int], None] = _nothing
    crew: Crew = field(init=False)
    log_keeper: LogKeeper = field(init=False)
    _ending: str = field(default="", init=False)
    _reloads: bool = field(default=False, init=False)
    _told_ready: bool = field(default=False, init=False)
    _syncing: Syncing | None = field(default=None, init=False)
    _next_sync: float = field(default=0, init=False)
    _synced: Synced = field(default_factory=Synced, init=False)
    _refused: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        """Get the crew together; nobody works yet."""
        self.crew = Crew(self.config.workers, self.log, self.config.drain, self.patience)
        self.log_keeper = LogKeeper(self.log)

    def run(self) -> int:
        """Serve until a signal says to end; the exit status.

        Raises:
            OSError: The address cannot be had.
        """
        port, held = self._reserve()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        with held:
            if self.keeps_log:
                self.log_keeper.start(str(self.config.file))
            self.crew.start_all(self.entry, str(self.config.file), port)
            while not (self._ending or self._gave_up):
                self._tick(port)
            self._end()
        return int(bool(self._gave_up))

    @property
    def _is_ready(self) -> bool:
        """Whether all workers served at some time, and the log if there is one."""
        return self.crew.were_ready and (self.log_keeper.was_ready or not self.keeps_log)

    @property
    def _gave_up(self) -> str:
        """Why it is of no use to go on; empty as long as it is."""
        return self.crew.gave_up or self.log_keeper.gave_up

    def _reserve(self) -> tuple[int, ExitStack]:
        """Hold the addresses that workers share; the port of gRPC, and what holds them."""
        with ExitStack() as stack:
            port, listen = reserve(self.config.listen)
            stack.enter_context(listen)
            if self.config.http_listen is not None:
                stack.enter_context(reserve(self.config.http_listen)[1])
            return port, stack.pop_all()

    def metrics(self) -> bytes:
        """The metrics of all workers, as Prometheus reads them."""
        crew = self.crew
        standing = Standing(
            crew.reports(),
            gone=crew.gone,
            gone_shed=crew.gone_shed,
            workers=crew.count,
            restarts=crew.restarts,
            refused=crew.refused + self._refused,
        )
        return exposition(standing, datetime.datetime.now(datetime.UTC))

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        del frame
        if number == signal.SIGHUP:
            self._reloads = True
        else:
            self._ending = signal.Signals(number).name

    def _tick(self, port: int) -> None:
        self.crew.look(_TICK)
        if self.keeps_log:
            self.log_keeper.look()
        if self._is_ready and not self._told_ready:
            self._told_ready = True
            self.log.info("serving", address=str(self.config.listen), port=port)
            notify("READY=1")
            self.on_ready(port)
        self._look_after_policies(time.monotonic())
        if self._reloads:
            self._reloads = False
            self._take_up_config()

    def _end(self) -> None:
        if self._gave_up:
            self.log.error("giving up", why=self._gave_up)
        self.log.info("stopping", why=self._ending)
        notify("STOPPING=1")
        if self._syncing is not None:
            self._syncing.kill()
        self.crew.end_all()
        if self.keeps_log:
            self.log_keeper.end()  # last, so that what workers finish is recorded

    def _take_up_config(self) -> None:
        """Read the configuration again; each worker is replaced by one that serves it."""
        try:
            config = read_config(self.config.file)
        except ConfigError as error:
            for fault in error.faults:
                self.log.error("configuration refused", why=fault)
            return
        before = self.config
        self.config = replace(config, listen=before.listen, workers=before.workers)
        if self.config != config:
            why = "`listen` and `workers` change at the next start"
            self.log.warning("configuration taken up in part", why=why)
        self.log.info("configuration taken up", file=str(self.config.file))
        self._next_sync = 0
        self.crew.grace = self.config.drain
        self.crew.replace()

    # Policies --------------------------------------------------------------------------------

    def _look_after_policies(self, now: float) -> None:
        """Fetch policies when it is time, and let workers take up what is new."""
        if self._syncing is None:
            if self.sync and self._told_ready and now >= self._next_sync:
                self._next_sync = now + self.config.repository.every
                self._syncing = start_syncing(self.sync, str(self.config.file))
            return
        synced = self._syncing.poll()
        if synced is None:
            return
        self._syncing = None
        if synced.why_not:
            self._refused += 1
            self.log.error("policies refused", why=synced.why_not)
        elif synced != self._synced:
            self._synced = synced
            self.log.info("policies fetched", digest=synced.digest, issued=synced.issued)
            for alarm in synced.alarms:
                self.log.error("ALARM", why=alarm)
            self.crew.renew()


def reserve(address: Address) -> tuple[int, socket.socket]:
    """Hold an address for workers that share it; the port, and what holds it until it is closed.

    Raises:
        OSError: It is taken, or not of this machine.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    held = socket.socket(family, socket.SOCK_STREAM)
    try:
        with socket.socket(family, socket.SOCK_STREAM) as alone:
            alone.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            alone.bind((address.host, address.port))  # refused while others share it
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        held.bind((address.host, address.port))
    except OSError as fault:
        held.close()
        raise OSError(f"{address}: cannot listen there ({fault.strerror})") from None
    return held.getsockname()[1], held
