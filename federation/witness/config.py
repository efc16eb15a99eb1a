"""What the operator of a witness writes: one TOML file. An edge that reads a file."""

from __future__ import annotations

import stat
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..log.notes import NoteError, NoteVerifier
from ..server.config import Address, ConfigError, address_of
from ..server.settings import Settings

LISTEN = Address("127.0.0.1", 7448)
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_LOG_MEND = "name the keys of the logs, as `platelaw log keys` prints them"

Logs = Mapping[str, tuple[NoteVerifier, ...]]
"""The keys of each log, by its origin."""


@dataclass(frozen=True, slots=True)
class WitnessTls:
    """The certificate that a witness shows, and its key; PEM files, read at every change."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class WitnessConfig:
    """A witness as its operator wants it.

    Attributes:
        folder: Its folder, as `platelaw witness keys` made it.
        logs: The logs that it watches.
        listen: Where it listens.
        tls: Its certificate; None for plain HTTP, on this machine only.
    """

    folder: Path
    logs: Logs
    listen: Address = LISTEN
    tls: WitnessTls | None = None


def read_witness_config(file: Path) -> WitnessConfig:
    """Read a configuration.

    Raises:
        ConfigError: It cannot be read, or something in it is wrong.
    """
    try:
        written = tomllib.loads(file.read_text("utf-8"))
    except OSError as fault:
        raise ConfigError([f"{file}: cannot be read ({fault.strerror}); name a file"]) from None
    except UnicodeDecodeError:
        raise ConfigError([f"{file}: is not UTF-8 text; save it as such"]) from None
    except tomllib.TOMLDecodeError as fault:
        raise ConfigError([f"{file}: is not TOML: {fault}"]) from None
    settings = Settings(file, written)
    config = WitnessConfig(
        settings.path("folder", mend="the folder that `platelaw witness keys` made"),
        _logs(settings),
        address_of(settings, "listen") or LISTEN,
        _tls(settings.table("tls")) if settings.has("tls") else None,
    )
    if config.tls is None and not config.listen.is_loopback:
        settings.fault("listen", "others reach this address", "add [tls], or listen on 127.0.0.1")
    settings.check_all_known()
    if settings.faults:
        raise ConfigError([str(fault) for fault in settings.faults])
    return config


def logs_of(vkeys: Iterable[str]) -> Logs:
    """Logs by their keys; each key has the name of its log's origin, and a log may have several.

    Raises:
        NoteError: One is not the key of a log.
    """
    logs: dict[str, tuple[NoteVerifier, ...]] = {}
    for vkey in vkeys:
        verifier = NoteVerifier.of(vkey.strip())
        logs[verifier.name] = (*logs.get(verifier.name, ()), verifier)
    return logs


def _logs(settings: Settings) -> Logs:
    vkeys = settings.texts("logs", mend=_LOG_MEND)
    try:
        return logs_of(vkeys)
    except NoteError as error:
        settings.fault("logs", str(error), _LOG_MEND)
        return {}


def _tls(settings: Settings) -> WitnessTls:
    mend = "a PEM file"
    files = {name: settings.file_at(name, mend=mend) for name in ("certificate", "key")}
    key = files["key"]
    if key.is_file() and stat.S_IMODE(key.stat().st_mode) & _OTHERS:
        settings.fault("key", f"{key} can be read by others", f"chmod 600 {key}")
    return WitnessTls(files["certificate"], key)
