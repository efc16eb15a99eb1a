"""What would settle a HOLD, and what is lawful now."""

from __future__ import annotations

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.request import DutyDone, Review, Statement, Voucher
from platelaw.engine.values import Members, Value

from .small import ANY_USE, answer_of, ask, engine_of, owner, paper, rule, state

CUSTODIAN = Voucher("AA/pd", "custodian", "clerk")
REVIEWER = Voucher("AA/pd", "reviewer", "lieutenant")


def sets(decision: Decision) -> list[set[str]]:
    """The settling sets, each as the names of what it needs."""
    return [{need.name for need in item.needs} for item in decision.settling]


def limited(grounds: str) -> Engine:
    """Where a search is limited to these grounds."""
    lines = "\n".join(f"g{at}: {text}" for at, text in enumerate(grounds.split(";")))
    return engine_of(
        state(rule("listed", f"limit search of alpr_data to\n{lines}")), owner(ANY_USE)
    )


@pytest.mark.parametrize(
    ("grounds", "expected"),
    [
        ("case.sealed is yes", [{"case.sealed"}]),
        ("case.sealed is yes; case.checked is yes", [{"case.checked"}, {"case.sealed"}]),
        ("case.sealed is yes and case.checked is yes", [{"case.checked", "case.sealed"}]),
        ("case.sealed is yes; case.sealed is yes and case.checked is yes", [{"case.sealed"}]),
        ("case.sealed is yes and case.stage is early; case.checked is yes", [{"case.checked"}]),
        ("case.sealed is yes and doubt", [{"case.sealed", "doubt"}]),
    ],
)
def test_the_smallest_sets_settle(grounds: str, expected: list[set[str]]) -> None:
    decision = ask(limited(grounds))
    assert answer_of(decision) == ("HOLD", "unproven")
    assert sorted(sets(decision), key=sorted) == sorted(expected, key=sorted)


def test_each_set_offered_does_settle() -> None:
    engine = limited("case.sealed is yes; case.checked is yes and case.open is yes")
    claims: dict[str, Value] = {"request.claims": Members(("case.open",))}
    decision = ask(engine, claims)
    assert sets(decision) == [{"case.sealed"}, {"case.checked", "case.open"}]
    for item in decision.settling:
        proven: dict[str, Value] = {need.name: True for need in item.needs}
        assert answer_of(ask(engine, {**claims, **proven})) == ("PERMIT", "permitted")


def test_facts_a_review_and_a_duty_settle_together() -> None:
    bar = rule("bar", "forbid search of alpr_data\nunless seal: case.sealed is yes")
    refer = rule("read", "refer search of alpr_data to reviewer")
    duty = rule("duty", "require search of alpr_data\nmust train before search")
    engine = engine_of(state(bar, refer, duty), owner(ANY_USE))
    decision = ask(engine)
    assert sets(decision) == [{"case.sealed", "aa/act/read", "train"}]
    settled = ask(
        engine,
        {"case.sealed": True},
        reviews=(Review("read", cleared=True, voucher=REVIEWER),),
        duties=(DutyDone("train", CUSTODIAN),),
    )
    assert answer_of(settled) == ("PERMIT", "permitted")


def test_an_instrument_counts_as_one_thing_whatever_is_open_about_it() -> None:
    warrant = (
        "some i in request.instruments is a warrant from a court "
        "with probable_cause, covering the request, unexpired"
    )
    engine = limited(f"{warrant}; case.sealed is yes and case.checked is yes")
    decision = ask(engine, papers=(paper(verified=False, probable_cause=None, expires=None),))
    assert sets(decision) == [{"1 (warrant)"}, {"case.sealed", "case.checked"}]


def test_what_only_the_requesters_own_word_would_add_is_named_and_never_offered() -> None:
    engine = limited("case.stage is early; case.sealed is yes")
    decision = ask(engine)
    assert sets(decision) == [{"case.sealed"}]
    assert decision.not_stated == ("case.stage",)
    alone = ask(limited("case.stage is early"))
    assert alone.not_stated == ("case.stage",)
    assert all(need.is_asserted for item in alone.settling for need in item.needs)


