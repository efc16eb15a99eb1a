"""A results database that is written: in transactions, each with all that its rows point to.

What a transaction holds is there or is not, whenever the process ends. So a run that was broken off
leaves whole rows and, for each source, the line after which reading goes on.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ...engine.audit.beside import OtherReview
from ...engine.audit.findings import LogAbout
from ...engine.audit.reader import SearchLog
from ...engine.audit.repeats import Repeats
from ...engine.audit.review import Reviewer
from ...engine.audit.sources import Skipped
from ...engine.columns.texts import Hashes
from .cells import Cells
from .changes import write_changes
from .judgments import Judgments
from .meanings import Meanings
from .reviewing import digest_of
from .secret import Secret, make_secret, read_secret
from .store import ResultsError, create, duckdb_errors, is_interruption, open_results
from .tables import Pending, arrow, insert

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ROWS = 4 * 122_880  # of a transaction: whole groups of DuckDB, which go straight to the file
_MEMORY = "512MB"
_THREADS = 1


@dataclass(slots=True)
class Kept:
    """A source as far as it is kept.

    Attributes:
        faults: How many faults of it are kept.
    """

    id: int
    state: str
    rows: int = 0
    repeated: int = 0
    last_line: int = 0
    first_search: int | None = None
    last_search: int | None = None
    faults: int = 0


class Results:
    """A results database open for writing, by one process."""

    def __init__(self, path: Path, connection: DuckDBPyConnection, secret: Secret,
                 reviewer: Reviewer) -> None:  # fmt: skip
        """Know what the database holds."""
        self.path = path
        self.secret = secret
        self.connection = connection
        self.pending = Pending()
        self.cells = Cells(secret)
        self.judgments = Judgments(reviewer, self.pending)
        self.meanings = Meanings(reviewer, self.pending)
        self._chunks: list[Any] = []
        self._seen: list[tuple[int, Hashes]] = []
        self._waiting = 0
        self._changed: dict[int, Kept] = {}
        connection.execute(f"SET memory_limit = '{_MEMORY}'")
        connection.execute(f"SET threads = {_THREADS}")
        self.cells.load(connection)
        self.judgments.load(connection)
        self.next_search = 1 + (self._number("SELECT max(id) FROM search") or 0)

    def _number(self, question: str, *given: object) -> int | None:
        row = self.connection.execute(question, list(given)).fetchone()
        return row[0] if row else None

    # Sources -----------------------------------------------------------------------------------

    def begun(self, name: str, digest: str) -> Kept | None:
        """A source of these bytes under this name, if one was begun."""
        row = self.connection.execute(
            """
            SELECT id, state, rows, repeated, last_line, epoch_us(first_search),
                epoch_us(last_search), (SELECT count(*) FROM fault WHERE source = s.id)
            FROM source s WHERE name = ? AND digest = ? AND state <> 'cut'
            """, [name, digest],
        ).fetchone()  # fmt: skip
        return Kept(*row) if row else None

    def others_named(self, name: str, digest: str) -> list[tuple[int, str, str]]:
        """Sources of other bytes under this name: number, state and digest."""
        return self.connection.execute(
            "SELECT id, state, digest FROM source WHERE name = ? AND digest <> ? ORDER BY id",
            [name, digest],
        ).fetchall()

    def begin(self, log: SearchLog, name: str) -> Kept:
        """A source that nothing was read of."""
        kept = Kept(1 + (self._number("SELECT max(id) FROM source") or 0), "reading")
        about = LogAbout.of(log)
        self.pending.add(
            "source", kept.id, name, about.sha256, log.source.size, about.layout,
            list(log.header), [field.value for field in sorted(about.absent)], kept.state,
            0, 0, 0, None, None,
        )  # fmt: skip
        self.pending.add("source_text", kept.id, about.encoding)
        if not self._number("SELECT 1 FROM layout WHERE name = ?", about.layout):
            self.pending.add("layout", about.layout, about.title, about.status)
        self.write()
        return kept

    def cut(self, source: int) -> None:
        """A source that cannot be read on, since its bytes are others now."""
        self.connection.execute("UPDATE source SET state = 'cut' WHERE id = ?", [source])

    def remember(self, repeats: Repeats, without: Iterable[int]) -> None:
        """Tell the searches of sources that were read before, without some."""
        found = self.connection.execute(
            "SELECT key FROM seen WHERE source NOT IN (SELECT unnest(?::INTEGER[]))",
            [list(without)],
        )
        repeats.next_file()
        repeats.remember(np.asarray(found.fetchnumpy()["key"], np.uint64))

    # Rows --------------------------------------------------------------------------------------

    def take(self, kept: Kept, rows: Mapping[str, Any], keys: Hashes) -> None:
        """Rows of a source, and what tells their searches from others."""
        chunk = arrow().table(dict(rows))
        self._chunks.append(chunk)
        self._seen.append((kept.id, keys[keys != 0]))
        self._waiting += len(chunk)
        self.next_search += len(chunk)
        self._changed[kept.id] = kept
        if self._waiting >= ROWS:
            self.write()

    def note_change(self, kept: Kept) -> None:
        """What is kept of a source is another than before."""
        self._changed[kept.id] = kept

    def write(self) -> None:
        """Write all that waits, in one transaction.

        Raises:
            ResultsError: It cannot be written; what was written before stands.
        """
        with self.writing():
            self.pending.write(self.connection)
            self.cells.write(self.connection)
            self._write_rows()
            for kept in self._changed.values():
                self._update(kept)
        self._changed.clear()

    @contextlib.contextmanager
    def writing(self) -> Generator[None]:
        """One transaction; what goes wrong with it in words."""
        try:
            self.connection.begin()
            yield
            self.connection.commit()
        except duckdb_errors() as fault:
            if is_interruption(fault):
                raise KeyboardInterrupt from None
            raise ResultsError(
                f"{self.path}: cannot be written: {str(fault).splitlines()[0]}",
                "what was written before stands: make room on the disk, then run the same "
                "command again, and it goes on from there",
            ) from None

    def _write_rows(self) -> None:
        if self._chunks:
            pa = arrow()
            insert(self.connection, "search", pa.concat_tables(self._chunks))
            sources = [np.full(len(keys), source, np.int32) for source, keys in self._seen]
            keys = np.concatenate([keys for _, keys in self._seen])
            seen = pa.table({"source": np.concatenate(sources), "key": keys})
            insert(self.connection, "seen", seen)
        self._chunks.clear()
        self._seen.clear()
        self._waiting = 0

    def _update(self, kept: Kept) -> None:
        self.connection.execute(
            """
            UPDATE source SET state = ?, rows = ?, repeated = ?, last_line = ?,
                first_search = make_timestamp(?::BIGINT), last_search = make_timestamp(?::BIGINT)
            WHERE id = ?
            """,
            [kept.state, kept.rows, kept.repeated, kept.last_line, kept.first_search,
             kept.last_search, kept.id],
        )  # fmt: skip

    # Beside ------------------------------------------------------------------------------------

    def keep_beside(self, others: list[OtherReview], not_read: list[Skipped]) -> None:
        """Exports that hold no searches, and parts of files that are none; each once."""
        known = set(self.connection.execute("SELECT name, digest FROM beside").fetchall())
        number = self._number("SELECT count(*) FROM beside") or 0
        for other in others:
            if (other.name, other.sha256) in known:
                continue
            number += 1
            self.pending.add(
                "beside", number, other.name, other.sha256, other.kind.name, other.records,
                json.dumps(other.counts),
            )  # fmt: skip
            self.pending.add_all("beside_fault", [
                (number, fault.line, fault.field, fault.message, fault.help)
                for fault in other.faults
            ])  # fmt: skip
        parts = set(self.connection.execute("SELECT name, why FROM not_read").fetchall())
        self.pending.add_all("not_read", [
            (part.name, part.why) for part in not_read if (part.name, part.why) not in parts
        ])  # fmt: skip
        self.write()

    def keep_notes(self, notes: Iterable[str]) -> list[str]:
        """What is to be said of the audit as a whole, in place of what was said before.

        Columns that came or went are found and told with it.

        Returns:
            All that is said.
        """
        with self.writing():
            said = [*notes, *write_changes(self.connection)]
            self.connection.execute("DELETE FROM note")
            self.connection.execute("INSERT INTO note SELECT unnest(?::TEXT[])", [said])
        return said

    def close(self) -> None:
        """Close the file; what waits is lost."""
        with contextlib.suppress(*duckdb_errors()):
            self.connection.close()


def open_to_write(path: Path, reviewer: Reviewer, version: str) -> Results:
    """A results database to add to, made if there is none.

    Args:
        path: Where it lies or is to lie.
        reviewer: Who judges what is added.
        version: Of platelaw.

    Raises:
        ResultsError: It cannot be used, or was made under another law or of another agency.
    """
    arrow()
    about = _about(reviewer)
    if not path.exists():
        secret = make_secret(path)
        create(
            path, {**about, "platelaw": version, "secret": secret.mark}, reviewer.days_of_change()
        ).close()
    connection = open_results(path, read_only=False)
    try:
        held = dict(connection.execute("SELECT name, value FROM about").fetchall())
        _compare(path, held, about)
        return Results(path, connection, read_secret(path, held["secret"]), reviewer)
    except ResultsError:
        connection.close()
        raise


def _about(reviewer: Reviewer) -> dict[str, str]:
    """What the judgments of a reviewer depend on."""
    return {
        "owner": reviewer.owner.key,
        "simulated": _said(reviewer.simulated),
        "own_searches": _said(reviewer.own_searches),
        "policies": reviewer.engine.library.digest,
        "registry": digest_of(reviewer.engine.registry),
        "zone": reviewer.judge.zone,
    }


def _said(yes: bool) -> str:
    return "yes" if yes else "no"


_TOLD = {
    "own_searches": "it was made with another answer to whether the searches are the agency's own "
    "(--own-searches)",
    "simulated": "it was made with another answer to whether the log is foreign (--as-if-owner)",
}
_MENDS = {
    "owner": "name another file for the logs of another agency",
    "simulated": "name another file for an audit under --as-if-owner",
    "own_searches": "name another file with --results: with --own-searches, all is judged anew",
    "policies": "the policies have changed: judge the logs again into a new file",
    "registry": "the registry has changed: judge the logs again into a new file",
    "zone": "the policies have changed: judge the logs again into a new file",
}


def _compare(path: Path, held: Mapping[str, str], about: Mapping[str, str]) -> None:
    """See that results are of the same agency and law."""
    for name, value in about.items():
        if held.get(name) != value:
            told = _TOLD.get(name, f"its results are of another {name}")
            raise ResultsError(
                f"{path}: {told}: {held.get(name, 'none')[:40]}, now {value[:40]}", _MENDS[name]
            )
