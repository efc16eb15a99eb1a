"""Questions off the wire to requests of the engine, and what is proven beside them."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import msgspec

from ...dsl import syntax as tree
from ...dsl.model import Vocabulary
from ...engine import names
from ...engine.fault import Fault
from ...engine.json_text import Json
from ...engine.json_values import JsonValues
from ...engine.registry import Registry
from ...engine.request import (
    DutyDone,
    PaperStatement,
    Request,
    Review,
    Statement,
    Voucher,
)
from ...engine.request_json import read_paper
from ...engine.values import Cause, Range
from ..proof import Attempt, Proof, ProvenFact, ProvenPaper, Vouching
from ..v1 import question_pb2 as q

_encode = msgspec.json.Encoder().encode


class FactError(Exception):
    """A fact that is stated twice, or without a value."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def digest_of(question: q.Question) -> bytes:
    """The request digest: SHA-256 of the question in its deterministic form, 32 bytes."""
    return hashlib.sha256(question.SerializeToString(deterministic=True)).digest()


def with_owner(question: q.Question, owner: str) -> q.Question:
    """The question about the data of one owner."""
    one = q.Question()
    one.CopyFrom(question)
    one.owner = owner
    return one


def facts_of(question: q.Question) -> dict[str, Json]:
    """The facts stated, as a request file writes them.

    Raises:
        FactError: One is stated twice or has no value.
    """
    stated = question.facts
    facts: dict[str, Json] = {}
    for fact in stated:
        kind = fact.WhichOneof("value")
        if kind == "members":
            members = fact.members
            keys: list[Json] = list(members.keys)
            facts[fact.name] = {"members": keys, "complete": False} if members.open else keys
        elif kind is not None:
            facts[fact.name] = getattr(fact, kind)
    if len(facts) != len(stated):
        raise FactError(_repeated(question))
    return facts


def _repeated(question: q.Question) -> Fault:
    seen: set[str] = set()
    for at, fact in enumerate(question.facts):
        where, name = f"/facts/{at}", fact.name[:100]
        if fact.name in seen:
            return Fault(where, f"`{name}` is stated twice", "state each fact once")
        if fact.WhichOneof("value") is None:
            return Fault(where, f"`{name}` has no value", "give its value, or leave the fact out")
        seen.add(fact.name)
    raise AssertionError


def json_of(question: q.Question, facts: Mapping[str, Json], at: str) -> bytes:
    """The question as a request file, judged at a moment.

    Args:
        question: What is asked.
        facts: Its facts (``facts_of``).
        at: The moment, RFC 3339 in UTC with whole seconds.
    """
    data = question.data
    request: dict[str, object] = {
        "requester": question.requester,
        "owner": question.owner,
        "act": question.act,
        "data": data[0] if len(data) == 1 else list(data),
        "at": at,
        "facts": facts,
    }
    if question.HasField("instruments"):
        request["instruments"] = [_paper(paper) for paper in question.instruments.presented]
    if question.HasField("reason"):
        request["reason"] = question.reason
    if question.user:
        request["user"] = question.user
    if question.HasField("period"):
        period = question.period
        ends = {"from": period.since}
        if period.until:
            ends["until"] = period.until
        request["period"] = ends
    return _encode(request)


def _paper(paper: q.Instrument) -> dict[str, Json]:
    """An instrument as a request file presents it."""
    fields: dict[str, Json] = {"kind": paper.kind}
    for name, value in (("from", paper.signed_by), ("issued_to", paper.issued_to)):
        if value:
            fields[name] = value
    if paper.HasField("probable_cause"):
        fields["probable_cause"] = paper.probable_cause
    if paper.HasField("covers"):
        fields["covers"] = paper.covers
    if paper.expires:
        fields["expires"] = paper.expires
    return fields


@dataclass(frozen=True, slots=True)
class Parties:
    """The registry keys of who asks and of whose data it is; as sent if not on file."""

    requester: str
    owner: str


def parties_of(question: q.Question, registry: Registry) -> Parties:
    """The two parties of a question."""
    requester, owner = registry.get(question.requester), registry.get(question.owner)
    return Parties(
        requester.key if requester is not None else question.requester,
        owner.key if owner is not None else question.owner,
    )


