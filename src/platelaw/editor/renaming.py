"""Renaming a word everywhere, or the reason why not.

A rename is tried on the texts before it is made. One after which the library would have a fault
that it has not now is refused, in the words of that fault.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..dsl.check import check
from ..dsl.diagnostics import Diagnostic
from ..dsl.parsed import Parse
from ..dsl.parser import Parser
from ..dsl.patterns import NAME, RESERVED
from ..dsl.reading import ATTRIBUTE
from ..dsl.source import Source, Span
from ..engine import names as engine_names
from ..engine.registry import Registry
from .edits import Edit, applied, by_file
from .index import Index, Symbol
from .symbols import Use, What


class RefusedError(Exception):
    """A rename that cannot be made; the message says why."""


_RENAMED = frozenset(
    [
        What.WORD,
        What.FACT,
        What.CHOICE,
        What.POLICY,
        What.RULE,
        What.BRANCH,
        What.DEFINITION,
        What.PARAMETER,
        What.LEXICON,
        What.EXAMPLES,
        What.PROMISE,
        What.REQUEST,
    ]
)
_WORD = r"[a-z][a-z0-9_]*"
_SHAPES = {
    What.FACT: (rf"{_WORD}\.{_WORD}", "a fact is two words with one dot, such as `case.number`"),
    What.WORD: (_WORD, "a word is lower-case letters, digits and `_`"),
    What.CHOICE: (_WORD, "a word is lower-case letters, digits and `_`"),
}
_ANY = (NAME, "a name is lower-case letters and digits, joined by `_`, `-` or `/`")
_OF_ENGINE = frozenset(
    value for name, value in vars(engine_names).items() if name.isupper() and isinstance(value, str)
)


@dataclass(frozen=True, slots=True)
class Renaming:
    """Renames in one library.

    Attributes:
        parses: Its files.
        own: The names of those that may be changed.
        found: What is wrong with it now.
        index: Its words.
        registry: The agencies on file, whose entries name policies.
    """

    parses: Mapping[str, Parse]
    own: Collection[str]
    found: Collection[Diagnostic]
    index: Index
    registry: Registry

    def subject(self, use: Use | None) -> Symbol:
        """What would be renamed.

        Raises:
            RefusedError: It cannot be.
        """
        symbols = list(self.index.resolve(use)) if use is not None else []
        if use is None or not symbols:
            raise RefusedError("no word that is declared stands here")
        if len(symbols) > 1:
            owners = ", ".join(sorted(f"`{symbol.owner}`" for symbol in symbols))
            raise RefusedError(f"`{use.name}` may be of {owners}; write it with its policy first")
        symbol = symbols[0]
        if symbol.what not in _RENAMED:
            raise RefusedError(f"a {symbol.what.value} is not renamed here")
        self._refuse_foreign(symbol)
        return symbol

    def _refuse_foreign(self, symbol: Symbol) -> None:
        declared = self.index.declared.get(symbol, [])
        if not declared:
            raise RefusedError(f"`{symbol.name}` is declared nowhere")
        for use in declared:
            if use.scope.file not in self.own:
                raise RefusedError(
                    f"`{symbol.name}` belongs to the library that comes with platelaw "
                    f"({use.span}); only your own words can be renamed"
                )
        if symbol.what is What.FACT and symbol.name in _OF_ENGINE:
            raise RefusedError(f"`{symbol.name}` is read by platelaw itself under this name")
        if symbol.what is What.POLICY:
            holders = [b.key for b in self.registry.bodies.values() if b.policy == symbol.name]
            if holders:
                raise RefusedError(f"the registry names this policy for {holders[0]}")

    def edits(self, use: Use, new: str) -> list[Edit]:
        """The edits of a rename.

        Raises:
            RefusedError: It cannot be made.
        """
        symbol = self.subject(use)
        self._refuse_name(symbol, new)
        edits: list[Edit] = []
        for found in self.index.references(symbol):
            if found.scope.file not in self.own:
                if any(other != symbol for other in self.index.resolve(found)):
                    continue  # a short name of several rules: what it says is there still
                raise RefusedError(f"{found.span} uses it, and comes with platelaw")
            if len(self.index.resolve(found)) > 1:
                raise RefusedError(
                    f"{found.span}: `{found.name}` may mean several; write it with its policy first"
                )
            edits.append(_edit(symbol, found, new))
        self._try(symbol, new, edits)
        return edits

    def _refuse_name(self, symbol: Symbol, new: str) -> None:
        shape, said = _SHAPES.get(symbol.what, _ANY)
        if not re.fullmatch(shape, new):
            raise RefusedError(f"`{new}` is no such name: {said}")
        if new in RESERVED:
            raise RefusedError(f"`{new}` is a word of the language")
        if symbol.what is What.FACT:
            before, after = symbol.name.partition(".")[0], new.partition(".")[0]
            if before != after and ATTRIBUTE in (before, after):
                raise RefusedError(
                    f"facts of an agency are called `{ATTRIBUTE}.` and one more word"
                )
        if symbol._replace(name=new) in self.index.declared:
            raise RefusedError(f"`{new}` is declared already")

    def _try(self, symbol: Symbol, new: str, edits: list[Edit]) -> None:
        """Check the library as it would be."""
        parser = Parser()
        parses = dict(self.parses)
        for name, several in by_file(edits).items():
            text = applied(parses[name].document.span.source.text, several)
            parses[name] = parser.parse(Source(name, text))
        before = {(fault.code, fault.span.source.name) for fault in self.found if fault.is_error}
        for fault in check(parses.values(), self.registry.bodies.keys()).diagnostics:
            if fault.is_error and (fault.code, fault.span.source.name) not in before:
                raise RefusedError(
                    f"with `{new}` for `{symbol.name}` {fault.span} would say {fault.code.number}: "
                    f"{fault.message}"
                )


def _edit(symbol: Symbol, use: Use, new: str) -> Edit:
    """The edit of one use: only the part of it that is the name."""
    span, written = use.span, use.span.text
    if symbol.what is What.FACT:
        old_head, _, old_tail = symbol.name.partition(".")
        head, _, tail = new.partition(".")
        if written != symbol.name:  # of the requester, say, or of a variable; or by its last word
            return Edit(Span(span.source, span.end - len(old_tail), span.end), tail)
        return Edit(span, f"{head}.{tail}" if old_head != head else new)
    at = written.rfind(symbol.name) if symbol.what is not What.POLICY else written.find(symbol.name)
    start = span.start + max(at, 0)
    return Edit(Span(span.source, start, start + len(symbol.name)), new)


def place_of(symbol: Symbol, use: Use) -> Span:
    """Where the name of a thing stands in a use of it."""
    return _edit(symbol, use, symbol.name).span
