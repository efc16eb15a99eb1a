"""What a reason shows to every layer at once: one text is read by all lexicons.

Each layer reads a reason with its own and the higher lexicons. So two sets that hold what was seen
are not free of each other: what one lexicon sees is in every set of a layer that has it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from ...dsl import syntax as tree
from ...dsl.lexicon import Level
from ...dsl.model import Lexicon
from ...dsl.reading import PLAINLY, REASON_SETS
from ...dsl.truth import Truth
from ..conditions import Context
from ..dates import in_force
from ..values import Members
from .sources import OfFact

# The phrases of one layer, a kind that they indicate, and whether plainly or possibly.
Sight: TypeAlias = tuple[Hashable, str, str]


@dataclass(frozen=True, slots=True)
class Seeing:
    """A set of what was seen, and which sights make each of its tests pass.

    Attributes:
        source: The set.
        test: The number of a test of it.
        certain: The sights of which one makes the test certain.
        possible: The sights of which one makes it possible.
    """

    source: OfFact
    test: int
    certain: tuple[Sight, ...]
    possible: tuple[Sight, ...]


def lexicons_on(context: Context) -> tuple[Lexicon, ...] | None:
    """The lexicons that a layer reads with; none if the day does not tell."""
    truths = [in_force(x.in_force, context.days) for x in context.vocabulary.lexicons]
    if Truth.UNPROVEN in truths:
        return None
    both = zip(context.vocabulary.lexicons, truths, strict=True)
    return tuple(lexicon for lexicon, truth in both if truth is Truth.TRUE)


def reads_as(context: Context) -> Hashable:
    """What tells the lexicons of one place from those of another."""
    found = lexicons_on(context)
    return context.days if found is None else tuple(sorted(_layers(found).items()))


def _layers(lexicons: Iterable[Lexicon]) -> dict[str, tuple[tuple[str, str, str], ...]]:
    """The phrases of each layer, which are matched together."""
    found: dict[str, set[tuple[str, str, str]]] = {}
    for lexicon in lexicons:
        phrases = {(x.text, x.level.value, x.indicates) for x in lexicon.phrases}
        found.setdefault(lexicon.origin, set()).update(phrases)
    return {origin: tuple(sorted(phrases)) for origin, phrases in found.items()}


def seen_together(sources: Iterable[object]) -> Iterator[Seeing]:
    """Every test of what was seen in a reason that is known by its lexicons."""
    for source in sources:
        if not isinstance(source, OfFact):
            continue
        tests = list(source.tests.values())
        name = tests[0].reference.text if tests else ""
        lexicons = lexicons_on(tests[0].context) if name in REASON_SETS else None
        if lexicons is None:
            continue
        sights = list(dict.fromkeys(_sights(lexicons, name)))
        for number, test in enumerate(tests):
            if isinstance(test.condition, tree.Includes):
                facts = source.facts[0]
                truths = {sight: test.of(Members((sight[1],)), facts) for sight in sights}
                yield Seeing(
                    source,
                    number,
                    tuple(s for s, truth in truths.items() if truth is Truth.TRUE),
                    tuple(s for s, truth in truths.items() if truth is not Truth.FALSE),
                )


def _sights(lexicons: Iterable[Lexicon], name: str) -> Iterator[Sight]:
    wanted = (Level.PLAINLY if name == PLAINLY else Level.POSSIBLY).value
    for layer in _layers(lexicons).items():
        for _, level, indicates in layer[1]:
            if level == wanted:
                yield layer, indicates, name
