"""What changes while it is asked: proof withdrawn, policies swapped, callers suspended."""

from __future__ import annotations

import datetime
import threading
from typing import Any

import pytest

from platelaw.federation.call import Call
from platelaw.federation.caller import Caller
from platelaw.federation.deciding.ruled import Ruled
from platelaw.federation.evidence import envelopes
from platelaw.federation.evidence.statements import (
    OfRequest,
    OfStatement,
    SaidReview,
    Statement,
    TakenBack,
)
from platelaw.federation.evidence.weighing import weigh
from platelaw.federation.proof import Vouching
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.server.gate import Gate
from platelaw.federation.v1 import answer_pb2 as a

from ..deciding.asking import DAY, HELD, NOW, PD, Point, caller, question
from .acting import new_id

REVIEWED = SaidReview("ct/alpr-act/reason-text", True)


def test_nothing_asked_after_a_withdrawal_is_permitted_on_it(point: Point) -> None:
    asked, request_id = question(**HELD), new_id()
    answer = point.decide(asked, request_id=request_id)
    key = point.keys[PD, "records_supervisor"]
    by = Vouching(PD, "records_supervisor", "lieutenant-1")
    of = OfRequest(answer.request_digest.hex())
    given = envelopes.signed(Statement(of, REVIEWED, by, NOW, NOW + DAY), key)
    taken = OfStatement(envelopes.opened(given).id)
    back = envelopes.signed(Statement(taken, TakenBack(), by, NOW), key)
    point.store.proofs.keep(weigh(envelopes.opened(given), point.signers), given, NOW)
    assert point.decide(asked, request_id=request_id).outcome == a.OUTCOME_PERMIT
    withdrawn, late = threading.Event(), list[int]()

    def ask() -> None:
        for _ in range(12):
            was_over = withdrawn.is_set()
            found = point.decide(asked, request_id=request_id)
            if was_over and found.outcome == a.OUTCOME_PERMIT:
                late.append(found.outcome)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    point.store.proofs.keep(weigh(envelopes.opened(back), point.signers), back, NOW)
    withdrawn.set()
    for thread in threads:
        thread.join()
    assert not late
    assert point.decide(asked, request_id=request_id).outcome == a.OUTCOME_HOLD


def test_many_threads_get_what_one_gets(point: Point) -> None:
    """Classes met at once, from several threads, mix nothing up."""
    purposes = ("stolen_vehicle", "traffic_enforcement", "robbery", "immigration_enforcement")
    owners = (PD, "CT/openbridge-pd", "CT/avon-pd")
    cases = [(purpose, owner) for purpose in purposes for owner in owners]
    alone = {case: outcome_of(point, *case) for case in cases}
    wrong: list[object] = []

    def ask(shift: int) -> None:
        for case in [*cases[shift:], *cases[:shift]] * 3:
            found = outcome_of(point, *case)
            if found != alone[case]:
                wrong.append((case, found))

    threads = [threading.Thread(target=ask, args=(shift,)) for shift in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert len(set(alone.values())) > 2


def outcome_of(point: Point, purpose: str, owner: str) -> tuple[int, str]:
    asked = question(purpose=purpose, owner=owner, subject=new_id())
    answer = point.decide(asked, request_id=new_id())
    return answer.outcome, answer.reason


def test_two_hours_at_once_share_no_class(point: Point) -> None:
    """Threads of two hours: what one works out counts for its hour alone."""
    desk, hour = point.point.desk, int(NOW.timestamp()) // 3600
    begun = threading.Event()
    ruled = desk.ruled

    def late(*given: Any, **more: Any) -> Ruled:
        assert desk.met("of another thread", hour + 1) is None  # the next hour has begun
        begun.set()
        return ruled(*given, **more)

    desk.ruled = late  # type: ignore[method-assign]
    assert point.decide(question(), request_id=new_id()).outcome == a.OUTCOME_PERMIT
    assert begun.is_set()
    at, table = vars(desk)["_met"]
    assert at == hour or not table


def test_a_caller_suspended_while_its_call_is_in_flight_gets_no_second_answer() -> None:
    suspended = threading.Event()

    def known(peer: object, now: datetime.datetime) -> Caller:
        del peer, now
        if suspended.is_set():
            raise RefusedCallError(Status.PERMISSION_DENIED, "suspended")
        return caller()

    def handler(call: Call, data: bytes) -> bytes:
        suspended.set()  # while it is worked on
        return call.caller.agency.encode() + data

    gate = Gate({"/x/Y": handler}, lambda caller, method: None, now=lambda: NOW)
    assert gate.answer("/x/Y", b"", None, known) == PD.encode()
    with pytest.raises(RefusedCallError, match="suspended"):
        gate.answer("/x/Y", b"", None, known)
