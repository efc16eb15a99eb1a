"""The grammar of every clause: what each reads, by statement and clause keyword.

An element yields plain values in the order written, missing parts as their default;
``build`` makes the nodes. ``docs/language.md`` draws the same forms.
"""

# pyright: basic
# pyparsing's tokens are untyped; see ``grammar``.

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import pyparsing as pp

from . import syntax as tree
from .grammar import Grammar
from .patterns import (
    CITATION,
    DAY,
    NAMES,
    WORD,
    citation_of,
    named,
    names_in,
    part,
    reference,
    value_of,
)
from .source import Span

Element = pp.ParserElement
Table = dict[tuple[str, str], Element]


def elements(grammar: Grammar) -> Table:
    """Every clause element over ``grammar``, keyed by statement and clause keyword."""
    families = (_vocabulary, _policy, _rule, _invariant, _example)
    return {key: element for family in families for key, element in _whole(grammar, family)}


class Elements(dict[tuple[str, str], Element]):
    """The same, each family of statements made when one of it is first asked for."""

    def __init__(self, grammar: Grammar) -> None:
        super().__init__()
        self._grammar = grammar

    def __missing__(self, key: tuple[str, str]) -> Element:
        """Make the family of a statement."""
        families = {"policy": _policy, "parameter": _policy, "rule": _rule}
        families |= {"never": _invariant, "always": _invariant}
        families |= {"examples": _example, "request": _example, "example": _example}
        made = dict(_whole(self._grammar, families.get(key[0], _vocabulary)))
        self.update(made)
        return made[key]


def _whole(
    grammar: Grammar, family: Callable[[Grammar], Table]
) -> Iterable[tuple[tuple[str, str], Element]]:
    for key, element in family(grammar).items():
        yield key, grammar.whole(element)


def _maybe(element: Element, default: Any = None) -> Element:
    return pp.Optional(element, default=default)


def _in_force(g: Grammar) -> Element:
    """``in force from D [at the earliest, E at the latest] [until F]``."""
    if not g.is_exact:
        return g.several(_IN_FORCE, "a period", _period)
    uncertain = g.words("at the earliest") - g.mark(",") - g.date() - g.words("at the latest")
    return (
        g.words("in force from")
        - g.date()
        + _maybe(uncertain)
        + _maybe(g.words("until") - g.date())
    )


_IN_FORCE = (
    rf"in\s+force\s+from\s+(?P<start>{DAY})(?!\w)"
    rf"(?:\s*at\s+the\s+earliest\s*,\s*(?P<latest>{DAY})\s+at\s+the\s+latest(?![\w-]))?"
    rf"(?:\s*until\s+(?P<end>{DAY}))?(?!\w)"
)


def _period(span: Span, match: re.Match[str]) -> list[Any]:
    """The three dates of a period, those that are missing as None."""
    return [
        value_of(part(span, match, group), match[group]) if match[group] else None
        for group in ("start", "latest", "end")
    ]


def _scope(g: Grammar) -> Element:
    """``ACTS of DATA [, for every recipient]``."""
    if g.is_exact:
        recipients = g.word("for every recipient").add_parse_action(lambda: [True])
        each = pp.Optional(g.mark(",") + recipients, default=False)
        return g.names("an act") - g.words("of") - g.names("a data kind") + each
    return g.several(
        rf"(?P<acts>{NAMES})\s+of\s+(?P<data>{NAMES})"
        r"(?P<each>\s*,\s*for\s+every\s+recipient(?![\w-]))?",
        "acts and data",
        lambda span, match: [
            names_in(span, match, "acts"),
            names_in(span, match, "data"),
            match["each"] is not None,
        ],
    )


def _cites(g: Grammar) -> Element:
    if not g.is_exact:
        return g.several(rf"cites\s*{CITATION}", "a citation", lambda *found: [citation_of(*found)])
    return g.words("cites") - g.citation()


