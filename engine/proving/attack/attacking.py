"""The cheapest story by which data reach somebody who may not have them, or that there is none.

The formulas are those of the proofs. What cannot be lied about (who is on file, what a machine
measures) is as it is; whatever else a request says costs something, unless it is the truth.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ....dsl import syntax as tree
from ...decision import Engine
from ...flow.door import Wrong, WrongKind
from ...reference import Case
from ..conditions import NotCoveredError, Sources
from ..encoding import Encoder
from ..questions import World
from ..searching import TRIES, Witness, decided, recipients_within, where
from ..solver import NOBODY, OWNER, Found, Model, Question
from ..sources import Choice, Source
from ..witness import Drafting, is_usual
from .costs import Lie, lie_of
from .words import told_lie

_TIDY = 1000  # what costs nothing is kept ordinary, and never at the price of a lie


@dataclass(frozen=True, slots=True)
class Aim:
    """What is wanted.

    Attributes:
        owner: Whose data.
        requester: Who asks.
        recipient: Who is to have them.
        purpose: For what they are wanted in truth.
        act: By which act.
        data: The kind of data; those below it are tried, too.
    """

    owner: str
    requester: str
    recipient: str
    purpose: str
    act: str
    data: str


@dataclass(frozen=True, slots=True)
class Story:
    """Lies and broken promises that get a PERMIT, the request, and its answer."""

    cost: int
    wrongs: tuple[Wrong, ...]
    witness: Witness


@dataclass(frozen=True, slots=True)
class Attack:
    """What became of an aim: the cheapest story; none, which is proved; or a doubt."""

    aim: Aim
    story: Story | None = None
    why: str = ""

    @property
    def impossible(self) -> bool:
        """Whether it is proved that no lie gets a PERMIT."""
        return self.story is None and not self.why


@dataclass(slots=True)
class Attacker:
    """Plays the launderer before one library and registry.

    Attributes:
        engine: What decides each request that is shown.
        seconds: How long one question may take.
    """

    engine: Engine
    seconds: float
    world: World = field(init=False)

    def __post_init__(self) -> None:
        """Know the world of the engine."""
        self.world = World.of(self.engine)

    def attack(self, aim: Aim, at: datetime.datetime) -> Attack:
        """The cheapest story for an aim under the law of a moment.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        best: Story | None = None
        doubt = ""
        for case in self.world.cases_at(aim.act, aim.data, at):
            for hidden in _ways(aim):
                try:
                    found = self._story(case, aim, hidden=hidden)
                except NotCoveredError as fault:
                    found = f"not covered: {fault}"
                if isinstance(found, str):
                    doubt = doubt or found
                elif best is None or found.cost < best.cost:
                    best = found
        return Attack(aim, best, "" if best else doubt)

    def _story(self, case: Case, aim: Aim, *, hidden: bool) -> Story | str:
        """The cheapest story of one kind of data; else what is not known, if anything."""
        sources = self.world.sources(case)
        permitted = Encoder(case, sources).encoded().outcome[tree.Outcome.PERMIT]
        others = 0 if hidden or aim.requester == aim.recipient else 1
        question = Question(sources, max(1 + others, recipients_within(permitted)))
        question.need(permitted)
        question.close()
        whom = {0: aim.requester, OWNER: aim.owner, **({1: aim.recipient} if others else {})}
        for at, key in whom.items():
            question.set_body(at, key)
        question.set_recipients(others)

        def cost(source: Source, choice: Choice) -> int:
            lie = lie_of(source, choice, aim.purpose)
            return _TIDY * lie.cost if lie else int(not is_usual(source, choice))

        question.cheapest(cost)
        question.limit(self.seconds)
        for _ in range(TRIES):
            found = question.found()
            if found is Found.TIMEOUT:
                return f"the solver did not finish in {self.seconds:g} seconds: {where(case)}"
            if found is Found.NONE:
                break
            model = _with_bodies(question.model(), whom)
            story = self._told(case, sources, model, aim, hidden=hidden)
            if story is not None:
                return story
            question.exclude(question.model())
        else:
            return f"the solver has an answer of which no request could be made: {where(case)}"
        return ""

    def _told(
        self, case: Case, sources: Sources, model: Model, aim: Aim, *, hidden: bool
    ) -> Story | None:
        """A model as a story, if its request gets PERMIT when it is decided anew."""
        found = decided(self.engine, Drafting(case, model, {**sources.found}).request())
        if found is None or found[0].decision.outcome is not tree.Outcome.PERMIT:
            return None
        wrongs: list[tuple[Lie, str]] = []
        for (key, _), choice in model.chosen.items():
            source = sources.found.get(key)
            lie = lie_of(source, choice, aim.purpose) if source is not None else None
            if source is not None and lie is not None:
                wrongs.append((lie, told_lie(source, choice, lie, aim.requester)))
        if hidden:
            words = f"{aim.requester} passes the data on to {aim.recipient}, whom it did not name"
            wrongs.append((Lie.BREACH, words))
        return Story(
            sum(lie.cost for lie, _ in wrongs),
            tuple(
                Wrong(WrongKind.BREACH if lie is Lie.BREACH else WrongKind.LIE, words)
                for lie, words in sorted(wrongs, key=lambda wrong: (-wrong[0].cost, wrong[1]))
            ),
            found[0],
        )


def _ways(aim: Aim) -> Iterator[bool]:
    """Whether the recipient is named, or hidden behind who asks."""
    yield False
    if aim.requester != aim.recipient:
        yield True


def _with_bodies(model: Model, whom: dict[int, str]) -> Model:
    """A model whose bodies are those who are meant, and which speaks of nobody else."""
    there = {NOBODY, OWNER, *model.recipients}
    chosen = {place: choice for place, choice in model.chosen.items() if place[1] in there}
    for at, key in whom.items():
        place = "bodies", at
        chosen[place] = replace(chosen[place], witness=(key,))
    return replace(model, chosen=chosen)


def owners_of(engine: Engine) -> list[str]:
    """The bodies on file whose entry names a policy of theirs."""
    names = {policy.name for policy in engine.library.policies}
    return sorted(body.key for body in engine.registry.bodies.values() if body.policy in names)
