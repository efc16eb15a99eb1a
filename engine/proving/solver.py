"""The one place that speaks to z3: is there a request for which a formula holds?

Every source becomes a small bit vector, one for each recipient where every recipient has his
own; a test of it is a disjunction over the choices that pass it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeAlias

from ...dsl.truth import Truth
from ..reference import Case
from .conditions import Sources
from .formulas import All, Atom, Counting, Formula, Not, Some, Unknown, Who
from .formulas import Any as One
from .papers import at_odds
from .phrases import Sight, seen_together
from .shapes import Shapes
from .sources import Choice, OfFact, Signature, Source, Whole, of_somebody

# Recipient 0 is the requester; this one is somebody of whom nothing is known.
SOMEBODY = -1
OWNER = -2
NOBODY = -3


class SolverMissingError(Exception):
    """The solver is not installed."""


class Found(Enum):
    """What a solver says."""

    NONE = "none"
    ONE = "one"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Model:
    """One request, as far as a formula asks of it: what each source holds, by its key and whom.

    ``recipients`` are the numbers of those that exist, the requester's 0 first.
    """

    chosen: Mapping[tuple[object, int], Choice]
    recipients: tuple[int, ...]


_Term: TypeAlias = Any  # a term of z3, which has no types


@dataclass(slots=True)
class Question:
    """A formula before z3.

    Attributes:
        sources: The sources of the formula.
        most: How many recipients are looked at: as many as the formula needs, at least one.
        often: Whether it is asked many times with little changed, which another solver does sooner.
    """

    sources: Sources
    most: int
    often: bool = False
    z3: Any = field(init=False)
    solver: Any = field(init=False)
    _choices: dict[int, tuple[Choice, ...]] = field(default_factory=dict[int, "tuple[Choice, ...]"])
    _held: dict[tuple[object, int], tuple[Source, _Term]] = field(
        default_factory=dict[tuple[object, int], "tuple[Source, _Term]"]
    )
    _terms: dict[tuple[int, int], _Term] = field(default_factory=dict[tuple[int, int], _Term])
    _atoms: dict[tuple[object, int, bool, int], _Term] = field(
        default_factory=dict[tuple[object, int, bool, int], _Term]
    )
    _equal: dict[tuple[object, int, int], _Term] = field(
        default_factory=dict[tuple[object, int, int], _Term]
    )
    _truths: dict[tuple[object, int, Truth], _Term] = field(
        default_factory=dict[tuple[object, int, Truth], _Term]
    )
    _numbers: dict[tuple[int, int], _Term] = field(default_factory=dict[tuple[int, int], _Term])
    _there: dict[int, _Term] = field(default_factory=dict[int, _Term])
    _ordinary: dict[str, _Term] = field(default_factory=dict[str, _Term])
    _sures: dict[int, _Term] = field(default_factory=dict[int, _Term])
    _assumed: list[_Term] = field(default_factory=list[_Term])
    _shapes: Shapes = field(default_factory=Shapes)

    def __post_init__(self) -> None:
        """Start z3."""
        self.z3 = load()
        # A context of its own: what was asked before would sway which request is found.
        context = self.z3.Context()
        self.solver = (
            self.z3.SolverFor("QF_FD", ctx=context) if self.often else self.z3.Solver(ctx=context)
        )
        self._recipients()

    def _recipients(self) -> None:
        """The requester exists; a recipient who is the owner is the owner's body."""
        for at in range(1, self.most):
            self._exists(at)
        owner = self._body(OWNER)
        for at in range(self.most):
            is_owner = self._atom(Atom(self.sources.is_owner, 0, True, Who.EACH), at)
            self._add(self._if(is_owner, self._body(at) == owner))

    def _exists(self, at: int) -> _Term:
        if at not in self._there:
            self._there[at] = (
                self.z3.BoolVal(True, self.solver.ctx)
                if at == 0
                else self._named(f"recipient {at}")
            )
        return self._there[at]

    def _body(self, at: int) -> _Term:
        return self._holder(self.sources.bodies, at)

    def need(self, formula: Formula) -> None:
        """Ask that a formula holds."""
        self.solver.add(self._term(formula, NOBODY))

    def prepare(self, formulas: Iterable[Formula]) -> None:
        """Make the terms of formulas that are asked for later."""
        for formula in formulas:
            self._term(formula, NOBODY)

    def limit(self, seconds: float) -> None:
        """Give up after so long."""
        self.solver.set("timeout", max(1, int(seconds * 1000)))

    def close(self) -> None:
        """Add what sources say of each other, once all formulas are asked for."""
        for at in {at for _, at in self._held}:
            here = [source for (_, there), (source, _) in self._held.items() if there == at]
            for one, other, this, that in at_odds(here):
                pair = [self._is(one, at, this), self._is(other, at, that)]
                self._add(self._not(self._and(pair)))
        self._read_alike()

    def speak(self, speaking: Mapping[str, Formula]) -> None:
        """Say which words a request may use; what it has no word for is not stated.

        Args:
            speaking: When a request may use the words of each edition.
        """
        spoken = {edition: self._named(f"speaks {edition}") for edition in speaking}
        self.solver.add(self._or(list(spoken.values())))
        words = {facts.vocabulary.edition: facts.vocabulary.facts for facts in self.sources.facts}
        for edition, formula in speaking.items():
            speaks = spoken[edition]
            self._add(self._if(speaks, self._term(formula, NOBODY)))
            for (_, at), (source, _) in list(self._held.items()):
                name = source.name if isinstance(source, OfFact) else ""
                if name in self._worded and name not in words[edition]:
                    nothing = [n for n, c in enumerate(self._of(source)) if c.witness is None]
                    unsaid = self._one_of(source, at, nothing)
                    self._add(self._if(speaks, unsaid))

    @property
    def _worded(self) -> set[str]:
        """The facts that some vocabulary has a word for."""
        return {name for facts in self.sources.facts for name in facts.vocabulary.facts}

    def _read_alike(self) -> None:
        """One reason is read by all lexicons."""
        unknown = self._named("reason not known")
        sights: dict[Sight, _Term] = {}
        held = [source for (_, at), (source, _) in self._held.items() if at == NOBODY]
        for seeing in seen_together(held):
            source = seeing.source
            nothing = [n for n, c in enumerate(self._of(source)) if c.witness is None]
            self._add(self._if(unknown, self._one_of(source, NOBODY, nothing)))
            for certain, wanted in ((True, seeing.certain), (False, seeing.possible)):
                seen = [sights.setdefault(s, self._named(f"seen {len(sights)}")) for s in wanted]
                passes = self._atom(Atom(source, seeing.test, certain, Who.NOBODY), NOBODY)
                same = passes == self._or(seen)
                self._add(self._if(self._not(unknown), same))

    def _is(self, source: Source, at: int, truth: Truth) -> _Term:
        """Whether the only test of a source has a truth."""
        key = source.key, at, truth
        if key not in self._truths:
            passing = [n for n, c in enumerate(self._of(source)) if c.signature[0] is truth]
            self._truths[key] = self._one_of(source, at, passing)
        return self._truths[key]

    def _one_of(self, source: Source, at: int, numbers: Iterable[int]) -> _Term:
        """Whether a source holds one of some choices."""
        return self._or([self._holds(source, at, number) for number in numbers])

    def found(self) -> Found:
        """Whether there is such a request."""
        answer = self.solver.check(self._assumed)
        if answer == self.z3.unsat and self._assumed:
            self._assumed = []
            answer = self.solver.check()
        if answer == self.z3.unsat:
            return Found.NONE
        return Found.ONE if answer == self.z3.sat else Found.TIMEOUT

    def cheapest(self, cost: Callable[[Source, Choice], int]) -> None:
        """From here on ask for the requests that cost least.

        Args:
            cost: What a choice of a source costs.
        """
        solver = self.z3.Optimize(ctx=self.solver.ctx)
        solver.add(self.solver.assertions())
        self.solver = solver
        for (_, at), (source, _holder) in list(self._held.items()):
            dear: dict[int, list[_Term]] = {}
            for number, choice in enumerate(self._of(source)):
                price = cost(source, choice)
                if price and at != SOMEBODY:
                    dear.setdefault(price, []).append(self._holds(source, at, number))
            for price, terms in dear.items():
                solver.add_soft(self._not(self._or(terms)), price)

    def set_body(self, at: int, key: str) -> bool:
        """Say who the requester (0), another recipient or the owner is; whether he can be.

        A body is not told from others that rules treat alike.
        """
        able = [n for n, c in enumerate(self._of(self.sources.bodies)) if _is_among(key, c)]
        self.solver.add(self._one_of(self.sources.bodies, at, able))
        return bool(able)

    def set_recipients(self, count: int) -> None:
        """Say how many others get the data, of whom all are known."""
        for at in range(1, self.most):
            self.solver.add(self._exists(at) == (at <= count))
        self.solver.add(self._atom(Atom(self.sources.whole, 0, True, Who.NOBODY), NOBODY))

    def able(self, formulas: Iterable[Formula]) -> Found:
        """Whether there is such a request that meets all of some formulas besides."""
        answer = self.solver.check([self._sure(formula) for formula in formulas])
        if answer == self.z3.unsat:
            return Found.NONE
        return Found.ONE if answer == self.z3.sat else Found.TIMEOUT

    def _sure(self, formula: Formula) -> _Term:
        """A name for a formula, which may be assumed."""
        number = self._shapes.number(formula)
        if number not in self._sures:
            self._sures[number] = self._named(f"sure {number}")
            term = self._term(formula, NOBODY)
            self._add(self._if(self._sures[number], term))
        return self._sures[number]

    def against(self, formulas: Iterable[Formula]) -> list[Formula]:
        """Which of the formulas last asked for no request meets together."""
        core = {name.get_id() for name in self.solver.unsat_core()}
        return [formula for formula in formulas if self._sure(formula).get_id() in core]

    def meets(self, formula: Formula) -> bool:
        """Whether the last request that was found meets a formula."""
        term = self._term(formula, NOBODY)
        return bool(self.z3.is_true(self.solver.model().eval(term, model_completion=True)))

    def plain(self, is_usual: Callable[[Source, Choice], bool]) -> None:
        """Ask for a request with as little out of the ordinary as there is one.

        What cannot be kept ordinary is given up piece by piece, as z3 names it.

        Args:
            is_usual: Whether a choice of a source is the ordinary one.
        """
        wanted = dict(self.ordinary(is_usual))
        while wanted and self.solver.check(list(wanted.values())) == self.z3.unsat:
            core = [str(name) for name in self.solver.unsat_core()]
            if not core:
                return
            wanted.pop(max(core, key=lambda name: int(name.split()[1])))
        self._assumed = list(wanted.values())

    def only(self, may_be: Callable[[Source, Choice], bool]) -> None:
        """Ask for a request that holds only some choices of what is known of somebody."""
        for (_, at), (source, _) in list(self._held.items()):
            others = [n for n, choice in enumerate(self._of(source)) if not may_be(source, choice)]
            if others and at != SOMEBODY:
                self.solver.add(self._not(self._one_of(source, at, others)))

    def ordinary(self, is_usual: Callable[[Source, Choice], bool]) -> dict[str, _Term]:
        """A name for all that is ordinary, made once."""
        if not self._ordinary:
            for at, term in enumerate(self._usual(is_usual)):
                name = self._named(f"usual {at}")
                self._add(self._if(name, term))
                self._ordinary[f"usual {at}"] = name
        return self._ordinary

    def _usual(self, is_usual: Callable[[Source, Choice], bool]) -> list[_Term]:
        """What is ordinary, the first kept longest: that all recipients are known, and are few."""
        sets, found = list[_Term](), list[_Term]()
        for (_, at), (source, _) in self._held.items():
            usual = [n for n, choice in enumerate(self._of(source)) if is_usual(source, choice)]
            if usual:
                where = sets if isinstance(source, Whole) else found
                where.append(self._one_of(source, at, usual))
        return [*sets, *(self._not(self._exists(at)) for at in range(1, self.most)), *found]

    def model(self) -> Model:
        """One such request."""
        model = self.solver.model()
        chosen: dict[tuple[object, int], Choice] = {
            place: self._of(source)[int(model.eval(holder, model_completion=True).as_long())]
            for place, (source, holder) in self._held.items()
        }
        there = [
            at
            for at in range(1, self.most)
            if self.z3.is_true(model.eval(self._exists(at), model_completion=True))
        ]
        return Model(chosen, (0, *there))

    def which(self, formulas: Sequence[Formula]) -> int | None:
        """The first of some formulas that holds in the request last found."""
        model = self.solver.model()
        for at, formula in enumerate(formulas):
            term = self._term(formula, NOBODY)
            if self.z3.is_true(model.eval(term, model_completion=True)):
                return at
        return None

    @contextmanager
    def tentative(self) -> Generator[None]:
        """What is asked within counts within alone."""
        self.solver.push()
        try:
            yield
        finally:
            self.solver.pop()
            self._assumed = []

    def models(self, most: int) -> Iterator[Model]:
        """At most so many requests, each other than those before it in something."""
        for _ in range(most):
            if self.found() is not Found.ONE:
                return
            model = self.model()
            yield model
            self.exclude(model)

    def exclude(self, model: Model) -> None:
        """Ask for a request that differs from one in something."""
        same = [
            self._held[place][1] == self._of(self._held[place][0]).index(choice)
            for place, choice in model.chosen.items()
        ]
        self.solver.add(self._not(self._and(same)))

    # Near a request that is known -----------------------------------------------------------

    def places(self) -> list[tuple[Source, int]]:
        """Every source that formulas ask of, with whom it is about."""
        return [(source, at) for (_, at), (source, _) in self._held.items()]

    def whom(self, case: Case) -> dict[int, str | None]:
        """Whom the numbers of a request stand for; its recipients are all that there are."""
        known = [str(key) for key in case.facts.recipients().known]
        for at in range(1, self.most):
            self.solver.add(self._exists(at) == (at < len(known)))
        return {NOBODY: None, OWNER: case.request.owner, SOMEBODY: "", **dict(enumerate(known))}

    def one_of(self, source: Source, at: int, signatures: Collection[Signature]) -> _Term:
        """Whether a source has one of these signatures."""
        choices = enumerate(self._of(source))
        return self._one_of(source, at, [n for n, c in choices if c.signature in signatures])

    def hold(self, *terms: _Term) -> None:
        """Ask that all of some terms hold."""
        self.solver.add(*terms)

    def fewest(self, terms: Sequence[_Term]) -> Found:
        """Ask that as few of some terms hold as can be; TIMEOUT if that is not known in time."""
        found = Found.NONE
        for count in range(len(terms) + 1):
            self.solver.push()
            if terms:
                self.solver.add(self.z3.AtMost(*terms, count))
            found = self.found()
            if found is not Found.NONE:
                break
            self.solver.pop()
        return found

    def again(self, steps: int) -> None:
        """Take back so many ``fewest``."""
        self.solver.pop(steps)

    def any_of(self, terms: Sequence[_Term]) -> _Term:
        """Whether one of some terms holds."""
        return self._or(list(terms))

    def none_of(self, terms: Sequence[_Term]) -> _Term:
        """Whether one of some terms does not hold."""
        return self._not(self._and(list(terms)))

    def pin_to(self, case: Case) -> None:
        """Say that the request is one that is known.

        Raises:
            KeyError: It holds something that is no choice of its source.
        """
        whom = self.whom(case)
        for (_, at), (source, _term) in list(self._held.items()):
            if at in whom:
                self._pin(source, at, source.met(case, whom[at]))

    def _pin(self, source: Source, at: int, signature: tuple[Truth, ...]) -> None:
        """Say what a source holds.

        Raises:
            KeyError: It is none of its choices.
        """
        choices = self._of(source)
        known = [number for number, choice in enumerate(choices) if choice.signature == signature]
        if not known:
            raise KeyError(source.key, signature)
        self.solver.add(self._one_of(source, at, known))

    # Formulas to terms -----------------------------------------------------------------------

    def _term(self, formula: Formula, at: int) -> _Term:
        if isinstance(formula, bool):
            return self.z3.BoolVal(formula, self.solver.ctx)
        key = self._shapes.number(formula), at
        if key not in self._terms:
            self._terms[key] = self._made(formula, at)
        return self._terms[key]

    def _made(self, formula: Formula, at: int) -> _Term:
        match formula:
            case Atom():
                return self._atom(formula, at)
            case All():
                return self._and([self._term(item, at) for item in formula.items])
            case One():
                return self._or([self._term(item, at) for item in formula.items])
            case Not():
                return self._not(self._term(formula.item, at))
            case Unknown():
                return self._term(formula.body, SOMEBODY)
            case Some():
                first = self._term(formula.body, 0)
                others = range(1, self.most)
                return self._or(
                    [first]
                    + [self._and([self._exists(n), self._term(formula.body, n)]) for n in others]
                )
            case _:
                raise AssertionError("a constant is no term of its own")

    def _atom(self, atom: Atom, at: int) -> _Term:
        about = {Who.NOBODY: NOBODY, Who.OWNER: OWNER, Who.REQUESTER: 0}.get(atom.who, at)
        if about == SOMEBODY and atom.source in (self.sources.bodies, self.sources.is_owner):
            return self.z3.BoolVal(
                not atom.certain and atom.source is self.sources.bodies, self.solver.ctx
            )
        key = atom.source.key, atom.test, atom.certain, about
        if key not in self._atoms:
            least = Truth.TRUE if atom.certain else Truth.UNPROVEN
            passing: tuple[list[int], list[int]] = [], []
            for number, choice in enumerate(self._of(atom.source)):
                passing[choice.signature[atom.test] >= least].append(number)
            rarer = len(passing[True]) <= len(passing[False])
            held = self._one_of(atom.source, about, passing[rarer])
            self._atoms[key] = held if rarer else self._not(held)
        return self._atoms[key]

    def _holds(self, source: Source, at: int, number: int) -> _Term:
        """Whether a source holds one of its choices."""
        key = source.key, at, number
        if key not in self._equal:
            self._equal[key] = self._equals(self._holder(source, at), number)
        return self._equal[key]

    def _equals(self, holder: _Term, number: int) -> _Term:
        """Whether a bit vector is a number."""
        z3, context = self.z3, self.solver.ctx
        key = holder.size(), number
        if key not in self._numbers:
            self._numbers[key] = z3.BitVecVal(number, holder.size(), context)
        equal = z3.Z3_mk_eq(context.ref(), holder.ast, self._numbers[key].ast)
        return z3.BoolRef(equal, context)

    def _not(self, term: _Term) -> _Term:
        """The contrary of a term."""
        context = self.solver.ctx
        return self.z3.BoolRef(self.z3.Z3_mk_not(context.ref(), term.ast), context)

    def _add(self, term: _Term) -> None:
        """Ask that a term holds."""
        solver = self.solver
        self.z3.Z3_solver_assert(solver.ctx.ref(), solver.solver, term.ast)

    def _if(self, one: _Term, other: _Term) -> _Term:
        """Whether one term holds only where another does."""
        context = self.solver.ctx
        implied = self.z3.Z3_mk_implies(context.ref(), one.ast, other.ast)
        return self.z3.BoolRef(implied, context)

    def _named(self, name: str) -> _Term:
        """A truth that is free."""
        return self.z3.Bool(name, self.solver.ctx)

    def _and(self, terms: list[_Term]) -> _Term:
        return self._joined(self.z3.Z3_mk_and, terms)

    def _or(self, terms: list[_Term]) -> _Term:
        return self._joined(self.z3.Z3_mk_or, terms)

    def _joined(self, join: Callable[..., _Term], terms: list[_Term]) -> _Term:
        """Terms joined, without the care that z3 takes of terms that may be of other sorts."""
        z3, context = self.z3, self.solver.ctx
        array = (z3.Ast * len(terms))(*(term.ast for term in terms))
        return z3.BoolRef(join(context.ref(), len(terms), array), context)

    def _holder(self, source: Source, at: int) -> _Term:
        place = source.key, at
        if place not in self._held:
            size = len(self._of(source))
            width = max(1, (size - 1).bit_length())
            holder = self.z3.BitVec(f"{source.key} {at}", width, self.solver.ctx)
            if size < 1 << width:
                self.solver.add(self.z3.ULT(holder, size))
            if at == SOMEBODY:
                able = [
                    n for n, choice in enumerate(self._of(source)) if of_somebody(source, choice)
                ]
                self._add(self._or([self._equals(holder, number) for number in able]))
            self._held[place] = source, holder
        return self._held[place][1]

    def _of(self, source: Source) -> tuple[Choice, ...]:
        if id(source) not in self._choices:
            self._choices[id(source)] = tuple(source.choices())
        return self._choices[id(source)]


def _is_among(key: str, choice: Choice) -> bool:
    keys = choice.witness
    return isinstance(keys, tuple) and key in keys


def load() -> Any:
    """The module of z3.

    Raises:
        SolverMissingError: It is not installed.
    """
    try:
        return importlib.import_module("z3")
    except ImportError as fault:
        raise SolverMissingError("z3-solver is not installed") from fault


def recipients_for(formula: Formula, counting: Counting | None = None) -> int:
    """How many recipients, the requester among them, must be looked at."""
    return 1 + (counting or Counting()).needed(formula)
