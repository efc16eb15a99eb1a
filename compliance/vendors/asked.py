"""Which settings make a rule bite, and what each would have to be: read off its condition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ...dsl import syntax as tree
from ...dsl.printer import value_text
from ...dsl.truth import Truth
from ...dsl.units import in_words
from ...engine.explanation import NeedKind, Node


@dataclass(frozen=True, slots=True)
class Ask:
    """A setting that would have to change.

    Attributes:
        setting: The name of the fact.
        test: The test that must come out otherwise; None where members must go.
        wanted: Whether the test must become true.
        members: The members of a set that must go.
    """

    setting: str
    test: tree.Condition | None
    wanted: bool = False
    members: tuple[str, ...] = ()


def asks(node: Node, *, wanted: bool = False) -> Iterator[Ask]:
    """The settings that make a condition what it must not be.

    Args:
        node: The condition as it came out: true, or false below a ``not``.
        wanted: What it must become.
    """
    if node.truth is not Truth.of(not wanted):
        return
    match node.operator:
        case "some" | "every":
            assert isinstance(node.test, tree.Quantified | None)
            yield from _members(node)
        case "not":
            yield from asks(node.children[0], wanted=not wanted)
        case "test":
            subject = getattr(node.test, "subject", None)
            if isinstance(subject, tree.Reference):
                yield Ask(subject.text, node.test, wanted)
        case _:
            for child in node.children:
                yield from asks(child, wanted=wanted)


def joined(found: Iterable[Ask]) -> list[Ask]:
    """Each ask once; the members that must go of one set are one ask."""
    members: dict[str, list[str]] = {}
    asked: list[Ask] = []
    for ask in found:
        if ask.test is None:
            known = members.setdefault(ask.setting, [])
            known += [each for each in ask.members if each not in known]
        elif ask not in asked:
            asked.append(ask)
    return asked + [Ask(name, None, members=tuple(each)) for name, each in members.items()]


def _members(node: Node) -> Iterator[Ask]:
    """The members of a set for which a quantified condition holds."""
    words = node.text.split()
    setting = words[words.index("in") + 1]
    found = [child.text.partition(" = ")[2] for child in node.children if child.truth is Truth.TRUE]
    yield Ask(setting, None, members=tuple(found))


def missing(node: Node) -> list[str]:
    """The settings that a condition waits for; the open questions of law where it lacks none."""
    needs = node.needs()
    settings = [need.name for need in needs if need.kind is NeedKind.FACT]
    return settings or [need.name for need in needs]


def in_words_of(ask: Ask, bounds: Mapping[str, tuple[tree.Value, ...]], names: Mapping[str, str],
                *, yes: str, no: str) -> str:  # fmt: skip
    """What a setting would have to be.

    Args:
        ask: The setting and the test that must come out otherwise.
        bounds: The values of parameters.
        names: What members are called.
        yes: The word for a switch that is on.
        no: The word for one that is off.
    """
    match ask.test:
        case None:
            return "without " + ", ".join(names.get(each, each) for each in ask.members)
        case tree.Equals(value=tree.YesNo(value=value)):
            return yes if value is ask.wanted else no
        case tree.Compare(relation=relation, bound=bound):
            limit = _bound(bound, bounds)
            return f"{(relation if ask.wanted else _CONTRARY[relation]).value} {limit}"
        case tree.Includes(value=value):
            return f"{'with' if ask.wanted else 'without'} {value_text(value)}"
        case tree.Equals(value=value):
            return value_text(value) if ask.wanted else f"not {value_text(value)}"
        case _:
            return "otherwise"


_CONTRARY = {
    tree.Relation.OVER: tree.Relation.AT_MOST,
    tree.Relation.AT_MOST: tree.Relation.OVER,
    tree.Relation.UNDER: tree.Relation.AT_LEAST,
    tree.Relation.AT_LEAST: tree.Relation.UNDER,
    tree.Relation.FROM: tree.Relation.BEFORE,
    tree.Relation.BEFORE: tree.Relation.FROM,
}


def _bound(bound: tree.Value, bounds: Mapping[str, tuple[tree.Value, ...]]) -> str:
    """A bound in words; of a parameter its value, the strictest where a change is near."""
    stated = bounds.get(bound.text, (bound,)) if isinstance(bound, tree.Name) else (bound,)
    value = stated[0]
    return in_words(value) if isinstance(value, tree.Duration) else value_text(value)
