"""Every outcome and reason of an answer, each by the smallest law that gives it."""

from __future__ import annotations

import datetime

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.decision import Engine
from platelaw.engine.reference import RuleState, Verdict
from platelaw.engine.request import DutyDone, Reason, Review, Statement, Voucher
from platelaw.engine.values import Cause, Members, Span, TextState, Value

from .small import (
    ANY_USE,
    NOW,
    answer_of,
    ask,
    deciding,
    engine_of,
    federal,
    owner,
    policy,
    rule,
    state,
)

BARRED = rule("barred-use", "forbid search of alpr_data\nif request.purpose is a kind of barred")
READ_FIRST = rule(
    "read-first",
    "refer search of alpr_data to reviewer within 1 hour\nif reason.possibly includes barred",
)
GRIM = Reason("a grim matter")
REVIEWER = Voucher("AA/pd", "reviewer", "lieutenant")
CUSTODIAN = Voucher("AA/pd", "custodian", "clerk")


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(state(BARRED), owner(ANY_USE))


def test_what_the_owner_permits_and_nothing_bars_is_permitted(engine: Engine) -> None:
    decision = ask(engine)
    assert answer_of(decision) == ("PERMIT", "permitted")
    assert deciding(decision) == ["any-use"]
    assert decision.verdicts[tree.Layer.STATE] is Verdict.CLEAR


def test_a_bar_that_bites_forbids(engine: Engine) -> None:
    decision = ask(engine, {"request.purpose": "barred"})
    assert answer_of(decision) == ("DENY", "forbidden")
    assert deciding(decision) == ["barred-use"]
    assert decision.verdicts[tree.Layer.STATE] is Verdict.DENY


@pytest.mark.parametrize(
    ("purpose", "answer"),
    [
        ("theft", ("PERMIT", "permitted")),
        ("joint", ("DENY", "forbidden")),
        ("inquiry", ("HOLD", "unproven")),  # it may be the one that is barred too
        ("purpose", ("HOLD", "unproven")),
    ],
)
def test_a_word_that_covers_both_uses_settles_neither(
    engine: Engine, purpose: str, answer: tuple[str, str]
) -> None:
    assert answer_of(ask(engine, {"request.purpose": purpose})) == answer


def test_an_agency_that_is_not_on_file_is_denied(engine: Engine) -> None:
    for decision in (
        ask(engine, requester="ZZ/pd"),
        ask(engine, {"request.recipients": Members(("ZZ/pd",))}),
        ask(engine, {"request.on_behalf_of": Members(("BB/pd", "ZZ/pd"))}),
        ask(engine, {"user.directed_by": Members(("ZZ/pd",))}),
    ):
        assert answer_of(decision) == ("DENY", "unknown agency")
        assert "`ZZ/pd`" in decision.faults[0].message


@pytest.mark.parametrize(("act", "data"), [("search", "record"), ("alert", "image")])
def test_what_no_rule_names_is_outside_this_law(engine: Engine, act: str, data: str) -> None:
    decision = ask(engine, act=act, data=(data,))
    assert answer_of(decision) == ("DENY", "outside this law")
    assert decision.results == ()
    assert decision.may_apply == (("The camera act (secondary)",) if data == "image" else ())


def test_a_rule_on_a_narrower_kind_makes_it_no_other_law() -> None:
    hits = rule("hits", "forbid share of hit\nif request.purpose is a kind of barred")
    engine = engine_of(state(hits), owner(rule("own", "permit share of plate_read")))
    assert ask(engine, act="share", data=("alpr_data",)).reason == "unproven"
    assert ask(engine, act="keep", data=("alpr_data",)).reason == "outside this law"


def test_before_and_after_the_law_there_is_none() -> None:
    since = "in force from 2026-10-01 until 2026-12-01"
    engine = engine_of(state(rule("bar", "forbid search of alpr_data", since=since)))
    for day, reason in (
        ("2026-09-30", "no law of that day"),
        ("2026-10-01", "forbidden"),
        ("2026-11-30", "forbidden"),
        ("2026-12-01", "no law of that day"),
    ):
        decision = ask(engine, at=Span.of_day(datetime.date.fromisoformat(day)))
        assert answer_of(decision) == ("DENY", reason)


