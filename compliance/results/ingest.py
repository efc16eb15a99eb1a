"""Logs judged into a results database: what is kept already is not read again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from ...engine.audit.postgres import PostgresSource
from ...engine.audit.reader import SearchLog
from ...engine.audit.repeats import Repeats
from ...engine.audit.review import Reviewer
from .keeping import SourceKeeper
from .writing import Kept, Results

Progress = Callable[[SearchLog, Iterable[int]], None]


@dataclass(slots=True)
class Ingest:
    """Judges logs, one after the other, and keeps their rows.

    Args:
        results: Where rows are kept.
        reviewer: Who judges.
        tell: Tells the user what to know of a source, in words.
    """

    results: Results
    reviewer: Reviewer
    tell: Callable[[str], None]

    def add(self, logs: Sequence[SearchLog], progress: Progress) -> None:
        """Judge logs and keep their rows, unless they are kept already.

        Args:
            logs: The logs. Those of which rows are kept already come first.
            progress: Runs through the lines of a log that are reached.

        Raises:
            LogError: One cannot be read to its end; what was read stands.
            ResultsError: It cannot be written; what was written before stands.
        """
        given = {(log.name, log.sha256) for log in logs}
        for log in logs:  # so that what no run came to is known to be missing
            self._begin(log, given)
        begun = [self.results.begun(log.name, log.sha256) for log in logs]
        parts = {each.id for each in begun if each is not None and each.state == "reading"}
        started = {each.id for each in begun if each is not None and each.last_line}
        self.reviewer.repeats = Repeats(start=self.results.secret.start("searches"))
        self.results.remember(self.reviewer.repeats, parts)
        known = zip(logs, begun, strict=True)
        for log, _ in sorted(known, key=lambda each: each[1] is None or each[1].id not in started):
            self._add(log, progress)

    def _add(self, log: SearchLog, progress: Progress) -> None:
        kept = self._begun(log)
        if kept is None:
            return
        table = log.source if isinstance(log.source, PostgresSource) else None
        is_utc = log.layout.time_zone == "utc"
        keeper = SourceKeeper(self.results, kept, is_utc=is_utc, table=table)
        progress(log, self.reviewer.read(log, keeper))
        keeper.end(is_whole=not log.source.has_changed())

    def _begin(self, log: SearchLog, given: Collection[tuple[str, str]]) -> None:
        """Know a log as a source, before the first of its lines is read."""
        if self.results.begun(log.name, log.sha256) is not None:
            return
        for number, state, digest in self.results.others_named(log.name, log.sha256):
            if (log.name, digest) in given:
                continue
            self.tell(
                f"{log.name}: its bytes have changed since it was read (SHA-256 {digest[:12]}, now "
                f"{log.sha256[:12]}); it is read as another source, and searches that both hold "
                "count once, as they were read first"
            )
            if state == "reading":
                self.results.cut(number)
        self.results.begin(log, log.name)

    def _begun(self, log: SearchLog) -> Kept | None:
        """The source that a log is; None if it is whole already."""
        kept = self.results.begun(log.name, log.sha256)
        assert kept is not None, "every log is begun before one is read"
        if kept.state == "whole":
            self.tell(f"{log.name}: is kept already ({kept.rows:,} rows); not read again")
            return None
        if kept.last_line:
            self.tell(f"{log.name}: goes on after line {kept.last_line:,}")
        return kept