def test_who_may_prove_it_is_told() -> None:
    (item,) = ask(limited("case.checked is yes")).settling
    (need,) = item.needs
    assert (need.level, need.roles) == (tree.Level.ATTESTATION, ("custodian", "supervisor"))


def test_a_denial_and_a_permit_are_settled() -> None:
    engine = limited("request.purpose is a kind of theft")
    assert ask(engine).settling == ()
    assert ask(engine, {"request.purpose": "upkeep"}).settling == ()


def test_a_hold_that_nothing_proven_would_clear_has_no_set() -> None:
    """The permit waits for a fact; the bar bites whatever it turns out to be."""
    one = rule("one", "forbid search of alpr_data\nif case.sealed is yes")
    other = rule("other", "forbid search of alpr_data\nif case.sealed is no")
    decision = ask(engine_of(state(one, other), owner(ANY_USE)))
    assert answer_of(decision) == ("HOLD", "unproven")
    assert decision.settling == ()


# Routes -------------------------------------------------------------------------------------

WHO = rule(
    "who",
    "limit search, share of alpr_data, for every recipient, to\nown: recipient.sovereign is AA",
)


def routes(decision: Decision) -> list[tuple[str, str]]:
    return [(route.change.changes, route.change.words) for route in decision.routes]


def test_the_owners_own_officer_may_do_it() -> None:
    engine = engine_of(state(WHO), owner(ANY_USE))
    for act, verb in (("search", "search"), ("share", "search")):
        decision = ask(engine, requester="BB/pd", act=act)
        assert decision.outcome.value == "DENY"
        ((changes, words),) = routes(decision)
        assert changes == "who acts"
        assert f"may {verb} these data" in words
        assert "The AA/pd" in words


def test_nobody_else_receives_it() -> None:
    engine = engine_of(state(WHO), owner(ANY_USE))
    decision = ask(engine, {"request.recipients": Members(("BB/pd",))})
    assert [changes for changes, _ in routes(decision)] == ["recipients"]


def test_less_is_released() -> None:
    hits = rule("hits", "forbid search of hit")
    decision = ask(engine_of(state(hits), owner(ANY_USE)))
    assert decision.outcome.value == "HOLD"
    assert [words for _, words in routes(decision)] == [
        "the same search of plate_read alone, if that is what is released"
    ]


def test_a_list_is_left_out() -> None:
    lists = rule("lists", "forbid alert of alpr_data\nif alert.lists includes list_b")
    engine = engine_of(state(lists), owner(ANY_USE))
    measured: dict[str, Value] = {"alert.lists": Members(("list_a", "list_b"))}
    decision = ask(engine, act="alert", system=measured, since=None)
    assert routes(decision) == [("alert.lists", "the same alert without list_b in alert.lists")]


@pytest.mark.parametrize(
    "bar",
    [
        "if request.purpose is a kind of theft",
        "if case.number is not stated",
        "unless seal: case.sealed is yes",
    ],
)
def test_no_route_changes_purpose_reason_or_evidence(bar: str) -> None:
    engine = engine_of(state(rule("bar", f"forbid search of alpr_data\n{bar}")), owner(ANY_USE))
    assert routes(ask(engine, {"case.sealed": False})) == []
    facts: dict[str, Value] = {"case.sealed": False, "request.recipients": Members(("BB/pd",))}
    assert routes(ask(engine, facts, requester="AA/other")) == []


def test_a_route_stays_within_what_was_proven() -> None:
    """A statement that was vouched for is kept, for whoever acts instead."""
    bar = rule("bar", "forbid search of alpr_data\nunless checked: case.checked is yes")
    engine = engine_of(state(WHO, bar), owner(ANY_USE))
    vouched = Statement("case.checked", True, tree.Level.ATTESTATION, CUSTODIAN)
    assert [changes for changes, _ in routes(ask(engine, None, vouched, requester="BB/pd"))] == [
        "who acts"
    ]
    said = Statement("case.checked", True)
    assert routes(ask(engine, None, said, requester="BB/pd")) == []
