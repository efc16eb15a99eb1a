"""Copies that go on: the chain of answers by which they came, and what is no such chain."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from platelaw.engine.decision import Engine
from platelaw.federation.caller import CallerRole
from platelaw.federation.log.differing import Why
from platelaw.federation.log.keys import LogKeys
from platelaw.federation.log.libraries import Libraries
from platelaw.federation.log.replaying import Grade, Replay, Report
from platelaw.federation.log.tree import leaf_hash
from platelaw.federation.refusal import RefusedCallError, Status
from platelaw.federation.v1 import answer_pb2 as a
from platelaw.federation.v1 import decision_pb2 as d
from platelaw.federation.v1 import log_pb2 as log
from platelaw.federation.v1 import question_pb2 as q

from ..deciding import asking
from ..deciding.asking import NOW, caller, envelope
from ..log.recording import Recorded, recorded
from ..log.world import libraries
from .world import (
    HOLDER,
    HOUR,
    LAST,
    NEXT,
    ORIGINS,
    OWNER,
    RULE,
    World,
    known,
    read,
    recorded_as,
    share,
    with_chain,
    world,
    written,
)


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return asking.engine(tmp_path_factory.getbasetemp() / "onward-cache")


@pytest.fixture(scope="module")
def both(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(engine, tmp_path_factory.mktemp("both")) as found:
        yield found


def is_held(answer: a.Answer, words: str) -> bool:
    """Whether an answer is a HOLD because the chain proves nothing, and says why."""
    assert (answer.outcome, answer.reason) == (a.OUTCOME_HOLD, "provenance"), answer
    assert not answer.HasField("hold"), "nobody's word settles it"
    (settling,) = answer.explanation.settling
    (need,) = settling.needs
    assert need.kind == "provenance"
    assert words in need.name, need.name
    assert any(words in note for note in answer.explanation.notes)
    return not answer.release_id


# A whole chain ---------------------------------------------------------------------------------


def test_a_copy_goes_on_from_hand_to_hand_by_a_whole_chain(both: World) -> None:
    first = both.released()
    second = both.handed_on(first)
    answer = both.onward(first, second, by=NEXT, to=LAST)
    assert (answer.outcome, answer.reason) == (a.OUTCOME_PERMIT, "permitted")
    assert len(answer.release_id) == 16
    terms = [each for each in answer.explanation.onward if each.rule == RULE]
    assert terms, "the terms of the chain go on with the copy"


def test_each_answer_names_the_one_before_it_and_what_it_was_decided_from(both: World) -> None:
    first = both.released()
    entry, circumstances = read(first)
    assert not entry.follows
    assert [(each.to, each.rule) for each in circumstances.terms] == [
        ("whoever this rule lets in", RULE)
    ]
    entry, circumstances = read(both.handed_on(first))
    assert entry.follows == leaf_hash(first.entry)
    assert list(circumstances.chain.entries) == [leaf_hash(first.entry)]
    assert circumstances.chain.outcome == a.OUTCOME_PERMIT
    assert not circumstances.question.HasField("provenance")


def test_eight_answers_are_a_chain_and_nine_are_refused(both: World) -> None:
    hands = [HOLDER, NEXT]
    links = [both.released()]
    for _ in range(6):
        asked = with_chain(share(hands[0], [hands[1]]), *links)
        answer = both.second.point.decide(asked, keeps_copy=True)
        assert answer.outcome == a.OUTCOME_PERMIT, answer
        links.append(answer.recorded)
        hands.reverse()
    links.append(links[-1])
    assert sum(link.ByteSize() for link in links) < 16_384
    assert is_held(
        both.onward(*links, by=hands[0], to=LAST), "answer 8 of the chain does not follow"
    )
    with pytest.raises(RefusedCallError) as refused:
        both.onward(*links, links[-1])
    assert refused.value.status is Status.INVALID_ARGUMENT
    assert "provenance.links" in refused.value.message


def test_more_than_sixteen_kilobytes_are_refused(both: World) -> None:
    first = both.released()
    first.circumstances += bytes(16_000)
    with pytest.raises(RefusedCallError) as refused:
        both.onward(first)
    assert "16,384 bytes" in refused.value.message


def test_a_question_without_a_chain_is_answered_as_ever(both: World) -> None:
    answer = both.second.point.decide(share(HOLDER, [NEXT]), keeps_copy=True)
    assert answer.outcome == a.OUTCOME_PERMIT
    assert not read(answer.recorded)[0].follows


def test_only_who_keeps_a_copy_gets_the_circumstances(both: World) -> None:
    assert not both.first.point.decide(share(HOLDER)).recorded.circumstances
    denied = both.first.point.decide(share("TX/austin-pd"), keeps_copy=True)
    assert denied.outcome == a.OUTCOME_DENY
    assert not denied.recorded.circumstances


def test_the_same_bytes_again_get_the_circumstances_again(both: World) -> None:
    request = d.DecideRequest(envelope=envelope(), question=share(HOLDER))
    request.envelope.keeps_copy = True
    data, point = request.SerializeToString(), both.first.point
    once, again = (
        d.DecideResponse.FromString(point.call("Decide", data, caller(HOLDER))).answer.recorded
        for _ in range(2)
    )
    assert again.circumstances == once.circumstances != b""


def test_the_answers_of_a_batch_come_with_their_circumstances(both: World) -> None:
    request = d.DecideManyRequest(envelope=envelope(), questions=[share(HOLDER), share(NEXT)])
    request.envelope.keeps_copy = True
    by = caller(HOLDER, CallerRole.VENDOR, HOLDER, NEXT)
    data = both.first.point.call("DecideMany", request.SerializeToString(), by)
    answers = d.DecideManyResponse.FromString(data).answers
    assert [read(each.recorded)[1].question.requester for each in answers] == [HOLDER, NEXT]


def test_a_search_over_many_owners_releases_no_copy(both: World) -> None:
    asked = share(HOLDER, owner="")
    request = d.DecideSearchRequest(
        envelope=envelope(), question=asked, listed=d.OwnerList(keys=[OWNER])
    )
    request.envelope.keeps_copy = True
    with pytest.raises(RefusedCallError, match="ask Decide"):
        both.first.point.call("DecideSearch", request.SerializeToString(), caller(HOLDER))


def test_explain_takes_no_chain(both: World) -> None:
    asked = with_chain(share(HOLDER, [NEXT]), both.released())
    request = d.ExplainRequest(envelope=envelope(), question=asked)
    with pytest.raises(RefusedCallError, match="leave it out"):
        both.second.point.call("Explain", request.SerializeToString(), caller(HOLDER))


def test_a_missing_answer_is_added_under_the_same_request_id(both: World) -> None:
    first = both.released()
    second = both.handed_on(first)
    for links, outcome in (((second,), a.OUTCOME_HOLD), ((first, second), a.OUTCOME_PERMIT)):
        asked = with_chain(share(NEXT, [LAST]), *links)
        assert both.second.point.decide(asked, request_id="request-7777").outcome == outcome


# What is no chain ------------------------------------------------------------------------------


def test_no_answer_is_no_chain(both: World) -> None:
    asked = share(HOLDER, [NEXT])
    asked.provenance.release_id = bytes(16)
    assert is_held(both.second.point.decide(asked), "no answer is shown")


def test_an_answer_in_the_middle_that_is_missing_is_missed(both: World) -> None:
    first = both.released()
    second = both.handed_on(first)
    third = both.second.point.decide(
        with_chain(share(NEXT, [LAST]), first, second), keeps_copy=True
    ).recorded
    answer = both.onward(first, third, by=LAST, to=HOLDER)
    assert is_held(answer, "answer 2 of the chain does not follow the one before it")


def test_the_oldest_answer_that_is_missing_is_missed(both: World) -> None:
    second = both.handed_on(both.released())
    answer = both.onward(second, by=NEXT, to=LAST)
    assert is_held(answer, "the answer before answer 1 of the chain is missing")


def test_an_answer_about_another_copy_is_none_about_this_one(both: World) -> None:
    one, other = both.released(), both.released()
    release_id = read(other)[0].release_id
    asked = with_chain(share(HOLDER, [NEXT]), one, release_id=release_id)
    assert is_held(both.second.point.decide(asked), "it is another copy's")


def test_what_somebody_else_got_is_not_the_callers(both: World) -> None:
    answer = both.onward(both.released(), by=LAST)
    assert is_held(answer, "the chain ends with others than who asks here")


def test_an_owner_has_its_own_data_by_no_chain(both: World) -> None:
    link = both.first.point.decide(share(OWNER, [HOLDER]), keeps_copy=True).recorded
    assert both.onward(link).outcome == a.OUTCOME_PERMIT
    assert is_held(both.onward(link, by=NEXT), "the chain ends with others than who asks here")


def test_who_hands_on_must_have_got_it(both: World) -> None:
    first = both.released()
    entry, circumstances = read(both.handed_on(first))
    circumstances.question.requester = circumstances.question.owner = LAST
    second = written(both.second, entry, circumstances)
    answer = both.onward(first, second, by=NEXT, to=LAST)
    assert is_held(answer, "hands on what its parties did not get")


def forged_entry(link: a.Recorded) -> None:
    entry = log.LogEntry.FromString(link.entry)
    entry.answer.release_id = bytes(16)
    link.entry = entry.SerializeToString()


def forged_circumstances(link: a.Recorded) -> None:
    link.circumstances = link.circumstances.replace(b"plate", b"state") + b"\0"


def cut(link: a.Recorded) -> None:
    link.entry = link.entry[:-3]


def cut_proof(link: a.Recorded) -> None:
    link.proof.hashes = link.proof.hashes + bytes(32)


def cut_checkpoint(link: a.Recorded) -> None:
    link.proof.checkpoint = link.proof.checkpoint[:-20]


def other_envelope(link: a.Recorded) -> None:
    link.proof.signature = bytes(70)


def other_origin(link: a.Recorded) -> None:
    link.origin = ORIGINS[1]


def other_index(link: a.Recorded) -> None:
    link.index += 1


def no_circumstances(link: a.Recorded) -> None:
    link.circumstances = b""


@pytest.mark.parametrize(
    "spoil",
    [
        forged_entry,
        forged_circumstances,
        cut,
        cut_proof,
        cut_checkpoint,
        other_envelope,
        other_origin,
        other_index,
        no_circumstances,
    ],
)
def test_what_was_forged_or_cut_proves_nothing(
    both: World, spoil: Callable[[a.Recorded], None]
) -> None:
    link = both.released()
    spoil(link)
    asked = with_chain(share(HOLDER, [NEXT]), link, release_id=bytes(16))
    assert is_held(both.second.point.decide(asked), "answer 1 of the chain: ")


def test_a_field_that_nobody_knows_is_refused(both: World) -> None:
    asked = with_chain(share(HOLDER, [NEXT]), both.released())
    raw = asked.provenance.links[0].SerializeToString() + b"\xfa\x01\x01x"
    asked.provenance.links[0].ParseFromString(raw)
    with pytest.raises(RefusedCallError, match="unknown field"):
        both.second.point.decide(asked)


def test_a_log_that_nobody_knows_proves_nothing(
    both: World, engine: Engine, tmp_path: Path
) -> None:
    (tmp_path / "third").mkdir()
    with recorded(engine, tmp_path / "third", "third.example/log") as third:
        link = third.point.decide(share(HOLDER), keeps_copy=True).recorded
    assert is_held(both.onward(link), "no key of the log `third.example/log`")


def test_a_service_that_knows_no_log_takes_no_chain(
    both: World, engine: Engine, tmp_path: Path
) -> None:
    link = both.released()
    (tmp_path / "third").mkdir()
    with recorded(engine, tmp_path / "third") as third:
        answer = third.point.decide(with_chain(share(HOLDER, [NEXT]), link))
    assert is_held(answer, "no known log answers for it")


@pytest.mark.parametrize(
    ("begins", "ends", "outcome"),
    [
        (None, NOW, a.OUTCOME_HOLD),
        (NOW + HOUR, None, a.OUTCOME_HOLD),
        (NOW - HOUR, NOW + HOUR, a.OUTCOME_PERMIT),
    ],
)
def test_only_a_key_counts_that_counted_then(
    both: World,
    engine: Engine,
    tmp_path: Path,
    begins: datetime.datetime | None,
    ends: datetime.datetime | None,
    outcome: a.Outcome,
) -> None:
    link = both.released()
    logs = LogKeys((known(both.first.signer, begins=begins, ends=ends),), "the register")
    (tmp_path / "third").mkdir()
    with recorded(engine, tmp_path / "third", logs=logs) as third:
        answer = third.point.decide(with_chain(share(HOLDER, [NEXT]), link))
    assert answer.outcome == outcome, answer


# Answers that prove nothing --------------------------------------------------------------------


def changed(both: World, made: Recorded, **fields: object) -> a.Recorded:
    """A release of the owner's log whose entry says something else."""
    entry, circumstances = read(both.released())
    for name, value in fields.items():
        setattr(entry, name, value)
    return written(made, entry, circumstances)