def _named_title(g: Grammar, keyword: str = "rule") -> Element:
    """``rule NAME "TITLE"``."""
    if g.is_exact:
        return g.words(keyword) - g.name("a rule's name") - g.string("a title")
    return g.several(
        rf'{keyword}\s+(?P<name>{WORD})\s*(?P<title>"[^"\n]*")',
        "a rule and its title",
        lambda span, match: [
            named(span, match, "name"),
            value_of(part(span, match, "title"), match["title"]),
        ],
    )


def _set_type(tokens: Any) -> list[tree.TypeName]:
    return [tree.TypeName(tokens[0].span, tokens[0].text, is_set=True)]


def _word_type(tokens: Any) -> list[tree.TypeName]:
    return [tree.TypeName(tokens[0][0].span, "one of", words=tokens[0])]


def _plain_type(tokens: Any) -> list[tree.TypeName]:
    return [tree.TypeName(tokens[0].span, tokens[0].text)]


def _vocabulary(g: Grammar) -> Table:
    """The statements that declare words."""
    w = g.words
    datum = g.grouped(g.name("a data kind") + _maybe(w("under") - g.name("a data kind")))
    sovereign = g.shaped(
        r"[A-Z]{2,}(?:/[a-z0-9-]+)?(?![\w/-])",
        "a sovereign in capitals",
        lambda span, match: tree.Sovereign(span, match.group()),
    )
    type_name = (
        (w("set of") - g.name("a type")).set_parse_action(_set_type)
        | (w("one of") - g.mark("{") - g.names("a word") - g.mark("}")).set_parse_action(_word_type)
        | g.shaped(r"yes/no(?!\w)", "`yes/no`", lambda span, _: tree.TypeName(span, "yes/no"))
        | g.name("a type").add_parse_action(_plain_type)
    ).set_name("a type")
    dotted = g.shaped(
        r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*(?![\w.-])",
        "a fact's name with one dot, such as `case.number`",
        lambda span, match: reference(span, match.group()),
    )
    answer = g.word("yes", "no")
    stance = (
        g.word("open")
        | g.word("provisional") - answer
        | g.word("adopted") - answer - w("by") - g.string("an office") - w("on") - g.date()
    ).set_name("`open`, `provisional` or `adopted`")
    proof = g.word(*(level.value for level in tree.Level))
    return {
        ("vocabulary", "head"): w("vocabulary") - g.edition("a vocabulary")
        + _maybe(w("extends") - g.edition("a vocabulary")),
        ("kind", "head"): w("kind") - g.name("a kind")
        + _maybe(w("under") - g.names("a kind"), ())
        + _maybe(w("also written") - g.strings(), ())
        + g.flag("final")
        + _maybe(_cites(g)),
        ("act", "head"): w("act") - g.names("an act"),
        ("data", "head"): w("data") - g.grouped(pp.DelimitedList(datum))
        + g.flag("final")
        + _maybe(_cites(g)),
        ("sovereign", "head"): w("sovereign") - g.grouped(pp.DelimitedList(sovereign)),
        ("role", "head"): w("role") - g.name("a role") - w("held by")
        - g.name("`requester`, `owner`, `anyone` or a kind"),
        ("duty", "head"): w("duty") - g.name("a duty")
        - (g.word("done by") - g.condition | g.word("attested by") - g.name("a role")),
        ("fact", "head"): w("fact") - dotted - g.mark(":") - type_name
        + g.flag("complete") + g.flag("claimed") + g.flag("per recipient")
        + _maybe(w("for") - g.names("an act"), ())
        + w("proven by") - proof
        + _maybe(w("from") - g.names("a role"), ())
        + _maybe(w("fresh for") - g.duration()),
        ("reading", "head"): w("reading") - g.name("a reading") - w("of") - g.string()
        - pp.Optional(g.mark(":")) - stance,
        ("lexicon", "head"): w("lexicon") - g.name("a lexicon") - w("indicates") - g.name("a kind"),
        **{("lexicon", how): w(how) - g.strings() for how in ("plainly", "possibly", "never")},
        ("lexicon", "in"): _in_force(g),
    }  # fmt: skip


