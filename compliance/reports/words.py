"""The words of a report for what results say by one word."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ...engine.audit.verdicts import RowVerdict
from .view import Tone

NOTICE = "Informs counsel; it is not legal advice."
PRIVACY = (
    "No plate, no name of a person and no single reason stands in this report: accounts and cases "
    "are tokens, reasons are counts of what the lexicons see."
)

NOTHING = "\N{EN DASH}"  # in a cell of a table
NOT_JUDGED = "not judged: no time"
VERDICTS = {
    RowVerdict.UNLAWFUL.value: "a rule whose wording was verified forbids it",
    RowVerdict.QUESTION.value: "a rule forbids it, and its wording, or a reading that it needs, is "
    "less than verified: counsel must read it",
    RowVerdict.CANNOT_TELL.value: "a rule waits for facts that the log does not hold",
    RowVerdict.LAWFUL.value: "every rule above the agency is clear, by what the log holds",
    RowVerdict.NO_LAW.value: "none of the rules about such searches was in force on its day",
    RowVerdict.OUTSIDE.value: "no rule is about it",
    NOT_JUDGED: "its time cannot be read, so no law of its day is known",
}
TONES = {
    RowVerdict.UNLAWFUL.value: Tone.BREACH,
    RowVerdict.QUESTION.value: Tone.ASK,
    RowVerdict.CANNOT_TELL.value: Tone.UNKNOWN,
    RowVerdict.LAWFUL.value: Tone.FINE,
    RowVerdict.NO_LAW.value: Tone.ASIDE,
    RowVerdict.OUTSIDE.value: Tone.ASIDE,
    NOT_JUDGED: Tone.ASIDE,
}
STATES = {
    "bites": "bites",
    "clear": "nothing against it",
    "unproven": "waits for facts",
    "referred": "a person must look",
}
CAUSES = {
    "never recorded": "no search log holds it",
    "not exported": "the export has no such column",
    "reading": "an open question of law",
    "review": "a person must look first",
    "date": "the law may have begun later",
}
RELATIONS = {
    "own": "the agency itself",
    "same state": "others of its state",
    "other state": "other states",
    "federal": "federal bodies",
    "other": "other governments",
    "not known": "nobody known",
}
RELATION_TONES = {
    "own": Tone.FINE,
    "same state": Tone.ASIDE,
    "other state": Tone.ASK,
    "federal": Tone.BREACH,
    "other": Tone.ASK,
    "not known": Tone.UNKNOWN,
}
GROUNDS = {
    "yes": "yes, or it may",
    "silent": "no: its policy is silent",
    "no": "no policy on file on that day",
}
REPEATS = {
    1: "stand in an earlier file too (count no more)",
    2: "are copies of a row of the same file (count no more)",
    3: "have the id of another search and other cells (count)",
}
# Questions whose answers come from rules of law; of others no rule is asked.
OF_LAW = frozenset(
    {"verdicts", "verdicts_over_time", "missing", "rules", "readings", "grounds", "barred",
     "organizations", "named_uses", "read_first", "named_over_time", "findings"}
)  # fmt: skip
WARNING = "WARNING:"  # begins a note that may mean that the whole audit is of the wrong log
SEVERITIES = {"deny": "serious", "review": "to be read", "note": "note"}
DONE = ("cleared", "upheld")  # of a finding: nothing more is to be decided
SOURCE_STATES = {"whole": "read to its end", "reading": "not read to its end", "cut": "cut off"}


def is_of_law(row: Mapping[str, Any]) -> bool:
    """Whether a finding rests on a rule, and not on a duty alone."""
    return "/" in row["rule"]


def basis(row: Mapping[str, Any]) -> str:
    """What a finding rests on, and how sure its wording is."""
    if is_of_law(row):
        return f"{row['citation']} ({row['source_status']})"
    return f"{row['rule']} ({row['citation']})"


def cited(row: Mapping[str, Any]) -> str:
    """What a finding rests on, where it stands elsewhere how sure its wording is."""
    return str(row["citation"]) if is_of_law(row) else basis(row)


def plain(key: str) -> str:
    """The words of a key: its underscores are blanks."""
    return key.replace("_", " ")


def fact(name: str) -> str:
    """A fact in words: what it is, then of what."""
    subject, _, what = name.rpartition(".")
    told = plain(what).removesuffix(" of")  # as in `on_behalf_of`
    return f"{told} of the {plain(subject)}" if subject else plain(what)


def counted(count: int, one: str, many: str = "") -> str:
    """A count with its noun."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """A part of a whole in percent, never rounded to none or to all."""
    if not whole:
        return "none"
    percent = 100 * part / whole
    if 0 < percent < 0.1:
        return "less than 0.1%"
    if 99.9 < percent < 100:
        return "more than 99.9%"
    return f"{percent:.0f}%" if percent >= 10 or percent in (0, 100) else f"{percent:.1f}%"
