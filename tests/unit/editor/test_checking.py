"""Checking after a keystroke finds what a whole check finds, and reads only what changed."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from platelaw.dsl.check import check
from platelaw.dsl.parsed import Parse
from platelaw.dsl.parser import Parser
from platelaw.dsl.source import Source
from platelaw.dsl.stored import plain
from platelaw.editor import checking
from platelaw.editor.checking import Checker
from platelaw.editor.symbols import Known, uses_of

GOOD = Path(__file__).parents[2] / "corpus" / "good"
FILES = {file.name: file.read_text("utf-8") for file in sorted(GOOD.glob("*.policy"))}
PARSER = Parser()


def told(checker: Checker, files: Mapping[str, str]) -> list[str]:
    return [str(fault) for fault in checker.check(checker.read(files)).diagnostics]


@cache
def first_reading(name: str, text: str) -> Parse:
    return PARSER.parse(Source(name, text))


def expected(files: Mapping[str, str]) -> list[str]:
    parses = [first_reading(name, text) for name, text in files.items()]
    return [str(fault) for fault in check(parses).diagnostics]


def refuse(*_: object) -> None:
    raise AssertionError("the whole library was checked")


def edited(files: Mapping[str, str], chance: random.Random) -> dict[str, str]:
    name = chance.choice([*files])
    text = files[name]
    match chance.randrange(6):
        case 0:
            return {
                other: text for other, text in files.items() if other != name or other == "words"
            }
        case 1:
            return {**files, name: FILES.get(name, text)}
        case _:
            start = chance.randrange(len(text))
            cut = text[:start] + chance.choice(("x", "", "\n", '"')) + text[start + 1 :]
            return {**files, name: cut}


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_the_faults_are_those_of_a_whole_check(seed: int) -> None:
    chance = random.Random(seed)
    checker, files = Checker({}, None), dict(FILES)
    for _ in range(10):
        assert told(checker, files) == expected(files)
        files = edited(files, chance)


ADVISED = """rule advised "A rule of which something is advised"
  cites "Pier Act 9" status verified   in force from 2029-07-01
  forbid share of reads
  if case.sealed is yes or case.sealed is yes and boats.count is over 3

