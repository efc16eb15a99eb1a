"""Names of organizations resolved to bodies of the registry.

One resolver serves a whole log: a name that was read is remembered. A wrong name is far worse
than none, so a body is named only above a threshold and well ahead of every other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ..collecting import collector_paused
from ..registry import Registry
from .folding import is_readable
from .index import Index, index_of
from .match import Matcher
from .parts import Parts, split
from .resolution import Candidate, Finding, Resolution
from .words import Words, shipped_words

_SHOWN = 5
_REMEMBERED = 65_536


@dataclass(slots=True)
class Resolver:
    """Resolves names against one registry."""

    registry: Registry
    words: Words = field(default_factory=shipped_words)
    _index: Index = field(init=False, repr=False)
    _matcher: Matcher = field(init=False, repr=False)
    _known: dict[str, Resolution] = field(default_factory=dict[str, Resolution], repr=False)

    def __post_init__(self) -> None:
        """Index the registry."""
        with collector_paused():
            self._index = index_of(self.registry, self.words)
        self._matcher = Matcher(self._index, self.words)

    def resolve(self, name: str) -> Resolution:
        """What a name means; the answer is the same for the same registry and words."""
        found = self._known.get(name)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = self._known[name] = self._resolve(name)
        return found

    def _resolve(self, name: str) -> Resolution:
        text = name.strip()
        if not is_readable(text, self.words.most_characters):
            return Resolution(name, Finding.UNREADABLE)
        if (body := self._index.numbers.get(text.casefold())) is not None:
            known = Candidate(body, self.words.factors["key"], ("its key or ORI in the registry",))
            return Resolution(name, Finding.RESOLVED, body, (known,), proper=text.casefold())
        parts = split(text, self.words)
        if len(parts.written) > self.words.most_words:
            return Resolution(name, Finding.UNREADABLE)
        return self._judged(name, parts)

    def _judged(self, name: str, parts: Parts) -> Resolution:
        candidates = self._matcher.candidates(parts)
        finding = self._finding(candidates, parts)
        if finding is Finding.AMBIGUOUS:
            candidates = self._shared(candidates)
        body = candidates[0].body if finding is Finding.RESOLVED else None
        is_of_tagged = body is not None and body.sovereign == self.words.tagged_government
        return Resolution(
            name,
            finding,
            body,
            tuple(candidates[:_SHOWN]),
            parts.statuses,
            " ".join(parts.written),
            is_of_tagged or self._matcher.says_tagged(parts),
            not self.words.idle.isdisjoint(parts.statuses),
        )

    def _finding(self, candidates: list[Candidate], parts: Parts) -> Finding:
        if not candidates:
            return Finding.NOT_ON_FILE
        if self.words.nobody.intersection(parts.statuses):
            return Finding.UNSURE
        if len(self._near(candidates)) > 1:
            return Finding.AMBIGUOUS
        is_sure = candidates[0].score >= self.words.threshold
        return Finding.RESOLVED if is_sure else Finding.UNSURE

    def _near(self, candidates: list[Candidate]) -> list[Candidate]:
        """The likeliest candidate and those hardly less likely."""
        least = candidates[0].score - self.words.margin
        return [each for each in candidates if each.score > least]

    def _shared(self, candidates: list[Candidate]) -> list[Candidate]:
        """Candidates of which several are near: they share what is likely."""
        near = len(self._near(candidates))
        return [replace(each, score=round(each.score / near, 3)) for each in candidates]
