"""The properties, each as a function that fails on a case that breaks it."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any, TypeVar

from platelaw.dsl import syntax as tree
from platelaw.engine.decision import STRICTNESS, Decision, Engine
from platelaw.engine.reference import RuleResult, RuleState, Verdict
from platelaw.engine.render_json import decision_bytes
from platelaw.engine.request import Reason, Request
from platelaw.engine.values import Cause

from .evidence import Law, more
from .libraries import OWNER_POLICY
from .supplying import can_be_supplied, settles, supplied
from .texts import LibraryText, RuleText
from .world import AGENCY, REGISTRY, WORDS, RefusedError, decide, engine_of, library_of

T = TypeVar("T")

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
    """PERMIT and DENY stay whatever evidence is added, and so does what a layer says."""
    engine, dice, law = case.engine(), case.dice(), Law.of(case.library)
    for request in case.requests:
        before = decide(engine, request)
        for _ in range(12):
            finer = more(request, law, dice)
            if finer is None:
                break
            after = decide(engine, finer)
            if after.reason in DENIED_BEFORE_RULES:
                break
            _assert_kept(request, finer, before, after)
            if dice.random() < 0.3:
                request, before = finer, after


def _assert_kept(request: Request, finer: Request, before: Decision, after: Decision) -> None:
    """What was settled before the evidence is settled alike after it."""
    if before.outcome in FINAL:
        assert after.outcome is before.outcome, _change(request, finer, before, after)
    for layer, said in verdicts(before).items():
        if said is not Verdict.HOLD and before.results and after.results:
            assert verdicts(after)[layer] is said, _change(request, finer, before, after)


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
    moved = [
        f"{r.rule.id}: {rules.get(r.rule.id)} -> {r.state.value}"
        for r in after.results
        if rules.get(r.rule.id) != r.state.value
    ]
    moved += [r.rule.node.span.text for r in after.results if rules.get(r.rule.id) != r.state.value]
    return (
        f"{before.outcome.value} ({before.reason}) -> {after.outcome.value} ({after.reason})\n"
        f"without {gone}\nwith {new}\n{added}\n{moved}"
    )


def adding_below_never_loosens(case: Case) -> None:
    """A forbid, limit, refer or duty more in any policy makes no answer milder."""
    name, rule = case.added
    try:
        engine = case.engine(case.library.with_rule(name, rule))
    except RefusedError:
        return
    for request in case.requests:
        before, after = decide(case.engine(), request), decide(engine, request)
        if before.reason == "no policy on file":
            continue  # with a rule in force the owner's policy is on file
        assert STRICTNESS[after.outcome] >= STRICTNESS[before.outcome], (
            f"{before.outcome.value} ({before.reason}) -> {after.outcome.value}:\n{rule.written()}"
        )


BELOW = (
    "kind p_new under p_left, p_right\n",
    "kind p_new under p_bad, p_crime\nkind p_newer under p_new\n",
    'kind p_new under p_other also written "odd thing", "other matter"\n',
    'lexicon more indicates p_crime\n  plainly "an evil thing", "grim at the desk"\n',
    'lexicon more indicates p_other\n  possibly "evil deed now"\n  never "nothing", "thing"\n',
    "data stills under hits\nkind source_c under source_a, source_b\n",
    "kind guard under police, bureau\n",
)


def words_below_never_reach_up(case: Case) -> None:
    """Kinds, synonyms and lexicons of the lowest vocabulary move no rule of a higher one."""
    more_words = case.dice().choice(BELOW)
    try:
        engine = engine_of({**case.library.files(), "ag.policy": AGENCY + more_words})
    except RefusedError:
        return
    for request in case.requests:
        before, after = decide(case.engine(), request), decide(engine, request)
        assert _above(before) == _above(after), more_words


def _above(decision: Decision) -> dict[str, RuleState]:
    """What the rules do that do not speak the lowest vocabulary."""
    results = (r for r in decision.results if r.policy.vocabulary.name != "ag")
    return {result.rule.id: result.state for result in results}


def a_permit_changes_no_other_layer(case: Case) -> None:
    """A permit more in the owner's policy leaves every other verdict, and every restriction."""
    try:
        engine = case.engine(case.library.with_rule(OWNER_POLICY, case.permit))
    except RefusedError:
        return
    for request in case.requests:
        before, after = decide(case.engine(), request), decide(engine, request)
        if before.results and after.results:
            assert verdicts(before) == verdicts(after), case.permit.written()
        if before.outcome is tree.Outcome.PERMIT:
            assert after.outcome is tree.Outcome.PERMIT, case.permit.written()


def order_does_not_matter(case: Case) -> None:
    """Files, rules, clauses and operands in another order give the same decision."""
    dice = case.dice()
    files = case.library.files(dice)
    names = list({**WORDS, **files})
    dice.shuffle(names)
    other = Engine(library_of({**WORDS, **files}, names), REGISTRY)
    for request in case.requests:
        one, two = (decide(engine, request, explained=True) for engine in (case.engine(), other))
        said, other_said = _said(one), _said(two)
        assert said == other_said, {
            k: (said[k], other_said[k]) for k in said if said[k] != other_said[k]
        }


