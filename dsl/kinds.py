"""Kinds: words that lie under other words, as a graph without circles.

The one question asked of them has three answers: is this word a kind of that one? False only
if no kind lies under both (docs/semantics.md, section 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .truth import Truth

DATA = "data"  # the root of every kind of data


@dataclass(frozen=True, slots=True)
class Kind:
    """One word: what it lies under, how others write it, where it was declared."""

    name: str
    parents: tuple[str, ...]
    written: tuple[str, ...] = ()
    final: bool = False
    citation: str = ""
    status: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of one vocabulary and of all that it extends."""

    by_name: Mapping[str, Kind]
    _above: dict[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]], compare=False
    )
    _below: dict[str, frozenset[str]] = field(
        default_factory=dict[str, frozenset[str]], compare=False
    )

    def __post_init__(self) -> None:
        """Close the graph both ways."""
        for name in self.by_name:
            self._above[name] = self._closure(name)
        below: dict[str, set[str]] = {name: set() for name in self.by_name}
        for name, above in self._above.items():
            for ancestor in above:
                below[ancestor].add(name)
        self._below.update({name: frozenset(under) for name, under in below.items()})

    @property
    def names(self) -> Iterable[str]:
        """Every word."""
        return self.by_name.keys()

    def __contains__(self, name: object) -> bool:
        """Whether a word is declared."""
        return name in self.by_name

    def above(self, name: str) -> frozenset[str]:
        """The word and everything that it lies under."""
        return self._above[name]

    def below(self, name: str) -> frozenset[str]:
        """The word and everything that lies under it."""
        return self._below[name]

    def related(self, one: str, other: str) -> bool:
        """Whether some kind lies under both."""
        return not self._below[one].isdisjoint(self._below[other])

    def lies_under(self, words: frozenset[str], kind: str, *, exact: bool = False) -> Truth:
        """Whether a value known to lie under every one of ``words`` is a kind of ``kind``.

        Args:
            words: What is known of the value; one word, or the nearest ancestors of one.
            kind: The kind asked for.
            exact: The word is the value itself and nothing narrower (a registry kind).
        """
        if any(kind in self._above[word] for word in words):
            return Truth.TRUE
        if exact or any(self.by_name[word].final for word in words):
            return Truth.FALSE
        below = [self._below[word] for word in words]
        possible = below[0].intersection(*below) or below[0].union(*below)
        return Truth.FALSE if possible.isdisjoint(self._below[kind]) else Truth.UNPROVEN

    def nearest(self, name: str, known: Kinds) -> frozenset[str]:
        """How ``known``, the kinds of a higher layer, reads ``name``: its nearest ancestors.

        A word that neither has is nothing to it.
        """
        if name in known.by_name:
            return frozenset({name})
        if name not in self._above:
            return frozenset()
        candidates = {word for word in self._above[name] if word in known.by_name}
        return frozenset(
            word
            for word in candidates
            if not any(other != word and word in known.above(other) for other in candidates)
        )

    def _closure(self, name: str) -> frozenset[str]:
        found: set[str] = set()
        waiting = [name]
        while waiting:
            word = waiting.pop()
            if word not in found:
                found.add(word)
                waiting.extend(p for p in self.by_name[word].parents if p in self.by_name)
        return frozenset(found)