def test_a_stale_permit_proves_nothing_onward(both: World) -> None:
    answer = both.onward(changed(both, both.first, stale=True))
    assert is_held(answer, "was given by stale policies")


def test_a_permit_of_a_development_identity_proves_nothing(both: World) -> None:
    answer = both.onward(changed(both, both.first, development=True))
    assert is_held(answer, "is of a development identity")


def test_among_development_services_it_can_be_tried(both: World) -> None:
    link = changed(both, both.first, development=True)
    point = both.second.point.point
    asked = with_chain(share(HOLDER, [NEXT]), link)
    trial = asking.Point(
        both.second.point.engine,
        both.second.point.folder / "trial",
        both.second.point.recording,
        logs=point.desk.snapshot.logs,
        development=True,
    )
    answer = trial.decide(asked)
    assert (answer.outcome, answer.development) == (a.OUTCOME_PERMIT, True)
    trial.store.close()


@pytest.mark.parametrize("outcome", [a.OUTCOME_HOLD, a.OUTCOME_DENY, a.OUTCOME_UNSPECIFIED])
def test_on_what_is_no_permit_nothing_was_released(both: World, outcome: a.Outcome) -> None:
    answer = both.onward(changed(both, both.first, outcome=outcome))
    assert (answer.outcome, answer.reason) == (a.OUTCOME_DENY, "not released")


