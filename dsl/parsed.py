"""What reading a file gives; known without the grammar, which takes a while to import."""

from __future__ import annotations

from dataclasses import dataclass

from . import syntax as tree
from .diagnostics import Diagnostic
from .scan import Comment
from .source import Span


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A clause of a rule that stands after one that readers expect behind it."""

    clause: Span
    after: Span


@dataclass(frozen=True, slots=True)
class Parse:
    """A file read: its tree, its comments, and what was not understood.

    ``misplaced`` are the clauses in an unusual order, the first of each rule.
    """

    document: tree.Document
    comments: tuple[Comment, ...]
    diagnostics: tuple[Diagnostic, ...]
    misplaced: tuple[Misplaced, ...] = ()
