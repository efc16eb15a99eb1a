"""The checked library: what policies mean once every name is found and every layer kept.

The engine reads only these values. Conditions stay in the form of the syntax tree; what they
name is looked up in the vocabulary and the policy that they stand in.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from . import syntax as tree
from .kinds import Kinds
from .later import Later
from .lexicon import Phrase


@dataclass(frozen=True, slots=True)
class Fact:
    """A declared fact."""

    name: str
    type: tree.TypeName
    level: tree.Level
    complete: bool
    claimed: bool
    per_recipient: bool
    vouchers: tuple[str, ...]
    acts: frozenset[str]
    fresh_for: tree.Duration | None
    origin: str

    @property
    def is_sent(self) -> bool:
        """Whether a request may state it; registry and system facts come from elsewhere."""
        return self.level not in (tree.Level.REGISTRY, tree.Level.SYSTEM)


@dataclass(frozen=True, slots=True)
class Role:
    """A role and whose people hold it: ``requester``, ``owner``, ``anyone`` or a kind."""

    name: str
    holder: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty and what shows that it is done."""

    name: str
    done_by: tree.Condition | None
    attested_by: str | None


@dataclass(frozen=True, slots=True)
class LawReading:
    """An open question of law and the answer that the library goes by."""

    name: str
    of: str
    stance: tree.Stance
    answer: bool | None
    office: str
    day: datetime.date | None


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One lexicon: its phrases, the dates in which it counts, and the layer that wrote it."""

    name: str
    phrases: tuple[Phrase, ...]
    in_force: tree.InForce | None
    origin: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of one layer with all they extend: everything here includes the parents'."""

    name: str
    number: int
    parent: Vocabulary | None
    kinds: Kinds
    acts: frozenset[str]
    sovereigns: frozenset[str]
    roles: Mapping[str, Role]
    duties: Mapping[str, Duty]
    facts: Mapping[str, Fact]
    readings: Mapping[str, LawReading]
    lexicons: tuple[Lexicon, ...] = ()

    @property
    def edition(self) -> str:
        """``name number``."""
        return f"{self.name} {self.number}"

    @property
    def depth(self) -> tuple[int, str]:
        """How many its lineage has; the edition breaks a tie, so that the order is certain."""
        return len(self.lineage()), self.edition

    def lineage(self) -> tuple[Vocabulary, ...]:
        """This vocabulary and all that it extends, itself first."""
        above = self.parent.lineage() if self.parent else ()
        return (self, *above)

    def words(self) -> frozenset[str]:
        """Every name declared here or above."""
        return frozenset({*self.kinds.names, *self.acts, *self.roles, *self.duties, *self.readings})


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule of one policy."""

    id: str
    node: tree.Rule
    adopted_from: str = ""

    @property
    def effect(self) -> tree.Effect:
        """What the rule does."""
        assert self.node.effect is not None
        return self.node.effect

    @property
    def acts(self) -> frozenset[str]:
        """The acts that the rule governs."""
        return frozenset(name.text for name in self.node.acts)

    @property
    def data(self) -> tuple[str, ...]:
        """The kinds of data that the rule governs."""
        return tuple(name.text for name in self.node.data)


@dataclass(frozen=True, slots=True)
class Policy:
    """A checked policy. ``binds`` is None where it binds any request.

    A policy that adopts another without saying whom it binds has ``path_binds`` set: it
    binds the owner whose entry in the registry names this policy. Rules and definitions may be
    read only when somebody asks for them (``later``).
    """

    name: str
    number: int | None
    title: str
    layer: tree.Layer
    issuer: str
    zone: str
    vocabulary: Vocabulary
    binds: tree.Condition | None
    path_binds: bool
    rests_on: str
    in_force: tree.InForce | None
    proposed: str
    defines: Mapping[str, tree.Condition]
    rules: Sequence[Rule]
    settings: Mapping[str, tree.Value] = field(default_factory=dict[str, tree.Value])
    adopted: str = ""

    def rule_names(self) -> tuple[str, ...]:
        """What its rules are called, without reading them."""
        if isinstance(self.rules, Later):
            return self.rules.names
        return tuple(rule.node.name.text for rule in self.rules)


@dataclass(frozen=True, slots=True)
class Parameter:
    """One version of a parameter."""

    name: str
    value: tree.Value
    direction: tree.Direction | None
    layer: tree.Layer
    policy: str
    citation: tree.Citation | None
    in_force: tree.InForce


@dataclass(frozen=True, slots=True)
class Invariant:
    """What must hold of every answer, and the policy in whose words it is said."""

    node: tree.Invariant
    policy: str

    @property
    def id(self) -> str:
        """The name of its policy and its own."""
        return f"{self.policy}/{self.node.name.text}"


@dataclass(frozen=True, slots=True)
class Example:
    """An example, and the vocabulary that it speaks."""

    node: tree.Example
    vocabulary: Vocabulary
    policy: str


@dataclass(frozen=True, slots=True)
class Library:
    """Everything in force, past and to come: what the engine decides by.

    ``digest`` is the SHA-256 of all texts, wherever their files lie.
    """

    vocabularies: Mapping[str, Vocabulary]
    policies: tuple[Policy, ...]
    parameters: Mapping[str, tuple[Parameter, ...]]
    examples: Sequence[Example]
    digest: str
    invariants: Sequence[Invariant] = ()

    @property
    def deepest_vocabulary(self) -> Vocabulary:
        """The vocabulary that extends most others."""
        return max(self.vocabularies.values(), key=lambda each: each.depth)

    def rule(self, rule_id: str) -> Rule | None:
        """The first version of the rule of that id."""
        return next(iter(self.versions(rule_id)), None)

    def versions(self, rule_id: str) -> list[Rule]:
        """Every version of the rule of that id."""
        return [rule for policy in self.policies for rule in policy.rules if rule.id == rule_id]
