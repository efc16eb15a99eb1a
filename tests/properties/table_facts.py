"""The definition table, docs/semantics.md section 2: facts, proof, claims, recipients."""

from __future__ import annotations

from typing import Any

from platelaw.dsl.syntax import Level, Outcome
from platelaw.engine.reference import RuleState
from platelaw.engine.request import Statement
from platelaw.engine.values import Cause, Members, Range, TextState

from .asking import OWNER, instant
from .definitions import OTHER, Row, about, asserted, by, paper

BITES, CLEAR, UNPROVEN = RuleState.BITES, RuleState.CLEAR, RuleState.UNPROVEN
OPENS, REFERRED, REFUSED = RuleState.OPENS, RuleState.REFERRED, RuleState.REFUSED
PERMIT, HOLD, DENY = Outcome.PERMIT, Outcome.HOLD, Outcome.DENY

CHECKED = "forbid search of reads\n  if case.checked is yes"
SEALED = "forbid search of reads\n  if case.sealed is yes"
OPEN = "forbid search of reads\n  if case.open is yes"
OFTEN = "forbid search of reads\n  if case.victims is {}"
AGED = "forbid search of reads\n  if data.age is {}"
ASKED_FOR = "forbid search of reads\n  if request.purpose is a kind of {}"
PLAINLY = "forbid search of reads\n  if reason.plainly includes p_bad"
POSSIBLY = "forbid search of reads\n  if reason.possibly includes p_bad"
URGENT = "permit search of reads\n  if case.urgent is yes"
CONSENT = "limit search of reads, for every recipient, to\n  a: consent.given is yes"
MATCH = "limit search of reads, for every recipient, to\n  a: match.found is yes"
POLICE = "limit search of reads, for every recipient, to\n  a: recipient.kind is a kind of police"
WARRANT = "limit search of reads to\n  a: some i in request.instruments is a warrant{}"
EACH_WARRANT = (
    "limit search of reads, for every recipient, to\n"
    "  a: some i in request.instruments is a warrant covering the request"
)
REFER = "refer search of reads to auditor\n  if case.open is yes"
LATER = "forbid search of reads\n  if approval.at is within 2 days after data.captured"
NOTHING: dict[str, str] = {"owner": ""}

UNCLAIMED = {"request.claims": Members(())}
CLAIMED = {"request.claims": Members(("case.urgent", "match.found"))}
WITH_TAX = {"request.recipients": Members(("AA/tax",))}
WITH_PERSON = {"request.recipients": Members(("AA/person",))}
FOR_TAX = {"request.on_behalf_of": Members(("AA/tax",))}


ISSUED: dict[str, Any] = {"issued": instant("2024-05-16T16:00:00")}

