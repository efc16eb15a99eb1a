"""What an operator writes: one TOML file, read whole, with every fault of it at once.

There is no key for a development identity and none that turns a check off.
"""

from __future__ import annotations

import ipaddress
import os
import tomllib
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from .limits import Limits, Pace
from .settings import Settings

_MOST_WORKERS = 256


class LogFormat(Enum):
    """How lines are logged."""

    JSON = "json"
    CONSOLE = "console"


class LogLevel(Enum):
    """The least that is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Address:
    """Where to listen."""

    host: str
    port: int

    def __str__(self) -> str:
        """As gRPC and uvicorn write it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def is_loopback(self) -> bool:
        """Whether nobody but this machine reaches it."""
        return ipaddress.ip_address(self.host).is_loopback


@dataclass(frozen=True, slots=True)
class Tls:
    """What the service shows, and whose certificates it takes; PEM files, read at every change."""

    certificate: Path
    key: Path
    authorities: Path


@dataclass(frozen=True, slots=True)
class Repository:
    """Where signed policies come from.

    Attributes:
        source: A URL or a folder.
        root: The root metadata that is trusted, as it was handed over.
        every: Seconds between two looks.
    """

    source: str
    root: Path
    every: float = 300


@dataclass(frozen=True, slots=True)
class Logging:
    """What is logged, and how; no format means JSON, and console on a terminal."""

    level: LogLevel = LogLevel.INFO
    format: LogFormat | None = None


@dataclass(frozen=True, slots=True)
class LogSettings:
    """The log of answers.

    Attributes:
        origin: Its origin; servers that write one log have the same.
        postgres: The PostgreSQL database that several servers share, as libpq names it; empty for
            a file of this machine.
        socket: Where the log's process listens for the workers.
        signing: The folder of its signing keys.
        seals: The folder of the keys of free texts, which is not kept with the log.
        mark: The file that tells how far the log was, which is not kept with the log.
        witnesses: The policy of witnesses (C2SP tlog-policy); None asks none.
        outside: Which of them are outside law enforcement; no quorum is met without one.
        witness_authorities: The roots that their certificates are believed by; None for those of
            the system.
        window: For how many seconds answers wait for each other.
    """

    origin: str
    postgres: str
    socket: Path
    signing: Path
    seals: Path
    mark: Path
    witnesses: Path | None
    outside: tuple[str, ...]
    witness_authorities: Path | None
    window: float


@dataclass(frozen=True, slots=True)
class Config:
    """A service as its operator wants it.

    Attributes:
        file: Where this was read.
        listen: Where gRPC listens.
        trust_domain: The SPIFFE trust domain of its callers.
        operator: The registry key of the body that operates it.
        state: The folder in which it keeps what it must not lose.
        tls: Its certificate, and the authorities of its callers.
        repository: Where policies come from.
        http_listen: Where HTTP listens; None for nowhere.
        metrics_listen: Where metrics are told; None for nowhere.
        workers: How many processes answer; one for each core by default.
        drain: Seconds that calls under way are given when it stops.
        limits: What each worker takes.
        log: The log of answers.
        logging: What the service tells of itself.
        telemetry: Where spans go, a URL; None for nowhere.
    """

    file: Path
    listen: Address
    trust_domain: str
    operator: str
    state: Path
    tls: Tls
    repository: Repository
    log: LogSettings
    http_listen: Address | None = None
    metrics_listen: Address | None = None
    workers: int = 1
    drain: float = 30
    limits: Limits = field(default_factory=Limits)
    logging: Logging = field(default_factory=Logging)
    telemetry: str | None = None


_LONGEST_SOCKET = 100  # bytes; the system takes 107
_OUTSIDE = 'the witnesses outside law enforcement, such as outside = ["library"]'


