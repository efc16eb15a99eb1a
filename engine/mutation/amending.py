"""What a library changes of another: which rules may do something else, and what else may."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, combinations_with_replacement

from ...dsl import syntax as tree
from ...dsl.model import Library, Parameter, Policy, Rule, Vocabulary
from ...dsl.reading import ATTRIBUTE
from ...dsl.truth import Truth
from .. import names
from ..binding import strictest
from ..compiled.walk import parts_of, written_in
from ..dates import Days, applied, changes, in_force, turns
from ..decision import Engine
from ..registry import Registry

# The facts that every rule reads: who the recipients are, and what is claimed.
_READ_BY_ALL = frozenset({names.CLAIMS, *names.RECIPIENT_SETS})
MOST_STATING = 8  # policies that state one parameter, of which every set is tried
_ANY_DAY = datetime.date(2000, 1, 1)
_REFERRING = ("subject", "collection", "after", "value")


@dataclass(frozen=True)
class Amendment:
    """A library beside the one that it was made of.

    Attributes:
        library: The library.
        registry: The bodies on file.
        policies: The policies that differ, if nobody else is bound by them; None if more differs.
        changed: The rules that are others, or that what differs may touch.
        same_words: Whether the vocabularies are the same.
        heads: Whether a rule speaks of other acts, data or days.
        binds: Whether a rule may bind others.
        weighs: Whether more may differ than what the changed rules do.
        weighed: The policies that are on file on other days, or accept other wording.
    """

    library: Library
    registry: Registry
    policies: Mapping[str, Policy] | None
    changed: frozenset[str] = frozenset()
    same_words: bool = True
    heads: bool = False
    binds: bool = False
    weighs: bool = True
    weighed: frozenset[str] = frozenset()

    @cached_property
    def engine(self) -> Engine:
        """What decides whole requests under the library."""
        return Engine(self.library, self.registry, by_reference=True)

    @classmethod
    def of(cls, library: Library, before: Library, registry: Registry) -> Amendment:
        """What a library changes of another with the same policies."""
        words = _words_moved(library, before)
        if words is None or words & _READ_BY_ALL or any(w.startswith(ATTRIBUTE) for w in words):
            return cls(library, registry, None, same_words=False)
        known = {policy.name: policy for policy in before.policies}
        found = {p.name: p for p in library.policies if p is not known[p.name]}
        olds = _versions(known[name] for name in found)
        news = _versions(found.values())
        moved = {n for n, p in found.items() if _head(p) != _head(known[n])}
        weighed = {n for n, p in found.items() if not _weighs_alike(p, known[n])}
        changed = {
            i for n, p in found.items() for i in _changed(known[n], p, whole=n in moved | weighed)
        }
        opening = any(r.effect is tree.Effect.LEAVE_OPEN for i in changed for r in olds.get(i, ()))
        elsewhere = _numbers_moved(library, before) | words
        reached = {i for p in library.policies for i in _reading(p, elsewhere)}
        opening = opening or any(
            rule.effect is tree.Effect.LEAVE_OPEN and rule.id in reached
            for policy in library.policies
            for rule in policy.rules
        )
        changed |= reached
        turning = any(p.binds is not None and _reads([p.binds], p, words) for p in known.values())
        ids = frozenset(changed)
        same = not words
        if moved or opening or turning:
            return cls(library, registry, None, ids, same)
        heads = any(_speak(olds.get(i, ())) != _speak(news.get(i, ())) for i in changed)
        binds = any(_bound(olds.get(i, ())) != _bound(news.get(i, ())) for i in changed)
        binds = binds or any(_binds_some(p, reached) for p in library.policies)
        weighs = bool(weighed or elsewhere)
        return cls(
            library, registry, found, ids, same, heads, binds, weighs, frozenset(weighed)
        )  # fmt: skip


def _head(policy: Policy) -> tuple[object, ...]:
    """What decides whom a policy binds."""
    return (
        policy.layer, policy.zone, policy.binds, policy.path_binds, policy.proposed,
        policy.vocabulary.edition,
    )  # fmt: skip


def _weighs_alike(one: Policy, other: Policy) -> bool:
    """Whether what no rule reads is alike: when a policy is on file, what a PERMIT rests on."""
    if one.rests_on != other.rests_on:
        return False
    if one.in_force == other.in_force:
        return True
    nodes = [rule.node for policy in (one, other) for rule in policy.rules]
    days = {day for node in nodes for day in changes(node)}
    days |= {*turns(one.in_force), *turns(other.in_force)}
    spans = combinations_with_replacement(_points(days), 2)
    return all(_on_file(one, span) == _on_file(other, span) for span in spans)


def _on_file(policy: Policy, days: Days) -> bool:
    """Whether a policy counts as one on file, if it binds."""
    if in_force(policy.in_force, days) is Truth.FALSE:
        return False
    return any(applied(rule.node, days) is not Truth.FALSE for rule in policy.rules)


def _changed(before: Policy, after: Policy, *, whole: bool) -> Iterator[str]:
    """The rules that are others, or read a definition that is another; all of them if asked."""
    called = {*before.defines, *after.defines}
    defined = {n for n in called if before.defines.get(n) != after.defines.get(n)}
    olds, news = _versions([before]), _versions([after])
    for rule_id in {*olds, *news}:
        old, new = olds.get(rule_id, []), news.get(rule_id, [])
        same = [rule.node for rule in old] == [rule.node for rule in new]
        if whole or not same or any(_reads(written_in(r.node), after, defined) for r in new):
            yield rule_id


def _versions(policies: Iterable[Policy]) -> dict[str, list[Rule]]:
    """The rules by their ids: one that was changed by law has several versions."""
    found: dict[str, list[Rule]] = {}
    for policy in policies:
        for rule in policy.rules:
            found.setdefault(rule.id, []).append(rule)
    return found


def _speak(rules: Iterable[Rule]) -> list[tuple[object, ...]]:
    """What decides whether rules speak of a request at all."""
    return [(rule.acts, rule.data, rule.node.in_force, rule.node.enjoined) for rule in rules]


def _bound(rules: Iterable[Rule]) -> list[tree.Condition | None]:
    return [rule.node.binds for rule in rules]


def _binds_some(policy: Policy, ids: set[str]) -> bool:
    return any(rule.id in ids and rule.node.binds is not None for rule in policy.rules)


# Numbers and words -------------------------------------------------------------------------------


def _numbers_moved(library: Library, before: Library) -> set[str]:
    """The parameters that have another value for somebody on some day."""
    called = {*library.parameters, *before.parameters}
    moved = {n for n in called if library.parameters.get(n) != before.parameters.get(n)}
    for one, other in zip(library.policies, before.policies, strict=True):
        settings = {*one.settings, *other.settings}
        moved |= {n for n in settings if one.settings.get(n) != other.settings.get(n)}
    return {name for name in moved if not _same_number(name, library, before)}


def _same_number(name: str, library: Library, before: Library) -> bool:
    """Whether a parameter has the same value on every day, whichever policies bind."""
    sides = [(each.parameters.get(name, ()), each.policies) for each in (library, before)]
    stating = sorted(
        {n for versions, policies in sides for n in _stating(name, versions, policies)}
    )
    if len(stating) > MOST_STATING or not all(versions for versions, _ in sides):
        return False
    days = {day for versions, _ in sides for v in versions for day in turns(v.in_force)}
    points = _points(days)
    for size in range(len(stating) + 1):
        for some in combinations(stating, size):
            bound = [{p.name: p for p in policies if p.name in some} for _, policies in sides]
            for day in points:
                one, other = (
                    strictest(name, versions, able, day)
                    for (versions, _), able in zip(sides, bound, strict=True)
                )
                if one != other:
                    return False
    return True


def _stating(name: str, versions: Iterable[Parameter], policies: Iterable[Policy]) -> Iterator[str]:
    """The policies that state a parameter, or set it where they adopt another."""
    yield from (version.policy for version in versions)
    yield from (policy.name for policy in policies if name in policy.settings)


def _points(days: Iterable[datetime.date]) -> list[datetime.date]:
    """A day for every way in which one can stand to some days."""
    before = datetime.timedelta(days=1)
    return sorted({day - late for day in days for late in (before, before * 0)}) or [_ANY_DAY]


def _words_moved(library: Library, before: Library) -> set[str] | None:
    """The facts, readings and duties that are others; None if other words are."""
    if library.vocabularies.keys() != before.vocabularies.keys():
        return None
    moved: set[str] = set()
    for edition, new in library.vocabularies.items():
        old = before.vocabularies[edition]
        if new is old:
            continue
        if _frame(new) != _frame(old):
            return None
        tables = (new.facts, old.facts), (new.readings, old.readings), (new.duties, old.duties)
        for one, other in tables:
            called = {*one, *other}
            moved |= {name for name in called if one.get(name) != other.get(name)}
    return moved


def _frame(words: Vocabulary) -> tuple[object, ...]:
    return words.kinds, words.acts, words.sovereigns, words.roles, words.lexicons


def _reading(policy: Policy, called: set[str]) -> Iterator[str]:
    """The rules that read a parameter, a fact, a reading or a duty."""
    for rule in policy.rules if called else ():
        duties = {must.duty.text for must in rule.node.musts}
        shown = (policy.vocabulary.duties[duty].done_by for duty in duties)
        asked = [*written_in(rule.node), *(each for each in shown if each is not None)]
        if not duties.isdisjoint(called) or _reads(asked, policy, called):
            yield rule.id


def _reads(conditions: Iterable[tree.Condition], policy: Policy, called: set[str]) -> bool:
    """Whether conditions, or definitions that they name, read one of some names."""
    waiting = list(conditions) if called else []
    entered: set[str] = set()
    while waiting:
        for part in parts_of(waiting.pop()):
            if not called.isdisjoint(_named(part)):
                return True
            if isinstance(part, tree.Named) and part.name not in entered:
                entered.add(part.name)
                if part.name in policy.defines:
                    waiting.append(policy.defines[part.name])
    return False


def _named(part: tree.Condition) -> Iterator[str]:
    """The names that stand in one part of a condition."""
    if isinstance(part, tree.Named):
        yield part.name
    bound = getattr(part, "bound", None)
    if isinstance(bound, tree.Name):
        yield bound.text
    for place in _REFERRING:
        reference = getattr(part, place, None)
        if isinstance(reference, tree.Reference):
            yield reference.text