def test_without_an_owners_policy_nothing_opens() -> None:
    assert answer_of(ask(engine_of(state(BARRED)))) == ("DENY", "no policy on file")
    over = rule(
        "own", "permit search of alpr_data", since="in force from 2020-01-01 until 2026-01-01"
    )
    assert ask(engine_of(state(BARRED), owner(over))).reason == "no policy on file"


@pytest.mark.parametrize(
    "own",
    [
        "forbid search of alpr_data\nif request.purpose is a kind of barred",
        "permit share of alpr_data",
        "permit search of alpr_data\nif request.purpose is a kind of robbery",
        "permit search of hit",
    ],
)
def test_a_policy_that_is_silent_opens_nothing(own: str) -> None:
    engine = engine_of(state(BARRED), owner(rule("own", own)))
    decision = ask(engine, data=("plate_read",))
    assert answer_of(decision) == ("DENY", "no ground")
    assert decision.on_file


def test_another_agencys_permit_opens_nothing(engine: Engine) -> None:
    assert ask(engine, holder="AA/other").reason == "no policy on file"


def test_a_permit_whose_condition_is_unproven_holds() -> None:
    own = rule("own", "permit search of alpr_data\nif case.checked is yes")
    engine = engine_of(state(BARRED), owner(own))
    decision = ask(engine)
    assert answer_of(decision) == ("HOLD", "unproven")
    assert [need.name for item in decision.settling for need in item.needs] == ["case.checked"]
    assert answer_of(ask(engine, {"case.checked": True}))[0] == "PERMIT"
    assert answer_of(ask(engine, {"case.checked": False})) == ("DENY", "no ground")


def test_a_contradiction_is_denied_before_any_rule(engine: Engine) -> None:
    decision = ask(
        engine, None, Statement("request.purpose", "theft"), Statement("request.purpose", "barred")
    )
    assert answer_of(decision) == ("DENY", "contradiction")
    assert decision.results == ()


# Exceptions and grounds ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sealed", "answer"),
    [
        (True, ("PERMIT", "permitted")),
        (False, ("DENY", "forbidden")),
        (None, ("HOLD", "unproven")),  # it does not let through: it turns DENY into HOLD
    ],
)
def test_an_exception_lets_through_only_if_it_is_proven(
    sealed: bool | None, answer: tuple[str, str]
) -> None:
    bar = rule("bar", "forbid search of alpr_data\nunless seal: case.sealed is yes")
    engine = engine_of(state(bar), owner(ANY_USE))
    assert answer_of(ask(engine, {} if sealed is None else {"case.sealed": sealed})) == answer


def test_each_of_several_limits_must_be_met_and_one_ground_meets_a_limit() -> None:
    first = rule(
        "first", "limit search of alpr_data to\na: case.stage is early\nb: case.count is at most 1"
    )
    second = rule("second", "limit search of alpr_data to\nc: case.sealed is yes")
    engine = engine_of(state(first, second), owner(ANY_USE))
    met: dict[str, Value] = {"case.stage": "early", "case.sealed": True}
    assert ask(engine, met).outcome is tree.Outcome.PERMIT
    decision = ask(engine, {**met, "case.sealed": False})
    assert answer_of(decision) == ("DENY", "forbidden")
    assert deciding(decision) == ["second"]


def test_of_several_permits_one_is_enough_and_an_undone_duty_of_another_does_not_count() -> None:
    late = rule("late", "permit search of alpr_data\nmust train before search")
    engine = engine_of(state(BARRED), owner(late, ANY_USE))
    decision = ask(engine)
    assert answer_of(decision) == ("PERMIT", "permitted")
    assert [duty.duty for duty in decision.duties] == []


# Review and duties --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def referring() -> Engine:
    return engine_of(state(BARRED, READ_FIRST), owner(ANY_USE))


def test_a_referral_holds_until_the_named_role_clears_it(referring: Engine) -> None:
    decision = ask(referring, reason=GRIM)
    assert answer_of(decision) == ("HOLD", "referred")
    assert [need.name for item in decision.settling for need in item.needs] == ["aa/act/read-first"]
    for name in ("read-first", "aa/act/read-first"):
        cleared = (Review(name, cleared=True, voucher=REVIEWER),)
        assert answer_of(ask(referring, reason=GRIM, reviews=cleared))[0] == "PERMIT"


