from __future__ import annotations

import datetime
import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.caller import CallerRole
from platelaw.federation.deciding.recording import Recording
from platelaw.federation.journal import JournalUnavailableError, Submission, Told
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import question_pb2 as q

from .asking import DAY, NOW, OUTSIDER, PD, Point, caller, envelope, question

HOUR = datetime.timedelta(hours=1)


def refused(asked: d.DecideRequest, point: Point) -> RefusedCallError:
    with pytest.raises(RefusedCallError) as found:
        point.call("Decide", asked.SerializeToString(), caller())
    return found.value


# The three answers --------------------------------------------------------------------------


def test_a_permit_has_an_id_an_end_and_its_duties(point: Point) -> None:
    answer = point.decide(question())
    assert answer.outcome == a.OUTCOME_PERMIT
    assert len(answer.release_id) == 16
    assert answer.valid_until.seconds == int(NOW.timestamp()) + 300
    assert [duty.duty for duty in answer.explanation.duties] == ["state_reason"]
    assert answer.decided_at.ToDatetime(datetime.UTC) == NOW


def test_a_hold_says_who_settles_it_and_is_on_file_for_the_owner(point: Point) -> None:
    answer = point.decide(question(reason="HSI child exploitation", purpose="child_exploitation"))
    assert answer.outcome == a.OUTCOME_HOLD
    assert answer.hold.owner == PD
    (needs,) = answer.explanation.settling
    assert [(n.kind, n.name, list(n.roles)) for n in needs.needs] == [
        ("review", "ct/alpr-act/reason-text", ["records_supervisor"])
    ]
    assert not answer.release_id
    assert not answer.HasField("valid_until")
    held = point.store.holds.find(PD, "request-0001")
    assert [each.id for each in held] == [answer.hold.id]


def test_a_denial_names_rule_citation_and_status(point: Point) -> None:
    answer = point.decide(question(OUTSIDER, reason="ICE-assist"))
    assert answer.outcome == a.OUTCOME_DENY
    (rule,) = answer.explanation.rules
    assert (rule.id, rule.status) == ("ct/alpr-act/recipients", "secondary")
    assert rule.cites.startswith("Public Act 26-14")


def test_the_digest_is_that_of_the_question_sent(point: Point) -> None:
    asked = question()
    sent = asked.SerializeToString(deterministic=True)
    assert point.decide(asked).request_digest == hashlib.sha256(sent).digest()


def test_two_permits_never_share_a_release_id(point: Point) -> None:
    assert point.decide(question()).release_id != point.decide(question()).release_id


# What is refused before it is decided --------------------------------------------------------


def test_nobody_asks_for_another_agency_unless_the_register_says_so(point: Point) -> None:
    with pytest.raises(RefusedCallError) as found:
        point.decide(question(), caller(OUTSIDER))
    assert found.value.status is Status.PERMISSION_DENIED
    vendor = caller("VENDOR/example-affiliate", CallerRole.VENDOR, PD)
    assert point.decide(question(), vendor).outcome == a.OUTCOME_PERMIT


def test_an_ori_names_the_same_body_as_its_key(point: Point) -> None:
    ori = point.engine.registry.bodies[PD].ori
    assert ori
    assert point.decide(question(ori, ori), caller()).outcome == a.OUTCOME_PERMIT


@pytest.mark.parametrize(
    ("seconds", "is_taken"), [(-31, False), (-29, True), (29, True), (31, False)]
)
def test_a_question_counts_within_thirty_seconds_of_the_clock(
    point: Point, seconds: int, is_taken: bool
) -> None:
    sent = envelope(now=NOW + datetime.timedelta(seconds=seconds))
    asked = d.DecideRequest(envelope=sent, question=question())
    if is_taken:
        point.call("Decide", asked.SerializeToString(), caller())
    else:
        assert refused(asked, point).status is Status.FAILED_PRECONDITION


def test_another_revision_is_not_guessed_at(point: Point) -> None:
    sent = envelope()
    sent.revision = 2
    fault = refused(d.DecideRequest(envelope=sent, question=question()), point)
    assert fault.status is Status.FAILED_PRECONDITION
    assert "revision 1" in fault.message


@pytest.mark.parametrize(
    ("field", "value"),
    [("request_id", "short"), ("request_id", "with blank"), ("nonce", b"x" * 15)],
)
def test_an_envelope_has_an_id_and_a_nonce(point: Point, field: str, value: object) -> None:
    sent = envelope()
    setattr(sent, field, value)
    fault = refused(d.DecideRequest(envelope=sent, question=question()), point)
    assert fault.status is Status.INVALID_ARGUMENT
    assert field in fault.message


