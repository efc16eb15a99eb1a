"""A log replayed: what is recomputed, and why something is not what it was."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from platelaw.federation.bundles.texts import Memory
from platelaw.federation.deciding.circumstances import Basis
from platelaw.federation.log.differing import Difference, Why
from platelaw.federation.log.judging import Judge
from platelaw.federation.log.libraries import Libraries, version_of
from platelaw.federation.log.replaying import Grade, Replay, Report
from platelaw.federation.log.sealing import MonthKey
from platelaw.federation.log.sources import OpenedTexts
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import log_pb2 as log
from platelaw.federation.v1 import question_pb2 as q

from ...unit.engine import small
from ..bundles.world import agency_text, files, state_text
from ..deciding.asking import NOBODY, NOW
from .world import POLICY, Told, libraries

LATER = 1_000  # seconds


def replayed(told: Told, known: Libraries, source: OpenedTexts | None = None) -> Report:
    with closing(told.store()) as store:
        replay = Replay(known, store.circumstances, source)
        for group in store.groups(0, store.head().edge.size):
            replay.take(group.first, group.entries, group.sealed)
    return replay.report


def keys_of(told: Told) -> dict[bytes, MonthKey]:
    return {key.id: key for key in told.keys.made.values()}


# The shipped policies, every kind of answer ----------------------------------------------------


@pytest.mark.parametrize("by_reference", [False, True])
def test_every_kind_of_answer_is_recomputed(told: Told, cache: Path, by_reference: bool) -> None:
    report = replayed(told, libraries(cache, by_reference=by_reference))
    assert not report.differences
    assert report.is_clean
    assert report.grades == {Grade.RECOMPUTED: told.size - 1, Grade.NO_RULE: 1}
    outcomes = {entry.answer.outcome for entry in told.entries()}
    assert outcomes == {a.OUTCOME_PERMIT, a.OUTCOME_HOLD, a.OUTCOME_DENY}
    assert report.distinct < told.size  # answers alike are worked out once


def test_with_the_keys_answers_are_recomputed_from_source(told: Told, cache: Path) -> None:
    report = replayed(told, libraries(cache), OpenedTexts(keys_of(told).get))
    assert report.grades == {Grade.FROM_SOURCE: told.size - 1, Grade.NO_RULE: 1}


def test_without_a_key_what_is_in_clear_is_recomputed_and_counted_so(
    told: Told, cache: Path
) -> None:
    report = replayed(told, libraries(cache), OpenedTexts(lambda _: None))
    sealed = sum(entry.answer.HasField("commitments") for entry in told.entries())
    assert report.grades[Grade.RECOMPUTED] >= sealed - 2
    assert report.is_clean


def test_texts_of_another_entry_are_told(told: Told, cache: Path) -> None:
    with closing(told.store()) as store:
        groups = list(store.groups(0, 12))
    replay = Replay(libraries(cache), told.store().circumstances, OpenedTexts(keys_of(told).get))
    replay.take(0, groups[0].entries, groups[1].sealed)
    (difference,) = replay.report.differences
    assert (difference.index, difference.why) == (0, Why.SOURCE)


def test_policies_that_are_not_at_hand_are_told_by_their_digest(told: Told, cache: Path) -> None:
    (first, *_) = told.entries()
    first.answer.policy_digest = b"\x01" * 32
    replay = Replay(libraries(cache), told.store().circumstances)
    replay.take(0, [first.SerializeToString()])
    assert replay.report.grades == {Grade.NO_POLICIES: 1}
    assert replay.report.missing == {"01" * 32: "no such version is at hand"}
    assert not replay.report.is_clean


# A small world, and what can be forged in it ---------------------------------------------------

PD = "AA/pd"
TODAY = "2026-11-26"


def circumstances(purpose: str = "theft", requester: str = PD) -> Basis:
    question = q.Question(
        requester=requester,
        owner=PD,
        act="search",
        data=["alpr_data"],
        instruments=q.Instruments(),
        facts=[
            q.Fact(name="request.purpose", word=purpose),
            *(q.Fact(name=name, members=q.Members()) for name in NOBODY),
        ],
    )
    return Basis.of(log.Circumstances(question=question, reason=log.STATED_TEXT))


def entry(basis: Basis, digest: str, outcome: a.Outcome, reason: str) -> log.LogEntry:
    made = log.LogEntry(id=b"\x01" * 16)
    made.at.FromDatetime(NOW)
    answer = made.answer
    answer.policy_digest, answer.circumstances = bytes.fromhex(digest), basis.digest
    answer.outcome, answer.reason = outcome, reason
    if outcome == a.OUTCOME_PERMIT:
        answer.valid_until.seconds = made.at.seconds + 300
    return made


@dataclass
class Versions:
    """Versions by digests of our own."""

    kept: Mapping[str, Mapping[str, bytes]] = field(default_factory=lambda: {POLICY: files()})

    def files(self, digest: str) -> Mapping[str, bytes] | None:
        return self.kept.get(digest)

    def digests(self) -> Iterable[str]:
        return self.kept


def judged(made: log.LogEntry, basis: Basis, versions: Versions | None = None) -> Report:
    replay = Replay(Libraries(versions or Versions()), {basis.digest: basis.text}.get)
    replay.take(7, [made.SerializeToString()])
    return replay.report


def difference(report: Report) -> Difference:
    (found,) = report.differences
    assert found.index == 7
    return found


def test_an_entry_as_its_policies_have_it_is_recomputed() -> None:
    basis = circumstances()
    report = judged(entry(basis, POLICY, a.OUTCOME_PERMIT, "permitted"), basis)
    assert report.grades == {Grade.RECOMPUTED: 1}


def test_a_floor_loosened_by_a_lower_layer_and_forced_into_the_log_is_named() -> None:
    """The fifth place: the state bars it, the owner's own layer would permit it."""
    basis = circumstances("barred")
    found = difference(judged(entry(basis, POLICY, a.OUTCOME_PERMIT, "permitted"), basis))
    assert found.why is Why.FLOOR_LOOSENED
    assert (found.recorded, found.recomputed) == ("PERMIT (permitted)", "DENY (forbidden)")
    assert found.words == (
        "PERMIT is what the owner layer alone gives, by agency/aa-pd/searches; "
        "law/aa/no-barred-use of the state layer [The act, section 1: verified] forbids it. A "
        "lower layer was let loosen what a higher one asks: this is the fifth place where a floor "
        "holds"
    )
    (rule,) = found.rules
    assert (rule.id, rule.layer, rule.status) == ("law/aa/no-barred-use", "state", "verified")


