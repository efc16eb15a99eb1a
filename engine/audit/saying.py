"""What the texts of rows say: their category and reason, each distinct pair read once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

import numpy as np

from ...dsl.lexicon import Matcher
from ..columns.coded import Classes, Coded, Ints, coded
from ..columns.keys import combined, grouped
from .batch import Batch
from .cells import Cell, shipped_markers
from .judging import Judge
from .layouts import Field
from .log_row import LogRow
from .rows import RowFacts, Written, said_of

MOST_TEXTS = 65_536  # that are remembered; reasons repeat


@dataclass(frozen=True, slots=True)
class Indicated:
    """Whether some texts indicate a use that a lexicon names, and a category that is not known."""

    is_plain: bool
    is_possible: bool
    is_unmapped: bool


@dataclass(slots=True)
class Sayings:
    """Numbers of what rows say, as far as any rule or count may ask.

    Attributes:
        facts: One saying of each number; its case number is left to the row.
        words: What its texts indicate.
    """

    judge: Judge
    facts: list[RowFacts] = field(default_factory=list[RowFacts])
    words: list[Indicated] = field(default_factory=list[Indicated])
    _written: Written = field(init=False)
    _matchers: tuple[Matcher, ...] = field(init=False)
    _numbers: Classes[Hashable] = field(default_factory=Classes[Hashable])
    _texts: dict[tuple[Cell, Cell], int] = field(default_factory=dict[tuple[Cell, Cell], int])

    def __post_init__(self) -> None:
        """Find the words of each layer."""
        vocabulary = self.judge.vocabulary
        self._written = Written(vocabulary)
        layers = [
            tuple(lexicon for lexicon in vocabulary.lexicons if lexicon.origin == words.edition)
            for words in vocabulary.lineage()
        ]
        self._matchers = tuple(self.judge.engine.matchers.of(layer) for layer in layers)

    def of(self, batch: Batch) -> Ints:
        """The number of what each row says."""
        category, reason = batch.cells(Field.CATEGORY), self._reasons(batch)
        firsts, groups = grouped(combined([category.codes, reason.codes]))
        numbers = [self._number(category.at(row), reason.at(row)) for row in map(int, firsts)]
        return np.array(numbers, np.int64)[groups]

    def said(self, row: LogRow) -> RowFacts:
        """What one row says by itself."""
        category, typed = row.cell(Field.CATEGORY), row.cell(Field.REASON)
        facts = said_of(category, typed, self._written)
        return replace(facts, case_number=row.cell(Field.CASE_NUMBER))

    def _reasons(self, batch: Batch) -> Coded[Cell]:
        """The reasons; those that differ in bare numbers alone are one to every lexicon."""
        raw = batch.raw(Field.REASON)
        if raw is None or self._written.has_digits:
            return batch.cells(Field.REASON)
        markers = shipped_markers()
        alike = self.judge.hints.alike_each(raw.values)
        marks = {text for text in dict.fromkeys(alike) if markers.may_be_mark(text)}
        if marks:  # of which a number may be a part
            alike = [
                text if same in marks else same
                for text, same in zip(raw.values, alike, strict=True)
            ]
        texts = coded(alike)
        return Coded(texts.codes[raw.codes], [markers.read(text) for text in texts.values])

    def _number(self, category: Cell, typed: Cell) -> int:
        key = category, typed
        number = self._texts.get(key)
        if number is None:
            if len(self._texts) >= MOST_TEXTS:
                self._texts.clear()
            number = self._texts[key] = self._new(category, typed)
        return number

    def _new(self, category: Cell, typed: Cell) -> int:
        facts = said_of(category, typed, self._written)
        text = facts.reason.text
        is_blank = text is not None and not text.strip()
        words = self.judge.hints.words_in(text) if text else ""
        indicated = self._indicated(facts)
        number = self._numbers.number((
            facts.purposes, facts.purpose_cause, facts.reason.cause, is_blank, words,
            category.state, indicated,
        ))  # fmt: skip
        if number == len(self.facts):
            self.facts.append(facts)
            self.words.append(indicated)
        return number

    def _indicated(self, facts: RowFacts) -> Indicated:
        texts = [text for text in (facts.category, facts.reason.text, facts.visible) if text]
        seen = [words for text in texts if (words := self.judge.hints.words_in(text))]
        readings = [matcher.read(text) for text in seen for matcher in self._matchers]
        is_plain = any(reading.plainly for reading in readings)
        is_possible = not is_plain and any(reading.possibly for reading in readings)
        is_unmapped = bool(facts.category) and not facts.purposes
        return Indicated(is_plain, is_possible, is_unmapped)
