"""Statements on file, and the proof that they give to a question."""

from __future__ import annotations

import datetime
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from securesystemslib.signer import Key

from ..proof import Discharged, Proof, ProvenFact, ProvenPaper, Reviewed, Subject
from ..refusal import RefusedCallError
from .database import Database
from .envelopes import Sealed, opened
from .mirror import Mirror
from .moments import FOR_GOOD, stamp
from .signers import Signers
from .statements import (
    RELEASE,
    OfRequest,
    SaidDuty,
    SaidFact,
    SaidInstrument,
    SaidReview,
    Statement,
    StatementKind,
)
from .watch import Part
from .weighing import Weighed, weigh


@dataclass(slots=True)
class _Row:
    """A statement as it lies on file; opened when a question first meets it."""

    id: str
    place: str
    envelope: bytes
    expires: int
    verified: tuple[Sealed, Key] | None = field(default=None)


@dataclass(slots=True)
class _Index:
    """What lies on file: statements by what they are about, and the ids of those taken back.

    Those about releases are apart: no question is proven by them.
    """

    rows: defaultdict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    releases: defaultdict[str, list[_Row]] = field(default_factory=lambda: defaultdict(list))
    withdrawn: set[str] = field(default_factory=set[str])
    last: int = 0


class Proofs(Mirror):
    """Every statement on file, by what it is about (``ProofOnFile``)."""

    def __init__(self, database: Database, signers: Signers) -> None:
        """Keep the statements of a store in memory.

        Args:
            database: The store.
            signers: The register of signers, as it is at any moment.
        """
        super().__init__(database, Part.STATEMENTS)
        self._signers = signers
        self._index = _Index()

    # Questions -------------------------------------------------------------------------------

    def about(self, subject: Subject, now: datetime.datetime) -> Proof | None:
        """The proof on file about a question, or None if there is none.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        index = self._index
        if not index.rows:
            return None
        found = index.rows.get(f"request:{subject.digest.hex()}", [])
        if subject.case:
            found = [*found, *index.rows.get(f"case:{subject.requester} {subject.case}", ())]
        for paper in subject.instruments:
            found = [*found, *index.rows.get(f"instrument:{paper}", ())]
        return self._proof(found, index.withdrawn, subject.owner, stamp(now)) if found else None

    def of_release(self, place: str) -> Sequence[Weighed]:
        """The statements about one release that count, by its place.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        return self._counting(self._index.releases.get(place, ()))

    def of_releases(self) -> Sequence[Weighed]:
        """The statements about all releases that count.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        return self._counting(row for rows in list(self._index.releases.values()) for row in rows)

    def _counting(self, rows: Iterable[_Row]) -> Sequence[Weighed]:
        return [weighed for row in rows if (weighed := self._weighed(row)) is not None]

    def _proof(
        self, rows: Iterable[_Row], withdrawn: set[str], owner: str, now: int
    ) -> Proof | None:
        """The proof that rows give together."""
        counting = [
            (weighed, row.id in withdrawn)
            for row in rows
            if row.expires > now and (weighed := self._weighed(row)) is not None
        ]
        if not counting:
            return None
        return together(sorted(counting, key=lambda each: _standing(each[0], owner)))

    def _weighed(self, row: _Row) -> Weighed | None:
        """The weight of a statement as the register stands now; None if it has none.

        Its signature is verified once; the register is asked every time.
        """
        try:
            if row.verified is None:
                sealed = opened(row.envelope)
                said = sealed.statement
                if (sealed.id, said.subject.place, _end(said)) != (row.id, row.place, row.expires):
                    return None  # not the statement that was taken in
                weighed = weigh(sealed, self._signers)
                row.verified = sealed, weighed.key
                return weighed
            sealed, key = row.verified
            return weigh(sealed, self._signers, verified_with=key)
        except RefusedCallError:
            return None

    # Filing ----------------------------------------------------------------------------------

    def keep(self, weighed: Weighed, envelope: bytes, now: datetime.datetime) -> None:
        """Keep a statement for good: on the disk when this returns. Once more changes nothing.

        Raises:
            RefusedCallError: It cannot be kept; UNAVAILABLE.
        """
        statement = weighed.statement
        with self._database.writing(Part.STATEMENTS) as connection:
            connection.execute(
                "INSERT INTO statements (id, kind, subject, envelope, received, expires) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
                (
                    weighed.id,
                    statement.kind.value,
                    statement.subject.place,
                    envelope,
                    stamp(now),
                    _end(statement),
                ),
            )

    def find(self, statement_id: str) -> Sealed | None:
        """A statement on file by its id, and None if there is none.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        with self._database.reading() as connection:
            row = connection.execute(
                "SELECT envelope FROM statements WHERE id = ?", (statement_id,)
            ).fetchone()
        return opened(row[0]) if row else None

    def forget(self, before: datetime.datetime) -> int:
        """Forget statements that expired before a moment, and what withdrew them; how many.

        Raises:
            RefusedCallError: The store cannot be written; UNAVAILABLE.
        """
        with self._database.writing(Part.STATEMENTS) as connection:
            gone = connection.execute(
                "DELETE FROM statements WHERE expires < ?", (stamp(before),)
            ).rowcount
            gone += connection.execute(
                "DELETE FROM statements WHERE kind = ? AND received < ? AND "
                "substr(subject, 11) NOT IN (SELECT id FROM statements WHERE kind <> ?)",
                (StatementKind.WITHDRAWAL.value, stamp(before), StatementKind.WITHDRAWAL.value),
            ).rowcount
        return gone

    def take_in(self, connection: sqlite3.Connection, *, anew: bool) -> None:
        """Read the statements that have come since the last time, or all of them."""
        index = _Index() if anew else self._index
        rows = connection.execute(
            "SELECT seq, id, kind, subject, envelope, expires FROM statements WHERE seq > ? "
            "ORDER BY seq",
            (index.last,),
        )
        for seq, id_, kind, place, envelope, expires in rows:
            if kind == StatementKind.WITHDRAWAL.value:
                index.withdrawn.add(place.partition(":")[2])
            elif place.startswith(RELEASE):
                index.releases[place].append(_Row(id_, place, envelope, expires))
            else:
                index.rows[place].append(_Row(id_, place, envelope, expires))
            index.last = seq
        self._index = index


