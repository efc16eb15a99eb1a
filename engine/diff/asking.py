"""The questions that two sides are asked: an act, data that rules treat alike, days of one law."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from ...dsl.kinds import DATA
from ...dsl.model import Policy, Vocabulary
from ..outside import naming_rules
from ..proving.questions import World
from ..reference import Case
from ..values import Span
from .asked import Asked
from .changes import Common, Doubt, Side

OTHER_WORDS = " (new)"  # beside the names of vocabularies that say something else in the new law


@dataclass(slots=True)
class Asking:
    """Asks two sides; of two owners only what both laws have words for."""

    old: Side
    new: Side
    common: Common | None = None
    worlds: tuple[World, World] = field(init=False)

    def __post_init__(self) -> None:
        """Know both worlds; two days are of one."""
        before, after = World.of(self.old.engine), World.of(self.new.engine)
        same = self.old.engine is self.new.engine
        self.worlds = (before, before) if same else (before, after)

    def acts(self) -> list[str]:
        """Every act that either side has a word for; of two owners, that both have."""
        words = [v for world in self.worlds for v in world.library.vocabularies.values()]
        words = words if self.common is None else [self.common.words]
        return sorted({act for vocabulary in words for act in vocabulary.acts})

    def weight(self, act: str) -> int:
        """About how much there is to ask of an act."""
        policies = (p for world in self.worlds for p in world.library.policies)
        return sum(act in rule.acts for policy in policies for rule in policy.rules)

    def questions(self, acts: Iterable[str]) -> Iterator[Asked]:
        """Every question about some acts of which the answer may differ."""
        before, after = self.worlds
        tag = "" if self.same_words() else OTHER_WORDS
        for act in acts:
            for at, then in self._times(act):
                for alike, words in self._groups(act, at):
                    old = before.case(act, alike[0], words, at)
                    own = after.library.vocabularies[words.edition]
                    new = after.case(act, alike[0], own, then)
                    yield Asked(old, new, before.sources(old), alike, tag, self.common)

    def same_words(self) -> bool:
        """Whether all vocabularies say the same, but for their lexicons."""
        before, after = (world.library.vocabularies for world in self.worlds)
        return {e: _bare(w) for e, w in before.items()} == {e: _bare(w) for e, w in after.items()}

    def doubts(self) -> Iterator[Doubt]:
        """What cannot be known before anything is asked."""
        if not self.same_words():
            why = "the vocabularies differ: a request is told if both can read it"
            yield Doubt("any act", "any data", why)

    def _times(self, act: str) -> Iterator[tuple[Span, Span]]:
        """The days of both sides: those that are named, or one for each state of both laws."""
        if self.old.day is not None and self.new.day is not None:
            yield Span.of_day(self.old.day), Span.of_day(self.new.day)
            return
        before, after = self.worlds
        if not self._touches(act):
            return
        seen: set[Hashable] = set()
        for at in before.moments(after.days() | before.days()):
            key = before.law_of(act, at), after.law_of(act, at)
            if key not in seen:
                seen.add(key)
                yield at, at

    def _touches(self, act: str) -> bool:
        """Whether any rule about an act, or what it rests on, is written otherwise."""
        before, after = (world.library for world in self.worlds)
        if not self.same_words() or before.parameters != after.parameters:
            return True
        if _about(before.policies, act) != _about(after.policies, act):
            return True
        lexicons = [[v.lexicons for v in each.vocabularies.values()] for each in (before, after)]
        return lexicons[0] != lexicons[1]

    def _groups(self, act: str, at: Span) -> Iterator[tuple[tuple[str, ...], Vocabulary]]:
        """The kinds of data by how rules of both govern them, the widest first."""
        before, after = self.worlds
        found: dict[Hashable, tuple[list[str], Vocabulary]] = {}
        both = before.library.vocabularies.values()
        for words in both if self.common is None else [self.common.words]:
            own = after.library.vocabularies.get(words.edition)
            if own is None or DATA not in words.kinds or DATA not in own.kinds:
                continue
            below = (words.kinds.below(DATA) & own.kinds.below(DATA)) - {DATA}
            for data in sorted(below, key=lambda name: (len(words.kinds.above(name)), name)):
                cases = before.case(act, data, words, at), after.case(act, data, own, at)
                key = tuple(map(_governed, cases))
                if any(named for _, named in key):
                    group = found.setdefault(key, ([], words))[0]
                    group += [data] if data not in group else []
        for names, words in found.values():
            yield tuple(names), words


def _about(policies: Sequence[Policy], act: str) -> dict[str, Hashable]:
    """What policies say of one act."""
    return {
        p.name: (
            p.layer, p.zone, p.binds, p.path_binds, p.rests_on, p.in_force, p.proposed,
            tuple(p.defines.items()), tuple(p.settings.items()), p.vocabulary.edition,
            tuple(rule for rule in p.rules if act in rule.acts),
            tuple((rule.node.in_force, rule.node.enjoined) for rule in p.rules),
        )
        for p in policies
    }  # fmt: skip


def _bare(words: Vocabulary) -> Hashable:
    """A vocabulary without its lexicons."""
    return (
        tuple(words.kinds.by_name.items()), words.acts, words.sovereigns,
        tuple(words.roles.items()), tuple(words.duties.items()), tuple(words.facts.items()),
        tuple(words.readings.items()), words.parent.edition if words.parent else "",
    )  # fmt: skip


def _governed(case: Case) -> tuple[Hashable, tuple[str, ...]]:
    """How rules govern the data of a case, and which name them."""
    act = case.request.act
    governs = tuple(
        case.governs(rule, policy)
        for policy in case.policies()
        for rule in policy.rules
        if act in rule.acts
    )
    return governs, tuple(rule.id for _, rule in naming_rules(case))
