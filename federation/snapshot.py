"""The policy snapshot that decides: swapped whole, held by every request from its beginning."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..engine.alike import Alike
from ..engine.decision import Engine
from .log.keys import LogKeys

STALE_AFTER = datetime.timedelta(hours=24)
EXPIRED_AFTER = datetime.timedelta(days=7)


@dataclass(frozen=True, slots=True, eq=False)
class PolicySnapshot:
    """Policies, registry and agreements of one signed version.

    Attributes:
        engine: The library and the registry, ready to decide.
        digest: SHA-256 over the paths and digests of all files, in hexadecimal.
        issued_at: The signed time of issue, in UTC.
        active_since: When it began to decide here, in UTC.
        texts: The policy files by path.
        development: Whether it is of a development identity.
        alike: What the library may ask of a body; None if nobody found out yet.
        logs: The keys of the logs that are known, by which answers are held to be good provenance.
    """

    engine: Engine
    digest: str
    issued_at: datetime.datetime
    active_since: datetime.datetime
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    development: bool = False
    alike: Alike | None = None
    logs: LogKeys = field(default_factory=LogKeys)

    def is_stale(self, now: datetime.datetime) -> bool:
        """Whether it is older than a day, by its signed time of issue."""
        return now - self.issued_at > STALE_AFTER

    def is_expired(self, now: datetime.datetime) -> bool:
        """Whether it is too old to decide anything."""
        return now - self.issued_at > EXPIRED_AFTER


class Snapshots:
    """The snapshot in use. Replacing it is one assignment: no request sees two."""

    def __init__(self, first: PolicySnapshot) -> None:
        self._current = first

    @property
    def current(self) -> PolicySnapshot:
        """The snapshot for a request that begins now."""
        return self._current

    def replace(self, snapshot: PolicySnapshot) -> None:
        """Let another snapshot decide from the next request on."""
        self._current = snapshot
