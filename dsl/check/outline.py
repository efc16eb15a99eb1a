"""What a file means to the other files of its library.

The checks that look across files read outlines alone, so that one edited file can be checked
without reading the rules of all others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from .. import syntax as tree
from ..diagnostics import Diagnostic
from ..model import Policy, Rule
from ..source import Span
from .polarity import branches
from .sections import PolicySection, Sections
from .words import edition_text


@dataclass(frozen=True, slots=True)
class Tested:
    """A rule that asks for a kind, and where."""

    rule: str
    span: Span


@dataclass(frozen=True, slots=True)
class Tests:
    """The kinds that some rules of a policy ask for, and the first test of each."""

    kinds: tuple[str, ...] = ()
    first: Sequence[Tested] = ()


@dataclass(frozen=True, slots=True)
class PolicyOutline:
    """A policy without its conditions.

    Attributes:
        head: The head, without definitions.
        vocabulary: The edition that it speaks.
        rules: The names of its rules, those of an adopted policy included.
        parameters: Its own parameters.
        closed: The kinds that its limits test, and so close.
        forbidden: The kinds that its forbids test.
        invariants: The names of what it says must hold of every answer.
    """

    head: tree.Policy
    vocabulary: str
    rules: tuple[str, ...]
    parameters: tuple[tree.Parameter, ...]
    closed: Tests
    forbidden: Tests
    invariants: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The policy's name."""
        return self.head.name.text


@dataclass(frozen=True, slots=True)
class WordsOutline:
    """A vocabulary's own kinds; ``offered`` are those with a written form.

    ``is_root`` tells that it extends nothing.
    """

    edition: str
    is_root: bool
    kinds: tuple[tree.Name, ...]
    offered: tuple[tree.Name, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """One file.

    Attributes:
        policies: Its policies, as they stand in it.
        words: Its vocabularies.
        asked: The names of rules that its examples ask for.
        examples: How many examples it has.
        found: What was found in it, advice left out.
        advice: What its author may want to write otherwise.
    """

    policies: tuple[PolicyOutline, ...] = ()
    words: tuple[WordsOutline, ...] = ()
    asked: tuple[str, ...] = ()
    examples: int = 0
    found: tuple[Diagnostic, ...] = ()
    advice: tuple[Diagnostic, ...] = ()

    def with_findings(
        self, name: str, found: Iterable[Diagnostic], advice: Iterable[Diagnostic]
    ) -> Outline:
        """The outline of the file ``name`` with what was found in it."""
        return replace(
            self,
            found=tuple(fault for fault in found if fault.span.source.name == name),
            advice=tuple(fault for fault in advice if fault.span.source.name == name),
        )


def outlines_of(
    names: Iterable[str], sections: Sections, policies: Mapping[str, Policy]
) -> dict[str, Outline]:
    """The outlines of files by their names."""
    found: dict[str, list[PolicyOutline]] = {}
    for section in sections.policies:
        policy = policies.get(section.head.name.text)
        if policy is not None:
            place = section.head.span.source.name
            found.setdefault(place, []).append(_policy(section, policy))
    words: dict[str, list[WordsOutline]] = {}
    for vocabulary in sections.words:
        nodes = [n for n in vocabulary.declarations if isinstance(n, tree.KindDeclaration)]
        outline = WordsOutline(
            edition_text(vocabulary.head.edition),
            vocabulary.head.extends is None,
            tuple(node.name for node in nodes),
            tuple(node.name for node in nodes if node.written),
        )
        words.setdefault(vocabulary.head.span.source.name, []).append(outline)
    asked: dict[str, list[str]] = {}
    for placed in sections.examples:
        asked.setdefault(placed.node.span.source.name, []).extend(_asked(placed.node))
    examples = [placed.node.span.source.name for placed in sections.examples]
    return {
        name: Outline(
            tuple(found.get(name, ())),
            tuple(words.get(name, ())),
            tuple(sorted(set(asked.get(name, ())))),
            examples.count(name),
        )
        for name in names
    }


def rule_names(outlines: Iterable[Outline]) -> set[str]:
    """Every name by which an example may call a rule."""
    found: set[str] = set()
    for outline in outlines:
        for policy in outline.policies:
            found.update(policy.rules)
            found.update(f"{policy.name}/{rule}" for rule in policy.rules)
    return found


def by_name(outlines: Mapping[str, Outline]) -> list[PolicyOutline]:
    """The policies of all files in the order of their names."""
    found = (policy for outline in outlines.values() for policy in outline.policies)
    return sorted(found, key=lambda policy: policy.name)


def _policy(section: PolicySection, policy: Policy) -> PolicyOutline:
    own = [rule for rule in policy.rules if not rule.adopted_from]
    return PolicyOutline(
        replace(section.head, defines=()),
        policy.vocabulary.edition,
        tuple(rule.node.name.text for rule in policy.rules),
        tuple(section.parameters),
        _first(_closed(rule, policy) for rule in own if rule.effect is tree.Effect.LIMIT),
        _first(_forbidden(rule) for rule in own if rule.effect is tree.Effect.FORBID),
        tuple(node.name.text for node in section.invariants),
    )


def _first(tests: Iterable[Iterable[tuple[str, Tested]]]) -> Tests:
    """The first test of each kind."""
    kept: dict[str, Tested] = {}
    for several in tests:
        for kind, test in several:
            kept.setdefault(kind, test)
    return Tests(tuple(kept), tuple(kept.values()))


def _closed(rule: Rule, policy: Policy) -> Iterator[tuple[str, Tested]]:
    for condition, _ in branches(rule.node):
        for kind in _kinds_in(condition, policy):
            yield kind.text, Tested(rule.id, kind.span)


def _kinds_in(condition: tree.Condition, policy: Policy) -> list[tree.Name]:
    """The kinds that a condition tests, its definitions written out."""
    match condition:
        case tree.And() | tree.Or():
            return [found for item in condition.items for found in _kinds_in(item, policy)]
        case tree.Not():
            return _kinds_in(condition.item, policy)
        case tree.Quantified():
            return _kinds_in(condition.body, policy)
        case tree.Named() if condition.name in policy.defines:
            return _kinds_in(policy.defines[condition.name], policy)
        case tree.KindTest() | tree.Paper():
            return [condition.kind]
        case _:
            return []


def _forbidden(rule: Rule) -> Iterator[tuple[str, Tested]]:
    if rule.node.condition is not None:
        for test in _kind_tests(rule.node.condition):
            yield test.kind.text, Tested(rule.id, test.span)


def _kind_tests(condition: tree.Condition) -> list[tree.KindTest]:
    """The tests of kinds that stand in a condition itself."""
    match condition:
        case tree.And() | tree.Or():
            return [found for item in condition.items for found in _kind_tests(item)]
        case tree.Not():
            return _kind_tests(condition.item)
        case tree.KindTest():
            return [condition]
        case _:
            return []


def _asked(example: tree.Example) -> Iterator[str]:
    """The rules that an example names."""
    yield from (name.text for name in (*example.by, *example.touched, *example.untouched))
    for given in example.givens:
        if given.value in (tree.Mark.CLEARED, tree.Mark.REFUSED):
            yield given.subject.text
