"""More evidence for the same request: what was unproven becomes proven, what was wide narrows."""

from __future__ import annotations

import datetime
import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from platelaw.dsl.kinds import Kinds
from platelaw.dsl.syntax import Level
from platelaw.engine.request import DutyDone, PaperStatement, Reason, Request, Review, Statement
from platelaw.engine.values import Age, Members, Paper, Range, Span, Value

from .asking import (
    BY_NAME,
    CLAIMED,
    REASONS,
    SOME_PAPERS,
    STATEABLE,
    SYSTEM,
    VERIFIED,
    Stateable,
    proven,
    speaks,
    speaks_ag,
    voucher_for,
)
from .texts import LibraryText
from .world import BODIES, WORDS, library_of


@dataclass(frozen=True)
class Law:
    """The library that a request is decided under, and the facts that its texts name."""

    library: LibraryText
    named: frozenset[str]

    @classmethod
    def of(cls, library: LibraryText) -> Law:
        """The law of a library."""
        text = "".join(library.files().values())
        return cls(library, frozenset(fact.name for fact in STATEABLE if fact.name in text))

    def first(self, names: Iterable[str], dice: random.Random) -> list[str]:
        """Names in a random order, those that the law names before the others."""
        mixed = list(names)
        dice.shuffle(mixed)
        return sorted(mixed, key=lambda name: name not in self.named)


Step = Callable[[Request, Law, random.Random], Iterator[Request]]

RANK = {Level.ASSERTION: 0, Level.ATTESTATION: 1, Level.VERIFICATION: 2}
FRESH = {"case.checked": datetime.timedelta(days=30)}
KINDS: Kinds = library_of(WORDS).vocabularies["ag 1"].kinds


def more(request: Request, law: Law, dice: random.Random) -> Request | None:
    """The request with one piece of evidence more; None if none was found."""
    steps = list(STEPS)
    dice.shuffle(steps)
    for step in steps:
        found = next(step(request, law, dice), None)
        if found is not None and found != request:
            return found
    return None


# Facts ----------------------------------------------------------------------------------------


def counts(statement: Statement, request: Request) -> bool:
    """Whether a statement proves its fact, by the rules of docs/semantics.md, section 2."""
    fact = BY_NAME[statement.fact]
    latest = request.at.latest
    life = FRESH.get(statement.fact)
    old = life is not None and statement.issued is not None and statement.issued + life < latest
    if statement.withdrawn or old or (statement.expires is not None and statement.expires < latest):
        return False
    if isinstance(statement.value, Members) and not statement.value.known:
        return True
    if RANK[statement.level] < RANK[fact.level]:
        return False
    if fact.level is Level.ASSERTION or statement.voucher is None:
        return fact.level is Level.ASSERTION or request.simulated
    return statement.voucher.role in fact.roles and speaks(statement.voucher, request)


def claims_of(request: Request) -> Members | None:
    """What a request claims, if it says."""
    stated = [s.value for s in request.statements if s.fact == "request.claims"]
    return stated[0] if stated and isinstance(stated[0], Members) else None


def prove(request: Request, law: Law, dice: random.Random) -> Iterator[Request]:
    """An unproven fact becomes proven; one that is not claimed is `no`, and stays so."""
    claims = claims_of(request)
    foreign = () if speaks_ag(law.library, request.owner) else ("desk.ready",)
    for fact in map(BY_NAME.__getitem__, law.first(BY_NAME, dice)):
        unclaimed = fact.claimed and claims and claims.complete and fact.name not in claims.known
        if unclaimed or fact.name in foreign:
            continue
        mine = [s for s in request.statements if s.fact == fact.name]
        for about in _unproven_for(fact, mine, request):
            others = tuple(s for s in request.statements if s.fact != fact.name or s.about != about)
            good = proven(fact, dice.choice(fact.values), request.requester, about)
            if counts(good, request):
                yield replace(request, statements=(*others, good))


def _unproven_for(fact: Stateable, mine: list[Statement], request: Request) -> list[str]:
    """For whom a fact is unproven: a claim for one is no claim for another."""
    if not fact.each:
        return [] if any(counts(s, request) for s in mine) else [""]
    stated = {s.about for s in mine}
    open_for = stated if fact.claimed and mine else {"", *BODIES[1:]}
    settled = {s.about or request.requester for s in mine if counts(s, request)}
    return sorted(about for about in open_for if (about or request.requester) not in settled)


def claim(request: Request, _law: Law, dice: random.Random) -> Iterator[Request]:
    """The list of claims becomes known; what is stated was claimed."""
    known = claims_of(request)
    if known is None or not known.complete:
        claimed = {s.fact for s in request.statements if s.fact in CLAIMED}
        claimed |= {name for name in CLAIMED if dice.random() < 0.5}
        claimed |= {str(name) for name in known.known} if known else set[str]()
        members = Members(tuple(sorted(claimed)), dice.random() < 0.7)
        others = tuple(s for s in request.statements if s.fact != "request.claims")
        yield replace(request, statements=(*others, Statement("request.claims", members)))


def narrow(request: Request, law: Law, dice: random.Random) -> Iterator[Request]:
    """A proven value becomes narrower: a kind, a range, an open set."""
    for name in law.first([s.fact for s in request.statements], dice):
        at = next(at for at, s in enumerate(request.statements) if s.fact == name)
        statement = request.statements[at]
        if statement.fact == "request.claims" or not counts(statement, request):
            continue
        value = narrower(statement.value, dice, BY_NAME[statement.fact].values)
        foreign = value == "p_desk" and not speaks_ag(law.library, request.owner)
        if value is not None and not foreign:
            good = replace(statement, value=value)
            if isinstance(value, Members) and value.known and not counts(good, request):
                continue  # members need the declared proof
            statements = (*request.statements[:at], good, *request.statements[at + 1 :])
            yield replace(request, statements=statements)


