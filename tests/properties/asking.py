"""Random requests: facts missing, asserted, attested, verified, withdrawn, vouched for wrongly."""

from __future__ import annotations

import datetime
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

from platelaw.dsl.syntax import Level
from platelaw.engine.names import RECIPIENT_SETS
from platelaw.engine.request import (
    DutyDone,
    PaperStatement,
    Reason,
    Request,
    Review,
    Statement,
    Voucher,
)
from platelaw.engine.values import Age, Cause, Members, Paper, Range, Span, TextState, Value

from .conditions import PAPERS, SOURCES
from .texts import LibraryText
from .world import BODIES

UTC = datetime.UTC
DAY = datetime.timedelta(days=1)
OWNER = "AA/pd"
PURPOSES = (
    "p_crime", "p_crime", "p_theft", "p_theft", "p_bad", "p_bad", "p_worse", "p_joint",
    "p_exact", "p_exact", "p_other", "p_left", "p_both", "p_town", "p_desk", "purpose",
)  # fmt: skip
REASONS = (
    "", "stolen thing", "evil deed", "an evil thing", "evil twin", "town matter", "town crier",
    "grim at the desk", "nothing",
)  # fmt: skip
DAYS = (
    datetime.date(2024, 2, 29), datetime.date(2024, 3, 1), datetime.date(2024, 6, 15),
    datetime.date(2024, 6, 16), datetime.date(2024, 9, 1),
)  # fmt: skip


@dataclass(frozen=True)
class Stateable:
    """A fact that a request may state: its proof, who may vouch, and its values."""

    name: str
    values: tuple[Value, ...]
    level: Level = Level.ASSERTION
    roles: tuple[str, ...] = ()
    claimed: bool = False
    each: bool = False


def instant(text: str) -> datetime.datetime:
    """An instant in UTC."""
    return datetime.datetime.fromisoformat(text).replace(tzinfo=UTC)


def _spans(*starts: str) -> tuple[Span, ...]:
    exact = tuple(Span(instant(start), instant(start)) for start in starts)
    return (*exact, *(Span(one.earliest, one.earliest + 2 * DAY) for one in exact))


def _sets(*words: str) -> tuple[Members, ...]:
    """The empty set, each word alone, the first two; whole and open."""
    known = [(), *((word,) for word in words), words[:2]]
    whole = (*(True,) * 5, False)
    return tuple(Members(members, complete) for members in known for complete in whole)


ATTESTED, VERIFIED = Level.ATTESTATION, Level.VERIFICATION
YES_NO: tuple[Value, ...] = (True, True, False)
CAPTURED = _spans("2024-06-01T12:00:00", "2024-06-14T03:00:00", "2024-05-14T22:00:00")
APPROVED = _spans("2024-06-02T12:00:00", "2024-06-15T20:00:00", "2024-06-16T05:00:00")
STATEABLE = (
    Stateable("request.purpose", PURPOSES),
    Stateable("request.on_behalf_of", (Members(()),) * 20 + _sets(*BODIES[1:])),
    Stateable("request.recipients", (Members(()),) * 10 + _sets(*BODIES[1:])),
    Stateable(
        "user.directed_by", (Members(()),) * 40 + _sets("BB/pd", "US/bureau"), ATTESTED, ("clerk",)
    ),
    Stateable("case.number", (TextState.STATED, TextState.STATED, TextState.BLANK)),
    Stateable("case.open", YES_NO),
    Stateable("case.urgent", YES_NO, ATTESTED, ("custodian", "clerk"), claimed=True),
    Stateable("case.checked", YES_NO, ATTESTED, ("custodian", "clerk")),
    Stateable("case.sealed", YES_NO, VERIFIED, ("judge",)),
    Stateable("case.stage", ("early", "late", "closed")),
    Stateable(
        "case.victims", (*tuple(Range.exactly(n) for n in range(5)), Range(1, 3), Range(2, 3))
    ),
    Stateable("case.seat", ("AA", "BB", "US")),
    Stateable("case.lead", BODIES),
    Stateable("case.sources", _sets(*SOURCES[1:]), ATTESTED, ("clerk",)),
    Stateable("match.found", YES_NO, VERIFIED, ("custodian",), claimed=True, each=True),
    Stateable("consent.given", YES_NO, ATTESTED, ("clerk",), each=True),
    Stateable("approval.at", APPROVED, ATTESTED, ("custodian", "clerk")),
    Stateable(
        "approval.by", ("officer", "captain", TextState.BLANK), ATTESTED, ("custodian", "clerk")
    ),
    Stateable("kept.until", _spans("2024-06-15T12:00:00", "2025-01-01T12:00:00")),
    Stateable("town.ready", YES_NO),
    Stateable("desk.ready", YES_NO, ATTESTED, ("clerk",)),
)
BY_NAME: Mapping[str, Stateable] = {fact.name: fact for fact in STATEABLE}
CLAIMED = tuple(fact.name for fact in STATEABLE if fact.claimed)
SYSTEM: Mapping[str, tuple[Value, ...]] = {
    "account.shared": (True, False, False),
    "data.captured": CAPTURED,
    "data.age": (),  # worked out from the request's time
}


