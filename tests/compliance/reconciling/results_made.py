"""Small results databases and logs of decisions, made by hand."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from platelaw.compliance.results.store import create
from platelaw.compliance.results.tables import insert_rows
from platelaw.federation.log.store import Group, Head
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import log_pb2 as log
from platelaw.federation.v1 import question_pb2 as q

OWN, OTHER = "CT/example-pd", "CT/neighbor-pd"
START = datetime.datetime(2026, 11, 2, 12)
_SEARCH = (
    *("id", "source", "line", "last_line", "earliest", "latest", "repeated", "search_id"),
    *("organization", "account", "reason", "category", "case_number", "kind", "moderation"),
    *("networks", "frame_first", "plate_state", "is_partial"),
)


@dataclass(frozen=True)
class Row:
    """A search: seconds after the start, its id, who made it."""

    at: float
    id: str | None = None
    body: str = OWN
    networks: int = 244
    reason: str = "stolen"
    frame_first: datetime.datetime | None = None
    repeated: int = 0


def results(
    path: Path, rows: Sequence[Row], *, owner: str = OWN, own_searches: bool = False,
    state: str = "whole", simulated: bool = False,
) -> Path:  # fmt: skip
    """A results database of some searches."""
    own = "yes" if own_searches else "no"
    about = {"owner": owner, "own_searches": own, "zone": "America/New_York",
             "simulated": "yes" if simulated else "no"}  # fmt: skip
    opened = create(path, about)
    bodies = list(dict.fromkeys(row.body for row in rows))
    cells = [(1, "user", "value", "token"), (2, "category", "blank", ""),
             (3, "reason", "value", "stolen"), (4, "reason", "value", "removal"),
             *((at, "organization", "value", body)
               for at, body in enumerate(bodies, 10))]  # fmt: skip
    for number, name, told, value in cells:
        opened.execute(
            "INSERT INTO cell VALUES (?, ?, ?, ?, '', false)", [number, name, told, value]
        )
    opened.execute("INSERT INTO indicated VALUES (4, 'immigration_enforcement', true, 'removal')")
    for at, body in enumerate(bodies, 10):
        relation = "own" if body == owner else "same state"
        opened.execute(
            "INSERT INTO requester VALUES (?, ?, 'CT', [], ?, '', [])", [at, body, relation]
        )
    opened.execute(
        "INSERT INTO source VALUES (1, 'export.csv', '00', 1, 'x', [], [], ?, ?, 0, 1, NULL, NULL)",
        [state, len(rows)],
    )
    moments = [START + datetime.timedelta(seconds=row.at) for row in rows]
    insert_rows(opened, "search", _SEARCH, (
        (n, 1, n + 1, n + 1, at, at, row.repeated, row.id, 10 + bodies.index(row.body), 1,
         4 if row.reason == "removal" else 3, 2, 2, 2, 2, row.networks, row.frame_first, 0, False)
        for n, (row, at) in enumerate(zip(rows, moments, strict=True), 1)
    ))  # fmt: skip
    opened.close()
    return path


@dataclass
class Log:
    """A log of decisions in memory (``Records``)."""

    entries: list[bytes] = field(default_factory=list[bytes])
    known: dict[bytes, bytes] = field(default_factory=dict[bytes, bytes])

    def answer(
        self, at: float, request_id: str, outcome: int = a.OUTCOME_PERMIT, *, requester: str = OWN,
        owner: str = OTHER, since: str = "", plainly: Sequence[str] = (), act: str = "search",
    ) -> None:  # fmt: skip
        """Write an answer."""
        question = q.Question(requester=requester, owner=owner, act=act)
        if since:
            question.period.since = since
        circumstances = log.Circumstances(question=question, reason=log.STATED_TEXT)
        if plainly:
            circumstances.seen.add(plainly=plainly)
        text = circumstances.SerializeToString()
        digest = str(hash(text)).encode()
        self.known[digest] = text
        entry = log.LogEntry(
            answer=log.AnswerEntry(request_id=request_id, outcome=outcome, circumstances=digest)  # type: ignore[arg-type]
        )
        moment = START + datetime.timedelta(seconds=at)
        entry.at.FromDatetime(moment)
        if outcome == a.OUTCOME_PERMIT:
            entry.answer.valid_until.FromDatetime(moment + datetime.timedelta(seconds=30))
        self.entries.append(entry.SerializeToString())

    def head(self) -> Head:
        raise NotImplementedError

    def groups(self, first: int, end: int) -> Iterator[Group]:
        yield Group(first, tuple(self.entries[first:end]), (), (), 0)

    def circumstances(self, digest: bytes) -> bytes | None:
        return self.known.get(digest)

    def tile(self, level: int, index: int) -> bytes | None:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing is open."""
