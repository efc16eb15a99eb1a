"""What law leaves open and what is missing, in words that a chief reads. A reading edge.

The questions stand in ``readings.toml`` beside a state's policies; without one its name stands.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

from ...engine.library import shipped
from . import words
from .answers import Answers

READING = "reading"  # the cause of what waits for an open question of law
REVIEW = "review"  # of what waits for a person whom a rule names


def asked_in_words() -> Mapping[str, str]:
    """The questions that readings answer, by the name of the reading."""
    found: dict[str, str] = {}
    for state in shipped().iterdir():
        file = state.joinpath("readings.toml")
        if state.is_dir() and file.is_file():
            found |= tomllib.loads(file.read_text("utf-8"))
    return found


def missing_in_words(answers: Answers) -> list[str]:
    """What each row of the answer to ``missing`` is about, in words."""
    asked = asked_in_words()
    titles = {row["rule"]: row["title"] for row in answers.rows["rules"]}
    told = {READING: asked, REVIEW: titles}
    return [
        told.get(row["cause"], {}).get(row["fact"]) or words.fact(row["fact"])
        for row in answers.rows["missing"]
    ]