def _policy(g: Grammar) -> Table:
    """The head of a policy, and parameters."""
    w = g.words
    zone = g.shaped(r"[A-Za-z_]+(?:/[A-Za-z0-9_-]+)+", "a time zone such as America/New_York",
                    lambda _, match: match.group())  # fmt: skip
    count = g.shaped(r"\d{1,9}(?!\w)", "a number", lambda _, match: int(match.group()))
    rests = g.word("verified", "secondary", "unverified", "adopted", "provisional", "open")
    anyone = g.word("any request")
    return {
        ("policy", "head"): w("policy") - g.name("a policy's name") + _maybe(count),
        ("policy", "adopts"): w("adopts") - g.edition("a policy") + _maybe(w("except")),
        ("policy", "title"): w("title") - g.string(),
        ("policy", "layer"): w("layer") - g.word(*(layer.value for layer in tree.Layer)),
        ("policy", "issued"): w("issued by") - g.string(),
        ("policy", "time"): w("time zone") - zone,
        ("policy", "uses"): w("uses") - g.edition("a vocabulary"),
        ("policy", "binds"): w("binds") - (anyone | g.condition),
        ("policy", "permit"): w("permit may rest on") - rests,
        ("policy", "define"): w("define") - g.name("a name") - g.mark(":") - g.condition,
        ("policy", "parameter"): w("parameter") - g.name("a parameter") - w("is") - g.value(),
        ("policy", "without"): w("without") - g.names("a rule"),
        ("policy", "in"): _in_force(g),
        ("policy", "proposed"): w("proposed by") - g.string("the name of a bill"),
        ("parameter", "head"): w("parameter") - g.name("a parameter") - w("is") - g.value(),
        ("parameter", "agencies"): w("agencies may") - g.word("lower", "raise"),
        ("parameter", "cites"): _cites(g),
        ("parameter", "in"): _in_force(g),
    }


def _rule(g: Grammar) -> Table:
    """The clauses of a rule."""
    w = g.words
    branch = g.name("a label") - g.mark(":") - g.condition
    scope = _scope(g)
    closing = pp.Optional(g.mark(","))
    must = g.name("a duty") - (
        g.word("before") - g.names("an act")
        | g.word("within") - g.duration()
        + _maybe(w("of") - g.name("an act")) + _maybe(w("by") - g.name("a role"))
        | g.word("every") - g.duration() - w("by") - g.name("a role")
        | g.word("by") - g.date()
    ).set_name("`before`, `within`, `every` or `by`")  # fmt: skip
    onward = g.word("whoever this rule lets in", "nobody")
    return {
        ("rule", "head"): _named_title(g),
        ("rule", "cites"): _cites(g),
        ("rule", "in"): _in_force(g),
        ("rule", "enjoined"): w("enjoined from") - g.date() + _maybe(w("until") - g.date())
        + w("by") - g.string("the name of a case"),
        ("rule", "binds"): w("binds") - g.condition,
        **{("rule", effect): w(effect) - scope for effect in ("permit", "forbid", "require")},
        ("rule", "leave"): w("leave open") - scope,
        ("rule", "limit"): w("limit") - scope + closing + w("to"),
        ("rule", "refer"): w("refer") - scope + closing + w("to") - g.name("a role")
        + _maybe(w("within") - g.duration()),
        ("rule", "ground"): branch.copy(),
        ("rule", "if"): w("if") - g.condition,
        ("rule", "unless"): w("unless") - branch,
        ("rule", "must"): w("must") - must,
        ("rule", "on"): w("on refusal") - w("must") - must,
        ("rule", "urgent"): w("urgent for") - g.names("a purpose") - g.mark(":")
        - g.name("a role") - w("answers within") - g.duration(),
        ("rule", "onward"): w("onward to") - onward
        + _maybe(g.mark(",") + w("for") - g.names("a purpose"), ())
        + _maybe(g.mark(",") + w("until") - g.duration() - w("after release")),
        ("rule", "breach"): w("breach may be pursued by") - g.name("a role")
        - w("against") - g.name("a role"),
        ("rule", "because"): w("because") - g.grouped(pp.OneOrMore(g.string())),
        ("rule", "adopters"): w("adopters may change"),
    }  # fmt: skip


