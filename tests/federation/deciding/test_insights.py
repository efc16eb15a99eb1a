from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.caller import CallerRole
from platelaw.federation.deciding.desk import Desk
from platelaw.federation.deciding.point import DecisionPoint
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.snapshot import PolicySnapshot, Snapshots
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

from .asking import HELD, OUTSIDER, PD, Point, caller, envelope, question

WORSE = """policy agency/broken
  title "A draft with a fault"
  layer owner
"""
EVERYTHING = """policy agency/drafted
  title "A draft that opens everything"
  layer owner
  issued by "Drafted Police Department (invented)"
  time zone America/New_York
  uses ct 1
  binds owner is agency:CT/hartford-pd
  permit may rest on provisional

rule any-search "Any search"
  cites "Drafted policy (invented), section 1" status verified
  in force from 2025-01-01
  permit search of alpr_data
"""
ASKED: dict[str, Any] = {
    "requester": "CT/hartford-pd",
    "owner": "CT/hartford-pd",
    "act": "search",
    "data": "alpr_data",
    "reason": "stolen veh",
    "period": {"from": "2026-11-20", "until": "2026-11-26"},
    "facts": {
        "request.purpose": "stolen_vehicle",
        "request.recipients": [],
        "request.on_behalf_of": [],
        "user.directed_by": [],
        "request.claims": [],
        "case.number": "26-1",
        "case.offense": "larceny",
    },
    "instruments": [],
}


def explain(
    point: Point, asked: q.Question | None, role: CallerRole, agency: str = PD
) -> dict[str, object]:
    request = d.ExplainRequest(envelope=envelope())
    if asked is not None:
        request.question.CopyFrom(asked)
    answered = point.call("Explain", request.SerializeToString(), caller(agency, role))
    plain: dict[str, object] = json.loads(d.ExplainResponse.FromString(answered).decision_json)
    return plain


def what_if(
    point: Point,
    asked: Mapping[str, object] = ASKED,
    *,
    at: str = "",
    drafts: Sequence[d.DraftPolicy] = (),
) -> d.WhatIfResponse:
    text = json.dumps(asked).encode()
    request = d.WhatIfRequest(envelope=envelope(), request_json=text, at=at, drafts=drafts)
    by = caller("CT/post-council", CallerRole.AUTHOR)
    return d.WhatIfResponse.FromString(point.call("WhatIf", request.SerializeToString(), by))


@pytest.mark.parametrize(
    ("role", "view"),
    [
        (CallerRole.OFFICER_PLATFORM, "requester"),
        (CallerRole.CUSTODIAN, "owner"),
        (CallerRole.REGULATOR, "regulator"),
    ],
)
def test_each_reader_has_a_view_of_his_own(point: Point, role: CallerRole, view: str) -> None:
    assert explain(point, question(**HELD), role)["view"] == view


def test_a_requester_is_not_told_what_was_seen_in_his_words(point: Point) -> None:
    mine = json.dumps(explain(point, question(**HELD), CallerRole.OFFICER_PLATFORM))
    theirs = json.dumps(explain(point, question(**HELD), CallerRole.CUSTODIAN))
    assert "reason.possibly" in theirs
    assert "reason.possibly" not in mine


def test_a_hold_is_explained_by_its_request_id(point: Point) -> None:
    point.decide(question(**HELD))
    assert explain(point, None, CallerRole.OFFICER_PLATFORM)["outcome"] == "HOLD"


def test_nobody_has_the_question_of_another_agency_explained(point: Point) -> None:
    with pytest.raises(RefusedCallError) as found:
        explain(point, question(), CallerRole.CUSTODIAN, OUTSIDER)
    assert found.value.status is Status.PERMISSION_DENIED
    with pytest.raises(RefusedCallError) as lost:
        explain(point, None, CallerRole.OFFICER_PLATFORM, OUTSIDER)
    assert lost.value.status is Status.NOT_FOUND


def test_a_what_if_is_marked_and_releases_nothing(point: Point) -> None:
    supposed = {**ASKED, "requester": PD, "owner": PD}
    answer = what_if(point, supposed).answer
    assert (answer.outcome, answer.simulated) == (a.OUTCOME_PERMIT, True)
    assert not answer.release_id
    assert not answer.HasField("valid_until")


def test_a_what_if_may_name_another_day(point: Point) -> None:
    mine = {**ASKED, "requester": PD, "owner": PD}
    before = what_if(point, mine, at="2026-10-05").answer
    assert (before.outcome, before.reason) == (a.OUTCOME_DENY, "no policy on file")
    assert what_if(point, mine).answer.outcome == a.OUTCOME_PERMIT


def test_a_day_that_does_not_exist_is_refused(point: Point) -> None:
    with pytest.raises(RefusedCallError, match="at:"):
        what_if(point, at="2026-02-30")


def test_an_explanation_knows_what_was_refused_before(point: Point) -> None:
    point.decide(question(purpose="traffic_enforcement", subject="a-car"))
    reworded = question(subject="a-car")
    answer = point.decide(reworded, request_id="request-0002")
    assert answer.outcome == a.OUTCOME_HOLD
    assert explain(point, reworded, CallerRole.OFFICER_PLATFORM)["outcome"] == "HOLD"


def test_a_draft_decides_in_its_what_if_and_nowhere_else(point: Point) -> None:
    draft = d.DraftPolicy(name="drafted.policy", text=EVERYTHING)
    assert what_if(point).answer.reason == "no policy on file"
    assert what_if(point, drafts=[draft]).answer.outcome == a.OUTCOME_PERMIT
    assert what_if(point).answer.reason == "no policy on file"


def test_a_draft_that_is_refused_comes_back_with_its_diagnostics(point: Point) -> None:
    response = what_if(point, drafts=[d.DraftPolicy(name="worse.policy", text=WORSE)])
    assert not response.HasField("answer")
    assert any("worse.policy" in each for each in response.diagnostics)


def test_a_swap_is_whole_and_counts_from_the_next_question(point: Point, engine: Engine) -> None:
    before = point.decide(question())
    newer = Engine(engine.library, engine.registry)
    snapshot = replace(point.point.snapshots.current, digest="e" * 64, engine=newer)
    point.point.use(Desk(snapshot))
    after = point.decide(question())
    assert (before.policy_digest, after.policy_digest) == ("d" * 64, "e" * 64)


class AskedMeanwhile(Snapshots):
    """Snapshots in use; somebody asks for the desk in the middle of a swap."""

    point: DecisionPoint

    def replace(self, snapshot: PolicySnapshot) -> None:
        assert self.point.desk.snapshot is not None
        super().replace(snapshot)


def test_a_question_in_the_middle_of_a_swap_does_not_undo_it(point: Point) -> None:
    snapshots = AskedMeanwhile(point.point.snapshots.current)
    snapshots.point = point.point
    point.point.snapshots = snapshots
    desk = Desk(replace(snapshots.current, digest="e" * 64))
    point.point.use(desk)
    assert point.point.desk is desk
