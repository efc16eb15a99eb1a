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
from ..onward.terms import written
from ..proof import Proof, Vouching
from ..v1 import log_pb2 as log
from ..v1 import question_pb2 as q
from .classes import Layer, Reasons, Texts

SAME_USER, OTHER_USER = "requester", "other"  # in place of names of persons
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
class Bases:
    """The circumstances of classes of questions, made once an hour."""

    reasons: Reasons
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
            circumstances = self._circumstances(key, texts, hour, terms, owners)
            found = kept[place] = Basis.of(circumstances)
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
        circumstances = self._circumstances(key, texts, hour, terms, owners)
        circumstances.proof = proof_text(proof, texts.user)
        circumstances.retries = retries
        if chain is not None:
            circumstances.chain.CopyFrom(chain)
        return Basis.of(circumstances)

    def _circumstances(
        self,
        key: tuple[bytes, object, bool],
        texts: Texts,
        hour: int,
        terms: Iterable[OnwardTerms],
        owners: tuple[str, ...],
    ) -> log.Circumstances:
        question, seen, has_user = key
        return log.Circumstances(
            question=q.Question.FromString(question),
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


def proof_text(proof: Proof | None, user: str) -> bytes:
    """What is on file as circumstances have it; empty if nothing is.

    Args:
        proof: What is on file.
        user: The opaque name of the person who asks.
    """
    return b"" if proof is None else _encode(_nameless(proof, user))


def _nameless(proof: Proof, user: str) -> Proof:
    """The proof with nobody's name in it; only whether it is that of the requester's person."""

    def by(voucher: Vouching) -> Vouching:
        if not voucher.user:
            return voucher
        same = voucher.user == user
        return replace(voucher, user=SAME_USER if same else OTHER_USER)

    return Proof(
        tuple(replace(each, by=by(each.by)) for each in proof.facts),
        tuple(replace(each, by=by(each.by)) for each in proof.papers),
        tuple(replace(each, by=by(each.by)) for each in proof.reviews),
        tuple(replace(each, by=by(each.by)) for each in proof.duties),
    )
