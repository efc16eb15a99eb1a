"""Two owners put in each other's place: the same request under the law of one and of the other.

On the new side the two have changed places in every policy, and so have their governments where
they are of two. What was the law of one is then the law of the other, and one request, whoever
sends it, is decided under both. A request back in its own place names the other owner, and for
each body of the one government a like one of the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, TypeVar, cast

from ...dsl import syntax as tree
from ...dsl.kinds import DATA
from ...dsl.model import Library, Policy, Rule, Vocabulary
from ...dsl.reading import OWNER
from ..registry import Body, Registry
from ..request import Request
from ..values import Span
from .changes import Apart, Common, Side

T = TypeVar("T")


@dataclass(slots=True)
class Exchange:
    """Two owners who change places.

    Attributes:
        old: The owner of the old side.
        new: The owner of the new side.
        registry: The bodies on file.
        law_alone: Whether what the one owner opens and the other does not is left out.
    """

    old: Body
    new: Body
    registry: Registry
    law_alone: bool = False
    _names: Mapping[str, str] = field(init=False)
    _like: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        """Know what changes places."""
        names = {self.old.key: self.new.key, self.new.key: self.old.key}
        one, other = self.old.sovereign, self.new.sovereign
        self._names = names if one == other else {**names, one: other, other: one}

    # Words ------------------------------------------------------------------------------------

    def common(self, old: Side, new: Side) -> Common:
        """The owner, and the deepest vocabulary that both laws extend."""
        one, other = self._words(old), self._words(new)
        above = {words.edition for words in other.lineage()}
        shared = next(words for words in one.lineage() if words.edition in above)
        return Common(self.old.key, shared, self.law_alone)

    def apart(self, old: Side, new: Side) -> Apart:
        """The words that only one of two laws has."""
        shared = self.common(old, new).words
        beyond = [tuple(_beyond(self._words(side), shared)) for side in (old, new)]
        return Apart(self.old.key, self.new.key, *beyond)

    def _words(self, side: Side) -> Vocabulary:
        """The vocabulary in which the owner's own people ask on a side."""
        assert side.day is not None, "two owners are compared on a day"
        request = Request(self.old.key, self.old.key, "", (DATA,), Span.of_day(side.day))
        return side.engine.vocabulary_for(request, self.registry)

    # Policies --------------------------------------------------------------------------------

    def library(self, library: Library) -> Library:
        """A library in which the two have changed places."""
        return replace(library, policies=tuple(map(self._policy, library.policies)))

    def _policy(self, policy: Policy) -> Policy:
        rules = tuple(self._rule(rule) for rule in policy.rules)
        defines = {name: self._turned(node) for name, node in policy.defines.items()}
        binds = None if policy.binds is None else self._turned(policy.binds)
        found = replace(policy, rules=rules, defines=defines, binds=binds)
        for one, other in ((self.old, self.new), (self.new, self.old)):
            if policy.path_binds and one.policy == policy.name and policy.rules:
                found = replace(found, path_binds=False, binds=_is_owner(policy, other.key))
        return found

    def _rule(self, rule: Rule) -> Rule:
        node = self._turned(rule.node)
        return rule if node is rule.node else replace(rule, node=node)

    def _turned(self, node: T) -> T:
        """A part of a policy in which names have changed places."""
        return cast("T", self._part(node))

    def _part(self, node: object) -> object:
        if isinstance(node, tuple):
            parts = cast("tuple[object, ...]", node)
            turned = tuple(map(self._part, parts))
            return parts if all(map(_same, parts, turned)) else turned
        if isinstance(node, tree.Agency | tree.Sovereign):
            return replace(node, key=self._names[node.key]) if node.key in self._names else node
        if not isinstance(node, tree.Node):
            return node
        old = {each.name: getattr(node, each.name) for each in fields(node) if each.name != "span"}
        new = {name: self._part(value) for name, value in old.items()}
        changed = {name: value for name, value in new.items() if value is not old[name]}
        return replace(node, **changed) if changed else node  # type: ignore[arg-type]

    # Requests --------------------------------------------------------------------------------

    def back(self, request: Mapping[str, Any]) -> dict[str, Any] | None:
        """A request of the new side in its own place; None if a body has no like one on file."""
        try:
            return {name: self._said(value) for name, value in request.items()}
        except KeyError:
            return None

    def others(self, key: str) -> list[str]:
        """Bodies of the same kind of third governments, one of each, for one that has no like."""
        try:
            self._body(key)
        except KeyError:
            kind = self.registry.bodies[key].kind
            same = (body for body in self.registry.bodies.values() if body.kind == kind)
            found = {body.sovereign: body.key for body in same}
            return [found[each] for each in sorted(found.keys() - self._names.keys())]
        return []

    def _said(self, value: Any) -> Any:
        match value:
            case str():
                return self._body(value) if value in self.registry.bodies else value
            case list():
                return [self._said(each) for each in cast("list[Any]", value)]  # type: ignore[redundant-cast]  # pyright asks for it
            case dict():
                items = cast("dict[str, Any]", value)
                return {name: self._said(each) for name, each in items.items()}
            case _:
                return value

    def _body(self, key: str) -> str:
        """Who stands for a body.

        Raises:
            KeyError: Nobody like it is on file.
        """
        body = self.registry.bodies[key]
        if key in self._names or body.sovereign not in self._names:
            return self._names.get(key, key)
        if key not in self._like:
            wanted = {**body.attributes, "sovereign": self._names[body.sovereign]}
            others = (each for each in self.registry.bodies.values() if each.key not in self._names)
            like = [each.key for each in others if {**each.attributes} == wanted]
            if not like:
                raise KeyError(key)
            self._like[key] = like[0]
        return self._like[key]


