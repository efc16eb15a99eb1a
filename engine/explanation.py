"""Why a condition is true, false or unproven: a tree beside the tree of the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from ..dsl import syntax as tree
from ..dsl.truth import Truth
from .values import Cause


class NeedKind(Enum):
    """What sort of thing would settle an open point."""

    FACT = "fact"
    INSTRUMENT = "instrument"
    REVIEW = "review"
    DUTY = "duty"
    READING = "reading"
    DATE = "date"


@dataclass(frozen=True, slots=True, order=True)
class Need:
    """One thing that is missing, whatever tests wait for it.

    Attributes:
        kind: What sort of thing it is.
        name: The fact, the instrument, the rule to be cleared, the duty or the reading.
        about: The recipient for whom it counts, where that matters.
        cause: Why it is missing.
        level: The proof that is asked for.
        had: The proof that it has.
        roles: Who may prove it.
    """

    kind: NeedKind
    name: str
    about: str = ""
    cause: Cause | None = None
    level: tree.Level | None = None
    had: tree.Level | None = None
    roles: tuple[str, ...] = ()

    @property
    def is_asserted(self) -> bool:
        """Whether only the requester's own word is missing, and would be taken."""
        is_word = self.kind is NeedKind.FACT and self.level is tree.Level.ASSERTION
        return is_word and self.cause is not Cause.RETRIED


@dataclass(frozen=True, slots=True)
class Node:
    """One step of an evaluation.

    Attributes:
        operator: ``and``, ``or``, ``not``, ``some``, ``every``, ``definition``, ``reading``,
            ``test``, ``instrument`` or ``member``.
        text: The condition as it is written.
        truth: Its value.
        children: The steps it was made of.
        shown: The value found, as it may be shown.
        source: Where the value came from.
        need: What would settle it, if it is unproven.
        test: The bare test at a leaf; with ``about`` it names the leaf.
        about: The recipient for whom it was asked, if any.
    """

    operator: str
    text: str
    truth: Truth
    children: tuple[Node, ...] = ()
    shown: str = ""
    source: str = ""
    need: Need | None = None
    test: tree.Condition | None = None
    about: str = ""

    def leaves(self) -> Iterator[Node]:
        """Every step without children, in the order written."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()

    def needs(self) -> tuple[Need, ...]:
        """Everything missing below, each once, in the order written."""
        return tuple(dict.fromkeys(leaf.need for leaf in self.leaves() if leaf.need is not None))

    def reads(self, names: Iterable[str]) -> bool:
        """Whether a leaf below tests one of these facts."""
        wanted = frozenset(names)
        subjects = (getattr(leaf.test, "subject", None) for leaf in self.leaves())
        return any(subject is not None and subject.text in wanted for subject in subjects)

    def readings(self) -> frozenset[str]:
        """The readings of the law that were asked below."""
        return frozenset(leaf.text for leaf in self.leaves() if leaf.operator == "reading")
