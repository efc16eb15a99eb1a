"""Layers meet: the strictest answer of all counts, and none reaches into one above it."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from platelaw.dsl.check import check
from platelaw.engine.reference import Verdict
from platelaw.engine.registry import Registry
from platelaw.engine.request import Reason, Review, Voucher
from platelaw.engine.values import Members, Span

from .small import (
    ANY_USE,
    REGISTRY,
    WORDS,
    answer_of,
    ask,
    body,
    deciding,
    engine_of,
    federal,
    owner,
    parsed,
    policy,
    rule,
    state,
)

BARRED = rule(
    "barred-use", "forbid search, share of alpr_data\nif request.purpose is a kind of barred"
)
SILENT = rule("silent", "forbid keep of record")


@pytest.mark.parametrize("layer", ["federal", "state", "agreement", "owner", "requester"])
def test_a_bar_of_any_layer_forbids(layer: str) -> None:
    bar = policy(f"some/{layer}", layer, BARRED)
    engine = engine_of(state(SILENT), bar, owner(ANY_USE))
    decision = ask(engine, {"request.purpose": "barred"})
    assert answer_of(decision) == ("DENY", "forbidden")
    assert [name.value for name, v in decision.verdicts.items() if v is Verdict.DENY] == [layer]


@pytest.mark.parametrize("layer", ["agreement", "owner", "requester"])
def test_a_layer_that_holds_and_one_that_denies_deny(layer: str) -> None:
    other = policy(
        f"some/{layer}", layer, rule("sealed", "forbid search of alpr_data\nif case.sealed is yes")
    )
    engine = engine_of(state(BARRED), other, owner(ANY_USE))
    assert answer_of(ask(engine)) == ("HOLD", "unproven")
    assert answer_of(ask(engine, {"request.purpose": "barred"})) == ("DENY", "forbidden")


# Agreements ---------------------------------------------------------------------------------


def agreement(*rules: str) -> str:
    return policy("aa-and-bb/compact", "agreement", *rules, binds="requester.sovereign is BB")


def test_an_agreement_opens_although_the_owners_policy_is_silent() -> None:
    engine = engine_of(state(BARRED), agreement(ANY_USE), owner(SILENT))
    assert answer_of(ask(engine, requester="BB/pd")) == ("PERMIT", "permitted")
    assert answer_of(ask(engine, requester="AA/other")) == ("DENY", "no ground")


def test_an_agreement_does_not_open_where_no_owners_policy_is_on_file() -> None:
    engine = engine_of(state(BARRED), agreement(ANY_USE))
    assert answer_of(ask(engine, requester="BB/pd")) == ("DENY", "no policy on file")


def test_an_agreement_may_forbid_what_the_owner_permits() -> None:
    engine = engine_of(state(SILENT), agreement(BARRED), owner(ANY_USE))
    facts = {"request.purpose": "barred"}
    assert answer_of(ask(engine, facts, requester="BB/pd")) == ("DENY", "forbidden")
    assert answer_of(ask(engine, facts, requester="AA/other")) == ("PERMIT", "permitted")


# The requester's own policy -----------------------------------------------------------------


def test_the_requesters_policy_binds_him_and_opens_nothing() -> None:
    own = policy("agency/other", "requester", rule("own", "forbid search of alpr_data"),
                 binds="requester is agency:AA/other")  # fmt: skip
    engine = engine_of(state(BARRED), own, owner(ANY_USE))
    assert answer_of(ask(engine, requester="AA/other")) == ("DENY", "forbidden")
    assert answer_of(ask(engine, requester="BB/pd")) == ("PERMIT", "permitted")


def test_a_permit_of_the_requester_is_no_ground() -> None:
    own = policy("agency/other", "requester", ANY_USE, binds="requester is agency:AA/other")
    checked = check([parsed("words", WORDS), parsed("own", own)])
    assert checked.library is None
    assert any("permit" in fault.message for fault in checked.diagnostics)


# What the federal layer leaves open ---------------------------------------------------------

OPEN = rule("open", "leave open share of alpr_data\nif request.purpose is a kind of inquiry")


@pytest.mark.parametrize(
    "lower",
    [
        "forbid share of alpr_data",
        "limit share of alpr_data to\nnone: request.purpose is a kind of barred",
        "refer share of alpr_data to reviewer",
        "require share of alpr_data\nmust train before share",
        "forbid share of alpr_data\nif case.sealed is yes",
    ],
)
@pytest.mark.parametrize("layer", ["state", "agreement", "owner"])
def test_what_is_left_open_no_lower_layer_can_bar_refer_or_delay(lower: str, layer: str) -> None:
    bar = policy(f"some/{layer}", layer, rule("lower", lower))
    engine = engine_of(federal(OPEN), bar, state(SILENT), owner(ANY_USE))
    assert answer_of(ask(engine, act="share")) == ("PERMIT", "permitted")
    decision = ask(engine, {"request.purpose": "barred"}, act="share")
    assert decision.outcome.value != "PERMIT" or "none" in lower


def test_what_is_left_open_needs_no_ground_and_no_policy_on_file() -> None:
    """W16: the law says that it may not be prohibited or restricted."""
    assert answer_of(ask(engine_of(federal(OPEN)), act="share")) == ("PERMIT", "permitted")
    silent = engine_of(federal(OPEN), owner(SILENT))
    assert answer_of(ask(silent, act="share")) == ("PERMIT", "permitted")
    assert ask(silent, {"request.purpose": "upkeep"}, act="share").reason == "no ground"
    assert ask(silent, {"request.purpose": "barred"}, act="share").reason == "unproven"


def test_the_federal_layer_itself_may_bar_what_it_leaves_open() -> None:
    engine = engine_of(federal(OPEN, rule("but", "forbid share of alpr_data")), owner(ANY_USE))
    assert answer_of(ask(engine, act="share")) == ("DENY", "forbidden")


def test_what_may_be_left_open_turns_a_bar_into_a_hold() -> None:
    engine = engine_of(
        federal(OPEN), state(rule("bar", "forbid share of alpr_data")), owner(ANY_USE)
    )
    assert answer_of(ask(engine, act="share", without=("request.purpose",))) == ("HOLD", "unproven")


# Words of a lower layer ---------------------------------------------------------------------

TOWN = """
vocabulary town 1 extends core 1
kind bicycle_theft under theft
kind fair under barred
kind market under purpose
lexicon town indicates barred
  possibly "market day"
