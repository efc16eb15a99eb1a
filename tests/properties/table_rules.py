"""The definition table, docs/semantics.md sections 3 to 7: conditions, dates, rules, layers."""

from __future__ import annotations

import datetime
from typing import Any

from platelaw.dsl.syntax import Outcome
from platelaw.engine.reference import RuleState
from platelaw.engine.request import DutyDone, Reason, Review
from platelaw.engine.values import Age, Cause, Range, Span

from .asking import OWNER, instant, voucher_for
from .definitions import NOON, OTHER, Row, paper
from .table_facts import (
    AGED,
    ASKED_FOR,
    CLAIMED,
    NOTHING,
    OFTEN,
    OPEN,
    PLAINLY,
    POSSIBLY,
    REFER,
    URGENT,
    WARRANT,
)  # fmt: skip

BITES, CLEAR, UNPROVEN = RuleState.BITES, RuleState.CLEAR, RuleState.UNPROVEN
OPENS, REFERRED, REFUSED = RuleState.OPENS, RuleState.REFERRED, RuleState.REFUSED
FIRST, REQUIRES = RuleState.DUTY_FIRST, RuleState.REQUIRES
PERMIT, HOLD, DENY = Outcome.PERMIT, Outcome.HOLD, Outcome.DENY
ALWAYS = "forbid search of reads"
LATER = "forbid search of reads\n  if approval.at is within 2 days after data.captured"
EXCEPT = "forbid search of reads\n  if case.open is yes\n  unless e: case.sealed is yes"
TWO_GROUNDS = "limit search of reads to\n  a: case.open is yes\n  b: case.sealed is yes"
TRAINED = "{} search of reads\n  {}must train before search"
BARRED = {"state": OPEN}
AGE_LIMIT = (
    'parameter longest_age is 21 days\n  agencies may lower\n  cites "Law" status verified\n'
    "  in force from 2020-01-01\n"
)
LOWERED = (
    'parameter longest_age is 14 days\n  cites "Law" status verified\n  in force from 2020-01-01\n'
)


def day(text: str) -> dict[str, Any]:
    """A request at noon of a civil day in New York."""
    return {"at": Span.at(instant(f"{text}T16:00:00"))}


def old(**length: float) -> dict[str, Any]:
    """Data captured so long before the request."""
    since = Span.at(NOON.earliest - datetime.timedelta(**length))
    return {"system": {"data.age": Age(since, NOON)}}


def approved(at: str) -> dict[str, Any]:
    """Data captured at noon of June 10, and what was approved when."""
    return {"facts": {"approval.at": Span.at(instant(at))}, "more": CAPTURED}


def presented(*papers: object) -> dict[str, Any]:
    """The instruments of a request."""
    return {"papers": papers}


def policies_of_bounds(layer: str) -> str:
    """A second policy of a layer with a parameter."""
    binds = f"owner is agency:{OWNER}" if layer == "owner" else "any request"
    words = "st" if layer == "state" else "ag"
    head = (
        f'policy more/{layer}\n  title "t"\n  layer {layer}\n  issued by "i"\n'
        f"  time zone America/New_York\n  uses {words} 1\n  binds {binds}\n"
    )
    return head + (AGE_LIMIT if layer == "state" else LOWERED)


CAPTURED: dict[str, Any] = {"system": {"data.captured": Span.at(instant("2024-06-10T16:00:00"))}}
OVER_BOUND = AGED.format("over longest_age")
BOTH_BOUNDS = policies_of_bounds("state") + policies_of_bounds("owner")
HIGH_AND_ASKER = policies_of_bounds("state") + policies_of_bounds("requester")

KINDS = (
    Row("a kind under the one asked for", ASKED_FOR.format("p_crime"), BITES),
    Row("a kind that shares none with it", ASKED_FOR.format("p_other"), CLEAR),
    Row("a kind that shares one with it", ASKED_FOR.format("p_bad"), UNPROVEN,
        facts={"request.purpose": "p_crime"}),
    Row("a broader kind", ASKED_FOR.format("p_theft"), UNPROVEN, facts={"request.purpose": "p_crime"}),
    Row("an exact word is not a narrower one", ASKED_FOR.format("p_bad"), CLEAR,
        facts={"request.purpose": "p_exact"}),
    Row("two parents are both above", ASKED_FOR.format("p_bad"), BITES,
        facts={"request.purpose": "p_joint"}),
    Row("a kind on file is exact", "forbid search of reads\n  if requester is a kind of tax", CLEAR),
    Row("a word of a lower layer is read as its nearest ancestors",
        "forbid search of reads\n  if request.purpose is a kind of p_left", BITES,
        facts={"request.purpose": "p_desk"}),
    Row("data known only broadly join the condition", "forbid search of hits", UNPROVEN),
    Row("data of another kind are not governed", "forbid search of bills", CLEAR),
)  # fmt: skip

