"""The answers of all requests of one question, each with what decides it: ``Engine.decide``.

The ways to an answer are apart from each other and together they are all there are. Of several
rules that decide the first is named, if any of those asked for is among them. A PERMIT on less sure
wording than the owner accepts is held: ``engine/weight.py``, before any fact is known.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

from ...dsl import syntax as tree
from ...dsl.model import LawReading, Policy
from ..binding import OWNER_LAYERS
from ..compiled.walk import parts_of
from ..outside import governs_at_all, governs_on_day
from ..reference import RESTRICTING, Case
from ..weight import branch_wording, rank, rule_wording
from .conditions import Sources
from .encoding import Encoded, Encoder, Part
from .formulas import (
    FALSE,
    Formula,
    Pair,
    Some,
    Unknown,
    both,
    either,
    every,
    negated,
    one,
)

RANKS = (1, 2)  # of wordings; nothing ranks below 0


@dataclass(frozen=True, slots=True)
class Way:
    """One way to an answer.

    Attributes:
        outcome: The answer.
        reason: Why, in a word of docs/semantics.md, section 7, where no rule is named.
        part: The rule that decides, if one does.
        formula: The requests that are answered so.
    """

    outcome: tree.Outcome
    reason: str
    part: Part | None
    formula: Formula


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers of one question."""

    encoded: Encoded
    ways: tuple[Way, ...]


@dataclass(slots=True)
class Answering:
    """Works out the answers of one question; ``tag`` tells vocabularies of one name apart."""

    case: Case
    sources: Sources
    tag: str = ""
    encoder: Encoder = field(init=False)
    _permitted: dict[str, Formula] = field(default_factory=dict[str, Formula])

    def __post_init__(self) -> None:
        """Have an encoder."""
        self.encoder = Encoder(self.case, self.sources, self.tag)

    def encoded(self) -> Encoded:
        """What rules come to.

        Raises:
            NotCoveredError: No formula is known for a part of a rule.
        """
        return self.encoder.encoded()

    def answers(self, encoded: Encoded, named: Collection[str]) -> Answers:
        """The answers.

        Args:
            encoded: What rules come to.
            named: The ids of the rules that are named; of several that decide the first is.

        Raises:
            NotCoveredError: No formula is known for a part of a rule.
        """
        if not governs_on_day(self.case):
            reason = "no law of that day" if governs_at_all(self.case) else "outside this law"
            return Answers(encoded, (Way(tree.Outcome.DENY, reason, None, True),))
        return Answers(encoded, tuple(way for way in self._ways(encoded, named) if way.formula))

    def speaking(self) -> dict[str, Formula]:
        """When a request may speak the words of a vocabulary: those of the lowest that binds it."""
        policies = self.case.library.policies
        effective = tuple(self.case.policies())
        deepest = self.case.library.deepest_vocabulary
        none_binds = negated(one(self.encoder.bound(p).certain for p in effective))
        found: dict[str, Formula] = {}
        for words in self.case.library.vocabularies.values():
            own = (p for p in policies if p.vocabulary.edition == words.edition)
            lower = (p for p in effective if p.vocabulary.depth > words.depth)
            binds = one(self.encoder.bound(policy).possible for policy in own)
            found[words.edition] = both(
                either(binds, none_binds if words.edition == deepest.edition else False),
                negated(one(self.encoder.bound(policy).certain for policy in lower)),
            )
        return found

    def _ways(self, encoded: Encoded, named: Collection[str]) -> Iterator[Way]:
        order = [part for part in encoded.parts if part.rule.id in named]
        others = [part for part in encoded.parts if part.rule.id not in named]
        yield from _firsts(tree.Outcome.DENY, "forbidden", [(p, p.denies) for p in order],
                           one(p.denies for p in others))  # fmt: skip
        unbarred = negated(one(part.denies for part in encoded.parts))
        closed = both(unbarred, negated(encoded.ground.possible))
        yield Way(tree.Outcome.DENY, "no ground", None, both(closed, encoded.on_file))
        off_file = both(closed, negated(encoded.on_file))
        yield Way(tree.Outcome.DENY, "no policy on file", None, off_file)
        allowed = negated(encoded.outcome[tree.Outcome.DENY])
        unopened = negated(encoded.ground.certain)
        rest = either(one(p.holds for p in others), unopened)
        firsts = _firsts(tree.Outcome.HOLD, "unproven", [(p, p.holds) for p in order], rest)
        yield from (replace(way, formula=both(allowed, way.formula)) for way in firsts)
        permitted = encoded.outcome[tree.Outcome.PERMIT]
        sure = either(encoded.left_open.certain, self._sure(encoded))
        yield Way(tree.Outcome.HOLD, "law to confirm", None, both(permitted, negated(sure)))
        yield Way(tree.Outcome.PERMIT, "permitted", None, both(permitted, sure))

    # How sure the wording is -----------------------------------------------------------------

    def _sure(self, encoded: Encoded) -> Formula:
        """Whether a PERMIT rests on no weaker wording than the owner accepts."""
        return every(
            either(negated(self._required(least)), self._rests_on(encoded, least))
            for least in RANKS
        )

    def _required(self, least: int) -> Formula:
        """Whether the owner asks for at least so sure a wording."""
        return one(
            self.encoder.bound(policy).certain
            for policy in self.case.policies()
            if policy.layer is tree.Layer.OWNER and rank(policy.rests_on or "verified") >= least
        )

    def _rests_on(self, encoded: Encoded, least: int) -> Formula:
        """Whether no wording that counts is less sure."""
        opens = one(
            part.value.certain
            for part in encoded.parts
            if part.rule.effect is tree.Effect.PERMIT
            and part.policy.layer in OWNER_LAYERS
            and rank(rule_wording(part.rule)) >= least
        )
        weak = (self.kept_back(p, least) for p in encoded.parts if p.rule.effect in RESTRICTING)
        return both(opens, negated(one(weak)), negated(self._pivotal(encoded, least)))

    def kept_back(self, part: Part, least: int) -> Formula:
        """Whether only less sure wording keeps a rule from biting, for somebody."""
        rule = part.rule
        branches = (*rule.node.grounds, *rule.node.exceptions)
        if all(rank(branch_wording(branch, rule)) >= least for branch in branches):
            return False
        place = replace(self.encoder.place(part.policy), each=rule.node.per_recipient)
        applies, found = self.encoder.turn(rule, place, part.part)
        strong = one(p.certain for b, p in found if rank(branch_wording(b, rule)) >= least)
        weak = both(applies.possible, one(p.certain for _, p in found), negated(strong))
        if not rule.node.per_recipient:
            return weak
        others = negated(self.encoder.translator.is_whole())
        return either(Some(weak), both(others, Unknown(weak)))

    def _pivotal(self, encoded: Encoded, least: int) -> Formula:
        """Whether a less sure reading, answered otherwise, would change a PERMIT."""
        return one(
            both(asked, negated(self._turned(encoded, reading)))
            for reading, asked in _readings(encoded)
            if reading.answer is not None and rank(reading.stance.value) < least
        )

    def _turned(self, encoded: Encoded, reading: LawReading) -> Formula:
        """When a PERMIT stays one if a reading has the other answer."""
        if reading.name not in self._permitted:
            case = replace(self.case, readings={reading.name: not reading.answer})
            other = Encoder(case, self.sources, self.tag)
            touched = [p for p in encoded.parts if reading.name in _names_read(p, whole=True)]
            if any(part.rule.effect is tree.Effect.LEAVE_OPEN for part in touched):
                turned = other.encoded()
            else:
                parts = (
                    _again(part, other, encoded.left_open) if part in touched else part
                    for part in encoded.parts
                )
                turned = other.combined(tuple(parts), encoded.left_open)
            self._permitted[reading.name] = turned.outcome[tree.Outcome.PERMIT]
        return self._permitted[reading.name]