def test_an_act_is_no_answer(both: World) -> None:
    entry = log.LogEntry(id=bytes(16), act=log.ActEntry(kind="recalled"))
    entry.at.FromDatetime(NOW)
    asked = with_chain(
        share(HOLDER, [NEXT]), recorded_as(both.first, entry, b""), release_id=bytes(16)
    )
    assert is_held(both.second.point.decide(asked), "it is no answer but an act")


def test_by_turning_on_a_switch_nobody_gets_a_copy(both: World) -> None:
    entry, circumstances = read(both.released())
    circumstances.question.act = "enable"
    answer = both.onward(written(both.first, entry, circumstances))
    assert is_held(answer, "permits `enable`, by which nobody gets a copy")


def test_other_data_than_were_released_are_no_copy(both: World) -> None:
    entry, circumstances = read(both.released())
    circumstances.question.data[:] = ["hit"]
    answer = both.onward(written(both.first, entry, circumstances))
    assert is_held(answer, "answer 1 of the chain released no `alpr_data`")


def test_a_part_of_what_was_released_may_go_on(both: World) -> None:
    asked = with_chain(share(HOLDER, [NEXT]), both.released())
    asked.data[:] = ["plate_read"]
    assert both.second.point.decide(asked).outcome == a.OUTCOME_PERMIT