NUMBERS = (
    Row("the bound is not over itself", OFTEN.format("over 2"), CLEAR,
        facts={"case.victims": Range(2, 2)}),
    Row("it is at least itself", OFTEN.format("at least 2"), BITES, facts={"case.victims": Range(2, 2)}),
    Row("it is at most itself", OFTEN.format("at most 2"), BITES, facts={"case.victims": Range(2, 2)}),
    Row("it is not under itself", OFTEN.format("under 2"), CLEAR, facts={"case.victims": Range(2, 2)}),
    Row("a range with the bound inside is unproven", OFTEN.format("over 2"), UNPROVEN,
        facts={"case.victims": Range(1, 4)}),
    Row("a range beyond it is over it", OFTEN.format("over 2"), BITES, facts={"case.victims": Range(3, 4)}),
    Row("21 days old is not over 21 days", AGED.format("over 21 days"), CLEAR, more=old(days=21, hours=9)),
    Row("22 days old is", AGED.format("over 21 days"), BITES, more=old(days=21, hours=15)),
    Row("hours are elapsed time", AGED.format("over 36 hours"), BITES, more=old(hours=37)),
    Row("exactly 36 hours are not over 36", AGED.format("over 36 hours"), CLEAR, more=old(hours=36)),
    Row("a month ends on the same day of the month", AGED.format("over 1 month"), CLEAR, more=old(days=31)),
    Row("and is over the day after", AGED.format("over 1 month"), BITES, more=old(days=32)),
    Row("a plain number of days against a month is unproven where it matters",
        AGED.format("over 1 month"), UNPROVEN,
        more={"system": {"data.age": Range.exactly(30 * 86400.0)}}),
    Row("within two days lasts to the end of the second", LATER, BITES, **approved("2024-06-13T03:59:00")),
    Row("and not longer", LATER, CLEAR, **approved("2024-06-13T04:01:00")),
    Row("nor before it starts", LATER, CLEAR, **approved("2024-06-10T15:59:00")),
    Row("the owner may lower a bound", OVER_BOUND, BITES, more=old(days=15), extra=BOTH_BOUNDS),
    Row("and below the lowered one nothing is over it", OVER_BOUND, CLEAR, more=old(days=14),
        extra=BOTH_BOUNDS),
    Row("the requester's policy moves nothing", OVER_BOUND, CLEAR, more=old(days=15), extra=HIGH_AND_ASKER),
)  # fmt: skip

PAPERS = (
    Row("a verified warrant lets in", WARRANT.format(""), CLEAR, more=presented(paper("warrant"))),
    Row("one that is not verified may", WARRANT.format(""), UNPROVEN,
        more=presented(paper("warrant", verified=False))),
    Row("a notice, verified or not, is no warrant", WARRANT.format(""), BITES,
        more=presented(paper("notice", verified=False))),
    Row("an order on file broadly is no warrant", WARRANT.format(""), BITES,
        more=presented(paper("order"))),
    Row("what is not presented is not there", WARRANT.format(""), BITES),
    Row("an unknown list may hold one", WARRANT.format(""), UNPROVEN, more={"papers": None}),
    Row("an expiry day lasts to its end", WARRANT.format(", unexpired"), CLEAR,
        more=presented(paper("warrant", expires=datetime.date(2024, 6, 15)))),
    Row("and no longer", WARRANT.format(", unexpired"), BITES,
        more=presented(paper("warrant", expires=datetime.date(2024, 6, 14)))),
    Row("expired on its face is expired, verified or not", WARRANT.format(", unexpired"), BITES,
        more=presented(paper("warrant", verified=False, expires=datetime.date(2024, 6, 14)))),
    Row("a police department is no court", WARRANT.format(" from a court"), BITES,
        more=presented(paper("warrant", issuer=OWNER))),
    Row("a court of another sovereign", WARRANT.format(" from a court of {US}"), BITES,
        more=presented(paper("warrant"))),
    Row("a cause that it does not state is unproven", WARRANT.format(" with probable_cause"), UNPROVEN,
        more=presented(paper("warrant", probable_cause=None))),
    Row("a scope that does not cover", WARRANT.format(" covering the request"), BITES,
        more=presented(paper("warrant", covers=False))),
)  # fmt: skip

