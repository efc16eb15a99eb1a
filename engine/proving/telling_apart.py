"""Is there a request that two libraries answer otherwise, or decide by other rules?

Both libraries are encoded over the same sources, so that one request is meant on both sides. Rules
that say the same on both sides are left out of the first question, which is small: if no request
gets another of the rules that changed, none gets another answer.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from zoneinfo import ZoneInfo

from ...dsl import syntax as tree
from ...dsl.kinds import DATA
from ...dsl.model import Library, Policy, Rule, Vocabulary
from ...dsl.truth import Truth
from ..compiled.walk import conditions_of, written_in
from ..dates import changes, turns
from ..reference import RESTRICTING, Case
from ..registry import Registry
from ..values import Span
from .answers import RANKS, Answering, Answers, names_in
from .conditions import NotCoveredError, Sources
from .encoding import Encoder, Part
from .formulas import Formula, both, either, negated, one
from .questions import World, days_tested
from .searching import recipients_within
from .shapes import Shapes
from .solver import Found, Model, Question
from .sources import Known
from .witness import is_usual

TRIES = 6  # models of one question that are tried as requests
UNWRITTEN = 3  # times that a request could not be written before it is given up
LARGE = 60  # questions about whole answers for one pair of libraries


@dataclass(frozen=True, slots=True)
class Asked:
    """All requests of one act, kind of data and time, before two libraries."""

    before: Case
    after: Case
    sources: Sources

    @property
    def is_exact(self) -> bool:
        """Whether a request can tell its time so."""
        at = self.before.request.at
        return at.day is not None or at.earliest == at.latest


Tell = Callable[[Asked, Model], bool]


class Verdict(Enum):
    """What became of the comparison."""

    SAME = "same"
    TOLD = "told"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What became of the comparison, and why it is not known."""

    verdict: Verdict
    why: str = ""


@dataclass(frozen=True, slots=True)
class Rival:
    """A rule as it stands on both sides; None where it is not there."""

    before: tuple[Policy, Rule] | None
    after: tuple[Policy, Rule] | None

    @property
    def id(self) -> str:
        """The rule's id."""
        return next(self.sides())[1].id

    def sides(self) -> Iterator[tuple[Policy, Rule]]:
        """The sides on which there is one."""
        yield from (side for side in (self.before, self.after) if side is not None)


def rivals(before: Library, after: Library, changed: Iterable[str]) -> list[Rival]:
    """The rules of these names on both sides, version by version."""
    found: list[Rival] = []
    for rule_id in sorted(changed):
        olds, news = list(_versions(before, rule_id)), list(_versions(after, rule_id))
        while olds or news:
            found.append(Rival(olds.pop(0) if olds else None, news.pop(0) if news else None))
    return found


def _versions(library: Library, rule_id: str) -> Iterator[tuple[Policy, Rule]]:
    for policy in library.policies:
        yield from ((policy, rule) for rule in policy.rules if rule.id == rule_id)


