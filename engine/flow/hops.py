"""What it takes to pass a relation: the ways in which a hop may be taken, and their price.

A way keeps every rule, or it takes false statements and broken promises, one for each. What a
rule is worth at a relation depends on its guard: where the rules are asked and the answer is
enforced, only a lie that gets a PERMIT passes; everywhere else somebody just breaks the rule.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from ...dsl import syntax as tree
from ...dsl.kinds import Kinds
from ...dsl.model import Vocabulary
from .. import names
from ..decision import STRICTNESS
from .asking import Ask, Asker
from .door import WrongKind
from .model import GUARDS, Custody, FlowMap, Guard, NodeKind, Relation, RelationKind
from .zones import Zone

SHARE, ALERT, SELL = "share", "alert", "sell"

# Whoever is at the end of these has the data without asking anybody; what he does with them
# afterwards is asked.
FREE = frozenset({RelationKind.JOINS, RelationKind.HOSTS})

# At the end of these the target asks; at the others the source does.
TARGET_ASKS = frozenset({
    RelationKind.SHARES_QUERY, RelationKind.MEMBER_OF, RelationKind.ALERTS,
    RelationKind.VENDOR_ACCESS, RelationKind.HOSTS,
})  # fmt: skip
ACTS = {
    RelationKind.SHARES_QUERY: names.SEARCH,
    RelationKind.MEMBER_OF: names.SEARCH,
    RelationKind.VENDOR_ACCESS: names.SEARCH,
    RelationKind.HOSTS: names.SEARCH,  # whoever runs the system looks into it
    RelationKind.SEARCHES_FOR: names.SEARCH,
    RelationKind.ALERTS: ALERT,
    RelationKind.SELLS: SELL,
    RelationKind.SHARES_COPY: SHARE,
    RelationKind.RE_DISCLOSES: SHARE,
    RelationKind.LEGAL_PROCESS: SHARE,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: a lie or a breach, and about what."""

    kind: WrongKind
    about: str  # purpose, recipient, rules, terms