def test_other_policies_than_recorded_are_told() -> None:
    basis = circumstances("barred")
    looser = {
        **files(),
        "state/AA/law.policy": state_text("AA").replace("barred\n\n", "theft\n\n", 1).encode(),
    }
    versions = Versions({POLICY: files(), "e" * 64: looser})
    found = difference(judged(entry(basis, POLICY, a.OUTCOME_PERMIT, "permitted"), basis, versions))
    assert found.why is Why.OTHER_POLICIES
    assert "eeeeeeeeeeee" in found.words


def test_a_changed_outcome_is_told() -> None:
    basis = circumstances()
    found = difference(judged(entry(basis, POLICY, a.OUTCOME_DENY, "forbidden"), basis))
    assert found.why is Why.CHANGED
    assert found.words.startswith("the recorded answer is stricter than the recomputed one")


def test_a_release_that_may_begin_for_too_long_is_told() -> None:
    basis = circumstances()
    made = entry(basis, POLICY, a.OUTCOME_PERMIT, "permitted")
    made.answer.valid_until.seconds += 1
    found = difference(judged(made, basis))
    assert (found.why, found.words) == (
        Why.LASTS_TOO_LONG,
        "a release may begin for 301 seconds; at most 300 are allowed",
    )


def test_a_permit_by_stale_policies_to_others_than_the_owners_government_is_told() -> None:
    basis = circumstances(requester="BB/pd")
    permits = {
        **files(),
        "agency/AA/pd/pd.policy": agency_text(PD)
        .partition("example")[0]
        .replace("\n  if requester is agency:AA/pd", "")
        .encode(),
    }
    made = entry(basis, POLICY, a.OUTCOME_PERMIT, "permitted")
    versions = Versions({POLICY: permits})
    assert judged(made, basis, versions).is_clean
    made.answer.stale = True
    made.answer.valid_until.seconds = made.at.seconds + 60
    assert difference(judged(made, basis, versions)).why is Why.STALE
    at_home = circumstances()
    made.answer.circumstances = at_home.digest
    assert judged(made, at_home, versions).is_clean


