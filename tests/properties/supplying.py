"""A settling set turned into evidence: for each need, what could be supplied."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice, product

from platelaw.dsl import syntax as tree
from platelaw.dsl.truth import Truth
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.explanation import Need, NeedKind
from platelaw.engine.names import RECIPIENT_SETS
from platelaw.engine.request import DutyDone, PaperStatement, Reason, Request, Review, Statement
from platelaw.engine.settling import Settling
from platelaw.engine.values import Age, Members, Paper, Range, Span, TextState, Value

from .asking import BY_NAME, CAPTURED, REASONS, SYSTEM, VERIFIED, proven, voucher_for
from .conditions import PAPERS
from .evidence import KINDS, claims_of, counts, is_verified
from .meeting import nodes_of
from .world import BODIES, decide

DAY = datetime.timedelta(days=1)
EARLY = datetime.date(2020, 1, 1)
LATE = datetime.date(2030, 1, 1)
DAYS = (0, 13, 14, 15, 20, 21, 22, 29, 30, 31, 32, 40)
WORDS: dict[str, tuple[Value, ...]] = {
    "request.purpose": tuple(sorted(KINDS.below("purpose"))),
    "case.victims": tuple(Range.exactly(number) for number in range(6)),
    "case.sources": (Members(()), *(Members((k,)) for k in ("source", "source_a", "source_b"))),
    "case.number": (TextState.STATED, TextState.BLANK),
    "approval.at": tuple(
        Span.at(moment + length)
        for span in CAPTURED
        for moment in (span.earliest, span.latest)
        for length in (DAY / 24, -DAY, 5 * DAY)
    ),
    "data.age": tuple(Range.exactly(86400.0 * days) for days in DAYS),
}


def options(need: Need, request: Request) -> Sequence[Request]:
    """The requests in which one need is met, one way or another."""
    return list(_options(need, request))


def _options(need: Need, request: Request) -> Iterator[Request]:
    match need.kind:
        case NeedKind.REVIEW:
            word = Review(need.name, True, voucher_for("auditor", request.requester))
            yield replace(request, reviews=(*request.reviews, word))
        case NeedKind.DUTY:
            done = DutyDone(need.name, voucher_for("clerk", request.requester))
            yield replace(request, duties=(*request.duties, done))
        case NeedKind.INSTRUMENT:
            several = len(request.papers or ()) > 1
            if not (several and any(item.paper.issued_to for item in request.papers or ())):
                yield from _verified(int(need.name.partition(" ")[0]) - 1, request)
            # else: the number is that among the papers of one recipient, and may mean another
        case NeedKind.FACT:
            yield from _facts(need, request)
        case _:
            return


def _facts(need: Need, request: Request) -> Iterator[Request]:
    name = need.name
    if name in BY_NAME:
        yield from _stated(need, request)
    elif name in SYSTEM:
        known = request.system.get(name)
        closer = _closer(known) if isinstance(known, Age) else (*SYSTEM[name], *WORDS.get(name, ()))
        for value in closer:
            if known is None or _inside(value, known):
                yield replace(request, system={**request.system, name: value})
    elif name == "request.reason" and request.reason.text is None:
        for text in REASONS:
            yield replace(request, reason=Reason(text))
    elif name == "recipients":
        yield from _all_recipients(request)
    elif name == "request.user":
        yield from (replace(request, user=user) for user in ("officer", "captain"))
    elif name == "request.instruments":
        yield replace(request, papers=())
        for kind in PAPERS:
            for good in (True, False):
                paper = Paper(kind, "AA/court", "", good, good, LATE, verified=True)
                item = PaperStatement(paper, VERIFIED, voucher_for("custodian", request.requester))
                yield replace(request, papers=(item,))
    elif name == "request.claims":
        claims = Statement(name, Members(()))
        yield replace(request, statements=(*request.statements, claims))
    elif name == "data":
        for at, kind in enumerate(request.data):
            for narrower in sorted(KINDS.below(kind) - {kind}):
                yield replace(request, data=(*request.data[:at], narrower, *request.data[at + 1 :]))


def _all_recipients(request: Request) -> Iterator[Request]:
    """Every set of recipients completed: as it is, or the first open one with a body more."""
    waiting = [request]
    for name in RECIPIENT_SETS:
        waiting = [
            changed
            for asked in waiting
            for changed in list(_stated(Need(NeedKind.FACT, name), asked))[:8] or [asked]
        ]
    yield from waiting


def _closer(age: Age) -> Iterator[Age | Range]:
    """An age known closely: since the first instant it may have been, or the last."""
    for moment in (age.since.earliest, age.since.latest, age.since.earliest + DAY):
        yield Age(Span.at(moment), age.until)
    for length in (age.until.earliest - age.since.latest, age.until.latest - age.since.earliest):
        yield Range.exactly(length.total_seconds())


def _stated(need: Need, request: Request) -> Iterator[Request]:
    fact = BY_NAME[need.name]
    about = need.about if need.about != request.requester else ""
    mine = [s for s in request.statements if s.fact == fact.name and _same(s, about, request)]
    others = tuple(s for s in request.statements if s not in mine)
    claims = claims_of(request)
    unclaimed = fact.claimed and not (claims and fact.name in claims.known)
    known = next((s.value for s in mine if counts(s, request) and not unclaimed), None)
    first = tuple(_sets(known)) if fact.name in RECIPIENT_SETS else ()
    for value in dict.fromkeys((*first, *WORDS.get(fact.name, ()), *fact.values)):
        good = proven(fact, value, request.requester, about)
        fits = known is None or (value != known and _inside(value, known))
        if counts(good, request) and fits:
            stated = replace(request, statements=(*others, good))
            yield _with_claim(stated, fact.name) if fact.claimed else stated


def _with_claim(request: Request, name: str) -> Request:
    """A request that claims a fact, and perhaps others, where its list of claims is open."""
    known = claims_of(request)
    if known is not None and (known.complete or name in known.known):
        return request
    claims = Members((name, *(known.known if known else ())), complete=False)
    others = tuple(s for s in request.statements if s.fact != "request.claims")
    return replace(request, statements=(*others, Statement("request.claims", claims)))


def _same(statement: Statement, about: str, request: Request) -> bool:
    own = request.requester
    return (statement.about or own) == (about or own)


def _sets(known: Value | None) -> Iterator[Members]:
    """An open set completed: as it is, and with each body more."""
    members = known.known if isinstance(known, Members) else ()
    if known is None or isinstance(known, Members):
        yield Members(members)  # first: nobody else
        yield from (Members(tuple(dict.fromkeys((*members, key)))) for key in BODIES)


def _inside(value: Value, known: Value) -> bool:
    """Whether a value says more than what is known, and contradicts nothing."""
    match value, known:
        case str(), str():
            return value in KINDS and known in KINDS.above(value) and not KINDS.by_name[known].final
        case Range(), Range():
            return known.low <= value.low <= value.high <= known.high
        case Age() | Range(), Age():
            return True
        case Span(), Span():
            return known.earliest <= value.earliest <= value.latest <= known.latest
        case Members(), Members():
            return not known.complete and set(known.known) <= set(value.known)
        case _:
            return False


def _verified(at: int, request: Request) -> Iterator[Request]:
    """An instrument verified, and what it did not say found out."""
    assert request.papers is not None
    item = request.papers[at]
    paper = item.paper
    choices = product(
        (True, False) if paper.probable_cause is None else (paper.probable_cause,),
        (True, False) if paper.covers is None else (paper.covers,),
        ("AA/court", "AA/pd") if paper.issuer is None else (paper.issuer,),
        (LATE, EARLY) if paper.expires is None else (paper.expires,),
        (paper.kind,) if is_verified(item, request) else (paper.kind, "instrument"),  # at most that
    )
    voucher = voucher_for("custodian", request.requester)
    for cause, covers, issuer, expires, kind in choices:
        better = replace(paper, probable_cause=cause, covers=covers, issuer=issuer,
                         expires=expires, kind=kind, verified=True)  # fmt: skip
        good = PaperStatement(better, VERIFIED, voucher)
        yield replace(request, papers=(*request.papers[:at], good, *request.papers[at + 1 :]))


# Searching ------------------------------------------------------------------------------------


def can_be_supplied(settling: Settling, request: Request) -> bool:
    """Whether somebody in this small world can meet every need by evidence.

    An open reading is no evidence; of a further member that an open set would have to hold
    nothing more is said.
    """
    further = any(
        s.leaf is not None
        and s.leaf[0].startswith(("another member", "recipients includes"))
        and s.wanted is Truth.TRUE
        for s in settling.steps
    )
    if _compares_with_unknown(settling, request):
        return False  # such a set names only one of the two facts that are compared
    if not request.user and request.requester == request.owner:
        return False  # whoever of the owner speaks may be the officer himself
    if _contradicts_the_requester(settling, request):
        return False
    return not further and all(options(need, request) for need in settling.needs)


def _contradicts_the_requester(settling: Settling, request: Request) -> bool:
    """Whether a need is another recipient's of whom, or of the requester, something is stated.

    What is proven of one for whom the requester acts counts for the requester too, so that
    words about the two can contradict each other.
    """
    stated = {statement.fact for statement in request.statements}
    return (
        any(
            need.about not in ("", request.requester) and need.name in stated
            for need in settling.needs
        )
        or len({need.about for need in settling.needs if need.about}) > 1
    )


def _compares_with_unknown(settling: Settling, request: Request) -> bool:
    """Whether a test of two facts waits for the second."""
    leaves = [step.leaf[0] for step in settling.steps if step.leaf is not None]
    captured = request.system.get("data.captured")
    exact = isinstance(captured, Span) and captured.earliest == captured.latest
    return any(
        (" after data.captured" in leaf and not exact)
        or (leaf.endswith("request.user") and not request.user)
        for leaf in leaves
    )


def supplied(
    needs: Sequence[Need], request: Request, dice: random.Random, most: int
) -> Iterator[Request]:
    """Requests in which all these needs are met, in up to ``most`` ways."""
    if not needs:
        yield request
        return
    first, *rest = needs
    found = list(options(first, request))
    dice.shuffle(found)
    for changed in found:
        yield from islice(supplied(rest, changed, dice, most), most)


def settles(engine: Engine, request: Request, settling: Settling) -> Decision | None:
    """The PERMIT that meeting the needs as the set asks leads to, if it does."""
    waiting = [request]
    for need in settling.needs:
        closed = [s.need for s in settling.steps if s.leaf and s.leaf[0].startswith("another")]
        steps = {s.leaf: s.wanted for s in settling.steps if s.need == need and s.leaf is not None}
        waiting = [
            changed
            for asked in waiting
            for changed in options(need, asked)[: 1 if need in closed else None]
            if _fits(engine, changed, steps)
        ][:40]
    decisions = (decide(engine, changed) for changed in waiting)
    return next((d for d in decisions if _answers(d)), None)


def _answers(decision: Decision) -> bool:
    """PERMIT, or all that evidence can do towards it: the wording of the law is no evidence."""
    return decision.outcome is tree.Outcome.PERMIT or decision.reason == "law to confirm"


def _fits(engine: Engine, request: Request, steps: dict[tuple[str, str], Truth]) -> bool:
    """Whether every leaf that a set names has the value that the set asks for."""
    if not steps:
        return True
    found = {
        (n.text, n.about): n.truth for r in decide(engine, request).results for n in nodes_of(r)
    }
    return all(found.get(leaf, wanted) is wanted for leaf, wanted in steps.items())