def _end(statement: Statement) -> int:
    """Until when a statement counts, as the store keeps it."""
    return stamp(statement.expires) if statement.expires else FOR_GOOD


def _standing(weighed: Weighed, owner: str) -> tuple[bool, bool, datetime.datetime]:
    """Where a statement stands among others about the same: of two papers the later counts.

    Whoever issued a paper, and the owner whose data it is to open, come after anyone else; what is
    said for this request comes after what is said for any; then the newer after the older.
    """
    statement = weighed.statement
    issuer = isinstance(statement.said, SaidInstrument) and statement.said.fields.get("from")
    return (
        weighed.by.agency in (owner, issuer),
        isinstance(statement.subject, OfRequest),
        statement.issued,
    )


def together(counting: Iterable[tuple[Weighed, bool]]) -> Proof:
    """Statements, each with whether it was taken back, as proof; reviews taken back are none."""
    facts: list[ProvenFact] = []
    papers: list[ProvenPaper] = []
    reviews: list[Reviewed] = []
    duties: list[Discharged] = []
    for weighed, withdrawn in counting:
        match weighed.statement.said:
            case SaidFact():
                facts.append(_fact(weighed, weighed.statement.said, withdrawn=withdrawn))
            case SaidInstrument(id, fields):
                papers.append(ProvenPaper(id, fields, weighed.by, withdrawn))
            case SaidReview(rule, cleared) if not withdrawn:
                reviews.append(Reviewed(rule, cleared, weighed.by))
            case SaidDuty(duty) if not withdrawn:
                duties.append(Discharged(duty, weighed.by))
            case _:
                pass
    return Proof(tuple(facts), tuple(papers), tuple(reviews), tuple(duties))


def _fact(weighed: Weighed, said: SaidFact, *, withdrawn: bool) -> ProvenFact:
    statement, level = weighed.statement, weighed.level
    assert statement.expires is not None  # every fact has a level and an end: reading.py
    assert level is not None
    return ProvenFact(
        said.fact,
        said.value,
        level.value,
        weighed.by,
        said.about,
        statement.issued,
        statement.expires,
        withdrawn,
    )
