"""A node with one change of meaning, and what the change is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from ...dsl.model import Vocabulary
from ...dsl.source import Span

Node = TypeVar("Node")
Outer = TypeVar("Outer")


@dataclass(frozen=True, slots=True)
class Altered(Generic[Node]):
    """A node after one change.

    Attributes:
        mutator: What sort of change it is, by name.
        says: The change in a sentence.
        span: Where what is changed stands.
        before: How what is changed is written.
        after: How it would be written; empty if it is left out.
        node: The node after the change.
    """

    mutator: str
    says: str
    span: Span
    before: str
    after: str
    node: Node

    def with_node(self, node: Outer) -> Altered[Outer]:
        """The same change of another node."""
        return Altered(self.mutator, self.says, self.span, self.before, self.after, node)

    def within(self, put: Callable[[Node], Outer]) -> Altered[Outer]:
        """The same change of the node around."""
        return self.with_node(put(self.node))


@dataclass(frozen=True, slots=True)
class Mutator(Generic[Node]):
    """One sort of change.

    Attributes:
        name: What it is called, in the words of the field.
        changes: Every change of this sort that a node can have, read in some words.
    """

    name: str
    changes: Callable[[Node, Vocabulary], Iterable[Altered[Node]]]

    def of(self, node: Node, words: Vocabulary) -> Iterator[Altered[Node]]:
        """The changes, by this name."""
        return (replace(change, mutator=self.name) for change in self.changes(node, words))


def altered(span: Span, says: str, before: str, after: str, node: Node) -> Altered[Node]:
    """A change whose mutator is not named yet."""
    return Altered("", says, span, before, after, node)


def without(items: tuple[Any, ...], at: int) -> tuple[Any, ...]:
    """All items but one."""
    return items[:at] + items[at + 1 :]


def with_item(items: tuple[Any, ...], at: int, item: Any) -> tuple[Any, ...]:
    """All items, one of them another."""
    return (*items[:at], item, *items[at + 1 :])
