"""Mutants: made one change at a time, noticed by an example, or told apart, or proved alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from platelaw.dsl.check import check
from platelaw.engine.decision import Engine
from platelaw.engine.examples import run_examples
from platelaw.engine.known import SURVIVOR, Known
from platelaw.engine.mutation.amending import Amendment
from platelaw.engine.mutation.examining import Examiner
from platelaw.engine.mutation.kept import Basis, digests, line_of, read_lines
from platelaw.engine.mutation.making import Mutant, Workshop
from platelaw.engine.mutation.rerun import decided, known
from platelaw.engine.mutation.results import Fate, Report, Result, explained

from .small import ANY_USE, REGISTRY, WORDS, engine_of, owner, parsed, rule, state

pytest.importorskip("z3")

EVERYTHING = """
example "{title}"
  on {on}
  given requester is agency:AA/pd, owner is agency:AA/pd, act is {act}, data is alpr_data,
    request.purpose is {purpose}, request.reason is "{reason}", request.recipients is {{}},
    request.on_behalf_of is {{}}, user.directed_by is {{}}, request.instruments is {{}},
    request.claims is {{{claims}}}{more}
  expect {expect}
"""


def example(title: str, expect: str, **said: str) -> str:
    """An example that states the whole frame."""
    usual = {"on": "2026-11-03", "act": "search", "purpose": "theft", "reason": "case",
             "claims": "", "more": ""}  # fmt: skip
    return EVERYTHING.format(title=title, expect=expect, **{**usual, **said})


BARRED = rule(
    "barred-use",
    "forbid search of alpr_data\nif request.purpose is a kind of barred\n"
    "unless open-case: case.open is yes",
)
PERMITTED = example("A theft", "PERMIT by any-use")
DENIED = example("A barred one", "DENY by barred-use", purpose="barred")
OPEN_CASE = example(
    "An open case", "PERMIT by any-use", purpose="barred", claims="case.open",
    more=", case.open is yes",
)  # fmt: skip


def examiner(
    law: str, *examples: str, words: str = WORDS, seconds: float | None = 10.0
) -> Examiner:
    """The mutants of a law of the state, beside an owner who permits all."""
    texts = (words, law + "".join(examples), owner(ANY_USE))
    parses = [parsed(f"file{at}.policy", text) for at, text in enumerate(texts)]
    library = check(parses, REGISTRY.bodies.keys()).library
    assert library is not None
    return Examiner(parses, library, REGISTRY, tuple(library.examples), seconds)


def the(mutants: Sequence[Mutant], *words: str) -> Mutant:
    """The first mutant that has all these words in its name."""
    return next(m for m in mutants if all(word in m.key for word in words))


def result(made: Examiner, *words: str) -> Result:
    """What became of a mutant."""
    assert made.failing() == []
    return made.result(the(made.mutants(), *words))


# Making ------------------------------------------------------------------------------------------

LAW = state(
    rule(
        "much",
        "limit search, share of alpr_data, hit, for every recipient, to\n"
        "near: recipient.kind is a kind of police and recipient.sovereign is one of {AA, BB}\n"
        "paper: some i in request.instruments is a warrant from a court of {AA, US} "
        "with probable_cause, covering the request, unexpired\n"
        "must note_case before search, share",
        since="in force from 2020-01-01 until 2027-01-01",
    ),
    rule(
        "old",
        "forbid search of alpr_data\nif data.age is over 21 days or case.count is at least 3\n"
        "unless open: case.open is yes and not account.shared is yes",
    ),
)


@pytest.mark.parametrize(
    ("mutator", "before", "after"),
    [
        ("drop a rule", "rule old", ""),
        ("drop a ground", "near: recipient.kind is a kind of police", ""),
        ("drop an exception", "unless open: case.open is yes", ""),
        ("drop a condition", "if data.age is over 21 days", ""),
        ("drop a part", "case.open is yes and account.shared is not yes", "case.open is yes"),
        ("swap and, or", "case.count is at least 3", "data.age is over 21 days and case.count"),
        ("negate", "account.shared is not yes", "account.shared is yes"),
        ("swap a comparison", "data.age is over 21 days", "data.age is at least 21 days"),
        ("move a number", "data.age is over 21 days", "data.age is over 22 days"),
        ("move a number", "case.count is at least 3", "case.count is at least 2"),
        ("widen a kind", "kind of police", "kind of public_body"),
        ("narrow a kind", "warrant", ""),
        ("drop a value", "one of {AA, BB}", "one of {BB}"),
        ("swap some, every", "some i", "every i"),
        ("ask less of a paper", "unexpired", "covering the request"),
        ("swap the effect", "forbid", "permit"),
        ("drop an act", "share", ""),
        ("drop data", "hit", ""),
        ("drop for every recipient", "for every recipient", ""),
        ("move a date", "until 2027-01-01", "until 2027-01-02"),
        ("drop a duty", "must note_case before search, share", ""),
        ("bind more", "binds owner.sovereign is AA", "binds any request"),
        ("lower a proof", "case.sealed proven by verification", "proven by assertion"),
        ("drop a claim", "case.open claimed", ""),
        ("count for all", "match.found per recipient", ""),
        ("turn a reading", "yes", "no"),
        ("drop a phrase", 'never "evil twin"', ""),
    ],
)
def test_every_sort_of_change_is_made(mutator: str, before: str, after: str) -> None:
    found = [m.change for m in examiner(LAW, seconds=None).mutants() if m.change.mutator == mutator]
    if mutator == "narrow a kind":
        assert not [change for change in found if before in change.before]  # nothing lies below it
        return
    assert [c for c in found if before in c.before and (after in c.after if after else not c.after)]


def test_every_mutant_has_a_name_of_its_own_and_differs_from_the_law() -> None:
    made = examiner(LAW, seconds=None)
    mutants = made.mutants()
    assert len({mutant.key for mutant in mutants}) == len(mutants)
    assert all(mutant.change.before != mutant.change.after for mutant in mutants)


def test_a_mutant_tells_the_line_of_what_it_changes() -> None:
    mutant = the(examiner(LAW, seconds=None).mutants(), "aa/act/old: move a number", "21 days")
    line, _ = mutant.change.span.source.line_and_column(mutant.change.span.start)
    assert "data.age is over 21 days" in mutant.change.span.source.line(line)


# Noticing ----------------------------------------------------------------------------------------


def test_an_example_that_fails_kills_a_mutant_by_its_title() -> None:
    found = result(examiner(state(BARRED), PERMITTED, DENIED), "drop a rule", "barred-use")
    assert (found.fate, found.by) == (Fate.KILLED, "A barred one")


def test_what_the_check_refuses_is_told_with_its_fault() -> None:
    found = result(examiner(state(BARRED), PERMITTED), "negate", "case.open is not yes")
    assert (found.fate, found.by.split()[0]) == (Fate.REFUSED, "PL210")


def test_a_mutant_decided_in_part_is_answered_as_when_decided_whole() -> None:
    law = state(
        BARRED,
        rule("old", "forbid search of alpr_data\nif data.age is over 21 days"),
        rule("new", "refer search of alpr_data to reviewer\nif case.count is at least 3",
             since="in force from 2020-01-01 until 2026-11-03"),
        rule("new", "forbid search of alpr_data\nif case.count is at least 3",
             since="in force from 2026-11-03"),
        more="  define many: case.count is at least 2\n",
    )  # fmt: skip
    old = example("Old", "DENY by old", more=", data.age is 30 days")
    many = example("Many", "DENY by new", more=", data.age is 3 days, case.count is 3")
    before = example("Before", "HOLD by new", on="2026-11-02",
                     more=", data.age is 3 days, case.count is 3")  # fmt: skip
    made = examiner(law, old, many, before, seconds=None)
    assert made.failing() == []
    quick = 0
    for mutant in made.mutants():
        library = made.workshop.checked(mutant).library
        if library is None:
            continue
        amendment = Amendment.of(library, made.workshop.law, REGISTRY)
        engine = Engine(library, REGISTRY, by_reference=True)
        for one in made.noticing.known:
            at = one.request.at.latest
            whole = engine.decide(
                one.request, decided_at=at, explained=False, registry=one.registry
            )
            part = decided(one, amendment)
            told = [(d.outcome, d.reason, [(r.rule.id, r.state) for r in d.results])
                    for d in (whole, part)]  # fmt: skip
            assert told[0] == told[1], mutant.key
            able = {c.example.node.title for c in made.noticing.candidates(mutant, amendment)}
            if one.example.node.title not in able:
                assert told[0] == _unchanged(made, one.example.node.title), mutant.key
        quick += amendment.policies is not None
    assert quick > 30


def test_a_number_that_comes_out_the_same_on_every_day_needs_no_solver() -> None:
    number = (
        "parameter period is 21 days\n  agencies may lower\n"
        '  cites "Law of periods" status verified\n  in force from 2020-01-01\n'
    )
    old = rule("old", "forbid search of alpr_data\nif data.age is over period")
    many = example("Many", "DENY by old", more=", data.age is 22 days")
    made = examiner(state(number, old), many)
    moved = the(made.mutants(), "aa/act/period", "move a date")
    raised = the(made.mutants(), "aa/act/period", "move a number")

    def changed(mutant: Mutant) -> frozenset[str]:
        library = made.workshop.checked(mutant).library
        assert library is not None
        return Amendment.of(library, made.workshop.law, REGISTRY).changed

    assert changed(moved) == frozenset()
    assert made.result(moved).fate is Fate.EQUIVALENT
    assert changed(raised) == {"aa/act/old"}


def _unchanged(made: Examiner, title: str) -> object:
    """The answer of an example as the law is."""
    one = next(one for one in made.noticing.known if one.example.node.title == title)
    decision = one.decision
    states = [(r.rule.id, r.state) for r in decision.results]
    return decision.outcome, decision.reason, states


# Judging -----------------------------------------------------------------------------------------


def passes(law: str, *examples: str) -> bool:
    """Whether all examples of a law pass."""
    engine = engine_of(law + "".join(examples), owner(ANY_USE))
    return not any(found.faults for found in run_examples(engine, engine.library.examples))


@pytest.mark.parametrize(
    ("mutant", "law"),
    [
        (("drop an exception", "open-case"), state(BARRED)),
        (("drop an act", "share"),
         state(rule("two", "forbid search, share of alpr_data\n"
                           "if request.purpose is a kind of barred"))),
        (("move a date", "2027-01-02"),
         state(rule("short", "forbid search of alpr_data\nif request.purpose is a kind of barred",
                    since="in force from 2020-01-01 until 2027-01-01"))),
        (("move a number", "22 days"),
         state(rule("old", "forbid search of alpr_data\nif data.age is over 21 days"))),
        (("drop a part", "case.number"),
         state(rule("stated", "refer search of alpr_data to reviewer\n"
                              "if case.number is blank or case.offense is blank"))),
        (("bind more",), state(BARRED)),
    ],
)  # fmt: skip
def test_a_survivor_comes_with_an_example_that_passes_and_kills_it(
    mutant: tuple[str, ...], law: str
) -> None:
    weak = () if "stated" in law else (PERMITTED if "data.age" not in law else "",)
    found = result(examiner(law, *weak), *mutant)
    assert found.fate is Fate.SURVIVED
    assert found.example.startswith('example "')
    assert passes(law, found.example + "\n")
    now = result(examiner(law, *weak, found.example + "\n"), *mutant)
    assert now.fate is Fate.KILLED
    assert f'example "{now.by}"' in found.example


def test_a_part_that_another_holds_already_is_proved_to_change_nothing() -> None:
    law = state(
        rule("both", "forbid search of alpr_data\n"
             "if request.purpose is a kind of theft or request.purpose is a kind of inquiry")
    )  # fmt: skip
    made = examiner(law, example("A theft", "DENY by both"))
    same = result(made, "drop a part", "-> request.purpose is a kind of inquiry")
    assert same.fate is Fate.EQUIVALENT
    other = result(made, "drop a part", "-> request.purpose is a kind of theft")
    assert other.fate is Fate.SURVIVED


def test_an_exception_that_another_holds_already_is_proved_to_change_nothing() -> None:
    law = state(
        rule("twice", "forbid search of alpr_data\nif request.purpose is a kind of barred\n"
             "unless few: case.count is under 3\nunless fewer: case.count is under 2")
    )  # fmt: skip
    made = examiner(law, DENIED.replace("barred-use", "twice").replace("{}}", "{}")
                  .replace("expect DENY", "expect HOLD"))  # fmt: skip
    assert result(made, "drop an exception", "fewer").fate is Fate.EQUIVALENT
    assert result(made, "drop an exception", "few:").fate is Fate.SURVIVED


def test_no_time_for_the_solver_proves_nothing() -> None:
    law = state(
        rule("both", "forbid search of alpr_data, for every recipient\n"
             "if recipient.kind is a kind of police or recipient.kind is a kind of public_body")
    )  # fmt: skip
    found = result(
        examiner(law, seconds=1e-9), "drop a part", "-> recipient.kind is a kind of public"
    )
    assert found.fate is not Fate.KILLED
    assert result(examiner(law, seconds=None), "drop a part", "of public").fate is Fate.SURVIVED


def test_a_phrase_that_no_example_has_is_told_apart_by_a_reason_with_it() -> None:
    law = state(rule("read", "refer search of alpr_data to reviewer\n"
                             "if reason.possibly includes barred"))  # fmt: skip
    found = result(examiner(law, PERMITTED), "drop a phrase", "grim")
    assert found.fate is Fate.SURVIVED
    assert 'request.reason is "grim"' in found.example


def test_a_lowered_proof_is_told_apart_by_a_fact_that_is_only_asserted() -> None:
    law = state(rule("sealed", "forbid search of alpr_data\nif case.sealed is yes"))
    proven = example("Sealed", "DENY by sealed", more=", case.sealed is yes")
    found = result(examiner(law, proven), "lower a proof", "case.sealed")
    assert found.fate is Fate.SURVIVED
    assert "case.sealed is yes asserted" in found.example


# Keeping -----------------------------------------------------------------------------------------


def test_a_kept_result_holds_as_long_as_what_it_rests_on() -> None:
    made = examiner(state(BARRED), PERMITTED, DENIED)
    killed = result(made, "drop a rule", "barred-use")
    survived = result(made, "drop an exception")
    basis = Basis("law", digests(made.examples))
    lines = [line_of(killed, basis), line_of(survived, basis)]
    again, torn = read_lines(lines, basis)
    assert (list(again.values()), torn) == ([killed, survived], 0)
    more = examiner(state(BARRED), PERMITTED, DENIED, OPEN_CASE)
    kept, _ = read_lines(lines, Basis("law", digests(more.examples)))
    assert list(kept.values()) == [killed]  # another example may notice what survived
    assert read_lines(lines, Basis("other law", basis.examples)) == ({}, 0)
    without = examiner(state(BARRED), PERMITTED)
    assert read_lines(lines[:1], Basis("law", digests(without.examples))) == ({}, 0)


def test_a_torn_line_is_noticed_and_not_believed() -> None:
    made = examiner(state(BARRED), PERMITTED, DENIED)
    basis = Basis("law", digests(made.examples))
    line = line_of(result(made, "drop a rule", "barred-use"), basis)
    assert read_lines([line[:-20]], basis) == ({}, 1)
    assert read_lines([line.replace("killed", "equivalent")], basis) == ({}, 1)


# Known survivors ---------------------------------------------------------------------------------


def test_a_survivor_that_is_known_stays_for_a_reason() -> None:
    survived = result(examiner(state(BARRED), PERMITTED, DENIED), "drop an exception")
    known = Known(SURVIVOR, survived.key.partition(" -> ")[0], "It is looked at by hand.", "")
    (stays,) = explained([survived], [known])
    assert (stays.fate, stays.by) == (Fate.KNOWN, "It is looked at by hand.")
    report = Report((stays,), "")
    assert (report.open(), report.percent) == ((), 100.0)
    assert explained([survived], [replace(known, check="dead-exception")]) == (survived,)


def test_nothing_more_is_asked_about_a_survivor_that_is_known() -> None:
    made = examiner(state(BARRED), PERMITTED, DENIED)
    survived = result(made, "drop an exception")
    made.known = [Known(SURVIVOR, survived.owner, "It is looked at by hand.", "")]
    stays = result(made, "drop an exception")
    assert (stays.fate, stays.example) == (Fate.KNOWN, "")


def test_the_workshop_changes_no_example() -> None:
    texts = (WORDS, state(BARRED) + PERMITTED, owner(ANY_USE))
    parses = [parsed(f"file{at}.policy", text) for at, text in enumerate(texts)]
    library = check(parses, REGISTRY.bodies.keys()).library
    assert library is not None
    made = Workshop(parses, REGISTRY.bodies.keys(), library)
    assert not any("A theft" in mutant.key for mutant in made.mutants())
    engine = Engine(made.law, REGISTRY, by_reference=True)
    assert known(library.examples[0], engine).decision.outcome.value == "PERMIT"