@dataclass(slots=True)
class Apart:
    """Compares two libraries that differ in some rules.

    Attributes:
        before: One library.
        after: The other; its vocabularies and parameters are the same.
        registry: The bodies on file.
        rivals: The rules that differ, or read a definition that does.
        seconds: How long one question may take.
        tell: What tries a model as a request, and says whether it tells the libraries apart.
        weighs: Whether more may differ than what these rules do: how sure their wording is.
    """

    before: Library
    after: Library
    registry: Registry
    rivals: Sequence[Rival]
    tell: Tell
    weighs: bool = False
    seconds: float = 10.0
    known: Known = field(default_factory=Known)
    _worlds: tuple[World, World] = field(init=False)
    _doubts: list[str] = field(default_factory=list[str])
    _open: dict[tuple[str, str], Asked] = field(default_factory=dict[tuple[str, str], "Asked"])
    _large: int = 0
    _unwritten: int = 0
    _alike: set[Hashable] = field(default_factory=set[Hashable])
    _masked: set[Hashable] = field(default_factory=set[Hashable])

    def __post_init__(self) -> None:
        """Know both worlds."""
        self._worlds = (
            World(self.before, self.registry, known=self.known),
            World(self.after, self.registry, known=self.known),
        )

    def compared(self) -> Comparison:
        """Whether a request tells them apart; it was told if there is one.

        Raises:
            SolverMissingError: The solver is not installed.
        """
        try:
            told = any(self._locally(asked) for asked in self._asked()) or self._globally()
        except NotCoveredError as fault:
            return Comparison(Verdict.UNKNOWN, f"not covered: {fault}")
        if told:
            return Comparison(Verdict.TOLD)
        if self._doubts:
            return Comparison(Verdict.UNKNOWN, self._doubts[0])
        return Comparison(Verdict.SAME)

    def _locally(self, asked: Asked) -> bool:
        """Whether what the changed rules do tells them apart; what is left open is noted."""
        parts = list(self._parts(asked))
        shapes = Shapes()
        strict = one(_differs(old, new, shapes) for old, new in parts)
        weight = one(self._weighs(asked, shapes))
        anything = either(strict, weight)
        place = asked.before.request.act, asked.before.data
        form = shapes.told(anything)
        if self.weighs or form in self._masked:
            self._open.setdefault(place, asked)
        if anything is False or form in self._masked | self._alike:
            return False
        found = self._question(asked, anything).found()
        if found is not Found.ONE:
            if found is Found.TIMEOUT:
                self._doubt(asked)
            self._alike.add(form)
            return False
        self._masked.add(form)
        self._open.setdefault(place, asked)
        visible = (one(look(old, new) for old, new in parts)
                   for look in (_touched_otherwise, _no_longer_denies))  # fmt: skip
        if any(self._told(asked, formula) for formula in visible):
            return True
        return self._at_large(asked)

    def _parts(self, asked: Asked) -> Iterator[tuple[Part | None, Part | None]]:
        before, after = Encoder(asked.before, asked.sources), Encoder(asked.after, asked.sources)
        for rival in self.rivals:
            old = before.part(*rival.before) if rival.before else None
            new = after.part(*rival.after) if rival.after else None
            yield old, new

    def _weighs(self, asked: Asked, shapes: Shapes) -> Iterator[Formula]:
        """Whether a changed rule may make a PERMIT rest on other wording: ``engine/weight.py``."""
        before = Answering(asked.before, asked.sources)
        after = Answering(asked.after, asked.sources)
        for rival in self.rivals:
            old = before.encoder.part(*rival.before) if rival.before else None
            new = after.encoder.part(*rival.after) if rival.after else None
            for least in RANKS:
                weak = before.kept_back(old, least) if old and _restricts(old) else False
                other = after.kept_back(new, least) if new and _restricts(new) else False
                yield _apart(weak, other, shapes)
        for name, answer in self._readings().items():
            turned = Asked(
                replace(asked.before, readings={name: not answer}),
                replace(asked.after, readings={name: not answer}),
                asked.sources,
            )
            yield from (_differs(old, new, shapes) for old, new in self._parts(turned))

    def _readings(self) -> Mapping[str, bool]:
        """The readings with an answer that changed rules ask, or asked."""
        found: dict[str, bool] = {}
        for rival in self.rivals:
            for policy, rule in rival.sides():
                for condition in written_in(rule.node):
                    for name in names_in(condition, policy):
                        answer = policy.vocabulary.readings[name].answer
                        if answer is not None:
                            found[name] = answer
        return found

    # Beside all other rules ------------------------------------------------------------------

    def _globally(self) -> bool:
        """Whether an answer differs in any state of the law, where the rules that changed may."""
        before, after = self._worlds
        for (act, data), asked in self._open.items():
            words = asked.before.facts.vocabulary
            for case in before.cases([act], self._days()):
                if case.data == data:
                    at = case.request.at
                    one_, other = (w.case(act, data, words, at) for w in (before, after))
                    if self._at_large(Asked(one_, other, before.sources(case))):
                        return True
        return False

    def _at_large(self, asked: Asked) -> bool:
        """Whether an answer differs, or what decides it."""
        if self._unwritten >= UNWRITTEN:
            return False
        if self._large >= LARGE:
            self._doubts.append(f"more than {LARGE} questions about whole answers")
            return False
        self._large += 1
        old, new = self._answers(asked)
        names = [rival.id for rival in self.rivals]
        for formula in (answers_differ(old, new), _decided_otherwise(old, new, names)):
            if formula is False:
                continue
            found = self._question(asked, formula).found()
            if found is Found.TIMEOUT:
                self._doubt(asked)
            if found is Found.ONE:
                if self._told(asked, formula):
                    return True
                self._unwritten += 1
                self._doubts.append("a request that tells them apart could not be written")
        return False

    def _answers(self, asked: Asked) -> tuple[Answers, Answers]:
        before = Answering(asked.before, asked.sources)
        after = Answering(asked.after, asked.sources)
        one_, other = before.encoded(), after.encoded()
        return before.answers(one_, ()), after.answers(other, ())

    def _question(self, asked: Asked, formula: Formula) -> Question:
        question = Question(asked.sources, recipients_within(formula))
        question.need(formula)
        question.close()
        question.limit(self.seconds)
        return question

    def _told(self, asked: Asked, formula: Formula) -> bool:
        """Whether a request of a formula tells them apart."""
        if formula is False or not asked.is_exact:
            return False
        question = self._question(asked, formula)
        if question.found() is not Found.ONE:
            return False
        question.plain(is_usual)
        return any(self.tell(asked, model) for model in question.models(TRIES))

    def _doubt(self, asked: Asked) -> None:
        request = asked.before.request
        where = f"{request.act} of {asked.before.data} at {request.at.latest}"
        self._doubts.append(f"the solver did not finish in {self.seconds:g} seconds: {where}")

    # Questions -------------------------------------------------------------------------------

    def _asked(self) -> Iterator[Asked]:
        """Every act, kind of data and time that the changed rules tell from others."""
        acts = sorted(
            {act for rival in self.rivals for _, rule in rival.sides() for act in rule.acts}
        )
        moments = list(self._moments())
        for act in acts:
            for data, words in self._data(act, moments[0]):
                for at in moments:
                    before, after = (w.case(act, data, words, at) for w in self._worlds)
                    yield Asked(before, after, self._worlds[0].sources(before))

    def _moments(self) -> Iterator[Span]:
        """A time for every way in which times stand to the days that matter; exact ones first."""
        days = self._days()
        zones = [ZoneInfo(z) for z in sorted({p.zone for r in self.rivals for p, _ in r.sides()})]
        seen: set[Hashable] = set()
        moments = self._worlds[0].moments(days)
        for at in sorted(moments, key=lambda at: at.day is None and at.earliest != at.latest):
            sides = [at.days(zone) for zone in zones]
            key = tuple(
                (first >= day, last >= day) for first, last in sides for day in sorted(days)
            )
            if key not in seen:
                seen.add(key)
                yield at

    def _days(self) -> set[datetime.date]:
        """The days on which the changed rules, or what they read, may turn."""
        days: set[datetime.date] = set()
        for library in (self.before, self.after):
            for versions in library.parameters.values():
                days |= {day for version in versions for day in turns(version.in_force)}
        for rival in self.rivals:
            for policy, rule in rival.sides():
                days |= {*changes(rule.node), *days_tested(conditions_of(policy))}
                days |= set(turns(policy.in_force))
        return days

    def _data(self, act: str, at: Span) -> Iterator[tuple[str, Vocabulary]]:
        """A kind of data for every way in which the changed rules govern data."""
        seen: set[Hashable] = set()
        own = {policy.vocabulary.edition for rival in self.rivals for policy, _ in rival.sides()}
        for words in sorted(self.before.vocabularies.values(), key=lambda v: v.edition not in own):
            if DATA not in words.kinds:
                continue
            below = words.kinds.below(DATA) - {DATA}
            for data in sorted(below, key=lambda name: (len(words.kinds.above(name)), name)):
                key = tuple(self._governs(act, data, words, at))
                if key not in seen and any(truth is not Truth.FALSE for truth in key):
                    seen.add(key)
                    yield data, words

    def _governs(self, act: str, data: str, words: Vocabulary, at: Span) -> Iterator[Truth]:
        before, after = (world.case(act, data, words, at) for world in self._worlds)
        for rival in self.rivals:
            for case, side in ((before, rival.before), (after, rival.after)):
                yield case.governs(side[1], side[0]) if side else Truth.FALSE