def _same(one: object, other: object) -> bool:
    return one is other


def _is_owner(policy: Policy, key: str) -> tree.Condition:
    """That a body is the owner, as a policy would say it."""
    span = policy.rules[0].node.span
    return tree.Equals(span, tree.Reference(span, OWNER), tree.Agency(span, key))


def _beyond(words: Vocabulary, shared: Vocabulary) -> Iterator[str]:
    yield from sorted(words.acts - shared.acts)
    if DATA in words.kinds and DATA in shared.kinds:
        yield from sorted(words.kinds.below(DATA) - shared.kinds.below(DATA))
    yield from sorted(words.facts.keys() - shared.facts.keys())


# Whose policy opens most -------------------------------------------------------------------------


def widest_owner(library: Library, registry: Registry, sovereign: str) -> Body | None:
    """The agency of a government whose own policy opens most, whoever asks for whatever."""
    opened: dict[str, int] = {}
    for policy in library.policies:
        for body in _owners(policy, registry):
            if body.sovereign == sovereign:
                opened[body.key] = max(opened.get(body.key, 0), _opens(policy))
    best = max(opened, key=lambda key: (opened[key], key), default="")
    return registry.bodies[best] if best and opened[best] else None


def _owners(policy: Policy, registry: Registry) -> Iterator[Body]:
    """The bodies that a policy of an agency names, or that name it."""
    if policy.layer is not tree.Layer.OWNER:
        return
    node = policy.binds
    if policy.path_binds:
        yield from (body for body in registry.bodies.values() if body.policy == policy.name)
    elif isinstance(node, tree.Equals) and isinstance(node.value, tree.Agency):
        body = registry.get(node.value.key)
        yield from [body] if body is not None and node.subject.text == OWNER else []


def _opens(policy: Policy) -> int:
    """How many acts on how many kinds of data it opens without asking anything; 0 if it limits."""
    if any(rule.effect is not tree.Effect.PERMIT for rule in policy.rules):
        return 0
    free = (r for r in policy.rules if r.node.condition is None and not r.node.exceptions)
    return sum(len(rule.acts) * len(rule.data) for rule in free)
