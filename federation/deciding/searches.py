"""DecideSearch: one search over the data of many owners, by groups whom no rule can tell apart.

What it costs grows with the groups and not with the owners. Owners whom the question itself names,
whose HOLD is on file, or who vouch for something are asked by themselves.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

from ...dsl import syntax as tree
from ...engine.fault import Fault
from ..call import Call
from ..later import Later
from ..messages import check_limits, parsed, refuse_unknown, refuse_unknown_inside
from ..proof import Held, Proof, Subject
from ..refusal import RefusedCallError, Status
from ..v1 import decision_pb2 as d
from ..v1 import question_pb2 as q
from .answers import Answered, Asked, held_of
from .circumstances import Basis
from .classes import class_of, hour_of, take_texts
from .desk import Desk
from .envelope import check_envelope
from .explaining import faulty
from .framing import as_first_field, as_first_fields, as_third_field
from .owners import Grouped, OwnerGroup
from .patience import Patience
from .point import ID_OF_ANOTHER, NO_PROOF, DecisionPoint
from .questions import digest_of, with_owner
from .ruled import Ruled

MAX_OWNERS = 20_000
MAX_HOLDS = 25  # owners of one group for each of whom a HOLD is kept
_NO_COPIES = (
    "envelope.keeps_copy, question.provenance: not for a search over many owners; ask Decide about "
    "each owner whose data are kept or handed on"
)
_LIST_DIGEST = b"\x12\x20"  # field 2 of DecideSearchResponse, 32 bytes


@dataclass(frozen=True, slots=True)
class Searches:
    """DecideSearch of one decision point."""

    point: DecisionPoint

    def decide_search(self, call: Call, data: bytes) -> bytes | Later:
        """One question about many owners, one answer a group.

        Raises:
            RefusedCallError: It is refused before it is decided; NOT_FOUND for a list of owners
                that is not remembered.
        """
        request = parsed(d.DecideSearchRequest, data)
        envelope, question = request.envelope, request.question
        check_envelope(envelope, call.now.timestamp())
        refuse_unknown(request, envelope, envelope.issued_at, request.listed)
        refuse_unknown_inside(question)
        check_limits(question, "question")
        if question.owner:
            raise RefusedCallError(
                Status.INVALID_ARGUMENT, "question.owner: leave it out; `owners` says whose data"
            )
        if envelope.keeps_copy or question.HasField("provenance"):
            raise RefusedCallError(Status.INVALID_ARGUMENT, _NO_COPIES)
        desk = self.point.desk
        grouped = _grouped(request, desk)
        asked = Asked.of(call, envelope.request_id, envelope.nonce, question)
        search = _Search(self.point, desk, asked, grouped, request.HasField("list_digest"))
        return search.response(question, data)


def _grouped(request: d.DecideSearchRequest, desk: Desk) -> Grouped:
    """The owners asked about, grouped."""
    lists = desk.owner_lists
    if request.HasField("list_digest"):
        found = lists.of(request.list_digest)
        if found is None:
            raise RefusedCallError(
                Status.NOT_FOUND, "list_digest: no such list is remembered here; send `listed`"
            )
        return found
    count = len(request.listed.keys)
    if not 0 < count <= MAX_OWNERS:
        raise RefusedCallError(
            Status.INVALID_ARGUMENT, f"owners: name 1 to {MAX_OWNERS:,} owners, not {count:,}"
        )
    return lists.grouped(request.listed)


@dataclass(slots=True)
class _Search:
    """One search being answered."""

    point: DecisionPoint
    desk: Desk
    asked: Asked
    grouped: Grouped
    by_digest: bool
    held: list[Held] = field(default_factory=list[Held], init=False)  # to be kept with the answers

    def response(self, question: q.Question, data: bytes) -> bytes | Later:
        """The response to the message, serialized."""
        found = list(self._answers(question))
        if self.held:
            self.point.holds.file_all(self.held)
        groups = [group for group, _ in found]

        def frame(answers: Sequence[bytes], proof: bytes) -> bytes:
            told = as_first_fields(map(self._message, groups, answers))
            return told + _LIST_DIGEST + self.grouped.digest + as_third_field(proof)

        answers = [answer for _, answer in found]
        return self.point.given(self.asked.call, data, answers, self.desk, frame)

    def _message(self, group: OwnerGroup, answer: bytes) -> bytes:
        told = group.numbered if self.by_digest else group.listed
        return as_first_field(answer) + told

    def _answers(self, question: q.Question) -> Iterator[tuple[OwnerGroup, Answered]]:
        asked, desk, point = self.asked, self.desk, self.point
        call = asked.call
        whole = asked.question()
        point.check_asker(call.caller, question.requester, desk)
        self._check_id(whole)
        if self.grouped.unknown:
            yield self._unknown()
        hour = hour_of(asked.seconds)
        papers = tuple(paper.id for paper in question.instruments.presented)
        texts = asked.texts = take_texts(question, desk.free)
        alike = class_of(question, texts, desk.reasons, hour)
        body = desk.registry.get(whole.requester)
        requester = body.key if body is not None else whole.requester
        proof = point.proofs.about(
            Subject(asked.digest, requester, "", texts.case, papers), call.now
        )
        retries = point.retries(asked, requester, whole.act, texts)
        singles = self._singles(whole, requester, proof)
        patience = Patience.of(call, point.monotonic)
        for group in self._groups(singles):
            patience.check()
            if not group.keys:
                continue
            first = group.keys[0]
            if first in singles:
                one = with_owner(whole, first)
                answer = point.answer(call, asked.request_id, asked.nonce, one, desk)
                answer.own.request_digest = asked.digest
                yield group, answer
                continue
            key = (*alike, first)
            met = desk.met(key, hour)
            if met is None or proof is not None or retries:
                answer = self._answer(group, key, with_owner(whole, first), proof, retries)
            else:
                answer = self._filed(group, met)
            if point.recording is not None:
                answer.owner, answer.basis = "", self._basis(group, alike, hour, proof, retries)
            yield group, answer

    def _basis(
        self,
        group: OwnerGroup,
        alike: tuple[bytes, Hashable, bool],
        hour: int,
        proof: Proof | None,
        retries: int,
    ) -> Basis:
        """What the answer of a group was decided from."""
        bases, texts, owners = self.desk.bases, self.asked.texts, tuple(group.keys)
        assert texts is not None
        if proof is None and not retries:
            return bases.of_class(alike, texts, hour, (), owners)
        return bases.with_proof(alike, texts, hour, (), proof or NO_PROOF, retries, owners)

    def _check_id(self, question: q.Question) -> None:
        """Refuse the id of another question before anything is on file."""
        agency = self.asked.call.caller.agency
        for held in self.point.holds.find(agency, self.asked.request_id):
            if digest_of(with_owner(question, held.owner)) != held.digest:
                raise RefusedCallError(Status.ALREADY_EXISTS, ID_OF_ANOTHER)

    def _groups(self, singles: frozenset[str]) -> Iterator[OwnerGroup]:
        """The groups without the owners who are asked by themselves, and these."""
        parted = {self.grouped.at[key] for key in singles}
        for number, group in enumerate(self.grouped.groups):
            yield group.without(singles) if number in parted else group
        for key in sorted(singles):
            group = self.grouped.groups[self.grouped.at[key]]
            yield OwnerGroup((group.places[group.keys.index(key)],), (key,))

    def _singles(self, question: q.Question, requester: str, proof: Proof | None) -> frozenset[str]:
        """The owners of the list who are somebody in this question."""
        named = {requester}
        for fact in question.facts:
            for key in (*fact.members.keys, fact.word):
                body = self.desk.registry.get(key)
                if body is not None:
                    named.add(body.key)
        call = self.asked.call
        named |= {h.owner for h in self.point.holds.find(call.caller.agency, self.asked.request_id)}
        if proof is not None:
            named |= {by.agency for by in proof.vouchers()}
        return frozenset(named & self.grouped.at.keys())

    def _answer(
        self,
        group: OwnerGroup,
        key: tuple[object, ...],
        question: q.Question,
        proof: Proof | None,
        retries: int,
    ) -> Answered:
        """The answer of a group that was not met in this hour, or with something on file."""
        ruled = self.point.ruled_or_denied(
            self.asked, self.desk, lambda: self._ruled(key, question, proof, retries)
        )
        return ruled if isinstance(ruled, Answered) else self._filed(group, ruled)

    def _ruled(
        self, key: tuple[object, ...], question: q.Question, proof: Proof | None, retries: int
    ) -> Ruled:
        now = self.asked.call.now
        if proof is None and not retries:
            return self.desk.ruled(key, question, now, unnamed=True)
        return self.desk.ruled_with(question, proof or NO_PROOF, retries, now, unnamed=True)

    def _filed(self, group: OwnerGroup, ruled: Ruled) -> Answered:
        """The answer of a group, with its HOLDs on file if they are few."""
        asked, point = self.asked, self.point
        old = point.too_old(asked, self.desk, lambda: self._is_at_home(group, ruled))
        if old is not None:
            return old
        if ruled.outcome is tree.Outcome.HOLD and len(group.keys) <= MAX_HOLDS:
            whole = asked.question()
            self.held += (held_of(asked, ruled, with_owner(whole, key), key) for key in group.keys)
        return point.answered(asked, ruled, self.desk)

    def _is_at_home(self, group: OwnerGroup, ruled: Ruled) -> bool:
        """Whether all who ask or receive belong to the government of each owner of a group."""
        bodies = self.desk.registry.bodies
        return ruled.at_home and len({bodies[key].sovereign for key in group.keys}) == 1

    def _unknown(self) -> tuple[OwnerGroup, Answered]:
        """The names that are not on file: DENY."""
        places, names = zip(*self.grouped.unknown, strict=True)
        fault = Fault(
            "/owners",
            f"{len(names)} of the owners are not on file, such as `{names[0][:60]}`",
            "find a key with `platelaw agencies NAME`; a body that is not on file gets nothing",
        )
        answer = self.point.refused(self.asked, self.desk, "unknown agency", faulty([fault]))
        return OwnerGroup(places, names), answer
