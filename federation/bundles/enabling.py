"""Standing access is decided like anything else: the act ``enable``, asked of the same engine."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, replace

from ...dsl import syntax as tree
from ...engine.decision import Decision, Engine
from ...engine.request import Request
from ...engine.request_json import read_request
from ...engine.values import Range
from ..deciding.questions import FactError, Proving, digest_of, facts_of, json_of, utc
from ..evidence.envelopes import opened
from ..evidence.proofs import together
from ..evidence.signers import Signers
from ..evidence.weighing import Weighed, weigh
from ..proof import Proof
from ..refusal import RefusedCallError
from ..v1.question_pb2 import Fact, Instruments, Members, Question
from .records import ENABLE, LONGEST, Record

LASTS = "switch.lasts"  # the fact of how long a switch is turned on for
_CASE = "case.number"


class NotAskedError(ValueError):
    """A question about standing access that cannot be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Access:
    """Standing access that an owner wants to give.

    Attributes:
        owner: The registry key of whose data it is.
        partner: The registry key of who gets access.
        purpose: For what.
        data: On which kinds of data.
        days: For how many days.
        user: The opaque name of who asks for the owner; nobody vouches for his own question.
        reason: Why.
        facts: What else the owner states: yes and no by name; each is claimed if it may be.
    """

    owner: str
    partner: str
    purpose: str
    data: tuple[str, ...]
    days: int
    user: str
    reason: str = ""
    facts: tuple[tuple[str, bool], ...] = ()


def question_of(access: Access) -> Question:
    """The question whether an owner may give standing access."""
    asked = Question(
        requester=access.owner,
        owner=access.owner,
        act=ENABLE,
        data=access.data,
        reason=access.reason,
        user=access.user,
        subject=f"standing access for {access.days} days",
        instruments=Instruments(),
    )
    nobody = Members()
    asked.facts.extend(
        [
            Fact(name="request.purpose", word=access.purpose),
            Fact(name="request.recipients", members=Members(keys=[access.partner])),
            Fact(name="request.on_behalf_of", members=nobody),
            Fact(name="user.directed_by", members=nobody),
            Fact(name="request.claims", members=Members(keys=[name for name, _ in access.facts])),
            *(Fact(name=name, flag=value) for name, value in access.facts),
        ]
    )
    return asked


def decide(
    question: Question,
    lasts: datetime.timedelta,
    statements: Iterable[str],
    engine: Engine,
    signers: Signers,
    at: datetime.datetime,
    *,
    explained: bool = True,
) -> Decision:
    """The answer to a question of standing access.

    Args:
        question: What is asked.
        lasts: For how long.
        statements: Signed statements, as DSSE envelopes; those that do not count prove nothing.
        engine: What decides.
        signers: Whose statements count.
        at: The moment of the answer, in UTC.
        explained: Whether to work out what would settle a HOLD.

    Raises:
        NotAskedError: The question cannot be asked.
    """
    try:
        text = json_of(question, facts_of(question), utc(at))
    except FactError as fault:
        raise NotAskedError(f"{fault.fault.message}; {fault.fault.help}") from fault
    reading = read_request(text, engine, now=at)
    if reading.request is None:
        first = reading.faults[0]
        raise NotAskedError(f"{first.where}: {first.message}; {first.help}")
    request = _proven(reading.request, question, statements, engine, signers, at)
    seconds = int(lasts.total_seconds())
    request = replace(request, system={**request.system, LASTS: Range.exactly(seconds)})
    return engine.decide(request, decided_at=at, explained=explained)


def _proven(
    request: Request,
    question: Question,
    statements: Iterable[str],
    engine: Engine,
    signers: Signers,
    at: datetime.datetime,
) -> Request:
    """The request with what signed statements prove."""
    papers = [paper.id for paper in question.instruments.presented]
    places = {f"request:{digest_of(question).hex()}", *(f"instrument:{id_}" for id_ in papers)}
    case = next((fact.word for fact in question.facts if fact.name == _CASE), "")
    if case:
        places.add(f"case:{question.requester} {case}")
    counting = (
        weighed
        for each in statements
        if (weighed := weighed_at(each, signers, at)) is not None
        and weighed.statement.subject.place in places
    )
    proof: Proof = together((weighed, False) for weighed in counting)
    words = engine.vocabulary_for(request, engine.registry)
    return Proving(engine.registry, words).proven(request, papers, proof)


def weighed_at(envelope: str, signers: Signers, at: datetime.datetime) -> Weighed | None:
    """What a statement weighed at a moment; None if nothing."""
    try:
        weighed = weigh(opened(envelope.encode()), signers)
    except RefusedCallError:
        return None
    expires = weighed.statement.expires
    stood = weighed.statement.issued <= at and (expires is None or at < expires)
    return weighed if stood else None


def expiry(decision: Decision, starts: datetime.datetime, days: int) -> datetime.datetime:
    """When standing access ends: after its days, and no later than the law may change."""
    ends = starts + min(datetime.timedelta(days=days), LONGEST)
    if decision.valid_until is None:
        return ends
    return min(ends, _midnight(decision.valid_until))


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


def still_holds(record: Record, engine: Engine, signers: Signers) -> str:
    """Why a record turns on nothing under a library; nothing if it does.

    Its question is decided again, as of its own moment, with what is known now.
    """
    try:
        decision = decide(
            record.question, record.lasts, record.statements, engine, signers, record.starts,
            explained=False,
        )  # fmt: skip
    except NotAskedError as fault:
        return str(fault)
    if decision.outcome is not tree.Outcome.PERMIT:
        return f"decided again it is {decision.outcome.value} ({decision.reason})"
    if record.expires > expiry(decision, record.starts, LONGEST.days):
        return f"the law may change on {decision.valid_until}, before it ends"
    return ""
