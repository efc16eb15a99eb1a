"""Statements on file, and the proof that they give to a question."""

from __future__ import annotations

import datetime
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from securesystemslib.signer import Key

from ..proof import Discharged, Proof, ProvenFact, ProvenPaper, Reviewed, Subject
from ..refusal import RefusedCallError
from .database import Database
from .envelopes import Sealed, opened
from .known import Known
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

MOST_KEPT = 5_000  # statements that are kept in memory; each takes some three kilobytes
_FOLLOWED = 10_000  # statements at most that are taken in one by one


@dataclass(slots=True)
class _Row:
    """A statement as it lies on file; opened when a question first meets it."""

    id: str
    place: str
    envelope: bytes
    expires: int
    withdrawn: bool
    verified: tuple[Sealed, Key] | None = field(default=None)


class Proofs(Mirror):
    """Every statement on file, by what it is about (``ProofOnFile``).

    About what there is any is known without asking the disk. The statements themselves are read
    when a question meets them, and those met lately are kept.
    """

    def __init__(self, database: Database, signers: Signers, most: int, most_kept: int) -> None:
        """Know the statements of a store.

        Args:
            database: The store.
            signers: The register of signers, as it is at any moment.
            most: Of how many it is known without asking; if there are more, all are asked for.
            most_kept: How many are kept in memory.
        """
        super().__init__(database, Part.STATEMENTS)
        self._signers = signers
        self._most, self._most_kept = most, most_kept
        self._places = Known(most)
        self._kept: dict[str, list[_Row]] = {}
        self._count = 0  # of those kept
        self._last = 0

    # Questions -------------------------------------------------------------------------------

    def about(self, subject: Subject, now: datetime.datetime) -> Proof | None:
        """The proof on file about a question, or None if there is none.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        places = self._places
        if places.is_empty:
            return None
        place = f"request:{subject.digest.hex()}"
        found = [*self._rows(place)] if places.may_hold(place) else []
        if subject.case and places.may_hold(place := f"case:{subject.requester} {subject.case}"):
            found += self._rows(place)
        for paper in subject.instruments:
            if places.may_hold(place := f"instrument:{paper}"):
                found += self._rows(place)
        return self._proof(found, subject.owner, stamp(now)) if found else None

    def of_release(self, place: str) -> Sequence[Weighed]:
        """The statements about one release that count, by its place.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        self.renew()
        return self._counting(self._rows(place)) if self._places.may_hold(place) else ()

    def of_releases(self) -> Sequence[Weighed]:
        """The statements about all releases that count; read from the disk.

        Raises:
            RefusedCallError: It cannot be told; UNAVAILABLE.
        """
        with self._database.reading() as connection:
            places = [
                place
                for (place,) in connection.execute(
                    "SELECT DISTINCT subject FROM statements WHERE substr(subject, 1, ?) = ?",
                    (len(RELEASE), RELEASE),
                )
            ]
            rows = [row for place in places for row in _read(connection, place)]
        return self._counting(rows)

    def _counting(self, rows: Iterable[_Row]) -> Sequence[Weighed]:
        return [weighed for row in rows if (weighed := self._weighed(row)) is not None]

    def _rows(self, place: str) -> Sequence[_Row]:
        """The statements about something.

        Raises:
            RefusedCallError: They cannot be read; UNAVAILABLE.
        """
        rows = self._kept.get(place)
        if rows is None:
            with self._lock, self._database.reading() as connection:  # nothing comes in meanwhile
                rows = _read(connection, place)
                if place not in self._kept:
                    self._keep(place, rows)
        return rows

    def _keep(self, place: str, rows: list[_Row]) -> None:
        if self._count + len(rows) > self._most_kept:
            self._kept, self._count = {}, 0
        if 0 < len(rows) <= self._most_kept:
            self._kept[place] = rows
            self._count += len(rows)

    def _proof(self, rows: Iterable[_Row], owner: str, now: int) -> Proof | None:
        """The proof that rows give together."""
        counting = [
            (weighed, row.withdrawn)
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
        """Read what has come since the last time, or about what there are statements at all."""
        (top,) = connection.execute("SELECT coalesce(max(seq), 0) FROM statements").fetchone()
        if anew or top - self._last > _FOLLOWED:
            places = Known(self._most)
            rows = connection.execute("SELECT subject FROM statements LIMIT ?", (places.room,))
            for (place,) in rows:
                places.add(place)
            self._places, self._kept, self._count = places, {}, 0
        else:
            rows = connection.execute(
                "SELECT kind, subject FROM statements WHERE seq > ?", (self._last,)
            )
            for kind, place in rows:
                self._follow(kind, place)
        self._last = top

    def _follow(self, kind: str, place: str) -> None:
        """Take in one statement that has come: what is kept of its subject is read again."""
        if kind == StatementKind.WITHDRAWAL.value:
            _, _, id_ = place.partition(":")
            stale = [each for each, rows in self._kept.items() if any(r.id == id_ for r in rows)]
        else:
            self._places.add(place)
            stale = [place] if place in self._kept else []
        for each in stale:
            self._count -= len(self._kept.pop(each))


def _read(connection: sqlite3.Connection, place: str) -> list[_Row]:
    """The statements about something as they lie on file."""
    rows = connection.execute(
        "SELECT id, envelope, expires, EXISTS (SELECT 1 FROM statements AS other "
        "WHERE other.subject = 'statement:' || statements.id AND other.kind = ?) "
        "FROM statements WHERE subject = ? AND kind <> ? ORDER BY seq",
        (StatementKind.WITHDRAWAL.value, place, StatementKind.WITHDRAWAL.value),
    ).fetchall()
    return [
        _Row(id_, place, envelope, expires, bool(withdrawn))
        for id_, envelope, expires, withdrawn in rows
    ]


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
