"""The handlers of EvidenceService: statements are taken in, and what waits is listed.

What becomes of a statement depends on the statement, the register of signers and the policies in
use, never on whether data exist.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from ...engine.decision import Engine
from ..call import Call, Handler, Handlers
from ..caller import OVERSEERS
from ..log.acts import Record
from ..messages import read
from ..proof import Held
from ..refusal import RefusedCallError, Status
from ..snapshot import Snapshots
from ..v1 import evidence_pb2 as e
from ..v1.answer_pb2 import Hold
from .concern import case_of, papers_of
from .envelopes import opened
from .fields import refuse
from .releases import Unanswered, act_of
from .signers import Signers
from .statements import (
    FOR_GOOD,
    OfCase,
    OfInstrument,
    OfRelease,
    OfRequest,
    OfStatement,
    Statement,
    StatementKind,
)
from .store import EvidenceStore
from .waiting import Reader
from .weighing import Weighed, check_arrival, may_take_back, weigh
from .words import check_words

SERVICE = "/platelaw.v1.EvidenceService"
PAGE = 100
_LOOKED_AT = 1000  # HOLDs that are looked at for one call
_TOKEN = re.compile(r"(\d{1,18})\.(\d{1,18})")
_Request: TypeAlias = e.SubmitRequest | e.ReviewRequest | e.DischargeDutyRequest | e.WithdrawRequest
_Response: TypeAlias = (
    e.SubmitResponse | e.ReviewResponse | e.DischargeDutyResponse | e.WithdrawResponse
)
_TAKE: Mapping[str, tuple[type[_Request], type[_Response]]] = {
    "Submit": (e.SubmitRequest, e.SubmitResponse),
    "Review": (e.ReviewRequest, e.ReviewResponse),
    "DischargeDuty": (e.DischargeDutyRequest, e.DischargeDutyResponse),
    "Withdraw": (e.WithdrawRequest, e.WithdrawResponse),
}
_WHERE = {
    StatementKind.FACT: "Submit",
    StatementKind.INSTRUMENT: "Submit",
    StatementKind.REVIEW: "Review",
    StatementKind.DUTY: "DischargeDuty",
    StatementKind.WITHDRAWAL: "Withdraw",
    StatementKind.RECALL: "Submit",
    StatementKind.DELETION: "Submit",
}


def handlers(
    store: EvidenceStore, signers: Signers, snapshots: Snapshots, record: Record | None = None
) -> Handlers:
    """The handlers of the service, by full method name."""
    desk = Intake(store, signers, snapshots, record)
    return {
        **{f"{SERVICE}/{method}": desk.taking(method) for method in _TAKE},
        f"{SERVICE}/Pending": desk.pending,
    }


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes statements in.

    Attributes:
        store: Where they are kept.
        signers: The register of signers.
        snapshots: The policies and the registry in use.
        record: Records recalls and deletions in the log; None where there is none.
    """

    store: EvidenceStore
    signers: Signers
    snapshots: Snapshots
    record: Record | None = None

    def taking(self, method: str) -> Handler:
        """The handler of a method that takes statements in."""
        request, response = _TAKE[method]

        def take(call: Call, data: bytes) -> bytes:
            accepted = self._taken(call, read(request, data).envelope, method)
            return response(accepted=accepted).SerializeToString()

        return take

    def _taken(self, call: Call, envelope: bytes, method: str) -> e.Accepted:
        """Weigh a statement, keep it, and tell what became of it."""
        sealed = opened(envelope)
        kind = sealed.statement.kind
        if _WHERE[kind] != method:
            refuse(
                "payload/kind", f"`{kind.value}` is not for {method}", f"send it to {_WHERE[kind]}"
            )
        check_arrival(sealed, self.signers, call.now)
        weighed = weigh(sealed, self.signers)
        engine = self.snapshots.current.engine
        if kind is StatementKind.WITHDRAWAL:
            self._check_own(weighed)
        else:
            check_words(weighed, engine, self._waiting(weighed.statement))
        self.store.proofs.keep(weighed, envelope, call.now)
        self._record(call, weighed)
        return e.Accepted(
            statement_id=weighed.id,
            level=weighed.level.value if weighed.level else "",
            holds=[held.id for held in self._spoken_to(call, weighed.statement, engine)],
        )

    def _check_own(self, weighed: Weighed) -> None:
        """Only a voucher takes back a statement, or another of its agency and role."""
        subject = weighed.statement.subject
        assert isinstance(subject, OfStatement)
        earlier = self.store.proofs.find(subject.id)
        if earlier is None or not may_take_back(earlier.statement, weighed.by):
            raise RefusedCallError(
                Status.NOT_FOUND,
                "no statement of yours has this id; give the id that was told when it was taken "
                "in, and sign in the role in which it was given",
            )
        kind = earlier.statement.kind
        if kind in FOR_GOOD:
            mend = "state it anew, or release the data anew"
            refuse("payload/subject/statement", f"a {kind.value} counts for good", mend)

    def _record(self, call: Call, weighed: Weighed) -> None:
        """Record what was said of a release. It is on file before, and counts already.

        Raises:
            RefusedCallError: The log does not have it; sent again it is recorded.
        """
        act = act_of(weighed, call.caller.spiffe_id)
        if act is None or self.record is None:
            return
        try:
            self.record(act)
        except Exception as fault:
            raise RefusedCallError(
                Status.UNAVAILABLE,
                "the statement is on file and counts, but the log cannot be written now; send it "
                "again, so that it stands there too",
            ) from fault

    def _waiting(self, statement: Statement) -> Sequence[Held]:
        subject = statement.subject
        if not isinstance(subject, OfRequest):
            return ()
        return self.store.holds.of_request(bytes.fromhex(subject.digest))

    def _spoken_to(self, call: Call, statement: Statement, engine: Engine) -> Iterable[Held]:
        """The HOLDs to which a statement speaks, of those that the caller sees."""
        reader = Reader.of(call.caller, engine)
        if reader is None:
            return
        if isinstance(statement.subject, OfRequest):
            yield from filter(reader.sees, self._waiting(statement))
        elif not isinstance(statement.subject, OfStatement | OfRelease):
            for _, held in islice(self.store.holds.waiting(reader.whom), _LOOKED_AT):
                if _speaks_to(statement, held) and reader.sees(held):
                    yield held

    def pending(self, call: Call, data: bytes) -> bytes:
        """The HOLDs that the caller can settle or waits for, the most urgent first.

        Raises:
            RefusedCallError: The page is none.
        """
        request = read(e.PendingRequest, data)
        reader = Reader.of(call.caller, self.snapshots.current.engine)
        if reader is None:
            return e.PendingResponse().SerializeToString()
        recalls = () if request.page_token else self._recalls(reader)
        size = request.page_size or PAGE
        listed = self.store.holds.waiting(reader.whom, _place(request.page_token))
        page, last = _page(islice(listed, _LOOKED_AT + 1), reader, size)
        return e.PendingResponse(
            holds=[_shown(held, reader) for held in page],
            next_page_token="{}.{}".format(*last) if last else "",
            recalls=recalls,
        ).SerializeToString()

    def _recalls(self, reader: Reader) -> Iterable[e.PendingRecall]:
        """The recalls without answer that concern a reader, or all for who oversees."""
        key = reader.body.key
        for waits in islice(self.store.releases.unanswered(), _LOOKED_AT):
            if key in (waits.by, waits.holder) or reader.caller.role in OVERSEERS:
                yield _recall(waits, mine=key == waits.holder)


