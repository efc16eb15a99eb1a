"""The handlers of LogKeyService: keys and legal holds are listed, deleted, set and lifted.

An owner is named by registry key or ORI; one that is not on file goes by the name as it is, since
keys outlive entries of the registry.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass

from google.protobuf.timestamp_pb2 import Timestamp

from ..call import Call, Handlers
from ..messages import read
from ..refusal import RefusedCallError, Status
from ..snapshot import Snapshots
from ..v1 import log_keys_pb2 as k
from .acts import Record
from .key_files import OnFile
from .key_policy import Asked, KeyPolicy
from .keyring import KeyRing
from .legal_holds import LegalHold
from .sealing import Month, SealingError
from .shredding import delete_key, lift_hold, listed, set_hold
from .vault import VaultError

SERVICE = "/platelaw.v1.LogKeyService"


def handlers(
    ring: KeyRing,
    policy: KeyPolicy,
    snapshots: Snapshots,
    record: Record,
    alarm: Callable[[Exception], None],
) -> Handlers:
    """The handlers of the service, by full method name.

    Args:
        ring: The keys.
        policy: Who may act on them.
        snapshots: The registry in use.
        record: The log.
        alarm: What is told of a folder of keys that cannot be used.
    """
    desk = KeyDesk(ring, policy, snapshots, record, alarm)
    return {
        f"{SERVICE}/ListKeys": desk.list_keys,
        f"{SERVICE}/DeleteKey": desk.delete,
        f"{SERVICE}/SetLegalHold": desk.hold,
        f"{SERVICE}/LiftLegalHold": desk.lift,
    }


@dataclass(frozen=True, slots=True)
class KeyDesk:
    """Takes calls about keys."""

    ring: KeyRing
    policy: KeyPolicy
    snapshots: Snapshots
    record: Record
    alarm: Callable[[Exception], None]

    def list_keys(self, call: Call, data: bytes) -> bytes:
        """The keys and legal holds of an owner.

        Raises:
            RefusedCallError: It is refused.
        """
        owner = self._owner(read(k.ListKeysRequest, data).owner)
        with self._usable():
            found = listed(self.ring, call, owner, self._decide)
        return k.ListKeysResponse(
            keys=map(key_message, found.keys), holds=map(hold_message, found.holds)
        ).SerializeToString()

    def delete(self, call: Call, data: bytes) -> bytes:
        """A key deleted.

        Raises:
            RefusedCallError: It is refused.
        """
        request = read(k.DeleteKeyRequest, data)
        owner, month = self._owner(request.owner), _month(request.month, "month")
        with self._usable():
            gone = delete_key(self.ring, call, owner, month, self._decide, self.record)
        return k.DeleteKeyResponse(key=key_message(gone)).SerializeToString()

    def hold(self, call: Call, data: bytes) -> bytes:
        """A legal hold set.

        Raises:
            RefusedCallError: It is refused.
        """
        request = read(k.SetLegalHoldRequest, data)
        first = _month(request.first, "first") if request.first else None
        last = _month(request.last, "last") if request.last else None
        if first and last and last < first:
            raise RefusedCallError(
                Status.INVALID_ARGUMENT, "last: before `first`; name the months in their order"
            )
        if not request.matter.isprintable() or not request.matter.strip():
            raise RefusedCallError(
                Status.INVALID_ARGUMENT, "matter: write one line, such as the number of a docket"
            )
        with self._usable():
            hold = set_hold(
                self.ring,
                call,
                self._owner(request.owner),
                request.matter,
                self._decide,
                self.record,
                first=first,
                last=last,
            )
        return k.SetLegalHoldResponse(hold=hold_message(hold)).SerializeToString()

    def lift(self, call: Call, data: bytes) -> bytes:
        """A legal hold lifted.

        Raises:
            RefusedCallError: It is refused.
        """
        request = read(k.LiftLegalHoldRequest, data)
        with self._usable():
            hold = lift_hold(self.ring, call, request.hold_id, self._decide, self.record)
        return k.LiftLegalHoldResponse(hold=hold_message(hold)).SerializeToString()

    def _decide(self, asked: Asked) -> tuple[str, ...]:
        return self.policy.decide(asked, self.snapshots.current.engine.registry)

    def _owner(self, named: str) -> str:
        body = self.snapshots.current.engine.registry.get(named)
        return body.key if body else named

    @contextmanager
    def _usable(self) -> Generator[None]:
        """A folder that cannot be used is its operator's to mend; a caller learns no more."""
        try:
            yield
        except VaultError as fault:
            self.alarm(fault)
            raise RefusedCallError(
                Status.UNAVAILABLE,
                "the keys of the log cannot be used now; whoever operates the service is told why",
            ) from fault


def _month(text: str, field: str) -> Month:
    try:
        return Month.parse(text)
    except SealingError as fault:
        raise RefusedCallError(Status.INVALID_ARGUMENT, f"{field}: {fault}") from None


def key_message(key: OnFile) -> k.LogKey:
    """A key as a message tells it, which is all but the key."""
    return k.LogKey(
        owner=key.owner,
        month=str(key.month),
        generation=key.generation,
        id=key.id,
        made_at=_stamp(key.made_at),
        deleted_at=_stamp(key.deleted_at) if key.deleted_at else None,
        deleted_by=key.deleted_by,
    )


def hold_message(hold: LegalHold) -> k.LegalHold:
    """A legal hold as a message tells it."""
    return k.LegalHold(
        id=hold.id,
        owner=hold.owner,
        first=str(hold.first or ""),
        last=str(hold.last or ""),
        matter=hold.matter,
        set_by=hold.set_by,
        set_at=_stamp(hold.set_at),
        lifted_by=hold.lifted_by,
        lifted_at=_stamp(hold.lifted_at) if hold.lifted_at else None,
    )


def _stamp(moment: datetime.datetime) -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(moment)
    return stamp
