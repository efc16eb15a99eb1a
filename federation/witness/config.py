"""What the operator of a witness writes: one TOML file. An edge that reads a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..log.notes import NoteVerifier
from ..server.config import Address


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
        listen: Where it listens.
        logs: The keys of each log that it watches, by the log's origin.
        tls: Its certificate; None for plain HTTP, on this machine only.
    """

    folder: Path
    listen: Address
    logs: Mapping[str, Sequence[NoteVerifier]]
    tls: WitnessTls | None = None