def narrower(value: Value, dice: random.Random, values: tuple[Value, ...]) -> Value | None:
    """A value that says more and contradicts nothing."""
    match value:
        case str() if value in KINDS and not KINDS.by_name[value].final:
            below = sorted(KINDS.below(value) - {value})
            return dice.choice(below) if below else None
        case Range() if value.low < value.high:
            low, high = sorted(dice.uniform(value.low, value.high) for _ in range(2))
            low, high = float(round(low)), float(round(high))
            return Range(max(low, value.low), min(high, value.high))
        case Span() if value.earliest < value.latest:
            return _inside(value, dice)
        case Age() if value.since.earliest < value.since.latest:
            return Age(_inside(value.since, dice), value.until)
        case Members() if not value.complete:
            sets = [v for v in values if isinstance(v, Members)]
            more_of_it = dice.choice(sets).known
            known = tuple(dict.fromkeys((*value.known, *more_of_it)))
            return Members(known, dice.random() < 0.7)
        case _:
            return None


def _inside(span: Span, dice: random.Random) -> Span:
    length = span.latest - span.earliest
    low, high = sorted(span.earliest + length * dice.random() for _ in range(2))
    return dice.choice((Span(low, high), Span(low, low), Span(span.earliest, span.earliest)))


# What is no statement -------------------------------------------------------------------------


def measure(request: Request, _law: Law, dice: random.Random) -> Iterator[Request]:
    """A system fact becomes known, or is known more closely."""
    for name in dice.sample(sorted(SYSTEM), len(SYSTEM)):
        value = request.system.get(name)
        if value is not None:
            closer = narrower(value, dice, ())
        elif name == "data.age":
            closer = Range.exactly(86400.0 * dice.choice((13, 14, 15, 20, 21, 22, 30)))
        else:
            closer = dice.choice(SYSTEM[name])
        if closer is not None:
            yield replace(request, system={**request.system, name: closer})


def present(request: Request, _law: Law, dice: random.Random) -> Iterator[Request]:
    """The list of instruments becomes known."""
    if request.papers is None:
        papers = tuple(dice.choice(SOME_PAPERS) for _ in range(dice.randint(0, 2)))
        yield replace(request, papers=papers)


def verify(request: Request, _law: Law, dice: random.Random) -> Iterator[Request]:
    """An instrument is verified: it proves to be at most what it says."""
    for at, item in enumerate(request.papers or ()):
        voucher = voucher_for("custodian", request.requester)
        if item.voucher is None or not (is_verified(item, request)):
            paper = _at_most(item.paper, dice)
            good = PaperStatement(paper, VERIFIED, voucher)
        else:
            good = replace(item, paper=_closer(item.paper, dice))
        assert request.papers is not None
        if good != item:
            papers = (*request.papers[:at], good, *request.papers[at + 1 :])
            yield replace(request, papers=papers)


def is_verified(item: PaperStatement, request: Request) -> bool:
    if not item.paper.verified or item.level is not VERIFIED or item.voucher is None:
        return False
    return item.voucher.role in ("judge", "custodian") and speaks(item.voucher, request)


def _closer(paper: Paper, dice: random.Random) -> Paper:
    """What a verified instrument did not say is found out."""
    return replace(
        paper,
        probable_cause=_known(paper.probable_cause, dice),
        covers=_known(paper.covers, dice),
        issuer=paper.issuer or dice.choice(("AA/court", "AA/pd")),
    )


def _at_most(paper: Paper, dice: random.Random) -> Paper:
    """What an instrument that was not verified proves to be."""
    closer = replace(_closer(paper, dice), verified=True)
    if dice.random() < 0.3:
        closer = replace(closer, probable_cause=False)
    return replace(closer, covers=False) if dice.random() < 0.3 else closer


def _known(value: bool | None, dice: random.Random) -> bool:
    return dice.random() < 0.6 if value is None else value


def review(request: Request, law: Law, dice: random.Random) -> Iterator[Request]:
    """A reviewer clears or refuses a referral on which none has spoken."""
    spoken = {
        r.rule
        for r in request.reviews
        if r.voucher is not None and r.voucher.role == "auditor" and speaks(r.voucher, request)
    }
    for policy in law.library.policies:
        for rule in policy.rules:
            name = f"{policy.name}/{rule.name}"
            if rule.effect == "refer" and name not in spoken:
                word = Review(name, dice.random() < 0.6, voucher_for("auditor", request.requester))
                yield replace(request, reviews=(*request.reviews, word))


def discharge(request: Request, _law: Law, _dice: random.Random) -> Iterator[Request]:
    """A duty before the act is done."""
    if not any(d.voucher is not None and speaks(d.voucher, request) for d in request.duties):
        done = DutyDone("train", voucher_for("clerk", request.requester))
        yield replace(request, duties=(*request.duties, done))


def reveal(request: Request, _law: Law, dice: random.Random) -> Iterator[Request]:
    """A reason that was hidden is shown, or who the user is."""
    if request.reason.text is None:
        yield replace(request, reason=Reason(dice.choice(REASONS)))
    if not request.user:
        yield replace(request, user="officer")


STEPS: tuple[Step, ...] = (
    prove, prove, prove, narrow, narrow, claim, measure, present, verify, review, discharge, reveal,
)  # fmt: skip