def _again(part: Part, encoder: Encoder, left_open: Pair) -> Part:
    """What a rule comes to by another encoder, where it takes part."""
    found = encoder.part(part.policy, part.rule, left_open)
    if found is None:
        return replace(part, value=FALSE, denies=False, holds=False)
    takes = part.part.possible
    value = Pair(both(takes, found.value.certain), both(takes, found.value.possible))
    return replace(
        found, value=value, denies=both(takes, found.denies), holds=both(takes, found.holds)
    )


def _firsts(
    outcome: tree.Outcome, reason: str, wanted: Iterable[tuple[Part, Formula]], rest: Formula
) -> Iterator[Way]:
    """A way for each rule that decides where none before it does, and one for all the rest."""
    before: list[Formula] = []
    for part, formula in wanted:
        if formula is not False:
            yield Way(outcome, reason, part, both(formula, *map(negated, before)))
            before.append(formula)
    yield Way(outcome, reason, None, both(rest, *map(negated, before)))


def _readings(encoded: Encoded) -> Iterator[tuple[LawReading, Formula]]:
    """The readings that conditions ask, and whether a rule that does takes part."""
    asked: dict[str, tuple[LawReading, list[Formula]]] = {}
    for part in encoded.parts:
        for name in _names_read(part):
            reading = part.policy.vocabulary.readings[name]
            asked.setdefault(name, (reading, []))[1].append(part.part.possible)
    for _, (reading, formulas) in sorted(asked.items()):
        yield reading, one(formulas)


def _names_read(part: Part, *, whole: bool = False) -> set[str]:
    """The readings that the condition and branches of a rule ask.

    Args:
        part: The rule.
        whole: Whether to look at whom it binds and at what shows its duties done, too.
    """
    policy, node = part.policy, part.rule.node
    conditions = [node.condition] if node.condition is not None else []
    conditions += [branch.condition for branch in (*node.grounds, *node.exceptions)]
    if whole:
        conditions += [bound for bound in (policy.binds, node.binds) if bound is not None]
        duties = (policy.vocabulary.duties[must.duty.text] for must in node.musts)
        conditions += [duty.done_by for duty in duties if duty.done_by is not None]
    return {name for condition in conditions for name in names_in(condition, policy)}


def names_in(condition: tree.Condition, policy: Policy) -> Iterator[str]:
    """The definitions and readings that a condition reads, and those that they read."""
    for part in parts_of(condition):
        if isinstance(part, tree.Named):
            if part.name in policy.defines:
                yield from names_in(policy.defines[part.name], policy)
            else:
                yield part.name
