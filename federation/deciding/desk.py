"""One snapshot at work: a ruling for every class of questions, its explanation worked out once.

A question of a class that was not met in this hour is ruled on by the compiled evaluator. What goes
beyond the ruling (settling sets, routes, duties) comes from the reference evaluator, which also
holds the two evaluators against each other.
"""

from __future__ import annotations

import datetime
from collections import deque
from collections.abc import Hashable, Mapping
from copy import copy
from dataclasses import replace
from functools import cached_property
from operator import itemgetter
from threading import Lock
from typing import TypeVar
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...engine import names
from ...engine.alike import Alike
from ...engine.compiled import Ruling
from ...engine.compiled.evaluator import Prepared
from ...engine.compiled.forms import places_of_age, reads_user
from ...engine.compiled.wire import JsonRequests, RefusedRequestError
from ...engine.decision import Decision, Engine
from ...engine.json_text import Json
from ...engine.registry import Registry
from ...engine.render_json import View
from ...engine.request import Request
from ...engine.request_json import read_request
from ..proof import Proof
from ..snapshot import PolicySnapshot
from ..v1 import answer_pb2 as a
from ..v1 import log_pb2 as log
from ..v1 import question_pb2 as q
from .circumstances import Bases
from .classes import Reasons, facts_of_types, free_texts, hour_of, vouched_facts
from .explaining import OUTCOMES, explanation_of
from .framing import with_explanation
from .owners import OwnerLists
from .personal import Names, with_names, without_names
from .questions import Parties, Proving, facts_of, json_of, parties_of, retried, utc
from .ruled import Explained, Ruled, deadline_of, is_at_home

K = TypeVar("K")
MAX_CLASSES = 20_000  # that are kept; each takes about three kilobytes
RECENT = 64  # classes that a new snapshot rules on before it decides
MAX_NAMED = 16  # bodies named by a question of a class that is kept
MAX_FORMS = 2_000  # of requests, that are kept; each takes some ten kilobytes
_NO_PROOF = Proof()
_TIMED = frozenset({"user", "time", "date", "duration"})
_PERSONS = frozenset({"user"})
_HOUR = datetime.timedelta(hours=1)


