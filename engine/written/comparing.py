"""An agency's own policy beside a model, clause by clause."""

from __future__ import annotations

import datetime
import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from ...dsl import syntax as tree
from ...dsl.model import Library, Policy, Rule
from ...dsl.truth import Truth
from ..binding import OWNER_LAYERS, parameters_for
from ..dates import applied
from ..registry import Registry
from .binding_rules import Bound
from .clauses import MAY_CHANGE, clause_of
from .nodes import names_read
from .phrases import NAMES, Phrases
from .pieces import Chapter, Clause, Point, Written
from .wording import Wording

_Pair = tuple[Policy, Rule]


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two: its rules and the words for them."""

    rules: tuple[_Pair, ...]
    wording: Wording

    def clause(self, pair: _Pair) -> Clause:
        """A rule in the words of this side."""
        return clause_of(*pair, self.wording, uncertain=False)

    def lines(self, pair: _Pair) -> list[str]:
        """What a rule says, with the definitions that it reads."""
        policy, rule = pair
        clause = self.clause(pair)
        lines = [clause.lead, *_flat(p for p in clause.points if p != MAY_CHANGE)]
        wanted, told = names_read(rule.node), set[str]()
        while wanted:
            name = wanted.pop(0)
            if name in policy.defines and name not in told:
                told.add(name)
                meant = self.wording.point(policy.defines[name])
                term = self.wording.phrases.of("definitions", name)
                lines += _flat((Point(f"“{term}” means: {meant.text}", meant.under),))
                wanted += names_read(policy.defines[name])
        return lines


def compared(
    library: Library,
    registry: Registry,
    bound: Bound,
    model: Policy,
    phrases: Phrases = NAMES,
) -> Written:
    """Which clauses of a model an agency has unchanged, changed, or not at all, and what it added.

    Rules are matched by what they were taken over from, then by name, then by meaning. What binds
    through law is the same for both and is left out.

    Args:
        library: The policies.
        registry: The bodies on file; it must hold the agency.
        bound: What binds the agency's data on a day.
        model: The policy that is compared with.
        phrases: Plain English for declared names.
    """
    theirs, mine = _sides(library, registry, bound, model, phrases)
    same: list[Clause] = []
    changed: list[Clause] = []
    missing: list[Clause] = []
    left = list(mine.rules)
    for pair in theirs.rules:
        found = _match(pair, left)
        if found is None:
            missing.append(theirs.clause(pair))
            continue
        left.remove(found)
        differing = tuple(_differing(theirs, pair, mine, found))
        clause = mine.clause(found)
        if differing:
            changed.append(replace(clause, points=differing, because=""))
        else:
            same.append(clause)
    chapters = (
        Chapter("Changed", "Clauses of the model that say something else here.", tuple(changed)),
        Chapter("Missing", "Clauses of the model that are not here.", tuple(missing)),
        Chapter("Added", "Clauses that the model does not have.", tuple(map(mine.clause, left))),
        Chapter("Adopted unchanged", "Clauses that say what the model says.", tuple(same)),
    )
    return _page(library, registry.bodies[bound.agency].name, model, bound.day, chapters)


def _sides(
    library: Library, registry: Registry, bound: Bound, model: Policy, phrases: Phrases
) -> tuple[_Side, _Side]:
    day = bound.day
    above = [policy for policy in bound.policies if policy.layer not in OWNER_LAYERS]
    values = parameters_for(library.parameters, [*above, model], (day, day))
    live = (r for r in model.rules if applied(r.node, (day, day)) is not Truth.FALSE)
    theirs = _Side(
        tuple((model, rule) for rule in live),
        Wording(registry, values, frozenset(model.defines), phrases),
    )
    own = tuple(pair for pair in bound.rules if pair[0].layer in OWNER_LAYERS)
    defined = frozenset(name for policy, _ in own for name in policy.defines)
    return theirs, _Side(own, Wording(registry, bound.parameters, defined, phrases))


def _match(pair: _Pair, left: Iterable[_Pair]) -> _Pair | None:
    """The rule that stands for a rule of the model, if one does: the surest sign first."""
    node, choices = pair[1].node, list(left)
    taken = (each for each in choices if each[1].adopted_from == pair[1].id)
    named = (each for each in choices if each[1].node.name == node.name)
    alike = (each for each in choices if _meaning(each[1].node) == _meaning(node))
    return next((each for group in (taken, named, alike) for each in group), None)


def _meaning(node: tree.Rule) -> tree.Rule:
    """A rule without what decides nothing on the day: name, titles, source, dates."""
    return replace(
        node, name=replace(node.name, text=""), title="", citation=None, in_force=None,
        because="", adopters_may_change=False,
    )  # fmt: skip


def _differing(theirs: _Side, one: _Pair, mine: _Side, other: _Pair) -> Iterator[Point]:
    """What a clause says otherwise: the lines of the model, and those that stand here."""
    lines = theirs.lines(one), mine.lines(other)
    for line in difflib.ndiff(*lines):
        if line.startswith("- "):
            yield Point(f"The model: {line[2:].strip()}")
        elif line.startswith("+ "):
            yield Point(f"Here: {line[2:].strip()}")
    if lines[0] == lines[1] and _meaning(one[1].node) != _meaning(other[1].node):
        yield Point("The rules are written otherwise; their words are the same")


def _flat(points: Iterable[Point], depth: int = 0) -> Iterator[str]:
    for point in points:
        yield "  " * depth + point.text
        yield from _flat(point.under, depth + 1)


def _page(
    library: Library,
    name: str,
    model: Policy,
    day: datetime.date,
    chapters: tuple[Chapter, ...],
) -> Written:
    title = model.title or model.name
    counts = (f"{each.title}: {len(each.clauses)}" for each in chapters)
    return Written(
        f"{name}: its policy beside a model",
        f"Compared with “{title}” [{model.name} {model.number or ''}], as of {day}".replace(
            " ]", "]"
        ),
        (
            ("Agency", name),
            ("Model", f"{title} [{model.name}]"),
            ("As of", day.isoformat()),
            ("Policy digest", library.digest),
            ("Matched by", "what a clause was taken over from, then its name, then its meaning"),
        ),
        (("Clauses", tuple(counts)),),
        tuple(chapter for chapter in chapters if chapter.clauses),
        (),
        (),
        day,
        library.digest,
    )