# Every owner is asked --------------------------------------------------------------------------


def test_every_owner_of_the_chain_is_asked_and_the_strictest_counts(both: World) -> None:
    entry, circumstances = read(both.released())
    circumstances.question.owner = "CT/strictford-pd"  # a paper is read before it shares
    link = written(both.first, entry, circumstances)
    answer = both.onward(link)
    assert (answer.outcome, answer.hold.owner) == (a.OUTCOME_HOLD, "CT/strictford-pd")
    alone = both.second.point.decide(
        share(HOLDER, [NEXT], owner="CT/strictford-pd"), request_id="request-0099"
    )
    assert (answer.outcome, answer.reason) == (alone.outcome, alone.reason)
    assert [rule.id for rule in answer.explanation.rules] == [
        rule.id for rule in alone.explanation.rules
    ]
    told = read(answer.recorded)[0]
    assert told.follows == leaf_hash(link.entry)
    basis = both.second.store.circumstances(told.circumstances)
    assert basis is not None
    others = log.Circumstances.FromString(basis).chain.others
    assert [other.key for other in others] == ["CT/strictford-pd"]


def test_a_copy_said_to_be_the_holders_own_is_still_asked_of_its_owner(both: World) -> None:
    first = both.released()
    asked = with_chain(share(NEXT, owner=HOLDER), first)
    alone = both.second.point.decide(share(NEXT, owner=HOLDER), request_id="request-0098")
    both_asked = both.second.point.decide(asked)
    assert both_asked.outcome == max(alone.outcome, a.OUTCOME_PERMIT)
    basis = both.second.store.circumstances(read(both_asked.recorded)[0].circumstances)
    assert basis is not None
    assert [o.key for o in log.Circumstances.FromString(basis).chain.others] == [OWNER]


