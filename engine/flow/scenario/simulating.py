"""Scenarios applied to one setting, each answer compared with that of the setting itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from ..door import Completeness, DoorClass, Question, Trace
from ..model import FlowMap
from ..residual import Residue, residual
from ..tracing import Tracer
from .comparing import Answer, Difference, compare
from .lawful import Lawful, Loss, lawful_sharing, loss_between
from .scenario import Scenario
from .setting import Setting

TracerOf = Callable[[Setting], Tracer]
WORST_FIRST = (DoorClass.OPEN, DoorClass.ONE, DoorClass.MORE, DoorClass.LAWFUL)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one scenario changes.

    Attributes:
        scenario: The scenario.
        after: The map after it.
        trace: The answer after it.
        difference: The doors before and after.
        loss: The lawful sharing before and after.
        idle: Its changes that change nothing, in words.
        residues: What others keep of data taken before; empty if that was not asked.
    """

    scenario: Scenario
    after: FlowMap
    trace: Trace
    difference: Difference
    loss: Loss
    idle: tuple[str, ...] = ()
    residues: tuple[Residue, ...] = ()


@dataclass(frozen=True, slots=True)
class Simulation:
    """The answer for the setting itself, and what each scenario changes."""

    before: Trace
    lawful: Lawful
    outcomes: tuple[Outcome, ...] = ()

    @property
    def completeness(self) -> Completeness:
        """How much of the map is known."""
        return self.before.completeness

    def ranked(self) -> tuple[Outcome, ...]:
        """The scenarios, that which leaves least and costs least first."""
        return tuple(sorted(self.outcomes, key=_rank))


def _rank(outcome: Outcome) -> tuple[tuple[int, ...], float, int, str]:
    left = reached(outcome.trace)
    counts = tuple(left[klass] for klass in WORST_FIRST)
    return counts, len(outcome.loss.lost), -len(outcome.loss.gained), outcome.scenario.name


def reached(trace: Trace) -> Counter[DoorClass]:
    """How many pairs of owner and recipient have a door, by the least class of one."""
    found: Counter[DoorClass] = Counter()
    for reach in trace.reaches:
        found.update(reach.by_class)
    return found


def exposed(trace: Trace) -> int:
    """How many owners have any door but such as lawful process opens."""
    return sum(any(k is not DoorClass.LAWFUL for k in reach.by_class) for reach in trace.reaches)


@dataclass(slots=True)
class Simulator:
    """Asks one question of a setting and of what scenarios make of it.

    Attributes:
        setting: The setting before.
        question: What is asked; its day is the setting's.
        tracer_of: Makes what answers for a setting.
        progress: Called with the name of what is traced next.
    """

    setting: Setting
    question: Question
    tracer_of: TracerOf
    progress: Callable[[str], None] = lambda name: None
    _before: tuple[Answer, Lawful] | None = field(default=None, init=False)

    def run(
        self,
        scenarios: tuple[Scenario, ...],
        *,
        with_residues: bool = False,
        default_days: int | None = None,
    ) -> Simulation:
        """What each scenario changes.

        Args:
            scenarios: The scenarios, each applied to the setting by itself.
            with_residues: Whether to ask who keeps data taken before.
            default_days: The retention of bodies of which none is on file; None if unknown.

        Raises:
            ScenarioError: A scenario names what is not there.
        """
        settings = [scenario.apply(self.setting) for scenario in scenarios]  # faults come first
        before, lawful = self.before()
        outcomes: list[Outcome] = []
        for scenario, after in zip(scenarios, settings, strict=True):
            self.progress(scenario.name)
            answer, shared = self._ask(after)
            residues = self._residues(scenario, after, default_days) if with_residues else ()
            outcomes.append(
                Outcome(
                    scenario,
                    after.flow_map,
                    answer.trace,
                    compare(before, answer),
                    loss_between(lawful, shared),
                    scenario.idle(self.setting),
                    residues,
                )
            )
        return Simulation(before.trace, lawful, tuple(outcomes))

    def before(self) -> tuple[Answer, Lawful]:
        """The answer for the setting itself, and its lawful sharing."""
        if self._before is None:
            self.progress("as it is")
            self._before = self._ask(self.setting)
        return self._before

    def _ask(self, setting: Setting) -> tuple[Answer, Lawful]:
        tracer = self.tracer_of(setting)
        answer = Answer(tracer.trace(self.question), tracer)
        return answer, lawful_sharing(tracer, self.question)

    def _residues(
        self, scenario: Scenario, after: Setting, default_days: int | None
    ) -> tuple[Residue, ...]:
        return residual(
            self.setting.flow_map,
            after.flow_map,
            scenario.day or self.setting.day,
            self.question.owners,
            hops=self.question.hops,
            default_days=default_days,
        )
