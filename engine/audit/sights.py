"""What the rules of a library see of a request, as far as a judgment may hang on it.

The compiled evaluator turns a request into words, one for each fact that its rules read; equal
words of one plan give every step of every rule the same value. Beside the words stands why facts
are missing, which a judgment tells and no rule asks.

Requests of a log differ in who searched, in the law of the day, and in what few cells say. So the
words of one who says nothing are worked out once for each requester and era, and of a request
only those that what it says stands behind.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field, replace

from ...dsl.model import Vocabulary
from .. import names
from ..compiled import Compiled
from ..compiled.calendar import Era
from ..compiled.plan import Plan, Who, Words
from ..compiled.reading import Read, facts_behind, reads_of
from ..facts import Facts
from ..reasons import ReasonWords
from ..reference import Case
from ..request import Reason, Request


@dataclass(frozen=True, slots=True, eq=False)
class Same:
    """A plan, equal to itself alone; it lives as long as the sights that name it."""

    plan: Plan

    def __eq__(self, other: object) -> bool:
        """Whether it is the same plan."""
        return isinstance(other, Same) and self.plan is other.plan

    def __hash__(self) -> int:
        """The number of the plan."""
        return id(self.plan)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen of one request: equal for all that get the same judgment in one era.

    Attributes:
        of: The plan of the request.
        words: Its words.
        who: Those of its recipients.
        causes: Why facts that its rules read are missing; None of one that is stated.
        relation: Whether nobody is known to have searched, and whether the owner did.
    """

    of: Same
    words: Words
    who: Who
    causes: tuple[tuple[str, object], ...]
    relation: tuple[bool, bool]

    def part(self, read: Read) -> Hashable:
        """What one rule sees of it, the same whatever others see."""
        return (
            tuple([self.words[at] for at in read.places]),
            self.who if read.of_recipients else None,
            tuple([cause for cause in self.causes if cause[0] in read.facts]),
            self.relation,
        )


@dataclass(frozen=True, slots=True)
class _Base:
    """A requester who says nothing, in one era.

    Attributes:
        of: His plan.
        case: His request, before the policies that may bind it.
        words: Its words.
        who: Those of its recipients.
        behind: The facts of a request that each word is made of.
        behind_who: Those that words of recipients are made of.
        read: All facts that its rules read.
    """

    of: Same
    case: Case
    words: Words
    who: Who
    behind: tuple[frozenset[str], ...]
    behind_who: frozenset[str]
    read: tuple[str, ...]


@dataclass(slots=True)
class Sights:
    """Sees requests of one act and kind of data by one owner's data.

    Attributes:
        compiled: The library, compiled.
        vocabulary: The words that the requests are judged in.
    """

    compiled: Compiled
    vocabulary: Vocabulary
    _bases: dict[tuple[str, Era], _Base | None] = field(
        default_factory=dict[tuple[str, Era], "_Base | None"]
    )
    _reads: dict[Same, tuple[Read, ...]] = field(default_factory=dict[Same, tuple[Read, ...]])

    def of(self, request: Request, era: Era) -> Sight | None:
        """What is seen of a search of a log.

        Returns:
            None if the compiled evaluator does not work it out: then the reference must be asked.
        """
        key = request.requester, era
        if key not in self._bases:
            self._bases[key] = self._base(request)
        base = self._bases[key]
        return None if base is None else self._seen(base, request)

    def reads(self, sight: Sight) -> tuple[Read, ...]:
        """What each rule of a sight's plan reads."""
        return self._reads[sight.of]

    def case(self, request: Request, era: Era) -> Case:
        """A request that is seen, before the policies that may bind it."""
        base = self._bases[request.requester, era]
        assert base is not None
        return self._case(base, request)

    def _case(self, base: _Base, request: Request) -> Case:
        facts = Facts(request, self.compiled.registry, self.vocabulary)
        words = ReasonWords(request.reason, self.compiled.matchers)
        return base.case.alike(request, facts, words)

    def _base(self, request: Request) -> _Base | None:
        silent = replace(request, statements=(), reason=Reason(None), absent={})
        prepared = self.compiled.worded(silent)
        bound, case, plan = prepared.bound, prepared.case, prepared.plan
        if bound is None or case is None or bound.is_dynamic or not plan.rules:
            return None
        if bound.vocabulary.edition != self.vocabulary.edition:
            return None
        of = Same(plan)
        if of not in self._reads:
            self._reads[of] = reads_of(plan)
        return _Base(
            of,
            case,
            prepared.words,
            prepared.who,
            tuple(map(facts_behind, plan.slots)),
            frozenset(name for slot in plan.recipient_slots for name in facts_behind(slot)),
            tuple(sorted({name for read in self._reads[of] for name in read.facts})),
        )

    def _seen(self, base: _Base, request: Request) -> Sight:
        said = {statement.fact for statement in request.statements}
        causes = [(name, None if name in said else request.absent.get(name)) for name in base.read]
        if names.REASON in base.read:
            causes.append((names.REASON, request.reason.cause))
        said.add(names.REASON)
        words, who = list(base.words), base.who
        case = self._case(base, request)
        if said & base.behind_who:
            prepared = self.compiled.worded(request)
            words, who = list(prepared.words), prepared.who
        else:
            for slot, behind in zip(base.of.plan.slots, base.behind, strict=True):
                if not said.isdisjoint(behind):
                    words[slot.at] = slot.word(case)
        relation = not request.requester, request.requester == request.owner
        return Sight(base.of, tuple(words), who, tuple(causes), relation)