def test_an_owner_whom_nobody_knows_any_more_is_denied(both: World) -> None:
    entry, circumstances = read(both.released())
    circumstances.question.owner = "CT/gone-pd"
    answer = both.onward(written(both.first, entry, circumstances))
    assert answer.outcome == a.OUTCOME_DENY


def held() -> q.Question:
    """A question that a person must read."""
    words = asking.HELD
    return share(HOLDER, [NEXT], reason=words["reason"], purpose=words["purpose"])


def test_a_hold_of_another_owner_is_for_that_owner_to_settle(both: World) -> None:
    first = both.released()
    asked = with_chain(held(), first)
    answer = both.second.point.decide(asked, request_id="request-0097")
    assert answer.outcome == a.OUTCOME_HOLD
    assert answer.hold.owner == OWNER
    assert answer.explanation.settling


def test_the_chain_is_asked_of_every_question_of_a_class(both: World) -> None:
    link = both.released()
    assert both.onward(link).outcome == a.OUTCOME_PERMIT
    assert is_held(both.onward(link, by=LAST, to=HOLDER), "the chain ends with others")
    assert both.onward(link).outcome == a.OUTCOME_PERMIT


def test_a_provenance_is_no_part_of_the_digest_of_a_question(both: World) -> None:
    link = both.released()
    asked = share(HOLDER, [NEXT])
    plain = both.second.point.decide(asked, request_id="request-0091")
    chained = both.second.point.decide(with_chain(asked, link), request_id="request-0092")
    assert plain.request_digest == chained.request_digest


