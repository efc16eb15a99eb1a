"""Answers recomputed: the circumstances of an entry under some policies, at some moment.

What the log holds in place of texts stands in for them: ``stated`` for a free text, and for a
reason a text that the lexicons read as they read the reason then. Both evaluators take it so.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from ...dsl import syntax as tree
from ...dsl.lexicon import Reading
from ...engine.compiled.wire import JsonRequests, RefusedRequestError
from ...engine.decision import Decision, Engine
from ...engine.duties import OnwardTerms
from ...engine.reasons import Matchers
from ...engine.request import Request
from ...engine.request_json import read_request
from ..deciding.circumstances import SAME_USER, lexicons_of
from ..deciding.classes import Layer, Reasons, hour_of
from ..deciding.explaining import OUTCOMES
from ..deciding.meeting import strictest
from ..deciding.questions import (
    FactError,
    Proving,
    facts_of,
    json_of,
    retried,
    utc,
    with_owner,
)
from ..deciding.ruled import is_at_home
from ..proof import Discharged, Proof, ProvenFact, ProvenPaper, Reviewed, Vouching
from ..v1 import log_pb2 as log
from ..v1 import question_pb2 as q

MAX_FORMS = 2_000  # of requests, that are kept; each takes some ten kilobytes
_NOTHING = Reading(frozenset(), frozenset(), ())
_DAY = 86_400
_OUTCOMES: dict[int, tree.Outcome] = {code: outcome for outcome, code in OUTCOMES.items()}


class CircumstancesError(Exception):
    """Circumstances that cannot be read as what they should be."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer is, recomputed.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        reason: Why, in one of the words of the semantics.
        is_steady: Whether it is the same for the whole hour.
        fault: What went wrong in the evaluation; empty if nothing did.
        terms: The terms of passing on that come with it; None if they were not worked out, which
            takes the reference evaluator.
    """

    outcome: tree.Outcome
    reason: str
    is_steady: bool = False
    fault: str = ""
    terms: tuple[OnwardTerms, ...] | None = None

    def __str__(self) -> str:
        """The answer in words."""
        return f"{self.outcome.value} ({self.reason})"


@dataclass(frozen=True, slots=True)
class _Asked:
    """One question of one owner, what was on file about it, and how often it was refused."""

    question: q.Question
    proof: bytes
    retries: int


@dataclass(slots=True)
class Judge:
    """Recomputes answers under one version of the policies; keep one for many entries.

    Attributes:
        engine: The policies. What it is told of reasons stays in it, so it must be the judge's own.
        by_reference: Whether the reference evaluator is asked too, which defines every answer.
        is_other: Whether the entries were decided by other policies, whose lexicons may be of
            another edition: what one of the same name saw then counts.
    """

    engine: Engine
    by_reference: bool = False
    is_other: bool = False
    _requests: JsonRequests = field(init=False)
    _reasons: Reasons = field(init=False)
    _layers: dict[int, tuple[Layer, ...]] = field(default_factory=dict[int, tuple[Layer, ...]])
    _texts: dict[object, str] = field(default_factory=dict[object, str])
    _told: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])

    def __post_init__(self) -> None:
        """Stand ready."""
        self._requests = JsonRequests(self.engine.compiled)
        self._reasons = Reasons(self.engine.library, self.engine.matchers)

    @classmethod
    def of(cls, engine: Engine, *, by_reference: bool = False, is_other: bool = False) -> Judge:
        """A judge with an engine of its own, of the same policies."""
        own = Engine(engine.library, engine.registry, matchers=Matchers())
        return cls(own, by_reference, is_other)

    def judged(self, circumstances: log.Circumstances, at: datetime.datetime) -> Judged:
        """What the answer is under these policies.

        Args:
            circumstances: What the entry was decided from.
            at: When.

        Raises:
            CircumstancesError: The proof in them cannot be read.
        """
        try:
            answers = [self._judged(each, at) for each in self._asked(circumstances, at)]
        except (RefusedRequestError, FactError):
            return Judged(tree.Outcome.DENY, "not understood")
        except CircumstancesError:
            raise
        except Exception as fault:  # as the service does: what cannot be evaluated is DENY
            return Judged(tree.Outcome.DENY, "evaluation error", fault=repr(fault))
        if not circumstances.HasField("chain"):
            return answers[0]
        chain = circumstances.chain
        if chain.reason:
            answers.append(Judged(_OUTCOMES[chain.outcome], chain.reason, is_steady=True))
        counts = answers[strictest([(each.outcome, each.reason) for each in answers])]
        is_steady = all(each.is_steady for each in answers)
        return replace(counts, is_steady=is_steady, terms=answers[0].terms)

    def decision(self, circumstances: log.Circumstances, at: datetime.datetime) -> Decision | None:
        """The answer of both evaluators with its rules; None if the question is not understood.

        Of several owners it is the one whose answer counts; what a chain alone comes to has no
        rules.

        Raises:
            CircumstancesError: The proof in the circumstances cannot be read.
        """
        try:
            decisions = [
                self.engine.decide(self._request(each, at), decided_at=at, explained=False)
                for each in self._asked(circumstances, at)
            ]
        except (RefusedRequestError, FactError):
            return None
        return decisions[strictest([(each.outcome, each.reason) for each in decisions])]

    def _asked(self, circumstances: log.Circumstances, at: datetime.datetime) -> Iterator[_Asked]:
        """What was asked of the owner, and of every other owner of a chain."""
        question, retries = self.question(circumstances, at), circumstances.retries
        yield _Asked(question, circumstances.proof, retries)
        for other in circumstances.chain.others:
            yield _Asked(with_owner(question, other.key), other.proof, retries)

    def question(self, circumstances: log.Circumstances, at: datetime.datetime) -> q.Question:
        """The question of an entry, with what stands in for its texts."""
        question = q.Question()
        question.CopyFrom(circumstances.question)
        if circumstances.owners:  # no rule tells them apart
            question.owner = circumstances.owners[0]
        if circumstances.user:
            question.user = SAME_USER
        if circumstances.reason == log.STATED_TEXT:
            question.reason = self._stand_in(circumstances.seen, int(at.timestamp()) // _DAY)
        elif circumstances.reason == log.STATED_BLANK:
            question.reason = ""
        return question

    def is_at_home(self, circumstances: log.Circumstances) -> bool:
        """Whether all who ask or receive belong to the owner's government."""
        question = circumstances.question
        try:
            facts = facts_of(question)
        except FactError:
            return False
        owners = [*(circumstances.owners or (question.owner,))]
        owners += (other.key for other in circumstances.chain.others)
        registry = self.engine.registry
        return all(is_at_home(with_owner(question, owner), facts, registry) for owner in owners)

    def layers(self, day: int) -> tuple[Layer, ...]:
        """The layers of lexicons that read a reason on a day, counted from 1970 in UTC."""
        found = self._layers.get(day)
        if found is None:
            found = self._layers[day] = self._reasons.layers(hour_of(day * _DAY))
        return found

    # Evaluating ------------------------------------------------------------------------------

    def _judged(self, asked: _Asked, at: datetime.datetime) -> Judged:
        if asked.proof or asked.retries or self.by_reference:
            request = self._request(asked, at)
            if self.by_reference:
                decision = self.engine.decide(request, decided_at=at, explained=False)
                return Judged(decision.outcome, decision.reason, terms=decision.onward)
            ruling = self.engine.rule(request)
            return Judged(ruling.outcome, ruling.reason)
        if self._requests.forms > MAX_FORMS:
            self._requests = JsonRequests(self.engine.compiled)
        requests = self._requests
        slow = requests.slow
        text = json_of(asked.question, facts_of(asked.question), utc(at))
        ruling = requests.answer(text, now=at)
        return Judged(ruling.outcome, ruling.reason, is_steady=requests.slow == slow)

    def _request(self, asked: _Asked, at: datetime.datetime) -> Request:
        """A question as a request of the engine, with what was on file about it."""
        engine, question = self.engine, asked.question
        text = json_of(question, facts_of(question), utc(at))
        reading = read_request(text, engine.compiled, now=at)
        if reading.request is None:
            raise RefusedRequestError(reading)
        request = reading.request
        if asked.retries:
            request = retried(request, asked.retries)
        words = engine.vocabulary_for(request, engine.registry)
        papers = [paper.id for paper in question.instruments.presented]
        return Proving(engine.registry, words).proven(request, papers, proof_of(asked.proof))

    # Reasons ---------------------------------------------------------------------------------

    def _stand_in(self, seen: Sequence[log.Seen], day: int) -> str:
        """A text that the lexicons of a day read as they read the reason then."""
        readings = {
            self._name(each.lexicons): Reading(
                frozenset(each.plainly), frozenset(each.possibly), ()
            )
            for each in seen
        }
        key = tuple(sorted((names, r.plainly, r.possibly) for names, r in readings.items()))
        text = self._texts.setdefault(key, f"stated {len(self._texts)}")
        if (text, day) not in self._told:
            for layer in self.layers(day):
                reading = readings.get(self._name(lexicons_of(layer)), _NOTHING)
                self.engine.matchers.remember(layer, text, reading)
            self._told.add((text, day))
        return text

    def _name(self, lexicons: Iterable[str]) -> tuple[str, ...]:
        """By what lexicons are known again."""
        return _same_name(lexicons) if self.is_other else tuple(lexicons)


