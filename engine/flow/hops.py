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
from .. import names
from ..compiled import Ruling
from .asking import Ask, Asker
from .door import WrongKind
from .model import FlowMap, Guard, NodeKind, Relation, RelationKind
from .zones import Zone

SHARE, ALERT, SELL = "share", "alert", "sell"

# Whoever is at the end of these has the data without asking anybody; what he does with them
# afterwards is asked.
FREE = frozenset({RelationKind.JOINS, RelationKind.HOSTS})

# At the end of these the target asks; at the others the source does.
TARGET_ASKS = frozenset({
    RelationKind.SHARES_QUERY, RelationKind.MEMBER_OF, RelationKind.ALERTS,
    RelationKind.VENDOR_ACCESS,
})  # fmt: skip
ACTS = {
    RelationKind.SHARES_QUERY: names.SEARCH,
    RelationKind.MEMBER_OF: names.SEARCH,
    RelationKind.VENDOR_ACCESS: names.SEARCH,
    RelationKind.SEARCHES_FOR: names.SEARCH,
    RelationKind.ALERTS: ALERT,
    RelationKind.SELLS: SELL,
    RelationKind.SHARES_COPY: SHARE,
    RelationKind.RE_DISCLOSES: SHARE,
    RelationKind.LEGAL_PROCESS: SHARE,
}

# What people at a body can do with data that it may see and does not hold.
BY_HAND = frozenset({RelationKind.RE_DISCLOSES, RelationKind.SEARCHES_FOR})


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong: a lie or a breach, and about what."""

    kind: WrongKind
    about: str  # purpose, recipient, rules, terms


PURPOSE_LIE = Fault(WrongKind.LIE, "purpose")
RECIPIENT_LIE = Fault(WrongKind.LIE, "recipient")
RULE_BREACH = Fault(WrongKind.BREACH, "rules")
TERMS_BREACH = Fault(WrongKind.BREACH, "terms")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take a hop.

    Attributes:
        serves: Whether the target then has the data for the purpose asked about.
        faults: What goes wrong.
        is_held: Whether the rules hold the true request: it is lawful once something is proven.
        truth: The true request; None where nobody is asked.
        stated: The request as it is put; the true one unless somebody lies.
    """

    serves: bool
    faults: tuple[Fault, ...] = ()
    is_held: bool = False
    truth: Ask | None = None
    stated: Ask | None = None

    @property
    def wrongs(self) -> int:
        """How many things go wrong."""
        return len(self.faults)


@dataclass(frozen=True, slots=True)
class Carried:
    """What the terms carried so far say of a further hop."""

    bars_onward: bool = False
    bars_purpose: bool = False


