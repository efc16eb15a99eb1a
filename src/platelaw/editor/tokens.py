"""What every word of a document stands for, for its color: what highlighting alone cannot know."""

from __future__ import annotations

from collections.abc import Collection

from ..dsl import syntax as tree
from .index import Index
from .lines import Lines
from .symbols import Use, What

TYPES = (
    "class",
    "method",
    "property",
    "interface",
    "event",
    "enumMember",
    "function",
    "parameter",
    "namespace",
    "variable",
)
MODIFIERS = ("declaration", "defaultLibrary")
_OF_WORDS: dict[type[tree.Node], str] = {
    tree.KindDeclaration: "class",
    tree.DataDeclaration: "class",
    tree.ActDeclaration: "method",
    tree.RoleDeclaration: "interface",
    tree.DutyDeclaration: "event",
    tree.ReadingDeclaration: "variable",
}
_OF_OTHERS = {
    What.FACT: "property",
    What.CHOICE: "enumMember",
    What.RULE: "function",
    What.PROMISE: "function",
    What.DEFINITION: "function",
    What.PARAMETER: "parameter",
    What.POLICY: "namespace",
    What.VOCABULARY: "namespace",
    What.EXAMPLES: "namespace",
    What.REQUEST: "variable",
    What.BRANCH: "variable",
}


def data_of(index: Index, file: str, lines: Lines, own: Collection[str]) -> list[int]:
    """The words of a file as the protocol encodes them, each place relative to the one before."""
    data: list[int] = []
    line = column = 0
    end = 0
    sorts: dict[object, tuple[str, int] | None] = {}  # the same word is read in many places
    for use in index.uses.get(file, ()):
        meaning = _meaning(use)
        if meaning not in sorts:
            sorts[meaning] = _sort_of(use, index, own)
        found = sorts[meaning]
        if found is None or use.span.start < end or "\n" in use.span.text:
            continue
        sort, modifiers = found
        start, end = lines.place(use.span.start), use.span.end
        length = lines.place(use.span.end).column - start.column
        data += [start.line - line, start.column - (column if start.line == line else 0), length]
        data += [TYPES.index(sort), modifiers]
        line, column = start
    return data


def _meaning(use: Use) -> object:
    """What decides in one file what a word stands for."""
    if use.declares:
        return id(use)
    scope = use.scope
    subject = scope.subject.text if scope.subject else ""
    return use.what, use.name, id(scope.head), scope.variables, subject


def _sort_of(use: Use, index: Index, own: Collection[str]) -> tuple[str, int] | None:
    """What a word is, and its modifiers as bits."""
    for symbol in index.resolve(use):
        declared = index.declared.get(symbol)
        if not declared:
            return None
        node = declared[0].scope.statement
        sort = _OF_OTHERS.get(symbol.what) or _OF_WORDS.get(type(node) if node else tree.Node)
        shipped = declared[0].scope.file not in own
        return (sort, use.declares | shipped << 1) if sort else None
    return None
