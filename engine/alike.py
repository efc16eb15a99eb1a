"""Which bodies no rule can tell apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import msgspec

from ..dsl import syntax as tree
from ..dsl.model import Library
from ..dsl.reading import OWNER
from .compiled.walk import conditions_of, parts_of
from .loading import Store
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
        of_owner: The facts of an agency that rules read of an owner.
    """

    named: frozenset[str]
    sovereigns: frozenset[str] | None = None
    of_owner: frozenset[str] = frozenset()

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
            frozenset(_read_of_owners(library)),
        )

    @classmethod
    def kept(cls, library: Library, store: Store) -> Alike:
        """For a library, as a store keeps it; finding it out reads every rule there is."""
        key = f"alike-{library.digest}"
        kept = store.get(key)
        if kept is not None:
            with suppress(msgspec.MsgspecError):
                return msgspec.msgpack.decode(kept, type=cls)
        found = cls.of(library)
        store.put(key, msgspec.msgpack.encode(found))
        return found

    def seen_as_owner(self, body: Body) -> Hashable:
        """All that a rule may ask of a body as an owner of data who asks for nothing himself."""
        key, policy, facts = self._seen(body)
        return key, policy, frozenset(each for each in facts if each[0] in self.of_owner)

    def seen(self, body: Body) -> Hashable:
        """All that a rule may ask of a body: equal for two that get the same answers."""
        return self._seen(body)

    def _seen(self, body: Body) -> tuple[str, str, frozenset[tuple[str, str]]]:
        facts = dict(body.attributes)
        if self.sovereigns is not None and body.sovereign and body.sovereign not in self.sovereigns:
            facts[_SOVEREIGN] = _ANOTHER
        key = body.key if body.key in self.named else ""
        return key, body.policy, frozenset(facts.items())


def _is_government(subject: tree.Reference) -> bool:
    return subject.text.rpartition(".")[2] == _SOVEREIGN


def _read_of_owners(library: Library) -> Iterator[str]:
    """The facts of an agency that any condition of the library reads of the owner."""
    for policy in library.policies:
        for condition in conditions_of(policy):
            for part in parts_of(condition):
                for name in ("subject", "collection", "after", "value"):
                    read = getattr(part, name, None)
                    if isinstance(read, tree.Reference) and read.head == OWNER and read.tail:
                        yield read.tail


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
