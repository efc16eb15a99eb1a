"""What the grammar expects where a clause breaks off, for editors that complete it."""

from __future__ import annotations

import pyparsing as pp

from .clauses import Elements
from .grammar import Grammar
from .parser import too_deep
from .patterns import BadValueError
from .source import Source, Span


class Expecting:
    """Answers from the exact grammar, which the first question builds."""

    def __init__(self) -> None:
        self._table: tuple[Grammar, Elements] | None = None

    def at_end(self, statement: str, clause: str, plain: str) -> str | None:
        """What is expected at the end of a clause that is not written to its end.

        The words are those of messages: "a kind", or keywords in backquotes. Nothing if the clause
        may end there, None if it is not understood before.

        Args:
            statement: The keyword of its statement.
            clause: Its own, or ``head``.
            plain: Its text so far, comments blanked.
        """
        span = Span(Source("", plain), 0, len(plain))
        if too_deep(plain, span) is not None:
            return None
        if self._table is None:
            grammar = Grammar(exact=True)
            self._table = grammar, Elements(grammar)
        grammar, table = self._table
        try:
            grammar.parse(table[statement, clause], plain, span)
        except BadValueError:
            return None
        except pp.ParseBaseException as fault:
            is_end = not plain[fault.loc :].strip()
            return fault.msg.removeprefix("Expected ") if is_end else None
        return ""