# The log ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_reference", [False, True])
def test_answers_about_copies_are_recomputed(
    engine: Engine, tmp_path: Path, by_reference: bool
) -> None:
    with world(engine, tmp_path) as both:
        first = both.released()
        second = both.handed_on(first)
        assert both.onward(first, second, by=NEXT, to=LAST).outcome == a.OUTCOME_PERMIT
        assert both.onward(second, by=NEXT, to=LAST).reason == "provenance"
        assert both.onward(first, to="TX/austin-pd").outcome == a.OUTCOME_DENY
        entry, circumstances = read(first)
        circumstances.question.owner = "CT/strictford-pd"
        assert both.onward(written(both.first, entry, circumstances)).reason == "duty first"
        known = libraries(tmp_path / "cache", by_reference=by_reference)
        report = replayed(both.second, known)
    assert not report.differences
    assert report.grades == {Grade.RECOMPUTED: 5}


def test_terms_that_were_left_out_are_told_by_the_reference(engine: Engine, tmp_path: Path) -> None:
    with world(engine, tmp_path) as both:
        entry, circumstances = read(both.released())
        entry.valid_until.seconds = int(NOW.timestamp()) + 60
        del circumstances.terms[:]
        written(both.second, entry, circumstances)
        known = libraries(tmp_path / "cache", by_reference=True)
        report = replayed(both.second, known)
    assert [found.why for found in report.differences] == [Why.TERMS]


def replayed(made: Recorded, known: Libraries) -> Report:
    replay = Replay(known, made.store.circumstances)
    for group in made.store.groups(0, made.store.head().edge.size):
        replay.take(group.first, group.entries)
    return replay.report


def spoilt(good: bytes, chance: random.Random) -> bytes:
    """A few bytes changed, left out, or put in."""
    data = bytearray(good)
    for _ in range(chance.randint(1, 3)):
        at = chance.randint(0, len(data))
        match chance.randrange(3):
            case 0:
                data[at : at + 1] = chance.randbytes(1)
            case 1:
                del data[at : at + chance.randint(1, 40)]
            case _:
                data[at:at] = chance.randbytes(chance.randint(1, 4))
    return bytes(data)


def test_no_spoilt_chain_is_permitted_or_fails(both: World) -> None:
    first = both.released()
    good = with_chain(share(NEXT, [LAST]), first, both.handed_on(first))
    chance, alarms = random.Random(1126), len(both.second.point.alarms)
    for number in range(150):
        asked = q.Question()
        asked.CopyFrom(good)
        link = chance.choice(asked.provenance.links)
        place: object = chance.choice((link, link.proof))
        name = chance.choice(
            ("entry", "circumstances") if place is link else ("hashes", "signature")
        )
        setattr(place, name, spoilt(getattr(place, name), chance))
        answer = both.second.point.decide(asked, request_id=f"spoilt-{number:05}")
        assert answer.reason == "provenance" or asked == good, asked.provenance
    assert len(both.second.point.alarms) == alarms


def test_what_is_held_and_shown_badly_needs_both(both: World) -> None:
    asked = held()
    asked.provenance.release_id = bytes(16)
    answer = both.second.point.decide(asked, request_id="request-0096")
    assert answer.outcome == a.OUTCOME_HOLD
    assert answer.reason != "provenance"
    assert answer.HasField("hold")
    for settling in answer.explanation.settling:
        kinds = [need.kind for need in settling.needs]
        assert kinds.count("provenance") == 1
        assert len(kinds) > 1


def test_a_chain_beyond_its_limits_spoils_no_other_question_of_a_batch(both: World) -> None:
    link = both.released()
    long = with_chain(share(HOLDER, [NEXT]), *[link] * 9)
    good = with_chain(share(HOLDER, [NEXT]), link)
    request = d.DecideManyRequest(envelope=envelope("batch-0077"), questions=[long, good])
    data = both.second.point.call("DecideMany", request.SerializeToString(), caller(HOLDER))
    answers = d.DecideManyResponse.FromString(data).answers
    assert [answer.reason for answer in answers] == ["not understood", "permitted"]
