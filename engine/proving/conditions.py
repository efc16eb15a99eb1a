"""Conditions as formulas: ``engine/conditions.py`` line by line, before any fact is known."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ...dsl import reading as names
from ...dsl import syntax as tree
from ...dsl.model import Policy
from ...dsl.printer import condition_text
from ...dsl.reading import Subject, subject_of
from ...dsl.truth import Truth
from ..compiled.translate import reads
from ..compiled.walk import parts_of
from ..conditions import Context, value_of
from ..facts import Facts
from ..registry import Registry
from ..values import State
from .domains import covers
from .formulas import (
    FALSE,
    Atom,
    Formula,
    Pair,
    Some,
    Who,
    all_pairs,
    any_pairs,
    both,
    chosen,
    constant,
    either,
    negated,
)
from .phrases import reads_as
from .sources import (
    Free,
    IsOwner,
    Known,
    OfBodies,
    OfDuty,
    OfFact,
    OfReading,
    Source,
    Test,
    Whole,
)


class NotCoveredError(Exception):
    """A part of the language that no formula is known for; the message names it."""


# The values of all parameters where a formula holds; the last holds where no other does.
Numbers = Mapping[str, tuple[tree.Value, ...]]
Guarded = Sequence[tuple[Formula, Numbers]]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition stands.

    Attributes:
        context: Its policy, on the days of the requests asked about.
        numbers: What parameters may be there.
        each: Whether a loop over recipients has reached one.
        variable: What the loop calls him, besides ``recipient``.
    """

    context: Context
    numbers: Guarded = ()
    each: bool = False
    variable: str = ""

    @property
    def policy(self) -> Policy:
        """The policy."""
        return self.context.policy


@dataclass(slots=True)
class Sources:
    """The sources of all formulas of one question, each once.

    With ``any_reading`` an open question of law may have either answer, whatever the library's is.
    """

    facts: Sequence[Facts]
    registry: Registry
    known: Known = field(default_factory=Known)
    any_reading: bool = False
    found: dict[Hashable, Source] = field(default_factory=dict[Hashable, Source])
    bodies: OfBodies = field(init=False)
    whole: Whole = field(default_factory=Whole)
    is_owner: IsOwner = field(default_factory=IsOwner)

    def __post_init__(self) -> None:
        """Know the bodies on file."""
        self.bodies = OfBodies("bodies", self.facts, self.known, self.registry)

    def fact(self, key: Hashable) -> OfFact:
        """The source of a fact."""
        found = self.found.setdefault(key, OfFact(key, self.facts, self.known))
        assert isinstance(found, OfFact)
        return found

    def keep(self, source: Source) -> Source:
        """The source of that key, this one if there is none yet."""
        return self.found.setdefault(source.key, source)


