"""Deleting a key, and legal holds: decided by policy, recorded in the log, then done.

The order of a deletion, each step on the disk before the next:

1. nobody else acts on this folder of keys, and no legal hold stands over the key;
2. the policy permits it;
3. the intention is noted, so that a crash from here on is seen;
4. the log records it. If it cannot, the intention is taken back and nothing is deleted;
5. a tombstone; the key is overwritten and taken away; the intention is taken back.

A hold counts from the moment at which it is on the disk, before the log has it; it ends after the
log has its end. So whatever a crash cuts off, more is kept rather than less. ``settle`` ends at the
next start what was cut off.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

import msgspec

from ...engine.json_text import Json
from ..call import Call
from ..identity.spiffe import SpiffeId
from ..refusal import RefusedCallError, Status
from .acts import Act, ActKind, Record
from .key_files import OnFile
from .key_policy import Asked, KeyAct
from .keyring import KeyRing
from .legal_holds import LegalHold, LegalHolds, NoHoldError, lifted, logged, new_hold
from .sealing import Month
from .vault import VaultError

Decide: TypeAlias = Callable[[Asked], tuple[str, ...]]
"""Lets a caller act and tells by which rules, or raises a ``RefusedCallError``."""

_INTENTION = "deletion.intended"  # one at a time: whoever acts keeps the others out


class _Intention(msgspec.Struct, forbid_unknown_fields=True):
    """A deletion on its way."""

    by: str
    owner: str
    month: str
    generation: int
    key: str
    rules: list[str]

    def act(self, **more: Json) -> Act:
        """What the log is told."""
        details: dict[str, Json] = {
            "owner": self.owner,
            "month": self.month,
            "generation": self.generation,
            "key": self.key,
            "rules": _list(self.rules),
        }
        return Act(ActKind.KEY_DELETED, self.by, details | more)


@dataclass(frozen=True, slots=True)
class Listing:
    """The keys and legal holds that a caller may know of."""

    keys: tuple[OnFile, ...]
    holds: tuple[LegalHold, ...]


def delete_key(
    ring: KeyRing, call: Call, owner: str, month: Month, decide: Decide, record: Record
) -> OnFile:
    """Delete the key of an owner and month, for good.

    Raises:
        RefusedCallError: It is not deleted; the message says why.
        VaultError: The folder cannot be used; an intention that stands is ended by ``settle``.
    """
    with ring.acting():
        holds = LegalHolds(ring.vault).over(owner, month)
        rules = decide(Asked(KeyAct.DELETE, call.caller, owner, call.now, month, holds))
        if holds:  # whatever a policy says
            _refuse_held(owner, month, holds)
        key = _there(ring, owner, month)
        if ring.vault.has(_INTENTION):
            raise RefusedCallError(
                Status.FAILED_PRECONDITION,
                "a deletion was cut off by a crash; start the service again, which ends it",
            )
        who = call.caller.spiffe_id
        intended = _Intention(who, owner, str(month), key.generation, key.id, [*rules])
        ring.vault.create(_INTENTION, msgspec.json.encode(intended))
        _recorded(intended.act(), record, lambda: ring.vault.remove(_INTENTION))
        gone = ring.delete(owner, month, at=call.now, by=who)
        ring.vault.remove(_INTENTION)
        return gone


def set_hold(
    ring: KeyRing,
    call: Call,
    owner: str,
    matter: str,
    decide: Decide,
    record: Record,
    *,
    first: Month | None = None,
    last: Month | None = None,
) -> LegalHold:
    """Set a legal hold over an owner's texts, of some months or all.

    Raises:
        RefusedCallError: It does not stand; the message says why.
        VaultError: The folder cannot be used.
    """
    who, holds = call.caller.spiffe_id, LegalHolds(ring.vault)
    with ring.acting():
        rules = decide(Asked(KeyAct.HOLD, call.caller, owner, call.now))
        hold = new_hold(owner, matter, by=who, at=call.now, first=first, last=last)
        holds.keep(hold)
        act = Act(ActKind.HOLD_SET, who, _told(hold) | {"rules": _list(rules)})
        _recorded(act, record, lambda: holds.forget(hold))
        hold = logged(hold)
        holds.keep(hold)
        return hold


def lift_hold(ring: KeyRing, call: Call, hold_id: str, decide: Decide, record: Record) -> LegalHold:
    """Lift a legal hold. It stays on file, as lifted.

    Raises:
        RefusedCallError: It stands on; the message says why.
        VaultError: The folder cannot be used.
    """
    who, holds = call.caller.spiffe_id, LegalHolds(ring.vault)
    with ring.acting():
        try:
            hold = holds.get(hold_id)
        except NoHoldError as fault:
            raise RefusedCallError(Status.NOT_FOUND, str(fault)) from fault
        rules = decide(Asked(KeyAct.LIFT, call.caller, hold.owner, call.now, lifts=hold))
        if not hold.stands:
            raise RefusedCallError(
                Status.FAILED_PRECONDITION,
                f"the legal hold {hold.id} was lifted on {hold.lifted_at:%Y-%m-%d}",
            )
        act = Act(ActKind.HOLD_LIFTED, who, _told(hold) | {"rules": _list(rules)})
        _recorded(act, record, lambda: None)
        hold = lifted(hold, by=who, at=call.now)
        holds.keep(hold)
        return hold


def listed(ring: KeyRing, call: Call, owner: str, decide: Decide) -> Listing:
    """The keys and legal holds of an owner.

    Raises:
        RefusedCallError: The caller may not know of them.
        VaultError: The folder cannot be read.
    """
    decide(Asked(KeyAct.LIST, call.caller, owner, call.now))
    holds = LegalHolds(ring.vault).all()
    return Listing(
        tuple(each for each in ring.list() if each.owner == owner),
        tuple(each for each in holds if each.owner == owner),
    )


def settle(ring: KeyRing, record: Record, service: SpiffeId, now: datetime.datetime) -> None:
    """End what a crash cut off, before the service answers.

    A deletion that was permitted is recorded again, since nobody knows whether it was, and done;
    unless the key is gone already, or a legal hold stands over it by now. A hold of which the log
    does not know is recorded.

    Args:
        ring: The keys.
        record: The log; what it raises ends this, and the next start tries again.
        service: Who the service is, for what it does by itself.
        now: When.

    Raises:
        VaultError: The folder cannot be used.
    """
    holds = LegalHolds(ring.vault)
    with ring.acting():
        for hold in holds.all():
            if hold.stands and not hold.is_logged:
                record(Act(ActKind.HOLD_SET, hold.set_by, _told(hold) | {"again": True}))
                holds.keep(logged(hold))
        intended = _intended(ring)
        if intended is not None:
            _go_on(ring, holds, intended, record, str(service), now)
            ring.vault.remove(_INTENTION)


def _go_on(
    ring: KeyRing,
    holds: LegalHolds,
    intended: _Intention,
    record: Record,
    service: str,
    now: datetime.datetime,
) -> None:
    """End a deletion that was cut off."""
    owner, month = intended.owner, Month.parse(intended.month)
    key = ring.find(owner, month)
    if key is None or key.id.hex() != intended.key:
        return  # its tombstone stands, so the log has it
    standing = holds.over(owner, month)
    if standing:
        why: dict[str, Json] = {"holds": _list(hold.id for hold in standing)}
        record(Act(ActKind.KEY_KEPT, service, {**intended.act().details, **why}))
        return
    record(intended.act(again=True))
    ring.delete(owner, month, at=now, by=intended.by)


def _intended(ring: KeyRing) -> _Intention | None:
    data = ring.vault.read(_INTENTION)
    try:
        return None if data is None else msgspec.json.decode(data, type=_Intention)
    except msgspec.MsgspecError:
        raise VaultError(
            f"{ring.vault.path(_INTENTION)}: no intention that can be read; see by `platelaw log "
            "keys list` what is there, then take the file away"
        ) from None


def _there(ring: KeyRing, owner: str, month: Month) -> OnFile:
    """The key that is there.

    Raises:
        RefusedCallError: None is; NOT_FOUND.
    """
    if ring.find(owner, month) is None:
        raise RefusedCallError(Status.NOT_FOUND, ring.why_none(owner, month))
    (key,) = (each for each in ring.of(owner, month) if each.deleted_at is None)
    return key


def _recorded(act: Act, record: Record, undo: Callable[[], None]) -> None:
    """Have an act recorded, or take back what it began with.

    Raises:
        RefusedCallError: The log cannot record it; UNAVAILABLE.
    """
    try:
        record(act)
    except Exception as fault:
        undo()
        raise RefusedCallError(
            Status.UNAVAILABLE,
            f"the log cannot record it, so nothing was done ({fault}); try again when the service "
            "says that it serves",
        ) from fault


def _refuse_held(owner: str, month: Month, holds: Iterable[LegalHold]) -> NoReturn:
    told = ", ".join(f"{hold.id} ({hold.matter})" for hold in holds)
    raise RefusedCallError(
        Status.FAILED_PRECONDITION,
        f"the key of {owner} for {month} is under a legal hold: {told}; whoever may lift it does "
        "so by `platelaw log keys release`",
    )


def _told(hold: LegalHold) -> dict[str, Json]:
    """A hold as the log is told of it."""
    return {
        "hold": hold.id,
        "owner": hold.owner,
        "first": str(hold.first) if hold.first else None,
        "last": str(hold.last) if hold.last else None,
        "matter": hold.matter,
    }


def _list(texts: Iterable[str]) -> list[Json]:
    return [*texts]
