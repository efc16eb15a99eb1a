"""What was said of releases: recalled by their owners, deleted by who has the copies."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from ...engine.json_text import Json
from ..log.acts import Act, ActKind
from .fields import instant_text
from .proofs import Proofs
from .statements import Deleted, OfRelease, Recalled
from .weighing import Weighed


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A recall that one holder has not answered.

    Attributes:
        release_id: The release.
        statement_id: The recall.
        by: Who recalls.
        holder: Who is to answer.
        said: What it says.
    """

    release_id: bytes
    statement_id: str
    by: str
    holder: str
    said: Recalled


@dataclass(frozen=True, slots=True)
class ReleasesOnFile:
    """The statements about releases (``Releases``). Whose word counts hangs on whose data they are.

    Attributes:
        proofs: All statements.
    """

    proofs: Proofs

    def recalled(self, release_id: bytes, now: datetime.datetime) -> frozenset[str]:
        """Who recalled a release with effect by now, by registry key.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        return frozenset(
            weighed.by.agency
            for weighed in self.proofs.of_release(_place(release_id))
            if isinstance(weighed.statement.said, Recalled)
            and weighed.statement.said.counts_from <= now
        )

    def deleted(self, release_id: bytes) -> frozenset[str]:
        """Who said that its copy is deleted, by registry key.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        return frozenset(
            weighed.by.agency
            for weighed in self.proofs.of_release(_place(release_id))
            if isinstance(weighed.statement.said, Deleted)
        )

    def unanswered(self) -> Sequence[Unanswered]:
        """The recalls that a holder has not answered, the most urgent first.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        counting = self.proofs.of_releases()
        answered = {
            (weighed.statement.subject.place, weighed.by.agency)
            for weighed in counting
            if isinstance(weighed.statement.said, Deleted)
        }
        waiting = [
            waits
            for weighed in counting
            for waits in _waiting(weighed)
            if (weighed.statement.subject.place, waits.holder) not in answered
        ]
        return sorted(waiting, key=lambda each: (each.said.answer_by, each.statement_id))


def _waiting(weighed: Weighed) -> Sequence[Unanswered]:
    """A recall for each of its holders; nothing for another statement."""
    said, subject = weighed.statement.said, weighed.statement.subject
    if not isinstance(said, Recalled) or not isinstance(subject, OfRelease):
        return ()
    release_id = bytes.fromhex(subject.id)
    return [
        Unanswered(release_id, weighed.id, weighed.by.agency, holder, said)
        for holder in said.holders
    ]


def _place(release_id: bytes) -> str:
    return OfRelease(release_id.hex()).place


def act_of(weighed: Weighed, caller: str) -> Act | None:
    """What the log is told of a statement about a release, without its free texts; else None.

    Args:
        weighed: The statement.
        caller: The SPIFFE id of who sent it.
    """
    said, subject = weighed.statement.said, weighed.statement.subject
    if not isinstance(subject, OfRelease):
        return None
    details: dict[str, Json] = {
        "release": subject.id,
        "statement": weighed.id,
        "agency": weighed.by.agency,
        "role": weighed.by.role,
    }
    if isinstance(said, Recalled):
        holders: list[Json] = list(said.holders)
        details |= {
            "from": instant_text(said.counts_from),
            "holders": holders,
            "answer_by": instant_text(said.answer_by),
        }
        return Act(ActKind.RECALLED, caller, details)
    assert isinstance(said, Deleted)
    details |= {"deleted": instant_text(said.at), "kept": bool(said.kept)}
    return Act(ActKind.DELETION_STATED, caller, details)
