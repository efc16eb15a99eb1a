"""What can go wrong when a witness is asked, by what its log should do then.

- ``WitnessError``: there is no cosignature
    - ``WitnessAwayError``: try again later
    - ``WitnessRefusedError``: the witness will not cosign this checkpoint; somebody must look
    - ``WitnessAheadError``: it has seen more than the log has; the log may have lost its end
    - ``WitnessFalseError``: its answer is not to be believed
"""

from __future__ import annotations

from http import HTTPStatus


class WitnessError(Exception):
    """A witness did not cosign; the message names it.

    Attributes:
        witness: Its name.
    """

    def __init__(self, witness: str, says: str) -> None:
        super().__init__(f"witness {witness}: {says}")
        self.witness = witness


class WitnessAwayError(WitnessError):
    """A witness that cannot be reached, or does not answer in time."""


class WitnessFalseError(WitnessError):
    """An answer that a witness with its key and its memory would not give."""


class WitnessRefusedError(WitnessError):
    """A witness that will not cosign.

    Attributes:
        status: The status of its answer.
    """

    def __init__(self, witness: str, status: int, said: str) -> None:
        meaning = _MEANINGS.get(status, "refused the checkpoint")
        super().__init__(witness, f"{meaning} ({status}: {said or 'no word'})")
        self.status = status


class WitnessAheadError(WitnessError):
    """A witness that has seen more entries of the log than the log has.

    Attributes:
        seen: How many it has seen.
    """

    def __init__(self, witness: str, seen: int, size: int) -> None:
        super().__init__(
            witness,
            f"cosigned {seen} entries, and this log has {size}: it lost its end, or another server "
            "of it is ahead",
        )
        self.seen = seen


_MEANINGS: dict[int, str] = {
    HTTPStatus.BAD_REQUEST: "does not understand the checkpoint",
    HTTPStatus.FORBIDDEN: "does not know the key that signed the checkpoint",
    HTTPStatus.NOT_FOUND: "does not watch this log",
    HTTPStatus.UNPROCESSABLE_ENTITY: "says that the log did not grow from what it cosigned before",
}