# Differences -------------------------------------------------------------------------------------


def answers_differ(old: Answers, new: Answers) -> Formula:
    """Whether two answers have another outcome."""
    return one(
        both(
            one(way.formula for way in old.ways if way.outcome is outcome),
            one(way.formula for way in new.ways if way.outcome is not outcome),
        )
        for outcome in tree.Outcome
    )


def _decided_otherwise(old: Answers, new: Answers, names: Iterable[str]) -> Formula:
    """Whether a rule is no longer among those that make a HOLD or a PERMIT."""
    return one(
        both(_made_by(old, outcome, name), negated(_made_by(new, outcome, name)))
        for name in names
        for outcome in (tree.Outcome.HOLD, tree.Outcome.PERMIT)
    )


def _made_by(answers: Answers, outcome: tree.Outcome, name: str) -> Formula:
    answered = one(way.formula for way in answers.ways if way.outcome is outcome)
    mine = [part for part in answers.encoded.parts if part.rule.id == name]
    if outcome is tree.Outcome.PERMIT:
        return both(answered, one(p.value.certain for p in mine if _opens(p)))
    waits = (p.value.unproven if _opens(p) else both(p.holds, negated(p.denies)) for p in mine)
    return both(answered, one(waits))


def _restricts(part: Part) -> bool:
    return part.rule.effect in RESTRICTING


