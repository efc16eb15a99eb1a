"""What several examples give alike: what is taken over, what wins, and what is checked once."""

from platelaw.dsl import syntax as tree
from platelaw.dsl.printer import value_text

from .texts import codes, diagnostics, forbid, library

LAW = forbid("boats.count is over 3")
HEAD = "examples cases uses harbor 1\n\n"
ASKED = """request count
  on 2032-05-04
  given requester is agency:NM/a, owner is agency:NM/a, act is look, data is reads, boats.count is 5

"""
LIKE = 'example "{}"\n  like count\n{}  expect DENY by r\n\n'
BARE = ASKED.replace("  on 2032-05-04\n", "")


def given(example: str) -> dict[str, str]:
    """What the one example gives once it is whole, and when."""
    [found] = library(LAW, HEAD + ASKED + example).examples
    assert found.node.on is not None
    values = {each.subject.text: each.value for each in found.node.givens}
    return {
        name: value_text(value)
        for name, value in [*values.items(), ("on", found.node.on)]
        if not isinstance(value, tree.ValueSet | tree.InstrumentSet | tree.Mark)
    }


def test_an_example_gives_what_its_request_gives() -> None:
    found = given(LIKE.format("Five boats", ""))
    assert (found["boats.count"], found["owner"]) == ("5", "agency:NM/a")
    assert found["on"] == "2032-05-04"


def test_what_an_example_gives_itself_wins() -> None:
    found = given(LIKE.format("Six boats", "  on 2033-01-01\n  given boats.count is 6\n"))
    assert (found["boats.count"], found["on"]) == ("6", "2033-01-01")


def test_a_day_may_stand_in_the_example_alone() -> None:
    example = LIKE.format("Five boats", "  on 2032-05-04\n")
    assert codes(LAW, HEAD + BARE + example) == []
    assert codes(LAW, HEAD + BARE + LIKE.format("Five boats", "")) == ["PL212"]


def test_a_case_file_may_stand_apart_from_the_rules_and_serves_no_other() -> None:
    example = LIKE.format("Five boats", "")
    assert codes(LAW, HEAD + ASKED + example) == []
    other = HEAD.replace("cases", "others") + example
    assert codes(LAW, HEAD + ASKED, other) == ["PL201"]


def test_a_request_stands_above_the_examples_that_are_like_it() -> None:
    assert codes(LAW, HEAD + LIKE.format("Five boats", "") + ASKED) == ["PL201"]


def test_a_request_that_no_example_is_like_is_checked() -> None:
    assert codes(LAW, HEAD + ASKED.replace("boats.count", "boats.counts")) == ["PL201"]
    twice = ASKED.replace("boats.count is 5", "boats.count is 5, boats.count is 6")
    assert codes(LAW, HEAD + twice) == ["PL212"]


def test_a_fault_of_a_request_is_told_once_for_all_examples_that_are_like_it() -> None:
    faulty = ASKED.replace("boats.count is 5", "boats.count is yes")
    examples = LIKE.format("One", "") + LIKE.format("Two", "")
    [fault] = diagnostics(LAW, HEAD + faulty + examples)
    assert "boats.count" in fault.span.text


def test_a_request_that_was_not_understood_makes_no_names_unknown_elsewhere() -> None:
    broken = ASKED.replace("given ", "")
    assert codes(LAW, HEAD + broken + LIKE.format("Five boats", "")) == ["PL101"]
    faulty_law = LAW.replace("boats.count", "boats.counts")
    assert "PL201" in codes(faulty_law, HEAD + broken)