@dataclass(slots=True)
class Hops:
    """The ways of every relation of a map, for one zone.

    Relations that no rule and no setting tells apart are of one class and share their ways.
    """

    map: FlowMap
    asker: Asker
    zone: Zone
    kinds: Kinds
    classes: tuple[int, ...] = field(init=False)
    _samples: list[Relation] = field(default_factory=list[Relation])
    _ways: dict[Hashable, tuple[Way, ...]] = field(
        default_factory=dict[Hashable, "tuple[Way, ...]"]
    )

    def __post_init__(self) -> None:
        """Sort the relations into classes."""
        numbers: dict[Hashable, int] = {}
        found: list[int] = []
        for relation in self.map.relations:
            key = self._kind_of(relation)
            number = numbers.setdefault(key, len(numbers))
            if number == len(self._samples):
                self._samples.append(relation)
            found.append(number)
        self.classes = tuple(found)

    def _kind_of(self, relation: Relation) -> Hashable:
        """All that decides how a relation may be passed."""
        source, target = self.body(relation.source), self.body(relation.target)
        return (
            relation.kind, relation.guard, relation.purposes, relation.terms, relation.data,
            self.asker.seen(source), self.asker.seen(target), source == target,
            self.map.nodes[relation.target].kind,
        )  # fmt: skip

    def body(self, key: str) -> str:
        """The registry key of a node, or the node's own key, which no registry has."""
        node = self.map.nodes[key]
        return node.body or node.key

    # The ways of one relation ------------------------------------------------------------------

    def ways(self, owner: str, number: int, *, serves: bool, carried: Carried) -> tuple[Way, ...]:
        """The ways to take a relation with an owner's data, the cheapest for each end.

        Args:
            owner: The node whose data they are.
            number: The relation's number.
            serves: Whether the data were had for the purpose asked about.
            carried: What the terms so far say.
        """
        relation = self.map.relations[number]
        of_owner = relation.source == owner
        key = (self.asker.seen(self.body(owner)), self.classes[number], of_owner, serves, carried)
        found = self._ways.get(key)
        if found is None:
            sample = self._samples[self.classes[number]]
            if of_owner:
                sample = replace(sample, source=relation.source)
            found = self._ways[key] = tuple(self.ways_of(owner, sample, serves, carried))
        return found

    def ways_of(
        self, owner: str, relation: Relation, serves: bool, carried: Carried
    ) -> Iterator[Way]:
        """The ways to take one relation, asked anew."""
        if relation.kind in FREE or self._is_hub(relation):
            yield Way(serves)
            return
        ordinary = () if serves else self._ordinary(owner, relation)
        own_terms = self.map.terms.get(relation.terms)
        bars_purpose = carried.bars_purpose or (
            own_terms is not None and not self._admits(own_terms.purposes, self.zone.purpose)
        )
        onward = (TERMS_BREACH,) if carried.bars_onward else ()
        barred = (TERMS_BREACH,) if carried.bars_onward or bars_purpose else ()
        if ordinary:
            yield from self._least(relation, False, ordinary[0], ordinary, onward)
        truth = self._true(owner, relation)
        yield from self._least(relation, True, truth, self._lies(owner, relation, truth), barred)

    def _is_hub(self, relation: Relation) -> bool:
        return self.map.nodes[relation.target].kind is NodeKind.NETWORK

    def _least(
        self,
        relation: Relation,
        serves: bool,
        truth: Ask,
        stated: Iterable[Ask],
        terms: tuple[Fault, ...],
    ) -> Iterator[Way]:
        """The ways to one end: with every rule kept, else by the fewest lies or a breach."""
        admitted = self._admits(relation.purposes, truth.purpose)
        outcome = self.asker.rule(truth).outcome
        if admitted and outcome is tree.Outcome.PERMIT:
            yield Way(serves, terms, False, truth, truth)
            return
        if admitted and outcome is tree.Outcome.HOLD:
            yield Way(serves, terms, True, truth, truth)
        for ask in stated:
            lies = self._told(truth, ask)
            if not lies or not self._admits(relation.purposes, ask.purpose):
                continue
            if self.asker.rule(ask).outcome is tree.Outcome.PERMIT:
                faults = lies if len(lies) == 1 or self._enforced(relation) else (RULE_BREACH,)
                yield Way(serves, (*faults, *terms) if self._enforced(relation) else faults,
                          False, truth, ask)  # fmt: skip
                return
        if not self._enforced(relation):
            # One act breaks the rules and the terms at once: it counts once.
            yield Way(serves, (RULE_BREACH,), False, truth, truth)

    @staticmethod
    def _enforced(relation: Relation) -> bool:
        return relation.guard is Guard.TECHNICAL

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

    def _ordinary(self, owner: str, relation: Relation) -> tuple[Ask, ...]:
        """True requests for lawful purposes, the one that the rules let pass first."""
        base = self._base(owner, relation)
        asks = [
            replace(base, purpose=purpose)
            for purpose in self.asker.ordinary.purposes
            if self._admits(relation.purposes, purpose)
        ]
        order = {tree.Outcome.PERMIT: 0, tree.Outcome.HOLD: 1, tree.Outcome.DENY: 2}
        best = sorted(asks, key=lambda ask: order[self.asker.rule(ask).outcome])[:1]
        if best and base.recipient and relation.kind is RelationKind.SEARCHES_FOR:
            return best[0], replace(best[0], recipient="", is_for=False)
        return tuple(best)

    def _lies(self, owner: str, relation: Relation, truth: Ask) -> Iterator[Ask]:
        """False statements of the true request, the fewest lies first."""
        ordinary = self._ordinary(owner, replace(relation, purposes=()))
        silent = replace(truth, recipient="", is_for=False)
        can_hide = relation.kind is RelationKind.SEARCHES_FOR
        yield from ordinary[:1]
        if can_hide:
            yield silent
        yield from ordinary[1:]

    def _base(self, owner: str, relation: Relation) -> Ask:
        """An ordinary lawful request over a relation."""
        ordinary = self.asker.ordinary
        source, target = self.body(relation.source), self.body(relation.target)
        act = ACTS[relation.kind]
        data = relation.data[0]
        moves = act not in (names.SEARCH, ALERT)
        by_target = relation.kind in TARGET_ASKS
        return Ask(
            self.body(owner),
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

    def _admits(self, purposes: tuple[str, ...], purpose: str) -> bool:
        """Whether a setting or terms admit a purpose; none stated admit any."""
        if not purposes:
            return True
        above = self.kinds.above(purpose) if purpose in self.kinds.by_name else {purpose}
        return not above.isdisjoint(purposes)

    def carried(self, terms: tuple[str, ...]) -> Carried:
        """What terms say of a further hop."""
        known = [self.map.terms[key] for key in terms]
        return Carried(
            any(not each.onward for each in known),
            any(not self._admits(each.purposes, self.zone.purpose) for each in known),
        )


def ruling_of(asker: Asker, ask: Ask | None) -> Ruling | None:
    """What the rules say of an ask; None where nobody is asked."""
    return asker.rule(ask) if ask is not None else None