REASONS = (
    Row("a plain phrase is seen", PLAINLY, BITES, more={"reason": Reason("an Evil-Deed")}),
    Row("a possible one is not plain", PLAINLY, CLEAR, more={"reason": Reason("evil")}),
    Row("it is possible", POSSIBLY, BITES, more={"reason": Reason("evil")}),
    Row("a never phrase takes its words", POSSIBLY, CLEAR, more={"reason": Reason("an evil twin")}),
    Row("a word that holds a phrase is none", POSSIBLY, CLEAR, more={"reason": Reason("medievil")}),
    Row("a blank reason shows nothing", POSSIBLY, CLEAR),
    Row("a hidden one is unproven", POSSIBLY, UNPROVEN, more={"reason": Reason(None, Cause.REDACTED)}),
    Row("a lower lexicon takes no words from a higher one", PLAINLY, BITES, "owner",
        more={"reason": Reason("an evil deed")},
        words='lexicon more indicates p_crime\n  plainly "an evil deed"'),
    Row("nor in a rule of a higher layer", PLAINLY, BITES, more={"reason": Reason("an evil deed")},
        words='lexicon more indicates p_crime\n  plainly "an evil deed"'),
    Row("a higher rule does not see a lower lexicon", POSSIBLY, CLEAR, more={"reason": Reason("desk")}),
    Row("a lower rule does", POSSIBLY, BITES, "owner", more={"reason": Reason("desk")}),
)  # fmt: skip

LOGIC = (
    Row("unproven and false is false", ALWAYS + "\n  if case.open is yes and town.ready is yes", CLEAR,
        facts={"town.ready": False}),
    Row("unproven and true is unproven", ALWAYS + "\n  if case.open is yes and town.ready is yes",
        UNPROVEN, facts={"town.ready": True}),
    Row("unproven or true is true", ALWAYS + "\n  if case.open is yes or town.ready is yes", BITES,
        facts={"town.ready": True}),
    Row("unproven or false is unproven", ALWAYS + "\n  if case.open is yes or town.ready is yes",
        UNPROVEN, facts={"town.ready": False}),
    Row("not of unproven is unproven", ALWAYS + "\n  if not case.open is yes", UNPROVEN),
    Row("an open reading is unproven", ALWAYS + "\n  if r_open", UNPROVEN),
    Row("a reading of yes is true", ALWAYS + "\n  if r_yes", BITES),
    Row("a reading of no is false", ALWAYS + "\n  if r_no or case.open is yes", CLEAR,
        facts={"case.open": False}),
)  # fmt: skip

DATES = (
    Row("the first day counts", ALWAYS, BITES, dates="in force from 2024-06-15"),
    Row("the day before it does not", ALWAYS, CLEAR, dates="in force from 2024-06-16"),
    Row("until is the first day without", ALWAYS, CLEAR,
        dates="in force from 2020-01-01 until 2024-06-15"),
    Row("the day before until counts", ALWAYS, BITES, dates="in force from 2020-01-01 until 2024-06-16"),
    Row("at the earliest leaves a doubt", ALWAYS, UNPROVEN,
        dates="in force from 2024-06-15 at the earliest, 2024-06-16 at the latest"),
    Row("at the latest ends it", ALWAYS, BITES,
        dates="in force from 2024-06-01 at the earliest, 2024-06-15 at the latest"),
    Row("an enjoined rule does not apply", ALWAYS, CLEAR,
        dates='in force from 2020-01-01\n  enjoined from 2024-06-15 by "A v. B"'),
    Row("until the order ends", ALWAYS, BITES,
        dates='in force from 2020-01-01\n  enjoined from 2024-06-01 until 2024-06-15 by "A v. B"'),
    Row("the day is that of the policy's zone", ALWAYS, CLEAR, dates="in force from 2024-06-16",
        more={"at": Span.at(instant("2024-06-16T03:30:00"))}),
    Row("which may be a day ahead", ALWAYS, BITES, dates="in force from 2024-06-16",
        zone="Pacific/Auckland"),
    Row("two days that differ are unproven", ALWAYS, UNPROVEN, dates="in force from 2024-06-16",
        more={"at": Span(instant("2024-06-16T03:30:00"), instant("2024-06-16T04:30:00"))}),
    Row("a civil day is that day everywhere", ALWAYS, CLEAR, dates="in force from 2024-06-16",
        more={"at": Span.of_day(datetime.date(2024, 6, 15))}, zone="Pacific/Auckland"),
    Row("a test of the date", ALWAYS + "\n  if date is from 2024-06-15", BITES),
    Row("no law of that day", ALWAYS, "no law of that day", others=NOTHING,
        dates="in force from 2024-06-16"),
)  # fmt: skip