@dataclass(slots=True)
class Translator:
    """Translates the conditions of one question; ``tag`` stands in the names of vocabularies."""

    sources: Sources
    tag: str = ""
    _known: dict[Hashable, Pair] = field(default_factory=dict[Hashable, Pair])

    def pair(self, node: tree.Condition, place: Place) -> Pair:
        """A condition as two formulas.

        Raises:
            NotCoveredError: No formula is known for a part of it.
        """
        match node:
            case tree.And():
                return all_pairs([self.pair(item, place) for item in node.items])
            case tree.Or():
                return any_pairs([self.pair(item, place) for item in node.items])
            case tree.Not():
                return ~self.pair(node.item, place)
            case tree.Named():
                return self._named(node, place)
            case tree.Quantified():
                return self._quantified(node, place)
            case tree.Paper():
                raise NotCoveredError("an instrument outside its quantifier")
            case _:
                return self._numbered(node, place)

    def _words(self, policy: Policy) -> str:
        """What tells the words of a policy from others."""
        return f"{policy.vocabulary.edition}{self.tag}"

    def duty(self, must: tree.Must, place: Place) -> Pair:
        """Whether a duty is done: proven or not proven, never false."""
        duty = place.policy.vocabulary.duties[must.duty.text]
        if duty.done_by is not None:
            return Pair(self.pair(duty.done_by, place).certain, True)
        key = "duty", duty.name, duty.attested_by
        return _pair(self.sources.keep(OfDuty(key, must, place.policy)), 0, Who.NOBODY)

    def _named(self, node: tree.Named, place: Place) -> Pair:
        """A definition is its condition; a reading is the library's answer, or may be any."""
        if node.name in place.policy.defines:
            key = node.name, place.policy.name, place.each, place.variable
            if key not in self._known:
                self._known[key] = self.pair(place.policy.defines[node.name], place)
            return self._known[key]
        context = place.context
        reading = context.vocabulary.readings[node.name]
        if self.sources.any_reading:
            source = self.sources.keep(OfReading(("reading", reading.name), reading))
            return _pair(source, 0, Who.NOBODY)
        return constant(Truth.of(context.readings.get(node.name, reading.answer)))

    # Quantifiers -----------------------------------------------------------------------------

    def _quantified(self, node: tree.Quantified, place: Place) -> Pair:
        """A loop over recipients; any other set is asked of the reference whole."""
        if node.collection.text != names.RECIPIENTS:
            return self._whole(node, place)
        if place.variable and reads(node.body, place.variable):
            raise NotCoveredError(f"a loop inside a loop: `{condition_text(node)}`")
        inner = replace(place, each=True, variable=node.variable)
        body = self.pair(node.body, inner)
        if node.quantifier is tree.Quantifier.EVERY:
            return ~self._some(~body)
        return self._some(body)

    def _some(self, body: Pair) -> Pair:
        """One recipient; others are possible while they are not known whole."""
        return Pair(Some(body.certain), either(Some(body.possible), negated(self.is_whole())))

    def is_whole(self) -> Formula:
        """Whether the recipients are known whole."""
        return Atom(self.sources.whole, 0, True, Who.NOBODY)

    def _for_all(self, body: Pair) -> Pair:
        """What counts only if it counts for all to whom the data are new."""
        own = Atom(self.sources.is_owner, 0, True, Who.EACH)
        others = Some(negated(own))
        alone = both(self.is_whole(), negated(others))
        new = either(negated(own), alone)
        missed = Pair(
            Some(both(new, negated(body.possible))), Some(both(new, negated(body.certain)))
        )
        here = ~missed
        return Pair(both(here.certain, self.is_whole()), here.possible)

    # Tests -----------------------------------------------------------------------------------

    def _numbered(self, node: tree.Condition, place: Place) -> Pair:
        """A test, with each of the numbers that its parameters may have."""
        if not place.numbers or not _has_parameter(node):
            return self._test(node, place)
        return _by_numbers(place, lambda here: self._test(node, here))

    def _whole(self, node: tree.Condition, place: Place) -> Pair:
        """A condition of which every truth is possible."""
        if place.numbers and _has_parameter(node):
            return _by_numbers(place, lambda here: self._whole(node, here))
        policy = place.policy
        defined = policy.name if _reads_defines(node) else self._words(policy)
        if _compares_two(node, policy):
            defined = ""  # no vocabulary reads it otherwise
        key = condition_text(node), defined, policy.zone, _numbers(node, place), place.variable
        meant = tuple(_meant(node, place))
        source = Free(
            ("whole", *key, meant, place.each), node, policy, place.context, place.variable
        )
        who = Who.EACH if place.each else Who.NOBODY
        return _pair(self.sources.keep(source), 0, who)

    def _test(self, node: tree.Condition, place: Place) -> Pair:
        """A test of one fact."""
        assert isinstance(
            node,
            tree.KindTest | tree.Equals | tree.OneOf | tree.Compare | tree.Within | tree.Includes
            | tree.Stated | tree.Empty,
        )  # fmt: skip
        reference = node.subject
        if reference.text == names.DATE:
            return constant(value_of(node, Subject("date"), State(True), place.context))
        if reference.text == names.RECIPIENTS:
            return self._of_recipients(node, place)
        types = {place.variable: "agency"} if place.variable else {}
        subject = subject_of(reference, place.policy.vocabulary, types)
        assert subject is not None, f"`{reference.text}` was checked"
        if not covers(node, subject, place.context):
            return self._whole(node, place)
        if subject.agency:
            return self._of_agency(node, place)
        return self._of_fact(node, subject, place)

    def _of_recipients(self, node: tree.Condition, place: Place) -> Pair:
        """``recipients includes agency:K``; there is always one, the requester."""
        if isinstance(node, tree.Empty):
            return FALSE
        if not isinstance(node, tree.Includes) or not isinstance(node.value, tree.Agency):
            return self._whole(node, place)
        is_he = tree.Equals(node.span, tree.Reference(node.span, names.RECIPIENT), node.value)
        found = self._of_agency(is_he, replace(place, each=True, variable=""))
        return self._some(found)

    def _of_agency(self, node: tree.Condition, place: Place) -> Pair:
        """A test of the requester, the owner or a recipient, in one form for all three."""
        assert isinstance(node, tree.KindTest | tree.Equals | tree.OneOf | tree.Stated)
        reference = node.subject
        who = {names.REQUESTER: Who.REQUESTER, names.OWNER: Who.OWNER}.get(reference.head, Who.EACH)
        same = replace(node, subject=replace(reference, head=names.RECIPIENT))
        subject = subject_of(same.subject, place.policy.vocabulary, {})
        assert subject is not None
        test = Test(same, subject, place.policy, place.context)
        bodies = self.sources.bodies
        named = condition_text(same), self._words(place.policy)
        return _pair(bodies, bodies.place(named, test), who)

    def of_path(self, policy: Policy) -> Pair:
        """Whether the owner's entry names a policy as his own."""
        bodies = self.sources.bodies
        return _pair(bodies, bodies.place(("path", policy.name), policy.name), Who.OWNER)

    def _of_fact(self, node: tree.Condition, subject: Subject, place: Place) -> Pair:
        fact = subject.fact
        each = fact is not None and fact.per_recipient
        if each and not place.each:
            return self._for_all(self._of_fact(node, subject, replace(place, each=True)))
        policy = place.policy
        assert isinstance(
            node, tree.KindTest | tree.Equals | tree.OneOf | tree.Compare | tree.Includes
            | tree.Stated | tree.Empty,
        )  # fmt: skip
        zone = policy.zone if subject.type in ("count", "duration", "time", "date") else ""
        of_reason = node.subject.text in names.REASON_SETS
        layer = (self._words(policy), reads_as(place.context)) if of_reason else ()
        source = self.sources.fact(("fact", node.subject.text, subject.type, zone, layer, each))
        test = Test(node, subject, policy, place.context)
        named = condition_text(node), self._words(policy), policy.zone, _numbers(node, place)
        return _pair(source, source.place(named, test), Who.EACH if each else Who.NOBODY)