def _opens(part: Part) -> bool:
    return part.rule.effect in (tree.Effect.PERMIT, tree.Effect.LEAVE_OPEN)


def _differs(old: Part | None, new: Part | None, shapes: Shapes) -> Formula:
    """Whether a rule does something else."""
    return one(
        _apart(one_, other, shapes) for one_, other in zip(_does(old), _does(new), strict=True)
    )


def _does(part: Part | None) -> tuple[Formula, ...]:
    if part is None:
        return False, False, False, False, True
    value = part.value
    values = (value.certain, value.possible) if _opens(part) else (False, False)
    return part.denies, part.holds, *values, _clear(part)


def _apart(one_: Formula, other: Formula, shapes: Shapes) -> Formula:
    if shapes.number(one_) == shapes.number(other):
        return False
    return either(both(one_, negated(other)), both(negated(one_), other))


def _clear(part: Part | None) -> Formula:
    """Whether a rule leaves a request untouched."""
    if part is None:
        return True
    match part.rule.effect:
        case tree.Effect.PERMIT | tree.Effect.LEAVE_OPEN:
            return negated(part.value.possible)
        case tree.Effect.REQUIRE:
            return negated(part.applies.possible)
        case _:
            return both(negated(part.denies), negated(part.holds))


def _touched_otherwise(old: Part | None, new: Part | None) -> Formula:
    one_, other = _clear(old), _clear(new)
    return either(both(one_, negated(other)), both(negated(one_), other))


def _no_longer_denies(old: Part | None, new: Part | None) -> Formula:
    if old is None:
        return False
    return both(old.denies, negated(new.denies if new is not None else False))
