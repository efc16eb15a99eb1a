"""Whether enough witnesses cosigned a checkpoint, and since when."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..log.notes import Checkpoint, CosignatureVerifier, Note, NoteError, NoteVerifier
from .policy import NONE, WitnessPolicy

SKEW = 300  # seconds that the clock of a witness may be ahead


def cosigned(note: Note, policy: WitnessPolicy, now: float) -> dict[str, int]:
    """The witnesses who cosigned a checkpoint, each with its time, which is not to come.

    Raises:
        NoteError: A cosignature of one of them does not hold.
    """
    times = dict[str, int]()
    signed = {(one.name, one.key_id) for one in note.signatures}
    for name, witness in policy.witnesses.items():
        if (witness.key.name, witness.key.key_id) in signed:
            at = CosignatureVerifier(witness.key).check(note)
            if at <= now + SKEW:
                times[name] = at
    return times


def quorum_time(note: Note, policy: WitnessPolicy, now: float) -> int | None:
    """The time at which enough witnesses had cosigned a checkpoint as they last did; else None.

    With a quorum of none it is now.

    Raises:
        NoteError: The note is no checkpoint, no log of the policy signed it, or a signature of one
            who is known does not hold.
    """
    check_log(note, policy)
    times = cosigned(note, policy, now)
    return int(now) if policy.quorum == NONE else _time(policy, policy.quorum, times)


def quorum_met(note: Note, policy: WitnessPolicy, now: float) -> bool:
    """Whether enough witnesses cosigned a checkpoint that a log of the policy signed.

    Raises:
        NoteError: As ``quorum_time``.
    """
    return quorum_time(note, policy, now) is not None


def check_log(note: Note, policy: WitnessPolicy) -> None:
    """See that a log of the policy signed a checkpoint; any log if the policy names none.

    Raises:
        NoteError: It is no checkpoint, none did, or a signature of one does not hold.
    """
    origin = Checkpoint.parse(note.text).origin
    if not policy.logs:
        return
    signed = {(one.name, one.key_id) for one in note.signatures}
    own = [log.key for log in policy.logs if log.key.name == origin]
    signers = [key for key in own if (key.name, key.key_id) in signed]
    if not signers:
        raise NoteError(f"no key of the policy for the log {origin} signed the checkpoint")
    for key in signers:
        NoteVerifier(key).check(note)


def faults_of_outside(policy: WitnessPolicy, outside: Collection[str]) -> list[str]:
    """Why some witnesses do not stand for everybody outside law enforcement; none if they do.

    They do if no quorum is met without at least one of them.
    """
    if policy.quorum == NONE:
        return []
    if not outside:
        return ["no witness is said to be outside law enforcement; name one in `outside`"]
    faults = [
        f"`{name}` is no witness of the policy; name one of {', '.join(policy.witnesses)}"
        for name in sorted(set(outside) - policy.witnesses.keys())
    ]
    others = dict.fromkeys(policy.witnesses.keys() - set(outside), 0)
    if not faults and _time(policy, policy.quorum, others) is not None:
        faults.append(
            "the quorum is met without any witness outside law enforcement; put those witnesses in "
            "a group of their own and let the quorum be `all` of that group and the others"
        )
    return faults


def _time(policy: WitnessPolicy, name: str, times: Mapping[str, int]) -> int | None:
    """When a witness, or enough of a group, had cosigned."""
    if name in policy.witnesses:
        return times.get(name)
    group = policy.groups[name]
    found = (_time(policy, member, times) for member in group.members)
    newest = sorted((at for at in found if at is not None), reverse=True)
    return newest[group.needed - 1] if len(newest) >= group.needed else None
