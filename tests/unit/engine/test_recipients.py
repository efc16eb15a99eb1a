"""Who gets the data and on what paper: rules for every recipient, papers that count for one."""

from __future__ import annotations

import datetime
from dataclasses import replace
from typing import Any

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.explanation import NeedKind
from platelaw.engine.registry import Registry
from platelaw.engine.request import Statement, Voucher
from platelaw.engine.values import Members, Span

from .small import (
    ANY_USE,
    NOW,
    REGISTRY,
    answer_of,
    ask,
    body,
    deciding,
    engine_of,
    owner,
    paper,
    rule,
    state,
)

WHO = rule(
    "who",
    """limit search, share of alpr_data, for every recipient, to
    own: recipient.sovereign is AA and recipient.kind is a kind of police
    declared: recipient.kind is a kind of police and recipient.standing is on_file
    paper: some i in request.instruments is a warrant from a court of {AA, US}
      with probable_cause, covering the request, unexpired
    match: match.found is yes""",
)  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Engine:
    return engine_of(state(WHO), owner(ANY_USE))


def members(*keys: str) -> Members:
    return Members(keys)


# Rule 9: whoever stands behind the search ---------------------------------------------------


@pytest.mark.parametrize("name", ["request.recipients", "request.on_behalf_of", "user.directed_by"])
@pytest.mark.parametrize(
    ("key", "outcome"), [("AA/other", "PERMIT"), ("BB/pd", "PERMIT"), ("US/bureau", "DENY")]
)
def test_everyone_who_stands_behind_a_search_is_asked_for(
    engine: Engine, name: str, key: str, outcome: str
) -> None:
    assert ask(engine, {name: members(key)}).outcome.value == outcome


def test_one_recipient_that_fails_is_enough_to_deny(engine: Engine) -> None:
    decision = ask(engine, {"request.recipients": members("AA/other", "US/bureau", "BB/pd")})
    assert answer_of(decision) == ("DENY", "forbidden")
    values = {turn.recipient: turn.value.name for turn in decision.deciding()[0].turns}
    assert values == {"AA/pd": "FALSE", "AA/other": "FALSE", "US/bureau": "TRUE", "BB/pd": "FALSE"}


def test_an_authority_that_asks_for_itself_is_a_recipient(engine: Engine) -> None:
    """W4: the requester is the first of the recipients."""
    assert answer_of(ask(engine, requester="US/bureau")) == ("DENY", "forbidden")
    named = rule("named", "forbid search of alpr_data\nif some r in recipients is a kind of bureau")
    bars = engine_of(state(named), owner(ANY_USE))
    assert answer_of(ask(bars, requester="US/bureau")) == ("DENY", "forbidden")
    assert answer_of(ask(bars)) == ("PERMIT", "permitted")


# W5: sets of recipients that are not known whole --------------------------------------------


@pytest.mark.parametrize("name", ["request.recipients", "request.on_behalf_of", "user.directed_by"])
@pytest.mark.parametrize("known", [None, (), ("AA/other",)])
def test_while_a_set_of_recipients_is_open_the_answer_is_held(
    engine: Engine, name: str, known: tuple[str, ...] | None
) -> None:
    if known is None:
        decision = ask(engine, without=(name,))
    else:
        decision = ask(engine, {name: Members(known, complete=False)})
    assert answer_of(decision) == ("HOLD", "unproven")
    needs = {need.name for item in decision.settling for need in item.needs}
    assert needs == {name}


def test_an_open_set_never_hides_a_recipient_that_is_known_to_fail(engine: Engine) -> None:
    decision = ask(engine, {"request.recipients": Members(("US/bureau",), complete=False)})
    assert answer_of(decision) == ("DENY", "forbidden")


def test_several_open_sets_are_all_needed(engine: Engine) -> None:
    decision = ask(engine, without=("request.recipients", "user.directed_by"))
    assert [{need.name for need in item.needs} for item in decision.settling] == [
        {"request.recipients", "user.directed_by"}
    ]


def test_whoever_directs_must_be_attested_and_that_nobody_does_is_taken_at_ones_word(
    engine: Engine,
) -> None:
    def directed(*keys: str) -> Decision:
        return ask(engine, None, Statement("user.directed_by", members(*keys)), simulated=False)

    assert answer_of(directed()) == ("PERMIT", "permitted")
    assert answer_of(directed("AA/other")) == ("HOLD", "unproven")


