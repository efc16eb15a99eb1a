"""Survivors judged: a request that tells a mutant apart, or the proof that there is none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice

from ...dsl import syntax as tree
from ...dsl.model import Example, Library, Vocabulary
from ..decision import Decision, Engine
from ..examples import faults_of, is_named
from ..proving.solver import Model
from ..proving.sources import Known as KnownSources
from ..proving.telling_apart import Apart, Asked, Comparison, Verdict, rivals
from ..proving.witness import Drafting
from ..reference import RuleState
from .amending import Amendment
from .as_example import NOWHERE, NotWritableError, example_of
from .making import Mutant
from .nearby import near
from .rerun import Known, decided, known
from .simplifying import simplest

NEAREST = 150  # requests near examples that are tried


@dataclass(frozen=True, slots=True)
class Telling:
    """An example that passes and fails under a mutant."""

    node: tree.Example
    before: Decision
    after: Decision


@dataclass(slots=True)
class Judge:
    """Judges the mutants that no example kills.

    Attributes:
        engine: The library, its rules as they are.
        usual: The bodies that readers know, the best known first.
        seconds: How long one question to the solver may take.
    """

    engine: Engine
    usual: Sequence[str] = ()
    seconds: float = 10.0
    known: KnownSources = field(default_factory=KnownSources)

    def judged(
        self, mutant: Mutant, amendment: Amendment, known_to: Sequence[Known]
    ) -> Telling | Comparison:
        """A telling example, or what became of the search.

        Args:
            mutant: The mutant.
            amendment: What it makes of the library.
            known_to: The examples that reach what is changed.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        trying = _Trying(self.engine, mutant, amendment, self.usual)
        comparison = self._compared(trying, amendment)
        if trying.found is None and comparison.verdict is Verdict.UNKNOWN:
            trying.nearby(known_to)
        return trying.found if trying.found is not None else comparison

    def _compared(self, trying: _Trying, amendment: Amendment) -> Comparison:
        before, after = self.engine.library, amendment.library
        if not amendment.same_words:
            return Comparison(Verdict.UNKNOWN, "formulas do not see this change")
        found = rivals(before, after, amendment.changed)
        apart = Apart(
            before, after, self.engine.registry, found, trying.tell, amendment.weighs,
            self.seconds, self.known,
        )  # fmt: skip
        return apart.compared()


@dataclass(slots=True)
class _Trying:
    """Tries models as examples."""

    engine: Engine
    mutant: Mutant
    amendment: Amendment
    usual: Sequence[str]
    found: Telling | None = None

    @property
    def title(self) -> str:
        """What an example is called that tells the mutant."""
        owner = self.mutant.owner.rpartition("/")[2]
        says = self.mutant.change.says.replace("`", "").replace('"', "'")
        return says if owner in says else f"{owner}: {says}"

    def nearby(self, known_to: Sequence[Known]) -> None:
        """Try requests near examples that reach what is changed."""
        phrase = ""
        if isinstance(self.mutant.change.node, tree.LexiconDeclaration):
            phrase = self.mutant.change.span.text.strip('"')
        acts = _acts(self.engine.library, self.amendment)
        nearby = (
            (replace(node, title=self.title), one.example.vocabulary)
            for one in known_to
            for node in near(one.example.node, one.example.vocabulary, acts, phrase)
        )
        for node, words in islice(nearby, NEAREST):
            with suppress(KeyError, AssertionError):  # what the check of examples would refuse
                if telling(self.engine, self.amendment, node, words) is not None:
                    self._keep(node, words)
                    return

    def tell(self, asked: Asked, model: Model) -> bool:
        """Whether a model is a request that tells the mutant."""
        drafted = Drafting(asked.before, model, {**asked.sources.found}).request()
        words = asked.before.facts.vocabulary
        try:
            node = example_of(drafted, words, self.title)
        except NotWritableError:
            return False
        if telling(self.engine, self.amendment, node, words) is not None:
            self._keep(node, words)
        return self.found is not None

    def _keep(self, node: tree.Example, words: Vocabulary) -> None:
        """Keep a telling request, as plain as it can be."""
        self.found = simplest(
            node, lambda one: telling(self.engine, self.amendment, one, words), self.usual
        )


def _acts(library: Library, amendment: Amendment) -> set[str]:
    """The acts of the rules that changed."""
    policies = (*library.policies, *(amendment.policies or {}).values())
    rules = (rule for policy in policies for rule in policy.rules)
    return {act for rule in rules if rule.id in amendment.changed for act in rule.acts}


def telling(
    engine: Engine, amendment: Amendment, node: tree.Example, words: Vocabulary
) -> Telling | None:
    """A request as an example that passes and fails under the mutant, if it can be one."""
    one = known(Example(node, words, ""), engine)
    after = decided(one, amendment)
    expected = _expecting(node, one.decision, after)
    if not faults_of(replace(one.example, node=expected), after):
        return None
    return Telling(expected, one.decision, after)


def _expecting(node: tree.Example, before: Decision, after: Decision) -> tree.Example:
    """What to expect so that only the first answer passes; as little as tells them apart."""
    node = replace(node, outcome=before.outcome)
    deciding = [result.rule.id for result in before.deciding()]
    still = {result.rule.id for result in after.deciding()}
    gone = [rule_id for rule_id in deciding if rule_id not in still]
    if before.outcome is not after.outcome:
        by = gone or deciding
        return replace(node, by=tuple(_name(i, before) for i in by[:2]))
    if gone:
        return replace(node, by=tuple(_name(i, before) for i in gone[:1]))
    touched, then = _touched(before), _touched(after)
    lost = [rule_id for rule_id in touched if rule_id not in then]
    new = [rule_id for rule_id in then if rule_id not in touched]
    if lost:
        return replace(node, touched=(_name(lost[0], before),))
    if new:
        return replace(node, untouched=(_name(new[0], after),))
    return replace(node, reason=before.reason)


def _touched(decision: Decision) -> list[str]:
    return [r.rule.id for r in decision.results if r.state is not RuleState.CLEAR]


def _name(rule_id: str, decision: Decision) -> tree.Name:
    """A rule by its own name where no other that took part has it."""
    short = rule_id.rpartition("/")[2]
    others = [r.rule.id for r in decision.results if is_named(r.rule.id, short)]
    return tree.Name(NOWHERE, short if set(others) <= {rule_id} else rule_id)
