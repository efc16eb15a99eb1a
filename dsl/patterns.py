"""The patterns of the language, and the nodes that each builds from its match.

Both builds of the grammar read with these; here nothing is known of pyparsing.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable

from . import syntax as tree
from .scan import CLAUSES
from .source import Span
from .units import LONGEST, comparable

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
NO_VALUE = RESERVED | frozenset(
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
NAME = r"[a-z][a-z0-9_]*(?:[/-][a-z0-9_]+)*"
NOT_RESERVED = rf"(?!(?:{'|'.join(sorted(RESERVED))})(?![\w/.-]))"
BARE_WORD = NOT_RESERVED + NAME
REFERENCE = r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?"
NAMES = rf"{BARE_WORD}(?![\w-])(?:\s*,\s*{BARE_WORD}(?![\w-]))*"
DAY = r"\d{4}-\d\d-\d\d"
WORD = rf"{BARE_WORD}(?![\w-])"
CITATION = r'"(?P<source>[^"\n]*)"\s+status\s+(?P<status>verified|secondary|unverified)(?!\w)'
UNITS = "business days?|minutes?|hours?|days?|weeks?|months?|years?"
VALUE = (
    r'"[^"\n]*"'
    r"|(?:agency|court):[A-Za-z0-9_/.-]+"
    r"|\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?"
    r"|\d{4}-\d\d-\d\d"
    rf"|\d+\s+(?:{UNITS.replace(' ', chr(92) + 's+')})\b"
    r"|\d+\b"
    r"|[A-Z]{2,}(?:/[a-z0-9-]+)?"
    rf"|[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*|(?!(?:{'|'.join(sorted(NO_VALUE))})(?![\w/.-])){NAME}"
)
_MEMBERS = rf"\s*(?:{VALUE})(?:\s*,\s*(?:{VALUE}))*\s*"
_QUALITY = r"(?:probable_cause|covering\s+the\s+request|unexpired)"
PAPER = (
    rf"is\s+an?\s+(?P<kind>(?!kind\b){BARE_WORD})"
    r"(?:\s+from\s+an?\s+(?P<issuer>"
    + BARE_WORD
    + r")(?:\s+of\s+\{(?P<sovereigns>"
    + _MEMBERS
    + r")\})?)?"
    rf"(?P<qualities>(?:\s*,?(?:\s*\bwith\b)?\s*{_QUALITY}\b)*)"
)
TEST = (
    rf"(?P<subject>{NOT_RESERVED}{REFERENCE})\s+"
    r"(?:is\s+(?P<negated>not\s+)?"
    rf"(?:an?\s+kind\s+of\s+(?P<kind>{NAME})"
    rf"|one\s+of\s+\{{(?P<members>{_MEMBERS})\}}"
    r"|(?P<state>stated|blank|empty)\b"
    rf"|(?P<relation>over|under|at\s+least|at\s+most|from|before)\s+(?P<bound>{VALUE})"
    rf"|within\s+(?P<span>{VALUE})\s+after\s+(?P<after>{REFERENCE})"
    rf"|(?P<value>{VALUE}))"
    rf"|includes\s+(?P<included>{VALUE}))"
)
RANGE = (
    rf"(?P<quantifier>some|every)\s+(?P<variable>{BARE_WORD})\s+in\s+(?P<set>{REFERENCE})(?![\w-])"
)
_SHAPES: dict[str, re.Pattern[str]] = {
    "text": re.compile(r'"([^"]*)"'),
    "agency": re.compile(r"(?:agency|court):(.+)"),
    "moment": re.compile(r"\d{4}-\d\d-\d\dT.+"),
    "date": re.compile(r"\d{4}-\d\d-\d\d"),
    "duration": re.compile(rf"(\d+)\s+({UNITS.replace(' ', chr(92) + 's+')})"),
    "count": re.compile(r"\d+"),
    "sovereign": re.compile(r"[A-Z]{2,}(?:/[a-z0-9-]+)?"),
    "answer": re.compile(r"yes|no"),
    "reference": re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*|requester|owner|recipient"),
}
_SHAPE = re.compile("|".join(f"(?P<{name}>{shape.pattern})" for name, shape in _SHAPES.items()))


class BadValueError(Exception):
    """A date or number that has the right shape and does not exist, or is absurdly large."""

    def __init__(self, span: Span, message: str, help_: str) -> None:
        super().__init__(message)
        self.span = span
        self.message = message
        self.help = help_


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
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return tree.Name(span, text)
    name = shape.lastgroup
    assert name is not None
    match = _SHAPES[name].fullmatch(text)
    assert match is not None
    return _BUILDERS[name](span, match)


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
    duration = tree.Duration(span, number_of(span, match[1]), tree.Unit(unit))
    scale = comparable(duration)
    assert scale is not None
    if scale[1] > LONGEST[scale[0]]:
        message = f"`{match[0]}` is longer than a thousand years"
        raise BadValueError(
            span, message, "write a shorter time; without end, leave the clause out"
        )
    return duration


def number_of(span: Span, text: str) -> int:
    """The number that ``text`` writes.

    Raises:
        BadValueError: It is too large, or written in other digits.
    """
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
    "count": lambda span, match: tree.Count(span, number_of(span, match[0])),
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
    for match in re.finditer(VALUE, text):
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
        for found in re.finditer(NAME, match[group])
    )


def test_of(span: Span, match: re.Match[str]) -> tree.Condition:
    """The test that the test pattern matched."""
    subject = reference(part(span, match, "subject"), match["subject"])
    test = _positive(span, match, subject)
    if match["negated"] or match["state"] == "blank":
        twice = match["negated"] and match["state"] == "blank"
        return test if twice else tree.Not(span, test)
    return test


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
