"""Statements gathered under their heads: vocabularies, policies, files of examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from .. import syntax as tree
from ..codes import Code
from ..diagnostics import Note, suggestion
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


@dataclass(frozen=True, slots=True)
class PlacedRequest:
    """A named request and the head it stands under."""

    node: tree.NamedRequest
    head: tree.Policy | tree.Examples | tree.Vocabulary


@dataclass(slots=True)
class Sections:
    """A library's statements by head."""

    words: list[WordSection] = field(default_factory=list[WordSection])
    policies: list[PolicySection] = field(default_factory=list[PolicySection])
    examples: list[PlacedExample] = field(default_factory=list[PlacedExample])
    requests: list[PlacedRequest] = field(default_factory=list[PlacedRequest])


def gather(documents: Iterable[tree.Document], faults: Faults) -> Sections:
    """Put every statement under the head that it follows in its file."""
    sections = Sections()
    for document in documents:
        head: tree.Vocabulary | tree.Policy | tree.Examples | None = None
        named: dict[str, tree.NamedRequest] = {}  # those of one file serve no other
        for statement in document.statements:
            if isinstance(statement, tree.Vocabulary | tree.Policy | tree.Examples):
                head = statement
                _open(sections, head)
            elif isinstance(statement, tree.Example | tree.NamedRequest) and head is not None:
                _ask(sections, head, statement, named, faults)
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


def _ask(
    sections: Sections,
    head: tree.Vocabulary | tree.Policy | tree.Examples,
    statement: tree.Example | tree.NamedRequest,
    named: dict[str, tree.NamedRequest],
    faults: Faults,
) -> None:
    """Place an example, whole with the request that it is like, or name a request."""
    if isinstance(statement, tree.NamedRequest):
        _name(named, statement, faults)
        sections.requests.append(PlacedRequest(statement, head))
        return
    whole = _with_request(statement, named, faults)
    if whole is not None:
        sections.examples.append(PlacedExample(whole, head))


def _name(named: dict[str, tree.NamedRequest], node: tree.NamedRequest, faults: Faults) -> None:
    """Keep a named request for the examples below it."""
    before = named.setdefault(node.name.text, node)
    if before is not node:
        faults.add(
            Code.DECLARED_TWICE,
            node.name.span,
            f"the request `{node.name.text}` is named twice in this file",
            "give it another name",
            Note(before.name.span, "first named here"),
        )


def _with_request(
    node: tree.Example, named: Mapping[str, tree.NamedRequest], faults: Faults
) -> tree.Example | None:
    """An example with what the request that it is like gives; what it gives itself wins."""
    if node.like is None:
        return node
    base = named.get(node.like.text)
    if base is None:
        help_ = suggestion(node.like.text, named) or "write `request NAME` above it"
        message = f"no request above it in this file is called `{node.like.text}`"
        faults.add(Code.UNKNOWN_NAME, node.like.span, message, help_)
        return None
    own = {subject_of(given) for given in node.givens}
    kept = tuple(given for given in base.givens if subject_of(given) not in own)
    return replace(node, on=node.on or base.on, givens=(*kept, *node.givens))


def subject_of(given: tree.Given) -> tuple[str, str]:
    """What is given, and of which agency; an example states each once."""
    return given.subject.text, given.agency.key if given.agency else ""