def _by_numbers(place: Place, made: Callable[[Place], Pair]) -> Pair:
    """What is made at a place, for each of the numbers that parameters may have there."""
    found: Pair | None = None
    for guard, numbers in reversed(place.numbers):
        here = replace(place, context=replace(place.context, parameters=numbers), numbers=())
        pair = made(here)
        found = pair if found is None else chosen(guard, pair, found)
    assert found is not None
    return found


def _pair(source: Source, test: int, who: Who) -> Pair:
    return Pair(Atom(source, test, True, who), Atom(source, test, False, who))


def _has_parameter(node: tree.Condition) -> bool:
    return any(isinstance(getattr(part, "bound", None), tree.Name) for part in parts_of(node))


def _compares_two(node: tree.Condition, policy: Policy) -> bool:
    """Whether a test compares two times or two users, who are no words of a vocabulary."""
    if isinstance(node, tree.Equals) and isinstance(node.value, tree.Reference):
        subject = subject_of(node.subject, policy.vocabulary, {})
        return subject is not None and subject.type == "user"
    return isinstance(node, tree.Within)


def _reads_defines(node: tree.Condition) -> bool:
    return any(isinstance(part, tree.Named) for part in parts_of(node))


def _meant(node: tree.Condition, place: Place) -> Iterator[Hashable]:
    """What a condition asked whole means besides its text: its day, readings and definitions."""
    context = place.context
    for part in parts_of(node):
        if isinstance(part, tree.Named) and part.name in place.policy.defines:
            yield condition_text(place.policy.defines[part.name])
            yield from _meant(place.policy.defines[part.name], place)
            yield tuple(_stated(place.policy.defines[part.name], place))
        elif isinstance(part, tree.Named):
            yield context.readings.get(part.name, context.vocabulary.readings[part.name].answer)
        elif isinstance(part, tree.Compare) and part.subject.text == names.DATE:
            yield value_of(part, Subject("date"), State(True), context)


def _stated(node: tree.Condition, place: Place) -> Iterator[tree.Value]:
    """The values that the parameters in a condition may have at a place."""
    for part in parts_of(node):
        bound = getattr(part, "bound", None)
        if isinstance(bound, tree.Name):
            for _, numbers in place.numbers:
                yield from numbers[bound.text]


def _numbers(node: tree.Condition, place: Place) -> tuple[tree.Value, ...]:
    """The values of the parameters in a condition."""
    return tuple(_values(node, place))


def _values(node: tree.Condition, place: Place) -> Iterator[tree.Value]:
    for part in parts_of(node):
        bound = getattr(part, "bound", None)
        if isinstance(bound, tree.Name):
            yield from place.context.parameters[bound.text]