"""


def test_a_word_of_an_agency_is_read_above_as_its_nearest_ancestor() -> None:
    engine = engine_of(TOWN, state(BARRED), owner(ANY_USE, uses="town 1"))
    assert ask(engine, {"request.purpose": "bicycle_theft"}).outcome.value == "PERMIT"
    assert ask(engine, {"request.purpose": "fair"}).outcome.value == "DENY"
    assert ask(engine, {"request.purpose": "market"}).outcome.value == "HOLD"


def test_words_of_an_agencys_lexicon_are_seen_by_its_own_rules_alone() -> None:
    refer = rule(
        "read", "refer search of alpr_data to reviewer\nif reason.possibly includes barred"
    )
    above = engine_of(TOWN, state(refer), owner(ANY_USE, uses="town 1"))
    below = engine_of(TOWN, state(BARRED), owner(ANY_USE, refer, uses="town 1"))
    for engine in (above, below):
        assert ask(engine, reason=Reason("a grim matter")).reason == "referred"
    assert ask(above, reason=Reason("market day")).reason == "permitted"
    assert ask(below, reason=Reason("market day")).reason == "referred"


# Parameters and adoption --------------------------------------------------------------------


def parameter(days: int, *, since: str = "2020-01-01", raises: str = "lower") -> str:
    return (
        f"parameter longest is {days} days\n  agencies may {raises}\n"
        f'  cites "Law" status verified\n  in force from {since}\n'
    )


def stated(days: int, more: str = "") -> str:
    head = f"parameter longest is {days} days\n{more}"
    return f'{head}  cites "Law" status verified\n  in force from 2020-01-01\n'


OLD = rule("old", "forbid search of alpr_data\nif data.age is over longest")


def oldest(
    engine_policies: tuple[str, ...], requester: str = "AA/pd", on: str = "2026-11-03"
) -> int:
    """The age in days up to which a search is not forbidden."""
    engine = engine_of(*engine_policies)
    day = datetime.date.fromisoformat(on)
    return max(
        age
        for age in range(40)
        if ask(engine, requester=requester, at=Span.of_day(day),
               since=day - datetime.timedelta(days=age)).outcome.value == "PERMIT"
    )  # fmt: skip


def test_the_strictest_value_of_a_parameter_counts() -> None:
    law = state(parameter(21), OLD)
    assert oldest((law, owner(ANY_USE))) == 21
    assert oldest((law, owner(ANY_USE, stated(14)))) == 14
    assert oldest((law, owner(ANY_USE), agreement(SILENT, stated(7)))) == 21
    assert oldest((law, owner(ANY_USE), agreement(SILENT, stated(7))), "BB/pd") == 7
    assert (
        oldest(
            (
                law,
                owner(ANY_USE, stated(14)),
                agreement(SILENT, stated(17, "  agencies may lower\n")),
            ),
            "BB/pd",
        )
        == 14
    )


def test_the_requesters_policy_moves_no_parameter() -> None:
    own = policy("agency/other", "requester", SILENT, binds="requester is agency:AA/other")
    assert oldest((state(parameter(21), OLD), own, owner(ANY_USE)), "AA/other") == 21


def test_a_parameter_has_the_value_of_its_day() -> None:
    first = parameter(30).replace("from 2020-01-01", "from 2020-01-01 until 2026-10-01")
    law = state(first, parameter(21, since="2026-10-01"), OLD)
    assert oldest((law, owner(ANY_USE)), on="2026-09-30") == 30
    assert oldest((law, owner(ANY_USE)), on="2026-10-01") == 21


ADOPTS = """
policy agency/other
  adopts agency/pd 1 except
  title "The other's policy"
  issued by "The AA/other"
  uses core 1
  in force from 2026-06-01
  parameter longest is 14 days