def test_a_refusal_on_review_is_denied_even_if_another_clears(referring: Engine) -> None:
    both = tuple(
        Review("read-first", cleared=cleared, voucher=REVIEWER) for cleared in (True, False)
    )
    for reviews in (both, both[::-1], both[1:]):
        decision = ask(referring, reason=GRIM, reviews=reviews)
        assert answer_of(decision) == ("DENY", "refused on review")
        assert [result.state for result in decision.deciding()] == [RuleState.REFUSED]


@pytest.mark.parametrize(
    "voucher",
    [
        None,
        CUSTODIAN,
        Voucher("AA/other", "reviewer", "x"),
        Voucher("AA/pd", "reviewer", "officer"),
        Voucher("AA/pd", "reviewer"),
        Voucher("ZZ/pd", "reviewer", "x"),
    ],
)
@pytest.mark.parametrize("cleared", [True, False])
def test_a_review_by_anyone_else_says_nothing(
    referring: Engine, voucher: Voucher | None, *, cleared: bool
) -> None:
    word = (Review("read-first", cleared=cleared, voucher=voucher),)
    decision = ask(referring, reason=GRIM, reviews=word, simulated=False)
    assert answer_of(decision) == ("HOLD", "referred")


def test_a_clean_reason_is_not_referred_and_a_review_of_it_changes_nothing(
    referring: Engine,
) -> None:
    refused = (Review("read-first", cleared=False, voucher=REVIEWER),)
    assert answer_of(ask(referring, reviews=refused)) == ("PERMIT", "permitted")


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        (Reason(""), "PERMIT"),
        (Reason("evil twin"), "PERMIT"),
        (Reason("EVIL"), "HOLD"),
        (Reason(None, Cause.REDACTED), "HOLD"),
    ],
)
def test_a_blank_reason_shows_nothing_and_a_hidden_one_is_unproven(
    referring: Engine, reason: Reason, outcome: str
) -> None:
    assert ask(referring, reason=reason).outcome.value == outcome


@pytest.mark.parametrize("layer", ["forbid", "limit", "require", "refer"])
def test_a_duty_before_the_act_holds_while_it_is_not_done(layer: str) -> None:
    does = {
        "forbid": "forbid search of alpr_data\nif request.purpose is a kind of barred",
        "limit": "limit search of alpr_data to\na: request.purpose is a kind of inquiry",
        "require": "require search of alpr_data",
        "refer": "refer search of alpr_data to reviewer",
    }[layer]
    engine = engine_of(state(rule("first", f"{does}\nmust train before search")), owner(ANY_USE))
    cleared = (Review("first", cleared=True, voucher=REVIEWER),)
    undone = ask(engine, reviews=cleared, simulated=False)
    done = ask(engine, reviews=cleared, duties=(DutyDone("train", CUSTODIAN),), simulated=False)
    assert answer_of(done) == ("PERMIT", "permitted")
    if layer == "forbid":  # its condition is false, so that it has nothing to say
        assert answer_of(undone) == ("PERMIT", "permitted")
    else:
        assert answer_of(undone) == ("HOLD", "duty first")
        (item,) = undone.settling
        assert [need.name for need in item.needs] == ["train"]


def test_a_duty_before_the_act_is_part_of_a_permit() -> None:
    engine = engine_of(owner(rule("own", "permit search of alpr_data\nmust train before search")))
    assert answer_of(ask(engine)) == ("HOLD", "duty first")
    done = (DutyDone("train", CUSTODIAN),)
    decision = ask(engine, duties=done)
    assert answer_of(decision) == ("PERMIT", "permitted")
    assert [(duty.duty, duty.done) for duty in decision.duties] == [("train", True)]


def test_a_duty_that_facts_show_done_is_never_false() -> None:
    engine = engine_of(
        owner(rule("own", "permit search of alpr_data\nmust note_case before search"))
    )
    assert answer_of(ask(engine, {"case.number": TextState.STATED}))[0] == "PERMIT"
    assert answer_of(ask(engine, {"case.number": TextState.BLANK})) == ("HOLD", "duty first")


