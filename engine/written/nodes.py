"""What a rule or a condition names: walks over the syntax tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from ...dsl import syntax as tree


def parts(node: object) -> Iterator[object]:
    """A node and everything in it."""
    yield node
    if isinstance(node, tuple):
        for item in node:  # pyright: ignore[reportUnknownVariableType]
            yield from parts(item)  # pyright: ignore[reportUnknownArgumentType]
    elif is_dataclass(node) and not isinstance(node, type):
        for field in fields(node):
            if field.name != "span":
                yield from parts(getattr(node, field.name))


def names_read(node: tree.Rule | tree.Condition) -> list[str]:
    """The definitions, readings and parameters that a rule or condition reads, each once."""
    found: dict[str, None] = {}
    for part in parts(node):
        if isinstance(part, tree.Named):
            found[part.name] = None
        elif isinstance(part, tree.Compare | tree.Within):
            bound = part.bound
            if isinstance(bound, tree.Name | tree.Reference):
                found[bound.text] = None
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