PURPOSE_LIE = Fault(WrongKind.LIE, "purpose")
RECIPIENT_LIE = Fault(WrongKind.LIE, "recipient")
RULE_BREACH = Fault(WrongKind.BREACH, "rules")
SETTING_BREACH = Fault(WrongKind.BREACH, "setting")
TERMS_BREACH = Fault(WrongKind.BREACH, "terms")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take a hop.

    Attributes:
        custody: What the target then has.
        serves: Whether it has the data for the purpose asked about.
        faults: What goes wrong.
        is_held: Whether the rules hold the true request: it is lawful once something is proven.
        truth: The true request; None where nobody is asked.
        stated: The request as it is put; the true one unless somebody lies.
    """

    custody: Custody
    serves: bool
    faults: tuple[Fault, ...] = ()
    is_held: bool = False
    truth: Ask | None = None
    stated: Ask | None = None

    @property
    def wrongs(self) -> int:
        """How many things go wrong."""
        return len(self.faults)

    @property
    def is_lawful(self) -> bool:
        """Whether it is for a lawful purpose and keeps every rule, with nothing to be proven."""
        return not (self.serves or self.faults or self.is_held)


@dataclass(frozen=True, slots=True)
class Carried:
    """What is carried to a hop.

    Attributes:
        serves: Whether the data were had for the purpose asked about.
        bars_onward: Whether terms let them go to nobody else.
        bars_purpose: Whether terms do not admit the purpose asked about.
        guard: The strongest guard of the access by which a search is made.
        admits: What the settings of that access admit, each; none of them anything.
    """

    serves: bool = False
    bars_onward: bool = False
    bars_purpose: bool = False
    guard: Guard = Guard.NONE
    admits: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Passed:
    """A relation as it is passed: what its target has then, and what the settings let through."""

    relation: Relation
    custody: Custody
    is_enforced: bool
    admits: tuple[tuple[str, ...], ...]


@dataclass(slots=True)
class Hops:
    """The ways of every relation of a map, for one zone.

    Relations that no rule and no setting tells apart are of one class and share their ways.

    Attributes:
        map: The map.
        asker: Asks the rules.
        zone: The recipients asked about.
        words: The deepest vocabulary, which has the kinds of purposes and bodies.
        as_if: The body as whose data an owner's count; blank for the owner's own (simulation).
        classes: The class of each relation, by its number.
        met_held: Whether a way was met that the rules hold.
    """

    map: FlowMap
    asker: Asker
    zone: Zone
    words: Vocabulary
    as_if: str = ""
    classes: tuple[int, ...] = field(init=False)
    met_held: bool = field(default=False, init=False)
    _terms: dict[tuple[str, ...], tuple[bool, bool]] = field(
        default_factory=dict[tuple[str, ...], tuple[bool, bool]], init=False
    )
    _ways: dict[Hashable, tuple[Way, ...]] = field(
        default_factory=dict[Hashable, "tuple[Way, ...]"]
    )

    def __post_init__(self) -> None:
        """Sort the relations into classes."""
        numbers: dict[Hashable, int] = {}
        found: list[int] = []
        for relation in self.map.relations:
            key = self._kind_of(relation)
            found.append(numbers.setdefault(key, len(numbers)))
        self.classes = tuple(found)

    def _kind_of(self, relation: Relation) -> Hashable:
        """All that decides how a relation may be passed."""
        source, target = self.body(relation.source), self.body(relation.target)
        return (
            relation.kind, relation.guard, relation.purposes, relation.terms, relation.data,
            relation.custody,
            self.asker.seen(source), self.asker.seen(target), source == target,
            self.map.nodes[relation.target].kind,
        )  # fmt: skip

    def body(self, key: str) -> str:
        """The registry key of a node, or the node's own key, which no registry has."""
        node = self.map.nodes[key]
        return node.body or node.key

    @property
    def kinds(self) -> Kinds:
        """The kinds of purposes and bodies."""
        return self.words.kinds

    def owner_body(self, owner: str) -> str:
        """The body by whose law an owner's data are judged."""
        return self.as_if or self.body(owner)

    # The ways of one relation ------------------------------------------------------------------

    def ways(self, owner: str, number: int, carried: Carried) -> tuple[Way, ...]:
        """The ways to take a relation with an owner's data, the cheapest for each end.

        Args:
            owner: The node whose data they are.
            number: The relation's number.
            carried: What is carried to it.
        """
        relation, body = self.map.relations[number], self.owner_body(owner)
        same = (
            relation.source == owner,
            self.body(relation.source) == body,
            self.body(relation.target) == body,
        )
        key = self.asker.seen_as_owner(body), self.classes[number], same, carried
        found = self._ways.get(key)
        if found is None:
            found = self._ways[key] = tuple(self.ways_of(owner, relation, carried))
            self.met_held = self.met_held or any(way.is_held for way in found)
        return found

    def ways_of(self, owner: str, relation: Relation, carried: Carried) -> Iterator[Way]:
        """The ways to take one relation, asked anew; each kind of data is asked for itself."""
        if relation.kind in FREE or self._is_hub(relation):
            yield Way(relation.custody, carried.serves)
            if relation.kind is not RelationKind.HOSTS:
                return
        elif ACTS[relation.kind] == names.SEARCH and relation.kind in TARGET_ASKS:
            yield Way(Custody.LIVE, False)  # it may search, and has not yet
        for data in relation.data:
            yield from self._asked_ways(owner, replace(relation, data=(data,)), carried)

    def _asked_ways(self, owner: str, relation: Relation, carried: Carried) -> Iterator[Way]:
        """The ways that take a request about one kind of data."""
        searches = ACTS[relation.kind] == names.SEARCH
        keeps = relation.custody is Custody.COPY
        passed = _Passed(
            relation,
            Custody.HAND if searches and not keeps else relation.custody,
            max(relation.guard, carried.guard, key=GUARDS.index) is Guard.TECHNICAL,
            (relation.purposes, *carried.admits),
        )
        terms = self.map.terms.get(relation.terms)
        bars_purpose = carried.bars_purpose or (
            terms is not None and not self._admits((terms.purposes,), self.zone.purpose)
        )
        onward = (TERMS_BREACH,) if carried.bars_onward else ()
        barred = (TERMS_BREACH,) if carried.bars_onward or bars_purpose else ()
        ordinary = self._ordinary(owner, passed)
        if not carried.serves and ordinary:
            yield from self._least(passed, False, ordinary[0], ordinary, onward)
        truth = self._true(owner, relation)
        yield from self._least(passed, True, truth, self._lies(ordinary, passed, truth), barred)

    def _is_hub(self, relation: Relation) -> bool:
        return self.map.nodes[relation.target].kind is NodeKind.NETWORK

    def _least(
        self,
        passed: _Passed,
        serves: bool,
        truth: Ask,
        stated: Iterable[Ask],
        terms: tuple[Fault, ...],
    ) -> Iterator[Way]:
        """The ways to one end: with every rule kept, else by the fewest lies or a breach."""
        custody = passed.custody
        admitted = self._admits(passed.admits, truth.purpose)
        outcome = self.asker.rule(truth).outcome
        if admitted and outcome is tree.Outcome.PERMIT:
            yield Way(custody, serves, terms, False, truth, truth)
            return
        if admitted and outcome is tree.Outcome.HOLD:
            yield Way(custody, serves, terms, True, truth, truth)
        for ask in stated:
            lies = self._told(truth, ask)
            if not lies or not self._admits(passed.admits, ask.purpose):
                continue
            if self.asker.rule(ask).outcome is tree.Outcome.PERMIT:
                # Where nothing stops a breach, it takes no second lie, and counts once.
                if passed.is_enforced:
                    yield Way(custody, serves, (*lies, *terms), False, truth, ask)
                elif len(lies) == 1:
                    yield Way(custody, serves, lies, False, truth, ask)
                else:
                    yield Way(custody, serves, (RULE_BREACH,), False, truth, truth)
                return
        if not passed.is_enforced:
            is_permitted = outcome is tree.Outcome.PERMIT
            fault = SETTING_BREACH if is_permitted and not admitted else RULE_BREACH
            yield Way(custody, serves, (fault,), False, truth, truth)

    @staticmethod
    def _told(truth: Ask, stated: Ask) -> tuple[Fault, ...]:
        """What a statement says that is not so."""
        lies: list[Fault] = []
        if stated.purpose != truth.purpose:
            lies.append(PURPOSE_LIE)
        if (stated.recipient, stated.is_for) != (truth.recipient, truth.is_for):
            lies.append(RECIPIENT_LIE)
        return tuple(lies)

    # The requests of one relation --------------------------------------------------------------

    def _true(self, owner: str, relation: Relation) -> Ask:
        """The true request for the purpose asked about."""
        base = self._base(owner, relation)
        return replace(base, purpose=self.zone.purpose, reason=self.zone.reason, has_case=False)

    def _ordinary(self, owner: str, passed: _Passed) -> tuple[Ask, ...]:
        """A true request for a lawful purpose, which the rules let pass soonest.

        Of a search for somebody else, also what it looks like if that is not said.
        """
        base = self._base(owner, passed.relation)
        asks = [
            replace(base, purpose=purpose)
            for purpose in self._lawful_purposes(passed)
            if self._admits(passed.admits, purpose)
        ]
        best = sorted(asks, key=lambda ask: STRICTNESS[self.asker.rule(ask).outcome])[:1]
        if best and passed.relation.kind is RelationKind.SEARCHES_FOR:
            return best[0], replace(best[0], recipient="", is_for=False)
        return tuple(best)

    def _lawful_purposes(self, passed: _Passed) -> Iterator[str]:
        """The ordinary purposes, then those that the settings name, but what is asked about."""
        named = (purpose for each in passed.admits for purpose in each)
        for purpose in dict.fromkeys((*self.asker.ordinary.purposes, *named)):
            known = purpose in self.kinds.by_name
            if known and not self.kinds.related(purpose, self.zone.purpose):
                yield purpose

    @staticmethod
    def _lies(ordinary: tuple[Ask, ...], passed: _Passed, truth: Ask) -> Iterator[Ask]:
        """False statements of the true request, the fewest lies first."""
        yield from ordinary[:1]
        if passed.relation.kind is RelationKind.SEARCHES_FOR:
            yield replace(truth, recipient="", is_for=False)
        yield from ordinary[1:]

    def _base(self, owner: str, relation: Relation) -> Ask:
        """An ordinary lawful request over a relation."""
        ordinary = self.asker.ordinary
        is_own = relation.source == owner
        source = self.owner_body(owner) if is_own else self.body(relation.source)
        target = self.body(relation.target)
        act = ACTS[relation.kind]
        data = relation.data[0]
        moves = act not in (names.SEARCH, ALERT)
        by_target = relation.kind in TARGET_ASKS
        return Ask(
            self.owner_body(owner),
            target if by_target else source,
            act,
            ordinary.released.get(data, data) if moves else data,
            ordinary.purposes[0],
            ordinary.reason,
            has_case=True,
            recipient="" if by_target else target,
            is_for=relation.kind is RelationKind.SEARCHES_FOR,
            has_paper=relation.kind is RelationKind.LEGAL_PROCESS,
        )

    def _admits(self, admits: tuple[tuple[str, ...], ...], purpose: str) -> bool:
        """Whether settings or terms admit a purpose; one that states none admits any."""
        above = self.kinds.above(purpose) if purpose in self.kinds.by_name else {purpose}
        return all(not each or not above.isdisjoint(each) for each in admits)

    def terms_say(self, terms: tuple[str, ...]) -> tuple[bool, bool]:
        """Whether terms bar any further hop, and whether they bar the purpose asked about."""
        if terms not in self._terms:
            known = [self.map.terms[key] for key in terms]
            self._terms[terms] = (
                any(not each.onward for each in known),
                any(not self._admits((each.purposes,), self.zone.purpose) for each in known),
            )
        return self._terms[terms]
