"""How sure the law is that an answer rests on: for each outcome the status that counts."""

from __future__ import annotations

import pytest

from platelaw.engine.decision import Engine
from platelaw.engine.values import Value

from .small import WORDS, answer_of, ask, engine_of, federal, owner, rule, state

BARS = "forbid search of alpr_data\nif request.purpose is a kind of barred"
BARRED = {"request.purpose": "barred"}


def permit(status: str, name: str = "own") -> str:
    return rule(name, "permit search of alpr_data", status=status)


def weakest(engine: Engine, **facts: str) -> str:
    return ask(engine, facts or None).weakest_status


@pytest.mark.parametrize("status", ["verified", "secondary", "unverified"])
def test_a_permit_rests_on_the_best_permit_that_opened(status: str) -> None:
    engine = engine_of(owner(permit(status), rests="unverified"))
    assert ask(engine).weakest_status == status
    best = engine_of(owner(permit("unverified"), permit("secondary", "other"), rests="unverified"))
    assert ask(best).weakest_status == "secondary"


def test_a_permit_does_not_rest_on_rules_that_have_nothing_to_say() -> None:
    engine = engine_of(state(rule("bar", BARS, status="unverified")), owner(permit("verified")))
    assert ask(engine).weakest_status == "verified"


@pytest.mark.parametrize("kind", ["forbid", "limit", "refer"])
def test_a_permit_rests_on_what_kept_a_rule_from_biting(kind: str) -> None:
    does = {
        "forbid": "forbid search of alpr_data\nunless seal: case.sealed is yes",
        "limit": "limit search of alpr_data to\nseal: case.sealed is yes",
        "refer": "refer search of alpr_data to reviewer\nunless seal: case.sealed is yes",
    }[kind]
    held = engine_of(
        state(rule("bar", does, status="secondary")), owner(permit("verified"), rests="secondary")
    )
    decision = ask(held, {"case.sealed": True})
    assert answer_of(decision) == ("PERMIT", "permitted")
    assert decision.weakest_status == "secondary"


def test_an_exception_has_a_citation_of_its_own_and_the_best_true_one_counts() -> None:
    does = (
        "forbid search of alpr_data\n"
        'unless seal: case.sealed is yes\n  cites "Book" status unverified\n'
        'unless stage: case.stage is early\n  cites "Act" status secondary'
    )
    engine = engine_of(state(rule("bar", does)), owner(permit("verified"), rests="unverified"))
    assert ask(engine, {"case.sealed": True}).weakest_status == "unverified"
    both: dict[str, Value] = {"case.sealed": True, "case.stage": "early"}
    assert ask(engine, both).weakest_status == "secondary"


def test_a_denial_rests_on_the_best_rule_that_bites() -> None:
    weak, strong = rule("weak", BARS, status="unverified"), rule("strong", BARS, status="secondary")
    engine = engine_of(state(weak, strong), owner(permit("unverified"), rests="unverified"))
    assert ask(engine, {"request.purpose": "barred"}).weakest_status == "secondary"


def test_a_hold_rests_on_the_best_rule_that_holds() -> None:
    seal = "forbid search of alpr_data\nif case.sealed is yes"
    weak, strong = rule("weak", seal, status="unverified"), rule("strong", seal, status="secondary")
    engine = engine_of(state(weak, strong), owner(permit("verified")))
    decision = ask(engine)
    assert answer_of(decision) == ("HOLD", "unproven")
    assert decision.weakest_status == "secondary"


def test_a_refusal_that_rests_on_no_law_has_no_status() -> None:
    engine = engine_of(owner(permit("verified")))
    assert ask(engine, requester="ZZ/pd").weakest_status == ""
    assert ask(engine, data=("image",)).weakest_status == ""


# Readings -----------------------------------------------------------------------------------


def readings(stance: str) -> str:
    return WORDS.replace("reading likely", "reading once").replace(
        'reading doubt of "The act, section 1" : open', f'reading doubt of "The act" : {stance}'
    )


