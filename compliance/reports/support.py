"""Whether what was read can support the sentence 'no violation', and what speaks against it."""

from __future__ import annotations

import json

from ..findings.catalog import INCOMPLETE
from . import words
from .answers import Answers
from .view import Sentence


def against(answers: Answers) -> tuple[Sentence, ...]:
    """Why it cannot: by other logs and pages, then by what could not be read; empty if it may."""
    return (*_by_others(answers), *_by_files(answers))


def told(answers: Answers) -> Sentence:
    """What is known where nothing speaks against it."""
    for row in answers.rows["completeness"]:
        if row["support"] == "yes":
            text = (
                f"The exports hold at least {row['low']:.2%} of the agency's own searches, by "
                f"other logs ({row['confidence']:.0%} sure): enough for the {row['asked']:.0%} "
                "asked for."
            )
            if answers.about.get("own_searches") != "yes":
                text += " Whether all searches of others are there no log tells."
            return Sentence(text, "completeness")
        return Sentence(
            f"How complete the exports are cannot be told: {'; '.join(row['reasons'])}.",
            "completeness",
        )
    return Sentence(
        "Nobody has held the exports against other logs (`platelaw reconcile --enter`), so how "
        "complete they are is not known, and nothing here says that there was no violation.",
        "completeness",
    )


def _by_others(answers: Answers) -> list[Sentence]:
    for row in answers.rows["completeness"]:
        if row["support"] != "no":
            continue
        text = f"The exports are below the {row['asked']:.0%} of all searches that were asked for: "
        text += "; ".join(row["reasons"])
        missing = (row["elsewhere"] or 0) - (row["in_both"] or 0)
        if missing:
            lacked = words.counted(missing, "search", "searches")
            text += f". Other logs hold {lacked} that they lack"
        return [Sentence(f"{text}.", "completeness")]
    return []


def _by_files(answers: Answers) -> list[Sentence]:
    """Files that review found to be read too little, and those not read to their end."""
    found = {
        str(json.loads(row["subject"])["export"])
        for row in answers.rows["findings"]
        if row["check"] == INCOMPLETE and row["seen"]
    } - {"all together"}
    found |= {row["name"] for row in answers.rows["sources"] if row["state"] != "whole"}
    if not found:
        return []
    first = ", ".join(sorted(found)[:3]) + (" and others" if len(found) > 3 else "")
    files = words.counted(len(found), "file was", "files were")
    return [Sentence(f"{files} not read whole enough to count on: {first}.", "sources")]
