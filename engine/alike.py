"""Which bodies no rule can tell apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass

from ..dsl import syntax as tree
from ..dsl.model import Library
from .compiled.walk import conditions_of, parts_of
from .registry import Body

_SOVEREIGN = "sovereign"
_ANOTHER = "(another)"


@dataclass(frozen=True, slots=True)
class Alike:
    """What the rules of a library may ask of a body.

    Attributes:
        named: The bodies that rules call by name; all others count by their facts.
        sovereigns: The governments that rules call by name; all others are one to them. None if
            some rule compares governments in another way.
    """

    named: frozenset[str]
    sovereigns: frozenset[str] | None = None

    @classmethod
    def of(cls, library: Library, *also: str) -> Alike:
        """For a library, and bodies that count by name for another reason."""
        tests = list(_comparisons(library))
        agencies = (value.key for _, value in tests if isinstance(value, tree.Agency))
        governments = [value for subject, value in tests if _is_government(subject)]
        return cls(
            frozenset((*agencies, *also)),
            frozenset(value.key for value in governments if isinstance(value, tree.Sovereign))
            if all(isinstance(value, tree.Sovereign) for value in governments)
            else None,
        )

    def seen(self, body: Body) -> Hashable:
        """All that a rule may ask of a body: equal for two that get the same answers."""
        facts = dict(body.attributes)
        if self.sovereigns is not None and body.sovereign and body.sovereign not in self.sovereigns:
            facts[_SOVEREIGN] = _ANOTHER
        key = body.key if body.key in self.named else ""
        return key, body.policy, frozenset(facts.items())


def _is_government(subject: tree.Reference) -> bool:
    return subject.text.rpartition(".")[2] == _SOVEREIGN


def _comparisons(library: Library) -> Iterator[tuple[tree.Reference, tree.Value]]:
    """Every fact that a condition of the library compares, and each value it is compared with."""
    for policy in library.policies:
        for condition in conditions_of(policy):
            for part in parts_of(condition):
                match part:
                    case tree.Equals(subject=subject, value=value):
                        yield subject, value
                    case tree.Includes(subject=subject, value=value):
                        yield subject, value
                    case tree.OneOf(subject=subject, values=values):
                        yield from ((subject, value) for value in values)
                    case _:
                        pass
