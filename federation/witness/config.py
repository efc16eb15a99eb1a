"""What the operator of a witness writes: one TOML file. An edge that reads a file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ..log.notes import NoteError, NoteVerifier
from ..server.config import Address, address_of, check_faultless, settings_in
from ..server.settings import Settings

LISTEN = Address("127.0.0.1", 7448)
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
    settings = settings_in(file)
    config = WitnessConfig(
        settings.path("folder", mend="the folder that `platelaw witness keys` made"),
        _logs(settings),
        address_of(settings, "listen") or LISTEN,
        _tls(settings.table("tls")) if settings.has("tls") else None,
    )
    if config.tls is None and not config.listen.is_loopback:
        settings.fault("listen", "others reach this address", "add [tls], or listen on 127.0.0.1")
    check_faultless(settings)
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
    return WitnessTls(
        settings.file_at("certificate", mend=mend), settings.private_file_at("key", mend=mend)
    )
