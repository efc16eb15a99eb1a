"""A small world for these tests: its words, its bodies, and policies of a few rules."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from platelaw.dsl import syntax as tree
from platelaw.dsl.check import check
from platelaw.dsl.model import Library
from platelaw.dsl.parser import Parse, Parser
from platelaw.dsl.source import Source
from platelaw.engine.decision import Decision, Engine
from platelaw.engine.registry import Body, Registry
from platelaw.engine.request import (
    DutyDone,
    PaperStatement,
    Reason,
    Request,
    Review,
    Statement,
    Voucher,
)
from platelaw.engine.request_json import Reading, read_request
from platelaw.engine.values import Age, Members, Paper, Span, Value

WORDS = """
vocabulary core 1
kind purpose
kind inquiry under purpose
kind theft under inquiry also written "Theft/Stolen"
kind robbery under inquiry also written "Robbery"
kind barred under purpose also written "Barred (civil/administrative)"
kind upkeep under purpose
kind joint under inquiry, barred also written "Joint matter"
kind body
kind public_body under body
kind police under public_body
kind bureau under public_body
kind court under public_body
kind person under body
kind instrument
kind judges_paper under instrument
kind warrant under judges_paper
kind notice under instrument
kind list
kind list_a under list
kind list_b under list
act search, share, keep, alert
data alpr_data
data plate_read under alpr_data final
data hit under alpr_data final
data image cites "The camera act" status secondary
data record
sovereign AA, BB, US, NONE
role custodian held by owner
role reviewer held by owner
role supervisor held by requester
role clerk held by court
role anybody held by anyone
duty train attested by custodian
duty note_case done by case.number is stated
duty report attested by reviewer
duty finding attested by reviewer
fact request.purpose : purpose proven by assertion
fact request.reason : text proven by assertion
fact request.user : user proven by assertion
fact request.on_behalf_of : set of agency complete proven by assertion
fact request.recipients : set of agency complete proven by assertion
fact user.directed_by : set of agency complete proven by attestation from supervisor, custodian
fact request.claims : set of claim complete proven by assertion
fact request.instruments : set of instrument complete proven by verification from clerk, custodian
fact request.retries : count proven by system
fact recipient.sovereign : sovereign proven by registry
fact recipient.kind : body proven by registry
fact recipient.standing : one of {on_file, suspended, none} proven by registry
fact account.shared : yes/no proven by registry
fact case.number : text proven by assertion
fact case.offense : text proven by assertion
fact case.stage : one of {early, late} proven by assertion
fact case.count : count proven by assertion
fact case.length : duration proven by assertion
fact case.lead : agency proven by assertion
fact case.open : yes/no claimed proven by attestation from custodian, anybody
fact case.checked : yes/no proven by attestation from custodian, supervisor fresh for 30 days
fact case.sealed : yes/no proven by verification from clerk
fact match.found : yes/no claimed per recipient proven by verification from custodian
fact alert.lists : set of list complete for alert proven by system
fact result.count : count proven by system
fact data.age : duration for search, share, keep proven by system
fact data.captured : time for search, share, keep proven by system
reading doubt of "The act, section 1" : open
reading likely of "The act, section 2" : provisional yes
lexicon watch indicates barred
  plainly "evil deed", "barred (civil/administrative)"
  possibly "evil", "grim"
  never "evil twin"
