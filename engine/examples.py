"""Examples as requests, and whether they get the answer that they expect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from ..dsl import syntax as tree
from ..dsl.codes import Code
from ..dsl.diagnostics import Diagnostic
from ..dsl.model import Example, Fact, Vocabulary
from ..dsl.reading import ATTRIBUTE
from ..dsl.truth import Truth
from ..dsl.units import comparable
from . import names
from .admission import contradictions, unknown_bodies, with_keys
from .decision import Decision, Engine
from .facts import Facts
from .outside import first_day
from .reasons import ReasonWords
from .reference import Case, RuleResult, RuleState
from .registry import Registry
from .request import DutyDone, PaperStatement, Reason, Request, Review, Statement
from .values import Cause, Members, Paper, Range, Span, TextState, Value


@dataclass(frozen=True, slots=True)
class ExampleResult:
    """One example run: its decision and what is wrong with it, if anything."""

    example: Example
    decision: Decision
    faults: tuple[str, ...]


_NO_LAW = "no law of that day"
_LATER = "choose a day with law, with `on`"
_MEND = "mend the rule, or the facts and the answer that the example states"


def run_examples(engine: Engine, examples: Iterable[Example]) -> list[ExampleResult]:
    """Decide every example and compare."""
    return [run_example(engine, example) for example in examples]


def run_example(engine: Engine, example: Example) -> ExampleResult:
    """Decide one example; nothing in it is believed less than it says."""
    request, registry = request_of(example, engine.registry)
    at = request.at.latest  # what would settle it, and what is lawful instead, nobody asks here
    decision = engine.decide(request, decided_at=at, explained=False, registry=registry)
    faults = faults_of(example, decision)
    if faults and decision.reason == _NO_LAW:
        case = engine.case(decision.request, decision.data, registry=registry)
        faults += (f"the law that speaks of this begins on {first_day(case)}",)
    return ExampleResult(example, decision, faults)


def faults_of(example: Example, decision: Decision) -> tuple[str, ...]:
    """What is wrong with an example's answer, if anything."""
    return tuple(_differences(example, decision))


def diagnostics_of(results: Iterable[ExampleResult]) -> list[Diagnostic]:
    """A diagnostic for every example that does not get its answer."""
    return [
        Diagnostic(
            Code.EXAMPLE_FAILS,
            result.example.node.span,
            f'example "{result.example.node.title}": {"; ".join(result.faults)}',
            _LATER if result.decision.reason == _NO_LAW else _MEND,
        )
        for result in results
        if result.faults
    ]


def is_named(rule_id: str, name: str) -> bool:
    """Whether an example that says ``name`` means this rule."""
    return rule_id == name or rule_id.endswith(f"/{name}")


def _differences(example: Example, decision: Decision) -> Iterable[str]:
    node = example.node
    deciding = {result.rule.id for result in decision.deciding()}
    if node.outcome is not decision.outcome:
        wanted = node.outcome.value if node.outcome else "?"
        by = f" by {', '.join(sorted(deciding))}" if deciding else ""
        yield f"expects {wanted}, gets {decision.outcome.value} ({decision.reason}){by}"
    for name in node.by:
        if not any(is_named(rule_id, name.text) for rule_id in deciding):
            found = ", ".join(sorted(deciding)) or f"none, the reason is `{decision.reason}`"
            yield f"`{name.text}` is not among the rules that decide: {found}"
    if node.reason and node.reason != decision.reason:
        yield f'expects the reason "{node.reason}", gets "{decision.reason}"'
    for name in node.touched:
        if not touching(name.text, decision):
            why = "it is cleared, and so stands aside" if cleared(name.text, decision) else (
                "it does not")  # fmt: skip
            yield f"`{name.text}` was to take part: {why}"
    for name in node.untouched:
        for result in touching(name.text, decision):
            yield f"`{name.text}` was to be untouched, and {result.state.value}"


