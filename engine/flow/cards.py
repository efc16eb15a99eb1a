"""Walks as doors: each hop with its rule, citation, wrongs and evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.truth import Truth
from ..decision import Decision
from ..reference import RuleState
from ..render_text import need_text
from .door import Citation, Door, DoorName, Hop, Wrong, WrongKind
from .hops import Fault, Hops, Way
from .model import BY_HAND, GUARDS, Custody, FlowMap, Grant, NodeKind, RelationKind
from .render_json import name_of
from .search import Step

_ABOVE = (tree.Layer.FEDERAL, tree.Layer.STATE)
_AGREED = frozenset({RelationKind.SHARES_QUERY, RelationKind.SHARES_COPY, RelationKind.ALERTS,
                     RelationKind.LEGAL_PROCESS})  # fmt: skip


@dataclass(slots=True)
class Cards:
    """Makes doors of walks."""

    map: FlowMap
    hops: Hops

    def door(self, owner: str, walk: Iterable[Step]) -> Door:
        """A walk as a door."""
        steps = list(walk)
        hops = [self._hop(owner, step, at) for at, step in enumerate(steps)]
        return Door(tuple(hops), self._name(owner, hops), self._because(hops[-1].target))

    def _because(self, sink: str) -> str:
        """Why a node is a recipient of the zone."""
        body = self.hops.asker.engine.registry.get(self.hops.body(sink))
        return self.hops.zone.why(body, self.hops.words) if body is not None else ""

    def _name(self, owner: str, hops: list[Hop]) -> DoorName:
        """Front, back or side, as the published research uses the words.

        Front: the owner's own grant names the recipient. Back: the recipient itself gets in
        without one, by a network, a vendor, a pilot or leftover access. Side: another body
        searches for it or passes the data on, or does the work itself.
        """
        last = hops[-1]
        relation = self.map.relations[last.relation]
        if last.kind in BY_HAND or not self._is_of_zone_by_kind(last.target):
            return DoorName.SIDE
        others = [hop.target for hop in hops[:-1] if not self._carries(hop.target)]
        if others:
            return DoorName.SIDE
        if len(hops) == 1 and last.kind in _AGREED and relation.grant is Grant.OWNER:
            return DoorName.FRONT
        return DoorName.BACK

    def _carries(self, key: str) -> bool:
        """Whether a node is no body that acts but what carries data: a network or a vendor."""
        return self.map.nodes[key].kind in (NodeKind.NETWORK, NodeKind.VENDOR)

    def _is_of_zone_by_kind(self, key: str) -> bool:
        """Whether a recipient belongs to the zone by what it is, and not by what it may do."""
        body = self.hops.asker.engine.registry.get(self.hops.body(key))
        kinds = self.hops.kinds
        if body is None or body.kind not in kinds.by_name:
            return False
        return not kinds.above(body.kind).isdisjoint(self.hops.zone.kinds)

    # One hop -----------------------------------------------------------------------------------

    def _hop(self, owner: str, step: Step, at: int) -> Hop:
        relation = self.map.relations[step.relation]
        tail = step.tail
        ways = self.hops.ways_of(owner, relation, tail.carried(self.hops))
        mine = next(way for way in ways if _alike(way, step.way))
        decision = self.hops.asker.explain(mine.truth) if mine.truth else None
        stated = mine.stated or mine.truth
        wrongs = tuple(self._wrong(fault, step, mine, decision) for fault in mine.faults)
        return Hop(
            step.relation,
            relation.source,
            relation.target,
            relation.kind,
            relation.switch,
            max(relation.guard, tail.guard, key=GUARDS.index),
            mine.truth.act if mine.truth else "",
            mine.truth.purpose if mine.truth else "",
            stated.purpose if stated else "",
            decision.outcome if decision else None,
            decision.reason if decision else "",
            tuple(self._citations(decision)) if decision else (),
            wrongs,
            tuple(_opens_if(decision)) if decision and mine.is_held else (),
            step.head.custody,
            at > 0 and step.head.serves and not tail.serves and tail.custody is not Custody.LIVE,
            relation.evidence,
            relation.start,
            relation.volume,
        )

    def _wrong(self, fault: Fault, step: Step, way: Way, decision: Decision | None) -> Wrong:
        """What goes wrong, in words."""
        truth, stated = way.truth, way.stated
        assert truth is not None
        assert stated is not None
        relation = self.map.relations[step.relation]
        of_owner = truth.actor == self.hops.as_if
        actor = name_of(self.map, relation.source) if of_owner else self._called(truth.actor)
        match fault.about:
            case "purpose":
                return Wrong(
                    WrongKind.LIE,
                    f"{actor} states the purpose `{stated.purpose}`; it is `{truth.purpose}`",
                )
            case "recipient":
                return Wrong(
                    WrongKind.LIE,
                    f"{actor} says that nobody else receives what it finds; "
                    f"{self._called(truth.recipient)} does",
                )
            case "terms":
                known = [self.map.terms[key] for key in step.head.terms]
                bars_onward, _ = self.hops.terms_say(step.tail.terms)
                who = relation.source if bars_onward else relation.target
                return Wrong(
                    WrongKind.BREACH,
                    f"{name_of(self.map, who)} breaks the terms under which it has the data",
                    all(terms.detectable for terms in known),
                )
            case "setting":
                return Wrong(
                    WrongKind.BREACH,
                    f"{actor} does it although the setting admits another purpose, and nothing "
                    "here stops it",
                )
            case _:
                why = decision.reason if decision else ""
                said = decision.outcome.value if decision else ""
                return Wrong(
                    WrongKind.BREACH,
                    f"{actor} does it although the rules say {said} ({why}), and nothing here "
                    "stops it",
                )

    def _called(self, key: str) -> str:
        body = self.hops.asker.engine.registry.get(key)
        if body is not None:
            return body.name
        node = self.map.nodes.get(key)
        return node.name if node else key

    def _citations(self, decision: Decision) -> Iterator[Citation]:
        """The rules that decide a hop; of a PERMIT those of the law that let it in."""
        results = list(decision.deciding())
        if decision.outcome is tree.Outcome.PERMIT:
            results = [
                result
                for result in decision.results
                if result.policy.layer in _ABOVE
                and result.state is RuleState.CLEAR
                and any(turn.applies is Truth.TRUE and turn.branches for turn in result.turns)
            ]
        for result in results:
            cited = result.rule.node.citation
            yield Citation(
                result.rule.id,
                result.rule.node.title,
                cited.text if cited else "",
                cited.status.value if cited else "unverified",
            )


def _alike(one: Way, other: Way) -> bool:
    """Whether two ways of a relation are the same but for whom they name."""
    return (one.custody, one.serves, one.faults, one.is_held) == (
        other.custody, other.serves, other.faults, other.is_held,
    )  # fmt: skip


def _opens_if(decision: Decision) -> Iterator[str]:
    """What would settle a HOLD, each set in words with who may prove it."""
    for settling in decision.settling[:3]:
        yield "; and ".join(map(need_text, settling.needs))
    if not decision.settling:
        yield "nothing that was found; ask counsel"
