"""The properties, each as a function that fails on a case that breaks it."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace

from platelaw.dsl import syntax as tree
from platelaw.dsl.printer import condition_text
from platelaw.dsl.truth import Truth
from platelaw.engine.decision import STRICTNESS, Decision, Engine
from platelaw.engine.reference import RuleState, Verdict
from platelaw.engine.render_json import decision_bytes
from platelaw.engine.request import Request

from .evidence import more
from .texts import LibraryText, RuleText
from .world import REGISTRY, decide, engine_of

DENIED_BEFORE_RULES = ("unknown agency", "contradiction")
FINAL = (tree.Outcome.PERMIT, tree.Outcome.DENY)


@dataclass(frozen=True)
class Case:
    """A library, requests about it, a rule that could be added to it, and a source of chance."""

    library: LibraryText
    requests: tuple[Request, ...]
    added: tuple[str, RuleText]
    permit: RuleText
    seed: int
    engines: dict[str, Engine] = field(default_factory=dict[str, Engine], compare=False, repr=False)

    def engine(self, library: LibraryText | None = None) -> Engine:
        """The engine of the library, made once."""
        files = (library or self.library).files()
        key = "".join(files.values())
        if key not in self.engines:
            self.engines[key] = engine_of(files)
        return self.engines[key]

    def dice(self) -> random.Random:
        """Chance, the same each time."""
        return random.Random(self.seed)


def verdicts(decision: Decision) -> dict[tree.Layer, Verdict]:
    """What each layer says; one without a rule that takes part is clear."""
    return {layer: decision.verdicts.get(layer, Verdict.CLEAR) for layer in tree.Layer}


def more_evidence_settles_and_never_changes(case: Case) -> None:
    """PERMIT and DENY stay under evidence added step by step, and so does what a layer says."""
    engine, dice = case.engine(), case.dice()
    for start in case.requests:
        request, before = start, decide(engine, start)
        for _ in range(8):
            finer = more(request, case.library, dice)
            if finer is None:
                break
            after = decide(engine, finer)
            if after.reason in DENIED_BEFORE_RULES:
                break
            if _refused_too_early(before):
                break
            if before.outcome in FINAL:
                assert after.outcome is before.outcome, _change(request, finer, before, after)
            for layer, said in verdicts(before).items():
                if said is not Verdict.HOLD and before.results and after.results:
                    assert verdicts(after)[layer] is said, _change(request, finer, before, after)
            request, before = finer, after


def _refused_too_early(decision: Decision) -> bool:
    return any(r.state is RuleState.REFUSED and r.value is not Truth.TRUE for r in decision.results)


def _change(request: Request, finer: Request, before: Decision, after: Decision) -> str:
    """What was added and what it changed, for a reader of a failure."""
    added = [
        f"{name}: {getattr(request, name)!r} -> {getattr(finer, name)!r}"
        for name in ("system", "papers", "reviews", "duties", "reason", "user")
        if getattr(request, name) != getattr(finer, name)
    ]
    gone = [s for s in request.statements if s not in finer.statements]
    new = [s for s in finer.statements if s not in request.statements]
    rules = {r.rule.id: r.state.value for r in before.results}
    moved = [f"{r.rule.id}: {rules.get(r.rule.id)} -> {r.state.value} {condition_text(r.rule.node.condition) if r.rule.node.condition else None} | {[condition_text(b.condition) for b in (*r.rule.node.grounds, *r.rule.node.exceptions)]} each={r.rule.node.per_recipient}" for r in after.results
             if rules.get(r.rule.id) != r.state.value]  # fmt: skip
    return (
        f"{before.outcome.value} ({before.reason}) -> {after.outcome.value} ({after.reason})\n"
        f"without {gone}\nwith {new}\n{added}\n{moved}"
    )
