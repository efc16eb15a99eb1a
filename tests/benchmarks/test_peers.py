"""What the peer benchmark measures is the same thing for every engine; speed is not tested."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import cast

import pytest
from benchmarks.peers.engines import COMPILED, ENGINES, IF_ELSE_RULES, PEERS, REFERENCE
from benchmarks.peers.engines.base import DENY, HOLD, PERMIT, Engine, Loaded
from benchmarks.peers.engines.cedar import CEDAR
from benchmarks.peers.goals import Goal, goals
from benchmarks.peers.measure import Figure
from benchmarks.peers.pages import BEGINS, ENDS, README, NoMarkersError, renewed
from benchmarks.peers.probes import FEATURES, cells, stands
from benchmarks.peers.requests import NOW, Asked, batch
from benchmarks.peers.results import KEPT, PAGE, Results, keep, kept
from benchmarks.peers.run import everything
from benchmarks.peers.speed import Options
from benchmarks.peers.tables import page, summary
from benchmarks.peers.world import RULES, TEXTS, RefusedTextError, World

from platelaw.dsl.check import check
from platelaw.dsl.codes import Code
from platelaw.dsl.formatter import format_parse
from platelaw.dsl.parser import Parser
from platelaw.dsl.source import Source
from platelaw.dsl.syntax import Effect
from platelaw.engine.decision import Engine as Evaluator
from platelaw.engine.request_json import read_request

ONE = World()
FEW = World(agencies=5, own=True)
OURS = tuple(engine for engine in ENGINES if engine not in PEERS)


@cache
def loaded(engine: Engine, world: World = ONE) -> Loaded:
    if engine.missing():
        pytest.skip(f"{engine.title}: {engine.missing()}")
    return engine.load(world)


@cache
def answers(world: World = ONE, count: int = 300) -> list[tuple[bytes, str, frozenset[str]]]:
    """Complete requests with what the reference says."""
    ask = loaded(REFERENCE, world).ask
    return [(text, *ask(text)) for text in batch(world, Asked(count=count))]


@cache
def run() -> Results:
    """A small run without peers."""
    return everything(Options(OURS, sizes=(20, 40), count=10, passes=1, cap=1.0))


# Rules and requests ------------------------------------------------------------------------------


def test_nothing_is_wrong_with_the_rules_but_that_they_believe_whoever_asks() -> None:
    checked = check([Parser().parse(s) for s in ONE.sources()], ONE.registry.bodies.keys())
    assert {found.code for found in checked.diagnostics} == {Code.ASSERTION_OPENS}
    assert checked.library is not None


def test_the_rules_are_laid_out_as_fmt_lays_them_out() -> None:
    text = (TEXTS / "rules.policy").read_text("utf-8")
    assert format_parse(Parser().parse(Source("rules.policy", text))) == text


def test_thirteen_rules_restrict_and_seven_permit() -> None:
    effects = Counter(r.effect is Effect.PERMIT for p in ONE.library().policies for r in p.rules)
    assert effects == {False: 13, True: 7}
    assert sum(effects.values()) == RULES


def test_agencies_of_their_own_have_rules_that_check_and_differ() -> None:
    texts = [s.text.replace(f"pd-{at}", "pd") for at, s in enumerate(FEW.sources(), -1) if at >= 0]
    assert len(set(texts)) == FEW.agencies
    assert sum(len(p.rules) for p in FEW.library().policies) == FEW.rules


def test_rules_that_do_not_check_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = [Source("broken.policy", "vocabulary neutral 1\nkind theft under nothing\n")]

    def sources(_: World) -> list[Source]:
        return broken

    monkeypatch.setattr(World, "sources", sources)
    with pytest.raises(RefusedTextError, match="PL201"):
        World().library()


def test_every_request_can_be_gone_by() -> None:
    evaluator = Evaluator(ONE.library(), ONE.registry)
    for missing in (0, 2):
        for text in batch(ONE, Asked(count=100, missing=missing)):
            reading = read_request(text, evaluator, now=NOW)
            assert reading.request is not None, reading.faults
            assert not reading.notes


def test_a_seed_makes_the_same_requests_and_a_batch_keeps_who_asks_whom_for_what() -> None:
    first, again, other = (batch(ONE, Asked(count=30), number) for number in (0, 0, 1))
    assert first == again
    assert not set(first) & set(other)
    same = ("requester", "owner", "act")
    for one, two in zip(map(json.loads, first), map(json.loads, other), strict=True):
        assert [one[key] for key in same] == [two[key] for key in same]


def test_complete_requests_are_permitted_in_a_quarter_to_a_half_and_never_held() -> None:
    outcomes = Counter(outcome for _, outcome, _ in answers())
    assert 75 <= outcomes[PERMIT] <= 150
    assert set(outcomes) == {PERMIT, DENY}


def test_every_rule_decides_some_request() -> None:
    deciding = {rule for _, _, rules in answers() for rule in rules}
    assert deciding == {r.id.rpartition("/")[2] for p in ONE.library().policies for r in p.rules}


# Equal answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "engine", [e for e in ENGINES if e is not REFERENCE], ids=lambda engine: engine.key
)
def test_an_engine_answers_every_request_as_the_reference_does(engine: Engine) -> None:
    found = loaded(engine)
    for text, outcome, rules in answers():
        answer, named = found.ask(text)
        assert answer == outcome, text
        assert found.rules is None or named == rules, text


@pytest.mark.parametrize("engine", [e for e in ENGINES if e.by_agency], ids=lambda e: e.key)
def test_one_engine_for_each_agency_answers_the_same(engine: Engine) -> None:
    loaded(engine)
    world = World(agencies=3)
    found = engine.load_each(world)
    for text, outcome, _ in answers(world, 60):
        assert found.ask(text)[0] == outcome, text


def test_many_requests_together_are_answered_as_one_by_one() -> None:
    found = loaded(CEDAR)
    assert found.together is not None
    requests = [found.prepare(text) for text, _, _ in answers()[:50]]
    together = cast("list[object]", found.together(requests))
    assert [*map(found.outcome, together)] == [outcome for _, outcome, _ in answers()[:50]]


def test_the_compiled_evaluator_agrees_where_agencies_differ() -> None:
    found = loaded(COMPILED, FEW)
    for text, outcome, rules in answers(FEW, 60):
        assert found.ask(text) == (outcome, rules), text


def test_platelaw_holds_many_requests_of_which_the_if_else_has_no_word() -> None:
    reference, by_hand = loaded(REFERENCE), loaded(IF_ELSE_RULES)
    lacking = batch(ONE, Asked(count=100, missing=2))
    held = [text for text in lacking if reference.ask(text)[0] == HOLD]
    assert len(held) > 25
    for text in held:
        with pytest.raises(KeyError):
            by_hand.ask(text)


# What can be said --------------------------------------------------------------------------------


def test_platelaw_says_all_that_the_table_lists() -> None:
    assert cells(COMPILED) == dict.fromkeys(FEATURES, "yes")


def test_platelaw_refuses_a_rule_that_misspells_a_fact() -> None:
    (stand,) = stands(COMPILED, {})
    assert stand.outcome == "DENY (refused)"
    assert "PL201 no fact is called `request.purpos`" in stand.said


@pytest.mark.parametrize("engine", [e for e in PEERS if e.is_compared], ids=lambda e: e.key)
def test_a_peer_that_does_not_raise_permits_what_a_misspelt_rule_meant_to_stop(
    engine: Engine,
) -> None:
    loaded(engine)
    stand, *_ = stands(engine, {})
    assert stand.outcome == PERMIT or stand.outcome.startswith("raises ")


# The run and its pages ---------------------------------------------------------------------------


def test_an_engine_that_is_not_installed_is_left_out_by_name() -> None:
    absent = replace(REFERENCE, title="Absent", module="no_such_engine")
    found = everything(Options((*OURS, absent), sizes=(20,), count=5, passes=1, cap=0.1))
    assert "no_such_engine" in found.left_out["Absent"]
    assert "Left out: Absent, not installed" in page(found)
    assert "| Absent |" not in page(found)


def test_a_run_has_every_engine_and_figure() -> None:
    rows = run().smallest
    assert [row.key for row in rows] == [engine.key for engine in OURS]
    assert all(row.agrees == row.asked > 0 and row.figures["decide"].median > 0 for row in rows)
    assert {(row.rules, row.own) for row in run().growth} == {(20, False), (40, False), (40, True)}
    assert all(engine.title in page(run()) for engine in OURS)


def test_a_run_is_kept_by_version_and_read_back_as_it_was(tmp_path: Path) -> None:
    place = keep(run(), tmp_path)
    assert place.parent.name == run().platelaw
    assert kept(tmp_path) == [run()]
    assert place.name in page(run(), kept(tmp_path))


def test_the_newest_day_comes_first(tmp_path: Path) -> None:
    later = replace(run(), machine=replace(run().machine, date="2999-01-01"))
    keep(later, tmp_path)
    keep(run(), tmp_path)
    assert kept(tmp_path) == [later, run()]


def test_every_goal_of_the_if_else_and_of_growth_is_worked_out_without_peers() -> None:
    found = {(goal.what.partition(" (")[0], goal.bound) for goal in goals(run())}
    assert ("a decision with every deciding rule", 3) in found
    assert ("JSON to answer, values never met", 8) in found
    assert ("a decision among 40 rules, agencies alike", 1.3) in found
    assert ("a decision among 40 rules, agencies that differ", None) in found


def test_gains_are_told_beside_the_fastest_peer_and_without_regorus() -> None:
    limit, _, ours, *_ = run().smallest
    peers = [
        replace(limit, key=key, title=f"peer {us}", is_peer=True,
                figures=dict.fromkeys(("json", "decide"), Figure(us, us, us, 1)))
        for key, us in (("vakt", 500.0), ("casbin", 300.0), ("regorus-yes-no", 200.0))
    ]  # fmt: skip
    found = [goal for goal in goals(replace(run(), rows=[*run().smallest, *peers])) if goal.is_gain]
    assert {(goal.beside, goal.theirs) for goal in found} == {
        ("the fastest peer, peer 200.0", 200),
        ("the fastest peer but regorus, peer 300.0", 300),
    }
    took = [ours.took(name) for name in ("again", "json", "decide")]
    assert [goal.ours for goal in found] == [each for each in took for _ in range(2)]


def test_a_goal_is_met_below_a_ceiling_and_above_a_floor() -> None:
    assert Goal("", "", 2.9, 1, 3).is_met is True
    assert Goal("", "", 3.1, 1, 3).is_met is False
    assert Goal("", "", 1, 7.9, 8, is_gain=True).is_met is False
    assert Goal("", "", 1, 1).is_met is None


def test_the_readme_shows_the_newest_run_that_is_kept() -> None:
    text = README.read_text("utf-8")
    assert renewed(text) == text
    assert summary(kept()[0]) in text


def test_the_page_of_results_is_made_from_the_runs_that_are_kept() -> None:
    assert (KEPT / PAGE).read_text("utf-8") == page(kept()[0], kept())


def test_only_what_stands_between_the_markers_is_renewed(tmp_path: Path) -> None:
    keep(run(), tmp_path)
    text = renewed(f"before\n{BEGINS}\nold\n{ENDS}\nafter\n", tmp_path)
    assert text == f"before\n{BEGINS}\n{summary(run())}{ENDS}\nafter\n"
    with pytest.raises(NoMarkersError, match="two lines"):
        renewed("no markers", tmp_path)
