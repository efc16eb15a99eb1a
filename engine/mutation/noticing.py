"""Which examples can notice a mutant, those first that are likeliest to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.lexicon import Level, Matcher, Phrase
from ...dsl.model import Library, Policy
from ..examples import is_named
from ..names import INSTRUMENTS
from .amending import Amendment
from .making import Mutant
from .rerun import Known


@dataclass(frozen=True)
class Noticing:
    """Chooses among the examples of a library.

    Attributes:
        law: The library.
        known: Every example with its answer.
    """

    law: Library
    known: tuple[Known, ...]

    def candidates(self, mutant: Mutant, amendment: Amendment) -> list[Known]:
        """Every example that could fail under a mutant; no other can."""
        able = self._able(mutant, amendment)
        touched = amendment.changed
        return sorted(able, key=lambda one: _distance(one, mutant, touched))

    def near(self, mutant: Mutant, amendment: Amendment) -> list[Known]:
        """Every example, those first that are nearest to a mutant."""
        stating = isinstance(mutant.change.node, tree.FactDeclaration) and (
            mutant.change.node.name.text)  # fmt: skip
        return sorted(
            self.known,
            key=lambda one: (
                not (stating and _states(one, stating)),
                _distance(one, mutant, amendment.changed),
                one.decision.outcome is not tree.Outcome.PERMIT,
            ),
        )

    def _able(self, mutant: Mutant, amendment: Amendment) -> Iterable[Known]:
        match mutant.change.node, mutant.change.mutator:
            case tree.LexiconDeclaration(), "drop a phrase":
                return self._with_phrase(mutant.change.span.text.strip('"'))
            case tree.FactDeclaration() as node, "lower a proof":
                return (one for one in self.known if _states(one, node.name.text))
            case tree.FactDeclaration() as node, _ if amendment.policies is not None:
                reached = {id(one) for one in self._reached(amendment)}
                name = node.name.text  # what is said of it may contradict itself now
                return (one for one in self.known if id(one) in reached or _states(one, name))
            case _ if amendment.policies is not None:
                return self._reached(amendment)
            case _:
                return self.known

    def _with_phrase(self, text: str) -> Iterator[Known]:
        matcher = Matcher([Phrase(text, Level.PLAINLY, "")])
        for one in self.known:
            if matcher.read(one.request.reason.text or "").sightings:
                yield one

    def _reached(self, amendment: Amendment) -> Iterator[Known]:
        """The examples in which a changed rule took part, or now may."""
        acts = {act for rule_id in amendment.changed for act in _acts(amendment, rule_id)}
        if amendment.heads:
            acts |= {a for i in amendment.changed for a in _acts_of(self.law.policies, i)}
        for one in self.known:
            took_part = not amendment.changed.isdisjoint(one.took_part)
            open_ended = amendment.heads or amendment.binds
            weighed = amendment.weighed and not amendment.weighed.isdisjoint(one.bound)
            if took_part or weighed or (open_ended and one.request.act in acts):
                yield one


def _acts(amendment: Amendment, rule_id: str) -> Collection[str]:
    return _acts_of((amendment.policies or {}).values(), rule_id)


def _acts_of(policies: Iterable[Policy], rule_id: str) -> Collection[str]:
    return {a for p in policies for rule in p.rules if rule.id == rule_id for a in rule.acts}


def _states(one: Known, fact: str) -> bool:
    if fact == INSTRUMENTS:
        return bool(one.request.papers)
    return any(statement.fact == fact for statement in one.request.statements)


def _distance(one: Known, mutant: Mutant, touched: Collection[str]) -> int:
    """How far an example is from a mutant: those that name a changed rule are nearest."""
    node = one.example.node
    named = [name.text for name in (*node.by, *node.touched, *node.untouched)]
    by_name = any(is_named(rule_id, name) for rule_id in touched for name in named)
    same_file = node.span.source.name == mutant.file
    decides = any(r.rule.id in touched for r in one.decision.deciding())
    applies = any(one.took_part.get(rule_id) for rule_id in touched)
    return -(8 * by_name + 4 * decides + 2 * applies + same_file)