# W9: kinds of the registry are exact --------------------------------------------------------


def test_a_kind_of_the_registry_is_exact() -> None:
    """A body on file as a public body is no bureau, although a bureau is a public body."""
    bar = rule(
        "bar",
        "forbid search of alpr_data, for every recipient\nif recipient.kind is a kind of bureau",
    )
    bodies = {**REGISTRY.bodies, **dict([body("AA/hall", "public_body"), body("AA/odd", "guild")])}
    engine = engine_of(state(bar), owner(ANY_USE), registry=Registry(bodies))
    assert ask(engine, {"request.recipients": members("AA/hall")}).outcome.value == "PERMIT"
    assert ask(engine, {"request.recipients": members("AA/odd")}).outcome.value == "HOLD"
    assert ask(engine, {"request.recipients": members("US/bureau")}).outcome.value == "DENY"


# W2: papers and facts that count for one recipient ------------------------------------------

WARRANT = (paper(issued_to="US/bureau"),)


def test_a_warrant_opens_for_its_holder(engine: Engine) -> None:
    decision = ask(engine, requester="US/bureau", papers=WARRANT)
    assert answer_of(decision) == ("PERMIT", "permitted")
    assert answer_of(ask(engine, requester="US/bureau", papers=(paper(),)))[0] == "PERMIT"


@pytest.mark.parametrize(
    ("requester", "facts"),
    [
        ("US/bureau", {"request.recipients": members("AA/person")}),
        ("US/bureau", {"user.directed_by": members("AA/person")}),
        ("AA/pd", {"request.recipients": members("US/bureau", "AA/person")}),
        ("AA/person", {}),
    ],
)
def test_a_warrant_opens_for_nobody_else(
    engine: Engine, requester: str, facts: dict[str, Any]
) -> None:
    decision = ask(engine, facts, requester=requester, papers=WARRANT)
    assert answer_of(decision) == ("DENY", "forbidden")
    biting = [t.recipient for t in decision.deciding()[0].turns if t.value.name == "TRUE"]
    assert biting == ["AA/person"]


def test_a_warrant_opens_for_who_acts_for_its_holder(engine: Engine) -> None:
    facts = {"request.on_behalf_of": members("US/bureau")}
    assert ask(engine, facts, requester="AA/person", papers=WARRANT).outcome.value == "PERMIT"
    facts = {"request.recipients": members("US/bureau")}
    assert ask(engine, facts, requester="AA/person", papers=WARRANT).outcome.value == "DENY"


def test_a_match_with_somebody_as_recipient_opens_for_that_one_alone(engine: Engine) -> None:
    claims: dict[str, Any] = {"request.claims": members("match.found")}
    match = Statement("match.found", True, tree.Level.VERIFICATION, about="AA/person")
    for key, outcome in (("AA/person", "PERMIT"), ("US/bureau", "DENY")):
        decision = ask(engine, {**claims, "request.recipients": members(key)}, match)
        assert decision.outcome.value == outcome
    decision = ask(
        engine, {**claims, "request.recipients": members("AA/person", "US/bureau")}, match
    )
    assert decision.outcome.value == "DENY"
    decision = ask(engine, {"request.recipients": members("AA/person")}, match)
    assert decision.outcome.value == "DENY"  # not claimed


def test_a_match_that_is_claimed_and_not_proven_holds(engine: Engine) -> None:
    claims = {"request.claims": members("match.found")}
    said = Statement("match.found", True, about="")
    decision = ask(engine, claims, said, requester="US/bureau")
    assert answer_of(decision) == ("HOLD", "unproven")


def test_outside_a_loop_a_paper_counts_only_if_it_counts_for_all() -> None:
    once = rule(
        "once",
        "forbid share of alpr_data\nunless paper: some i in request.instruments is a warrant "
        "with covering the request",
    )
    engine = engine_of(state(once), owner(ANY_USE))

    def outcome(facts: dict[str, Any] | None = None, without: tuple[str, ...] = ()) -> str:
        decision = ask(
            engine, facts, requester="US/bureau", act="share", papers=WARRANT, without=without
        )
        return decision.outcome.value

    assert outcome() == "PERMIT"
    assert outcome({"request.recipients": members("AA/person")}) == "DENY"
    assert outcome(without=("request.recipients",)) == "HOLD"