def test_an_answer_whose_evaluation_failed_is_told() -> None:
    basis = circumstances()
    found = difference(judged(entry(basis, POLICY, a.OUTCOME_DENY, "evaluation error"), basis))
    assert found.why is Why.EVALUATOR


def test_circumstances_that_are_gone_are_counted() -> None:
    basis = circumstances()
    made = entry(basis, POLICY, a.OUTCOME_PERMIT, "permitted")
    replay = Replay(Libraries(Versions()), dict[bytes, bytes]().get)
    replay.take(0, [made.SerializeToString(), b"\xff"])
    assert replay.report.grades == {Grade.NO_CIRCUMSTANCES: 1}
    assert replay.report.broken == [(1, "is no entry of a log")]


# Policies that may not serve -------------------------------------------------------------------


def loosened() -> dict[str, bytes]:
    """A version in which an agency moves a number of the law the wrong way."""
    text = agency_text(PD).partition("example")[0] + (
        'parameter keeping_period is 90 days\n  cites "Order 3" status verified\n'
        "  in force from 2020-01-01\n"
    )
    return {**files(), "agency/AA/pd/pd.policy": text.encode()}


def test_policies_that_loosen_the_floor_are_told_and_recomputed_without() -> None:
    basis = circumstances()
    made = entry(basis, POLICY, a.OUTCOME_PERMIT, "permitted")
    report = judged(made, basis, Versions({POLICY: loosened()}))
    found = difference(report)
    assert found.why is Why.REFUSED_POLICIES
    assert "agency/AA/pd/pd.policy" in found.words
    assert "agencies may only lower" in report.refused[POLICY]
    assert not report.is_clean


def test_a_policy_that_speaks_in_a_layer_above_its_own_is_left_out() -> None:
    text = agency_text(PD).partition("rule switches")[0]
    text = text.replace("layer owner", "layer state").replace("permit search", "forbid search")
    version = version_of({**files(), "agency/AA/pd/pd.policy": text.encode()}, Memory())
    assert version.without == ("agency/AA/pd/pd.policy",)
    assert "speaks in the state layer" in version.refused
    assert version.judge is not None


def test_a_version_whose_law_itself_cannot_be_read_recomputes_nothing() -> None:
    version = version_of({**files(), "state/AA/law.policy": b"policy"}, Memory())
    assert version.judge is None
    assert "may not serve" in version.missing


# Lexicons of another edition -------------------------------------------------------------------


@pytest.mark.parametrize(("is_other", "outcome"), [(True, "DENY"), (False, "PERMIT")])
def test_what_a_lexicon_of_the_same_name_saw_counts_for_old_answers_judged_anew(
    is_other: bool, outcome: str
) -> None:
    bar = small.rule("bar", "forbid search of alpr_data\nif reason.plainly includes barred")
    engine = small.engine_of(small.state(bar), small.owner(small.ANY_USE))
    asked = circumstances("theft", "AA/pd")
    read = log.Circumstances.FromString(asked.text)
    read.seen.add(lexicons=["core 0:watch@2019-01-01/"], plainly=["barred"])
    judge = Judge.of(engine, is_other=is_other)
    assert judge.judged(read, NOW).outcome.value == outcome