def _said(decision: Decision) -> dict[str, Any]:
    """What a decision says, whatever the order of its text."""
    return {
        "outcome": decision.outcome,
        "reason": decision.reason,
        "deciding": {(r.rule.id, r.state) for r in decision.deciding()},
        "settling": {settling.needs for settling in decision.settling},
        "not stated": decision.not_stated,
        "status": decision.weakest_status,
        "duties": decision.duties,
        "until": decision.valid_until,
    }


def same_input_same_output(case: Case) -> None:
    """Twice, in a fresh engine, and with statements and tables in another order: the same bytes."""
    fresh = engine_of(case.library.files())
    for request in case.requests[:1]:
        first = decision_bytes(decide(case.engine(), request, explained=True))
        assert first == decision_bytes(decide(case.engine(), request, explained=True))
        assert first == decision_bytes(decide(fresh, request, explained=True))
        shuffled = _shuffled(request, case.dice())
        assert first == decision_bytes(decide(fresh, shuffled, explained=True))


def _shuffled(request: Request, dice: random.Random) -> Request:
    """The same request with everything in another order that has none."""

    def mixed(items: Sequence[T]) -> tuple[T, ...]:
        return tuple(dice.sample(items, len(items)))

    return replace(
        request,
        statements=mixed(request.statements),
        reviews=mixed(request.reviews),
        duties=mixed(request.duties),
        system=dict(mixed(tuple(request.system.items()))),
    )


def every_settling_set_settles(case: Case) -> None:
    """A set offered leads to PERMIT once its needs are met, and none of its needs is idle."""
    engine, dice = case.engine(), case.dice()
    for request in case.requests:
        decision = decide(engine, request, explained=True)
        offered = [s for s in decision.settling if can_be_supplied(s, request)]
        for settling in offered[:3] if len(request.data) == 1 else ():
            shown = [(s.need.name, s.leaf, s.wanted.name) for s in settling.steps]
            assert settles(engine, request, settling) is not None, f"does not settle: {shown}"
            names = {need.name for need in settling.needs}
            for idle in sorted(names) if len(names) > 1 else ():
                rest = [need for need in settling.needs if need.name != idle]
                for tried in islice(supplied(rest, request, dice, 12), 40):
                    less = decide(engine, tried)
                    idled = _change(request, tried, decision, less)
                    assert less.outcome is not tree.Outcome.PERMIT, f"{idle} in {shown}\n{idled}"


def what_is_left_out_never_helps(case: Case) -> None:
    """Without one of its facts, a denied request is not permitted; a PERMIT leaves nothing open."""
    engine, dice = case.engine(), case.dice()
    for request in case.requests:
        whole = decide(engine, request)
        if whole.outcome is tree.Outcome.PERMIT:
            assert not [r.rule.id for r in whole.results if _is_open(r)]
        parts = list(_without_each(request))
        for less in dice.sample(parts, min(12, len(parts))):
            part = decide(engine, less)
            if STRICTNESS[whole.outcome]:
                assert part.outcome is not tree.Outcome.PERMIT, _change(less, request, part, whole)
            else:
                assert part.outcome is not tree.Outcome.DENY, _change(less, request, part, whole)


def _is_open(result: RuleResult) -> bool:
    opening = result.rule.effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN)
    passed = (RuleState.CLEAR, RuleState.REQUIRES)
    return not opening and result.state not in passed


def _without_each(request: Request) -> Iterator[Request]:
    """The request less a fact, a measurement, its reason, papers, reviews or duties."""
    claims = next((s.value for s in request.statements if s.fact == "request.claims"), None)
    for at, statement in enumerate(request.statements):
        kept = (*request.statements[:at], *request.statements[at + 1 :])
        each = statement.fact == "match.found"
        if not (each and claims is None) and statement.about == "":
            yield replace(request, statements=kept)
    for name in request.system:
        rest = {key: value for key, value in request.system.items() if key != name}
        yield replace(request, system=rest)
    yield replace(request, reason=Reason(None, Cause.REDACTED))
    yield replace(request, papers=None)
    if not any(not word.cleared for word in request.reviews):
        yield replace(request, reviews=())
    yield replace(request, duties=())


def the_strictest_kind_of_data_counts(case: Case) -> None:
    """Several kinds of data get the strictest of the answers that each would get alone."""
    engine = case.engine()
    for request in case.requests[:1]:
        for kinds in (("reads", "hits"), ("bills", "reads", "faces")):
            alone = [decide(engine, replace(request, data=(kind,))).outcome for kind in kinds]
            together = decide(engine, replace(request, data=kinds)).outcome
            assert together is max(alone, key=STRICTNESS.__getitem__)


CHECKS: tuple[Callable[[Case], None], ...] = (
    more_evidence_settles_and_never_changes,
    adding_below_never_loosens,
    words_below_never_reach_up,
    a_permit_changes_no_other_layer,
    order_does_not_matter,
    same_input_same_output,
    every_settling_set_settles,
    what_is_left_out_never_helps,
    the_strictest_kind_of_data_counts,
)
