"""Why an answer in the log is not the one that its policies give, in words.

What may be: the service went by other policies than it says, a lower layer was let loosen what a
higher one forbids, an evaluator fails, or the answer was written otherwise than it was decided.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from itertools import islice

from ...dsl import syntax as tree
from ...engine.decision import STRICTNESS, Decision
from ...engine.reference import RuleResult, RuleState
from ..v1 import log_pb2 as log
from .judging import Judged
from .libraries import Libraries, Version

_LAYERS = tuple(tree.Layer)  # from the highest to the lowest
_MOST_VERSIONS = 20  # other versions that are tried
_BARS = frozenset(
    {RuleState.BITES, RuleState.REFUSED, RuleState.UNPROVEN, RuleState.REFERRED,
     RuleState.DUTY_FIRST}
)  # fmt: skip


class Why(Enum):
    """The kinds of difference."""

    OTHER_POLICIES = "other policies"
    FLOOR_LOOSENED = "floor loosened"
    REFUSED_POLICIES = "policies that may not serve"
    EVALUATOR = "evaluator fault"
    CHANGED = "changed answer"
    STALE = "stale policies"
    LASTS_TOO_LONG = "lasts too long"
    SOURCE = "other texts"
    TERMS = "other terms"


@dataclass(frozen=True, slots=True)
class Named:
    """A rule that made an answer.

    Attributes:
        id: Its full name.
        title: Its title.
        layer: Its layer.
        cites: What it cites; may be empty.
        status: How sure its wording is: verified, secondary, unverified, provisional, open.
        state: What it did.
    """

    id: str
    title: str
    layer: str
    cites: str
    status: str
    state: str

    @classmethod
    def of(cls, result: RuleResult) -> Named:
        """A rule of an answer."""
        node = result.rule.node
        cited = node.citation
        return cls(
            result.rule.id,
            node.title,
            result.policy.layer.value,
            cited.text if cited else "",
            cited.status.value if cited else "",
            result.state.value,
        )

    def __str__(self) -> str:
        """The rule in words."""
        cited = f" [{self.cites}: {self.status}]" if self.cites else ""
        return f"{self.id} of the {self.layer} layer{cited}"


@dataclass(frozen=True, slots=True)
class Difference:
    """An entry that is not what its policies give.

    Attributes:
        index: Its index.
        at: When it was written.
        recorded: The answer in the log.
        recomputed: The answer recomputed.
        why: What kind of difference it is.
        words: Why, in words.
        rules: The rules that make the recomputed answer.
        policy: The digest of the policies that the entry names.
    """

    index: int
    at: datetime.datetime
    recorded: str
    recomputed: str
    why: Why
    words: str
    rules: tuple[Named, ...]
    policy: str


@dataclass(frozen=True, slots=True)
class Differing:
    """Finds out why answers differ.

    Attributes:
        libraries: The versions at hand.
    """

    libraries: Libraries

    def difference(
        self,
        index: int,
        at: datetime.datetime,
        recorded: Judged,
        judged: Judged,
        circumstances: log.Circumstances,
        policy: str,
    ) -> Difference:
        """Why an answer is not the recomputed one."""
        version = self.libraries.version(policy)
        judge = version.judge
        assert judge is not None  # else nothing was recomputed
        decision = judge.decision(circumstances, at) if not judged.fault else None
        rules = tuple(map(Named.of, decision.deciding())) if decision else ()
        why, words = self._why(recorded, judged, circumstances, at, policy, version, decision)
        return Difference(index, at, str(recorded), str(judged), why, words, rules, policy)

    def _why(
        self,
        recorded: Judged,
        judged: Judged,
        circumstances: log.Circumstances,
        at: datetime.datetime,
        policy: str,
        version: Version,
        decision: Decision | None,
    ) -> tuple[Why, str]:
        fault = _evaluator(recorded, judged, decision)
        if fault:
            return Why.EVALUATOR, fault
        if version.refused:
            return Why.REFUSED_POLICIES, _refused(version)
        other = self._other(recorded, circumstances, at, policy)
        if other:
            return Why.OTHER_POLICIES, other
        loosened = _loosened(recorded, decision)
        if loosened:
            return Why.FLOOR_LOOSENED, loosened
        return Why.CHANGED, _changed(recorded, judged)

    def _other(
        self, recorded: Judged, circumstances: log.Circumstances, at: datetime.datetime, policy: str
    ) -> str:
        """Other policies that give the recorded answer; empty if none at hand do."""
        others = (each for each in self.libraries.digests() if each != policy)
        for digest in islice(others, _MOST_VERSIONS):
            version = self.libraries.version(digest)
            if version.judge is None or version.refused:
                continue
            if _same(version.judge.judged(circumstances, at), recorded):
                return (
                    f"the policies {digest[:12]}… give the recorded answer, and those that the "
                    f"entry names, {policy[:12]}…, do not: the service decided by others than it "
                    "says"
                )
        return ""


def _same(one: Judged, other: Judged) -> bool:
    return (one.outcome, one.reason) == (other.outcome, other.reason)


def _evaluator(recorded: Judged, judged: Judged, decision: Decision | None) -> str:
    """What is wrong with an evaluator; empty if nothing is known to be."""
    if judged.fault:
        return f"the evaluation fails here: {judged.fault}"
    if decision is not None and decision.reason == "evaluators disagree":
        return f"{decision.faults[0].message}; report these circumstances, {_MAKERS}"
    if recorded.reason in ("evaluators disagree", "evaluation error"):
        return (
            f"the service met a fault of its evaluators ({recorded.reason}), which is not met here"
        )
    return ""


_MAKERS = "they are a fault of platelaw"


def _refused(version: Version) -> str:
    return (
        f"the policies that the entry names may not serve: {version.refused}. Recomputed without "
        f"{', '.join(version.without)}. This is the fifth place where a floor holds"
    )


def _loosened(recorded: Judged, decision: Decision | None) -> str:
    """The floor that a lower layer was let loosen; empty if it was not that."""
    if decision is None or STRICTNESS[recorded.outcome] >= STRICTNESS[decision.outcome]:
        return ""
    bars = [result for result in decision.deciding() if result.state in _BARS]
    opens = [result for result in decision.results if result.state is RuleState.OPENS]
    for bar in sorted(bars, key=_depth):
        below = [result for result in opens if _depth(result) > _depth(bar)]
        if below:
            does = "forbids it" if decision.outcome is tree.Outcome.DENY else "holds it"
            return (
                f"{recorded.outcome.value} is what the {below[0].policy.layer.value} layer alone "
                f"gives, by {below[0].rule.id}; {Named.of(bar)} {does}. A lower layer was let "
                "loosen what a higher one asks: this is the fifth place where a floor holds"
            )
    return ""


def _depth(result: RuleResult) -> int:
    return _LAYERS.index(result.policy.layer)


def _changed(recorded: Judged, judged: Judged) -> str:
    strictness = STRICTNESS[recorded.outcome] - STRICTNESS[judged.outcome]
    way = "looser than" if strictness < 0 else "stricter than" if strictness else "as strict as"
    return (
        f"the recorded answer is {way} the recomputed one, and no policies at hand give it: it was "
        "written otherwise than it was decided, or decided by another evaluator"
    )


def shown(rules: Iterable[Named]) -> str:
    """Rules in words."""
    return "; ".join(map(str, rules))
