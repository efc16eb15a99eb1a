"""The grammar of one clause, in pyparsing; every element is named in the author's words.

Two builds of one grammar: the fast one reads a whole test (``x is a kind of K``) with one
pattern; the exact one reads it word by word and is used only where the fast one failed, to
say what was expected where. Both make equal trees (a property test holds that).
"""

# pyright: basic
# pyparsing's tokens are untyped: here and in ``clauses`` the untyped begins, in ``build`` it ends.

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from typing import Any

import pyparsing as pp

from . import syntax as tree
from .scan import CLAUSES
from .source import Source, Span
from .units import LONGEST, comparable

pp.ParserElement.set_default_whitespace_chars(" \t\r\n")

# Words that are no names: those of conditions, and those that start a clause wherever they stand.
RESERVED = frozenset(
    [
        "and",
        "or",
        "not",
        "some",
        "every",
        "is",
        "includes",
        "has",
        "with",
        "from",
        "covering",
        "unexpired",
        "in",
        "if",
        "unless",
        "for",
        "until",
        "of",
        "under",
        "to",
        "by",
        "also",
        "final",
    ]
) | {word for table in CLAUSES.values() for word, follower in table.items() if follower is None}
# Words that are no values either: an author who wrote one left out what follows it.
_NO_VALUE = RESERVED | frozenset(
    [
        "a",
        "an",
        "one",
        "kind",
        "over",
        "under",
        "at",
        "within",
        "before",
        "after",
    ]
)
_NAME = r"[a-z][a-z0-9_]*(?:[/-][a-z0-9_]+)*"
_NOT_RESERVED = rf"(?!(?:{'|'.join(sorted(RESERVED))})(?![\w/.-]))"
_WORD = _NOT_RESERVED + _NAME
_REFERENCE = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
NAMES = rf"{_WORD}(?![\w-])(?:\s*,\s*{_WORD}(?![\w-]))*"
DAY = r"\d{4}-\d\d-\d\d"
WORD = rf"{_WORD}(?![\w-])"
CITATION = r'"(?P<source>[^"\n]*)"\s+status\s+(?P<status>verified|secondary|unverified)(?!\w)'
_UNITS = "business days?|minutes?|hours?|days?|weeks?|months?|years?"
_VALUE = (
    r'"[^"\n]*"'
    r"|(?:agency|court):[A-Za-z0-9_/.-]+"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?"
    r"|\d{4}-\d\d-\d\d"
    rf"|\d+\s+(?:{_UNITS.replace(' ', chr(92) + 's+')})\b"
    r"|\d+\b"
    r"|[A-Z]{2,}(?:/[a-z0-9-]+)?"
    rf"|[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*|(?!(?:{'|'.join(sorted(_NO_VALUE))})(?![\w/.-])){_NAME}"
)
_MEMBERS = rf"\s*(?:{_VALUE})(?:\s*,\s*(?:{_VALUE}))*\s*"
_QUALITY = r"(?:probable_cause|covering\s+the\s+request|unexpired)"
_PAPER = (
    rf"is\s+an?\s+(?P<kind>(?!kind\b){_WORD})"
    r"(?:\s+from\s+an?\s+(?P<issuer>"
    + _WORD
    + r")(?:\s+of\s+\{(?P<sovereigns>"
    + _MEMBERS
    + r")\})?)?"
    rf"(?P<qualities>(?:\s*,?(?:\s*\bwith\b)?\s*{_QUALITY}\b)*)"
)
_TEST = (
    rf"(?P<subject>{_NOT_RESERVED}{_REFERENCE})\s+"
    r"(?:is\s+(?P<negated>not\s+)?"
    rf"(?:an?\s+kind\s+of\s+(?P<kind>{_NAME})"
    rf"|one\s+of\s+\{{(?P<members>{_MEMBERS})\}}"
    r"|(?P<state>stated|blank|empty)\b"
    rf"|(?P<relation>over|under|at\s+least|at\s+most|from|before)\s+(?P<bound>{_VALUE})"
    rf"|within\s+(?P<span>{_VALUE})\s+after\s+(?P<after>{_REFERENCE})"
    rf"|(?P<value>{_VALUE}))"
    rf"|includes\s+(?P<included>{_VALUE}))"
)
_RANGE = (
    rf"(?P<quantifier>some|every)\s+(?P<variable>{_WORD})\s+in\s+(?P<set>{_REFERENCE})(?![\w-])"
)
_SHAPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("text", re.compile(r'"([^"]*)"')),
    ("agency", re.compile(r"(?:agency|court):(.+)")),
    ("moment", re.compile(r"\d{4}-\d\d-\d\dT.+")),
    ("date", re.compile(r"\d{4}-\d\d-\d\d")),
    ("duration", re.compile(rf"(\d+)\s+({_UNITS.replace(' ', chr(92) + 's+')})")),
    ("count", re.compile(r"\d+")),
    ("sovereign", re.compile(r"[A-Z]{2,}(?:/[a-z0-9-]+)?")),
    ("answer", re.compile(r"yes|no")),
    ("reference", re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*|requester|owner|recipient")),
)