def _said(fact: q.Fact) -> bytes:
    """A fact as bytes, whatever the order of its members."""
    if len(fact.members.keys) > 1:
        ordered = q.Fact()
        ordered.CopyFrom(fact)
        ordered.members.keys.sort()
        fact = ordered
    return fact.SerializeToString(deterministic=True)


def attempt_of(question: q.Question, requester: str, now: datetime.datetime) -> Attempt:
    """A question as purpose shopping would see it: what is asked, and what is asserted."""
    said = [_said(fact) for fact in question.facts]
    if question.reason.strip():
        said.append(question.reason.encode())
    return Attempt(
        requester,
        question.user.strip(),
        question.act,
        question.subject.strip(),
        frozenset(hashlib.sha256(each).digest() for each in said),
        now,
    )


# Proof ---------------------------------------------------------------------------------------


@dataclass(slots=True)
class Proving:
    """Adds what is on file to a request, under the words that it may use.

    Attributes:
        registry: The bodies on file.
        words: The vocabulary of the request.
        values: Reads values, and keeps what cannot be gone by.
    """

    registry: Registry
    words: Vocabulary

    def proven(self, request: Request, papers: Iterable[str], proof: Proof) -> Request:
        """The request with the proof on file.

        What cannot be read under the words of the request proves nothing and is left out; it was
        read when it was taken in, so this happens only after the words have changed.

        Args:
            request: What the requester states.
            papers: The id of each instrument presented, in their order; empty if it has none.
            proof: What is on file about it.
        """
        statements = [found for fact in proof.facts if (found := self._statement(fact))]
        reviews = [Review(r.rule, r.cleared, _voucher(r.by)) for r in proof.reviews]
        duties = [DutyDone(d.duty, _voucher(d.by)) for d in proof.duties]
        return replace(
            request,
            statements=(*request.statements, *statements),
            papers=self._papers(request.papers, papers, proof.papers),
            reviews=(*request.reviews, *reviews),
            duties=(*request.duties, *duties),
        )

    def _statement(self, proven: ProvenFact) -> Statement | None:
        fact = self.words.facts.get(proven.name)
        if fact is None or not fact.is_sent:
            return None
        values = JsonValues(self.registry)
        value = values.value(fact, proven.value, "", self.words)
        if value is None or values.faults:
            return None
        return Statement(
            fact.name,
            value,
            tree.Level(proven.level),
            _voucher(proven.by),
            proven.about,
            proven.issued,
            proven.expires,
            proven.withdrawn,
        )

    def _papers(
        self,
        presented: tuple[PaperStatement, ...] | None,
        ids: Iterable[str],
        proven: Iterable[ProvenPaper],
    ) -> tuple[PaperStatement, ...] | None:
        """The instruments presented, those verified as they were found to be."""
        if presented is None:
            return None
        found = {paper.id: paper for paper in proven if not paper.withdrawn}
        return tuple(
            self._verified(statement, found[id_]) if id_ in found else statement
            for statement, id_ in zip(presented, ids, strict=True)
        )

    def _verified(self, presented: PaperStatement, proven: ProvenPaper) -> PaperStatement:
        values = JsonValues(self.registry)
        paper = read_paper(values, proven.fields, "", self.words, verified=True)
        if paper is None or values.faults:
            return presented
        return PaperStatement(paper, tree.Level.VERIFICATION, _voucher(proven.by))


def _voucher(by: Vouching) -> Voucher:
    return Voucher(by.agency, by.role, by.user)


def retried(request: Request, retries: int) -> Request:
    """The request as one that was refused before in other words.

    The purpose is unproven until a supervisor attests it: the requester's own word has changed.
    """
    system = {**request.system, names.RETRIES: Range.exactly(retries)}
    kept = tuple(
        statement
        for statement in request.statements
        if statement.fact != names.PURPOSE or statement.level is not tree.Level.ASSERTION
    )
    absent = {**request.absent, names.PURPOSE: Cause.RETRIED}
    return replace(request, system=system, statements=kept, absent=absent)


def utc(moment: datetime.datetime) -> str:
    """A moment as RFC 3339 in UTC with whole seconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
