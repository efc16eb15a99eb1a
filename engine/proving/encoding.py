"""Rules, layers and the outcome as formulas: ``engine/reference.py`` before any fact is known.

One question is all requests of one act and kind of data on days between which no law changes.
Who asks whom, what is stated and how well it is proven stay open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, combinations

from ...dsl import syntax as tree
from ...dsl.model import Policy, Rule
from ...dsl.truth import Truth
from ..binding import OWNER_LAYERS, parameters_for
from ..conditions import Context
from ..dates import applied, in_force
from ..reference import RESTRICTING, Case
from .conditions import Guarded, NotCoveredError, Place, Sources, Translator
from .formulas import (
    FALSE,
    TRUE,
    Atom,
    Formula,
    Pair,
    Some,
    Unknown,
    Who,
    all_pairs,
    any_pairs,
    both,
    constant,
    either,
    every,
    negated,
    one,
)
from .sources import OfReview

MOST_STATING = 6  # policies, besides owners' own, that state one parameter


@dataclass(frozen=True, slots=True)
class Part:
    """What a rule comes to.

    Attributes:
        policy: Its policy.
        rule: The rule.
        part: Whether it takes part, whatever its condition says.
        applies: Whether its condition holds for anyone.
        value: Whether it bites or opens.
        branches: Whether each ground and exception holds for anyone for whom the rule applies.
        denies: Whether it denies.
        holds: Whether it holds the request, if nothing denies it.
    """

    policy: Policy
    rule: Rule
    part: Pair
    applies: Pair
    value: Pair
    branches: tuple[tuple[tree.Branch, Pair], ...]
    denies: Formula = False
    holds: Formula = False


@dataclass(frozen=True, slots=True)
class Encoded:
    """The outcome of all requests of one question."""

    parts: tuple[Part, ...]
    left_open: Pair
    on_file: Formula
    ground: Pair
    outcome: Mapping[tree.Outcome, Formula]


@dataclass(slots=True)
class Encoder:
    """Encodes the rules of one question.

    Attributes:
        case: A request of its act, data and days.
        sources: What its requests may hold.
        tag: What tells its vocabularies from others of the same name, where there are such.
    """

    case: Case
    sources: Sources
    tag: str = ""
    translator: Translator = field(init=False)
    _bound: dict[str, Pair] = field(default_factory=dict[str, Pair])
    _numbers: dict[tuple[object, ...], Guarded] = field(
        default_factory=dict[tuple[object, ...], Guarded]
    )

    def __post_init__(self) -> None:
        """Have a translator."""
        self.translator = Translator(self.sources, self.tag)

    def encoded(self) -> Encoded:
        """The outcome.

        Raises:
            NotCoveredError: No formula is known for a part of a rule.
        """
        parts: list[Part] = []
        left_open = FALSE
        for layer in tree.Layer:
            mine = [
                part
                for policy in self.case.policies()
                if policy.layer is layer
                for rule in policy.rules
                if (part := self.part(policy, rule, left_open)) is not None
            ]
            parts += mine
            if layer is tree.Layer.FEDERAL:
                opening = (p for p in mine if p.rule.effect is tree.Effect.LEAVE_OPEN)
                left_open = any_pairs([p.value for p in opening])
        return self.combined(parts, left_open)

    def combined(self, parts: Sequence[Part], left_open: Pair) -> Encoded:
        """The outcome of what rules come to."""
        permits = [
            p.value
            for p in parts
            if p.rule.effect is tree.Effect.PERMIT and p.policy.layer in OWNER_LAYERS
        ]
        on_file = self._on_file()
        opened = any_pairs(permits)
        here = Pair(both(on_file, opened.certain), both(on_file, opened.possible))
        ground = any_pairs([here, left_open])
        denied = either(one(p.denies for p in parts), negated(ground.possible))
        held = either(one(p.holds for p in parts), negated(ground.certain))
        allowed = negated(denied)
        outcome: dict[tree.Outcome, Formula] = {
            tree.Outcome.DENY: denied,
            tree.Outcome.HOLD: both(allowed, held),
            tree.Outcome.PERMIT: both(allowed, negated(held)),
        }
        return Encoded(tuple(parts), left_open, on_file, ground, outcome)

    # One rule --------------------------------------------------------------------------------

    def part(self, policy: Policy, rule: Rule, left_open: Pair = FALSE) -> Part | None:
        """What a rule comes to; None if it has no part in any request of the question."""
        if self.case.request.act not in rule.acts:
            return None
        place = self.place(policy)
        fixed = min(applied(rule.node, place.context.days), self.case.governs(rule, policy))
        if fixed is Truth.FALSE:
            return None
        taken = [constant(fixed), self.bound(policy)]
        if rule.node.binds is not None:
            taken.append(self.translator.pair(rule.node.binds, place))
        if policy.layer is not tree.Layer.FEDERAL and rule.effect in RESTRICTING:
            taken.append(~left_open)
        part = all_pairs(taken)
        here = replace(place, each=rule.node.per_recipient)
        applies, value, branches = self._turns(rule, here, part)
        done = all_pairs([self.translator.duty(must, place) for must in self._before(rule)])
        if rule.effect is tree.Effect.PERMIT:
            value = all_pairs([value, done])
        found = Part(policy, rule, part, applies, value, branches)
        return self._stated(found, negated(done.certain))

    def _turns(
        self, rule: Rule, place: Place, part: Pair
    ) -> tuple[Pair, Pair, tuple[tuple[tree.Branch, Pair], ...]]:
        applies, branches = self.turn(rule, place, part)
        value = all_pairs([applies, ~any_pairs([pair for _, pair in branches])])
        lets = tuple((branch, all_pairs([applies, pair])) for branch, pair in branches)
        if not rule.node.per_recipient:
            return applies, value, lets
        some = tuple((branch, self.anyone(pair)) for branch, pair in lets)
        return self.anyone(applies), self.anyone(value, capped=True), some

    def turn(
        self, rule: Rule, place: Place, part: Pair
    ) -> tuple[Pair, list[tuple[tree.Branch, Pair]]]:
        """Whether a rule applies to one recipient, and each ground and exception of it."""
        node = rule.node
        condition = TRUE if node.condition is None else self.translator.pair(node.condition, place)
        branches = [
            (branch, self.translator.pair(branch.condition, place))
            for branch in (*node.grounds, *node.exceptions)
        ]
        return all_pairs([part, condition]), branches

    def anyone(self, pair: Pair, *, capped: bool = False) -> Pair:
        """A pair asked of every recipient, and of somebody unknown where there may be one.

        Args:
            pair: What is asked of each.
            capped: Whether somebody unknown can hold and never by himself decide.
        """
        others = negated(self.translator.is_whole())
        sure: Formula = False if capped else both(others, Unknown(pair.certain))
        return Pair(
            either(Some(pair.certain), sure),
            either(Some(pair.possible), both(others, Unknown(pair.possible))),
        )

    def _before(self, rule: Rule) -> Iterator[tree.Must]:
        act = self.case.request.act
        return (m for m in rule.node.musts if any(name.text == act for name in m.before))

    def _stated(self, part: Part, undone: Formula) -> Part:
        """Whether a rule denies or holds: the states of the reference."""
        effect, value = part.rule.effect, part.value
        waits = both(part.applies.possible, undone)
        match effect:
            case tree.Effect.PERMIT | tree.Effect.LEAVE_OPEN:
                return part
            case tree.Effect.REQUIRE:
                return replace(part, holds=waits)
            case tree.Effect.REFER:
                cleared, refused = self._review(part)
                unread = both(value.possible, negated(cleared))
                denies = both(value.certain, refused)
                return replace(part, denies=denies, holds=either(unread, waits))
            case _:
                return replace(part, denies=value.certain, holds=either(value.possible, waits))

    def _review(self, part: Part) -> tuple[Formula, Formula]:
        role = part.rule.node.refer_to
        key = "review", part.rule.id, role.text if role is not None else ""
        source = self.sources.keep(OfReview(key, part.policy, part.rule))
        return Atom(source, 0, True, Who.NOBODY), Atom(source, 1, True, Who.NOBODY)

    # Whom policies bind ----------------------------------------------------------------------

    def bound(self, policy: Policy) -> Pair:
        """Whether a policy binds."""
        if policy.name not in self._bound:
            bare = Place(self.case.bare(policy))
            self._bound[policy.name] = (
                self.translator.of_path(policy)
                if policy.path_binds
                else TRUE
                if policy.binds is None
                else self.translator.pair(policy.binds, bare)
            )
        return self._bound[policy.name]

    def _on_file(self) -> Formula:
        """Whether the owner has a policy that is in force, or may be."""
        return one(
            self.bound(policy).certain
            for policy in self.case.policies()
            if policy.layer is tree.Layer.OWNER
            for days in [self.case.bare(policy).days]
            if in_force(policy.in_force, days) is not Truth.FALSE
            and any(applied(rule.node, days) is not Truth.FALSE for rule in policy.rules)
        )

    def place(self, policy: Policy) -> Place:
        """Where the conditions of a policy stand."""
        context = self.case.bare(policy)
        return Place(context, self._guarded(context))

    def _guarded(self, context: Context) -> Guarded:
        """The values that parameters have for each set of policies that may bind."""
        days = context.days
        if days not in self._numbers:
            self._numbers[days] = tuple(self._by_binding(days))
        return self._numbers[days]

    def _by_binding(
        self, days: tuple[object, ...]
    ) -> Iterator[tuple[Formula, dict[str, tuple[tree.Value, ...]]]]:
        versions = self.case.library.parameters
        stating = {version.policy for stated in versions.values() for version in stated}
        able = [p for p in self.case.policies() if p.layer is not tree.Layer.REQUESTER]
        able = [p for p in able if p.name in stating or not versions.keys().isdisjoint(p.settings)]
        own = [p for p in able if p.path_binds]
        other = [p for p in able if not p.path_binds]
        if len(other) > MOST_STATING:
            raise NotCoveredError(f"a parameter that {len(other)} policies state")
        sets = chain.from_iterable(combinations(other, size) for size in range(len(other) + 1))
        for some in sets:
            for mine in (None, *own):
                bound = [*some, *([mine] if mine else [])]
                guard = every(
                    self.bound(p).certain if p in bound else negated(self.bound(p).certain)
                    for p in able
                )
                yield guard, parameters_for(versions, bound, days)  # type: ignore[arg-type]
