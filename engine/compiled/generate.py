"""Rules to one Python function of a plan: docs/semantics.md, section 5.

The function gets the words of a request and gives one integer: a bit for each rule that did
something, and for what it did. A quiet rule costs one expression.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum

from ...dsl import syntax as tree
from ...dsl.model import Policy, Rule
from ...dsl.truth import Truth
from ..conditions import Context
from ..reference import RuleState
from ..weight import branch_wording, rank
from .terms import (
    FALSE,
    Code,
    Pair,
    Term,
    all_pairs,
    any_pairs,
    both,
    constant,
    negated,
    written,
)
from .translate import Place, Translator, shared_key, words_of_recipient
from .walk import parts_of


class Mark(Enum):
    """What a rule may leave behind besides its state."""

    WEAK = "an exception or ground of a wording that the owner does not accept for a PERMIT"
    DUTY_ONLY = "a permit that waits for a duty alone"


@dataclass(frozen=True, slots=True)
class Part:
    """A rule that may take part in the requests of a plan; ``part`` is what is known of that."""

    policy: Policy
    rule: Rule
    part: Truth
    context: Context


@dataclass(slots=True)
class Marks:
    """The meaning of each bit of an answer, in the order of the rules."""

    meaning: list[tuple[int, RuleState | Mark]] = field(
        default_factory=list[tuple[int, "RuleState | Mark"]]
    )

    def bit(self, rule: int, what: RuleState | Mark) -> int:
        """The bit of what a rule did."""
        if (rule, what) not in self.meaning:
            self.meaning.append((rule, what))
        return 1 << self.meaning.index((rule, what))


@dataclass(frozen=True, slots=True)
class Generated:
    """The text of a function, what its bits mean, and which rules a review may clear."""

    text: str
    marks: tuple[tuple[int, RuleState | Mark], ...]
    referrals: tuple[int, ...]


def generate(parts: Sequence[Part], translator: Translator, required: int) -> Generated:
    """The function of some rules.

    Args:
        parts: The rules, in the order of layers.
        translator: Where their facts get their places.
        required: The rank of the weakest wording on which the owner lets a PERMIT rest.
    """
    writer = _Writer(parts, translator, required)
    for at in range(len(parts)):
        writer.rule(at)
    return Generated(writer.text(), tuple(writer.marks.meaning), tuple(writer.referrals))


def repeated(parts: Iterable[Part]) -> frozenset[Hashable]:
    """The conditions that stand more than once in some rules."""
    counts: Counter[Hashable] = Counter()
    for part in parts:
        for condition in _conditions(part.rule):
            counts.update(_composites(condition, part.policy))
    return frozenset(key for key, count in counts.items() if count > 1)


def _conditions(rule: Rule) -> Iterator[tree.Condition]:
    node = rule.node
    if node.condition is not None:
        yield node.condition
    yield from (branch.condition for branch in (*node.grounds, *node.exceptions))


def _composites(condition: tree.Condition, policy: Policy) -> Iterator[Hashable]:
    for part in parts_of(condition):
        if isinstance(part, tree.And | tree.Or | tree.Named):
            yield shared_key(part, policy)
        if isinstance(part, tree.Named) and part.name in policy.defines:
            yield from _composites(policy.defines[part.name], policy)


@dataclass(slots=True)
class _Writer:
    """Writes the rules one after the other."""

    parts: Sequence[Part]
    translator: Translator
    required: int
    marks: Marks = field(default_factory=Marks)
    referrals: list[int] = field(default_factory=list[int])
    left_open: Pair = FALSE

    @property
    def lines(self) -> list[str]:
        return self.translator.lines

    def text(self) -> str:
        """The whole function."""
        words = [f"g{at}" for at in range(len(self.translator.request.found))]
        body = [f"{', '.join(words)}, _ = w"] if words else []
        if any(line.lstrip().startswith("for r in") for line in self.lines):
            body.append("R, Q, o = W")
        body += ["m = 0", *self.lines, "return m"]
        return "\n".join(["def run(w, W, V):", *(f"    {line}" for line in body)]) + "\n"

    def rule(self, at: int) -> None:
        """One rule."""
        part = self.parts[at]
        effect = part.rule.effect
        if effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN):
            self._opening(at)
        elif part.rule.node.per_recipient:
            self._for_each(at)
        else:
            self._restricting(at)

    # What a rule says ------------------------------------------------------------------------

    def _applies(self, at: int, place: Place) -> Pair:
        """Its part in the request and its condition."""
        part = self.parts[at]
        node = part.rule.node
        outside = Place(part.policy, part.context)
        pairs = [constant(part.part)]
        if node.binds is not None:
            pairs.append(self.translator.pair(node.binds, outside))
        restricts = part.rule.effect not in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN)
        if restricts and part.policy.layer is not tree.Layer.FEDERAL:
            pairs.append(~self.left_open)
        if node.condition is not None:
            pairs.append(self.translator.pair(node.condition, place))
        return all_pairs(pairs)

    def _branches(self, at: int, place: Place) -> list[tuple[Pair, bool]]:
        """Its grounds and exceptions, the best supported first, and whether each is too weak."""
        rule = self.parts[at].rule
        found = [*rule.node.grounds, *rule.node.exceptions]
        ranks = [rank(branch_wording(branch, rule)) for branch in found]
        order = sorted(range(len(found)), key=lambda number: -ranks[number])
        return [
            (self.translator.pair(found[number].condition, place), ranks[number] < self.required)
            for number in order
        ]

    def _undone(self, at: int) -> Term:
        """Whether a duty before the act is not done."""
        part = self.parts[at]
        act = part.context.facts.request.act
        place = Place(part.policy, part.context)
        duties = [
            self.translator.duty(must, place).certain
            for must in part.rule.node.musts
            if any(name.text == act for name in must.before)
        ]
        return negated(both(duties))

    def _set(self, at: int, *what: RuleState | Mark) -> str:
        mask = 0
        for each in what:
            mask |= self.marks.bit(at, each)
        return f"m |= {mask}"

    # Rules that open -------------------------------------------------------------------------

    def _opening(self, at: int) -> None:
        part = self.parts[at]
        place = Place(part.policy, part.context)
        applies, branches = self._applies(at, place), self._branches(at, place)
        barred = any_pairs(pair for pair, _ in branches)
        opens = all_pairs((applies, ~barred))
        undone: Term = False
        if part.rule.effect is tree.Effect.PERMIT:
            undone = self._undone(at)
        else:
            self._leave_open(opens)
        lines = _chosen(
            [
                (both((opens.certain, negated(undone))), self._set(at, RuleState.OPENS)),
                (opens.certain, self._set(at, RuleState.UNPROVEN, Mark.DUTY_ONLY)),
                (opens.possible, self._set(at, RuleState.UNPROVEN)),
            ]
        )
        self._guarded(opens.possible, lines)

    def _leave_open(self, opens: Pair) -> None:
        """What the federal layer leaves open, remembered for the layers below it."""
        name = f"l{len(self.lines)}"
        self.lines.append(f"{name}c = {written(opens.certain)}")
        self.lines.append(f"{name}p = {written(opens.possible)}")
        self.left_open = any_pairs((self.left_open, Pair(Code(f"{name}c"), Code(f"{name}p"))))

    # Rules that restrict ---------------------------------------------------------------------

    def _restricting(self, at: int) -> None:
        """A rule asked once for the whole request."""
        part = self.parts[at]
        place = Place(part.policy, part.context)
        applies, branches = self._applies(at, place), self._branches(at, place)
        undone = self._undone(at)
        if part.rule.effect is tree.Effect.REQUIRE:
            self._guarded(both((applies.possible, undone)), [self._set(at, RuleState.DUTY_FIRST)])
            return
        lets = any_pairs(pair for pair, _ in branches)
        clear = _under(undone, [self._set(at, RuleState.DUTY_FIRST)] if undone is not False else [])
        value = all_pairs((applies, ~lets))
        choices: list[tuple[Term, list[str]]] = [
            (pair.certain, [*([self._set(at, Mark.WEAK)] if weak else []), *clear])
            for pair, weak in branches
        ]
        choices += self._bites(at, value, clear)
        self._guarded(applies.possible, _choices(choices))

    def _bites(self, at: int, value: Pair, clear: list[str]) -> list[tuple[Term, list[str]]]:
        """What a rule whose value is at least possible does."""
        if self.parts[at].rule.effect is not tree.Effect.REFER:
            return [
                (value.certain, [self._set(at, RuleState.BITES)]),
                (True, [self._set(at, RuleState.UNPROVEN)]),
            ]
        return [(True, self._reviewed(at, value.certain, clear))]

    def _reviewed(self, at: int, certain: Term, clear: list[str]) -> list[str]:
        """A referral: held until a reviewer clears it; refused by him if it surely applies."""
        number = len(self.referrals)
        self.referrals.append(at)
        refused = _choices(
            [
                (certain, [self._set(at, RuleState.REFUSED)]),
                (True, [self._set(at, RuleState.UNPROVEN)]),
            ]
        )
        return [
            f"if V is None or not V[{number}]: {self._set(at, RuleState.REFERRED)}",
            f"elif V[{number}] == 2:",
            *_deeper(refused),
            *(["else:", *_deeper(clear)] if clear else []),
        ]

    def _for_each(self, at: int) -> None:
        """A rule asked once for each recipient; the strictest counts."""
        part = self.parts[at]
        place = Place(part.policy, part.context, looped=True)
        applies, branches = self._applies(at, place), self._branches(at, place)
        undone = self._undone(at)
        lets = any_pairs(pair for pair, _ in branches)
        value = all_pairs((applies, ~lets))
        name = f"s{len(self.lines)}"
        inside = _choices(
            [
                *(
                    (pair.certain, [self._set(at, Mark.WEAK)] if weak else ["pass"])
                    for pair, weak in branches
                ),
                (both((value.certain, _KNOWN)), [f"{name} = 3", "break"]),
                (True, [f"{name} = 2"]),
            ]
        )
        if undone is not False:
            inside = [f"if not {name}: {name} = 1", *inside]
        terms = [applies.possible, value.certain, *(p.certain for p, _ in branches)]
        if applies.possible is False:
            return  # it has no part in any request of this plan
        self.translator.lines += [
            f"{name} = 0",
            "for r in Q:",
            *(f"    {line}" for line in words_of_recipient(*terms)),
            *_deeper(_under(applies.possible, inside)),
        ]
        self.translator.lines += self._after_loop(at, name, undone)

    def _after_loop(self, at: int, name: str, undone: Term) -> list[str]:
        """What came of all recipients: 1 applies to one, 2 may bite one, 3 bites one."""
        clear = _under(undone, [self._set(at, RuleState.DUTY_FIRST)])
        if self.parts[at].rule.effect is tree.Effect.REFER:
            certain = Code(f"{name} > 2", compound=True)
            lines = [f"if {name} > 1:", *_deeper(self._reviewed(at, certain, clear))]
        else:
            lines = [
                f"if {name} == 3: {self._set(at, RuleState.BITES)}",
                f"elif {name} == 2: {self._set(at, RuleState.UNPROVEN)}",
            ]
        return [*lines, *([f"elif {name}:", *_deeper(clear)] if clear else [])]

    def _guarded(self, guard: Term, lines: list[str]) -> None:
        self.translator.lines.extend(_under(guard, lines))


# The flag of a recipient who is known; somebody unknown may yet be one whom a rule lets in.
_KNOWN = Code("r[0]")


def _chosen(cases: Iterable[tuple[Term, str]]) -> list[str]:
    return _choices((guard, [line]) for guard, line in cases)


def _choices(cases: Iterable[tuple[Term, list[str]]]) -> list[str]:
    """The first case that holds."""
    lines: list[str] = []
    word = "if"
    for guard, inner in cases:
        if guard is False:
            continue
        body = inner or ["pass"]
        if guard is True:
            return [*lines, "else:", *_deeper(body)] if lines else body
        lines += [f"{word} {written(guard)}:", *_deeper(body)]
        word = "elif"
    return lines


def _under(guard: Term, lines: list[str]) -> list[str]:
    """Lines under a condition; none if it never holds."""
    if guard is False or not lines:
        return []
    return lines if guard is True else [f"if {written(guard)}:", *_deeper(lines)]


def _deeper(lines: Iterable[str]) -> list[str]:
    return [f"    {line}" for line in lines]
