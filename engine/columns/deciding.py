"""Requests that stand in columns, decided: each distinct key once, by the compiled evaluator."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from ..compiled import Compiled, Ruling
from ..compiled.calendar import Calendar, calendar_of
from ..request import PaperStatement, Reason, Request, Statement
from ..values import Age, Span
from .coded import Classes, Coded, Ints
from .hints import Hints
from .keys import Answers


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """Requests as columns; of one column each row has one value.

    Attributes:
        like: What no column says is as in this request.
        fields: Columns of fields of a request, by their names.
        facts: Columns of statements; None is a fact that a row does not state.
    """

    like: Request
    fields: Mapping[str, Coded[Any]]
    facts: Mapping[str, Coded[Statement | None]] = field(
        default_factory=dict[str, "Coded[Statement | None]"]
    )

    def request(self, row: int) -> Request:
        """The request of one row."""
        stated = [column.at(row) for column in self.facts.values()]
        given = {name: column.at(row) for name, column in self.fields.items()}
        return replace(
            self.like,
            statements=(*self.like.statements, *(each for each in stated if each is not None)),
            **given,
        )


@dataclass(slots=True)
class ColumnDecider:
    """Decides columns of requests; keep one for all batches of a log.

    Attributes:
        compiled: Who decides a key.
    """

    compiled: Compiled
    _hints: Hints = field(init=False)
    _calendar: Calendar = field(init=False)
    _classes: dict[str, Classes[Hashable]] = field(default_factory=dict[str, Classes[Hashable]])
    _shapes: dict[Hashable, Answers[Ruling]] = field(
        default_factory=dict[Hashable, Answers[Ruling]]
    )

    def __post_init__(self) -> None:
        """Find the days on which law changes."""
        library = self.compiled.library
        self._hints = Hints(library)
        vocabulary = next(iter(library.vocabularies.values()))
        self._calendar = calendar_of(library.policies, library.parameters, vocabulary)

    def decide(self, asked: Asked) -> Coded[Ruling]:
        """The ruling of each row; equal keys of any batch share one."""
        timeless = is_timeless(asked)
        columns = {**asked.fields, **{f"fact {name}": of for name, of in asked.facts.items()}}
        classes = [
            self._numbers(name, column, timeless=timeless) for name, column in columns.items()
        ]
        # Answers are kept for batches with the same columns that are alike in all else.
        shape = (*columns, timeless, repr(asked.like))
        answers = self._shapes.setdefault(shape, Answers[Ruling]())
        codes = answers.of(classes, lambda row: self._decided(asked.request(row)))
        return Coded(codes, answers.found)

    def _decided(self, request: Request) -> Ruling:
        return self.compiled.decide(self.compiled.prepare(request))

    def _numbers(self, name: str, column: Coded[Any], *, timeless: bool) -> Ints:
        classes = self._classes.setdefault(name, Classes[Hashable]())
        return column.each(lambda value: classes.number(self._seen(value, timeless=timeless)))

    def _seen(self, value: Any, *, timeless: bool) -> Hashable:
        """What the law can see of a value."""
        if isinstance(value, Span) and timeless:
            return self._calendar.era(value)
        if isinstance(value, Reason) and value.text is not None:
            return not value.text.strip(), self._hints.words_in(value.text)
        return (
            value if isinstance(value, Hashable) and not isinstance(value, Mapping) else repr(value)
        )


def is_timeless(asked: Asked) -> bool:
    """Whether of the moment of a request only the law of its day matters.

    An age, a term or a paper that expires is measured from the moment itself.
    """
    return not any(map(_is_timed, _values(asked)))


def _values(asked: Asked) -> Iterable[Any]:
    for column in (*asked.fields.values(), *asked.facts.values()):
        yield from column.values
    yield from asked.like.statements
    yield from (asked.like.papers, asked.like.system)


def _is_timed(value: Any) -> bool:
    if isinstance(value, Statement):
        dated = value.issued is not None or value.expires is not None
        return dated or isinstance(value.value, Span | Age)
    if isinstance(value, Mapping):
        measured = cast("Mapping[str, object]", value)
        return any(isinstance(each, Span | Age) for each in measured.values())
    many = cast("tuple[object, ...]", value) if isinstance(value, tuple) else ()
    return any(isinstance(each, PaperStatement) for each in many)