def test_two_statements_that_count_for_one_recipient_may_not_disagree(engine: Engine) -> None:
    """What counts for whom he acts for counts for the requester too: then two values are stated."""
    facts = {"request.on_behalf_of": members("AA/person"), "request.claims": members("match.found")}
    own = Statement("match.found", False, tree.Level.VERIFICATION)
    others = Statement("match.found", True, tree.Level.VERIFICATION, about="AA/person")
    for stated in ((own, others), (others, own)):
        assert answer_of(ask(engine, facts, *stated)) == ("DENY", "contradiction")
        assert (
            ask(engine, {"request.claims": facts["request.claims"]}, *stated).reason == "permitted"
        )


# W8: a paper is at most what it says --------------------------------------------------------

ORDERS = rule(
    "orders",
    """limit search of alpr_data to
    paper: some i in request.instruments is a judges_paper from a court of {AA, US}
      with probable_cause, covering the request, unexpired""",
)  # fmt: skip


@pytest.fixture(scope="module")
def orders() -> Engine:
    return engine_of(state(ORDERS), owner(ANY_USE))


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "PERMIT"),
        ({"kind": "judges_paper"}, "PERMIT"),
        ({"kind": "notice"}, "DENY"),
        ({"kind": "instrument"}, "DENY"),
        ({"issuer": "AA/pd"}, "DENY"),
        ({"issuer": "US/bureau"}, "DENY"),
        ({"issuer": None}, "HOLD"),
        ({"probable_cause": False}, "DENY"),
        ({"probable_cause": None}, "HOLD"),
        ({"covers": False}, "DENY"),
        ({"covers": None}, "HOLD"),
        ({"expires": datetime.date(2026, 11, 2)}, "DENY"),
        ({"expires": datetime.date(2026, 11, 3)}, "PERMIT"),  # to the end of that day
        ({"expires": None}, "HOLD"),
    ],
)
def test_a_verified_paper_is_what_it_says_and_no_more(
    orders: Engine, changes: dict[str, Any], outcome: str
) -> None:
    assert ask(orders, papers=(paper(**changes),)).outcome.value == outcome
    unverified = ask(orders, papers=(paper(**changes, verified=False),))
    assert unverified.outcome.value == ("HOLD" if outcome == "PERMIT" else outcome)


def test_one_good_paper_is_enough_and_none_is_none(orders: Engine) -> None:
    assert ask(orders, papers=(paper("notice"), paper())).outcome.value == "PERMIT"
    assert ask(orders, papers=()).outcome.value == "DENY"
    assert ask(orders, papers=None).outcome.value == "HOLD"


def test_a_paper_that_is_not_verified_settles_as_one_thing(orders: Engine) -> None:
    decision = ask(orders, papers=(paper(verified=False),))
    (item,) = decision.settling
    (need,) = item.needs
    assert (need.kind, need.name, need.roles) == (
        NeedKind.INSTRUMENT, "1 (warrant)", ("clerk", "custodian"),
    )  # fmt: skip


def test_nobody_verifies_his_own_paper(orders: Engine) -> None:
    for voucher, outcome in (
        (Voucher("AA/court", "clerk", "x"), "PERMIT"),
        (Voucher("AA/pd", "custodian", "other"), "PERMIT"),
        (Voucher("AA/pd", "custodian", "officer"), "HOLD"),
        (Voucher("AA/pd", "clerk", "other"), "HOLD"),
        (None, "HOLD"),
    ):
        signed = replace(paper(), voucher=voucher)
        assert ask(orders, papers=(signed,), simulated=False).outcome.value == outcome


def test_an_expiry_around_midnight_counts_in_the_zone_of_the_law(orders: Engine) -> None:
    last = (paper(expires=datetime.date(2026, 11, 2)),)
    before = Span.at(datetime.datetime(2026, 11, 3, 4, 59, 59, tzinfo=datetime.UTC))
    after = Span.at(datetime.datetime(2026, 11, 3, 5, 0, tzinfo=datetime.UTC))
    either = Span(before.earliest, after.latest)
    since = datetime.date(2026, 11, 1)
    for at, outcome in ((before, "PERMIT"), (after, "DENY"), (either, "HOLD")):
        assert ask(orders, papers=last, at=at, since=since).outcome.value == outcome
    assert deciding(ask(orders, papers=last, at=Span.at(NOW))) == ["orders"]
