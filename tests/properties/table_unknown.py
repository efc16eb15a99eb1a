"""Rows of the definition table on what is not known: recipients, principals, days."""

from __future__ import annotations

from platelaw.dsl.syntax import Outcome
from platelaw.engine.reference import RuleState
from platelaw.engine.request import Review
from platelaw.engine.values import Members, Range, Span

from .asking import OWNER, instant, voucher_for
from .definitions import Row, about, by, paper
from .table_facts import CHECKED, CLAIMED, EACH_WARRANT, MATCH, REFER, WARRANT, WITH_TAX
from .table_rules import OVER_BOUND, old, policies_of_bounds, presented

BITES, UNPROVEN = RuleState.BITES, RuleState.UNPROVEN
OPEN_SET = {"request.recipients": Members((), complete=False)}
NOTICE = presented(paper("notice", issued_to="AA/person"))
OTHER_STATE = (
    policies_of_bounds("state")
    .replace("more/state", "zz/state")
    .replace("any request", "owner.sovereign is BB")
    .replace("21 days", "14 days")
)
CHANGED = policies_of_bounds("state").replace("agencies may lower\n", "").replace(
    "from 2020-01-01", "from 2020-01-01 until 2024-06-15"
) + (
    'parameter longest_age is 14 days\n  cites "Law" status verified\n  in force from 2024-06-15\n'
)

UNKNOWN = (
    Row("a refusal of what may have no part is no DENY yet", REFER, Outcome.HOLD,
        more={"reviews": (Review("aa/act/x", False, voucher_for("auditor", OWNER)),)}),
    Row("somebody unknown may be any agency",
        "forbid search of reads, for every recipient\n  if recipient is agency:AA/person", UNPROVEN,
        facts=OPEN_SET),
    Row("a paper may have been issued to somebody unknown",
        "forbid search of reads, for every recipient\n"
        "  if some i in request.instruments is a notice", UNPROVEN, facts=OPEN_SET, more=NOTICE),
    Row("no paper counts for somebody unknown",
        "forbid search of reads, for every recipient\n"
        "  if not every i in request.instruments is a warrant", UNPROVEN, facts=OPEN_SET, more=NOTICE),
    Row("nor a match", MATCH, UNPROVEN, facts={**OPEN_SET, **CLAIMED},
        raw=(about("match.found", True, ""),)),
    Row("nor is a consent of somebody unknown known",
        "forbid search of reads, for every recipient\n  if consent.given is no", UNPROVEN,
        facts=OPEN_SET, raw=(about("consent.given", True, ""),)),
    Row("he may act for the one to whom a paper was issued", EACH_WARRANT, UNPROVEN,
        facts={"request.on_behalf_of": Members((), complete=False)},
        more=presented(paper("warrant", issued_to="AA/tax"))),
    Row("or to whom a match belongs", MATCH, UNPROVEN,
        facts={"request.on_behalf_of": Members((), complete=False), **CLAIMED},
        raw=(about("match.found", True, "AA/tax"),)),
    Row("an officer who does not say who he is may be the voucher", CHECKED, UNPROVEN,
        raw=(by("case.checked", True, OWNER, "custodian"),), more={"user": ""}),
    Row("inside `some r in recipients` a paper counts for r",
        "limit search of reads to\n"
        "  a: every r in recipients has (some i in request.instruments is a warrant)",
        BITES, facts=WITH_TAX, more=presented(paper("warrant"))),
    Row("an instrument set that is empty for a recipient is empty",
        "forbid search of reads, for every recipient\n  if request.instruments is empty", BITES,
        facts=WITH_TAX, more=presented(paper("warrant"))),
    Row("another state's parameter moves nothing", OVER_BOUND, RuleState.CLEAR, more=old(days=15),
        extra=policies_of_bounds("state") + OTHER_STATE),
    Row("a parameter that changes at midnight is unproven", OVER_BOUND, UNPROVEN, extra=CHANGED,
        more={
            "at": Span(instant("2024-06-15T03:30:00"), instant("2024-06-15T04:30:00")),
            "system": {"data.age": Range.exactly(18 * 86400.0)},
        }),
    Row("the form that the syntax tree documents can be read",
        WARRANT.format(" from a court of {AA}, with probable_cause"), RuleState.CLEAR,
        more=presented(paper("warrant"))),
)  # fmt: skip
