"""Conditions in plain words, as a line and the lines under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from ...dsl import syntax as tree
from ...dsl.diagnostics import enumerated
from ...dsl.printer import article, value_text
from ...dsl.reading import (
    AGENCIES,
    ATTRIBUTE,
    KIND_OF_AGENCY,
    OWNER,
    PLAINLY,
    POSSIBLY,
    RECIPIENT,
    REQUESTER,
)
from ...dsl.units import in_words
from ..names import PURPOSE
from ..registry import Registry
from ..render_text import words
from .phrases import BEFORE_DATA, NAMES, Phrases
from .pieces import Point

WORDS = "Words used"
QUESTIONS = "Open questions of law"
_RELATIONS = {
    tree.Relation.OVER: "is over",
    tree.Relation.UNDER: "is under",
    tree.Relation.AT_LEAST: "is at least",
    tree.Relation.AT_MOST: "is at most",
    tree.Relation.FROM: "is on or after",
    tree.Relation.BEFORE: "is before",
}
_ANY = "at least one of these holds:"
_AGENCIES = {
    REQUESTER: "whoever asks",
    OWNER: "the agency that owns the data",
    RECIPIENT: "the recipient",
}
_GOVERNMENT = f"{ATTRIBUTE}.sovereign"
_SEEN = {PLAINLY: "plainly states", POSSIBLY: "may point to"}
_NOT_SEEN = {PLAINLY: "does not plainly state", POSSIBLY: "does not point to"}


@dataclass(frozen=True, slots=True)
class Wording:
    """Puts conditions in words.

    Attributes:
        registry: Names the agencies that a condition names.
        parameters: The value of each parameter.
        defined: The names that are explained at the end of the page.
        phrases: Plain English for declared names.
        variables: The variables of the quantifiers around a condition.
        policy: Of clauses that are no law: the policy whose own word each status is.
    """

    registry: Registry
    parameters: Mapping[str, tuple[tree.Value, ...]]
    defined: frozenset[str]
    phrases: Phrases = NAMES
    variables: frozenset[str] = frozenset()
    policy: str = ""

    def point(self, node: tree.Condition) -> Point:
        """A condition as a line with lines under it."""
        match node:
            case tree.And(items=items):
                return Point("all of these hold:", tuple(map(self.point, items)))
            case tree.Or(items=items):
                points = tuple(self._either(items))
                return points[0] if len(points) == 1 else Point(_ANY, points)
            case tree.Not(item=tree.And(items=items)):
                return Point("not all of these hold:", tuple(map(self.point, items)))
            case tree.Not(item=tree.Or(items=items)):
                return Point("none of these holds:", tuple(map(self.point, items)))
            case tree.Not(item=item):
                inner = self.point(item)
                if inner.under:
                    return Point("this does not hold:", (inner,))
                return Point(self._denied(item))
            case tree.Quantified():
                return self._quantified(node)
            case _:
                return Point(self._test(node))

    def _either(self, items: Iterable[tree.Condition]) -> Iterator[Point]:
        """Each of several conditions; those on the kind of one and the same fact in one line."""
        for _, group in groupby(items, _kind_asked):
            same = list(group)
            tests = [each for each in same if isinstance(each, tree.KindTest)]
            if len(tests) < 2:
                yield from map(self.point, same)
                continue
            subject = tests[0].subject
            kinds = (self._of_kind(subject, test.kind.text) for test in tests)
            yield Point(f"{self._bearer(subject)} is {enumerated(kinds, 'or')}")

    def _test(self, node: tree.Condition) -> str:
        """A test of one fact."""
        match node:
            case tree.Named(name=name):
                if name in self.defined:
                    return f"“{self.phrases.of('definitions', name)}” applies (see “{WORDS}”)"
                return self._asked(name, "is yes")
            case tree.KindTest(subject=subject, kind=kind):
                return f"{self._bearer(subject)} is {self._of_kind(subject, kind.text)}"
            case tree.Equals(subject=subject, value=tree.YesNo(value=answer)):
                return self._answered(subject, yes=answer)
            case tree.Equals(subject=subject, value=value):
                return self._is(subject, (value,), ("belongs to", "is"))
            case tree.OneOf(subject=subject, values=values):
                return self._is(subject, values, ("belongs to", "is"))
            case tree.Compare(subject=subject, relation=relation, bound=bound):
                return f"{self.fact(subject)} {_RELATIONS[relation]} {self.bound(bound)}"
            case tree.Within(subject=subject, bound=bound, after=after):
                limit = self.bound(bound)
                return f"{self.fact(subject)} is within {limit} after {self.fact(after)}"
            case tree.Includes(subject=subject, value=value) if subject.text in _SEEN:
                return f"the reason typed {_SEEN[subject.text]} {self.value(value)}"
            case tree.Includes(subject=subject, value=value):
                return f"{self.fact(subject)} include {self.value(value)}"
            case tree.Stated(subject=subject):
                return f"{self.fact(subject)} is stated"
            case tree.Empty(subject=subject):
                return f"{self.fact(subject)} is empty"
            case tree.Paper():
                return f"it is {self._paper(node)}"
            case _:
                raise TypeError(f"no test of one fact: {node!r}")

    def _denied(self, node: tree.Condition) -> str:
        """The contrary of a test."""
        match node:
            case tree.Named(name=name):
                if name in self.defined:
                    phrase = self.phrases.of("definitions", name)
                    return f"“{phrase}” does not apply (see “{WORDS}”)"
                return self._asked(name, "is not yes")
            case tree.KindTest(subject=subject, kind=kind):
                return f"{self._bearer(subject)} is not {self._of_kind(subject, kind.text)}"
            case tree.Equals(subject=subject, value=value) if not isinstance(value, tree.YesNo):
                return self._is(subject, (value,), ("does not belong to", "is not"))
            case tree.OneOf(subject=subject, values=values):
                return self._is(subject, values, ("does not belong to", "is not"))
            case tree.Stated(subject=subject):
                return f"{self.fact(subject)} is blank"
            case tree.Empty(subject=subject):
                return f"{self.fact(subject)} is not empty"
            case tree.Includes(subject=subject, value=value) if subject.text in _NOT_SEEN:
                return f"the reason typed {_NOT_SEEN[subject.text]} {self.value(value)}"
            case tree.Includes(subject=subject, value=value):
                return f"{self.fact(subject)} do not include {self.value(value)}"
            case _:
                return f"not so: {self.point(node).text}"

    def _asked(self, name: str, answer: str) -> str:
        return f"the answer to the question “{words(name)}” {answer} (see “{QUESTIONS}”)"

    def _is(
        self, subject: tree.Reference, values: Iterable[tree.Value], verbs: tuple[str, str]
    ) -> str:
        """A fact and the values that it has or has not; a body belongs to its government."""
        told = enumerated(map(self.value, values), "or")
        name, agency = self._place(subject)
        if name == _GOVERNMENT:
            return f"{agency} {verbs[0]} {told}"
        return f"{self.fact(subject)} {verbs[1]} {told}"

    def _bearer(self, subject: tree.Reference) -> str:
        """Of what it is told that it is of a kind: of a body itself, not of its kind."""
        name, agency = self._place(subject)
        return agency if name == KIND_OF_AGENCY else self.fact(subject)

    def _of_kind(self, subject: tree.Reference, kind: str) -> str:
        if subject.text == PURPOSE:
            return f"“{self.phrases.of('kinds', kind)}”"
        return _a(self.phrases.of("kinds", kind))

    def _answered(self, subject: tree.Reference, *, yes: bool) -> str:
        """A fact that is yes or no, as a sentence."""
        name, agency = self._place(subject)
        told = self.phrases.answer(name, yes=yes)
        if told:
            return told.replace("{}", agency)
        asked = ": ".join(words(part) for part in (subject.head, subject.tail) if part)
        return f"the answer to “{asked}” is {'yes' if yes else 'no'}"

    def _quantified(self, node: tree.Quantified) -> Point:
        whole = node.quantifier is tree.Quantifier.EVERY
        of = self.fact(node.collection)
        inner = replace(self, variables=self.variables | {node.variable})
        if isinstance(node.body, tree.Paper) and not whole:
            return Point(f"among {of} there is {self._paper(node.body)}")
        head = f"for every one of {of}" if whole else f"for at least one of {of}"
        body = inner.point(node.body)
        return Point(f"{head}, {body.text}", body.under)

    def _paper(self, node: tree.Paper) -> str:
        text = _a(self.phrases.of("kinds", node.kind.text))
        if node.issuer is not None:
            text += f" from {_a(self.phrases.of('kinds', node.issuer.text))}"
        if node.sovereigns:
            governments = (self.government(item.key) for item in node.sovereigns)
            text += f" of {enumerated(governments, 'or')}"
        text += ", with probable cause" if node.probable_cause else ""
        text += ", covering the request" if node.covering else ""
        return text + (", not expired" if node.unexpired else "")

    def _place(self, reference: tree.Reference) -> tuple[str, str]:
        """The declared name of what a condition reads, and the body of which it is asked."""
        head, tail = reference.head, reference.tail
        if head in self.variables:
            return (f"{ATTRIBUTE}.{tail}" if tail else head, "it")
        if head in AGENCIES:
            return (f"{ATTRIBUTE}.{tail}" if tail else head, _AGENCIES[head])
        return reference.text, ""

    def fact(self, reference: tree.Reference) -> str:
        """What a condition reads."""
        name, agency = self._place(reference)
        told = self.phrases.known("facts", name)
        if told:
            return told.replace("{}", agency or "the recipient")
        head, tail = words(reference.head), words(reference.tail)
        if not tail:
            return agency or f"the {head}"
        if agency == "it":
            return f"its {tail}"
        return f"the {tail} of {agency or f'the {head}'}"

    def bound(self, value: tree.Value) -> str:
        """A bound, a parameter with its value."""
        name = value.text if isinstance(value, tree.Name | tree.Reference) else ""
        if name in self.parameters:
            sizes = enumerated((value_text(size) for size in self.parameters[name]), "or")
            return f"the {words(name)} ({sizes})"
        return self.value(value)

    def value(self, value: tree.Value) -> str:
        """A value in words."""
        match value:
            case tree.Name():
                return f"“{self.phrases.of('kinds', value.text)}”"
            case tree.Agency(key=key):
                body = self.registry.get(key)
                return f"{body.name} ({key})" if body else key
            case tree.Duration():
                return in_words(value)
            case tree.Reference():
                return self.fact(value)
            case tree.Sovereign(key=key):
                return self.government(key)
            case _:
                return value_text(value)

    def government(self, key: str) -> str:
        """A government by its name."""
        return self.phrases.known("sovereigns", key) or key

    def doing(self, acts: Iterable[str], data: Iterable[str], joiner: str = "and") -> str:
        """Acts on data, such as `searching or sharing plate reader data`."""
        verbs, named = list(acts), [self.phrases.of("data", each) for each in data]
        known = [self.phrases.known("acts", each) for each in verbs]
        what = enumerated(named, joiner)
        if all(known):
            return f"{enumerated(known, joiner).replace(BEFORE_DATA, ' ')} {what}"
        return f"{enumerated(map(words, verbs), joiner)} of {what}"

    def act(self, name: str) -> str:
        """An act by itself, such as in `within a day of searching`."""
        return self.phrases.of("acts", name).partition(BEFORE_DATA)[0]

    def purpose(self, name: str) -> str:
        """A purpose."""
        return self.phrases.of("kinds", name)

    def role(self, name: str) -> str:
        """A role."""
        return self.phrases.of("roles", name)


def _kind_asked(node: tree.Condition) -> str:
    """The fact of which a condition asks the kind; blank if it asks something else."""
    return node.subject.text if isinstance(node, tree.KindTest) else ""


def _a(word: str) -> str:
    return f"{article(word)} {word}"
