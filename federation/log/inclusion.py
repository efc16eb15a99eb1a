"""One entry held against its proof: that it stands in a log, whose keys are known."""

from __future__ import annotations

import datetime

from google.protobuf.message import DecodeError
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import Signature

from ..v1 import answer_pb2 as a
from ..v1 import log_pb2 as log
from .keys import LogKey, LogKeys
from .notes import Checkpoint, Note, NoteError
from .signing import PAYLOAD_TYPE
from .tree import ProofError, hashes_of, leaf_hash, root_by_inclusion
from .verifying import signed_by


class NotProvenError(Exception):
    """An entry that no known log answers for; the message says why."""


def proven_entry(recorded: a.Recorded, keys: LogKeys) -> log.LogEntry:
    """The entry that a proof shows to stand in a log.

    Both signatures must hold, by a key that counted when the entry was written.

    Raises:
        NotProvenError: It does not show that.
    """
    try:
        entry = log.LogEntry.FromString(recorded.entry)
        note = Note.parse(recorded.proof.checkpoint)
        checkpoint = Checkpoint.parse(note.text)
        key = signed_by(note, checkpoint.origin, keys)
        root = root_of(recorded, checkpoint.size)
        at = entry.at.ToDatetime(datetime.UTC)
    except (DecodeError, ValueError, OverflowError):  # the latter two: a moment that no clock shows
        raise NotProvenError("the entry cannot be read") from None
    except (NoteError, ProofError) as fault:
        raise NotProvenError(str(fault)) from fault
    if checkpoint.origin != recorded.origin:
        raise NotProvenError(f"the checkpoint is of the log `{checkpoint.origin}`")
    if root != checkpoint.root:
        raise NotProvenError("the proof does not lead from the entry to the checkpoint")
    if not key.counts_at(at):
        raise NotProvenError(f"the key of `{key.server}` did not count when it was written")
    if not is_enveloped(note.text, recorded.proof, key):
        raise NotProvenError("the signature of its envelope does not hold")
    return entry


def root_of(recorded: a.Recorded, size: int) -> bytes:
    """The root of a log of some size that the proof of one entry leads to.

    Raises:
        ProofError: It leads to none.
    """
    hashes = hashes_of(recorded.proof.hashes)
    return root_by_inclusion(leaf_hash(recorded.entry), recorded.index, size, hashes)


def is_enveloped(text: str, proof: a.TreeProof, key: LogKey) -> bool:
    """Whether the text of a checkpoint is signed in an envelope too."""
    if key.dsse is None or proof.key_id != key.dsse.keyid:
        return False
    signature = Signature(proof.key_id, proof.signature.hex())
    try:
        Envelope(text.encode(), PAYLOAD_TYPE, {proof.key_id: signature}).verify([key.dsse], 1)
    except VerificationError:
        return False
    return True
