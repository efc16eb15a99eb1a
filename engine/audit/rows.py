"""A row of a log as a request: what the log proves, and nothing more.

What a layout has no place for is unproven because it was never recorded; what a cell hides is
unproven because it was redacted, withheld or not exported. A log proves no claim, no paper and
no recipient.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ...dsl.lexicon import fold_phrase
from ...dsl.model import Vocabulary
from .. import names
from ..request import Reason, Request, Statement
from ..values import Cause, Span, TextState
from .cells import BLANK, Cell, CellState

CAUSES = {
    CellState.BLANK: Cause.BLANK,
    CellState.REDACTED: Cause.REDACTED,
    CellState.WITHHELD: Cause.WITHHELD,
    CellState.NOT_EXPORTED: Cause.NOT_EXPORTED,
    CellState.NEVER_RECORDED: Cause.NEVER_RECORDED,
}


@dataclass(frozen=True, slots=True)
class RowFacts:
    """What one row says of one search: equal rows of one day get equal verdicts.

    ``purposes`` are the kinds that its category or reason stands for: two are two requests.
    """

    purposes: tuple[str, ...]
    purpose_cause: Cause
    reason: Reason
    category: str
    case_number: Cell
    case_offense: Cell
    visible: str = ""  # what can still be read of a reason that is hidden in part


@dataclass(slots=True)
class Written:
    """The kinds that drop-down categories and set phrases stand for, by their folded words."""

    vocabulary: Vocabulary
    _index: dict[tuple[str, ...], str] = field(
        default_factory=dict[tuple[str, ...], str], init=False
    )
    _known: dict[str, tuple[str, ...] | None] = field(
        default_factory=dict[str, "tuple[str, ...] | None"], init=False
    )

    _has_digits: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        """Index every ``also written`` of the vocabulary."""
        for kind in self.vocabulary.kinds.by_name.values():
            for text in kind.written:
                self._index[fold_phrase(text)] = kind.name
        self._has_digits = any(any(map(str.isdigit, "".join(words))) for words in self._index)

    @property
    def has_digits(self) -> bool:
        """Whether a kind is written with a digit, so that a number may be one."""
        return self._has_digits

    def kinds(self, text: str) -> tuple[str, ...] | None:
        """The kinds of a cell, whole or by its parts between commas; None if not all are known."""
        if text not in self._known:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[text] = self._kinds(text)
        return self._known[text]

    def _kinds(self, text: str) -> tuple[str, ...] | None:
        whole = self._index.get(fold_phrase(text))
        if whole is not None:
            return (whole,)
        found = [self._index.get(fold_phrase(part)) for part in text.split(",")]
        kinds = tuple(dict.fromkeys(kind for kind in found if kind is not None))
        return kinds if kinds and None not in found else None

    def leading(self, text: str) -> tuple[str, ...] | None:
        """The kinds of a reason that is a category, or begins with one and a dash."""
        head, dash, _ = text.partition(" -")
        return self.kinds(text) or (self.kinds(head) if dash else None)


_REMEMBERED = 16_384  # texts; they repeat


def said_of(category: Cell, typed: Cell, written: Written) -> RowFacts:
    """What a category and a reason say; the number of the case is not looked at."""
    purposes, cause = _purposes(category, typed, written)
    return RowFacts(
        purposes,
        cause,
        _reason(typed),
        category.value if category.state is CellState.VALUE else "",
        BLANK,
        category,
        typed.visible,
    )


def _purposes(category: Cell, typed: Cell, written: Written) -> tuple[tuple[str, ...], Cause]:
    if category.state is CellState.VALUE:
        return written.kinds(category.value) or (), Cause.UNKNOWN_WORD
    if category.state in (CellState.REDACTED, CellState.WITHHELD):
        return (), CAUSES[category.state]  # what was chosen is hidden, whatever was typed
    if typed.state is CellState.VALUE:
        found = written.leading(typed.value)
        return found or (), Cause.UNKNOWN_WORD
    return (), CAUSES[category.state]


def _reason(cell: Cell) -> Reason:
    if cell.state is CellState.VALUE:
        return Reason(cell.value)
    return Reason("") if cell.state is CellState.BLANK else Reason(None, CAUSES[cell.state])


def requests_of(
    facts: RowFacts, *, requester: str, owner: str, at: Span, vocabulary: Vocabulary
) -> Iterable[Request]:
    """The requests that a row stands for: one for each purpose it states."""
    absent = _absent(facts, vocabulary)
    stated = tuple(_texts(facts))
    for purpose in facts.purposes or (None,):
        mine = (Statement(names.PURPOSE, purpose), *stated) if purpose else stated
        yield Request(
            requester,
            owner,
            names.SEARCH,
            (names.SEARCHED_DATA,),
            at,
            facts.reason,
            statements=mine,
            absent=absent,
        )


def _texts(facts: RowFacts) -> Iterable[Statement]:
    for name, cell in (
        (names.CASE_NUMBER, facts.case_number),
        (names.CASE_OFFENSE, facts.case_offense),
    ):
        if cell.state is CellState.VALUE:
            yield Statement(name, TextState.STATED)
        elif cell.state is CellState.BLANK:
            yield Statement(name, TextState.BLANK)


def _absent(facts: RowFacts, vocabulary: Vocabulary) -> Mapping[str, Cause]:
    """Why each fact that the row does not prove is not there."""
    causes = dict.fromkeys(vocabulary.facts, Cause.NEVER_RECORDED)
    causes[names.PURPOSE] = facts.purpose_cause
    for name, cell in (
        (names.CASE_NUMBER, facts.case_number),
        (names.CASE_OFFENSE, facts.case_offense),
    ):
        if cell.state in CAUSES:
            causes[name] = CAUSES[cell.state]
    return causes
