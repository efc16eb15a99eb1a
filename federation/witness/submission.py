"""What a log sends to a witness: from which size it grew, the proof, and its checkpoint.

Source: c2sp.org/tlog-witness, add-checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..log.note_texts import coded, decoded_hash, size_of
from ..log.notes import MAX_NOTE, Note, NoteError

PATH = "/add-checkpoint"
SIZE_TYPE = "text/x.tlog.size"
MAX_PROOF = 63
MAX_BODY = 4 * MAX_NOTE  # bytes
_OLD = "old "


@dataclass(frozen=True, slots=True)
class Submission:
    """One checkpoint for a witness.

    Attributes:
        old: The size that the witness has seen.
        proof: That the tree only grew from there.
        note: The checkpoint, signed by its log.
    """

    old: int
    proof: tuple[bytes, ...]
    note: Note

    def __str__(self) -> str:
        """The body of the request."""
        lines = (f"{_OLD}{self.old}", *map(coded, self.proof))
        return "".join(f"{line}\n" for line in lines) + f"\n{self.note}"

    @classmethod
    def parse(cls, body: bytes) -> Submission:
        """A submission from the body of a request.

        Raises:
            NoteError: It is none.
        """
        try:
            head, blank, note = body.decode().partition("\n\n")
        except UnicodeDecodeError as error:
            raise NoteError("a submission is text in UTF-8") from error
        old, *proof = head.split("\n")
        if not blank or not old.startswith(_OLD):
            raise NoteError("a submission is `old SIZE`, a proof, an empty line and a checkpoint")
        if len(proof) > MAX_PROOF:
            raise NoteError(f"a proof has at most {MAX_PROOF} hashes")
        return cls(
            size_of(old.removeprefix(_OLD), "the old size"),
            tuple(decoded_hash(line, "a hash of the proof") for line in proof),
            Note.parse(note),
        )