def _same_name(lexicons: Iterable[str]) -> tuple[str, ...]:
    """Lexicons by vocabulary and name, whatever the edition and the dates in which they count."""
    heads = (full.partition("@")[0].partition(":") for full in lexicons)
    return tuple(f"{edition.partition(' ')[0]}:{name}" for edition, _, name in heads)


def proof_of(text: bytes) -> Proof:
    """What was on file about a question, as the log holds it.

    Raises:
        CircumstancesError: It is something else.
    """
    if not text:
        return Proof()
    try:
        raw = msgspec.json.decode(text)
        return Proof(
            tuple(ProvenFact(**_timed(each)) for each in raw["facts"]),
            tuple(ProvenPaper(**_vouched(each)) for each in raw["papers"]),
            tuple(Reviewed(**_vouched(each)) for each in raw["reviews"]),
            tuple(Discharged(**_vouched(each)) for each in raw["duties"]),
        )
    except (msgspec.MsgspecError, KeyError, TypeError, ValueError) as fault:
        raise CircumstancesError(f"the proof in them cannot be read: {fault}") from fault


def _vouched(raw: dict[str, Any]) -> dict[str, Any]:
    return {**raw, "by": Vouching(**raw["by"])}


def _timed(raw: dict[str, Any]) -> dict[str, Any]:
    moments = {name: datetime.datetime.fromisoformat(raw[name]) for name in ("issued", "expires")}
    return {**_vouched(raw), **moments}


def seen_by(judge: Judge, text: str, day: int) -> Iterable[log.Seen]:
    """What the lexicons of a day see in a text, as the log would hold it."""
    for layer in judge.layers(day):
        reading = judge.engine.matchers.of(layer).read(text)
        if reading.plainly or reading.possibly:
            yield log.Seen(
                lexicons=lexicons_of(layer),
                plainly=sorted(reading.plainly),
                possibly=sorted(reading.possibly),
            )
