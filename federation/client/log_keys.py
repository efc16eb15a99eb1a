"""Keys of the log and legal holds, as a service tells them; no key is among them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from ..stamps import moment
from ..v1 import log_keys_pb2 as k


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key of the free texts of one owner and month, without the key.

    Attributes:
        owner: Whose texts it opens.
        month: Of which month, such as ``2026-11``.
        generation: 1, or one more for each key of the month that was deleted before.
        id: Its name, which tells nothing of the key.
        made_at: When it was made.
        deleted_at: When it was deleted; None while it is there.
        deleted_by: Who had it deleted.
    """

    owner: str
    month: str
    generation: int
    id: str
    made_at: datetime.datetime | None
    deleted_at: datetime.datetime | None
    deleted_by: str


@dataclass(frozen=True, slots=True)
class LegalHold:
    """A legal hold over keys. It is no HOLD.

    Attributes:
        id: Its id.
        owner: Over whose texts.
        first: Their first month; empty if all from the beginning.
        last: Their last month; empty if all to come.
        matter: Why.
        set_by: Who set it.
        set_at: When.
        lifted_by: Who lifted it; empty while it stands.
        lifted_at: When; None while it stands.
    """

    id: str
    owner: str
    first: str
    last: str
    matter: str
    set_by: str
    set_at: datetime.datetime | None
    lifted_by: str
    lifted_at: datetime.datetime | None

    @property
    def stands(self) -> bool:
        """Whether it was not lifted."""
        return not self.lifted_by


@dataclass(frozen=True, slots=True)
class LogKeys:
    """The keys and legal holds of an owner."""

    keys: tuple[LogKey, ...]
    holds: tuple[LegalHold, ...]


def log_keys(raw: k.ListKeysResponse) -> LogKeys:
    """The keys and legal holds of an owner."""
    return LogKeys(tuple(map(log_key, raw.keys)), tuple(map(legal_hold, raw.holds)))


def log_key(raw: k.LogKey) -> LogKey:
    """One key."""
    return LogKey(
        raw.owner,
        raw.month,
        raw.generation,
        raw.id,
        moment(raw.made_at) if raw.HasField("made_at") else None,
        moment(raw.deleted_at) if raw.HasField("deleted_at") else None,
        raw.deleted_by,
    )


def legal_hold(raw: k.LegalHold) -> LegalHold:
    """One legal hold."""
    return LegalHold(
        raw.id,
        raw.owner,
        raw.first,
        raw.last,
        raw.matter,
        raw.set_by,
        moment(raw.set_at) if raw.HasField("set_at") else None,
        raw.lifted_by,
        moment(raw.lifted_at) if raw.HasField("lifted_at") else None,
    )
