"""What a policy means, by example: one small rule, one request, and what must come of it.

Every row is taken from docs/semantics.md, never from the code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from platelaw.dsl.syntax import Level, Outcome
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.reference import RuleState
from platelaw.engine.request import PaperStatement, Reason, Request, Statement, Voucher
from platelaw.engine.values import Members, Paper, Span, Value

from .asking import BY_NAME, OWNER, VERIFIED, instant, proven, voucher_for
from .world import AGENCY, decide, engine_of

Wanted = RuleState | Outcome | str
OTHER = "BB/pd"
NOON = Span.at(instant("2024-06-15T16:00:00"))
NOBODY = ("request.on_behalf_of", "request.recipients", "user.directed_by")
HEADS = {
    "federal": ("us/act", "core", "any request"),
    "state": ("aa/act", "st", "any request"),
    "agreement": ("deal/one", "st", "any request"),
    "owner": ("agency/pd", "ag", f"owner is agency:{OWNER}"),
    "requester": ("agency/asker", "ag", "any request"),
}
PLAIN_PERMIT = "permit search, share of reads"


@dataclass(frozen=True)
class Row:
    """One rule and one request.

    Attributes:
        says: What the row shows.
        rule: The effect and conditions of the rule ``x``.
        want: The state of ``x``, the outcome, or the reason.
        layer: The layer of ``x``.
        others: More rules by layer; a plain permit of the owner stands for none given.
        facts: What is proven beside the frame of a request.
        raw: Statements as they are.
        more: What differs in the request itself.
        dates: When ``x`` is in force.
        extra: A text more in the library.
        zone: The time zone of the policies.
        words: What the lowest vocabulary declares besides.
        without: The facts of the frame that are left out.
    """

    says: str
    rule: str
    want: Wanted
    layer: str = "state"
    others: Mapping[str, str] = field(default_factory=dict[str, str])
    facts: Mapping[str, Value] = field(default_factory=dict[str, Value])
    raw: tuple[Statement, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict[str, Any])
    dates: str = "in force from 2020-01-01"
    extra: str = ""
    zone: str = "America/New_York"
    words: str = ""
    without: tuple[str, ...] = ()


def decided(row: Row) -> Decision:
    """The answer to the request of a row under its rules."""
    return decide(engine_for(row), asked(row))


def engine_for(row: Row) -> Engine:
    """The engine over the rules of a row."""
    texts: dict[str, list[str]] = {row.layer: [_rule("x", row.rule, row.dates)]}
    for layer, rule in {"owner": PLAIN_PERMIT, **row.others}.items():
        if rule:
            texts.setdefault(layer, []).append(_rule(f"{layer}-y", rule))
    files = {f"{layer}.policy": _policy(layer, row.zone, rules) for layer, rules in texts.items()}
    files["ag.policy"] = f"{AGENCY}{row.words}\n"
    if row.extra:
        files["extra.policy"] = row.extra
    return _engine(tuple(files.items()))


@cache
def _engine(files: tuple[tuple[str, str], ...]) -> Engine:
    return engine_of(dict(files))


def _rule(name: str, does: str, dates: str = "in force from 2020-01-01") -> str:
    return f'rule {name} "{name}"\n  cites "Law" status verified\n  {dates}\n  {does}\n'


def _policy(layer: str, zone: str, rules: list[str]) -> str:
    name, words, binds = HEADS[layer]
    return (
        f'policy {name}\n  title "t"\n  layer {layer}\n  issued by "i"\n  time zone {zone}\n'
        f"  uses {words} 1\n  binds {binds}\n" + "".join(rules)
    )


def asked(row: Row) -> Request:
    """The request of a row: a search by the owner's own officer, nobody else receiving."""
    base = Request(OWNER, OWNER, "search", ("reads",), NOON, Reason(""), "officer", (), ())
    base = replace(base, **dict(row.more))
    frame: dict[str, Value] = {**dict.fromkeys(NOBODY, Members(())), "request.purpose": "p_theft"}
    frame["request.claims"] = Members(())
    raw = {statement.fact for statement in row.raw}
    stated = [
        proven(BY_NAME[name], value, base.requester) if name in BY_NAME else Statement(name, value)
        for name, value in {**frame, **row.facts}.items()
        if name not in raw and name not in row.without
    ]
    return replace(base, statements=(*stated, *row.raw))


def differs(row: Row) -> str | None:
    """What came of a row, where that is not what it says."""
    decision = decided(row)
    found: Wanted | None
    match row.want:
        case RuleState():
            found = next((r.state for r in decision.results if r.rule.node.name.text == "x"), None)
            found = found or RuleState.CLEAR  # a rule that has no part does nothing
        case Outcome():
            found = decision.outcome
        case str():
            found = decision.reason
    return None if found == row.want else f"{row.says}: {row.want} expected, {found} found"


# Ways to say things in a row ---------------------------------------------------------------


def by(
    fact: str, value: Value, agency: str, role: str, user: str = "colleague", **more: Any
) -> Statement:
    """A statement vouched for by somebody in particular."""
    said = Statement(fact, value, BY_NAME[fact].level, Voucher(agency, role, user))
    return replace(said, **more)


def about(fact: str, value: Value, agency: str) -> Statement:
    """A proven statement that counts for one agency."""
    return proven(BY_NAME[fact], value, OWNER, agency)


def asserted(fact: str, value: Value) -> Statement:
    """What only the requester says."""
    return Statement(fact, value, Level.ASSERTION)


def paper(kind: str, *, verified: bool = True, **more: Any) -> PaperStatement:
    """An instrument of a court that covers the request, issued to the requester."""
    made = Paper(kind, "AA/court", "", True, True, instant("2024-07-01T00:00:00").date(), verified)
    made = replace(made, **more)
    level = VERIFIED if verified else Level.ASSERTION
    return PaperStatement(made, level, voucher_for("judge", OWNER))
