"""Clause values to statement nodes: where the untyped ends.

Each statement has one function; it takes the clauses found and returns the node. Clauses
given twice or missing are reported, never guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, cast

from . import syntax as tree
from .codes import Code
from .diagnostics import Diagnostic
from .scan import CLAUSES, Clause, RawStatement
from .source import Span

REPEATABLE = frozenset(
    [
        "unless",
        "ground",
        "must",
        "on",
        "urgent",
        "breach",
        "define",
        "parameter",
        "without",
        "given",
        "cites",
        "touched",
        "untouched",
    ]
)
EFFECTS = {
    "permit": tree.Effect.PERMIT,
    "forbid": tree.Effect.FORBID,
    "limit": tree.Effect.LIMIT,
    "refer": tree.Effect.REFER,
    "require": tree.Effect.REQUIRE,
    "leave": tree.Effect.LEAVE_OPEN,
}


@dataclass(frozen=True, slots=True)
class Parsed:
    """A clause and the values that its grammar read."""

    clause: Clause
    values: list[Any]

    @property
    def span(self) -> Span:
        """Where the clause stands."""
        return self.clause.span


@dataclass(slots=True)
class Builder:
    """One statement on its way to a node."""

    raw: RawStatement
    parsed: list[Parsed]
    faults: list[Diagnostic] = field(default_factory=list[Diagnostic])

    def build(self) -> tree.Statement | None:
        """The node of the statement; None if its head was not understood."""
        if not any(part.clause.keyword == "head" for part in self.parsed):
            return None
        self._report_repeats()
        return _STATEMENTS[self.raw.keyword](self)

    def first(self, keyword: str) -> Parsed | None:
        """The first clause of a keyword."""
        return next((part for part in self.parsed if part.clause.keyword == keyword), None)

    def value(self, keyword: str, default: Any = None) -> Any:
        """The only value of a clause, or ``default``."""
        part = self.first(keyword)
        return part.values[0] if part is not None else default

    def text(self, keyword: str) -> str:
        """The text of a clause, or none."""
        part = self.first(keyword)
        return part.values[0].text if part is not None else ""

    def all(self, keyword: str) -> list[Parsed]:
        """Every clause of a keyword, in order."""
        return [part for part in self.parsed if part.clause.keyword == keyword]

    def in_force(self) -> tree.InForce | None:
        """The ``in force`` clause."""
        part = self.first("in")
        if part is None:
            return None
        start, latest, end = part.values
        return tree.InForce(part.span, start.day, latest and latest.day, end and end.day)

    def fault(self, code: Code, span: Span, message: str, help_: str = "") -> None:
        """Note a fault."""
        self.faults.append(Diagnostic(code, span, message, help_))

    def require(self, keyword: str, written: str, *, code: Code = Code.CLAUSE_MISSING) -> None:
        """Note that a clause is missing, if it is."""
        seen = any(clause.keyword == keyword for clause in self.raw.clauses)
        if not seen and self.is_understood:
            head = self.raw.clauses[0].span
            self.fault(code, head, f"this {self.raw.keyword} has no `{written.split()[0]}` clause",
                       f"add `{written}`")  # fmt: skip

    @property
    def is_understood(self) -> bool:
        """Whether every clause was; of one that was not, nobody knows what it would have said."""
        return len(self.parsed) == len(self.raw.clauses)

    def _report_repeats(self) -> None:
        seen: set[str] = set()
        for part in self.parsed:
            keyword = part.clause.keyword
            if keyword in seen and keyword not in REPEATABLE:
                follower = CLAUSES[self.raw.keyword].get(keyword)
                written = f"{keyword} {follower}" if follower else keyword
                self.fault(
                    Code.CLAUSE_TWICE,
                    part.span,
                    f"`{written}` is given twice in one {self.raw.keyword}",
                    "keep one of the two, or make it two statements",
                )
            seen.add(keyword)


# Vocabulary statements ------------------------------------------------------------------------


def _vocabulary(b: Builder) -> tree.Statement:
    edition, extends = b.parsed[0].values
    return tree.Vocabulary(b.raw.span, edition, extends)


def _kind(b: Builder) -> tree.Statement:
    return tree.KindDeclaration(b.raw.span, *b.parsed[0].values)


def _act(b: Builder) -> tree.Statement:
    return tree.ActDeclaration(b.raw.span, *b.parsed[0].values)


def _data(b: Builder) -> tree.Statement:
    return tree.DataDeclaration(b.raw.span, *b.parsed[0].values)


def _sovereign(b: Builder) -> tree.Statement:
    return tree.SovereignDeclaration(b.raw.span, *b.parsed[0].values)


def _role(b: Builder) -> tree.Statement:
    return tree.RoleDeclaration(b.raw.span, *b.parsed[0].values)


def _duty(b: Builder) -> tree.Statement:
    name, how, what = b.parsed[0].values
    if how == "done by":
        return tree.DutyDeclaration(b.raw.span, name, done_by=what)
    return tree.DutyDeclaration(b.raw.span, name, attested_by=what)


def _fact(b: Builder) -> tree.Statement:
    name, type_, complete, claimed, each, acts, level, vouchers, fresh = b.parsed[0].values
    return tree.FactDeclaration(
        b.raw.span, name, type_, tree.Level(level), complete, claimed, each, vouchers, acts, fresh
    )


def _reading(b: Builder) -> tree.Statement:
    name, of, stance, *rest = b.parsed[0].values
    answer = rest[0] == "yes" if rest else None
    office, day = (rest[1].text, rest[2].day) if len(rest) == 3 else ("", None)
    return tree.ReadingDeclaration(b.raw.span, name, of, tree.Stance(stance), answer, office, day)


def _lexicon(b: Builder) -> tree.Statement:
    name, indicates = b.parsed[0].values
    return tree.LexiconDeclaration(
        b.raw.span,
        name,
        indicates,
        b.value("plainly", ()),
        b.value("possibly", ()),
        b.value("never", ()),
        b.in_force(),
    )


# Policy statements ----------------------------------------------------------------------------


def _policy(b: Builder) -> tree.Statement:
    name, number = b.parsed[0].values
    layer = b.value("layer")
    binds = b.value("binds")
    for keyword, written in _POLICY_NEEDS if b.first("adopts") is None else ():
        b.require(keyword, written)
    for keyword in ("title", "issued", "proposed"):
        part = b.first(keyword)
        if part is not None and not part.values[0].text.strip():
            b.fault(Code.BAD_VALUE, part.span, f"`{keyword}` is followed by an empty text",
                    "write something between the quotation marks")  # fmt: skip
    return tree.Policy(
        b.raw.span,
        name,
        number,
        adopts=_adoption(b),
        title=b.text("title"),
        layer=tree.Layer(layer) if layer else None,
        issuer=b.text("issued"),
        zone=b.value("time", ""),
        uses=b.value("uses"),
        binds=None if isinstance(binds, str) else binds,
        binds_any=isinstance(binds, str),
        rests_on=b.value("permit", ""),
        in_force=b.in_force(),
        proposed=b.text("proposed"),
        defines=tuple(tree.Definition(part.span, *part.values) for part in b.all("define")),
    )


_POLICY_NEEDS = (
    ("title", 'title "..."'),
    ("layer", "layer federal|state|agreement|owner|requester"),
    ("issued", 'issued by "..."'),
    ("time", "time zone America/New_York"),
    ("uses", "uses VOCABULARY NUMBER"),
    ("binds", "binds any request` or `binds CONDITION"),
)


def _adoption(b: Builder) -> tree.Adoption | None:
    part = b.first("adopts")
    if part is None:
        for extra in (*b.all("parameter"), *b.all("without")):
            b.fault(
                Code.CLAUSE_WITHOUT_EFFECT,
                extra.span,
                f"`{extra.clause.keyword}` inside a policy changes an adopted policy; none is "
                "adopted",
                "write `adopts NAME NUMBER except`, or start the line in the first column",
            )
        return None
    changes = tuple(tree.Adjustment(item.span, *item.values) for item in b.all("parameter"))
    without = tuple(name for item in b.all("without") for name in item.values[0])
    return tree.Adoption(part.span, part.values[0], changes, without)


def _parameter(b: Builder) -> tree.Statement:
    name, value = b.parsed[0].values
    direction = b.value("agencies")
    return tree.Parameter(
        b.raw.span,
        name,
        value,
        tree.Direction(direction) if direction else None,
        b.value("cites"),
        b.in_force(),
    )


def _rule(b: Builder) -> tree.Statement:
    name, title = b.parsed[0].values
    rule = tree.Rule(
        b.raw.span,
        name,
        title.text,
        citation=_own_citation(b),
        in_force=b.in_force(),
        enjoined=_enjoined(b),
        binds=b.value("binds"),
        condition=b.value("if"),
        grounds=_branches(b, "ground"),
        exceptions=_branches(b, "unless"),
        urgent=tuple(tree.Urgent(part.span, *part.values) for part in b.all("urgent")),
        musts=tuple(_must(part) for part in b.all("must")),
        on_refusal=tuple(_must(part) for part in b.all("on")),
        onward=_onward(b),
        breaches=_breaches(b),
        because=" ".join(" ".join(text.text for text in b.value("because", ())).split()),
        adopters_may_change=b.first("adopters") is not None,
    )
    return _with_effect(b, rule)


def _invariant(b: Builder) -> tree.Statement:
    name, title = b.parsed[0].values
    outcomes = [part for part in b.parsed if part.clause.keyword in _OUTCOMES]
    if not outcomes and b.is_understood:
        b.fault(
            Code.CLAUSE_MISSING,
            b.raw.clauses[0].span,
            f"`{b.raw.keyword} {name.text}` has no answer",
            "add `PERMIT`, `HOLD` or `DENY`, then the acts and data",
        )
    for extra in outcomes[1:]:
        b.fault(
            Code.CLAUSE_TWICE,
            extra.span,
            f"`{b.raw.keyword} {name.text}` has a second answer",
            "write a second statement",
        )
    acts, data, each = outcomes[0].values if outcomes else ((), (), False)
    return tree.Invariant(
        b.raw.span,
        name,
        title.text,
        b.raw.keyword == "always",
        _OUTCOMES[outcomes[0].clause.keyword] if outcomes else None,
        acts,
        data,
        each,
        b.in_force(),
        b.value("if"),
        _branches(b, "unless"),
    )


_OUTCOMES = {outcome.value: outcome for outcome in tree.Outcome}


def _with_effect(b: Builder, rule: tree.Rule) -> tree.Rule:
    """The rule with its effect; none or two are faults."""
    parts = [part for part in b.parsed if part.clause.keyword in EFFECTS]
    if not parts:
        if b.is_understood and not any(clause.keyword in EFFECTS for clause in b.raw.clauses):
            b.fault(
                Code.CLAUSE_MISSING,
                b.raw.clauses[0].span,
                f"rule `{rule.name.text}` has no effect",
                "add `permit`, `forbid`, `limit`, `refer`, `require` or `leave open`",
            )
        return rule
    for extra in parts[1:]:
        b.fault(
            Code.CLAUSE_TWICE,
            extra.span,
            f"rule `{rule.name.text}` has a second effect",
            "one rule does one thing: write a second rule",
        )
    acts, data, each, *rest = parts[0].values
    role, within = (rest[0], rest[1]) if rest else (None, None)
    return replace(
        rule,
        effect=EFFECTS[parts[0].clause.keyword],
        acts=acts,
        data=data,
        per_recipient=each,
        refer_to=role,
        refer_within=within,
    )


def _owned_citations(b: Builder) -> dict[int, tree.Citation]:
    """Citations that belong to the exception, ground or breach right before them, by its start."""
    owned: dict[int, tree.Citation] = {}
    for before, part in zip(b.parsed, b.parsed[1:], strict=False):
        if part.clause.keyword == "cites" and before.clause.keyword in _CITED:
            owned[before.span.start] = part.values[0]
    return owned


_CITED = frozenset({"unless", "ground", "breach"})


def _own_citation(b: Builder) -> tree.Citation | None:
    """The citation of the rule itself."""
    owned = set(map(id, _owned_citations(b).values()))
    own = [part for part in b.all("cites") if id(part.values[0]) not in owned]
    for extra in own[1:]:
        b.fault(
            Code.CLAUSE_TWICE,
            extra.span,
            "`cites` is given twice in one rule",
            "name both places in one citation, or write two rules",
        )
    return own[0].values[0] if own else None


def _branches(b: Builder, keyword: str) -> tuple[tree.Branch, ...]:
    owned = _owned_citations(b)
    return tuple(
        tree.Branch(part.span, label, condition, owned.get(part.span.start))
        for part in b.all(keyword)
        for label, condition in [part.values]
    )


def _breaches(b: Builder) -> tuple[tree.Breach, ...]:
    owned = _owned_citations(b)
    return tuple(
        tree.Breach(part.span, by, against, owned.get(part.span.start))
        for part in b.all("breach")
        for by, against in [part.values]
    )


def _enjoined(b: Builder) -> tree.Enjoined | None:
    part = b.first("enjoined")
    if part is None:
        return None
    start, end, case = part.values
    return tree.Enjoined(part.span, start.day, end and end.day, case.text)


def _must(part: Parsed) -> tree.Must:
    duty, how, *rest = part.values
    match how:
        case "before":
            return tree.Must(part.span, duty, before=rest[0])
        case "within":
            return tree.Must(part.span, duty, within=rest[0], of=rest[1], by=rest[2])
        case "every":
            return tree.Must(part.span, duty, every=rest[0], by=rest[1])
        case _:
            return tree.Must(part.span, duty, by_date=rest[0].day)


def _onward(b: Builder) -> tree.Onward | None:
    part = b.first("onward")
    return None if part is None else tree.Onward(part.span, *part.values)


# Examples ---------------------------------------------------------------------------------------


def _examples(b: Builder) -> tree.Statement:
    b.require("uses", "uses VOCABULARY NUMBER")
    return tree.Examples(b.raw.span, b.parsed[0].values[0], b.value("uses"))


def _request(b: Builder) -> tree.Statement:
    return tree.NamedRequest(b.raw.span, b.parsed[0].values[0], on=b.value("on"), givens=_givens(b))


def _givens(b: Builder) -> tuple[tree.Given, ...]:
    return tuple(_given(values) for part in b.all("given") for values in part.values[0])


def _all_names(b: Builder, keyword: str) -> tuple[tree.Name, ...]:
    return tuple(name for part in b.all(keyword) for name in part.values[0])


def _example(b: Builder) -> tree.Statement:
    if b.first("like") is None:
        b.require("on", "on 2026-11-03")
    b.require("expect", "expect PERMIT|HOLD|DENY")
    outcome, by, reason = b.first("expect").values if b.first("expect") else (None, (), None)  # type: ignore[union-attr]  # asked for just before
    return tree.Example(
        b.raw.span,
        b.parsed[0].values[0].text,
        like=b.value("like"),
        on=b.value("on"),
        givens=_givens(b),
        outcome=tree.Outcome(outcome) if outcome else None,
        by=by,
        reason=reason.text if reason else "",
        touched=_all_names(b, "touched"),
        untouched=_all_names(b, "untouched"),
    )


def _given(values: Any) -> tree.Given:
    subject, agency, value, proof = values
    if isinstance(value, tuple):
        form, items = cast(tuple[str, Any], value)
        value = _given_set(subject.span, form, items)
    elif isinstance(value, tree.Name) and value.text in _MARKS:
        value = tree.Mark(value.text)
    return tree.Given(subject.span, subject, value, agency, tree.Proof(proof or "proven"))


_MARKS = frozenset(mark.value for mark in tree.Mark)


def _given_set(span: Span, form: str, items: Any) -> tree.ValueSet | tree.InstrumentSet:
    if form == "set":
        return tree.ValueSet(span, items)
    return tree.InstrumentSet(span, tuple(_instrument(item) for item in items))


def _instrument(values: tuple[Any, ...]) -> tree.Instrument:
    kind, issuer, issued_to, attributes = values
    words = [item for item in attributes if isinstance(item, str)]
    days = [item.day for item in attributes if isinstance(item, tree.Date)]
    return tree.Instrument(
        kind.span,
        kind,
        issuer,
        issued_to,
        probable_cause=_stated(words, "probable cause", "no probable cause"),
        covers=_stated(words, "covers request", "not covering request"),
        expires=days[0] if days else None,
        verified="unverified" not in words,
    )


def _stated(words: list[str], yes: str, no: str) -> bool | None:
    """Whether one of two contrary phrases stands among ``words``."""
    return True if yes in words else False if no in words else None


_STATEMENTS: dict[str, Callable[[Builder], tree.Statement]] = {
    "vocabulary": _vocabulary,
    "kind": _kind,
    "act": _act,
    "data": _data,
    "sovereign": _sovereign,
    "role": _role,
    "duty": _duty,
    "fact": _fact,
    "reading": _reading,
    "lexicon": _lexicon,
    "policy": _policy,
    "rule": _rule,
    "never": _invariant,
    "always": _invariant,
    "parameter": _parameter,
    "examples": _examples,
    "request": _request,
    "example": _example,
}
