"""The grammar of one clause, in pyparsing; every element is named in the author's words.

Two builds of one grammar: the fast one reads a whole test (``x is a kind of K``) with one
pattern, and conditions by hand; the exact one reads word by word and is used only where the fast
one failed, to say what was expected where. Both make equal trees (a property test holds that).
"""

# pyright: basic
# pyparsing's tokens are untyped: here and in ``clauses`` the untyped begins, in ``build`` it ends.

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyparsing as pp

from . import syntax as tree
from .by_hand import ByHand
from .patterns import (
    BARE_WORD,
    CITATION,
    NAME,
    PAPER,
    REFERENCE,
    TEST,
    UNITS,
    VALUE,
    citation_of,
    number_of,
    paper_of,
    reference,
    test_of,
    value_of,
)
from .source import Source, Span

pp.ParserElement.set_default_whitespace_chars(" \t\r\n")


class Grammar:
    """The elements of every clause, building nodes whose places are offset by ``base``."""

    def __init__(self, *, exact: bool = False) -> None:
        self._source = Source("", "")
        self._base = 0
        self.is_exact = exact
        self._elements: dict[str, pp.ParserElement] = {}
        self.condition = self._condition() if exact else ByHand(self.span)

    def parse(self, element: pp.ParserElement, plain: str, at: Span) -> Any:
        """What a whole element reads at ``at``; the one untyped edge between text and tree.

        Raises:
            pyparsing.ParseBaseException: The clause is not understood.
            BadValueError: A date or number in it does not exist.
        """
        self._source, self._base = at.source, at.start
        return element.parse_string(plain[at.start : at.end]).as_list()

    def whole(self, element: pp.ParserElement) -> pp.ParserElement:
        """An element that must read all of its clause; tabs stay, so that places are true."""
        return (element + pp.StringEnd()).parse_with_tabs()

    # Places and plain words ------------------------------------------------------------------

    def span(self, start: int, end: int) -> Span:
        """A place in the clause as a place in its file."""
        return Span(self._source, self._base + start, self._base + end)

    def words(self, text: str) -> pp.ParserElement:
        """Keywords that must stand here, one after another."""
        pattern = r"\s+".join(re.escape(word) for word in text.split()) + r"(?![\w-])"
        return pp.Regex(pattern).set_name(f"`{text}`").set_parse_action(_nothing)

    def flag(self, text: str) -> pp.ParserElement:
        """Keywords that may stand here: whether they do."""
        pattern = r"\s+".join(text.split()) + r"(?![\w-])"
        present = pp.Regex(pattern).set_name(f"`{text}`").set_parse_action(lambda: [True])
        return pp.Optional(present, default=False)

    def word(self, *texts: str) -> pp.ParserElement:
        """One of several words, as text."""
        pattern = "|".join(re.escape(text).replace(r"\ ", r"\s+") for text in texts)
        called = " or ".join(f"`{text}`" for text in texts)
        return self.shaped(
            rf"(?:{pattern})(?![\w-])", called, lambda _, match: " ".join(match.group().split())
        )

    def mark(self, text: str) -> pp.ParserElement:
        """A punctuation mark that must stand here."""
        return pp.Literal(text).set_name(f"`{text}`").set_parse_action(_nothing)

    def shaped(
        self, pattern: str, name: str, build: Callable[[Span, re.Match[str]], Any]
    ) -> pp.ParserElement:
        """An element read by one pattern and built by ``build``."""
        return self.several(pattern, name, lambda span, match: [build(span, match)])

    def several(
        self, pattern: str, name: str, build: Callable[[Span, re.Match[str]], list[Any]]
    ) -> pp.ParserElement:
        """An element read by one pattern whose values ``build`` makes."""
        element = pp.Regex(pattern, as_match=True).set_name(name)

        def act(_text: str, start: int, tokens: Any) -> list[Any]:
            match: re.Match[str] = tokens[0]
            return build(self.span(start, match.end()), match)

        return element.set_parse_action(act)

    def name(self, called: str) -> pp.ParserElement:
        """A declared word, ``called`` in messages what it names."""
        return self.shaped(
            rf"{BARE_WORD}(?![\w-])", called, lambda span, match: tree.Name(span, match.group())
        )

    def names(self, called: str) -> pp.ParserElement:
        """One or more declared words with commas between, as one tuple."""
        return self.grouped(pp.DelimitedList(self.name(called)))

    def string(self, called: str = "a text in quotation marks") -> pp.ParserElement:
        """A text in quotation marks."""
        return self.shaped(
            r'"[^"\n]*"', called, lambda span, match: tree.Text(span, match.group()[1:-1])
        )

    def strings(self) -> pp.ParserElement:
        """One or more texts with commas between, as one tuple."""
        return self.grouped(pp.DelimitedList(self.string()))

    def grouped(self, element: pp.ParserElement) -> pp.ParserElement:
        """What ``element`` reads, as one tuple."""
        return pp.And([element]).set_parse_action(lambda tokens: [tuple(tokens)])

    def reference(self, called: str = "a fact") -> pp.ParserElement:
        """A fact's name."""
        return self.shaped(
            rf"{REFERENCE}(?![\w-])",
            called,
            lambda span, match: reference(span, match.group()),
        )

    def value(self, called: str = "a value") -> pp.ParserElement:
        """Any value."""
        return self.shaped(VALUE, called, lambda span, match: value_of(span, match.group()))

    def date(self) -> pp.ParserElement:
        """A civil day."""
        return self.shaped(
            r"\d{4}-\d\d-\d\d(?!\w)",
            "a date such as 2026-10-01",
            lambda span, match: value_of(span, match.group()),
        )

    def duration(self) -> pp.ParserElement:
        """A number of units of time."""
        return self.shaped(
            rf"\d+\s+(?:{UNITS.replace(' ', chr(92) + 's+')})(?!\w)",
            "a duration such as `21 days`",
            lambda span, match: value_of(span, match.group()),
        )

    def edition(self, called: str) -> pp.ParserElement:
        """A name with its number."""
        return self.shaped(
            rf"({NAME})\s+(\d+)(?!\w)",
            f"{called} and its number",
            lambda span, match: tree.Edition(span, match[1], number_of(span, match[2])),
        )

    def citation(self) -> pp.ParserElement:
        """A source and how sure its wording is: ``"..." status S``."""
        called = 'a citation such as `"Public Act 1-2, section 3" status verified`'
        return self.shaped(CITATION, called, citation_of)

    # Conditions ------------------------------------------------------------------------------

    def _condition(self) -> pp.ParserElement:
        """Conditions word by word: ``not`` binds tightest, then ``and``, then ``or``."""
        condition, term = pp.Forward(), pp.Forward()
        for element in (condition, term):
            element.set_name("a condition")
        bracket = self.mark("(") - condition - self.mark(")")

        def negated(_text: str, start: int, tokens: Any) -> list[tree.Not]:
            return [tree.Not(self._upto(start, tokens[0]), tokens[0])]

        negation = (self.words("not") - term).set_parse_action(negated)
        tests = [self._quantified(condition), self._test(), self._bare()]
        term <<= pp.MatchFirst([*tests, negation, bracket]).set_name("a condition")
        both = self._chain(term, "and", tree.And)
        condition <<= self._chain(both, "or", tree.Or)
        return condition

    def _upto(self, start: int, last: tree.Node) -> Span:
        """From a place in the clause to the end of a node."""
        return Span(self._source, self._base + start, last.span.end)

    def _chain(
        self, item: pp.ParserElement, word: str, node: Callable[[Span, Any], tree.Node]
    ) -> pp.ParserElement:
        """``item`` or several with ``word`` between, flat."""

        def act(tokens: Any) -> list[Any]:
            items = tuple(tokens)
            if len(items) == 1:
                return [items[0]]
            first, last = items[0].span, items[-1].span
            return [node(Span(first.source, first.start, last.end), items)]

        return (item + pp.ZeroOrMore(self.words(word) - item)).set_parse_action(act)

    def _quantified(self, condition: pp.ParserElement) -> pp.ParserElement:
        """``some x in S ...`` in its three forms."""
        head = self._range()
        kind = self.words("is a kind of") - self.name("a kind")
        paper = self.shaped(
            rf"{PAPER}(?![\w-])",
            "`is a` and a kind of instrument",
            lambda span, match: (span, match),
        )
        having = self.words("has") - self.mark("(") - condition - self.mark(")")
        body = (kind | paper | having).set_name("`is a kind of`, `is a` or `has`")

        def act(_text: str, start: int, tokens: Any) -> Any:
            return [self._quantify(start, list(tokens))]

        return (head - body).set_parse_action(act)

    def _range(self) -> pp.ParserElement:
        """``some x in S`` word by word."""
        quantifier = self.shaped(
            r"(?:some|every)(?!\w)", "`some` or `every`", lambda _, match: tree.Quantifier(match[0])
        )
        return quantifier - self.name("a variable") - self.words("in") - self.reference("a set")

    def _quantify(self, start: int, tokens: list[Any]) -> tree.Quantified:
        """The node of a quantified condition from its pieces."""
        quantifier, variable, collection, body = tokens
        if isinstance(body, tree.Name):  # `is a kind of K`, short for a test of the variable
            subject = tree.Reference(variable.span, variable.text)
            body = tree.KindTest(body.span, subject, body)
        elif isinstance(body, tuple):
            body = paper_of(variable.text, *body)
        span = self._upto(start, body)
        return tree.Quantified(span, quantifier, variable.text, collection, body)

    def _bare(self) -> pp.ParserElement:
        """The name of a definition or reading."""
        return self.shaped(
            rf"{BARE_WORD}(?![\w.-])",
            "a fact or definition",
            lambda span, match: tree.Named(span, match.group()),
        )

    def _test(self) -> pp.ParserElement:
        """One test of a fact, word by word."""
        w, v = self.words, self.value
        after_is = (
            (w("a kind of") | w("an kind of")) - self.name("a kind")
            | w("one of") - self.mark("{") - pp.DelimitedList(v()) - self.mark("}")
            | w("at") - (w("least") | w("most")) - v("a bound")
            | (w("over") | w("under") | w("from") | w("before")) - v("a bound")
            | w("within") - v("a duration") - w("after") - self.reference()
            | ~(w("not") | w("a") | w("an")) + v("a value, `a kind of`, `one of` or a bound")
        ).set_name("a value, `a kind of`, `one of` or a bound")
        verb = (w("is") - pp.Optional(w("not")) - after_is | w("includes") - v()).set_name(
            "`is` or `includes`"
        )
        dotted = pp.Regex(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*").set_name("a fact") - verb
        bare = pp.Regex(rf"{BARE_WORD}(?=\s+(?:is|includes)\b)").set_name("a fact") - verb
        shape = re.compile(rf"{TEST}(?![\w-])")

        def act(text: str, start: int, _tokens: Any) -> Any:
            match = shape.match(text, start)
            if match is None:
                raise pp.ParseException(text, start, "Expected a test of a fact")
            return [test_of(self.span(start, match.end()), match)]

        return (dotted | bare).set_name("a test of a fact").set_parse_action(act)


def _nothing(_tokens: Any) -> list[Any]:
    """What a keyword leaves behind."""
    return []
