"""One snapshot at work: rulings for every question, explanations once for questions alike.

Every question is ruled on by the compiled evaluator. What goes beyond the ruling (settling sets,
routes, duties) is worked out by the reference evaluator when a question of its class comes for the
first time, which also holds the two evaluators against each other, and is kept by class.
"""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...dsl.units import length
from ...engine.alike import Alike
from ...engine.compiled import Ruling
from ...engine.compiled.evaluator import Prepared
from ...engine.compiled.wire import JsonRequests, RefusedRequestError
from ...engine.decision import Decision, Engine
from ...engine.json_text import Json
from ...engine.registry import Registry
from ...engine.render_json import View
from ...engine.request import Request
from ...engine.request_json import Reading, read_request
from ..proof import Proof
from ..snapshot import PolicySnapshot
from ..v1 import question_pb2 as q
from .explaining import explanation_of
from .questions import Proving, retried

MAX_CLASSES = 20_000  # explanations that are kept
HOLD_DEADLINE = datetime.timedelta(hours=24)  # where no rule says within what time it is read
_FREE_TEXTS = frozenset({"text", "user", "time", "date"})


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a question of one class is answered.

    Attributes:
        outcome: PERMIT, HOLD or DENY.
        reason: Why, in one of the words of the semantics.
        explanations: The explanation by view, serialized.
        ends: When the law changes for such questions, in UTC; None if that is not known.
        deadline: Within what time a HOLD is answered.
    """

    outcome: tree.Outcome
    reason: str
    explanations: Mapping[View, bytes]
    ends: datetime.datetime | None
    deadline: datetime.timedelta


class Desk:
    """A snapshot ready to answer; safe to use from several threads."""

    def __init__(self, snapshot: PolicySnapshot) -> None:
        self.snapshot = snapshot
        engine = snapshot.engine
        self._registry = engine.registry
        self._ruling = Lock()  # compiling and learning are for one thread at a time
        self._explaining = Lock()
        self._requests = JsonRequests(engine.compiled)
        self._reference = Engine(engine.library, engine.registry, matchers=engine.matchers)
        self._kept: dict[Hashable, Ruled] = {}
        self._free = frozenset(
            fact.name
            for vocabulary in engine.library.vocabularies.values()
            for fact in vocabulary.facts.values()
            if fact.type.word in _FREE_TEXTS
        )

    @property
    def registry(self) -> Registry:
        """The bodies on file."""
        return self._registry

    @cached_property
    def alike(self) -> Alike:
        """Which owners no rule can tell apart."""
        return Alike.of(self.snapshot.engine.library)

    def ruled(
        self, text: bytes, question: q.Question, facts: Mapping[str, Json], now: datetime.datetime
    ) -> Ruled:
        """The answer to a question beside which nothing is on file.

        Args:
            text: The question as a request file, judged at ``now``.
            question: The question.
            facts: Its facts.
            now: The moment.

        Raises:
            RefusedRequestError: It cannot be gone by.
        """
        compiled = self._requests.compiled
        with self._ruling:
            prepared = self._requests.read(text, now=now)
            ruling = compiled.decide(prepared)
        key = (
            _class_of(prepared),
            question.requester,
            question.owner,
            tuple(question.data),
            self._stated(facts),
        )
        found = self._kept.get(key)
        if found is None:
            request = self.request(text, now)
            found = self._explained(request, ruling, now)
            self._keep(key, found)
        return found

    def ruled_with(
        self,
        text: bytes,
        question: q.Question,
        proof: Proof,
        retries: int,
        now: datetime.datetime,
    ) -> Ruled:
        """The answer to a question with what is on file about it.

        Raises:
            RefusedRequestError: It cannot be gone by.
        """
        request = self.with_proof(self.request(text, now), question, proof, retries)
        engine = self.snapshot.engine
        with self._ruling:
            ruling = engine.compiled.decide(engine.compiled.prepare(request))
        return self._explained(request, ruling, now)

    def request(self, text: bytes, now: datetime.datetime) -> Request:
        """A question as a request of the engine.

        Raises:
            RefusedRequestError: It cannot be gone by.
        """
        reading = self._read(text, now)
        if reading.request is None:
            raise RefusedRequestError(reading)
        return reading.request

    def with_proof(
        self, request: Request, question: q.Question, proof: Proof, retries: int
    ) -> Request:
        """A request with what is on file about it."""
        if retries:
            request = retried(request, retries)
        words = self.snapshot.engine.vocabulary_for(request, self._registry)
        ids = [paper.id for paper in question.instruments.presented]
        return Proving(self._registry, words).proven(request, ids, proof)

    def decision(self, request: Request, now: datetime.datetime) -> Decision:
        """The explained answer to a request."""
        with self._explaining:
            return self._reference.decide(request, decided_at=now)

    def _read(self, text: bytes, now: datetime.datetime) -> Reading:
        with self._explaining:
            return read_request(text, self._reference.compiled, now=now)

    def _explained(self, request: Request, ruling: Ruling, now: datetime.datetime) -> Ruled:
        """The explained answer, which must be that of the ruling."""
        decision = self.decision(request, now)
        if (decision.outcome, decision.reason) != (ruling.outcome, ruling.reason):
            decision = replace(decision, outcome=tree.Outcome.DENY, reason="evaluators disagree")
        explanations = {
            view: explanation_of(decision, view).SerializeToString(deterministic=True)
            for view in View
        }
        return Ruled(
            decision.outcome,
            decision.reason,
            explanations,
            self._end(decision.valid_until),
            _deadline(decision),
        )

    def _end(self, day: datetime.date | None) -> datetime.datetime | None:
        """The first moment of a day in the zone in which it begins first."""
        if day is None:
            return None
        midnight = datetime.datetime.combine(day, datetime.time())
        starts = [midnight.replace(tzinfo=zone).astimezone(datetime.UTC) for zone in self._zones]
        return min(starts, default=midnight.replace(tzinfo=datetime.UTC))

    @cached_property
    def _zones(self) -> tuple[ZoneInfo, ...]:
        """The zones of the policies."""
        policies = self.snapshot.engine.library.policies
        return tuple(ZoneInfo(name) for name in sorted({policy.zone for policy in policies}))

    def _stated(self, facts: Mapping[str, Json]) -> Hashable:
        """What is stated, free texts by whether they are blank: all that rules read of them."""
        free = self._free
        return tuple(
            (name, bool(value and str(value).strip()) if name in free else _fixed(value))
            for name, value in facts.items()
        )

    def _keep(self, key: Hashable, ruled: Ruled) -> None:
        if len(self._kept) >= MAX_CLASSES:
            self._kept.clear()
        self._kept[key] = ruled


def _class_of(prepared: Prepared) -> Hashable:
    """What an answer depends on: the plan, and the words of the request and its recipients."""
    more = tuple(map(_class_of, prepared.more)) if prepared.more else ()
    return id(prepared.plan), tuple(prepared.words), prepared.who, prepared.reviews, more


def _fixed(value: Json) -> Hashable:
    if isinstance(value, list):
        return tuple(map(str, value))
    if isinstance(value, dict):
        return tuple((name, _fixed(item)) for name, item in value.items())
    return value


def _deadline(decision: Decision) -> datetime.timedelta:
    """Within what time the first reader of a HOLD answers."""
    times = [
        length(result.rule.node.refer_within)
        for result in decision.deciding()
        if result.rule.node.refer_to is not None and result.rule.node.refer_within is not None
    ]
    known = [time for time in times if time is not None]
    return min(known, default=HOLD_DEADLINE)
