"""An answer held against its proof, with nothing but the public keys of the log.

The entry hashes to a leaf, the leaf and the proof to a root, and the root stands in a checkpoint
that the log signed twice. What the entry says must be what the answer says. More than that is not
proven, and is said.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from google.protobuf.message import DecodeError

from ..deciding.entries import request_of
from ..stamps import moment
from ..v1 import answer_pb2 as a
from ..v1 import decision_pb2 as d
from ..v1 import log_pb2 as log
from .answer_files import answers_in
from .inclusion import is_enveloped, root_of
from .keys import LogKey, LogKeys
from .notes import Checkpoint, CosignatureVerifier, Note, NoteError
from .tree import ProofError, hashes_of, leaf_hash, root_by_range
from .verifying import signed_by


@dataclass(frozen=True, slots=True)
class Checked:
    """One answer held against its proof.

    Attributes:
        answer: The answer.
        entry: Its entry; None if there is none that can be read.
        origin: The log.
        index: The index of its entry.
        size: The size of the log that the proof is of.
        server: The server that signed.
        proven: What is proven, in words.
        faults: What is not as it must be; the answer is proven if there is nothing.
        unproven: What nobody can tell from this, in words.
    """

    answer: a.Answer
    entry: log.LogEntry | None = None
    origin: str = ""
    index: int = 0
    size: int = 0
    server: str = ""
    proven: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    unproven: tuple[str, ...] = ()

    @property
    def is_proven(self) -> bool:
        """Whether the log answers for it."""
        return not self.faults


def checked(
    data: bytes,
    keys: LogKeys,
    witnesses: Sequence[CosignatureVerifier] = (),
    *,
    is_bare: bool = False,
) -> tuple[Checked, ...]:
    """The answers of a file, each held against its proof.

    Args:
        data: A response or an answer, serialized or as JSON.
        keys: The public keys of logs.
        witnesses: Whose cosignatures count.
        is_bare: Whether only what an entry holds was left in the answers (``bare_answers``). Which
            question they answer is then not proven.

    Raises:
        AnswerError: It holds no answer.
    """
    answers, shared = answers_in(data)
    root = _root_of_range(answers, shared) if shared is not None else b""
    return tuple(
        _checked(answer, keys, witnesses, shared, root, is_bare=is_bare) for answer in answers
    )


def bare_answers(data: bytes) -> bytes:
    """The answers of a file with their proofs and nothing that their entries do not hold.

    Left out are the explanation, what an answer was decided from, and what binds it to the words of
    its question: with those somebody could try questions until one fits.

    Raises:
        AnswerError: It holds no answer.
    """
    answers, shared = answers_in(data)
    kept = d.DecideManyResponse()
    for answer in answers:
        one = kept.answers.add()
        one.CopyFrom(answer)
        one.ClearField("explanation")
        one.ClearField("request_digest")
        if one.HasField("recorded"):
            one.recorded.ClearField("circumstances")
            one.recorded.ClearField("nonce")
        if one.HasField("hold"):
            one.hold.CopyFrom(a.Hold(id=one.hold.id))
    if shared is not None:
        kept.proof.CopyFrom(shared)
    return kept.SerializeToString(deterministic=True)


# The tree --------------------------------------------------------------------------------------


def _root_of_range(answers: Sequence[a.Answer], proof: a.TreeProof) -> bytes | str:
    """The root that the one proof of some answers leads to; in words, why it leads to none."""
    places = [answer.recorded.index for answer in answers]
    first = places[0]
    if places != list(range(first, first + len(places))):
        return "the entries of these answers do not follow each other, as those of one call do"
    leaves = [leaf_hash(answer.recorded.entry) for answer in answers]
    try:
        size = Checkpoint.parse(Note.parse(proof.checkpoint).text).size
        return root_by_range(leaves, first, size, hashes_of(proof.hashes))
    except (NoteError, ProofError) as fault:
        return str(fault)


# One answer ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Findings:
    proven: list[str] = field(default_factory=list[str])
    faults: list[str] = field(default_factory=list[str])

    def tell(self, proves: Callable[[], str]) -> None:
        """Add what a check proves, or what it finds."""
        try:
            self.proven.append(proves())
        except (NoteError, ProofError, _FaultError) as fault:
            self.faults.append(str(fault))


class _FaultError(Exception):
    pass


def _checked(
    answer: a.Answer,
    keys: LogKeys,
    witnesses: Sequence[CosignatureVerifier],
    shared: a.TreeProof | None,
    root: bytes | str,
    *,
    is_bare: bool,
) -> Checked:
    if not answer.HasField("recorded"):
        return Checked(answer, faults=(_unrecorded(answer),))
    recorded = answer.recorded
    proof = shared or recorded.proof
    plain = Checked(answer, origin=recorded.origin, index=recorded.index)
    try:
        entry = log.LogEntry.FromString(recorded.entry)
        note = Note.parse(proof.checkpoint)
        checkpoint = Checkpoint.parse(note.text)
    except (DecodeError, NoteError) as fault:
        return replace(plain, faults=(f"the proof cannot be read: {fault}",))
    found = _Findings()
    found.tell(lambda: _agree(answer, entry, is_bare=is_bare))
    found.tell(lambda: _stands(recorded, checkpoint, root, is_shared=shared is not None))
    try:
        key = signed_by(note, checkpoint.origin, keys)
    except NoteError as fault:
        found.faults.append(str(fault))
        return replace(plain, entry=entry, size=checkpoint.size, proven=tuple(found.proven),
                       faults=tuple(found.faults))  # fmt: skip
    found.tell(lambda: _signed(entry, key))
    found.tell(lambda: _enveloped(note.text, proof, key))
    times = [at for at in (_cosigned(note, witness) for witness in witnesses) if at]
    if times:
        found.proven.append(f"{_witnesses(len(times))} cosigned the checkpoint")
    return replace(
        plain,
        entry=entry,
        size=checkpoint.size,
        server=key.server,
        proven=tuple(found.proven),
        faults=tuple(found.faults),
        unproven=tuple(_unproven(answer, key, note, witnessed=bool(times), is_bare=is_bare)),
    )


def _unrecorded(answer: a.Answer) -> str:
    if answer.simulated:
        return "the answer is of a what-if, which is never recorded"
    return f"the answer is not recorded, so nothing proves it (reason: {answer.reason})"


def _agree(answer: a.Answer, entry: log.LogEntry, *, is_bare: bool) -> str:
    """That an answer says what its entry says."""
    said = entry.answer
    if not entry.HasField("answer"):
        raise _FaultError("the entry is no answer but an act")
    pairs = {
        "outcome": (answer.outcome, said.outcome),
        "reason": (answer.reason, said.reason),
        "decided_at": (answer.decided_at, entry.at),
        "valid_until": (answer.valid_until.seconds, said.valid_until.seconds),
        "policy_digest": (answer.policy_digest, said.policy_digest.hex()),
        "request_digest": (
            request_of(answer.recorded.nonce, answer.request_digest),
            said.request,
        ),
        "release_id": (answer.release_id, said.release_id),
        "hold.id": (answer.hold.id, said.hold_id),
        "stale": (answer.stale, said.stale),
        "development": (answer.development, said.development),
    }
    if is_bare:
        del pairs["request_digest"]
    others = [name for name, (told, logged) in pairs.items() if told != logged]
    if others:
        raise _FaultError(
            f"the answer is not what its entry says: {', '.join(f'`{name}`' for name in others)}"
        )
    said_too = "" if is_bare else " question,"
    return f"the answer says what its entry says: outcome, reason, moment, policies,{said_too} ids"


def _stands(
    recorded: a.Recorded, checkpoint: Checkpoint, root: bytes | str, *, is_shared: bool
) -> str:
    """That the entry stands in the log where it is said to stand."""
    if checkpoint.origin != recorded.origin:
        raise _FaultError(
            f"the checkpoint is of the log `{checkpoint.origin}`, the answer of `{recorded.origin}`"
        )
    if not is_shared:
        root = root_of(recorded, checkpoint.size)
    if isinstance(root, str):
        raise _FaultError(root)
    if root != checkpoint.root:
        raise _FaultError(
            f"the proof does not lead from the entry to the root of the checkpoint: entry "
            f"{recorded.index:,}, its index or its proof was changed"
        )
    return (
        f"it is entry {recorded.index:,} of the log `{checkpoint.origin}`, of {checkpoint.size:,} "
        "entries then"
    )


def _signed(entry: log.LogEntry, key: LogKey) -> str:
    """That the key counted when the answer was given."""
    at = moment(entry.at)
    if at is None:
        raise _FaultError("the moment of the entry is none that a clock shows")
    if not key.counts_at(at):
        raise _FaultError(
            f"the checkpoint is signed by a key of {key.server} that did not count on "
            f"{at:%Y-%m-%d}, by the register of logs"
        )
    return f"the log signed the checkpoint, by the server `{key.server}`"


def _enveloped(text: str, proof: a.TreeProof, key: LogKey) -> str:
    """That the envelope around the checkpoint is signed."""
    if key.dsse is None:
        return "the second signature was not looked at: only the key of notes is at hand"
    if proof.key_id != key.dsse.keyid:
        raise _FaultError("the second signature is by another key than the register's")
    if not is_enveloped(text, proof, key):
        raise _FaultError("the second signature, of the DSSE envelope, does not hold")
    return "the same text is signed in a DSSE envelope (P-256)"


def _cosigned(note: Note, witness: CosignatureVerifier) -> int:
    """When a witness cosigned a checkpoint; 0 if it did not."""
    try:
        return witness.check(note)
    except NoteError:
        return 0


def _witnesses(count: int) -> str:
    return "1 witness" if count == 1 else f"{count} witnesses"


def _unproven(
    answer: a.Answer, key: LogKey, note: Note, *, witnessed: bool, is_bare: bool
) -> Iterator[str]:
    """What nobody can tell from a proof."""
    if is_bare:
        yield "which question it answers: what binds it to its words was left out"
    if not witnessed:
        others = {s.name for s in note.signatures} - {key.note.name}
        told = f" ({', '.join(sorted(others))} signed too: name its key with --witness)"
        yield (
            "that everybody is shown this same log: no witness known here cosigned the checkpoint"
            f"{told if others else ''}"
        )
    yield "that the answer is right: `platelaw log replay` recomputes it from the log"
    yield "the explanation (rules, routes, duties): it is not part of the entry"
    if answer.development:
        yield "who answered: the service has a development identity, good for trying only"
