"""Questions alike: what can tell two questions apart, and what cannot.

Rules read a free text only as stated or blank, a reason as what the lexicons see in it, and the
time by the hour. Two questions that differ in nothing else get the same answer from the same
snapshot, so the second is answered by what was worked out for the first.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable
from dataclasses import dataclass, field

from ...dsl.model import Library, Vocabulary
from ...engine import names
from ...engine.reasons import Matchers, ReasonWords
from ...engine.request import Reason
from ..v1 import question_pb2 as q

FREE_TEXTS = frozenset({"text", "user"})
_STATED = "stated"
_HOUR = 3600
MAX_TEXTS = 50_000  # reasons that are remembered
MAX_LENGTH = 300  # characters of a reason that is remembered


def free_texts(library: Library) -> frozenset[str]:
    """The facts of which rules read no more than whether they are stated."""
    types: dict[str, set[str]] = {}
    for vocabulary in library.vocabularies.values():
        for name, fact in vocabulary.facts.items():
            types.setdefault(name, set()).add(fact.type.word)
    return frozenset(name for name, words in types.items() if words == {"text"})


def stripped(question: q.Question, free: frozenset[str]) -> str:
    """Take out of a question what no rule reads, and tell its case number.

    Free texts become a mark that something is stated; user, subject and reason go.
    """
    case = ""
    for fact in question.facts:
        name = fact.name
        if name in free and fact.HasField("word"):  # another value is none of a text: a fault
            word = fact.word.strip()
            if name == names.CASE_NUMBER:
                case = word
            fact.word = _STATED if word else ""
    for name in ("user", "subject", "reason"):
        question.ClearField(name)
    return case


@dataclass(slots=True)
class Reasons:
    """What the lexicons of a library see in reasons, one hour at a time."""

    library: Library
    matchers: Matchers
    _words: tuple[Vocabulary, ...] = field(init=False)
    _table: tuple[int, dict[str, Hashable]] = field(default=(-1, {}), init=False)

    def __post_init__(self) -> None:
        """Find the vocabularies that differ in their lexicons."""
        differing: dict[Hashable, Vocabulary] = {}
        for vocabulary in self.library.vocabularies.values():
            lexicons = vocabulary.lexicons
            key = tuple((each.origin, each.name, each.in_force) for each in lexicons)
            differing.setdefault((key, tuple(v.edition for v in vocabulary.lineage())), vocabulary)
        self._words = tuple(differing.values())

    def seen(self, text: str, hour: int) -> Hashable:
        """All that rules may read of a reason: equal for two that are read alike in this hour."""
        if len(text) > MAX_LENGTH:
            return self._read(text, hour)
        at, table = self._table  # hour and table in one: threads may be of two hours
        if at != hour or len(table) >= MAX_TEXTS:
            table = dict[str, Hashable]()
            self._table = hour, table
        found = table.get(text)
        if found is None:
            found = table[text] = self._read(text, hour)
        return found

    def _read(self, text: str, hour: int) -> Hashable:
        today = datetime.datetime.fromtimestamp(hour * _HOUR, datetime.UTC).date()
        days = [today + datetime.timedelta(days=shift) for shift in (-1, 0, 1)]  # of any zone
        words = ReasonWords(Reason(text), self.matchers)
        seen = tuple(words.sets(each, day) for each in self._words for day in days)
        return bool(text.strip()), seen


def hour_of(seconds: float) -> int:
    """The hour of a moment, counted from 1970."""
    return int(seconds // _HOUR)