def _page(
    listed: Iterable[tuple[tuple[int, int], Held]], reader: Reader, size: int
) -> tuple[list[Held], tuple[int, int] | None]:
    """The HOLDs of one page, and the last place looked at; None if nothing comes after it.

    So many are looked at for one page and no more: it may be short, or empty, and others follow.
    """
    page: list[Held] = []
    last: tuple[int, int] | None = None
    for looked_at, (place, held) in enumerate(listed):
        sees = reader.sees(held)
        if looked_at == _LOOKED_AT or (sees and len(page) == size):
            return page, last
        if sees:
            page.append(held)
        last = place
    return page, None


def _speaks_to(statement: Statement, held: Held) -> bool:
    """Whether a statement about a case or an instrument counts for a held request."""
    match statement.subject:
        case OfCase(agency, number):
            return held.requester == agency and case_of(held) == number
        case OfInstrument(id_):
            return id_ in papers_of(held)
        case _:
            return False


def _place(token: str) -> tuple[int, int]:
    """Where a page begins."""
    if not token:
        return 0, 0
    found = _TOKEN.fullmatch(token)
    if found is None:
        refuse("page_token", "not one that was given", "send back `next_page_token`, or nothing")
    return int(found[1]), int(found[2])


def _recall(waits: Unanswered, *, mine: bool) -> e.PendingRecall:
    """A recall as its reader sees it."""
    shown = e.PendingRecall(
        release_id=waits.release_id,
        statement_id=waits.statement_id,
        owner=waits.by,
        holder=waits.holder,
        mine_to_answer=mine,
        why=waits.said.why,
    )
    shown.counts_from.FromDatetime(waits.said.counts_from)
    shown.answer_by.FromDatetime(waits.said.answer_by)
    return shown


def _shown(held: Held, reader: Reader) -> e.PendingHold:
    """A HOLD as a reader sees it."""
    shown = e.PendingHold(
        hold=Hold(id=held.id, owner=held.owner),
        request_id=held.request_id,
        request_digest=held.digest,
        requester=held.requester,
        act=held.act,
        data=held.data,
        purpose=held.purpose,
        settling=reader.settling(held),
        mine_to_settle=reader.can_settle(held),
    )
    shown.hold.deadline.FromDatetime(held.deadline)
    shown.asked_at.FromDatetime(held.asked_at)
    return shown
