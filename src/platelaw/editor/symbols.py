"""What the words of a file stand for, as far as the file alone tells.

A *use* is a place where a word stands: what sort of thing it names, and under which head. Which
declaration it means is found in ``index``, with the other files.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import TypeAlias, cast

from ..dsl import syntax as tree
from ..dsl.reading import AGENCIES
from ..dsl.source import Span


class What(Enum):
    """The sorts of things that a word may stand for, in the author's words."""

    VOCABULARY = "vocabulary"
    WORD = "word"
    FACT = "fact"
    VALUE = "value"
    CHOICE = "value of a fact"
    GIVEN = "given"
    SOVEREIGN = "sovereign"
    AGENCY = "agency"
    POLICY = "policy"
    RULE = "rule"
    BRANCH = "label"
    NAMED = "name in a condition"
    DEFINITION = "definition"
    PARAMETER = "parameter"
    LEXICON = "lexicon"
    EXAMPLES = "file of examples"
    PROMISE = "never or always"
    REQUEST = "request"
    CITATION = "citation"


@dataclass(frozen=True, slots=True)
class Scope:
    """Under what a word stands.

    Attributes:
        file: The name of the file.
        head: The head of its part of the file, if any.
        statement: The statement.
        variables: The variables of the quantifiers around it.
        subject: The fact whose value it is.
    """

    file: str
    head: tree.Vocabulary | tree.Policy | tree.Examples | None = None
    statement: tree.Statement | None = None
    variables: frozenset[str] = frozenset()
    subject: tree.Reference | None = None

    @property
    def policy(self) -> str:
        """The name of the policy, if it stands under one."""
        return self.head.name.text if isinstance(self.head, tree.Policy) else ""


@dataclass(frozen=True, slots=True)
class Use:
    """A place where a word stands for something."""

    what: What
    name: str
    span: Span
    scope: Scope
    declares: bool = False


_HEADS = (tree.Vocabulary, tree.Policy, tree.Examples)

# What stands in a part of a node, where that is not told by the sort of node in it; and whether it
# is declared there.
_PARTS: dict[tuple[str, str], tuple[What, bool]] = {
    ("Vocabulary", "edition"): (What.VOCABULARY, True),
    ("Vocabulary", "extends"): (What.VOCABULARY, False),
    ("KindDeclaration", "name"): (What.WORD, True),
    ("ActDeclaration", "names"): (What.WORD, True),
    ("SovereignDeclaration", "names"): (What.SOVEREIGN, True),
    ("RoleDeclaration", "name"): (What.WORD, True),
    ("DutyDeclaration", "name"): (What.WORD, True),
    ("FactDeclaration", "name"): (What.FACT, True),
    ("TypeName", "words"): (What.CHOICE, True),
    ("ReadingDeclaration", "name"): (What.WORD, True),
    ("LexiconDeclaration", "name"): (What.LEXICON, True),
    ("Policy", "name"): (What.POLICY, True),
    ("Policy", "uses"): (What.VOCABULARY, False),
    ("Adoption", "edition"): (What.POLICY, False),
    ("Adoption", "without"): (What.RULE, False),
    ("Adjustment", "name"): (What.PARAMETER, False),
    ("Definition", "name"): (What.DEFINITION, True),
    ("Rule", "name"): (What.RULE, True),
    ("Branch", "label"): (What.BRANCH, True),
    ("Invariant", "name"): (What.PROMISE, True),
    ("Parameter", "name"): (What.PARAMETER, True),
    ("Compare", "bound"): (What.PARAMETER, False),
    ("Within", "bound"): (What.PARAMETER, False),
    ("Examples", "name"): (What.EXAMPLES, True),
    ("Examples", "uses"): (What.VOCABULARY, False),
    ("Given", "subject"): (What.GIVEN, False),
    ("NamedRequest", "name"): (What.REQUEST, True),
    ("Example", "like"): (What.REQUEST, False),
    ("Example", "by"): (What.RULE, False),
    ("Example", "untouched"): (What.RULE, False),
}
_OF_A_FACT = (tree.Equals, tree.OneOf, tree.Includes, tree.Given)
_VALUES = ("value", "values")


Known: TypeAlias = dict[int, tuple[Scope, tuple[Use, ...]]]  # by the id of a statement