def voucher_for(role: str, requester: str, owner: str = OWNER) -> Voucher:
    """Somebody who may speak in a role for this request, if anybody may."""
    stranger = "AA/court" if requester != "AA/court" else "AA/tax"
    agency = {"custodian": owner, "chief": requester, "judge": "AA/court"}.get(role, stranger)
    if role == "auditor":
        agency = "US/bureau" if requester != "US/bureau" else "AA/tax"
    return Voucher(agency, role, "colleague")


def speaks(voucher: Voucher, request: Request) -> bool:
    """Whether a voucher holds his role and is not the requester: nobody proves his own case."""
    holders = {
        "custodian": voucher.agency == request.owner,
        "chief": voucher.agency == request.requester,
        "judge": voucher.agency == "AA/court",
        "auditor": voucher.agency in ("AA/tax", "US/bureau"),
        "clerk": True,
    }
    if voucher.agency == request.requester and request.requester != request.owner:
        return False
    own = voucher.agency == request.requester
    return holders[voucher.role] and not (own and voucher.user in ("", request.user))


def proven(fact: Stateable, value: Value, requester: str, about: str = "") -> Statement:
    """A statement that counts."""
    voucher = voucher_for(fact.roles[-1], requester) if fact.roles else None
    return Statement(fact.name, value, fact.level, voucher, about)


@cache
def ways_to_state(fact: Stateable, requester: str) -> tuple[tuple[Statement, ...], ...]:
    """How a fact may be stated: mostly well, or not at all, or in a way that does not count."""
    found: list[tuple[Statement, ...]] = []
    for about in ("", "", "", *BODIES[1:3]) if fact.each else ("",):
        for value in fact.values:
            good = proven(fact, value, requester, about)
            wrong = [Voucher(requester, role, "officer") for role in (*fact.roles, "auditor")]
            bad = (
                Statement(fact.name, value, Level.ASSERTION, about=about),
                replace(good, withdrawn=True),
                replace(good, level=fact.level, voucher=wrong[len(found) % len(wrong)]),
                replace(good, issued=instant("2024-01-01T00:00:00")),
                replace(good, expires=instant("2024-02-01T00:00:00")),
            )
            often = 60 if fact.name in RECIPIENT_SETS else 14
            found += [(good,)] * often + [()] * 3 + [(statement,) for statement in bad]
    return tuple(found)


def _papers() -> tuple[PaperStatement, ...]:
    """Instruments, most of them verified, each said to be so by somebody."""
    dice = random.Random(7)
    found: list[PaperStatement] = []
    for _ in range(400):
        verified = dice.random() < 0.75
        paper = Paper(
            dice.choice(("warrant", "warrant", *PAPERS[1:])),
            dice.choice(("AA/court", "AA/court", "AA/pd", None)),
            dice.choice(("", "", "", *BODIES)),
            dice.choice((True, True, False, None)),
            dice.choice((True, True, False, None)),
            dice.choice((*DAYS[2:], None)),
            verified,
        )
        role = dice.choice(("judge", "custodian", "chief"))
        level = VERIFIED if verified else Level.ASSERTION
        found.append(PaperStatement(paper, level, voucher_for(role, "BB/pd")))
    return tuple(found)


