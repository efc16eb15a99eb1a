"""What single rules did in a search of a log, and the judgment that all of them come to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.truth import Truth, any_of
from ..binding import OWNER_LAYERS
from ..dates import applied
from ..decision import needs_of
from ..explanation import Need
from ..outside import naming_rules
from ..reference import BITING, HOLDING, Case, RuleResult, RuleState
from ..weight import rank, readings_read, rule_status
from .findings import ABOVE, Ground, Judgment, Version
from .verdicts import RowVerdict


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What one rule did, as far as a judgment tells it.

    Attributes:
        layer: The layer of its policy.
        effect: The effect of the rule.
        version: The rule, as it stands on the day.
        state: What it did.
        value: Whether it bites or opens.
        missing: What it waits for, if it is open: cause and name of each.
        readings: The open questions of law that it asked.
        is_verified: Whether it bites, on verified wording.
    """

    layer: tree.Layer
    effect: tree.Effect
    version: Version
    state: RuleState
    value: Truth
    missing: tuple[tuple[str, str], ...]
    readings: frozenset[str]
    is_verified: bool

    @property
    def left_open(self) -> Truth:
        """Whether the rule leaves this open to the layers below the federal one."""
        leaves = self.effect is tree.Effect.LEAVE_OPEN and self.layer is tree.Layer.FEDERAL
        return self.value if leaves else Truth.FALSE

    @property
    def ground(self) -> Truth:
        """Whether the rule opens the search, as far as the owner's side has a say."""
        permits = self.effect is tree.Effect.PERMIT and self.layer in OWNER_LAYERS
        return self.value if permits else self.left_open


def outcome_of(case: Case, result: RuleResult) -> Outcome:
    """What a rule did."""
    is_above = result.policy.layer in ABOVE
    waits = is_above and result.state in HOLDING
    bites = is_above and result.state in BITING
    return Outcome(
        result.policy.layer,
        result.rule.effect,
        version_of(result),
        result.state,
        result.value,
        tuple(dict.fromkeys(map(_missing, needs_of(result)))) if waits else (),
        readings_read(result),
        bites and rank(rule_status(case, result)) >= rank("verified"),
    )


def silence_of(case: Case) -> RowVerdict | None:
    """Why no rule above the owner may speak of a search; None if one may."""
    naming = [(p, r) for p, r in naming_rules(case) if p.layer in ABOVE]
    if not naming:
        return RowVerdict.OUTSIDE
    if all(applied(r.node, case.bare(p).days) is Truth.FALSE for p, r in naming):
        return RowVerdict.NO_LAW
    return None


def judged(outcomes: Sequence[Outcome], silence: RowVerdict | None, *, on_file: bool) -> Judgment:
    """The judgment that the outcomes of all rules come to.

    Args:
        outcomes: What each rule did that took part, in the order of layers.
        silence: Why no rule above the owner may speak.
        on_file: Whether the owner has a policy in force.
    """
    opens = any_of(each.ground for each in outcomes)
    above = [each for each in outcomes if each.layer in ABOVE]
    verdict = silence or _verdict(above)
    missing = dict.fromkeys(lack for each in above for lack in each.missing)
    return Judgment(
        verdict,
        _ground(opens) if on_file else Ground.NONE,
        tuple((each.version, each.state) for each in above),
        tuple(missing) if verdict is RowVerdict.CANNOT_TELL else (),
        readings=frozenset(name for each in above for name in each.readings),
    )


def _verdict(above: Sequence[Outcome]) -> RowVerdict:
    biting = [each for each in above if each.state in BITING]
    if biting:
        verified = any(each.is_verified for each in biting)
        return RowVerdict.UNLAWFUL if verified else RowVerdict.QUESTION
    holding = any(each.state in HOLDING for each in above)
    return RowVerdict.CANNOT_TELL if holding else RowVerdict.LAWFUL


def _ground(opens: Truth) -> Ground:
    return Ground.SILENT if opens is Truth.FALSE else Ground.YES


def version_of(result: RuleResult) -> Version:
    """A rule, as it stands on the day."""
    period = result.rule.node.in_force
    return result.rule.id, period.start if period else None


def _missing(need: Need) -> tuple[str, str]:
    """The cause and the name under which a missing fact is counted."""
    return (need.cause.value if need.cause else need.kind.value), need.name
