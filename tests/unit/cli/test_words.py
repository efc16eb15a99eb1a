"""``platelaw words``: every word of the vocabularies, with what it means."""

from __future__ import annotations

import json

from .conftest import Desk, Run

WORDS = """
[kinds]
theft = "the taking of property"
[facts]
"case.number" = "the number of the case"
"""


def small(desk: Desk) -> list[str]:
    """The options that name the small library, with words of its own beside it."""
    (desk.library / "plain_words.toml").write_text(WORDS)
    return desk.options


def test_a_kind_is_told_with_all_under_it(desk: Desk, run: Run) -> None:
    lines = run("words", "purpose", *small(desk)).stdout.splitlines()
    assert lines[0] == "purpose"
    assert '    theft: the taking of property (also written "Theft/Stolen")' in lines
    assert len(lines) == 7  # `joint` lies under two kinds and stands once


def test_all_of_a_sort_or_a_single_word_can_be_asked_for(desk: Desk, run: Run) -> None:
    said = "case.number: the number of the case (text, proven by assertion)"
    for word in ("fact", "facts", "case.number"):
        assert said in run("words", word, *small(desk)).stdout.splitlines()
    duties = run("words", "duties", *small(desk)).stdout
    assert "note_case: done by what is stated\n" in duties
    assert "case.number" not in duties


def test_without_a_word_it_says_what_there_is(desk: Desk, run: Run) -> None:
    told = run("words", *small(desk)).stdout
    assert "platelaw words purpose             6 kinds of purpose\n" in told
    assert "platelaw words reading             2 readings\n" in told


def test_json_has_the_same(desk: Desk, run: Run) -> None:
    told = json.loads(run("words", "theft", "--json", *small(desk)).stdout)
    assert told["words"] == [
        {
            "word": "theft",
            "is": "kind",
            "under": ["inquiry"],
            "says": None,
            "means": "the taking of property",
            "written": ["Theft/Stolen"],
        }
    ]


def test_a_word_that_is_none_is_told_with_the_nearest(desk: Desk, run: Run) -> None:
    result = run("words", "thefft", *small(desk))
    assert (result.exit_code, "did you mean `theft`?" in result.stderr) == (2, True)
