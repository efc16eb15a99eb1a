"""What a request may hold, as choices of finitely many: one source for each thing that rules read.

A source has a value of which rules ask only their tests. Two values that pass the same tests are
one to every rule, so a source is a choice among the *signatures* that values can have: for each
test whether it is true, false or unproven. The reference evaluator's own test of one value gives
them, so that the two cannot differ in what a test means. Where no finite list of values is known
to be whole, a source is ``Free``: it may have any truth, which can only make a proof harder.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, Protocol, TypeAlias, TypeVar

from ...dsl import syntax as tree
from ...dsl.model import LawReading, Policy, Rule
from ...dsl.reading import ATTRIBUTE, Subject
from ...dsl.truth import Truth
from ..conditions import Context, evaluate, state_of, value_of
from ..facts import Facts
from ..names import INSTRUMENTS
from ..reference import Case
from ..registry import Body, Registry
from ..values import State, Value
from .domains import values_for, words_in

Signature: TypeAlias = tuple[Truth, ...]
T = TypeVar("T")
_KIND = "kind"
THREE = (Truth.FALSE, Truth.UNPROVEN, Truth.TRUE)


@dataclass(frozen=True, slots=True)
class Choice:
    """One signature, and what has it."""

    signature: Signature
    witness: object = None


class Source(Protocol):
    """One thing that rules read."""

    @property
    def key(self) -> Hashable:
        """What it is, the same in every formula."""
        ...

    def choices(self) -> Sequence[Choice]:
        """Every signature that a request can give it."""
        ...

    def met(self, case: Case, who: str | None) -> Signature:
        """The signature that one request gives it; ``who`` is the recipient, if it has one."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Test:
    """One test as a policy asks it, with the numbers that its parameters have."""

    condition: tree.Condition
    subject: Subject
    policy: Policy
    context: Context

    def of(self, value: Value | None, facts: Facts) -> Truth:
        """What the reference says of a value that was stated in the words of these facts."""
        return self.reader(facts)(value)

    def reader(self, facts: Facts) -> Callable[[Value | None], Truth]:
        """The same for many values."""
        context = replace(self.context, facts=facts)
        return lambda value: value_of(self.condition, self.subject, State(value), context)

    def met(self, case: Case, who: str | None) -> Truth:
        """What the reference says of one request."""
        return evaluate(self.condition, self._in(case, who)).truth

    @property
    def reference(self) -> tree.Reference:
        """What it reads."""
        assert not isinstance(
            self.condition,
            tree.And | tree.Or | tree.Not | tree.Named | tree.Paper | tree.Quantified,
        )
        return self.condition.subject

    def _in(self, case: Case, who: str | None) -> Context:
        here = case.context(self.policy)
        return replace(here, parameters=self.context.parameters, recipient=who)


@dataclass(slots=True)
class Known:
    """What is known of the sources of one library, which its questions share.

    Attributes:
        choices: The choices of sources by their keys and tests.
        of_bodies: What each test of a body in the words of an edition says of what it reads.
    """

    choices: dict[Hashable, Sequence[Choice]] = field(
        default_factory=dict[Hashable, "Sequence[Choice]"]
    )
    of_bodies: dict[Hashable, dict[str | None, Truth]] = field(
        default_factory=dict[Hashable, "dict[str | None, Truth]"]
    )


@dataclass(slots=True, eq=False)
class _Tested(ABC, Generic[T]):
    """What several tests are asked of, each numbered as it comes."""

    key: Hashable
    facts: Sequence[Facts]
    known: Known
    tests: dict[Hashable, T] = field(default_factory=dict[Hashable, T], init=False)

    def place(self, named: Hashable, test: T) -> int:
        """The number of a test."""
        self.tests.setdefault(named, test)
        return list(self.tests).index(named)

    def choices(self) -> Sequence[Choice]:
        """A choice for each signature that there is."""
        key = self.key, *self.tests
        if key not in self.known.choices:
            self.known.choices[key] = self._choices()
        return self.known.choices[key]

    @abstractmethod
    def _choices(self) -> Sequence[Choice]:
        """The same, worked out."""


