"""Questions about copies: every owner in the chain is asked, and its terms count beside.

The language knows no copies, so this stands beside the engine: a chain can only make an answer
stricter (docs/semantics.md, section 11).
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from ..messages import check_limits, refuse_unknown_inside
from ..onward.chain import MAX_BYTES, chain_of
from ..onward.terms import Releases, Terms, Wish
from ..proof import Proof, ProofOnFile, Subject
from ..refusal import RefusedCallError, Status
from ..v1 import answer_pb2 as a
from ..v1 import log_pb2 as log
from ..v1 import question_pb2 as q
from .answers import Asked
from .circumstances import Basis, Persons
from .classes import class_of, hour_of
from .desk import Desk
from .explaining import OUTCOMES
from .meeting import met
from .questions import with_owner
from .ruled import Ruled

NO_PROOF = Proof()


class NoReleases:
    """Nothing is on file about any release."""

    def recalled(self, release_id: bytes, now: datetime.datetime) -> frozenset[str]:
        """Nobody."""
        del release_id, now
        return frozenset()

    def deleted(self, release_id: bytes) -> frozenset[str]:
        """Nobody."""
        del release_id
        return frozenset()


def take_provenance(question: q.Question) -> q.Provenance | None:
    """Take out of a question what it shows of where a copy came from; None if nothing."""
    if not question.HasField("provenance"):
        return None
    shown = q.Provenance()
    shown.CopyFrom(question.provenance)
    question.ClearField("provenance")
    return shown


def check_provenance(shown: q.Provenance) -> None:
    """Refuse what is shown of where a copy came from, if it is beyond its limits.

    Raises:
        RefusedCallError: It is; INVALID_ARGUMENT.
    """
    refuse_unknown_inside(shown)
    check_limits(shown, "question.provenance")
    if sum(link.ByteSize() for link in shown.links) > MAX_BYTES:
        raise RefusedCallError(
            Status.INVALID_ARGUMENT,
            f"question.provenance.links: show at most {MAX_BYTES:,} bytes of answers",
        )


@dataclass(frozen=True, slots=True)
class Other:
    """An owner beside that of the question: what is on file for it, and what it answers."""

    key: str
    proof: Proof | None
    ruled: Ruled


@dataclass(frozen=True, slots=True)
class Copies:
    """Rules on questions about copies.

    Attributes:
        releases: What is on file about releases.
    """

    releases: Releases = field(default_factory=NoReleases)

    def ruled(
        self,
        own: Ruled,
        asked: Asked,
        question: q.Question,
        shown: q.Provenance,
        proofs: ProofOnFile,
        retries: int,
        desk: Desk,
    ) -> Ruled:
        """The answer to a question about a copy.

        Args:
            own: The answer to the question itself.
            asked: The question, which learns of the chain.
            question: The question without its texts.
            shown: What it shows of where the copy came from, within its limits.
            proofs: What is proven.
            retries: How often the same was refused in other words.
            desk: The snapshot that decides.

        Raises:
            RefusedCallError: What is on file cannot be read.
        """
        is_trial = desk.snapshot.development
        chain = chain_of(shown, desk.snapshot.logs, desk.registry, is_trial=is_trial)
        asking = _Asking(asked, question, own, proofs, retries, desk)
        owners = chain.owners if chain.bar is None else ()  # else nothing shows whose data they are
        others = [asking.other(key) for key in owners if key != own.parties.owner]
        bar = chain.bar or self._terms(own, others, desk).bar(chain, _wish(own, asked, question))
        told = log.Chain(
            release_id=chain.release_id,
            entries=[link.leaf for link in chain.links],
            others=[
                log.OtherOwner(key=other.key, proof=asking.proof_text(other)) for other in others
            ],
            outcome=OUTCOMES[bar.outcome] if bar else a.OUTCOME_PERMIT,
            reason=bar.reason if bar else "",
        )
        asked.follows, asked.basis = chain.follows, asking.basis(told)
        return met(own, [other.ruled for other in others], bar, chain, desk.same_of)

    def _terms(self, own: Ruled, others: list[Other], desk: Desk) -> Terms:
        answers = {own.parties.owner: own, **{other.key: other.ruled for other in others}}
        return Terms(
            self.releases,
            tuple(desk.snapshot.engine.library.vocabularies.values()),
            {key: frozenset(terms.rule for terms in ruled.terms) for key, ruled in answers.items()},
        )


def _wish(own: Ruled, asked: Asked, question: q.Question) -> Wish:
    parties = frozenset({own.parties.requester, own.parties.owner})
    return Wish(parties, tuple(question.data), question.period, own.purpose, asked.call.now)


@dataclass(frozen=True, slots=True)
class _Asking:
    """One question as it is asked of the owners of a chain."""

    asked: Asked
    question: q.Question
    own: Ruled
    proofs: ProofOnFile
    retries: int
    desk: Desk

    def other(self, key: str) -> Other:
        """What another owner answers."""
        asked, desk, now = self.asked, self.desk, self.asked.call.now
        proof = self._on_file(key)
        whole = with_owner(asked.question(), key)
        if proof is not None or self.retries:
            ruled = desk.ruled_with(whole, proof or NO_PROOF, self.retries, now)
            return Other(key, proof, ruled)
        assert asked.texts is not None
        hour = hour_of(asked.seconds)
        alike = class_of(with_owner(self.question, key), asked.texts, desk.reasons, hour)
        return Other(key, None, desk.met(alike, hour) or desk.ruled(alike, whole, now))

    def _on_file(self, owner: str) -> Proof | None:
        asked = self.asked
        assert asked.texts is not None
        papers = tuple(paper.id for paper in self.question.instruments.presented)
        requester = self.own.parties.requester
        subject = Subject(asked.digest, requester, owner, asked.texts.case, papers)
        return self.proofs.about(subject, asked.call.now)

    def proof_text(self, other: Other) -> bytes:
        """What was on file for another owner, as circumstances have it."""
        assert self.asked.texts is not None
        return self.desk.bases.proof_text(other.proof, Persons(self.asked.texts.user))

    def basis(self, chain: log.Chain) -> Basis:
        """What the answer is decided from."""
        asked, desk = self.asked, self.desk
        texts, hour = asked.texts, hour_of(asked.seconds)
        assert texts is not None
        return desk.bases.with_proof(
            class_of(self.question, texts, desk.reasons, hour),
            texts,
            hour,
            self.own.terms,
            self._on_file(self.own.parties.owner),
            self.retries,
            chain=chain,
        )
