"""One mutant tested: made, checked, noticed by an example, or judged."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from ...dsl.model import Example, Library
from ...dsl.parsed import Parse
from ...dsl.printer import statement_blocks
from ..decision import Decision, Engine
from ..known import SURVIVOR, Known, reason
from ..proving.telling_apart import Verdict
from ..registry import Registry
from .amending import Amendment
from .judging import Judge, Telling
from .making import Mutant, Workshop
from .noticing import Noticing
from .rerun import Known as KnownExample
from .rerun import faults_under, known
from .results import Fate, Result, result_of
from .simplifying import bodies_known


@dataclass(slots=True)
class Examiner:
    """Tests the mutants of one library by its examples.

    Attributes:
        parses: All files of the library.
        library: What they are.
        registry: The bodies on file.
        examples: The examples that may kill.
        seconds: How long one question to the solver may take; none asks none.
        known: What survives and stays: nothing more is asked about it.
    """

    parses: Sequence[Parse]
    library: Library
    registry: Registry
    examples: Sequence[Example]
    seconds: float | None = 10.0
    known: Sequence[Known] = ()
    workshop: Workshop = field(init=False)
    noticing: Noticing = field(init=False)
    judge: Judge = field(init=False)

    def __post_init__(self) -> None:
        """Decide every example once."""
        self.workshop = Workshop(self.parses, self.registry.bodies.keys(), self.library)
        engine = Engine(self.workshop.law, self.registry, by_reference=True)
        everyone = tuple(known(example, engine) for example in self.examples)
        self.noticing = Noticing(self.workshop.law, everyone)
        usual = bodies_known(self.examples)
        self.judge = Judge(engine, usual, self.seconds or 0.0)

    def mutants(self, files: Collection[str] = ()) -> list[Mutant]:
        """The mutants of these files, or of all."""
        return self.workshop.mutants(files)

    def failing(self) -> list[str]:
        """The titles of examples that fail as it is: nothing can be measured by them."""
        unchanged = Amendment.of(self.workshop.law, self.workshop.law, self.registry)
        return [
            one.example.node.title for one in self.noticing.known if faults_under(one, unchanged)
        ]

    def result(self, mutant: Mutant) -> Result:
        """What became of a mutant.

        Raises:
            SolverMissingError: The solver is asked and not installed.
        """
        checked = self.workshop.checked(mutant)
        if checked.library is None:
            fault = next(fault for fault in checked.diagnostics if fault.is_error)
            return result_of(mutant, Fate.REFUSED, f"{fault.code.number} {fault.message}")
        amendment = Amendment.of(checked.library, self.workshop.law, self.registry)
        killer = self._killer(mutant, amendment)
        if killer is not None:
            return result_of(mutant, Fate.KILLED, killer.example.node.title)
        return self._judged(mutant, amendment)

    def _killer(self, mutant: Mutant, amendment: Amendment) -> KnownExample | None:
        candidates = self.noticing.candidates(mutant, amendment)
        return next((c for c in candidates if faults_under(c, amendment)), None)

    def _judged(self, mutant: Mutant, amendment: Amendment) -> Result:
        survived = result_of(mutant, Fate.SURVIVED)
        because = reason(SURVIVOR, mutant.key, self.known)
        if because:
            return replace(survived, fate=Fate.KNOWN, by=because)
        if self.seconds is None:
            return survived
        found = self.judge.judged(mutant, amendment, self.noticing.near(mutant, amendment))
        if isinstance(found, Telling):
            text = "\n".join(line for _, lines in statement_blocks(found.node) for line in lines)
            return replace(
                survived, example=text, answers=(_said(found.before), _said(found.after))
            )
        if found.verdict is Verdict.SAME:
            return replace(survived, fate=Fate.EQUIVALENT)
        return replace(survived, fate=Fate.UNKNOWN, why=found.why)


def _said(decision: Decision) -> str:
    return f"{decision.outcome.value} ({decision.reason})"