@dataclass(slots=True, eq=False)
class OfFact(_Tested[Test]):
    """A fact whose values are known by a list that stands for them all, in some vocabulary."""

    @property
    def name(self) -> str:
        """What the fact is called."""
        return next((test.reference.text for test in self.tests.values()), "")

    def _choices(self) -> Sequence[Choice]:
        tests = tuple(self.tests.values())
        found: dict[Signature, Choice] = {}
        nothing = tuple(Truth.UNPROVEN for _ in tests)
        found[nothing] = Choice(nothing)
        for facts in self.facts:
            readers = [test.reader(facts) for test in tests]
            for value in values_for(tests[0].subject, tests, facts):
                signature = tuple(reader(value) for reader in readers)
                found.setdefault(signature, Choice(signature, value))
        return tuple(found.values())

    def met(self, case: Case, who: str | None) -> Signature:
        """What the tests say of one request."""
        return tuple(test.met(case, who) for test in self.tests.values())


@dataclass(slots=True, eq=False)
class OfBodies(_Tested[Test | str]):
    """Bodies of the registry, each one body to all tests of it; the last is nobody known.

    A test that is a text is the name of a policy that must be the body's own. A choice has the keys
    of all bodies of its signature.
    """

    registry: Registry

    def _choices(self) -> Sequence[Choice]:
        found: dict[Signature, list[str]] = {}
        looks = [_look(test) for test in self.tests.values()]
        columns = [(facts, self._known_truths(facts)) for facts in self._words()]
        for alike in self._alike().values():
            body = alike[0]
            read = [look(body) for look in looks]
            for facts, known in columns:
                signature = tuple(
                    self._truth(at, read[at], body, facts, truths)
                    if read[at] not in truths
                    else truths[read[at]]
                    for at, truths in enumerate(known)
                )
                found.setdefault(signature, []).extend(body.key for body in alike)
        return tuple(Choice(signature, tuple(keys)) for signature, keys in found.items())

    def _known_truths(self, facts: Facts) -> list[dict[str | None, Truth]]:
        """What each test is known to say of what it reads."""
        known, edition = self.known.of_bodies, facts.vocabulary.edition
        return [known.setdefault((named, edition), {}) for named in self.tests]

    def _truth(
        self, at: int, read: str | None, body: Body, facts: Facts, known: dict[str | None, Truth]
    ) -> Truth:
        """What a test says of a body, kept for all of which it reads the same."""
        known[read] = self._of(list(self.tests.values())[at], body, facts)
        return known[read]

    def _of(self, test: Test | str, body: Body, facts: Facts) -> Truth:
        if isinstance(test, str):
            return Truth.of(body.policy == test)
        context = replace(test.context, facts=facts, recipient=body.key)
        state = state_of(test.reference, test.subject, context, None)
        return value_of(test.condition, test.subject, state, context)

    def _tails(self) -> set[str]:
        """The facts of an agency that tests read."""
        asked = [test for test in self.tests.values() if isinstance(test, Test)]
        tails = {test.reference.tail for test in asked}
        if any(isinstance(test.condition, tree.KindTest) for test in asked):
            tails.add(_KIND)
        return tails

    def _words(self) -> list[Facts]:
        """A vocabulary for each set of these facts that one has: what it lacks is unproven."""
        declared = [f"{ATTRIBUTE}.{tail}" for tail in sorted(self._tails())]
        found: dict[Hashable, Facts] = {}
        for facts in self.facts:
            has = tuple(name in facts.vocabulary.facts for name in declared)
            found.setdefault(has, facts)
        return list(found.values())

    def _alike(self) -> dict[Hashable, list[Body]]:
        """The bodies of the registry by all that tests ask of them."""
        asked = [test for test in self.tests.values() if isinstance(test, Test)]
        tails = sorted(self._tails())
        named = {word for test in asked for word in words_in(test.condition)}
        policies = {test for test in self.tests.values() if isinstance(test, str)}
        found: dict[Hashable, list[Body]] = {}
        for same in self.registry.alike().values():
            policy = same[0].policy if same[0].policy in policies else ""
            facts = tuple(same[0].attributes.get(tail) for tail in sorted(tails))
            for body in same:
                key = body.key if body.key in named else ""
                found.setdefault((key, policy, facts), []).append(body)
        return found

    def met(self, case: Case, who: str | None) -> Signature:
        """What the tests say of one body."""
        found = case.registry.get(who or "")
        return tuple(
            Truth.of(found is not None and found.policy == test)
            if isinstance(test, str)
            else test.met(case, who)
            for test in self.tests.values()
        )


