"""Which policies can bind a request at all, found without asking each of them.

A library may hold the policies of hundreds of agencies. A policy that names its owner or its
requester binds no request of another; asking the others is work that grows with the library.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..dsl import syntax as tree
from ..dsl.model import Policy
from ..dsl.reading import OWNER, REQUESTER
from .registry import Body


@dataclass(slots=True)
class PolicyIndex:
    """Policies by whom they name in ``binds``; those that name no one are in ``common``."""

    policies: tuple[Policy, ...]
    common: list[int] = field(init=False)
    named: dict[tuple[str, str], list[int]] = field(init=False)

    def __post_init__(self) -> None:
        """Sort the policies by whom they name."""
        self.common, self.named = [], {}
        for at, policy in enumerate(self.policies):
            key = ("policy", policy.name) if policy.path_binds else _named_in(policy.binds)
            if key is None:
                self.common.append(at)
            else:
                self.named.setdefault(key, []).append(at)

    def candidates(self, requester: Body, owner: Body) -> tuple[Policy, ...]:
        """The policies that may bind a request of these two, in the order of the library."""
        places = [
            *self.common,
            *self.named.get((OWNER, owner.key), ()),
            *self.named.get((REQUESTER, requester.key), ()),
            *self.named.get(("policy", owner.policy), ()),
        ]
        return tuple(self.policies[at] for at in sorted(places))


def _named_in(condition: tree.Condition | None) -> tuple[str, str] | None:
    """The owner or requester without whom a condition is false."""
    parts: Iterable[tree.Condition | None] = (condition,)
    if isinstance(condition, tree.And):
        parts = condition.items
    for part in parts:
        if (
            isinstance(part, tree.Equals)
            and part.subject.text in (OWNER, REQUESTER)
            and isinstance(part.value, tree.Agency)
        ):
            return part.subject.text, part.value.key
    return None
