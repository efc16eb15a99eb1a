"""Terms of generated code mean what they are put together from."""

from __future__ import annotations

from itertools import product

from hypothesis import given
from hypothesis import strategies as some

from platelaw.dsl.truth import Truth, all_of, any_of
from platelaw.engine.compiled.terms import (
    Bits,
    Code,
    Pair,
    Term,
    all_pairs,
    any_pairs,
    both,
    constant,
    either,
    negated,
    written,
)

LEAVES: some.SearchStrategy[Term] = some.one_of(
    some.booleans(),
    some.builds(Bits, some.sampled_from("ab"), some.sampled_from((1, 2, 4)), some.booleans()),
    some.sampled_from((Code("x"), Code("x or y", compound=True))),
)
VALUES = list(product(range(8), (0, 3, 5), (False, True), (False, True)))


def value(term: Term, a: int, b: int, x: bool, y: bool) -> bool:
    return bool(eval(written(term), {"a": a, "b": b, "x": x, "y": y}))


@given(some.lists(LEAVES, max_size=5))
def test_terms_joined_are_all_or_any_of_them(terms: list[Term]) -> None:
    for at in VALUES:
        values = [value(term, *at) for term in terms]
        assert value(both(terms), *at) == all(values)
        assert value(either(terms), *at) == any(values)


@given(some.lists(LEAVES, max_size=4), some.lists(LEAVES, max_size=4))
def test_terms_nest(one: list[Term], other: list[Term]) -> None:
    nested = both((either(one), negated(both(other))))
    for at in VALUES:
        first = any(value(term, *at) for term in one)
        second = not all(value(term, *at) for term in other)
        assert value(nested, *at) == (first and second)


@given(some.lists(some.sampled_from(Truth), max_size=5))
def test_pairs_of_constants_are_kleene(truths: list[Truth]) -> None:
    pairs = [constant(truth) for truth in truths]
    assert all_pairs(pairs) == constant(all_of(truths))
    assert any_pairs(pairs) == constant(any_of(truths))
    assert [~pair for pair in pairs] == [constant(~truth) for truth in truths]


def test_tests_of_one_word_are_asked_at_once() -> None:
    assert either((Bits("a", 1), Bits("b", 1), Bits("a", 4))) == either(
        (Bits("a", 5), Bits("b", 1))
    )
    assert both((Bits("a", 1, True), Bits("a", 4, True))) == Bits("a", 5, True)
    assert written(both((Bits("a", 1), Bits("a", 4)))) == "a & 1 and a & 4"


def test_a_pair_turned_round_changes_its_sides() -> None:
    pair = Pair(Bits("a", 1), Bits("a", 2))
    assert ~pair == Pair(Bits("a", 2, True), Bits("a", 1, True))
