"""A witness: cosigns a checkpoint of a log if it follows from the last one that it cosigned.

Source: c2sp.org/tlog-witness. What it refuses has the status that the specification gives it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus

from ..log.notes import Checkpoint, CosignatureSigner, Note, NoteError, NoteVerifier
from ..log.tree import ProofError, check_consistency
from .store import Disputed, Seen, WitnessBusyError, WitnessStore
from .submission import SIZE_TYPE, Submission

TEXT_TYPE = "text/plain; charset=utf-8"


class NotCosignedError(Exception):
    """A checkpoint that is not cosigned.

    Attributes:
        status: The status of the answer.
        body: Its body.
        content_type: What the body is.
    """

    def __init__(self, status: HTTPStatus, body: str, content_type: str = TEXT_TYPE) -> None:
        super().__init__(body)
        self.status = status
        self.body = f"{body}\n"
        self.content_type = content_type


class Witness:
    """A witness of some logs.

    Args:
        signer: Its key.
        logs: The keys of each log, by its origin.
        store: What it has seen.
        clock: The time, in seconds since 1970.
    """

    def __init__(
        self,
        signer: CosignatureSigner,
        logs: Mapping[str, Sequence[NoteVerifier]],
        store: WitnessStore,
        clock: Callable[[], float],
    ) -> None:
        self._signer = signer
        self._logs = logs
        self._store = store
        self._clock = clock
        self._origins = {hashlib.sha256(origin.encode()).hexdigest(): origin for origin in logs}

    def add_checkpoint(self, body: bytes) -> str:
        """Cosign a checkpoint; the cosignature as a line of a note.

        It is given only after the checkpoint is on the disk as the newest that was seen.

        Raises:
            NotCosignedError: It does not follow from the last one, or it cannot be kept.
        """
        try:
            submission = Submission.parse(body)
            checkpoint = Checkpoint.parse(submission.note.text)
        except NoteError as error:
            raise NotCosignedError(HTTPStatus.BAD_REQUEST, str(error)) from error
        verifiers = self._logs.get(checkpoint.origin)
        if verifiers is None:
            raise NotCosignedError(HTTPStatus.NOT_FOUND, "this log is not watched here")
        signed = _signed(submission.note, verifiers)
        if submission.old > checkpoint.size:
            told = f"from {submission.old} to {checkpoint.size} entries is no growth"
            raise NotCosignedError(HTTPStatus.BAD_REQUEST, told)
        return self._cosigned(submission, checkpoint, signed)

    def newest(self, origin_digest: str) -> str:
        """The newest checkpoint of a log that was cosigned, with its signatures.

        Args:
            origin_digest: The SHA-256 of the log's origin, in hexadecimal.

        Raises:
            NotCosignedError: There is none, or it cannot be read.
        """
        origin = self._origins.get(origin_digest)
        if origin is None:
            raise NotCosignedError(HTTPStatus.NOT_FOUND, "this log is not watched here")
        try:
            note = self._store.seen(origin).note
        except WitnessBusyError as error:
            raise NotCosignedError(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from error
        if not note:
            raise NotCosignedError(HTTPStatus.NOT_FOUND, "nothing of this log was cosigned yet")
        return note

    def _cosigned(self, submission: Submission, checkpoint: Checkpoint, signed: Note) -> str:
        def judge(seen: Seen) -> Seen:
            _check_growth(submission, checkpoint, seen)
            at = max(int(self._clock()), seen.at)  # a later tree is never said to be an earlier one
            note = signed.with_signatures(self._signer.sign(signed.text, at))
            return Seen(checkpoint.origin, checkpoint.size, checkpoint.root, at, str(note))

        try:
            seen = self._store.cosign(checkpoint.origin, judge)
        except WitnessBusyError as error:
            raise NotCosignedError(HTTPStatus.SERVICE_UNAVAILABLE, str(error)) from error
        except NotCosignedError as error:
            if error.status is HTTPStatus.UNPROCESSABLE_ENTITY:
                self._dispute(checkpoint.origin, signed, str(error))
            raise
        return f"{Note.parse(seen.note).signatures[-1]}\n"

    def _dispute(self, origin: str, signed: Note, why: str) -> None:
        """Keep what a log signed and could not prove: beside what was cosigned, it shows a fork."""
        with suppress(WitnessBusyError):
            self._store.keep_disputed(Disputed(origin, str(signed), int(self._clock()), why))


def _signed(note: Note, verifiers: Sequence[NoteVerifier]) -> Note:
    """The note with the signatures of its log alone, each verified."""
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    own = tuple(one for one in note.signatures if (one.name, one.key_id) in known)
    if not own:
        raise NotCosignedError(HTTPStatus.FORBIDDEN, "not signed by a key of this log")
    try:
        for signature in own:
            known[signature.name, signature.key_id].check(note)
    except NoteError as error:
        raise NotCosignedError(HTTPStatus.FORBIDDEN, str(error)) from error
    return Note(note.text, own)


def _check_growth(submission: Submission, checkpoint: Checkpoint, seen: Seen) -> None:
    """See that a checkpoint follows from the last one that was cosigned."""
    if submission.old != seen.size:
        raise NotCosignedError(HTTPStatus.CONFLICT, str(seen.size), SIZE_TYPE)
    try:
        check_consistency(seen.size, seen.root, checkpoint.size, checkpoint.root, submission.proof)
    except ProofError as error:
        raise NotCosignedError(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