class BadValueError(Exception):
    """A date or number that has the right shape and does not exist, or is absurdly large."""

    def __init__(self, span: Span, message: str, help_: str) -> None:
        super().__init__(message)
        self.span = span
        self.message = message
        self.help = help_


class Grammar:
    """The elements of every clause, building nodes whose places are offset by ``base``."""

    def __init__(self, *, exact: bool = False) -> None:
        self._source = Source("", "")
        self._base = 0
        self.is_exact = exact
        self._elements: dict[str, pp.ParserElement] = {}
        self.condition = self._condition()

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
            rf"{_WORD}(?![\w-])", called, lambda span, match: tree.Name(span, match.group())
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
            rf"{_REFERENCE}(?![\w-])",
            called,
            lambda span, match: reference(span, match.group()),
        )

    def value(self, called: str = "a value") -> pp.ParserElement:
        """Any value."""
        return self.shaped(_VALUE, called, lambda span, match: value_of(span, match.group()))

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
            rf"\d+\s+(?:{_UNITS.replace(' ', chr(92) + 's+')})(?!\w)",
            "a duration such as `21 days`",
            lambda span, match: value_of(span, match.group()),
        )

    def edition(self, called: str) -> pp.ParserElement:
        """A name with its number."""
        return self.shaped(
            rf"({_NAME})\s+(\d+)(?!\w)",
            f"{called} and its number",
            lambda span, match: tree.Edition(span, match[1], _number(span, match[2])),
        )

    def citation(self) -> pp.ParserElement:
        """A source and how sure its wording is: ``"..." status S``."""
        called = 'a citation such as `"Public Act 1-2, section 3" status verified`'
        return self.shaped(CITATION, called, citation_of)

    # Conditions ------------------------------------------------------------------------------

    def _condition(self) -> pp.ParserElement:
        """Conditions: ``not`` binds tightest, then ``and``, then ``or``."""
        condition, term = pp.Forward(), pp.Forward()
        for element in (condition, term):
            element.set_name("a condition")
        bracket = self.mark("(") - condition - self.mark(")")

        def negated(_text: str, start: int, tokens: Any) -> list[tree.Not]:
            return [tree.Not(self._upto(start, tokens[0]), tokens[0])]

        negation = (self.words("not") - term).set_parse_action(negated)
        quantified = self._quantified(condition)
        tests = self._tests(quantified)
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
        head = self._range() if self.is_exact else self.several(_RANGE, "a quantifier", _range_of)
        kind = self.words("is a kind of") - self.name("a kind")
        paper = self.shaped(
            rf"{_PAPER}(?![\w-])",
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

    def _tests(self, quantified: pp.ParserElement) -> list[pp.ParserElement]:
        """One test of a fact, quantified or not, or the name of a definition or reading."""
        bare = self.shaped(
            rf"{_WORD}(?![\w.-])",
            "a fact or definition",
            lambda span, match: tree.Named(span, match.group()),
        )
        if self.is_exact:
            return [quantified, self._exact_test(), bare]
        test = self.shaped(rf"{_TEST}(?![\w-])", "a test of a fact", test_of)
        return [test, quantified, bare]

    def _exact_test(self) -> pp.ParserElement:
        """The same tests word by word, for messages."""
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
        bare = pp.Regex(rf"{_WORD}(?=\s+(?:is|includes)\b)").set_name("a fact") - verb
        shape = re.compile(rf"{_TEST}(?![\w-])")

        def act(text: str, start: int, _tokens: Any) -> Any:
            match = shape.match(text, start)
            if match is None:
                raise pp.ParseException(text, start, "Expected a test of a fact")
            return [test_of(self.span(start, match.end()), match)]

        return (dotted | bare).set_name("a test of a fact").set_parse_action(act)


def _nothing(_tokens: Any) -> list[Any]:
    """What a keyword leaves behind."""
    return []


# Building nodes from a matched pattern ----------------------------------------------------------


def reference(span: Span, text: str) -> tree.Reference:
    """``head.tail`` or ``head``."""
    head, _, tail = text.partition(".")
    return tree.Reference(span, head, tail)


def value_of(span: Span, text: str) -> tree.Value:
    """The value that ``text`` writes.

    Raises:
        BadValueError: It is a date or an instant that does not exist.
    """
    for shape, pattern in _SHAPES:
        match = pattern.fullmatch(text)
        if match is not None:
            return _BUILDERS[shape](span, match)
    return tree.Name(span, text)


def _day(span: Span, text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as fault:
        message = f"`{text}` is not a day of the calendar"
        raise BadValueError(
            span, message, "write year, month and day of a day that exists"
        ) from fault


_INSTANT = "write it like `2026-10-01T09:30:00-04:00`"


def _instant(span: Span, text: str) -> datetime.datetime:
    try:
        at = datetime.datetime.fromisoformat(text)
    except ValueError as fault:
        raise BadValueError(span, f"`{text}` is not an instant", _INSTANT) from fault
    if at.tzinfo is None:
        raise BadValueError(span, f"`{text}` has no offset from UTC", _INSTANT)
    return at


def _duration(span: Span, match: re.Match[str]) -> tree.Duration:
    unit = " ".join(match[2].split()).removesuffix("s")
    duration = tree.Duration(span, _number(span, match[1]), tree.Unit(unit))
    scale = comparable(duration)
    assert scale is not None
    if scale[1] > LONGEST[scale[0]]:
        message = f"`{match[0]}` is longer than a thousand years"
        raise BadValueError(
            span, message, "write a shorter time; without end, leave the clause out"
        )
    return duration


def _number(span: Span, text: str) -> int:
    if len(text) > 9 or not text.isascii():
        message = f"`{text[:20]}` is not a number of at most nine digits"
        raise BadValueError(span, message, "write a smaller number in the digits 0 to 9")
    return int(text)


_BUILDERS: dict[str, Callable[[Span, re.Match[str]], tree.Value]] = {
    "text": lambda span, match: tree.Text(span, match[1]),
    "agency": lambda span, match: tree.Agency(span, match[1]),
    "moment": lambda span, match: tree.Moment(span, _instant(span, match[0])),
    "date": lambda span, match: tree.Date(span, _day(span, match[0])),
    "duration": _duration,
    "count": lambda span, match: tree.Count(span, _number(span, match[0])),
    "sovereign": lambda span, match: tree.Sovereign(span, match[0]),
    "answer": lambda span, match: tree.YesNo(span, match[0] == "yes"),
    "reference": lambda span, match: reference(span, match[0]),
}


def part(span: Span, match: re.Match[str], group: str) -> Span:
    """The place of one group of a match whose own place is ``span``."""
    shift = span.start - match.start()
    return Span(span.source, match.start(group) + shift, match.end(group) + shift)


def named(span: Span, match: re.Match[str], group: str) -> tree.Name:
    """One group of a match as a name."""
    return tree.Name(part(span, match, group), match[group])


def members(span: Span, text: str) -> Iterable[tree.Value]:
    """The values between braces."""
    for match in re.finditer(_VALUE, text):
        at = Span(span.source, span.start + match.start(), span.start + match.end())
        yield value_of(at, match.group())


def citation_of(span: Span, match: re.Match[str]) -> tree.Citation:
    """The citation that the citation pattern matched."""
    return tree.Citation(span, match["source"], tree.Status(match["status"]))


def names_in(span: Span, match: re.Match[str], group: str) -> tuple[tree.Name, ...]:
    """The names of one group of a match, in order."""
    shift = span.start - match.start() + match.start(group)
    return tuple(
        tree.Name(Span(span.source, shift + found.start(), shift + found.end()), found.group())
        for found in re.finditer(_NAME, match[group])
    )


def test_of(span: Span, match: re.Match[str]) -> tree.Condition:
    """The test that the test pattern matched."""
    subject = reference(part(span, match, "subject"), match["subject"])
    test = _positive(span, match, subject)
    if match["negated"] or match["state"] == "blank":
        twice = match["negated"] and match["state"] == "blank"
        return test if twice else tree.Not(span, test)
    return test


def _range_of(span: Span, match: re.Match[str]) -> list[Any]:
    """The quantifier, the variable and the set that the range pattern matched."""
    collection = reference(part(span, match, "set"), match["set"])
    return [tree.Quantifier(match["quantifier"]), named(span, match, "variable"), collection]


def _positive(span: Span, match: re.Match[str], subject: tree.Reference) -> tree.Condition:
    """The test without its ``not``."""

    def value(group: str) -> tree.Value:
        return value_of(part(span, match, group), match[group])

    if match["kind"]:
        return tree.KindTest(span, subject, named(span, match, "kind"))
    if match["members"] is not None:
        listed = tuple(members(part(span, match, "members"), match["members"]))
        return tree.OneOf(span, subject, listed)
    if match["state"]:
        node = tree.Empty if match["state"] == "empty" else tree.Stated
        return node(span, subject)
    if match["relation"]:
        relation = tree.Relation(" ".join(match["relation"].split()))
        return tree.Compare(span, subject, relation, value("bound"))
    if match["span"]:
        after = reference(part(span, match, "after"), match["after"])
        return tree.Within(span, subject, value("span"), after)
    if match["included"]:
        return tree.Includes(span, subject, value("included"))
    return tree.Equals(span, subject, value("value"))


def paper_of(variable: str, span: Span, match: re.Match[str]) -> tree.Paper:
    """The test of an instrument that the paper pattern matched."""
    issuer = match["issuer"]
    listed = members(part(span, match, "sovereigns"), match["sovereigns"] or "") if issuer else ()
    return tree.Paper(
        span,
        variable,
        named(span, match, "kind"),
        named(span, match, "issuer") if issuer else None,
        tuple(item for item in listed if isinstance(item, tree.Sovereign)),
        probable_cause="probable_cause" in match["qualities"],
        covering="covering" in match["qualities"],
        unexpired="unexpired" in match["qualities"],
    )