PROOF = (
    Row("a fact that is not stated holds a forbid", OPEN, UNPROVEN),
    Row("a forbid whose fact is not stated holds the request", OPEN, HOLD),
    Row("a stated fact counts", OPEN, BITES, facts={"case.open": True}),
    Row("a fact stated to be false clears", OPEN, CLEAR, facts={"case.open": False}),
    Row("an attested fact counts", CHECKED, BITES, facts={"case.checked": True}),
    Row("below its level it is unproven", CHECKED, UNPROVEN, raw=(asserted("case.checked", True),)),
    Row("attestation is less than verification", SEALED, UNPROVEN,
        raw=(by("case.sealed", True, "AA/court", "judge", level=Level.ATTESTATION),)),
    Row("a verified fact counts", SEALED, BITES, facts={"case.sealed": True}),
    Row("a role that is not named may not vouch", CHECKED, UNPROVEN,
        raw=(by("case.checked", True, "US/bureau", "auditor"),)),
    Row("one who does not hold the role may not vouch", SEALED, UNPROVEN,
        raw=(by("case.sealed", True, "AA/tax", "judge"),)),
    Row("a clerk of the requesting agency may not vouch", CHECKED, UNPROVEN,
        raw=(by("case.checked", True, OTHER, "clerk"),), more={"requester": OTHER}),
    Row("a stranger may vouch for it", CHECKED, BITES,
        raw=(by("case.checked", True, "AA/tax", "clerk"),), more={"requester": OTHER}),
    Row("the officer himself may not vouch", CHECKED, UNPROVEN,
        raw=(by("case.checked", True, OWNER, "custodian", "officer"),)),
    Row("a colleague of the owner's own officer may vouch", CHECKED, BITES,
        raw=(by("case.checked", True, OWNER, "custodian"),)),
    Row("what is withdrawn is unproven", CHECKED, UNPROVEN,
        raw=(by("case.checked", True, OWNER, "custodian", withdrawn=True),)),
    Row("what is past its own expiry is unproven", CHECKED, UNPROVEN,
        raw=(by("case.checked", True, OWNER, "custodian", expires=instant("2024-06-15T15:59:59")),)),
    Row("what expires later counts", CHECKED, BITES,
        raw=(by("case.checked", True, OWNER, "custodian", expires=instant("2024-06-15T16:00:01")),)),
    Row("thirty days old is fresh for thirty days", CHECKED, BITES,
        raw=(by("case.checked", True, OWNER, "custodian", **ISSUED),)),
    Row("older than that is unproven", CHECKED, UNPROVEN,
        raw=(by("case.checked", True, OWNER, "custodian", issued=instant("2024-05-16T15:59:59")),)),
    Row("stated levels count in a simulation", CHECKED, BITES,
        raw=(Statement("case.checked", True, Level.ATTESTATION),), more={"simulated": True}),
    Row("and not outside one", CHECKED, UNPROVEN,
        raw=(Statement("case.checked", True, Level.ATTESTATION),)),
    Row("two values are a contradiction", OPEN, "contradiction",
        raw=(asserted("case.open", True), asserted("case.open", False))),
    Row("a narrower kind is none", ASKED_FOR.format("p_theft"), BITES,
        raw=(asserted("request.purpose", "p_crime"), asserted("request.purpose", "p_theft"))),
    Row("ranges that overlap are none", OFTEN.format("over 2"), BITES,
        raw=(asserted("case.victims", Range(1, 4)), asserted("case.victims", Range(3, 9)))),
    Row("ranges apart are one", OFTEN.format("over 2"), "contradiction",
        raw=(asserted("case.victims", Range(1, 2)), asserted("case.victims", Range(3, 9)))),
    Row("that a set is empty is taken at one's word",
        "forbid search of reads\n  if not case.sources is empty", CLEAR,
        raw=(asserted("case.sources", Members(())),)),
    Row("its members need the declared proof",
        "forbid search of reads\n  if not case.sources is empty", UNPROVEN,
        raw=(asserted("case.sources", Members(("source_a",))),)),
    Row("what is not on file is no", "forbid search of reads\n  if requester.listed is no", BITES,
        more={"requester": OTHER}),
    Row("and none of a list", "forbid search of reads\n  if requester.standing is none", BITES,
        more={"requester": "AA/tax"}),
    Row("blank text is not stated", "forbid search of reads\n  if case.number is blank", BITES,
        facts={"case.number": TextState.BLANK}),
    Row("hidden text is unproven", "forbid search of reads\n  if case.number is blank", UNPROVEN,
        more={"absent": {"case.number": Cause.REDACTED}}),
    Row("an unknown body is refused before any rule", OPEN, "unknown agency",
        facts={"request.recipients": Members(("ZZ/nobody",))}),
)  # fmt: skip

