"""One condition put to the engine, beside the same condition over every possible world."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass

from platelaw.dsl import syntax as tree
from platelaw.dsl.truth import Truth
from platelaw.engine.values import Value

from .asking import OWNER
from .oracle import DOMAINS, asking, conditions_over, holds, knowledge, value_of, worlds
from .texts import Clause, PolicyText, RuleText
from .world import RefusedError, decide, engine_of, parsed

POLICY = PolicyText("agency/pd", "owner", "ag 1", f"owner is agency:{OWNER}")


@dataclass(frozen=True)
class Question:
    """A condition and what is proven of the facts that it tests."""

    clause: Clause
    known: Mapping[str, Value | None]

    def text(self) -> str:
        """A policy whose one rule has the condition."""
        rule = RuleText("one", "require", acts=("keep",), condition=self.clause)
        return POLICY.with_rule(rule).written()

    def condition(self) -> tree.Condition:
        """The condition as it is read."""
        rule = parsed("one.policy", self.text()).document.statements[-1]
        assert isinstance(rule, tree.Rule)
        assert rule.condition is not None
        return rule.condition

    def value(self) -> Truth | None:
        """Its value to the engine; None if the checker says that it can never be true."""
        try:
            engine = engine_of({"one.policy": self.text()})
        except RefusedError:
            return None
        node = decide(engine, asking(self.known)).results[0].turns[0].condition
        return node.truth if node is not None else None


def question_of(dice: random.Random, *, repeated: bool) -> Question:
    """A question of two to four facts, each tested once, or of two, each tested twice."""
    count = 2 if repeated else dice.randint(1, 4)
    names = tuple(dice.sample(sorted(DOMAINS), count))
    clause = conditions_over(dice, names * 2 if repeated else names)
    return Question(clause, {name: knowledge(dice, name) for name in names})


def a_test_of_each_fact_once_is_exact(question: Question) -> None:
    """True in every possible world is true, in none false, else unproven; no more, no less.

    A test that comes out the same in every world although its fact is not proven (all kinds
    that a word covers happen to lie under the one asked for) may still be called unproven.
    """
    condition, value = question.condition(), question.value()
    ways = list(worlds(question.known))
    if value is not None and not any(_is_fixed(t, question, ways) for t in _tests(condition)):
        assert value is value_of(condition, ways), question.clause.written()


def _is_fixed(test: tree.Condition, question: Question, ways: list[Mapping[str, object]]) -> bool:
    subject = test.collection if isinstance(test, tree.Quantified) else getattr(test, "subject")  # noqa: B009
    unproven = question.known[subject.text] is None
    return unproven and value_of(test, ways) is not Truth.UNPROVEN


def repeated_tests_are_safe(question: Question) -> None:
    """Where a fact is tested twice the engine may not know, but is never wrong."""
    condition, value = question.condition(), question.value()
    if value is None:
        anything = worlds(dict.fromkeys(question.known))
        assert not any(holds(condition, world) for world in anything), "called dead, and is not"
    elif value is not Truth.UNPROVEN:
        assert value is value_of(condition, list(worlds(question.known))), question.clause.written()


def _tests(condition: tree.Condition) -> list[tree.Condition]:
    """The tests of a condition."""
    match condition:
        case tree.And() | tree.Or():
            return [test for item in condition.items for test in _tests(item)]
        case tree.Not():
            return _tests(condition.item)
        case _:
            return [condition]