class ConfigError(Exception):
    """A configuration that cannot be gone by.

    Attributes:
        faults: Every fault: where it stands, what it is, how to mend it.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read_config(file: Path) -> Config:
    """Read a configuration.

    Raises:
        ConfigError: It cannot be read, or something in it is wrong.
    """
    settings = settings_in(file)
    config = _config(settings)
    check_faultless(settings)
    return config


def settings_in(file: Path) -> Settings:
    """The settings that a file holds, none of them looked at.

    Raises:
        ConfigError: It cannot be read.
    """
    try:
        return Settings(file, tomllib.loads(file.read_text("utf-8")))
    except OSError as fault:
        raise ConfigError([f"{file}: cannot be read ({fault.strerror})"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{file}: is not UTF-8 text; save it as such"]) from None
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError([f"{file}: is not TOML: {fault}"]) from None


def check_faultless(settings: Settings) -> None:
    """See that nothing was wrong with settings that have been taken, and nothing left over.

    Raises:
        ConfigError: Something was.
    """
    settings.check_all_known()
    if settings.faults:
        raise ConfigError([str(fault) for fault in settings.faults])


def _config(settings: Settings) -> Config:
    return Config(
        file=settings.file,
        listen=address_of(settings, "listen") or _needed(settings, "listen", "0.0.0.0:7443"),
        trust_domain=settings.text("trust_domain", mend='such as trust_domain = "state.example"'),
        operator=settings.text("operator", mend="the registry key of the body that operates it"),
        state=settings.path("state", mend='such as state = "/var/lib/platelaw"'),
        tls=_tls(settings.table("tls")),
        repository=_repository(settings.table("repository")),
        http_listen=address_of(settings, "http_listen"),
        metrics_listen=address_of(settings, "metrics_listen"),
        workers=settings.whole("workers", len(os.sched_getaffinity(0)), 1, _MOST_WORKERS),
        drain=settings.number("drain_seconds", 30, 0, 600),
        limits=_limits(settings.table("limits")),
        logging=_logging(settings.table("logging")),
        log=_log(settings),
        telemetry=_url(settings.table("telemetry"), "endpoint"),
    )


def _tls(settings: Settings) -> Tls:
    mend = "a PEM file; docs/operations.md says how to get one"
    return Tls(
        settings.file_at("certificate", mend=mend),
        settings.private_file_at("key", mend=mend),
        settings.file_at("authorities", mend="PEM file of the authorities of callers"),
    )


def _repository(settings: Settings) -> Repository:
    url, folder = _url(settings, "url"), settings.text("folder", "")
    if bool(url) == bool(folder):
        settings.fault("url", "exactly one of url and folder is needed", "keep one of them")
    root = settings.file_at("root", mend="the root metadata that was handed over at enrollment")
    every = settings.number("every_seconds", 300, 1, 86_400)
    return Repository(url or str(settings.file.parent / folder), root, every)


def _limits(settings: Settings) -> Limits:
    usual = Limits()
    return Limits(
        threads=settings.whole("threads", usual.threads, 1, 64),
        waiting=settings.whole("open_calls", usual.waiting, 1, 100_000),
        connections=settings.whole("connections", usual.connections, 1, 100_000),
        calls=_pace(settings, "calls", usual.calls),
        holds=_pace(settings, "holds", usual.holds),
        connection_age=settings.number("connection_age_seconds", usual.connection_age, 10, 3_600),
        silence=settings.number("silence_seconds", usual.silence, 0.1, 600),
    )


def _pace(settings: Settings, name: str, usual: Pace) -> Pace:
    return Pace(
        rate=settings.number(f"{name}_per_second", usual.rate, 0.01, 1e6),
        burst=settings.number(f"{name}_at_once", usual.burst, 1, 1e6),
    )


def _log(settings: Settings) -> LogSettings:
    domain, state = (
        settings.text("trust_domain", ""),
        settings.file.parent / settings.text("state", "."),
    )
    table = settings.table("log")
    socket = _path(table, "socket", state / "log.sock")
    if len(os.fsencode(socket)) > _LONGEST_SOCKET:
        mend = f'name a path of at most {_LONGEST_SOCKET} bytes, such as "/run/platelaw/log.sock"'
        table.fault("socket", f"{socket} is too long for a socket", mend)
    asks, roots = table.has("witnesses"), table.has("witness_authorities")
    outside = table.texts("outside", mend=_OUTSIDE) if table.has("outside") else []
    return LogSettings(
        origin=table.text("origin", f"{domain}/log"),
        postgres=table.text("postgres", ""),
        socket=socket,
        signing=_path(table, "signing_keys", state / "log-signing"),
        seals=_path(table, "text_keys", state / "log-keys"),
        mark=_path(table, "mark", state / "log-mark" / "mark"),
        witnesses=table.file_at("witnesses", mend="a tlog-policy file") if asks else None,
        outside=tuple(outside),
        witness_authorities=table.file_at("witness_authorities", mend="PEM") if roots else None,
        window=table.number("window_ms", 2, 0, 1000) / 1000,
    )


def _path(settings: Settings, key: str, usual: Path) -> Path:
    return settings.path(key, mend="a path") if settings.has(key) else usual


def _logging(settings: Settings) -> Logging:
    return Logging(
        level=settings.one_of("level", LogLevel) or LogLevel.INFO,
        format=settings.one_of("format", LogFormat),
    )


def address_of(settings: Settings, key: str) -> Address | None:
    """An address as ``host:port``, if it is there; a host is a number: nothing is looked up."""
    text = settings.text(key, "")
    if not text:
        return None
    host, _, port = text.rpartition(":")
    try:
        address = str(ipaddress.ip_address(host.removeprefix("[").removesuffix("]")))
        if not 0 <= int(port) < 65536:
            raise ValueError
    except ValueError:
        settings.fault(key, f"`{text}` is no address", 'write it as "0.0.0.0:7443" or "[::]:7443"')
        return None
    return Address(address, int(port))


def _needed(settings: Settings, key: str, example: str) -> Address:
    if not settings.has(key):
        settings.fault(key, "is missing", f'such as {key} = "{example}"')
    return Address("127.0.0.1", 0)


def _url(settings: Settings, key: str) -> str | None:
    text = settings.text(key, "")
    if text and not text.startswith(("https://", "http://127.0.0.1:", "http://[::1]:")):
        settings.fault(key, f"`{text}` is no https URL", "http is taken of this machine only")
    return text or None