"""

NOW = datetime.datetime(2026, 11, 3, 15, 15, tzinfo=datetime.UTC)
DAY = datetime.date(2026, 11, 3)


def body(key: str, kind: str, *, policy: str = "", ori: str = "", **more: str) -> tuple[str, Body]:
    """One entry of the registry; its government is the head of its key."""
    attributes = {"sovereign": key.partition("/")[0], "kind": kind, **more}
    return key, Body(key, f"The {key}", ori, policy, "", (), attributes)


REGISTRY = Registry(
    dict(
        (
            body("AA/pd", "police", policy="agency/pd", ori="AA0000100"),
            body("AA/other", "police"),
            body("AA/court", "court"),
            body("AA/person", "person"),
            body("BB/pd", "police", standing="on_file"),
            body("US/bureau", "bureau"),
        )
    )
)


def rule(
    name: str,
    does: str,
    *,
    status: str = "verified",
    since: str = "in force from 2020-01-01",
    title: str = "",
) -> str:
    """A rule; ``does`` holds its effect and all that follows."""
    head = f'rule {name} "{title or name}"\n  cites "Law of {name}" status {status}\n  {since}\n'
    return head + "\n".join(f"  {line.strip()}" for line in does.strip().splitlines()) + "\n"


def policy(
    name: str,
    layer: str,
    *rules: str,
    binds: str = "any request",
    uses: str = "core 1",
    zone: str = "America/New_York",
    more: str = "",
) -> str:
    """A policy of these rules."""
    return (
        f'policy {name}\n  title "{name}"\n  layer {layer}\n  issued by "Issuer of {name}"\n'
        f"  time zone {zone}\n  uses {uses}\n  binds {binds}\n{more}" + "".join(rules)
    )


def federal(*rules: str, **more: str) -> str:
    """The federal layer."""
    return policy("us/act", "federal", *rules, **more)


def state(*rules: str, **more: str) -> str:
    """The state of AA."""
    return policy("aa/act", "state", *rules, **{"binds": "owner.sovereign is AA", **more})


def owner(*rules: str, rests: str = "", **more: str) -> str:
    """The policy of AA/pd."""
    head = f"  permit may rest on {rests}\n" if rests else ""
    known = {"binds": "owner is agency:AA/pd", **more}
    return policy("agency/pd", "owner", *rules, **{**known, "more": head + known.get("more", "")})


ANY_USE = rule("any-use", "permit search, share, keep, alert of alpr_data")

_PARSER = Parser()


@cache
def parsed(name: str, text: str) -> Parse:
    """One file read; the same text is read once."""
    return _PARSER.parse(Source(name, text))


def library_of(*texts: str, words: str = WORDS) -> Library:
    """The checked library of these texts and words; a fault in it fails the test."""
    files = [parsed(f"file{at}.policy", text) for at, text in enumerate((words, *texts))]
    checked = check(files)
    faults = [str(fault) for fault in checked.diagnostics if fault.is_error]
    assert checked.library is not None, "\n".join(faults)
    return checked.library


def engine_of(*texts: str, registry: Registry = REGISTRY, words: str = WORDS) -> Engine:
    """An engine over the small world and these policies."""
    return Engine(library_of(*texts, words=words), registry)


# Requests as values -------------------------------------------------------------------------

FRAME: Mapping[str, Value] = {
    "request.purpose": "theft",
    "request.on_behalf_of": Members(()),
    "request.recipients": Members(()),
    "user.directed_by": Members(()),
    "request.claims": Members(()),
}


def ask(
    engine: Engine,
    facts: Mapping[str, Value] | None = None,
    *more: Statement,
    requester: str = "AA/pd",
    holder: str = "AA/pd",
    act: str = "search",
    data: tuple[str, ...] = ("alpr_data",),
    at: Span | None = None,
    reason: Reason | None = None,
    papers: tuple[PaperStatement, ...] | None = (),
    since: datetime.date | None = DAY,
    explained: bool = True,
    without: tuple[str, ...] = (),
    reviews: tuple[Review, ...] = (),
    duties: tuple[DutyDone, ...] = (),
    system: Mapping[str, Value] | None = None,
    simulated: bool = True,
) -> Decision:
    """The answer to a request that states the whole frame, and ``facts`` at the level they need.

    Facts are stated as in a simulation, by nobody in particular; ``more`` are statements as
    they are, and ``without`` leaves parts of the frame out.
    """
    moment = at or Span.at(NOW)
    known = engine.vocabulary_for(
        Request(requester, holder, act, data, moment), engine.registry
    ).facts
    stated = {**FRAME, **(facts or {})}
    replaced = {statement.fact for statement in more}
    statements = tuple(
        Statement(name, value, known[name].level)
        for name, value in stated.items()
        if name not in replaced and name not in without
    )
    measured: dict[str, Value] = {}
    if since is not None:
        measured["data.age"] = Age(Span.of_day(since), moment)
        measured["data.captured"] = Span.of_day(since)
    built = Request(
        requester, holder, act, data, moment, reason or Reason("stolen car"), "officer",
        (*statements, *more), papers, reviews, duties, {**measured, **(system or {})},
        simulated=simulated,
    )  # fmt: skip
    return engine.decide(built, decided_at=NOW, explained=explained)


def paper(kind: str = "warrant", **changes: Any) -> PaperStatement:
    """A good warrant of the court, verified by its clerk, unless changed."""
    stated: dict[str, Any] = {
        "kind": kind,
        "issuer": "AA/court",
        "issued_to": "",
        "probable_cause": True,
        "covers": True,
        "expires": datetime.date(2026, 12, 1),
        "verified": True,
        **changes,
    }
    level = tree.Level.VERIFICATION if stated["verified"] else tree.Level.ASSERTION
    return PaperStatement(Paper(**stated), level, Voucher("AA/court", "clerk", "clerk-1"))


def answer_of(decision: Decision) -> tuple[str, str]:
    """The outcome and its reason."""
    return decision.outcome.value, decision.reason


def deciding(decision: Decision) -> list[str]:
    """The names of the rules that made the answer."""
    return [result.rule.node.name.text for result in decision.deciding()]


# Requests as JSON ---------------------------------------------------------------------------

PLAIN: Mapping[str, Any] = {
    "version": 1,
    "requester": "AA/pd",
    "owner": "AA/pd",
    "user": "user-1",
    "act": "search",
    "data": "alpr_data",
    "at": "2026-11-03T10:15:00-05:00",
    "reason": "stolen car",
    "period": {"from": "2026-11-01", "until": "2026-11-03"},
    "facts": {
        "request.purpose": "theft",
        "request.on_behalf_of": [],
        "request.recipients": [],
        "user.directed_by": [],
        "request.claims": [],
        "case.number": "26-1",
    },
    "instruments": [],
}


def plain(stated: Mapping[str, Any] | None = None, /, **changes: Any) -> dict[str, Any]:
    """The plain request as JSON values, with facts and parts changed; None leaves a fact out."""
    facts = {**PLAIN["facts"], **(stated or {})}
    kept = {name: value for name, value in facts.items() if value is not None}
    return {**PLAIN, "facts": kept, **changes}


def read(
    engine: Engine, raw: Any, *, simulate: bool = False, now: datetime.datetime = NOW
) -> Reading:
    """A request read, from text or from JSON values."""
    text = raw if isinstance(raw, str | bytes) else json.dumps(raw)
    return read_request(text, engine, now=now, simulate=simulate)


def decide_json(engine: Engine, raw: Any, *, simulate: bool = False) -> Decision:
    """The answer to a request that can be gone by."""
    reading = read(engine, raw, simulate=simulate)
    assert reading.request is not None, reading.faults
    return engine.decide(reading.request, decided_at=NOW, registry=reading.registry)
