"""Which bodies no rule can tell apart: those of which the registry says the same."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from ..dsl import syntax as tree
from ..dsl.model import Library
from .compiled.walk import conditions_of, parts_of
from .registry import Body


@dataclass(frozen=True, slots=True)
class Alike:
    """The bodies that the rules of a library call by name; all others count by their facts."""

    named: frozenset[str]

    @classmethod
    def of(cls, library: Library, *also: str) -> Alike:
        """For a library, and bodies that count by name for another reason."""
        return cls(frozenset((*_named_in(library), *also)))

    def seen(self, body: Body) -> Hashable:
        """All that a rule may ask of a body: equal for two that get the same answers."""
        key = body.key if body.key in self.named else ""
        return key, body.policy, frozenset(body.attributes.items())


def _named_in(library: Library) -> Iterator[str]:
    """The keys of the bodies that a condition of the library names."""
    for policy in library.policies:
        for condition in conditions_of(policy):
            for part in parts_of(condition):
                match part:
                    case tree.Equals(value=tree.Agency(key=key)):
                        yield key
                    case tree.Includes(value=tree.Agency(key=key)):
                        yield key
                    case tree.OneOf(values=values):
                        yield from (each.key for each in values if isinstance(each, tree.Agency))
                    case _:
                        pass
