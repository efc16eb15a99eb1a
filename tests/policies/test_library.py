"""The shipped library: every rule is shown at work, every odd scenario has its twin."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from platelaw.dsl import syntax as tree
from platelaw.dsl.model import Example, Library
from platelaw.dsl.printer import value_text
from platelaw.engine.decision import Engine
from platelaw.engine.examples import ExampleResult, run_example
from platelaw.engine.library import load, shipped_registry
from platelaw.engine.reference import RuleState
from platelaw.engine.written import phrases_in, shipped_folders

# Rules that carry duties for the calendar or the record and never decide a request, and one that
# the owner's silence always precedes.
CARRIES_DUTIES_ONLY = frozenset({tree.Effect.REQUIRE})
NEVER_REACHED = frozenset({"agency/darien/hits-verified"})

# Sources of which the exact words were seen. Anything else that says `verified` is a mistake.
SEEN_WORDS = (
    re.compile(r"Public Act 19-2[03]\b"),
    re.compile(r"Public Act 26-14, section 1[34](\(a\))?"),
    re.compile(r"Darien Police Department transparency portal, as seen 2026-10-06"),
    re.compile(r"(Example|Openbridge|Strictford) "),
    re.compile(r"Model policy"),
    re.compile(r"Assumption of the flow engine: docs/tracing.md"),
)


@pytest.fixture(scope="module")
def engine() -> Engine:
    registry = shipped_registry()
    checked = load((), registry.bodies.keys())
    assert checked.diagnostics == ()
    assert checked.library is not None
    return Engine(checked.library, registry)


@pytest.fixture(scope="module")
def results(engine: Engine) -> list[ExampleResult]:
    return [run_example(engine, example) for example in engine.library.examples]


def test_every_example_gets_its_answer(results: list[ExampleResult]) -> None:
    assert len(results) > 250
    wrong = {r.example.node.title: r.faults for r in results if r.faults}
    assert wrong == {}


def test_every_shipped_name_has_plain_words_and_no_words_are_of_nothing(engine: Engine) -> None:
    phrases = phrases_in(shipped_folders())
    vocabularies = engine.library.vocabularies.values()
    facts = {name: fact for each in vocabularies for name, fact in each.facts.items()}
    answers = {name for name, fact in facts.items() if fact.type.word == "yes/no"}
    declared = {
        "acts": {act for each in vocabularies for act in each.acts},
        "facts": facts.keys() - answers - {"recipient.sovereign", "recipient.kind"},
        "answers": answers,
    }
    assert {table: phrases.tables[table].keys() ^ declared[table] for table in declared} == {
        table: set() for table in declared
    }
    known = {word for each in vocabularies for word in {*each.words(), *each.sovereigns}}
    known |= {name for policy in engine.library.policies for name in policy.defines}
    others = (phrases.tables[table].keys() for table in phrases.tables.keys() - declared.keys())
    assert {name for names in others for name in names} <= known


def own_rules(library: Library) -> Iterator[tuple[str, tree.Effect]]:
    for policy in library.policies:
        for rule in policy.rules:
            if not rule.adopted_from:
                yield rule.id, rule.effect


def test_every_rule_decides_an_example(engine: Engine, results: list[ExampleResult]) -> None:
    deciding = {r.rule.id for result in results for r in result.decision.deciding()}
    took_part = {
        r.rule.id
        for result in results
        for r in result.decision.results
        if r.state in (RuleState.REQUIRES, RuleState.DUTY_FIRST)
    }
    silent = [
        rule_id
        for rule_id, effect in own_rules(engine.library)
        if rule_id not in deciding
        and not (effect in CARRIES_DUTIES_ONLY and rule_id in took_part)
        and rule_id not in NEVER_REACHED
    ]
    assert silent == []


def test_every_rule_is_left_untouched_by_an_example(
    engine: Engine, results: list[ExampleResult]
) -> None:
    untouched: set[str] = set()
    for result in results:
        for name in result.example.node.untouched:
            untouched |= {
                rule_id
                for rule_id, _ in own_rules(engine.library)
                if rule_id == name.text or rule_id.endswith(f"/{name.text}")
            }
    touched_always = [
        rule_id
        for rule_id, effect in own_rules(engine.library)
        if rule_id not in untouched and effect not in CARRIES_DUTIES_ONLY
    ]
    assert touched_always == []


def scenarios(library: Library) -> dict[str, list[Example]]:
    found: dict[str, list[Example]] = {}
    for example in library.examples:
        match = re.match(r"Row (\d+)", example.node.title)
        if match:
            found.setdefault(match[1], []).append(example)
    return found


def test_every_odd_scenario_stands_with_a_twin(engine: Engine) -> None:
    found = scenarios(engine.library)
    assert sorted(map(int, found)) == list(range(1, 62, 2))
    for row, examples in found.items():
        titles = [example.node.title for example in examples]
        assert any("twin" in title for title in titles), row
        assert any("twin" not in title for title in titles), row


def givens(example: Example) -> dict[str, str]:
    return {
        f"{given.subject.text} {given.agency.key if given.agency else ''}": _text(given)
        for given in example.node.givens
    } | {"on": value_text(example.node.on) if example.node.on else ""}


def _text(given: tree.Given) -> str:
    value = given.value
    if isinstance(value, tree.Mark):
        return value.value
    return f"{value!r} {given.proof.value}"


def test_a_twin_differs_from_its_row_in_one_named_fact(engine: Engine) -> None:
    for row, examples in scenarios(engine.library).items():
        for twin in (e for e in examples if "twin" in e.node.title):
            facts = givens(twin)
            others = [givens(e) for e in examples if e is not twin]
            fewest = min(
                sum(facts.get(key) != other.get(key) for key in facts.keys() | other.keys())
                for other in others
            )
            assert fewest == 1, f"row {row}: {twin.node.title} changes {fewest} facts"


def test_every_scenario_states_its_facts_in_full(engine: Engine) -> None:
    frame = {
        "requester ",
        "owner ",
        "act ",
        "data ",
        "request.purpose ",
        "request.reason ",
        "request.recipients ",
        "request.on_behalf_of ",
        "request.claims ",
        "request.instruments ",
    }
    for examples in scenarios(engine.library).values():
        for example in examples:
            assert frame <= givens(example).keys(), example.node.title


def citations(library: Library) -> Iterator[tuple[str, tree.Citation]]:
    for policy in library.policies:
        for rule in policy.rules:
            node = rule.node
            cited = [node.citation, *(b.citation for b in (*node.grounds, *node.exceptions))]
            cited += [breach.citation for breach in node.breaches]
            for citation in cited:
                if citation is not None:
                    yield rule.id, citation


def test_only_words_that_were_seen_are_called_verified(engine: Engine) -> None:
    wrong = {
        (rule_id, citation.text)
        for rule_id, citation in citations(engine.library)
        if citation.status is tree.Status.VERIFIED
        and not any(pattern.match(citation.text) for pattern in SEEN_WORDS)
    }
    assert wrong == set()


def test_no_permit_of_a_shipped_example_rests_on_unverified_law(
    results: list[ExampleResult],
) -> None:
    for result in results:
        if result.decision.outcome is tree.Outcome.PERMIT and "status" not in result.decision.data:
            assert result.decision.weakest_status != "unverified", result.example.node.title
