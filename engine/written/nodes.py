"""What a rule or a condition names: walks over the syntax tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...dsl import syntax as tree
from ..compiled.walk import parts_of, written_in


def names_read(node: tree.Rule | tree.Condition) -> list[str]:
    """The definitions, readings and parameters that a rule or condition reads, each once."""
    found: dict[str, None] = {}
    for condition in written_in(node) if isinstance(node, tree.Rule) else (node,):
        for part in parts_of(condition):
            if isinstance(part, tree.Named):
                found[part.name] = None
            elif isinstance(part, tree.Compare | tree.Within) and isinstance(
                part.bound, tree.Name | tree.Reference
            ):
                found[part.bound.text] = None
    return list(found)


def kinds_tested(
    node: tree.Condition, fact: str, defines: Mapping[str, tree.Condition]
) -> Iterator[str]:
    """The kinds of a fact that a condition asks for, leaving out what stands under a `not`."""
    match node:
        case tree.And(items=items) | tree.Or(items=items):
            for item in items:
                yield from kinds_tested(item, fact, defines)
        case tree.Quantified(body=body):
            yield from kinds_tested(body, fact, defines)
        case tree.Named(name=name) if name in defines:
            yield from kinds_tested(defines[name], fact, defines)
        case tree.KindTest(subject=subject, kind=kind) if subject.text == fact:
            yield kind.text
        case tree.Equals(subject=subject, value=tree.Name(text=text)) if subject.text == fact:
            yield text
        case _:
            return