def cleared(name: str, decision: Decision) -> list[RuleResult]:
    """The referrals of a name that would hold the request if they were not cleared."""
    return [
        result
        for result in decision.results
        if is_named(result.rule.id, name)
        and result.rule.effect is tree.Effect.REFER
        and result.state is RuleState.CLEAR
        and result.value is not Truth.FALSE
    ]


def touching(name: str, decision: Decision) -> list[RuleResult]:
    """What the rules of a name did that touch the request; not those that stood aside."""
    named = (result for result in decision.results if is_named(result.rule.id, name))
    return [result for result in named if result.state is not RuleState.CLEAR]


# Givens to a request ------------------------------------------------------------------------


def request_of(example: Example, registry: Registry) -> tuple[Request, Registry]:
    """The request that an example describes, and the registry it supposes."""
    return _Builder(example, registry).build()


def cases_of(engine: Engine, request: Request, registry: Registry) -> Iterator[Case]:
    """A request before the reference evaluator, once for each kind of data.

    There is none if it is refused before any rule is asked. Bills take no part.
    """
    if unknown_bodies(request, registry):
        return
    request = with_keys(request, registry)
    facts = Facts(request, registry, engine.vocabulary_for(request, registry))
    if contradictions(facts):
        return
    for data in request.data:
        words = ReasonWords(request.reason, engine.matchers)
        yield Case(engine.library, registry, request, data, facts, words)


class _Builder:
    """One example on its way to a request."""

    def __init__(self, example: Example, registry: Registry) -> None:
        self.example = example
        self.vocabulary: Vocabulary = example.vocabulary
        self.registry = registry
        self.heads: dict[str, Any] = {}
        self.statements: list[Statement] = []
        self.papers: tuple[PaperStatement, ...] | None = None
        self.reviews: list[Review] = []
        self.duties: list[DutyDone] = []
        self.system: dict[str, Value] = {}
        self.absent: dict[str, Cause] = {}
        self.attributes: dict[str, dict[str, str]] = {}
        self.things: dict[str, str | tuple[str, ...]] = {}
        self.reason = Reason(None, Cause.NOT_STATED)
        self.user = "user"

    def build(self) -> tuple[Request, Registry]:
        for given in self.example.node.givens:
            self._given(given)
        request = Request(
            self.heads["requester"],
            self.heads["owner"],
            self.heads["act"],
            self.heads["data"],
            self._when(),
            self.reason,
            self.user,
            tuple(self.statements),
            self.papers,
            tuple(self.reviews),
            tuple(self.duties),
            self.system,
            self.absent,
            simulated=True,
        )
        return request, self.registry.with_attributes(self.attributes, self.things)

    def _when(self) -> Span:
        on = self.example.node.on
        if isinstance(on, tree.Moment):
            return Span.at(on.at)
        assert isinstance(on, tree.Date)
        return Span.of_day(on.day)

    def _given(self, given: tree.Given) -> None:
        name, value = given.subject.text, given.value
        if name in ("requester", "owner") and isinstance(value, tree.Agency):
            self.heads[name] = value.key
        elif name == "act" and isinstance(value, tree.Name):
            self.heads[name] = value.text
        elif name == "data":
            items = value.items if isinstance(value, tree.ValueSet) else (value,)
            self.heads[name] = tuple(cast(tree.Name, item).text for item in items)
        elif value in (tree.Mark.CLEARED, tree.Mark.REFUSED):
            self.reviews.append(Review(name, value is tree.Mark.CLEARED))
        elif value is tree.Mark.DONE:
            self.duties.append(DutyDone(name))
        elif name == names.REASON:
            self.reason = _reason(value)
        elif given.agency is not None and self._is_attribute(name):
            self._attribute(given)
        else:
            self._fact(given, self.vocabulary.facts[name])

    def _is_attribute(self, name: str) -> bool:
        return f"{ATTRIBUTE}.{name.rpartition('.')[2]}" in self.vocabulary.facts and (
            "." not in name or name.startswith(f"{ATTRIBUTE}.")
        )

    def _attribute(self, given: tree.Given) -> None:
        assert given.agency is not None
        tail = given.subject.text.rpartition(".")[2]
        own = self.attributes.setdefault(given.agency.key, {})
        own[tail] = _cell(given.value)

    def _fact(self, given: tree.Given, fact: Fact) -> None:
        if given.proof is tree.Proof.UNPROVEN:
            self.absent[fact.name] = Cause.NOT_STATED
        elif fact.name == names.INSTRUMENTS:
            self.papers = tuple(self._papers(given))
        elif fact.level is tree.Level.REGISTRY:
            if isinstance(given.value, tree.ValueSet):
                self.things[fact.name] = tuple(_cell(item) for item in given.value.items)
            else:
                self.things[fact.name] = _cell(given.value)
        elif fact.level is tree.Level.SYSTEM:
            self.system[fact.name] = _value(given.value)
        elif fact.name == names.USER:
            self.user = cast(tree.Name, given.value).text
        else:
            self._state(given, fact)

    def _state(self, given: tree.Given, fact: Fact) -> None:
        is_asserted = given.proof is tree.Proof.ASSERTED
        level = tree.Level.ASSERTION if is_asserted else fact.level
        about = given.agency.key if given.agency else ""
        self.statements.append(Statement(fact.name, _value(given.value), level, about=about))

    def _papers(self, given: tree.Given) -> Iterable[PaperStatement]:
        value = given.value
        if isinstance(value, tree.InstrumentSet):
            for paper in value.items:
                yield self._paper(paper)
        elif isinstance(value, tree.ValueSet):
            for item in value.items:
                yield self._paper(tree.Instrument(item.span, cast(tree.Name, item)))

    def _paper(self, node: tree.Instrument) -> PaperStatement:
        holder = node.issued_to.key if node.issued_to else ""
        issuer = node.issuer.key if node.issuer else None
        paper = Paper(
            node.kind.text, issuer, holder, node.probable_cause, node.covers, node.expires,
            node.verified,
        )  # fmt: skip
        level = tree.Level.VERIFICATION if node.verified else tree.Level.ASSERTION
        return PaperStatement(paper, level)