def test_duties_add_up_and_of_one_duty_the_shortest_deadline_counts() -> None:
    often = rule("often", "require search of alpr_data\nmust report within 2 days of search")
    soon = rule("soon", "require search of alpr_data\nmust report within 1 hour of search")
    other = rule("other", "require share of alpr_data\nmust report within 1 minute of share")
    refusal = "on refusal must finding within 1 day by reviewer"
    bar = rule(
        "bar", f"forbid search of alpr_data\nif request.purpose is a kind of barred\n{refusal}"
    )
    engine = engine_of(state(often, other, bar), owner(ANY_USE, soon))
    (duty,) = ask(engine).duties
    assert (duty.duty, duty.holder, duty.deadline) == (
        "report",
        "reviewer",
        "within 1 hour of the search",
    )
    (duty,) = ask(engine, {"request.purpose": "barred"}).duties
    assert (duty.duty, duty.deadline) == ("finding", "within 1 day of this answer")


# Several kinds of data ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def split() -> Engine:
    hits = rule("hits", "forbid share of hit\nif request.purpose is a kind of inquiry")
    reads = rule("reads", "require share of plate_read\nmust report within 1 day of share")
    logs = rule("logs", "require share of record\nmust finding within 1 day of share")
    return engine_of(
        state(hits, reads, logs), owner(rule("own", "permit share of alpr_data, record"))
    )


def test_of_several_kinds_of_data_the_strictest_answer_counts(split: Engine) -> None:
    for data in (("plate_read", "hit"), ("hit", "plate_read")):
        decision = ask(split, act="share", data=data)
        assert answer_of(decision) == ("DENY", "forbidden")
        assert decision.data == "hit"
        assert [r.change.words for r in decision.routes if r.change.changes == "data"] == [
            "only plate_read"
        ]


def test_a_permit_of_several_kinds_of_data_carries_the_duties_of_all(split: Engine) -> None:
    for explained in (True, False):
        decision = ask(split, act="share", data=("plate_read", "record"), explained=explained)
        assert answer_of(decision) == ("PERMIT", "permitted")
        assert [duty.duty for duty in decision.duties] == ["report", "finding"]


def test_one_kind_outside_this_law_denies_the_whole(split: Engine) -> None:
    decision = ask(split, act="share", data=("plate_read", "image"))
    assert answer_of(decision) == ("DENY", "outside this law")


def test_a_broad_word_for_data_joins_the_condition() -> None:
    """Whether it is the narrower kind is not known: a bar on that kind is unproven."""
    engine = engine_of(state(rule("hits", "forbid search of hit")), owner(ANY_USE))
    assert answer_of(ask(engine, data=("alpr_data",))) == ("HOLD", "unproven")
    assert answer_of(ask(engine, data=("plate_read",))) == ("PERMIT", "permitted")
    assert answer_of(ask(engine, data=("hit",))) == ("DENY", "forbidden")


# A second state -----------------------------------------------------------------------------


def test_words_of_a_state_that_nobody_could_send_hold_and_never_fail() -> None:
    """Two states may bind one request, and neither knows the words of the other."""
    words = [
        f"vocabulary {name} 1 extends core 1\nfact {name}.ready : yes/no proven by assertion\n"
        f"fact recipient.{name}_listed : yes/no proven by registry\n"
        for name in ("va", "vb")
    ]
    acts = [
        policy(f"{name}/act", "state", rule(
            f"{name}-ready",
            f"forbid search of alpr_data\nunless ready: {name}.ready is yes\n"
            f"unless listed: owner.{name}_listed is yes",
        ), uses=f"{name} 1", binds=bound)
        for name, bound in (("va", "owner.sovereign is AA"), ("vb", "requester.sovereign is BB"))
    ]  # fmt: skip
    engine = engine_of(*words, *acts, owner(ANY_USE))
    assert answer_of(ask(engine, {"va.ready": True}))[0] == "PERMIT"
    decision = ask(engine, requester="BB/pd")
    assert decision.outcome is not tree.Outcome.PERMIT


def test_the_federal_layer_binds_everyone() -> None:
    engine = engine_of(federal(BARRED), owner(ANY_USE))
    assert answer_of(ask(engine, {"request.purpose": "barred"})) == ("DENY", "forbidden")
    assert ask(engine).law_date == (NOW.date(), NOW.date())