def uses_of(document: tree.Document, known: Known | None = None) -> tuple[Use, ...]:
    """Every use in a file, in the order of their places.

    Args:
        document: The file.
        known: The uses of statements of its last reading, each under its scope; afterwards, those
            of this one. A statement that was taken over under the same head has the same.
    """
    scope = Scope(document.span.source.name)
    found: list[Use] = []
    now: Known = {}
    for statement in document.statements:
        head = statement if isinstance(statement, _HEADS) else scope.head
        before = known.get(id(statement)) if known else None
        if before and before[0].statement is statement and before[0].head is head:
            scope, uses = before
        else:
            scope = replace(scope, head=head, statement=statement)
            uses = tuple(sorted(_in_node(statement, scope), key=_place))
        now[id(statement)] = scope, uses
        found += uses
    if known is not None:
        known.clear()
        known.update(now)
    return tuple(found)


def _place(use: Use) -> tuple[int, int]:
    return use.span.start, -use.span.end


def _in_node(node: tree.Node, scope: Scope) -> Iterator[Use]:
    """The uses in a node, the node itself included."""
    match node:
        case tree.Name():
            yield Use(What.WORD, node.text, node.span, scope)
        case tree.Reference():
            if node.tail:
                yield Use(What.FACT, node.text, node.span, scope)
        case tree.Agency():
            yield Use(What.AGENCY, node.key, node.span, scope)
        case tree.Sovereign():
            yield Use(What.SOVEREIGN, node.key, node.span, scope)
        case tree.Citation():
            yield Use(What.CITATION, node.text, node.span, scope)
        case tree.Named():
            yield Use(What.NAMED, node.name, node.span, scope)
        case tree.DataDeclaration():
            for name, under in node.items:
                yield Use(What.WORD, name.text, name.span, scope, declares=True)
                yield from _in_node(under, scope) if under else ()
            yield from _in_node(node.citation, scope) if node.citation else ()
        case _:
            yield from _in_parts(node, _within(node, scope))


def _within(node: tree.Node, scope: Scope) -> Scope:
    """The scope inside a node."""
    if isinstance(node, tree.Quantified):
        return replace(scope, variables=scope.variables | {node.variable})
    if isinstance(node, _OF_A_FACT):
        return replace(scope, subject=node.subject)
    return scope


def _in_parts(node: tree.Node, scope: Scope) -> Iterator[Use]:
    if isinstance(node, tree.TypeName) and not node.words:
        yield from _type(node, scope)
    for name in _NAMES[type(node)]:
        part: object = getattr(node, name)
        special = _PARTS.get((type(node).__name__, name))
        if special is None and name in _VALUES and isinstance(node, _OF_A_FACT):
            special = (What.VALUE, False)
        parts = cast(tuple[object, ...], part) if isinstance(part, tuple) else (part,)
        for item in parts:
            if isinstance(item, tree.Node):
                yield from _part(item, special, scope)


def _part(node: tree.Node, special: tuple[What, bool] | None, scope: Scope) -> Iterator[Use]:
    """The uses in a part of a node; a plain name or edition there is what the table says."""
    if special is not None:
        what, declares = special
        match node:
            case tree.Reference() if what is What.VALUE:
                pass
            case tree.Name() | tree.Reference():
                yield Use(what, node.text, node.span, scope, declares)
                return
            case tree.Edition():
                name = node.name if what is What.POLICY else f"{node.name} {node.number}"
                yield Use(what, name, node.span, scope, declares)
                return
            case tree.Sovereign():
                yield Use(What.SOVEREIGN, node.key, node.span, scope, declares)
                return
            case tree.ValueSet():
                for item in node.items:
                    yield from _part(item, special, scope)
                return
            case _:
                pass
    yield from _in_node(node, scope)


def _type(node: tree.TypeName, scope: Scope) -> Iterator[Use]:
    """The kind that a fact's type is."""
    at = node.span.text.rfind(node.word)
    if at >= 0:
        yield Use(What.WORD, node.word, node.span.part(at, len(node.word)), scope)


def _names(class_: type[tree.Node]) -> tuple[str, ...]:
    return tuple(item.name for item in fields(class_) if item.name != "span")


_NAMES = {
    item: _names(item)
    for item in vars(tree).values()
    if isinstance(item, type) and issubclass(item, tree.Node)
}


def is_of_agency(use: Use) -> bool:
    """Whether a fact is read of an agency: of the requester, say, or of a variable."""
    head, dot, _ = use.name.partition(".")
    return bool(dot) and (head in AGENCIES or head in use.scope.variables)