class Desk:
    """A snapshot ready to answer; safe to use from several threads."""

    def __init__(self, snapshot: PolicySnapshot) -> None:
        engine = snapshot.engine
        self.snapshot = snapshot
        self.registry: Registry = engine.registry
        self.free = free_texts(engine.library)
        self._vouched = vouched_facts(engine.library)
        self._timed = facts_of_types(engine.library, _TIMED)
        self.reasons = Reasons(engine.library, engine.matchers)
        self.bases = Bases(self.reasons, facts_of_types(engine.library, _PERSONS))
        self.digest = bytes.fromhex(snapshot.digest)
        self._ruling = Lock()  # compiling and learning are for one thread at a time
        self._explaining = Lock()
        self._requests = JsonRequests(engine.compiled)
        self._reference = Engine(engine.library, engine.registry, matchers=engine.matchers)
        self._met: tuple[int, dict[Hashable, Ruled]] = -1, {}  # of one hour
        self._explained: dict[Hashable, Explained] = {}
        self._seen: dict[str, Hashable] = {}
        self._entry_parts: dict[tuple[tree.Outcome, str], tuple[bytes, bytes]] = {}
        self.recent: deque[bytes] = deque(maxlen=RECENT)  # questions, one of each class met last

    def of(self, snapshot: PolicySnapshot) -> Desk:
        """The same desk for a snapshot of the same files that was issued anew."""
        desk = copy(self)
        desk.snapshot, desk._entry_parts = snapshot, {}
        return desk

    # Classes ---------------------------------------------------------------------------------

    def met(self, key: Hashable, hour: int) -> Ruled | None:
        """What a class of questions was answered in this hour, if one of it was met."""
        return self._of_hour(hour).get(key)

    def _of_hour(self, hour: int) -> dict[Hashable, Ruled]:
        """The classes met in an hour. Threads may be of two hours, so each writes into its own."""
        at, table = self._met
        if at != hour:
            table = dict[Hashable, Ruled]()
            self._met = hour, table
        return table

    @cached_property
    def alike(self) -> Alike:
        """Which bodies no rule can tell apart."""
        return self.snapshot.alike or Alike.of(self.snapshot.engine.library)

    @cached_property
    def owner_lists(self) -> OwnerLists:
        """The lists of owners met lately."""
        return OwnerLists(self.registry, self.alike)

    def ruled(
        self,
        key: Hashable,
        question: q.Question,
        now: datetime.datetime,
        *,
        unnamed: bool = False,
    ) -> Ruled:
        """The answer to a question beside which nothing is on file.

        Args:
            key: The class of the question.
            question: The question, whole.
            now: The moment.
            unnamed: Whether the answer is for other owners too, so that it may name none.

        Raises:
            FactError: A fact is stated twice or has no value.
            RefusedRequestError: It cannot be gone by.
        """
        if sum(len(fact.members.keys) for fact in question.facts) > MAX_NAMED:
            return self.ruled_with(question, _NO_PROOF, 0, now, unnamed=unnamed)
        facts = facts_of(question)
        text = json_of(question, facts, utc(now))
        with self._ruling:
            if self._requests.forms > MAX_FORMS:
                self._requests = JsonRequests(self.snapshot.engine.compiled)
            requests = self._requests
            slow = requests.slow
            prepared = requests.read(text, now=now)
            is_quick = (
                requests.slow == slow
            )  # then it hangs on nothing that the class does not tell
            ruling = requests.compiled.decide(prepared)
        # What is explained once stays: the words of a request tell all that its answer hangs on.
        parties = parties_of(question, self.registry)
        is_kept = is_quick or prepared.bound is not None  # else its plan is of this request alone
        explained_key = self._explained_key(prepared, question, facts, parties)
        explained = self._explained.get(explained_key) if is_kept else None
        if explained is None or not explained.is_of(ruling):
            explained = self._explain(self.request(text, now), ruling, now)
            if is_kept:
                _keep(self._explained, explained_key, explained)
        found = self._personal(explained, question, facts, unnamed=unnamed)
        if is_quick or (is_kept and self._is_steady(prepared, question, now)):
            _keep(self._of_hour(hour_of(now.timestamp())), key, found)
        return found

    def ruled_with(
        self,
        question: q.Question,
        proof: Proof,
        retries: int,
        now: datetime.datetime,
        *,
        unnamed: bool = False,
    ) -> Ruled:
        """The answer to a question with what is on file about it.

        Raises:
            FactError: A fact is stated twice or has no value.
            RefusedRequestError: It cannot be gone by.
        """
        facts = facts_of(question)
        request = self.request(json_of(question, facts, utc(now)), now)
        request = self.with_proof(request, question, proof, retries)
        compiled = self.snapshot.engine.compiled
        with self._ruling:
            ruling = compiled.decide(compiled.prepare(request))
        explained = self._explain(request, ruling, now)
        return self._personal(explained, question, facts, unnamed=unnamed)

    # Requests of the engine ------------------------------------------------------------------

    def request(self, text: bytes, now: datetime.datetime) -> Request:
        """A question, written as a request file, as a request of the engine.

        Raises:
            RefusedRequestError: It cannot be gone by.
        """
        with self._explaining:
            reading = read_request(text, self._reference.compiled, now=now)
        if reading.request is None:
            raise RefusedRequestError(reading)
        return reading.request

    def with_proof(
        self, request: Request, question: q.Question, proof: Proof, retries: int
    ) -> Request:
        """A request with what is on file about it."""
        if retries:
            request = retried(request, retries)
        with self._explaining:
            words = self._reference.vocabulary_for(request, self.registry)
        ids = [paper.id for paper in question.instruments.presented]
        return Proving(self.registry, words).proven(request, ids, proof)

    def decision(self, request: Request, now: datetime.datetime) -> Decision:
        """The explained answer to a request."""
        with self._explaining:
            return self._reference.decide(request, decided_at=now)

    # Answers ---------------------------------------------------------------------------------

    def _is_steady(self, prepared: Prepared, question: q.Question, now: datetime.datetime) -> bool:
        """Whether an answer is the same all the hour, for everyone who asks alike.

        It is not if it may hang on who the user is, on a moment that is stated, or on an age that
        counts by the hour or by the day on which it is asked.
        """
        parts = (prepared, *prepared.more)
        today = min((now.astimezone(zone).date() for zone in self._zones), default=now.date())
        latest = today.isoformat()
        period = question.period
        return (
            not any(reads_user(part.plan) for part in parts)
            and not any(fact.name in self._timed for fact in question.facts)
            and not question.instruments.presented
            and (
                not question.HasField("period")
                or (
                    all(places_of_age(part.plan) is not None for part in parts)
                    and len(period.since) == len(latest)
                    and period.since <= latest
                    and len(period.until) in (0, len(latest))
                )
            )
            and all(_by_the_hour(zone, now) for zone in self._zones)
        )

    def _explained_key(
        self,
        prepared: Prepared,
        question: q.Question,
        facts: Mapping[str, Json],
        parties: Parties,
    ) -> Hashable:
        """What an explanation depends on: what the rules see, and what is stated beside it.

        A fact that the requester's word does not prove may be stated against what would settle a
        HOLD; so its value counts too.
        """
        requester, owner = parties.requester, parties.owner
        body = self.registry.get(owner)
        return (
            _class_of(prepared),
            question.act,
            tuple(question.data),
            self._alike(requester),
            self._alike(owner),
            requester == owner,
            bool(body and body.desk),
            question.HasField("reason"),
            question.HasField("period"),
            question.HasField("instruments"),
            bool(question.user),
            tuple(
                (name, _fixed(value) if name in self._vouched else None)
                for name, value in sorted(facts.items(), key=itemgetter(0))
            ),
        )

    def _alike(self, key: str) -> Hashable:
        """All that any rule may ask of a body."""
        found = self._seen.get(key)
        if found is None:
            body = self.registry.get(key)
            if body is None:
                return key  # and not kept: there is no end of names that nobody has
            found = self._seen[key] = self.alike.seen(body)
        return found

    def _explain(self, request: Request, ruling: Ruling, now: datetime.datetime) -> Explained:
        """The explained answer, which must be that of the ruling."""
        decision = self.decision(request, now)
        if (decision.outcome, decision.reason) != (ruling.outcome, ruling.reason):
            decision = replace(decision, outcome=tree.Outcome.DENY, reason="evaluators disagree")
        called = self._names(request.requester, request.owner)
        explanations = {view: explanation_of(decision, view) for view in View}
        if called is not None:
            explanations = {v: without_names(each, called) for v, each in explanations.items()}
        return Explained(
            decision.outcome,
            decision.reason,
            explanations,
            self._end(decision.valid_until),
            deadline_of(decision),
            decision.onward,
        )

    def _personal(
        self,
        explained: Explained,
        question: q.Question,
        facts: Mapping[str, Json],
        *,
        unnamed: bool,
    ) -> Ruled:
        """An explained answer as that to one class of questions."""
        parties = parties_of(question, self.registry)
        called = self._names(parties.requester, parties.owner)
        messages = dict(explained.explanations)
        if called is not None:
            called = called.of_some_owner() if unnamed else called
            messages = {view: with_names(each, called) for view, each in messages.items()}
        texts = {v: each.SerializeToString(deterministic=True) for v, each in messages.items()}
        same = self.same_of(explained.outcome, explained.reason)
        return Ruled(
            explained.outcome,
            explained.reason,
            parties,
            str(facts.get(names.PURPOSE) or ""),
            {view: with_explanation(same, text) for view, text in texts.items()},
            texts,
            explained.ends,
            explained.deadline,
            is_at_home(question, facts, self.registry),
            explained.terms,
        )

    def _names(self, requester: str, owner: str) -> Names | None:
        """How two parties are called; None if one of them is not on file."""
        bodies = self.registry.get(requester), self.registry.get(owner)
        return Names.of(bodies[0], bodies[1]) if bodies[0] and bodies[1] else None

    def same_of(self, outcome: tree.Outcome, reason: str) -> bytes:
        """What all answers of one outcome and reason have in common, serialized."""
        return a.Answer(
            outcome=OUTCOMES[outcome],
            reason=reason,
            policy_digest=self.snapshot.digest,
            development=self.snapshot.development,
        ).SerializeToString(deterministic=True)

    def entry_parts(self, outcome: tree.Outcome, reason: str) -> tuple[bytes, bytes]:
        """What all entries of one outcome and reason have in common, serialized.

        The first part stands before what is their own (``entries``), the second after it.
        """
        found = self._entry_parts.get((outcome, reason))
        if found is None:
            first = log.AnswerEntry(
                policy_digest=self.digest, outcome=OUTCOMES[outcome], reason=reason
            )
            last = log.AnswerEntry(development=self.snapshot.development)
            found = first.SerializeToString(), last.SerializeToString()
            self._entry_parts[outcome, reason] = found
        return found

    def _end(self, day: datetime.date | None) -> float | None:
        """The first moment of a day in the zone in which it begins first."""
        if day is None:
            return None
        midnight = datetime.datetime.combine(day, datetime.time())
        starts = [midnight.replace(tzinfo=zone).timestamp() for zone in self._zones]
        return min(starts, default=midnight.replace(tzinfo=datetime.UTC).timestamp())

    @cached_property
    def _zones(self) -> tuple[ZoneInfo, ...]:
        """The zones of the policies."""
        policies = self.snapshot.engine.library.policies
        return tuple(ZoneInfo(name) for name in sorted({policy.zone for policy in policies}))


def _by_the_hour(zone: ZoneInfo, now: datetime.datetime) -> bool:
    """Whether civil days begin on the hour of UTC in a zone."""
    offset = now.astimezone(zone).utcoffset()
    return offset is not None and not offset % _HOUR


def _keep(kept: dict[Hashable, K], key: Hashable, value: K) -> None:
    if len(kept) >= MAX_CLASSES:
        kept.clear()
    kept[key] = value


def _fixed(value: Json) -> Hashable:
    """A value as what can be a key."""
    if isinstance(value, list):
        return tuple(map(str, value))
    if isinstance(value, dict):
        return tuple((name, _fixed(item)) for name, item in value.items())
    return value


def _class_of(prepared: Prepared) -> Hashable:
    """What an answer depends on: the plan, and the words of the request and its recipients."""
    more = tuple(map(_class_of, prepared.more)) if prepared.more else ()
    return id(prepared.plan), tuple(prepared.words), prepared.who, prepared.reviews, more