"""


def one_large_file() -> dict[str, str]:
    """All but the words in one file, its largest policy several times as large."""
    words, mark, law = FILES["state.policy"].partition("# A head with its clauses")
    law = mark + law
    start = law.index("\nrule ")
    rules = [piece for piece in re.split(r"(?m)^(?=\w)", law[start:]) if piece.startswith("rule ")]
    more = [
        re.sub(r"\Arule (\S+)", rf"rule \1-{number}", rule) for number in range(3) for rule in rules
    ]
    more.append(ADVISED)
    others = [text for name, text in FILES.items() if name not in ("words.policy", "state.policy")]
    words = FILES["words.policy"] + words
    return {"words.policy": words, "all.policy": "\n".join((law, *more, *others))}


def typed(text: str, chance: random.Random) -> str:
    """A text after an edit that an author makes: a letter, or something with a whole statement."""
    pieces = re.split(r"(?m)^(?=\w)", text)
    at = chance.randrange(len(pieces))
    match chance.randrange(6):
        case 0:
            del pieces[at]
        case 1:
            pieces.insert(chance.randrange(len(pieces)), pieces[at])
        case 2:
            pieces.insert(chance.randrange(len(pieces)), pieces.pop(at))
        case 3:
            pieces[at] = re.sub(r"\A(\w+ \S+)", r"\1z", pieces[at])
        case _:
            place = chance.randrange(len(pieces[at]))
            letter = chance.choice(("x", "", "\n", '"', " ", "(", "#", "9"))
            pieces[at] = pieces[at][:place] + letter + pieces[at][place + chance.randrange(2) :]
    return "".join(pieces)


@pytest.mark.parametrize("seed", range(2))
def test_after_any_edits_of_one_large_file_faults_and_places_are_those_of_a_first_reading(
    seed: int,
) -> None:
    chance = random.Random(seed)
    checker, files = Checker({}, None), one_large_file()
    [advice] = told(checker, files)
    assert "`and` and `or` stand on one line" in advice
    texts, known = [files["all.policy"]], Known()
    for _ in range(10):
        undoes = chance.random() < 0.4
        before = chance.choice((texts[0], *texts[-3:])) if undoes else typed(texts[-1], chance)
        texts.append(before)
        files = {**files, "all.policy": before}
        first = checker.first(checker.read(files))
        assert first is None or {*first} == {"all.policy"}
        assert told(checker, files) == expected(files)
        read = checker.read(files)["all.policy"]
        anew = first_reading("all.policy", before)
        assert plain(read, "all.policy") == plain(anew, "all.policy")
        assert uses_of(read.document, known) == uses_of(anew.document)


@pytest.mark.parametrize("typed", ["\nrule half", "\nkind hare under rabbit", "\n# a remark"])
def test_the_first_answer_tells_of_the_open_file_what_the_last_one_does(
    typed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = Checker({}, None)
    told(checker, FILES)
    files = {**FILES, "words.policy": FILES["words.policy"] + typed}
    parses = checker.read(files)
    with monkeypatch.context() as patch:
        patch.setattr(checking, "check", refuse)
        first = checker.first(parses)
    assert first is not None
    last = checker.check(parses).diagnostics
    here = [str(fault) for fault in last if fault.span.source.name == "words.policy"]
    assert [str(fault) for fault in first["words.policy"]] == here
    assert bool(here) == ("remark" not in typed)


def test_there_is_no_first_answer_where_the_last_one_is_as_near() -> None:
    checker = Checker({}, None)
    told(checker, FILES)
    owner = {**FILES, "owner.policy": FILES["owner.policy"] + "\n# typed"}
    assert checker.first(checker.read(owner)) is None


def test_a_rule_that_is_written_twice_is_told_of_though_its_text_was_sound() -> None:
    checker = Checker({}, None)
    told(checker, FILES)
    text = FILES["owner.policy"]
    start = text.index("\nrule ")
    end = text.find("\nrule ", start + 1)
    twice = {**FILES, "owner.policy": text[:end] + text[start:]}
    found = told(checker, twice)
    assert found == expected(twice)
    assert found


def test_a_keystroke_in_one_file_checks_that_file_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    checker = Checker({}, None)
    told(checker, FILES)
    rule = next(name for name, text in FILES.items() if "\nrule " in text)

    monkeypatch.setattr(checking, "check", refuse)
    for typed in ("\n# a", "\nrule half", ""):
        text = FILES[rule] + typed
        assert told(checker, {**FILES, rule: text}) == expected({**FILES, rule: text})


def test_a_fault_in_one_file_does_not_make_the_check_of_another_a_whole_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rules = [name for name, text in FILES.items() if "\nrule " in text and "vocabulary" not in text]
    broken = {**FILES, rules[0]: FILES[rules[0]] + "\nrule half"}
    checker = Checker({}, None)
    told(checker, broken)

    monkeypatch.setattr(checking, "check", refuse)
    now = {**broken, rules[1]: FILES[rules[1]] + "\n# typed"}
    assert told(checker, now) == expected(now)


def test_bytes_that_are_no_text_are_a_fault_of_their_file() -> None:
    checker = Checker({}, None)
    found = checker.check(checker.read({"a.policy": b"kind a\n\xff"})).diagnostics
    assert [fault.code.number for fault in found] == ["PL109"]


def test_what_names_a_changed_policy_or_its_rules_is_checked_with_it_and_nothing_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    checker = Checker({}, None)
    assert told(checker, FILES) == []

    monkeypatch.setattr(checking, "check", refuse)
    for name, text in FILES.items():
        if "\nrule " in text and "\nvocabulary" not in text:
            renamed = {**FILES, name: text.replace("\nrule ", "\nrule z", 1)}
            assert told(checker, renamed) == expected(renamed)
