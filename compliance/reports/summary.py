"""What a chief reads in a minute: the sentences, the few numbers that matter, what to do next."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from ...engine.audit.verdicts import RowVerdict
from . import words
from .answers import Answers, Rows
from .view import Cell, Column, Figure, Kind, Sentence, Table, Tone

_MOST_STEPS = 8
_FOREIGN = ("other state", "federal", "other")


def sentences(answers: Answers, owner: str, today: datetime.date) -> Iterator[Sentence]:
    """What there is to know, in the order in which it matters."""
    yield from _span(answers, owner)
    if not answers.searches:
        return
    yield from _verdicts(answers)
    yield from _named(answers)
    yield from _outside(answers)
    yield from _findings(answers.rows["findings"], today)
    yield from _incomplete(answers)


def _span(answers: Answers, owner: str) -> Iterator[Sentence]:
    files = words.counted(len(answers.rows["sources"]), "file")
    if not answers.searches:
        yield Sentence(f"No search stands in the {files} that were read.", "totals")
        return
    first, last = answers.day("first_search"), answers.day("last_search")
    days = f" from {first} to {last}" if first and last else ", at no known time"
    told = words.counted(answers.searches, "search", "searches")
    yield Sentence(f"{told} of plate data of {owner}{days} stand in {files}.", "totals")


def _verdicts(answers: Answers) -> Iterator[Sentence]:
    counts, all_ = answers.counts("verdicts", "verdict"), answers.searches
    unlawful = counts.get(RowVerdict.UNLAWFUL.value, 0)
    asked = counts.get(RowVerdict.QUESTION.value, 0)
    if unlawful:
        told = f"{words.counted(unlawful, 'search is', 'searches are')} shown unlawful"
        yield Sentence(f"{told}, on wording that was verified.", "verdicts")
    else:
        yield Sentence("No search is shown unlawful on wording that was verified.", "verdicts")
    if asked:
        told = words.counted(asked, "search raises", "searches raise")
        yield Sentence(f"{told} a question for counsel ({words.share(asked, all_)}).", "verdicts")
    unknown = counts.get(RowVerdict.CANNOT_TELL.value, 0)
    if unknown:
        told = f"Of {unknown:,} ({words.share(unknown, all_)}) it cannot be told"
        missing = answers.rows["missing"]
        if missing:
            fact, cause = words.fact(missing[0]["fact"]), missing[0]["cause"]
            told += f", mostly for want of the {fact} ({cause})"
        yield Sentence(f"{told}.", "missing")


def _named(answers: Answers) -> Iterator[Sentence]:
    found = answers.rows["named_uses"]
    if not found:
        yield Sentence("No reason names a use that a lexicon looks for.", "named_uses")
        return
    plainly, possibly = (_named_searches(answers, plainly=each) for each in (True, False))
    uses = sorted({words.plain(row["purpose"]) for row in found})
    yield Sentence(
        f"The text of {plainly:,} plainly names a use that a lexicon looks for, that of "
        f"{possibly:,} possibly ({', '.join(uses)}).",
        "named_over_time",
    )


def _named_searches(answers: Answers, *, plainly: bool) -> int:
    rows = answers.rows["named_over_time"]
    return sum(row["searches"] for row in rows if row["plainly"] is plainly)


def _outside(answers: Answers) -> Iterator[Sentence]:
    count = _foreign(answers)
    if count:
        part = words.share(count, answers.searches)
        yield Sentence(
            f"{words.counted(count, 'search', 'searches')} ({part}) came from bodies outside the "
            "state.",
            "relations",
        )


def _foreign(answers: Answers) -> int:
    counts = answers.counts("relations", "relation")
    return sum(counts.get(each, 0) for each in _FOREIGN)


def _findings(found: Rows, today: datetime.date) -> Iterator[Sentence]:
    open_ = [row for row in found if row["status"] not in words.DONE]
    if not open_:
        return
    late = sum(row["due"] is not None and row["due"] < today for row in open_)
    serious = sum(row["severity"] == "deny" for row in open_)
    told = f"{words.counted(len(open_), 'finding is', 'findings are')} open, {serious} serious"
    yield Sentence(f"{told}; {late} past the day it was due." if late else f"{told}.", "findings")


def _incomplete(answers: Answers) -> Iterator[Sentence]:
    """What was not read: numbers are then too low."""
    sources = answers.rows["sources"]
    unread = sum(row["unread"] for row in sources)
    broken = sum(row["state"] != "whole" for row in sources)
    if unread:
        told = words.counted(unread, "record")
        yield Sentence(f"{told} could not be read and stand in no count.", "sources")
    if broken:
        told = words.counted(broken, "file was", "files were")
        yield Sentence(f"{told} not read to the end: all counts are too low.", "sources")


def figures(answers: Answers) -> Iterator[Figure]:
    """The few numbers that matter."""
    counts = answers.counts("verdicts", "verdict")
    for verdict in (RowVerdict.UNLAWFUL, RowVerdict.QUESTION, RowVerdict.CANNOT_TELL,
                    RowVerdict.LAWFUL):  # fmt: skip
        value = f"{counts.get(verdict.value, 0):,}"
        yield Figure(value, verdict.value, words.TONES[verdict.value], "verdicts", "law")
    yield Figure(
        f"{_named_searches(answers, plainly=True):,}", "plainly name a use looked for",
        Tone.BREACH, "named_over_time", "text",
    )  # fmt: skip
    yield Figure(f"{_foreign(answers):,}", "from outside the state", Tone.ASK, "relations", "who")


def steps(answers: Answers) -> Table | None:
    """What to do next: open findings by their kind, the gravest first; None if there is none."""
    groups: dict[tuple[Any, ...], Rows] = {}
    for row in answers.rows["findings"]:  # the gravest first, and what is due first before others
        if row["status"] not in words.DONE:
            key = row["title"], row["severity"], row["owner"], words.basis(row)
            groups.setdefault(key, []).append(row)
    if not groups:
        return None
    order = sorted(groups.items(), key=lambda item: _gravity(item[1]))
    rows = [_step(key, found) for key, found in order]
    columns = (
        Column("what was found"),
        Column("who"),
        Column("by", Kind.DAY),
        Column("how grave"),
        Column("findings", Kind.COUNT),
        Column("searches", Kind.COUNT),
        Column("rests on"),
    )
    left_out = max(0, len(rows) - _MOST_STEPS)
    return Table("steps", "Open findings by kind, the gravest first", columns,
                 tuple(rows[:_MOST_STEPS]), "findings", left_out)  # fmt: skip


def _gravity(found: Rows) -> tuple[Any, ...]:
    """What comes first: the gravest, then what a rule of law is about, then what is due first."""
    first = found[0]
    due = min((row["due"] for row in found if row["due"]), default=datetime.date.max)
    grave = tuple(words.SEVERITIES).index(first["severity"])
    return grave, not words.is_of_law(first), due, -sum(row["searches"] for row in found)


def _step(key: tuple[Any, ...], found: Rows) -> tuple[Cell, ...]:
    title, severity, owner, basis = key
    return (
        title,
        words.plain(owner) or "nobody yet",
        min((row["due"] for row in found if row["due"]), default=None),
        words.SEVERITIES[severity],
        len(found),
        sum(row["searches"] for row in found),
        basis,
    )


def steps_note(answers: Answers) -> str:
    """What to say where there is no list of steps."""
    if answers.rows["findings"]:
        return "Every finding is decided; nothing is open."
    return (
        "Nobody has reviewed these results yet, so no finding has an owner or a date. Review them "
        "(`platelaw findings review`), then write this report again."
    )