CLAIMS = (
    Row("what is not claimed is no", URGENT, CLEAR, "owner", NOTHING, UNCLAIMED),
    Row("then the owner's policy is silent", URGENT, "no ground", "owner", NOTHING, UNCLAIMED),
    Row("claimed and not proven is unproven", URGENT, UNPROVEN, "owner", NOTHING, CLAIMED),
    Row("claimed and proven counts", URGENT, OPENS, "owner", NOTHING,
        {**CLAIMED, "case.urgent": True}),
    Row("proven and not claimed is no", URGENT, CLEAR, "owner", NOTHING,
        {**UNCLAIMED, "case.urgent": True}),
    Row("without the list every claim is unproven", URGENT, UNPROVEN, "owner", NOTHING,
        without=("request.claims",)),
    Row("a list that may have more leaves a claim unproven", URGENT, UNPROVEN, "owner", NOTHING,
        {"request.claims": Members((), complete=False)}),
)  # fmt: skip

RECIPIENTS = (
    Row("the requester is a recipient", POLICE, BITES, more={"requester": "AA/person"}),
    Row("so is everyone who gets the data", POLICE, BITES, facts=WITH_PERSON),
    Row("and everyone it acts for", POLICE, BITES,
        facts={"request.on_behalf_of": Members(("AA/person",))}),
    Row("and whoever directs the user", POLICE, BITES,
        facts={"user.directed_by": Members(("AA/person",))}),
    Row("all of them let in are let in", POLICE, CLEAR, facts=WITH_TAX),
    Row("while a set is left out a limit holds", POLICE, UNPROVEN,
        without=("request.recipients",)),
    Row("and while it is open", POLICE, UNPROVEN,
        facts={"request.recipients": Members(("AA/tax",), complete=False)}),
    Row("one known to fail is enough for DENY", POLICE, BITES,
        facts={"request.recipients": Members(("AA/person",), complete=False)}),
    Row("somebody unknown never denies by himself",
        "forbid search of reads, for every recipient\n  if not recipient.kind is a kind of police",
        UNPROVEN, facts={"request.recipients": Members((), complete=False)}),
    Row("some recipient, of an open set, may be one",
        "forbid search of reads\n  if some r in recipients is a kind of person", UNPROVEN,
        facts={"request.recipients": Members((), complete=False)}),
    Row("every recipient of an open set may not be",
        "forbid search of reads\n  if every r in recipients is a kind of police", UNPROVEN,
        facts={"request.recipients": Members((), complete=False)}),
    Row("nobody else is nobody else",
        "forbid search of reads\n  if some r in recipients is a kind of person", CLEAR),
    Row("consent for one is none for another", CONSENT, UNPROVEN, facts=WITH_TAX,
        raw=(about("consent.given", True, ""),)),
    Row("consent for each is enough", CONSENT, CLEAR, facts=WITH_TAX,
        raw=(about("consent.given", True, ""), about("consent.given", True, "AA/tax"))),
    Row("consent for whom he acts for counts for the requester", CONSENT, CLEAR, facts=FOR_TAX,
        raw=(about("consent.given", True, "AA/tax"),)),
    Row("outside a loop it must count for every recipient",
        "permit search of reads\n  if consent.given is yes", UNPROVEN, "owner", NOTHING, WITH_TAX,
        raw=(about("consent.given", True, ""),)),
    Row("a claim stated for one is no for another", MATCH, BITES, facts={**CLAIMED, **WITH_TAX},
        raw=(about("match.found", True, ""),)),
    Row("a match for each is enough", MATCH, CLEAR, facts={**CLAIMED, **WITH_TAX},
        raw=(about("match.found", True, ""), about("match.found", True, "AA/tax"))),
    Row("a paper counts for the one it was issued to", EACH_WARRANT, CLEAR,
        more={"papers": (paper("warrant"),)}),
    Row("and for no other recipient", EACH_WARRANT, BITES, facts=WITH_TAX,
        more={"papers": (paper("warrant"),)}),
    Row("outside a loop a paper covers only what all recipients are",
        WARRANT.format(" covering the request"), BITES, facts=WITH_TAX,
        more={"papers": (paper("warrant"),)}),
)  # fmt: skip