"""


def test_a_policy_that_adopts_another_binds_by_the_registrys_path() -> None:
    bodies = dict([*REGISTRY.bodies.items(), body("AA/other", "police", policy="agency/other")])
    model = owner(ANY_USE).replace("policy agency/pd\n", "policy agency/pd 1\n")
    texts = (state(parameter(21), OLD), model, ADOPTS)
    engine = engine_of(*texts, registry=Registry(bodies))
    old = datetime.date(2026, 10, 16)
    assert answer_of(ask(engine, holder="AA/other", requester="AA/other"))[0] == "PERMIT"
    assert ask(engine, holder="AA/other", requester="AA/other", since=old).reason == "forbidden"
    assert ask(engine, since=old).reason == "permitted"
    assert ask(engine_of(*texts), holder="AA/other").reason == "no policy on file"
    before = Span.of_day(datetime.date(2026, 5, 31))
    decision = ask(engine, holder="AA/other", at=before, since=datetime.date(2026, 5, 30))
    assert decision.reason == "no policy on file"


# A rule's own binds -------------------------------------------------------------------------


def test_a_rule_may_bind_fewer_than_its_policy() -> None:
    bound = "binds owner.sovereign is AA"
    bar = "forbid search of alpr_data\nif request.purpose is a kind of barred"
    narrow = rule("narrow", f"{bound}\n{bar}")
    engine = engine_of(
        policy(
            "aa/act", "state", narrow, binds="owner.sovereign is AA or requester.sovereign is AA"
        ),
        policy("agency/bb", "owner", ANY_USE, binds="owner is agency:BB/pd"),
        owner(ANY_USE),
    )
    facts = {"request.purpose": "barred"}
    assert ask(engine, facts).reason == "forbidden"
    assert ask(engine, facts, holder="BB/pd").reason == "permitted"


# Proposed bills -----------------------------------------------------------------------------


def test_a_bill_takes_part_only_where_it_is_asked_for() -> None:
    bill = policy("aa/bill", "state", rule("bill", "forbid search of alpr_data"),
                  more='  proposed by "House Bill 7"\n')  # fmt: skip
    engine = engine_of(state(BARRED), bill, owner(ANY_USE))
    assert answer_of(ask(engine)) == ("PERMIT", "permitted")
    engine = replace(engine, with_proposed=True)
    assert deciding(ask(engine)) == ["bill"]


# Reviews belong to rules --------------------------------------------------------------------


def test_a_review_clears_the_rule_that_it_names_and_no_other() -> None:
    first = rule("first", "refer search of alpr_data to reviewer")
    second = rule("second", "refer search of alpr_data to reviewer")
    engine = engine_of(state(first, second), owner(ANY_USE))
    reviewer = Voucher("AA/pd", "reviewer", "lieutenant")
    word = (Review("first", cleared=True, voucher=reviewer),)
    decision = ask(engine, reviews=word)
    assert answer_of(decision) == ("HOLD", "referred")
    assert deciding(decision) == ["second"]


def test_a_recipient_cannot_be_added_by_registry_facts_alone() -> None:
    """A kind on file makes nobody a recipient: only the sets of the request do."""
    bar = rule("bar", "forbid search of alpr_data\nif some r in recipients is a kind of bureau")
    engine = engine_of(state(bar), owner(ANY_USE))
    assert answer_of(ask(engine, {"request.recipients": Members(("BB/pd",))}))[0] == "PERMIT"
