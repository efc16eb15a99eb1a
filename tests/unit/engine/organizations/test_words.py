"""The table of words: what it lacks is told, and what it says hangs together."""

from __future__ import annotations

import re

import pytest

from platelaw.engine.library import load, shipped, shipped_registry
from platelaw.engine.organizations.resolution import Finding
from platelaw.engine.organizations.resolver import Resolver
from platelaw.engine.organizations.words import WordsError, parse_words, shipped_words
from platelaw.engine.registry import Body, Registry

TEXT = shipped().joinpath("organizations", "words.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("margin = 0.08", "", "no entry 'margin'"),
        ("[statuses]", "[stati]", "no entry 'statuses'"),
        ("threshold = 0.85", "threshold = ", "Invalid value"),
    ],
)
def test_what_is_wrong_with_the_table_is_told(was: str, becomes: str, message: str) -> None:
    assert was in TEXT
    with pytest.raises(WordsError, match=re.escape(message)):
        parse_words(TEXT.replace(was, becomes, 1))


def test_factors_are_shares_and_the_threshold_leaves_room_for_doubt() -> None:
    words = shipped_words()
    tables = (words.factors, words.kinds_agree, words.designations_agree)
    assert all(0 < factor <= 1 for table in tables for factor in table.values())
    assert 0.8 <= words.threshold < 1
    assert 0 < words.margin < 1 - words.threshold


def test_pairs_name_kinds_and_designations_that_the_table_has() -> None:
    words = shipped_words()
    kinds = {"", *words.ranks}
    assert {kind for pair in words.kinds_agree for kind in pair} <= kinds
    phrases = (*words.before.by_first.values(), *words.behind.by_first.values())
    called = {"", *(meaning for listed in phrases for _, meaning in listed)}
    assert {each for pair in words.designations_agree for each in pair} <= called
    assert set(words.county_kinds) | set(words.state_level) <= kinds


def test_kinds_and_governments_are_those_of_the_shipped_words() -> None:
    words, library = shipped_words(), load().library
    assert library is not None
    vocabularies = list(library.vocabularies.values())
    sovereigns = {key for each in vocabularies for key in each.sovereigns}
    assert {words.tagged_government, *words.states} <= sovereigns | {"GU", "MP", "PR", "VI"}
    kinds = {kind for each in vocabularies for kind in each.kinds.by_name}
    assert set(words.bodies) <= kinds


def test_every_state_of_the_registry_has_its_name() -> None:
    states = {
        body.sovereign
        for body in shipped_registry().bodies.values()
        if re.fullmatch("[A-Z]{2}", body.sovereign)
    }
    words = shipped_words()
    assert states - words.states == {words.tagged_government}


# A small registry ---------------------------------------------------------------------------


def body(key: str, name: str, ori: str = "", written: str = "", kind: str = "police") -> Body:
    state = key.partition("/")[0]
    ways = tuple(filter(None, written.split("|")))
    return Body(key, name, ori, "", "", ways, {"sovereign": state, "kind": kind})


def resolver(*bodies: Body) -> Resolver:
    return Resolver(Registry({each.key: each for each in bodies}))


def test_the_answer_does_not_depend_on_the_order_of_the_registry() -> None:
    bodies = (
        body("OH/elm-pd", "Elm Police Department"),
        body("OH/elm-township-pd", "Elm Township Police Department"),
        body("OH/elm-so", "Elm County Sheriff's Office"),
    )
    for name in ("Elm OH PD", "Elm Township OH PD", "Elm OH SO", "Elm OH", "Elm PD"):
        one, other = resolver(*bodies).resolve(name), resolver(*bodies[::-1]).resolve(name)
        assert one == other


def test_another_body_of_the_same_name_makes_a_name_ambiguous() -> None:
    first = body("OH/elm-pd", "Elm Police Department")
    second = body("OH/elm-pd-oak", "Elm Police Department")
    assert resolver(first).resolve("Elm OH PD").body == first
    found = resolver(first, second).resolve("Elm OH PD")
    assert (found.finding, found.body) == (Finding.AMBIGUOUS, None)
    assert [each.body for each in found.candidates] == [first, second]


def test_a_county_in_brackets_tells_bodies_of_one_name_apart() -> None:
    oak = body("OH/elm-pd-oak", "Elm Police Department, Oak County")
    fir = body("OH/elm-pd-fir", "Elm Police Department, Fir County")
    both = resolver(oak, fir)
    assert both.resolve("Elm OH PD (Fir County)").body == fir
    assert both.resolve("Elm OH PD").body is None
    assert both.resolve("Elm OH PD (Ash County)").body is None


def test_a_name_without_a_state_counts_for_less_the_shorter_it_is() -> None:
    long = body("OH/elm-college-police", "Elm Valley Technical College Police")
    short = body("OH/elm-pd", "Elm Police Department")
    county = body("OH/elm-county-so", "Elm County Sheriff's Office")
    all_three = resolver(long, short, county)
    assert all_three.resolve("Elm Valley Technical College PD").body == long
    assert all_three.resolve("Elm County SO").body == county
    assert all_three.resolve("Elm PD").finding is Finding.UNSURE


def test_a_way_of_writing_on_file_is_taken_at_its_word() -> None:
    filed = body("OH/elm-pd", "Elm Police Department", written="The Elm Watch|EPD")
    assert resolver(filed).resolve("EPD").body == filed
    assert resolver(filed).resolve("the elm watch [Inactive]").body == filed
    assert resolver(filed).resolve("EPD Fir").body is None


def test_a_class_of_persons_is_no_body() -> None:
    person = body("NONE/person", "Member of the public", kind="person")
    assert resolver(person).resolve("Member of the public").candidates == ()


def test_a_campus_is_told_by_the_county_of_its_place() -> None:
    bodies = (
        body("OH/elm-pd", "Elm Police Department", "OH0010100"),
        body("OH/fir-pd", "Fir Police Department", "OH0020100"),
        body("OH/state-oak", "Ohio Valley University Police, Oak County", "OH0010900"),
        body("OH/state-ash", "Ohio Valley University Police, Ash County", "OH0020900"),
    )
    found = resolver(*bodies)
    assert found.resolve("Ohio Valley University - Fir OH PD").body == bodies[3]
    assert found.resolve("Ohio Valley University OH PD").body is None
    assert found.resolve("Ohio Valley University - Yew OH PD").body is None
