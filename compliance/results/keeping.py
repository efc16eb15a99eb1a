"""One source on its way into a results database."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...engine.audit.batch import Batch
from ...engine.audit.errors import LogFault
from ...engine.audit.keeper import JudgedRows
from ...engine.audit.layouts import Field
from ...engine.audit.postgres import PostgresSource
from ...engine.audit.repeats import Repeated
from ...engine.columns.coded import Ints
from .cells import KEPT
from .searches import columns_of_rows, untimed
from .tables import arrow
from .writing import Kept, Results

_MOST_FAULTS = 100_000  # that wait to be written
# What finds a row in a table of PostgreSQL again. Only there if such a table was read.
_ROW_KEYS = """
CREATE TABLE IF NOT EXISTS row_key (
    source INTEGER NOT NULL, line BIGINT NOT NULL, "key" TEXT NOT NULL
)
"""
_AGAIN = (Repeated.ELSEWHERE, Repeated.COPY)


class SourceKeeper:
    """Keeps the rows of one source; what an earlier run has kept of it is passed over."""

    def __init__(
        self, results: Results, kept: Kept, *, is_utc: bool, table: PostgresSource | None = None
    ) -> None:
        """Begin after what is kept.

        Args:
            results: Where to.
            kept: The source as far as it is kept.
            is_utc: Whether a time without a zone is UTC in it.
            table: The source, if it tells the keys of its rows.
        """
        if table is not None:
            results.connection.execute(_ROW_KEYS)
        self._table = table
        self._results = results
        self._kept = kept
        self._is_utc = is_utc
        self._done = kept.last_line
        self._faults = 0

    def has(self, batch: Batch) -> bool:
        """Whether all these rows are kept already."""
        return int(batch.last_lines[-1]) <= self._done

    def keep(self, batch: Batch, judged: JudgedRows) -> None:
        """Take in rows."""
        rows = np.flatnonzero(batch.last_lines > self._done)
        results, kept = self._results, self._kept
        first = results.next_search
        columns: dict[str, Any] = {
            "id": np.arange(first, first + len(rows)),
            "source": np.full(len(rows), kept.id, np.int32),
            **columns_of_rows(batch, rows, is_utc=self._is_utc),
        }
        for field, name in KEPT.items():
            numbers, new = results.cells.of(batch, field)
            columns[name] = numbers[rows].astype(np.int32)
            if field is Field.REASON and judged.said is not None:
                new = {each: new[each] for each in set(numbers[judged.said].tolist()) & new.keys()}
            results.meanings.tell(field, new)
        columns["judgment"] = self._judgments(batch, judged, rows)
        results.pending.add_all("untimed", [
            (first + place, state) for place, state in untimed(batch, rows)
        ])  # fmt: skip
        if self._table is not None:
            keys = self._table.keys_of(batch.lines[rows].tolist())
            results.pending.add_all("row_key", [(kept.id, line, key) for line, key in keys])
        self._count(batch, rows)
        results.take(kept, columns, batch.keys[rows])

    def _judgments(self, batch: Batch, judged: JudgedRows, rows: Ints) -> Any:
        pa = arrow()
        of_rows = np.zeros(len(batch), np.int64)
        of_rows[judged.rows] = self._results.judgments.of(judged.answers)
        found = of_rows[rows]
        return pa.array(found, pa.int32(), mask=found == 0)

    def _count(self, batch: Batch, rows: Ints) -> None:
        kept, moments = self._kept, batch.moments
        kept.rows += len(rows)
        kept.repeated += int(np.isin(batch.repeated[rows], _AGAIN).sum())
        kept.last_line = int(batch.last_lines[-1])
        timed = rows[moments.known[rows]]
        if len(timed):
            first, last = int(moments.earliest[timed].min()), int(moments.latest[timed].max())
            kept.first_search = min(first, kept.first_search or first)
            kept.last_search = max(last, kept.last_search or last)

    def note(self, fault: LogFault) -> None:
        """Take in what is to be said of a record or of the log."""
        self._faults += 1
        if self._faults > self._kept.faults:
            self._results.pending.add(
                "fault", self._kept.id, fault.line, fault.last_line or fault.line, fault.field,
                fault.kind.value, fault.message, fault.help,
            )  # fmt: skip
            if self._faults % _MOST_FAULTS == 0:
                self._results.write()

    def end(self, *, is_whole: bool) -> None:
        """The source is read to its end.

        Args:
            is_whole: Whether it is still what was opened; else it is to be read again.
        """
        self._kept.state = "whole" if is_whole else "cut"
        self._results.note_change(self._kept)
        self._results.write()
