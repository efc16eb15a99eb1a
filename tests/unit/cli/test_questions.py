"""``platelaw questions``: open questions of law, ranked, in text, Markdown and JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ..engine.small import ANY_USE, owner, policy, rule
from .conftest import Desk, Run

DOUBTED = rule(
    "doubted", "forbid search of alpr_data\nif doubt and request.purpose is a kind of theft"
)


@pytest.fixture
def law(desk: Desk) -> Path:
    """The small law with a rule that hangs on an open question; its example is held now."""
    text = (desk.library / "law.policy").read_text()
    head, _, example = text.partition("\nexample")
    example = example.replace("expect PERMIT by any-use", "expect HOLD by doubted")
    (desk.library / "law.policy").write_text(f"{head}\n{DOUBTED}\nexample{example}")
    return desk.library


def test_the_first_question_is_the_one_on_which_most_hangs(desk: Desk, run: Run, law: Path) -> None:
    result = run("questions", "--registry", desk.registry, law)
    assert result.exit_code == 0
    assert "over 1 example." in result.stdout
    assert "1. Doubt?\n   The act, section 1 (open" in result.stdout
    assert "yes: turns 1 example, 0 milder and 1 stricter" in result.stdout


def test_json_and_markdown_are_all_there_is_on_standard_output(
    desk: Desk, run: Run, law: Path
) -> None:
    told = json.loads(run("questions", "--json", "--registry", desk.registry, law).stdout)
    assert [question["reading"] for question in told["questions"]] == ["doubt", "likely"]
    text = run("questions", "--markdown", "--registry", desk.registry, law).stdout
    assert text.startswith("# Open questions of law\n")


def test_input_that_cannot_be_gone_by_says_so(desk: Desk, run: Run, law: Path) -> None:
    both = run("questions", "--json", "--markdown", "--registry", desk.registry, law)
    assert (both.exit_code, both.stdout) == (2, "")
    alone = run("questions", "--owner", "AA/pd", "--registry", desk.registry, law)
    assert "add --log LOG" in alone.stderr
    none = run("questions", "--log", desk.folder / "no.csv", "--owner", "AA/pd",
               "--registry", desk.registry, law)  # fmt: skip
    assert (none.exit_code, none.stdout) == (2, "")
    assert "no.csv" in none.stderr


def test_without_an_open_question_the_exit_code_says_so(desk: Desk, run: Run, law: Path) -> None:
    result = run("questions", "--only", "nothing", "--registry", desk.registry, law)
    assert result.exit_code == 1
    assert "no open question's name or source has `nothing`" in result.stderr


def test_only_the_questions_of_the_named_law_are_asked(desk: Desk, run: Run, law: Path) -> None:
    words = 'vocabulary bb 1 extends core 1\nreading apart of "The other act" : open\n'
    theirs = policy("bb/act", "state", DOUBTED, binds="owner.sovereign is BB", uses="bb 1")
    (law / "bb.policy").write_text(f"{words}\n{theirs}")
    (law / "owner.policy").write_text(owner(ANY_USE))

    def asked(*options: str) -> list[str]:
        result = run("questions", "--json", *options, "--registry", desk.registry, law)
        return [question["reading"] for question in json.loads(result.stdout)["questions"]]

    assert asked("--state", "aa") == asked("--agency", "AA/pd") == ["doubt", "likely"]
    assert "apart" in asked()
    none = run("questions", "--state", "BB", "--registry", desk.registry, law)
    assert none.exit_code == 2
    assert "no agency of `BB` on file has a policy here\nhelp: known are `AA`" in none.stderr
    both = run("questions", "--state", "AA", "--agency", "AA/pd", "--registry", desk.registry, law)
    assert "exclude each other" in both.stderr
