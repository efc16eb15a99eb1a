"""Statements gathered under their heads: vocabularies, policies, files of examples."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from .. import syntax as tree
from ..codes import Code
from .faults import Faults
from .words import Section as WordSection

_DECLARATIONS = (
    tree.KindDeclaration,
    tree.ActDeclaration,
    tree.DataDeclaration,
    tree.SovereignDeclaration,
    tree.RoleDeclaration,
    tree.DutyDeclaration,
    tree.FactDeclaration,
    tree.ReadingDeclaration,
    tree.LexiconDeclaration,
)


@dataclass(slots=True)
class PolicySection:
    """A policy's head and what stands under it."""

    head: tree.Policy
    rules: list[tree.Rule] = field(default_factory=list[tree.Rule])
    parameters: list[tree.Parameter] = field(default_factory=list[tree.Parameter])
    invariants: list[tree.Invariant] = field(default_factory=list[tree.Invariant])


@dataclass(frozen=True, slots=True)
class PlacedExample:
    """An example and the head it stands under."""

    node: tree.Example
    head: tree.Policy | tree.Examples | tree.Vocabulary


@dataclass(slots=True)
class Sections:
    """A library's statements by head."""

    words: list[WordSection] = field(default_factory=list[WordSection])
    policies: list[PolicySection] = field(default_factory=list[PolicySection])
    examples: list[PlacedExample] = field(default_factory=list[PlacedExample])


def gather(documents: Iterable[tree.Document], faults: Faults) -> Sections:
    """Put every statement under the head that it follows in its file."""
    sections = Sections()
    for document in documents:
        head: tree.Vocabulary | tree.Policy | tree.Examples | None = None
        for statement in document.statements:
            if isinstance(statement, tree.Vocabulary | tree.Policy | tree.Examples):
                head = statement
                _open(sections, head)
            else:
                _place(sections, head, statement, faults)
    return sections


def _open(sections: Sections, head: tree.Vocabulary | tree.Policy | tree.Examples) -> None:
    if isinstance(head, tree.Vocabulary):
        sections.words.append(WordSection(head))
    elif isinstance(head, tree.Policy):
        sections.policies.append(PolicySection(head))


def _place(
    sections: Sections,
    head: tree.Vocabulary | tree.Policy | tree.Examples | None,
    statement: tree.Statement,
    faults: Faults,
) -> None:
    match statement, head:
        case tree.Rule(), tree.Policy():
            sections.policies[-1].rules.append(statement)
        case tree.Invariant(), tree.Policy():
            sections.policies[-1].invariants.append(statement)
        case tree.Parameter(), tree.Policy():
            sections.policies[-1].parameters.append(statement)
        case tree.Example(), _ if head is not None:
            sections.examples.append(PlacedExample(statement, head))
        case _, tree.Vocabulary() if isinstance(statement, _DECLARATIONS):
            sections.words[-1].declarations.append(statement)
        case _:
            word = statement.span.text.split()[0]
            needs = "vocabulary" if isinstance(statement, _DECLARATIONS) else "policy"
            faults.add(
                Code.NO_HEAD,
                statement.span,
                f"this `{word}` stands under no `{needs}`",
                f"write `{needs} ...` above it in the same file",
            )