SOME_PAPERS = _papers()


def times(dice: random.Random) -> Span:
    """A civil day, an instant, or an hour around midnight."""
    day = dice.choice(DAYS[2:4] * 2 + DAYS)
    start = datetime.datetime.combine(day, datetime.time(), UTC)
    match dice.randint(0, 4):
        case 0 | 1:
            return Span.of_day(day)
        case 2:
            return Span.at(start + DAY / 2)
        case 3:
            return Span.at(start)
        case _:
            night = start + datetime.timedelta(hours=3, minutes=30)
            return Span(night, night + datetime.timedelta(hours=1))


def systems(dice: random.Random, at: Span) -> dict[str, Value]:
    """What the platform measured."""
    found: dict[str, Value] = {}
    if dice.randint(0, 9):
        found["account.shared"] = dice.choice(SYSTEM["account.shared"])
    captured = dice.choice(CAPTURED)
    if dice.randint(0, 5):
        found["data.captured"] = captured
    match dice.randint(0, 5):
        case 0:
            pass
        case 1:
            low = dice.choice((13, 14, 20, 21, 29)) * 86400.0
            found["data.age"] = Range(low, low + 86400.0 * dice.randint(0, 2))
        case _:
            found["data.age"] = Age(captured, at)
    return found


def request(dice: random.Random, library: LibraryText) -> Request:
    """A request that the policies of a library may bind."""
    requester = dice.choice((OWNER, OWNER, *BODIES))
    owner = dice.choice((*(OWNER,) * 20, "AA/tax"))
    at = times(dice)
    stated = [
        statement
        for fact in STATEABLE
        for statement in dice.choice(ways_to_state(fact, requester))
        if speaks_ag(library, owner) or not _is_of_ag(statement)
    ]
    if dice.randint(0, 9):
        stated.append(Statement("request.claims", _claims(dice, stated)))
    listed = dice.randint(0, 9)
    count = dice.randint(0, 2) if listed else 0
    presented = tuple(dice.choice(SOME_PAPERS) for _ in range(count))
    return Request(
        requester,
        owner,
        dice.choice((*("search",) * 14, "share", "keep")),
        dice.choice((*(("reads",),) * 12, ("hits",), ("faces",), ("bills",), ("reads", "hits"))),
        at,
        dice.choice((*map(Reason, REASONS), Reason(None, Cause.REDACTED))),
        "officer" if dice.randint(0, 19) else "",
        tuple(stated),
        presented if listed else None,
        reviews(dice, library, requester),
        (DutyDone("train", voucher_for("clerk", requester)),) if dice.randint(0, 1) else (),
        systems(dice, at),
        simulated=dice.randint(0, 9) == 0,
    )


def speaks_ag(library: LibraryText, owner: str) -> bool:
    """Whether a policy in the agency's words binds, so that a request may use them."""
    return owner == OWNER or any(policy.layer == "requester" for policy in library.policies)


def _is_of_ag(statement: Statement) -> bool:
    return statement.fact == "desk.ready" or statement.value == "p_desk"


def _claims(dice: random.Random, stated: list[Statement]) -> Members:
    """The claims: what is stated, mostly; nothing that is stated and proven is left out."""
    known = {s.fact for s in stated if s.fact in CLAIMED}
    more = {name for name in CLAIMED if dice.randint(0, 2) == 0}
    return Members(tuple(sorted(known | more)), dice.randint(0, 5) > 0)


def reviews(dice: random.Random, library: LibraryText, requester: str) -> tuple[Review, ...]:
    """Words of reviewers on some of the referrals, now and then of one who may not speak."""
    found: list[Review] = []
    for policy in library.policies:
        for rule in policy.rules:
            if rule.effect == "refer" and dice.randint(0, 1):
                role = dice.choice(("auditor", "auditor", "auditor", "clerk"))
                cleared = dice.randint(0, 3) > 0
                voucher = voucher_for(role, requester)
                found.append(Review(f"{policy.name}/{rule.name}", cleared, voucher))
    return tuple(found)
