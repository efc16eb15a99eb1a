"""One slip is told once: what only follows from it is left out, and comes back after the mend."""

import pytest

from .texts import codes, forbid, head, rule

LAW = forbid("boats.count is over 3 and request.purpose is a kind of ferry_theft").replace(
    "harbor 1", "mark 1"
)
WORDS = "vocabulary mark 1 extends harbor 1\nkind ferry_theft under theft\n"
EXAMPLE = """examples asked uses mark 1

example "E"
  on 2032-01-01
  given requester is agency:NM/a, owner is agency:NM/a, act is look, data is reads
  expect DENY by r
"""


def test_the_texts_are_sound_as_they_are() -> None:
    assert codes(WORDS, LAW, EXAMPLE) == []


@pytest.mark.parametrize(
    ("lost", "code"),
    [
        ("vocabulary ", "PL102"),
        ("kind ", "PL102"),
        ("ferry_theft ", "PL101"),
        ("extends ", "PL101"),
        (" 1 extends", "PL101"),
    ],
)
def test_words_of_a_broken_declaration_are_not_unknown(lost: str, code: str) -> None:
    assert codes(WORDS.replace(lost, "", 1), LAW, EXAMPLE) == [code]


@pytest.mark.parametrize(
    ("lost", "code"),
    [
        ("policy ", "PL102"),
        ("mark/act", "PL101"),
        ("rule ", "PL102"),
        ("cites ", "PL101"),
        ('"Harbor Act" ', "PL101"),
        ("status verified", "PL402"),
        ("in force from", "PL101"),
        ("2030-01-01", "PL101"),
        ("forbid ", "PL101"),
        ("layer ", "PL101"),
        ("state", "PL101"),
    ],
)
def test_what_a_broken_clause_would_have_said_is_not_missing(lost: str, code: str) -> None:
    assert codes(WORDS, LAW.replace(lost, "", 1), EXAMPLE) == [code]


def test_faults_elsewhere_are_told_beside_a_broken_rule() -> None:
    broken = rule("forbid look reads", name="q")
    other = rule("forbid look of reads\n  if boats.weight is over 3", name="s")
    undated = rule("forbid look of reads", name="t", force="")
    assert codes(head() + broken + other + undated) == ["PL101", "PL201", "PL403"]


def test_an_example_that_lacks_what_it_could_not_say_is_told_once() -> None:
    assert codes(WORDS, LAW, EXAMPLE.replace("owner is", "owner")) == ["PL101"]
    assert codes(WORDS, LAW, EXAMPLE.replace(", owner is agency:NM/a", "")) == ["PL212"]
