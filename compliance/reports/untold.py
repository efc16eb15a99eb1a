"""Why the law cannot be told of searches, and what would tell most of them."""

from __future__ import annotations

from collections.abc import Iterator

from . import words
from .answers import Answers, Rows
from .law_words import READING, missing_in_words
from .view import Sentence

_NAMED = 3  # facts that a sentence names
_MOST = 4  # causes that it tells
NEVER = "never recorded"  # in no search log: a cause of what is missing, and a state of cells
ABSENT = "not exported"  # the export has no such column: the same
UNMAPPED = "a word that no vocabulary maps"  # a cause of what is missing
_READING = ", and whoever reads a sample of them sees no reason"
_EXPLAINING = {"reason": "reasons", "case_number": "case numbers"}  # fields, in words


def untold(answers: Answers, unknown: int) -> Iterator[Sentence]:
    """Of how many searches it cannot be told, why, and what would help most."""
    if not unknown:
        return
    told = f"Of {unknown:,} ({words.share(unknown, answers.searches)}) it cannot be told"
    reasons = _reasons(answers, unknown)
    yield Sentence(f"{told}{': ' + '; '.join(reasons) if reasons else ''}.", "missing")
    yield Sentence(_help(answers), "missing")


def _reasons(answers: Answers, unknown: int) -> list[str]:
    """Facts by why they are missing, what concerns most searches first."""
    missing = answers.rows["missing"]
    found: list[tuple[int, str]] = []
    for cause, told in ((NEVER, "no search log holds"), (ABSENT, "the export has no column for")):
        facts = [row for row in missing if row["cause"] == cause]
        if facts:
            found.append((facts[0]["searches"], f"{told} {_facts(facts, unknown)}"))
    readings = [row for row in missing if row["cause"] == READING]
    if readings:
        told = words.counted(len(readings), "question of law is", "questions of law are")
        found.append((readings[0]["searches"], f"{told} open"))
    found += _others(answers)
    found.sort(key=lambda each: -each[0])
    named = [text for _, text in found[:_MOST]]
    return named if len(found) <= _MOST else [*named, "other causes at fewer"]


def _others(answers: Answers) -> Iterator[tuple[int, str]]:
    """Every other cause, at how many searches and of what."""
    rows = zip(answers.rows["missing"], missing_in_words(answers), strict=True)
    by_cause: dict[str, list[tuple[int, str]]] = {}
    for row, about in rows:
        if row["cause"] not in (NEVER, ABSENT, READING):
            by_cause.setdefault(row["cause"], []).append((row["searches"], about))
    for cause, found in by_cause.items():
        most = found[0][0]
        at = words.counted(most, "search", "searches")
        named = ", ".join(about for _, about in found[:_NAMED])
        more = ", ..." if len(found) > _NAMED else ""
        upto = "up to " if len(found) > 1 else ""
        yield most, f"{words.CAUSES.get(cause, cause)}, at {upto}{at} ({named}{more})"


def _facts(rows: Rows, unknown: int) -> str:
    """How many facts rules wait for, and those that are missing at the most searches."""
    most = rows[0]["searches"]
    first = [words.fact(row["fact"]) for row in rows if row["searches"] == most]
    named = ", ".join(first[:_NAMED]) + (", ..." if len(first) > _NAMED else "")
    at = "all of them" if most >= unknown else words.counted(most, "search", "searches")
    some = f"{len(first)} of which are" if len(first) > 1 else "one of which is"
    if len(rows) == len(first):
        some = "which are" if len(first) > 1 else "which is"
    return (
        f"{words.counted(len(rows), 'fact')} that rules wait for, {some} missing at {at} ({named})"
    )


def _help(answers: Answers) -> str:
    absent = not_exported_fields(answers)
    ask = [f"ask the vendor for an export with {' and '.join(absent)}"] if absent else []
    if any(row["cause"] == UNMAPPED for row in answers.rows["missing"]):
        ask.append("say in a vocabulary what words that none maps mean (`also written`)")
    ask.append(
        "keep the decisions of the service, which asks for such facts before a search is made, "
        "and hold them beside the log (`platelaw reconcile`)"
    )
    return f"To have it told of more: {'; '.join(ask)}."


def not_exported(answers: Answers) -> Iterator[Sentence]:
    """Columns that explain a search and were not exported: no share of them can be told."""
    by_count: dict[int, list[str]] = {}
    for field, searches in _absent(answers).items():
        by_count.setdefault(searches, []).append(_EXPLAINING[field])
    for searches, fields in by_count.items():
        of = "all" if searches == answers.searches else f"{searches:,} of {answers.searches:,}"
        yield Sentence(
            f"The {' and '.join(fields)} of {of} searches were not exported: nothing is said of "
            f"what stands in them{_READING if 'reasons' in fields else ''}.",
            "cells",
        )


def is_absent(answers: Answers, field: str) -> bool:
    """Whether no search has a column for a field that explains it."""
    return _absent(answers).get(field) == answers.searches


def not_exported_fields(answers: Answers) -> list[str]:
    """The columns that explain a search and that some export lacks, in words."""
    return [_EXPLAINING[field] for field in _absent(answers)]


def _absent(answers: Answers) -> dict[str, int]:
    """The searches without such a column, by field."""
    found = {row["field"]: row["searches"] for row in answers.rows["cells"]
             if row["state"] == ABSENT}  # fmt: skip
    return {field: found[field] for field in _EXPLAINING if field in found}