@pytest.mark.parametrize(
    ("stance", "asked", "answer", "status"),
    [
        ("open", "doubt", ("HOLD", "unproven"), "open"),
        ("provisional yes", "doubt", ("DENY", "forbidden"), "provisional"),
        ("provisional no", "not doubt", ("DENY", "forbidden"), "provisional"),
        ('adopted yes by "Office" on 2026-01-01', "doubt", ("DENY", "forbidden"), "adopted"),
    ],
)
def test_an_answer_rests_on_a_reading_whose_other_answer_would_change_it(
    stance: str, asked: str, answer: tuple[str, str], status: str
) -> None:
    bar = rule("bar", f"forbid search of alpr_data\nif {asked}")
    engine = engine_of(state(bar), owner(permit("verified")), words=readings(stance))
    decision = ask(engine)
    assert answer_of(decision) == answer
    assert decision.weakest_status == status


@pytest.mark.parametrize("answer", ["yes", "no"])
def test_a_permit_rests_on_a_reading_that_opened_it(answer: str) -> None:
    ground = "doubt" if answer == "yes" else "not doubt"
    listed = rule("listed", f"limit search of alpr_data to\nground: {ground}")
    words = readings(f"provisional {answer}")
    engine = engine_of(state(listed), owner(permit("verified"), rests="provisional"), words=words)
    assert answer_of(ask(engine)) == ("PERMIT", "permitted")
    assert ask(engine).weakest_status == "provisional"


def test_an_answer_does_not_rest_on_a_reading_that_changes_nothing() -> None:
    bar = rule(
        "bar", "forbid search of alpr_data\nif doubt and request.purpose is a kind of upkeep"
    )
    engine = engine_of(state(bar), owner(permit("verified")), words=readings("provisional yes"))
    assert ask(engine).weakest_status == "verified"


def test_an_open_reading_is_answered_by_its_office_and_not_by_a_fact() -> None:
    bar = rule("bar", "forbid search of alpr_data\nif doubt")
    engine = engine_of(state(bar), owner(permit("verified")), words=readings("open"))
    (item,) = ask(engine).settling
    assert [(need.kind.value, need.name) for need in item.needs] == [("reading", "doubt")]


# Law to confirm -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rests", "status", "reason"),
    [
        ("", "verified", "permitted"),
        ("", "secondary", "law to confirm"),
        ("secondary", "secondary", "permitted"),
        ("provisional", "secondary", "permitted"),
        ("secondary", "unverified", "law to confirm"),
        ("unverified", "unverified", "permitted"),
        ("open", "unverified", "permitted"),
        ("adopted", "secondary", "law to confirm"),
    ],
)
@pytest.mark.parametrize("explained", [True, False])
def test_a_permit_on_weaker_wording_than_the_owner_accepts_is_held(
    rests: str, status: str, reason: str, *, explained: bool
) -> None:
    """The outcome is the same whether it is explained or not."""
    engine = engine_of(owner(permit(status), rests=rests))
    decision = ask(engine, explained=explained)
    assert answer_of(decision) == ("PERMIT" if reason == "permitted" else "HOLD", reason)
    if reason == "law to confirm":
        assert decision.settling == ()
        assert f"rests on {status} wording" in decision.notes[0]


def test_no_route_is_offered_that_would_be_law_to_confirm() -> None:
    who = rule("who", "limit search of alpr_data, for every recipient, to\n"
                      "own: recipient.sovereign is AA", status="secondary")  # fmt: skip
    for rests, routes in (("secondary", ["who acts"]), ("verified", [])):
        engine = engine_of(state(who), owner(permit("verified"), rests=rests))
        decision = ask(engine, requester="BB/pd")
        assert decision.outcome.value == "DENY"
        assert [route.change.changes for route in decision.routes] == routes


def test_of_several_kinds_of_data_the_weakest_status_counts() -> None:
    own = (rule("reads", "permit search of plate_read"),
           rule("logs", "permit search of record", status="secondary"))  # fmt: skip
    engine = engine_of(owner(*own, rests="secondary"))
    assert ask(engine, data=("plate_read", "record")).weakest_status == "secondary"
    engine = engine_of(owner(*own))
    assert ask(engine, data=("plate_read", "record")).reason == "law to confirm"


def test_what_federal_law_leaves_open_waits_for_no_wording() -> None:
    opened = rule("open", "leave open search of alpr_data", status="unverified")
    decision = ask(engine_of(federal(opened), owner(permit("verified"))))
    assert answer_of(decision) == ("PERMIT", "permitted")
