"""What a chief reads in a minute: the sentences and the few numbers that matter."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

from ...engine.audit.verdicts import RowVerdict
from ..findings.catalog import READ_FIRST
from . import support, words
from .answers import Answers, Rows
from .untold import is_absent, not_exported, untold
from .view import Figure, Sentence, Tone

_FOREIGN = ("other state", "federal", "other")


def sentences(answers: Answers, owner: str, today: datetime.date) -> Iterator[Sentence]:
    """What there is to know, in the order in which it matters."""
    yield from _warnings(answers)
    yield from _span(answers, owner)
    if not answers.searches:
        yield from _incomplete(answers)
        return
    yield from _read_first(answers)
    yield from _verdicts(answers)
    yield from not_exported(answers)
    yield from _named(answers)
    yield from _outside(answers)
    yield from _findings(answers.rows["findings"], today)
    yield from _incomplete(answers)


def _warnings(answers: Answers) -> Iterator[Sentence]:
    """What speaks for the log being another agency's: it comes before all that it would undo."""
    for row in answers.rows["notes"]:
        if row["message"].startswith(words.WARNING):
            yield Sentence(row["message"], "notes")


def _span(answers: Answers, owner: str) -> Iterator[Sentence]:
    files = words.counted(len(answers.rows["sources"]), "file")
    if not answers.searches:
        read = "was read" if len(answers.rows["sources"]) == 1 else "were read"
        yield Sentence(f"No search stands in the {files} that {read}.", "totals")
        return
    first, last = answers.day("first_search"), answers.day("last_search")
    days = f" from {first} to {last}" if first and last else ", at no known time"
    told = words.counted(answers.searches, "search", "searches")
    if answers.is_simulated:
        yield Sentence(
            f"SIMULATED: {told} of another agency's log{days} stand in {files}, and are judged as "
            f"if plate data of {owner} had been searched. Nothing here is said of its own "
            "searches.",
            "totals",
        )
        return
    yield Sentence(f"{told} of plate data of {owner}{days} stand in {files}.", "totals")


def _read_first(answers: Answers) -> Iterator[Sentence]:
    """Searches whose own words name what the law of their day bars, whatever the verdict."""
    for row in answers.rows["read_first"]:
        told = words.counted(row["searches"], "search plainly names", "searches plainly name")
        purpose = words.plain(row["purpose"])
        way = answers.findings_command(f" --check {READ_FIRST}")
        yield Sentence(
            f"{told} {purpose}: read these first, whatever their verdict (`{way}`).", "read_first"
        )


def _verdicts(answers: Answers) -> Iterator[Sentence]:
    counts, all_ = answers.counts("verdicts", "verdict"), answers.searches
    unlawful = counts.get(RowVerdict.UNLAWFUL.value, 0)
    incomplete = support.against(answers)
    asked = counts.get(RowVerdict.QUESTION.value, 0)
    if unlawful:
        told = f"{words.counted(unlawful, 'search is', 'searches are')} shown unlawful"
        yield Sentence(f"{told}, on wording that was verified.", "verdicts")
    elif incomplete:
        yield Sentence(
            "Whether there was a violation cannot be said: no search that was read is shown "
            "unlawful, but what was read is not complete enough to support 'no violation'.",
            incomplete[0].how,
        )
    else:
        yield Sentence("No search is shown unlawful on wording that was verified.", "verdicts")
    yield from incomplete
    if not incomplete:
        yield support.told(answers)
    if asked:
        told = words.counted(asked, "search raises", "searches raise")
        yield Sentence(f"{told} a question for counsel ({words.share(asked, all_)}).", "verdicts")
    yield from untold(answers, counts.get(RowVerdict.CANNOT_TELL.value, 0))


def _named(answers: Answers) -> Iterator[Sentence]:
    found = answers.rows["named_uses"]
    if not found:
        if is_absent(answers, "reason"):
            return
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
    """The few numbers that matter: first what a person should read whatever its verdict."""
    plainly = _named_searches(answers, plainly=True)
    if plainly or not is_absent(answers, "reason"):  # else nothing was there to be read
        yield Figure(f"{plainly:,}", "plainly name a use looked for", Tone.BREACH,
                     "named_over_time", "text")  # fmt: skip
    counts = answers.counts("verdicts", "verdict")
    for verdict in (RowVerdict.UNLAWFUL, RowVerdict.QUESTION, RowVerdict.CANNOT_TELL,
                    RowVerdict.LAWFUL):  # fmt: skip
        value = f"{counts.get(verdict.value, 0):,}"
        yield Figure(value, verdict.value, words.TONES[verdict.value], "verdicts", "law")
    yield Figure(f"{_foreign(answers):,}", "from outside the state", Tone.ASK, "relations", "who")
