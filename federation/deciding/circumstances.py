"""What a question was decided from, in clear and without a free text: the circumstances of it.

Questions of one class have the same, so they are written once and named by their digest. A replay
needs nothing else but the policies (``federation.log.replaying``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import cast

import msgspec

from ...dsl.syntax import InForce
from ...engine.duties import OnwardTerms
from ...engine.json_text import Json
from ..onward.terms import written
from ..proof import Proof, ProvenFact, Vouching
from ..v1 import log_pb2 as log
from ..v1 import question_pb2 as q
from .classes import Layer, Reasons, Texts

SAME_USER = "requester"  # in place of the name of the person who asks; others are numbered
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Basis:
    """Circumstances as they are written.

    Attributes:
        digest: Their SHA-256, 32 bytes.
        text: ``Circumstances``, serialized.
    """

    digest: bytes
    text: bytes

    @classmethod
    def of(cls, circumstances: log.Circumstances) -> Basis:
        """Circumstances, serialized and named."""
        text = circumstances.SerializeToString(deterministic=True)
        return cls(hashlib.sha256(text).digest(), text)


NOTHING_KNOWN = Basis.of(log.Circumstances())
"""Of a question that could not be gone by: whatever it holds in place of words is not kept."""


@dataclass(slots=True)
class Persons:
    """Marks in place of opaque names: the same for the same person within one question.

    Rules ask of persons only whether two are the same.

    Attributes:
        user: The person who asks; empty if not named.
    """

    user: str
    _marks: dict[str, str] = field(default_factory=dict[str, str], init=False)

    def mark(self, name: str) -> str:
        """What stands in place of a name; nothing for none."""
        name = name.strip()
        if not name:
            return ""
        if name == self.user:
            return SAME_USER
        return self._marks.setdefault(name, f"other-{len(self._marks) + 1}")


@dataclass(slots=True)
class Bases:
    """The circumstances of classes of questions, made once an hour.

    Attributes:
        reasons: What lexicons see in reasons.
        persons: The facts that name a person.
    """

    reasons: Reasons
    persons: frozenset[str]
    _of_hour: tuple[int, dict[object, Basis]] = field(
        default_factory=lambda: (-1, dict[object, Basis]()), init=False
    )

    def of_class(
        self,
        key: tuple[bytes, object, bool],
        texts: Texts,
        hour: int,
        terms: Iterable[OnwardTerms],
        owners: tuple[str, ...] = (),
    ) -> Basis:
        """Those of a class beside which nothing is on file (``class_of``).

        Args:
            key: The class.
            texts: The texts of one question of it.
            hour: The hour.
            terms: The terms that come with its answer.
            owners: The owners, where one answer is for many.
        """
        at, kept = self._of_hour
        if at != hour:
            kept = dict[object, Basis]()
            self._of_hour = hour, kept
        place = (key, owners) if owners else key
        found = kept.get(place)
        if found is None:
            if len(kept) >= _MOST:
                kept.clear()
            persons = Persons(texts.user)
            circumstances = self._circumstances(key, persons, texts, hour, terms, owners)
            found = Basis.of(circumstances)
            if not any(fact.name in self.persons for fact in circumstances.question.facts):
                kept[place] = found  # else another question of the class may name its own person
        return found

    def with_proof(
        self,
        key: tuple[bytes, object, bool],
        texts: Texts,
        hour: int,
        terms: Iterable[OnwardTerms],
        proof: Proof | None,
        retries: int,
        owners: tuple[str, ...] = (),
        chain: log.Chain | None = None,
    ) -> Basis:
        """Those of one question with what is on file about it, and where its copy came from."""
        persons = Persons(texts.user)
        circumstances = self._circumstances(key, persons, texts, hour, terms, owners)
        circumstances.proof = self.proof_text(proof, persons)
        circumstances.retries = retries
        if chain is not None:
            circumstances.chain.CopyFrom(chain)
        return Basis.of(circumstances)

    def proof_text(self, proof: Proof | None, persons: Persons) -> bytes:
        """What is on file as circumstances have it; empty if nothing is.

        Args:
            proof: What is on file.
            persons: Who stands in place of whom.
        """
        return b"" if proof is None else _encode(_nameless(proof, self.persons, persons))

    def _circumstances(
        self,
        key: tuple[bytes, object, bool],
        persons: Persons,
        texts: Texts,
        hour: int,
        terms: Iterable[OnwardTerms],
        owners: tuple[str, ...],
    ) -> log.Circumstances:
        serialized, seen, has_user = key
        question = q.Question.FromString(serialized)
        for fact in question.facts:
            if fact.name in self.persons:
                _mark(fact, persons)
        return log.Circumstances(
            question=question,
            reason=_stated(texts.reason),
            user=has_user,
            seen=_seen(seen, self.reasons.layers(hour)),
            owners=owners,
            terms=map(written, terms),
        )


_MOST = 20_000  # classes whose circumstances are kept


def _stated(reason: str | None) -> log.Stated:
    if reason is None:
        return log.STATED_UNSPECIFIED
    return log.STATED_TEXT if reason.strip() else log.STATED_BLANK


def _seen(seen: object, layers: Iterable[Layer]) -> Iterator[log.Seen]:
    """What each layer saw; those that saw nothing are left out."""
    if not isinstance(seen, tuple):
        return
    _, readings = cast("tuple[bool, tuple[tuple[frozenset[str], frozenset[str]], ...]]", seen)
    for layer, (plainly, possibly) in zip(layers, readings, strict=True):
        if plainly or possibly:
            yield log.Seen(
                lexicons=lexicons_of(layer), plainly=sorted(plainly), possibly=sorted(possibly)
            )


def lexicons_of(layer: Layer) -> list[str]:
    """The lexicons of a layer by full name: who wrote it, its name, and when it counts."""
    return [f"{each.origin}:{each.name}{_dates(each.in_force)}" for each in layer]


def _dates(in_force: InForce | None) -> str:
    if in_force is None:
        return ""
    end = in_force.end.isoformat() if in_force.end else ""
    return f"@{in_force.start.isoformat()}/{end}"


def _mark(fact: q.Fact, persons: Persons) -> None:
    """Put marks in place of the names in a fact."""
    if fact.HasField("members"):
        marks = list(map(persons.mark, fact.members.keys))
        del fact.members.keys[:]
        fact.members.keys.extend(marks)
    elif fact.HasField("word"):
        fact.word = persons.mark(fact.word)


def _nameless(proof: Proof, facts: frozenset[str], persons: Persons) -> Proof:
    """The proof with nobody's name in it."""

    def by(voucher: Vouching) -> Vouching:
        return replace(voucher, user=persons.mark(voucher.user))

    def value(fact: ProvenFact) -> Json:
        if fact.name not in facts:
            return fact.value
        return persons.mark(fact.value) if isinstance(fact.value, str) else None

    return Proof(
        tuple(replace(each, by=by(each.by), value=value(each)) for each in proof.facts),
        tuple(replace(each, by=by(each.by)) for each in proof.papers),
        tuple(replace(each, by=by(each.by)) for each in proof.reviews),
        tuple(replace(each, by=by(each.by)) for each in proof.duties),
    )
