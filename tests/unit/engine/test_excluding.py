"""What was proved once: it answers for every formula that asks for as much, and for no other."""

from __future__ import annotations

import pytest

from platelaw.dsl import syntax as tree
from platelaw.engine.proving.checks.checking import Checks
from platelaw.engine.proving.excluding import Exclusions
from platelaw.engine.proving.formulas import Atom, Who, both, either, negated
from platelaw.engine.proving.sources import IsOwner, Known, OfBodies, Whole
from platelaw.engine.registry import Registry

from .small import ANY_USE, engine_of, owner, rule, state

WHOLE = Atom(Whole(), 0, True, Who.NOBODY)
OWN = Atom(IsOwner(), 0, True, Who.EACH)
SURE, MAYBE = (Atom(Whole("other"), 0, certain, Who.NOBODY) for certain in (True, False))


def bodies(*tests: str) -> OfBodies:
    """The bodies on file with some tests, in their order."""
    source = OfBodies("bodies", (), Known(), Registry({}))
    for test in tests:
        source.place(("path", test), test)
    return source


def test_what_excludes_each_other_does_so_with_more_and_in_any_order() -> None:
    proved = Exclusions()
    proved.add([WHOLE, negated(SURE)])
    assert proved.excludes(proved.wish(both(negated(SURE), WHOLE)))
    assert proved.excludes(proved.wish(both(OWN, both(WHOLE, negated(SURE)), MAYBE)))
    assert proved.excludes(proved.wish(both(WHOLE, negated(either(OWN, SURE)))))


def test_what_asks_for_less_or_something_else_is_not_excluded() -> None:
    proved = Exclusions()
    proved.add([WHOLE, negated(SURE)])
    for formula in (
        WHOLE, negated(SURE), both(WHOLE, SURE), both(WHOLE, negated(MAYBE)),
        either(WHOLE, negated(SURE)), both(OWN, either(WHOLE, negated(SURE))),
    ):  # fmt: skip
        assert not proved.excludes(proved.wish(formula))


def test_a_test_is_known_by_what_it_asks_and_not_by_its_place() -> None:
    one, other = bodies("a", "b"), bodies("b", "a")
    proved = Exclusions()
    proved.add([Atom(one, 0, True, Who.OWNER)])
    assert not proved.excludes(proved.wish(Atom(other, 0, True, Who.OWNER)))
    assert proved.excludes(proved.wish(Atom(other, 1, True, Who.OWNER)))
    assert not proved.excludes(proved.wish(Atom(other, 1, True, Who.REQUESTER)))


def test_what_was_proved_saves_questions_and_changes_no_finding(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("z3")
    barred = "forbid search, share of alpr_data\nif request.purpose is a kind of barred"
    dead = rule("barred", barred + "\nunless early: case.stage is early")
    later = rule("theft", barred.replace("barred", "theft"), since="in force from 2026-01-01")
    engine = engine_of(state(dead, rule("always", barred), later), owner(ANY_USE))
    checks = Checks(engine, 20.0, lambda rule: rule.effect is not tree.Effect.PERMIT)
    saved = checks.checked()

    def never(proved: object, wish: object) -> bool:
        del proved, wish
        return False

    monkeypatch.setattr(Exclusions, "excludes", never)
    asked = checks.checked()
    told = [(one.place, one.says, [s.witness.request for s in one.shown]) for one in saved.findings]
    assert told == [
        (one.place, one.says, [s.witness.request for s in one.shown]) for one in asked.findings
    ]
    assert told
    assert saved.questions < asked.questions
