"""Conditions in plain words, as a line and the lines under it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.diagnostics import enumerated
from ...dsl.printer import article, value_text
from ...dsl.units import in_words
from ..registry import Registry
from ..render_text import words
from .pieces import Point

_RELATIONS = {
    tree.Relation.OVER: "is over",
    tree.Relation.UNDER: "is under",
    tree.Relation.AT_LEAST: "is at least",
    tree.Relation.AT_MOST: "is at most",
    tree.Relation.FROM: "is on or after",
    tree.Relation.BEFORE: "is before",
}


@dataclass(frozen=True, slots=True)
class Wording:
    """Puts conditions in words.

    Attributes:
        registry: Names the agencies that a condition names.
        parameters: The value of each parameter.
        defined: The names that are explained at the end of the page.
        variables: The variables of the quantifiers around a condition.
    """

    registry: Registry
    parameters: Mapping[str, tuple[tree.Value, ...]]
    defined: frozenset[str]
    variables: frozenset[str] = frozenset()

    def point(self, node: tree.Condition) -> Point:
        """A condition as a line with lines under it."""
        match node:
            case tree.And(items=items):
                return Point("all of these hold:", tuple(map(self.point, items)))
            case tree.Or(items=items):
                return Point("at least one of these holds:", tuple(map(self.point, items)))
            case tree.Not(item=item):
                inner = self.point(item)
                if inner.under:
                    return Point("this does not hold:", (inner,))
                return Point(self._denied(item))
            case tree.Quantified():
                return self._quantified(node)
            case _:
                return Point(self._test(node))

    def _test(self, node: tree.Condition) -> str:
        """A test of one fact."""
        match node:
            case tree.Named(name=name):
                if name in self.defined:
                    return f"“{words(name)}” holds, as explained under “Words used”"
                return f"the open question “{words(name)}” is answered with yes"
            case tree.KindTest(subject=subject, kind=kind):
                return f"{self.fact(subject)} is of the kind “{words(kind.text)}”"
            case tree.Equals(subject=subject, value=tree.YesNo(value=answer)):
                return f"{self.fact(subject)}: {'yes' if answer else 'no'}"
            case tree.Equals(subject=subject, value=value):
                return f"{self.fact(subject)} is {self.value(value)}"
            case tree.OneOf(subject=subject, values=values):
                return f"{self.fact(subject)} is {enumerated(map(self.value, values), 'or')}"
            case tree.Compare(subject=subject, relation=relation, bound=bound):
                return f"{self.fact(subject)} {_RELATIONS[relation]} {self.bound(bound)}"
            case tree.Within(subject=subject, bound=bound, after=after):
                limit = self.bound(bound)
                return f"{self.fact(subject)} is within {limit} after {self.fact(after)}"
            case tree.Includes(subject=subject, value=value):
                return f"{self.fact(subject)} include {self.value(value)}"
            case tree.Stated(subject=subject):
                return f"{self.fact(subject)} is stated"
            case tree.Empty(subject=subject):
                return f"{self.fact(subject)}: there are none"
            case tree.Paper():
                return f"it is {self._paper(node)}"
            case _:
                raise TypeError(f"no test of one fact: {node!r}")

    def _denied(self, node: tree.Condition) -> str:
        """The contrary of a test."""
        match node:
            case tree.KindTest(subject=subject, kind=kind):
                return f"{self.fact(subject)} is not of the kind “{words(kind.text)}”"
            case tree.Equals(subject=subject, value=value) if not isinstance(value, tree.YesNo):
                return f"{self.fact(subject)} is not {self.value(value)}"
            case tree.Stated(subject=subject):
                return f"{self.fact(subject)} is blank"
            case tree.Empty(subject=subject):
                return f"{self.fact(subject)}: there is at least one"
            case tree.Includes(subject=subject, value=value):
                return f"{self.fact(subject)} do not include {self.value(value)}"
            case _:
                return f"not so: {self.point(node).text}"

    def _quantified(self, node: tree.Quantified) -> Point:
        whole = node.quantifier is tree.Quantifier.EVERY
        of = self.fact(node.collection)
        inner = Wording(
            self.registry, self.parameters, self.defined, self.variables | {node.variable}
        )
        if isinstance(node.body, tree.Paper) and not whole:
            return Point(f"among {of} there is {self._paper(node.body)}")
        head = f"for every one of {of}" if whole else f"for at least one of {of}"
        body = inner.point(node.body)
        return Point(f"{head}, {body.text}", body.under)

    def _paper(self, node: tree.Paper) -> str:
        text = _a(words(node.kind.text))
        if node.issuer is not None:
            text += f" from {_a(words(node.issuer.text))}"
        if node.sovereigns:
            text += f" of {enumerated((item.key for item in node.sovereigns), 'or')}"
        text += ", with probable cause" if node.probable_cause else ""
        text += ", covering the request" if node.covering else ""
        return text + (", not expired" if node.unexpired else "")

    def fact(self, reference: tree.Reference) -> str:
        """What a condition reads."""
        head, tail = words(reference.head), words(reference.tail)
        if reference.head in self.variables:
            return f"its {tail}" if tail else "it"
        owned = f"{head}'" if head.endswith("s") else f"{head}'s"
        return f"the {owned} {tail}" if tail else f"the {head}"

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
                return f"“{words(value.text)}”"
            case tree.Agency(key=key):
                body = self.registry.get(key)
                return f"{body.name} ({key})" if body else key
            case tree.Duration():
                return in_words(value)
            case tree.Reference():
                return self.fact(value)
            case _:
                return value_text(value)


def _a(word: str) -> str:
    return f"{article(word)} {word}"