def _reason(value: object) -> Reason:
    causes: Mapping[tree.Mark, Cause] = {
        tree.Mark.REDACTED: Cause.REDACTED,
        tree.Mark.WITHHELD: Cause.WITHHELD,
    }
    if isinstance(value, tree.Text):
        return Reason(value.text)
    if isinstance(value, tree.Mark) and value in causes:
        return Reason(None, causes[value])
    return Reason("")


def _cell(value: object) -> str:
    """A value as a registry cell."""
    match value:
        case tree.YesNo():
            return "yes" if value.value else "no"
        case tree.Agency() | tree.Sovereign():
            return value.key
        case tree.Name() | tree.Text():
            return value.text
        case _:
            raise AssertionError("a registry fact is a word")


def _value(value: object) -> Value:
    """A given value as the engine has it."""
    match value:
        case tree.YesNo():
            return value.value
        case tree.Text():
            return TextState.STATED if value.text.strip() else TextState.BLANK
        case tree.Mark():
            return TextState.BLANK
        case tree.Count() | tree.Duration():
            scale = comparable(value)
            assert scale is not None
            number = scale[1] * 30 * 86400 if scale[0] == "months" else scale[1]
            return Range.exactly(number)
        case tree.Date():
            return Span.of_day(value.day)
        case tree.Moment():
            return Span.at(value.at)
        case tree.ValueSet():
            return Members(tuple(_word(item) for item in value.items))
        case _:
            return _word(value)


def _word(value: object) -> str:
    match value:
        case tree.Agency() | tree.Sovereign():
            return value.key
        case tree.Name() | tree.Reference():
            return value.text
        case _:
            raise AssertionError("the check admits only words here")