@pytest.mark.parametrize("depth", ["request", "question", "fact"])
def test_a_field_that_is_not_known_is_refused_at_any_depth(point: Point, depth: str) -> None:
    unknown = b"\xfa\x3f\x01x"  # field 1023
    asked = d.DecideRequest(envelope=envelope(), question=question())
    place = {"request": asked, "question": asked.question, "fact": asked.question.facts[0]}[depth]
    place.MergeFromString(unknown)
    fault = refused(asked, point)
    assert (fault.status, "unknown field" in fault.message) == (Status.INVALID_ARGUMENT, True)


@pytest.mark.parametrize(
    ("field", "value"), [("user", "x" * 201), ("subject", "é" * 101), ("reason", "x" * 2001)]
)
def test_a_text_beyond_its_limit_is_refused_by_its_name(
    point: Point, field: str, value: str
) -> None:
    asked = question()
    setattr(asked, field, value)
    fault = refused(d.DecideRequest(envelope=envelope(), question=asked), point)
    assert (fault.status, fault.message.split(":")[0]) == (
        Status.INVALID_ARGUMENT,
        f"question.{field}",
    )


# What is denied without a rule ----------------------------------------------------------------


def test_a_word_that_is_not_known_is_denied_with_the_mend(point: Point) -> None:
    answer = point.decide(question(purpose="stolen_vehicel"))
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "not understood")
    (fault,) = answer.explanation.faults
    assert "stolen_vehicle" in fault.help


def test_a_fact_that_is_stated_twice_is_denied(point: Point) -> None:
    asked = question()
    asked.facts.append(asked.facts[0])
    answer = point.decide(asked)
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "not understood")
    assert "twice" in answer.explanation.faults[0].message


def test_a_fact_without_a_value_is_refused(point: Point) -> None:
    asked = question()
    asked.facts.append(q.Fact(name="case.active"))
    fault = refused(d.DecideRequest(envelope=envelope(), question=asked), point)
    assert fault.status is Status.INVALID_ARGUMENT
    assert "question.facts[7].value" in fault.message


def test_an_evaluation_that_fails_is_denied_and_told(
    point: Point, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(type(point.engine.compiled), "decide", fails)
    answer = point.decide(question())
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "evaluation error")
    assert [type(fault) for fault in point.alarms] == [ZeroDivisionError]


class Full:
    """A journal that can write nothing."""

    def record(self, submission: Submission, tell: Callable[[Told], None]) -> None:
        tell(JournalUnavailableError())


class Unsealed:
    """Seals nothing; how texts are sealed is tested elsewhere."""

    def seal(
        self, owner: str, at: datetime.datetime, entry_id: bytes, texts: Mapping[str, str]
    ) -> tuple[Mapping[str, bytes], bytes]:
        return {name: owner.encode() for name in texts}, b""


def test_an_answer_that_cannot_be_recorded_is_a_denial_without_an_id(
    engine: Engine, tmp_path: Path
) -> None:
    recording = Recording(Full(), Unsealed(), PD)
    answer = Point(engine, tmp_path, recording).decide(question())
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "log unavailable")
    assert not answer.release_id
    assert not answer.HasField("valid_until")


# The age of the policies ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("age", "asked", "reason"),
    [
        (23 * HOUR, question(), "permitted"),
        (25 * HOUR, question(), "permitted"),
        (25 * HOUR, question(OUTSIDER), "stale policy"),
        (7 * DAY - HOUR, question(), "permitted"),
        (7 * DAY + HOUR, question(), "expired policy"),
    ],
)
def test_old_policies_answer_as_the_failure_table_says(
    engine: Engine, tmp_path: Path, age: datetime.timedelta, asked: q.Question, reason: str
) -> None:
    point = Point(engine, tmp_path, issued_at=NOW - age)
    answer = point.decide(asked)
    assert answer.reason == reason
    if reason == "permitted":
        is_stale = age > DAY
        assert answer.stale is is_stale
        life = answer.valid_until.seconds - int(NOW.timestamp())
        assert life == (60 if is_stale else 300)


def test_an_officer_of_the_state_who_asks_for_somebody_outside_is_nobody_at_home(
    engine: Engine, tmp_path: Path
) -> None:
    point = Point(engine, tmp_path, issued_at=NOW - 2 * DAY)
    asked = question()
    asked.facts[1].members.keys.append("US/ice")
    assert point.decide(asked).reason == "stale policy"


def test_a_permit_ends_when_the_law_changes(engine: Engine, tmp_path: Path) -> None:
    midnight = datetime.datetime(2026, 10, 6, 4, tzinfo=datetime.UTC)  # in Connecticut
    now = midnight - datetime.timedelta(minutes=2)
    point = Point(engine, tmp_path, issued_at=now)
    before = question(owner="CT/openbridge-pd")
    before.period.since, before.period.until = "2026-10-01", "2026-10-05"
    ruled = point.decide(before, now=now)
    assert ruled.outcome == a.OUTCOME_PERMIT
    assert ruled.valid_until.seconds in (int(midnight.timestamp()), int(now.timestamp()) + 300)