EFFECTS = (
    Row("an exception that is true lets through", EXCEPT, CLEAR,
        facts={"case.open": True, "case.sealed": True}),
    Row("one that is unproven turns DENY into HOLD", EXCEPT, HOLD, facts={"case.open": True}),
    Row("one that is false does nothing", EXCEPT, BITES, facts={"case.open": True, "case.sealed": False}),
    Row("an exception of an unproven forbid that is true clears", EXCEPT, CLEAR,
        facts={"case.sealed": True}),
    Row("one ground of several is enough", TWO_GROUNDS, CLEAR,
        facts={"case.open": False, "case.sealed": True}),
    Row("no ground at all bites", TWO_GROUNDS, BITES, facts={"case.open": False, "case.sealed": False}),
    Row("an unproven ground holds", TWO_GROUNDS, UNPROVEN, facts={"case.open": False}),
    Row("a referral holds", REFER, REFERRED, facts={"case.open": True}),
    Row("it holds while its condition is unproven", REFER, HOLD),
    Row("it has no part if that is false", REFER, CLEAR, facts={"case.open": False}),
    Row("the role named may clear it", REFER, CLEAR, facts={"case.open": True},
        more={"reviews": (Review("aa/act/x", True, voucher_for("auditor", OWNER)),)}),
    Row("another role may not", REFER, REFERRED, facts={"case.open": True},
        more={"reviews": (Review("aa/act/x", True, voucher_for("clerk", OWNER)),)}),
    Row("a refusal is DENY", REFER, "refused on review", facts={"case.open": True},
        more={"reviews": (Review("aa/act/x", False, voucher_for("auditor", OWNER)),)}),
    Row("clearing another rule clears nothing", REFER, REFERRED, facts={"case.open": True},
        more={"reviews": (Review("aa/act/z", True, voucher_for("auditor", OWNER)),)}),
    Row("a require decides nothing", "require search of reads\n  if case.open is yes", PERMIT),
    Row("a duty before the act comes first", TRAINED.format("require", ""), FIRST),
    Row("once done it is done", TRAINED.format("require", ""), REQUIRES,
        more={"duties": (DutyDone("train", voucher_for("clerk", OWNER)),)}),
    Row("it waits in a forbid that is not false", TRAINED.format("forbid", "if case.open is yes\n  unless e: r_yes\n  "),
        FIRST),
    Row("not in one that is", TRAINED.format("forbid", "if case.open is yes\n  "), CLEAR,
        facts={"case.open": False}),
    Row("a duty done by the wrong role is not done", TRAINED.format("require", ""), FIRST,
        more={"duties": (DutyDone("train", voucher_for("chief", OWNER)),)}),
    Row("a permit waits for its duty", TRAINED.format("permit", ""), "duty first", "owner", NOTHING),
    Row("an exception closes a permit", "permit search of reads\n  unless e: r_yes", "no ground", "owner",
        NOTHING),
)  # fmt: skip

LAYERS = (
    Row("one layer that denies is enough", OPEN, DENY, facts={"case.open": True}),
    Row("all clear and a ground is PERMIT", OPEN, PERMIT, facts={"case.open": False}),
    Row("a requester's own policy can deny", OPEN, DENY, "requester", facts={"case.open": True}),
    Row("without a policy of the owner on file", OPEN, "no policy on file", others=NOTHING,
        facts={"case.open": False}),
    Row("an agreement does not stand in for it", "permit search of reads", "no policy on file",
        "agreement", NOTHING),
    Row("it opens where the owner's policy is silent", "permit search of reads", PERMIT, "agreement",
        {"owner": "permit share of reads"}),
    Row("several permits: one is enough", URGENT, PERMIT, "owner", facts=CLAIMED),
    Row("an unproven permit alone holds", URGENT, HOLD, "owner", NOTHING, CLAIMED),
    Row("what is left open no state forbids", "leave open search of reads", PERMIT, "federal", BARRED,
        {"case.open": True}),
    Row("nor needs it the owner's ground", "leave open search of reads", PERMIT, "federal", NOTHING),
    Row("the federal layer may still forbid", OPEN, DENY, "federal",
        {"federal": "leave open search of reads"}, {"case.open": True}),
    Row("what may be left open holds", "leave open search of reads\n  if case.checked is yes", HOLD,
        "federal", BARRED, {"case.open": True}),
    Row("no rule speaks of it", "forbid search of hits", "outside this law", more={"data": ("bills",)}),
    Row("the strictest kind of data counts", "forbid search of faces", DENY,
        more={"data": ("reads", "faces")}, others={"owner": "permit search of reads, faces"}),
    Row("an owner that lets in all is not the owner asked", ALWAYS, DENY, "owner",
        more={"requester": OTHER}),
)  # fmt: skip

ROWS = (*KINDS, *NUMBERS, *PAPERS, *REASONS, *LOGIC, *DATES, *EFFECTS, *LAYERS)