def _invariant(g: Grammar) -> Table:
    """What must hold of every answer."""
    w = g.words
    branch = g.name("a label") - g.mark(":") - g.condition
    scope = _scope(g)
    table: Table = {}
    for keyword in ("never", "always"):
        table |= {
            (keyword, "head"): _named_title(g, keyword),
            (keyword, "in"): _in_force(g),
            **{(keyword, o.value): w(o.value) - scope for o in tree.Outcome},
            (keyword, "if"): w("if") - g.condition,
            (keyword, "unless"): w("unless") - branch,
        }
    return table


def _example(g: Grammar) -> Table:
    """Examples and their givens."""
    w = g.words
    subject = g.shaped(
        r"[a-z][a-z0-9_]*(?:[./-][a-z0-9_]+)*",
        "a fact, duty or rule",
        lambda span, match: reference(span, match.group()),
    )
    agency = g.shaped(
        r"(?:agency|court):[A-Za-z0-9_/.-]+",
        "an agency such as `agency:ST/name`",
        lambda span, match: tree.Agency(span, match.group().partition(":")[2]),
    )
    attribute = (
        g.word("no probable cause", "probable cause", "covers request", "not covering request")
        | g.word("verified", "unverified")
        | w("expires") - g.date()
    ).set_name("`probable cause`, `covers request`, `expires`, `verified` or `unverified`")
    paper = g.grouped(
        g.name("a kind of instrument")
        + _maybe(w("from") - agency.copy())
        + _maybe(w("to") - agency.copy())
        + g.grouped(pp.ZeroOrMore(g.mark(",") - attribute))
    )
    papers = g.grouped(pp.DelimitedList(paper, delim=";"))
    proven = g.word("verified", "unverified")  # `{paper, unverified}` is a paper, not two values
    values = g.grouped(pp.Optional(pp.DelimitedList(~proven + g.value())))
    braces = (g.mark("{") + values + g.mark("}")).set_parse_action(
        lambda tokens: [("set", tokens[0])]
    ) | (g.mark("{") - papers - g.mark("}")).set_parse_action(
        lambda tokens: [("papers", tokens[0])]
    )
    given = g.grouped(
        subject
        + _maybe(w("of") - agency.copy())
        + w("is")
        - (braces | g.value()).set_name("a value, or values or papers in braces")
        + _maybe(g.word("asserted", "unproven"))
    )
    when = g.shaped(
        r"\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:\d\d)?)?",
        "a date or an instant",
        lambda span, match: value_of(span, match.group()),
    )
    return {
        ("examples", "head"): w("examples") - g.name("a name"),
        ("examples", "uses"): w("uses") - g.edition("a vocabulary"),
        ("request", "head"): w("request") - g.name("a name"),
        ("request", "on"): w("on") - when,
        ("request", "given"): w("given") - g.grouped(pp.DelimitedList(given)),
        ("example", "head"): w("example") - g.string("a title"),
        ("example", "like"): w("like") - g.name("a request"),
        ("example", "on"): w("on") - when,
        ("example", "given"): w("given") - g.grouped(pp.DelimitedList(given)),
        ("example", "expect"): w("expect") - g.word("PERMIT", "HOLD", "DENY")
        + _maybe(w("by") - g.names("a rule"), ()) + _maybe(g.string("a reason")),
        ("example", "touched"): w("touched by") - g.names("a rule"),
        ("example", "untouched"): w("untouched by") - g.names("a rule"),
    }  # fmt: skip
