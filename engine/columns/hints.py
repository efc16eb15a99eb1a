"""Texts that no lexicon can tell apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ...dsl.lexicon import Matcher
from ...dsl.model import Library


@dataclass(slots=True)
class Hints:
    """What any lexicon of a library may have of a text: a quick look, made once for each text."""

    library: Library
    _matcher: Matcher = field(init=False)

    def __post_init__(self) -> None:
        """Take the phrases of all lexicons together."""
        every = self.library.vocabularies.values()
        self._matcher = Matcher({p: p for v in every for x in v.lexicons for p in x.phrases})

    def words_in(self, text: str) -> str:
        """A text that every lexicon reads as this one; blank if none may have a word of it.

        Texts that differ in bare numbers alone are given as one.
        """
        return self.alike(text) if self._matcher.may_hold(text) else ""

    def alike(self, text: str) -> str:
        """A text that every lexicon reads as this one, the same for all bare numbers."""
        return self._matcher.alike(text)

    def alike_each(self, texts: Sequence[str]) -> Sequence[str]:
        """The same for many texts."""
        return self._matcher.alike_each(texts)