def _look(test: Test | str) -> Callable[[Body], str | None]:
    """What a test reads of a body; of its key, whether the test names it."""
    if isinstance(test, str):
        return lambda body: body.policy
    tail = test.reference.tail
    if isinstance(test.condition, tree.KindTest) and not tail:
        tail = _KIND
    if tail:
        return lambda body: body.attributes.get(tail)
    named = frozenset(words_in(test.condition))
    return lambda body: body.key if body.key in named else ""


@dataclass(slots=True, eq=False)
class Free:
    """A condition that may have any truth; in one request it has what the reference says."""

    key: Hashable
    condition: tree.Condition
    policy: Policy
    context: Context
    variable: str = ""

    def choices(self) -> Sequence[Choice]:
        """False, unproven and true."""
        return tuple(Choice((truth,), truth) for truth in THREE)

    def met(self, case: Case, who: str | None) -> Signature:
        """What the reference says of one request."""
        here = replace(case.context(self.policy), parameters=self.context.parameters)
        if who is not None:
            bound = {self.variable: who} if self.variable else {}
            here = replace(here, recipient=who, variables=bound)
        return (evaluate(self.condition, here).truth,)


@dataclass(slots=True, eq=False)
class OfDuty:
    """Whether somebody in the right role has done a duty."""

    key: Hashable
    must: tree.Must
    policy: Policy

    def choices(self) -> Sequence[Choice]:
        """Not shown to be done, or done."""
        return Choice((Truth.UNPROVEN,)), Choice((Truth.TRUE,), self.must.duty.text)

    def met(self, case: Case, who: str | None) -> Signature:
        """Whether it is done in one request."""
        return (case.duty_done(self.must, case.context(self.policy))[0],)


@dataclass(slots=True, eq=False)
class OfReview:
    """What reviewers said of a referral: whether it was cleared, and whether it was refused."""

    key: Hashable
    policy: Policy
    rule: Rule

    def choices(self) -> Sequence[Choice]:
        """Nobody spoke; cleared; refused."""
        no, yes = Truth.FALSE, Truth.TRUE
        return Choice((no, no)), Choice((yes, no), True), Choice((no, yes), False)

    def met(self, case: Case, who: str | None) -> Signature:
        """What reviewers said in one request."""
        said = case.review_of(self.rule)
        return Truth.of(said is True), Truth.of(said is False)


@dataclass(slots=True, eq=False)
class OfReading:
    """The answer to an open question of law."""

    key: Hashable
    reading: LawReading

    def choices(self) -> Sequence[Choice]:
        """No, open and yes."""
        return tuple(Choice((truth,), truth) for truth in THREE)

    def met(self, case: Case, who: str | None) -> Signature:
        """The library's answer."""
        return (Truth.of(self.reading.answer),)


@dataclass(slots=True, eq=False)
class Whole:
    """Whether the recipients are known whole."""

    key: Hashable = "whole"

    def choices(self) -> Sequence[Choice]:
        """Others are possible, or not."""
        return Choice((Truth.FALSE,), False), Choice((Truth.TRUE,), True)

    def met(self, case: Case, who: str | None) -> Signature:
        """Whether they are in one request."""
        return (Truth.of(case.facts.recipients().complete),)


@dataclass(slots=True, eq=False)
class IsOwner:
    """Whether a recipient is the owner himself."""

    key: Hashable = "owner"

    def choices(self) -> Sequence[Choice]:
        """He is not, or he is."""
        return Choice((Truth.FALSE,), False), Choice((Truth.TRUE,), True)

    def met(self, case: Case, who: str | None) -> Signature:
        """Whether he is in one request."""
        return (Truth.of(who == case.request.owner),)


def instrument_asked(source: object) -> tree.Condition | None:
    """What a condition asks of one instrument of those presented; None if it asks for none."""
    node = source.condition if isinstance(source, Free) else None
    if not isinstance(node, tree.Quantified) or node.quantifier is not tree.Quantifier.SOME:
        return None
    return node.body if node.collection.text == INSTRUMENTS else None


def of_somebody(source: Source, choice: Choice) -> bool:
    """Whether somebody of whom nothing is known can have a choice.

    What is stated of a recipient may be stated of him, for all that is known: it is unproven, or
    not claimed at all. So is every instrument.
    """
    match source:
        case OfFact():
            fact = next(iter(source.tests.values())).subject.fact
            claimed = fact is not None and fact.claimed
            return choice.witness is None or (claimed and choice.witness is False)
        case Free():
            some = instrument_asked(source) is not None
            return not some or choice.signature[0] is not Truth.TRUE
        case _:
            return True
